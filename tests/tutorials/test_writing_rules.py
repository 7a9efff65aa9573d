"""docs/writing-rules.md: its whole rule is one, and what stands on its page is so."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from sqlgen.lint import engine
from sqlgen.lint.book import load
from sqlgen.lint.pages import pages
from sqlgen.linting import read_file
from sqlgen.schema import Schema

DOCUMENTS = [Path("docs/writing-rules.md"), Path("docs/writing-rules.zh-CN.md")]
NAME = "busy_table_wait.py"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_whole_rule_of_the_document_judges_as_its_page_says(document: Path, tmp_path: Path) -> None:
    code = re.search(r"^~~~python\n(.*?)^~~~$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert code is not None
    folder = tmp_path / "db-rules" / "locking"
    folder.mkdir(parents=True)
    (folder / NAME).write_text(code[1], encoding="utf-8")
    book = load(["standard", "./db-rules"], root=tmp_path)
    (read,) = pages(["./db-rules"], tmp_path)

    seen = set()
    for example in read.examples:
        for dialect in example.dialects if (example.verdict, example.language) != ("before", "sql") else ():
            if example.language == "python":
                continue  # what Alembic renders is judged as SQL is
            start = Schema(dialect)
            before = "".join(e.sql for e in read.examples if e.verdict == "before" and dialect in e.dialects)
            for item in read_file(before, "before.sql", dialect).items:
                start.apply_all(item.facts)
            found = engine.lint(
                [read_file(example.sql, "script.sql", dialect)],
                book,
                dialect=dialect,
                runs=example.runs,
                lock_timeout_ms=5000,
                schema=Schema(dialect, lambda start=start: start),
                today=date(2026, 1, 1),
            )
            assert (read.id in {one.rule for one in found}) is (example.verdict == "bad"), (dialect, example.sql)
            seen.add((dialect, example.verdict))
    assert seen == {(dialect, verdict) for dialect in read.dialects for verdict in ("bad", "good")}
