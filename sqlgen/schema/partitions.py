"""A fact about a partitioned table of PostgreSQL in, what it is for its partitions out.

Source: PostgreSQL 17, ALTER TABLE, "ONLY": all descendant tables are altered; 5.12.2.3: partitions have the columns of
their parent; CREATE INDEX: an index of a partitioned table is made on every partition; DROP TABLE drops the partitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropNotNull,
    DropTable,
    Fact,
    Name,
    RenameColumn,
    SetNotNull,
)

__all__ = ["PASSED_ON", "for_partition", "names_more"]

PASSED_ON = (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropNotNull,
    DropTable,
    RenameColumn,
    SetNotNull,
)


def for_partition(fact: Fact, partition: Name) -> Iterator[Fact]:
    """What happens to a partition. Its keys and indexes have names of their own, which are not known here."""
    match fact:
        case AddColumn() | AlterColumnType() | DropColumn() | DropNotNull() | RenameColumn() | SetNotNull():
            yield replace(fact, table=partition)
        case DropTable():
            yield DropTable(partition, True, fact.cascade)


def names_more(fact: Fact) -> bool:
    """Whether its partitions come to have, or lose, a key, a constraint or an index."""
    return isinstance(fact, AddConstraint | DropConstraint) or (isinstance(fact, CreateIndex) and not fact.only)
