"""`sqlgen rules` and `sqlgen explain`: what holds here and why, and a page that reads well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sqlgen.cli import explain, rules
from sqlgen.cli.highlight import page_text, python, sql

SETTINGS = """
rules = ["standard"]
[rule.drop-table]
severity = "warning"
[env.dev.rule.drop-table]
severity = "off"
[env.strict]
preset = "strict"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "sqlgen.toml").write_text(SETTINGS)
    return tmp_path


def _listed(project: Path, env: str | None, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    rules.command(project, env, "json")
    return {row["rule"]: row for row in json.loads(capsys.readouterr().out)}


def test_each_rule_says_what_sets_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for env, severity, configured in ((None, "warning", "rule"), ("dev", "off", "env.dev.rule")):
        row = _listed(project, env, capsys)["drop-table"]
        assert (row["severity"], row["configured"], row["harm"]) == (severity, configured, "losing")
    assert _listed(project, None, capsys)["drop-column"]["configured"] == "preset default"
    assert _listed(project, "strict", capsys)["drop-column"]["configured"] == "preset strict"


def test_a_page_is_shown_as_it_holds_here(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    explain.command("drop-table", project, "dev", "never")
    shown = capsys.readouterr().out

    assert shown.startswith("drop-table (off, losing, env.dev.rule)\n")
    assert "```" not in shown
    assert "\n  bad (" in shown


def _mark(style: str, text: str) -> str:
    return f"<{style}:{text}>"


def test_examples_are_labelled_and_indented() -> None:
    text = "Why.\n\n```sql bad sqlite mysql\nDROP TABLE t;\n\n-- gone\n```\n\n```python\nx = 1\n```"

    assert page_text(text, lambda _style, text: text) == (
        "Why.\n\n  bad (sqlite, mysql)\n    DROP TABLE t;\n\n    -- gone\n\n    x = 1"
    )


def test_colours_change_no_character() -> None:
    code = "CREATE TABLE t (a text DEFAULT 'it''s'); -- why\n/* two\nlines */ SELECT 1"
    module = "with op.batch_alter_table('t') as b:  # why\n    b.drop_column('''a\nb''')\n"

    assert sql(code, "postgresql", lambda _style, text: text) == code
    assert python(module, lambda _style, text: text) == module
    assert python("if (", lambda _style, text: text) == "if ("
    assert sql("DROP TABLE t", "sqlite", _mark) == "<bold:DROP TABLE> t"
    assert python("if x:\n    y('a')\n", _mark) == "<bold:if> x:\n    y(<good:'a'>)\n"
    assert sql("/* a\nb */", "sqlite", _mark) == "<dim:/* a>\n<dim:b */>"
