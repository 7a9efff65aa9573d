"""A rollback from the middle of an upgrade: how its script knows the states, and which of its statements run.

The upgrade of a revision that commits in parts leaves a record when it stops: `upgrade X is half done: part K of N
began`, or `stands`. The version table then still holds what the downgrade leaves; so the script enters at the downgrade
of X, runs of it what undoes the first K parts (form.undo), and takes the record away instead of stamping.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sqlgen.facts.vocabulary import CreateIndex, DropIndex
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds
from sqlgen.script.path import braces, flat, quoted
from sqlgen.script.plan import in_parts, mark_prefix
from sqlgen.script.psql import index as psql_index
from sqlgen.script.psql.blocks import BACK, array, deeper, query_mark, when
from sqlgen.script.psql.once import transactional
from sqlgen.script.target import Target
from sqlgen.script.things import after
from sqlgen.script.undo import Undo
from sqlgen.segments import Item, Step


def rows(steps: Sequence[Step], undo: Mapping[str, Undo], target: Target) -> Iterator[str]:
    """Rows (steps done, heads, how the record begins) of the states in the middle of an upgrade."""
    for number, step in enumerate(steps):
        if (way := of(step, undo)) is not None:
            yield f"({number}, {array(step.after)}, {quoted(mark_prefix(way.upgrade))})"
            if in_parts(step, target):
                yield f"({number}, {array(step.after)}, {quoted(_start(mark_prefix(step)) + ' from part ')})"


def of(step: Step, undo: Mapping[str, Undo]) -> Undo | None:
    """The way back of a step that could be rendered."""
    return None if step.gap is not None or step.direction != "downgrade" else undo.get(step.revision)


def _start(mark: str) -> str:
    return mark.removesuffix(_HALF_DONE)


_HALF_DONE = " is half done: part "


def record(mark: str, way: Undo | None, told: str) -> str:
    """SQL for the record `told` ("2 of 3 began") of a step whose records begin with `mark`."""
    if way is None:
        return quoted(mark + told)
    return f"{quoted(_start(mark))} || current_setting('sqlgen.from') || {quoted(_HALF_DONE + told)}"


def decide(steps: Sequence[Step], undo: Mapping[str, Undo]) -> Iterator[str]:
    """plpgsql that finds out, where found_mark is the record of an upgrade, behind which part it stands."""
    ways = [way for step in steps if (way := of(step, undo)) is not None]
    if not ways:
        return
    upgrades = " OR ".join(f"path_mark = {quoted(mark_prefix(way.upgrade))}" for way in ways)
    yield f"  IF {upgrades} THEN"
    yield "    found_there := found_mark LIKE '% stands';"
    whens = [line for way in ways for line in _probes(way)]
    if whens:
        yield "    found_there := CASE found_mark"
        yield from (f"      {line}" for line in whens)
        yield "      ELSE found_there END;"
    look = say("a statement was begun, and the database can't tell whether it was done: ")
    yield from deeper(when("found_there IS NULL", look, "found_mark", hint=_finish()))
    yield "    found_part := found_part - (NOT found_there)::int;"
    known = [f"WHEN {quoted(mark_prefix(way.upgrade))} THEN ARRAY{sorted(way.possible)}" for way in ways]
    stuck = say("there is no known way back from here: ")
    unknown = "\n    ".join(["found_part <> ALL (CASE path_mark", *known, "END)"])
    yield from deeper(when(unknown, stuck, "found_mark", hint=_finish()))
    pasted = say("this goes back from the middle of a revision, which needs psql itself: its commands got lost; ")
    yield from deeper(when("current_setting('sqlgen.pasted') = 'yes'", pasted, "found_mark", hint=_with_psql()))
    yield "    found_behind := found_part::text;"
    yield "    found_part := 0;"
    yield "  END IF;"


def _finish() -> Message:
    return say("Finish that revision with apply.sql first, then run this script. Nothing was changed.")


def _with_psql() -> Message:
    return say("Run this script with psql, as its header says. Nothing was changed.")


def pasted() -> Iterator[str]:
    """Lines by which the server learns that the client's commands got lost."""
    yield "SET sqlgen.pasted = 'no';"
    yield r"\if false"
    yield "SET sqlgen.pasted = 'yes';"
    yield r"\endif"


def _probes(way: Undo) -> Iterator[str]:
    for index, part in enumerate(way.parts, start=1):
        if part.transaction or transactional(part.items[0]):
            continue
        there = _there(way, index, part.items[0]) or "NULL"
        began = f"{mark_prefix(way.upgrade)}{index} of {len(way.parts)} began"
        yield f"WHEN {quoted(began)} THEN {there}"


def _there(way: Undo, index: int, item: Item) -> str | None:
    """SQL for whether a begun part of the upgrade has left what must be undone: an index that a failed attempt to build
    or drop it left invalid counts."""
    fact = psql_index.concurrent(item)
    if isinstance(fact, DropIndex):
        return f"NOT {psql_index.stands(fact)}"
    if (sql := holds(after(item), "postgresql")) is not None:
        return sql
    same = all((index in run) == (index - 1 in run) for run in way.runs)
    return "true" if same and {index, index - 1} <= way.possible else None


def runs(items: Sequence[Item], first: int, way: Undo | None) -> Iterator[tuple[str | None, list[Item]]]:
    """Items one after another that run under the same condition, with it; `first`: the number of the first of them."""
    numbered = [(None if way is None else behind(way, first + offset), item) for offset, item in enumerate(items)]
    for condition, group in groupby(numbered, key=lambda each: each[0]):
        yield condition, [item for _, item in group]


def clear(item: Item, way: Undo | None) -> Iterator[str]:
    """plpgsql before a statement of a way back that builds an index anew: what a failed attempt to drop it
    concurrently has left of it is in the way."""
    match item.facts:
        case (CreateIndex(name=str(), concurrently=False) as made,) if way is not None:
            dropped = [psql_index.concurrent(each) for part in way.parts for each in part.items]
            name = psql_index.name(made)
            if any(isinstance(fact, DropIndex) and fact.index.name == made.name for fact in dropped):
                yield f"  IF {BACK} AND to_regclass({quoted(name)}) IS NOT NULL AND NOT {psql_index.stands(made)} THEN"
                yield f"    DROP INDEX {name};"
                yield "  END IF;"


def behind(way: Undo, number: int) -> str | None:
    """SQL that is true where the downgrade's item of this number, from 0, is to run; None where it always is."""
    skipped = sorted(way.possible - way.runs[number])
    if not skipped:
        return None
    return f"current_setting('sqlgen.behind') NOT IN ({', '.join(quoted(str(k)) for k in skipped)})"


def heads(step: Step, way: Undo | None) -> str:
    """SQL for what the version table must hold in the step. In parentheses: plpgsql's IF ends at the first THEN."""
    if way is None:
        return array(step.before)
    return f"(CASE WHEN {BACK} THEN {array(step.after)} ELSE {array(step.before)} END)"


def as_found(target: Target) -> Iterator[str]:
    """plpgsql that refuses where the record is another one than the guard at the top has found."""
    changed = say("the comment on {table} has changed; it says: ", table=target.version_table)
    yield from when(f"{query_mark(target)} <> current_setting('sqlgen.mark')", changed, query_mark(target))


def middle(step: Step, way: Undo | None) -> Message | None:
    """Where the database is on the way back."""
    if way is None:
        return None
    return say("{heads}, in the middle of {revision}", heads=braces(step.after), revision=step.revision)


def shown(step: Step, way: Undo | None) -> str:
    """The same for people."""
    return braces(step.before) if way is None else f"{braces(step.before)} or {braces(step.after)}"


def note(way: Undo) -> Message:
    """What the banner says."""
    ks = ", ".join(map(str, sorted(way.possible - {0})))
    return say(
        ", also the way back from the middle of the upgrade, behind part {list} of {count}",
        list=flat(ks),
        count=len(way.parts),
    )
