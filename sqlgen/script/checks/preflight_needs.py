"""Steps in, what their statements need to be there, and not to be there, out: each with the states in which it counts.

What the range itself makes, drops or renames is asked only of a database that stands behind the step that did so. What
a test (DO … IF) may have changed, or what can't be read, is not asked behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AttachPartition,
    Block,
    CreateIndex,
    CreateTable,
    Delete,
    Describe,
    DropColumn,
    DropIndex,
    DropNotNull,
    Fact,
    Grant,
    Insert,
    LockTable,
    Maintain,
    Name,
    Opaque,
    RenameObject,
    Select,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
    constraints_of,
)
from sqlgen.schema import certainty
from sqlgen.schema.naming import object_key, part_key
from sqlgen.script.things import Thing, needs, outcome
from sqlgen.segments import Item, Step

_RELATIONS = ("table", "view", "sequence")
_LEAVES_THE_REST = (
    AlterColumnType,
    AttachPartition,
    CreateIndex,
    Delete,
    Describe,
    DropIndex,
    DropNotNull,
    Grant,
    Insert,
    LockTable,
    Maintain,
    Select,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
)
"""Facts that decide of a table's columns, keys and indexes no more than their outcome says."""

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be there, or must not, for a step to run."""

    thing: Thing
    there: bool
    step: Step
    """The first that needs it."""
    line: str | None
    """`file:line` of the statement."""
    first: int
    last: int
    """It counts in the states from `first` to `last`: that many steps are done."""


def needed(steps: Sequence[Step], dialect: str) -> tuple[Need, ...]:
    """In the order in which they are needed, each once."""
    walk = _Walk(dialect)
    for number, step in enumerate(steps):
        if step.gap is not None:
            walk.everything = number + 1
        for item in step.items:
            for fact, certain in certainty(item.facts):
                if certain:
                    for thing, there in needs((fact,)):
                        walk.need(thing, there, number, step, item)
                walk.apply(fact, number + 1)
    return tuple(walk.found.values())


@dataclass(slots=True)
class _Walk:
    dialect: str
    found: dict[_Key, Need] = field(default_factory=dict)
    decided: dict[_Key, int] = field(default_factory=dict)
    """Thing → how many steps are done when it has been decided for the last time."""
    contents: dict[_Key, int] = field(default_factory=dict)
    """Table → the same for whatever belongs to it."""
    named_by_server: dict[tuple[str, str | None, str], int] = field(default_factory=dict)
    """Kind, schema and beginning of the names that the server gave to what came with a table: its sequences, the
    indexes of its keys."""
    everything: int = 0

    def need(self, thing: Thing, there: bool, number: int, step: Step, item: Item) -> None:
        keys = self._keys(thing)
        first = max(self.everything, *(self.decided.get(key, 0) for key in keys))
        if thing.table is not None:
            first = max(first, self.contents.get(self._relation(thing.table, thing.schema), 0))
        first = max(first, self._brought(thing))
        if self.dialect == "postgresql" and thing.kind == "index":  # its name is one of the relations'
            first = max(first, self.decided.get(self._relation(thing.name, thing.schema), 0))
        if first > number:
            return
        known = self.found.get((*keys[0], there, first))
        if known is not None:
            self.found[(*keys[0], there, first)] = replace(known, last=number)
            return
        line = None if item.place is None else f"{item.place.file}:{item.place.line}"
        self.found[(*keys[0], there, first)] = Need(thing, there, step, line, first, number)

    def apply(self, fact: Fact, done: int) -> None:
        if isinstance(fact, Block | Opaque) or getattr(fact, "cascade", False):
            self.everything = done
        for thing, _ in outcome(fact):
            self.decided.update(dict.fromkeys(self._keys(thing), done))
            if thing.kind in ("index", "constraint") and thing.table is not None and thing.name:
                self._decide_key(thing.name, Name(thing.table, thing.schema), done)
            if thing.kind == "schema":
                self.everything = done
        self._note_brought(fact, done)
        match fact:
            case CreateTable(table=table):  # a temporary one hides another one of its name
                self.decided[self._relation(table.name, table.schema)] = done
            case RenameObject(kind="schema"):
                self.everything = done
            case AddColumn(column=column) if not column.constraints and column.generated is None:
                return
            case AddConstraint(constraint=constraint) if constraint.name is not None:
                self._decide_key(constraint.name, fact.table, done)
                return
            case DropColumn() if self.dialect == "sqlite":
                return  # it refuses to drop one that an index or a constraint needs
        if isinstance(fact, _LEAVES_THE_REST):
            return
        for named in (getattr(fact, "table", None), getattr(fact, "to", None)):
            if isinstance(named, Name):
                self.contents[self._relation(named.name, named.schema)] = done

    def _note_brought(self, fact: Fact, done: int) -> None:
        """Tables bring sequences, keys bring indexes: PostgreSQL names them after the table, which may be renamed."""
        table = getattr(fact, "table", None)
        if not isinstance(table, Name):
            return
        for constraint in constraints_of(fact):
            if constraint.name is not None:
                self._decide_key(constraint.name, table, done)
            else:
                self.named_by_server["index", table.schema, f"{table.name}_"] = done
        if isinstance(fact, CreateTable | AddColumn):
            self.named_by_server["sequence", table.schema, f"{table.name}_"] = done

    def _brought(self, thing: Thing) -> int:
        if thing.table is not None or thing.kind not in ("index", "sequence"):
            return 0
        brought = self.named_by_server.items()
        return max(
            (done for (kind, schema, start), done in brought
             if (kind, schema) == (thing.kind, thing.schema) and thing.name.startswith(start)), default=0,
        )  # fmt: skip

    def _decide_key(self, name: str, table: Name, done: int) -> None:
        """A constraint may bring an index of its name, and to MySQL a unique index is a constraint."""
        for kind in ("index", "constraint"):
            self.decided.update(dict.fromkeys(self._keys(Thing(kind, name, table.schema, table.name)), done))

    def _relation(self, name: str, schema: str | None) -> _Key:
        return ("relation", *object_key(Name(name, schema), self.dialect))

    def _keys(self, thing: Thing) -> tuple[_Key, ...]:
        """What it is known by: an index or a trigger also without its table, where its name is enough."""
        if thing.kind in _RELATIONS:
            return (self._relation(thing.name, thing.schema),)
        part = part_key(thing.name, self.dialect)
        table = None if thing.table is None else object_key(Name(thing.table), self.dialect)[1]
        key = (thing.kind, thing.schema, table, part)
        return (key, (thing.kind, thing.schema, None, part)) if thing.kind in ("index", "trigger") else (key,)
