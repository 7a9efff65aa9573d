"""A bundle's manifest in, the project as it was at its commit out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlgen import project
from sqlgen.bundle.manifest import Manifest
from sqlgen.bundle.pack import is_bundle
from sqlgen.emit.interpreter import choose
from sqlgen.errors import Message, ProjectError, ToolMissing, UsageError, say
from sqlgen.history import git
from sqlgen.settings import Request
from sqlgen.settings import load as load_settings


@contextmanager
def at_commit(manifest: Manifest, request: Request) -> Iterator[tuple[Path, Message]]:
    """The project at the bundle's commit, and what to call it; where the bundle has none, the project as it is here.

    It is checked out in a working tree of its own unless it is what stands here, unchanged. Raises UsageError for a
    commit that the repository does not have, ToolMissing outside git.
    """
    folder = _here(manifest, request)
    if manifest.commit is None:
        yield folder, say("this folder (the bundle says no commit)")
        return
    source = say("commit {commit}", commit=manifest.commit)
    repository = git.repository(_that_is_there(folder))
    if repository is None:
        raise ToolMissing(
            say("{folder} is in no git repository, or git is not installed", folder=folder),
            hint=say("The bundle is of commit {commit}: run this in a clone that has it.", commit=manifest.commit),
        )
    if repository.commit is not None and repository.commit.id == manifest.commit and _unchanged(repository):
        yield folder, source
        return
    with git.checked_out(repository, manifest.commit) as tree:
        yield tree / (repository.name(folder) or ""), source


def _unchanged(repository: git.Repository) -> bool:
    """Whether nothing lies here that a clean clone would not have, but for caches, virtual environments and bundles."""
    found, in_a_bundle = git.changes(repository), cache(is_bundle)
    beside = (repository.top / name for name in (*found.untracked, *git.ignored(repository)))
    return not found.tracked and all(_is_cache(path) or any(map(in_a_bundle, (path, *path.parents))) for path in beside)


def _is_cache(path: Path) -> bool:
    """A folder that programs fill; https://bford.info/cachedir, PEP 405."""
    marked = (path / name for name in ("CACHEDIR.TAG", "pyvenv.cfg"))
    return path.suffix == ".pyc" or path.name == "__pycache__" or any(mark.is_file() for mark in marked)


def check_read(manifest: Manifest, request: Request, folder: Path, read: Iterable[str]) -> None:
    """Raises UsageError where what was rendered in `folder`, a commit that was checked out, read files of the working
    tree here that the commit has otherwise: an installed package may lead here."""
    here = git.repository(_that_is_there(_here(manifest, request)))
    tree = git.repository(folder)
    if here is None or tree is None or here.top == tree.top:
        return
    outside = (path for path in map(Path, read) if not path.resolve().is_relative_to(tree.top))
    names = {name: path for path in outside if (name := here.name(path)) is not None}
    kept = git.committed(tree, names)
    other = [
        name
        for name, path in names.items()
        if name not in kept or git.with_lf(kept[name].data) != git.with_lf(path.read_bytes())
    ]
    if other:
        raise UsageError(
            say("files of the working tree here were read, and the commit has others: {files}", files=", ".join(other)),
            hint=say("Run this in a clean clone of the commit, from which the project's own packages are installed."),
        )


@contextmanager
def as_it_is(manifest: Manifest, request: Request) -> Iterator[tuple[Path, Message]]:
    """The project as it stands here: for what was built from work that was not committed."""
    yield _here(manifest, request), say("the working tree here")


def interpreter(manifest: Manifest, request: Request) -> Path | None:
    """The project's interpreter as it is here: another working tree has none beside it. None: there is no project."""
    folder = _here(manifest, request)
    if not folder.exists():
        return None
    settings = load_settings(folder if folder.is_dir() else folder.parent)
    asked = None if settings.python is None or settings.source is None else settings.source.parent / settings.python
    config = settings.source.parent / settings.alembic if settings.source and settings.alembic else None
    try:
        found = project.find(folder, config=config if folder.is_dir() else None, name=request.name)
    except ProjectError:
        return None
    return choose(asked, found.root, {**os.environ, **settings.environ}).path


def known(manifest: Manifest, request: Request) -> None:
    """Raises SettingsError for an environment that the settings here don't have."""
    load_settings(_that_is_there(_here(manifest, request))).environment(request.env)


def trust_of(manifest: Manifest, request: Request) -> Path | None:
    """The trust folder that the project's settings name; None: they name none, or there is no project."""
    folder = _that_is_there(_here(manifest, request))
    return load_settings(folder).trust_folder


def _here(manifest: Manifest, request: Request) -> Path:
    """Where the project lies now: where it is said to, else where the manifest says in this repository."""
    if request.project is not None:
        return request.project.resolve()
    repository = git.repository(Path.cwd()) if manifest.commit is not None else None
    return Path.cwd() if repository is None else repository.top / (manifest.project or "")


def _that_is_there(folder: Path) -> Path:
    """The folder, or the nearest above it: an older commit may have one that is gone."""
    return next((each for each in (folder, *folder.parents) if each.is_dir()), folder)
