"""`sqlgen allowances`: everything that somebody has allowed in a project, without running any of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from sqlgen.lint.allowances import written
from sqlgen.lint.comments import in_strings
from sqlgen.linting import load_book
from sqlgen.settings import load
from tests.unit.building import project, revision, sqlgen, write

HISTORY = {
    "a1": ("op.create_table('books')", "op.drop_table('books')"),
    "b2": (
        '# sqlgen: allow drop-column because "4.2 起没有人再读它" owner 数据库组 until 2026-03-01\n'
        "op.drop_column('users', 'phone')\n"
        "op.execute('''\n"
        '  -- sqlgen: allow drop-table, unguarded-drop because "archived" owner @dba until 2026-01-31\n'
        "  DROP TABLE logs''')",
        "op.drop_table('x')  # sqlgen: allow drop-table because \"made here\"",
    ),
    "c3": ("raise SystemExit('nothing may run this')  # sqlgen: allow drop-tables because \"gone\"", "pass"),
    "d4": ("pass  # sqlgen: allow drop-table until 2026-12-31", "pass"),
}
SETTINGS = """\
dialect = "mysql"

[revision.c3]
upgrade = "sql/c3.sql"

[[allow]]
rule = "drop-table"
because = "frozen"
revision = "a1"
owner = "alice@example.com"
until = "2026-03-02"

[[allow]]
rule = "unguarded-drop"
because = "we restore from backups"

[[allow]]
rule = "drop-view"
because = "x"
revision = "zz"
"""
HELPER = '''"""-- sqlgen: allow drop-table because "this is prose" """


def drop(op):
    op.drop_index("ix")  # sqlgen: allow unguarded-drop because "made by hand" owner @dba
'''
SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[2] / "docs/schemas/allowances-1.schema.json").read_text(encoding="utf-8")),
    format_checker=FormatChecker(),
)
TODAY = {"SOURCE_DATE_EPOCH": "1772323200"}  # 2026-03-01


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = project(tmp_path_factory.mktemp("shop"), revisions=HISTORY, settings=SETTINGS)
    write(folder / "sql/c3.sql", '# sqlgen: allow drop-table because "by hand" owner @dba\nDROP TABLE t;\n')
    write(folder / "migrations/helpers/dropping.py", HELPER)
    return folder


def listed(shop: Path, *words: str) -> list[dict[str, Any]]:
    done = sqlgen("allowances", *words, "--output-format", "json", cwd=shop, **TODAY)
    assert done.code == 0, done.err
    document = json.loads(done.out)
    SCHEMA.validate(document)
    assert (document["schema"], document["today"]) == ("sqlgen.allowances/1", "2026-03-01")
    return list(document["allowances"])


def test_it_lists_comments_strings_sql_files_helpers_and_settings_in_the_order_of_the_history(shop: Path) -> None:
    found = listed(shop)

    assert [
        (each["where"], ",".join(each["rules"]), each["owner"], each["until"], each["revision"]) for each in found
    ] == [
        ("migrations/versions/b2.py:10", "drop-column", "数据库组", "2026-03-01", "b2"),
        ("migrations/versions/b2.py:13", "drop-table,unguarded-drop", "@dba", "2026-01-31", "b2"),
        ("migrations/versions/b2.py:18", "drop-table", None, None, "b2"),
        ("migrations/versions/c3.py:10", "drop-tables", None, None, "c3"),
        ("sql/c3.sql:1", "drop-table", "@dba", None, "c3"),
        ("migrations/versions/d4.py:10", "", None, None, "d4"),
        ("migrations/helpers/dropping.py:5", "unguarded-drop", "@dba", None, None),
        ("tool.sqlgen.allow[1]", "drop-table", "alice@example.com", "2026-03-02", "a1"),
        ("tool.sqlgen.allow[2]", "unguarded-drop", None, None, None),
        ("tool.sqlgen.allow[3]", "", None, None, None),
    ]
    assert [each["direction"] for each in found][:3] == ["upgrade", "upgrade", "downgrade"]
    assert {each["kind"] for each in found[:7]} == {"comment"}
    assert [(each["kind"], each["file"]) for each in found[7:]] == [("settings", "sqlgen.toml")] * 3


def test_the_last_day_is_a_day_on_which_it_holds(shop: Path) -> None:
    left = {each["where"]: (each["days_left"], each["expired"]) for each in listed(shop)}

    assert left["migrations/versions/b2.py:10"] == (0, False)
    assert left["migrations/versions/b2.py:13"] == (-29, True)
    assert left["tool.sqlgen.allow[1]"] == (1, False)
    assert left["tool.sqlgen.allow[2]"] == (None, False)


def test_what_allows_nothing_says_why(shop: Path) -> None:
    problems = {each["where"]: each["problem"] for each in listed(shop) if each["problem"]}

    assert problems == {
        "migrations/versions/c3.py:10": "there is no rule drop-tables: Did you mean drop-table?",
        "migrations/versions/d4.py:10": "it gives no reason",
        "tool.sqlgen.allow[3]": "there is no revision zz; its whole id is asked for",
    }


def test_of_a_range_it_lists_its_revisions_and_what_the_settings_say_of_them(shop: Path) -> None:
    assert [each["where"] for each in listed(shop, "base:a1")] == [
        "tool.sqlgen.allow[1]",
        "tool.sqlgen.allow[2]",
        "tool.sqlgen.allow[3]",
    ]
    assert [each["where"] for each in listed(shop, "b2:c3")] == [
        "migrations/versions/c3.py:10",
        "sql/c3.sql:1",
        "tool.sqlgen.allow[2]",
        "tool.sqlgen.allow[3]",
    ]


def test_the_table_is_as_wide_as_a_terminal_shows_it(shop: Path) -> None:
    done = sqlgen("allowances", cwd=shop / "migrations", **TODAY)
    lines = done.out.splitlines()

    assert lines[1] == (
        "versions/b2.py:10      drop-column                 4.2 起没有人再读它       数据库组           "
        "2026-03-01 (last day)  b2"
    )
    assert lines[2] == (
        "versions/b2.py:13      drop-table, unguarded-drop  archived                 @dba               "
        "2026-01-31 EXPIRED     b2"
    )
    assert "  2026-03-02 (1 day) " in done.out
    assert lines[-3:] == [
        "versions/c3.py:10: this allows nothing: there is no rule drop-tables: Did you mean drop-table?",
        "versions/d4.py:10: this allows nothing: it gives no reason",
        "tool.sqlgen.allow[3]: this allows nothing: there is no revision zz; its whole id is asked for",
    ]
    assert done.err == "8 allowances, 1 expired, 3 that allow nothing\n"


def test_one_that_allows_nothing_is_one(tmp_path: Path) -> None:
    wrong = "# sqlgen: allow drop-tables because \"typed in haste\"\nop.execute('SELECT 1')"
    project(tmp_path / "one", revisions={"a1": (wrong, "pass")}, settings="")
    assert sqlgen("allowances", cwd=tmp_path / "one").err == "1 allowance, 1 that allows nothing\n"


def test_only_a_check_fails_and_the_expired_can_be_listed_alone(shop: Path, tmp_path: Path) -> None:
    assert [each["where"] for each in listed(shop, "--expired")] == ["migrations/versions/b2.py:13"]
    assert sqlgen("allowances", cwd=shop, **TODAY).code == 0
    assert sqlgen("allowances", "--check", cwd=shop, **TODAY).code == 1
    clean = project(tmp_path / "clean", revisions={"a1": HISTORY["a1"]})
    done = sqlgen("allowances", "--check", cwd=clean, **TODAY)
    assert (done.code, done.out, done.err) == (0, "", "0 allowances\n")
    assert sqlgen("allowances", "--expired", cwd=clean, **TODAY).err == "0 allowances, 0 expired\n"
    write(clean / "migrations/versions/d4.py", revision("d4", "a1", HISTORY["d4"][0], "pass"))
    assert sqlgen("allowances", "--check", cwd=clean, **TODAY).code == 1
    assert sqlgen("allowances", "--output-format", "yaml", cwd=clean).code == 2


def test_nothing_of_the_project_is_run_or_imported(shop: Path) -> None:
    program = (
        "import sys, os; os.chdir(sys.argv[1]); from sqlgen.cli.main import main; main(['allowances']); "
        "print(sorted({'alembic', 'sqlalchemy', 'postgast', 'sqlparse'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program, shop], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "drop-column" in done.stdout


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ('def upgrade():\n    op.execute("""\n    -- {}\n    DROP TABLE t""")\n', [3]),
        ('SQL = (\n    "SELECT 1;\\n"\n    "/* {} */ DROP TABLE t"\n)\n', [3]),
        ('def upgrade():\n    op.execute(f"""DROP TABLE {{name}} -- {}\n""")\n', [2]),
        ("op.execute(sa.text('DROP TABLE t -- {}'))\n", [1]),
        ("op.execute('''-- {0}\nDROP TABLE a;\n-- {0}2\nDROP TABLE b''')\n", [1, 3]),
        ('def upgrade():\n    """-- {}"""\n', []),
        ("op.execute(\"SELECT '-- {}'\")\n", []),
        ("# -- {}\n", []),
        ("def (:\n'-- {}'\n", []),
    ],
)
def test_comments_of_sql_in_strings_are_found_where_they_stand(code: str, lines: list[int]) -> None:
    text = code.format("sqlgen: allow drop-table because x")

    assert [note.line for note in in_strings(text, "postgresql")] == lines


def test_what_a_file_says_is_found_in_comments_and_strings_with_its_direction() -> None:
    text = (
        'def upgrade():\n    f()  # sqlgen: allow drop-table because "a"\n\n\n'
        "def downgrade():\n    g('''/* sqlgen: allow drop-view because \"b\" */ DROP VIEW v''')\n"
    )
    found = written(text, "a.py", "sqlite")

    assert [(each.because, each.line, each.direction) for each in found.held] == [
        ("a", 2, "upgrade"),
        ("b", 6, "downgrade"),
    ]


GUIDES = [Path(__file__).parents[2] / "docs" / name for name in ("allowances.md", "allowances.zh-CN.md")]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_what_the_guides_show_is_read(guide: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"```(\w+)\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    shown = {"python": "guide.py", "sql": "guide.sql"}
    found = [written(text, shown[kind], "postgresql") for kind, text in blocks if kind in shown]

    assert [[each.owner for each in allowed.held] for allowed in found] == [["@dba"], ["alice@example.com"]]
    assert not any(allowed.malformed for allowed in found)

    write(tmp_path / "pyproject.toml", "".join(text for kind, text in blocks if kind == "toml"))
    settings = load(tmp_path)
    assert [(each.rule, each.owner, each.until) for each in settings.allow] == [
        ("drop-table", "@dba", "2026-12-31"),
        ("baseline-grown", "@dba", "2026-12-31"),
    ]
    assert {rule.id for rule in load_book(settings, tmp_path).rules if rule.severity is not None} >= {
        "allowance-unowned",
        "allowance-unlimited",
    }


def test_the_guides_show_the_same_in_both_languages() -> None:
    english, chinese = (guide.read_text(encoding="utf-8") for guide in GUIDES)

    def commands(text: str) -> list[str]:
        blocks = re.findall(r"```\w+\n(.*?)```", text, re.DOTALL)
        return [re.sub(r"(?<=\S) +# .*", "", line) for block in blocks for line in block.splitlines()]

    def rows(text: str) -> list[int]:
        return [line.count("|") for line in text.splitlines() if line.startswith("|")]

    assert commands(english) == commands(chinese)
    assert rows(english) == rows(chinese)
    assert english.count("\n* ") == chinese.count("\n* ")
