"""Revisions that can't be rendered in, what they do on an empty database out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlgen.baseline import read as read_baseline
from sqlgen.baseline import statements as baseline_statements
from sqlgen.emit import Run
from sqlgen.emit.shadow import Shadow, left
from sqlgen.emit.trace import Direction, Rendered
from sqlgen.errors import Message, UsageError, say
from sqlgen.history import Move, between
from sqlgen.policies import Override, Policies
from sqlgen.replaying import options
from sqlgen.statements import split
from sqlgen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Recording:
    """What each move did, as far as the run came."""

    moves: Mapping[tuple[str, Direction], Rendered] = field(default_factory=dict)
    stopped: tuple[str, Message] | None = None
    """The revision at which the database refused, and what it said: nothing after it was run."""
    left: Message | None = None
    """What of it is still there."""


def record(
    workspace: Workspace,
    moves: Sequence[Move],
    dialect: str,
    policies: Policies,
    progress: Callable[[int, int], None] | None = None,
) -> Recording | None:
    """Everything from base to the last of the moves, run on an empty database; None where none is given.

    SQLite needs none: it is made in memory. Raises UsageError for a database that can't be used.
    """
    url = workspace.request.shadow or ("sqlite://" if dialect == "sqlite" else None)
    if url is None:
        return None
    if dialect == "sqlite" and not url.startswith("sqlite"):  # elsewhere the worker sees what the URL leads to
        raise UsageError(
            say("the shadow database is {kind}, and the SQL is for sqlite", kind=url.partition(":")[0]),
            hint=say("Leave out --shadow: an SQLite database is made in memory."),
        )
    base = read_baseline(workspace, dialect)
    before = baseline_statements(workspace, dialect)
    if before is None:
        raise UsageError(
            say("the baseline is a snapshot, from which no database can be made"),
            hint=say("To record on a shadow database give a dump as the baseline: pg_dump -s, mysqldump --no-data."),
        )
    first = moves[0].before
    way = [*(between(workspace.graph, base.heads, first).steps if first != base.heads else ()), *moves]
    shadow = Shadow(url, before)
    told = {**options(workspace), "online_branches": True, "dialect": workspace.dialect}
    with Run(
        workspace.project.config,
        **{**told, "given": {key: _cut(each, dialect) for key, each in policies.overrides.items()}},
        moves=[(move.revision.id, move.direction) for move in way],
        start=base.heads,
        progress=progress,
        files=tuple(workspace.graph.by_id.values()),
        rows=[move.after for move in way],
        shadow=shadow,
    ) as running:
        done = list(running)
    found: dict[tuple[str, Direction], Rendered] = {(each.revision, each.direction): each for each in done}
    last = done[-1] if done else None
    stopped = (last.revision, last.failure.reason) if last and last.failure and len(done) < len(way) else None
    return Recording(found, stopped, left(shadow, running.made))


def _cut(override: Override, dialect: str) -> tuple[str, ...]:
    """Not every driver takes several statements at once."""
    return tuple(each.text for each in split(override.text, dialect) if each.text)
