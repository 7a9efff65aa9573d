"""Steps in, a script for the mysql and mariadb clients out.

The session is read-only until the guard opens it, and behind a statement that failed it is read-only again. DDL commits
by itself, so a step is cut into parts (plan.parts), and what stands of it is recorded in a small table beside the
version table, for INSERT, UPDATE and DELETE in their own transaction: so a script goes on where an earlier one stopped,
and a rollback starts there. MariaDB skips what is done in the script itself; MySQL's client can't skip a plain
statement, so that there apply.sql is plain, and resume.sql and rollback.sql hold their statements in literals; see
mysql.writer.

Sources: MySQL manual 15.3.3 Statements That Cause an Implicit Commit, 15.3.7 SET TRANSACTION, 14.14 Locking Functions;
MariaDB: BEGIN NOT ATOMIC, EXECUTE IMMEDIATE, tx_read_only. Measured on MariaDB 10.11: READ ONLY refuses CREATE, ALTER,
DROP, RENAME, TRUNCATE, GRANT and all writes; not ANALYZE, FLUSH, SET GLOBAL, and CALL only where its body writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, end_mark
from sqlgen.script.mysql.blocks import (
    LOCK,
    READ_ONLY,
    ROWS,
    holds,
    literal,
    prepared,
    progress,
    stop,
    table,
    unlock,
)
from sqlgen.script.mysql.guard import guard, read_version
from sqlgen.script.mysql.parts import Block, blocks, records
from sqlgen.script.mysql.path import Script
from sqlgen.script.mysql.pieces import Place, needed, pieces, place
from sqlgen.script.mysql.server import is_here
from sqlgen.script.mysql.session import pins, session
from sqlgen.script.mysql.writer import Writer, writer
from sqlgen.script.path import after_gate, braces, file_of, first_gap, gap_reason, gate, heads, shell, text
from sqlgen.script.plan import parts
from sqlgen.script.target import Target
from sqlgen.segments import Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    script = _script(steps, target, form)
    writes = writer(target, script.how, (item for step in steps for item in step.items))
    numbers = Numbers()
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=command(target, "resume" if form.resume else file_of(steps)),
            needs=_needs(target),
            result=_result_help(script),
            after_gate=_after_gate(script),
        ),
        *session(target),
        *guard(script),
    ]
    for index, step in enumerate(steps if script.gap is None else steps[: script.gap]):
        lines += _gate(script, index) if step.gap is not None else _step(script, index, writes, numbers)
    lines += [*_result(script), end_mark(numbers.count)]
    return "\n".join(lines) + "\n"


def _script(steps: Sequence[Step], target: Target, form: Form) -> Script:
    """The plain form ends at its first gate: its client can't skip what was done before it."""
    recorded = bool(form.undo) or any(records(step, target) for step in steps)
    if target.dialect == "mariadb":
        return Script(tuple(steps), target, form, "compound", None, recorded)
    if form.resume or steps[0].direction == "downgrade":
        return Script(tuple(steps), target, form, "prepared", None, recorded)
    return Script(tuple(steps), target, form, "plain", first_gap(steps), recorded)


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name."""
    client = "mariadb" if target.dialect == "mariadb" else "mysql"
    options = "--no-defaults --binary-mode --batch --skip-column-names --skip-reconnect --default-character-set=utf8mb4"
    database = shell(target.databases[0]) if len(target.databases) == 1 else "DATABASE"
    return f"{client} {options} -h HOST -u USER -p {database} < {file}.sql > {file}.log 2>&1"


def _needs(target: Target) -> Iterator[Message]:
    if target.dialect == "mysql":
        yield say("MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB")
    else:
        yield say("MariaDB 10.6 or newer; for MySQL make the script with the dialect mysql")
    yield say("a direct connection to the primary: no proxy that shares sessions; a new session")
    yield say("not --force and not the client's source command: with them the exit code is 0 whatever happened")
    if target.statement_timeout_ms and target.dialect == "mysql":
        yield say("statement_timeout is not set: MySQL has none for what is not a SELECT")


def _result_help(script: Script) -> Message:
    if script.how == "plain":
        return say(
            'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
            "The client ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).\n"
            "The server commits each DDL statement by itself: after an error in the middle of a step,\n"
            "the step's statements before it stand. Remove the cause and run resume.sql: it goes on there.\n"
            "It is in the bundle, or made by: sqlgen emit {start}:{end} --resume -o resume.sql",
            start=heads(script.steps[0].before),
            end=heads(script.steps[-1].after),
        )
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "The client ends with 0 for the first two, else with 1.\n"
        "The server commits each DDL statement by itself: after an error in the middle of a step,\n"
        "the step's statements before it stand, and {table} says which. Remove the cause\n"
        "and run this script again: it goes on where it stopped.",
        table=progress(script.target),
    )


def _after_gate(script: Script) -> Message:
    if script.how == "plain":
        return after_gate(script.steps)
    return say("Bring the database to what it says there; run this script again for the rest.")


# ---- steps


def _step(script: Script, index: int, writes: Writer, numbers: Numbers) -> Iterator[str]:
    step, target, number = script.steps[index], script.target, index + 1
    total = len(script.steps)
    yield from banner(step, number, total, _note(script, step))
    yield from pins(target)
    yield "SET @sqlgen_since = SYSDATE(6);"
    if script.how != "plain":
        told = text(say("[sqlgen] step {number} of {total}: {revision} was done before, skipped",
                        number=number, total=total, revision=step.revision))  # fmt: skip
        yield f"SELECT {literal(told)} AS sqlgen FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_step > {index};"
    yield from _stands(step, index, target)
    at = place(step, number, target, script.form.undo.get(step.revision), recorded=script.recorded)
    for block in blocks(step, target):
        yield from _block(script, at, block, writes, numbers)
    done = text(say("[sqlgen] step {number} of {total} ({revision}) is done, after ",
                    number=number, total=total, revision=step.revision))  # fmt: skip
    seconds = "ROUND(TIMESTAMPDIFF(MICROSECOND, @sqlgen_since, SYSDATE(6)) / 1000000, 3)"
    yield f"SELECT CONCAT({literal(done + ' ')}, {seconds}, ' s') AS sqlgen"
    yield f"FROM DUAL WHERE @sqlgen_ok = 1 AND @sqlgen_run > 0 AND @sqlgen_step = {number};"


def _note(script: Script, step: Step) -> Message:
    if not records(step, script.target):
        return say("one transaction")
    count = len(parts(step, script.target))
    if script.how == "plain":
        return say("{count} part(s) that commit one by one; after an error resume.sql goes on", count=count)
    return say("{count} part(s) that commit one by one; a repeated run goes on after the last", count=count)


def _stands(step: Step, index: int, target: Target) -> Iterator[str]:
    """The version table still says what it said to the guard."""
    turn = f"@sqlgen_ok = 1 AND @sqlgen_step = {index}"
    read = literal(f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)}")
    yield from prepared(f"IF({turn},\n  {read}, 'DO 0')")
    there = f"IF(@sqlgen_undo = 1, {holds(step.after)}, {holds(step.before)})"
    yield f"SET @sqlgen_moved = COALESCE({turn} AND NOT {there}, 0);"
    yield "SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND NOT @sqlgen_moved, 0);"
    why = f"sqlgen: the version table is not where step {index + 1} begins"
    yield from stop("COALESCE(@sqlgen_moved, 0) = 0", why)


def _block(script: Script, at: Place, block: Block, writes: Writer, numbers: Numbers) -> Iterator[str]:
    index, target = at.number - 1, script.target
    groups = pieces(block, at, numbers)
    count = writes.count(groups)
    condition = f"@sqlgen_ok = 1 AND @sqlgen_step = {index}"
    if not block.stamps and not block.session:
        wanted = needed(at, range(block.offset, block.offset + len(block.items)))
        condition += f" AND @sqlgen_done < {block.last}" + (f" AND {wanted}" if wanted else "")
    if block.count > 1:
        yield f"-- {_named(block, index + 1)}"
    yield f"SET @sqlgen_run = COALESCE({condition}, 0);"
    yield unlock(target, "@sqlgen_run = 1")
    if block.items:
        yield from _running(script, index, block)
    if block.transaction:
        yield "START TRANSACTION;"
    yield from writes.pieces(groups)
    if block.transaction:
        yield "ROLLBACK;"
    passed = f"@sqlgen_run = {count + 1}"
    yield f"SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND (@sqlgen_run = 0 OR {passed}), 0);"
    if block.stamps:
        yield f"SET @sqlgen_step = IF({passed}, {index + 1}, @sqlgen_step),"
        yield f"  @sqlgen_done = IF({passed}, 0, @sqlgen_done), @sqlgen_undo = IF({passed}, 0, @sqlgen_undo);"
    elif not block.session:
        yield f"SET @sqlgen_done = IF({passed}, {block.last}, @sqlgen_done);"


def _named(block: Block, number: int) -> str:
    if not block.items:
        return text(say("the stamp of step {number}", number=number))
    if block.first == block.last:
        return text(say("part {part} of {count} of step {number}", part=block.first, count=block.count, number=number))
    return text(
        say("parts {part} to {last} of {count} of step {number}", part=block.first, last=block.last, count=block.count,
            number=number)
    )  # fmt: skip


def _running(script: Script, index: int, block: Block) -> Iterator[str]:
    """The result line that holds while a block runs, with the clock."""
    step = script.steps[index]
    fate = say("it is rolled back if it fails") if block.transaction else say("it commits by itself")
    which = say(", part {part} of {count}", part=block.first, count=block.count) if block.count > 1 else say("")
    begun = literal("sqlgen result: " + text(say("NOT APPLIED yet: at {{")))
    told = say(
        "}}; step {number} of {total} ({revision}){which} is running; {fate}",
        number=index + 1,
        total=len(script.steps),
        revision=step.revision,
        which=which,
        fate=fate,
    )
    yield f"SELECT CONCAT({begun}, @sqlgen_at, {literal(text(told))},"
    yield "  DATE_FORMAT(SYSDATE(), ' (%H:%i:%s)')) AS sqlgen FROM DUAL WHERE @sqlgen_run = 1;"


def _gate(script: Script, index: int) -> Iterator[str]:
    """Stop before a revision that could not be rendered; it is skipped where the database is past it."""
    step, target = script.steps[index], script.target
    told = say(
        "NOT APPLIED: at {at}; the script stops before revision {revision}, which could not be rendered: {why}. "
        "Bring the database to {reached} by hand or with alembic ({table} must show it), then run this script again.",
        at=braces(step.before),
        revision=step.revision,
        why=gap_reason(step),
        reached=braces(step.after),
        table=target.version_table,
    )
    yield from banner(step, index + 1, len(script.steps), say("GATE: could not be rendered"))
    yield f"SET @sqlgen_gate = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = {index}, 0);"
    yield from _dropped(script, "@sqlgen_gate = 1")
    yield f"SET @sqlgen_why = IF(@sqlgen_gate = 1, {literal(text(told) + unbound(target))}, @sqlgen_why);"
    yield "SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND @sqlgen_gate = 0, 0);"
    yield "SELECT CONCAT('sqlgen result: ', @sqlgen_why) AS sqlgen FROM DUAL WHERE @sqlgen_gate = 1;"
    yield from stop("@sqlgen_gate = 0", "sqlgen gate: the line above says what to do")


# ---- the end


def _dropped(script: Script, condition: str) -> Iterator[str]:
    """Drop the table of the record, which holds none any more; also one that an earlier run left empty."""
    if script.recorded:
        yield unlock(script.target, condition)
        yield from prepared(f"IF({condition}, {literal(f'DROP TABLE IF EXISTS {progress(script.target)}')}, 'DO 0')")
        yield f"SET SESSION {READ_ONLY[script.target.dialect]} = 1;"


def _result(script: Script) -> Iterator[str]:
    steps, target, end = script.steps, script.target, script.end
    total = len(steps) if script.gap is None else script.gap
    yield ""
    yield "-- The result, computed from the database."
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield "SET @sqlgen_rows = NULL, @sqlgen_at = NULL;"
    yield from read_version(target)
    about = literal(unbound(target) + left_out(steps))
    at = f"CONCAT(': database ', DATABASE(), ' is at {{', COALESCE(@sqlgen_at, '?'), '}}', {about})"
    gap = None if script.gap is None else text(gate(steps, script.gap)) + unbound(target)
    done = f"CONCAT(IF(@sqlgen_from = {total}, 'ALREADY APPLIED', 'APPLIED'), {at})" if gap is None else literal(gap)
    yield f"SET @sqlgen_ok = COALESCE(@sqlgen_ok = 1 AND @sqlgen_step = {total} AND {holds(end)}, 0);"
    yield "SELECT CONCAT('sqlgen result: ', CASE"
    yield "  WHEN @sqlgen_why <> '' THEN @sqlgen_why"
    yield f"  WHEN @sqlgen_ok = 1 THEN {done}"
    if gap is None:
        lost = literal(" " + text(say("(the connection was lost on the way, behind the last stamp)")))
        yield f"  WHEN @sqlgen_why IS NULL AND {holds(end)} AND {is_here(target)}"
        yield f"    THEN CONCAT('APPLIED', {at}, {lost})"
    yield f"  ELSE CONCAT('NOT APPLIED', {at}, '; the first error above says why') END) AS sqlgen;"
    yield from _dropped(script, f"@sqlgen_ok = 1 AND (@sqlgen_from < {total} OR @sqlgen_records = 1)")
    yield f"DO RELEASE_LOCK({LOCK});"
    ended = "sqlgen: the result line above says why" if gap is None else "sqlgen gate: the line above says what to do"
    yield from stop("@sqlgen_ok = 1" if gap is None else "FALSE", ended)
