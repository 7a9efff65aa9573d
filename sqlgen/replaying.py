"""The schema before a range: what is there before the history begins, and everything from there on run.

The result is kept in the user's cache folder. Where only a part of the way is known there, the rest is run.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlgen import cache
from sqlgen.baseline import Baseline
from sqlgen.baseline import read as read_baseline
from sqlgen.emit import Run
from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Inputs
from sqlgen.errors import UsageError, say
from sqlgen.history import Move, between
from sqlgen.linting import numbers
from sqlgen.policies import read as read_policies
from sqlgen.schema import Schema
from sqlgen.workspace import Workspace

Versions = tuple[tuple[str, str], ...]
"""Of Python, Alembic and SQLAlchemy in the worker."""


def run(
    workspace: Workspace,
    moves: Sequence[Move],
    replay: Replay,
    progress: Callable[[int, int], None] | None = None,
    *,
    aside: bool = False,
    inputs: bool = False,
    models: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Run:
    """A run of these moves; `replay` answers what they ask of the schema. `aside`, `inputs`, `models`: see Run.
    `environ`: beside that of the settings."""
    told = options(workspace)
    return Run(
        workspace.project.config,
        **{**told, "environ": {**told["environ"], **(environ or {})}},
        moves=[(move.revision.id, move.direction) for move in moves],
        start=moves[0].before,
        progress=progress,
        files=tuple(workspace.graph.by_id.values()),
        rows=[move.after for move in moves],
        spare=None if environ else workspace.spare,
        server=replay,
        aside=aside,
        inputs=inputs,
        models=models,
    )


def options(workspace: Workspace) -> dict[str, Any]:
    """What every run of a workspace is told: it decides what a revision emits."""
    return {
        "section": workspace.project.section,
        "root": workspace.project.root,
        "dialect": workspace.dialect,
        "server_version": workspace.server_version,
        "environ": dict(workspace.settings.environ),
        "x": workspace.request.x,
        "python": workspace.python,
        "online_branches": workspace.request.online_branches,
        "timeout": _timeout(workspace),
        "stub": tuple(dict.fromkeys((*workspace.settings.stub, *workspace.request.stub))),
        "allow_connect": workspace.request.allow_connect,
        "target": workspace.request.target,
        "given": {key: (override.text,) for key, override in read_policies(workspace).overrides.items()},
    }


def _timeout(workspace: Workspace) -> float:
    """Seconds for each revision."""
    given = workspace.request.timeout_ms
    return (workspace.settings.timeout_ms if given is None else given) / 1000 or math.inf


def start_at(workspace: Workspace, heads: tuple[str, ...], dialect: str, versions: Versions | None = None) -> Start:
    """What is there at some heads: everything from base to there is run, and only its schema is kept.

    versions: those of the worker; None: they are not known yet, so the cache can't be asked. Raises UsageError for a
    baseline that is not as it must be.
    """
    base = read_baseline(workspace, dialect)
    _check(workspace, base, heads)
    if heads == base.heads:
        return base.start
    moves = between(workspace.graph, base.heads, heads).steps
    kept = None if versions is None else _Kept.open(workspace, base, moves, (dialect, versions))
    at, start, inputs = (0, base.start, Inputs((), ())) if kept is None else kept.nearest()
    if at == len(moves):
        return start
    replay = Replay(lambda _: start, server_version=numbers(workspace.server_version), keep=dialect == "sqlite")
    began = time.time()
    with run(workspace, moves[at:], replay, inputs=kept is not None) as running:
        for _ in running:
            pass
    found = Start(replay.schema(dialect), replay.sql)
    if kept is not None and running.inputs is not None:
        kept.keep(found, _both(inputs, running.inputs), began)
    return found


def snapshot_of(workspace: Workspace, heads: tuple[str, ...]) -> tuple[Start, str]:
    """The same for a dialect that only env.py may know; with the dialect. `heads` are not base."""
    moves = between(workspace.graph, (), heads).steps
    with run(workspace, moves, Replay(lambda dialect: Start(Schema.empty(dialect)))) as running:
        header = running.header
    return start_at(workspace, heads, header.dialect, header.versions), header.dialect


def _check(workspace: Workspace, base: Baseline, heads: tuple[str, ...]) -> None:
    """Raises UsageError unless the way leads from the baseline to the heads."""
    unknown = [id for id in base.heads if id not in workspace.graph.by_id]
    if unknown:
        raise UsageError(
            say("the baseline stands at {id}, which this history does not have", id=unknown[0]),
            hint=say("Make it again: sqlgen snapshot REVISION -o FILE"),
        )
    if not workspace.graph.ancestors(heads).issuperset(base.heads):
        raise UsageError(
            say(
                "the baseline stands at {base}, which does not come before {heads}",
                base=", ".join(base.heads),
                heads=", ".join(heads) or "base",
            ),
            hint=say("Begin the range at {base} or later, or give an earlier baseline.", base=",".join(base.heads)),
        )


class _Kept:
    """The states on a way, as far as the cache knows them."""

    def __init__(
        self, store: cache.Cache, keys: list[str], states: list[tuple[str, ...]], base: Start, about: Sequence[Move]
    ) -> None:
        self._store = store
        self._keys = keys
        self._states = states
        self._base = base
        self._moves = about
        self._environ: dict[str, str] = {}

    @classmethod
    def open(cls, workspace: Workspace, base: Baseline, moves: Sequence[Move], about: object) -> _Kept | None:
        """None where nothing can be kept."""
        store = cache.open_cache(os.environ)
        if store is None:
            return None
        project = workspace.project
        files = (project.config, project.root / "pyproject.toml", project.script_location / "env.py")
        digests = [cache.file_digest(path) for path in files if path is not None]
        told = sorted(options(workspace).items())
        try:
            keys = cache.keys(
                (about, base.digest, base.heads, str(project.config), digests, told),
                [(move.revision.id, move.revision.path) for move in moves],
            )
        except OSError:
            return None
        kept = cls(store, keys, [base.heads, *(move.after for move in moves)], base.start, moves)
        kept._environ = {**os.environ, **workspace.settings.environ}
        return kept

    def nearest(self) -> tuple[int, Start, Inputs]:
        """How many of the moves need not be run, what is there after them, and on what that depends."""
        for at in range(len(self._moves), 0, -1):
            found = self._store.load(self._keys[at], self._states[at], self._environ)
            if found is not None:
                return at, *found
        return 0, self._base, Inputs((), ())

    def keep(self, start: Start, inputs: Inputs, since: float) -> None:
        known = [move.revision.path for move in self._moves]
        self._store.save(self._keys[-1], self._states[-1], start, inputs, self._environ, known=known, since=since)


def _both(one: Inputs, other: Inputs) -> Inputs:
    return Inputs(tuple(sorted({*one.files, *other.files})), tuple(sorted({*one.variables, *other.variables})))
