"""ALTER COLUMN … TYPE: the cell of the matrix, and what hangs on the column."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Effect, Server, TypeChange, Work
from sqlgen.effects.postgresql.casts import STRINGS
from sqlgen.effects.postgresql.known import about, dropped_with, everywhere, indexes_about, keys_about
from sqlgen.effects.postgresql.line import ACCESS_EXCLUSIVE, Line
from sqlgen.effects.postgresql.matrix import type_change
from sqlgen.effects.postgresql.names import base_of
from sqlgen.effects.postgresql.using import casts
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import AlterColumnType, Column, Kind
from sqlgen.schema import Schema, Table

__all__ = ["alter"]

NOTES = "sql-altertable.html#SQL-ALTERTABLE-NOTES"
TABLECMDS = ("src/backend/commands/tablecmds.c",)

SAME = Line("alter-column-type-same", Work.NONE, ACCESS_EXCLUSIVE, NOTES)
METADATA = Line("alter-column-type-metadata", Work.METADATA, ACCESS_EXCLUSIVE, NOTES)
# A CHECK over the column is made anew, and holds for all rows again.
SCAN = Line("alter-column-type-check", Work.SCAN, ACCESS_EXCLUSIVE, NOTES, TABLECMDS)
INDEX = Line("alter-column-type-index", Work.INDEX, ACCESS_EXCLUSIVE, NOTES, TABLECMDS)
REWRITE = Line("alter-column-type-rewrite", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES)
REFUSED = Line("alter-column-type-refused", Work.REWRITE, ACCESS_EXCLUSIVE, NOTES)
UNKNOWN = Line("alter-column-type-unknown", Work.UNKNOWN, ACCESS_EXCLUSIVE, NOTES, proven=False)

_LINES = {
    Work.NONE: SAME,
    Work.METADATA: METADATA,
    Work.SCAN: SCAN,
    Work.INDEX: INDEX,
    Work.REWRITE: REWRITE,
}


def alter(fact: AlterColumnType, schema: Schema, server: Server) -> Effect:
    """ALTER COLUMN … TYPE. Where the old type is not known, neither is the work."""
    table = schema.table(fact.table)
    column = schema.column(fact.table, fact.column)
    if column is None or column.type is None:
        found = TypeChange(Work.UNKNOWN)
    else:
        found = type_change(column.type, fact.type, server, column=fact.column, using=fact.using, schema=schema)
    work = found.work if column is None else _hanging(found.work, fact, column, table)
    line = REFUSED if found.refused else _LINES.get(work, UNKNOWN)
    locks = dropped_with(schema, fact.table, fact.column, True)  # foreign keys are made anew, and their triggers
    checked = [lock.table for lock in locks] if work >= Work.REWRITE else []
    # An expression that is no cast makes what its author wants of the values that are there; new ones are assigned.
    cast = fact.using is None or casts(fact.using, fact.column) is not None
    narrow = column is None or type_change(column.type or "", fact.type, server, schema=schema).may_fail
    effect = replace(
        line.on(fact.table, locks=locks, reads=checked),
        reversible=not found.loses,
        destroys=found.loses and cast,
        breaks=narrow or column is None or _another(column.type or "", fact.type, schema),
        may_fail=found.may_fail,
    )
    return everywhere(effect, fact.table, schema)


def _hanging(work: Work, fact: AlterColumnType, column: Column, table: Table | None) -> Work:
    """The work with the column's indexes and CHECKs, where the table itself stays as it is."""
    if work > Work.INDEX:
        return work
    indexes, keys = indexes_about(table, fact.column), keys_about(table, fact.column)
    whole = table is not None and table.complete
    if _collation(fact) != column.collation and canonical(fact.type, "postgresql").name in STRINGS:
        work = Work.INDEX
    # CheckIndexCompatible in src/backend/commands/indexcmds.c: expressions are not compared.
    if work > Work.NONE and any(one.where or fact.column not in (*one.columns, *one.include) for one in indexes):
        return Work.INDEX
    if work is Work.INDEX and (indexes or keys or not whole):
        return work
    checks = any(one.kind is Kind.CHECK for one in about(table, fact.column))
    return Work.SCAN if checks else min(work, Work.METADATA)


def _collation(fact: AlterColumnType) -> str | None:
    return None if fact.collation == "default" else fact.collation


_ALIKE = (
    ("smallint", "integer", "bigint"),
    ("real", "double precision"),
    ("varchar", "text", "citext", "char", "bpchar", "name"),
    ("json", "jsonb"),
    ("inet", "cidr"),
    ("bit", "varbit"),
)
"""Types whose values look the same to a program."""


def _another(old: str, new: str, schema: Schema) -> bool:
    """Whether a program sees values of another kind: it may compare or bind them as it did before."""
    before, after = (canonical(base_of(one, schema), "postgresql") for one in (old, new))
    if before.array != after.array:
        return True
    return before.name != after.name and not any({before.name, after.name} <= set(alike) for alike in _ALIKE)
