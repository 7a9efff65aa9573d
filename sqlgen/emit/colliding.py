"""A fact and the schema before it in, why a server refuses the statement out: what it makes is there, or what it drops
is not.

Only what the schema is sure of counts. The words are those of SQLAlchemy's users: they are shown, not compared.
"""

from __future__ import annotations

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropTable,
    Fact,
    Name,
)
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.schema.table import Table

_KINDS = ("view", "materialized view", "sequence", "type", "domain", "schema")
"""Of the objects that the schema keeps."""


def refused(schema: Schema, fact: Fact) -> Message | None:
    """None where the server takes it, as far as is known."""
    match fact:
        case CreateTable(table=name, if_not_exists=False) if schema.has_table(name):
            return _there(name)
        case DropTable(table=name, if_exists=False) if schema.has_table(name) is False:
            return _missing(name)
        case CreateEnum(type=name) if schema.has_object("type", name):
            return _there(name)
        case CreateObject(kind=kind, name=name, or_replace=False, if_not_exists=False) if kind in _KINDS:
            return _there(name) if schema.has_object(kind, name) else None
        case DropObject(kind=kind, name=name, if_exists=False) if kind in _KINDS:
            return _missing(name) if schema.has_object(kind, name) is False else None
        case CreateIndex(name=str() as name, table=table, if_not_exists=False):
            place = Name(name, table.schema)
            return _there(Name(name)) if schema.index(place, table) is not None else None
        case DropIndex(index=name, table=table, if_exists=False):
            return _missing(name) if _index_is_gone(schema, name, table) else None
        case _:
            return _of_a_table(schema, fact)


def _index_is_gone(schema: Schema, name: Name, table: Name | None) -> bool:
    if schema.index(name, table) is not None or schema.unread() is not None or schema.may_hold_more():
        return False
    if table is not None and schema.constraint(table, name.name) is not None:  # MySQL's unique keys are both
        return False
    return all(each.complete for each in schema.tables())


def _of_a_table(schema: Schema, fact: Fact) -> Message | None:
    table = getattr(fact, "table", None)
    found = schema.table(table) if isinstance(table, Name) else None
    if found is None:
        return None
    match fact:
        case AddColumn(column=column, if_not_exists=False) if schema.column(found.name, column.name) is not None:
            return _there(Name(column.name))
        case DropColumn(column=column, if_exists=False) if found.complete:
            return _missing(Name(column)) if schema.column(found.name, column) is None else None
        case AddConstraint(constraint=constraint) if constraint.name is not None:
            return _there(Name(constraint.name)) if schema.constraint(found.name, constraint.name) else None
        case DropConstraint(constraint=str() as name, if_exists=False) if found.complete:
            return None if _has_constraint(schema, found, name) else _missing(Name(name))
        case _:
            return None


def _has_constraint(schema: Schema, table: Table, name: str) -> bool:
    """MySQL's DROP INDEX and DROP CONSTRAINT both take unique keys."""
    found = schema.constraint(table.name, name) or schema.index(Name(name, table.name.schema), table.name)
    return found is not None


def _there(name: Name) -> Message:
    return say("{name} is already there", name=name)


def _missing(name: Name) -> Message:
    return say("there is no {name}", name=name)
