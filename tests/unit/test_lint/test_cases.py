"""tests/cases/*.sql: scripts with `-- expect: RULE` on the lines of the statements that a rule must find.

A file begins with `-- dialect: NAME…`, optionally `-- server: 10.6` and `-- runs: alembic`; what stands above the line
`-- range` is the history before it; with `-- from: empty` it is the whole of it. What is not expected must not be
found; with `-- about: RULE…` these rules are on, and others may say what they like.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sqlgen.lint.book import Book
from sqlgen.lint.finding import Finding

CASES = sorted((Path(__file__).parents[2] / "cases").glob("*.sql"))


def _header(text: str, key: str) -> str:
    found = re.search(rf"^-- {key}: (.+)$", text, re.MULTILINE)
    return found.group(1).strip() if found else ""


def _cases() -> list[tuple[Path, str]]:
    return [(path, dialect) for path in CASES for dialect in _header(path.read_text(), "dialect").split()]


@pytest.mark.parametrize(
    ("path", "dialect"), [pytest.param(*each, id=f"{each[0].stem}-{each[1]}") for each in _cases()]
)
def test_a_case_finds_what_it_expects_and_nothing_else(
    path: Path, dialect: str, judge: Callable[..., tuple[Finding, ...]], standard: Book, everything: Book
) -> None:
    text = path.read_text()
    history, mark, script = text.partition("-- range\n")
    assert mark, f"{path.name} has no line -- range"
    server = tuple(int(part) for part in _header(text, "server").split(".") if part) or None
    runs = _header(text, "runs") or "bundle"

    empty, about = _header(text, "from") == "empty", set(_header(text, "about").split())
    book = everything if about else standard

    found = judge(script, dialect, history=history, server=server, runs=runs, empty=empty, book=book)

    marks = {
        (number, rule.strip())
        for number, line in enumerate(script.splitlines(), 1)
        if (mark := re.search(r"-- expect: (.+)$", line))
        for rule in mark.group(1).split(",")
    }
    unexpected = []
    for finding in found:
        if finding.allowed is not None or (about and finding.rule not in about):
            continue
        lines = range(finding.line or 0, (finding.end_line or 0) + 1)
        hit = next(((line, finding.rule) for line in lines if (line, finding.rule) in marks), None)
        if hit is None:
            unexpected.append(f"{finding.line}: {finding.rule}: {finding.message}")
        marks.discard(hit or (0, ""))
    assert (unexpected, sorted(marks)) == ([], [])


def test_there_are_cases_for_each_dialect() -> None:
    assert {dialect for _, dialect in _cases()} == {"postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"}
