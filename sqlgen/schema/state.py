"""Tables and objects under change: which fact moves what."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterObject,
    AttachPartition,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Describe,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
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
from sqlgen.schema.draft import Draft
from sqlgen.schema.guarded import Doubtful, Forgotten, Tainted, folded
from sqlgen.schema.naming import Key, is_of_type, object_key, part_key
from sqlgen.schema.objects import Object
from sqlgen.schema.partitions import PASSED_ON, for_partition, names_more
from sqlgen.schema.tables import Tables

__all__ = ["Change", "State"]

Change = Fact | Doubtful | Tainted | Forgotten


@dataclass(slots=True)
class State(Tables):
    """What stands, moved forward by facts."""

    def apply(self, fact: Change) -> None:
        """Move forward by one fact. A fact that changes no structure changes nothing here."""
        if isinstance(fact, PASSED_ON):
            for draft in self._partitions(fact.table):
                for passed in for_partition(fact, draft.name):
                    self._apply_alone(passed)
                draft.whole = draft.whole and not names_more(fact)
        self._apply_alone(fact)

    def _apply_alone(self, fact: Change) -> None:
        """Do a fact to what it names, and not to the partitions of it."""
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
                self._drop_constraint(self._draft(table), constraint_name, kind, fact.cascade, fact.columns)
            case CreateIndex():
                self._create_index(fact)
            case DropIndex(index=index, table=on):
                self._drop_index(index, on)
            case SetColumnOption():
                self._column_option(fact)
            case AttachPartition(table=table, partition=partition):
                self._attach(table, partition)
            case DetachPartition(partition=partition):
                self._draft(partition).partition_of = None
            case SetTableOption(table=table, settings=settings) if settings:
                options.apply(self._draft(table), settings)
            case Opaque(why=why):
                self.seen += 1
                self.why = why
            case Tainted():
                self._taint(fact.name)
            case Forgotten(table=table, column=column):
                self._draft(table).columns.pop(part_key(column, self.dialect), None)
            case Doubtful(fact=doubted):
                self._doubt(doubted)
            case _:
                self._apply_object(fact)

    def _attach(self, table: Name, partition: Name) -> None:
        """PostgreSQL 17, ATTACH PARTITION: what the table's keys and indexes lack in the partition is made there."""
        draft, parent = self._draft(partition), self.find(table)
        draft.partition_of = table
        draft.whole = draft.whole and parent is not None and not (parent.constraints or parent.indexes)

    def _partitions(self, table: Name) -> list[Draft]:
        """The partitions of a table, theirs, and so on: each once, whatever a script makes a partition of what."""
        found: list[Draft] = []
        told, waiting = {table}, [] if self._per_table() else [table]
        while waiting:
            name = waiting.pop()
            parent = self.find(name)
            if parent is None or parent.partition_by is None:
                continue
            for one in self.tables.values():
                if one.partition_of == name and one.name not in told:
                    told.add(one.name)
                    found.append(one)
                    waiting.append(one.name)
        return found

    def _doubt(self, fact: Fact) -> None:
        """Take a fact that may or may not have happened."""
        if isinstance(fact, CreateEnum):
            self.names.make("type", fact.type, may_be_there=True)
            self.objects.make(Object("type", fact.type, fact.values, seen=self.seen))
        for change in folded(fact):
            self.apply(change)

    def _apply_object(self, fact: Change) -> None:
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
            case RenameObject(kind="constraint", name=name, to=to, table=None):  # sp_rename names no table
                for draft in [one for one in self.tables.values() if one.constraint(name.name) is not None]:
                    if draft.name.schema == name.schema:
                        draft.change(name.name, name=to)
            case RenameObject(kind=kind, name=name, to=to, table=None):
                self._move(kind, name, Name(to, name.schema))
            case AlterObject(kind=kind, name=name, change=change) if change.startswith("set schema "):
                schema = change.removeprefix("set schema ")
                self._move(kind, name, Name(name.name, None if schema == "public" else schema))
            case _:
                pass

    def _taint(self, name: Name | None) -> None:
        if name is None:
            self.seen += 1
            self.why = ""
            return
        word = object_key(name, self.dialect)[1]
        self.doubtful.add(word)
        for thing in [one for one in self.gone_at if one[1][1] == word]:
            del self.gone_at[thing]
        self.objects.doubt(word)
        for key in self._touched(word):
            draft = self.tables[key]
            draft.whole = False
            draft.proofs.clear()
            draft.checked = dict.fromkeys(draft.checked, -1)
            draft.seen = draft.met = -1

    def _touched(self, word: str) -> set[Key]:
        """The tables of this name in any schema, and those with an index or a constraint of this name."""
        tables = {key for key in self.tables if key[1] == word}
        tables.update(home for index, home in self.homes.items() if index[1] == word)
        for constraint, owners in self.owners.items():
            tables.update(owners if constraint[1] == word else ())
        for key, draft in self.tables.items() if self._per_table() else ():
            part = part_key(word, self.dialect)
            if part in draft.indexes or draft.constraint(word) is not None:
                tables.add(key)
        return tables & self.tables.keys()

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
        waiting = [name]
        while waiting:
            for view in self.objects.readers(waiting.pop()):
                self._drop_object(view.kind, view.name, False)
                waiting.append(view.name)

    def _drop_columns_of(self, type_: Name) -> None:
        """The columns of a type that is dropped with CASCADE, and the domains over it with theirs."""
        waiting = [type_]
        while waiting:
            gone = waiting.pop()
            for thing in list(self.objects.standing.values()):
                if thing.domain is not None and thing.name != type_ and is_of_type(thing.domain, gone, self.dialect):
                    self._drop_object("domain", thing.name, False)
                    waiting.append(thing.name)
            for draft in self.tables.values():
                for column in [one for one in draft.columns.values() if is_of_type(one, gone, self.dialect)]:
                    self._drop_column(draft, column.name, False)

    def _describe(self, fact: Describe) -> None:
        match fact.kind:
            case "table" | "foreign table":
                self._draft(fact.name).comment = fact.comment
            case "column" if fact.table is not None and self.find(fact.table) is not None:
                self._draft(fact.table).update(fact.name.name, comment=fact.comment)
            case "constraint" if fact.table is not None:
                self._draft(fact.table).change(fact.name.name, comment=fact.comment)

    def _drop_table(self, fact: DropTable) -> None:
        key = object_key(fact.table, self.dialect)
        self._lose("table", fact.table)
        self._forget(key)
        if fact.cascade and self.dialect == "postgresql":
            self._drop_readers(fact.table)
        referrers = self.referrers.pop(key, set())
        for referrer in filter(None, map(self.tables.get, referrers if fact.cascade else ())):
            referrer.constraints = [one for one in referrer.constraints if not self._refers(one, key)]
