"""What is left of PostgreSQL tables after a statement: their values, and what code that knew them may still send."""

from __future__ import annotations

from typing import Any

import psycopg2

__all__ = ["accepted", "broken", "rows", "values"]

_COLUMNS = """
    SELECT attrelid::regclass::text, quote_ident(attname), attnotnull AND NOT atthasdef AND attidentity = '', relkind
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm') AND attrelid > 16383
      AND relnamespace <> 'information_schema'::regnamespace
    ORDER BY attrelid, attnum
"""
_PLACES = """
    SELECT attrelid::int, attrelid::regclass::text, attnum, quote_ident(attname)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND attrelid > 16383
      AND relnamespace <> 'information_schema'::regnamespace
"""
# Not there any more, nothing given for NOT NULL, a value given for GENERATED ALWAYS.
_BROKEN = ("42P01", "42703", "23502", "428C9", "3F000")


def rows(cursor: Any, sql: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values or None)
    return list(cursor.fetchall())


def values(cursor: Any) -> dict[tuple[int, int], str]:
    """The values of each column of each table with rows, as text, in the order of the text."""
    tables: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for number, table, place, column in rows(cursor, _PLACES):
        tables.setdefault((number, table), []).append((place, column))
    found = {}
    for (number, table), columns in tables.items():
        texts = ", ".join(f"array_agg({name}::text ORDER BY {name}::text)::text" for _, name in columns)
        (row,) = rows(cursor, f"SELECT {texts} FROM {table}")
        found.update({(number, place): text for (place, _), text in zip(columns, row, strict=True) if text is not None})
    return found


def accepted(cursor: Any) -> list[tuple[str, str]]:
    """The table and the text of statements that go through now, but for a row that is there already."""
    statements = _statements(rows(cursor, _COLUMNS))
    cursor.execute("BEGIN")
    try:
        return [(name, sql) for name, sql in statements if _refusal(cursor, sql) in ("", "23505")]
    finally:
        cursor.execute("ROLLBACK")


def broken(cursor: Any, statements: list[tuple[str, str]]) -> set[str]:
    """The tables of those statements that a new schema refuses. They are run in the open transaction."""
    return {name for name, sql in statements if _refusal(cursor, sql) in _BROKEN}


def _refusal(cursor: Any, sql: str) -> str:
    """The SQLSTATE of a statement's error, the empty string for none. It is taken back."""
    cursor.execute("SAVEPOINT old")
    try:
        cursor.execute(sql)
    except psycopg2.Error as error:
        return error.pgcode or "?"
    finally:
        cursor.execute("ROLLBACK TO old")
    return ""


def _statements(columns: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    """What code that knows these columns may send: a query of each relation, an INSERT of all columns or of
    the required ones into each table."""
    found: dict[str, tuple[list[str], list[str], str]] = {}
    for table, column, required, kind in columns:
        every, needed, _ = found.setdefault(table, ([], [], kind))
        every.append(column)
        needed += [column] if required else []
    statements = []
    for table, (every, needed, kind) in found.items():
        statements.append((table, f"SELECT {', '.join(every)} FROM {table} LIMIT 0"))
        for names in (", ".join(every), ", ".join(needed)) if kind in "rp" else ():
            columns_named = f"({names}) SELECT {names} FROM {table} LIMIT 1" if names else "DEFAULT VALUES"
            statements.append((table, f"INSERT INTO {table} {columns_named}"))
    return statements
