"""A project and two commits in, the revisions of each out. Only what differs from the files at hand is read.

Each repository that holds folders of revisions is a place of its own: the project's, and submodules, which stand at the
commits that the project's repository names. Folders outside of them are not compared: nobody's branch has them.
"""

from __future__ import annotations

import os
import shlex
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlgen.errors import HistoryError, UsageError
from sqlgen.history import git
from sqlgen.history.declarations import Forms
from sqlgen.history.files import read_source
from sqlgen.history.here import Here, name_below
from sqlgen.history.moved import Folders, configuration, folders_at
from sqlgen.history.revision import Revision
from sqlgen.messages import say
from sqlgen.project import Project, top


@dataclass(frozen=True, slots=True)
class Kept:
    """A revision as a commit has it."""

    revision: Revision
    """When the file at hand is the same, the very Revision that was read from it."""
    blob: bytes | None
    """None: what the file at hand has."""

    def source(self) -> bytes:
        return Path(self.revision.absolute).read_bytes() if self.blob is None else self.blob


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that the base takes for a revision, and that can't be read as one."""

    file: str
    """Relative to the project's root."""
    error: HistoryError


@dataclass(frozen=True, slots=True)
class Version:
    """The revisions of one commit, by their ids. One that stands twice there has several."""

    by_id: Mapping[str, tuple[Kept, ...]]

    def revisions(self) -> Iterator[Revision]:
        return (each[0].revision for each in self.by_id.values())

    @property
    def labels(self) -> Mapping[str, str]:
        return {label: each.id for each in self.revisions() for label in each.labels}


@dataclass(frozen=True, slots=True)
class Versions:
    """What the history at hand is compared with."""

    merge_base: Version
    tip: Version
    unread: tuple[Unread, ...]
    ignored: frozenset[str]
    """Entries of the history at hand, by their paths, that git is told to ignore."""
    touched: frozenset[str]
    """Other files that neither the merge base nor the tip has as they are here; relative to the repository's top."""
    outside: tuple[Revision, ...]
    """Revisions at hand that lie in none of the repositories."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A repository with folders of revisions."""

    repository: git.Repository
    commits: tuple[str | None, str | None]
    """The merge base and the tip; None: there is nothing of it."""
    folders: tuple[str, ...]
    """Relative to its top."""
    within: str
    """Where it lies in the project's repository: a name that ends in `/`, or nothing."""


def versions(project: Project, repository: git.Repository, merge_base: str, tip: str, here: Here) -> Versions:
    """Raises UsageError where nothing of the history is in the repository, and where a submodule does not have its
    commit."""
    kept: tuple[list[Kept], list[Kept]] = ([], [])
    reader = _Reader(project, here)
    ignored: set[str] = set()
    touched: set[str] = set()
    inside: set[str] = set()
    for place in _places(project, repository, merge_base, tip):
        reading = _read(project, place, here)
        inside |= {*reading.names.values()}
        for found, more in zip(kept, reader.kept(reading), strict=True):
            found += more
        ignored |= _ignored(reading)
        touched |= _touched(reading)
    outside = tuple(revision for path, revision in here.entries.items() if path not in inside)
    nobody_s = [Kept(revision, None) for revision in outside]
    found_base, found_tip = (_by_id([*found, *nobody_s]) for found in kept)
    unread = tuple(reader.unread.values())
    return Versions(found_base, found_tip, unread, frozenset(ignored), frozenset(touched), outside)


def _by_id(kept: Iterable[Kept]) -> Version:
    found: dict[str, tuple[Kept, ...]] = {}
    for each in kept:
        found[each.revision.id] = (*found[each.revision.id], each) if each.revision.id in found else (each,)
    return Version(found)


def _places(project: Project, repository: git.Repository, merge_base: str, tip: str) -> Iterator[_Place]:
    folders: dict[Path, list[str]] = {repository.top: []}
    for location in project.version_locations:
        holder = top(location)
        if location.is_relative_to(repository.top):
            folders.setdefault(holder, []).append(location.relative_to(holder).as_posix())
    if not any(folders.values()):
        raise UsageError(
            say("all folders of revisions lie outside of the repository {top}", top=repository.top),
            hint=say("Run it in the repository that has them: no branch of this one changes them."),
        )
    yield _Place(repository, (merge_base, tip), tuple(folders.pop(repository.top)), "")
    for holder, names in folders.items():
        link = repository.name(holder)
        assert link is not None
        entries = [git.tree(repository, commit, [link]).get(link) for commit in (merge_base, tip)]
        commits = [each.id if each is not None and each.mode == git.GITLINK else None for each in entries]
        inner = git.Repository(holder, None)
        for wanted in filter(None, commits):
            if git.commits(inner, [wanted]) == [None]:
                raise UsageError(
                    say("the submodule {path} does not have its commit {commit} of the base", path=link, commit=wanted),
                    hint=say("Run git -C {path} fetch origin {commit}", path=link, commit=wanted),
                )
        if any(commits):  # else it is a clone of its own, that nobody's branch has
            yield _Place(inner, (commits[0], commits[1]), tuple(names), f"{link}/")


Files = Mapping[str, git.Entry]
"""Revision files of a commit, by their names below the top."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What git says of a place, each thing asked once."""

    place: _Place
    names: Mapping[str, str]
    """The entries of the history at hand by their names below the top."""
    differing: frozenset[str]
    """What the merge base does not have as it is here."""
    untracked: frozenset[str]
    moved: Mapping[str, git.Entry | None]
    """What the tip has otherwise than the merge base."""
    folders: tuple[Folders, Folders, Folders]
    """Here, at the merge base, on the tip."""
    files: tuple[Files, Files]
    """Of the merge base, and of the tip."""
    held: frozenset[str]
    """What the merge base has in the folders of here, revisions there or not: its configuration may be another one."""


def _read(project: Project, place: _Place, here: Here) -> _Reading:
    repository, (base, tip) = place.repository, place.commits
    folders = Folders(place.folders, project.recursive_version_locations)
    named = ((name_below(path, repository.top), path) for path in here.entries)
    names = {name: path for name, path in named if name is not None and folders.hold(name)}
    differing = frozenset[str]() if base is None else git.differing(repository, base)
    asked = () if place.within else configuration(project, repository)
    tree = {} if base is None else git.tree(repository, base, [*folders.names, *asked])
    moved: Mapping[str, git.Entry | None] = {}
    if base is not None and tip is not None and tip != base:
        moved = git.between(repository, base, tip)

    def side(commit: str | None, tree: Files, settled: bool) -> tuple[Folders, Files]:
        there = folders
        if commit is not None and not settled:
            there = folders_at(project, repository, commit, tree, here)
            tree = git.tree(repository, commit, there.names)
        files = {name: entry for name, entry in tree.items() if there.hold(name) and entry.mode != git.GITLINK}
        return there, files

    settled = differing.isdisjoint(asked) and all(name in tree for name in asked)
    first = side(base, tree, settled)
    second = first
    if base is None and tip is not None:
        second = side(tip, git.tree(repository, tip, folders.names), True)
    elif tip is None:
        second = folders, {}
    elif moved:
        later = {name: entry for name in {**tree, **moved} if (entry := moved.get(name, tree.get(name))) is not None}
        later = {name: entry for name, entry in later.items() if name in tree or name in asked or folders.hold(name)}
        second = side(tip, later, settled and moved.keys().isdisjoint(asked))
    untracked = git.untracked(repository)
    there, files = (folders, first[0], second[0]), (first[1], second[1])
    return _Reading(place, names, differing, untracked, moved, there, files, frozenset(tree))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes revisions of what differs from the files at hand; what can't be read is kept apart."""

    project: Project
    here: Here
    forms: Forms = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)

    def kept(self, reading: _Reading) -> tuple[list[Kept], list[Kept]]:
        """The revisions of the merge base, and of the tip."""
        base, tip = reading.files
        found: tuple[dict[str, Kept], dict[str, Kept]] = ({}, {})
        wanted: list[tuple[int, str, git.Entry]] = []
        for name, entry in base.items():
            path = reading.names.get(name)
            if path is not None and name not in reading.differing and entry.mode != git.SYMLINK:
                found[0][name] = Kept(self.here.entries[path], None)
                continue
            if name not in reading.differing and not os.path.lexists(reading.place.repository.top / name):
                raise _not_checked_out(name)
            wanted.append((0, name, entry))
        wanted += [
            (1, name, entry) for name, entry in tip.items() if entry.mode == git.SYMLINK or base.get(name) != entry
        ]
        commits = reading.place.commits
        asked = [f"{commits[side]}:{name}" if entry.mode == git.SYMLINK else entry.id for side, name, entry in wanted]
        contents = git.blobs(reading.place.repository, asked, follow=True)
        for (side, name, entry), blob in zip(wanted, contents, strict=True):
            kept = self._revision(reading, name, entry) if blob is None else self._read(reading, name, blob)
            if kept is not None:
                found[side][name] = kept
        old, new = found
        again = {name for side, name, _ in wanted if side == 1}
        later = (new.get(name) if name in again else old.get(name) for name in tip)
        return [*old.values()], [kept for kept in later if kept is not None]

    def _revision(self, reading: _Reading, name: str, entry: git.Entry) -> Kept | None:
        """What git has no content for: a link that leads out of the repository, to what is in no commit."""
        if entry.mode != git.SYMLINK:
            raise UsageError(
                say("git does not have the content of {name} as it was at the base", name=name),
                hint=say("Fetch it: git fetch --refetch origin. git fsck says what else is missing."),
            )
        path = reading.names.get(name)
        return None if path is None else Kept(self.here.entries[path], None)

    def _read(self, reading: _Reading, name: str, blob: git.Blob) -> Kept | None:
        path = f"{reading.place.repository.top}/{name}"
        file = os.path.relpath(path, self.project.root).replace(os.sep, "/")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # an invalid escape in a migration is not this command's business
                return Kept(read_source(blob.data, path, file, self.forms), blob.data)
        except HistoryError as error:
            self.unread.setdefault(file, Unread(file, error))
            return None


def _not_checked_out(name: str) -> UsageError:
    return UsageError(
        say("{name} is not checked out, and git is told not to miss it", name=name),
        hint=say(
            "Check out all revisions: git sparse-checkout add {folder}", folder=shlex.quote(os.path.dirname(name))
        ),
    )


def _ignored(reading: _Reading) -> set[str]:
    """Entries that no commit has, and that git neither follows nor lists."""
    base, tip = reading.files
    known = reading.differing | reading.untracked | reading.held
    return {path for name, path in reading.names.items() if not (name in known or name in base or name in tip)}


def _touched(reading: _Reading) -> set[str]:
    """Other files that are here what neither the merge base nor the tip has."""
    changed = reading.differing | {name for name in reading.untracked if not name.endswith((".pyc", ".pyo"))}
    return {
        f"{reading.place.within}{name}"
        for name in changed
        if not any(folders.hold(name) for folders in reading.folders)
        and not (name in reading.moved and _is(reading.place.repository.top / name, reading.moved[name]))
    }


def _is(file: Path, entry: git.Entry | None) -> bool:
    """Whether a file is what a commit has there."""
    try:
        data = git.with_lf(file.read_bytes())
    except OSError:
        return entry is None
    return entry is not None and git.blob_id(data, like=entry.id) == entry.id
