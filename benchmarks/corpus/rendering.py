"""A checkout in, what sqlgen renders of it out: revision by revision, and as the script of the whole history."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from corpus.databases import Database
from corpus.fetch import Checkout
from sqlgen import pipeline, policies
from sqlgen.emit.replay import Replay, Start
from sqlgen.emit.trace import Direction
from sqlgen.history import Move
from sqlgen.linting import numbers
from sqlgen.policies import Policies
from sqlgen.replaying import run
from sqlgen.schema import Schema
from sqlgen.segments import Step
from sqlgen.settings import Request
from sqlgen.steps import step
from sqlgen.workspace import open_workspace

Policy = Literal["exact", "empty", "shadow"]
"""What becomes of a revision that reads: it is a gap; it reads no rows; it is recorded from an online run."""

POLICIES: tuple[Policy, ...] = ("exact", "empty", "shadow")
SERVERS = {"postgresql": "15", "mariadb": "10.11", "sqlite": None}


@dataclass(frozen=True, slots=True)
class Rendering:
    """One direction of the whole history under one policy."""

    gaps: dict[str, str]
    """revision → where and why it could not be rendered; every revision of the range that is not in here was."""
    statements: dict[str, tuple[str, ...]]
    """revision → what would be run."""


@dataclass(frozen=True, slots=True)
class Script:
    """`sqlgen emit base:heads` as people run it."""

    code: int
    seconds: float
    path: Path
    said: str


def examine(checkout: Checkout) -> dict[tuple[Direction, Policy], Rendering]:
    """Every revision both ways, the downgrade from the schema that its upgrade left, as `sqlgen doctor` does."""
    found: dict[tuple[Direction, Policy], Rendering] = {}
    both_reads: tuple[tuple[Policy, str], ...] = (("exact", "error"), ("empty", "empty"))
    for (policy, _), both in zip(both_reads, _both_ways(checkout, *(reads for _, reads in both_reads)), strict=True):
        found["upgrade", policy] = _rendering([each for each in both if each.direction == "upgrade"])
        found["downgrade", policy] = _rendering([each for each in both if each.direction == "downgrade"])
    return found


def steps(checkout: Checkout, reads: str) -> list[Step]:
    """Every revision both ways, as `examine` has them."""
    return _both_ways(checkout, reads)[0]


def _both_ways(checkout: Checkout, *policies_of_reads: str) -> list[list[Step]]:
    """The steps under each policy, of one run."""
    workspace = open_workspace(_request(checkout))
    dialect = checkout.case.dialect
    moves = pipeline.resolve(workspace, "base:heads").steps
    both = [each for move in moves for each in (move, Move(move.revision, "downgrade", move.after, move.before))]
    replay = Replay(lambda _: Start(Schema.empty(dialect)), server_version=numbers(workspace.server_version))
    with run(workspace, both, replay, aside=True) as running:
        rendered = list(zip(both, running, strict=True))
    overrides = policies.read(workspace).overrides
    return [
        [step(move, each, dialect, Policies(reads, overrides=overrides)) for move, each in rendered]
        for reads in policies_of_reads
    ]


def render(checkout: Checkout, policy: Policy, *, down: bool = False) -> Rendering:
    """The whole history in order, through the same calls as `sqlgen emit`."""
    workspace = open_workspace(_request(checkout, **_options(checkout, policy)))
    moves = pipeline.resolve(workspace, "base:heads", down=down).steps
    return _rendering(pipeline.emit(workspace, moves).steps)


def _request(checkout: Checkout, **options: Any) -> Request:
    return Request(
        project=checkout.folder,
        dialect=checkout.case.dialect,
        server_version=SERVERS[checkout.case.dialect],
        python=checkout.python,
        **options,
    )


def _rendering(steps: Sequence[Step]) -> Rendering:
    gaps = [(step.revision, step.gap) for step in steps if step.gap is not None]
    return Rendering(
        {revision: f"{gap.file}:{gap.line}: {gap.reason}" for revision, gap in gaps},
        {step.revision: tuple(item.sql for item in step.items) for step in steps},
    )


def script(checkout: Checkout, span: str = "base:heads", *arguments: str, name: str = "apply.sql") -> Script:
    """`sqlgen emit` on the command line, into a file."""
    path = checkout.kept(name)
    path.unlink(missing_ok=True)
    dialect, version = checkout.case.dialect, SERVERS[checkout.case.dialect]
    command = [sys.executable, "-P", "-m", "sqlgen", "emit", span, "--project", str(checkout.folder)]
    command += ["--dialect", dialect, "--python", str(checkout.python), "--output", str(path), *arguments]
    if version is not None:
        command += ["--server-version", version]
    started = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return Script(done.returncode, time.perf_counter() - started, path, done.stderr)


def _options(checkout: Checkout, policy: Policy) -> dict[str, str]:
    """The policy as a Request's fields. SQLite makes its shadow database itself, servers on a URL without a name."""
    match policy:
        case "exact":
            return {}
        case "empty":
            return {"reads": "empty"}
        case "shadow" if checkout.case.dialect == "sqlite":
            return {"reads": "shadow"}
        case "shadow":
            return {"shadow": Database(checkout.case.dialect, checkout.case.name).server_url}


def arguments(checkout: Checkout, policy: Policy) -> list[str]:
    """The policy on the command line."""
    return [part for name, value in _options(checkout, policy).items() for part in (f"--{name}", value)]
