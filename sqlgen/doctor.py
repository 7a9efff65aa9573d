"""Every revision of a range, both ways, in; what can be rendered of it, and what to do about the rest, out.

Each upgrade starts from the schema that those before it left. Each downgrade starts from the schema that the upgrade of
its revision left, so that one that can't be rendered is no trouble to the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from sqlgen.emit import Run
from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Direction, Note, Read, Rendered
from sqlgen.errors import EnvironmentFailed, Message, say
from sqlgen.history import Move
from sqlgen.history.bodies import without_effect
from sqlgen.linting import numbers
from sqlgen.replaying import run, start_at
from sqlgen.schema import Schema
from sqlgen.workspace import Workspace

Status = Literal["exact", "assumed", "row-driven", "needs-shadow", "cannot-run", "no-downgrade"]

STATUSES: tuple[Status, ...] = ("exact", "assumed", "row-driven", "needs-shadow", "cannot-run", "no-downgrade")
"""exact: the SQL is the same on every database. assumed: it is right where the schema is as replayed. row-driven: it
looks at rows, and what it does for each row is missing. needs-shadow: it looks at rows, and fails when there are none.
cannot-run: it fails. no-downgrade: there is no way back."""

LEAST = 50
"""So many revisions are worth a process of their own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One revision in one direction."""

    revision: str
    direction: Direction
    file: str
    line: int | None
    """Where the reason is, where there is one."""
    status: Status
    reason: Message | None
    hint: Message | None
    reads: tuple[Read, ...]
    assumptions: int
    notes: tuple[Note, ...]
    statements: int
    """Texts that it emitted; one may hold several statements."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A row for each revision and direction: in the order of an upgrade, the downgrade behind its upgrade."""

    rows: tuple[Row, ...]
    dialect: str
    versions: tuple[tuple[str, str], ...]
    output: str
    """What env.py and the revisions printed."""

    def count(self, status: Status, direction: Direction) -> int:
        return sum(row.status == status and row.direction == direction for row in self.rows)


def examine(
    workspace: Workspace, moves: Sequence[Move], *, jobs: int, progress: Callable[[int, int], None] | None = None
) -> Examination:
    """Render these upgrades, each with its downgrade. `progress` counts both. Raises EnvironmentFailed, ToolMissing.

    With several jobs the range is cut in as many parts, which run at the same time. A part that asks for the schema
    waits for the one before it.
    """
    parts = [_Part(workspace, part) for part in _cut(moves, jobs)]
    lower, version = moves[0].before, numbers(workspace.server_version)

    def before(dialect: str) -> Start:
        return start_at(workspace, lower, dialect, parts[0].run.versions)

    start: Callable[[str], Start] = before
    counter = _Counter(2 * len(moves), progress)
    for part in parts:
        part.begin(start, version, keep=part is not parts[-1], tick=counter.tick)
        start = part.left
    try:
        for part in parts:
            part.join()
    finally:
        for part in parts:
            part.stop()
    first = parts[0].run.header
    root, online = workspace.project.root, workspace.request.online_branches
    rows = [_row(root, move, *pair, online=online) for part in parts for move, pair in part.pairs()]
    return Examination(
        tuple(row for pair in rows for row in pair),
        first.dialect,
        first.versions,
        "".join(part.run.output for part in parts),
    )


def _cut(moves: Sequence[Move], jobs: int) -> list[Sequence[Move]]:
    """As many parts as there are jobs, as long as each is worth it."""
    count = max(1, min(jobs, len(moves) // LEAST))
    ends = [len(moves) * number // count for number in range(count + 1)]
    return [moves[begin:end] for begin, end in pairwise(ends)]


class _Counter:
    """How many revisions are done, in all parts."""

    def __init__(self, total: int, show: Callable[[int, int], None] | None) -> None:
        self._total, self._show = total, show
        self._done = 0
        self._lock = threading.Lock()

    def tick(self, done: int, total: int) -> None:
        with self._lock:
            self._done += 1
            if self._show is not None:
                self._show(self._done, self._total)


class _Part:
    """A stretch of the range: a worker, and the thread that listens to it."""

    def __init__(self, workspace: Workspace, moves: Sequence[Move]) -> None:
        self._workspace = workspace
        self._moves = moves
        self._done: list[Rendered] = []
        self._error: BaseException | None = None
        self._stopped = False
        self.run: Run
        self._replay: Replay
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def begin(
        self,
        start: Callable[[str], Start],
        version: tuple[int, ...] | None,
        *,
        keep: bool,
        tick: Callable[[int, int], None],
    ) -> None:
        """keep: what it leaves will be asked for, which costs SQLite something."""
        self._replay = Replay(start, server_version=version, keep=keep)
        both = [each for move in self._moves for each in (move, _back(move))]
        self.run = run(self._workspace, both, self._replay, tick, aside=True)
        self.run.__enter__()
        self._thread.start()

    def _listen(self) -> None:
        try:
            for rendered in self.run:
                self._done.append(rendered)
                if self._stopped:
                    break
            self._replay.turn(aside=False)
        except BaseException as error:  # raised again where somebody can see it
            self._error = error
        finally:
            self.run.__exit__(None, None, None)

    def left(self, dialect: str) -> Start:
        """What is there behind it, once it is through."""
        self._thread.join()
        if self._error is not None:
            raise EnvironmentFailed(say("the revisions before it were not run"), hint=say("See the error before this."))
        if dialect == "sqlite":  # its worker asks nothing but this
            return Start(Schema.empty(dialect), self._replay.sql)
        return Start(self._replay.schema(dialect))

    def join(self) -> None:
        """Wait for its end. Raises what stopped it."""
        self._thread.join()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Let it end at the next revision: nobody wants the rest."""
        self._stopped = True

    def pairs(self) -> list[tuple[Move, tuple[Rendered, Rendered]]]:
        both = zip(self._done[::2], self._done[1::2], strict=True)
        return list(zip(self._moves, both, strict=True))


def _back(move: Move) -> Move:
    return Move(move.revision, "downgrade", move.after, move.before)


# ---- what became of one


def _row(root: Path, move: Move, up: Rendered, down: Rendered, *, online: bool) -> tuple[Row, Row]:
    """online: a revision that asked was told that this is not offline mode."""
    file = move.revision.file
    why = None if down.statements else without_effect(root / file, "downgrade")
    back = _judged(file, down, online)
    if why is not None and (why.raises or up.statements or up.failure is not None):
        back = Row(down.revision, "downgrade", file, why.line, "no-downgrade", why.said, None, (), 0, down.notes, 0)
    return _judged(file, up, online), back


def _judged(file: str, rendered: Rendered, online: bool) -> Row:
    status, place, reason, hint = _verdict(rendered, online)
    return Row(
        rendered.revision,
        rendered.direction,
        place[0] or file,
        place[1],
        status,
        reason,
        hint,
        rendered.reads,
        len(rendered.assumptions),
        rendered.notes,
        len(rendered.statements),
    )


Place = tuple[str | None, int | None]


def _verdict(rendered: Rendered, online: bool) -> tuple[Status, Place, Message | None, Message | None]:
    """The status, with the place and the reason of the first thing that keeps it from being exact."""
    failure, id_, direction = rendered.failure, rendered.revision, rendered.direction
    if rendered.reads:
        read = rendered.reads[0]
        place = (None, None) if read.source is None else (read.source.file, read.source.line)
        reason = say("it looks at the rows of `{sql}` ({what})", sql=read.sql, what=read.what)
        if failure is None:
            hint = say(
                "Where there are no such rows, allow it: --reads empty. Else write it by hand: "
                '[tool.sqlgen.revision.{id}], {direction} = "FILE.sql".',
                id=id_,
                direction=direction,
            )
            return "row-driven", place, reason, hint
        more = say("{reason}, and without any: {failure}", reason=reason, failure=failure.reason)
        hint = say(
            "Record it on an empty database with --shadow URL, or write it by hand: "
            '[tool.sqlgen.revision.{id}], {direction} = "FILE.sql".',
            id=id_,
            direction=direction,
        )
        return "needs-shadow", place, more, hint
    if failure is not None:
        hint = say(
            "Change that line so that it runs offline, record it with --shadow URL, or write it by hand: "
            '[tool.sqlgen.revision.{id}], {direction} = "FILE.sql".',
            id=id_,
            direction=direction,
        )
        return "cannot-run", (failure.file, failure.line), failure.reason, hint
    branch = next((note for note in rendered.notes if note.kind == "offline-branch"), None)
    if branch is not None and not online:
        place = (None, None) if branch.source is None else (branch.source.file, branch.source.line)
        reason = say("it asks whether this is offline mode, and may do less there than on a database")
        return "assumed", place, reason, say("Compare the two branches; --online-branches takes the other one.")
    refused = next((note for note in rendered.notes if note.kind == "refused"), None)
    if refused is not None:
        place = (None, None) if refused.source is None else (refused.source.file, refused.source.line)
        reason = say(
            "the database will refuse a statement of it, as far as its schema is known: {text}", text=refused.text
        )
        return "assumed", place, reason, say("Mend the revision; `alembic upgrade` stops there, too.")
    thread = next((note for note in rendered.notes if note.kind == "thread"), None)
    if thread is not None:
        reason = say("the thread {name} went on after it, and what it did then is not known", name=thread.text)
        return "assumed", (None, None), reason, say("Wait for the thread in the revision: join() it.")
    return ("assumed" if rendered.assumptions else "exact"), (None, None), None, None
