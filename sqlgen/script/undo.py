"""An upgrade, its downgrade and the schema before them in, the way back from the middle of the upgrade out.

Where a revision commits in parts, a script can stop behind any of them. Which statements of the downgrade undo what
stands there is found by replaying both on the schema: a statement that would change nothing, or whose object is not
there, is left out; and a way back counts only where it ends at the schema with which the upgrade began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlgen.schema import Schema
from sqlgen.script.plan import Part
from sqlgen.script.target import Target
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Undo:
    """How one downgrade goes back from the middle of its upgrade."""

    upgrade: Step
    parts: tuple[Part, ...]
    """Of the upgrade."""
    runs: tuple[frozenset[int], ...]
    """For each item of the downgrade: behind which numbers of parts of the upgrade it runs, 1 … len(parts) - 1. After
    the whole upgrade all of them run."""
    possible: frozenset[int]
    """Behind which numbers of parts a way back is known."""


def undos(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> dict[str, Undo]:
    """By revision, for those whose upgrade commits in parts. `before`: the schema where the range begins."""
    raise NotImplementedError
