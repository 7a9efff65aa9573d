"""Rules about losing, breaking and failing: options, whole histories and ranges, which no example can say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sqlgen.lint import engine
from sqlgen.lint.book import Book, load
from sqlgen.lint.finding import Finding
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from sqlgen.segments import Downgrade, Gap, Query, Step

TODAY = date(2026, 11, 21)


def step(sql: str, revision: str = "a", dialect: str = "postgresql", downgrade: Downgrade | None = None) -> Step:
    return replace(read_file(sql, f"{revision}.py", dialect), revision=revision, downgrade=downgrade)


@pytest.fixture
def said(standard: Book) -> Callable[..., list[str]]:
    def run(rule: str, *steps: Step, dialect: str = "postgresql", history: str = "") -> list[str]:
        """What a rule says, where the history begins with an empty database."""
        start = Schema.empty(dialect)
        for item in read_file(history, "before.sql", dialect).items:
            for fact in item.facts:
                start.apply(fact)
        schema = Schema(dialect, lambda: start)
        found = engine.lint(steps, standard, dialect=dialect, lock_timeout_ms=5000, schema=schema, today=TODAY)
        return [str(finding.message) for finding in found if finding.rule == rule]

    return run


# ---- apply-simulation-failed


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb", "sqlite"])
@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE orders",
        "ALTER TABLE orders ADD COLUMN x integer",
        "INSERT INTO orders (id) VALUES (1)",
        "UPDATE orders SET id = 1 WHERE id = 2",
        "DELETE FROM orders WHERE id = 2",
        "CREATE INDEX ix_orders ON orders (id)",
        "CREATE TABLE users (id integer PRIMARY KEY); DROP TABLE users; INSERT INTO users (id) VALUES (1)",
    ],
)
def test_a_table_that_no_revision_made_is_missing(said: Callable[..., list[str]], dialect: str, sql: str) -> None:
    (message,) = said("apply-simulation-failed", step(sql, dialect=dialect), dialect=dialect)

    assert message.startswith("there is no table ")


@pytest.mark.parametrize(
    ("history", "sql"),
    [
        ("CREATE TABLE app.orders (id integer)", "DROP TABLE orders"),
        ("CREATE VIEW orders AS SELECT 1", "INSERT INTO orders (id) VALUES (1)"),
        ("CREATE EXTENSION postgis", "DELETE FROM spatial_ref_sys WHERE srid = 1"),
        ("DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'orders'; END $$", "DROP TABLE orders"),
        ("CREATE FOREIGN TABLE orders (id integer) SERVER other", "DELETE FROM orders WHERE id = 1"),
        ("", "DROP TABLE IF EXISTS orders"),
        ("", "CREATE TABLE orders (id integer REFERENCES orders (id))"),
    ],
)
def test_a_table_that_may_be_there_is_not_missing(said: Callable[..., list[str]], history: str, sql: str) -> None:
    assert said("apply-simulation-failed", step(sql), history=history) == []


def test_a_foreign_key_to_a_table_that_no_revision_made_fails(said: Callable[..., list[str]]) -> None:
    made = step("CREATE TABLE a (id integer PRIMARY KEY, b_id integer, FOREIGN KEY (b_id) REFERENCES b (id))")
    later = step("ALTER TABLE a ADD CONSTRAINT fk_c FOREIGN KEY (id) REFERENCES c (id)")

    assert said("apply-simulation-failed", made, later) == [
        "there is no table b to refer to",
        "there is no table c to refer to",
    ]


def test_a_revision_in_the_middle_that_was_not_rendered_leaves_nothing_certain(said: Callable[..., list[str]]) -> None:
    made = step("CREATE TABLE a (id integer PRIMARY KEY)")
    gap = replace(step("", "b"), gap=Gap("it reads rows", "b.py", 1))

    assert said("apply-simulation-failed", made, step("ALTER TABLE a DROP COLUMN x", "c")) != []
    assert said("apply-simulation-failed", made, gap, step("ALTER TABLE a DROP COLUMN x; DROP TABLE z", "c")) == []


def test_mysql_drops_a_referred_table_while_foreign_keys_are_not_checked(said: Callable[..., list[str]]) -> None:
    history = (
        "CREATE TABLE a (id int PRIMARY KEY); "
        "CREATE TABLE b (a_id int, CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id))"
    )
    checked = step("DROP TABLE a", dialect="mysql")
    unchecked = step("SET foreign_key_checks = 0; DROP TABLE a; SET foreign_key_checks = 1", dialect="mysql")

    assert said("apply-simulation-failed", checked, dialect="mysql", history=history) == [
        "a can't be dropped: f of b refers to it"
    ]
    assert said("apply-simulation-failed", unchecked, dialect="mysql", history=history) == []


# ---- irreversible-revision


@pytest.mark.parametrize(
    ("downgrade", "speaks"),
    [
        (None, False),
        (Downgrade("missing"), True),
        (Downgrade("empty"), True),
        (Downgrade("raises"), True),
        (Downgrade("present", None), False),
        (Downgrade("present", frozenset({"users", "phone"})), False),
        (Downgrade("present", frozenset({"users", "fax"})), True),
    ],
)
def test_what_is_destroyed_needs_a_way_back(
    said: Callable[..., list[str]], downgrade: Downgrade | None, speaks: bool
) -> None:
    history = "CREATE TABLE users (id integer PRIMARY KEY, phone text)"
    drop = step("ALTER TABLE users DROP COLUMN phone", downgrade=downgrade)

    assert bool(said("irreversible-revision", drop, history=history)) is speaks


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (id integer); DROP TABLE t",
        "ALTER TABLE users ADD COLUMN x integer; ALTER TABLE users DROP COLUMN x",
        "CREATE TABLE n (id int); INSERT INTO n SELECT id FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users",
        "DROP TABLE IF EXISTS _alembic_tmp_users",
        "DELETE FROM users WHERE id = 1",
    ],
)
def test_what_came_in_the_same_revision_or_is_rebuilt_is_not_destroyed(
    said: Callable[..., list[str]], sql: str
) -> None:
    history = "CREATE TABLE users (id integer PRIMARY KEY)"

    assert said("irreversible-revision", step(sql, downgrade=Downgrade("empty")), history=history) == []


def test_a_rebuild_destroys_the_columns_that_it_leaves_out(said: Callable[..., list[str]]) -> None:
    history = "CREATE TABLE users (id INTEGER PRIMARY KEY, phone TEXT, fax TEXT)"
    rebuild = (
        "CREATE TABLE n ({}); INSERT INTO n SELECT id, fax FROM users; DROP TABLE users; ALTER TABLE n RENAME TO users"
    )

    def destroyed(columns: str, *earlier: Step) -> list[str]:
        change = step(rebuild.format(columns), "b", dialect="sqlite", downgrade=Downgrade("empty"))
        return said("irreversible-revision", *earlier, change, dialect="sqlite", history=history)

    assert [message.split(" is ")[0] for message in destroyed("id INTEGER, fax TEXT")] == ["column users.phone"]
    assert destroyed("id INTEGER, fax TEXT, mobile TEXT") == [], "it may be a rename"
    assert destroyed("id INTEGER, phone TEXT, fax TEXT, new TEXT") == []
    more = step("ALTER TABLE users ADD COLUMN new TEXT", dialect="sqlite")
    assert destroyed("id INTEGER, phone TEXT, fax TEXT", more) == [], "it came in this range"
    made = step("CREATE TABLE other (id INTEGER, a TEXT); ALTER TABLE users ADD COLUMN x TEXT", dialect="sqlite")
    swap = "CREATE TABLE n (id INTEGER); DROP TABLE other; ALTER TABLE n RENAME TO other"
    change = step(swap, "b", dialect="sqlite", downgrade=Downgrade("empty"))
    assert said("irreversible-revision", made, change, dialect="sqlite", history=history) == []


# ---- ranges


def test_expand_and_contract_in_two_revisions_of_one_range(said: Callable[..., list[str]]) -> None:
    history = "CREATE TABLE users (id integer PRIMARY KEY, mail text)"
    expand = step("ALTER TABLE users ADD COLUMN email text; UPDATE users SET email = mail WHERE email IS NULL")
    contract = step("ALTER TABLE users DROP COLUMN mail", "b")
    back = replace(contract, direction="downgrade")

    assert len(said("expand-contract-same-bundle", expand, contract, history=history)) == 1
    assert said("expand-contract-same-bundle", contract, history=history) == []
    assert said("expand-contract-same-bundle", expand, back, history=history) == []


def test_a_column_filled_in_one_revision_may_be_not_null_in_the_next(said: Callable[..., list[str]]) -> None:
    history = "CREATE TABLE users (id integer PRIMARY KEY, mail text)"
    fill, require = (
        step("UPDATE users SET mail = '' WHERE mail IS NULL"),
        "ALTER TABLE {} ALTER COLUMN mail SET NOT NULL",
    )
    moved = step("UPDATE users SET mail = '' WHERE mail IS NULL; ALTER TABLE users RENAME TO people")

    assert said("nullable-to-not-null-data", fill, step(require.format("users"), "b"), history=history) == []
    assert said("nullable-to-not-null-data", moved, step(require.format("people"), "b"), history=history) == []
    assert len(said("nullable-to-not-null-data", step(require.format("users"), "b"), history=history)) == 1


# ---- options


def found_by(judge: Callable[..., tuple[Finding, ...]], book: Book, sql: str, rule: str) -> list[str]:
    return [str(finding.message) for finding in judge(sql, book=book) if finding.rule == rule]


def test_a_team_chooses_whether_each_create_has_a_guard_or_none(judge: Callable[..., tuple[Finding, ...]]) -> None:
    sql = "CREATE TABLE t (id integer PRIMARY KEY); CREATE TABLE IF NOT EXISTS u (id integer PRIMARY KEY)"

    def messages(policy: str) -> list[str]:
        book = load(
            ["standard"],
            root=Path(),
            options={"create-guard": {"policy": policy}},
            severities={"create-guard": "warning"},
        )
        return found_by(judge, book, sql, "create-guard")

    assert messages("require") == ["making table t fails when the script runs again after it stopped half-way"]
    assert messages("forbid") == ["IF NOT EXISTS hides that another table u may be there"]


def test_a_transaction_is_a_guard_where_it_undoes_a_drop(standard: Book) -> None:
    def drops(dialect: str, transaction: int | None, *, accept: list[str] | None = None) -> int:
        book = standard
        if accept is not None:
            book = load(["standard"], root=Path(), options={"unguarded-drop": {"accept": accept}})
        read = step("DROP INDEX ix ON t" if dialect == "mysql" else "DROP INDEX ix", dialect=dialect)
        items = tuple(replace(item, transaction=transaction) for item in read.items)
        found = engine.lint(
            [replace(read, items=items)], book, dialect=dialect, runs="alembic", schema=Schema(dialect), today=TODAY
        )
        return sum(finding.rule == "unguarded-drop" for finding in found)

    assert drops("postgresql", 1) == 0
    assert drops("postgresql", None) == 1
    assert drops("postgresql", 1, accept=["if-exists"]) == 1
    assert drops("mysql", 1) == 1, "MySQL commits it at once"


# ---- revisions that look at rows


def test_a_revision_that_looks_at_rows_may_copy_and_fill_by_itself(said: Callable[..., list[str]]) -> None:
    history = "CREATE TABLE settings (id integer PRIMARY KEY, value text, name text)"
    sql = "ALTER TABLE settings DROP COLUMN value; ALTER TABLE settings ADD COLUMN value jsonb;"
    plain = step(sql + "ALTER TABLE settings ALTER COLUMN name SET NOT NULL")
    reads = replace(plain, queries=(Query("SELECT id, value FROM settings", "fetchall", None),))

    assert len(said("drop-then-add-same-column", plain, history=history)) == 1
    assert said("drop-column", plain, history=history) == []
    assert len(said("nullable-to-not-null-data", plain, history=history)) == 1
    assert said("drop-then-add-same-column", reads, history=history) == []
    assert len(said("drop-column", reads, history=history)) == 1
    assert said("nullable-to-not-null-data", reads, history=history) == []
