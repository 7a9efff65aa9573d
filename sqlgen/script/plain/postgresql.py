"""Steps in, plain SQL for PostgreSQL out: pgAdmin, DBeaver, Navicat, any driver.

The guard is a DO block at the top, which notes that it passed in a setting of the session, and one in each transaction,
which wants that note and the version that the step needs; it raises, so that the transaction does nothing. The session
is read-only in between, which stops what runs outside of a transaction; one opens it for a single statement when its
turn is recorded. The result comes from a DO block that reads the version table only where it is, and a SELECT.

pgAdmin sends the whole text as one query: PostgreSQL takes what stands in no transaction of its own for one. So a range
with a statement that can't run in a transaction is refused there, and in a tool that opens transactions itself: a
setting that lasts until the transaction ends tells.

A part of a step that stands is recorded as in psql's scripts, so the script for psql goes on where this one stopped.

Sources: PostgreSQL manual, 55.2.2.1 Multiple Statements in a Simple Query; set_config in 9.28.1. Tested on 15 with
psycopg2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlgen.errors import UsageError
from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.path import after_gate, braces, named, quoted, stamps, text
from sqlgen.script.plain.postgresql_alone import absent, proof
from sqlgen.script.plain.postgresql_guard import (
    ALONE,
    RESTORE,
    Script,
    array,
    atomic,
    block,
    guard,
    hint,
    mark,
    missing,
    path,
    query_heads,
    regclass,
    said,
    session,
    unless,
)
from sqlgen.script.plain.text import closed, needs
from sqlgen.script.plan import Part, in_parts, mark_prefix, mode, parts
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form, run: str) -> str:
    """The whole script, ending with a newline."""
    script = Script.of(steps, target)
    if mode(target) == "range" and any(in_parts(step, target) for step in script.runnable):
        raise UsageError(
            say("the range holds a revision that commits in between, so it is no transaction"),
            hint=say("Leave --transaction out: a revision that stops in the middle is recorded."),
        )
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=run,
            needs=(*_needs(script), *needs(steps)),
            result=_result_help(),
            after_gate=after_gate(steps),
        ),
        *session(script),
        *guard(script),
    ]
    numbers = Numbers()
    for number, step in enumerate(script.runnable, start=1):
        found = parts(step, target)
        note = (
            say("one transaction") if len(found) == 1 else say("{count} parts that commit one by one", count=len(found))
        )
        lines += banner(step, number, len(steps), note)
        for index in range(1, len(found) + 1):
            lines += _part(_Place(script, step, number, index, found), numbers)
    return closed([*lines, *_result(script)], numbers)


def _needs(script: Script) -> Iterator[Message]:
    yield say("PostgreSQL 10 or newer; a direct connection: not a pooler that shares sessions")
    if script.alone:
        yield say(
            "a tool in auto-commit mode that sends statements one by one (DBeaver, Navicat, psql): it holds {what}; "
            "pgAdmin sends all at once, and is refused",
            what=ALONE,
        )
    else:
        yield say("the tool in auto-commit mode; pgAdmin, which sends all at once, will do")


def _result_help() -> Message:
    return say(
        'the LAST result, "sqlgen result: …", tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "Where the tool stops at an error there is none: then the error tells. The revision that failed is rolled\n"
        "back, those before it stand. Run ROLLBACK and connect anew: the session is left read-only, a transaction open."
    )


# ---- steps


@dataclass(frozen=True, slots=True)
class _Place:
    """One part of a step."""

    script: Script
    step: Step
    number: int
    index: int
    """Of the part, from 1."""
    parts: tuple[Part, ...]

    @property
    def part(self) -> Part:
        """The part itself."""
        return self.parts[self.index - 1]

    @property
    def began(self) -> str:
        """The record before it, where it commits by itself."""
        return f"{mark_prefix(self.step)}{self.index} of {len(self.parts)} began"

    def stands(self, index: int) -> str:
        """The record behind a part."""
        return f"{mark_prefix(self.step)}{index} of {len(self.parts)} stands" if index else ""


def _part(place: _Place, numbers: Numbers) -> Iterator[str]:
    whole = mode(place.script.target) == "range"
    due = place.stands(place.index - 1)
    if atomic(place.part):
        if not whole or place.number == 1:
            yield "BEGIN READ WRITE;"
        yield from _step_guard(place, due)
        yield from (marked(item, numbers.next()) for item in place.part.items)
        yield from _record(place)
        if not whole or place.number == len(place.script.runnable):
            yield "COMMIT;"
        return
    yield "BEGIN READ WRITE;"
    (item,) = place.part.items
    turn = "  PERFORM set_config('sqlgen.part', 'run', false);"
    yield from _step_guard(place, due, *absent(item), *_write(place.script, place.began), turn)
    yield "COMMIT;"
    yield from block(
        "  PERFORM set_config('default_transaction_read_only',",
        "    CASE WHEN current_setting('sqlgen.part') = 'run' THEN 'off' ELSE 'on' END, false);",
    )
    yield marked(item, numbers.next())
    yield "SET default_transaction_read_only = on;"
    yield "BEGIN READ WRITE;"
    yield from _step_guard(place, place.began, *proof(item, place.number, place.index))
    yield from _record(place)
    yield "COMMIT;"
    yield "SET sqlgen.part = '';"


def _step_guard(place: _Place, due: str, *more: str) -> list[str]:
    script, step = place.script, place.step
    lost = say("the guard at the top did not pass; step {number} changed nothing", number=place.number)
    busy = say("another sqlgen script is running in this database; step {number} changed nothing", number=place.number)
    moved = say(
        "step {number} needs {before}, {table} holds",
        number=place.number,
        before=braces(step.before),
        table=script.target.version_table,
    )
    half = say("step {number}, part {index} is not due: the record says", number=place.number, index=place.index)
    constraint = named(f"{script.target.version_table}_pkc")
    create = (
        f"  CREATE TABLE IF NOT EXISTS {script.table} (",
        f"    version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num));",
    )
    return block(
        *unless("coalesce(current_setting('sqlgen.at', true), '') <> ''", said(lost)),
        *RESTORE,
        *unless(
            f"pg_try_advisory_xact_lock(hashtext('sqlgen'), hashtext({quoted(script.target.version_table)}))",
            said(busy),
        ),
        *(() if step.before else create),
        f"  LOCK TABLE {script.table} IN SHARE ROW EXCLUSIVE MODE;",
        f"  {query_heads(script)}",
        *unless(f"found_heads = {array(step.before)}", f"{said(moved)} ", "found_heads::text"),
        f"  found_mark := {mark(script)};",
        *unless(f"found_mark = {quoted(due)}", f"{said(half)} ", "found_mark"),
        *more,
        declare=("found_heads text[];", "found_mark text;"),
    )


def _record(place: _Place) -> Iterator[str]:
    """What stands of the step; or the stamp, and no record."""
    script = place.script
    if place.index < len(place.parts):
        yield from block(*RESTORE, *_write(script, place.stands(place.index)))
        return
    wrong = say("rows hit by the stamp of step {number}, instead of 1:", number=place.number)
    half = len(place.parts) > 1 or not atomic(place.part)
    body: list[str] = [*RESTORE, *(_write(script, "") if half else ())]
    for one in stamps(place.step.before, place.step.after):
        if one.old is None:
            body.append(f"  INSERT INTO {script.table} (version_num) VALUES ({quoted(one.new or '')});")
        elif one.new is None:
            body.append(f"  DELETE FROM {script.table} WHERE version_num = {quoted(one.old)};")
        else:
            where = f"WHERE version_num = {quoted(one.old)}"
            body.append(f"  UPDATE {script.table} SET version_num = {quoted(one.new)} {where};")
        body += ["  GET DIAGNOSTICS hit_rows = ROW_COUNT;"]
        body += unless("hit_rows = 1", f"{said(wrong)} ", "hit_rows::text")
    yield from block(*body, declare=("hit_rows bigint;",))


def _write(script: Script, record: str) -> Iterator[str]:
    """plpgsql that replaces the record; what else the comment says stays."""
    yield f"  EXECUTE format('COMMENT ON TABLE %s IS %L', {regclass(script)}, nullif("
    yield f"    split_part(coalesce(obj_description({regclass(script)}, 'pg_class'), ''), 'sqlgen: ', 1)"
    yield f"    || {quoted(record)}, ''));"


# ---- result


def _result(script: Script) -> Iterator[str]:
    holds_now = f"' {{' || array_to_string(coalesce(found_heads, '{{}}'), ',') || {quoted('}' + script.about)}"
    is_at = f"': database ' || quote_ident(current_database()) || ' is at' || {holds_now}"
    end, start = (f"found_heads IS NOT DISTINCT FROM {array(rows)}" for rows in (script.end, script.start))
    passed = "coalesce(current_setting('sqlgen.at', true), '') <> ''"
    refused = text(say("NOT APPLIED: the guard or a statement failed, see the first error"))
    half = text(
        say("NOT APPLIED: a revision is half done; run the script for psql of the same range. The record says:")
    )
    done, again = (
        f"'{word}' || {is_at}" if script.gate is None else quoted(script.gate)
        for word in ("APPLIED", "ALREADY APPLIED")
    )
    yield ""
    yield "-- The result, computed from the database."
    yield from block(
        *RESTORE,
        f"  IF {regclass(script)} IS NOT NULL THEN",
        f"    {query_heads(script)}",
        f"    found_mark := {mark(script)};",
        "  END IF;",
        *(() if script.start else ("  found_heads := coalesce(found_heads, '{}');",)),
        "  PERFORM set_config('sqlgen.result', CASE",
        "    WHEN current_setting('sqlgen.why', true) <> ''",
        "      THEN substr(current_setting('sqlgen.why'), length('sqlgen result: ') + 1)",
        f"    WHEN found_mark <> '' THEN {quoted(half + ' ')} || found_mark",
        *_elsewhere(script),
        f"    WHEN found_heads IS NULL THEN {quoted(said(missing(script)) + ' ')} || quote_ident(current_database())",
        f"    WHEN {end} AND {passed} THEN {done}",
        f"    WHEN {end} THEN {again}",
        f"    WHEN {passed} OR {start} THEN {quoted(refused)} || {is_at} || {hint(script)}",
        f"    ELSE {quoted(said(path(script)))} || {is_at} || {hint(script)} END, false);",
        declare=("found_heads text[];", "found_mark text := '';"),
    )
    yield "SET sqlgen.at = '';"
    yield "SET sqlgen.why = '';"
    yield "RESET default_transaction_read_only;"
    yield "SELECT 'sqlgen result: ' || current_setting('sqlgen.result') AS sqlgen;"


def _elsewhere(script: Script) -> Iterator[str]:
    """In another database, what stands there is no result of this script."""
    if script.target.databases:
        wrong = say("this script is for database {list}, this one is", list=", ".join(script.target.databases))
        known = f"current_database() = ANY ({array(script.target.databases)})"
        yield f"    WHEN NOT {known} THEN {quoted(said(wrong) + ' ')} || quote_ident(current_database())"
