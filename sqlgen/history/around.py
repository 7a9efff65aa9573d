"""The files that a branch changed in, those out that decide, beside the revisions, what old revisions emit.

All that lies under script_location, settings, SQL files, attributes by which git writes other files than it keeps, what
Python loads in place of a source; and what old revisions name: modules that they import, files that they may read. What
those modules import and read in their turn is not looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlgen.history import git
from sqlgen.history.here import Here
from sqlgen.history.revision import Revision
from sqlgen.project import Project

_SETTINGS = frozenset({"alembic.ini", "pyproject.toml", "sqlgen.toml"})
_NOT_READ = re.compile(r"^\.|^README|\.(?:md|rst)$")
"""What lies among revisions, and no code reads."""
_LOADED = re.compile(r"\.(?:py[cod]|so)$")
"""Python runs these without looking at a source, or, of a __pycache__, may run them in place of it:
https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation"""
_IMPORTS = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]{0,4000}\)|[^\n]*)|import[ \t]+([^\n#]*))", re.M
)
_WORD = re.compile(r"[\w.]+")
_SHORTEST = 4
"""Letters of a file's name of which it is no accident that a revision has them."""


def surroundings(
    project: Project, repository: git.Repository, touched: Iterable[str], here: Here, new: Iterable[Revision]
) -> tuple[tuple[str, ...], bool]:
    """The names, relative to the project's root, and whether Python files were changed that do not lie around the
    revisions. `touched`: relative to the repository's top; `new`: revisions that are not asked what they name."""
    root, location = repository.name(project.root), repository.name(project.script_location)
    around: list[str] = []
    others: list[str] = []
    for name in touched:
        folder, _, file = name.rpartition("/")
        ours = (
            (name.endswith(".sql") and _below(folder, root)) or file == ".gitattributes" or bool(_LOADED.search(file))
        )
        ours = ours or (_below(folder, location) and not _NOT_READ.search(file))
        ours = ours or (file in _SETTINGS and root is not None and _below(root, folder or "."))
        ours = ours or repository.top / name in (project.ini, project.pyproject)
        (around if ours else others).append(name)
    code = any(name.endswith((".py", ".pyi")) for name in others)
    if others:
        fresh = {revision.id for revision in new}
        around += _named(others, [here.source(each) for each in here.revisions if each.id not in fresh])
    return tuple(Path(os.path.relpath(repository.top / name, project.root)).as_posix() for name in sorted(around)), code


def _below(folder: str, top: str | None) -> bool:
    """Whether a folder is `top` or lies in it; both relative to the repository's top."""
    return top is not None and (top == "." or folder == top or folder.startswith(f"{top}/"))


def _named(names: Iterable[str], sources: Iterable[bytes]) -> Iterator[str]:
    """Those that one of the sources imports, or names in whatever way."""
    text = b"\n".join(sources)
    modules = {f".{module}" for module in _imported(text)}
    for name in names:
        stem, dot, kind = name.rpartition(".")
        if kind in ("py", "pyi"):
            dotted = "." + stem.removesuffix("/__init__").replace("/", ".")
            if any(dotted.endswith(module) for module in modules):
                yield name
        elif dot and len(file := name.rpartition("/")[2]) >= _SHORTEST and file.encode() in text:
            yield name


def _imported(text: bytes) -> set[str]:
    """The modules that it may import: of `from a import b` a and a.b."""
    found: set[str] = set()
    for origin, names, plain in {match.groups(default=b"") for match in _IMPORTS.finditer(text)}:
        start = origin.decode("utf-8", "replace").strip(".")
        words = _WORD.findall((names + plain).decode("utf-8", "replace"))
        found |= {start, *(f"{start}.{word}" for word in words)} if start else {*words}
    return found - {""}
