"""Effects on PostgreSQL 12 to 18: a fact in, the line of the table that says what it does out.

Each module has the lines of its kind of statement, and the functions that choose among them. What a line says of locks,
work and transactions is run on a real server by tests/servers/test_effects_postgresql.py, where it is `proven`.

ALTER TABLE of a partitioned table takes its lock on the partitions too. They are named where rows are worked on, and
where the schema is asked for anything else; which of them is the default partition, facts do not say.
"""

from __future__ import annotations

from sqlgen.effects.model import Effect, Server, Work
from sqlgen.effects.postgresql import column_types, columns, constraints, indexes, objects, running, tables
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
from sqlgen.schema import Schema

__all__ = ["effect"]

UNKNOWN = Effect("unknown", Work.UNKNOWN)


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does. Never raises."""
    match fact:
        case AddColumn():
            return columns.add(fact, schema, server)
        case DropColumn():
            return columns.drop(fact, schema, server)
        case RenameColumn():
            return columns.rename(fact, schema, server)
        case AlterColumnType():
            return column_types.alter(fact, schema, server)
        case SetNotNull():
            return columns.set_not_null(fact, schema, server)
        case DropNotNull():
            return columns.drop_not_null(fact, schema, server)
        case SetDefault():
            return columns.set_default(fact, schema, server)
        case SetColumnOption():
            return columns.option(fact, schema, server)
        case AddConstraint():
            return constraints.add(fact, schema, server)
        case ValidateConstraint():
            return constraints.validate(fact, schema, server)
        case DropConstraint():
            return constraints.drop(fact, schema, server)
        case CreateIndex():
            return indexes.create(fact, schema, server)
        case DropIndex():
            return indexes.drop(fact, schema, server)
        case _:
            return _table(fact, schema, server)


def _table(fact: Fact, schema: Schema, server: Server) -> Effect:
    match fact:
        case CreateTable():
            return tables.create(fact, schema, server)
        case DropTable():
            return tables.drop(fact, schema, server)
        case RenameTable():
            return tables.rename(fact, schema, server)
        case Truncate():
            return tables.truncate(fact, schema, server)
        case SetTableOption():
            return tables.option(fact, schema, server)
        case AttachPartition():
            return tables.attach(fact, schema, server)
        case DetachPartition():
            return tables.detach(fact, schema, server)
        case AttachIndex():
            return indexes.attach(fact, schema, server)
        case Insert():
            return running.insert(fact, schema, server)
        case Update():
            return running.update(fact, schema, server)
        case Delete():
            return running.delete(fact, schema, server)
        case Select():
            return running.select(fact, schema, server)
        case LockTable():
            return running.lock_table(fact, schema, server)
        case Maintain():
            return running.maintain(fact, schema, server)
        case _:
            return _object(fact, schema, server)


def _object(fact: Fact, schema: Schema, server: Server) -> Effect:
    match fact:
        case CreateObject():
            return objects.create(fact, schema, server)
        case AlterObject():
            return objects.alter(fact, schema, server)
        case DropObject():
            return objects.drop(fact, schema, server)
        case RenameObject():
            return objects.rename(fact, schema, server)
        case CreateEnum():
            return objects.create_enum(fact, schema, server)
        case AddEnumValue():
            return objects.add_enum_value(fact, schema, server)
        case Describe():
            return objects.describe(fact, schema, server)
        case Grant():
            return objects.grant(fact, schema, server)
        case SetOption() | Begin() | Commit() | Rollback() | Savepoint() | Block():
            return running.NOTHING.on()
        case Opaque() | External() | RedefineColumn() | DropPartition():  # the last two are MySQL's
            return UNKNOWN
        case _:
            return UNKNOWN
