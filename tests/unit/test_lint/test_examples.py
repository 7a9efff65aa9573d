"""Every example of every page of the standard pack: a bad one is found by its rule alone, a good one by none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from sqlgen import pipeline
from sqlgen.lint.pages import Example, Page, pages
from sqlgen.linting import load_book
from sqlgen.settings import Request, Settings
from sqlgen.workspace import open_workspace

PAGES = pages(["standard"], Path())


def _examples() -> list[tuple[Page, Example, str]]:
    return [
        (page, example, dialect)
        for page in PAGES
        for example in page.examples
        if example.verdict != "before"
        for dialect in example.dialects
    ]


ENV = """\
from alembic import context

context.configure(dialect_name=context.config.get_main_option("dialect"))
context.run_migrations()
"""


def fired_by_revision(body: str, dialect: str, folder: Path) -> list[str]:
    """The rules that speak about a revision whose upgrade() is this, rendered by Alembic."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = migrations\ndialect = postgresql\n")
    (folder / "migrations" / "env.py").write_text(ENV)
    head = "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'a1', None\n\ndef upgrade():\n"
    (versions / "a1.py").write_text(head + indent(body, "    "))
    workspace = open_workspace(Request(folder, dialect=dialect))
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, "base:head").steps)
    judged = pipeline.lint(workspace, emission, load_book(Settings(), folder), today=date(2026, 1, 1))
    return [finding.rule for finding in judged.findings]


def _history(page: Page, example: Example, dialect: str) -> str:
    before = [e for e in page.examples if e.verdict == "before" and e.line < example.line and dialect in e.dialects]
    return "".join(e.sql for e in before)


@pytest.mark.parametrize(
    ("page", "example", "dialect"),
    [pytest.param(*each, id=f"{each[0].id}-{each[1].line}-{each[1].verdict}-{each[2]}") for each in _examples()],
)
def test_an_example_is_judged_as_its_page_says(
    page: Page, example: Example, dialect: str, fired: Callable[..., list[str]], tmp_path: Path
) -> None:
    # The page of lock-timeout-missing is about scripts whose preamble sets none.
    preamble = None if page.id == "lock-timeout-missing" else 5000
    expected = [page.id] if example.verdict == "bad" else []
    if example.language == "python":
        assert fired_by_revision(example.sql, dialect, tmp_path) == expected
        return

    assert fired(example.sql, dialect, history=_history(page, example, dialect), lock_timeout_ms=preamble) == expected
