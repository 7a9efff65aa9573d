"""Every rule of the standard pack has a whole page, and stands on the rule kit alone."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from sqlgen.lint.packs import pack_folder, rule_files
from sqlgen.lint.pages import Page, page

FILES = tuple(rule_files(["standard"], Path()))
READ = [(file.path, page(file)) for file in FILES]
HARMS = {
    "locking",
    "rewriting",
    "losing",
    "breaking",
    "design",
    "failing",
    "running",
    "naming",
    "history",
    "security",
    "unread",
}
DIALECTS = {"postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle"}
"""A rule for each dialect shows examples of all of them."""

each_page = pytest.mark.parametrize("page", [pytest.param(read, id=read.id) for _, read in READ])
each_file = pytest.mark.parametrize("path", [pytest.param(path, id=read.id) for path, read in READ])


def test_the_rules_of_the_first_release_are_there() -> None:
    assert {read.id for _, read in READ} >= {
        "add-column-volatile-default",
        "add-required-column",
        "alter-column-type-rewrite",
        "check-add-validating",
        "concurrently-in-transaction",
        "delete-without-where",
        "drop-column",
        "drop-table",
        "fk-add-validating",
        "index-create-blocking",
        "lock-timeout-missing",
        "rename-column",
        "rename-table",
        "set-not-null-scan",
        "unguarded-drop",
        "unique-constraint-inline",
        "unparsed-statement",
        "update-without-where",
    }


@each_page
def test_a_page_is_whole(page: Page) -> None:
    assert page.harm in HARMS
    assert page.title
    assert page.text
    assert page.sources
    assert page.severity in ("error", "warning", "info")
    assert page.since
    assert set(page.dialects) <= DIALECTS | {"*"}
    assert all(option.text for option in page.options), "every option says what it does"


@each_page
def test_help_is_an_order_and_a_sentence(page: Page) -> None:
    assert page.help[0].isupper()
    assert page.help.endswith((".", '"', ":)."))
    assert "{" not in page.help, "help holds for every finding: no values"


@each_page
def test_a_page_has_a_bad_and_a_good_example_for_each_dialect_it_claims(page: Page) -> None:
    claimed = DIALECTS if page.dialects == ("*",) else set(page.dialects)
    for verdict in ("bad", "good"):
        shown = {dialect for e in page.examples if e.verdict == verdict for dialect in e.dialects}
        assert (DIALECTS if shown == {"*"} else shown) == claimed, verdict


@each_page
def test_the_code_of_a_page_is_python_and_what_a_revision_does_says_whether_it_is_good(page: Page) -> None:
    for block in page.text.split("```python\n")[1:]:
        code = block.split("```")[0]
        ast.parse(code)
        assert "op." not in code, "each block of a revision is a test: ```python good postgresql"
    for example in page.examples:
        if example.language == "python":
            ast.parse(example.sql)


@each_file
def test_a_rule_imports_the_rule_kit_and_the_standard_library_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name == "sqlgen.rulekit" or name.partition(".")[0] in sys.stdlib_module_names, name


def test_folders_are_harms_and_every_file_in_them_is_a_rule() -> None:
    folder = pack_folder("standard", Path())

    assert {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"} <= HARMS
    assert [path for path in folder.rglob("*.py") if path.parent == folder] == []
