"""A step and the schema before it in, the data that its statements destroy out.

What these very steps have made was not there to be lost; a DROP that is half of a rebuild loses what the copy leaves
out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sqlgen import effects
from sqlgen.facts.kinds import kind_of
from sqlgen.facts.vocabulary import (
    AlterColumnType,
    Delete,
    DropColumn,
    DropObject,
    DropPartition,
    DropTable,
    Insert,
    Name,
    Opaque,
    RedefineColumn,
    Truncate,
    Update,
)
from sqlgen.lint.outlook import filled
from sqlgen.messages import Message, in_english, say
from sqlgen.script.losses import rebuilding
from sqlgen.script.losses.partitions import partitions
from sqlgen.script.path import flat
from sqlgen.script.runbook.folding import Folding, Met, where
from sqlgen.segments import Step

__all__ = ["Loss", "destroyed"]


_Kind = Literal["table", "column", "rows", "values", "definition", "unknown"]
"""definition: no data, but something that belongs to a table and must be made again."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that a statement destroys."""

    revision: str
    where: str
    """`file:line`, or the file."""
    kind: _Kind
    what: Message
    table: Name | None
    """What a backup must hold, as it is called there; None where that can't be said."""
    column: str | None = None
    kept: tuple[Name, ...] = ()
    """The table and, in PostgreSQL, its partitions, as they are called where the script starts: what to dump. Without
    those that are made on the way."""
    item: int | None = None
    """Which statement of its step, from 0; None: what is done by hand for the step."""


def destroyed(step: Step, folding: Folding) -> Iterator[Loss]:
    """In the order of the statements; the folding is moved on behind the step."""
    if step.gap is not None:
        what = say("what is done by hand for it is not known")
        yield Loss(step.revision, where(step), "unknown", what, None)
    for met in folding.facts(step):
        rebuilt = rebuilding.lost(met, step) if met.rebuilt_as is not None else ()
        at = where(step, met.item)
        yield from (Loss(step.revision, at, "definition", what, None, item=met.number) for what in rebuilt)
        for kind, what, table, column in _of(met):
            kept = () if table is None else tuple(_to_keep(met, table))
            yield Loss(step.revision, at, kind, what, table, column, kept, met.number)


def _to_keep(met: Met, table: Name) -> Iterator[Name]:
    """pg_dump takes the rows of a partitioned table from its partitions alone, and --table names no more than itself;
    only pg_dump 16 has --table-and-children (manual, pg_dump)."""
    for one in (table, *partitions(met.schema, table)):
        first = met.called.first(one)
        if first is not None:
            yield first
        elif met.schema.beginning().has_table(one) is not False:
            yield one  # something new took over the name that it had


_Found = tuple[_Kind, Message, Name | None, str | None]


def _of(met: Met) -> Iterator[_Found]:
    """What a fact destroys of what was there before these steps."""
    fact = met.fact
    table = getattr(fact, "table", None)
    if isinstance(table, Name) and met.created(table):
        return
    match fact:
        case DropTable(table) if met.rebuilt_as is not None:
            yield from _left_out(met, table)
        case DropTable(table):
            yield "table", say("table {table}, with its rows", table=table), table, None
        case DropColumn(table, column) if not met.born(table, column) and met.effect.destroys:
            yield "column", say("column {table}.{column}, with its values", table=table, column=column), table, column
        case DropPartition(table, partitions):
            what = say("partition {names} of {table}, with its rows", names=", ".join(partitions), table=table)
            yield "rows", what, table, None
        case Truncate(table):
            yield "rows", say("every row of {table}", table=table), table, None
        case Delete(table):
            yield "rows", _rows(fact), table, None
        case Insert(table, replaces=True):
            yield "rows", say("rows of {table} that the new ones replace", table=table), table, None
        case Update(table):
            yield from _overwritten(met, fact)
        case AlterColumnType(table, column) | RedefineColumn(table, column):
            if not met.born(table, column) and met.effect.destroys:
                yield "values", _narrowed(met, table, column), table, column
        case Opaque(why=why):
            yield "unknown", say("what this statement does is not known: {why}", why=_cut_short(why)), None, None
        case DropObject(kind, name) if met.effect.destroys:
            what = say("{kind} {name}, with all that is in it or of it", kind=kind_of(kind), name=name)
            yield "unknown", what, None, None
        case DropColumn() | AlterColumnType() | RedefineColumn():
            return
        case _ if met.effect.destroys:
            what = say("data of {table} ({what})", table=table or "-", what=met.effect.line.replace("-", " "))
            yield "unknown", what, table if isinstance(table, Name) else None, None


def _left_out(met: Met, table: Name) -> Iterator[_Found]:
    """What the copy of a rebuild lacks. SQLite keeps any value in any column, so types lose nothing there."""
    old, new = met.rebuild or (None, None)
    if old is None or new is None:
        what = say("{table} is rebuilt; what its copy leaves out is not known", table=table)
        yield "unknown", what, table, None
        return
    has = {column.name.lower(): column for column in new.columns}
    for column in old.columns:
        copy = has.get(column.name.lower())
        if met.born(table, column.name):
            continue
        if copy is None:
            what = say("column {table}.{column}, with its values", table=table, column=column.name)
            yield "column", what, table, column.name
        elif column.type and copy.type and effects.type_change(column.type, copy.type, met.server).loses:
            yield "values", _cut(table, column.name, column.type, copy.type), table, column.name


def _rows(fact: Delete) -> Message:
    if not fact.where:
        return say("every row of {table}", table=fact.table)
    if fact.condition is None:
        return say("rows of {table}", table=fact.table)
    return say("rows of {table}: {condition}", table=fact.table, condition=_short(fact.condition))


def _overwritten(met: Met, fact: Update) -> Iterator[_Found]:
    """An UPDATE that fills columns of these very steps, or those that are NULL, overwrites nothing that was there."""
    empty = filled(fact) if fact.where else frozenset[str]()
    old = [one for one in fact.columns if not met.born(fact.table, one) and one.lower() not in empty]
    if fact.columns and not old:
        return
    names = _short(", ".join(old)) or "?"
    if fact.where and fact.condition:
        condition = _short(fact.condition)
        what = say(
            "the old values of {table} ({columns}), which an UPDATE overwrites where {condition}",
            table=fact.table,
            columns=names,
            condition=condition,
        )
    else:
        what = say("the old values of {table} ({columns}), which an UPDATE overwrites", table=fact.table, columns=names)
    yield "values", what, fact.table, None


def _narrowed(met: Met, table: Name, column: str) -> Message:
    known = met.schema.column(table, column)
    old = "?" if known is None or known.type is None else known.type
    new = met.fact.type if isinstance(met.fact, AlterColumnType) else None
    if isinstance(met.fact, RedefineColumn):
        new = met.fact.to.type
    return _cut(table, column, old, new or "?")


def _cut(table: Name, column: str, old: str, new: str) -> Message:
    return say(
        "the values of {table}.{column} as they were: {old} becomes {new}",
        table=table,
        column=column,
        old=flat(old),
        new=flat(new),
    )


def _short(text: str) -> str:
    line = flat(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _cut_short(why: Message) -> Message:
    """Its last value, which may be a statement, as short as that of a line may be."""
    over = len(in_english(why)) - _LONGEST
    match why.values:
        case (*before, (name, str(value))) if 0 < over < len(value):
            return replace(why, values=(*before, (name, value[: -over - 1] + "…")))
        case _:
            return why


_LONGEST = 80
"""Characters, in English."""
