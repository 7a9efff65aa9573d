"""Both directions of a range and the schema before it in, the data that is destroyed, and what no way back brings, out.

A downgrade makes a table or a column again, never what was in it; an UPDATE, a DELETE, a narrower type have no inverse
in the database. What is not listed here comes back, as far as the statements can be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlgen.facts.kinds import kind_of
from sqlgen.facts.vocabulary import (
    AddEnumValue,
    Delete,
    DropTable,
    Insert,
    Name,
    Truncate,
    Update,
)
from sqlgen.lint.roundtrip import RoundTrip, Trips
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.script.losses.statements import Loss, destroyed
from sqlgen.script.runbook.called import Called, Renamed
from sqlgen.script.runbook.folding import Folding, where
from sqlgen.script.target import Target
from sqlgen.script.things import outcome
from sqlgen.segments import Step

__all__ = ["Loss", "Losses", "WayBack", "losses", "title_down", "title_up", "told"]


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

    renamed: tuple[tuple[Name, Renamed], ...] = ()
    """Tables of `tables_back`, and what each was called before some place of the upgrade."""

    @property
    def nowhere(self) -> bool:
        """Whether there is no way back at all: the first step can't be made, or no downgrade does anything."""
        states = [way.state for way in self.back]
        return bool(states) and (states[0] == "is missing" or set(states) == {"does nothing"})

    @property
    def tables_up(self) -> tuple[Name, ...]:
        """The tables that apply.sql takes data from, for a backup, as they are called before it."""
        return _tables(self.up)

    @property
    def tables_back(self) -> tuple[Name, ...]:
        """The tables that rollback.sql takes data from, as they are called behind the whole range."""
        return _tables([loss for way in self.back for loss in way.destroys])


def _tables(found: Sequence[Loss]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(table for loss in found for table in loss.kept))


def losses(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> Losses:
    """`up` and `down` are the same range in both directions; `before` is the schema where it begins. Not changed."""
    folding, trips = Folding.at(before, target), Trips()
    found: dict[str, list[Loss]] = {}
    earlier: dict[str, Called] = {}
    for step in up:
        trips.begin(step, folding.schema)
        earlier[step.revision] = folding.called.copy()
        found[step.revision] = list(destroyed(step, folding))
    end, called = folding.schema, folding.called
    folding = Folding.at(end, target)
    upgrades = {step.revision: step for step in up}
    back = []
    for step in down:
        upgrade = upgrades.get(step.revision)
        destroys = tuple(loss for loss in destroyed(step, folding) if step.gap is None)
        told = tuple(trips.end(step, folding.schema))
        lost = found.get(step.revision, [])
        if step.items:
            lost = [_as_it_was(loss, earlier[step.revision]) for loss in lost]
        back.append(_way_back(step, upgrade, destroys, lost, told, folding.schema))
    made = Losses(tuple(loss for each in found.values() for loss in each), tuple(back))
    renamed = tuple((table, one) for table in made.tables_back for one in called.trail(table))
    return replace(made, renamed=renamed)


def _as_it_was(loss: Loss, before: Called) -> Loss:
    """By the name that the table had before its revision, which is what it goes back to."""
    if loss.table is None or not loss.kept:
        return loss
    return replace(loss, table=before.last(loss.kept[0]))


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
        return WayBack(step, "is missing", gone=tuple(_for_good(loss) for loss in lost))
    gone = tuple(said for loss in lost if (said := _not_back(loss, step, after)) is not None)
    merge = len(step.before) != 1 or len(step.after) > 1
    if not step.items and upgrade is not None and upgrade.items and not merge:
        stays = tuple(_stays(upgrade, lost)) or (() if gone else (say("what its upgrade did stays"),))
        return WayBack(step, "does nothing", destroys, gone, stays)
    differs = [
        say("{table}: {differences}", table=trip.table, differences="; ".join(map(str, trip.differences)))
        for trip in trips
    ]
    differs += _rows_that_stay(step, upgrade, after)
    differs += _labels_that_stay(upgrade, after)
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
            return _for_good(loss)


def _for_good(loss: Loss) -> Message:
    return say("not brought back: {what}", what=loss.what)


def _updates(step: Step, table: Name) -> bool:
    return any(isinstance(fact, Update) and fact.table == table for item in step.items for fact in item.facts)


def _stays(upgrade: Step, lost: Sequence[Loss]) -> Iterator[Message]:
    """What an upgrade has made and taken away, where nothing undoes it, besides the tables and columns of `lost`."""
    gone = {(loss.kind, loss.table.name, loss.column) for loss in lost if loss.table is not None}
    for item in upgrade.items:
        for fact in item.facts:
            for thing, there in outcome(fact):
                name = thing.name if thing.table is None else f"{thing.table}.{thing.name}"
                key = (thing.kind, thing.table or thing.name, thing.name if thing.kind == "column" else None)
                if there:
                    yield say("{kind} {name} stays", kind=kind_of(thing.kind), name=name)
                elif key not in gone:
                    yield say("{kind} {name} stays away", kind=kind_of(thing.kind), name=name)


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


def _labels_that_stay(upgrade: Step | None, after: Schema) -> Iterator[Message]:
    """PostgreSQL manual, ALTER TYPE: a value can't be taken out of an enum, short of making the type anew."""
    added = [fact for item in (upgrade.items if upgrade else ()) for fact in item.facts]
    for fact in dict.fromkeys(one for one in added if isinstance(one, AddEnumValue)):
        known = after.object("type", fact.type)
        labels = None if known is None else known.labels
        if (labels is None or fact.value in labels) and after.has_object("type", fact.type) is not False:
            yield say("label {value} of type {type} stays", value=fact.value, type=fact.type)


# ---- for the top of the scripts

_COMMANDS = say("runbook.md of the bundle has the commands, or that of: sqlgen emit RANGE -o DIR/")


def title_up(found: Losses) -> tuple[str, ...]:
    """Lines for the top of apply.sql: what it destroys."""
    known = [loss for loss in found.up if loss.kind not in ("definition", "unknown")]
    lacking = [loss for loss in found.up if loss.kind == "definition"]
    unknown = [loss for loss in found.up if loss.kind == "unknown"]
    lines: list[str] = []
    if known:
        lines += ["", str(say("DATA IS DESTROYED:")), *map(_line, known)]
        lines.append(str(say("Dump these tables first: {where}", where=_COMMANDS)))
    if lacking:
        lines += ["", str(say("GONE WITH A REBUILT TABLE, make these again afterwards:")), *map(_line, lacking)]
    if unknown:
        lines += ["", str(say("NOT KNOWN, whether these destroy data:")), *map(_line, unknown)]
    if found.nowhere:
        lines += ["", str(say("THERE IS NO WAY BACK by script: no-rollback.md says why, and what to do instead."))]
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
        lines.append(str(say("Dump the tables that it destroys data of first: {where}", where=_COMMANDS)))
    return tuple(lines)


def told(way: WayBack) -> Iterator[Message]:
    """What going back over one revision loses, line by line."""
    match way.state:
        case "is missing":
            why = "" if way.step.gap is None else way.step.gap.reason
            yield say("THERE IS NO WAY BACK from it: {why}", why=why)
        case "does nothing":
            yield say("NOT UNDONE: its downgrade() does nothing, and the version table goes back all the same")
        case "runs":
            pass
    yield from way.gone
    yield from (
        loss.what if loss.kind == "unknown" else say("destroys {what}", what=loss.what) for loss in way.destroys
    )
    for text in way.differs:
        yield say("not as it was: {text}", text=text) if way.state == "runs" else text
