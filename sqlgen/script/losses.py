"""Both directions of a range and the schema before it in, the data that is destroyed, and what no way back brings, out.

A downgrade makes a table or a column again, never what was in it; an UPDATE, a DELETE, a narrower type have no inverse
in the database. What is not listed here comes back, as far as the statements can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlgen import effects
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
from sqlgen.lint.roundtrip import RoundTrip, Trips
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.script.path import flat, gap_reason
from sqlgen.script.runbook_folding import Folding, Met, where
from sqlgen.script.target import Target
from sqlgen.script.things import outcome
from sqlgen.segments import Step

__all__ = ["Loss", "Losses", "WayBack", "losses", "title_down", "title_up"]


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that a statement destroys."""

    revision: str
    where: str
    """`file:line`, or the file."""
    kind: Literal["table", "column", "rows", "values", "unknown"]
    what: Message
    table: Name | None
    """What a backup must hold; None where that can't be said."""
    column: str | None = None


@dataclass(frozen=True, slots=True)
class WayBack:
    """What going back over one revision loses."""

    step: Step
    """The downgrade."""
    state: Literal["runs", "does nothing", "is missing"]
    destroys: tuple[Loss, ...] = ()
    """Data that its own statements destroy: what was written since the upgrade, too."""
    gone: tuple[Message, ...] = ()
    """What the upgrade destroyed, and it does not bring back."""
    differs: tuple[Message, ...] = ()
    """How the schema is then other than the upgrade found it."""

    @property
    def whole(self) -> bool:
        """Whether nothing is lost."""
        return self.state == "runs" and not (self.destroys or self.gone or self.differs)


@dataclass(frozen=True, slots=True)
class Losses:
    """What a range destroys on its way up, and on its way back."""

    up: tuple[Loss, ...]
    back: tuple[WayBack, ...]
    """One for each downgrade, in the order in which they run."""

    @property
    def nowhere(self) -> bool:
        """Whether there is no way back at all: the first step can't be made, or no downgrade does anything."""
        states = [way.state for way in self.back]
        return bool(states) and (states[0] == "is missing" or set(states) == {"does nothing"})

    @property
    def tables_up(self) -> tuple[Name, ...]:
        """The tables that apply.sql takes data from, for a backup."""
        return _tables(self.up)

    @property
    def tables_back(self) -> tuple[Name, ...]:
        """The tables that rollback.sql takes data from."""
        return _tables([loss for way in self.back for loss in way.destroys])


def _tables(found: Sequence[Loss]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(loss.table for loss in found if loss.table is not None))


def losses(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> Losses:
    """`up` and `down` are the same range in both directions; `before` is the schema where it begins. Not changed."""
    folding, trips = Folding.at(before, target), Trips()
    found: dict[str, list[Loss]] = {}
    for step in up:
        trips.begin(step, folding.schema)
        found[step.revision] = list(_destroyed(step, folding))
    end = folding.schema
    folding = Folding.at(end, target)
    upgrades = {step.revision: step for step in up}
    back = []
    for step in down:
        upgrade = upgrades.get(step.revision)
        destroys = tuple(loss for loss in _destroyed(step, folding) if step.gap is None)
        told = tuple(trips.end(step, folding.schema))
        lost = found.get(step.revision, ())
        back.append(_way_back(step, upgrade, destroys, lost, told, folding.schema))
    return Losses(tuple(loss for each in found.values() for loss in each), tuple(back))


# ---- what statements destroy


def _destroyed(step: Step, folding: Folding) -> Iterator[Loss]:
    if step.gap is not None:
        what = say("what is done by hand for it is not known")
        yield Loss(step.revision, where(step), "unknown", what, None)
    for met in folding.facts(step):
        for kind, what, table, column in _of(met):
            yield Loss(step.revision, where(step, met.item), kind, what, table, column)


_Found = tuple[Literal["table", "column", "rows", "values", "unknown"], Message, Name | None, str | None]


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
            yield "unknown", say("what this statement does is not known: {why}", why=flat(why)), None, None
        case DropObject(kind, name) if met.effect.destroys:
            yield "unknown", say("{kind} {name}, with all that is in it or of it", kind=kind, name=name), None, None
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
    """An UPDATE that fills columns of these very steps overwrites nothing that was there."""
    old = [column for column in fact.columns if not met.born(fact.table, column)]
    if fact.columns and not old:
        return
    names = ", ".join(old) or "?"
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
        "values of {table}.{column} that {new} does not hold as {old} did",
        table=table,
        column=column,
        old=flat(old),
        new=flat(new),
    )


def _short(text: str) -> str:
    line = flat(text)
    return line if len(line) <= 80 else line[:79] + "…"


# ---- what the way back loses


def _way_back(
    step: Step,
    upgrade: Step | None,
    destroys: tuple[Loss, ...],
    lost: Sequence[Loss],
    trips: Sequence[RoundTrip],
    after: Schema,
) -> WayBack:
    """`after` is the schema behind the downgrade."""
    if step.gap is not None:
        return WayBack(step, "is missing", gone=tuple(loss.what for loss in lost))
    gone = tuple(said for loss in lost if (said := _not_back(loss, step, after)) is not None)
    merge = len(step.before) != 1 or len(step.after) > 1
    if not step.items and upgrade is not None and upgrade.items and not merge:
        stays = tuple(_stays(upgrade)) or (() if gone else (say("what its upgrade did stays"),))
        return WayBack(step, "does nothing", destroys, gone, stays)
    differs = [
        say("{table}: {differences}", table=trip.table, differences="; ".join(map(str, trip.differences)))
        for trip in trips
    ]
    differs += _rows_that_stay(step, upgrade, after)
    return WayBack(step, "runs", destroys, gone, tuple(differs))


def _not_back(loss: Loss, step: Step, after: Schema) -> Message | None:
    """What is not there again of something that the upgrade destroyed; None where its author has undone it."""
    match loss:
        case Loss(kind="table", table=Name() as table):
            if after.has_table(table):
                return say("table {table} is there again, but without its rows", table=table)
            return say("table {table} does not come back, nor do its rows", table=table)
        case Loss(kind="column", table=Name() as table, column=str(column)):
            if after.column(table, column) is not None:
                return say("column {table}.{column} is there again, but without its values", table=table, column=column)
            return say("column {table}.{column} does not come back, nor do its values", table=table, column=column)
        case Loss(kind="values", table=Name() as table) if _updates(step, table):
            return say("only its own UPDATE says what becomes of {what}", what=loss.what)
        case _:
            return say("not brought back: {what}", what=loss.what)


def _updates(step: Step, table: Name) -> bool:
    return any(isinstance(fact, Update) and fact.table == table for item in step.items for fact in item.facts)


def _stays(upgrade: Step) -> Iterator[Message]:
    """What an upgrade has made and taken away, where nothing undoes it."""
    for item in upgrade.items:
        for fact in item.facts:
            for thing, there in outcome(fact):
                name = thing.name if thing.table is None else f"{thing.table}.{thing.name}"
                if there:
                    yield say("{kind} {name} stays", kind=thing.kind, name=name)
                else:
                    yield say("{kind} {name} stays away", kind=thing.kind, name=name)


def _rows_that_stay(step: Step, upgrade: Step | None, after: Schema) -> Iterator[Message]:
    """Tables that the upgrade put rows into, and that the downgrade takes none from."""
    if upgrade is None:
        return
    touched = {
        fact.table
        for item in step.items
        for fact in item.facts
        if isinstance(fact, Delete | Truncate | DropTable | Insert)
    }
    filled = dict.fromkeys(fact.table for item in upgrade.items for fact in item.facts if isinstance(fact, Insert))
    for table in filled:
        if table not in touched and not table.name.startswith("_alembic_tmp_") and after.has_table(table):
            yield say("the rows that its upgrade put into {table} stay", table=table)


# ---- for the top of the scripts


def title_up(found: Losses) -> tuple[str, ...]:
    """Lines for the top of apply.sql: what it destroys."""
    known = [loss for loss in found.up if loss.kind != "unknown"]
    unknown = [loss for loss in found.up if loss.kind == "unknown"]
    lines: list[str] = []
    if known:
        lines += ["", str(say("DATA IS DESTROYED:")), *map(_line, known)]
        lines.append(str(say("Dump these tables first; runbook.md has the commands.")))
    if unknown:
        lines += ["", str(say("NOT KNOWN, whether these destroy data:")), *map(_line, unknown)]
    return tuple(lines)


def _line(loss: Loss) -> str:
    return f"  {loss.revision} ({loss.where}): {loss.what}"


def title_down(found: Losses) -> tuple[str, ...]:
    """Lines for the top of rollback.sql: what it does not bring back, and what it destroys itself."""
    lost = [way for way in found.back if not way.whole]
    if not lost:
        return ()
    lines = ["", str(say("WHAT THIS ROLLBACK LOSES:"))]
    for way in lost:
        lines += [f"  {way.step.revision} ({where(way.step)})", *(f"    {text}" for text in told(way))]
    if found.tables_back:
        lines.append(str(say("Dump the tables that it destroys data of first; runbook.md has the commands.")))
    return tuple(lines)


def told(way: WayBack) -> Iterator[Message]:
    """What going back over one revision loses, line by line."""
    match way.state:
        case "is missing":
            yield say("THERE IS NO WAY BACK from it: {why}", why=gap_reason(way.step))
        case "does nothing":
            yield say("NOT UNDONE: its downgrade() does nothing, and the version table goes back all the same")
        case "runs":
            pass
    yield from way.gone
    yield from (say("destroys {what}", what=loss.what) for loss in way.destroys)
    for text in way.differs:
        yield say("not as it was: {text}", text=text) if way.state == "runs" else text
