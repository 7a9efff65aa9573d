"""Effects on MySQL 8.0 to 9 and MariaDB 10.6 to 11.8: a fact, the schema before it and a server in, an effect out.

InnoDB is taken for granted unless the table's ENGINE is known to be another one.
"""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Commits, Effect, Server, Work
from sqlgen.effects.mysql import columns, keys, plain, redefining, tables
from sqlgen.effects.mysql.lines import altering
from sqlgen.effects.mysql.shape import Shape
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    AlterObject,
    Begin,
    Block,
    Column,
    Commit,
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
)
from sqlgen.schema import Schema

__all__ = ["effect"]


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does. Never raises."""
    table = getattr(fact, "table", None)
    if isinstance(fact, _OF_A_TABLE) and isinstance(table, Name):
        shape = Shape(table, schema, server.dialect)
        found = _of_table(fact, shape, server)
        if not shape.is_temporary:
            return found
        # Others don't see a temporary table. CREATE TABLE and DROP TABLE of one don't commit, ALTER TABLE and CREATE
        # INDEX do (MySQL 8.4, 15.3.3); DROP TABLE does not say TEMPORARY here, and without the word it commits.
        return replace(found, locks=(), proven=False)
    return _other(fact, schema, server)


_OF_A_TABLE = (
    AddColumn | DropColumn | RenameColumn | RedefineColumn | AlterColumnType | SetNotNull | DropNotNull | SetDefault
    | SetColumnOption | AddConstraint | DropConstraint | CreateIndex | DropIndex | SetTableOption | DropPartition
    | DropTable | RenameTable | Truncate
)  # fmt: skip


def _of_table(fact: Fact, shape: Shape, server: Server) -> Effect:
    match fact:
        case AddColumn():
            return columns.add(fact, shape, server)
        case DropColumn():
            return columns.drop(fact, shape, server)
        case RenameColumn():
            return columns.rename(fact, server)
        case RedefineColumn():
            return redefining.redefine(fact, shape, server)
        case AlterColumnType() | SetNotNull() | DropNotNull():
            return redefining.redefine(_redefined(fact, shape), shape, server)
        case SetDefault():
            return altering("set-column-default", fact.table, server)
        case SetColumnOption():
            return altering("change-column-attributes", fact.table, server)
        case AddConstraint():
            return keys.constrain(fact, shape, server)
        case DropConstraint():
            return keys.drop_constraint(fact, shape, server)
        case CreateIndex():
            return keys.index(fact, shape, server)
        case DropIndex():
            return keys.drop_index(fact, shape, server)
        case SetTableOption():
            return tables.set_option(fact, shape, server)
        case DropPartition():
            return tables.drop_partition(fact, server)
        case DropTable():
            return tables.drop(fact, shape, server)
        case RenameTable():
            return tables.rename(fact, server)
        case Truncate():
            return tables.truncate(fact, server)
        case _:
            return plain.plain("unknown", Work.UNKNOWN, server)


def _redefined(fact: AlterColumnType | SetNotNull | DropNotNull, shape: Shape) -> RedefineColumn:
    """These engines have MODIFY instead; where the column is known, what it would be."""
    old = shape.column(fact.column) or Column(fact.column, None)
    match fact:
        case AlterColumnType():
            return RedefineColumn(fact.table, fact.column, replace(old, type=fact.type))
        case SetNotNull():
            return RedefineColumn(fact.table, fact.column, replace(old, nullable=False))
        case DropNotNull():
            return RedefineColumn(fact.table, fact.column, replace(old, nullable=True))


def _other(fact: Fact, schema: Schema, server: Server) -> Effect:
    match fact:
        case Insert() | Update() | Delete():
            return plain.change(fact, Shape(fact.table, schema, server.dialect), server)
        case CreateTable():
            return tables.create(fact, server)
        case CreateObject():
            return plain.create_object(fact, server)
        case AlterObject() | RenameObject(table=None):
            kind = AlterObject(fact.kind, fact.name, "") if isinstance(fact, RenameObject) else fact
            return plain.alter_object(kind, server)
        case RenameObject():
            return keys.rename_index(fact, server)
        case DropObject():
            return plain.drop_object(fact, server)
        case DropIndex():
            return altering("drop-index", fact.index, server)
        case Maintain():
            return plain.maintain(fact, server, _optimizing(fact, schema, server))
        case Grant() | Describe():
            return plain.plain("grant" if isinstance(fact, Grant) else "describe", Work.METADATA, server)
        case LockTable():
            return plain.lock_table(fact, server)
        case SetOption():
            return plain.set_option(fact, server)
        case Begin():
            return plain.plain("begin", Work.NONE, server)
        case Commit() | Rollback() | Savepoint() | External() | Block():
            return plain.plain("session", Work.NONE, server, commits=Commits.WITH)
        case Select():
            return plain.plain("select", Work.ROWS, server, commits=Commits.WITH)
        case _:
            return plain.plain("unknown", Work.UNKNOWN, server, commits=Commits.WITH)


def _optimizing(fact: Maintain, schema: Schema, server: Server) -> Effect | None:
    """OPTIMIZE TABLE of InnoDB is ALTER TABLE … FORCE (MySQL 8.4, 15.7.3.4)."""
    if fact.name is None or not fact.command.startswith("OPTIMIZE"):
        return None
    return tables.set_option(SetTableOption(fact.name, "FORCE"), Shape(fact.name, schema, server.dialect), server)
