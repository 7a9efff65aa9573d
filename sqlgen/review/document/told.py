"""A range in, what is known of each of its statements out: the facts and the effect of each, just before it happens.

The review and evidence/effects.json both say it from here. A negative is known only where a statement is known as a
whole: of one whose work can't be said, what nobody saw is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlgen.effects import Commits, Effect, Work, combined
from sqlgen.facts.vocabulary import External, Fact, Name, Opaque
from sqlgen.lint.session import Session, preamble_options
from sqlgen.messages import Message, say
from sqlgen.review.document.source import Source
from sqlgen.script.losses.statements import Loss
from sqlgen.script.runbook.folding import Folding, Met
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step

__all__ = ["Did", "Known", "Told", "of_range", "told"]


@dataclass(frozen=True, slots=True)
class Did:
    """One fact of a statement."""

    fact: Fact
    effect: Effect
    """No code of before knows a table that the script has made, so none breaks by what is done to it."""
    new: bool
    """Whether the script itself has made its table."""
    rebuilt_as: Name | None
    """Of a DropTable: the filled copy that takes the table's name right after it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One statement."""

    step: Step
    item: Item
    did: tuple[Did, ...]
    """Not empty."""
    effect: Effect
    """Of all of them together."""
    new: frozenset[Name]
    """The locked tables that the script itself has made."""
    lost: tuple[Loss, ...]
    """What it takes of what was there before the script."""
    lock_timeout_ms: int | None
    statement_timeout_ms: int | None

    @property
    def unknown(self) -> tuple[Message | str, ...]:
        """Why its work can't be said; empty where it can."""
        return tuple(_unknown(did) for did in self.did if did.effect.work is Work.UNKNOWN)

    @property
    def reversible(self) -> bool | None:
        return self._sure(self.effect.reversible, careless=True)

    @property
    def breaks(self) -> bool | None:
        """Whether code that knows only the schema before it may stop working."""
        return self._sure(self.effect.breaks, careless=False)

    @property
    def may_fail(self) -> bool | None:
        """Whether rows that are there may make it fail."""
        return self._sure(self.effect.may_fail, careless=False)

    @property
    def destroys(self) -> tuple[Loss, ...] | None:
        """What is gone afterwards."""
        return None if not self.lost and self._partly else self.lost

    @property
    def commits(self) -> Commits | None:
        return None if self._partly and self.effect.commits is Commits.WITH else self.effect.commits

    @property
    def _partly(self) -> bool:
        """Whether something of it is not known."""
        return any(did.effect.work is Work.UNKNOWN for did in self.did)

    def _sure(self, said: bool, *, careless: bool) -> bool | None:
        return None if self._partly and said is careless else said


Known = tuple[tuple[Told, ...], tuple[Told, ...]]
"""Of the statements of both directions, in the order in which scripts number them."""


def told(source: Source) -> Known:
    """Of the statements of `range.up` and of `range.down`, in the order in which scripts number them."""
    return of_range(source.range)


def of_range(range: Range) -> Known:
    """The same, of a range alone. What is done by hand behind a gate has no statements."""
    begin = Folding.at(range.before, range.target)
    up = tuple(_all(range.up, begin, range.target, range.losses.up))
    lost = [loss for way in range.losses.back for loss in way.destroys]
    down = tuple(_all(range.down, Folding.at(begin.schema, range.target), range.target, lost))
    return up, down


def _all(steps: Sequence[Step], folding: Folding, target: Target, lost: Iterable[Loss]) -> Iterator[Told]:
    """Step by step; the folding is moved on behind all of them."""
    session = Session(
        target.dialect, preamble_options(target.dialect, target.lock_timeout_ms, target.statement_timeout_ms)
    )
    by_statement: dict[tuple[str, int | None], list[Loss]] = {}
    for loss in lost:
        by_statement.setdefault((loss.revision, loss.item), []).append(loss)
    for step in steps:
        found = list(_step(step, folding, session, by_statement))
        if step.gap is None:
            yield from found


def _step(
    step: Step, folding: Folding, session: Session, lost: Mapping[tuple[str, int | None], Sequence[Loss]]
) -> Iterator[Told]:
    for number, facts in groupby(folding.all_facts(step), key=lambda met: met.number):
        item = step.items[number]
        session.enter(item)
        limits = session.lock_timeout_ms, session.statement_timeout_ms
        did: list[Did] = []
        new: set[Name] = set()
        for met in facts:
            one = _did(met)
            did.append(one)
            new.update(lock.table for lock in one.effect.locks if met.created(lock.table))
            session.apply(item, met.fact, one.effect, met.schema.created)
        whole = combined([one.effect for one in did])
        assert whole is not None, "a statement has a fact at least"
        here = tuple(lost.get((step.revision, number), ()))
        yield Told(step, item, tuple(did), whole, frozenset(new), here, *limits)


def _did(met: Met) -> Did:
    done = met.effect
    table = getattr(met.fact, "table", None)
    new = isinstance(table, Name) and met.created(table)
    return Did(met.fact, replace(done, breaks=False) if new and done.breaks else done, new, met.rebuilt_as)


def _unknown(did: Did) -> Message | str:
    match did.fact:
        case Opaque(why=why):
            return why
        case External(what=what):
            return say("{what} leaves the database", what=what)
        case fact:
            line = did.effect.line.replace("-", " ")
            return say("{fact}: {line}", fact=type(fact).__name__, line=line)
