"""Checks in, the SQL that asks PostgreSQL for them and tells of all in one result out: for psql, and for tools without
commands.

Sources: PostgreSQL manual, psql; 19.11.1 default_transaction_read_only; 20.4 custom options (sqlgen.*). Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import say
from sqlgen.script.checks.model import INDENT, NOT_VISIBLE, Check, Report, result
from sqlgen.script.path import named, quoted, shell, text
from sqlgen.script.psql.blocks import block
from sqlgen.script.target import Target


def command(target: Target, file: str) -> str:
    """The shell command that runs a script of checks."""
    database = "DATABASE" if target.database is None else shell(target.database)
    return f"psql -X -v ON_ERROR_STOP=1 -d {database} -f {file}.sql > {file}.log 2>&1"


def body(report: Report, target: Target) -> Iterator[str]:
    """The session, the query, and an error where something failed."""
    if target.client == "psql":
        yield from _client()
    yield "SET default_transaction_read_only = on;"
    yield "SET client_encoding = 'UTF8';"
    yield "SET standard_conforming_strings = on;"
    yield "SET lock_timeout = '5s';"
    yield from _without_jit()
    if target.role is not None:
        yield from _role(target.role)
    if target.schema is not None:
        yield f"SET search_path = {named(target.schema)};"
    if target.version_table_schema is not None:
        yield from _usable(target.version_table_schema, report.word)
    yield from report.begin
    yield from _query(report)
    if target.client == "psql":
        yield "-- The exit code."
        yield from block(
            f"  IF current_setting('sqlgen.result') LIKE '%{report.word} FAILED%' THEN",
            f"    RAISE EXCEPTION 'sqlgen: the {report.word.lower()} failed';",
            "  END IF;",
        )


def _client() -> Iterator[str]:
    yield from (
        r"\set ON_ERROR_STOP on",
        r"\set ON_ERROR_ROLLBACK off",
        r"\set AUTOCOMMIT on",
        r"\set SINGLELINE off",
        r"\set SINGLESTEP off",
        r"\set QUIET on",
        r"\set ECHO none",
        r"\set FETCH_COUNT 0",
        r"\set SHOW_CONTEXT never",
        r"\timing off",
        r"\o",
        r"\pset pager off",
        r"\pset tuples_only on",
        r"\pset format unaligned",
        r"\pset expanded off",
    )


def _without_jit() -> Iterator[str]:
    """To compile thousands of expressions that run once takes a minute (manual, 32.2 When to JIT; it came with 11)."""
    yield from block("  PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit';")


def _usable(schema: str, word: str) -> Iterator[str]:
    """to_regclass fails with an error for a name in a schema that the role may not use, so nothing can be asked."""
    oid = f"to_regnamespace({quoted(named(schema))})"
    told = say(
        "{word} FAILED: role {role} may not use schema {schema}, where the version table is",
        word=word,
        role=_ROLE,
        schema=schema,
    )
    line = " || current_user || ".join(map(quoted, f"sqlgen result: {text(told)}".split(_ROLE)))
    yield from block(
        f"  IF NOT has_schema_privilege({oid}, 'USAGE') THEN",
        f"    RAISE EXCEPTION USING MESSAGE = {line};",
        "  END IF;",
    )


_ROLE = "<role>"


def _role(role: str) -> Iterator[str]:
    """As the script will: where that can't be, a check says so, and an error would say nothing else."""
    yield from block(
        f"  IF EXISTS (SELECT FROM pg_roles WHERE rolname = {quoted(role)}",
        "    AND pg_has_role(session_user, oid, 'MEMBER')) THEN",
        f"    PERFORM set_config('role', {quoted(role)}, false);",
        "  END IF;",
    )


_AT_ONCE = 200
"""Checks in one query: to plan one takes time by the square of how many subqueries it has."""


def _asked(lines: Sequence[str | Check]) -> Iterator[str]:
    """Queries without rows, which leave the answers in settings of the session."""
    parts = -(-len(lines) // _AT_ONCE)
    yield from block(
        f"  PERFORM set_config('sqlgen.asked_' || part, '', false) FROM generate_series(1, {parts}) AS part;"
    )
    for part in range(parts):
        first = part * _AT_ONCE
        rows = [_row(number, line) for number, line in enumerate(lines[first : first + _AT_ONCE], start=first + 1)]
        yield f"SELECT 1 WHERE set_config('sqlgen.asked_{part + 1}', (SELECT json_agg(asked) FROM (VALUES"
        yield from (f"  {row}{',' if number < len(rows) else ''}" for number, row in enumerate(rows, start=1))
        yield ") AS asked (number, level, told, fine, expected, found, due))::text, false) IS NULL;"


def _query(report: Report) -> Iterator[str]:
    lines = report.lines
    yield from _asked(lines)
    yield "WITH asked AS ("
    yield f"  SELECT answer.* FROM generate_series(1, {-(-len(lines) // _AT_ONCE)}) AS part,"
    yield "    json_to_recordset(current_setting('sqlgen.asked_' || part)::json) AS answer"
    yield "      (number int, level text, told text, fine text, expected text, found text, due boolean)"
    yield "), judged AS ("
    yield "  SELECT *, CASE WHEN level = 'title' THEN '' WHEN found IS NULL OR expected IS NULL THEN 'note '"
    yield "    WHEN expected = found THEN 'ok   ' WHEN level = 'warn' THEN 'WARN ' ELSE 'FAIL ' END AS verdict FROM ("
    yield "    SELECT number, level, told, fine, expected,"
    yield r"      replace(regexp_replace(found, '[\x01-\x09\x0b-\x1f\x7f]', '?', 'g'),"
    yield f"        chr(10), chr(10) || '{INDENT}') AS found FROM asked WHERE due"
    yield "  ) AS clean"
    yield "), counted AS ("
    yield "  SELECT count(*) FILTER (WHERE verdict IN ('ok   ', 'FAIL ')) AS asked,"
    yield "    count(*) FILTER (WHERE verdict = 'FAIL ') AS failed, count(*) FILTER (WHERE verdict = 'WARN ') AS warned"
    yield "  FROM judged"
    yield ")"
    yield "SELECT line AS sqlgen FROM ("
    yield "  SELECT number, CASE WHEN verdict = 'ok   ' THEN verdict || fine ELSE verdict || told END || CASE"
    yield "    WHEN verdict IN ('', 'ok   ') THEN ''"
    yield f"    WHEN verdict = 'note ' THEN ': ' || coalesce(found, {quoted(text(NOT_VISIBLE))})"
    yield "    ELSE chr(10) || '       expected: ' || expected || chr(10) || '       found:    ' || found END AS line"
    yield "  FROM judged"
    good, bad = (_joined(each) for each in result(report.word, "failed", "asked", "warned"))
    yield f"  UNION ALL SELECT {len(lines) + 1}, set_config('sqlgen.result', CASE failed WHEN 0 THEN {good}"
    yield f"    ELSE {bad} END, false) FROM counted"
    yield ") AS told ORDER BY number;"


def _joined(pieces: list[str]) -> str:
    return " || ".join(piece if number % 2 else quoted(piece) for number, piece in enumerate(pieces))


def _row(number: int, line: str | Check) -> str:
    if isinstance(line, str):
        return f"({number}, 'title', {quoted(line)}, NULL, NULL::text, NULL::text, true)"
    expected = "NULL" if line.expected is None else quoted(line.expected)
    due = line.due("current_setting('sqlgen.at')::numeric") or "true"
    texts = f"{quoted(line.told)}, {quoted(line.fine)}, {expected}"
    return f"({number}, '{line.level}', {texts},\n    ({line.found})::text, {due})"
