"""An upgrade and then its downgrade in, the tables that are not as they were out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import Column, CreateIndex, Fact, Kind, Name, RenameTable
from sqlgen.messages import Message, say
from sqlgen.schema import Schema, Table
from sqlgen.segments import Step

__all__ = ["RoundTrip", "Trips", "differences", "touched"]

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A table that the downgrade of a revision leaves other than its upgrade found it. What is in the rows, names of
    constraints, comments and the order of columns are not compared."""

    table: Name
    differences: tuple[Message, ...]
    """What is other than it was, a clause each: "the column email is missing"."""


@dataclass(slots=True)
class Trips:
    """The tables that each upgrade found, kept until its downgrade has run. Only tables that are known whole."""

    found: dict[str, dict[Name, Table | None]] = field(default_factory=dict)
    """By revision. None: there was no such table."""

    def begin(self, step: Step, schema: Schema) -> None:
        """Keep what the upgrade will touch. It asks the schema, which may mean that a history is replayed."""
        if step.incomplete or not step.items:
            return
        kept = self.found.setdefault(step.revision, {})
        for name in {name for item in step.items for fact in item.facts for name in touched(fact)}:
            table = schema.table(name)
            if (table is None and schema.has_table(name) is False) or (table is not None and table.complete):
                kept[name] = table

    def end(self, step: Step, schema: Schema) -> Iterator[RoundTrip]:
        """What the downgrade, which has just run, has not put back. Silent where something of it is not known."""
        kept = self.found.pop(step.revision, {})
        if step.incomplete or not step.items:
            return  # that there is no way back is for other rules to say
        for name, before in sorted(kept.items(), key=lambda pair: str(pair[0])):
            after = schema.table(name)
            if (after is None and schema.has_table(name) is not False) or (after is not None and not after.complete):
                continue
            found = tuple(differences(before, after, schema.dialect))
            if found:
                yield RoundTrip(name, found)


def touched(fact: Fact) -> Iterator[Name]:
    """The tables whose structure a fact may change."""
    table = getattr(fact, "table", None)
    if isinstance(table, Name):
        yield table
    if isinstance(fact, RenameTable):
        yield fact.to


def differences(before: Table | None, after: Table | None, dialect: str) -> Iterator[Message]:
    """What is other of a table than it was, a clause each."""
    if before is None and after is not None:
        yield say("it is still there")
    elif before is not None and after is None:
        yield say("it is gone")
    elif before is not None and after is not None:
        yield from _of_columns(before, after, dialect)
        yield from _of_keys(before, after)
        yield from _of_indexes(before, after)


def _only_in(one: Mapping[K, object], other: Mapping[K, object]) -> list[K]:
    """In their order: that of a set is another one in each run."""
    return [key for key in one if key not in other]


def _of_columns(before: Table, after: Table, dialect: str) -> Iterator[Message]:
    old = {column.name: column for column in before.columns}
    new = {column.name: column for column in after.columns}
    for name in _only_in(old, new):
        yield say("the column {column} is missing", column=name)
    for name in _only_in(new, old):
        yield say("the column {column} is still there", column=name)
    for name, column in old.items():
        if name in new:
            yield from _of_column(column, new[name], dialect)


def _of_column(old: Column, new: Column, dialect: str) -> Iterator[Message]:
    if old.type is not None and new.type is not None and canonical(old.type, dialect) != canonical(new.type, dialect):
        yield say("{column} is {new} and was {old}", column=old.name, new=new.type, old=old.type)
    if old.nullable and not new.nullable:
        yield say("{column} is still NOT NULL", column=old.name)
    if new.nullable and not old.nullable:
        yield say("{column} is not NOT NULL again", column=old.name)
    if (old.default is None) != (new.default is None):
        yield (
            say("the default of {column} is still there", column=old.name)
            if old.default is None
            else say("the default of {column} is missing", column=old.name)
        )


def _of_keys(before: Table, after: Table) -> Iterator[Message]:
    """Constraints are the same when they say the same: names are chosen anew."""

    def said(table: Table) -> dict[tuple[object, ...], str]:
        return {
            (one.kind, one.columns, one.references, one.expression): one.name or one.kind.value
            for one in table.constraints
            if one.kind is not Kind.NOT_NULL
        }

    old, new = said(before), said(after)
    for key in _only_in(old, new):
        yield say("the constraint {name} is missing", name=old[key])
    for key in _only_in(new, old):
        yield say("the constraint {name} is still there", name=new[key])


def _of_indexes(before: Table, after: Table) -> Iterator[Message]:
    def said(table: Table) -> dict[tuple[object, ...], CreateIndex]:
        return {(one.columns, one.unique, one.where, one.method): one for one in table.indexes}

    old, new = said(before), said(after)
    for key in _only_in(old, new):
        yield say("the index {name} is missing", name=old[key].name or ", ".join(old[key].columns))
    for key in _only_in(new, old):
        yield say("the index {name} is still there", name=new[key].name or ", ".join(new[key].columns))
