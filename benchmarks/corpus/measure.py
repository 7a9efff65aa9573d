"""A case in, what was found of it out: the numbers of its row in the table, and every difference behind them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from corpus.applying import Applied, apply
from corpus.fetch import Checkout, fetch
from corpus.literals import compare
from corpus.oracle import Oracle, consult
from corpus.projects import Case
from corpus.rendering import Policy, Rendering, Script, arguments, examine, render, script
from corpus.stock import Direction, stock


@dataclass(slots=True)
class Counted:
    """One direction of one case, over the revisions that Alembic runs online."""

    online: int
    stock: int
    gaps: dict[Policy, dict[str, str]]
    """policy → revision → where and why."""
    values: list[str]
    """Where the emitted statements are not the ones sent online."""
    compared: int
    """How many revisions were compared with what was sent."""

    def rendered(self, policy: Policy) -> int:
        return self.online - len(self.gaps[policy])


@dataclass(slots=True)
class Found:
    """All of one case."""

    case: Case
    revisions: int
    code: int
    """The exit code of `sqlgen emit base:heads`."""
    unnamed: list[str]
    """Revisions that are not rendered and that the command did not name."""
    same: bool
    """Whether a second run gave the same bytes."""
    counted: dict[Direction, Counted]
    rollback: list[str]
    """Where a rollback from the heads is not what is sent online."""
    applied: dict[Policy, Applied] = field(default_factory=dict)
    seconds: float = 0.0


def measure(case: Case, policies: tuple[Policy, ...]) -> Found:
    """Everything about one case. `policies` are those under which the script is applied too."""
    started = time.perf_counter()
    checkout = fetch(case)
    oracle = consult(checkout)
    renders = stock(checkout)
    examined = examine(checkout)
    made, again = script(checkout), script(checkout, name="again.sql")
    directions: tuple[Direction, ...] = ("upgrade", "downgrade") if oracle.down else ("upgrade",)
    counted = {}
    for direction in directions:
        recorded = render(checkout, "shadow", down=direction == "downgrade")
        all_three: dict[Policy, Rendering] = {
            "exact": examined[direction, "exact"],
            "empty": examined[direction, "empty"],
            "shadow": recorded,
        }
        counted[direction] = _count(oracle, all_three, renders[direction], direction, case)
    found = Found(
        case,
        revisions=len(oracle.order),
        code=made.code,
        unnamed=[gap for gap in examined["upgrade", "exact"].gaps if gap not in made.said],
        same=_bytes(made) == _bytes(again),
        counted=counted,
        rollback=_rollback(checkout, oracle) if oracle.down else [],
    )
    for policy in policies:
        found.applied[policy] = apply(checkout, oracle, *arguments(checkout, policy))
    found.seconds = time.perf_counter() - started
    return found


def _bytes(made: Script) -> bytes | None:
    return made.path.read_bytes() if made.path.exists() else None


def _rollback(checkout: Checkout, oracle: Oracle) -> list[str]:
    """Where `sqlgen emit --down` from the heads to base is not what a downgrade to base sends, to the first that fails
    on either side: what follows it starts from another schema."""
    rendering = render(checkout, "exact", down=True)
    found = []
    for revision in oracle.back:
        if oracle.back[revision] is not None or revision in rendering.gaps:
            break
        other = compare(
            revision, oracle.sent_back[revision], None, rendering.statements[revision], checkout.case.dialect
        )
        if other is not None:
            found.append(str(other))
    return found


def _count(
    oracle: Oracle, renderings: dict[Policy, Rendering], stock: set[str], direction: Direction, case: Case
) -> Counted:
    results, sent = (oracle.up, oracle.sent) if direction == "upgrade" else (oracle.down, oracle.sent_down)
    runs = [revision for revision in oracle.order if results.get(revision, "") is None]
    gaps: dict[Policy, dict[str, str]] = {}
    values: list[str] = []
    compared: set[str] = set()
    for policy, rendering in renderings.items():
        gaps[policy] = {revision: rendering.gaps[revision] for revision in runs if revision in rendering.gaps}
        if policy == "shadow" and direction == "downgrade":  # rendered in order from the heads: see _rollback
            continue
        for revision in runs:
            if revision in rendering.gaps or revision in compared:
                continue
            compared.add(revision)
            again = oracle.sent_again.get(revision) if direction == "upgrade" else None
            other = compare(revision, sent[revision], again, rendering.statements[revision], case.dialect)
            if other is not None:
                values.append(f"{policy}: {other}")
    return Counted(len(runs), len(stock & set(runs)), gaps, values, len(compared))
