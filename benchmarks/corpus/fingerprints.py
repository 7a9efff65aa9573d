"""Whether a finding of the real histories keeps its fingerprint, and shares it with no other.

    PYTHONPATH=benchmarks python -m corpus.fingerprints [CASE …]

Each history is judged as corpus.findings does it, four times, each time in a folder of its own and with an empty cache:
as it is; again; with a comment and a blank line above every statement of its functions; and formatted anew, with other
quotes and 60 characters a line. Prints, as Markdown, how many findings there are, how many share a fingerprint with
another one, how many fingerprints each change loses, and how many findings stand on another line after it. Ends with 1
when one is lost or shared, or when a change moved nothing.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.fetch import Checkout, fetch
from corpus.findings import judge
from corpus.projects import CASES, Case
from sqlgen.lint.book import Book, load
from sqlgen.lint.finding import Finding

Change = Callable[[Path], None]
"""Changes the revision files of a folder."""


def same(_: Path) -> None:
    """Nothing."""


def apart(versions: Path) -> None:
    """A comment and a blank line above every statement that begins a line of a function."""
    for path in sorted(versions.rglob("*.py")):
        data = path.read_bytes()
        tree = ast.parse(data)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = {id(node): node for function in functions for node in ast.walk(function) if node is not function}
        lines = data.splitlines(keepends=True)
        begins = {(node.lineno, node.col_offset) for node in inside.values() if isinstance(node, ast.stmt)}
        for number, column in sorted(begins, reverse=True):
            indent = lines[number - 1][:column]
            if not indent.strip():
                lines.insert(number - 1, indent + b"# moved\n\n")
        path.write_bytes(b"".join(lines))


def formatted(versions: Path) -> None:
    """Other line breaks and quotes."""
    settings = ("--config", "line-length = 60", "--config", "format.quote-style = 'single'")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", "--isolated", *settings, str(versions)], check=True)


CHANGES: tuple[tuple[str, Change, bool], ...] = (
    ("again", same, False),
    ("blank lines and comments", apart, True),
    ("formatted anew", formatted, True),
)
"""Its name, what it does, and whether it moves what it changes."""


@dataclass(frozen=True, slots=True)
class Compared:
    case: Case
    findings: int
    shared: int
    lost: tuple[int, ...]
    """For each change; new ones count as well."""
    moved: tuple[int, ...]

    @property
    def holds(self) -> bool:
        idle = any(not moved for moved, (_, _, moves) in zip(self.moved, CHANGES, strict=True) if moves)
        return not self.shared and not any(self.lost) and not (idle and self.findings)


def compare(case: Case, book: Book) -> Compared:
    checkout = fetch(case)
    before = _judged(case, book, checkout, same)
    lines = {each.fingerprint: each.line for each in before}
    lost, moved = [], []
    for _, change, _ in CHANGES:
        after = {each.fingerprint: each.line for each in _judged(case, book, checkout, change)}
        lost.append(len(lines.keys() ^ after.keys()))
        moved.append(sum(1 for mark in lines.keys() & after.keys() if lines[mark] != after[mark]))
    return Compared(case, len(before), len(before) - len(lines), tuple(lost), tuple(moved))


def _judged(case: Case, book: Book, checkout: Checkout, change: Change) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SQLGEN_CACHE"] = str(Path(folder) / "cache")
        copy = Path(folder) / "project"
        shutil.copytree(checkout.folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        change(copy / "migrations" / "versions")
        judged = judge(case, book, "bundle", replace(checkout, folder=copy))
        return [finding for _, finding, _ in judged.found]


def main() -> int:
    parser = argparse.ArgumentParser(prog="corpus.fingerprints", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE")
    arguments = parser.parse_args()
    if unknown := set(arguments.cases) - {case.name for case in CASES}:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(case.name for case in CASES)}")
    book = load(["standard"], root=Path(), preset="strict")
    names = [name for name, _, _ in CHANGES]
    print(f"| case | findings | shared | {' | '.join(f'lost: {name}' for name in names)} | moved |")
    print(f"| --- | ---: | ---: | {'---: | ' * len(names)}---: |")
    holds = True
    for case in CASES:
        if not arguments.cases or case.name in arguments.cases:
            one = compare(case, book)
            holds &= one.holds
            moved = " / ".join(map(str, one.moved))
            print(f"| {case.name} | {one.findings} | {one.shared} | {' | '.join(map(str, one.lost))} | {moved} |")
    print("holds" if holds else "FAILS", file=sys.stderr)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
