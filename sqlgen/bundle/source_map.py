"""Scripts and the steps that they were made of in, where each statement stands and where it was written out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlgen import script
from sqlgen.script.marks import Found, called, find
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step

__all__ = ["SCHEMA", "Mapped", "document", "mapped", "source"]

SCHEMA = "sqlgen.source-map/1"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A statement of a script, and what it was made of."""

    found: Found
    step: Step
    item: Item


def mapped(text: str, steps: Sequence[Step], target: Target, *, resume: bool = False) -> tuple[Mapped, ...]:
    """The statements of a script, in order: those of the steps, each once, and no others. `resume`: it is resume.sql.

    Raises ValueError, a mistake of ours, where the script does not hold exactly these.
    """
    written = [step for step in script.written(steps, target, resume=resume) if step.gap is None]
    ours = [(step, item) for step in written for item in step.items]
    theirs = tuple(find(text))
    for number, (found, (step, item)) in enumerate(zip(theirs, ours, strict=False), start=1):
        if found.sql != item.sql:
            raise ValueError(f"statement {number} of the script is not that of {step.revision}")
    if len(theirs) != len(ours):
        raise ValueError(f"the script holds {len(theirs)} statements, its steps {len(ours)}")
    return tuple(Mapped(found, step, item) for found, (step, item) in zip(theirs, ours, strict=True))


def document(maps: Mapping[str, Sequence[Mapped]]) -> dict[str, Any]:
    """`sqlgen.source-map/1`, from the statements of each script by its file's name."""
    return {"schema": SCHEMA, "scripts": {name: list(_statements(found)) for name, found in maps.items()}}


def _statements(found: Sequence[Mapped]) -> Iterator[dict[str, Any]]:
    for each in found:
        yield {
            "statement": each.found.number,
            "line": each.found.line,
            "end_line": each.found.end_line,
            "sha256": hashlib.sha256(each.item.sql.encode()).hexdigest(),
            "revision": each.step.revision,
            "direction": each.step.direction,
            "source": source(each.step, each.item),
        }


def source(step: Step, item: Item) -> dict[str, Any]:
    """Where a statement was written, as far as it is known; `op` as the scripts name it."""
    place = item.place
    return {
        "file": step.file if place is None else place.file,
        "line": None if place is None else place.line,
        "end_line": None if place is None else place.end_line,
        "column": None if place is None else place.column,
        "op": None if item.op is None else called(item.op),
    }
