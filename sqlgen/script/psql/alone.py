"""A statement of psql that can't stand in a transaction: begun, opened, run, proven, recorded.

It is recorded that it began; the catalog says what came of it. Where it can't, only a client that stops at an error
can go on behind it, and only a person can tell after one that was cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.facts.vocabulary import CreateIndex
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds
from sqlgen.script.marks import Numbers
from sqlgen.script.path import quoted
from sqlgen.script.psql import index as psql_index
from sqlgen.script.psql import undo as psql_undo
from sqlgen.script.psql.blocks import BACK, BORROW, HIT, asked, block, deeper, guard, lost, table, when, write_mark
from sqlgen.script.psql.place import MARK, Place, ended, mark_is, record, running, statements
from sqlgen.script.things import after, probe
from sqlgen.segments import Item


def render(place: Place, numbers: Numbers) -> Iterator[str]:
    """The part: recorded as begun, opened, run, locked again, recorded as standing."""
    item = place.part.items[0]
    fact = psql_index.concurrent(item)
    allowed = (place.stands(place.index - 1), place.began, *((place.stands(place.count),) if place.final else ()))
    decide = (*mark_is(place, *allowed), *_decide(place, item), *write_mark(place.target, place.began))
    declare = (*MARK, *psql_index.DECLARE)
    yield "SET sqlgen.part = '';"
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, place.entry(*decide, declare=declare))
    yield "COMMIT;"
    yield running(place, say("it commits by itself, and may leave something half done if it fails"))
    if isinstance(fact, CreateIndex):
        yield from asked("current_setting('sqlgen.part', true) IS NOT DISTINCT FROM 'again'")
        yield r"\echo [sqlgen] an earlier attempt left the index invalid: it is dropped and built again"
        yield from _unlock(place, "again")
        yield f"DROP INDEX CONCURRENTLY {psql_index.name(fact)};"
        yield "SET default_transaction_read_only = on;"
        yield r"\endif"
    yield from asked("current_setting('sqlgen.part', true) IS DISTINCT FROM 'done'")
    yield from _unlock(place, "run", "again")
    yield from statements(place.part.items, place.first, None, numbers)
    yield "SET default_transaction_read_only = on;"
    yield r"\else"
    yield r"\echo [sqlgen] nothing to do: it is done already"
    yield r"\endif"
    yield "BEGIN READ WRITE;"
    skipped = say(
        "step {number}, part {index}: whether to run its statement was not decided here",
        number=place.number,
        index=place.index,
    )
    turn = (*mark_is(place, place.began), *when("current_setting('sqlgen.part') = ''", skipped))
    proven = _where_run(place, _proof(place, item))
    again = place.entry(*turn, *proven, *record(place), declare=(*MARK, *(HIT if place.final else ())))
    yield from guard(place.step, place.number, place.target, replace(again, before=BORROW))
    yield "COMMIT;"
    yield ended(place)


def _where_run(place: Place, body: Iterator[str]) -> Iterator[str]:
    """plpgsql for a statement, but not where a way back leaves it out."""
    condition = None if place.way is None else psql_undo.behind(place.way, place.first)
    inside = tuple(body)
    if condition is None or not inside:
        yield from inside
        return
    yield f"  IF {condition} THEN"
    yield from deeper(inside)
    yield "  END IF;"


def _decide(place: Place, item: Item) -> Iterator[str]:
    """plpgsql that sets sqlgen.part: `run` the statement, it is `done`, or (an index left invalid) `again`.

    What it means that a thing is there, or gone, depends on whether this script had begun.
    """
    yield "  PERFORM set_config('sqlgen.part', 'done', false);"
    yield from _where_run(place, _what_came(place, item))


def _what_came(place: Place, item: Item) -> Iterator[str]:
    began = f"found_mark = {place.began}"
    fact = psql_index.concurrent(item)
    if fact is not None:
        # going back, an index that is invalid is what the upgrade has left of it
        yield from psql_index.decide(fact, began, began if place.way is None else f"{began} OR {BACK}")
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
    if done is not None:
        yield from _not_ours(place, began, done)
    stands = [f"found_mark = {place.stands(place.count)}"] if place.final else []
    stands += [f"({began} AND {done})"] if done is not None else []
    decided = f"CASE WHEN {' OR '.join(stands)} THEN 'done' ELSE 'run' END" if stands else "'run'"
    yield f"  PERFORM set_config('sqlgen.part', {decided}, false);"


def _not_ours(place: Place, began: str, done: str) -> Iterator[str]:
    """plpgsql that refuses what is there before the statement was begun: it would fail, and the next run would take it
    for its own."""
    recorded = f" OR found_mark = {place.stands(place.count)}" if place.final else ""
    there = say(
        "what the statement of step {number}, part {index} is to do is done already, and not by this script",
        number=place.number,
        index=place.index,
    )
    hint = say(
        "See what is there, by whom. Where it is what the statement of {where} makes: COMMENT ON TABLE {table} IS "
        "{yes}; else change it or the migration. Then run this script again.",
        where=_where(place),
        table=table(place.target),
        yes=quoted(f"{place.mark}{place.index} of {place.count} stands"),
    )
    yield from when(f"NOT ({began}{recorded}) AND ({done})", there, hint=hint if place.way is None else None)


def _left(item: Item) -> str | None:
    """SQL that is true once a statement has run; None where the catalogs can't tell."""
    return holds(after(item), "postgresql")


def _proof(place: Place, item: Item) -> Iterator[str]:
    """plpgsql that refuses to record what has not come about: an error that was ignored leaves no other trace."""
    fact = psql_index.concurrent(item)
    if fact is not None:
        yield from psql_index.proof(fact, place.number)
    elif (left := _left(item)) is not None:
        failed = say(
            "the statement of step {number}, part {index} has not done its work", number=place.number, index=place.index
        )
        yield from when(f"NOT ({left})", failed)


def _by_hand(place: Place) -> Message:
    name, said = table(place.target), place.mark
    before = "NULL" if place.index == 1 else quoted(f"{said}{place.index - 1} of {place.count} stands")
    if place.way is not None:
        return say(
            "Find out whether the statement of {where} has run. Then COMMENT ON TABLE {table} with what its comment "
            'says, but at its end "{index} of {count} stands" if so, "{before} of {count} stands" if not; run this '
            "script again.",
            where=_where(place),
            table=name,
            index=place.index,
            before=place.index - 1,
            count=place.count,
        )
    return say(
        "Find out whether the statement of {where} has run. If so: COMMENT ON TABLE {table} IS {yes}. If not: COMMENT "
        "ON TABLE {table} IS {no}. Then run this script again.",
        where=_where(place),
        table=name,
        yes=quoted(f"{said}{place.index} of {place.count} stands"),
        no=before,
    )


def _where(place: Place) -> str:
    at = place.part.items[0].place
    return place.step.revision if at is None else f"{at.file}:{at.line}"


def _unlock(place: Place, *states: str) -> Iterator[str]:
    """Open the session for the one statement that follows, only when the guard came to one of these decisions."""
    yield from block(
        *lost(place.number),
        "  PERFORM set_config('default_transaction_read_only',",
        f"    CASE WHEN current_setting('sqlgen.part') IN ({', '.join(map(quoted, states))})",
        "    THEN 'off' ELSE 'on' END, false);",
    )
