"""A range in, out whether it runs before or after the new code, what each code minds, and where to cut it.

Old code is that of before the range, new code that of behind it. A statement that takes something away ends the old
code; one that brings something is waited for by the new one. Which names, the facts say (script/runbook/code.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from sqlgen.facts.vocabulary import CreateTable, Name
from sqlgen.messages import Message, listed, say
from sqlgen.review.document import model
from sqlgen.review.document.cutting import Cutting, cutting
from sqlgen.review.document.mapped import dotted, mapped
from sqlgen.review.document.source import Source
from sqlgen.script.runbook.code import Codes, Reason, codes, is_empty

_When = Literal["before", "after", "either", "stop", "split", "unknown"]
_SHOWN = 5
"""So many names stand in a sentence."""


def deploy(source: Source, forward: Sequence[model.Statement]) -> model.Deploy:
    """`forward`: the statements of the range, with the numbers of their transactions."""
    range = source.range
    told = codes(range.up, range.target, range.before)
    if is_empty(range.before, range.target) and not source.down_only:
        title = say("Run it before the new code: there is nothing in the database that other code could use.")
        return model.Deploy("before", str(title), (), (), mapped(source, told, ()).sentences, ())
    shown = _Shown.of(source, forward)
    old, new = shown.lasting(told)
    models = mapped(source, told, [one for one in old if one.certain])
    cut = cutting(source, {one.step for one in old if one.certain}, {one.step for one in new if one.certain})
    when = "stop" if models.still else _when(old, new, cut)
    named = _without_own(new, source)
    title = _title(when, old, named if when == "before" else new, models.still, source)
    if source.down_only:
        title = say(
            "Here the old code is the one that runs now, the new code the one to go back to. {title}", title=title
        )
    return model.Deploy(
        when=when,
        title=str(title),
        old_code=tuple(map(shown.reason, old)),
        new_code=tuple(map(shown.reason, named)),
        models=models.sentences,
        cuts=_cuts(cut, old, named) if when == "split" and cut is not None else (),
    )


def _without_own(new: Sequence[Reason], source: Source) -> list[Reason]:
    """Without the columns of tables that the range itself has made: who needs the table needs them."""
    made: set[Name] = set()
    kept = []
    for one in new:
        if one.name is None or one.name[1] is None or one.name[0] not in made:
            kept.append(one)
        if one.certain:
            items = source.range.up[one.step].items
            facts = items[one.item].facts if one.item < len(items) else ()
            made |= {fact.table for fact in facts if isinstance(fact, CreateTable)}
    return kept


@dataclass(frozen=True, slots=True)
class _Shown:
    """Reasons as the review names them."""

    source: Source
    first: Sequence[int]
    """Of each step, the number of its first statement."""
    transactions: Mapping[int, int]

    @classmethod
    def of(cls, source: Source, forward: Sequence[model.Statement]) -> _Shown:
        counts = [0 if step.gap is not None else len(step.items) for step in source.range.up]
        first = [*accumulate(counts, initial=1)]
        return cls(source, first, {each.number: each.transaction for each in forward})

    def number(self, at: tuple[int, int]) -> int | None:
        """None of what is no statement: a gate, or what is done for each row."""
        step, item = at
        number = self.first[step] + item
        return number if number < self.first[step + 1] else None

    def lasting(self, told: Codes) -> tuple[list[Reason], list[Reason]]:
        """Without what is taken away and comes back in one transaction, so that no code sees it."""
        old = [one for one in told.old if not self._together(one.at, one.until)]
        new = [one for one in told.new if not self._together(one.at, one.since)]
        return old, new

    def _together(self, one: tuple[int, int], other: tuple[int, int] | None) -> bool:
        if other is None:
            return False
        numbers = self.number(one), self.number(other)
        if None in numbers:
            return False
        found = [self.transactions.get(number) for number in numbers if number is not None]
        return found[0] == found[1] or numbers[0] == numbers[1]

    def reason(self, one: Reason) -> model.CodeReason:
        text = one.said
        if one.until is not None and (number := self.number(one.until)) is not None:
            text = say("{why}, until statement {number} brings it back", why=one.said, number=number)
        return model.CodeReason(
            text=str(text),
            name=None if one.name is None else dotted(*one.name),
            revision=self.source.range.up[one.step].revision,
            statement=self.number(one.at),
            certain=one.certain,
        )


def _when(old: Sequence[Reason], new: Sequence[Reason], cut: Cutting | None) -> _When:
    sure_old, sure_new = (any(one.certain for one in reasons) for reasons in (old, new))
    if sure_old and sure_new:
        return "stop" if cut is None else "split"
    if sure_old or sure_new:
        return "after" if sure_old else "before"
    if old and new:
        return "unknown"
    return "after" if old else "before" if new else "either"


# ---- in words


def _title(when: _When, old: Sequence[Reason], new: Sequence[Reason], still: Sequence[str], source: Source) -> Message:
    match when:
        case "either":
            return say("It may run before or after the new code: no code minds it.")
        case "before":
            return say(
                "Run it before the new code: the old code goes on working, and the new code needs: {what}.",
                what=_what(new),
            )
        case "after":
            return say(
                "Run it once no old code runs any more, which fails by it: {what}. The new code works before it, too.",
                what=_what(old),
            )
        case "split":
            return say("Cut it in two: one part before the new code, the other once no old code runs any more.")
        case "unknown":
            return say(
                "Whether code minds it is not known: {what}. Look at what is listed, and decide.",
                what=_what((*old, *new)),
            )
        case "stop" if still:
            return say(
                "Don't run it with this code: the models still map what it takes away: {names}.", names=_few(still)
            )
        case "stop":
            return _stopping(old, new, source)


def _stopping(old: Sequence[Reason], new: Sequence[Reason], source: Source) -> Message:
    """Which revision breaks which name, and the usual way around it."""
    sure_old, sure_new = ([one for one in reasons if one.certain] for reasons in (old, new))
    both = {one.step for one in sure_old} & {one.step for one in sure_new}
    if not both:
        return say(
            "Stop the old code, run it, then start the new code: at no time do both work. What the old code fails by "
            "({old}) comes before what the new code needs ({new}), so that no cut serves. {ways}",
            old=_what(sure_old),
            new=_what(sure_new),
            ways=_ways(sure_old, sure_new),
        )
    here, there = ([one for one in reasons if one.step in both] for reasons in (sure_old, sure_new))
    return say(
        "Stop the old code, run it, then start the new code: at no time do both work. In {revisions}, the old code "
        "fails by it ({old}), and the new code needs it ({new}). {ways}",
        revisions=_few([source.range.up[step].revision for step in sorted(both)]),
        old=_what(here),
        new=_what(there),
        ways=_ways(here, there),
    )


def _ways(old: Sequence[Reason], new: Sequence[Reason]) -> Message:
    if any(one.first is not None and one.first[1] is None for one in old):
        return say("The usual way around it: keep the old name of the table as a view until no code uses it.")
    if any(one.first is not None for one in old):
        return say(
            "The usual way around it: add the column under its new name, copy its values, and drop the old one in a "
            "later release."
        )
    names = {one.name for one in old}
    if any(one.name in names for one in new):
        return say(
            "The usual way around it: two revisions. What must have a value gets a default, or may be NULL, as long as "
            "both codes run; a column of another type is a new column, and the old one goes in a later release."
        )
    return say(
        "The usual way around it: what is new comes in one revision, and what is old goes in a later one; or release "
        "revision by revision, each with the code that belongs to it."
    )


def _what(reasons: Iterable[Reason]) -> str:
    """Those that are certain; where none is, the others."""
    all_ = list(reasons)
    sure = [one for one in all_ if one.certain] or all_
    return _few([str(one.said) for one in sure])


def _few(names: Sequence[str]) -> str:
    told = list(dict.fromkeys(names))
    more = len(told) - _SHOWN
    shown = str(listed(told[:_SHOWN]))
    return shown if more <= 0 else str(say("{shown} and {count} more", shown=shown, count=more))


def _cuts(cut: Cutting, old: Sequence[Reason], new: Sequence[Reason]) -> tuple[model.Cut, ...]:
    first = say("before the new code, which needs: {what}; the old code goes on working", what=_what(new))
    second = say("once no old code runs any more, which fails by it: {what}", what=_what(old))
    return (model.Cut(cut.first, "before", str(first)), model.Cut(cut.second, "after", str(second)))
