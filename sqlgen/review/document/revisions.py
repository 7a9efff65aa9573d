"""The steps of a range in; each revision with its file, its parents and its statements out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from sqlgen.messages import Message
from sqlgen.review.document import model
from sqlgen.review.document.places import placed
from sqlgen.review.document.source import Node, Source
from sqlgen.script import remarks
from sqlgen.segments import Step


def revisions(
    source: Source, forward: Sequence[model.Statement], back: Sequence[model.Statement]
) -> tuple[model.Revision, ...]:
    """One for each step that is applied, in that order."""
    up, down = _numbers(forward), _numbers(back)
    return tuple(
        _revision(source, step, up.get(step.revision, ()), down.get(step.revision, ())) for step in source.range.up
    )


def _numbers(statements: Sequence[model.Statement]) -> dict[str, tuple[int, ...]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in statements:
        found[one.revision].append(one.number)
    return {revision: tuple(numbers) for revision, numbers in found.items()}


def _revision(source: Source, step: Step, forward: tuple[int, ...], back: tuple[int, ...]) -> model.Revision:
    node = source.graph.get(step.revision) or Node()
    note = _note(step)
    line = None if step.gap is None else step.gap.line
    return model.Revision(
        id=step.revision,
        message=step.message,
        parents=node.parents,
        depends_on=node.depends_on,
        labels=node.labels,
        place=placed(source, step.file, line),
        statements=forward,
        rollback=back,
        origin=_origin(step),
        note=None if note is None else str(note),
    )


def _origin(step: Step) -> Literal["rendered", "recorded", "override", "gap"]:
    return "gap" if step.gap is not None else step.origin


def _note(step: Step) -> Message | str | None:
    if step.gap is not None:
        return step.gap.reason
    return remarks.row_driven(step) if step.row_driven else remarks.origin(step)
