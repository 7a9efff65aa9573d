"""A table of PostgreSQL in, its known partitions out, theirs included."""

from __future__ import annotations

from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema

__all__ = ["partitions"]


def partitions(schema: Schema, table: Name) -> tuple[Name, ...]:
    """Those that revisions made. What others made, a job for each month, no schema knows."""
    known = schema.table(table) if schema.dialect == "postgresql" else None
    if known is None or known.partition_by is None:
        return ()
    tables, found = schema.tables(), [table]
    for parent in found:
        found += [one.name for one in tables if one.partition_of == parent and one.name not in found]
    return tuple(found[1:])
