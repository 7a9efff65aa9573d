"""New revisions in both directions in, one line on what going back loses out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlgen import pipeline
from sqlgen.errors import Message, say
from sqlgen.messages import apart, listed
from sqlgen.pipeline import Emission
from sqlgen.schema import Schema
from sqlgen.script.losses.range import WayBack, losses, told
from sqlgen.segments import Step
from sqlgen.workspace import Workspace

_TOLD = 3
"""As many losses stand in the line."""


def rollback_loses(
    workspace: Workspace, emission: Emission, judged: frozenset[str], before: Callable[[], Schema]
) -> tuple[Message, ...]:
    """The line; none where nothing is lost. It fails nothing: what an upgrade makes, going back takes away."""
    steps, dialect = emission.steps, emission.dialect
    up = [step for step in steps if step.direction == "upgrade"]
    down = [step for step in steps if step.direction == "downgrade"]
    target = replace(pipeline.target(workspace, emission), tenants=())
    found = losses(up, down, target, Schema(dialect, before))
    lost = [way for way in found.back if not way.whole and _is_real(way.step, up) and way.step.revision in judged]
    each = [(way.step.revision, line) for way in lost for line in _lines(way)]
    if not each:
        return ()
    ids = dict.fromkeys(id for id, _ in each[:_TOLD])
    what = apart(
        say("{what}: {text}", what=id, text=listed(line for of, line in each[:_TOLD] if of == id)) for id in ids
    )
    if len(each) > _TOLD:
        what = say("{what}; and {count} more", what=what, count=len(each) - _TOLD)
    return (say("going back loses: {what}", what=what),)


def _is_real(step: Step, up: list[Step]) -> bool:
    """Not the way back of a revision that does nothing, such as a merge."""
    upgrade = next((each for each in up if each.revision == step.revision), None)
    return step.gap is not None or bool(step.items) or upgrade is None or bool(upgrade.items)


def _lines(way: WayBack) -> Iterator[Message]:
    match way.state:
        case "is missing":
            yield say("there is no way back")
        case "does nothing":
            yield say("downgrade() does nothing")
            yield from way.gone
        case "runs":
            yield from told(way)
