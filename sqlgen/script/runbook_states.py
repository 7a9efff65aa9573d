"""A script in, every state that it can leave a database in out: the failure map.

A row says where it stopped, what the version table holds and what stands, whether old and new code work there, and
which script goes on and which one goes back. Rows that say the same stand as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import Begin, Commit
from sqlgen.messages import Message, say
from sqlgen.script import resumes_apart
from sqlgen.script.existence import holds
from sqlgen.script.path import Heads, first_gap, heads, rest
from sqlgen.script.plan import Part, is_data, mode, parts
from sqlgen.script.psql_once import transactional
from sqlgen.script.runbook_code import Codes
from sqlgen.script.runbook_folding import where
from sqlgen.script.target import Target
from sqlgen.script.things import Probe, probe
from sqlgen.script.undo import Undo
from sqlgen.segments import Step

__all__ = ["Map", "Spot", "State", "states"]


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


@dataclass(frozen=True, slots=True)
class Map:
    """What the rows are made from."""

    up: Sequence[Step]
    down: Sequence[Step]
    target: Target
    undo: Mapping[str, Undo]
    codes: Codes
    nowhere: bool
    """There is no rollback.sql."""

    @property
    def plain(self) -> bool:
        """Nothing can be skipped: a script goes from its start to its end, and another one begins in between."""
        return self.target.client == "plain"

    @property
    def again(self) -> str:
        """The file that goes on in the middle."""
        return "resume.sql" if resumes_apart(self.target) else "apply.sql"


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
    return State(spot, spot, at, at, stands, old, new, _onward(drawn, together), _back(drawn, at))


def _part(drawn: Map, index: int, number: int, cut: Sequence[Part]) -> State:
    step, part = drawn.up[index], cut[number - 1]
    spot = _spot(drawn.up, index, number, len(cut))
    before = sum(len(one.items) for one in cut[: number - 1])
    new = drawn.codes.new_works(index, before)
    if _is_rolled_back(part, drawn.target):
        stands = say("all before it, nothing of it")
        old, onward = drawn.codes.old_works(index, before), _onward(drawn, index, begun=number > 1)
        back = _back(drawn, step.before) if number == 1 else _back_inside(drawn, index, {number - 1}, len(cut))
        return State(spot, spot, step.before, step.before, stands, old, new, onward, back)
    old = drawn.codes.old_works(index, before + len(part.items))
    onward, back = _onward(drawn, index, begun=True), _back_inside(drawn, index, {number - 1, number}, len(cut))
    asked = _asked(part, drawn.target)
    if asked is None:
        place = where(step, part.items[0])
        stands = say("all before it; whether it got done itself, only a person can tell ({where})", where=place)
        if not drawn.plain:
            onward = say("look whether it got done; {file} then says how to go on", file=drawn.again)
            back = back if drawn.nowhere else say("look whether it got done; rollback.sql then says how")
    elif asked.again:
        stands = say("all before it; it may have got done itself, and is done again")
    else:
        stands = say("all before it; whether it got done itself, the script finds out")
    return State(spot, spot, step.before, step.before, stands, old, new, onward, back)


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
        _by_hand(drawn, index),
        _back(drawn, step.before),
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
        _back(drawn, after),
    )


# ---- the ways out


def _onward(drawn: Map, index: int, *, begun: bool = False) -> Message:
    """From before a step, or from inside it."""
    if drawn.plain and begun:
        return _by_hand(drawn, index)
    if drawn.plain and index:
        at, end = heads(drawn.up[index].before), heads(drawn.up[-1].after)
        return say("the script that this makes: {command}", command=f"sqlgen emit {at}:{end}")
    return say("{file}", file=drawn.again if index or begun else "apply.sql")


def _by_hand(drawn: Map, index: int) -> Message:
    """Over a step that no script takes."""
    step = drawn.up[index]
    if not (drawn.plain or drawn.target.dialect == "sqlite"):
        return say(
            "by hand to {after} (the version table must show it), then {file}",
            after=heads(step.after),
            file=drawn.again,
        )
    if index + 1 == len(drawn.up):
        return say("by hand to {after} (the version table must show it)", after=heads(step.after))
    return say(
        "by hand to {after} (the version table must show it), then the script that this makes: {command}",
        after=heads(step.after),
        command=rest(drawn.up, index),
    )


def _back(drawn: Map, at: Heads) -> Message:
    """From between two steps."""
    if at == drawn.up[0].before:
        return say("nothing to undo")
    if drawn.nowhere:
        return say("no way back: no-rollback.md")
    start = next((index for index, step in enumerate(drawn.down) if step.before == at), None)
    if start and drawn.plain:
        end = heads(drawn.down[-1].after)
        return say("the script that this makes: {command}", command=f"sqlgen emit {end}:{heads(at)} --down")
    if start is None:
        return say("not from here: go on first")
    return _as_far(drawn, start)


def _as_far(drawn: Map, start: int) -> Message:
    """How far rollback.sql comes from before one of its steps."""
    gap = next((index for index in range(start, len(drawn.down)) if drawn.down[index].gap is not None), None)
    if gap is None:
        return say("rollback.sql")
    if gap == start:
        return say("no way back over {revision}: no downgrade could be rendered", revision=drawn.down[gap].revision)
    return say("rollback.sql, as far as {at}", at=heads(drawn.down[gap].before))


def _back_inside(drawn: Map, index: int, behind: set[int], count: int) -> Message:
    """From the middle of a step, of which one of these numbers of parts stand."""
    step = drawn.up[index]
    if drawn.nowhere:
        return say("no way back: no-rollback.md")
    start = next((number for number, down in enumerate(drawn.down) if down.revision == step.revision), None)
    known = drawn.undo.get(step.revision)
    first = say("not from here: finish {revision} first, with {file}", revision=step.revision, file=drawn.again)
    if drawn.plain:
        return say("not from here: finish {revision} first", revision=step.revision)
    if start is None or known is None:
        return first
    able = {number for number in behind if number in known.possible or number in (0, count)}
    if able == behind:
        return _as_far(drawn, start)
    if able:
        return say("rollback.sql says whether it can; if not, finish {revision} first", revision=step.revision)
    return first
