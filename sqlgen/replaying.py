"""The schema before a range: everything from base to there is run, and only what it leaves out is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlgen.emit import Run
from sqlgen.emit.replay import Replay, Start
from sqlgen.history import Move, between
from sqlgen.linting import numbers
from sqlgen.policies import read as read_policies
from sqlgen.schema import Schema
from sqlgen.workspace import Workspace


def run(
    workspace: Workspace,
    moves: Sequence[Move],
    replay: Replay,
    progress: Callable[[int, int], None] | None = None,
    *,
    aside: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Run:
    """A run of these moves; `replay` answers what they ask of the schema. `aside`: see Run. `environ`: beside that of
    the settings."""
    return Run(
        workspace.project.config,
        section=workspace.project.section,
        root=workspace.project.root,
        moves=[(move.revision.id, move.direction) for move in moves],
        start=moves[0].before,
        dialect=workspace.dialect,
        server_version=workspace.server_version,
        environ={**workspace.settings.environ, **(environ or {})},
        x=workspace.request.x,
        python=workspace.python,
        progress=progress,
        files=tuple(workspace.graph.by_id.values()),
        rows=[move.after for move in moves],
        spare=None if environ else workspace.spare,
        server=replay,
        online_branches=workspace.request.online_branches,
        aside=aside,
        given={key: (override.text,) for key, override in read_policies(workspace).overrides.items()},
    )


def start_at(workspace: Workspace, heads: tuple[str, ...], dialect: str) -> Start:
    """What is there at some heads: everything from base to there is run, and only its schema is kept."""
    empty = Start(Schema(dialect))
    if not heads:
        return empty
    moves = between(workspace.graph, (), heads).steps
    replay = Replay(lambda _: empty, server_version=numbers(workspace.server_version), keep=dialect == "sqlite")
    with run(workspace, moves, replay) as running:
        for _ in running:
            pass
    return Start(replay.schema(dialect), replay.sql)
