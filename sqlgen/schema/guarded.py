"""A fact behind a test (DO … IF … THEN) in, what may be folded of it out: nothing that would be certain and wrong.

A table, a type or a view that is made so is there afterwards, if the test is the usual one, but may have been there
before, with another definition: nobody says that it stands. Columns, keys and indexes have no such middle way, so they
are not known. What is dropped, renamed or changed so may still be as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import (
    AddEnumValue,
    AlterColumnType,
    AlterObject,
    AttachPartition,
    Block,
    CreateEnum,
    CreateObject,
    CreateTable,
    DetachPartition,
    DropColumn,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
    Name,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
)

__all__ = ["Doubtful", "Forgotten", "Tainted", "certainty", "folded"]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """This may have happened, or not."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Tainted:
    """Something unknown may have changed this table; without a name, anything."""

    name: Name | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a column is, is not known any more."""

    table: Name
    column: str


def certainty(facts: Iterable[Fact]) -> Iterator[tuple[Fact, bool]]:
    """The facts of one statement, each with whether it happens whenever the statement runs."""
    certain = True
    for fact in facts:
        if isinstance(fact, Block):
            certain = not fact.checks
        yield fact, certain


def folded(fact: Fact) -> Iterator[Fact | Tainted | Forgotten]:
    """What to fold of a fact that may not have happened. `CreateEnum` is for the caller: it has no IF NOT EXISTS."""
    match fact:
        case CreateTable():
            yield replace(fact, if_not_exists=True)
        case CreateObject(or_replace=False):
            yield replace(fact, if_not_exists=True)
        case DropNotNull() | CreateObject() | Opaque():
            yield fact
        case AlterColumnType() | DropColumn() | RedefineColumn():
            yield Forgotten(fact.table, fact.column)
        case RenameColumn(table, column, to):
            yield Forgotten(table, column)
            yield Forgotten(table, to)
        case _:
            pass
    if isinstance(fact, DropTable | DropColumn | DropIndex | DropObject) and fact.cascade:
        yield Tainted(None)
    yield from (Tainted(name) for name in _names(fact))


def _names(fact: Fact) -> Iterator[Name]:
    """What a fact is about: names that stand for something else afterwards, if it happened."""
    match fact:
        case RenameTable(table, to):
            yield from (table, to)
        case AttachPartition(table, partition) | DetachPartition(table, partition):
            yield from (table, partition)
        case RenameObject(_, name, to, table):
            yield from (name, Name(to, name.schema))
            yield from () if table is None else (table,)
        case CreateObject(name=name) | AlterObject(name=name) | DropObject(name=name):
            yield name
        case CreateEnum(type=name) | AddEnumValue(type=name):
            yield name
        case DropIndex(index=index):
            yield index
        case _ if isinstance(table := getattr(fact, "table", None), Name) and type(fact).__name__ not in _ROWS:
            yield table


_ROWS = ("Insert", "Update", "Delete", "Truncate", "LockTable")
"""They change no structure."""
