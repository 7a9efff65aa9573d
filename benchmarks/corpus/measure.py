"""A case in, what was found of it out: the numbers of its row in the table, and every difference behind them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from corpus.applying import Applied, apply
from corpus.databases import Database
from corpus.fetch import Checkout, fetch
from corpus.literals import compare
from corpus.oracle import Oracle, consult
from corpus.projects import Case
from corpus.rendering import POLICIES, Policy, Rendering, render, script
from corpus.stock import Direction, stock


@dataclass(slots=True)
class Counted:
    """One direction of one case, over the revisions that Alembic runs online."""

    online: int
    rendered: dict[Policy, int | None]
    """None: this sqlgen does not have the policy."""
    stock: int
    gaps: dict[Policy, dict[str, str]]
    """policy → revision → where and why."""
    values: list[str]
    """Where the emitted statements are not the ones sent online."""
    compared: int
    """How many revisions were compared with what was sent."""


@dataclass(slots=True)
class Found:
    """All of one case."""

    case: Case
    revisions: int
    code: int
    """The exit code of `sqlgen emit base:heads`."""
    unnamed: list[str]
    """Revisions that are not rendered and that the command did not name."""
    counted: dict[Direction, Counted]
    applied: dict[Policy, Applied] = field(default_factory=dict)
    seconds: float = 0.0


def measure(case: Case, policies: tuple[Policy, ...]) -> Found:
    """Everything about one case. `policies` are those under which the script is applied too."""
    started = time.perf_counter()
    checkout = fetch(case)
    oracle = consult(checkout)
    renders = stock(checkout)
    up = {policy: render(checkout, policy) for policy in POLICIES}
    made = script(checkout)
    exact = up["exact"]
    unnamed = [revision for revision in (exact.gaps if exact else ()) if revision not in made.said]
    counted: dict[Direction, Counted] = {"upgrade": _count(oracle, up, renders["upgrade"], "upgrade", case)}
    if any(error is None for error in oracle.down.values()):
        down = {policy: render(checkout, policy, down=True) for policy in POLICIES}
        counted["downgrade"] = _count(oracle, down, renders["downgrade"], "downgrade", case)
    found = Found(case, len(oracle.order), made.code, unnamed, counted)
    for policy in policies:
        if up[policy] is not None:
            found.applied[policy] = _applied(checkout, oracle, policy)
    found.seconds = time.perf_counter() - started
    return found


def _applied(checkout: Checkout, oracle: Oracle, policy: Policy) -> Applied:
    match policy:
        case "exact":
            return apply(checkout, oracle)
        case "empty":
            return apply(checkout, oracle, "--reads", "empty")
        case "shadow":
            with Database(checkout.case.dialect, f"{checkout.case.name}_shadow") as shadow:
                return apply(checkout, oracle, "--shadow", shadow.url)


def _count(
    oracle: Oracle, renderings: dict[Policy, Rendering | None], stock: set[str], direction: Direction, case: Case
) -> Counted:
    results, sent = (oracle.up, oracle.sent) if direction == "upgrade" else (oracle.down, oracle.sent_down)
    runs = [revision for revision in oracle.order if results.get(revision, "") is None]
    gaps: dict[Policy, dict[str, str]] = {}
    rendered: dict[Policy, int | None] = {}
    values: list[str] = []
    compared: set[str] = set()
    for policy, rendering in renderings.items():
        if rendering is None:
            rendered[policy] = None
            continue
        gaps[policy] = {revision: rendering.gaps[revision] for revision in runs if revision in rendering.gaps}
        rendered[policy] = len(runs) - len(gaps[policy])
        for revision in runs:
            if revision in rendering.gaps or revision in compared:
                continue
            compared.add(revision)
            again = oracle.sent_again.get(revision) if direction == "upgrade" else None
            other = compare(revision, sent[revision], again, rendering.statements[revision], case.dialect)
            if other is not None:
                values.append(f"{policy}: {other}")
    return Counted(len(runs), rendered, len(stock & set(runs)), gaps, values, len(compared))
