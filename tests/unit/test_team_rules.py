"""samples/team-rules, the pack that teams copy: its examples, and how settings load it and change it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from sqlgen.errors import SettingsError
from sqlgen.lint import allowances, engine
from sqlgen.lint.book import Book, load
from sqlgen.lint.finding import Severity
from sqlgen.lint.pages import Example, Page, pages
from sqlgen.linting import lint_file, load_book, read_file
from sqlgen.schema import Schema
from sqlgen.segments import Step
from sqlgen.settings import Settings
from sqlgen.settings import load as load_settings
from tests.unit.test_lint import test_examples as checker

ROOT = Path(__file__).parents[2]
PACK = ROOT / "samples" / "team-rules"
PAGES = pages([str(PACK)], Path())
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def book() -> Book:
    """The standard rules, and those of the team."""
    return load(["standard", str(PACK)], root=Path())


# ---- the examples, checked as those of the standard pack are


def _parameters(language: str) -> list[object]:
    return [
        pytest.param(page, example, dialect, id=f"{page.id}-{example.line}-{example.verdict}-{dialect}")
        for page in PAGES
        for example in page.examples
        if example.verdict != "before" and example.language == language
        for dialect in example.dialects
    ]


def _judge(page: Page, example: Example, dialect: str, steps: list[Step], book: Book) -> None:
    start = Schema(dialect)
    for item in read_file(checker.history(page, example, dialect), "before.sql", dialect).items:
        for fact in item.facts:
            start.apply(fact)
    found = engine.lint(
        steps,
        book,
        dialect=dialect,
        runs=example.runs,
        lock_timeout_ms=5000,
        schema=Schema(dialect, lambda: start),
        allowances=allowances.collect(steps, lambda _file: None, dialect=dialect),
        today=TODAY,
    )
    checker.assert_judged(page, example, found)


@pytest.mark.parametrize(("page", "example", "dialect"), _parameters("sql"))
def test_sql_is_judged_as_its_page_says(page: Page, example: Example, dialect: str, book: Book) -> None:
    _judge(page, example, dialect, [read_file(example.sql, "script.sql", dialect)], book)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], dict[tuple[str, int], list[Step]]]]:
    """The Python examples of a dialect, rendered by Alembic in one run."""
    folder = tmp_path_factory.mktemp("team-rules")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checker, "PAGES", PAGES)
        yield lambda dialect: checker.rendered(dialect, folder / dialect)


@pytest.mark.parametrize(("page", "example", "dialect"), _parameters("python"))
def test_alembic_code_is_rendered_and_judged_as_its_page_says(
    page: Page,
    example: Example,
    dialect: str,
    rendered: Callable[[str], dict[tuple[str, int], list[Step]]],
    book: Book,
) -> None:
    steps = rendered(dialect)[page.id, example.line]

    assert [step.gap for step in steps if step.gap is not None] == []
    _judge(page, example, dialect, steps, book)


def test_each_page_shows_both_verdicts_for_each_dialect_that_it_claims() -> None:
    for page in PAGES:
        claimed = {"postgresql", "mysql", "mariadb", "sqlite"} if page.dialects == ("*",) else set(page.dialects)
        for verdict in ("bad", "good"):
            shown = {dialect for one in page.examples if one.verdict == verdict for dialect in one.dialects}
            assert shown == claimed, (page.id, verdict)
        assert all(option.text for option in page.options), page.id


def test_the_readme_names_each_rule() -> None:
    text = (PACK / "README.md").read_text(encoding="utf-8")

    for page in PAGES:
        assert f"[{page.id}]({page.name.removeprefix('team-rules/')})" in text


# ---- loaded by settings, as the README says

SETTINGS = """
rules = ["standard", "./team-rules"]

[rule.comment-missing]
severity = "error"

[rule.standard-columns-missing]
columns = ["created_at", "updated_at"]

[env.prod.rule.grants-missing]
grants = ["GRANT SELECT ON {table} TO reporting", "GRANT SELECT, INSERT ON {table} TO app"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a copy of the pack."""
    shutil.copytree(PACK, tmp_path / "team-rules", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "sqlgen.toml").write_text(SETTINGS)
    return tmp_path


def _found(settings: Settings, rules: Book, sql: str) -> list[tuple[str, Severity, str]]:
    _, found = lint_file(sql, "x.sql", rules, settings, "postgresql", today=TODAY)
    team = {page.id for page in PAGES}
    return [(one.rule, one.severity, str(one.message)) for one in found if one.rule in team]


def test_settings_load_it_beside_the_standard_rules_and_change_it(project: Path) -> None:
    settings = load_settings(project)
    rules = load_book(settings, project)

    assert {page.id for page in PAGES} < rules.ids
    assert "drop-table" in rules.ids
    assert _found(settings, rules, "CREATE TABLE orders (id bigint PRIMARY KEY, created_at timestamptz);") == [
        ("comment-missing", Severity.ERROR, "the table orders has no comment"),
        ("grants-missing", Severity.WARNING, "orders is made without its grants: only its owner can use it"),
        ("standard-columns-missing", Severity.WARNING, "orders lacks what every table has: updated_at"),
    ]


def test_each_environment_has_its_own_grants(project: Path) -> None:
    settings = load_settings(project)
    sql = "CREATE TABLE orders (id bigint); GRANT SELECT ON orders TO reporting;"

    def speaks(environment: str | None) -> bool:
        rules = load_book(settings, project, settings.env[environment] if environment else None)
        return "grants-missing" in {rule for rule, _, _ in _found(settings, rules, sql)}

    assert (speaks(None), speaks("prod")) == (False, True)


def test_alembics_own_table_needs_nothing(project: Path) -> None:
    settings = load_settings(project)
    sql = "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);"

    assert _found(settings, load_book(settings, project), sql) == []


def test_a_pack_that_does_not_load_stops_the_run(project: Path) -> None:
    file = project / "team-rules" / "design" / "comment_missing.py"
    file.write_text(file.read_text().replace("def check(", "def check(:"))

    with pytest.raises(SettingsError, match="the rule comment-missing does not import") as raised:
        load_book(load_settings(project), project)
    assert raised.value.file is not None
    assert raised.value.line is not None
    assert str(raised.value.hint)


def test_a_pack_that_is_not_there_stops_the_run(project: Path) -> None:
    shutil.rmtree(project / "team-rules")

    with pytest.raises(SettingsError, match=r"there is no rule pack \./team-rules"):
        load_book(load_settings(project), project)


def test_an_option_that_it_does_not_have_stops_the_run(project: Path) -> None:
    (project / "sqlgen.toml").write_text(SETTINGS.replace("columns =", "colums ="))

    with pytest.raises(SettingsError, match="has no option colums") as raised:
        load_book(load_settings(project), project)
    assert str(raised.value.hint) == "Did you mean columns?"


def test_an_installed_package_can_be_the_pack(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = project / "site-packages" / "acme_db_rules"
    package.parent.mkdir()
    (project / "team-rules").rename(package)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(package.parent))
    (project / "sqlgen.toml").write_text(SETTINGS.replace("./team-rules", "acme_db_rules"))

    rules = load_book(load_settings(project), project)

    assert {page.id for page in PAGES} < rules.ids
    assert {rule.name for rule in rules.rules if rule.id == "comment-missing"} == {
        "acme_db_rules/design/comment_missing.py"
    }


# ---- rules of the standard pack that wait for a team to name them

POLICY = {
    "column-name-off-pattern",
    "constraint-name-off-pattern",
    "index-name-off-pattern",
    "schema-not-qualified",
    "table-name-off-pattern",
}


def _standard(sql: str, dialect: str = "postgresql", **options: dict[str, object]) -> list[str]:
    """The messages of the rules that the settings name: table_name_off_pattern={"pattern": "…"}."""
    named = {id.replace("_", "-"): values for id, values in options.items()}
    rules = load(["standard"], root=ROOT, options=named)
    _, found = lint_file(sql, "x.sql", rules, Settings(), dialect, today=TODAY)
    return [str(one.message) for one in found if one.rule in named]


@pytest.mark.parametrize("preset", ["default", "strict"])
def test_no_preset_turns_on_what_is_a_teams_own_policy(preset: str) -> None:
    on = {rule.id for rule in load(["standard"], root=ROOT, preset=preset).on("postgresql")}

    assert not POLICY & on


def test_a_pattern_names_the_table_and_its_columns() -> None:
    sql = "CREATE INDEX ix_orders_user_id_day ON orders (user_id, day); CREATE UNIQUE INDEX uq_a ON orders (a);"
    agreed: dict[str, object] = {"pattern": "ix_{table}_{columns}", "unique": "uq_{table}_{columns}"}

    assert _standard(sql, index_name_off_pattern=agreed) == [
        "the index uq_a is not named as agreed: uq_{table}_{columns}"
    ]
    assert len(_standard(sql, index_name_off_pattern={"pattern": "ix_{column}"})) == 2


def test_an_expression_in_an_index_stands_for_any_text() -> None:
    sql = "CREATE INDEX ix_users_lower_email ON users (lower(email));"

    assert _standard(sql, index_name_off_pattern={"pattern": "ix_{table}_{columns}"}) == []


def test_a_name_that_sqlalchemy_shortened_is_as_agreed() -> None:
    name = "ix_a_table_with_a_long_name_indeed_a_column_with_a_name_t_3f9a"

    assert _standard(f"CREATE INDEX {name} ON t (c);", index_name_off_pattern={"pattern": "ix_{table}_{columns}"}) == []


def test_an_empty_pattern_lets_each_name_of_a_constraint_pass() -> None:
    sql = "CREATE TABLE t (id integer, CONSTRAINT key PRIMARY KEY (id), CONSTRAINT odd CHECK (id > 1));"

    assert _standard(sql, constraint_name_off_pattern={"check": ""}) == [
        "the primary key key of t is not named as agreed: pk_{table}"
    ]
    assert _standard(sql, "mysql", constraint_name_off_pattern={"check": ""}) == []


@pytest.mark.parametrize("rule", ["index-name-off-pattern", "table-name-off-pattern", "column-name-off-pattern"])
def test_a_pattern_that_is_no_regular_expression_stops_the_run(rule: str) -> None:
    with pytest.raises(SettingsError, match="is no regular expression") as raised:
        load(["standard"], root=ROOT, options={rule: {"pattern": "ix_("}})
    assert str(raised.value.hint) == f"Run sqlgen explain {rule} to see what it takes."


def test_the_words_of_other_dialects_may_count_too() -> None:
    sql = "CREATE TABLE t (id integer PRIMARY KEY, rank integer);"

    assert _standard(sql, reserved_word={"also": []}) == []
    assert _standard(sql, reserved_word={"also": ["mysql"]}) == [
        "rank is a reserved word of mysql: SQL by hand has to quote it"
    ]


def test_json_in_new_tables_is_a_matter_of_settings() -> None:
    sql = "CREATE TABLE t (id integer PRIMARY KEY, a json);"

    assert _standard(sql, prefer_jsonb={"new_tables": False}) == []
    assert len(_standard(sql, prefer_jsonb={"new_tables": True})) == 1
