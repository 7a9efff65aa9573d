"""Steps in, a script for the mysql and mariadb clients out.

The session is read-only until the guard opens it, and after a statement that failed it is read-only again: the client
goes on after errors under --force and in `source`, and can't skip statements, but the server then refuses them.
DDL commits by itself, so a step that holds any commits statement by statement; it is announced in the comment on the
version table, and a run that finds such a step half done refuses. Steps of INSERT, UPDATE and DELETE alone are one
transaction.

Sources: MySQL manual 15.3.3 Statements That Cause an Implicit Commit, 15.3.7 SET TRANSACTION, 14.14 Locking Functions;
MariaDB: tx_read_only. Measured on MariaDB 10.11: READ ONLY refuses CREATE, ALTER, DROP, RENAME, TRUNCATE, GRANT and all
writes; not ANALYZE, FLUSH, SET GLOBAL, and CALL only where its body writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import Delete, Insert, Select, Update
from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import end_mark, marked
from sqlgen.script.mysql_blocks import (
    LOCK,
    ROWS,
    holds,
    keep,
    literal,
    poison,
    prepared,
    quoted_name,
    stop,
    table,
    told_as,
    unlock,
)
from sqlgen.script.path import Heads, after_gate, braces, digest, file_of, first_gap, gate, heads, shell, stamps, text
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step
from sqlgen.statements import TokenKind, scan

# MariaDB 10.11 and MySQL 8.0 manuals, sql_mode: the servers' own defaults, so that a migration meets the same modes
# wherever it runs, and neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES, which change how the script is read.
_SQL_MODE = {
    "mariadb": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
    "mysql": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
}


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    gap = first_gap(steps)
    runnable = steps if gap is None else steps[:gap]
    end = steps[0].before if not runnable else runnable[-1].after
    lines = [
        *header(
            steps,
            target,
            title=form.title,
            run=command(target, file_of(steps)),
            needs=_needs(target),
            result=_result_help(),
            after_gate=after_gate(steps),
        ),
        *_session(target),
        *_guard(steps, gap, end, target),
    ]
    count = 0
    for number, step in enumerate(runnable, start=1):
        lines += _step(step, number, len(steps), count, target)
        count += len(step.items)
    lines += [*_result(steps, gap, end, target), end_mark(count)]
    return "\n".join(lines) + "\n"


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of this name."""
    client = "mariadb" if target.dialect == "mariadb" else "mysql"
    options = "--no-defaults --binary-mode --batch --skip-column-names --skip-reconnect"
    database = "DATABASE" if target.database is None else shell(target.database)
    return f"{client} {options} -h HOST -u USER -p {database} < {file}.sql > {file}.log 2>&1"


def _needs(target: Target) -> Iterator[Message]:
    if target.dialect == "mysql":
        yield say("MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB")
    else:
        yield say("MariaDB 10.5 or newer; for MySQL make the script with the dialect mysql")
    yield say("not --force and not the client's source command: both go on after an error")
    if target.statement_timeout_ms and target.dialect == "mysql":
        yield say("statement_timeout is not set: MySQL has none for what is not a SELECT")


def _result_help() -> Message:
    return say(
        'the LAST line with "sqlgen result:" tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "The client ends with 0 for APPLIED, else with 1 (also for ALREADY APPLIED).\n"
        "The server commits each DDL statement by itself: after an error in the middle of a step,\n"
        "the step's statements before it stand. The error names the line of this script."
    )


def _session(target: Target) -> Iterator[str]:
    seconds = -(-target.lock_timeout_ms // 1000) if target.lock_timeout_ms else 31536000
    yield ""
    yield "-- The session: read-only until the guard opens it."
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield "SET NAMES utf8mb4;"
    yield from _pins(target)
    yield f"SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {min(seconds, 1073741824)};"
    yield "SET SESSION group_concat_max_len = 1048576;"
    if target.statement_timeout_ms and target.dialect == "mariadb":
        yield f"SET SESSION max_statement_time = {target.statement_timeout_ms / 1000:g};"


def _pins(target: Target) -> Iterator[str]:
    """What each step finds, whatever the statements of earlier steps have set."""
    yield "SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;"
    yield f"SET SESSION sql_mode = '{_SQL_MODE[target.dialect]}';"


def _guard(steps: Sequence[Step], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    start = steps[0].before
    where = (
        "DATABASE()" if target.version_table_schema is None else literal(target.version_table_schema),
        literal(target.version_table),
    )
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    yield "SET @sqlgen_ok = 0, @sqlgen_rows = 0, @sqlgen_at = '', @sqlgen_mark = '', @sqlgen_table = 0;"
    yield "SELECT COUNT(*), COALESCE(MAX(table_comment), '') INTO @sqlgen_table, @sqlgen_mark"
    yield f"FROM information_schema.tables WHERE table_schema = {where[0]} AND table_name = {where[1]};"
    yield from prepared(
        f"IF(@sqlgen_table = 1,\n"
        f"  {literal(f'SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)}')}, 'DO 0')"
    )
    yield "SET @sqlgen_here = CONCAT(' to {', IF(@sqlgen_at = '', 'base', @sqlgen_at), '}');"
    yield f"SET @sqlgen_lock = COALESCE(GET_LOCK({LOCK}, 1), 0);"
    yield "SET @sqlgen_why = CASE"
    yield from (f"  {line}" for line in _reasons(steps, gap, start, end, target))
    yield "  ELSE '' END;"
    yield "SET @sqlgen_ok = (@sqlgen_why = '');"
    opened = literal(text(say("sqlgen: the guard passed, from {start} to {end}", start=braces(start), end=braces(end))))
    yield f"SELECT IF(@sqlgen_ok, {opened}, CONCAT('sqlgen result: ', @sqlgen_why)) AS sqlgen;"
    yield from stop("@sqlgen_ok = 1", "sqlgen guard: stopped, the line above says why")
    yield unlock(target)
    if not start:
        constraint = quoted_name(f"{target.version_table}_pkc")
        yield f"CREATE TABLE IF NOT EXISTS {table(target)} ("
        yield f"  version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)"
        yield ");"
        yield poison()
        yield unlock(target)


def _reasons(steps: Sequence[Step], gap: int | None, start: Heads, end: Heads, target: Target) -> Iterator[str]:
    """WHEN … THEN …: the first that holds is why the script refuses."""
    nothing = " Nothing was changed."
    told = say("NOT APPLIED: no database is selected. Name it on the command line.")
    yield f"WHEN DATABASE() IS NULL THEN {literal(text(told))}"
    if target.database is not None:
        told = say("NOT APPLIED: this script is for database {database}, this one is ", database=target.database)
        yield f"WHEN CAST(DATABASE() AS BINARY) <> CAST({literal(target.database)} AS BINARY)"
        yield f"  THEN CONCAT({literal(keep(told))}, DATABASE(), {literal('.' + nothing)})"
    told = say("NOT APPLIED: another sqlgen script is running in this database. Run this one again when it has ended.")
    yield f"WHEN @sqlgen_lock <> 1 THEN {literal(text(told) + nothing)}"
    if start:
        told = say("NOT APPLIED: there is no table {table} in database ", table=target.version_table)
        yield f"WHEN @sqlgen_table = 0 THEN CONCAT({literal(keep(told))}, DATABASE(), {literal('.' + nothing)})"
    told = say("NOT APPLIED: an earlier run stopped in the middle of a step: ")
    undo = say(
        ". Look into its log which statement failed; do by hand what is missing of the step, or undo what stands; "
        "then ALTER TABLE {table} COMMENT = '' and run a script from where the table stands.",
        table=table(target),
    )
    yield "WHEN @sqlgen_mark LIKE 'sqlgen: %' AND RIGHT(@sqlgen_mark, CHAR_LENGTH(@sqlgen_here)) <> @sqlgen_here"
    yield f"  THEN CONCAT({literal(keep(told))}, SUBSTRING(@sqlgen_mark, 9), {literal(keep(undo) + nothing)})"
    if gap is not None:
        yield f"WHEN {holds(end)} THEN {literal(_gate(steps, gap, target))}"
    else:
        stands = literal(f" is at {braces(end)}{unbound(target)}{left_out(steps)}")
        yield f"WHEN {holds(end)} THEN CONCAT('ALREADY APPLIED: database ', DATABASE(), {stands})"
    told = say(
        "NOT APPLIED: this script goes from {start} to {end}; {table} holds {{",
        start=braces(start),
        end=braces(end),
        table=target.version_table,
    )
    yield f"WHEN NOT {holds(start)} THEN CONCAT({literal(keep(told))}, @sqlgen_at, {literal('}.' + nothing)})"


def _gate(steps: Sequence[Step], gap: int, target: Target) -> str:
    return text(gate(steps, gap)) + unbound(target)


def _step(step: Step, number: int, total: int, count: int, target: Target) -> Iterator[str]:
    atomic = _is_data_only(step)
    note = say("one transaction") if atomic else say("each statement commits by itself")
    yield from banner(step, number, total, note)
    yield from _pins(target)
    yield "SET @sqlgen_rows = NULL, @sqlgen_at = NULL;"
    yield f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)};"
    yield f"SET @sqlgen_ok = COALESCE(@sqlgen_ok AND {holds(step.before)}, 0);"
    yield unlock(target)
    fate = say("it is rolled back if it fails") if atomic else say("if it fails, its statements before the error stand")
    running = say(
        "NOT APPLIED yet: at {at}; step {number} of {total} ({revision}) is running; {fate}",
        at=braces(step.before),
        number=number,
        total=total,
        revision=step.revision,
        fate=fate,
    )
    blocked = say(
        "NOT APPLIED: step {number} of {total} ({revision}) is blocked by the error above",
        number=number,
        total=total,
        revision=step.revision,
    )
    yield f"SELECT CONCAT(IF(@sqlgen_ok, {told_as(running)}, {told_as(blocked)}),"
    yield "  DATE_FORMAT(NOW(), ' (%H:%i:%s)')) AS sqlgen;"
    announced = len(step.items) > 1 and not atomic
    if announced:
        yield from _announce(step, target)
    if atomic:
        yield "START TRANSACTION;"
    for index, item in enumerate(step.items, start=count + 1):
        yield from _statement(item, index)
        yield f"{poison()} {unlock(target)}"
    yield from _stamp(step, number, atomic, target)
    if announced:
        yield from _mark(target, "")


def _is_data_only(step: Step) -> bool:
    """Whether every statement is known to leave the transaction open; nothing is known of a SELECT that calls."""
    return all(_is_data(item) for item in step.items)


def _is_data(item: Item) -> bool:
    plain = (isinstance(fact, Insert | Update | Delete) or fact == Select() for fact in item.facts)
    return bool(item.facts) and all(plain)


def _announce(step: Step, target: Target) -> Iterator[str]:
    """The record that a step has begun; a table's own comment is left alone, and then there is no record."""
    what = f"sqlgen: {step.direction} {step.revision} ({digest(step)}) from {{{heads(step.before)}}}"
    yield from _mark(target, f"{what} to {{{heads(step.after)}}}")
    yield unlock(target)


def _mark(target: Target, comment: str) -> Iterator[str]:
    condition = "@sqlgen_ok = 1 AND (@sqlgen_mark = '' OR @sqlgen_mark LIKE 'sqlgen: %')"
    alter = f"ALTER TABLE {table(target)} COMMENT = {literal(comment)}"
    yield from prepared(f"IF({condition}, {literal(alter)}, 'DO 0')")


def _statement(item: Item, number: int) -> Iterator[str]:
    """With a DELIMITER of its own where it holds a semicolon: a trigger's or a procedure's body."""
    inner = ";" in item.sql and any(token.kind is TokenKind.TERMINATOR for token in scan(item.sql, "mysql"))
    if not inner:
        yield marked(item, number)
        return
    delimiter = next(mark for mark in _delimiters() if mark not in item.sql)
    yield f"DELIMITER {delimiter}"
    yield marked(item, number, f"\n{delimiter}")
    yield "DELIMITER ;"


def _delimiters() -> Iterator[str]:
    yield "//"
    yield "$$"
    number = 0
    while True:
        yield f"//{number}//"
        number += 1


def _stamp(step: Step, number: int, atomic: bool, target: Target) -> Iterator[str]:
    """In one transaction, committed only when each statement hit exactly one row and nothing failed before."""
    if not atomic:
        yield "START TRANSACTION;"
    for one in stamps(step.before, step.after):
        if one.old is None:
            yield f"INSERT INTO {table(target)} (version_num) VALUES ({literal(one.new or '')});"
        elif one.new is None:
            yield f"DELETE FROM {table(target)} WHERE version_num = {literal(one.old)};"
        else:
            where = f"WHERE version_num = {literal(one.old)}"
            yield f"UPDATE {table(target)} SET version_num = {literal(one.new)} {where};"
        yield "SET @sqlgen_ok = COALESCE(@sqlgen_ok AND ROW_COUNT() = 1, 0);"
    yield from prepared("IF(@sqlgen_ok = 1, 'COMMIT', 'DO 0')")
    yield f"ROLLBACK; {unlock(target)}"
    yield from stop("@sqlgen_ok = 1", f"sqlgen: step {number} failed or its stamp did not hit one row")


def _result(steps: Sequence[Step], gap: int | None, end: Heads, target: Target) -> Iterator[str]:
    yield ""
    yield "-- The result, computed from the database."
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield "SET @sqlgen_rows = NULL, @sqlgen_at = NULL;"
    yield f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)};"
    about = literal(unbound(target) + left_out(steps))
    at = f"CONCAT(': database ', DATABASE(), ' is at {{', COALESCE(@sqlgen_at, '?'), '}}', {about})"
    done = f"CONCAT('APPLIED', {at})" if gap is None else literal(_gate(steps, gap, target))
    yield "SELECT CONCAT('sqlgen result: ', CASE"
    yield "  WHEN @sqlgen_why <> '' THEN @sqlgen_why"
    yield f"  WHEN COALESCE(@sqlgen_ok, 0) = 1 AND {holds(end)} THEN {done}"
    yield f"  ELSE CONCAT('NOT APPLIED', {at}, '; the first error above says why') END) AS sqlgen;"
    yield f"DO RELEASE_LOCK({LOCK});"
    if gap is not None:
        yield from stop("FALSE", "sqlgen gate: the line above says what to do")
