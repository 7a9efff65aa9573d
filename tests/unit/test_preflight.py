"""Which answers become assertions about the start of a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sqlgen import facts
from sqlgen.errors import SettingsError, UsageError
from sqlgen.schema import Schema
from sqlgen.script.checks import postcheck, preflight
from sqlgen.script.checks.claims import claims
from sqlgen.script.checks.column_types import comparable
from sqlgen.script.checks.preflight_needs import needed
from sqlgen.script.checks.preflight_touched import touched
from sqlgen.script.target import Target
from sqlgen.segments import Assumption, Gap, Item, Place, Step
from sqlgen.statements import split

TARGETS = {
    "postgresql": Target("postgresql", "psql", "16", None, None),
    "mariadb": Target("mariadb", "mysql", "10.11", None, None),
    "sqlite": Target("sqlite", "sqlite3", None, None, None),
}
AT = Place("versions/a.py", 7, 7, 5)


def step(sql: str, *asked: Assumption, dialect: str = "postgresql", **more: Any) -> Step:
    items = tuple(Item(each, facts.read(each, dialect), AT, 1) for each in split(sql, dialect) if each.text)
    return Step("b2", "", "upgrade", ("a1",), ("b2",), "versions/b.py", items, assumptions=asked, **more)


def has_table(name: str, answer: bool, after: int = 0) -> Assumption:
    return Assumption("has_table", (name, None), answer, AT, after)


def columns(table: str, *names: str, after: int = 0) -> Assumption:
    answer = [{"name": name, "type": "INTEGER", "nullable": True} for name in names]
    return Assumption("get_columns", (table, None), answer, AT, after)


def claimed(*steps: Step, dialect: str = "postgresql") -> list[str]:
    found = claims(steps, TARGETS[dialect])
    return [" ".join(filter(None, (each.what, each.name, each.part, each.expected))) for each in found]


@pytest.mark.parametrize("dialect", TARGETS)
def test_what_the_range_makes_drops_or_changes_before_the_question_is_no_claim(dialect: str) -> None:
    sql = "CREATE TABLE made (id INTEGER); ALTER TABLE old ADD COLUMN a INTEGER; DROP TABLE gone"
    asked = (
        has_table("made", False, 0),
        columns("old", "id", after=1),
        has_table("made", True, 1),
        has_table("old", True, 2),
        columns("old", "id", "a", after=2),
        has_table("gone", True, 2),
        has_table("gone", False, 3),
        has_table("never", False, 3),
    )
    assert claimed(step(sql, *asked, dialect=dialect), dialect=dialect) == [
        "relation made not there",
        f"columns old id {'int' if dialect == 'mariadb' else 'integer'}",
        "relation old there",
        "relation gone there",
        "relation never not there",
    ]


def keys(table: str, name: str, after: int = 0) -> Assumption:
    key = {
        "name": name,
        "constrained_columns": ["uid"],
        "referred_schema": None,
        "referred_table": "users",
        "referred_columns": ["id"],
        "options": {},
    }
    return Assumption("get_foreign_keys", (table, None), [key], AT, after)


@pytest.mark.parametrize(
    "sql", ["ALTER TABLE old ADD COLUMN a INTEGER", "CREATE INDEX ix ON old (uid)", "ALTER TABLE other DROP COLUMN b"]
)
def test_what_a_change_leaves_as_it_is_stays_a_claim(sql: str) -> None:
    assert claimed(step(sql, keys("old", "fk", after=1))) == ["foreign keys old fk (uid) -> users (id)"]


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE old ADD COLUMN a INTEGER REFERENCES users (id)",
        "ALTER TABLE old ADD CONSTRAINT fk FOREIGN KEY (uid) REFERENCES users (id)",
        "ALTER TABLE old DROP COLUMN b",
        "ALTER TABLE old DROP CONSTRAINT other",
        "ALTER TABLE old RENAME COLUMN u TO uid",
        "ALTER TABLE users RENAME COLUMN pk TO id",
        "ALTER TABLE people RENAME TO users",
        "ALTER TABLE people DROP COLUMN b CASCADE",
    ],
)
def test_what_a_change_may_reach_is_no_claim(sql: str) -> None:
    assert claimed(step(sql, keys("old", "fk", after=1))) == []


def test_columns_are_no_claim_once_a_type_has_another_name() -> None:
    assert claimed(step("ALTER TYPE mood RENAME TO feeling", columns("old", "id", after=1))) == []


def test_lists_leave_out_what_the_range_decides() -> None:
    tables = Assumption("get_table_names", (None,), ["alembic_version", "made", "old"], AT, 1)
    (claim,) = claims([step("CREATE TABLE made (id INTEGER)", tables)], TARGETS["postgresql"])
    assert (claim.expected, claim.without) == ("old", ("alembic_version", "made"))


def test_an_index_dropped_by_its_name_alone_may_have_been_of_any_table() -> None:
    indexes = Assumption("get_indexes", ("t", None), [], AT, 1)
    assert claimed(step("DROP INDEX ix", indexes)) == []
    assert claimed(step("SELECT 1", indexes)) == ["indexes t none"]


def test_nothing_counts_behind_what_could_not_be_rendered() -> None:
    first = step("SELECT 1", has_table("a", True))
    gap = step("", has_table("b", True), gap=Gap("why", None, None))
    assert claimed(first, gap, step("SELECT 1", has_table("c", True))) == ["relation a there"]


def test_what_a_recorded_revision_made_is_no_claim_whenever_it_asked() -> None:
    recorded = step("CREATE TABLE made (id INTEGER)", has_table("made", True), has_table("old", True))
    assert claimed(replace(recorded, origin="recorded")) == ["relation old there"]


def test_equal_claims_are_one_and_say_how_many_rely_on_it() -> None:
    again = replace(has_table("a", True), place=replace(AT, line=9))
    (claim,) = claims([step("SELECT 1", has_table("a", True), again)], TARGETS["postgresql"])
    assert (claim.line, claim.others) == (7, 1)


def test_a_name_that_a_client_could_take_for_something_else_is_left_out() -> None:
    assert claimed(step("SELECT 1", has_table("a\n\\! rm", True), has_table("b", True))) == ["relation b there"]


@pytest.mark.parametrize("dialect", TARGETS)
def test_the_same_steps_give_the_same_script(dialect: str) -> None:
    steps: Sequence[Step] = [step("SELECT 1", has_table("a", True), columns("a", "id", "b"), dialect=dialect)]
    text = preflight.render(steps, TARGETS[dialect])
    assert text == preflight.render(steps, TARGETS[dialect])
    assert "versions/a.py:7 (b2): columns of a" in text
    assert text.endswith("\n")


def test_what_can_t_stand_in_a_script_is_refused_as_the_script_refuses_it() -> None:
    good = [step("SELECT 1")]
    assert preflight.render(good, TARGETS["postgresql"])
    with pytest.raises(UsageError, match="no revision"):
        preflight.render([], TARGETS["postgresql"])
    for name in ("a$sqlgen$b", "a\nb", "a\\b"):
        target = replace(TARGETS["postgresql"], version_table=name)
        with pytest.raises(SettingsError, match="can't stand in a script"):
            preflight.render(good, target)
        with pytest.raises(SettingsError, match="can't stand in a script"):
            postcheck.render(good, target, Schema("postgresql"))


@pytest.mark.parametrize(
    ("type_", "dialect", "wanted"),
    [
        ("VARCHAR(50)", "postgresql", "character varying(50)"),
        ("TIMESTAMP WITH TIME ZONE", "postgresql", "timestamp with time zone"),
        ("NUMERIC(8, 2)", "postgresql", "numeric(8,2)"),
        ("DOUBLE PRECISION", "postgresql", "double precision"),
        ("INTEGER[]", "postgresql", "integer[]"),
        ("INTEGER(11)", "mariadb", "int"),
        ("TINYINT(1)", "mariadb", "tinyint(1)"),
        ("BIGINT(20) UNSIGNED", "mariadb", "bigint unsigned"),
        ("ENUM('a','b')", "mariadb", "enum('a','b')"),
        ("VARCHAR(50) COLLATE utf8mb4_bin", "mariadb", "varchar(50)"),
        ("VARCHAR(50)", "sqlite", "text"),
        ("DATETIME", "sqlite", "numeric"),
        ("NULL", "sqlite", None),
        ("INTEGER", "mssql", "int"),
        ("NVARCHAR", "mssql", "nvarchar(1)"),
        ("VARCHAR(max)", "mssql", "varchar(max)"),
        ("DECIMAL(5)", "mssql", "decimal(5,0)"),
        ("FLOAT(53)", "mssql", "float"),
        ("hierarchyid", "mssql", None),
        ("VARCHAR2(50 CHAR)", "oracle", "varchar2(50)"),
        ("NUMBER(10, 0)", "oracle", "number(10)"),
        ("NUMERIC", "oracle", None),
        ("TIMESTAMP", "oracle", "timestamp(6)"),
    ],
)
def test_a_type_is_written_as_the_catalog_has_it(type_: str, dialect: str, wanted: str | None) -> None:
    assert comparable(type_, dialect) == wanted


def needed_of(*upgrades: str, dialect: str = "postgresql") -> list[str]:
    """What each need is about, and in which states."""
    steps = [step(sql, dialect=dialect) for sql in upgrades]
    found = needed(steps, dialect)
    return [
        f"{'' if one.there else 'no '}{one.thing.kind} {one.thing.name}, {one.first} to {one.last}" for one in found
    ]


def test_what_a_step_makes_is_needed_not_to_be_there_before_it_and_to_be_there_behind_it() -> None:
    assert needed_of(
        "CREATE TABLE a (id INTEGER)", "SELECT 1", "ALTER TABLE a ADD COLUMN b INTEGER", "DROP TABLE a"
    ) == [
        "no table a, 0 to 0",
        "no column b, 1 to 2",
        "table a, 1 to 3",
    ]


@pytest.mark.parametrize(
    ("upgrades", "asked"),
    [
        (("ALTER TABLE a ADD COLUMN b INTEGER; CREATE INDEX ix ON a (b)",), ["no column b", "table a", "no index ix"]),
        (
            ("ALTER TABLE a RENAME TO b", "ALTER TABLE b ADD COLUMN c INTEGER"),
            ["table a", "no table b", "no column c", "table b"],
        ),
        (("DROP TABLE IF EXISTS a; CREATE TABLE IF NOT EXISTS b (id INTEGER)",), []),
        (("DO $$ BEGIN IF true THEN DROP TABLE a; END IF; END $$", "DROP TABLE a"), ["table a"]),
        (("INSERT INTO a VALUES (1); UPDATE b SET c = 1; DELETE FROM d",), ["table a", "table b", "table d"]),
        (("CREATE TEMPORARY TABLE a (id INTEGER); INSERT INTO a VALUES (1)",), []),
    ],
)
def test_what_is_needed(upgrades: tuple[str, ...], asked: list[str]) -> None:
    assert [one.partition(",")[0] for one in needed_of(*upgrades)] == asked


@pytest.mark.parametrize(
    "upgrades",
    [
        ("CREATE TABLE a (id SERIAL NOT NULL, PRIMARY KEY (id))", "DROP SEQUENCE a_id_seq"),
        ("CREATE TABLE a (id INTEGER, CONSTRAINT pk PRIMARY KEY (id))", "ALTER INDEX pk RENAME TO pk_a"),
        ("CREATE TABLE a (id INTEGER PRIMARY KEY); ALTER TABLE a RENAME TO b", "ALTER INDEX a_pkey RENAME TO b_pkey"),
        ("DROP TABLE z CASCADE", "DROP VIEW v"),
    ],
)
def test_what_comes_and_goes_with_something_else_is_not_asked_before_it(upgrades: tuple[str, ...]) -> None:
    found = needed([step(sql) for sql in upgrades], "postgresql")
    assert [one for one in found if one.there and one.last == 1 and one.first == 0] == []


def test_behind_a_gate_nothing_is_asked_before_it() -> None:
    gap = step("", gap=Gap("why", None, None))
    (one,) = needed([step("SELECT 1"), gap, step("DROP TABLE a")], "postgresql")
    assert (one.thing.name, one.first, one.last) == ("a", 2, 2)


def test_the_tables_that_are_touched_are_those_from_before_the_range() -> None:
    sql = (
        "CREATE TABLE made (id INTEGER); INSERT INTO made VALUES (1); UPDATE rows_only SET a = 1;"
        "ALTER TABLE old ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES other (id); DROP INDEX ix_of_nobody"
    )
    found = touched([step(sql)], TARGETS["postgresql"], None)
    assert [(str(one.table), one.privileges) for one in found] == [
        ("rows_only", ("update",)),
        ("old", ("alter",)),
        ("other", ("references",)),
    ]
    before = Schema.empty("postgresql")
    before.apply_all(facts.read(split("CREATE TABLE t (a INTEGER)", "postgresql")[0], "postgresql"))
    before.apply_all(facts.read(split("CREATE INDEX ix ON t (a)", "postgresql")[0], "postgresql"))
    (one,) = touched([step("DROP INDEX ix")], TARGETS["postgresql"], before)
    assert str(one.table) == "t"
