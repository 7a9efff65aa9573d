"""Statements in, those out that fail when they run a second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AttachPartition,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropTable,
    Fact,
    Insert,
    RenameColumn,
    RenameObject,
    RenameTable,
)
from sqlgen.segments import Item

__all__ = ["once_only"]


def once_only(items: Iterable[Item]) -> Iterator[Item]:
    """The statements that a second run of all of them stops at, or that do twice what is meant once.

    What is dropped IF EXISTS before it is created can run twice.
    """
    cleared: set[str] = set()
    for item in items:
        if any(not _repeats(fact, cleared) for fact in item.facts):
            yield item


def _repeats(fact: Fact, cleared: set[str]) -> bool:
    match fact:
        case DropTable(if_exists=True):
            cleared.add(fact.table.name)
        case DropIndex(if_exists=True):
            cleared.add(fact.index.name)
        case DropConstraint(if_exists=True):
            cleared.add(fact.constraint or "")
        case DropColumn(if_exists=True):
            cleared.add(fact.column)
        case DropObject(if_exists=True):
            cleared.add(fact.name.name)
        case DropTable() | DropIndex() | DropConstraint() | DropColumn() | DropObject():
            return False
        case RenameTable() | RenameColumn() | RenameObject() | AttachPartition() | DetachPartition():
            return False
        case CreateTable():
            return fact.if_not_exists or fact.table.name in cleared
        case CreateIndex():
            return fact.if_not_exists or (fact.name or "") in cleared
        case AddColumn():
            return fact.if_not_exists or fact.column.name in cleared
        case AddConstraint():
            return (fact.constraint.name or "") in cleared
        case AddEnumValue():
            return fact.if_not_exists
        case CreateEnum():
            return fact.type.name in cleared
        case CreateObject():
            return fact.if_not_exists or fact.or_replace or fact.name.name in cleared
        case Insert():
            return fact.guarded or fact.replaces
        case _:
            pass
    return True
