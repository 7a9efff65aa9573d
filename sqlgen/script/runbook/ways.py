"""A place in a script in, the way on and the way back from there out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlgen.messages import Message, say
from sqlgen.script import resumes_apart
from sqlgen.script.path import Heads, heads, rest
from sqlgen.script.positions import undone_twice
from sqlgen.script.runbook.code import Codes
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Step

__all__ = ["Map", "back", "back_inside", "by_hand", "is_undone_twice", "looked_at", "onward", "perhaps"]


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


def onward(drawn: Map, index: int, *, begun: bool = False) -> Message:
    """From before a step, or from inside it."""
    if drawn.plain and begun:
        return _of_the_client(drawn)
    if drawn.plain and index:
        return _from_there(f"sqlgen emit AT:{heads(drawn.up[-1].after)}")
    return say("{file}", file=drawn.again if index or begun else "apply.sql")


def _from_there(command: str) -> Message:
    return say("the script that this makes: {command} (AT: what the version table holds)", command=command)


def _of_the_client(drawn: Map, down: str = "") -> Message:
    """A plain script that finds a revision half done names the one for the engine's own client."""
    client = "psql" if drawn.target.dialect == "postgresql" else "mysql"
    start, end = heads(drawn.up[0].before), heads(drawn.up[-1].after)
    return say("the script that this makes: {command}", command=f"sqlgen emit {start}:{end}{down} --client {client}")


def by_hand(drawn: Map, index: int) -> Message:
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


def back(drawn: Map, at: Heads) -> Message:
    """From between two steps."""
    if at == drawn.up[0].before:
        return say("nothing to undo")
    if drawn.nowhere:
        return say("no way back: no-rollback.md")
    start = next((index for index, step in enumerate(drawn.down) if step.before == at), None)
    if start and drawn.plain:
        return _from_there(f"sqlgen emit {heads(drawn.down[-1].after)}:AT --down")
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


def back_inside(drawn: Map, index: int, behind: set[int], count: int) -> Message:
    """From the middle of a step, of which one of these numbers of parts stand."""
    step = drawn.up[index]
    if drawn.nowhere:
        return say("no way back: no-rollback.md")
    start = next((number for number, down in enumerate(drawn.down) if down.revision == step.revision), None)
    known = drawn.undo.get(step.revision)
    first = say("not from here: finish {revision} first, with {file}", revision=step.revision, file=drawn.again)
    if drawn.plain:
        first = say("not from here: finish {revision} first", revision=step.revision)
    if start is None or known is None:
        return first
    able = _able(known, behind, count)
    if able == behind and drawn.plain:
        return _of_the_client(drawn, " --down")
    if able == behind:
        return _as_far(drawn, start)
    return perhaps(step) if able else first


def _able(known: Undo, behind: set[int], count: int) -> set[int]:
    return {number for number in behind if number in known.possible or number in (0, count)}


def looked_at(drawn: Map, index: int, number: int, count: int) -> Message | None:
    """From a part of which only a person can tell whether it got done; None where looking opens no way back."""
    revision = drawn.up[index].revision
    known = drawn.undo.get(revision)
    if drawn.nowhere or known is None or all(down.revision != revision for down in drawn.down):
        return None
    able = _able(known, {number - 1, number}, count)
    if len(able) == 2:
        return say("look whether it got done; rollback.sql then says how")
    return say("look whether it got done; rollback.sql then says whether it can") if able else None


def perhaps(step: Step) -> Message:
    """From where rollback.sql refuses, or not, by what it finds."""
    return say("rollback.sql says whether it can; if not, finish {revision} first", revision=step.revision)


def is_undone_twice(drawn: Map, revision: str, number: int) -> bool:
    """Whether rollback.sql takes back a part that may run once more, though nobody can tell whether it got done."""
    undo = drawn.undo.get(revision)
    down = next((step for step in drawn.down if step.revision == revision), None)
    if undo is None or down is None or drawn.target.dialect not in ("mysql", "mariadb", "postgresql"):
        return drawn.nowhere
    return undone_twice(undo, down, number - 1, number)
