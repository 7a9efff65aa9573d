"""Pages are read without importing anything, and say the same as the rules that are loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sqlgen.errors import SettingsError
from sqlgen.lint.book import Book
from sqlgen.lint.packs import RuleFile
from sqlgen.lint.pages import page, pages


def test_a_page_says_what_the_rule_says(standard: Book) -> None:
    read = {page.id: page for page in pages(["standard"], Path())}

    assert set(read) == standard.ids
    for rule in standard.rules:
        found = read[rule.id]
        assert found.severity == rule.rule.severity.label
        assert found.dialects == tuple(sorted(rule.rule.dialects))
        assert found.since == rule.rule.since
        assert found.default is rule.rule.default
        assert found.help == str(rule.rule.help)
        assert (found.harm, found.name) == (rule.harm, rule.name)
        assert f"{found.title}." in rule.page
        fields = [] if rule.rule.options is None else list(rule.rule.options.__dataclass_fields__)
        assert [option.name for option in found.options] == fields


def test_reading_pages_imports_neither_rules_nor_parsers() -> None:
    code = (
        "import sys; from pathlib import Path; from sqlgen.lint.pages import pages;"
        "assert pages(['standard'], Path());"
        "print([m for m in sys.modules if m.startswith(('sqlgen_rule', 'sqlgen.rulekit', 'sqlgen.facts',"
        " 'postgast', 'sqlalchemy', 'alembic'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def _file(tmp_path: Path, text: str) -> RuleFile:
    path = tmp_path / "some_rule.py"
    path.write_text(text)
    return RuleFile("some-rule", "losing", "ours/some_rule.py", path)


def test_the_parts_of_a_page(tmp_path: Path) -> None:
    read = page(
        _file(
            tmp_path,
            '''"""The harm, in a line.

Why.

```sql before sqlite
CREATE TABLE t (x);
```

```sql bad sqlite mysql
DROP TABLE t;

DROP TABLE u;
```

```python
op.drop_table("t")
```

Sources:
- https://example.com/a
- https://example.com/b
"""

@rule(severity=Severity.INFO, dialects={"sqlite", "mysql"}, since="0.2", help=say("Stop " "it."), default=False)
def check(drop: DropTable) -> Message: ...
''',
        )
    )

    assert read.title == "The harm, in a line"
    assert read.text.startswith("Why.\n\n```sql before sqlite\n")
    assert read.text.endswith('op.drop_table("t")\n```')
    assert [(e.verdict, e.dialects, e.sql, e.line) for e in read.examples] == [
        ("before", ("sqlite",), "CREATE TABLE t (x);\n", 6),
        ("bad", ("sqlite", "mysql"), "DROP TABLE t;\n\nDROP TABLE u;\n", 10),
    ]
    assert read.sources == ("https://example.com/a", "https://example.com/b")
    assert (read.severity, read.dialects, read.since) == ("info", ("mysql", "sqlite"), "0.2")
    assert (read.help, read.default) == ("Stop it.", False)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x = 1\n", "the rule some-rule has no page", 1),
        ('"""  """\n', "the rule some-rule has no page", 1),
        ('"""A page."""\n', "the file declares no rule", 1),
        ('"""A page."""\ndef (\n', "the rule file can't be read", 2),
        ('"""A page.\n\n```sql bad\nX\n```\n"""\n@rule()\ndef f(): ...\n', "an example says neither", 3),
        ('"""A page.\n\n```sql worse sqlite\nX\n```\n"""\n@rule()\ndef f(): ...\n', "an example says neither", 3),
    ],
)
def test_a_file_without_a_proper_page_is_an_error(tmp_path: Path, text: str, message: str, line: int) -> None:
    with pytest.raises(SettingsError, match=message) as raised:
        page(_file(tmp_path, text))

    assert raised.value.line == line
    assert str(raised.value.hint)
