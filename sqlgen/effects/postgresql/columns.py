"""Columns added, dropped, renamed, and their nullability, defaults and options.

The lock of each ALTER TABLE is that of AlterTableGetLockLevel in src/backend/commands/tablecmds.c.
"""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Effect, Server, Work
from sqlgen.effects.postgresql.known import dropped_with, everywhere
from sqlgen.effects.postgresql.line import (
    ACCESS_EXCLUSIVE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Line,
    heaviest,
    lock,
)
from sqlgen.effects.postgresql.names import domain_of, is_constrained_domain
from sqlgen.effects.postgresql.text import behind_column
from sqlgen.facts.vocabulary import (
    AddColumn,
    Constraint,
    DropColumn,
    DropNotNull,
    Kind,
    RenameColumn,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    Volatility,
)
from sqlgen.schema import Schema

ALTER = "sql-altertable.html"
NOTES = "sql-altertable.html#SQL-ALTERTABLE-NOTES"
TABLECMDS = "src/backend/commands/tablecmds.c"

ADD = Line("add-column", Work.METADATA, ACCESS_EXCLUSIVE, NOTES)
ADD_CONSTANT = Line("add-column-constant-default", Work.METADATA, ACCESS_EXCLUSIVE, NOTES)
ADD_STABLE = Line("add-column-stable-default", Work.METADATA, ACCESS_EXCLUSIVE, NOTES)
ADD_VOLATILE = Line("add-column-volatile-default", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES)
# A function that is not known may be declared VOLATILE, which rewrites, or not.
ADD_UNKNOWN = Line("add-column-unknown-default", Work.UNKNOWN, ACCESS_EXCLUSIVE, NOTES, proven=False)
ADD_REQUIRED = Line(
    "add-column-not-null-without-default", Work.SCAN, ACCESS_EXCLUSIVE, NOTES, may_fail=True, breaks=True
)
ADD_SERIAL = Line("add-column-serial", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES)
ADD_IDENTITY = Line("add-column-identity", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES)
ADD_STORED = Line("add-column-stored-generated", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES, may_fail=True)
ADD_VIRTUAL = Line("add-column-virtual-generated", Work.METADATA, ACCESS_EXCLUSIVE, NOTES)
ADD_DOMAIN = Line("add-column-constrained-domain", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES, (TABLECMDS,))
ADD_CHECK = Line("add-column-check", Work.SCAN, ACCESS_EXCLUSIVE, ALTER)
ADD_UNIQUE = Line("add-column-unique", Work.INDEX, ACCESS_EXCLUSIVE, ALTER)
ADD_KEY = Line("add-column-primary-key", Work.INDEX, ACCESS_EXCLUSIVE, ALTER)
# Where all values are NULL there is nothing to look up: transformFKConstraints in src/backend/parser/parse_utilcmd.c.
ADD_REFERENCES = Line("add-column-references", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
ADD_REFERENCES_FILLED = Line("add-column-references-with-default", Work.SCAN, ACCESS_EXCLUSIVE, ALTER, may_fail=True)
DROP = Line("drop-column", Work.METADATA, ACCESS_EXCLUSIVE, NOTES, reversible=False, destroys=True, breaks=True)
RENAME = Line("rename-column", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, breaks=True)
SET_NOT_NULL = Line("set-not-null", Work.SCAN, ACCESS_EXCLUSIVE, ALTER, may_fail=True)
SET_NOT_NULL_PROVEN = Line("set-not-null-proven", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
DROP_NOT_NULL = Line("drop-not-null", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
SET_DEFAULT = Line("set-default", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
DROP_DEFAULT = Line("drop-default", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
SET_STATISTICS = Line("set-statistics", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, ALTER)
SET_OPTIONS = Line("set-column-options", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, ALTER)
SET_STORAGE = Line("set-storage", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
SET_COMPRESSION = Line("set-compression", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
# Nothing fills the column any more, which stays NOT NULL.
DROP_IDENTITY = Line("drop-identity", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, breaks=True)
# GENERATED ALWAYS refuses the values that old code gives for the column.
IDENTITY = Line("alter-identity", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
IDENTITY_ALWAYS = Line("set-identity-always", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, breaks=True)
DROP_EXPRESSION = Line("drop-expression", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
SET_EXPRESSION = Line(
    "set-expression", Work.REWRITE, ACCESS_EXCLUSIVE, ALTER, reversible=False, destroys=True, may_fail=True
)
SET_OTHER = Line("alter-column-other", Work.UNKNOWN, ACCESS_EXCLUSIVE, ALTER, proven=False)


# ---- ADD COLUMN


def add(fact: AddColumn, schema: Schema, server: Server) -> Effect:
    """ADD COLUMN, with the constraints that are written at it."""
    effects = [_constrained(fact, constraint) for constraint in fact.column.constraints]
    found = heaviest([*effects, _value(fact, schema)])
    # Who holds the rows is asked for only where they are worked on: it may mean to replay a history.
    return everywhere(found, fact.table, schema) if found.work >= Work.SCAN else found


def _value(fact: AddColumn, schema: Schema) -> Effect:
    """What fills the column in the rows that are there."""
    column = fact.column
    match column.generated:
        case "serial":
            return ADD_SERIAL.on(fact.table)
        case "identity":
            return ADD_IDENTITY.on(fact.table)
        case "stored":
            return ADD_STORED.on(fact.table)
        case "virtual":
            return ADD_VIRTUAL.on(fact.table)
    domain = None if column.type is None else domain_of(column.type, schema)
    default = column.default if column.default is not None or domain is None else domain.default
    filled = default is not None and not default.is_null
    if domain is not None and is_constrained_domain(column.type, schema):
        return replace(ADD_DOMAIN.on(fact.table), may_fail=filled or not domain.nullable)
    if default is None or not filled:
        key = any(one.kind is Kind.PRIMARY_KEY for one in column.constraints)
        return (ADD if column.nullable or key else ADD_REQUIRED).on(fact.table)
    return _BY_DEFAULT[default.volatility].on(fact.table)


_BY_DEFAULT = {
    Volatility.CONSTANT: ADD_CONSTANT,
    Volatility.STABLE: ADD_STABLE,
    Volatility.VOLATILE: ADD_VOLATILE,
    Volatility.UNKNOWN: ADD_UNKNOWN,
}


def _constrained(fact: AddColumn, constraint: Constraint) -> Effect:
    column = fact.column
    counted = column.generated in ("serial", "identity")
    filled = column.generated is not None or (column.default is not None and not column.default.is_null)
    match constraint.kind:
        case Kind.FOREIGN_KEY:
            other = constraint.references
            locks = () if other is None or other == fact.table else (lock(other, SHARE_ROW_EXCLUSIVE),)
            line = ADD_REFERENCES_FILLED if filled else ADD_REFERENCES
            return line.on(fact.table, locks=locks, reads=() if other is None else (other,))
        case Kind.CHECK:
            return replace(ADD_CHECK.on(fact.table), may_fail=filled)
        case Kind.PRIMARY_KEY:
            # Unless it counts, every row gets NULL, or the same value.
            return replace(ADD_KEY.on(fact.table), may_fail=not counted, breaks=not filled)
        case _:
            return replace(ADD_UNIQUE.on(fact.table), may_fail=filled and not counted)


# ---- the other changes


def drop(fact: DropColumn, schema: Schema, server: Server) -> Effect:
    """DROP COLUMN. Where a foreign key goes with it, its triggers on the other table are dropped too."""
    locks = dropped_with(schema, fact.table, fact.column, fact.cascade)
    return everywhere(DROP.on(fact.table, locks=locks), fact.table, schema)


def rename(fact: RenameColumn, schema: Schema, server: Server) -> Effect:
    return RENAME.on(fact.table)


def set_not_null(fact: SetNotNull, schema: Schema, server: Server) -> Effect:
    """SET NOT NULL. A CHECK (column IS NOT NULL) that is valid spares the scan, from PostgreSQL 12 on.

    A column with a default may be left out by code that does not know of the NOT NULL; one without may not.
    """
    if server.at_least(12) and schema.proves_not_null(fact.table, fact.column):
        return everywhere(SET_NOT_NULL_PROVEN.on(fact.table), fact.table, schema)
    column = schema.column(fact.table, fact.column)
    filled = column is not None and (column.default is not None or column.generated is not None)
    return everywhere(replace(SET_NOT_NULL.on(fact.table), breaks=not filled), fact.table, schema)


def drop_not_null(fact: DropNotNull, schema: Schema, server: Server) -> Effect:
    return DROP_NOT_NULL.on(fact.table)


def set_default(fact: SetDefault, schema: Schema, server: Server) -> Effect:
    """SET and DROP DEFAULT. Code that leaves a NOT NULL column out relies on its default."""
    if fact.default is not None:
        return SET_DEFAULT.on(fact.table)
    column = schema.column(fact.table, fact.column)
    return replace(DROP_DEFAULT.on(fact.table), breaks=column is not None and not column.nullable)


def option(fact: SetColumnOption, schema: Schema, server: Server) -> Effect:
    """What ALTER COLUMN says beside type, default and nullability."""
    return _option(fact, schema).on(fact.table)


def _option(fact: SetColumnOption, schema: Schema) -> Line:
    match behind_column(fact.option):
        case ["SET", "STATISTICS", *_]:
            return SET_STATISTICS
        case ["SET" | "RESET", "(", *_]:
            return SET_OPTIONS
        case ["SET", "STORAGE", *_]:
            return SET_STORAGE
        case ["SET", "COMPRESSION", *_]:
            return SET_COMPRESSION
        case ["DROP", "EXPRESSION", *_]:
            return DROP_EXPRESSION
        case ["SET", "EXPRESSION", *_]:
            column = schema.column(fact.table, fact.column)
            return DROP_EXPRESSION if column is not None and column.generated == "virtual" else SET_EXPRESSION
        case ["ADD" | "SET", "GENERATED", "ALWAYS", *_]:
            return IDENTITY_ALWAYS
        case ["DROP", "IDENTITY", *_]:
            return DROP_IDENTITY
        case ["ADD" | "SET", "GENERATED", *_] | ["RESTART" | "SET", *_]:
            return IDENTITY
        case _:
            return SET_OTHER
