"""What a rehearsal found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sqlgen.errors import ExitCode, Message, say

Outcome = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long a step of a script took."""

    revision: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that was seen while the script ran."""

    table: str
    mode: str
    seconds: float
    """At most: from the last look that did not show it to the first one that did not any more."""
    waited: bool
    """It was waited for, not held."""
    new: bool = False
    """The table was made in the range: nobody uses it yet."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two states that should be the same."""

    what: Message
    lines: tuple[str, ...]
    """A unified diff."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One thing that was done."""

    name: str
    """start, preflight, up, postcheck, reference, down, up again."""
    outcome: Outcome
    seconds: float | None = None
    how: Message | None = None
    """By what it was done, and what came of it."""
    log: tuple[str, ...] = ()
    """The last lines, where it failed."""
    steps: tuple[StepTime, ...] = ()


@dataclass(slots=True)
class Report:
    """Everything, in the order in which it came."""

    dialect: str
    server: str
    """Its kind and version."""
    client: str
    range: str
    phases: list[Phase] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    watched: bool = False
    """Whether the server showed its locks."""
    locks_seen: Message | None = None
    """How far locks could be seen."""
    notes: list[Message] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    incomplete: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.differences) or any(phase.outcome == "failed" for phase in self.phases)

    @property
    def verdict(self) -> Message:
        """The first line."""
        if self.differences:
            return say("NOT THE SAME")
        if self.failed:
            return say("FAILED")
        if self.incomplete:
            return say("INCOMPLETE")
        return say("THE SAME")

    @property
    def exit_code(self) -> ExitCode:
        """0: the same; 1: differences, or a script that fails; 4: a revision that can't be rendered."""
        if self.incomplete:
            return ExitCode.INCOMPLETE
        return ExitCode.FINDINGS if self.failed else ExitCode.CLEAN
