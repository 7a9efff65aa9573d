"""Which statements that Alembic runs outside of transactions can stand in one: with their record, so that they run
exactly once."""

from __future__ import annotations

from sqlgen.facts.vocabulary import (
    AddEnumValue,
    AlterObject,
    Begin,
    Block,
    Commit,
    CreateIndex,
    CreateObject,
    DetachPartition,
    DropIndex,
    DropObject,
    External,
    Fact,
    LockTable,
    Maintain,
    Opaque,
    Rollback,
    Savepoint,
    Select,
)
from sqlgen.segments import Item


def transactional(item: Item) -> bool:
    """Whether a statement is known to do the same in a transaction of its own. A DO block or a procedure may commit.

    Sources: PostgreSQL manual, the commands that say "cannot be executed inside a transaction block"; ALTER TYPE … ADD
    VALUE until version 12.
    """
    return bool(item.facts) and all(map(_transactional, item.facts))


def _transactional(fact: Fact) -> bool:
    match fact:
        case CreateIndex(concurrently=concurrently) | DropIndex(concurrently=concurrently):
            return not concurrently
        case DetachPartition(concurrently=concurrently):
            return not concurrently
        case CreateObject(kind=kind) | DropObject(kind=kind) | AlterObject(kind=kind):
            return kind not in ("database", "tablespace", "subscription", "system")
        case Select():
            return fact == Select()
        case AddEnumValue() | Maintain() | Block() | Opaque() | External():
            return False
        case Begin() | Commit() | Rollback() | Savepoint() | LockTable():
            return False
    return True
