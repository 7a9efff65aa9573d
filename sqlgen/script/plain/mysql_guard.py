"""Steps in, the session, the guard and the pieces of a plain MySQL script out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.messages import Message, say
from sqlgen.script.mysql.blocks import LOCK, ROWS, holds, literal, quoted_name, table
from sqlgen.script.path import braces, text
from sqlgen.script.plan import in_parts, progress_table
from sqlgen.script.span import Span
from sqlgen.script.target import Target

_READ_ONLY = {"mariadb": "tx_read_only", "mysql": "transaction_read_only"}


# As for the mysql client: the servers' own defaults, and neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES.
_SQL_MODE = {
    "mariadb": "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
    "mysql": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
}


@dataclass(frozen=True, slots=True)
class Script(Span):
    """What this script is made of."""

    @property
    def progress(self) -> str:
        """The quoted name of the table with the record of a half-done step."""
        return quoted_name(progress_table(self.target), self.target.version_table_schema)

    @property
    def recorded(self) -> bool:
        """Whether it needs that table."""
        return any(in_parts(step, self.target) for step in self.runnable)

    @property
    def lock(self) -> str:
        """Open the session where all went well, lock it where not; a new connection has no variable and is locked."""
        return f"SET SESSION {_READ_ONLY[self.target.dialect]} = 1 - COALESCE(@sqlgen_ok, 0);"


def session(target: Target) -> Iterator[str]:
    """Read-only, and with what the text relies on."""
    seconds = -(-target.lock_timeout_ms // 1000) if target.lock_timeout_ms else 31536000
    yield ""
    yield "-- The session: read-only until the guard opens it."
    yield "ROLLBACK;"
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield from pins(target)
    yield f"SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {min(seconds, 1073741824)};"
    yield "SET SESSION group_concat_max_len = 1048576;"
    if target.role is not None:
        yield f"SET ROLE {literal(target.role)};"
    if target.statement_timeout_ms and target.dialect == "mariadb":
        yield f"SET SESSION max_statement_time = {target.statement_timeout_ms / 1000:g};"


def pins(target: Target) -> Iterator[str]:
    """What each step finds, whatever the statements of earlier steps have set."""
    yield "SET SESSION autocommit = 1, SESSION foreign_key_checks = 1, SESSION unique_checks = 1;"
    yield f"SET SESSION sql_mode = '{_SQL_MODE[target.dialect]}';"


def prepared(condition: str, sql: str) -> Iterator[str]:
    """Run a statement where a condition holds."""
    yield f"SET @sqlgen_sql = IF({condition}, {literal(sql)}, 'DO 0');"
    yield "PREPARE sqlgen_sql FROM @sqlgen_sql;"
    yield "EXECUTE sqlgen_sql;"


def stop(condition: str, why: str) -> Iterator[str]:
    """An error where a condition does not hold: an unknown column whose name says why, in at most 63 characters."""
    yield from prepared(f"NOT COALESCE({condition}, 0)", f"SELECT `{why[:63]}`")
    yield "DEALLOCATE PREPARE sqlgen_sql;"


def went_well(more: str = "") -> str:
    """After a statement: has it, and has everything before it, gone well? `more`: AND what shows it."""
    return f"SET @sqlgen_ok = COALESCE(@sqlgen_ok AND @@error_count = 0{more}, 0);"


def read(script: Script) -> Iterator[str]:
    """What the version table and the record say, where they are there."""
    target = script.target
    schema = "DATABASE()" if target.version_table_schema is None else literal(target.version_table_schema)
    of = f"FROM information_schema.tables WHERE table_schema = {schema} AND table_name ="
    yield "SET @sqlgen_rows = NULL, @sqlgen_at = NULL, @sqlgen_mark = '';"
    yield f"SELECT COUNT(*) INTO @sqlgen_table {of} {literal(target.version_table)};"
    yield f"SELECT COUNT(*) INTO @sqlgen_records {of} {literal(progress_table(target))};"
    yield from prepared("@sqlgen_table = 1", f"SELECT {ROWS} INTO @sqlgen_rows, @sqlgen_at FROM {table(target)}")
    record = f"SELECT COALESCE(MAX(record), '') INTO @sqlgen_mark FROM {script.progress}"
    yield from prepared("@sqlgen_records = 1", record)
    yield "DEALLOCATE PREPARE sqlgen_sql;"


def guard(script: Script) -> Iterator[str]:
    """From the session to @sqlgen_ok, and the tables that the script needs."""
    target = script.target
    yield ""
    yield "-- The guard: does this script belong to this database, as it stands?"
    failed = say("NOT APPLIED: the guard could not find out where the database stands; see the first error")
    yield f"SET @sqlgen_ok = 0, @sqlgen_why = {literal(text(failed))};"
    yield from read(script)
    if not script.start:
        yield "SET @sqlgen_rows = IF(@sqlgen_table = 0, 0, @sqlgen_rows), @sqlgen_at = COALESCE(@sqlgen_at, '');"
    yield f"SET @sqlgen_lock = COALESCE(GET_LOCK({LOCK}, 1), 0);"
    yield "SET @sqlgen_why = CASE"
    yield from (f"  WHEN {condition} THEN {told}" for condition, told in _reasons(script))
    yield "  ELSE '' END;"
    yield "SET @sqlgen_ok = (@sqlgen_why = '');"
    yield from prepared("@sqlgen_ok = 0", "SELECT CONCAT('sqlgen result: ', @sqlgen_why) AS sqlgen")
    yield from stop("@sqlgen_ok = 1", "sqlgen guard: NOT APPLIED or ALREADY APPLIED")
    yield script.lock
    if not script.start:
        constraint = quoted_name(f"{target.version_table}_pkc")
        columns = f"version_num VARCHAR(32) NOT NULL, CONSTRAINT {constraint} PRIMARY KEY (version_num)"
        yield f"CREATE TABLE IF NOT EXISTS {table(target)} ({columns});"
        yield went_well()
    if script.recorded:
        columns = "one TINYINT NOT NULL PRIMARY KEY, record VARCHAR(500) NOT NULL"
        yield f"CREATE TABLE IF NOT EXISTS {script.progress} ({columns}) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;"
        yield went_well()


# MariaDB 10.5.26, 10.6.19, 10.11.9 and newer; asked for in a way that is no error where there is none.
_SERVER_UID = "(SELECT MAX(variable_value) FROM information_schema.global_variables WHERE variable_name = 'SERVER_UID')"


def _reasons(script: Script) -> Iterator[tuple[str, str]]:
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
    if script.gate is not None:
        if script.end != script.start:
            yield holds(script.end), literal(script.gate)
    else:
        stands = literal(f" is at {braces(script.end)}{script.about}")
        yield holds(script.end), f"CONCAT('ALREADY APPLIED: database ', DATABASE(), {stands})"
    path = say("this script goes from {start} to {end}; {table} holds {{", start=braces(script.start),
               end=braces(script.end), table=target.version_table)  # fmt: skip
    off = f"CONCAT({_told(path)}, COALESCE(@sqlgen_at, ''), '}}', {hint(script)}, {nothing})"
    yield f"NOT {holds(script.start)}", off


def _told(message: Message, more: str = "") -> str:
    return literal(f"NOT APPLIED: {text(message)}{more}")


def hint(script: Script) -> str:
    """SQL for which script leads on from where the version table stands, where that is on the way; else ''."""
    found = [f" WHEN {holds(rows)} THEN {literal(told)}" for rows, told in script.on_the_way()]
    return f"CASE{''.join(found)} ELSE '' END" if found else "''"
