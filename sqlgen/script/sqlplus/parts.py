"""A turn in, its blocks out: each is run where it is its turn by what the session knows, and where the database is as
the part wants it.

Oracle commits before and after each DDL statement, so what begins is written down before it, and what stands after it.
A statement runs by EXECUTE IMMEDIATE, behind a condition: so a tool that goes on after an error does not run it, and
the compiler does not look at what is not there yet. Source: SQL Language Reference, COMMIT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlgen.messages import say
from sqlgen.script.existence.asking import holds as outcome_holds
from sqlgen.script.marks import Numbers
from sqlgen.script.path import Heads, stamps
from sqlgen.script.positions import WHOLE, Beginning, Turn
from sqlgen.script.sqlplus.blocks import (
    AT,
    BEHIND,
    CLOCK,
    DECLARE,
    NONE,
    OPEN,
    choose,
    dynamic,
    failed,
    get,
    holds,
    is_mark,
    progress,
    put,
    read_now,
    record,
    table,
)
from sqlgen.script.sqlplus.statements import statement
from sqlgen.script.sqlplus.text import literal, told
from sqlgen.script.target import Target
from sqlgen.script.things import probe
from sqlgen.segments import Item

_TOGETHER, _LARGE = 40, 20_000
"""How many statements, and characters of them, stand in one block: PL/SQL bounds what it compiles at once."""


def render_turn(turn: Turn, target: Target, numbers: Numbers) -> Iterator[str]:
    """The blocks of a part."""
    if turn.in_parts:
        yield f"-- part {turn.index} of {turn.count} of step {turn.number}"
    yield from _announce(turn, target)
    chunks = _chunks(turn.items)
    first = 0
    for index, chunk in enumerate(chunks, start=1):
        yield from DECLARE
        yield "BEGIN"
        yield f"  IF {_its_turn(turn, index)} THEN"
        if index == 1:
            yield from _check(turn, target)
        for number, item in enumerate(chunk):
            yield from statement(turn, first + number, item, numbers)
        if index == len(chunks):
            yield from _close(turn, target)
        else:
            yield f"    {put(OPEN, literal(f'{turn.position}.{index}'))}"
        yield "  END IF;"
        yield from failed()
        first += len(chunk)


def _its_turn(turn: Turn, index: int) -> str:
    if index == 1:
        return f"{get(AT)} = {turn.position - 1}"
    return f"SYS_CONTEXT('CLIENTCONTEXT', '{OPEN}') = '{turn.position}.{index - 1}' AND {get(AT)} >= 0"


def _chunks(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """At least one, if an empty one."""
    found: list[tuple[Item, ...]] = []
    together: list[Item] = []
    size = 0
    for item in items:
        if together and (len(together) >= _TOGETHER or size + len(item.sql) > _LARGE):
            found.append(tuple(together))
            together, size = [], 0
        together.append(item)
        size += len(item.sql)
    return [*found, tuple(together)]


# ---- before


def _announce(turn: Turn, target: Target) -> Iterator[str]:
    """A block of its own: what a block prints is shown when it ends. The session's settings, too, are set anew."""
    outside = say("it commits by itself; if it fails, what ran before it stands")
    yield "BEGIN"
    yield f"  IF {get(AT)} = {turn.position - 1} THEN"
    if turn.first:
        yield from (f"    {dynamic(pin)};" for pin in pins(target))
    yield f"    DBMS_OUTPUT.PUT_LINE({told(turn.running(outside))} || {CLOCK});"
    if turn.first:
        yield f"  ELSIF {get(AT)} >= {turn.position} THEN"
        yield f"    DBMS_OUTPUT.PUT_LINE({told(turn.was_done)});"
    yield "  END IF;"
    yield from failed()


def pins(target: Target) -> Iterator[str]:
    """What each step finds, whatever statements before it have set: Oracle's own defaults for languages, by which
    texts become numbers and dates, and comparisons by bytes. Globalization Support Guide, 3, NLS parameters."""
    seconds = -(-target.lock_timeout_ms // 1000) if target.lock_timeout_ms else 1000000
    yield "ALTER SESSION SET NLS_LANGUAGE = AMERICAN NLS_TERRITORY = AMERICA NLS_COMP = BINARY NLS_SORT = BINARY"
    yield f"ALTER SESSION SET DDL_LOCK_TIMEOUT = {min(seconds, 1000000)}"


def _check(turn: Turn, target: Target) -> Iterator[str]:
    """Is the database where this part begins? Before a statement that commits, write down that it begins."""
    yield f"    {dynamic(f'LOCK TABLE {progress(target)} IN EXCLUSIVE MODE NOWAIT')};"
    yield from (f"  {line}" for line in read_now(target))
    yield f"    IF NOT ({_expected(turn)}) THEN"
    wrong = say(
        "sqlgen: step {number} ({revision}) can not begin: {table} or its record is not as it must be then: ",
        number=turn.number,
        revision=turn.step.revision,
        table=target.version_table,
    )
    yield f"      RAISE_APPLICATION_ERROR(-20001, {told(wrong)} || v_at || ' ' || v_mark);"
    yield "    END IF;"
    if turn.part.transaction:
        return
    yield from _probe(turn, target)
    yield from record(target, turn.by_behind(turn.began))
    yield "    COMMIT;"


def _expected(turn: Turn) -> str:
    """PL/SQL: the version table, and the record, are as this part wants them."""
    ways = [(one.behind, f"{holds(one.rows)} AND ({_known(one)})") for one in turn.beginnings()]
    if turn.undo is None:
        return ways[0][1]
    return "\n      OR ".join(f"({get(BEHIND)} = {behind} AND {way})" for behind, way in ways)


def _known(one: Beginning) -> str:
    known = [_marks(one.records)] if one.records else []
    if one.any_record:
        known.append(f"v_mark <> '{NONE}'")
    return " OR ".join(known)


def _marks(marks: Iterable[str]) -> str:
    return "\n      OR ".join(is_mark(mark) for mark in marks)


def _probe(turn: Turn, target: Target) -> Iterator[str]:
    """v_done: an earlier run began this statement and got it done."""
    found = probe(turn.items[0])
    if found is not None and found.again:
        return
    done = None if found is None else outcome_holds(found.outcome, target.dialect)
    yield f"    IF {_marks(turn.by_behind(turn.began).values())} THEN"
    if done is not None:
        yield f"      SELECT COUNT(*) INTO v_done FROM dual WHERE {done};"
    else:
        unknown = say(
            "sqlgen: an earlier run began part {index} of step {number}, and the catalogs do not say whether it has "
            "been done: look into its log, then UPDATE {table} SET mark = ",
            index=turn.index,
            number=turn.number,
            table=progress(target),
        )
        either = say("and COMMIT if it has been; else SET mark = ")
        done_so = choose(turn.by_behind(lambda behind: turn.stands(turn.index, behind)))
        not_so = choose(turn.by_behind(lambda behind: turn.did_not_begin(behind) or NONE))
        yield f"      RAISE_APPLICATION_ERROR(-20001, {told(unknown)} || '''' || {done_so} || ''' '"
        yield f"        || {told(either)} || '''' || {not_so} || '''');"
    yield "    END IF;"


# ---- after


def _close(turn: Turn, target: Target) -> Iterator[str]:
    """The stamp or the record; then the part stands."""
    if turn.final:
        yield from _stamp(turn, target)
    else:
        yield from record(target, turn.by_behind(lambda behind: turn.stands(turn.index, behind)))
    yield "    COMMIT;"
    yield f"    {put(AT, literal(str(turn.position)))}"
    if turn.final:
        done = say("step {number} of {total} ({revision}) is done: ", number=turn.number, total=turn.total,
                   revision=turn.step.revision)  # fmt: skip
        yield f"    DBMS_OUTPUT.PUT_LINE({told(done)} || {CLOCK});"
        if turn.undo is not None:
            yield f"    {put(BEHIND, literal(str(WHOLE)))}"


def _stamp(turn: Turn, target: Target) -> Iterator[str]:
    """Each statement hits exactly one row. A downgrade that began in the middle of its upgrade has nothing to stamp."""
    if turn.undo is not None:
        yield f"    IF {get(BEHIND)} = {WHOLE} THEN"
    yield from _stamps(turn.step.before, turn.step.after, turn, target)
    if turn.undo is not None:
        yield "    END IF;"
    yield from record(target, {WHOLE: NONE})


def _stamps(before: Heads, after: Heads, turn: Turn, target: Target) -> Iterator[str]:
    failure = say("sqlgen: step {number} ({revision}): its stamp did not hit exactly one row", number=turn.number,
                  revision=turn.step.revision)  # fmt: skip
    for one in stamps(before, after):
        if one.old is None:
            sql = f"INSERT INTO {table(target)} (version_num) VALUES ('{one.new}')"
        elif one.new is None:
            sql = f"DELETE FROM {table(target)} WHERE version_num = '{one.old}'"
        else:
            sql = f"UPDATE {table(target)} SET version_num = '{one.new}' WHERE version_num = '{one.old}'"
        yield f"    {dynamic(sql)};"
        yield f"    IF SQL%ROWCOUNT <> 1 THEN RAISE_APPLICATION_ERROR(-20001, {told(failure)}); END IF;"
