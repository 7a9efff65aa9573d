"""A fact in, why code that knows the schema behind it may fail before it has happened, out."""

from __future__ import annotations

from sqlgen.facts.kinds import kind_of
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
    Delete,
    DropColumn,
    DropConstraint,
    DropNotNull,
    DropObject,
    DropTable,
    Grant,
    Insert,
    Kind,
    Name,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameTable,
    Select,
    SetDefault,
    Truncate,
    Update,
)
from sqlgen.messages import say
from sqlgen.script.runbook.breaking import Said, Why, added, must_be_given
from sqlgen.script.runbook.folding import Met
from sqlgen.script.runbook.retyping import retyped

__all__ = ["brings"]


def brings(met: Met) -> Said:
    """Why code that knows the schema behind the range may fail before this."""
    match met.fact:
        case CreateTable(table, if_not_exists=True) if met.schema.table(table) is not None:
            return
        case AddColumn(table, column, if_not_exists=True) if met.schema.column(table, column.name) is not None:
            return
        case CreateTable(table) as fact if not fact.temporary and not table.name.startswith("_alembic_tmp_"):
            yield Why(say("table {table}", table=table), True, (table, None))
        case DropTable(table) if met.rebuilt_as is not None:
            yield from _gained(met, table)
        case RenameTable(table, to) if not (met.created(table) and met.called.first(table) == to):
            yield Why(say("table {table}", table=to), True, (to, None))
        case AddColumn(table, column):
            yield _column(table, column.name)
        case RenameColumn(table, _, to):
            yield _column(table, to)
        case RedefineColumn(table, column, to):
            yield from _given_anew(met, table, column, to)
        case AlterColumnType(table, column, type_):
            known = met.schema.column(table, column)
            yield from _type(met, table, column, None if known is None else known.type, type_)
        case DropNotNull(table, column):
            known = met.schema.column(table, column)
            if known is None or not known.nullable:
                yield _may_be_null(table, column)
        case SetDefault(table, column, default) if default is not None:
            yield _default(table, column, met.schema.column(table, column))
        case DropColumn(table, column):
            known = met.schema.column(table, column)
            if known is not None and must_be_given(known):
                yield _not_to_be_given(table, column)
        case CreateEnum(name):
            yield Why(say("type {name}", name=name), True, (name, None))
        case AddEnumValue(name, value):
            yield Why(say("value {value} of {name}", value=value, name=name), True, (name, None))
        case _:
            yield from _brings_else(met)


def _brings_else(met: Met) -> Said:
    match met.fact:
        case CreateObject(kind, name, or_replace=True) if met.schema.has_object(kind, name) is not False:
            yield Why(say("the change of {kind} {name}", kind=kind_of(kind), name=name), False, (name, None))
        case CreateObject(kind, name):
            yield Why(say("{kind} {name}", kind=kind_of(kind), name=name), True, (name, None))
        case AlterObject(_, name, renamed_value=(_, value)):
            yield Why(say("value {value} of {name}", value=value, name=name), True, (name, None))
        case AlterObject(kind, name):
            yield Why(say("the change of {kind} {name}", kind=kind_of(kind), name=name), False, (name, None))
        case DropObject("trigger" | "rule" | "policy" as kind, name, table=Name() as on):
            what = say("{kind} {name} of {table} is gone", kind=kind_of(kind), name=name, table=on)
            yield Why(what, False, (on, None))
        case DropConstraint(table, name):
            yield Why(say("constraint {name} of {table} is gone", name=name or "?", table=table), False, (table, None))
        case AddConstraint(table, constraint) if constraint.kind in _UNIQUE:
            yield _constraint(table, constraint)
        case CreateIndex(name, table, unique=True):
            yield Why(say("unique index {name} of {table}", name=name or "?", table=table), False, (table, None))
        case Insert(table) | Update(table) | Delete(table) | Truncate(table):
            if not table.name.startswith("_alembic_tmp_"):
                yield Why(say("the rows of {table}", table=table), False, (table, None))
        case Grant(action) if action.startswith("grant"):
            yield Why(say("privileges ({action})", action=action), True, None)
        case Opaque():
            yield Why(say("a statement that can't be read"), False, None)
        case Select(functions) if functions:
            yield Why(say("what {functions} does", functions=", ".join(functions)), False, None)


_UNIQUE = (Kind.UNIQUE, Kind.PRIMARY_KEY, Kind.EXCLUDE)


def _constraint(table: Name, one: Constraint) -> Why:
    return Why(
        say("constraint {name} of {table}", name=one.name or one.kind.upper(), table=table), False, (table, None)
    )


def _column(table: Name, column: str) -> Why:
    return Why(say("column {table}.{column}", table=table, column=column), True, (table, column))


def _may_be_null(table: Name, column: str) -> Why:
    return Why(say("{table}.{column} may be NULL", table=table, column=column), True, (table, column), frees=True)


def _default(table: Name, column: str, was: Column | None) -> Why:
    """Where the column may be NULL, code that leaves it out does not fail."""
    what = say("the default of {table}.{column}", table=table, column=column)
    frees = was is not None and must_be_given(was)
    return Why(what, frees, (table, column), frees)


def _not_to_be_given(table: Name, column: str) -> Why:
    what = say("{table}.{column}, which must have a value, is gone", table=table, column=column)
    return Why(what, True, (table, column), frees=True)


def _given_anew(met: Met, table: Name, column: str, to: Column) -> Said:
    was = met.schema.column(table, column)
    if to.name.lower() != column.lower():
        yield _column(table, to.name)
    if was is None:
        yield Why(say("column {table}.{column}, as it is now", table=table, column=to.name), False, (table, to.name))
    else:
        yield from _looser(met, table, was, to)


def _type(met: Met, table: Name, column: str, old: str | None, new: str | None) -> Said:
    _, minds = retyped(old, new, met)
    if minds is not False:
        what = say("the type of {table}.{column}", table=table, column=column)
        yield Why(what, minds is True, (table, column))


def _looser(met: Met, table: Name, was: Column, now: Column) -> Said:
    """What code may do with a column now that it might not before."""
    yield from _type(met, table, now.name, was.type, now.type)
    if now.nullable and not was.nullable:
        yield _may_be_null(table, now.name)
    elif now.default is not None and was.default is None:
        yield _default(table, now.name, was)


def _gained(met: Met, table: Name) -> Said:
    old, new = met.rebuild or (None, None)
    if old is None or new is None:
        yield Why(say("the rebuild of {table}", table=table), False, (table, None))
        return
    has, had = ({column.name.lower(): column for column in one.columns} for one in (new, old))
    for name, column in has.items():
        if name not in had:
            yield _column(table, column.name)
        elif column != had[name]:
            yield from _looser(met, table, had[name], column)
    for name, column in had.items():
        if name not in has and must_be_given(column):
            yield _not_to_be_given(table, column.name)
    for one in added(old, new):
        if one.kind in _UNIQUE:
            yield _constraint(table, one)
