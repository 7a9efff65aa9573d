"""Columns under change, and the sequences that number them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import (
    AddColumn,
    AlterColumnType,
    Column,
    Default,
    Name,
    RedefineColumn,
    SetColumnOption,
)
from sqlgen.schema import options
from sqlgen.schema.draft import Draft
from sqlgen.schema.keys import INDEXED, Keys
from sqlgen.schema.naming import object_key, part_key, plain_type, sequence_name
from sqlgen.schema.objects import Object
from sqlgen.schema.postgresql.settling import settle
from sqlgen.schema.postgresql.types import PgType
from sqlgen.schema.postgresql.types import parse as parse_type

__all__ = ["Columns", "sequences_of"]


@dataclass(slots=True)
class Columns(Keys):
    """What stands, with what moves its columns forward."""

    def _add_column(self, fact: AddColumn) -> None:
        draft = self._draft(fact.table)
        if fact.if_not_exists and (not draft.whole or draft.key(fact.column.name) in draft.columns):
            return  # it may have been there, with another definition
        draft.put(fact.column, self.seen)
        if fact.place is not None:
            draft.place(fact.column.name, fact.place)
        self._number(draft, fact.column, fact.if_not_exists)
        for constraint in fact.column.constraints:
            self._constrain(draft, constraint)

    def _number(self, draft: Draft, column: Column, may_be_there: bool = False) -> None:
        """A serial or identity column comes with a sequence. PostgreSQL 15, 8.1.4 "Serial Types"."""
        if self.dialect != "postgresql" or column.generated not in ("serial", "identity"):
            return
        schema = draft.name.schema

        def taken(name: str) -> bool:
            return self.names.thing("sequence", Name(name, schema)) in self.names.standing

        name = Name(sequence_name(draft.name.name, column.name, taken), schema)
        if column.generated == "serial":
            self.names.make("sequence", name, may_be_there)
        else:
            self.names.standing.add(self.names.thing("sequence", name))
        self.objects.make(Object("sequence", name, owner=draft.name, seen=self.seen))
        draft.sequences[draft.key(column.name)] = name

    def _change_type(self, fact: AlterColumnType, draft: Draft, column: str, type_: str) -> None:
        if self.dialect == "postgresql":
            settle(draft, column, self._base)
        draft.update(column, type=type_, collation=fact.collation)

    def _base(self, type_: PgType) -> PgType:
        """The type below a domain, and below the domains that it is over."""
        told: set[Name] = set()
        while type_.own is not None and not type_.array and type_.own not in told:
            thing = self.objects.get("domain", type_.own)
            if thing is None or thing.domain is None:
                break
            told.add(type_.own)
            type_ = parse_type(thing.domain.type or "")
        return type_

    def _set_default(self, draft: Draft, column: str, default: Default | None) -> None:
        key = draft.key(column)
        sequence = draft.sequences.get(key)
        if default is not None and sequence is not None and sequence == _numbered_by(default.text):
            draft.update(column, generated="serial", default=None)  # as pg_dump writes a serial column
            return
        draft.update(column, default=default, on_update=None)
        known = draft.columns.get(key)
        if known is not None and known.generated == "serial":
            draft.update(column, generated=None, type=plain_type(known.type))

    def _column_option(self, fact: SetColumnOption) -> None:
        draft = self._draft(fact.table)
        key = draft.key(fact.column)
        if fact.plain:
            draft.update(fact.column, generated=None, expression=None)
        if fact.identity:
            known = draft.columns.get(key)
            draft.update(fact.column, identity=fact.identity)
            if known is not None and known.generated != "identity":
                draft.update(fact.column, generated="identity", identity_options=fact.identity_options)
                self._number(draft, draft.columns[key])
        elif fact.identity == "":
            draft.update(fact.column, generated=None, identity=None, identity_options=())
            sequence = draft.sequences.pop(key, None)
            if sequence is not None:
                self.objects.drop("sequence", sequence)
                self.names.lose("sequence", sequence)
        if fact.identity is None and fact.identity_options and key in draft.columns:
            known = draft.columns[key]
            draft.update(
                fact.column,
                identity_options=tuple({**dict(known.identity_options), **dict(fact.identity_options)}.items()),
            )

    def _drop_column(self, draft: Draft, column: str, cascade: bool) -> None:
        """The column's sequence, and with CASCADE what refers to it, go with it."""
        sequence = draft.sequences.get(draft.key(column))
        before = _index_names(draft)
        draft.drop(column)
        for name in before - _index_names(draft) if not self._per_table() else ():
            self._free(Name(name, draft.name.schema))
        if sequence is not None:
            self._lose("sequence", sequence)
            self.objects.drop("sequence", sequence)
        if cascade:
            self.objects.doubt_views(draft.name)
            self._drop_references(draft, {part_key(column, self.dialect)})

    def _rename_column(self, table: Name, column: str, to: str) -> None:
        self._draft(table).rename(column, to)
        key, old = object_key(table, self.dialect), part_key(column, self.dialect)
        for referrer in filter(None, map(self.tables.get, self.referrers.get(key, ()))):
            referrer.constraints = [
                replace(
                    one,
                    referred_columns=tuple(
                        to if part_key(name, self.dialect) == old else name for name in one.referred_columns
                    ),
                )
                if self._refers(one, key)
                else one
                for one in referrer.constraints
            ]

    def _redefine(self, fact: RedefineColumn) -> None:
        if part_key(fact.column, self.dialect) != part_key(fact.to.name, self.dialect):
            self._rename_column(fact.table, fact.column, fact.to.name)
        draft = self._draft(fact.table)
        draft.forget_checks(fact.to.name)
        draft.put(fact.to, self.seen)
        options.shorten(draft)
        if fact.place is not None:
            draft.place(fact.to.name, fact.place)
        if self._in_primary_key(draft, fact.to.name):
            draft.nullable(fact.to.name, False, self.seen)
        for constraint in fact.to.constraints:
            self._constrain(draft, constraint)


def _numbered_by(default: str) -> Name | None:
    """The sequence of nextval('s.q'::regclass)."""
    found = re.fullmatch(r"""nextval\('(?:"?(\w+)"?\.)?"?(\w+)"?'(?:::(?:pg_catalog\.)?regclass)?\)""", default, re.I)
    if found is None:
        return None
    return Name(found[2], None if found[1] == "public" else found[1])


def _index_names(draft: Draft) -> set[str]:
    keys = {one.name for one in draft.constraints if one.kind in INDEXED}
    return {name for name in (*keys, *(one.name for one in draft.indexes.values())) if name is not None}


def sequences_of(draft: Draft | None) -> tuple[Name, ...]:
    return () if draft is None else tuple(draft.sequences.values())
