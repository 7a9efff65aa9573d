"""Severity, limit, environment, allowance, baseline of findings: which of them makes a run fail, in one table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sqlgen import pipeline, workspace
from sqlgen.lint.baseline import FILE
from sqlgen.review import formats
from tests.unit.building import Done, commit, project, revision, sqlgen, write

RULE = "delete-without-where"
HISTORY = {
    "a1": ("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY)')", "op.execute('DROP TABLE books')"),
    "b2": ("op.execute('DELETE FROM books')", "op.execute('INSERT INTO books (id) VALUES (1)')"),
}
TODAY = {"SOURCE_DATE_EPOCH": "1772323200"}  # 2026-03-01

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("shop"), revisions=HISTORY, settings="")


@pytest.fixture(scope="module")
def rendered(shop: Path) -> Any:
    """The revision that deletes, rendered once: settings and files beside it change nothing of that."""
    here = workspace.open_workspace(workspace.Request(project=shop))
    return pipeline.emit(here, pipeline.resolve(here, "a1:b2").steps)


@pytest.fixture
def run(shop: Path, rendered: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`sqlgen lint a1:b2` with settings, and with or without a baseline of findings."""
    monkeypatch.setattr(workspace, "open_workspace", partial(workspace.open_workspace, runs=False))
    monkeypatch.setattr(pipeline, "emit", lambda *_, **__: rendered)

    def lint(settings: str, *words: str, baseline: bool = False, command: tuple[str, ...] = ("lint", "a1:b2")) -> Done:
        write(shop / "sqlgen.toml", settings)
        (shop / FILE).unlink(missing_ok=True)
        if baseline:
            assert sqlgen("baseline", "create", "a1:b2", cwd=shop, **TODAY).code == 0
        return sqlgen(*command, *words, cwd=shop, **TODAY)

    return lint


def table(name: str, *, severity: str | None = None, fail_on: str | None = None) -> str:
    """What the settings of the project ("") or of an environment ("env.NAME") say."""
    limit = "" if fail_on is None else f'fail_on = "{fail_on}"\n'
    inner = f"{name}.rule.{RULE}".removeprefix(".")
    rule = "" if severity is None else f'[{inner}]\nseverity = "{severity}"\n'
    return (f"[{name}]\n" if name else "") + limit + rule


def entry(until: str | None = None) -> str:
    last = "" if until is None else f'until = "{until}"\n'
    return f'[[allow]]\nrule = "{RULE}"\nbecause = "empty"\nowner = "@dba"\n{last}'


OVER, HOLDS = entry("2026-02-28"), entry("2026-03-01")
PROD = ("--env", "prod")


@pytest.mark.parametrize(
    ("settings", "words", "alone", "with_baseline"),
    [
        # what a rule is by itself, and where the limit stands
        ("", (), 1, 0),
        (table("", fail_on="warning"), (), 1, 0),
        (table("", fail_on="never"), (), 0, 0),
        ("", ("--fail-on", "never"), 0, 0),
        (table("", fail_on="never"), ("--fail-on", "error"), 1, 0),
        # the severity of the project
        (table("", severity="warning"), (), 0, 0),
        (table("", severity="warning"), ("--fail-on", "warning"), 1, 0),
        (table("", severity="warning", fail_on="warning"), (), 1, 0),
        (table("", severity="info", fail_on="warning"), (), 0, 0),
        (table("", severity="off", fail_on="warning"), (), 0, 0),
        # an environment goes before the project, where it is asked for
        (table("", severity="warning") + table("env.prod", severity="error"), (), 0, 0),
        (table("", severity="warning") + table("env.prod", severity="error"), PROD, 1, 0),
        (table("", severity="error") + table("env.prod", severity="warning"), PROD, 0, 0),
        (table("", severity="error") + table("env.prod", severity="off"), PROD, 0, 0),
        (table("", severity="warning") + table("env.prod", fail_on="warning"), (), 0, 0),
        (table("", severity="warning") + table("env.prod", fail_on="warning"), PROD, 1, 0),
        (table("", fail_on="error") + table("env.prod", fail_on="never"), PROD, 0, 0),
        (table("", fail_on="never") + table("env.prod", severity="warning", fail_on="warning"), PROD, 1, 0),
        # the option goes before both
        (table("env.prod", fail_on="never"), (*PROD, "--fail-on", "error"), 1, 0),
        (table("env.prod", severity="warning", fail_on="warning"), (*PROD, "--fail-on", "error"), 0, 0),
        # an allowance covers what stands there, whatever its severity is
        (HOLDS, (), 0, 0),
        (table("", fail_on="warning") + HOLDS, (), 0, 0),
        (table("", fail_on="never") + table("env.prod", severity="error", fail_on="error") + HOLDS, PROD, 0, 0),
        # one that is over covers nothing, and is a warning of its own
        (OVER, (), 1, 0),
        (table("", severity="warning") + OVER, (), 0, 0),
        (table("", severity="off", fail_on="warning") + OVER, (), 1, 0),
        (table("", fail_on="warning") + table("env.prod", fail_on="error", severity="off") + OVER, PROD, 0, 0),
        # what a team asks of allowances
        (HOLDS + "[rule.allowance-unlimited]\nseverity = 'error'\nmax_days = 1\n", (), 0, 0),
        (entry() + "[rule.allowance-unlimited]\nseverity = 'error'\n", (), 1, 0),
        (entry() + "[rule.allowance-unlimited]\nseverity = 'warning'\n", (), 0, 0),
        (entry() + "[env.prod.rule.allowance-unlimited]\nseverity = 'error'\n", (), 0, 0),
        (entry() + "[env.prod.rule.allowance-unlimited]\nseverity = 'error'\n", PROD, 1, 1),
    ],
)
def test_what_fails(settings: str, words: tuple[str, ...], alone: int, with_baseline: int, run: Run) -> None:
    """The baseline is made without an environment: what is found in none but prod is not in it, the last row says."""
    done = run(settings, *words)
    assert done.code == alone, done.out

    done = run(settings, *words, baseline=True)
    assert done.code == with_baseline, done.out


def test_a_baseline_that_was_made_under_one_severity_holds_under_another(run: Run, shop: Path) -> None:
    assert run(table("", severity="warning"), baseline=True).code == 0
    held = (shop / FILE).read_text()

    write(shop / "sqlgen.toml", table("", severity="error", fail_on="warning"))
    assert sqlgen("lint", "a1:b2", cwd=shop, **TODAY).code == 0
    assert sqlgen("baseline", "create", "a1:b2", cwd=shop, **TODAY).code == 0
    assert (shop / FILE).read_text() == held


def test_an_allowance_for_what_the_baseline_holds_is_told_and_takes_its_line_out(run: Run, shop: Path) -> None:
    run("", baseline=True)
    held = (shop / FILE).read_text()
    write(shop / "sqlgen.toml", HOLDS)

    done = sqlgen("lint", "a1:b2", cwd=shop, **TODAY)
    assert (done.code, "1 allowed" in done.out) == (0, True)
    assert f'"{RULE}"' in held
    assert sqlgen("baseline", "prune", cwd=shop, **TODAY).code == 0
    assert f'"{RULE}"' not in (shop / FILE).read_text()


@pytest.mark.parametrize("name", formats.NAMES)
def test_whoever_reads_why_reads_who_answers_for_it(name: str, run: Run) -> None:
    reason = HOLDS.replace('"empty"', '"no row is left"')
    done = run(reason, "--output-format", name)

    assert done.code == 0
    assert ("no row is left" in done.out, "@dba" in done.out) in ((True, True), (False, False))
    assert ("no row is left" in done.out) == (name in ("text", "json", "junit", "markdown", "csv"))


@pytest.mark.parametrize("name", formats.NAMES)
def test_no_format_but_json_lists_what_is_in_the_baseline(name: str, run: Run) -> None:
    before = run("", "--output-format", name).out
    after = run("", "--output-format", name, baseline=True).out

    assert RULE in before
    assert (RULE in after) == (name == "json")


def test_what_is_in_the_baseline_is_shown_as_a_count(run: Run) -> None:
    done = run("", baseline=True)

    assert RULE not in done.out
    assert " in the baseline" in done.out
    assert RULE in run("").out


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first revision on main; the one that deletes is new, and not committed."""
    folder = project(tmp_path_factory.mktemp("branch"), revisions={"a1": HISTORY["a1"]}, settings="")
    commit(folder)
    write(folder / "migrations/versions/b2.py", revision("b2", "a1", *HISTORY["b2"]))
    return folder


@pytest.mark.parametrize(
    ("settings", "words", "alone"),
    [
        ("", (), 1),
        (table("", severity="warning"), (), 0),
        (table("", severity="warning"), ("--fail-on", "warning"), 1),
        (table("", severity="warning") + table("env.prod", severity="error"), PROD, 1),
        (HOLDS, (), 0),
        (OVER, (), 1),
    ],
)
def test_a_check_of_a_branch_fails_by_the_same_table(
    settings: str, words: tuple[str, ...], alone: int, branch: Path
) -> None:
    write(branch / "sqlgen.toml", settings)
    (branch / FILE).unlink(missing_ok=True)

    done = sqlgen("check", "--since", "main", *words, cwd=branch, **TODAY)

    assert done.code == alone, done.out + done.err


def test_the_first_baseline_of_a_branch_covers_nothing_of_its_own_and_one_that_grows_is_an_error(branch: Path) -> None:
    write(branch / "sqlgen.toml", "")
    assert sqlgen("baseline", "create", "prev:head", cwd=branch, **TODAY).code == 0
    first = sqlgen("check", "--since", "main", cwd=branch, **TODAY)
    assert (first.code, "baseline-grown" in first.out, f"error {RULE}" in first.out) == (1, False, True), first.out

    held = (branch / FILE).read_bytes()
    (branch / FILE).write_text('{"schema": "sqlgen.baseline/1", "findings": []}')
    path = branch / "migrations/versions/b2.py"
    text = path.read_text()
    path.unlink()
    commit(branch)
    write(path, text)
    (branch / FILE).write_bytes(held)
    grown = sqlgen("check", "--since", "main", cwd=branch, **TODAY)
    assert (grown.code, "baseline-grown" in grown.out, f"error {RULE}" in grown.out) == (1, True, False), grown.out
