"""A workspace and the name of a table or column in, all that can be told of it offline out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlgen import pipeline
from sqlgen.baseline import read as read_baseline
from sqlgen.errors import Message, UsageError, say
from sqlgen.facts.vocabulary import Opaque
from sqlgen.history import between
from sqlgen.history.git import Authored, with_lf
from sqlgen.lint.allowances import Allowance, OneRevision
from sqlgen.lint.coverage import Coverage
from sqlgen.schema import Schema
from sqlgen.segments import Item, Step
from sqlgen.why.applied import Applied, runs
from sqlgen.why.commits import authors
from sqlgen.why.traces import traces
from sqlgen.why.tracing import Thing, Touch, find, touches
from sqlgen.workspace import Workspace

Allowances = tuple[tuple[str, Allowance], ...]
"""Rules that may speak of a statement, each with the allowance that says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """A statement that has to do with it, and what is known of that."""

    touch: Touch
    step: Step
    item: Item
    author: Authored | None
    """None: outside git, or not committed."""
    allowed: Allowances
    applied: tuple[Applied, ...]
    changed: bool
    """Whether the revision's file is another one than that which was applied."""

    @property
    def place(self) -> tuple[str, int] | None:
        """File and line."""
        return None if self.item.place is None else (self.item.place.file, self.item.place.line)


@dataclass(frozen=True, slots=True)
class Blind:
    """Where the history can't tell."""

    revision: str
    file: str | None
    line: int | None
    why: Message


@dataclass(frozen=True, slots=True)
class Why:
    """What made a table or column what it is."""

    thing: Thing
    told: tuple[Told, ...]
    blind: tuple[Blind, ...]
    environments: tuple[str, ...] | None
    """Those of whose ledger something is known of this service; None: no trust folder was asked."""


def why(
    workspace: Workspace,
    text: str,
    *,
    trust: Path | None,
    progress: pipeline.Progress | None = None,
) -> Why:
    """Raises UsageError for a name that no revision has, and what rendering and reading a ledger raise."""
    graph = workspace.graph
    if not graph.revisions:
        raise UsageError(say("the history holds no revision"), hint=say("Make one with `alembic revision`."))
    emission = _emission(workspace, progress)
    start = emission.steps[0].before
    before = partial(pipeline.schema_at, workspace, emission.dialect, emission.versions, start)
    traced = tuple(traces(emission.steps, Schema(emission.dialect, before)))
    thing = find(traced, text, emission.dialect)
    found = touches(emission.steps, traced, thing)
    ledgers = {} if trust is None else runs(trust, workspace.settings.service)
    allowed = _allowances(workspace, emission.steps, emission.dialect, found)
    root = workspace.project.root
    steps = emission.steps
    places = {(place.file, place.line) for each in found if (place := steps[each.step].items[each.item].place)}
    written = authors(root, places)
    told = []
    for touch, may in zip(found, allowed, strict=True):
        step = steps[touch.step]
        place = step.items[touch.item].place
        author = None if place is None else written.get((place.file, place.line))
        applied = ledgers.get(step.revision, ())
        changed = bool(applied) and _digest(root, step) != applied[-1].sha256
        told.append(Told(touch, step, step.items[touch.item], author, may, applied, changed))
    here = sorted({run.environment for each in ledgers.values() for run in each})
    return Why(thing, tuple(told), _blind(steps, found), None if trust is None else tuple(here))


def _emission(workspace: Workspace, progress: pipeline.Progress | None) -> pipeline.Emission:
    """The whole history, from the baseline on where there is one."""
    graph = workspace.graph
    dialect = workspace.dialect or workspace.project.likely_dialect
    start = () if dialect is None else read_baseline(workspace, dialect).heads
    moves = between(graph, start, tuple(sorted(graph.effective_heads))).steps
    if not moves:
        raise UsageError(
            say("the baseline stands at the newest revision, so the history says nothing"),
            hint=say("Leave the baseline out, to see what came before."),
        )
    return pipeline.emit(workspace, moves, progress)


def _allowances(workspace: Workspace, steps: Sequence[Step], dialect: str, found: Sequence[Touch]) -> list[Allowances]:
    """For each of them, rules that may speak there, and why. What the settings allow everywhere says nothing of one."""
    held = pipeline.allowances_of(workspace, steps, dialect, {}).held
    coverage = Coverage([each for each in held if each.scope != OneRevision(None)])
    return [_at(coverage, steps[each.step], each) for each in found]


def _at(coverage: Coverage, step: Step, touch: Touch) -> Allowances:
    place = step.items[touch.item].place
    coverage.enter(touch.step, touch.item, step.revision, place)
    named = (
        (rule, coverage.use(rule, touch.step, touch.item, step.revision, place)) for rule in sorted(coverage.named)
    )
    return tuple((rule, one) for rule, one in named if one is not None)


def _digest(root: Path, step: Step) -> str | None:
    """Of the revision's file, as a bundle has it."""
    if step.file is None:
        return None
    try:
        return hashlib.sha256(with_lf((root / step.file).read_bytes())).hexdigest()
    except OSError:
        return None


def _blind(steps: Sequence[Step], found: Sequence[Touch]) -> tuple[Blind, ...]:
    """What is before a baseline; revisions that could not be rendered, that look at rows, or that hold what can't be
    read. Statements that name it are told already."""
    told = {(each.step, each.item) for each in found}
    blind = []
    if steps[0].before:
        unseen = say("the baseline stands there, and what made it is not looked at")
        blind.append(Blind(", ".join(steps[0].before), None, None, unseen))
    for number, step in enumerate(steps):
        if step.gap is not None:
            blind.append(Blind(step.revision, step.gap.file or step.file, step.gap.line, step.gap.reason))
        elif step.row_driven:
            place = step.queries[0].place
            reason = say("it looks at rows; what it does for each of them is not seen")
            blind.append(
                Blind(step.revision, place.file if place else step.file, place.line if place else None, reason)
            )
        for at, item in enumerate(step.items):
            opaque = next((fact for fact in item.facts if isinstance(fact, Opaque)), None)
            if opaque is not None and (number, at) not in told:
                file, line = (step.file, None) if item.place is None else (item.place.file, item.place.line)
                blind.append(Blind(step.revision, file, line, opaque.why))
    return tuple(blind)
