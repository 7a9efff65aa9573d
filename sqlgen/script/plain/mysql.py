"""Steps in, plain SQL for MySQL and MariaDB out: DBeaver, Navicat, MySQL Workbench, HeidiSQL, any driver.

The session is READ ONLY until the guard passes, and again behind whatever failed: the server then refuses all that
changes something, whether the tool stops or goes on. Conditions stand in prepared statements, for outside of a routine
there is no IF; the statements themselves stand plain. A statement went well when it left no error and, where it makes
or drops something, the catalog shows it: some tools ask the server something of their own in between, and @@error_count
would speak of that. The server commits each DDL statement by itself. What stands of a revision is recorded as the
script for the mysql client does, which goes on where this one stopped.

No body with semicolons can stand in it: that needs the DELIMITER of a client.

Sources: MySQL 8.0 manual, 15.3.7 SET TRANSACTION, 15.5 Prepared Statements, 15.7.7.18 SHOW ERRORS (error_count).
Tested on MariaDB 10.11 with PyMySQL; NOT RUN on MySQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import Begin, Commit, Rollback
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds as catalog_shows
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.mysql.blocks import LOCK, ROWS, holds, literal, table
from sqlgen.script.path import after_gate, stamps, text
from sqlgen.script.plain.mysql_guard import Script, guard, hint, pins, prepared, read, session, stop, went_well
from sqlgen.script.plain.text import closed, has_terminator, needs
from sqlgen.script.plan import Part, in_parts, is_data, mark_prefix, parts
from sqlgen.script.target import Target
from sqlgen.script.things import after
from sqlgen.segments import Item, Step


def render(steps: Sequence[Step], target: Target, form: Form, run: str) -> str:
    """The whole script, ending with a newline."""
    script = Script.of(steps, target)
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=run,
            needs=(*_needs(target), *needs(steps)),
            result=_result_help(),
            after_gate=after_gate(steps),
        ),
        *session(target),
        *guard(script),
    ]
    numbers = Numbers()
    for number, step in enumerate(script.runnable, start=1):
        lines += _step(step, number, script, numbers)
    return closed([*lines, *_result(script)], numbers)


def _needs(target: Target) -> Iterator[Message]:
    if target.dialect == "mysql":
        yield say("MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB")
    else:
        yield say("MariaDB 10.5 or newer; for MySQL make the script with the dialect mysql")
    yield say("a connection of its own, which the tool does not renew in between; what is not committed is rolled back")
    yield say(
        "the tool stopping at errors: one that goes on, and asks the server something of its own in between, hides a "
        "failed INSERT, UPDATE or DELETE"
    )


def _result_help() -> Message:
    return say(
        'the LAST result, "sqlgen result: …", tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "Where the tool stops at an error there is none: then the error tells. Disconnect: the session is read-only\n"
        "and holds the lock. The server commits each DDL statement by itself: what stands of a revision that failed\n"
        "is recorded, and the script for the mysql client of the same range goes on there."
    )


# ---- steps


def _step(step: Step, number: int, script: Script, numbers: Numbers) -> Iterator[str]:
    target, found = script.target, parts(step, script.target)
    one = say("one transaction")
    note = say("each DDL statement commits by itself") if in_parts(step, target) else one
    yield from banner(step, number, len(script.steps), note)
    yield from pins(target)
    yield "SET @sqlgen_rows = NULL, @sqlgen_at = NULL;"
    yield f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)};"
    yield f"SET @sqlgen_ok = COALESCE(@sqlgen_ok AND {holds(step.before)}, 0);"
    yield script.lock
    for index, part in enumerate(found, start=1):
        if len(found) > 1:
            yield f"-- part {index} of {len(found)} of step {number}"
        last = index == len(found)
        stands = _record(script, step, f"{index} of {len(found)} stands") if script.recorded else []
        if all(is_data(item) for item in part.items):
            yield "START TRANSACTION;"
            yield from _statements(part, script, numbers)
            yield from _stamp(step, script) if last else stands
            yield from _ended(script, number)
        else:
            yield from _record(script, step, f"{index} of {len(found)} began")
            yield from _statements(part, script, numbers)
            yield from stands
            if last:
                yield "START TRANSACTION;"
                yield from _stamp(step, script)
            yield from _ended(script, number) if last else stop("@sqlgen_ok = 1", f"sqlgen: step {number} failed")


def _statements(part: Part, script: Script, numbers: Numbers) -> Iterator[str]:
    for item in part.items:
        made = catalog_shows(after(item), script.target.dialect)
        yield marked(item, numbers.next())
        yield went_well("" if made is None else f"\n  AND {made}")
        yield script.lock


def _record(script: Script, step: Step, what: str) -> list[str]:
    values = f"VALUES (1, {literal(mark_prefix(step) + what)})"
    return [f"REPLACE INTO {script.progress} (one, record) {values};", went_well(), script.lock]


def _stamp(step: Step, script: Script) -> Iterator[str]:
    """Each statement must hit exactly one row."""
    name = table(script.target)
    for one in stamps(step.before, step.after):
        if one.old is None:
            yield f"INSERT INTO {name} (version_num) VALUES ({literal(one.new or '')});"
        elif one.new is None:
            yield f"DELETE FROM {name} WHERE version_num = {literal(one.old)};"
        else:
            yield f"UPDATE {name} SET version_num = {literal(one.new)} WHERE version_num = {literal(one.old)};"
        yield "SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);"
    if script.recorded:
        yield f"DELETE FROM {script.progress};"
        yield went_well()


def _ended(script: Script, number: int) -> Iterator[str]:
    yield from prepared("@sqlgen_ok = 1", "COMMIT")
    yield "ROLLBACK;"
    yield script.lock
    yield from stop("@sqlgen_ok = 1", f"sqlgen: step {number} failed or its stamp did not hit one row")


# ---- result


def _result(script: Script) -> Iterator[str]:
    at = f"CONCAT(': database ', DATABASE(), ' is at {{', COALESCE(@sqlgen_at, ''), '}}', {literal(script.about)})"
    done = f"CONCAT('APPLIED', {at})" if script.gate is None else literal(script.gate)
    failed = text(say("; the first error says why"))
    half = text(say("; a revision is half done, run the script for the mysql client of the same range:"))
    yield ""
    yield "-- The result, computed from the database."
    if script.recorded:
        yield from prepared("@sqlgen_ok = 1", f"DROP TABLE IF EXISTS {script.progress}")
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield from read(script)
    yield "SET @sqlgen_why = CASE WHEN COALESCE(@sqlgen_why, '') <> '' THEN @sqlgen_why"
    yield f"  WHEN COALESCE(@sqlgen_ok, 0) = 1 AND {holds(script.end)} THEN {done}"
    yield f"  ELSE CONCAT('NOT APPLIED', {at}, IF(@sqlgen_mark = '', CONCAT({literal(failed)}, {hint(script)}),"
    yield f"    CONCAT({literal(half + ' ')}, @sqlgen_mark))) END;"
    yield f"DO RELEASE_LOCK({LOCK});"
    yield "SET SESSION TRANSACTION READ WRITE;"
    yield "SELECT CONCAT('sqlgen result: ', @sqlgen_why) AS sqlgen;"


def problems(item: Item) -> Iterator[tuple[Message, Message]]:
    """What needs the client's DELIMITER, or a transaction of the revision's own."""
    if has_terminator(item, "mysql"):
        yield (
            say("it has semicolons in it, for which a client's DELIMITER is needed"),
            say("Run it with the mysql client: make the script without --client plain."),
        )
    if any(isinstance(fact, Begin | Commit | Rollback) for fact in item.facts):
        yield (
            say("it opens or ends a transaction, and tools treat that in ways of their own"),
            say("Run it with the mysql client: make the script without --client plain."),
        )
