"""Steps in, the PL/SQL that decides whether a script may run here, and from which part on out.

What the settings call a database is the pluggable database (CON_NAME; without those, the database), as NAME, or as
NAME.SCHEMA where the current schema is to be asserted too. Sources: SQL Language Reference, SYS_CONTEXT, namespace
USERENV (CON_NAME since 12.1, DB_UNIQUE_NAME, DATABASE_ROLE, CURRENT_SCHEMA); Database Reference, SESSION_PRIVS; PL/SQL
Packages and Types Reference, DBMS_LOCK.REQUEST (6: exclusive; 0 got it, 4 has it), DBMS_TRANSACTION.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import CreateObject
from sqlgen.messages import say
from sqlgen.script.header import left_out, unbound
from sqlgen.script.path import Heads, braces, gate, text
from sqlgen.script.plan import mark_prefix, progress_table
from sqlgen.script.positions import WHOLE, Turn
from sqlgen.script.sqlplus.blocks import (
    AT,
    BEHIND,
    DECLARE,
    INVALID,
    NONE,
    OPEN,
    WHY,
    dynamic,
    failed,
    get,
    holds,
    is_mark,
    is_there,
    progress,
    put,
    read,
    table,
)
from sqlgen.script.sqlplus.text import literal, named, told
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["guard"]

_MAY = (
    "  FUNCTION may(kind VARCHAR2) RETURN BOOLEAN IS v_count NUMBER;",
    "  BEGIN",
    "    SELECT COUNT(*) INTO v_count FROM session_privs",
    "    WHERE privilege IN ('CREATE ' || kind, 'CREATE ANY ' || kind);",
    "    RETURN v_count > 0;",
    "  END;",
)
_NOTHING = " Nothing was changed."
_NO = "'-1'"


def guard(steps: Sequence[Step], turns: Sequence[Turn], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    """Three blocks: decide, print; stop with an error; make ready. What a block prints comes when it ends, so that the
    one which ends with an error prints nothing of its own."""
    yield from DECLARE
    yield f"  v_from NUMBER := -1; v_behind NUMBER := {WHOLE}; v_lock NUMBER; v_why VARCHAR2(32767);"
    yield from _MAY
    yield "BEGIN"
    for key, value in ((AT, _NO), (OPEN, _NO), (BEHIND, _NO), (WHY, "'-'"), (INVALID, "'0'")):
        yield f"  {put(key, value)}"
    yield from _lock()
    yield from read(target)
    yield from _from(turns, target)
    for condition, why in _reasons(steps, gap, steps[0].before, end, target):
        yield f"  IF v_why IS NULL AND ({condition}) THEN"
        yield f"    v_why := {why};"
        yield "  END IF;"
    why = put(WHY, "NVL(SUBSTRB(v_why, 1, 3900), '-')")
    yield f"  {why}"
    yield "  IF v_why IS NULL THEN"
    passed = say("sqlgen: the guard passed, from {start} to {end}", start=braces(steps[0].before), end=braces(end))
    yield f"    DBMS_OUTPUT.PUT_LINE({told(passed)});"
    unlocked = say("sqlgen: without EXECUTE on DBMS_LOCK a second operator is not kept away")
    yield f"    IF v_lock = -1 THEN DBMS_OUTPUT.PUT_LINE({told(unlocked)}); END IF;"
    yield f"    {put(BEHIND, 'TO_CHAR(v_behind)')}"
    yield f"    {put(AT, 'TO_CHAR(v_from)')}"
    yield "  ELSE"
    yield "    DBMS_OUTPUT.PUT_LINE('sqlgen result: ' || v_why);"
    yield "  END IF;"
    yield from failed()
    yield "BEGIN"
    yield f"  IF SYS_CONTEXT('CLIENTCONTEXT', '{WHY}', 4000) LIKE 'NOT APPLIED%' THEN"
    stopped = say("sqlgen guard: stopped, the line above says why")
    yield f"    RAISE_APPLICATION_ERROR(-20001, {told(stopped)});"
    yield "  END IF;"
    yield "END;"
    yield "/"
    yield from _ready(steps, target)


def _lock() -> Iterator[str]:
    """Held to the end of the session, over the commits of DDL; -1 where the right to it is missing."""
    yield "  BEGIN"
    name = "'sqlgen.' || SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')"
    request = dynamic("BEGIN :1 := SYS.DBMS_LOCK.REQUEST(:2, 6, 1, FALSE); END;")
    yield f"    {request}"
    yield f"    USING OUT v_lock, IN DBMS_UTILITY.GET_HASH_VALUE({name}, 0, 1073741823);"
    yield "  EXCEPTION WHEN OTHERS THEN"
    yield "    IF SQLCODE <> -6550 THEN RAISE; END IF;"
    yield "    v_lock := -1;"
    yield "  END;"


def _from(turns: Sequence[Turn], target: Target) -> Iterator[str]:
    """How many parts stand; -1 where the script can't begin."""
    for turn in turns:
        if not turn.first:
            continue
        yield f"  IF {is_mark(NONE)} AND {holds(turn.step.before)} THEN v_from := {turn.position - 1}; END IF;"
        if turn.in_parts:
            known, stands = _rest_of(mark_prefix(turn.step))
            yield f"  IF {known} AND {holds(turn.step.before)} THEN"
            yield f"    v_from := {turn.position - 1} + {stands};"
            yield "  END IF;"
        if turn.undo is not None:
            yield from _middle(turn, target)


def _rest_of(prefix: str) -> tuple[str, str]:
    """PL/SQL: the record begins so; and how many parts stand by it. Behind the prefix stands `2 of 5 began`."""
    number = f"TO_NUMBER(REGEXP_SUBSTR(SUBSTR(v_mark, {len(prefix) + 1}), '^[0-9]+'))"
    begun = "CASE WHEN v_mark LIKE '% began' THEN 1 ELSE 0 END"
    return f"SUBSTR(v_mark, 1, {len(prefix)}) = '{prefix}'", f"{number} - {begun}"


def _middle(turn: Turn, target: Target) -> Iterator[str]:
    """A rollback that begins in the middle of the upgrade, or goes on there."""
    undo = turn.undo
    assert undo is not None
    here = holds(turn.step.after)
    known, stands = _rest_of(mark_prefix(undo.upgrade))
    yield f"  IF {known} AND {here} THEN"
    yield f"    v_behind := {stands};"
    for mark, behind, done in turn.begun(target.dialect):
        yield f"    IF {is_mark(mark)} THEN"
        if done is None:
            yield f"      v_behind := {behind};"
        else:
            yield f"      SELECT COUNT(*) INTO v_done FROM dual WHERE {done};"
            yield f"      IF v_done = 1 THEN v_behind := {behind}; END IF;"
        yield "    END IF;"
    allowed = ", ".join(map(str, turn.behinds))
    yield f"    IF v_behind IN ({allowed}) THEN v_from := {turn.position - 1}; END IF;"
    yield "  END IF;"
    for behind in turn.behinds:
        known, stands = _rest_of(mark_prefix(turn.step, behind))
        yield f"  IF {known} AND {here} THEN"
        yield f"    v_behind := {behind}; v_from := {turn.position - 1} + {stands};"
        yield "  END IF;"


def _reasons(
    steps: Sequence[Step], gap: int | None, start: Heads, end: Heads, target: Target
) -> Iterator[tuple[str, str]]:
    """Conditions, and what is said: the first that holds is why the script refuses."""
    nothing = literal("." + _NOTHING)
    opened = say("NOT APPLIED: this session has a transaction open. Commit it or roll it back, then run this again.")
    yield "DBMS_TRANSACTION.LOCAL_TRANSACTION_ID(FALSE) IS NOT NULL", literal(text(opened) + _NOTHING)
    yield from _places(target)
    role = say("NOT APPLIED: the database is not a primary one, but ")
    yield (
        "SYS_CONTEXT('USERENV', 'DATABASE_ROLE') <> 'PRIMARY'",
        (f"{told(role)} || SYS_CONTEXT('USERENV', 'DATABASE_ROLE') || {nothing}"),
    )
    busy = say("NOT APPLIED: another sqlgen script is running in this schema. Run this one again when it has ended.")
    yield "v_lock NOT IN (-1, 0, 4)", literal(text(busy) + _NOTHING)
    if start:
        missing = say("NOT APPLIED: there is no table {table} in schema ", table=target.version_table)
        yield "v_there = 0", f"{told(missing)} || SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') || {nothing}"
    at_end = f"{is_mark(NONE)} AND {holds(end)}"
    if gap is not None:
        yield at_end, literal(text(gate(steps, gap)) + unbound(target))
    else:
        stands = literal(f" is at {braces(end)}{unbound(target)}{left_out(steps)}")
        yield at_end, f"'ALREADY APPLIED: database ' || SYS_CONTEXT('USERENV', 'CON_NAME') || {stands}"
    yield from _rights(steps)
    yield from _states(steps, start, end, target)


def _states(steps: Sequence[Step], start: Heads, end: Heads, target: Target) -> Iterator[tuple[str, str]]:
    half = literal("NOT APPLIED: an earlier run stopped in the middle of a step: ")
    unknown = say(
        ". This script does not know the way from there: finish that step with the script that began it, "
        "or look what stands of it and ask who made it."
    )
    yield (
        f"v_mark <> '{NONE}' AND v_from = -1",
        f"{half} || SUBSTR(v_mark, 9) || {literal(text(unknown) + _NOTHING)}",
    )
    other = say(
        "NOT APPLIED: this script goes from {start} to {end}; {table} holds {{",
        start=braces(start),
        end=braces(end),
        table=target.version_table,
    )
    yield "v_from = -1", f"{told(other)} || v_at || {literal('}.' + _NOTHING)}"


def _places(target: Target) -> Iterator[tuple[str, str]]:
    nothing = literal("." + _NOTHING)
    here = "UPPER(SYS_CONTEXT('USERENV', 'CON_NAME'))"
    schema = "SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA')"
    if target.databases:
        known = []
        for database in target.databases:
            name, _, owner = database.partition(".")
            asserted = f" AND {schema} = UPPER('{owner}')" if owner else ""
            known.append(f"({here} = UPPER('{name}'){asserted})")
        other = say(
            "NOT APPLIED: this script is for database {database}, this one is ", database=" or ".join(target.databases)
        )
        yield f"NOT ({' OR '.join(known)})", f"{told(other)} || {here} || '.' || {schema} || {nothing}"
    if target.identity is not None:
        unique = "SYS_CONTEXT('USERENV', 'DB_UNIQUE_NAME')"
        other = say("NOT APPLIED: this script is for server {server}, this one is ", server=target.identity)
        condition = f"UPPER(NVL({unique}, '?')) <> UPPER('{target.identity}')"
        yield condition, f"{told(other)} || {unique} || {nothing}"


_CREATES = {
    "view": "VIEW",
    "materialized view": "MATERIALIZED VIEW",
    "procedure": "PROCEDURE",
    "function": "PROCEDURE",
    "package": "PROCEDURE",
    "trigger": "TRIGGER",
    "sequence": "SEQUENCE",
    "type": "TYPE",
}


def _rights(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """System privileges, for what is made in the session's own schema. CREATE TABLE: the record is one."""
    wanted = {"TABLE": None}
    for step in steps:
        for item in step.items:
            for fact in item.facts:
                if isinstance(fact, CreateObject) and fact.kind in _CREATES and fact.name.schema is None:
                    wanted[_CREATES[fact.kind]] = None
    for kind in wanted:
        lacks = say("NOT APPLIED: this user lacks the privilege CREATE {kind}.", kind=kind)
        yield f"NOT may('{kind}')", literal(text(lacks) + _NOTHING)


def _ready(steps: Sequence[Step], target: Target) -> Iterator[str]:
    """The record's table, and from base the version table: where the guard has passed, and something is to be run."""
    yield "DECLARE"
    yield "  v_there NUMBER;"
    yield "BEGIN"
    yield f"  IF {get(AT)} >= 0 THEN"
    yield f"    SELECT COUNT(*) INTO v_there FROM all_tables WHERE {_there(progress_table(target), target)};"
    yield "    IF v_there = 0 THEN"
    yield f"      {dynamic(f'CREATE TABLE {progress(target)} (mark VARCHAR2(400) NOT NULL)')};"
    yield "    END IF;"
    yield f"    {dynamic(f'SELECT COUNT(*) FROM {progress(target)}')} INTO v_there;"
    yield "    IF v_there = 0 THEN"
    quoted = f"INSERT INTO {progress(target)} (mark) VALUES ('{NONE}')"
    yield f"      {dynamic(quoted)};"
    yield "      COMMIT;"
    yield "    END IF;"
    if not steps[0].before:
        constraint = named(f"{target.version_table}_pkc")
        columns = f"version_num VARCHAR2(32 CHAR) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)"
        yield f"    SELECT COUNT(*) INTO v_there FROM all_tables WHERE {_there(target.version_table, target)};"
        yield "    IF v_there = 0 THEN"
        yield f"      {dynamic(f'CREATE TABLE {table(target)} ({columns})')};"
        yield "    END IF;"
    yield "  END IF;"
    yield from failed()


def _there(name: str, target: Target) -> str:
    return is_there(name, target.version_table_schema)
