"""What stands at one point of a history, and what is known of it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Self

from sqlgen.facts.vocabulary import (
    Constraint,
    CreateIndex,
    Kind,
    Name,
)
from sqlgen.messages import Message
from sqlgen.schema.draft import Draft
from sqlgen.schema.mysql.keys import keys
from sqlgen.schema.naming import Key, object_key, part_key
from sqlgen.schema.newness import Newness, Thing
from sqlgen.schema.objects import KINDS, Objects

__all__ = ["INDEXED", "Standing"]

INDEXED = (Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.EXCLUDE)
"""Constraints that bring an index of their name."""


@dataclass(slots=True)
class Standing:
    """Tables, names and objects, and how sure they are."""

    dialect: str
    tables: dict[Key, Draft] = field(default_factory=dict)
    homes: dict[Key, Key] = field(default_factory=dict)
    """Index, a constraint's too → its table. Not on MySQL, where two tables may have an index of the same name."""
    referrers: dict[Key, set[Key]] = field(default_factory=dict)
    """Table → tables that have, or had, a foreign key to it."""
    owners: dict[Key, set[Key]] = field(default_factory=dict)
    """PostgreSQL: a constraint's name → the tables that have, or had, one of that name."""
    seen: int = 0
    """How many things that can't be read have happened."""
    from_empty: bool = False
    """Whether nothing stood before the first fact: then what was not seen being made is not there."""
    why: str | Message = ""
    """The last thing that can't be read."""
    gone_at: dict[Thing, int] = field(default_factory=dict)
    """Name → `seen` when it came to stand for nothing."""
    doubtful: set[str] = field(default_factory=set)
    """Names, without their schemas, of what may have been made without being seen."""
    names: Newness = field(init=False)
    objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        self.names = Newness(self.dialect)
        self.objects = Objects(self.dialect)

    def copy(self, only: Container[Key] | None = None) -> Self:
        """The same things standing, none of them new. only: of the tables, those."""
        state = type(self)(
            self.dialect,
            {key: draft.copy() for key, draft in self.tables.items() if only is None or key in only},
            dict(self.homes),
            {key: set(tables) for key, tables in self.referrers.items()},
            {key: set(tables) for key, tables in self.owners.items()},
            self.seen,
            self.from_empty,
            self.why,
            dict(self.gone_at),
            set(self.doubtful),
        )
        state.names = self.names.copy()
        state.objects = self.objects.copy()
        return state

    def find(self, table: Name) -> Draft | None:
        return self.tables.get(object_key(table, self.dialect))

    def is_gone(self, name: Name) -> bool:
        return self.names.thing("table", name) in self.names.gone

    def is_complete(self, draft: Draft) -> bool:
        return draft.whole and draft.seen == self.seen

    def index(self, name: Name, table: Name | None) -> CreateIndex | None:
        draft = self._home(name, table)
        return None if draft is None else draft.indexes.get(part_key(name.name, self.dialect))

    def constraint_of_index(self, index: Name, table: Name | None) -> tuple[Name, Constraint] | None:
        """The table and the constraint that an index belongs to; None for one that was made on its own."""
        draft = self._home(index, table)
        if draft is None or part_key(index.name, self.dialect) in draft.indexes:
            return None
        found = draft.constraint(index.name)
        return None if found is None or found.kind not in INDEXED else (draft.name, found)

    def _home(self, index: Name, table: Name | None) -> Draft | None:
        if table is not None:
            return self.find(table)
        home = self.homes.get(object_key(index, self.dialect))
        return None if home is None else self.tables.get(home)

    def has_table(self, name: Name) -> bool | None:
        """Whether a table of this name stands; None when that can't be known."""
        draft = self.find(name)
        if draft is not None:
            return True if draft.met == self.seen else None
        return self.is_absent("table", name)

    def has_object(self, kind: str, name: Name) -> bool | None:
        """Whether a view, sequence, type, domain or schema of this name stands; None when that can't be known."""
        thing = self.objects.get(kind, name)
        if thing is None:
            known = kind not in KINDS and self.names.thing(kind, name) in self.names.standing
            sure = self.seen == 0 and not self.is_doubtful(kind, name)
            return self.is_absent(kind, name) if not known else True if sure else None
        return True if thing.sure and self.seen == thing.seen else None

    def is_absent(self, kind: str, name: Name) -> bool | None:
        """False when nothing of this name can be there; None when something that was not read may have made it."""
        gone = self.gone_at.get(self.names.thing(kind, name))
        read = self.seen == 0 and not self.is_doubtful(kind, name)
        return False if read or gone == self.seen else None

    def is_doubtful(self, kind: str, name: Name) -> bool:
        """Whether something of this name may have been made unseen, and was not dropped since then."""
        word = object_key(name, self.dialect)[1]
        return word in self.doubtful and self.names.thing(kind, name) not in self.gone_at

    def is_empty_at(self, name: Name) -> bool:
        """Whether a new database has no table of this name, unless it was seen being made."""
        return self.from_empty and self.seen == 0 and not self.is_doubtful("table", name)

    def _draft(self, table: Name) -> Draft:
        """The table to change; one that was not seen being made is known in part."""
        key = object_key(table, self.dialect)
        if key not in self.tables and self.is_empty_at(table):
            return Draft(table, self.dialect, False, self.seen)  # ALTER TABLE IF EXISTS of what is not there
        if key not in self.tables:
            self.tables[key] = Draft(table, self.dialect, False, self.seen)
        draft = self.tables[key]
        draft.met = self.seen
        if len(draft.order) > 1:  # each ALTER TABLE sorts the keys, and keeps the order of the last one else
            draft.order = [(one.name or "").lower() for one in keys(draft.view(True), self.dialect)]
        return draft

    def _lose(self, kind: str, name: Name) -> None:
        self.names.lose(kind, name)
        self.gone_at[self.names.thing(kind, name)] = self.seen

    def _refers(self, constraint: Constraint, key: Key) -> bool:
        return constraint.references is not None and object_key(constraint.references, self.dialect) == key

    def _key_of(self, draft: Draft) -> Key:
        return object_key(draft.name, self.dialect)

    def _index_key(self, index: CreateIndex) -> Key:
        return object_key(Name(index.name or "", index.table.schema), self.dialect)

    def _per_table(self) -> bool:
        """Whether two tables may have indexes of the same name."""
        return self.dialect in ("mysql", "mariadb", "mssql")

    def _is_mysql(self) -> bool:
        return self.dialect in ("mysql", "mariadb")
