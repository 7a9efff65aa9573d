"""A draft's files in; which of them git does not have as they are, and the digests that the manifest holds, out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlgen import baseline
from sqlgen.bundle.manifest import RevisionFile
from sqlgen.bundle.pack import is_bundle
from sqlgen.history import git
from sqlgen.lint import baseline as findings_baseline
from sqlgen.lint.book import Book
from sqlgen.pipeline import Emission
from sqlgen.segments import Step
from sqlgen.workspace import Workspace

HOTFIX_REVISION = "hotfix/revision.py"
"""The revision file of a hotfix, in the bundle."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a bundle is made of."""

    changed: tuple[str, ...]
    """What shaped it, or may have, and is not as it was committed; relative to the repository, sorted."""
    revisions: tuple[RevisionFile, ...]
    """In the order in which they are applied."""


def look(
    repository: git.Repository | None,
    workspace: Workspace,
    emission: Emission,
    rules: Book,
    *,
    own: Mapping[str, bytes],
    given: Collection[Path],
) -> Sources:
    """Ask git, once. `own`: files that the bundle brings itself, its revision's among them; `given`: where they come
    from."""
    up = [step for step in emission.steps if step.direction == "upgrade"]
    if repository is None:
        return Sources((), _revisions(up, workspace.project.root, {}, own))
    names = dict(_below(repository, _named(workspace, emission, rules)))
    read = set(_read(repository, emission))
    kept = git.committed(repository, dict.fromkeys((*names.values(), *read)))
    found = git.changes(repository)
    untracked = set(_shaping(repository, workspace, found.untracked))
    missing = {*names.values(), *read} - kept.keys()
    changed = {*found.tracked, *missing, *untracked} - {repository.name(path) for path in given}
    unchanged = {path: kept[name] for path, name in names.items() if name in kept and name not in changed}
    return Sources(
        tuple(sorted(name for name in changed if name is not None)),
        _revisions(up, workspace.project.root, unchanged, own),
    )


def _below(repository: git.Repository, files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Those that lie in it, with their names there. A folder is resolved once: most have hundreds of files."""
    name_of = cache(repository.name)
    for file in files:
        folder = name_of(file.parent)
        plain = folder is not None and not file.is_symlink()
        name = f"{folder}/{file.name}".removeprefix("./") if plain else repository.name(file)
        if name is not None:
            yield file, name


def _named(workspace: Workspace, emission: Emission, rules: Book) -> Iterator[Path]:
    """Files without which nobody else gets the same bundle: they belong into git, ignored or not."""
    project, settings = workspace.project, workspace.settings
    files = [
        *(revision.path for revision in workspace.graph.revisions),
        project.config,
        project.script_location / "env.py",
        settings.source,
        baseline.file_of(workspace),
        project.root / findings_baseline.FILE,
        *(rule.path for rule in rules.rules),
        *(project.root / step.override.name for step in emission.steps if step.override is not None),
    ]
    for file in dict.fromkeys(files):
        if file is not None and file.is_file():
            yield file


def _read(repository: git.Repository, emission: Emission) -> Iterator[str]:
    """What the rendering read or imported and lies in the repository: nobody else has it unless it is in git, ignored
    or not. Packages and Python's own caches are left out where they are read; a bundle's script is read by nobody.
    `.env` holds variables of the environment, which are in no commit wherever they come from."""
    for file, name in _below(repository, map(Path, emission.read)):
        if name.partition("/")[0] != ".git" and not file.name.startswith(".env") and file.is_file():
            yield name


def _shaping(repository: git.Repository, workspace: Workspace, untracked: Sequence[str]) -> Iterator[str]:
    """Of what git does not track and does not ignore: Python files of the project, all that lies where the migrations
    are; no bundles."""
    root, migrations = workspace.project.root.resolve(), workspace.project.script_location.resolve()
    in_a_bundle = cache(is_bundle)
    for name in untracked:
        path = (repository.top / name).resolve()
        code = name.endswith(".py") and path.is_relative_to(root)
        shapes = code or path.is_relative_to(migrations)
        if shapes and not any(map(in_a_bundle, path.parents)):
            yield name


def _revisions(
    up: Sequence[Step], root: Path, kept: Mapping[Path, git.Blob], own: Mapping[str, bytes]
) -> tuple[RevisionFile, ...]:
    return tuple(_revision(step.revision, step.file or "", root, kept, own) for step in up)


def _revision(id: str, file: str, root: Path, kept: Mapping[Path, git.Blob], own: Mapping[str, bytes]) -> RevisionFile:
    """With the digests of what git keeps; of a file that it does not keep as it is, with its own."""
    if file in own:  # by which it is known once it is in the history
        return RevisionFile(id, HOTFIX_REVISION, hashlib.sha256(own[HOTFIX_REVISION]).hexdigest())
    if (blob := kept.get(root / file)) is not None:
        return RevisionFile(id, file, blob.sha256, blob.id)
    return RevisionFile(id, file, hashlib.sha256(git.with_lf((root / file).read_bytes())).hexdigest())
