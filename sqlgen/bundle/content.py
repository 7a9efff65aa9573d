"""Steps in, the content id out: what is the same wherever, whenever and by whomever a bundle of them is built."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.bundle.pack import content_id
from sqlgen.script.target import Target
from sqlgen.segments import Step


def identify(up: Sequence[Step], down: Sequence[Step], target: Target) -> str:
    """The content id: of the user's statements in both directions, wherever they run."""
    return content_id(
        _content(up), dialect=target.dialect, lower=up[0].before, upper=up[-1].after, rollback=_content(down)
    )


def _content(steps: Sequence[Step]) -> list[str]:
    """The user's statements in their order; a gate stands for the revision that could not be rendered."""
    return [
        text
        for step in steps
        for text in ([item.sql for item in step.items] if step.gap is None else [gate(step.revision)])
    ]


def gate(revision: str) -> str:
    """What stands for a revision without statements: no statement is a comment alone."""
    return f"-- sqlgen: gate {revision}"
