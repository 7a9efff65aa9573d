"""Tables and names under change: one method per kind of fact."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterObject,
    Column,
    Constraint,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Default,
    Describe,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
    Kind,
    Name,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    ValidateConstraint,
)
from sqlgen.schema import options
from sqlgen.schema.copying import copied
from sqlgen.schema.mysql.keys import keys
from sqlgen.schema.naming import Key, is_of_type, object_key, part_key, plain_type, sequence_name
from sqlgen.schema.newness import Newness, Thing
from sqlgen.schema.objects import KINDS, Object, Objects
from sqlgen.schema.postgresql.settling import settle
from sqlgen.schema.postgresql.types import PgType
from sqlgen.schema.postgresql.types import parse as parse_type
from sqlgen.schema.table import Draft

__all__ = ["State", "Tainted"]


_INDEXED = (Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.EXCLUDE)
"""Constraints that bring an index of their name."""


@dataclass(frozen=True, slots=True)
class Tainted:
    """Something unknown may have changed this table; without a name, anything."""

    name: Name | None


@dataclass(slots=True)
class State:
    """What stands, and what is new."""

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
    why: str = ""
    """The last thing that can't be read."""
    gone_at: dict[Thing, int] = field(default_factory=dict)
    """Name → `seen` when it came to stand for nothing."""
    names: Newness = field(init=False)
    objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        self.names = Newness(self.dialect)
        self.objects = Objects(self.dialect)

    def copy(self) -> State:
        """The same things standing, none of them new."""
        state = State(
            self.dialect,
            {key: draft.copy() for key, draft in self.tables.items()},
            dict(self.homes),
            {key: set(tables) for key, tables in self.referrers.items()},
            {key: set(tables) for key, tables in self.owners.items()},
            self.seen,
            self.why,
            dict(self.gone_at),
        )
        state.names = self.names.copy()
        state.objects = self.objects.copy()
        return state

    # ---- looking

    def find(self, table: Name) -> Draft | None:
        return self.tables.get(object_key(table, self.dialect))

    def is_gone(self, name: Name) -> bool:
        return self.names.thing("table", name) in self.names.gone

    def is_complete(self, draft: Draft) -> bool:
        return draft.whole and draft.seen == self.seen

    def index(self, name: Name, table: Name | None) -> CreateIndex | None:
        draft = self._home(name, table)
        return None if draft is None else draft.indexes.get(part_key(name.name, self.dialect))

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
            return self.is_absent(kind, name) if not known else True if self.seen == 0 else None
        return True if thing.sure and self.seen == thing.seen else None

    def is_absent(self, kind: str, name: Name) -> bool | None:
        """False when nothing of this name can be there; None when something that was not read may have made it."""
        gone = self.gone_at.get(self.names.thing(kind, name))
        return False if self.seen == 0 or gone == self.seen else None

    # ---- moving forward

    def apply(self, fact: Fact | Tainted) -> None:
        """Move forward by one fact. A fact that changes no structure changes nothing here."""
        match fact:
            case CreateTable():
                self._create_table(fact)
            case DropTable():
                self._drop_table(fact)
            case RenameTable():
                self._rename_table(fact)
            case AddColumn():
                self._add_column(fact)
            case DropColumn(table=table, column=column):
                self._drop_column(self._draft(table), column, fact.cascade)
            case RenameColumn(table=table, column=column, to=to):
                self._rename_column(table, column, to)
            case AlterColumnType(table=table, column=column, type=type_):
                self._change_type(fact, self._draft(table), column, type_)
            case RedefineColumn():
                self._redefine(fact)
            case SetNotNull(table=table, column=column):
                self._draft(table).nullable(column, False, self.seen)
            case DropNotNull(table=table, column=column):
                self._draft(table).nullable(column, True, self.seen)
            case SetDefault(table=table, column=column, default=default):
                self._set_default(self._draft(table), column, default)
            case AddConstraint(table=table, constraint=constraint):
                self._constrain(self._draft(table), constraint)
            case ValidateConstraint(table=table, constraint=name):
                self._draft(table).validate(name, self.seen)
            case DropConstraint(table=table, constraint=constraint_name, kind=kind):
                self._drop_constraint(self._draft(table), constraint_name, kind, fact.cascade)
            case CreateIndex():
                self._create_index(fact)
            case DropIndex(index=index, table=on):
                self._drop_index(index, on)
            case SetColumnOption():
                self._column_option(fact)
            case SetTableOption(table=table, settings=settings) if settings:
                options.apply(self._draft(table), settings)
            case Opaque(why=why):
                self.seen += 1
                self.why = why
            case Tainted():
                self._taint(fact.name)
            case _:
                self._apply_object(fact)

    def _apply_object(self, fact: Fact | Tainted) -> None:
        match fact:
            case CreateEnum(type=name, values=labels):
                self.names.make("type", name)
                self.objects.make(Object("type", name, labels, seen=self.seen))
            case AddEnumValue():
                self.objects.add_label(fact)
            case AlterObject(name=name, owned_by=(table, column)):
                self.objects.give(name, table)
                self._draft(table).sequences[part_key(column, self.dialect)] = name
            case AlterObject(name=name, renamed_value=(old, new)):
                self.objects.rename_label(name, old, new)
            case Describe():
                self._describe(fact)
            case CreateObject(kind=kind, name=name, table=table):
                self.objects.make(
                    Object(kind, name, domain=fact.domain, reads=fact.reads, seen=self.seen), fact.or_replace
                )
                self.names.make(self.names.kind(kind, table), name, fact.if_not_exists or fact.or_replace)
            case DropObject(kind=kind, name=name, table=Name() as table):
                self.names.lose(self.names.kind(kind, table), name)
            case DropObject(kind=kind, name=name):
                self._drop_object(kind, name, fact.cascade)
            case RenameObject(kind="index", name=name, to=to, table=table):
                self._rename_index(name, to, table)
            case RenameObject(kind="constraint", name=name, to=to, table=Name() as table):
                self._rename_constraint(table, name.name, to)
            case RenameObject(kind=kind, name=name, to=to, table=None):
                self._move(kind, name, Name(to, name.schema))
            case AlterObject(kind=kind, name=name, change=change) if change.startswith("set schema "):
                schema = change.removeprefix("set schema ")
                self._move(kind, name, Name(name.name, None if schema == "public" else schema))
            case _:
                pass

    def _draft(self, table: Name) -> Draft:
        """The table to change; one that was not seen being made is known in part."""
        key = object_key(table, self.dialect)
        if key not in self.tables:
            self.tables[key] = Draft(table, self.dialect, False, self.seen)
        draft = self.tables[key]
        draft.met = self.seen
        if len(draft.order) > 1:  # each ALTER TABLE sorts the keys, and keeps the order of the last one else
            draft.order = [(one.name or "").lower() for one in keys(draft.view(True), self.dialect)]
        return draft

    def _taint(self, name: Name | None) -> None:
        if name is None:
            self.seen += 1
            self.why = ""
            return
        draft = self._draft(name)
        draft.whole = False
        draft.proofs.clear()
        draft.checked = dict.fromkeys(draft.checked, -1)
        draft.seen = draft.met = -1

    def _lose(self, kind: str, name: Name) -> None:
        self.names.lose(kind, name)
        self.gone_at[self.names.thing(kind, name)] = self.seen

    def _drop_object(self, kind: str, name: Name, cascade: bool) -> None:
        self._lose(kind, name)
        if kind in ("schema", "database"):
            for draft in [one for one in self.tables.values() if one.name.schema == name.name]:
                self._drop_table(DropTable(draft.name, cascade=True))
        elif cascade and kind in ("type", "domain"):
            self._drop_columns_of(name)
        elif cascade and kind not in ("view", "materialized view"):
            self.seen += 1  # columns of the type, defaults that call the function, … go with it
            self.why = f"DROP {kind.upper()} {name} CASCADE"
        if kind in ("schema", "database"):
            for thing in [one for one in self.objects.standing.values() if one.name.schema == name.name]:
                self._drop_object(thing.kind, thing.name, True)
        self.objects.drop(kind, name)
        if cascade and kind in ("view", "materialized view"):
            self._drop_readers(name)
        elif cascade and kind not in ("schema", "database"):
            self.objects.doubt_views()

    def _drop_readers(self, name: Name) -> None:
        """DROP … CASCADE of a table or a view takes the views that read from it."""
        for view in self.objects.readers(name):
            self._drop_object(view.kind, view.name, True)

    def _drop_columns_of(self, type_: Name) -> None:
        """The columns of a type that is dropped with CASCADE, and the domains over it with theirs."""
        for one in [thing for thing in self.objects.standing.values() if thing.domain is not None]:
            if one.domain is not None and is_of_type(one.domain, type_, self.dialect):
                self._drop_object("domain", one.name, True)
        for draft in self.tables.values():
            for column in [one for one in draft.columns.values() if is_of_type(one, type_, self.dialect)]:
                self._drop_column(draft, column.name, False)

    def _move(self, kind: str, name: Name, to: Name) -> None:
        self.gone_at[self.names.thing(kind, name)] = self.seen
        self.names.move(kind, name, to)
        self.objects.move(kind, name, to)
        if kind == "schema":
            for draft in [one for one in self.tables.values() if one.name.schema == name.name]:
                self._rename_table(RenameTable(draft.name, Name(draft.name.name, to.name)))
        for draft in self.tables.values() if kind in ("sequence", "type", "domain") else ():
            draft.follow(kind, name, to)

    def _describe(self, fact: Describe) -> None:
        match fact.kind:
            case "table" | "foreign table":
                self._draft(fact.name).comment = fact.comment
            case "column" if fact.table is not None and self.find(fact.table) is not None:
                self._draft(fact.table).update(fact.name.name, comment=fact.comment)
            case "constraint" if fact.table is not None:
                self._draft(fact.table).change(fact.name.name, comment=fact.comment)

    # ---- tables

    def _create_table(self, fact: CreateTable) -> None:
        key = object_key(fact.table, self.dialect)
        if fact.if_not_exists and key in self.tables:
            return
        unsure = fact.if_not_exists and not self.is_gone(fact.table)
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
        if self._per_table():
            options.apply(draft, fact.settings)
        for column in fact.columns:
            draft.put(column, self.seen)
            self._number(draft, column, fact.if_not_exists)
        constraints = [*(one for column in fact.columns for one in column.constraints), *fact.constraints]
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

    def _drop_table(self, fact: DropTable) -> None:
        key = object_key(fact.table, self.dialect)
        self._lose("table", fact.table)
        self._forget(key)
        if fact.cascade and self.dialect == "postgresql":
            self._drop_readers(fact.table)
        referrers = self.referrers.pop(key, set())
        for referrer in filter(None, map(self.tables.get, referrers if fact.cascade else ())):
            referrer.constraints = [one for one in referrer.constraints if not self._refers(one, key)]

    def _forget(self, key: Key) -> None:
        """Take a table, its indexes and its columns' sequences away."""
        draft = self.tables.pop(key, None)
        for sequence in _sequences(draft):
            self._lose("sequence", sequence)
            self.objects.drop("sequence", sequence)
        for one in draft.constraints if draft is not None and not self._per_table() else ():
            if one.kind in _INDEXED and one.name is not None:
                self._free(Name(one.name, draft.name.schema if draft else None))
        for each in draft.indexes.values() if draft is not None else ():
            self._lose_index(each, draft.name if draft else Name(""))

    def _refers(self, constraint: Constraint, key: Key) -> bool:
        return constraint.references is not None and object_key(constraint.references, self.dialect) == key

    def _rename_table(self, fact: RenameTable) -> None:
        old, new = object_key(fact.table, self.dialect), object_key(fact.to, self.dialect)
        self.gone_at[self.names.thing("table", fact.table)] = self.seen
        self.names.move("table", fact.table, fact.to)
        for sequence in _sequences(self.tables.get(old)):
            self.objects.give(sequence, fact.to)
        self.objects.follow(fact.table, fact.to)
        if fact.table.schema != fact.to.schema:
            for sequence in list(_sequences(self.tables.get(old))):
                self._move("sequence", sequence, Name(sequence.name, fact.to.schema))
        draft = self.tables.pop(old, None) or Draft(fact.table, self.dialect, False, self.seen)
        draft.take_name(fact.to)
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

    # ---- columns

    def _add_column(self, fact: AddColumn) -> None:
        draft = self._draft(fact.table)
        if fact.if_not_exists and (not draft.whole or draft.key(fact.column.name) in draft.columns):
            return  # it may have been there, with another definition
        if fact.if_not_exists and draft.key(fact.column.name) in draft.columns:
            return
        draft.put(fact.column, self.seen)
        if fact.place is not None:
            draft.place(fact.column.name, fact.place)
        self._number(draft, fact.column, fact.if_not_exists)
        for constraint in fact.column.constraints:
            self._constrain(draft, constraint)

    def _number(self, draft: Draft, column: Column, may_be_there: bool = False) -> None:
        """A serial or identity column comes with a sequence. PostgreSQL 15, 8.1.4 "Serial Types"."""
        if column.generated not in ("serial", "identity"):
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
        thing = None if type_.own is None or type_.array else self.objects.get("domain", type_.own)
        return type_ if thing is None or thing.domain is None else self._base(parse_type(thing.domain.type or ""))

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

    def _in_primary_key(self, draft: Draft, column: str) -> bool:
        key = draft.key(column)
        return any(one.kind is Kind.PRIMARY_KEY and key in map(draft.key, one.columns) for one in draft.constraints)

    # ---- constraints and indexes

    def _constrain(self, draft: Draft, constraint: Constraint) -> None:
        if constraint.references is not None and not constraint.referred_columns:
            constraint = replace(constraint, referred_columns=self._primary_key(constraint.references))
        if constraint.kind is Kind.UNIQUE and constraint.using_index is not None:
            self._adopt(draft, constraint)
        made = draft.constrain(constraint, self.seen, self._used(draft))
        self._house(draft, made)
        self._own(draft, made.name)
        if made.kind in _INDEXED and made.name is not None and not self._per_table():
            self.names.standing.add(self.names.thing("index", Name(made.name, draft.name.schema)))
        if self._per_table():
            if made.kind is Kind.FOREIGN_KEY:
                draft.bring(constraint, lambda columns: options.is_hashed(draft, columns))
            elif made.kind in _INDEXED:
                draft.replace_brought(made.columns)
        if constraint.references is not None:
            key = object_key(constraint.references, self.dialect)
            self.referrers.setdefault(key, set()).add(self._key_of(draft))

    def _primary_key(self, table: Name) -> tuple[str, ...]:
        """What a foreign key refers to that names no columns; empty when it is not known."""
        draft = self.find(table)
        keys = [one for one in draft.constraints if one.kind is Kind.PRIMARY_KEY] if draft is not None else []
        return keys[0].columns if keys else ()

    def _adopt(self, draft: Draft, constraint: Constraint) -> None:
        """UNIQUE USING INDEX takes over an index, and renames it."""
        self.homes.pop(object_key(Name(constraint.using_index or "", draft.name.schema), self.dialect), None)

    def _drop_constraint(self, draft: Draft, name: str | None, kind: Kind | None, cascade: bool) -> None:
        gone = [one for one in draft.constraints if draft.is_it(one, name, kind)]
        draft.relax(name, kind)
        for one in gone:
            if one.kind in _INDEXED and one.name is not None and not self._per_table():
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
        if constraint.kind in _INDEXED and constraint.name is not None and not self._per_table():
            self.homes[object_key(Name(constraint.name, draft.name.schema), self.dialect)] = self._key_of(draft)

    def _key_of(self, draft: Draft) -> Key:
        return object_key(draft.name, self.dialect)

    def _rename_constraint(self, table: Name, name: str, to: str) -> None:
        """PostgreSQL renames the constraint's index with it."""
        draft = self._draft(table)
        known = draft.constraint(name)
        draft.change(name, name=to)
        self._own(draft, to)
        if known is not None and known.kind in _INDEXED and not self._per_table():
            self.names.standing.discard(self.names.thing("index", Name(name, table.schema)))
            self.names.standing.add(self.names.thing("index", Name(to, table.schema)))
        home = self.homes.pop(object_key(Name(name, table.schema), self.dialect), None)
        if home is not None:
            self.homes[object_key(Name(to, table.schema), self.dialect)] = home

    def _index_key(self, index: CreateIndex) -> Key:
        return object_key(Name(index.name or "", index.table.schema), self.dialect)

    def _per_table(self) -> bool:
        return self.dialect in ("mysql", "mariadb")

    def _create_index(self, fact: CreateIndex) -> None:
        draft = self._draft(fact.table)
        if fact.if_not_exists and fact.name is not None and self.index(Name(fact.name, fact.table.schema), fact.table):
            return
        index = draft.add_index(fact, self._used(draft))
        if self._per_table():
            options.shorten(draft)
            draft.replace_brought(index.columns)
        elif index.name is not None:
            self.names.make("index", Name(index.name, index.table.schema), fact.if_not_exists)
            self.homes[self._index_key(index)] = object_key(fact.table, self.dialect)

    def _drop_index(self, name: Name, table: Name | None) -> None:
        draft = self._home(name, table)
        key = part_key(name.name, self.dialect)
        index = None if draft is None else draft.indexes.pop(key, None)
        if index is None and draft is not None and self._per_table() and draft.brought.pop(key, None) is None:
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


def _numbered_by(default: str) -> Name | None:
    """The sequence of nextval('s.q'::regclass)."""
    found = re.fullmatch(r"""nextval\('(?:"?(\w+)"?\.)?"?(\w+)"?'(?:::(?:pg_catalog\.)?regclass)?\)""", default, re.I)
    if found is None:
        return None
    return Name(found[2], None if found[1] == "public" else found[1])


def _index_names(draft: Draft) -> set[str]:
    keys = {one.name for one in draft.constraints if one.kind in _INDEXED}
    return {name for name in (*keys, *(one.name for one in draft.indexes.values())) if name is not None}


def _sequences(draft: Draft | None) -> tuple[Name, ...]:
    return () if draft is None else tuple(draft.sequences.values())


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
