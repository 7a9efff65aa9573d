"""How a script is written, besides what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlgen.script.undo import Undo


@dataclass(frozen=True, slots=True)
class Form:
    """What the caller of `render` asks of the writer."""

    title: tuple[str, ...] = ()
    """Lines for the top."""
    undo: Mapping[str, Undo] = field(default_factory=dict)
    """Of a rollback: by revision, the way back from the middle of its upgrade."""
    resume: bool = False
    """In the form that skips what is done."""
    part: int | None = None
    """Of the one step that there is, this part alone, from 1: the parts before it must stand. For psql."""
