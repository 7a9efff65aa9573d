"""The statements of a range in, which code works while they are half done out.

Old code knows the schema before the range, new code the one behind it. Old code works until something that it may name
is gone, renamed or made required; new code works once everything that it may name is there. What rows mean to code
can't be read from statements, so there it is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile

from sqlgen.facts.vocabulary import (
    DropColumn,
    DropObject,
    DropTable,
    Name,
    RenameColumn,
    RenameTable,
)
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.script.runbook.breaking import breaks
from sqlgen.script.runbook.bringing import brings
from sqlgen.script.runbook.folding import Folding, Met
from sqlgen.script.runbook.renames import Named, Was, given_back, taken
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["Codes", "Reason", "codes", "is_empty"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why code minds a statement."""

    step: int
    """From 0."""
    item: int
    """Of the step, from 0."""
    said: Message
    certain: bool
    """False: whether code minds is not known."""
    name: Named | None = None
    """The table, or the column, that it is about, as it is called there."""
    first: Named | None = None
    """What a rename took away, as it was called where the range begins."""
    until: tuple[int, int] | None = None
    """The step and the item that bring it back."""
    since: tuple[int, int] | None = None
    """New code: the step and the item that took away what comes back here, and was there before."""

    frees: bool = False
    """New code: what does not know the column waits for it too."""

    @property
    def at(self) -> tuple[int, int]:
        """The step and the item."""
        return self.step, self.item

    def is_of(self, table: Name, column: str) -> bool:
        """Whether it is about a column."""
        return self.name is not None and (self.name[0], (self.name[1] or "").lower()) == (table, column.lower())

    def stands(self, step: int, sure: int) -> bool:
        """Whether it is still so behind so many steps, and items of the next that are certainly done."""
        return self.until is None or self.until >= (step, sure)


def _worst(found: Iterable[Reason]) -> Reason | None:
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

    old: tuple[Reason, ...]
    """Why old code may fail once the statement has run."""
    new: tuple[Reason, ...]
    """Why new code may fail until the statement has run."""
    after: Schema
    """The schema behind the range."""

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
        ahead = takewhile(lambda one: one.at >= (step, items), reversed(self.new))
        worst = _worst(one for one in ahead if one.since is None or one.since < (step, items))
        if worst is None:
            return say("works")
        if worst.certain:
            return say("may fail until step {number} is done: {why}", number=worst.step + 1, why=worst.said)
        return say("not known until step {number} is done: {why}", number=worst.step + 1, why=worst.said)


def codes(up: Sequence[Step], target: Target, before: Schema) -> Codes:
    """`before` is the schema where the range begins; it is not changed."""
    return _Collecting(target, before).over(up)


class _Collecting:
    """Reasons, as the steps are gone through."""

    def __init__(self, target: Target, before: Schema) -> None:
        self.folding = Folding.at(before, target)
        self.anything = not is_empty(before, target)
        """Where there was no table before, there is no code that knew one."""
        self.was: Was = {}
        self.old: list[Reason] = []
        self.new = _Awaited()

    def over(self, up: Sequence[Step]) -> Codes:
        for number, step in enumerate(up):
            if step.gap is not None:
                said = say("what is done by hand for {revision} is not known", revision=step.revision)
                self.old += [Reason(number, 0, said, False)] if self.anything else []
                self.new.add(Reason(number, 0, said, False))
            for met in self.folding.facts(step):
                self._take(number, met)
            if step.row_driven:
                said = say("what {revision} does for each row is not in the script", revision=step.revision)
                self.new.add(Reason(number, len(step.items), said, False))
        return Codes(tuple(self.old), self.new.in_order(), self.folding.schema)

    def _take(self, step: int, met: Met) -> None:
        at = step, met.number
        first = taken(met, self.was)
        back = given_back(met, self.was)
        since = None
        if back is not None:
            since = next((one.at for one in self.old if one.first == back and one.until is None), None)
            self.old = [_healed(one, back, at) for one in self.old]
        elif self.anything:
            self.old += (Reason(*at, why.said, why.certain and met.certain, why.name, first) for why in breaks(met))
        self.new.follow(met)
        for why in brings(met):
            sure = why.certain and met.certain
            self.new.add(Reason(*at, why.said, sure, why.name, since=since, frees=why.frees))


def _healed(one: Reason, back: Named, at: tuple[int, int]) -> Reason:
    return replace(one, until=at) if one.until is None and one.first == back else one


class _Awaited:
    """What new code waits for: by the table that it is about, so that each is found when the table changes."""

    def __init__(self) -> None:
        self.by_table: dict[Name | None, list[tuple[int, Reason]]] = {}
        self.count = 0

    def add(self, one: Reason) -> None:
        self.count += 1
        self.by_table.setdefault(one.name and one.name[0], []).append((self.count, one))

    def in_order(self) -> tuple[Reason, ...]:
        """As they were added."""
        return tuple(one for _, one in sorted(chain.from_iterable(self.by_table.values()), key=lambda each: each[0]))

    def follow(self, met: Met) -> None:
        """Without what goes again before new code sees it, and with what is called something else from now on."""
        if not met.certain:
            return
        match met.fact:
            case DropTable(table) if met.rebuilt_as is None:
                self.by_table.pop(table, None)
            case DropObject(kind, name) if kind in _TYPES_AND_VIEWS:
                self.by_table.pop(name, None)
            case DropColumn(table, column):
                self._keep(table, lambda one: one if one.frees or not one.is_of(table, column) else None)
            case RenameColumn(table, column, to):
                self._keep(table, lambda one: _renamed(one, to) if one.is_of(table, column) else one)
            case RenameTable(table, other):
                here = self.by_table.pop(table, [])
                self.by_table.setdefault(other, []).extend(here)
                self._keep(other, lambda one: _moved(one, table, other))

    def _keep(self, table: Name, change: Callable[[Reason], Reason | None]) -> None:
        here = [(number, change(one)) for number, one in self.by_table.get(table, ())]
        self.by_table[table] = [(number, one) for number, one in here if one is not None]


def _renamed(one: Reason, to: str) -> Reason | None:
    """About a column under another name: that it is there, its rename says."""
    assert one.name is not None
    return replace(one, name=(one.name[0], to)) if one.frees else None


def _moved(one: Reason, table: Name, to: Name) -> Reason | None:
    if one.name is None or one.name[0] != table:
        return one
    if one.name[1] is None and one.certain:
        return None
    return replace(one, name=(to, one.name[1]))


_TYPES_AND_VIEWS = ("view", "materialized view", "sequence", "type", "domain")
"""What shares its names with tables."""


def is_empty(before: Schema, target: Target) -> bool:
    """Whether there certainly was no table, so that no code has known one."""
    own = Name(target.version_table, target.version_table_schema)
    return not before.tables() and before.state().is_empty_at(own)
