"""What a branch changed in, a sentence out where it changed what it is judged by: settings, rules, the baseline.

The settings and rules of the branch itself hold: a branch that brings a rule is judged by it. So whoever reviews it has
to know that they are others than on the base branch.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlgen.errors import Message, say
from sqlgen.history import git
from sqlgen.history.since import Base, Changes
from sqlgen.lint import baseline
from sqlgen.workspace import Workspace

_MOST = 12
"""Keys and files that are named."""


def judged_by(workspace: Workspace, repository: git.Repository, found: Changes) -> Iterator[Message]:
    """Nothing where no such file was changed."""
    root = workspace.project.root
    if not found.touched:
        return
    folders = [(root / pack).resolve() for pack in workspace.settings.rules if (root / pack).is_dir()]
    extended = set(_extended(workspace.settings.source))
    named: list[str] = []
    for name in sorted(found.touched):
        path = repository.top / name
        if path.name in ("sqlgen.toml", "pyproject.toml") or path in extended:
            named += [f"{name}: {key}" for key in _changed(repository, found.base, name)]
        elif path == root / baseline.FILE or any(path.is_relative_to(folder) for folder in folders):
            named.append(name)
    if named:
        more = [] if len(named) <= _MOST else [str(say("and {count} more", count=len(named) - _MOST))]
        yield say("this branch changes what it is judged by: {names}", names=", ".join([*named[:_MOST], *more]))


def _extended(source: Path | None) -> Iterator[Path]:
    """The files that settings stand on; that they don't go round in a circle is known."""
    while source is not None and source.is_file():
        start = _keys(source.read_bytes(), source).get("extends")
        source = (source.parent / start).resolve() if isinstance(start, str) else None
        if source is not None:
            yield source


def _changed(repository: git.Repository, base: Base, name: str) -> list[str]:
    """The keys of settings that are others here than at the tip of the base branch, or where it has no such file, than
    where this branch began; in a TOML file of something else there are none."""
    kept = git.blobs(repository, [f"{base.commit}:{name}", f"{base.merge_base}:{name}"], follow=True)
    before = next((blob.data for blob in kept if blob is not None), b"")
    path = repository.top / name
    here = _keys(path.read_bytes() if path.is_file() else b"", path)
    there = _keys(before, path)
    return sorted(key for key in {**there, **here} if there.get(key) != here.get(key))


def _keys(data: bytes, path: Path) -> dict[str, Any]:
    try:
        table: Any = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return {}  # one that is none, and counts, is an error of its own
    if path.name == "pyproject.toml":
        table = table.get("tool", {})
        table = table.get("sqlgen", {}) if isinstance(table, dict) else {}
    return dict(_flat(table, "")) if isinstance(table, dict) else {}


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
