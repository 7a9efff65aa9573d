"""A fact, the schema before it and a server in; out comes what the statement does to others, and how it works.

Each engine has its table of lines, loaded when the first fact of its dialect is asked about. A line says where it comes
from; those of PostgreSQL, MariaDB and SQLite are held against real servers by tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlgen.effects.combining import combined
from sqlgen.effects.model import (
    OLDEST,
    Algorithm,
    Blocks,
    Commits,
    Effect,
    Lock,
    Server,
    TypeChange,
    Work,
)
from sqlgen.facts.vocabulary import Fact
from sqlgen.schema import Schema

__all__ = [
    "OLDEST",
    "Algorithm",
    "Blocks",
    "Commits",
    "Effect",
    "Lock",
    "Server",
    "TypeChange",
    "Work",
    "combined",
    "effect",
    "type_change",
]

UNKNOWN = Effect("unknown", Work.UNKNOWN)


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does on a server, where `schema` is what stands just before it. Never raises.

    What can't be known (an Opaque fact, a dialect without a table of its own) has the work UNKNOWN. The schema is asked
    only for what decides: asking may mean that a history is replayed.
    """
    return _table(server.dialect)(fact, schema, server)


@cache
def _table(dialect: str) -> Callable[[Fact, Schema, Server], Effect]:
    """The engine's table, loaded when it is first asked."""
    match dialect:
        case "postgresql":
            from sqlgen.effects import postgresql

            return postgresql.effect
        case "mysql" | "mariadb":
            from sqlgen.effects import mysql

            return mysql.effect
        case "sqlite":
            from sqlgen.effects import sqlite

            return sqlite.effect
        case "mssql":
            from sqlgen.effects import mssql

            return mssql.effect
        case "oracle":
            from sqlgen.effects import oracle

            return oracle.effect
        case _:
            return lambda fact, schema, server: UNKNOWN


def type_change(
    old: str, new: str, server: Server, *, column: str = "", using: str | None = None, schema: Schema | None = None
) -> TypeChange:
    """The cell of the type-change matrix: types as written in, what the change means for the rows out. Never raises.

    `using`: PostgreSQL's USING expression as written, for the column named `column`. `schema` knows domains and enums.
    """
    match server.dialect:
        case "postgresql":
            from sqlgen.effects.postgresql import matrix

            return matrix.type_change(old, new, server, column=column, using=using, schema=schema)
        case "mysql" | "mariadb":
            from sqlgen.effects.mysql import matrix as mysql_matrix

            return mysql_matrix.type_change(old, new, server)
        case "mssql" | "oracle":
            from sqlgen.effects import other_types

            return other_types.type_change(old, new, server)
        case _:
            return TypeChange(Work.UNKNOWN)
