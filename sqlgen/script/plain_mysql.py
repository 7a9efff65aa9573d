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
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Begin, Commit, Rollback
from sqlgen.messages import Message, say
from sqlgen.script.existence import holds as catalog_shows
from sqlgen.script.form import Form
from sqlgen.script.header import banner, header, left_out, unbound
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.mysql_blocks import LOCK, ROWS, holds, literal, quoted_name, table
from sqlgen.script.path import Heads, after_gate, braces, first_gap, gate, rest, stamps, text
from sqlgen.script.plain_text import after, closed, has_terminator, needs
from sqlgen.script.plan import Part, in_parts, is_data, mark_prefix, parts, progress_table
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step

_READ_ONLY = {"mariadb": "tx_read_only", "mysql": "transaction_read_only"}
# As for the mysql client: the servers' own defaults, and neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES.
_SQL_MODE = {
    "mariadb": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
    "mysql": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
}


@dataclass(frozen=True, slots=True)
class _Script:
    steps: tuple[Step, ...]
    target: Target
    runnable: tuple[Step, ...]
    end: Heads

    @property
    def start(self) -> Heads:
        return self.steps[0].before

    @property
    def about(self) -> str:
        return unbound(self.target) + left_out(self.steps)

    @property
    def progress(self) -> str:
        return quoted_name(progress_table(self.target), self.target.version_table_schema)

    @property
    def recorded(self) -> bool:
        return any(in_parts(step, self.target) for step in self.runnable)

    @property
    def lock(self) -> str:
        return f"SET SESSION {_READ_ONLY[self.target.dialect]} = 1 - COALESCE(@sqlgen_ok, 0);"


def render(steps: Sequence[Step], target: Target, form: Form, run: str) -> str:
    """The whole script, ending with a newline."""
    gap = first_gap(steps)
    runnable = tuple(steps if gap is None else steps[:gap])
    script = _Script(tuple(steps), target, runnable, runnable[-1].after if runnable else steps[0].before)
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
        *_session(target),
        *_guard(script),
    ]
    numbers = Numbers()
    for number, step in enumerate(runnable, start=1):
        lines += _step(step, number, script, numbers)
    return closed([*lines, *_result(script)], numbers)


def _needs(target: Target) -> Iterator[Message]:
    if target.dialect == "mysql":
        yield say("MySQL 8.0 or newer. NOT RUN ON A REAL SERVER: made by MySQL's manual and tests on MariaDB")
    else:
        yield say("MariaDB 10.5 or newer; for MySQL make the script with the dialect mysql")
    yield say("a connection of its own, which the tool does not renew in between; what is not committed is rolled back")


def _result_help() -> Message:
    return say(
        'the LAST result, "sqlgen result: …", tells: APPLIED, ALREADY APPLIED or NOT APPLIED.\n'
        "Where the tool stops at an error there is none: then the error tells. Disconnect: the session is read-only\n"
        "and holds the lock. The server commits each DDL statement by itself: what stands of a revision that failed\n"
        "is recorded, and the script for the mysql client of the same range goes on there."
    )


# ---- session and guard


def _session(target: Target) -> Iterator[str]:
    seconds = -(-target.lock_timeout_ms // 1000) if target.lock_timeout_ms else 31536000
    yield ""
    yield "-- The session: read-only until the guard opens it."
    yield "ROLLBACK;"
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield from _pins(target)
    yield f"SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {min(seconds, 1073741824)};"
    yield "SET SESSION group_concat_max_len = 1048576;"
    if target.role is not None:
        yield f"SET ROLE {literal(target.role)};"
    if target.statement_timeout_ms and target.dialect == "mariadb":
        yield f"SET SESSION max_statement_time = {target.statement_timeout_ms / 1000:g};"


def _pins(target: Target) -> Iterator[str]:
    """What each step finds, whatever the statements of earlier steps have set."""
    yield "SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;"
    yield f"SET SESSION sql_mode = '{_SQL_MODE[target.dialect]}';"


def _prepared(condition: str, sql: str) -> Iterator[str]:
    """Run a statement where a condition holds."""
    yield f"SET @sqlgen_sql = IF({condition}, {literal(sql)}, 'DO 0');"
    yield "PREPARE sqlgen_sql FROM @sqlgen_sql;"
    yield "EXECUTE sqlgen_sql;"


def _stop(condition: str, why: str) -> Iterator[str]:
    """An error where a condition does not hold: an unknown column whose name says why, in at most 63 characters."""
    yield from _prepared(f"NOT COALESCE({condition}, 0)", f"SELECT `{why[:63]}`")
    yield "DEALLOCATE PREPARE sqlgen_sql;"


def _went_well(more: str = "") -> str:
    return f"SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0{more}, 0);"


def _read(script: _Script) -> Iterator[str]:
    """What the version table and the record say, where they are there."""
    target = script.target
    schema = "DATABASE()" if target.version_table_schema is None else literal(target.version_table_schema)
    of = f"FROM information_schema.tables WHERE table_schema = {schema} AND table_name ="
    yield "SET @sqlgen_rows = NULL, @sqlgen_at = NULL, @sqlgen_mark = '';"
    yield f"SELECT COUNT(*) INTO @sqlgen_table {of} {literal(target.version_table)};"
    yield f"SELECT COUNT(*) INTO @sqlgen_records {of} {literal(progress_table(target))};"
    yield from _prepared("@sqlgen_table = 1", f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)}")
    record = f"SELECT COALESCE(MAX(record), '') INTO @sqlgen_mark FROM {script.progress}"
    yield from _prepared("@sqlgen_records = 1", record)
    yield "DEALLOCATE PREPARE sqlgen_sql;"


def _guard(script: _Script) -> Iterator[str]:
    target = script.target
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    failed = say("NOT APPLIED: the guard could not find out where the database stands; see the first error")
    yield f"SET @sqlgen_ok = 0, @sqlgen_why = {literal(text(failed))};"
    yield from _read(script)
    if not script.start:
        yield "SET @sqlgen_rows = IF(@sqlgen_table = 0, 0, @sqlgen_rows), @sqlgen_at = COALESCE(@sqlgen_at, '');"
    yield f"SET @sqlgen_lock = COALESCE(GET_LOCK({LOCK}, 1), 0);"
    yield "SET @sqlgen_why = CASE"
    yield from (f"  WHEN {condition} THEN {told}" for condition, told in _reasons(script))
    yield "  ELSE '' END;"
    yield "SET @sqlgen_ok = (@sqlgen_why = '');"
    yield from _prepared("@sqlgen_ok = 0", "SELECT CONCAT('sqlgen result: ', @sqlgen_why) AS sqlgen")
    yield from _stop("@sqlgen_ok = 1", "sqlgen guard: NOT APPLIED or ALREADY APPLIED")
    yield script.lock
    if not script.start:
        constraint = quoted_name(f"{target.version_table}_pkc")
        columns = f"version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)"
        yield f"CREATE TABLE IF NOT EXISTS {table(target)} ({columns});"
        yield _went_well()
    if script.recorded:
        columns = "one TINYINT NOT NULL PRIMARY KEY, record VARCHAR(500) NOT NULL"
        yield f"CREATE TABLE IF NOT EXISTS {script.progress} ({columns}) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;"
        yield _went_well()


# MariaDB 10.5.26, 10.6.19, 10.11.9 and newer; asked for in a way that is no error where there is none.
_SERVER_UID = "(SELECT MAX(variable_value) FROM information_schema.global_variables WHERE variable_name = 'SERVER_UID')"


def _reasons(script: _Script) -> Iterator[tuple[str, str]]:
    """The first condition that holds is why the script refuses."""
    target, nothing = script.target, literal(". Nothing was changed.")
    yield "DATABASE() IS NULL", _told(say("no database is selected. Select it in the tool"))
    names = target.databases or target.schemas
    if names:
        listed = ", ".join(literal(name) for name in names)
        told = say("this script is for database {list}, this one is", list=", ".join(names))
        yield f"CAST(DATABASE() AS BINARY) NOT IN ({listed})", f"CONCAT({_told(told, ' ')}, DATABASE(), {nothing})"
    if target.identity is not None:
        name = "@@server_uuid" if target.dialect == "mysql" else _SERVER_UID
        told = say("this script is for the server {name}, this one calls itself", name=target.identity)
        same = f"COALESCE({name} = {literal(target.identity)}, 0)"
        yield f"NOT {same}", f"CONCAT({_told(told, ' ')}, COALESCE({name}, '?'), {nothing})"
    told = say("this server is read only: a replica? Run the script on its primary. Nothing was changed.")
    yield "@@GLOBAL.read_only <> 0", _told(told)
    told = say("another sqlgen script is running in this database. Run this one when it has ended.")
    yield "@sqlgen_lock <> 1", _told(told)
    if script.start:
        told = say("there is no table {table} in database", table=target.version_table)
        yield "@sqlgen_table = 0", f"CONCAT({_told(told, ' ')}, DATABASE(), {nothing})"
    half = say("a revision was left half done: run the script for the mysql client of the same range; it says")
    yield "@sqlgen_mark <> ''", f"CONCAT({_told(half, ' ')}, @sqlgen_mark)"
    gap = first_gap(script.steps)
    if gap is not None:
        if script.end != script.start:
            yield holds(script.end), literal(text(gate(script.steps, gap)) + script.about)
    else:
        stands = literal(f" is at {braces(script.end)}{script.about}")
        yield holds(script.end), f"CONCAT('ALREADY APPLIED: database ', DATABASE(), {stands})"
    path = say("this script goes from {start} to {end}; {table} holds {{", start=braces(script.start),
               end=braces(script.end), table=target.version_table)  # fmt: skip
    off = f"CONCAT({_told(path)}, COALESCE(@sqlgen_at, ''), '}}', {_hint(script)}, {nothing})"
    yield f"NOT {holds(script.start)}", off


def _told(message: Message, more: str = "") -> str:
    return literal(f"NOT APPLIED: {text(message)}{more}")


def _hint(script: _Script) -> str:
    """SQL for which script leads on from where the version table stands, where that is on the way; else ''."""
    found = [
        f" WHEN {holds(step.after)} THEN {literal(text(_from_there(script, index)))}"
        for index, step in enumerate(script.steps[:-1])
        if step.after != script.end
    ]
    return f"CASE{''.join(found)} ELSE '' END" if found else "''"


def _from_there(script: _Script, index: int) -> Message:
    return say("; from there run the script made by: {command}", command=f"{rest(script.steps, index)} --client plain")


# ---- steps


def _step(step: Step, number: int, script: _Script, numbers: Numbers) -> Iterator[str]:
    target, found = script.target, parts(step, script.target)
    one = say("one transaction")
    note = say("each DDL statement commits by itself") if in_parts(step, target) else one
    yield from banner(step, number, len(script.steps), note)
    yield from _pins(target)
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
            yield from _ended(script, number) if last else _stop("@sqlgen_ok = 1", f"sqlgen: step {number} failed")


def _statements(part: Part, script: _Script, numbers: Numbers) -> Iterator[str]:
    for item in part.items:
        made = catalog_shows(after(item), script.target.dialect)
        yield marked(item, numbers.next())
        yield _went_well("" if made is None else f"\n  AND {made}")
        yield script.lock


def _record(script: _Script, step: Step, what: str) -> list[str]:
    values = f"VALUES (1, {literal(mark_prefix(step) + what)})"
    return [f"REPLACE INTO {script.progress} (one, record) {values};", _went_well(), script.lock]


def _stamp(step: Step, script: _Script) -> Iterator[str]:
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
        yield _went_well()


def _ended(script: _Script, number: int) -> Iterator[str]:
    yield from _prepared("@sqlgen_ok = 1", "COMMIT")
    yield "ROLLBACK;"
    yield script.lock
    yield from _stop("@sqlgen_ok = 1", f"sqlgen: step {number} failed or its stamp did not hit one row")


# ---- result


def _result(script: _Script) -> Iterator[str]:
    gap = first_gap(script.steps)
    at = f"CONCAT(': database ', DATABASE(), ' is at {{', COALESCE(@sqlgen_at, ''), '}}', {literal(script.about)})"
    done = f"CONCAT('APPLIED', {at})" if gap is None else literal(text(gate(script.steps, gap)) + script.about)
    failed = text(say("; the first error says why"))
    half = text(say("; a revision is half done, run the script for the mysql client of the same range:"))
    yield ""
    yield "-- The result, computed from the database."
    if script.recorded:
        yield from _prepared("@sqlgen_ok = 1", f"DROP TABLE IF EXISTS {script.progress}")
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield from _read(script)
    yield "SET @sqlgen_why = CASE WHEN COALESCE(@sqlgen_why, '') <> '' THEN @sqlgen_why"
    yield f"  WHEN COALESCE(@sqlgen_ok, 0) = 1 AND {holds(script.end)} THEN {done}"
    yield f"  ELSE CONCAT('NOT APPLIED', {at}, IF(@sqlgen_mark = '', CONCAT({literal(failed)}, {_hint(script)}),"
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
