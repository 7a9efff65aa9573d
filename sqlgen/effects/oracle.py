"""Effects on Oracle Database 19c and later: the main lines, as its documentation has them. No test runs them.

DDL commits what stands before it and itself. It needs an exclusive lock on the table's definition, and does not wait
for it (ORA-00054) unless ddl_lock_timeout says so. Queries never wait: they read old versions of rows.
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
    DropPartition,
    DropTable,
    External,
    Fact,
    Grant,
    Insert,
    Kind,
    LockTable,
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
    Volatility,
)
from sqlgen.schema import Schema

__all__ = ["effect"]

_DOCS = "https://docs.oracle.com/en/database/oracle/oracle-database/19/"
_ALTER = f"{_DOCS}sqlrf/ALTER-TABLE.html"
_INDEX = f"{_DOCS}sqlrf/CREATE-INDEX.html"
_LOCKS = f"{_DOCS}sqlrf/Automatic-Locks-in-DML-Operations.html"
_CONSTRAINT = f"{_DOCS}sqlrf/constraint.html"
_COLUMNS = f"{_DOCS}admin/managing-tables.html"


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does. Never raises."""
    match fact:
        case AddColumn():
            return _add(fact)
        case DropColumn(unused=True):
            return _ddl("set-unused", fact.table, Work.METADATA, _COLUMNS, reversible=False, destroys=True, breaks=True)
        case DropColumn():
            return _ddl("drop-column", fact.table, Work.REWRITE, _COLUMNS, reversible=False, destroys=True, breaks=True)
        case SetTableOption():
            return _option(fact)
        case AlterColumnType() | RedefineColumn() | SetNotNull() | DropNotNull():
            return _modify(fact, schema, server)
        case SetDefault() | SetColumnOption():
            return _ddl("set-option-of-table", fact.table, Work.METADATA, _ALTER)
        case AddConstraint():
            return _constrain(fact.table, fact.constraint)
        case ValidateConstraint():
            locks = (Lock(fact.table, "ROW SHARE", Blocks.SCHEMA),)
            return Effect("validate-constraint", Work.SCAN, locks, (fact.table,), Commits.IMPLICITLY, may_fail=True,
                          sources=(_CONSTRAINT,))  # fmt: skip
        case DropConstraint():
            return _ddl("drop-constraint", fact.table, Work.METADATA, _ALTER)
        case CreateIndex():
            return _index(fact)
        case DropIndex():
            return _ddl(
                "drop-index", _table_of(fact.index, fact.table, schema), Work.METADATA, f"{_DOCS}sqlrf/DROP-INDEX.html"
            )
        case RenameTable() | RenameColumn() | RenameObject():
            table = fact.table or fact.name if isinstance(fact, RenameObject) else fact.table
            breaks = not isinstance(fact, RenameObject) or fact.kind not in ("index", "constraint")
            return _ddl("rename", table, Work.METADATA, f"{_DOCS}sqlrf/RENAME.html", breaks=breaks)
        case _:
            return _more(fact)


def _ddl(line: str, table: Name, work: Work, source: str, **flags: Any) -> Effect:
    """Others can't write while it works; where that is the catalog alone, for a moment."""
    brief = work <= Work.METADATA
    worked_on = () if brief else (table,)
    locks = (Lock(table, "EXCLUSIVE", Blocks.WRITES, brief=brief),)
    return Effect(line, work, locks, worked_on, Commits.IMPLICITLY, sources=(source,), **flags)


def _table_of(index: Name, table: Name | None, schema: Schema) -> Name:
    """The table of an index, where it is known."""
    known = None if table is not None else schema.index(index)
    return table or (index if known is None else known.table)


def _option(fact: SetTableOption) -> Effect:
    """DROP UNUSED COLUMNS, MOVE, SHRINK SPACE, partitions, …."""
    words = fact.option.upper().split()
    match words[:2]:
        case ["DROP", "UNUSED"]:
            return _ddl("drop-unused-columns", fact.table, Work.REWRITE, _COLUMNS, reversible=False)
        case ["MOVE", *_] if "ONLINE" in words:
            locks = (Lock(fact.table, "ROW SHARE", Blocks.SCHEMA),)
            return Effect(
                "move-table-online", Work.REWRITE, locks, (fact.table,), Commits.IMPLICITLY, sources=(_ALTER,)
            )
        case ["MOVE" | "SHRINK", *_]:
            return _ddl("move-table", fact.table, Work.REWRITE, _ALTER)
        case _:
            return _ddl("set-option-of-table", fact.table, Work.METADATA, _ALTER)


def _add(fact: AddColumn) -> Effect:
    """ADD. A default that is the same for all rows stays in the catalog: of NOT NULL columns since 11g, of all since
    12c."""
    column = fact.column
    if column.default is not None and column.default.volatility is Volatility.VOLATILE:
        return _ddl("add-column-volatile-default", fact.table, Work.REWRITE, _ALTER)
    if any(one.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY) for one in column.constraints):
        return _ddl("add-column-key", fact.table, Work.INDEX, _ALTER, may_fail=True)
    if not column.nullable and column.default is None and column.generated is None:
        return _ddl("add-column-not-null-without-default", fact.table, Work.METADATA, _ALTER, may_fail=True,
                    breaks=True)  # fmt: skip
    return _ddl("add-column", fact.table, Work.METADATA, _ALTER)


def _modify(
    fact: AlterColumnType | RedefineColumn | SetNotNull | DropNotNull, schema: Schema, server: Server
) -> Effect:
    """MODIFY."""
    old = schema.column(fact.table, fact.column)
    new = fact.to if isinstance(fact, RedefineColumn) else None
    type_ = fact.type if isinstance(fact, AlterColumnType) else None if new is None else new.type
    requires = isinstance(fact, SetNotNull) or (new is not None and not new.nullable and (old is None or old.nullable))
    if type_ is None:
        work, may_fail = Work.METADATA, False
    elif old is None or old.type is None:
        work, may_fail = Work.UNKNOWN, True
    else:
        change = type_change(old.type, type_, server)
        work, may_fail = change.work, change.may_fail
    if requires:
        work, may_fail = max(work, Work.SCAN), True
    found = _ddl("set-not-null" if requires and work is Work.SCAN else "modify-column", fact.table,
                 max(work, Work.METADATA), _ALTER, may_fail=may_fail)  # fmt: skip
    return replace(found, breaks=requires and (old is None or old.default is None))


def _constrain(table: Name, constraint: Constraint) -> Effect:
    """ADD CONSTRAINT. ENABLE VALIDATE, the default, reads each row while nobody can write; NOVALIDATE does not."""
    match constraint.kind:
        case Kind.PRIMARY_KEY | Kind.UNIQUE:
            found = _ddl("add-key", table, Work.INDEX, _CONSTRAINT, may_fail=True)
        case _ if constraint.not_valid:
            found = _ddl("add-constraint-novalidate", table, Work.METADATA, _CONSTRAINT)
        case _:
            found = _ddl("add-constraint", table, Work.SCAN, _CONSTRAINT, may_fail=True)
    if constraint.references is None:
        return found
    return replace(found, locks=(*found.locks, Lock(constraint.references, "SHARE", Blocks.WRITES, brief=True)))


def _index(fact: CreateIndex) -> Effect:
    """CREATE INDEX: SHARE while it is built; ONLINE: writes go on."""
    if fact.online:
        locks = (Lock(fact.table, "ROW SHARE", Blocks.SCHEMA),)
    else:
        locks = (Lock(fact.table, "SHARE", Blocks.WRITES),)
    line = "create-index-online" if fact.online else "create-index"
    return Effect(line, Work.INDEX, locks, (fact.table,), Commits.IMPLICITLY, may_fail=fact.unique, sources=(_INDEX,))


def _more(fact: Fact) -> Effect:
    match fact:
        case DropTable():
            locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL),)
            source = f"{_DOCS}sqlrf/DROP-TABLE.html"
            return Effect("drop-table", Work.METADATA, locks, (), Commits.IMPLICITLY, reversible=False, destroys=True,
                          breaks=True, sources=(source,))  # fmt: skip
        case Truncate() | DropPartition():
            locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL),)
            source = f"{_DOCS}sqlrf/TRUNCATE-TABLE.html"
            return Effect("truncate", Work.METADATA, locks, (), Commits.IMPLICITLY, reversible=False, destroys=True,
                          sources=(source,))  # fmt: skip
        case LockTable():
            blocks = Blocks.WRITES if "EXCLUSIVE" in fact.mode or fact.mode == "SHARE" else Blocks.SCHEMA
            return Effect("lock-table", Work.NONE, (Lock(fact.table, fact.mode, blocks),), sources=(_LOCKS,))
        case Insert() | Update() | Delete():
            return _change(fact)
        case CreateTable():
            work = Work.ROWS if fact.from_query else Work.METADATA
            return Effect(
                "create-table", work, commits=Commits.IMPLICITLY, sources=(f"{_DOCS}sqlrf/CREATE-TABLE.html",)
            )
        case DropObject():
            breaks = fact.kind != "trigger"
            return Effect("drop-object", Work.METADATA, commits=Commits.IMPLICITLY, breaks=breaks, sources=(_LOCKS,))
        case CreateObject() | AlterObject() | Grant() | Describe():
            return Effect("change-object", Work.METADATA, commits=Commits.IMPLICITLY, sources=(_LOCKS,))
        case Maintain() if "REBUILD" in fact.command and fact.name is not None:
            # The name is the index's: its table is locked, and which one that is can't be told from here.
            return Effect("rebuild-index", Work.INDEX, commits=Commits.IMPLICITLY, worked_on=(fact.name,),
                          sources=(f"{_DOCS}sqlrf/ALTER-INDEX.html",))  # fmt: skip
        case Maintain():
            return Effect("maintain", Work.UNKNOWN, commits=Commits.IMPLICITLY, sources=(_LOCKS,))
        case Select():
            return Effect("select", Work.ROWS, sources=(_LOCKS,))
        case Begin() | Commit() | Rollback() | Savepoint() | SetOption() | Block() | External():
            return Effect("session", Work.NONE, sources=(_LOCKS,))
        case _:
            return Effect("unknown", Work.UNKNOWN)


def _change(fact: Insert | Update | Delete) -> Effect:
    """Locks on the rows that are changed; others go on with other rows, and read all of them."""
    every_row = not isinstance(fact, Insert) and not fact.where and not fact.limited
    verb = type(fact).__name__.lower()
    return Effect(
        f"{verb}-all" if every_row else verb,
        Work.SCAN if every_row else Work.ROWS,
        (Lock(fact.table, "ROW EXCLUSIVE", Blocks.SCHEMA),),
        (fact.table,),
        reversible=isinstance(fact, Insert),
        destroys=isinstance(fact, Delete),
        may_fail=isinstance(fact, Insert) and not fact.guarded,
        sources=(_LOCKS,),
    )
