"""Checks in, the SQL that asks SQLite for them out: each answer goes into a temporary table, which is not part of the
database; then one query for all lines.

Sources: sqlite.org, cli.html, uri.html (mode=memory), lang_attach.html. Tested on 3.40.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.script.checks.model import INDENT, NOT_VISIBLE, Check, Report, result
from sqlgen.script.path import quoted, shell, text
from sqlgen.script.target import Target


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of checks."""
    database = "DATABASE.db" if target.database is None else shell(target.database)
    return f"sqlite3 -batch -bail -readonly -init /dev/null {database} < {file}.sql > {file}.log 2>&1"


def body(report: Report, target: Target) -> Iterator[str]:
    """The questions, the lines, and an error where something failed."""
    if target.client != "plain":
        yield from (".bail on", ".echo off", ".headers off", ".mode list")
    columns = ", ".join(f"{name} TEXT" for name in ("level", "told", "fine", "expected", "found"))
    yield "DROP TABLE IF EXISTS temp.sqlgen_check;"  # of a run before, in a tool that keeps its session
    yield f"CREATE TEMP TABLE sqlgen_check (number INTEGER, {columns});"
    yield from report.begin
    lines = report.lines
    for number, line in enumerate(lines, start=1):
        yield from _insert(number, line)
    yield from _query(report)
    if target.client != "plain":
        yield "-- An error (integer overflow) where something failed, so that sqlite3 ends with 1."
        yield f"SELECT 1 FROM (SELECT min(count(*), 1) AS failed FROM temp.sqlgen_check WHERE {_FAILED})"
        yield "WHERE abs(-9223372036854775807 - failed) < 0;"


_ASKED = "level <> 'title' AND expected IS NOT NULL AND found IS NOT NULL"
_FAILED = f"level = 'fail' AND {_ASKED} AND expected <> found"
_WARNED = f"level = 'warn' AND {_ASKED} AND expected <> found"


def _insert(number: int, line: str | Check) -> Iterator[str]:
    if isinstance(line, str):
        yield f"INSERT INTO temp.sqlgen_check VALUES ({number}, 'title', {quoted(line)}, NULL, NULL, NULL);"
        return
    expected = "NULL" if line.expected is None else quoted(line.expected)
    texts = f"{quoted(line.told)}, {quoted(line.fine)}, {expected}"
    yield f"INSERT INTO temp.sqlgen_check SELECT {number}, '{line.level}', {texts},"
    due = line.due("(SELECT at FROM temp.sqlgen_at)")
    yield f"  {line.found}{'' if due is None else f' WHERE {due}'};"


def _query(report: Report) -> Iterator[str]:
    plain = "replace(replace(replace(found, char(13), '?'), char(27), '?'), char(8), '?')"
    found = f"replace({plain}, char(10), char(10) || '{INDENT}')"
    yield "SELECT line AS sqlgen FROM ("
    yield "  SELECT number, CASE WHEN level = 'title' THEN told"
    yield f"    WHEN found IS NULL OR expected IS NULL THEN 'note ' || told || ': ' || coalesce({found},"
    yield f"      {quoted(text(NOT_VISIBLE))})"
    yield "    WHEN expected = found THEN 'ok   ' || fine"
    yield "    ELSE CASE level WHEN 'warn' THEN 'WARN ' ELSE 'FAIL ' END || told || char(10) ||"
    yield f"      '       expected: ' || expected || char(10) || '       found:    ' || {found} END AS line"
    yield "  FROM temp.sqlgen_check UNION ALL"
    good, bad = (_joined(each) for each in result(report.word, "failed", "asked - warned", "warned"))
    yield f"  SELECT {len(report.lines) + 1}, CASE failed WHEN 0 THEN {good}"
    yield f"    ELSE {bad} END FROM ("
    sums = ((_ASKED, "asked"), (_FAILED, "failed"), (_WARNED, "warned"))
    counts = ", ".join(f"count(CASE WHEN {condition} THEN 1 END) AS {name}" for condition, name in sums)
    yield f"    SELECT {counts} FROM temp.sqlgen_check)"
    yield ") ORDER BY number;"


def _joined(pieces: list[str]) -> str:
    return " || ".join(f"({piece})" if number % 2 else quoted(piece) for number, piece in enumerate(pieces))
