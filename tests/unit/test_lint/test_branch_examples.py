"""Every example of a history on the pages of the standard pack, made into a real branch of a real repository: a bad one
is found by exactly its rule, a good one by none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sqlgen.lint.book import Book
from sqlgen.lint.branching import judge_branch
from sqlgen.lint.pages import Example, Page, pages
from sqlgen.rulekit import DIALECTS
from tests.unit.test_lint import branches

EXAMPLES = [
    pytest.param(page, example, dialect, id=f"{page.id}-{example.line}-{example.verdict}-{dialect}")
    for page in pages(["standard"], Path())
    for example in page.examples
    if example.language == "history"
    for dialect in (sorted(DIALECTS) if "models:" in example.sql else ["postgresql"])
]


@pytest.mark.parametrize(("page", "example", "dialect"), EXAMPLES)
def test_a_branch_is_judged_as_its_page_says(
    page: Page, example: Example, dialect: str, standard: Book, tmp_path: Path
) -> None:
    found, allowances = branches.facts(example.sql, tmp_path, dialect)
    said = judge_branch(found, standard, dialect=dialect, project="", allowances=allowances, today=date(2026, 1, 1))

    assert {one.rule for one in said if one.allowed is None} == ({page.id} if example.verdict == "bad" else set())
