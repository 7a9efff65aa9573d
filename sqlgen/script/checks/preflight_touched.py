"""Steps in, the tables that were there before them and that they touch out, and the rights that they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlgen.effects import Blocks, Server, effect
from sqlgen.facts.vocabulary import (
    Begin,
    Commit,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    DropIndex,
    DropTable,
    Fact,
    Insert,
    LockTable,
    Name,
    Rollback,
    Savepoint,
    Select,
    SetOption,
    Truncate,
    Update,
    constraints_of,
)
from sqlgen.schema import Schema, certainty
from sqlgen.schema.naming import object_key
from sqlgen.script.target import Target
from sqlgen.segments import Step

Privilege = Literal["select", "insert", "update", "delete", "truncate", "references", "alter", "index", "drop"]
"""The last three are the owner's in PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A table that was there before the range, and what the range does to it."""

    table: Name
    blocks: Blocks
    """What the strongest of its locks keeps others from; a lock of theirs that conflicts with it makes it wait."""
    privileges: tuple[Privilege, ...]
    last: int
    """The last state in which something of this is still to come: so many steps are done."""


def touched(steps: Sequence[Step], target: Target, before: Schema | None) -> tuple[Touched, ...]:
    """In the order in which they are touched first. Not those that the range makes, under whatever name. `before`: the
    schema where it begins, which knows the table of an index that is dropped by its name alone."""
    server = Server(target.dialect, _numbers(target.server_version))
    schema = Schema(target.dialect, None if before is None else lambda: before)
    found: dict[object, Touched] = {}
    new: set[object] = set()
    for number, step in enumerate(steps):
        for fact, certain in (each for item in step.items for each in certainty(item.facts)):
            for table, blocks, privileges in _uses(fact, schema, server):
                key = object_key(table, target.dialect)
                if key not in new:
                    known = found.get(key, Touched(table, Blocks.NOTHING, (), 0))
                    privileges = tuple(dict.fromkeys((*known.privileges, *privileges)))
                    found[key] = Touched(known.table, max(known.blocks, blocks), privileges, number)
            _follow(fact, new, target.dialect)
            schema.apply(fact, certain=certain)
    return tuple(found.values())


def _uses(fact: Fact, schema: Schema, server: Server) -> Iterator[tuple[Name, Blocks, tuple[Privilege, ...]]]:
    """The tables that a fact needs to be there, how it locks them, and what must be allowed for it."""
    locks: dict[Name, Blocks] = {}
    for lock in effect(fact, schema, server).locks:
        locks[lock.table] = max(lock.blocks, locks.get(lock.table, Blocks.NOTHING))
    privileges = dict(_privileges(fact))
    made = fact.table if isinstance(fact, CreateTable) else None
    index = fact.index if isinstance(fact, DropIndex) else None  # stands for its table where that is not known
    for table in dict.fromkeys((*privileges, *locks)):
        if table not in (made, index):
            yield table, locks.get(table, Blocks.NOTHING), privileges.get(table, ())


def _follow(fact: Fact, new: set[object], dialect: str) -> None:
    """Names of tables that the range has made or renamed: what has them is not what had them before it."""
    names = (fact.table,) if isinstance(fact, CreateTable) else ()
    to = getattr(fact, "to", None)
    for name in (*names, *((to,) if isinstance(to, Name) else ())):
        new.add(object_key(name, dialect))


def _privileges(fact: Fact) -> Iterator[tuple[Name, tuple[Privilege, ...]]]:
    match fact:
        case Insert(table=table):
            yield table, ("insert", "update", "delete") if fact.replaces else ("insert",)
        case Update(table=table):
            yield table, ("update", "select") if fact.condition else ("update",)
        case Delete(table=table):
            yield table, ("delete", "select") if fact.condition else ("delete",)
        case Truncate(table=table):
            yield table, ("truncate",)
        case CreateObject() | CreateEnum() | LockTable() | Select() | SetOption():
            return
        case Begin() | Commit() | Rollback() | Savepoint():
            return
        case CreateIndex(table=table) | DropIndex(table=Name() as table):
            yield table, ("index",)
        case DropTable(table=table):
            yield table, ("drop",)
        case _:
            table_of = getattr(fact, "table", None)
            if isinstance(table_of, Name) and not isinstance(fact, CreateTable):
                yield table_of, ("alter",)
            for one in constraints_of(fact):
                if one.references is not None and one.references != table_of:
                    yield one.references, ("references",)


def _numbers(version: str | None) -> tuple[int, ...] | None:
    parts = () if version is None else tuple(version.split("."))
    return tuple(map(int, parts)) if parts and all(part.isdigit() for part in parts) else None
