"""Steps of psql that commit in parts: what they are cut into, and how each part is run, recorded and skipped.

A revision with an autocommit_block (CREATE INDEX CONCURRENTLY), or with a COMMIT of its own, can't be one transaction.
What stands of it is recorded at the end of the comment on the version table, in the part's own transaction where it has
one, so that a repeated run goes on after it and never runs a part twice; the stamp removes the record. For an index
built or dropped concurrently the catalog is asked too: one left invalid by an attempt of this script is dropped and
built again, and nothing is stamped over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Begin, Commit, CreateIndex, DropIndex
from sqlgen.messages import Message, say
from sqlgen.script.marks import Numbers, marked
from sqlgen.script.path import digest, flat, named, quoted
from sqlgen.script.psql_blocks import block, guard, query_mark, refuse, running, stamp, table
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step


@dataclass(frozen=True, slots=True)
class Part:
    """What commits together: the items of one transaction, or one item outside of any."""

    items: tuple[Item, ...]
    transaction: bool
    own_commit: bool = False
    """The last item is the revision's own COMMIT."""


def parts(step: Step) -> tuple[Part, ...]:
    """Cut a step where it commits; the stamp belongs to the last part. A step of one transaction is one part.

    After a COMMIT of the revision's own, what follows in the same transaction runs outside of any, as it does under
    Alembic's drivers, until a BEGIN or Alembic's next transaction; a last part without items then holds the stamp.
    """
    found: list[Part] = []
    open_items: list[Item] = []
    number: int | None = None
    committed = False
    for item in step.items:
        if item.transaction != number:
            _close(open_items, found)
            number, committed = item.transaction, False
        inside = (item.transaction is not None and not committed) or bool(open_items)
        if _is(item, Commit) and inside:
            found.append(Part((*open_items, item), True, own_commit=True))
            open_items, committed = [], True
        elif inside or _is(item, Begin):
            open_items.append(item)
        else:
            found.append(Part((item,), False))
    _close(open_items, found)
    if not found or found[-1].own_commit:
        found.append(Part((), True))
    return tuple(found)


def _is(item: Item, kind: type[Begin] | type[Commit]) -> bool:
    return isinstance(next(iter(item.facts), None), kind)


def _close(open_items: list[Item], found: list[Part]) -> None:
    if open_items:
        found.append(Part(tuple(open_items), True))
        open_items.clear()


def in_parts(step: Step) -> bool:
    """Whether a step is anything but one transaction."""
    found = parts(step)
    return step.gap is None and (len(found) > 1 or not found[0].transaction)


def mark_prefix(step: Step) -> str:
    """How the record of a half-done step begins; its hash ties it to these very statements."""
    return f"sqlgen: {step.direction} {step.revision} ({digest(step)}) is half done: part "


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

    @property
    def final(self) -> bool:
        return self.index == self.count

    @property
    def began(self) -> str:
        return f"{mark_prefix(self.step)}{self.index} of {self.count} began"

    def stands(self, index: int) -> str:
        return f"{mark_prefix(self.step)}{index} of {self.count} stands" if index else ""


def render(step: Step, number: int, total: int, target: Target, numbers: Numbers) -> Iterator[str]:
    """The parts of a step, each under a condition that skips it when it stands."""
    found = parts(step)
    for index, part in enumerate(found, start=1):
        place = _Place(step, number, total, index, len(found), part, target)
        yield f"-- part {index} of {len(found)} of step {number}"
        yield "SELECT (current_setting('sqlgen.at')::int, current_setting('sqlgen.done')::int)"
        yield f"  < ({number - 1}, {index}) AS sqlgen_run"
        yield r"\gset"
        yield ";"
        yield r"\if :sqlgen_run"
        yield from _inside(place, numbers) if part.transaction else _outside(place, numbers)
        yield r"\else"
        yield rf"\echo [sqlgen] part {index} of {len(found)} was done before, skipped"
        yield r"\endif"


def _inside(place: _Place, numbers: Numbers) -> Iterator[str]:
    """A part in a transaction: guard, statements, record or stamp."""
    before = place.stands(place.index - 1)
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, *_mark_is(place, before), declare=_MARK)
    fate = say("the parts before it stand, this one is rolled back if it fails")
    yield _running(place, say("it is rolled back if it fails") if place.index == 1 else fate)
    items = place.part.items
    own = items[-1:] if place.part.own_commit else ()
    yield from _statements(items[: len(items) - len(own)], numbers)
    yield from _record(place)
    yield from [marked(item, numbers.next()) for item in own] or ["COMMIT;"]


def _outside(place: _Place, numbers: Numbers) -> Iterator[str]:
    """One statement that commits by itself: recorded as begun, opened, run, locked again, recorded as standing."""
    fact = _concurrent(place.part.items[0])
    allowed = (place.stands(place.index - 1), place.began)
    decide = (*_mark_is(place, *allowed), *_decide(fact), *_write(place.target, place.began))
    yield "SET sqlgen.part = '';"
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, *decide, declare=(*_MARK, "index_valid boolean;"))
    yield "COMMIT;"
    yield _running(place, say("it commits by itself, and may leave something half done if it fails"))
    if isinstance(fact, CreateIndex):
        yield "SELECT current_setting('sqlgen.part') = 'again' AS sqlgen_drop"
        yield r"\gset"
        yield ";"
        yield r"\if :sqlgen_drop"
        yield r"\echo [sqlgen] an earlier attempt left the index invalid: it is dropped and built again"
        yield from _unlock("again")
        yield f"DROP INDEX CONCURRENTLY {_index_name(fact)};"
        yield "SET default_transaction_read_only = on;"
        yield r"\endif"
    yield "SELECT current_setting('sqlgen.part') <> 'done' AS sqlgen_run"
    yield r"\gset"
    yield ";"
    yield r"\if :sqlgen_run"
    yield from _unlock("run", "again")
    yield from _statements(place.part.items, numbers)
    yield "SET default_transaction_read_only = on;"
    yield r"\else"
    yield r"\echo [sqlgen] an earlier attempt got this done, skipped"
    yield r"\endif"
    yield "BEGIN READ WRITE;"
    yield from guard(place.step, place.number, place.target, *_mark_is(place, place.began), declare=_MARK)
    yield from _record(place, *_proof(place, fact))
    yield "COMMIT;"


def _statements(items: tuple[Item, ...], numbers: Numbers) -> Iterator[str]:
    if items:
        yield r"\set ECHO errors"
        yield from (marked(item, numbers.next()) for item in items)
        yield r"\set ECHO none"


def _running(place: _Place, fate: Message) -> str:
    note = say("part {index} of {count}: {fate}", index=place.index, count=place.count, fate=fate)
    return running(place.step, place.number, place.total, note)


def _record(place: _Place, *first: str) -> Iterator[str]:
    if place.final:
        yield from stamp(place.step, place.number, place.target, *first, *_write(place.target, ""))
    else:
        yield from block(*first, *_write(place.target, place.stands(place.index)))


_MARK = ("found_mark text;",)


def _mark_is(place: _Place, *allowed: str) -> Iterator[str]:
    """plpgsql that reads the record into found_mark: it must say that it is this part's turn."""
    known = ", ".join(quoted(mark) for mark in allowed)
    fact = say(
        "step {number}, part {index} can't run; the comment on {table} says: ",
        number=place.number,
        index=place.index,
        table=place.target.version_table,
    )
    yield f"  found_mark := {query_mark(place.target)};"
    yield f"  IF found_mark NOT IN ({known}) THEN"
    yield from refuse(fact, "found_mark")
    yield "  END IF;"


def _write(target: Target, record: str) -> Iterator[str]:
    """plpgsql that replaces the record; what else the comment says stays."""
    name = quoted(table(target))
    yield f"  EXECUTE format('COMMENT ON TABLE %s IS %L', to_regclass({name}), nullif("
    yield f"    split_part(coalesce(obj_description(to_regclass({name}), 'pg_class'), ''), 'sqlgen: ', 1)"
    yield f"    || {quoted(record)}, ''));"


def _unlock(*states: str) -> Iterator[str]:
    """Open the session for the one statement that follows, only when the guard came to one of these decisions."""
    yield from block(
        "  PERFORM set_config('default_transaction_read_only',",
        f"    CASE WHEN current_setting('sqlgen.part') IN ({', '.join(map(quoted, states))})",
        "    THEN 'off' ELSE 'on' END, false);",
    )


# ---- indexes built and dropped concurrently


def _concurrent(item: Item) -> CreateIndex | DropIndex | None:
    match item.facts:
        case (CreateIndex(name=str(), concurrently=True) | DropIndex(concurrently=True) as fact,):
            return fact
        case _:
            return None


def _index_name(fact: CreateIndex | DropIndex) -> str:
    if isinstance(fact, CreateIndex):
        return named(fact.name or "", fact.table.schema)
    return named(fact.index.name, fact.index.schema)


def _catalog(fact: CreateIndex | DropIndex) -> str:
    """SQL for pg_index's row of the index, as FROM and WHERE; on its table, where that is known."""
    where = f"FROM pg_index\n    WHERE indexrelid = to_regclass({quoted(_index_name(fact))})"
    if isinstance(fact, DropIndex):
        return where
    return f"{where}\n    AND indrelid = to_regclass({quoted(named(fact.table.name, fact.table.schema))})"


def _decide(fact: CreateIndex | DropIndex | None) -> Iterator[str]:
    """plpgsql that sets sqlgen.part: `run` the statement, it is `done`, or (an index left invalid) `again`.

    What it means that an index is there, or gone, depends on whether this script had begun.
    """
    if fact is None:
        yield "  PERFORM set_config('sqlgen.part', 'run', false);"
        return
    begun = "found_mark LIKE '% began'"
    yield f"  SELECT indisvalid INTO index_valid {_catalog(fact)};"
    if isinstance(fact, DropIndex):
        done = f"index_valid IS NULL AND {begun}"
        yield f"  PERFORM set_config('sqlgen.part', CASE WHEN {done} THEN 'done' ELSE 'run' END, false);"
        return
    if not fact.if_not_exists:
        there = say("there is an index {index} already, and this script did not make it", index=_shown(fact))
        yield f"  IF index_valid IS NOT NULL AND NOT {begun} THEN"
        yield from refuse(there, hint=say("Compare it with the statement; rename or drop it, then run this again."))
        yield "  END IF;"
    yield "  PERFORM set_config('sqlgen.part',"
    yield "    CASE index_valid WHEN true THEN 'done' WHEN false THEN 'again' ELSE 'run' END, false);"


def _proof(place: _Place, fact: CreateIndex | DropIndex | None) -> Iterator[str]:
    """plpgsql that refuses to go on over an index that is missing or invalid."""
    if isinstance(fact, CreateIndex):
        missing = say(
            "index {index} is missing or invalid, step {number} is not stamped", index=_shown(fact), number=place.number
        )
        yield f"  IF (SELECT indisvalid {_catalog(fact)}) IS NOT TRUE THEN"
        yield from refuse(missing)
        yield "  END IF;"


def _shown(fact: CreateIndex) -> str:
    return flat(fact.name or "")
