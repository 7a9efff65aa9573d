"""Lint every revision of the real histories, each as a range of its own, and count what is found.

    PYTHONPATH=benchmarks python -m corpus.findings [CASE …] [--preset strict] [--why] [--json FILE]

Each revision is judged with the schema that stands before it, as a pull request that brings it would be. A revision
that reads rows is rendered as if there were none. Prints, as Markdown, findings per 100 revisions and rule, and how
many statements could not be read; `--why` says which, and why. `--json` keeps every finding, with its SQL, to be judged
by people. Installs the projects below .corpus/ at its first run, as `make corpus` does; needs no server. Ends with 1
when more can't be read than the limits allow.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from corpus.fetch import Checkout, fetch
from corpus.projects import CASES, Case
from sqlgen import pipeline
from sqlgen.facts.vocabulary import Opaque
from sqlgen.lint import engine
from sqlgen.lint.book import Book, load
from sqlgen.lint.finding import Finding
from sqlgen.schema import Schema
from sqlgen.segments import Item, Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

SERVERS = {"postgresql": "15", "mariadb": "10.11", "sqlite": "3.40"}

LIMITS = {"postgresql": 1.0, "mariadb": 3.0, "sqlite": 3.0}
"""Per cent of the statements of all histories of a dialect that may not be read."""


@dataclass(slots=True)
class Judged:
    """One case."""

    case: Case
    revisions: int = 0
    statements: int = 0
    opaque: int = 0
    """Statements that can't be read, or not all of them."""
    why: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(reason, beginning of a statement) → how often."""
    found: list[tuple[str, Finding, str]] = field(default_factory=list)
    """Revision, finding, its SQL."""

    def read(self, item: Item) -> None:
        """Count a statement."""
        reasons = [str(fact.why) for fact in item.facts if isinstance(fact, Opaque)]
        self.statements += 1
        self.opaque += bool(reasons)
        self.why.update((reason, " ".join(item.sql.split())[:100]) for reason in reasons)


def judge(case: Case, book: Book, runs: str, checkout: Checkout | None = None) -> Judged:
    """Every revision of a case, one after the other, each upgrade as a range of its own."""
    checkout = checkout or fetch(case)
    server = SERVERS[case.dialect]
    request = Request(
        checkout.folder, dialect=case.dialect, server_version=server, python=checkout.python, reads="empty"
    )
    workspace = open_workspace(request)
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, "base:heads").steps)
    result, standing = Judged(case), Schema.empty(case.dialect)
    for step in emission.steps:
        result.revisions += 1
        for finding in _findings(step, book, standing, runs, server):
            result.found.append((step.revision, finding, finding.sql or ""))
        for item in step.items:
            result.read(item)
            for fact in item.facts:
                standing.apply(fact)
        if step.gap is not None:
            standing.taint()
    return result


def _findings(step: Step, book: Book, standing: Schema, runs: str, server: str) -> tuple[Finding, ...]:
    return engine.lint(
        [step],
        book,
        dialect=standing.dialect,
        server_version=tuple(int(part) for part in server.split(".")),
        runs=runs,
        lock_timeout_ms=5000,
        statement_timeout_ms=0,
        schema=Schema(standing.dialect, lambda: standing),
        today=date(2026, 1, 1),
    )


def table(judged: list[Judged]) -> Iterator[str]:
    """Findings per 100 revisions: a row a rule, a column a dialect."""
    dialects = sorted({one.case.dialect for one in judged})
    revisions = {d: sum(one.revisions for one in judged if one.case.dialect == d) for d in dialects}
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in judged:
        counts.update((f.rule, f.severity.label, one.case.dialect) for _, f, _ in one.found)
    yield "| rule | severity | " + " | ".join(f"{d} ({revisions[d]} revisions)" for d in dialects) + " |"
    yield "| --- | --- |" + " ---: |" * len(dialects)
    for rule, severity in sorted({key[:2] for key in counts}):
        cells = (f"{100 * counts[rule, severity, d] / revisions[d]:.1f}" for d in dialects)
        yield f"| {rule} | {severity} | {' | '.join(cells)} |"
    for level in ("error", "warning", "info"):
        every = (sum(n for (_, s, of), n in counts.items() if s == level and of == d) for d in dialects)
        cells = (f"{100 * n / revisions[d]:.1f}" for n, d in zip(every, dialects, strict=True))
        yield f"| **all** | {level} | {' | '.join(cells)} |"
    yield ""
    yield "| dialect | statements | not read | per cent |"
    yield "| --- | ---: | ---: | ---: |"
    for d in dialects:
        statements, opaque, percent = _not_read(judged, d)
        yield f"| {d} | {statements} | {opaque} | {percent:.2f} |"


def _not_read(judged: list[Judged], dialect: str) -> tuple[int, int, float]:
    """Statements of a dialect, those that can't be read, and how many per cent that is."""
    here = [one for one in judged if one.case.dialect == dialect]
    statements, opaque = sum(one.statements for one in here), sum(one.opaque for one in here)
    return statements, opaque, 100 * opaque / max(1, statements)


def reasons(judged: list[Judged]) -> Iterator[str]:
    for one in judged:
        for (reason, statement), times in one.why.most_common():
            yield f"{one.case.name}: {times} × {reason}\n    {statement}"


def verdicts(judged: list[Judged]) -> Iterator[tuple[bool, str]]:
    for dialect in sorted({one.case.dialect for one in judged}):
        percent, limit = _not_read(judged, dialect)[2], LIMITS[dialect]
        holds = percent < limit
        yield holds, f"{'holds' if holds else 'FAILS'}: {dialect} {percent:.2f} % not read, under {limit:.0f} %"


def _plain(one: Judged) -> Iterator[dict[str, Any]]:
    for revision, finding, sql in one.found:
        yield {
            "case": one.case.name,
            "revision": revision,
            "rule": finding.rule,
            "severity": finding.severity.label,
            "file": finding.file,
            "line": finding.line,
            "message": str(finding.message),
            "sql": sql,
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="corpus.findings", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--preset", choices=("default", "strict"), default="default")
    parser.add_argument("--runs", choices=("bundle", "alembic"), default="bundle")
    parser.add_argument("--why", action="store_true", help="say what is not read, and why")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - {case.name for case in CASES}:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(case.name for case in CASES)}")
    book = load(["standard"], root=Path(), preset=arguments.preset)
    judged = []
    for case in CASES:
        if not arguments.cases or case.name in arguments.cases:
            judged.append(judge(case, book, arguments.runs))
            print(f"{case.name}: {len(judged[-1].found)} findings", file=sys.stderr, flush=True)
    print("\n".join(table(judged)))
    if arguments.why:
        print("\n".join(reasons(judged)))
    if arguments.json is not None:
        found = [row for one in judged for row in _plain(one)]
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    held = list(verdicts(judged))
    print("\n".join(line for _, line in held), file=sys.stderr)
    return 0 if all(holds for holds, _ in held) else 1


if __name__ == "__main__":
    sys.exit(main())
