"""A range without a way back in, no-rollback.md out: why there is none, by revision, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.markdown import cell, code
from sqlgen.messages import Message, say
from sqlgen.script.losses.range import Losses, told
from sqlgen.script.path import heads, rest
from sqlgen.script.runbook.backup import everything
from sqlgen.script.runbook.folding import where
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["render"]


def render(down: Sequence[Step], target: Target, found: Losses) -> str:
    """The page, with a final newline. `found.nowhere` holds."""
    return "\n".join(_lines(down, target, found)) + "\n"


def _lines(down: Sequence[Step], target: Target, found: Losses) -> Iterator[str]:
    start, goal = heads(down[0].before), heads(down[-1].after)
    yield f"# {say('No rollback from {start} to {goal}', start=start, goal=goal)}"
    yield ""
    yield f"**{_why(found)}**"
    yield ""
    yield f"| {say('revision')} | {say('where')} | {say('going back')} |"
    yield "| --- | --- | --- |"
    for way in found.back:
        lines = "<br>".join(cell(str(text)) for text in told(way)) or str(say("is written"))
        yield f"| {code(way.step.revision)} | {code(where(way.step))} | {lines} |"
    yield ""
    yield f"## {say('What to do instead')}"
    yield ""
    kept = everything(target, "before-apply")
    yield f"1. {say('Keep the whole database before apply.sql runs; try once that it can be restored:')}"
    yield ""
    yield from (f"       {line}" for line in (*kept.keep, *kept.beside))
    yield ""
    forward = say("Should the release fail, go forward: a new revision that mends it, as a bundle of its own.")
    yield f"2. {forward}"
    yield f"3. {say('Or write the missing downgrade() and build the bundle anew, before anything is applied.')}"
    if down[0].gap is not None and len(down) > 1:
        yield from _by_hand(down)


def _why(found: Losses) -> Message:
    first = found.back[0]
    if first.state == "is missing":
        return say(
            "There is no rollback.sql: its first step would be {revision}, and no downgrade of it could be rendered.",
            revision=first.step.revision,
        )
    return say("There is no rollback.sql: no downgrade() of the range does anything; it would only change the version.")


def _by_hand(down: Sequence[Step]) -> Iterator[str]:
    undone = say(
        "Or undo {revision} by hand, set the version table to {after}, and make the rest of the way with:",
        revision=down[0].revision,
        after=heads(down[0].after),
    )
    yield f"4. {undone}"
    yield ""
    yield f"       {rest(down, 0)}"
