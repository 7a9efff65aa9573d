"""A project and a commit in, the folders that held its revisions there out: they, or the whole project, may have moved.

What the configuration of the commit says is asked where it is another one than here, by the same reader: on a copy of
its configuration files among empty folders. Where the project is not found in its place, the folders that are gone
since and held revisions that are here are taken.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlgen.errors import HistoryError, ProjectError
from sqlgen.history import git
from sqlgen.history.files import is_source, read_source
from sqlgen.history.here import Here
from sqlgen.project import Project, find

_CONFIGURATION = frozenset({"alembic.ini", "pyproject.toml"})


@dataclass(frozen=True, slots=True)
class Folders:
    """Folders of revisions, relative to the top of their repository."""

    names: tuple[str, ...]
    recursive: bool

    def hold(self, name: str) -> bool:
        """Whether Alembic takes a file for a revision, by its folder and its name."""
        folder, _, file = name.rpartition("/")
        folder = folder or "."
        if not is_source(file):
            return False
        if not self.recursive:
            return folder in self.names
        return "__pycache__" not in folder.split("/") and any(
            each in (".", folder) or folder.startswith(f"{each}/") for each in self.names
        )


def configuration(project: Project, repository: git.Repository) -> tuple[str, ...]:
    """The files that say where the revisions are, relative to the repository's top."""
    files = {project.config, *filter(None, (project.ini, project.pyproject))}
    return tuple(sorted(name for name in map(repository.name, files) if name is not None))


def folders_at(
    project: Project, repository: git.Repository, commit: str, tree: Mapping[str, git.Entry], here: Here
) -> Folders:
    """`tree` is what the commit has of the folders and the configuration as they are here."""
    names = configuration(project, repository)
    whole = {name: entry for name, entry in git.tree(repository, commit, ["."]).items() if _inside(name)}
    found = _by_configuration(project, repository, whole, names) if all(name in tree for name in names) else None
    return found or _by_revisions(repository, commit, whole, here)


def _inside(name: str) -> bool:
    """git checks names when it checks out, not when it lists them."""
    return not {"", ".", "..", ".git"}.intersection(name.split("/"))


def _by_configuration(
    project: Project, repository: git.Repository, whole: Mapping[str, git.Entry], names: tuple[str, ...]
) -> Folders | None:
    """What the commit's configuration says; None where it leads to no project."""
    config, root = repository.name(project.config), repository.name(project.root)
    if config is None or root is None:
        return None
    files = [name for name in whole if name in names or name.rpartition("/")[2] in _CONFIGURATION]
    contents = git.blobs(repository, [whole[name].id for name in files])
    with TemporaryDirectory(prefix="sqlgen-base.") as private:
        top = Path(private).resolve()
        (top / ".git").mkdir()  # so that nothing above is looked at
        for folder in {name.rpartition("/")[0] for name in whole if name.endswith(".py")}:
            (top / folder).mkdir(parents=True, exist_ok=True)
        for name in whole:
            if name.rpartition("/")[2] == "env.py":
                (top / name).touch()
        for name, blob in zip(files, contents, strict=True):
            if blob is not None:
                (top / name).parent.mkdir(parents=True, exist_ok=True)
                (top / name).write_bytes(blob.data)
        try:
            before = find(top / root, config=top / config, name=project.section)
        except ProjectError:
            return None
        inside = [each for each in before.version_locations if each.is_relative_to(top)]
        return Folders(tuple(each.relative_to(top).as_posix() for each in inside), before.recursive_version_locations)


def _by_revisions(repository: git.Repository, commit: str, whole: Mapping[str, git.Entry], here: Here) -> Folders:
    """Folders whose revisions are here, in other files: one that has its id, and comes after the same ones."""
    known = {(each.id, each.down) for each in here.revisions}
    files = [name for name, entry in whole.items() if is_source(name.rpartition("/")[2])]
    gone = [name for name in files if not (repository.top / name).exists()]
    names: dict[str, None] = {}
    for name, blob in zip(gone, git.blobs(repository, [whole[name].id for name in gone]), strict=True):
        folder = name.rpartition("/")[0] or "."
        if blob is None or folder in names or b"down_revision" not in blob.data:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                revision = read_source(blob.data, str(repository.top / name), name, {})
        except HistoryError:
            continue  # nearly every Python file is none
        if (revision.id, revision.down) in known:
            names[folder] = None
    return Folders(tuple(names), recursive=False)
