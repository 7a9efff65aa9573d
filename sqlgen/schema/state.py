"""Tables and names under change: one method per kind of fact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterObject,
    Column,
    Constraint,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
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
    SetDefault,
    SetNotNull,
    ValidateConstraint,
)
from sqlgen.schema.naming import Key, object_key, part_key
from sqlgen.schema.newness import Newness
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
    seen: int = 0
    """How many things that can't be read have happened."""
    names: Newness = field(init=False)

    def __post_init__(self) -> None:
        self.names = Newness(self.dialect)

    def copy(self) -> State:
        """The same things standing, none of them new."""
        state = State(
            self.dialect,
            {key: draft.copy() for key, draft in self.tables.items()},
            dict(self.homes),
            {key: set(tables) for key, tables in self.referrers.items()},
            self.seen,
        )
        state.names = self.names.copy()
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
                self._draft(table).drop(column)
            case RenameColumn(table=table, column=column, to=to):
                self._rename_column(table, column, to)
            case AlterColumnType(table=table, column=column, type=type_):
                self._draft(table).update(column, type=type_)
            case RedefineColumn():
                self._redefine(fact)
            case SetNotNull(table=table, column=column):
                self._draft(table).nullable(column, False, self.seen)
            case DropNotNull(table=table, column=column):
                self._draft(table).nullable(column, True, self.seen)
            case SetDefault(table=table, column=column, default=default):
                self._draft(table).update(column, default=default)
            case AddConstraint(table=table, constraint=constraint):
                self._constrain(self._draft(table), constraint)
            case ValidateConstraint(table=table, constraint=name):
                self._draft(table).validate(name, self.seen)
            case DropConstraint(table=table, constraint=constraint_name, kind=kind):
                self._draft(table).relax(constraint_name, kind)
            case CreateIndex():
                self._create_index(fact)
            case DropIndex(index=index, table=on):
                self._drop_index(index, on)
            case Opaque():
                self.seen += 1
            case Tainted():
                self._taint(fact.name)
            case _:
                self._apply_object(fact)

    def _apply_object(self, fact: Fact | Tainted) -> None:
        match fact:
            case CreateEnum(type=name):
                self.names.make("type", name)
            case CreateObject(kind=kind, name=name, table=table):
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
                self.names.move(kind, name, Name(to, name.schema))
            case AlterObject(kind=kind, name=name, change=change) if change.startswith("set schema "):
                schema = change.removeprefix("set schema ")
                self.names.move(kind, name, Name(name.name, None if schema == "public" else schema))
            case _:
                pass

    def _draft(self, table: Name) -> Draft:
        """The table to change; one that was not seen being made is known in part."""
        key = object_key(table, self.dialect)
        if key not in self.tables:
            self.tables[key] = Draft(table, self.dialect, False, self.seen)
        return self.tables[key]

    def _taint(self, name: Name | None) -> None:
        if name is None:
            self.seen += 1
            return
        draft = self._draft(name)
        draft.whole = False
        draft.proofs.clear()
        draft.checked = dict.fromkeys(draft.checked, -1)
        draft.seen = -1

    def _drop_object(self, kind: str, name: Name, cascade: bool) -> None:
        self.names.lose(kind, name)
        if kind in ("schema", "database"):
            for draft in [one for one in self.tables.values() if one.name.schema == name.name]:
                self._drop_table(DropTable(draft.name))
        elif cascade and kind != "view":
            self.seen += 1  # columns of the type, defaults that call the function, … go with it

    # ---- tables

    def _create_table(self, fact: CreateTable) -> None:
        key = object_key(fact.table, self.dialect)
        if fact.if_not_exists and key in self.tables:
            return
        unsure = fact.if_not_exists and not self.is_gone(fact.table)
        self.names.make("table", fact.table, fact.if_not_exists)
        self._forget(key)
        draft = Draft(fact.table, self.dialect, not (unsure or fact.from_query or fact.like), self.seen)
        self.tables[key] = draft
        for parent in filter(None, map(self.find, fact.like)):
            draft.columns.update(parent.columns)
        for column in fact.columns:
            draft.put(column, self.seen)
            self._number(fact.table, column, fact.if_not_exists)
        constraints = [*(one for column in fact.columns for one in column.constraints), *fact.constraints]
        for constraint in _merged(constraints) if self.dialect == "postgresql" else constraints:
            self._constrain(draft, constraint)
        for index in fact.indexes:
            self._create_index(index)

    def _drop_table(self, fact: DropTable) -> None:
        key = object_key(fact.table, self.dialect)
        self.names.lose("table", fact.table)
        self._forget(key)
        referrers = self.referrers.pop(key, set())
        for referrer in filter(None, map(self.tables.get, referrers if fact.cascade else ())):
            referrer.constraints = [one for one in referrer.constraints if not self._refers(one, key)]

    def _forget(self, key: Key) -> None:
        """Take a table and its indexes away."""
        draft = self.tables.pop(key, None)
        for index in draft.indexes.values() if draft is not None else ():
            self._lose_index(index, draft.name if draft else Name(""))

    def _refers(self, constraint: Constraint, key: Key) -> bool:
        return constraint.references is not None and object_key(constraint.references, self.dialect) == key

    def _rename_table(self, fact: RenameTable) -> None:
        old, new = object_key(fact.table, self.dialect), object_key(fact.to, self.dialect)
        self.names.move("table", fact.table, fact.to)
        draft = self.tables.pop(old, None) or Draft(fact.table, self.dialect, False, self.seen)
        draft.take_name(fact.to)
        self.tables[new] = draft
        self.homes.update((self._index_key(index), new) for index in draft.indexes.values())
        for constraint in draft.constraints:
            self._house(draft, constraint)
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
        draft.put(fact.column, self.seen)
        self._number(fact.table, fact.column, fact.if_not_exists)
        for constraint in fact.column.constraints:
            self._constrain(draft, constraint)

    def _number(self, table: Name, column: Column, may_be_there: bool) -> None:
        """A serial column comes with a sequence. PostgreSQL 15, 8.1.4 "Serial Types"; a long name is cut elsewhere."""
        if column.generated == "serial":
            self.names.make("sequence", Name(f"{table.name}_{column.name}_seq", table.schema), may_be_there)

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
        draft.put(fact.to, self.seen)
        for constraint in fact.to.constraints:
            self._constrain(draft, constraint)

    # ---- constraints and indexes

    def _constrain(self, draft: Draft, constraint: Constraint) -> None:
        self._house(draft, draft.constrain(constraint, self.seen))
        if constraint.references is not None:
            key = object_key(constraint.references, self.dialect)
            self.referrers.setdefault(key, set()).add(self._key_of(draft))

    def _house(self, draft: Draft, constraint: Constraint) -> None:
        """Remember whose index a constraint brought."""
        if constraint.kind in _INDEXED and constraint.name is not None and not self._per_table():
            self.homes[object_key(Name(constraint.name, draft.name.schema), self.dialect)] = self._key_of(draft)

    def _key_of(self, draft: Draft) -> Key:
        return object_key(draft.name, self.dialect)

    def _rename_constraint(self, table: Name, name: str, to: str) -> None:
        """PostgreSQL renames the constraint's index with it."""
        self._draft(table).change(name, name=to)
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
        index = draft.add_index(fact)
        if not self._per_table() and index.name is not None:
            self.names.make("index", Name(index.name, index.table.schema), fact.if_not_exists)
            self.homes[self._index_key(index)] = object_key(fact.table, self.dialect)

    def _drop_index(self, name: Name, table: Name | None) -> None:
        draft = self._home(name, table)
        index = None if draft is None else draft.indexes.pop(part_key(name.name, self.dialect), None)
        if index is None and draft is not None and self._per_table():
            draft.relax(name.name, None)  # MySQL: a UNIQUE constraint is its index
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
        draft.change(name.name, name=to)


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
