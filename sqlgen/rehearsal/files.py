"""A range in, the files out that a DBA would get for it: those are what is rehearsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlgen import script
from sqlgen.schema import Schema
from sqlgen.script import folder
from sqlgen.script.checks import postcheck
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Files:
    """The range as it is written, and its files by name."""

    up: tuple[Step, ...]
    down: tuple[Step, ...]
    texts: Mapping[str, str]
    """Without rollback.sql where there is no way back."""
    back_check: str
    """What holds after the rollback: its own postcheck.sql."""


def files(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> Files:
    """As `sqlgen emit -o DIR/` writes them. A statement that the client can't run faithfully becomes a gate."""
    try:
        return _files(up, down, target, before)
    except script.Unfaithful:
        return _files(script.without_unfaithful(up, target), script.without_unfaithful(down, target), target, before)


def _files(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> Files:
    found = Range.of(up, down, target, before, "")
    texts = folder.files(found)
    back_check = postcheck.render(down, target, folder.end(found)) if "rollback.sql" in texts else ""
    return Files(tuple(up), tuple(down), texts, back_check)


def alone(steps: Sequence[Step], target: Target) -> str:
    """The script of some steps, without what belongs to it."""
    try:
        return script.render(steps, target)
    except script.Unfaithful:
        return script.render(script.without_unfaithful(steps, target), target)
