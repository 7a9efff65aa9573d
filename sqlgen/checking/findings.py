"""Findings on whole ranges in, those on what is new out, numbered as if nothing else had been rendered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlgen.lint.branch import BranchFact, ModelDrift
from sqlgen.lint.finding import Finding
from sqlgen.segments import Step
from sqlgen.workspace import Workspace

if TYPE_CHECKING:
    from sqlgen.lint.allowances import Allowances
    from sqlgen.lint.book import Book

_Way = TypeVar("_Way", Finding, Step)


@dataclass(slots=True)
class Found:
    """What was rendered and found of what is judged."""

    findings: tuple[Finding, ...] = ()
    steps: tuple[Step, ...] = ()
    """Upgrades in the order in which they run, then downgrades."""
    _numbers: Counter[str] = field(default_factory=Counter)
    """Direction → statements so far."""

    def add(self, findings: Sequence[Finding], steps: Sequence[Step], judged: frozenset[str]) -> None:
        """Take what stands in these revisions from a range that may hold others."""
        numbers = self._renumbered(steps, judged)
        kept = [replace(each, statement=_moved(each, numbers)) for each in findings if each.revision in judged]
        mine = [step for step in steps if step.revision in judged]
        self.findings = _forward_first([*self.findings, *kept])
        self.steps = _forward_first([*self.steps, *mine])

    def _renumbered(self, steps: Sequence[Step], judged: frozenset[str]) -> dict[tuple[str, int], int]:
        """(direction, number in the run) → number among all that is judged."""
        found: dict[tuple[str, int], int] = {}
        ran: Counter[str] = Counter()
        for step in steps:
            way = step.direction
            for _ in step.items:
                ran[way] += 1
                if step.revision in judged:
                    self._numbers[way] += 1
                    found[way, ran[way]] = self._numbers[way]
        return found


def _moved(finding: Finding, numbers: dict[tuple[str, int], int]) -> int | None:
    return None if finding.statement is None else numbers.get((finding.direction, finding.statement))


def _forward_first(those: Sequence[_Way]) -> tuple[_Way, ...]:
    return tuple(sorted(those, key=lambda each: each.direction == "downgrade"))


def branch_findings(
    workspace: Workspace, facts: Sequence[BranchFact], steps: Sequence[Step], rules: Book, dialect: str, today: date
) -> tuple[Finding, ...]:
    """What the rules say of facts about the branch. `steps`: what was rendered; allowances stand in their files, in
    those of the facts, and in the settings."""
    from sqlgen.lint.branching import judge_branch  # with the engine, for which most branches give no reason

    return judge_branch(
        facts,
        rules,
        dialect=dialect,
        project=workspace.project.within,
        allowances=_allowances(workspace, facts, steps, dialect),
        today=today,
    )


def _allowances(workspace: Workspace, facts: Sequence[BranchFact], steps: Sequence[Step], dialect: str) -> Allowances:
    from sqlgen.pipeline import allowances_of

    upgrades = [step for step in steps if step.direction == "upgrade"]
    known = {step.file for step in upgrades}
    files = dict.fromkeys(fact.file for fact in facts if not isinstance(fact, ModelDrift) and fact.file is not None)
    silent = [Step("", "", "upgrade", (), (), file, ()) for file in files if file not in known and file.endswith(".py")]
    return allowances_of(workspace, [*upgrades, *silent], dialect, {})
