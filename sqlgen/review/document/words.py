"""A fact in, what it does in a few words out: add column, create index concurrently."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.facts.kinds import kind_of
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterObject,
    AttachIndex,
    AttachPartition,
    Begin,
    Block,
    Commit,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    Describe,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropPartition,
    DropTable,
    External,
    Fact,
    Grant,
    Insert,
    Kind,
    LockTable,
    Maintain,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    Rollback,
    Savepoint,
    Select,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetOption,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
)
from sqlgen.messages import Message, joined, say

__all__ = ["operation", "words"]

_SHOWN = 3


def operation(facts: Sequence[Fact]) -> Message:
    """What a statement does: of several facts each kind once, the first few by name."""
    told = list(dict.fromkeys(map(words, facts)))
    if len(told) <= _SHOWN:
        return joined(told)
    return say("{first} and {count} more", first=joined(told[:_SHOWN]), count=len(told) - _SHOWN)


def words(fact: Fact) -> Message:
    """Of one fact."""
    match fact:
        case CreateTable() | DropTable() | RenameTable() | SetTableOption() | Truncate():
            return _table(fact)
        case AttachPartition() | DetachPartition() | AttachIndex() | DropPartition():
            return _partition(fact)
        case AddConstraint() | ValidateConstraint() | DropConstraint():
            return _constraint(fact)
        case CreateIndex() | DropIndex():
            return _index(fact)
        case Insert() | Update() | Delete() | Select() | External():
            return _rows(fact)
        case Begin() | Commit() | Rollback() | Savepoint() | LockTable() | SetOption() | Maintain():
            return _session(fact)
        case (
            CreateEnum()
            | AddEnumValue()
            | CreateObject()
            | AlterObject()
            | DropObject()
            | RenameObject()
            | Describe()
            | Grant()
        ):
            return _object(fact)
        case Block():
            return say("procedural block")
        case Opaque():
            return say("can't be read")
        case _:
            return _column(fact)


def _table(fact: CreateTable | DropTable | RenameTable | SetTableOption | Truncate) -> Message:
    match fact:
        case CreateTable(temporary=True):
            return say("create temporary table")
        case CreateTable(from_query=True):
            return say("create table from a query")
        case CreateTable(partition_of=parent) if parent is not None:
            return say("create partition")
        case CreateTable():
            return say("create table")
        case DropTable():
            return say("drop table")
        case RenameTable(table=old, to=new) if old.name == new.name:
            return say("move table to another schema")
        case RenameTable():
            return say("rename table")
        case SetTableOption():
            return say("change options of the table")
        case Truncate():
            return say("empty table")


def _partition(fact: AttachPartition | DetachPartition | AttachIndex | DropPartition) -> Message:
    match fact:
        case AttachPartition():
            return say("attach partition")
        case DetachPartition(concurrently=True):
            return say("detach partition concurrently")
        case DetachPartition():
            return say("detach partition")
        case AttachIndex():
            return say("attach index of a partition")
        case DropPartition(truncate=True):
            return say("empty partition")
        case DropPartition():
            return say("drop partition")


def _column(
    fact: AddColumn
    | DropColumn
    | RenameColumn
    | AlterColumnType
    | RedefineColumn
    | SetNotNull
    | DropNotNull
    | SetDefault
    | SetColumnOption,
) -> Message:
    match fact:
        case AddColumn():
            return say("add column")
        case DropColumn(unused=True):
            return say("set column unused")
        case DropColumn():
            return say("drop column")
        case RenameColumn():
            return say("rename column")
        case AlterColumnType():
            return say("change type of column")
        case RedefineColumn(column=old, to=new) if old != new.name:
            return say("rename and redefine column")
        case RedefineColumn():
            return say("redefine column")
        case SetNotNull():
            return say("set NOT NULL")
        case DropNotNull():
            return say("drop NOT NULL")
        case SetDefault(default=None):
            return say("drop default")
        case SetDefault():
            return say("set default")
        case SetColumnOption():
            return say("change options of the column")


def _constraint(fact: AddConstraint | ValidateConstraint | DropConstraint) -> Message:
    match fact:
        case AddConstraint(constraint=constraint):
            what = _kind_of_key(constraint.kind)
            return say("add {what}, not validated", what=what) if constraint.not_valid else say("add {what}", what=what)
        case ValidateConstraint():
            return say("validate constraint")
        case DropConstraint(kind=kind):
            return say("drop {what}", what=_kind_of_key(kind))


def _kind_of_key(kind: Kind | None) -> Message:
    match kind:
        case None:
            return say("constraint")
        case Kind.PRIMARY_KEY:
            return say("primary key")
        case Kind.UNIQUE:
            return say("unique constraint")
        case Kind.FOREIGN_KEY:
            return say("foreign key")
        case Kind.CHECK:
            return say("check constraint")
        case Kind.EXCLUDE:
            return say("exclusion constraint")
        case Kind.NOT_NULL:
            return say("NOT NULL constraint")


def _index(fact: CreateIndex | DropIndex) -> Message:
    online = fact.concurrently or fact.online
    match fact:
        case CreateIndex(unique=True):
            made = say("create unique index")
        case CreateIndex():
            made = say("create index")
        case DropIndex():
            made = say("drop index")
    if not online:
        return made
    return say("{what} concurrently", what=made) if fact.concurrently else say("{what} online", what=made)


def _rows(fact: Insert | Update | Delete | Select | External) -> Message:
    match fact:
        case Insert(replaces=True):
            return say("insert or replace rows")
        case Insert(rows=None):
            return say("insert rows of a query")
        case Insert():
            return say("insert rows")
        case Update(where=True):
            return say("update rows")
        case Update():
            return say("update all rows")
        case Delete(where=True):
            return say("delete rows")
        case Delete():
            return say("delete all rows")
        case Select(functions=()):
            return say("query")
        case Select():
            return say("call functions")
        case External(what=what):
            return say("leave the database: {what}", what=what)


def _object(
    fact: CreateEnum | AddEnumValue | CreateObject | AlterObject | DropObject | RenameObject | Describe | Grant,
) -> Message:
    match fact:
        case CreateEnum():
            return say("create enum type")
        case AddEnumValue():
            return say("add value to enum type")
        case CreateObject(kind=kind, or_replace=True):
            return say("create or replace {what}", what=kind_of(kind))
        case CreateObject(kind=kind):
            return say("create {what}", what=kind_of(kind))
        case AlterObject(kind=kind):
            return say("change {what}", what=kind_of(kind))
        case DropObject(kind=kind):
            return say("drop {what}", what=kind_of(kind))
        case RenameObject(kind=kind):
            return say("rename {what}", what=kind_of(kind))
        case Describe(kind=kind):
            return say("comment on {what}", what=kind_of(kind))
        case Grant(action=action):
            return _grant(action)


def _grant(action: str) -> Message:
    match action.split()[:1]:
        case ["grant"]:
            return say("grant rights")
        case ["revoke" | "deny"]:
            return say("take rights away")
        case _ if " owner to " in action or " owned to " in action:
            return say("change owner")
        case _:
            return say("change rights")


def _session(fact: Begin | Commit | Rollback | Savepoint | LockTable | SetOption | Maintain) -> Message:
    match fact:
        case Begin():
            return say("begin transaction")
        case Commit():
            return say("commit transaction")
        case Rollback():
            return say("roll transaction back")
        case Savepoint():
            return say("savepoint")
        case LockTable():
            return say("lock table")
        case SetOption(name=name):
            return say("set {name}", name=name)
        case Maintain(command=command, concurrently=True):
            return say("{what} concurrently", what=command)
        case Maintain(command=command):
            return say("{what}", what=command)
