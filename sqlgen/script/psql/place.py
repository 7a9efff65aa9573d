"""One part of a step of psql: where it stands, what is recorded of it, and what is said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.messages import Message, say
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.path import braces
from sqlgen.script.plan import Part
from sqlgen.script.psql import blocks as psql_blocks
from sqlgen.script.psql import undo as psql_undo
from sqlgen.script.psql.blocks import BORROW, RESTORE, Entry, asked, block, moved, query_mark, when, write_mark
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Item, Step


@dataclass(frozen=True, slots=True)
class Place:
    """One part of a step, and where it stands."""

    step: Step
    number: int
    """Of the step in the script, from 1."""
    total: int
    index: int
    """Of the part in the step, from 1."""
    count: int
    part: Part
    target: Target
    way: Undo | None
    first: int
    """How many of the step's items stand before it."""
    mark: str
    """How the step's record begins (plan.mark_prefix)."""

    @property
    def final(self) -> bool:
        """Whether it is the step's last part, which holds the stamp."""
        return self.index == self.count

    @property
    def began(self) -> str:
        """SQL for the record that it has begun."""
        return psql_undo.record(self.mark, self.way, f"{self.index} of {self.count} began")

    def stands(self, index: int) -> str:
        """SQL for the record that a part stands; of none, what the step finds."""
        if index:
            return psql_undo.record(self.mark, self.way, f"{index} of {self.count} stands")
        return "''" if self.way is None else "current_setting('sqlgen.mark')"

    def entry(self, *more: str, declare: tuple[str, ...] = (), kept: bool = False) -> Entry:
        """The first part finds the session as it was at first, a later one what the revision has set; `kept`: for the
        whole transaction."""
        heads, shown = psql_undo.heads(self.step, self.way), psql_undo.shown(self.step, self.way)
        if self.index == 1:
            return Entry(heads, shown, RESTORE, more, declare)
        if not kept:
            return Entry(heads, shown, BORROW, more, declare)
        return Entry(heads, shown, BORROW, (*more, *_GIVE_BACK), (*declare, *_OWN))


_OWN = ("own_role text := current_setting('role');", "own_path text := current_setting('search_path');")
_GIVE_BACK = ("  PERFORM set_config('role', own_role, true), set_config('search_path', own_path, true);",)
MARK = ("found_mark text;",)
"""What `mark_is` declares."""


def statements(items: tuple[Item, ...], first: int, way: Undo | None, numbers: Numbers) -> Iterator[str]:
    """The items of a transaction; of a way back, those that not every state needs are under a condition. `first`: the
    number of the first of them in its step."""
    if not items:
        return
    yield from _LOUD
    for condition, group in psql_undo.runs(items, first, way):
        yield from () if condition is None else asked(condition)
        for item in group:
            before = tuple(psql_undo.clear(item, way))
            yield from block(*before) if before else ()
            yield marked(item, numbers.next())
        yield from () if condition is None else (r"\endif",)
    yield from _QUIET


_LOUD = (r"\set ECHO errors", r"\set QUIET off")
"""What the user's statements say is shown, and the text of one that fails."""
_QUIET = (r"\set ECHO none", r"\set QUIET on")


def running(place: Place, fate: Message) -> str:
    """The result line that holds until the part has committed."""
    note = say("part {index} of {count}: {fate}", index=place.index, count=place.count, fate=fate)
    at, back = say("{heads}", heads=braces(place.step.before)), psql_undo.middle(place.step, place.way)
    return psql_blocks.running(place.number, place.total, place.step, note, at=at, back=back)


def ended(place: Place) -> str:
    """The line behind the part: how long it took."""
    values = {"number": place.number, "total": place.total, "revision": place.step.revision}
    if place.final:
        return psql_blocks.ended(
            str(place.number),
            say("sqlgen: step {number} of {total} ({revision}) done; its last part in", **values),
            say("sqlgen: step {number} of {total} ({revision}) is NOT confirmed to be done", **values),
        )
    values |= {"index": place.index, "count": place.count}
    return psql_blocks.ended(
        f"{place.number}.{place.index}",
        say("sqlgen: step {number} of {total} ({revision}), part {index} of {count} done in", **values),
        say(
            "sqlgen: step {number} of {total} ({revision}), part {index} of {count} is NOT confirmed to be done",
            **values,
        ),
    )


def record(place: Place) -> Iterator[str]:
    """plpgsql by which the part stands; of the last one the stamp, and no record."""
    if place.final:
        yield from write_mark(place.target, "''")
        yield from moved(place.step, place.number, place.target, back=place.way is not None)
    else:
        yield from write_mark(place.target, place.stands(place.index))
        yield f"  PERFORM set_config('sqlgen.stood', '{place.number}.{place.index}', false);"


def mark_is(place: Place, *allowed: str) -> Iterator[str]:
    """plpgsql that reads the record into found_mark: it must say that it is this part's turn."""
    fact = say(
        "step {number}, part {index} can't run; the comment on {table} says: ",
        number=place.number,
        index=place.index,
        table=place.target.version_table,
    )
    yield f"  found_mark := {query_mark(place.target)};"
    yield from when(f"found_mark NOT IN ({', '.join(allowed)})", fact, "found_mark")
