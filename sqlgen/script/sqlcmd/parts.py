"""A turn in, its batches out: what opens it, its statements, what closes it.

In the plain form NOEXEC keeps back what must not run. In the skipping form (resume.sql, rollback.sql) each statement
stands in a literal behind a condition: NOEXEC still compiles a batch, and a statement that is done may not compile any
more, since columns of a table that is there are looked up then. Sources: Transact-SQL reference, SET NOEXEC; SQL Server
documentation, "Deferred Name Resolution and Compilation": missing tables are let pass, missing columns are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlgen.messages import say
from sqlgen.script.existence.asking import holds as outcome_holds
from sqlgen.script.marks import Numbers
from sqlgen.script.path import Heads, stamps
from sqlgen.script.positions import WHOLE, Beginning, Turn
from sqlgen.script.sqlcmd.batches import Batch, batches
from sqlgen.script.sqlcmd.blocks import (
    BEHIND,
    CLOCK,
    DECLARE,
    FROM,
    OK,
    PART,
    SKIP,
    choose,
    gate,
    get,
    holds,
    is_mark,
    progress,
    put,
    read,
    record,
    refuse,
    table,
    unrecord,
)
from sqlgen.script.sqlcmd.statements import batch_of
from sqlgen.script.sqlcmd.text import literal, named, told
from sqlgen.script.target import Target
from sqlgen.script.things import probe

PINS = (
    "SET NOCOUNT ON; SET XACT_ABORT ON; SET IMPLICIT_TRANSACTIONS OFF; SET TRANSACTION ISOLATION LEVEL READ COMMITTED;",
    "SET ANSI_NULLS ON; SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ANSI_NULL_DFLT_ON ON; SET ARITHABORT ON;",
    "SET CONCAT_NULL_YIELDS_NULL ON; SET QUOTED_IDENTIFIER ON; SET NUMERIC_ROUNDABORT OFF; SET ROWCOUNT 0;",
    "SET DATEFORMAT mdy;",
)
"""What each part finds, whatever statements before it have set: what ODBC sets (QUOTED_IDENTIFIER is off in ODBC's
sqlcmd without -I), what indexes on expressions and filtered ones want, and the DATEFORMAT of us_english, in which
'2026-01-31' is read as it is meant. Transact-SQL reference, SET statements; CREATE INDEX, "Filtered Indexes"."""


def render_turn(turn: Turn, target: Target, numbers: Numbers, *, skipping: bool) -> Iterator[str]:
    """The batches of a part, each ended by GO."""
    if turn.in_parts:
        yield f"-- part {turn.index} of {turn.count} of step {turn.number}"
    yield from PINS
    yield from _open(turn, target, skipping=skipping)
    yield "GO"
    items = turn.items
    own = items[-1:] if turn.part.own_commit else ()
    for batch in batches(items[: len(items) - len(own)], dynamic=skipping):
        yield from batch_of(turn, batch, numbers, skipping=skipping)
    yield gate(turn, skipping=skipping)
    yield "GO"
    yield from _close(turn, target, own=bool(own))
    yield "GO"
    if own:
        yield from batch_of(turn, Batch(len(items) - 1, own), numbers, skipping=skipping)
        yield f"IF {get(PART)} = {turn.position} WHILE @@TRANCOUNT > 0 COMMIT TRANSACTION;"
        yield "GO"


# ---- what opens a part


def _open(turn: Turn, target: Target, *, skipping: bool) -> Iterator[str]:
    """Is it this part's turn, and is the database where it begins?"""
    outside = say("it runs outside of a transaction, and may leave something half done if it fails")
    yield DECLARE
    yield put(PART, 0)
    yield f"IF {get(OK)} = 1 AND {get(FROM)} < {turn.position}"
    yield "BEGIN"
    if turn.opens:
        yield "  BEGIN TRANSACTION;"
    if turn.number == 1 and turn.first and not turn.step.before:
        constraint = named(f"{target.version_table}_pkc")
        yield f"  IF OBJECT_ID({literal(table(target))}, N'U') IS NULL"
        yield f"    CREATE TABLE {table(target)} (version_num varchar(32) NOT NULL,"
        yield f"      CONSTRAINT {constraint} PRIMARY KEY (version_num));"
    yield from read(target, locked=turn.part.transaction, indent="  ")
    yield f"  IF NOT ({_expected(turn)})"
    yield "  BEGIN"
    wrong = say(
        "step {number} ({revision}) can not begin: {table} or its record is not as it must be then: ",
        number=turn.number,
        revision=turn.step.revision,
        table=target.version_table,
    )
    yield from (f"  {line}" for line in refuse(f"{told(wrong)} + @at + N' ' + @mark"))
    yield "  END"
    yield "  ELSE"
    yield "  BEGIN"
    if not turn.part.transaction:
        yield from _begin_outside(turn, target)
    yield f"    PRINT {told(turn.running(outside))} + {CLOCK};"
    yield f"    {put(PART, turn.position)}"
    yield "  END"
    yield "END"
    if skipping and turn.first:
        yield f"ELSE IF {get(OK)} = 1 PRINT {told(turn.was_done)};"


def _expected(turn: Turn) -> str:
    """SQL: the version table, and the record, are as this part wants them."""
    ways = [(one.behind, f"{holds(one.rows)} AND ({_known(one)})") for one in turn.beginnings()]
    if turn.undo is None:
        return ways[0][1]
    return "\n    OR ".join(f"({get(BEHIND)} = {behind} AND {way})" for behind, way in ways)


def _known(one: Beginning) -> str:
    known = [_marks(one.records)] if one.records else []
    if one.any_record:
        known.append("@mark <> N''")
    return " OR ".join(known)


def _marks(marks: Iterable[str]) -> str:
    return " OR ".join(is_mark(mark) for mark in marks)


def _begin_outside(turn: Turn, target: Target) -> Iterator[str]:
    """Write down that it begins; where an earlier run began it, find out whether it has been done."""
    found = probe(turn.items[0])
    done = None if found is None or found.again else outcome_holds(found.outcome, target.dialect)
    begun = _marks(turn.by_behind(turn.began).values())
    yield f"    {put(SKIP, 0)}"
    if done is not None:
        yield f"    IF ({begun}) AND {done} {put(SKIP, 1)}"
    elif found is None or not found.again:
        unknown = say(
            "an earlier run began part {index} of step {number}, and the catalogs do not say whether it has been "
            "done: look into its log, then UPDATE {table} SET mark = ",
            index=turn.index,
            number=turn.number,
            table=progress(target),
        )
        yield f"    IF {begun}"
        yield "    BEGIN"
        done_so = choose(turn.by_behind(lambda behind: turn.stands(turn.index, behind)))
        not_so = choose(turn.by_behind(turn.did_not_begin))
        either = told(say("if it has been; else SET mark = "))
        why = f"{told(unknown)} + N'''' + {done_so} + N''' ' + {either} + N'''' + {not_so} + N''''"
        yield from (f"    {line}" for line in refuse(why))
        yield "      RETURN;"
        yield "    END"
    yield "    BEGIN TRANSACTION;"
    yield from (f"  {line}" for line in record(turn, turn.by_behind(turn.began), target))
    yield "    COMMIT TRANSACTION;"


# ---- what closes a part


def _close(turn: Turn, target: Target, *, own: bool) -> Iterator[str]:
    """The record or the stamp, in the part's own transaction; outside of any, in one of its own."""
    yield DECLARE
    yield "DECLARE @hit int = 1;"
    yield f"IF {get(PART)} = {turn.position}"
    yield "BEGIN"
    if not turn.part.transaction:
        yield "  BEGIN TRANSACTION;"
        yield from read(target, locked=True, indent="  ")
        began = _marks(turn.by_behind(turn.began).values())
        yield f"  IF NOT ({began}) SET @hit = 0;"
    if turn.final:
        yield from _stamp(turn, target)
    else:
        yield from record(turn, turn.by_behind(lambda behind: turn.stands(turn.index, behind)), target)
    failed = say("step {number} ({revision}): its stamp did not hit exactly one row", number=turn.number,
                 revision=turn.step.revision)  # fmt: skip
    yield "  IF @hit <> 1"
    yield "  BEGIN"
    yield from (f"  {line}" for line in refuse(told(failed)))
    yield "  END"
    if (turn.commits or not turn.part.transaction) and not own:
        yield "  ELSE"
        yield "    WHILE @@TRANCOUNT > 0 COMMIT TRANSACTION;"
    if turn.final:
        done = say("step {number} of {total} ({revision}) is done: ", number=turn.number, total=turn.total,
                   revision=turn.step.revision)  # fmt: skip
        yield f"  IF @hit = 1 PRINT {told(done)} + {CLOCK};"
        if turn.undo is not None:
            yield f"  {put(BEHIND, WHOLE)}"
    yield "END"


def _stamp(turn: Turn, target: Target) -> Iterator[str]:
    """Each statement hits exactly one row. A downgrade that began in the middle of its upgrade has nothing to stamp."""
    lines = list(_stamps(turn.step.before, turn.step.after, target))
    if turn.undo is not None:
        yield f"  IF {get(BEHIND)} = {WHOLE}"
        yield "  BEGIN"
        yield from (f"  {line}" for line in lines)
        yield "  END"
    else:
        yield from lines
    if turn.in_parts or turn.undo is not None:
        yield from unrecord(target)


def _stamps(before: Heads, after: Heads, target: Target) -> Iterator[str]:
    for one in stamps(before, after):
        if one.old is None:
            yield f"  INSERT INTO {table(target)} (version_num) VALUES ({_id(one.new)});"
        elif one.new is None:
            yield f"  DELETE FROM {table(target)} WHERE version_num = {_id(one.old)};"
        else:
            yield f"  UPDATE {table(target)} SET version_num = {_id(one.new)} WHERE version_num = {_id(one.old)};"
        yield "  IF @@ROWCOUNT <> 1 SET @hit = 0;"


def _id(revision: str | None) -> str:
    """The column is varchar."""
    return f"'{revision or ''}'"
