"""A fact in, why code that knows only the schema before it may fail once it has happened, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlgen.facts.kinds import kind_of
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Column,
    Constraint,
    CreateIndex,
    CreateObject,
    Delete,
    DropColumn,
    DropObject,
    DropPartition,
    DropTable,
    Grant,
    Kind,
    Name,
    Opaque,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetDefault,
    SetNotNull,
    Truncate,
)
from sqlgen.messages import Message, say
from sqlgen.schema import Table
from sqlgen.schema.naming import is_not_null
from sqlgen.script.runbook.folding import Met
from sqlgen.script.runbook.renames import Named
from sqlgen.script.runbook.retyping import retyped

__all__ = ["Said", "Why", "added", "breaks", "must_be_given"]


@dataclass(frozen=True, slots=True)
class Why:
    """Why code minds."""

    said: Message
    certain: bool
    """False: whether it minds is not known."""
    name: Named | None = None
    """The table, or the column, that it is about, as it is called there."""
    frees: bool = False
    """Of a column from now on no value is asked: code that does not know the column waits for that too."""


Said = Iterator[Why]


def breaks(met: Met) -> Said:
    """Why code that knows only the schema before may fail from now on."""
    fact = met.fact
    table = getattr(fact, "table", None)
    if isinstance(table, Name) and met.created(table):
        return
    match fact:
        case DropTable(table) if met.rebuilt_as is not None:
            yield from _rebuilt(met, table)
        case DropTable(table):
            yield Why(say("table {table} is gone", table=table), True, (table, None))
        case DropColumn(table, column):
            if not met.born(table, column):
                yield _gone(table, column)
        case RenameTable(table, to):
            yield Why(say("table {table} is {to} now", table=table, to=to), True, (table, None))
        case RenameColumn(table, column, to):
            if not met.born(table, column):
                yield _called(table, column, to)
        case AddColumn(table, column, if_not_exists=True) if met.schema.column(table, column.name) is not None:
            return
        case AddColumn(table, column) if met.effect.breaks:
            yield _required(table, column.name)
        case SetNotNull(table, column) if met.effect.breaks:  # also of a new column: old code leaves it out
            yield _required(table, column)
        case RedefineColumn(table, column, to):
            yield from _redefined(met, table, column, to)
        case AlterColumnType(table, column, type_) if not met.born(table, column):
            known = met.schema.column(table, column)
            yield from _changed(met, table, column, None if known is None else known.type, type_)
        case SetDefault(table, column, None) if met.effect.breaks:
            yield _required(table, column)
        case AddConstraint(table, constraint):
            yield from _without_null(met, table, constraint)
            yield _refuses(table, constraint.name or constraint.kind.upper())
        case CreateIndex(name, table, unique=True):
            yield _refuses(table, name or "UNIQUE")
        case Delete(table) | Truncate(table) | DropPartition(table):
            yield Why(say("rows of {table} are gone", table=table), False, (table, None))
        case Grant(action) if action.startswith("revoke"):
            yield Why(say("privileges are gone ({action})", action=action), True)
        case CreateObject(kind, name, table=Name() as on):
            what = say("{kind} {name} has its say in what is done to {table}", kind=kind_of(kind), name=name, table=on)
            yield Why(what, False, (on, None))
        case CreateObject(kind, name, or_replace=True) if met.schema.has_object(kind, name) is not False:
            what = say("{kind} {name} is another one", kind=kind_of(kind), name=name)
            yield Why(what, met.effect.breaks, (name, None))
        case DropObject("trigger" | "rule" | "policy" as kind, name, table=Name() as on):
            what = say("{kind} {name} of {table} is gone", kind=kind_of(kind), name=name, table=on)
            yield Why(what, False, (on, None))
        case Opaque():
            yield Why(say("a statement that can't be read"), False, None)
        case DropObject(kind, name, table=on) | RenameObject(kind, name, table=on) if met.schema.created(
            name, kind, on
        ):
            return
        case SetNotNull() | RedefineColumn() | AlterColumnType() | AddColumn():
            return
        case DropObject(kind, name) if met.effect.breaks:
            yield Why(say("{kind} {name} is gone", kind=kind_of(kind), name=name), True, (name, None))
        case RenameObject(kind, name, to) if met.effect.breaks:
            yield Why(say("{kind} {name} is {to} now", kind=kind_of(kind), name=name, to=to), True, (name, None))
        case _ if met.effect.breaks:
            yield from _otherwise(met)


def _gone(table: Name, column: str) -> Why:
    return Why(say("column {table}.{column} is gone", table=table, column=column), True, (table, column))


def _called(table: Name, column: str, to: str) -> Why:
    return Why(say("column {table}.{column} is {to} now", table=table, column=column, to=to), True, (table, column))


def _required(table: Name, column: str) -> Why:
    return Why(say("column {table}.{column} must have a value", table=table, column=column), True, (table, column))


def _changed(met: Met, table: Name, column: str, old: str | None, new: str | None) -> Said:
    minds, _ = retyped(old, new, met)
    if minds is not False:
        what = say("column {table}.{column} has another type", table=table, column=column)
        yield Why(what, minds is True, (table, column))


def _refuses(table: Name, name: str) -> Why:
    return Why(say("{table} refuses rows that break {name}", table=table, name=name), False, (table, None))


def _without_null(met: Met, table: Name, one: Constraint) -> Said:
    """A key, or a CHECK (column IS NOT NULL), asks for a value as NOT NULL does."""
    known = met.schema.table(table)
    for column in () if known is None else known.columns:
        keyed = one.kind is Kind.PRIMARY_KEY and column.name in one.columns
        asked = keyed or is_not_null(one, column.name, met.server.dialect)
        if asked and must_be_given(replace(column, nullable=False)) and not must_be_given(column):
            yield _required(table, column.name)


def _redefined(met: Met, table: Name, column: str, to: Column) -> Said:
    """MySQL's MODIFY and CHANGE give the whole column anew: what of it is another one."""
    was = met.schema.column(table, column)
    born = met.born(table, column)
    if to.name.lower() != column.lower() and not born:
        yield _called(table, column, to.name)
    elif must_be_given(to) and (not must_be_given(was) if was is not None else met.effect.breaks):
        yield _required(table, column)
    if not born:
        yield from _changed(met, table, column, None if was is None else was.type, to.type)


def _rebuilt(met: Met, table: Name) -> Said:
    old, new = met.rebuild or (None, None)
    if old is None or new is None:
        yield Why(say("{table} is rebuilt, and how is not known", table=table), False, (table, None))
        return
    has, had = ({column.name.lower(): column for column in one.columns} for one in (new, old))
    for name, column in had.items():
        copy, born = has.get(name), met.born(table, column.name)
        if copy is not None and must_be_given(copy) and not must_be_given(column):
            yield _required(table, column.name)
        if copy is None and not born:
            yield _gone(table, column.name)
        elif copy is not None and not born:
            yield from _changed(met, table, column.name, column.type, copy.type)
    for name, column in has.items():
        if name not in had and must_be_given(column):
            yield _required(table, column.name)
    for constraint in added(old, new):
        yield _refuses(table, constraint.name or constraint.kind.upper())


def added(old: Table, new: Table) -> Iterator[Constraint]:
    """The constraints that the copy of a table has, and the table has not."""
    known = {(one.kind, one.columns, one.expression, one.references) for one in old.constraints}
    for one in new.constraints:
        if (one.kind, one.columns, one.expression, one.references) not in known:
            yield one


def _otherwise(met: Met) -> Said:
    """What the engine's table of effects says of it, by the name of its line."""
    about = _about(met.fact)
    if about is None:
        yield Why(say("what was there is not as it was ({line})", line=met.effect.line), True)
    else:
        yield Why(say("{name} is not as it was ({line})", name=about[0], line=met.effect.line), True, about)


def _about(fact: object) -> Named | None:
    for field in ("name", "table", "type"):
        if isinstance(name := getattr(fact, field, None), Name):
            return name, None
    return None


def must_be_given(column: Column) -> bool:
    """Whether an INSERT that leaves it out fails."""
    return not column.nullable and column.default is None and column.generated is None
