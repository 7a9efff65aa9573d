"""What is known of the statements of a range in, which statements of its rollback take each of them back out.

Right rather than complete: what is said belongs to the downgrade of the same revision, and works on the very thing that
the statement has made, dropped or changed, whatever either calls it. What a statement does to a thing is a word: one of
the upgrade waits for words, one of the downgrade says them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from sqlgen.lint.outlook import outlook
from sqlgen.review.document.acts import Act, Word, acts
from sqlgen.review.document.told import Told
from sqlgen.segments import Step

__all__ = ["undone"]


def undone(up: Sequence[Told], down: Sequence[Told], dialect: str) -> tuple[tuple[int, ...], ...]:
    """For each statement of `up` the numbers, from 1, of those of `down`, ascending."""
    ways: dict[str, list[tuple[int, Told]]] = {}
    for number, told in enumerate(down, start=1):
        ways.setdefault(told.step.revision, []).append((number, told))
    found: list[tuple[int, ...]] = []
    for revision, group in groupby(up, key=lambda told: told.step.revision):
        found += _revision(list(group), ways.get(revision, []), dialect)
    return tuple(found)


def _revision(up: Sequence[Told], down: Sequence[tuple[int, Told]], dialect: str) -> Iterator[tuple[int, ...]]:
    said: dict[Word, set[int]] = {}
    for (number, _), word in _said(down, dialect):
        said.setdefault(word, set()).add(number)
    forward = acts([[did.fact for did in told.did] for told in up], dialect)
    made = {word for each in forward for act in each for word in act.made}
    found = [set[int]().union(*(_by(act, made, said) for act in each)) for each in forward]
    for members in _rebuilds(up[0].step):
        whole = set[int]().union(*(found[member] for member in members))
        for member in members:
            found[member] = whole
    groups = [{down[member][0] for member in members} for members in _rebuilds(down[0][1].step)] if down else []
    for numbers in found:
        yield tuple(sorted(numbers.union(*(group for group in groups if group & numbers))))


def _by(act: Act, made: Collection[Word], said: Mapping[Word, set[int]]) -> set[int]:
    """What takes it back itself; where nothing does, what takes back all that it belongs to."""
    own = {number for word in act.waits_for() for number in said.get(word, ())}
    return own or {number for word in act.goes_with(made) for number in said.get(word, ())}


def _said(down: Sequence[tuple[int, Told]], dialect: str) -> Iterator[tuple[tuple[int, Told], Word]]:
    back = acts([[did.fact for did in told.did] for _, told in down], dialect)
    made = {word for each in back for act in each for word in act.made}
    for numbered, each in zip(down, back, strict=True):
        yield from ((numbered, word) for act in each for word in act.says(made))


def _rebuilds(step: Step) -> Iterator[list[int]]:
    """The statements, from 0, of each table that is rebuilt: its copy is made and filled, it is dropped, the copy gets
    its name. It is one change, so what is true of one of them is true of all."""
    for (drop, _), copy in outlook(step).rebuilds.items():
        yield [
            number
            for number, item in enumerate(step.items)
            if number == drop or any(getattr(fact, "table", None) == copy for fact in item.facts)
        ]
