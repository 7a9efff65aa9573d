"""Findings and steps in, the counts that every report shows out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlgen.lint.finding import Finding, Severity
from sqlgen.segments import Gap, Query, Step


@dataclass(frozen=True, slots=True)
class Hole:
    """A revision that could not be rendered."""

    revision: str
    direction: str
    gap: Gap
    queries: tuple[Query, ...] = ()
    """All that it read."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was looked at, and what was found: the input of every format."""

    findings: tuple[Finding, ...]
    holes: tuple[Hole, ...]
    dialect: str
    revisions: int
    """Of what is applied; of the rollback when there is nothing else."""
    statements: int
    down_only: bool = False
    """There is nothing but a rollback: `--down`."""
    remarkable: tuple[Step, ...] = ()
    """Steps that are rendered, and of which readers must know something that the statements do not show."""

    @property
    def listed(self) -> tuple[Finding, ...]:
        """Findings that a list shows one by one; beside what is applied, the rollback gets one line."""
        return self.rollback if self.down_only else self.forward

    @property
    def row_driven(self) -> tuple[Step, ...]:
        """Steps that are rendered, but for what they do for each row."""
        return tuple(step for step in self.remarkable if step.row_driven)

    @property
    def incomplete(self) -> int:
        """How many revisions are not, or not wholly, rendered, each direction for itself."""
        return len(self.holes) + len(self.row_driven)

    @property
    def incomplete_forward(self) -> int:
        """The same, of what is applied alone; of the rollback when there is nothing else."""
        if self.down_only:
            return self.incomplete
        gaps = sum(1 for hole in self.holes if hole.direction == "upgrade")
        return gaps + sum(1 for step in self.row_driven if step.direction == "upgrade")

    @property
    def forward(self) -> tuple[Finding, ...]:
        """Findings on what is applied."""
        return tuple(finding for finding in self.findings if finding.direction != "downgrade")

    @property
    def rollback(self) -> tuple[Finding, ...]:
        """Findings on the way back: they say what it loses or blocks, and never fail a check."""
        return tuple(finding for finding in self.findings if finding.direction == "downgrade")

    def count(self, severity: Severity) -> int:
        """Findings of that severity on what is applied that no allowance covers."""
        return sum(1 for finding in self.forward if finding.severity is severity and finding.allowed is None)

    @property
    def allowed(self) -> int:
        return sum(1 for finding in self.forward if finding.allowed is not None)


def judge(findings: Sequence[Finding], steps: Sequence[Step], dialect: str) -> Judged:
    """Put findings and steps together."""
    holes = tuple(Hole(step.revision, step.direction, step.gap, step.queries) for step in steps if step.gap is not None)
    forward = [step for step in steps if step.direction == "upgrade"]
    counted = forward or steps
    revisions = sum(1 for step in counted if step.revision)
    statements = sum(len(step.items) for step in counted)
    remarkable = tuple(step for step in steps if step.gap is None and _remarkable(step))
    down_only = bool(steps) and not forward
    return Judged(tuple(findings), holes, dialect, revisions, statements, down_only, remarkable)


def _remarkable(step: Step) -> bool:
    return bool(step.queries or step.notes) or step.origin != "rendered"


def fails(findings: Sequence[Finding], fail_on: str) -> bool:
    """Whether a finding stands at or above `fail_on` ("error", "warning", "never").

    Allowed findings never fail; nor do findings on a downgrade, which say what a rollback loses.
    """
    if fail_on == "never":
        return False
    limit = Severity[fail_on.upper()]
    return any(
        finding.severity >= limit and finding.allowed is None and finding.direction != "downgrade"
        for finding in findings
    )
