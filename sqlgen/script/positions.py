"""Steps in, the turns in which their parts run out: each with its place, for clients that keep count of what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds
from sqlgen.script.path import Heads
from sqlgen.script.plan import Part, in_parts, mark_prefix, mode, parts
from sqlgen.script.target import Target
from sqlgen.script.things import probe
from sqlgen.script.undo import Undo
from sqlgen.segments import Item, Step

__all__ = ["WHOLE", "Beginning", "Turn", "turns", "undone_twice"]

WHOLE = -1
"""In the place of how many parts of its upgrade stand: a downgrade undoes the whole of it."""

_UNKNOWN = -2
"""In the same place: only a person can tell."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A state in which a part may begin."""

    behind: int
    """How many parts of its upgrade stood, or WHOLE."""
    rows: Heads
    """Of the version table."""
    records: tuple[str, ...]
    """One of them is the record; an empty one is none."""
    any_record: bool = False
    """Or the record is still the upgrade's own, which the guard has read."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One part of a step, and where it stands."""

    step: Step
    number: int
    """Of the step in the script, from 1."""
    total: int
    index: int
    """Of the part in the step, from 1."""
    count: int
    """How many parts the step has."""
    part: Part
    position: int
    """Of the part in the script, from 1."""
    skipped: int
    """How many of the step's items stand before it."""
    in_parts: bool
    """Whether the step is anything but one transaction."""
    undo: Undo | None
    opens: bool
    """It begins a transaction; False too where it goes on in the one before, or runs outside of any."""
    commits: bool

    @property
    def first(self) -> bool:
        return self.index == 1

    @property
    def final(self) -> bool:
        return self.index == self.count

    @property
    def behinds(self) -> tuple[int, ...]:
        """Behind how many parts of its upgrade it may begin, besides WHOLE: what Undo knows the way back from, and all
        of them, which had run when only the stamp was missing."""
        return () if self.undo is None else tuple(sorted(self.undo.possible | {len(self.undo.parts)}))

    def runs(self, item: int) -> tuple[int, ...]:
        """Behind which of these an item of the part (from 0) runs."""
        if self.undo is None:
            return ()
        return tuple(
            behind
            for behind in self.behinds
            if behind == len(self.undo.parts) or behind in self.undo.runs[self.skipped + item]
        )

    def began(self, behind: int = WHOLE) -> str:
        return f"{self._prefix(behind)}{self.index} of {self.count} began"

    def stands(self, index: int, behind: int = WHOLE) -> str:
        """The record when so many of the step's parts stand; there is none before the first one."""
        return f"{self._prefix(behind)}{index} of {self.count} stands" if index else ""

    def running(self, outside: Message) -> Message:
        """Said before it runs. outside: what comes of it when it fails outside of a transaction."""
        return say(
            "sqlgen result: NOT APPLIED yet: step {number} of {total} ({revision}){part} is running; {fate}; "
            "it began at ",
            number=self.number,
            total=self.total,
            revision=self.step.revision,
            part=f" part {self.index} of {self.count}" if self.in_parts else "",
            fate=say("it is rolled back if it fails") if self.part.transaction else outside,
        )

    @property
    def was_done(self) -> Message:
        return say(
            "step {number} of {total} ({revision}): its beginning or all of it was done before",
            number=self.number,
            total=self.total,
            revision=self.step.revision,
        )

    def did_not_begin(self, behind: int = WHOLE) -> str:
        """The record before it; a downgrade that begins in the middle of its upgrade finds the upgrade's."""
        if self.first and behind != WHOLE and self.undo is not None:
            return f"{mark_prefix(self.undo.upgrade)}{behind} of {len(self.undo.parts)} stands"
        return self.stands(self.index - 1, behind)

    def by_behind(self, record: Callable[[int], str]) -> dict[int, str]:
        """A record for each number of parts behind which it may begin."""
        return {behind: record(behind) for behind in (WHOLE, *self.behinds)}

    def beginnings(self) -> Iterator[Beginning]:
        """The whole step's first; it is the only one where there is no Undo."""
        for behind in (WHOLE, *self.behinds):
            fresh = self.first and behind != WHOLE
            stood = () if fresh else (self.stands(self.index - 1, behind),)
            began = () if self.part.transaction else (self.began(behind),)
            rows = self.step.before if behind == WHOLE else self.step.after
            yield Beginning(behind, rows, (*stood, *began), fresh)

    def begun(self, dialect: str) -> Iterator[tuple[str, int, str | None]]:
        """For each record that says a part of the upgrade began: how many parts stand then, and SQL for where it is so;
        without it one less stands. None: always."""
        if self.undo is None:
            return
        prefix, count = mark_prefix(self.undo.upgrade), len(self.undo.parts)
        for number, part in enumerate(self.undo.parts, start=1):
            if part.transaction:
                continue
            asked = probe(part.items[0])
            done = None if asked is None or asked.again else holds(asked.outcome, dialect)
            again = asked is not None and asked.again and undone_twice(self.undo, self.step, number - 1, number)
            yield f"{prefix}{number} of {count} began", number if done or again else _UNKNOWN, done

    def _prefix(self, behind: int) -> str:
        return mark_prefix(self.step, None if behind == WHOLE else behind)

    @property
    def items(self) -> tuple[Item, ...]:
        return self.part.items


def turns(steps: Sequence[Step], total: int, target: Target, undo: Mapping[str, Undo]) -> tuple[Turn, ...]:
    """The turns of steps that are rendered; `total` counts the others too.

    Where the whole range is to commit together, a transaction goes on over the end of a step, as far as it can.
    """
    found: list[Turn] = []
    together = mode(target) == "range"
    for number, step in enumerate(steps, start=1):
        cut, skipped, divided = parts(step, target), 0, in_parts(step, target)
        for index, part in enumerate(cut, start=1):
            goes_on = together and index == 1 and part.transaction and bool(found) and found[-1].commits
            if goes_on and not found[-1].part.own_commit:
                found[-1] = replace(found[-1], commits=False)
            else:
                goes_on = False
            found.append(
                Turn(
                    step,
                    number,
                    total,
                    index,
                    len(cut),
                    part,
                    len(found) + 1,
                    skipped,
                    divided,
                    undo.get(step.revision) if step.direction == "downgrade" else None,
                    part.transaction and not goes_on,
                    part.transaction,
                )
            )
            skipped += len(part.items)
    return tuple(found)


def undone_twice(undo: Undo, step: Step, before: int, behind: int) -> bool:
    """Whether what undoes the parts between two numbers may run though they were never done: to run it once more comes
    to the same. `step` is the downgrade."""
    if behind not in undo.possible or any(before in run and behind not in run for run in undo.runs):
        return False
    more = [item for item, run in zip(step.items, undo.runs, strict=True) if behind in run and before not in run]
    return all((asked := probe(item)) is not None and asked.again for item in more)
