"""Steps of psql that commit in parts: how each part is run, recorded and skipped.

A revision with an autocommit_block (CREATE INDEX CONCURRENTLY), or with a COMMIT of its own, can't be one transaction.
What stands of it is recorded at the end of the comment on the version table, in the part's own transaction where it can
have one, so that a repeated run goes on after it and never runs a part twice; the stamp removes the record. Of a
statement that can't stand in a transaction it is recorded that it began, and the catalog is asked what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.facts.vocabulary import CreateIndex, SetOption
from sqlgen.messages import Message, say
from sqlgen.script import psql_index, psql_undo
from sqlgen.script.existence import holds
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.path import quoted
from sqlgen.script.plan import Part, mark_prefix, parts
from sqlgen.script.psql_blocks import (
    BORROW,
    RESTORE,
    Entry,
    asked,
    block,
    deeper,
    ended,
    guard,
    lost,
    query_mark,
    running,
    setting,
    stamp,
    table,
    when,
    write_mark,
)
from sqlgen.script.psql_once import transactional
from sqlgen.script.target import Target
from sqlgen.script.things import outcome, probe
from sqlgen.script.undo import Undo
from sqlgen.segments import Item, Step


@dataclass(frozen=True, slots=True)
class _Place:
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

    @property
    def final(self) -> bool:
        return self.index == self.count

    @property
    def began(self) -> str:
        """SQL for the record that it has begun."""
        return psql_undo.record(self.step, self.way, f"{self.index} of {self.count} began")

    def stands(self, index: int) -> str:
        """SQL for the record that a part stands; of none, what the step finds."""
        if index:
            return psql_undo.record(self.step, self.way, f"{index} of {self.count} stands")
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
_MARK = ("found_mark text;",)


def render(
    step: Step, number: int, total: int, target: Target, way: Undo | None, numbers: Numbers, only: int | None = None
) -> Iterator[str]:
    """The parts of a step, each under a condition that skips it when it stands; `only` one of them, where that is
    asked for."""
    found = parts(step, target)
    first = 0
    for index, part in enumerate(found, start=1):
        place = _Place(step, number, total, index, len(found), part, target, way, first)
        first += len(part.items)
        if only not in (None, index):
            continue
        alone = not part.transaction and not transactional(part.items[0])
        yield f"-- part {index} of {len(found)} of step {number}"
        yield from _set_again(place)
        # of a last part that commits by itself, the stamp is left when a person has recorded that it stands
        yield from asked(f"{_DONE} < ({number - 1}, {index + (alone and place.final)})")
        yield from _outside(place, numbers) if alone else _inside(place, numbers)
        yield r"\else"
        yield rf"\echo [sqlgen] part {index} of {len(found)} was done before, skipped"
        yield r"\endif"


_DONE = f"({setting('sqlgen.at')}, {setting('sqlgen.done')})"
"""SQL for how many steps were done when the script began, and how many parts of the next one."""


def _set_again(place: _Place) -> Iterator[str]:
    """What the parts before it have set for the session, where a run goes on at this one."""
    items = [item for item in place.step.items[: place.first] if item.facts and all(map(_sets, item.facts))]
    texts = [item.sql for item in items if "\n" not in item.sql]
    if texts:
        here = f"({place.number - 1}, {place.index - 1})"
        yield from asked(f"{_DONE} = {here}")
        yield "-- What the parts before this one have set for the session."
        yield from (f"{text};" for text in texts)
        yield r"\endif"


def _sets(fact: object) -> bool:
    return isinstance(fact, SetOption) and not fact.local


def _inside(place: _Place, numbers: Numbers) -> Iterator[str]:
    """A part in a transaction: guard, statements, record or stamp."""
    expected = _mark_is(place, place.stands(place.index - 1))
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, place.entry(*expected, declare=_MARK, kept=True))
    fate = say("the parts before it stand, this one is rolled back if it fails")
    yield _running(place, say("it is rolled back if it fails") if place.index == 1 else fate)
    items = place.part.items
    own = items[-1:] if place.part.own_commit else ()
    yield from statements(items[: len(items) - len(own)], place.first, place.way, numbers)
    yield from _record(place)
    yield from [marked(item, numbers.next()) for item in own] or ["COMMIT;"]
    yield _ended(place)


def _outside(place: _Place, numbers: Numbers) -> Iterator[str]:
    """One statement that commits by itself: recorded as begun, opened, run, locked again, recorded as standing."""
    item = place.part.items[0]
    fact = psql_index.concurrent(item)
    allowed = (place.stands(place.index - 1), place.began, *((place.stands(place.count),) if place.final else ()))
    decide = (*_mark_is(place, *allowed), *_decide(place, item), *write_mark(place.target, place.began))
    declare = (*_MARK, *psql_index.DECLARE)
    yield "SET sqlgen.part = '';"
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, place.entry(*decide, declare=declare))
    yield "COMMIT;"
    yield _running(place, say("it commits by itself, and may leave something half done if it fails"))
    if isinstance(fact, CreateIndex):
        yield from asked("current_setting('sqlgen.part', true) IS NOT DISTINCT FROM 'again'")
        yield r"\echo [sqlgen] an earlier attempt left the index invalid: it is dropped and built again"
        yield from _unlock(place, "again")
        yield f"DROP INDEX CONCURRENTLY {psql_index.name(fact)};"
        yield "SET default_transaction_read_only = on;"
        yield r"\endif"
    yield from asked("current_setting('sqlgen.part', true) IS DISTINCT FROM 'done'")
    yield from _unlock(place, "run", "again")
    yield from statements(place.part.items, None, None, numbers)
    yield "SET default_transaction_read_only = on;"
    yield r"\else"
    yield r"\echo [sqlgen] nothing to do: it is done already"
    yield r"\endif"
    yield "BEGIN READ WRITE;"
    again = place.entry(*_mark_is(place, place.began), declare=_MARK)
    yield from guard(place.step, place.number, place.target, again)
    yield from _record(place, *_where_run(place, _proof(place, item)))
    yield "COMMIT;"
    yield _ended(place)


def statements(items: tuple[Item, ...], first: int | None, way: Undo | None, numbers: Numbers) -> Iterator[str]:
    """The items of a transaction; of a way back, those that not every state needs are under a condition."""
    if not items:
        return
    yield from _LOUD
    for offset, item in enumerate(items):
        condition = None if way is None or first is None else psql_undo.behind(way, first + offset)
        if condition is not None:
            yield from asked(condition)
        before = () if way is None or first is None else tuple(psql_undo.clear(item, way))
        if before:
            yield from block(*before)
        yield marked(item, numbers.next())
        if condition is not None:
            yield r"\endif"
    yield from _QUIET


_LOUD = (r"\set ECHO errors", r"\set QUIET off")
"""What the user's statements say is shown, and the text of one that fails."""
_QUIET = (r"\set ECHO none", r"\set QUIET on")


def _running(place: _Place, fate: Message) -> str:
    note = say("part {index} of {count}: {fate}", index=place.index, count=place.count, fate=fate)
    return running(place.number, place.total, place.step, note, at=place.step.before)


def _ended(place: _Place) -> str:
    values = {"number": place.number, "total": place.total, "revision": place.step.revision}
    if place.final:
        return ended(
            str(place.number),
            say("sqlgen: step {number} of {total} ({revision}) done; its last part in", **values),
            say("sqlgen: step {number} of {total} ({revision}) NOT done", **values),
        )
    values |= {"index": place.index, "count": place.count}
    return ended(
        f"{place.number}.{place.index}",
        say("sqlgen: step {number} of {total} ({revision}), part {index} of {count} done in", **values),
        say("sqlgen: step {number} of {total} ({revision}), part {index} of {count} NOT done", **values),
    )


def _record(place: _Place, *first: str) -> Iterator[str]:
    if place.final:
        back = None if place.way is None else psql_undo.BACK
        more = (*first, *write_mark(place.target, "''"))
        yield from stamp(place.step, place.number, place.target, first=more, back=back)
    else:
        stood = f"  PERFORM set_config('sqlgen.stood', '{place.number}.{place.index}', false);"
        yield from block(*BORROW, *first, *write_mark(place.target, place.stands(place.index)), stood)


def _mark_is(place: _Place, *allowed: str) -> Iterator[str]:
    """plpgsql that reads the record into found_mark: it must say that it is this part's turn."""
    fact = say(
        "step {number}, part {index} can't run; the comment on {table} says: ",
        number=place.number,
        index=place.index,
        table=place.target.version_table,
    )
    yield f"  found_mark := {query_mark(place.target)};"
    yield from when(f"found_mark NOT IN ({', '.join(allowed)})", fact, "found_mark")


def _where_run(place: _Place, body: Iterator[str]) -> Iterator[str]:
    """plpgsql for a statement, but not where a way back leaves it out."""
    condition = None if place.way is None else psql_undo.behind(place.way, place.first)
    inside = tuple(body)
    if condition is None or not inside:
        yield from inside
        return
    yield f"  IF {condition} THEN"
    yield from deeper(inside)
    yield "  END IF;"


def _decide(place: _Place, item: Item) -> Iterator[str]:
    """plpgsql that sets sqlgen.part: `run` the statement, it is `done`, or (an index left invalid) `again`.

    What it means that a thing is there, or gone, depends on whether this script had begun.
    """
    yield "  PERFORM set_config('sqlgen.part', 'done', false);"
    yield from _where_run(place, _what_came(place, item))


def _what_came(place: _Place, item: Item) -> Iterator[str]:
    began = f"found_mark = {place.began}"
    fact = psql_index.concurrent(item)
    if fact is not None:
        # going back, an index that is invalid is what the upgrade has left of it
        yield from psql_index.decide(fact, began, began if place.way is None else f"{began} OR {psql_undo.BACK}")
        return
    known = probe(item)
    done = holds(known.outcome, "postgresql") if known is not None and known.outcome else None
    if _left(item) is None:
        needs_psql = say(
            "step {number}, part {index} commits by itself, and only psql stops where it fails: the commands of psql "
            "got lost",
            number=place.number,
            index=place.index,
        )
        hint = say("Run this script with psql, as its header says.")
        yield from when("current_setting('sqlgen.pasted') = 'yes'", needs_psql, hint=hint)
    if done is None and not (known is not None and known.again):
        unknown = say(
            "step {number}, part {index} was begun, and the database can't tell whether it was done",
            number=place.number,
            index=place.index,
        )
        yield from when(began, unknown, hint=_by_hand(place))
    stands = [f"found_mark = {place.stands(place.count)}"] if place.final else []
    stands += [f"({began} AND {done})"] if done is not None else []
    decided = f"CASE WHEN {' OR '.join(stands)} THEN 'done' ELSE 'run' END" if stands else "'run'"
    yield f"  PERFORM set_config('sqlgen.part', {decided}, false);"


def _left(item: Item) -> str | None:
    """SQL that is true once a statement has run; None where the catalogs can't tell."""
    return holds(tuple(one for fact in item.facts for one in outcome(fact)), "postgresql")


def _proof(place: _Place, item: Item) -> Iterator[str]:
    """plpgsql that refuses to record what has not come about: an error that was ignored leaves no other trace."""
    fact = psql_index.concurrent(item)
    if fact is not None:
        yield from psql_index.proof(fact, place.number)
    elif (left := _left(item)) is not None:
        failed = say(
            "the statement of step {number}, part {index} has not done its work", number=place.number, index=place.index
        )
        yield from when(f"NOT ({left})", failed)


def _by_hand(place: _Place) -> Message:
    where = place.part.items[0].place
    name, said = table(place.target), mark_prefix(place.step)
    before = "NULL" if place.index == 1 else quoted(f"{said}{place.index - 1} of {place.count} stands")
    return say(
        "Find out whether the statement of {where} has run. If so: COMMENT ON TABLE {table} IS {yes}. If not: COMMENT "
        "ON TABLE {table} IS {no}. Then run this script again.",
        where=place.step.revision if where is None else f"{where.file}:{where.line}",
        table=name,
        yes=quoted(f"{said}{place.index} of {place.count} stands"),
        no=before,
    )


def _unlock(place: _Place, *states: str) -> Iterator[str]:
    """Open the session for the one statement that follows, only when the guard came to one of these decisions."""
    yield from block(
        *lost(place.number),
        "  PERFORM set_config('default_transaction_read_only',",
        f"    CASE WHEN current_setting('sqlgen.part') IN ({', '.join(map(quoted, states))})",
        "    THEN 'off' ELSE 'on' END, false);",
    )
