"""An upgrade, its downgrade and the schema before them in, the way back from the middle of the upgrade out.

Where a revision commits in parts, a script can stop behind any of them. Which statements of the downgrade undo what
stands there is found by replaying both: a statement that would change nothing, or whose object is not there, is left
out; and a way back counts only where it ends at the schema with which the upgrade began, or at the one that the whole
downgrade leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import (
    AlterColumnType,
    Begin,
    Commit,
    CreateEnum,
    Delete,
    Describe,
    DropNotNull,
    Fact,
    Insert,
    LockTable,
    Maintain,
    Name,
    RedefineColumn,
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
from sqlgen.lint.roundtrip import differences, touched
from sqlgen.schema import Schema
from sqlgen.script.plan import Part, in_parts, parts
from sqlgen.script.target import Target
from sqlgen.script.things import Thing, identified, outcome
from sqlgen.script.undo_data import Data
from sqlgen.segments import Item, Step

__all__ = ["Undo", "undos"]


@dataclass(frozen=True, slots=True)
class Undo:
    """How one downgrade goes back from the middle of its upgrade."""

    upgrade: Step
    parts: tuple[Part, ...]
    """Of the upgrade."""
    runs: tuple[frozenset[int], ...]
    """For each item of the downgrade: behind which numbers of parts of the upgrade it runs, 1 … len(parts). Behind the
    last one, where only the stamp is missing, all of them run; behind none (the first part began and did not get done)
    none does."""
    possible: frozenset[int]
    """Behind which numbers of parts a way back is known; 0, where there is nothing to undo, and len(parts), where the
    whole downgrade runs, are always among them."""


def undos(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> dict[str, Undo]:
    """By revision, for those whose upgrade commits in parts. `before`: the schema where the range begins; it is not
    changed."""
    back = {step.revision: step for step in down if step.gap is None}
    schema = Schema(before.dialect, lambda: before)
    found: dict[str, Undo] = {}
    for step in up:
        if step.gap is not None:
            schema.taint()
            continue
        way = back.get(step.revision)
        if way is not None and in_parts(step, target):
            found[step.revision] = _undo(step, way, parts(step, target), schema)
        for item in step.items:
            schema.apply_all(item.facts)
    return found


def _undo(up: Step, down: Step, cut: tuple[Part, ...], schema: Schema) -> Undo:
    names = {name for item in (*up.items, *down.items) for fact in item.facts for name in touched(fact)}
    start = schema.fork(names)
    whole = _State(schema.fork(names))
    whole.upgrade(cut, len(cut))
    for item in down.items:
        whole.run(item)
    runs: list[set[int]] = [{len(cut)} for _ in down.items]
    possible = {0, len(cut)}
    for behind in range(1, len(cut)):
        state = _State(schema.fork(names))
        state.upgrade(cut, behind)
        chosen = state.back(down.items)
        if chosen is not None and any(_same(state.schema, end, names) for end in (start, whole.schema)):
            possible.add(behind)
            for number in chosen:
                runs[number].add(behind)
    return Undo(up, cut, tuple(map(frozenset, runs)), frozenset(possible))


def _same(one: Schema, other: Schema, names: Iterable[Name]) -> bool:
    return not any(True for name in names for _ in differences(other.table(name), one.table(name), one.dialect))


_STRUCTURE = (
    AlterColumnType,
    RedefineColumn,
    SetNotNull,
    DropNotNull,
    SetDefault,
    SetColumnOption,
    SetTableOption,
    ValidateConstraint,
)
"""Changes of what is there, which can be done twice."""
_HARMLESS = (Begin, Commit, LockTable, Maintain, SetOption, CreateEnum)
_DATA = (Insert, Update, Delete, Truncate)


@dataclass(slots=True)
class _State:
    """What stands while the way back is looked for."""

    schema: Schema
    things: dict[Thing, bool] = field(default_factory=dict)
    """Which of the things that the upgrade makes or takes away are there."""
    lost: bool = False
    """Something ran that can't be read."""
    data: Data = field(init=False)

    def __post_init__(self) -> None:
        self.data = Data(self.schema.dialect)

    def upgrade(self, cut: Sequence[Part], behind: int) -> None:
        """Run so many of its parts; note of the others what has not come about."""
        self.data.know_renames(fact for part in cut for item in part.items for fact in item.facts)
        later = [fact for part in cut[behind:] for item in part.items for fact in item.facts]
        for fact in later:
            for thing, there in outcome(fact):
                self.things.setdefault(identified(thing, self.schema.dialect), not there)
            self.data.waiting.update(self.data.written(fact))
        for part in cut[:behind]:
            for item in part.items:
                self.run(item)
                for fact in item.facts:
                    self.lost |= not _known(fact)
                    self.data.begun.update(self.data.written(fact))

    def run(self, item: Item) -> None:
        for fact in item.facts:
            for thing, there in outcome(fact):
                self.things[identified(thing, self.schema.dialect)] = there
        self.schema.apply_all(item.facts)

    def back(self, items: Sequence[Item]) -> list[int] | None:
        """The numbers of the items that undo what stands, run one after another; None where that is not known."""
        chosen: list[int] = []
        for number, item in enumerate(items):
            wanted = self._wanted(item)
            if wanted is None or self.lost:
                return None
            if wanted:
                chosen.append(number)
                self.run(item)
        return chosen

    def _wanted(self, item: Item) -> bool | None:
        """Whether a statement of the downgrade has something to do; None where that is not known, or only in part."""
        answers = {answer for fact in item.facts if (answer := self._of(fact, item)) != "either"}
        if not item.facts or "unknown" in answers or len(answers) > 1:
            return None
        return "yes" in answers

    def _of(self, fact: Fact, item: Item) -> str:
        """yes, no, either (it matters to nothing) or unknown."""
        told = tuple(outcome(fact))
        if told:
            there = {self._is_there(thing) == wanted for thing, wanted in told if self._is_there(thing) is not None}
            if any(self._is_there(thing) is None for thing, _ in told) or len(there) > 1:
                return "unknown"
            return "no" if there == {True} or self._table_is_gone(fact) else "yes"
        match fact:
            case Describe() | Begin() | Commit() | LockTable() | Maintain() | SetOption():
                return "no" if self._table_is_gone(fact) else "either"
            case Select():
                return "either" if fact == Select() else "unknown"
            case Insert() | Update() | Delete() | Truncate():
                return self._of_data(fact, item)
            case _ if isinstance(fact, _STRUCTURE):
                return self._structure(fact)
        return "unknown"

    def _structure(self, fact: Fact) -> str:
        """Of a change of what is there: no where it changes nothing, or what it changes is not there."""
        table, column = getattr(fact, "table", None), getattr(fact, "column", None)
        if not isinstance(table, Name) or self._table_is_gone(fact):
            return "no" if isinstance(table, Name) else "unknown"
        if isinstance(column, str) and self._is_there(Thing("column", column, table.schema, table.name)) is False:
            return "no"
        if not self.schema.is_complete(table):
            return self.data.by_table(table)
        trial = self.schema.fork([table])
        trial.apply(fact)
        return "yes" if any(differences(self.schema.table(table), trial.table(table), trial.dialect)) else "no"

    def _of_data(self, fact: Insert | Update | Delete | Truncate, item: Item) -> str:
        """What is written under a name that is not there is the upgrade's later work; or has another name yet."""
        table = fact.table
        names = fact.columns if isinstance(fact, Update) else ()
        gone = self._table_is_gone(fact) or any(
            self._is_there(Thing("column", name, table.schema, table.name)) is False for name in names
        )
        if gone:
            return "unknown" if self.data.is_begun(fact) else "no"
        return self.data.wanted(fact, item)

    def _table_is_gone(self, fact: Fact) -> bool:
        table = getattr(fact, "table", None)
        return isinstance(table, Name) and self._is_there(Thing("table", table.name, table.schema)) is False

    def _is_there(self, thing: Thing) -> bool | None:
        known = self.things.get(identified(thing, self.schema.dialect))
        if known is not None:
            return known
        of = Name(thing.table or thing.name, thing.schema)
        match thing.kind:
            case "table":
                return self.schema.has_table(of)
            case "column":
                return self.schema.column(of, thing.name) is not None or _absent(self.schema, of)
            case "index" if thing.table is not None:
                index = self.schema.index(Name(thing.name, thing.schema), of)
                return index is not None or _absent(self.schema, of)
            case "constraint":
                return self.schema.constraint(of, thing.name) is not None or _absent(self.schema, of)
        return None


def _absent(schema: Schema, table: Name) -> bool | None:
    """False where all of the table is known, so that what was not found is not there; else None."""
    return False if schema.is_complete(table) or schema.has_table(table) is False else None


def _known(fact: Fact) -> bool:
    """Whether all that it does is known."""
    return (
        isinstance(fact, (*_STRUCTURE, *_HARMLESS, *_DATA, Describe))
        or any(True for _ in outcome(fact))
        or fact == Select()
    )
