"""Tables under change as wholes: created, renamed, moved with their schema, and forgotten with what they own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import Constraint, CreateTable, Kind, Name, RenameTable, constraints_of
from sqlgen.schema import options
from sqlgen.schema.columns import Columns, sequences_of
from sqlgen.schema.copying import copied
from sqlgen.schema.draft import Draft
from sqlgen.schema.keys import INDEXED
from sqlgen.schema.naming import Key, object_key

__all__ = ["Tables"]


@dataclass(slots=True)
class Tables(Columns):
    """The tables that stand, and how each comes, goes and gets another name."""

    def _create_table(self, fact: CreateTable) -> None:
        key = object_key(fact.table, self.dialect)
        if fact.if_not_exists and key in self.tables:
            return
        absent = self.is_empty_at(fact.table) or (
            self.is_gone(fact.table) and not self.is_doubtful("table", fact.table)
        )
        unsure = fact.if_not_exists and not absent
        self.names.make("table", fact.table, fact.if_not_exists)
        self._forget(key)
        source = self.find(fact.like[0]) if fact.including is not None and not fact.columns else None
        like = source is not None and self.is_complete(source)
        draft = Draft(fact.table, self.dialect, not (unsure or fact.from_query or (fact.like and not like)), self.seen)
        self.tables[key] = draft
        if like and source is not None:
            fact = copied(fact, source)
        else:
            for parent in filter(None, map(self.find, fact.like)):
                draft.columns.update(parent.columns)
        draft.comment, draft.temporary = fact.comment, fact.temporary
        draft.partition_by, draft.partition_of = fact.partition_by, fact.partition_of
        if self._is_mysql():
            options.apply(draft, fact.settings)
        for column in fact.columns:
            draft.put(column, self.seen)
            self._number(draft, column, fact.if_not_exists)
        constraints = list(constraints_of(fact))
        constraints = _merged(constraints) if self.dialect == "postgresql" and not like else constraints
        before = len(constraints) - len(fact.constraints)
        places = fact.index_places or (len(fact.constraints),) * len(fact.indexes)
        for number, constraint in enumerate((*constraints, None)):
            for index, place in zip(fact.indexes, places, strict=True):
                if place + before == number:
                    self._create_index(index)
            if constraint is not None:
                self._constrain(draft, constraint)
        if like and source is not None:
            draft.order = list(source.order)

    def _forget(self, key: Key) -> None:
        """Take a table, its indexes and its columns' sequences away."""
        draft = self.tables.pop(key, None)
        for sequence in sequences_of(draft):
            self._lose("sequence", sequence)
            self.objects.drop("sequence", sequence)
        for one in draft.constraints if draft is not None and not self._per_table() else ():
            if one.kind in INDEXED and one.name is not None:
                self._free(Name(one.name, draft.name.schema if draft else None))
        for each in draft.indexes.values() if draft is not None else ():
            self._lose_index(each, draft.name if draft else Name(""))

    def _rename_table(self, fact: RenameTable) -> None:
        old, new = object_key(fact.table, self.dialect), object_key(fact.to, self.dialect)
        if old not in self.tables and self.is_empty_at(fact.table):
            for kind in ("view", "materialized view", "sequence"):  # PostgreSQL takes ALTER TABLE for those too
                if self.objects.get(kind, fact.table) is not None:
                    self._move(kind, fact.table, fact.to)
            return
        self.gone_at[self.names.thing("table", fact.table)] = self.seen
        self.names.move("table", fact.table, fact.to)
        for sequence in sequences_of(self.tables.get(old)):
            self.objects.give(sequence, fact.to)
        self.objects.follow(fact.table, fact.to)
        if fact.table.schema != fact.to.schema:
            for sequence in list(sequences_of(self.tables.get(old))):
                self._move("sequence", sequence, Name(sequence.name, fact.to.schema))
        draft = self.tables.pop(old, None) or Draft(fact.table, self.dialect, False, self.seen)
        draft.take_name(fact.to)
        for part in self.tables.values() if draft.partition_by is not None else ():
            part.partition_of = fact.to if part.partition_of == fact.table else part.partition_of
        self.tables[new] = draft
        self.homes.update((self._index_key(index), new) for index in draft.indexes.values())
        for constraint in draft.constraints:
            self._house(draft, constraint)
            self._own(draft, constraint.name)
            if constraint.references is not None:
                self.referrers.setdefault(object_key(constraint.references, self.dialect), set()).add(new)
        referrers = self.referrers.pop(old, set())
        self.referrers.setdefault(new, set()).update(referrers)
        for referrer in filter(None, map(self.tables.get, referrers)):
            referrer.constraints = [
                replace(one, references=fact.to) if self._refers(one, old) else one for one in referrer.constraints
            ]

    def _move(self, kind: str, name: Name, to: Name) -> None:
        self.gone_at[self.names.thing(kind, name)] = self.seen
        self.names.move(kind, name, to)
        self.objects.move(kind, name, to)
        if kind == "schema":
            for draft in [one for one in self.tables.values() if one.name.schema == name.name]:
                self._rename_table(RenameTable(draft.name, Name(draft.name.name, to.name)))
        for draft in self.tables.values() if kind in ("sequence", "type", "domain") else ():
            draft.follow(kind, name, to)


def _merged(constraints: list[Constraint]) -> list[Constraint]:
    """PostgreSQL makes one index of keys over the same columns that one CREATE TABLE asks for, the primary key first.

    Source: parse_utilcmd.c, transformIndexConstraints.
    """
    keys: dict[tuple[str, ...], Constraint] = {}
    for one in sorted(constraints, key=lambda one: one.kind is not Kind.PRIMARY_KEY):
        if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE):
            first = keys.setdefault(one.columns, one)
            keys[one.columns] = replace(first, name=first.name or one.name)
    merged = [one for one in constraints if one.kind not in (Kind.PRIMARY_KEY, Kind.UNIQUE)]
    return [*keys.values(), *merged]
