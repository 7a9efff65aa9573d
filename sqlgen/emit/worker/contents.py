"""A connection in, the rows of every table out, as texts that can be compared."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

MOST = 500
"""Rows of a table up to which they are given one by one; more are counted, and each column has a digest."""


def contents(connection: Connection) -> list[dict[str, Any]]:
    """name, columns, count, digests (of each column's values, in no order), rows (sorted; None where they are many)."""
    dialect = connection.dialect
    found = []
    for name, schema in _tables(connection):
        quoted = dialect.identifier_preparer.quote_identifier(name)
        if schema is not None:
            quoted = f"{dialect.identifier_preparer.quote_identifier(schema)}.{quoted}"
        result = connection.exec_driver_sql(f"SELECT * FROM {quoted}")
        columns = list(result.keys())
        digests = [_Digest() for _ in columns]
        rows: list[list[str]] | None = []
        count = 0
        for row in result:
            texts = [_text(value) for value in row]
            count += 1
            for digest, text in zip(digests, texts, strict=True):
                digest.add(text)
            rows = None if rows is None or count > MOST else [*rows, texts]
        shown = name if schema is None else f"{schema}.{name}"
        found.append(
            {
                "name": shown,
                "columns": columns,
                "count": count,
                "digests": [digest.value for digest in digests],
                "rows": None if rows is None else sorted(rows),
            }
        )
    return sorted(found, key=lambda table: str(table["name"]))


def _tables(connection: Connection) -> list[tuple[str, str | None]]:
    if connection.dialect.name == "postgresql":
        asked = connection.exec_driver_sql(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
            "AND table_schema <> 'information_schema' AND table_schema !~ '^pg_'"
        )
        return [(name, None if schema == "public" else schema) for schema, name in asked]
    return [(name, None) for name in inspect(connection).get_table_names()]


class _Digest:
    """Of texts in any order: the sum of their hashes."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, text: str) -> None:
        self._sum += int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16], "big")

    @property
    def value(self) -> str:
        return f"{self._sum % (1 << 128):032x}"


def _text(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case set() | frozenset():
            return ",".join(sorted(map(str, value)))
        case _:
            return str(value)
