"""A script in, SQL that finds out where on the script's path a database stands, by the version table and the record.

@sqlgen_step counts the steps that are done, @sqlgen_done the parts of the step after them. In a rollback that starts in
the middle of an upgrade @sqlgen_undo is 1 and @sqlgen_behind says how many parts of the upgrade stood: the version
table is then where that step ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlgen.script.form import Form
from sqlgen.script.mysql.blocks import literal, prepared
from sqlgen.script.mysql.parts import Block, blocks, question, records
from sqlgen.script.mysql.writer import How
from sqlgen.script.path import Heads
from sqlgen.script.plan import mark_prefix
from sqlgen.script.positions import undone_twice
from sqlgen.script.target import Target
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Script:
    """What all parts of the writer need to know of the script."""

    steps: tuple[Step, ...]
    target: Target
    form: Form
    how: How
    gap: int | None
    """In the plain form: the index of the step before which the script ends."""
    recorded: bool
    """Whether it needs a table for the record."""

    @property
    def end(self) -> Heads:
        """Where the script leaves the version table."""
        if self.gap is None:
            return self.steps[-1].after
        return self.steps[self.gap].before


@dataclass(frozen=True, slots=True)
class _State:
    """One that the script can start from."""

    step: int
    """How many steps are done."""
    rows: Heads
    record: str = ""
    """How the record begins; empty: there is none."""
    undo: bool = False
    behind: int = 0
    """Of the upgrade: how many parts stood. -1: the record tells, it is the upgrade's own."""

    @property
    def sql(self) -> str:
        return f"{self.step}, {literal(counted(self.rows))}, {literal(self.record)}, {self.undo:d}, {self.behind}"


def counted(rows: Heads) -> str:
    """How many rows, and the rows: the same text that SQL makes of the version table."""
    return f"{len(rows)}:{','.join(rows)}"


def _states(script: Script) -> Iterator[_State]:
    target = script.target
    if script.how == "plain":
        yield _State(0, script.steps[0].before)
        yield _State(len(script.steps), script.end)
        return
    for index, step in enumerate(script.steps):
        yield _State(index, step.before)
        if records(step, target):
            yield _State(index, step.before, mark_prefix(step))
        undo = script.form.undo.get(step.revision)
        if undo is not None and step.gap is None:
            yield _State(index, step.after, mark_prefix(undo.upgrade), True, -1)
            for behind in sorted(undo.possible):
                yield _State(index, step.after, mark_prefix(step, behind=behind), True, behind)
    yield _State(len(script.steps), script.steps[-1].after)


_AT_ONCE = 200
"""Questions in one statement: it must not outgrow max_allowed_packet, 16 MB on MariaDB."""


def where(script: Script) -> Iterator[str]:
    """SQL that sets @sqlgen_step (NULL: not on the path), @sqlgen_done (NULL: only a person can tell), @sqlgen_undo and
    @sqlgen_behind."""
    yield "-- Where on the script's path it stands: steps done, parts of the next one done."
    yield "SET @sqlgen_rows_at = CONCAT(@sqlgen_rows, ':', @sqlgen_at), @sqlgen_known = '';"
    yield "SELECT step, record, is_undo, behind INTO @sqlgen_step, @sqlgen_known, @sqlgen_undo, @sqlgen_behind FROM ("
    first, *rest = _states(script)
    yield f"  SELECT {first.step} AS step, {literal(counted(first.rows))} AS at_rows,"
    yield f"    {literal(first.record)} AS record,"
    yield f"    {first.undo:d} AS is_undo, {first.behind} AS behind"
    yield from (f"  UNION ALL SELECT {state.sql}" for state in rest)
    yield ") AS path WHERE CAST(at_rows AS BINARY) = CAST(@sqlgen_rows_at AS BINARY)"
    yield "AND IF(record = '', @sqlgen_mark = '',"
    yield "  LEFT(CAST(@sqlgen_mark AS BINARY), LENGTH(record)) = CAST(record AS BINARY)) LIMIT 1;"
    yield "SET @sqlgen_part = IF(@sqlgen_known = '', 0, CAST(SUBSTRING_INDEX("
    yield "  SUBSTRING(@sqlgen_mark, CHAR_LENGTH(@sqlgen_known) + 1), ' ', 1) AS UNSIGNED));"
    yield "SET @sqlgen_began = (@sqlgen_known <> '' AND RIGHT(@sqlgen_mark, 6) = ' began'), @sqlgen_stood = NULL;"
    asked = list(_probes(script))
    if asked:
        yield "-- A part that began: does the catalog have what it makes?"
    key = "CONCAT(@sqlgen_step, IF(@sqlgen_behind < 0, ' upgrade ', ' '), @sqlgen_part)"
    for first_of in range(0, len(asked), _AT_ONCE):
        some = asked[first_of : first_of + _AT_ONCE]
        cases = "\n".join(f"  WHEN {literal(name)} THEN {literal(sql)}" for name, sql in some)
        yield from prepared(f"IF(NOT @sqlgen_began, 'DO 0', CASE {key}\n{cases}\n  ELSE 'DO 0' END)")
    yield "SET @sqlgen_done = @sqlgen_part - IF(@sqlgen_began, 1 - @sqlgen_stood, 0);"
    yield "SET @sqlgen_fresh = (@sqlgen_behind < 0);"
    yield "SET @sqlgen_behind = IF(@sqlgen_fresh, @sqlgen_done, @sqlgen_behind);"
    yield "SET @sqlgen_done = IF(@sqlgen_fresh, 0, @sqlgen_done);"


def _probes(script: Script) -> Iterator[tuple[str, str]]:
    if script.how == "plain":
        return
    for index, step in enumerate(script.steps):
        if records(step, script.target):
            cut = blocks(step, script.target)
            yield from _asked(f"{index} ", cut, script.target, again=dict.fromkeys(cut, 0))
        undo = script.form.undo.get(step.revision)
        if undo is not None and step.gap is None:
            cut = blocks(undo.upgrade, script.target)
            undone = {block: 1 for block in cut if undone_twice(undo, step, block.first - 1, block.last)}
            yield from _asked(f"{index} upgrade ", cut, script.target, again=undone)


def _asked(
    name: str, found: Sequence[Block], target: Target, *, again: Mapping[Block, int]
) -> Iterator[tuple[str, str]]:
    """again: what is taken for granted of statements that may run once more, 1 that they got done."""
    for block in found:
        asked = None if block.transaction else question(block, target.dialect)
        if asked is not None and asked.again:
            if block in again:
                yield f"{name}{block.first}", f"SET @sqlgen_stood = {again[block]}"
        elif asked is not None:
            told = f"IF({asked.done}, 1, IF({asked.untouched}, 0, NULL))"
            yield f"{name}{block.first}", f"SELECT {told} INTO @sqlgen_stood"
