"""Steps of psql that commit in parts: how each part is run, recorded and skipped.

A revision with an autocommit_block (CREATE INDEX CONCURRENTLY), or with a COMMIT of its own, can't be one transaction.
What stands of it is recorded at the end of the comment on the version table, in the part's own transaction where it can
have one, so that a repeated run goes on after it and never runs a part twice; the stamp removes the record. Of a
statement that can't stand in a transaction it is recorded that it began, and the catalog is asked what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import SetOption
from sqlgen.messages import say
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.plan import Part, mark_prefix, parts
from sqlgen.script.psql import alone as psql_alone
from sqlgen.script.psql.blocks import BORROW, HIT, asked, block, guard, setting
from sqlgen.script.psql.once import transactional
from sqlgen.script.psql.place import MARK, Place, ended, mark_is, record, running, statements
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Step


def render(
    step: Step, number: int, total: int, target: Target, way: Undo | None, numbers: Numbers, only: int | None = None
) -> Iterator[str]:
    """The parts of a step, each under a condition that skips it when it stands; `only` one of them, where that is
    asked for."""
    found, mark = parts(step, target), mark_prefix(step)
    first, settings = 0, tuple[str, ...]()
    for index, part in enumerate(found, start=1):
        place = Place(step, number, total, index, len(found), part, target, way, first, mark)
        before, settings = settings, (*settings, *_settings(part))
        first += len(part.items)
        if only not in (None, index):
            continue
        alone = not part.transaction and not transactional(part.items[0])
        yield f"-- part {index} of {len(found)} of step {number}"
        yield from _set_again(place, before)
        # of a last part that commits by itself, the stamp is left when a person has recorded that it stands
        yield from asked(f"{_DONE} < ({number - 1}, {index + (alone and place.final)})")
        yield from psql_alone.render(place, numbers) if alone else _inside(place, numbers)
        yield r"\else"
        yield rf"\echo [sqlgen] part {index} of {len(found)} was done before, skipped"
        yield r"\endif"


_DONE = f"({setting('sqlgen.at')}, {setting('sqlgen.done')})"
"""SQL for how many steps were done when the script began, and how many parts of the next one."""


def _set_again(place: Place, texts: Sequence[str]) -> Iterator[str]:
    """What the parts before it have set for the session, where a run goes on at this one."""
    if texts:
        here = f"({place.number - 1}, {place.index - 1})"
        yield from asked(f"{_DONE} = {here}")
        yield "-- What the parts before this one have set for the session."
        yield from (f"{text};" for text in texts)
        yield r"\endif"


def _settings(part: Part) -> Iterator[str]:
    """Its statements that do nothing but set something for the session."""
    for item in part.items:
        if item.facts and all(map(_sets, item.facts)) and "\n" not in item.sql:
            yield item.sql


def _sets(fact: object) -> bool:
    return isinstance(fact, SetOption) and not fact.local


def _inside(place: Place, numbers: Numbers) -> Iterator[str]:
    """A part in a transaction: guard, statements, record or stamp."""
    expected = mark_is(place, place.stands(place.index - 1))
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, place.entry(*expected, declare=MARK, kept=True))
    fate = say("the parts before it stand, this one is rolled back if it fails")
    yield running(place, say("it is rolled back if it fails") if place.index == 1 else fate)
    items = place.part.items
    own = items[-1:] if place.part.own_commit else ()
    yield from statements(items[: len(items) - len(own)], place.first, place.way, numbers)
    yield from block(*BORROW, *record(place), declare=HIT if place.final else ())
    yield from [marked(item, numbers.next()) for item in own] or ["COMMIT;"]
    yield ended(place)
