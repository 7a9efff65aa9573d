"""Checks in, the SQL that asks MySQL or MariaDB for them out: each answer into a variable, then one query for all.

Sources: MySQL 8.4 manual, 11.4 User-Defined Variables, 15.3.7 SET TRANSACTION, 15.5 Prepared Statements. Tested on
MariaDB 10.11.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.script.checks.model import INDENT, NOT_VISIBLE, Check, Report, result
from sqlgen.script.mysql.blocks import literal, quoted_name
from sqlgen.script.path import shell, text
from sqlgen.script.target import Target


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of checks."""
    client = "mariadb" if target.dialect == "mariadb" else "mysql"
    database = "DATABASE" if target.database is None else shell(target.database)
    options = (
        "--no-defaults --binary-mode --batch --raw --skip-column-names --skip-reconnect --default-character-set=utf8mb4"
    )
    return f"{client} {options} -h HOST -u USER -p {database} < {file}.sql > {file}.log 2>&1"


def body(report: Report, target: Target) -> Iterator[str]:
    """The session, the questions, the lines, and an error where something failed."""
    yield "SET SESSION TRANSACTION READ ONLY;"
    yield "SET NAMES utf8mb4;"
    yield "SET SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION group_concat_max_len = 1048576;"
    yield "SET SESSION lock_wait_timeout = 5;"
    if target.role is not None:
        yield from prepared(_role(target.role))
    yield from report.begin
    lines = report.lines
    for number, line in enumerate(lines, start=1):
        if isinstance(line, Check):
            yield f"SET @sqlgen_{number} = {_asked(line)};"
    yield from _query(report, lines)
    if target.client != "plain":
        yield "-- The exit code."
        yield from prepared(
            "IF(@sqlgen_failed = 0, 'DO 0', 'SELECT `sqlgen: a check failed, the lines above say which`')"
        )


def prepared(statement: str) -> Iterator[str]:
    """Run the statement that an SQL expression makes."""
    yield f"SET @sqlgen_sql = {statement};"
    yield "PREPARE sqlgen_sql FROM @sqlgen_sql; EXECUTE sqlgen_sql; DEALLOCATE PREPARE sqlgen_sql;"


def _role(role: str) -> str:
    """As the script will: where that can't be, a check says so, and an error would say nothing else."""
    granted = f"EXISTS (SELECT 1 FROM information_schema.applicable_roles WHERE role_name = {literal(role)})"
    return f"IF({granted}, {literal(f'SET ROLE {quoted_name(role)}')}, 'DO 0')"


def _asked(check: Check) -> str:
    found = f"CONVERT({check.found} USING utf8mb4)"
    due = check.due("@sqlgen_at")
    return found if due is None else f"IF({due}, {found}, NULL)"


def _query(report: Report, lines: tuple[str | Check, ...]) -> Iterator[str]:
    """One query for all lines. What failed is counted before, for the error at the end."""
    checks = [(number, line) for number, line in enumerate(lines, start=1) if isinstance(line, Check)]
    yield "SET @sqlgen_asked = 0, @sqlgen_failed = 0, @sqlgen_warned = 0;"
    for number, check in checks:
        if check.expected is not None:
            counter = "@sqlgen_warned" if check.level == "warn" else "@sqlgen_failed"
            differs = f"NOT CAST({literal(check.expected)} AS BINARY) <=> CAST(@sqlgen_{number} AS BINARY)"
            seen = f"@sqlgen_{number} IS NOT NULL"
            yield f"SET @sqlgen_asked = @sqlgen_asked + IF({seen}, 1, 0),"
            yield f"  {counter} = {counter} + IF({seen} AND {differs}, 1, 0);"
    yield "SELECT line AS sqlgen FROM ("
    for number, line in enumerate(lines, start=1):
        yield f"  SELECT {number} AS number, {_line(number, line)} UNION ALL"
    good, bad = (_joined(each) for each in result(report.word, "@sqlgen_failed", _ASKED, "@sqlgen_warned"))
    yield f"  SELECT {len(lines) + 1}, IF(@sqlgen_failed = 0, {good}, {bad})"
    yield ") AS told WHERE line IS NOT NULL ORDER BY number;"


_ASKED = "@sqlgen_asked - @sqlgen_warned"


def _joined(pieces: list[str]) -> str:
    return f"CONCAT({', '.join(piece if number % 2 else literal(piece) for number, piece in enumerate(pieces))})"


_CONTROL = r"[\\x01-\\x09\\x0b-\\x1f\\x7f]"


def _line(number: int, line: str | Check) -> str:
    """SQL for the whole line; NULL where it is not due."""
    if isinstance(line, str):
        return f"{literal(line)} AS line"
    found = f"REPLACE(REGEXP_REPLACE(@sqlgen_{number}, '{_CONTROL}', '?'), '\\n', '\\n{INDENT}')"
    note = f"CONCAT('note ', {literal(line.told)}, ': ', COALESCE({found}, {literal(text(NOT_VISIBLE))}))"
    sql = note
    if line.expected is not None:
        expected = literal(line.expected)
        word = "WARN" if line.level == "warn" else "FAIL"
        both = f"'\\n       expected: ', {expected}, '\\n       found:    ', {found}"
        differs = f"CONCAT('{word} ', {literal(line.told)}, {both})"
        same = f"CAST({expected} AS BINARY) <=> CAST(@sqlgen_{number} AS BINARY)"
        fine = f"CONCAT('ok   ', {literal(line.fine)})"
        sql = f"IF(@sqlgen_{number} IS NULL, {note},\n    IF({same}, {fine},\n    {differs}))"
    due = line.due("@sqlgen_at")
    return sql if due is None else f"IF({due}, {sql}, NULL)"
