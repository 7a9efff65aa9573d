"""Statement in, facts out: what one SQL statement does, in a closed vocabulary.

Each dialect has its reader, loaded when the first statement of that dialect is read.
"""

from __future__ import annotations

from sqlgen.facts.vocabulary import Fact, Opaque
from sqlgen.statements.model import Statement

__all__ = ["read"]


def read(statement: Statement, dialect: str) -> tuple[Fact, ...]:
    """What the statement does, in its own order. Never raises, never returns nothing.

    What can't be read is `Opaque` with the reason, beside the facts that could be read. Names are folded as the engine
    folds them, `public`, `main` and `dbo` are left out.
    """
    match dialect:
        case "postgresql":
            from sqlgen.facts import postgresql

            return postgresql.read(statement)
        case "mysql" | "mariadb":
            from sqlgen.facts import mysql

            return mysql.read(statement, dialect)
        case "sqlite":
            from sqlgen.facts import sqlite

            return sqlite.read(statement)
        case "mssql":
            from sqlgen.facts import mssql

            return mssql.read(statement)
        case "oracle":
            from sqlgen.facts import oracle

            return oracle.read(statement)
        case _:
            return (Opaque(f"sqlgen has no reader for the dialect {dialect}"),)
