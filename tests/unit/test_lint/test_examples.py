"""Every example of every page of the standard pack: a bad one is found by its rule alone, a good one by none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sqlgen.lint.pages import Example, Page, pages

PAGES = pages(["standard"], Path())


def _examples() -> list[tuple[Page, Example, str]]:
    return [
        (page, example, dialect)
        for page in PAGES
        for example in page.examples
        if example.verdict != "before"
        for dialect in example.dialects
    ]


def _history(page: Page, example: Example, dialect: str) -> str:
    before = [e for e in page.examples if e.verdict == "before" and e.line < example.line and dialect in e.dialects]
    return "".join(e.sql for e in before)


@pytest.mark.parametrize(
    ("page", "example", "dialect"),
    [pytest.param(*each, id=f"{each[0].id}-{each[1].line}-{each[1].verdict}-{each[2]}") for each in _examples()],
)
def test_an_example_is_judged_as_its_page_says(
    page: Page, example: Example, dialect: str, fired: Callable[..., list[str]]
) -> None:
    # The page of lock-timeout-missing is about scripts whose preamble sets none.
    preamble = None if page.id == "lock-timeout-missing" else 5000
    expected = [page.id] if example.verdict == "bad" else []

    assert fired(example.sql, dialect, history=_history(page, example, dialect), lock_timeout_ms=preamble) == expected
