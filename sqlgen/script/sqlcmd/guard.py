"""Steps in, the T-SQL that decides whether a script may run here, and from which part on out.

Sources: Transact-SQL reference, sp_getapplock, DATABASEPROPERTYEX, sys.fn_hadr_is_primary_replica (NULL where there is
no availability group; wants VIEW SERVER STATE), sys.extended_properties (class 0: the database), HAS_PERMS_BY_NAME
(NULL where there is no such object).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import CreateObject, CreateTable, Delete, Fact, Insert, Name, Select, Update
from sqlgen.messages import Message, say
from sqlgen.script.header import left_out, unbound
from sqlgen.script.path import Heads, braces, gate, text
from sqlgen.script.plan import in_parts, mark_prefix
from sqlgen.script.positions import WHOLE, Turn
from sqlgen.script.sqlcmd.blocks import (
    BEHIND,
    DECLARE,
    FROM,
    NEVER,
    OK,
    PART,
    SKIP,
    WHY,
    holds,
    put,
    read,
    refuse,
    table,
)
from sqlgen.script.sqlcmd.text import exact, literal, named, told
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["guard", "reset"]

_NOTHING = " Nothing was changed."


def reset() -> Iterator[str]:
    """No value of an earlier run in the same session counts."""
    for key, value in ((OK, 0), (PART, 0), (FROM, NEVER), (BEHIND, WHOLE), (SKIP, 0), (WHY, "N''")):
        yield put(key, value)


def guard(
    steps: Sequence[Step], turns: Sequence[Turn], gap: int | None, end: Heads, target: Target, *, skipping: bool
) -> Iterator[str]:
    """One batch."""
    start = steps[0].before
    yield DECLARE
    yield f"DECLARE @lock int, @primary bit, @environment nvarchar(400), @from int, @behind int = {WHOLE},"
    yield "  @why nvarchar(3900) = N'';"
    yield "EXEC @lock = sys.sp_getapplock @Resource = N'sqlgen', @LockMode = N'Exclusive', @LockOwner = N'Session',"
    yield "  @LockTimeout = 1000;"
    yield from read(target, locked=False)
    yield "SELECT @environment = CAST(value AS nvarchar(400)) FROM sys.extended_properties"
    yield "WHERE class = 0 AND name = N'sqlgen.environment';"
    yield "IF OBJECT_ID(N'sys.fn_hadr_is_primary_replica') IS NOT NULL"
    yield "  AND HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE') = 1"
    yield "  EXEC sys.sp_executesql N'SELECT @primary = sys.fn_hadr_is_primary_replica(DB_NAME())',"
    yield "    N'@primary bit OUTPUT', @primary OUTPUT;"
    yield from _from(turns, target, skipping=skipping)
    for condition, why in _reasons(steps, gap, start, end, target, skipping=skipping):
        yield f"IF @why = N'' AND ({condition})"
        yield f"  SET @why = {why};"
    yield put(WHY, "@why")
    yield "IF @why = N''"
    yield "BEGIN"
    passed = say("sqlgen: the guard passed, from {start} to {end}", start=braces(start), end=braces(end))
    yield f"  PRINT {told(passed)};"
    for key, value in ((OK, "1"), (FROM, "@from"), (BEHIND, "@behind")):
        yield f"  {put(key, value)}"
    yield "END"
    if skipping:
        yield "ELSE IF @why LIKE N'NOT APPLIED%'"
    else:
        yield "ELSE"
    yield "BEGIN"
    yield "  PRINT N'sqlgen result: ' + @why;"
    yield from refuse(told(say("sqlgen guard: stopped, the line above says why")))
    yield "END"


def _from(turns: Sequence[Turn], target: Target, *, skipping: bool) -> Iterator[str]:
    """How many parts stand; NULL where the script can't begin."""
    for turn in turns if skipping else turns[:1]:
        if not turn.first:
            continue
        yield f"IF @mark = N'' AND {holds(turn.step.before)} SET @from = {turn.position - 1};"
        if skipping and turn.in_parts:
            known, stands = _rest_of(mark_prefix(turn.step))
            yield f"IF {known} AND {holds(turn.step.before)} SET @from = {turn.position - 1} + {stands};"
        if skipping and turn.undo is not None:
            yield from _middle(turn, target)


def _rest_of(prefix: str) -> tuple[str, str]:
    """SQL: the record begins so; and how many parts stand by it. Behind the prefix stands `2 of 5 began`."""
    behind = f"SUBSTRING(@mark, {len(prefix) + 1}, 40)"
    number = f"CAST(LEFT({behind}, CHARINDEX(N' ', {behind} + N' ') - 1) AS int)"
    begun = "CASE WHEN @mark LIKE N'% began' THEN 1 ELSE 0 END"
    return f"LEFT(@mark, {len(prefix)}) = {exact(prefix)} COLLATE Latin1_General_BIN2", f"{number} - {begun}"


def _middle(turn: Turn, target: Target) -> Iterator[str]:
    """A rollback that begins in the middle of the upgrade, or goes on there."""
    undo = turn.undo
    assert undo is not None
    here = holds(turn.step.after)
    known, stands = _rest_of(mark_prefix(undo.upgrade))
    yield f"IF {known} AND {here}"
    yield "BEGIN"
    yield f"  SET @behind = {stands};"
    for mark, behind, done in turn.begun(target.dialect):
        also = "" if done is None else f" AND {done}"
        yield f"  IF @mark = {exact(mark)}{also} SET @behind = {behind};"
    allowed = ", ".join(map(str, turn.behinds))
    yield f"  IF @behind IN ({allowed}) SET @from = {turn.position - 1};"
    yield "END"
    for behind in turn.behinds:
        known, stands = _rest_of(mark_prefix(turn.step, behind))
        yield f"IF {known} AND {here}"
        yield f"  SELECT @behind = {behind}, @from = {turn.position - 1} + {stands};"


def _reasons(
    steps: Sequence[Step], gap: int | None, start: Heads, end: Heads, target: Target, *, skipping: bool
) -> Iterator[tuple[str, str]]:
    """Conditions, and what is said: the first that holds is why the script refuses."""
    yield from _session_reasons(target)
    if start:
        missing = say("NOT APPLIED: there is no table {table} in database ", table=target.version_table)
        there = f"OBJECT_ID({literal(table(target))}, N'U') IS NULL"
        yield there, f"{told(missing)} + DB_NAME() + {literal('.' + _NOTHING)}"
    if gap is not None:
        yield f"@mark = N'' AND {holds(end)}", literal(text(gate(steps, gap)) + unbound(target))
    else:
        stands = literal(f" is at {braces(end)}{unbound(target)}{left_out(steps)}")
        yield f"@mark = N'' AND {holds(end)}", f"N'ALREADY APPLIED: database ' + DB_NAME() + {stands}"
    yield from _rights(steps, target)
    yield from _state_reasons(steps, start, end, target, skipping=skipping)


def _session_reasons(target: Target) -> Iterator[tuple[str, str]]:
    opened = say("NOT APPLIED: this session has a transaction open. Commit it or roll it back, then run this again.")
    yield "@@TRANCOUNT > 0", literal(text(opened) + _NOTHING)
    nothing = literal("." + _NOTHING)
    if target.databases:
        other = say("NOT APPLIED: this script is for database {database}, this one is ", database=_or(target.databases))
        known = ", ".join(map(exact, target.databases))
        yield f"DB_NAME() COLLATE Latin1_General_BIN2 NOT IN ({known})", f"{told(other)} + DB_NAME() + {nothing}"
    if target.identity is not None:
        other = say("NOT APPLIED: this script is for server {server}, this one is ", server=target.identity)
        yield (
            f"UPPER(ISNULL(@@SERVERNAME, N'')) <> UPPER({exact(target.identity)})",
            f"{told(other)} + ISNULL(@@SERVERNAME, N'?') + {nothing}",
        )
    if target.environment is None:
        other = say("NOT APPLIED: this script is for no environment, the database is marked for ")
        marked = "@environment IS NOT NULL"
    else:
        other = say(
            "NOT APPLIED: this script is for environment {name}, the database is marked for ", name=target.environment
        )
        marked = f"@environment + N'}}' <> {exact(target.environment + '}')} COLLATE Latin1_General_BIN2"
    yield marked, f"{told(other)} + @environment + {nothing}"
    readonly = say("NOT APPLIED: the database is read-only, or not the primary replica.")
    yield (
        "DATABASEPROPERTYEX(DB_NAME(), 'Updateability') <> 'READ_WRITE' OR @primary = 0",
        literal(text(readonly) + _NOTHING),
    )
    busy = say("NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended.")
    yield "ISNULL(@lock, -999) < 0", literal(text(busy) + _NOTHING)


def _or(names: Sequence[str]) -> str:
    return str(names[0]) if len(names) == 1 else " or ".join(names)


def _state_reasons(
    steps: Sequence[Step], start: Heads, end: Heads, target: Target, *, skipping: bool
) -> Iterator[tuple[str, str]]:
    half = literal("NOT APPLIED: an earlier run stopped in the middle of a step: ")
    if not skipping:
        resume = literal(text(say(". Go on with resume.sql, or go back with rollback.sql.")) + _NOTHING)
        yield "@mark <> N''", f"{half} + SUBSTRING(@mark, 9, 400) + {resume}"
        stopped = told(say("NOT APPLIED: an earlier run got as far as "))
        for step in steps[1:]:
            if step.before != end:
                yield holds(step.before), f"{stopped} + N'{{' + @at + N'}}' + {resume}"
    else:
        unknown = say(
            ". This script does not know the way from there: finish that step with the script that began it, "
            "or look what stands of it and ask who made it."
        )
        yield (
            "@mark <> N'' AND @from IS NULL",
            f"{half} + SUBSTRING(@mark, 9, 400) + {literal(text(unknown) + _NOTHING)}",
        )
    other = say(
        "NOT APPLIED: this script goes from {start} to {end}; {table} holds {{",
        start=braces(start),
        end=braces(end),
        table=target.version_table,
    )
    yield "@from IS NULL", f"{told(other)} + @at + {literal('}.' + _NOTHING)}"


_CREATES = {"view": "VIEW", "procedure": "PROCEDURE", "function": "FUNCTION", "schema": "SCHEMA"}


def _rights(steps: Sequence[Step], target: Target) -> Iterator[tuple[str, str]]:
    """A right that a statement wants and the login has not; nothing is said of objects that are not there yet."""
    facts = [fact for step in steps for item in step.items for fact in item.facts]
    creates: dict[str, None] = {}
    wanted: dict[tuple[str, str], None] = {}
    for fact in facts:
        if isinstance(fact, CreateTable):
            creates["CREATE TABLE"] = None
        elif isinstance(fact, CreateObject) and fact.kind in _CREATES:
            creates[f"CREATE {_CREATES[fact.kind]}"] = None
        elif (found := _right(fact)) is not None:
            wanted[found] = None
    if not steps[0].before or any(in_parts(step, target) for step in steps if step.gap is None):
        creates["CREATE TABLE"] = None  # the version table, the record
    for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        wanted[(table(target), right)] = None
    for right in creates:
        yield f"HAS_PERMS_BY_NAME(DB_NAME(), N'DATABASE', {exact(right)}) = 0", _lacks(right, "the database")
    for name, right in wanted:
        yield f"HAS_PERMS_BY_NAME({literal(name)}, N'OBJECT', {exact(right)}) = 0", _lacks(right, name)


def _right(fact: Fact) -> tuple[str, str] | None:
    name = getattr(fact, "table", None)
    if not isinstance(name, Name) or isinstance(fact, Select | CreateObject):
        return None
    right = {Insert: "INSERT", Update: "UPDATE", Delete: "DELETE"}.get(type(fact), "ALTER")
    return named(name.name, name.schema), right


def _lacks(right: str, name: str) -> str:
    fact: Message = say("NOT APPLIED: this login lacks the right {right} on {name}.", right=right, name=name)
    return literal(text(fact) + _NOTHING)
