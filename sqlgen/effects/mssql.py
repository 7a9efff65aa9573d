"""Effects on SQL Server 2016 and later: the main lines, as its documentation has them. No test runs them.

DDL is part of its transaction and takes a schema modification lock (Sch-M) until that ends: nobody can so much as
compile a query over the table. Which edition runs is not known: what only Enterprise and Azure do online or without
touching rows is taken for what Standard does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlgen.effects.model import Blocks, Commits, Effect, Lock, Server, Work
from sqlgen.effects.other_types import type_change
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterObject,
    Begin,
    Block,
    Column,
    Commit,
    Constraint,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    Describe,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    External,
    Fact,
    Grant,
    Insert,
    Kind,
    Maintain,
    Name,
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
    constraints_of,
)
from sqlgen.schema import Schema

__all__ = ["effect"]

_DOCS = "https://learn.microsoft.com/en-us/sql/"
_ALTER = f"{_DOCS}t-sql/statements/alter-table-transact-sql"
_INDEX = f"{_DOCS}t-sql/statements/create-index-transact-sql"
_ONLINE = f"{_DOCS}relational-databases/indexes/how-online-index-operations-work"
_LOCKS = f"{_DOCS}relational-databases/sql-server-transaction-locking-and-row-versioning-guide"
_RENAME = f"{_DOCS}relational-databases/system-stored-procedures/sp-rename-transact-sql"
_TRUNCATE = f"{_DOCS}t-sql/statements/truncate-table-transact-sql"
_DROP_INDEX = f"{_DOCS}t-sql/statements/drop-index-transact-sql"


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does. Never raises."""
    match fact:
        case AddColumn():
            return _add(fact)
        case DropColumn():
            return _closed(
                "drop-column", fact.table, Work.METADATA, _ALTER, reversible=False, destroys=True, breaks=True
            )
        case AlterColumnType() | RedefineColumn() | SetNotNull() | DropNotNull():
            return _alter_column(fact, schema, server)
        case SetTableOption() if fact.option.upper().split()[:1] == ["REBUILD"]:
            return _closed("rebuild-table", fact.table, Work.REWRITE, _ALTER)
        case SetDefault() | SetColumnOption() | SetTableOption():
            return _closed("set-option-of-table", fact.table, Work.METADATA, _ALTER)
        case AddConstraint():
            return _constrain(fact.table, fact.constraint)
        case ValidateConstraint():
            return _closed("check-constraint", fact.table, Work.SCAN, _ALTER, may_fail=True)
        case DropConstraint():
            return _closed("drop-constraint", fact.table, Work.METADATA, _ALTER)
        case CreateIndex():
            return _index(fact)
        case DropIndex():
            return _drop_index(fact)
        case RenameTable() | RenameColumn() | RenameObject():
            table = fact.table or fact.name if isinstance(fact, RenameObject) else fact.table
            breaks = not isinstance(fact, RenameObject) or fact.kind not in ("index", "constraint")
            return _closed("rename", table, Work.METADATA, _RENAME, breaks=breaks)
        case DropTable():
            return _closed(
                "drop-table", fact.table, Work.METADATA, _LOCKS, reversible=False, destroys=True, breaks=True
            )
        case Truncate():
            return _closed("truncate", fact.table, Work.METADATA, _TRUNCATE, reversible=False, destroys=True)
        case Insert() | Update() | Delete():
            return _change(fact)
        case _:
            return _other(fact)


def _closed(line: str, table: Name, work: Work, source: str, **flags: Any) -> Effect:
    """The table is closed to all until the transaction ends."""
    worked_on = (table,) if work > Work.METADATA else ()
    return Effect(line, work, (Lock(table, "SCH-M", Blocks.ALL),), worked_on, sources=(source, _LOCKS), **flags)


def _add(fact: AddColumn) -> Effect:
    """ADD. A default of a column that may be NULL is for new rows only; that of a NOT NULL column goes to all rows:
    Enterprise keeps it in the catalog, if it is the same for all, other editions write each row."""
    column = fact.column
    fills = not column.nullable and column.default is not None
    if column.generated == "identity" or column.identity is not None:
        return _closed("add-identity-column", fact.table, Work.REWRITE, _ALTER)
    if column.generated == "stored":
        return _closed("add-persisted-column", fact.table, Work.REWRITE, _ALTER)
    if fills:
        return _closed("add-column-not-null-default", fact.table, Work.REWRITE, _ALTER)
    if not column.nullable and column.generated is None:
        return _closed("add-column-not-null-without-default", fact.table, Work.METADATA, _ALTER, may_fail=True,
                       breaks=True)  # fmt: skip
    if any(one.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY) for one in column.constraints):
        return _closed("add-column-key", fact.table, Work.INDEX, _ALTER, may_fail=True)
    return _closed("add-column", fact.table, Work.METADATA, _ALTER)


def _alter_column(
    fact: AlterColumnType | RedefineColumn | SetNotNull | DropNotNull, schema: Schema, server: Server
) -> Effect:
    """ALTER COLUMN gives type and nullability together."""
    old = schema.column(fact.table, fact.column)
    new = fact.to if isinstance(fact, RedefineColumn) else None
    type_ = fact.type if isinstance(fact, AlterColumnType) else None if new is None else new.type
    requires = isinstance(fact, SetNotNull) or (new is not None and not new.nullable and _may_be_null(old))
    if type_ is None:
        work, may_fail, loses = Work.METADATA, False, False
    elif old is None or old.type is None:
        work, may_fail, loses = Work.UNKNOWN, True, False
    else:
        change = type_change(old.type, type_, server)
        work, may_fail, loses = change.work, change.may_fail, change.loses
    if requires:
        work, may_fail = max(work, Work.SCAN), True
    line = "set-not-null" if requires and work is Work.SCAN else "alter-column"
    found = _closed(line, fact.table, max(work, Work.METADATA), _ALTER, may_fail=may_fail, destroys=loses)
    return replace(found, reversible=not loses, breaks=requires and (old is None or old.default is None))


def _may_be_null(old: Column | None) -> bool:
    return old is None or old.nullable


def _constrain(table: Name, constraint: Constraint) -> Effect:
    """ADD CONSTRAINT. WITH NOCHECK does not look at the rows."""
    match constraint.kind:
        case Kind.PRIMARY_KEY | Kind.UNIQUE:
            return _closed("add-key", table, Work.INDEX, _ALTER, may_fail=True)
        case Kind.FOREIGN_KEY | Kind.CHECK if constraint.not_valid:
            found = _closed("add-constraint-nocheck", table, Work.METADATA, _ALTER)
        case Kind.FOREIGN_KEY | Kind.CHECK:
            found = _closed("add-constraint", table, Work.SCAN, _ALTER, may_fail=True)
        case _:
            return _closed("set-option-of-table", table, Work.METADATA, _ALTER)
    if constraint.references is None:
        return found
    return replace(found, locks=(*found.locks, Lock(constraint.references, "SCH-M", Blocks.ALL)))


def _index(fact: CreateIndex) -> Effect:
    """CREATE INDEX. Offline: S on the table while a nonclustered index is built, Sch-M for a clustered one."""
    work = Work.REWRITE if fact.clustered else Work.INDEX
    locks: tuple[Lock, ...]
    if fact.online:
        locks = (Lock(fact.table, "SCH-M", Blocks.ALL, brief=True), Lock(fact.table, "IS", Blocks.SCHEMA))
        line, source = "create-index-online", _ONLINE
    elif fact.clustered:
        locks = (Lock(fact.table, "SCH-M", Blocks.ALL),)
        line, source = "create-clustered-index", _INDEX
    else:
        locks = (Lock(fact.table, "S", Blocks.WRITES),)
        line, source = "create-index", _INDEX
    return Effect(line, work, locks, (fact.table,), may_fail=fact.unique, sources=(source,))


def _drop_index(fact: DropIndex) -> Effect:
    table = fact.table or fact.index
    if fact.online:
        locks = (Lock(table, "SCH-M", Blocks.ALL, brief=True),)
        return Effect("drop-index-online", Work.METADATA, locks, sources=(_DROP_INDEX,))
    return _closed("drop-index", table, Work.METADATA, _DROP_INDEX)


def _change(fact: Insert | Update | Delete) -> Effect:
    """Locks on rows; of more than 5,000 rows they become one on the table (lock escalation)."""
    every_row = not isinstance(fact, Insert) and not fact.where and not fact.limited
    verb = type(fact).__name__.lower()
    mode, blocks = ("X", Blocks.ALL) if every_row else ("IX", Blocks.SCHEMA)
    return Effect(
        f"{verb}-all" if every_row else verb,
        Work.SCAN if every_row else Work.ROWS,
        (Lock(fact.table, mode, blocks),),
        (fact.table,),
        reversible=isinstance(fact, Insert),
        destroys=isinstance(fact, Delete),
        may_fail=isinstance(fact, Insert) and not fact.guarded,
        sources=(_LOCKS,),
    )


def _other(fact: Fact) -> Effect:
    match fact:
        case CreateTable():
            work = Work.ROWS if fact.from_query else Work.METADATA
            locks = tuple(
                Lock(one.references, "SCH-M", Blocks.ALL) for one in constraints_of(fact) if one.references is not None
            )
            return Effect("create-table", work, locks, sources=(_LOCKS,))
        case CreateObject(kind="database") | DropObject(kind="database") | AlterObject(kind="database"):
            gone = isinstance(fact, DropObject)
            return Effect("change-database", Work.METADATA, commits=Commits.ALONE, destroys=gone, reversible=not gone,
                          sources=(f"{_DOCS}t-sql/statements/create-database-transact-sql",))  # fmt: skip
        case CreateObject() | AlterObject() | Grant() | Describe():
            return Effect("change-object", Work.METADATA, sources=(_LOCKS,))
        case DropObject():
            return Effect("drop-object", Work.METADATA, breaks=fact.kind != "trigger", sources=(_LOCKS,))
        case Maintain() if "REBUILD" in fact.command.upper() and fact.name is not None:
            mode, blocks = ("IS", Blocks.SCHEMA) if fact.concurrently else ("SCH-M", Blocks.ALL)
            return Effect(
                "rebuild-index", Work.INDEX, (Lock(fact.name, mode, blocks),), (fact.name,), sources=(_ONLINE,)
            )
        case Maintain(command="UPDATE STATISTICS"):
            return Effect("update-statistics", Work.SCAN, worked_on=() if fact.name is None else (fact.name,),
                          sources=(f"{_DOCS}t-sql/statements/update-statistics-transact-sql",))  # fmt: skip
        case Maintain():
            return Effect("maintain", Work.UNKNOWN, sources=(_LOCKS,))
        case Select():
            return Effect("select", Work.ROWS, sources=(_LOCKS,))
        case Begin() | Commit() | Rollback() | Savepoint() | SetOption() | Block() | External():
            return Effect("session", Work.NONE, sources=(_LOCKS,))
        case _:
            return Effect("unknown", Work.UNKNOWN)
