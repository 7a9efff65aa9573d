"""The steps of a range in; which tables they touch, by which statements, and what was called what, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import (
    AddColumn,
    AttachPartition,
    CreateTable,
    Delete,
    Describe,
    DetachPartition,
    DropColumn,
    DropIndex,
    DropTable,
    Fact,
    Insert,
    LockTable,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    Truncate,
    Update,
)
from sqlgen.review.document.source import Source
from sqlgen.schema import Schema
from sqlgen.schema.naming import Key, object_key, part_key
from sqlgen.script.runbook.folding import Folding, Met

__all__ = ["Touched", "touching"]

_ROWS = (Insert, Update, Delete, Truncate, LockTable)
"""What leaves the table itself as it is."""


@dataclass(slots=True)
class Touched:
    """One table, whatever it is called on the way."""

    first: Name | None
    """What it is called before the range; None: the range makes it."""
    last: Name | None
    """What it is called behind the range; None: it is gone."""
    statements: dict[int, None] = field(default_factory=dict)
    altered: bool = False
    """Whether something else than its rows is touched."""
    columns: dict[str, str | None] = field(default_factory=dict)
    """A column of now → what it was called before; None: it is new. What is not here is called as it was."""
    parts: dict[str, str] = field(default_factory=dict)
    """The same, of renamed indexes and constraints."""


def touching(source: Source) -> tuple[list[Touched], Schema]:
    """In the order of the first statement that touches each, and the schema behind the range."""
    range = source.range
    following = _Following(range.target.dialect)
    folding = Folding.at(range.before, range.target)
    number = 1
    for step in range.up:
        for met in folding.facts(step):
            following.take(met, number + met.number)
        number += 0 if step.gap is not None else len(step.items)
    return following.found, folding.schema


class _Following:
    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.found: list[Touched] = []
        self.now: dict[Key, Touched] = {}

    def take(self, met: Met, number: int) -> None:
        fact = met.fact
        for name in _named(fact, met.schema):
            table = self._table(name, fact, met.schema)
            table.statements[number] = None
            table.altered = table.altered or not isinstance(fact, _ROWS)
        match fact:
            case DropTable(name):
                self._drop(name, met.rebuilt_as)
            case RenameTable(name, to):
                table = self.now.pop(self._key(name))
                table.last = to
                self.now[self._key(to)] = table
            case _:
                for name in _named(fact, met.schema):
                    self._rename(fact, self.now[self._key(name)])

    def _table(self, name: Name, fact: Fact, schema: Schema) -> Touched:
        key = self._key(name)
        if isinstance(fact, CreateTable) and schema.has_table(name) is not True:
            made = Touched(None, name)
            if not fact.if_not_exists or schema.has_table(name) is False:
                self.now[key] = made
                self.found.append(made)
        if key not in self.now:
            self.now[key] = Touched(name, name)
            self.found.append(self.now[key])
        return self.now[key]

    def _drop(self, name: Name, copy: Name | None) -> None:
        """Or, where a filled copy takes its name, the copy is the table from now on."""
        gone = self.now.pop(self._key(name))
        if copy is None or self._key(copy) not in self.now:
            gone.last = None
            return
        made = self.now[self._key(copy)]
        gone.statements |= made.statements
        gone.last, gone.altered = copy, True
        self.found.remove(made)
        self.now[self._key(copy)] = gone

    def _rename(self, fact: Fact, table: Touched) -> None:
        """What is called something else from now on."""
        match fact:
            case RenameColumn(column=old, to=new):
                self._column(table, old, new)
            case RedefineColumn(column=old, to=to) if self._part(old) != self._part(to.name):
                self._column(table, old, to.name)
            case AddColumn(column=column):
                table.columns.setdefault(self._part(column.name), None)
            case DropColumn(column=old):
                table.columns[self._part(old)] = None
            case RenameObject(kind, name, to) if kind in ("index", "constraint"):
                table.parts[self._part(to)] = table.parts.pop(self._part(name.name), name.name)
            case _:
                pass

    def _column(self, table: Touched, old: str, new: str) -> None:
        table.columns[self._part(new)] = table.columns.get(self._part(old), old)
        table.columns[self._part(old)] = None

    def _key(self, name: Name) -> Key:
        return object_key(name, self.dialect)

    def _part(self, name: str) -> str:
        return part_key(name, self.dialect)


def _named(fact: Fact, schema: Schema) -> Iterator[Name]:
    """The tables that a fact is about."""
    if isinstance(name := getattr(fact, "table", None), Name):
        yield name
    match fact:
        case AttachPartition(partition=partition) | DetachPartition(partition=partition):
            yield partition
        case Describe("table", name):
            yield name
        case DropIndex(index, None) if (found := schema.index(index)) is not None:
            yield found.table
        case RenameObject("index", name, table=None) if (found := schema.index(name)) is not None:
            yield found.table
        case _:
            pass
