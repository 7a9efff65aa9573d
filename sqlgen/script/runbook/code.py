"""The statements of a range in, which code works while they are half done out.

Old code knows the schema before the range, new code the one behind it. Old code works until something that it may name
is gone, renamed or made required; new code works once everything that it may name is there. What rows mean to code
can't be read from statements, so there it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterObject,
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
    RenameObject,
    RenameTable,
    Select,
    SetDefault,
    SetNotNull,
    Update,
)
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.script.runbook.folding import Folding, Met
from sqlgen.script.runbook.renames import Named, Was, given_back, taken
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["Codes", "codes"]


@dataclass(frozen=True, slots=True)
class _Reason:
    step: int
    """From 0."""
    item: int
    """Of the step, from 0."""
    said: Message
    certain: bool
    """False: whether code minds is not known."""
    name: Named | None = None
    """The table, or the column, that a rename took away."""
    until: tuple[int, int] | None = None
    """The step and the item that bring it back."""

    @property
    def at(self) -> tuple[int, int]:
        """The step and the item."""
        return self.step, self.item

    def stands(self, step: int, sure: int) -> bool:
        """Whether it is still so behind so many steps, and items of the next that are certainly done."""
        return self.until is None or self.until >= (step, sure)


def _worst(found: Iterable[_Reason]) -> _Reason | None:
    """The first that is certain; where none is, the first."""
    first = None
    for one in found:
        if one.certain:
            return one
        first = first or one
    return first


@dataclass(frozen=True, slots=True)
class Codes:
    """Why code may fail, statement by statement: in the order of the script."""

    old: tuple[_Reason, ...]
    """Why old code may fail once the statement has run."""
    new: tuple[_Reason, ...]
    """Why new code may fail until the statement has run."""

    def old_works(self, step: int, items: int, sure: int | None = None) -> Message:
        """Behind `step` whole steps and so many items of the next, or only `sure` of them. What is said first stays
        true to the end, but for a rename that is taken back."""
        before = takewhile(lambda one: one.at < (step, items), self.old)
        worst = _worst(one for one in before if one.stands(step, items if sure is None else sure))
        if worst is None:
            return say("works")
        if worst.certain:
            return say("may fail since step {number}: {why}", number=worst.step + 1, why=worst.said)
        return say("not known since step {number}: {why}", number=worst.step + 1, why=worst.said)

    def new_works(self, step: int, items: int) -> Message:
        """The last thing that it lacks is said: it works behind that."""
        worst = _worst(takewhile(lambda one: one.at >= (step, items), reversed(self.new)))
        if worst is None:
            return say("works")
        if worst.certain:
            return say("may fail until step {number} is done: {why}", number=worst.step + 1, why=worst.said)
        return say("not known until step {number} is done: {why}", number=worst.step + 1, why=worst.said)


def codes(up: Sequence[Step], target: Target, before: Schema) -> Codes:
    """`before` is the schema where the range begins; it is not changed."""
    folding = Folding.at(before, target)
    anything = bool(before.tables())
    """Where there was no table before, there is no code that knew one."""
    was: Was = {}
    old: list[_Reason] = []
    new: list[_Reason] = []
    for number, step in enumerate(up):
        if step.gap is not None:
            said = say("what is done by hand for {revision} is not known", revision=step.revision)
            old += [_Reason(number, 0, said, False)] if anything else []
            new.append(_Reason(number, 0, said, False))
        for met in folding.facts(step):
            name = taken(met, was)
            back = given_back(met, was)
            if back is not None:
                old = [_healed(one, back, (number, met.number)) for one in old]
            else:
                old += (_Reason(number, met.number, *found, name) for found in _breaks(met) if anything)
            new += (_Reason(number, met.number, said, certain) for said, certain in _brings(met))
        if step.row_driven:
            said = say("what {revision} does for each row is not in the script", revision=step.revision)
            new.append(_Reason(number, len(step.items), said, False))
    return Codes(tuple(old), tuple(new))


def _healed(one: _Reason, back: Named, at: tuple[int, int]) -> _Reason:
    return replace(one, until=at) if one.until is None and one.name == back else one


_Said = Iterator[tuple[Message, bool]]


def _breaks(met: Met) -> _Said:
    """Why code that knows only the schema before may fail from now on."""
    fact = met.fact
    table = getattr(fact, "table", None)
    if isinstance(table, Name) and met.created(table):
        return
    match fact:
        case DropTable(table) if met.rebuilt_as is not None:
            yield from _rebuilt(met, table)
        case DropTable(table):
            yield say("table {table} is gone", table=table), True
        case DropColumn(table, column):
            if not met.born(table, column):
                yield say("column {table}.{column} is gone", table=table, column=column), True
        case RenameTable(table, to):
            yield say("table {table} is {to} now", table=table, to=to), True
        case RenameColumn(table, column, to):
            if not met.born(table, column):
                yield say("column {table}.{column} is {to} now", table=table, column=column, to=to), True
        case AddColumn(table, column) if met.effect.breaks:
            yield _required(table, column.name), True
        case SetNotNull(table, column) if met.effect.breaks and not met.born(table, column):
            yield _required(table, column), True
        case RedefineColumn(table, column, to) if not met.born(table, column) and met.effect.breaks:
            what = _required(table, column) if not to.nullable else _changed(table, column)
            yield what, True
        case AlterColumnType(table, column) if not met.born(table, column) and met.effect.breaks:
            yield _changed(table, column), True
        case AddConstraint(table, constraint):
            what = say("{table} refuses rows that break {name}", table=table, name=constraint.name or constraint.kind)
            yield what, False
        case CreateIndex(name, table, unique=True):
            yield say("{table} refuses rows that break {name}", table=table, name=name or "a unique index"), False
        case Opaque():
            yield say("a statement that can't be read"), False
        case DropObject(kind, name, table=on) | RenameObject(kind, name, table=on) if met.schema.created(
            name, kind, on
        ):
            return
        case SetNotNull() | RedefineColumn() | AlterColumnType() | AddColumn():
            return
        case _ if met.effect.breaks:
            yield say("{what}", what=_general(met)), True


def _rebuilt(met: Met, table: Name) -> _Said:
    old, new = met.rebuild or (None, None)
    if old is None or new is None:
        yield say("{table} is rebuilt, and how is not known", table=table), False
        return
    has, had = ({column.name.lower(): column for column in one.columns} for one in (new, old))
    for name, column in had.items():
        copy = has.get(name)
        if met.born(table, column.name):
            continue
        if copy is None:
            yield say("column {table}.{column} is gone", table=table, column=column.name), True
        elif column.nullable and not copy.nullable and copy.default is None:
            yield _required(table, column.name), True
    for name, column in has.items():
        if name not in had and not column.nullable and column.default is None and column.generated is None:
            yield _required(table, column.name), True


def _required(table: Name, column: str) -> Message:
    return say("column {table}.{column} must have a value", table=table, column=column)


def _changed(table: Name, column: str) -> Message:
    return say("column {table}.{column} has another type", table=table, column=column)


def _general(met: Met) -> str:
    name = getattr(met.fact, "name", None) or getattr(met.fact, "table", None) or getattr(met.fact, "type", None)
    line = met.effect.line.replace("-", " ")
    return line if name is None else f"{line}: {name}"


def _brings(met: Met) -> _Said:
    """Why code that knows the schema behind the range may fail before this."""
    match met.fact:
        case CreateTable(table) as fact if not fact.temporary and not table.name.startswith("_alembic_tmp_"):
            yield say("table {table}", table=table), True
        case DropTable(table) if met.rebuilt_as is not None:
            yield from _gained(met, table)
        case RenameTable(table, to) if not met.created(table):
            yield say("table {table}", table=to), True
        case AddColumn(table, column):
            yield _column(table, column.name), True
        case RenameColumn(table, _, to):
            yield _column(table, to), True
        case RedefineColumn(table, _, to):
            yield _column(table, to.name), True
        case AlterColumnType(table, column):
            yield say("the type of {table}.{column}", table=table, column=column), True
        case DropNotNull(table, column):
            yield say("{table}.{column} may be NULL", table=table, column=column), True
        case SetDefault(table, column, default) if default is not None:
            yield say("the default of {table}.{column}", table=table, column=column), True
        case DropColumn(table, column) if _must_be_given(met, table, column):
            what = say("{table}.{column}, which must have a value, is gone", table=table, column=column)
            yield what, True
        case CreateEnum(name):
            yield say("type {name}", name=name), True
        case AddEnumValue(name, value):
            yield say("value {value} of {name}", value=value, name=name), True
        case CreateObject(kind, name):
            yield say("{kind} {name}", kind=kind, name=name), True
        case AlterObject(kind, name):
            yield say("the change of {kind} {name}", kind=kind, name=name), False
        case DropConstraint(table, name):
            yield say("constraint {name} of {table} is gone", name=name or "?", table=table), True
        case AddConstraint(table, constraint) if constraint.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY, Kind.EXCLUDE):
            yield say("constraint {name} of {table}", name=constraint.name or constraint.kind, table=table), False
        case CreateIndex(name, table, unique=True):
            yield say("unique index {name} of {table}", name=name or "?", table=table), False
        case Insert(table) | Update(table) | Delete(table):
            if not table.name.startswith("_alembic_tmp_"):
                yield say("the rows of {table}", table=table), False
        case Grant(action):
            yield say("privileges ({action})", action=action), True
        case Opaque():
            yield say("a statement that can't be read"), False
        case Select(functions) if functions:
            yield say("what {functions} does", functions=", ".join(functions)), False


def _column(table: Name, column: str) -> Message:
    return say("column {table}.{column}", table=table, column=column)


def _gained(met: Met, table: Name) -> _Said:
    old, new = met.rebuild or (None, None)
    if old is None or new is None:
        yield say("the rebuild of {table}", table=table), False
        return
    had = {column.name.lower() for column in old.columns}
    for column in new.columns:
        if column.name.lower() not in had:
            yield _column(table, column.name), True


def _must_be_given(met: Met, table: Name, column: str) -> bool:
    known = met.schema.column(table, column)
    return known is not None and not known.nullable and known.default is None and known.generated is None
