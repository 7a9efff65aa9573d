"""A script in, every state that it can leave a database in out: the failure map.

A row says where it stopped, what the version table holds and what stands, whether old and new code work there, and
which script goes on and which one goes back. Rows that say the same stand as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import Begin, Commit
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import holds
from sqlgen.script.path import Heads, first_gap
from sqlgen.script.plan import Part, is_data, mode, parts
from sqlgen.script.psql.once import transactional
from sqlgen.script.runbook import ways
from sqlgen.script.runbook.folding import where
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Target
from sqlgen.script.things import Probe, probe
from sqlgen.segments import Step

__all__ = ["Spot", "State", "states"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the script."""

    step: int
    """From 1."""
    revision: str
    part: int = 0
    """From 1; 0: of no parts."""
    of: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What is found after the script stopped at one of some neighbouring places."""

    first: Spot | None
    """None: behind the last step."""
    last: Spot | None
    at: Heads
    """What the version table holds where it stopped at the first of them."""
    until: Heads
    stands: Message
    old: Message
    new: Message
    onward: Message
    back: Message


def states(drawn: Map) -> tuple[State, ...]:
    """The rows, in the order of the script; the last one is that behind its last step."""
    found: list[State] = []
    for state in _whole(drawn) if drawn.target.dialect == "sqlite" else _each(drawn):
        if found and _says_the_same(found[-1], state):
            found[-1] = replace(found[-1], last=state.last, until=state.until)
        else:
            found.append(state)
    return tuple(found)


def _says_the_same(one: State, other: State) -> bool:
    alike = replace(other, first=one.first, last=one.last, at=one.at, until=one.until)
    return one == alike and other.first is not None


# ---- the rows


def _each(drawn: Map) -> Iterator[State]:
    together = 0
    """The index of the step with which the open transaction began: of each step by itself, but with mode range."""
    for index, step in enumerate(drawn.up):
        cut = parts(step, drawn.target)
        whole = len(cut) == 1 and cut[0].transaction
        if not (whole and mode(drawn.target) == "range") or (index and not _is_whole(drawn, index - 1)):
            together = index
        if step.gap is not None:
            yield _gate(drawn, index)
        elif whole:
            yield _step(drawn, index, together)
        else:
            yield from (_part(drawn, index, number, cut) for number in range(1, len(cut) + 1))
    yield _done(drawn)


def _is_whole(drawn: Map, index: int) -> bool:
    cut = parts(drawn.up[index], drawn.target)
    return len(cut) == 1 and cut[0].transaction


def _whole(drawn: Map) -> Iterator[State]:
    """A script that is one transaction ends before its first gate."""
    gap = first_gap(drawn.up)
    end = len(drawn.up) if gap is None else gap
    if end:
        first, last = _spot(drawn.up, 0), _spot(drawn.up, end - 1)
        yield replace(_step(drawn, 0, 0), first=first, last=last, stands=say("nothing: all of it is rolled back"))
    yield _done(drawn) if gap is None else _gate(drawn, gap)


def _spot(steps: Sequence[Step], index: int, part: int = 0, of: int = 0) -> Spot:
    return Spot(index + 1, steps[index].revision, part, of)


def _step(drawn: Map, index: int, together: int) -> State:
    """A step that is rolled back as a whole; with it those from `together` on."""
    at = drawn.up[together].before
    stands = say("all before it, nothing of it")
    if together != index:
        stands = say("all steps before {revision}, nothing from there on", revision=drawn.up[together].revision)
    spot = _spot(drawn.up, index)
    old, new = drawn.codes.old_works(together, 0), drawn.codes.new_works(together, 0)
    return State(spot, spot, at, at, stands, old, new, ways.onward(drawn, together), ways.back(drawn, at))


def _part(drawn: Map, index: int, number: int, cut: Sequence[Part]) -> State:
    step, part = drawn.up[index], cut[number - 1]
    spot = _spot(drawn.up, index, number, len(cut))
    before = sum(len(one.items) for one in cut[: number - 1])
    new = drawn.codes.new_works(index, before)
    if _is_rolled_back(part, drawn.target):
        stands, on = say("all before it, nothing of it"), ways.onward(drawn, index, begun=number > 1)
        old, inside = drawn.codes.old_works(index, before), {number - 1}
        out = ways.back(drawn, step.before) if number == 1 else ways.back_inside(drawn, index, inside, len(cut))
        return State(spot, spot, step.before, step.before, stands, old, new, on, out)
    old = drawn.codes.old_works(index, before + len(part.items), before)
    on = ways.onward(drawn, index, begun=True)
    out = ways.back_inside(drawn, index, {number - 1, number}, len(cut))
    asked = _asked(part, drawn.target)
    if asked is None:
        place = where(step, part.items[0])
        stands = say("all before it; whether it got done itself, only a person can tell ({where})", where=place)
        if not drawn.plain:
            on = say("look whether it got done; {file} then says how to go on", file=drawn.again)
            out = ways.looked_at(drawn, index, number, len(cut)) or out
    elif asked.again:
        stands = say("all before it; it may have got done itself, and is done again")
        out = out if ways.is_undone_twice(drawn, step.revision, number) else ways.perhaps(step)
    else:
        stands = say("all before it; whether it got done itself, the script finds out")
    return State(spot, spot, step.before, step.before, stands, old, new, on, out)


def _is_rolled_back(part: Part, target: Target) -> bool:
    """Whether nothing stands of a part that failed. psql puts what may stand in a transaction into one of its own; a
    transaction that the revision opens itself holds DDL, which MySQL, MariaDB and Oracle commit all the same."""
    if not part.transaction:
        return target.client == "psql" and transactional(part.items[0])
    own = (item for item in part.items if not isinstance(next(iter(item.facts), None), Begin | Commit))
    return target.dialect not in ("mysql", "mariadb", "oracle") or all(map(is_data, own))


def _asked(part: Part, target: Target) -> Probe | None:
    """How the script finds out whether a part that began was done; None where only a person can tell."""
    found = probe(part.items[0]) if len(part.items) == 1 else None
    if found is None or found.again:
        return found
    return found if holds(found.outcome, target.dialect) is not None else None


def _gate(drawn: Map, index: int) -> State:
    step, spot = drawn.up[index], _spot(drawn.up, index)
    return State(
        spot,
        spot,
        step.before,
        step.before,
        say("all before it; it could not be rendered, and the script stops here"),
        drawn.codes.old_works(index, 0),
        drawn.codes.new_works(index, 0),
        ways.by_hand(drawn, index),
        ways.back(drawn, step.before),
    )


def _done(drawn: Map) -> State:
    after, count = drawn.up[-1].after, len(drawn.up)
    return State(
        None,
        None,
        after,
        after,
        say("everything"),
        drawn.codes.old_works(count, 0),
        drawn.codes.new_works(count, 0),
        say("nothing to do: apply.sql says ALREADY APPLIED"),
        ways.back(drawn, after),
    )
