"""Constraints added, validated and dropped."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Effect, Lock, Server, Work
from sqlgen.effects.postgresql.known import everywhere, referrers_of
from sqlgen.effects.postgresql.line import (
    ACCESS_EXCLUSIVE,
    ROW_SHARE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Line,
    lock,
)
from sqlgen.facts.vocabulary import AddConstraint, Constraint, DropConstraint, Kind, Name, ValidateConstraint
from sqlgen.schema import Schema

__all__ = ["add", "drop", "referenced", "validate"]

ALTER = "sql-altertable.html"
ADDING = "sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT"
USING = "sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX"
VALIDATING = "sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT"
NOTES = "sql-altertable.html#SQL-ALTERTABLE-NOTES"
TRIGGERS = "src/backend/commands/trigger.c"

CHECK = Line("add-check", Work.SCAN, ACCESS_EXCLUSIVE, ADDING, may_fail=True)
CHECK_NOT_VALID = Line("add-check-not-valid", Work.METADATA, ACCESS_EXCLUSIVE, ADDING)
FOREIGN_KEY = Line("add-foreign-key", Work.SCAN, SHARE_ROW_EXCLUSIVE, ADDING, may_fail=True)
FOREIGN_KEY_NOT_VALID = Line("add-foreign-key-not-valid", Work.METADATA, SHARE_ROW_EXCLUSIVE, ADDING)
UNIQUE = Line("add-unique", Work.INDEX, ACCESS_EXCLUSIVE, ADDING, may_fail=True)
PRIMARY_KEY = Line("add-primary-key", Work.INDEX, ACCESS_EXCLUSIVE, ADDING, may_fail=True)
EXCLUDE = Line("add-exclude", Work.INDEX, ACCESS_EXCLUSIVE, ADDING, may_fail=True)
UNIQUE_USING = Line("add-unique-using-index", Work.METADATA, ACCESS_EXCLUSIVE, USING)
PRIMARY_KEY_USING = Line("add-primary-key-using-index", Work.METADATA, ACCESS_EXCLUSIVE, USING)
# It sets NOT NULL on columns that may be NULL, which reads all rows unless a CHECK shows that there is none.
PRIMARY_KEY_USING_NULLABLE = Line(
    "add-primary-key-using-index-nullable", Work.SCAN, ACCESS_EXCLUSIVE, USING, may_fail=True, breaks=True
)
NOT_NULL = Line("add-not-null", Work.SCAN, ACCESS_EXCLUSIVE, ADDING, may_fail=True, breaks=True)
NOT_NULL_PROVEN = Line("add-not-null-proven", Work.METADATA, ACCESS_EXCLUSIVE, ADDING)
NOT_NULL_NOT_VALID = Line("add-not-null-not-valid", Work.METADATA, ACCESS_EXCLUSIVE, ADDING, breaks=True)
VALIDATE = Line("validate-constraint", Work.SCAN, SHARE_UPDATE_EXCLUSIVE, VALIDATING, (NOTES,), may_fail=True)
VALIDATE_FOREIGN_KEY = Line(
    "validate-foreign-key", Work.SCAN, SHARE_UPDATE_EXCLUSIVE, VALIDATING, (NOTES,), may_fail=True
)
DROP = Line("drop-constraint", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
DROP_FOREIGN_KEY = Line("drop-foreign-key", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, (TRIGGERS,))


def add(fact: AddConstraint, schema: Schema, server: Server) -> Effect:
    """ADD CONSTRAINT."""
    table, constraint = fact.table, fact.constraint
    match constraint.kind:
        case Kind.CHECK:
            line = CHECK_NOT_VALID if constraint.not_valid else CHECK
        case Kind.FOREIGN_KEY:
            return _foreign_key(table, constraint, schema)
        case Kind.UNIQUE:
            line = UNIQUE if constraint.using_index is None else UNIQUE_USING
        case Kind.PRIMARY_KEY:
            line = PRIMARY_KEY if constraint.using_index is None else _adopting(table, constraint, schema)
        case Kind.EXCLUDE:
            line = EXCLUDE
        case Kind.NOT_NULL:
            line = _not_null(table, constraint, schema)
    # Before PostgreSQL 18 the indexes of the partitions were built as CREATE INDEX does it.
    as_index = line is UNIQUE and not server.at_least(18)
    effect = everywhere(line.on(table), table, schema, SHARE if as_index else None)
    if line is PRIMARY_KEY:
        return replace(effect, breaks=not all(schema.proves_not_null(table, one) for one in constraint.columns))
    return effect


def _foreign_key(table: Name, constraint: Constraint, schema: Schema) -> Effect:
    """Triggers are made on both tables, so both are locked as CREATE TRIGGER does it."""
    line = FOREIGN_KEY_NOT_VALID if constraint.not_valid else FOREIGN_KEY
    other = constraint.references
    locks = () if other is None or other == table else (lock(other, SHARE_ROW_EXCLUSIVE),)
    return everywhere(line.on(table, locks=locks, reads=() if other is None else (other,)), table, schema)


def _adopting(table: Name, constraint: Constraint, schema: Schema) -> Line:
    index = schema.index(Name(constraint.using_index or "", table.schema))
    columns = constraint.columns or (index.columns if index is not None else ())
    known = bool(columns) and all(schema.proves_not_null(table, column) for column in columns)
    return PRIMARY_KEY_USING if known else PRIMARY_KEY_USING_NULLABLE


def _not_null(table: Name, constraint: Constraint, schema: Schema) -> Line:
    if constraint.not_valid:
        return NOT_NULL_NOT_VALID
    shown = all(schema.proves_not_null(table, column) for column in constraint.columns)
    return NOT_NULL_PROVEN if constraint.columns and shown else NOT_NULL


def validate(fact: ValidateConstraint, schema: Schema, server: Server) -> Effect:
    """VALIDATE CONSTRAINT. Of a foreign key, the other table is read as the key's triggers read it."""
    known = schema.constraint(fact.table, fact.constraint)
    if known is None or known.kind is not Kind.FOREIGN_KEY or known.references is None:
        return everywhere(VALIDATE.on(fact.table), fact.table, schema)
    locks = () if known.references == fact.table else (lock(known.references, ROW_SHARE),)
    effect = VALIDATE_FOREIGN_KEY.on(fact.table, locks=locks, reads=(known.references,))
    return everywhere(effect, fact.table, schema)


def drop(fact: DropConstraint, schema: Schema, server: Server) -> Effect:
    """DROP CONSTRAINT. The triggers of a foreign key stand on both tables, and both are locked to drop them."""
    known = None if fact.constraint is None else schema.constraint(fact.table, fact.constraint)
    if known is not None and known.kind is Kind.FOREIGN_KEY:
        other = known.references
        effect = DROP_FOREIGN_KEY.on(fact.table, locks=_exclusive(() if other in (None, fact.table) else (other,)))
        return everywhere(effect, fact.table, schema)
    keys = known is None or known.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE)
    others = referrers_of(schema, fact.table) if fact.cascade and keys else ()
    return everywhere(DROP.on(fact.table, locks=_exclusive(others)), fact.table, schema)


def _exclusive(tables: tuple[Name | None, ...]) -> tuple[Lock, ...]:
    return tuple(lock(table, ACCESS_EXCLUSIVE) for table in tables if table is not None)


def referenced(constraints: tuple[Constraint, ...], table: Name) -> tuple[Lock, ...]:
    """The locks of CREATE TABLE on the tables that its foreign keys refer to."""
    found = (one.references for one in constraints if one.kind is Kind.FOREIGN_KEY)
    return tuple(lock(name, SHARE_ROW_EXCLUSIVE) for name in dict.fromkeys(found) if name is not None and name != table)
