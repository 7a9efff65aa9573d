"""Real histories in, how many of their statements sqlgen can't read out.

    PYTHONPATH=benchmarks python benchmarks/opaque.py [CASE …]      and, for what is not read: --why

Every revision of a case is rendered both ways, with reads that find no rows, and each of its statements is read once
more from its text. Installs the projects below .corpus/ at its first run, as `make corpus` does; needs no server.
Ends with 1 when a limit does not hold.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.fetch import fetch
from corpus.projects import CASES, Case
from corpus.rendering import steps

from sqlgen.facts.vocabulary import Opaque
from sqlgen.segments import Item

LIMITS = {"postgresql": 1.0, "mariadb": 3.0, "sqlite": 3.0}
"""Per cent of the statements of all histories of a dialect."""


@dataclass(slots=True)
class Count:
    """What was seen of one case, or of one dialect."""

    statements: int = 0
    opaque: int = 0
    why: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(reason, beginning of a statement) → how often."""

    def add(self, item: Item) -> None:
        self.statements += 1
        reasons = [fact.why for fact in item.facts if isinstance(fact, Opaque)]
        self.opaque += bool(reasons)
        for reason in reasons:
            self.why[reason, " ".join(item.statement.text.split())[:100]] += 1

    @property
    def percent(self) -> float:
        return 100 * self.opaque / self.statements if self.statements else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="opaque", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"which ones; all: {' '.join(c.name for c in CASES)}")
    parser.add_argument("--why", action="store_true", help="say what is not read, and why")
    arguments = parser.parse_args()
    known = {case.name: case for case in CASES}
    if unknown := set(arguments.cases) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    found = {name: count(known[name]) for name in arguments.cases or known}
    print("\n".join(table(found)))
    if arguments.why:
        print("\n".join(reasons(found)))
    held = list(verdicts({known[name]: each for name, each in found.items()}))
    print("\n".join(line for _, line in held))
    return 0 if all(holds for holds, _ in held) else 1


def count(case: Case) -> Count:
    counted = Count()
    for step in steps(fetch(case), reads="empty"):
        for item in step.items:
            counted.add(item)
    print(f"{case.name}: {counted.opaque} of {counted.statements}", file=sys.stderr, flush=True)
    return counted


def table(found: dict[str, Count]) -> Iterator[str]:
    yield "| history | statements | not read | per cent |"
    yield "| --- | ---: | ---: | ---: |"
    for name, each in found.items():
        yield f"| {name} | {each.statements} | {each.opaque} | {each.percent:.2f} |"
    yield ""


def reasons(found: dict[str, Count]) -> Iterator[str]:
    for name, each in found.items():
        for (reason, statement), times in each.why.most_common():
            yield f"{name}: {times} × {reason}\n    {statement}"


def verdicts(found: dict[Case, Count]) -> Iterator[tuple[bool, str]]:
    for dialect, limit in LIMITS.items():
        counts = [each for case, each in found.items() if case.dialect == dialect]
        if counts:
            both = Count(sum(each.statements for each in counts), sum(each.opaque for each in counts))
            holds = both.percent < limit
            mark = "holds" if holds else "FAILS"
            yield holds, f"{mark}: {dialect} {both.percent:.2f} % not read, under {limit:.0f} %"


if __name__ == "__main__":
    sys.exit(main())
