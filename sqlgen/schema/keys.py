"""Constraints and indexes among tables: whose names they share, which one backs which, who refers to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import (
    Constraint,
    CreateIndex,
    Kind,
    Name,
)
from sqlgen.schema import options
from sqlgen.schema.draft import Draft
from sqlgen.schema.naming import object_key, part_key
from sqlgen.schema.standing import INDEXED, Standing

__all__ = ["INDEXED", "Keys"]


@dataclass(slots=True)
class Keys(Standing):
    """What stands, with what moves its constraints and indexes forward."""

    def _constrain(self, draft: Draft, constraint: Constraint) -> None:
        if constraint.references is not None and not constraint.referred_columns:
            constraint = replace(constraint, referred_columns=self._primary_key(constraint.references))
        if constraint.kind is Kind.UNIQUE and constraint.using_index is not None:
            self._adopt(draft, constraint)
        made = draft.constrain(constraint, self.seen, self._used(draft))
        self._house(draft, made)
        self._own(draft, made.name)
        if made.kind in INDEXED and made.name is not None and not self._per_table():
            self.names.standing.add(self.names.thing("index", Name(made.name, draft.name.schema)))
        if self._is_mysql():
            if made.kind is Kind.FOREIGN_KEY:
                draft.bring(constraint, lambda columns: options.is_hashed(draft, columns))
            elif made.kind in INDEXED:
                draft.replace_brought(made.columns)
        if constraint.references is not None:
            key = object_key(constraint.references, self.dialect)
            self.referrers.setdefault(key, set()).add(self._key_of(draft))

    def _in_primary_key(self, draft: Draft, column: str) -> bool:
        key = draft.key(column)
        return any(one.kind is Kind.PRIMARY_KEY and key in map(draft.key, one.columns) for one in draft.constraints)

    def _primary_key(self, table: Name) -> tuple[str, ...]:
        """What a foreign key refers to that names no columns; empty when it is not known."""
        draft = self.find(table)
        keys = [one for one in draft.constraints if one.kind is Kind.PRIMARY_KEY] if draft is not None else []
        return keys[0].columns if keys else ()

    def _adopt(self, draft: Draft, constraint: Constraint) -> None:
        """UNIQUE USING INDEX takes over an index, and renames it."""
        self.homes.pop(object_key(Name(constraint.using_index or "", draft.name.schema), self.dialect), None)

    def _drop_constraint(
        self, draft: Draft, name: str | None, kind: Kind | None, cascade: bool, columns: tuple[str, ...] = ()
    ) -> None:
        gone = [one for one in draft.constraints if draft.is_it(one, name, kind, columns)]
        draft.relax(name, kind, columns)
        for one in gone:
            if one.kind in INDEXED and one.name is not None and not self._per_table():
                self._free(Name(one.name, draft.name.schema))
        if cascade and any(one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE) for one in gone):
            for one in gone:
                self._drop_references(draft, {part_key(name, self.dialect) for name in one.columns})

    def _own(self, draft: Draft, name: str | None) -> None:
        if name is not None and self.dialect == "postgresql":
            self.owners.setdefault((draft.name.schema, name), set()).add(self._key_of(draft))

    def _used(self, draft: Draft) -> Callable[[str], bool]:
        """PostgreSQL chooses names that no relation and no constraint of the schema has.

        Sources: indexcmds.c ChooseRelationName, pg_constraint.c ChooseConstraintName.
        """
        schema = draft.name.schema

        def used(name: str) -> bool:
            if self.dialect != "postgresql":
                return False
            if self.names.thing("index", Name(name, schema)) in self.names.standing:
                return True
            owners = filter(None, map(self.tables.get, self.owners.get((schema, name), ())))
            return any(one.constraint(name) is not None for one in owners)

        return used

    def _house(self, draft: Draft, constraint: Constraint) -> None:
        """Remember whose index a constraint brought."""
        if constraint.kind in INDEXED and constraint.name is not None and not self._per_table():
            self.homes[object_key(Name(constraint.name, draft.name.schema), self.dialect)] = self._key_of(draft)

    def _free(self, index: Name) -> None:
        """An index is gone with its constraint or its column."""
        self.names.standing.discard(self.names.thing("index", index))
        self.homes.pop(object_key(index, self.dialect), None)

    def _drop_references(self, draft: Draft, columns: set[str]) -> None:
        """Foreign keys to any of these columns go."""
        key = self._key_of(draft)
        for referrer in filter(None, map(self.tables.get, self.referrers.get(key, ()))):
            referrer.constraints = [
                one
                for one in referrer.constraints
                if not (
                    self._refers(one, key) and columns & {part_key(name, self.dialect) for name in one.referred_columns}
                )
            ]

    def _rename_constraint(self, table: Name, name: str, to: str) -> None:
        """PostgreSQL renames the constraint's index with it."""
        draft = self._draft(table)
        known = draft.constraint(name)
        draft.change(name, name=to)
        self._own(draft, to)
        if known is not None and known.kind in INDEXED and not self._per_table():
            self.names.standing.discard(self.names.thing("index", Name(name, table.schema)))
            self.names.standing.add(self.names.thing("index", Name(to, table.schema)))
        home = self.homes.pop(object_key(Name(name, table.schema), self.dialect), None)
        if home is not None:
            self.homes[object_key(Name(to, table.schema), self.dialect)] = home

    def _create_index(self, fact: CreateIndex) -> None:
        draft = self._draft(fact.table)
        if fact.if_not_exists and fact.name is not None and self.index(Name(fact.name, fact.table.schema), fact.table):
            return
        index = draft.add_index(fact, self._used(draft))
        if self._is_mysql():
            options.shorten(draft)
            draft.replace_brought(index.columns)
        elif index.name is not None and not self._per_table():
            self.names.make("index", Name(index.name, index.table.schema), fact.if_not_exists)
            self.homes[self._index_key(index)] = object_key(fact.table, self.dialect)

    def _drop_index(self, name: Name, table: Name | None) -> None:
        draft = self._home(name, table)
        key = part_key(name.name, self.dialect)
        index = None if draft is None else draft.indexes.pop(key, None)
        if index is None and draft is not None and self._is_mysql() and draft.brought.pop(key, None) is None:
            draft.relax_key(name.name)  # MySQL: a UNIQUE constraint is its index
        if not self._per_table():
            self.names.lose("index", name)
            self.homes.pop(object_key(name, self.dialect), None)

    def _lose_index(self, index: CreateIndex, table: Name) -> None:
        if not self._per_table():
            self.names.lose("index", Name(index.name or "", table.schema))
            self.homes.pop(self._index_key(index), None)

    def _rename_index(self, name: Name, to: str, table: Name | None) -> None:
        draft = self._home(name, table)
        if not self._per_table():
            self.names.move("index", name, Name(to, name.schema))
            home = self.homes.pop(object_key(name, self.dialect), None)
            if home is not None:
                self.homes[object_key(Name(to, name.schema), self.dialect)] = home
        if draft is None:
            return
        index = draft.indexes.pop(part_key(name.name, self.dialect), None)
        if index is not None:
            draft.indexes[part_key(to, self.dialect)] = replace(index, name=to)
        elif (brought := draft.brought.pop(part_key(name.name, self.dialect), None)) is not None:
            draft.indexes[part_key(to, self.dialect)] = replace(brought, name=to)  # it counts as made by hand now
        else:
            draft.change(name.name, name=to)
            self._own(draft, to)
        draft.order = [part_key(to, self.dialect) if one == name.name.lower() else one for one in draft.order]
