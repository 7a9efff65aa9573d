"""A folder in, what git knows of it out: the commit, what is not in it, and the content of files as git keeps it.

git is called, never imported. Nothing of a repository is changed, not even its index; `checked_out` alone adds a
working tree, and takes it away again.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlgen.errors import UsageError, say

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
"""What git tells its hooks: a repository is found from the folder, wherever this was started."""
_LINKS = frozenset({b"symlink", b"dangling", b"loop", b"notdir"})
"""What `git cat-file --follow-symlinks` says of a link that leads to no file of the commit."""

SYMLINK, GITLINK = "120000", "160000"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the repository that holds the project."""

    id: str
    """40 or 64 hex digits."""
    time: datetime
    """The committer's time, UTC."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A working tree."""

    top: Path
    """Its folder, symbolic links resolved."""
    commit: Commit | None
    """What is checked out; None before the first commit."""

    def name(self, path: Path) -> str | None:
        """The path below the top, with `/`, `.` for the top; None for one outside."""
        path = path.resolve()
        return path.relative_to(self.top).as_posix() if path.is_relative_to(self.top) else None


@dataclass(frozen=True, slots=True)
class Blob:
    """The content of a file as git keeps it: line ends are those of the repository, whatever the checkout has."""

    id: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class Entry(NamedTuple):
    """What a commit has at a path; there are thousands of them."""

    mode: str
    """As git writes it: SYMLINK, GITLINK, or a file's."""
    id: str
    """Of the blob; for GITLINK of the submodule's commit."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a working tree has that its commit does not; paths relative to its top, with `/`."""

    tracked: tuple[str, ...]
    """Changed, added, removed or renamed; also where the index says that nobody shall look."""
    untracked: tuple[str, ...]
    """Not in git, and not ignored."""


@dataclass(frozen=True, slots=True)
class Authored:
    """Who wrote a line of a file, by the commit that brought it in."""

    commit: str
    author: str
    time: datetime
    """UTC."""


def with_lf(data: bytes) -> bytes:
    """A text file's bytes with the line ends that repositories keep: a digest of it is the same on all checkouts."""
    return data.replace(b"\r\n", b"\n")


def blob_id(data: bytes, *, like: str) -> str:
    """The id that git gives a file's content, by the hash of another id."""
    hashed = hashlib.sha1 if len(like) == 40 else hashlib.sha256
    return hashed(b"blob %d\0" % len(data) + data).hexdigest()


def repository(folder: Path) -> Repository | None:
    """The working tree that holds `folder`; None outside one, and where git is not installed.

    Raises UsageError for a repository that git does not read since it belongs to somebody else, and for a folder that
    is made to look like one.
    """
    done = _run(folder, "rev-parse", "--show-toplevel")
    if done is None:
        return None
    if b"dubious ownership" in done.stderr:
        raise UsageError(
            say("git does not read the repository of {folder}: it belongs to another user", folder=folder),
            hint=say("If you trust it: git config --global --add safe.directory '*', or its folder in place of *."),
        )
    if b"cannot use bare repository" in done.stderr:
        raise UsageError(
            say("{folder} lies in a bare repository, not in a working tree", folder=folder),
            hint=say("Run it in a clone. A folder with HEAD, objects and refs in it is taken for a repository by git."),
        )
    if done.returncode != 0:
        return None
    top = Path(os.fsdecode(done.stdout).removesuffix("\n")).resolve()
    return Repository(top, _commit(top))


def _commit(top: Path) -> Commit | None:
    shown = (_git(top, "log", "-1", "--no-show-signature", "--format=%H %ct") or b"").decode().split()
    return None if len(shown) != 2 else Commit(shown[0], datetime.fromtimestamp(int(shown[1]), UTC))


def changes(repository: Repository) -> Changes:
    """What the whole working tree has and its commit does not, submodules among it."""
    status = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignore-submodules=none")
    listed = os.fsdecode(_git(repository.top, *status) or b"")
    tracked, untracked = [], []
    entries = iter(listed.split("\0"))
    for entry in entries:
        if entry.startswith("??"):
            untracked.append(entry[3:])
        elif entry:
            tracked.append(entry[3:])
            if "R" in entry[:2] or "C" in entry[:2]:
                tracked.append(next(entries))  # the name before
    return Changes(tuple(sorted({*tracked, *_hidden(repository)})), tuple(sorted(untracked)))


def ignored(repository: Repository) -> tuple[str, ...]:
    """What lies in the working tree and git is told to ignore; a folder in which nothing else lies ends in `/`."""
    listed = _git(repository.top, "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    return tuple(name for name in os.fsdecode(listed or b"").split("\0") if name)


def _hidden(repository: Repository) -> Iterator[str]:
    """Files that differ from the commit, and that `git status` is told not to look at (git update-index)."""
    listed = os.fsdecode(_git(repository.top, "ls-files", "-v", "-z") or b"").split("\0")
    marked = {name[2:]: name[0] for name in listed if name and (name[0].islower() or name[0] == "S")}
    kept = committed(repository, marked)
    for name, mark in marked.items():
        file = repository.top / name
        if not file.is_file():
            if mark != "S":  # S: a sparse checkout leaves it out
                yield name
        elif name not in kept or with_lf(file.read_bytes()) != with_lf(kept[name].data):
            yield name


def committed(repository: Repository, names: Iterable[str]) -> Mapping[str, Blob]:
    """These files as the commit that is checked out has them; those that it does not have are left out."""
    asked = [name for name in names if "\n" not in name]
    if repository.commit is None:
        return {}
    found = blobs(repository, [f"{repository.commit.id}:{name}" for name in asked])
    return {name: blob for name, blob in zip(asked, found, strict=True) if blob is not None}


def blobs(repository: Repository, names: Sequence[str], *, follow: bool = False) -> list[Blob | None]:
    """The content of each, by its id or as `COMMIT:path`; None for what is no file there. One call for all of them.

    follow: a symbolic link within the commit gives the file that it leads to.
    """
    asked = [name if "\n" not in name else "" for name in names]  # "" is missing
    if not asked:
        return []
    options = ("--follow-symlinks",) if follow else ()
    out = _git(repository.top, "cat-file", "--batch", *options, stdin=os.fsencode("\n".join([*asked, ""]))) or b""
    found: list[Blob | None] = []
    at = 0
    for _ in asked:
        end = out.find(b"\n", at)
        about = out[at:end].rsplit(b" ", 2)
        at = end + 1
        blob = None
        if len(about) == 3 and about[2].isdigit():  # `ID KIND SIZE`; else `NAME missing`
            size = int(about[2])
            blob = Blob(about[0].decode(), out[at : at + size]) if about[1] == b"blob" else None
            at += size + 1
        elif len(about) == 2 and about[0] in _LINKS and about[1].isdigit():
            at += int(about[1]) + 1
        found.append(blob)
    return found


def commits(repository: Repository, names: Sequence[str]) -> list[str | None]:
    """The id of the commit that each of these names, as `git rev-parse` reads them; None for what is not there."""
    asked = [f"{name}^{{commit}}" if name.isprintable() else "" for name in names]
    out = _git(repository.top, "cat-file", "--batch-check", stdin=os.fsencode("\n".join([*asked, ""])))
    lines = (out or b"").split(b"\n")[: len(asked)]
    about = [line.split(b" ") for line in [*lines, *[b""] * (len(asked) - len(lines))]]
    return [each[0].decode() if len(each) == 3 and each[1] == b"commit" else None for each in about]


def merge_base(repository: Repository, one: str, other: str) -> str | None:
    """The best common ancestor of two commits; None where none is known here."""
    found = _git(repository.top, "merge-base", one, other)
    return None if found is None else found.decode().strip()


def parents(repository: Repository, commit: str) -> tuple[str, ...]:
    """What a commit names as its parents, also where a shallow clone does not have them."""
    head, _, _ = (_git(repository.top, "cat-file", "commit", commit) or b"").partition(b"\n\n")
    return tuple(line[7:].decode() for line in head.split(b"\n") if line.startswith(b"parent "))


def is_shallow(repository: Repository) -> bool:
    """Whether commits were left out when it was cloned."""
    return (_git(repository.top, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true"


def refs(repository: Repository) -> tuple[str, ...]:
    """Branches and tags, by the names that people give them."""
    listed = _git(
        repository.top, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"
    )
    return tuple((listed or b"").decode("utf-8", "replace").split())


def superproject(repository: Repository) -> Path | None:
    """The top of the repository of which this one is a submodule."""
    found = _git(repository.top, "rev-parse", "--show-superproject-working-tree") or b""
    return Path(os.fsdecode(found).removesuffix("\n")).resolve() if found.strip() else None


def tree(repository: Repository, commit: str, names: Iterable[str]) -> Mapping[str, Entry]:
    """What a commit has at these names and below them, paths relative to the top; `.` is all there is."""
    asked = sorted({*names})
    if not asked:
        return {}
    paths = () if "." in asked else ("--", *asked)
    listed = _needed(repository, "--literal-pathspecs", "ls-tree", "-r", "-z", "--full-tree", commit, *paths)
    found: dict[str, Entry] = {}
    for line in os.fsdecode(listed).split("\0"):
        about, _, name = line.partition("\t")
        if name:
            mode, _, id = about.split(" ")
            found[name] = Entry(mode, id)
    return found


def differing(repository: Repository, commit: str) -> frozenset[str]:
    """Files of which the working tree, as far as git follows it, has something else than a commit, or that one of the
    two does not have. Line ends are compared as git keeps them."""
    options = ("--raw", "-z", "--abbrev=4", "--no-renames", "--no-ext-diff", "--ignore-submodules=dirty")
    listed = _needed(repository, "-c", "diff.autoRefreshIndex=true", "diff", *options, commit, "--")
    return frozenset(os.fsdecode(listed).split("\0")[1::2])


def between(repository: Repository, one: str, other: str) -> Mapping[str, Entry | None]:
    """The paths at which two commits differ, with what the other one has there; None: nothing."""
    words = os.fsdecode(_needed(repository, "diff-tree", "-r", "-z", "--raw", "--no-renames", one, other)).split("\0")
    found: dict[str, Entry | None] = {}
    for about, name in zip(words[::2], words[1::2], strict=False):
        _, mode, _, id, status = about.split(" ")
        found[name] = None if status == "D" else Entry(mode, id)
    return found


def untracked(repository: Repository) -> frozenset[str]:
    """Files that are not in git, and not ignored."""
    listed = _needed(repository, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(name for name in os.fsdecode(listed).split("\0") if name)


@contextmanager
def checked_out(repository: Repository, commit: str) -> Iterator[Path]:
    """A commit in a working tree of its own, which is gone afterwards: its folder.

    Raises UsageError for a commit that the repository does not have, and where it can't be checked out.
    """
    if not _COMMIT.fullmatch(commit) or _git(repository.top, "cat-file", "-e", f"{commit}^{{commit}}") is None:
        raise UsageError(
            say("this repository does not have the commit {commit}", commit=commit),
            hint=say("Fetch it first: git fetch with the branch that has it, or git fetch --unshallow."),
        )
    with TemporaryDirectory(prefix="sqlgen-commit.") as private:
        tree = Path(private).resolve() / "tree"
        try:
            added = _run(repository.top, "-c", f"core.hooksPath={os.devnull}",
                         "worktree", "add", "--detach", "--quiet", str(tree), commit)  # fmt: skip
            if added is None or added.returncode != 0:
                said = b"" if added is None else added.stderr
                raise UsageError(
                    say("git can't check out the commit {commit}: {why}", commit=commit, why=_last_line(said)),
                    hint=say("Check it out yourself, in a clone of your own, and run this there."),
                )
            yield tree
        finally:
            _git(repository.top, "worktree", "remove", "--force", str(tree))


def authors(file: Path, lines: Iterable[int]) -> Mapping[int, Authored]:
    """Who wrote these lines of a file, of those that are committed; outside git: nothing."""
    ranges = [word for line in sorted(set(lines)) for word in ("-L", f"{line},{line}")]
    shown = _git(file.parent, "blame", "--line-porcelain", *ranges, "--", file.name) if ranges else None
    found: dict[int, Authored] = {}
    values: dict[str, str] = {}
    for text in (shown or b"").decode("utf-8", "replace").split("\n"):
        key, _, value = text.partition(" ")
        if text.startswith("\t"):  # the line's own text ends what is said of it
            if values["commit"].strip("0"):
                time = datetime.fromtimestamp(int(values["author-time"]), UTC)
                found[int(values["line"])] = Authored(values["commit"], values["author"], time)
            values = {}
        elif values:
            values[key] = value
        elif text:
            values = {"commit": key, "line": value.split(" ")[1]}
    return found


def _last_line(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip().rpartition("\n")[2]


def _needed(repository: Repository, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints, where no answer would be taken for an empty one. Raises UsageError with what git says."""
    done = _run(repository.top, *arguments, stdin=stdin)
    if done is not None and done.returncode == 0:
        return done.stdout
    raise UsageError(
        say("git fails: {why}", why="" if done is None else _last_line(done.stderr)),
        hint=say("Correct that; git status and git fsck in {folder} say more.", folder=repository.top),
    )


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes | None:
    """What git prints; None when it fails, and where it is not installed."""
    done = _run(folder, *arguments, stdin=stdin)
    return done.stdout if done is not None and done.returncode == 0 else None


def _run(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    """None: git is not installed, or there is no such folder."""
    # A file monitor is a program of its own, and may be wrong; replaced objects are not what others see of a commit.
    # A bare repository in a folder is what somebody committed there, with branches and settings of its own.
    # https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
    settings = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")
    command = ["git", "--no-optional-locks", *settings, "-C", str(folder), *arguments]
    environ = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    environ |= {"LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1"}
    try:
        return subprocess.run(command, capture_output=True, check=False, input=stdin, env=environ)
    except OSError:
        return None
