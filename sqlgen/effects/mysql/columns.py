"""Which line a change of a column is on, in MySQL and MariaDB."""

from __future__ import annotations

from sqlgen.effects.model import Effect, Server
from sqlgen.effects.mysql.lines import altering
from sqlgen.effects.mysql.shape import Shape
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import (
    AddColumn,
    Column,
    DropColumn,
    Kind,
    RenameColumn,
    Volatility,
)
from sqlgen.facts.volatility import of_function
from sqlgen.statements.model import TokenKind
from sqlgen.statements.scan import scan

__all__ = ["add", "counts", "drop", "rename", "renaming"]


def add(fact: AddColumn, shape: Shape, server: Server) -> Effect:
    """ADD COLUMN."""
    column = fact.column
    required = not column.nullable and column.default is None and column.generated is None
    return altering(
        _adding(fact, shape, server),
        fact.table,
        server,
        online=shape.copies_online(server, fact) and not counts(column),
        breaks=required,
        may_fail=any(_checks_rows(column, one.kind, server) for one in column.constraints)
        or (required and _has_no_zero(column, server)),
    )


def _adding(fact: AddColumn, shape: Shape, server: Server) -> str:
    column = fact.column
    kinds = {one.kind for one in column.constraints}
    mariadb = server.dialect == "mariadb"
    if shape.is_other_engine:
        return "add-column-other-engine"
    if column.generated == "stored":
        return "add-stored-column"
    if fact.place is not None and mariadb and shape.has_generated("virtual"):
        return "add-column-in-between-virtual"
    if column.generated == "virtual":
        if kinds & {Kind.UNIQUE, Kind.PRIMARY_KEY}:
            return "add-virtual-column-key"
        return "add-virtual-column-partitioned" if shape.is_partitioned else "add-virtual-column"
    if counts(column):
        return "add-auto-increment-column"
    if Kind.FOREIGN_KEY in kinds and (mariadb or server.at_least(9)):
        return "add-column-references"  # MySQL before 9.0 reads REFERENCES at a column and ignores it
    if Kind.CHECK in kinds and not mariadb:
        return "add-column-check"
    if _is_computed(column, server):
        return "add-column-expression-default"
    if shape.has_special_index:
        return "add-column-special-index"
    if kinds & {Kind.UNIQUE, Kind.PRIMARY_KEY}:
        return "add-column-key"
    if shape.is_compressed:
        return "add-column-compressed-table"
    if not mariadb and not server.at_least(*((8, 0, 12) if fact.place is None else (8, 0, 29))):
        return "add-column-rebuild"
    return "add-column-check" if Kind.CHECK in kinds else "add-column"


def counts(column: Column) -> bool:
    return column.generated in ("auto_increment", "serial") or (column.type or "").lower() == "serial"


def _has_no_zero(column: Column, server: Server) -> bool:
    """Rows get the zero of the type; '0000-00-00' is none with NO_ZERO_DATE, which MySQL has on and MariaDB off."""
    return server.dialect != "mariadb" and canonical(column.type or "", "mysql").name in _DATES


_DATES = ("date", "datetime", "timestamp")


def _checks_rows(column: Column, kind: Kind, server: Server) -> bool:
    """Whether the rows that are there, which all get the same value, may break the constraint.

    MariaDB does not ask them for a CHECK: it only notes the value, and rows stand that break it.
    """
    if kind is Kind.CHECK and server.dialect == "mariadb":
        return False
    has_value = column.default is not None and not column.default.is_null
    return kind in (Kind.UNIQUE, Kind.PRIMARY_KEY, Kind.CHECK, Kind.FOREIGN_KEY) and (has_value or not column.nullable)


def _is_computed(column: Column, server: Server) -> bool:
    """Whether each row gets a value of its own. MySQL copies for each expression in parentheses (worklog 9418);
    MariaDB only for those that it must run for each row: uuid(), another column. For rand() it does not: all rows get
    the same."""
    default = column.default
    if default is None:
        return False
    if server.dialect != "mariadb":
        return default.text.startswith("(") or default.volatility in (Volatility.VOLATILE, Volatility.UNKNOWN)
    if default.volatility is Volatility.VOLATILE:
        return any(of_function(word) is Volatility.VOLATILE for word in _words(default.text) if word != "rand")
    return default.volatility is Volatility.UNKNOWN


def _words(text: str) -> list[str]:
    return [token.text.lower() for token in scan(text, "mariadb") if token.kind is TokenKind.WORD]


def drop(fact: DropColumn, shape: Shape, server: Server) -> Effect:
    """DROP COLUMN."""
    known = shape.column(fact.column)
    computed = known is not None and known.generated in ("stored", "virtual")
    return altering(
        _dropping(fact.column, known, shape, server),
        fact.table,
        server,
        online=shape.copies_online(server, fact),
        reversible=computed,
        destroys=not computed,
        breaks=True,
    )


def _dropping(column: str, known: Column | None, shape: Shape, server: Server) -> str:
    mariadb = server.dialect == "mariadb"
    keys = shape.keys_of(column)
    if shape.is_other_engine:
        return "drop-column-other-engine"
    if any(kind is Kind.PRIMARY_KEY for kind, _ in keys):
        return "drop-column-primary-key"
    if known is not None and known.generated == "virtual":
        return "drop-column-indexed" if keys else "drop-virtual-column"
    if mariadb and shape.has_indexed_virtual:
        return "drop-column-virtual-index-table"
    if shape.has_special_index:
        return "drop-column-special-index"
    if any(len(columns) > 1 for _, columns in keys):
        return "drop-column-of-index"
    if shape.is_compressed:
        return "drop-column-compressed-table"
    if keys:
        return "drop-column-indexed"
    if known is not None and known.generated == "stored":
        return "drop-stored-column"
    return "drop-column" if mariadb or server.at_least(8, 0, 29) else "drop-column-rebuild"


def rename(fact: RenameColumn, server: Server) -> Effect:
    """RENAME COLUMN."""
    return altering(renaming(server), fact.table, server, breaks=True)


def renaming(server: Server) -> str:
    return "rename-column" if server.dialect == "mariadb" or server.at_least(8, 0, 28) else "rename-column-in-place"
