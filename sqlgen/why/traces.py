"""Steps in, what each of their statements does to which table and columns out, in the order in which they run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterObject,
    AttachPartition,
    Constraint,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    Describe,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropPartition,
    DropTable,
    Fact,
    Insert,
    Kind,
    Name,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    Truncate,
    Update,
    ValidateConstraint,
)
from sqlgen.lint.outlook import outlook
from sqlgen.messages import Message
from sqlgen.schema import Schema, Table
from sqlgen.schema.naming import Key, mentions, object_key, part_key
from sqlgen.segments import Step

Verb = Literal[
    "created", "dropped", "renamed", "column-added", "column-dropped", "column-renamed", "altered", "rebuilt", "data",
    "perhaps",
]  # fmt: skip
"""perhaps: a statement that can't be read, and that names it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that a statement does."""

    step: int
    item: int
    verb: Verb
    table: Key | None
    """What it is about, as it is called before; None: not known."""
    columns: frozenset[str] | None = None
    """Those that it is about; None: all of them, with the table."""
    renames: tuple[str, str] | None = None
    """A column's name before and after."""
    to: Key | None = None
    """What the table is called afterwards."""
    why: Message | None = None
    """Why the statement can't be read."""


def traces(steps: Sequence[Step], before: Schema) -> Iterator[Trace]:
    """`before`: what is there before the first step; it is moved forward."""
    for number, step in enumerate(steps):
        yield from _Reader(before, number, step).read()


class _Reader:
    """A step, read with the schema before it at hand."""

    def __init__(self, schema: Schema, number: int, step: Step):
        self._schema = schema
        self._dialect = schema.dialect
        self._number = number
        self._step = step
        self._rebuilds = outlook(step).rebuilds
        dropped = {copy: step.items[i].facts[j] for (i, j), copy in self._rebuilds.items()}
        self._copies = {self._key(copy): fact.table for copy, fact in dropped.items() if isinstance(fact, DropTable)}
        """The copy that a rebuild makes → the table whose name it takes."""

    def read(self) -> Iterator[Trace]:
        for at, item in enumerate(self._step.items):
            found = [each for j, fact in enumerate(item.facts) for each in self._fact(at, j, fact)]
            self._schema.apply_all(item.facts)
            for trace in found:
                yield self._compared(trace) if trace.verb == "rebuilt" else trace

    def _key(self, name: Name) -> Key:
        return object_key(name, self._dialect)

    def _columns(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(part_key(name, self._dialect) for name in names)

    def _trace(self, at: int, verb: Verb, table: Name | None, columns: Sequence[str] | None = None) -> Trace:
        key = None if table is None else self._key(table)
        if key is not None and key in self._copies:
            key = self._key(self._copies[key])
        return Trace(self._number, at, verb, key, None if columns is None else self._columns(columns))

    def _fact(self, at: int, j: int, fact: Fact) -> Iterator[Trace]:
        match fact:
            case CreateTable(table) if self._key(table) in self._copies:
                yield self._trace(at, "rebuilt", table)
            case DropTable() if (at, j) in self._rebuilds:
                pass
            case RenameTable(table) | Insert(table) if self._key(table) in self._copies:
                pass
            case CreateTable(table, columns, from_query=from_query, like=like):
                known = not from_query and not like
                yield self._trace(at, "created", table, [each.name for each in columns] if known else None)
            case DropTable(table):
                yield self._trace(at, "dropped", table)
            case RenameTable(table, to):
                yield replace(self._trace(at, "renamed", table), to=self._key(to))
            case RenameColumn(table, column, to_column):
                yield self._renamed(at, table, column, to_column)
            case RedefineColumn(table, column, to=definition):
                same = part_key(column, self._dialect) == part_key(definition.name, self._dialect)
                yield (
                    self._trace(at, "altered", table, [column])
                    if same
                    else self._renamed(at, table, column, definition.name)
                )
            case AddColumn(table, column=added):
                yield self._trace(at, "column-added", table, [added.name])
            case DropColumn(table, column):
                yield self._trace(at, "column-dropped", table, [column])
            case Insert(table, columns=columns):
                yield self._trace(at, "data", table, columns)
            case Update(table, columns=columns):
                yield self._trace(at, "data", table, columns)
            case Delete(table) | Truncate(table):
                yield self._trace(at, "data", table, [])
            case DropPartition(table):
                yield self._trace(at, "data", table, [])
            case Opaque(why):
                yield replace(self._trace(at, "perhaps", None), why=why)
            case _:
                yield from self._keyed(at, fact)

    def _renamed(self, at: int, table: Name, column: str, to: str) -> Trace:
        before, after = part_key(column, self._dialect), part_key(to, self._dialect)
        return replace(self._trace(at, "column-renamed", table, [column, to]), renames=(before, after))

    def _keyed(self, at: int, fact: Fact) -> Iterator[Trace]:
        """Keys, indexes and objects: what they are on is not always written."""
        match fact:
            case AddConstraint(table, constraint):
                yield self._trace(at, "altered", table, _of(constraint))
            case ValidateConstraint(table, name):
                yield self._trace(at, "altered", table, _of(self._schema.constraint(table, name)))
            case DropConstraint(table, name, columns=columns):
                known = None if name is None else self._schema.constraint(table, name)
                yield self._trace(at, "altered", table, columns or _of(known))
            case CreateIndex(table=table):
                yield self._trace(at, "altered", table, self._named(fact))
            case DropIndex(index, table):
                yield from self._index(at, index, table)
            case RenameObject(kind="index", name=index, table=table):
                yield from self._index(at, index, table)
            case AttachPartition(table, partition) | DetachPartition(table, partition):
                yield self._trace(at, "altered", table, [])
                yield self._trace(at, "altered", partition, [])
            case Describe(kind="column", name=name, table=Name() as table):
                yield self._trace(at, "altered", table, [name.name])
            case CreateObject(name=name, table=table):
                yield self._trace(at, "altered" if table is not None else "created", table or name, [])
            case AlterObject(name=name):
                yield self._trace(at, "altered", name, [])
            case DropObject(name=name, table=table):
                yield self._trace(at, "altered" if table is not None else "dropped", table or name, [])
            case _:
                table = getattr(fact, "table", None)
                column = getattr(fact, "column", None)
                if isinstance(table, Name):
                    yield self._trace(at, "altered", table, [column] if isinstance(column, str) else [])

    def _index(self, at: int, index: Name, table: Name | None) -> Iterator[Trace]:
        known = self._schema.index(index, table)
        on = known.table if known is not None else table
        if on is not None:
            yield self._trace(at, "altered", on, [] if known is None else self._named(known))

    def _named(self, index: CreateIndex) -> list[str]:
        """The columns of an index, those that its expressions and its condition name included."""
        inside = [name for name, part in zip(index.columns, index.parts, strict=False) if part.expression]
        plain = [name for name in index.columns if name not in inside]
        inside += [] if index.where is None else [index.where]
        known = self._schema.table(index.table) if inside else None
        columns = () if known is None else known.columns
        return plain + [
            each.name for each in columns if any(mentions(text, each.name, self._dialect) for text in inside)
        ]

    def _compared(self, trace: Trace) -> Trace:
        """A rebuild, with the columns whose definition is another one in the copy; a column that is called otherwise
        at the same place counts as renamed."""
        copy = next(key for key, name in self._copies.items() if self._key(name) == trace.table)
        old, new = (self._schema.table(Name(name, schema)) for schema, name in (trace.table or copy, copy))
        if old is None or new is None:
            return trace
        return _differing(trace, old, new, self._dialect)


def _of(constraint: Constraint | None) -> tuple[str, ...]:
    return () if constraint is None else constraint.columns


def _differing(trace: Trace, old: Table, new: Table, dialect: str) -> Trace:
    was = {part_key(each.name, dialect): each for each in old.columns}
    now = {part_key(each.name, dialect): each for each in new.columns}
    changed = {name for name in was.keys() & now.keys() if replace(was[name], name="") != replace(now[name], name="")}
    changed |= {part_key(name, dialect) for columns, *_ in _keys(old) ^ _keys(new) for name in columns}
    gone, come = was.keys() - now.keys(), now.keys() - was.keys()
    renames = None
    if len(gone) == 1 and len(come) == 1 and list(was).index(min(gone)) == list(now).index(min(come)):
        renames = (min(gone), min(come))
    return replace(trace, columns=frozenset(changed | gone | come), renames=renames)


def _keys(table: Table) -> set[tuple[tuple[str, ...], Kind, Name | None, tuple[str, ...], str | None]]:
    """What its keys and checks say, whatever they are called."""
    return {(one.columns, one.kind, one.references, one.referred_columns, one.expression) for one in table.constraints}
