"""A finding's fingerprint: the same wherever its statement stands, another one for every other finding.

Hosts and baselines know a finding by it alone: one that moves with its line is a new problem in every pull request, and
of two that share one, one is never seen. `python -m corpus.fingerprints` holds the same on real histories.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sqlgen.lint import baseline, engine
from sqlgen.lint.book import load
from sqlgen.linting import read_file
from sqlgen.review import formats
from sqlgen.schema import Schema
from tests.unit.everything import everything, finding

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Said:
    """One run on the sample: fingerprint → line, in the order of the run."""

    json: dict[str, int | None]
    sarif: tuple[str, ...]
    gitlab: tuple[str, ...]
    open: tuple[str, ...]
    """Of those that nothing allows."""


def lint(shop: Path, cache: Path) -> Said:
    wanted = ("json=out.json", "sarif=out.sarif", "gitlab=out.gitlab.json")
    options = [each for name in wanted for each in ("--output-format", name)]
    done = subprocess.run(
        [sys.executable, "-m", "sqlgen", "lint", "0004:head", "--dialect", "postgresql", *options],
        cwd=shop,
        env={**os.environ, "SQLGEN_CACHE": str(cache), "PYTHONHASHSEED": "random"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    found, log, listed = (json.loads((shop / name.partition("=")[2]).read_text(encoding="utf-8")) for name in wanted)
    marks = [each["fingerprint"] for each in found["findings"]]
    assert len(set(marks)) == len(marks) > 6
    return Said(
        json={each["fingerprint"]: each["line"] for each in found["findings"]},
        sarif=tuple(each["partialFingerprints"]["sqlgen/v1"] for each in log["runs"][0]["results"]),
        gitlab=tuple(each["fingerprint"] for each in listed),
        open=tuple(each["fingerprint"] for each in found["findings"] if each["allowed"] is None),
    )


def copied(folder: Path) -> Path:
    (folder / ".git").mkdir(parents=True)
    ignore = shutil.ignore_patterns("expected", "__pycache__", "*.db")
    shutil.copytree(ROOT / "samples" / "bookshop", folder / "services" / "bookshop", ignore=ignore)
    return folder / "services" / "bookshop"


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> Said:
    folder = tmp_path_factory.mktemp("as-it-is")
    return lint(copied(folder), folder / "cache")


def test_the_formats_share_it(as_it_is: Said) -> None:
    assert as_it_is.sarif == as_it_is.gitlab == as_it_is.open


def apart(text: str) -> str:
    """A comment and a blank line above every operation, and above the comments that stand right above it: an allowance
    covers the line behind it."""
    return re.sub(r"^((?: +#.*\n)*)( +)(?=op\.)", r"\2# moved\n\n\1\2", text, flags=re.MULTILINE)


def formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--config", "line-length = 40"]
    command += ["--config", "format.quote-style = 'single'", "--stdin-filename", "a.py", "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()


def of_windows(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("change", "moves"),
    [(str, False), (apart, True), (formatted, True), (of_windows, False)],
    ids=["again", "apart", "formatted", "windows"],
)
def test_it_stays_when_the_python_around_the_statement_changes(
    tmp_path: Path, as_it_is: Said, change: Callable[[str], str], moves: bool
) -> None:
    shop = copied(tmp_path)
    for path in (shop / "migrations" / "versions").glob("*.py"):
        path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    after = lint(shop, tmp_path / "cache")
    assert [*after.json] == [*as_it_is.json]
    assert any(after.json[mark] != line for mark, line in as_it_is.json.items()) is moves


def indexed(moment: str, volatile: str | None = None) -> tuple[str, ...]:
    """What is said of an index with a value that each rendering makes anew."""
    sql = f"CREATE INDEX i ON t (a) WHERE b > '{moment}'"
    step = read_file(sql, "a.sql", "postgresql")
    items = tuple(replace(item, volatile=(volatile,) if volatile else ()) for item in step.items)
    book = load(["standard"], root=Path(), preset="default")
    found = engine.lint(
        [replace(step, items=items)],
        book,
        dialect="postgresql",
        server_version=(16,),
        runs="bundle",
        lock_timeout_ms=5000,
        statement_timeout_ms=0,
        schema=Schema.empty("postgresql"),
        today=date(2026, 1, 1),
    )
    return tuple(each.fingerprint for each in found if each.rule == "index-create-blocking")


def test_it_stays_when_a_rendering_makes_other_values() -> None:
    assert indexed("10:00", "'10:00'") == indexed("10:01", "'10:01'") != ()
    assert indexed("10:00") != indexed("10:01")
    # A loop over a set, say, makes other statements each time: then the rule and the revision are all there is.
    assert indexed("10:00", f"{'x' * 9}; CREATE INDEX i ON t (a) WHERE b > '10:00'; y") == indexed(
        "10:01", "CREATE INDEX i ON t (a) WHERE b > '10:01'"
    )


def test_it_changes_with_the_statement_and_with_that_alone(tmp_path: Path, as_it_is: Said) -> None:
    shop = copied(tmp_path)
    path = shop / "migrations" / "versions" / "0014_drop_wishlists.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('op.drop_table("wishlists")', 'op.execute("DROP TABLE IF EXISTS wishlists")', 1))
    after = lint(shop, tmp_path / "cache")
    gone, new = as_it_is.json.keys() - after.json.keys(), after.json.keys() - as_it_is.json.keys()
    assert (len(gone), len(new)) == (1, 1)


def test_the_baseline_knows_a_finding_by_it(tmp_path: Path) -> None:
    known = [finding(), replace(finding(number=1), line=99)]
    assert [each["fingerprint"] for each in json.loads(baseline.made_of(known).text())["findings"]] == sorted(
        each.fingerprint for each in known
    )
    assert baseline.made_of(known[:1]).cover(known)[1].allowed is None


def test_no_two_entries_of_a_report_have_the_same_one(tmp_path: Path) -> None:
    """Two environments of a project say the same of the same statements."""
    one = everything(tmp_path)
    marks = [entry.fingerprint for entry in one.entries]
    assert len(set(marks)) == len(marks) == 23
    shop, staging, _ = one.parts
    assert [each.fingerprint for each in shop.judged.findings] == [each.fingerprint for each in staging.judged.findings]
    first: dict[str, Any] = json.loads(formats.render("json", one))
    assert [each["fingerprint"] for each in first["findings"][:8]] == [
        each.fingerprint for each in shop.judged.findings
    ]


def test_the_same_statement_in_two_projects_has_two() -> None:
    here, there = finding(), replace(finding(), project="services/other")
    assert here.fingerprint != there.fingerprint
    assert here.fingerprint == replace(here, line=1, end_line=1, column=1, file="elsewhere.py").fingerprint
