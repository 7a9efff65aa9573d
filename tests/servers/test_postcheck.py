"""postcheck.sql under the real clients: it holds behind apply.sql and rollback.sql, and names what differs."""

from __future__ import annotations

import functools
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pymysql
import pytest

from sqlgen import pipeline, script
from sqlgen.history import between
from sqlgen.schema import Schema
from sqlgen.script.checks import postcheck, preflight
from sqlgen.script.target import Target
from sqlgen.segments import Gap, Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace
from tests.servers.checked import APPLYING, CLIENTS, DIALECTS, OPTIONS, PASTED, checked, database_of, name_of, steps_of
from tests.servers.histories import history

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"
EVERYWHERE = pytest.mark.parametrize("dialect", DIALECTS)


@functools.cache
def bookshop(dialect: str) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The sample's whole history, up and down."""
    workspace = open_workspace(Request(SAMPLE, dialect=dialect))
    up = pipeline.resolve(workspace, "base:head")
    down = between(workspace.graph, up.lower, up.upper, down=True)
    steps = pipeline.emit(workspace, (*up.steps, *down.steps)).steps
    return steps[: len(up.steps)], steps[len(up.steps) :]


def target_of(dialect: str, database: Any) -> Target:
    return Target(dialect, CLIENTS[dialect], None, None, name_of(database))


def after(steps: tuple[Step, ...], dialect: str, before: Schema | None = None) -> Schema:
    schema = Schema(dialect, lambda: before or Schema.empty(dialect))
    for step in steps:
        for item in step.items:
            schema.apply_all(item.facts)
    return schema


def contents(database: Any, dialect: str) -> list[tuple[Any, ...]]:
    """What a script that changes nothing leaves as it is."""
    tables = {
        "postgresql": "SELECT relname::text, relkind::text, reltuples::text, obj_description(oid) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "mariadb": "SELECT table_name, create_time, table_comment FROM information_schema.tables"
        " WHERE table_schema = DATABASE() ORDER BY 1",
        "sqlite": "SELECT name, sql, (SELECT data_version FROM pragma_data_version) FROM sqlite_master ORDER BY 1",
    }
    return [*database.rows(tables[dialect]), *database.rows("SELECT version_num FROM alembic_version")]


@EVERYWHERE
def test_it_holds_behind_the_sample_s_scripts_in_both_directions(dialect: str, request: pytest.FixtureRequest) -> None:
    database = database_of(request, dialect)
    target = target_of(dialect, database)
    up, down = bookshop(dialect)
    check = postcheck.render(up, target, Schema.empty(dialect))
    run = database.client(script.render(up, target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    before = contents(database, dialect)
    said = checked(database, dialect, check)
    assert said.fine, said.log
    assert said.result.startswith("POSTCHECK OK: ")
    assert {"ok   (0013_drop_phone): columns of users", "ok   (0012_book_slugs): indexes of books"} <= set(said.lines)
    assert "ok   (0014_drop_wishlists): table or view wishlists: not there" in said.lines
    plain = postcheck.render(up, replace(target, client="plain"), Schema.empty(dialect))
    assert database.client(plain, *PASTED[dialect]).result.startswith("POSTCHECK OK: ")
    assert contents(database, dialect) == before
    way_back = postcheck.render(down, target, after(up, dialect))
    assert not checked(database, dialect, way_back).fine
    assert checked(database, dialect, preflight.render(down, target, after(up, dialect))).fine
    run = database.client(script.render(down, target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, dialect, way_back)
    assert said.fine, said.log
    assert not checked(database, dialect, check).fine


MADE = {
    "postgresql": (
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE SEQUENCE counter; CREATE VIEW old_view AS SELECT 1 AS one",
        "CREATE TABLE users (id SERIAL NOT NULL, name VARCHAR(40) NOT NULL, feels mood, born DATE,"
        " CONSTRAINT pk_users PRIMARY KEY (id), CONSTRAINT uq_name UNIQUE (name),"
        " CONSTRAINT ck_born CHECK (born > '1900-01-01'));"
        " CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, uid INTEGER, at TIMESTAMP WITH TIME ZONE,"
        " CONSTRAINT fk_uid FOREIGN KEY (uid) REFERENCES users (id) ON DELETE CASCADE)",
        "CREATE INDEX ix_at ON orders (at); CREATE INDEX ix_lower ON users (lower(name));"
        " CREATE TABLE spare (id INTEGER);"
        " CREATE VIEW names AS SELECT name FROM users; DROP VIEW old_view",
        "DROP TABLE spare; ALTER TABLE orders ADD COLUMN price NUMERIC(8, 2) DEFAULT 0 NOT NULL",
    ),
    "mariadb": (
        "CREATE VIEW old_view AS SELECT 1 AS one",
        "CREATE TABLE users (id INTEGER NOT NULL AUTO_INCREMENT, name VARCHAR(40) NOT NULL, born DATE,"
        " PRIMARY KEY (id), CONSTRAINT uq_name UNIQUE (name), CONSTRAINT ck_born CHECK (born > '1900-01-01'));"
        " CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, uid INTEGER, at DATETIME, done BOOL,"
        " CONSTRAINT fk_uid FOREIGN KEY (uid) REFERENCES users (id) ON DELETE CASCADE)",
        "CREATE INDEX ix_at ON orders (at); CREATE TABLE spare (id INTEGER);"
        " CREATE VIEW names AS SELECT name FROM users; DROP VIEW old_view",
        "DROP TABLE spare; ALTER TABLE orders ADD COLUMN price NUMERIC(8, 2) DEFAULT 0 NOT NULL",
    ),
    "sqlite": (
        "CREATE VIEW old_view AS SELECT 1 AS one",
        "CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, born DATE,"
        " PRIMARY KEY (id), CONSTRAINT uq_name UNIQUE (name));"
        " CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, uid INTEGER REFERENCES users ON DELETE CASCADE,"
        " at TEXT)",
        "CREATE INDEX ix_at ON orders (at); CREATE TABLE spare (id INTEGER);"
        " CREATE VIEW names AS SELECT name FROM users; DROP VIEW old_view",
        "DROP TABLE spare; ALTER TABLE orders ADD COLUMN price NUMERIC(8, 2) DEFAULT 0 NOT NULL",
    ),
}
"""Four revisions with everything that is compared."""

Drift = tuple[str, str, str, str]
"""What is done by hand, how it is taken back, what the failure is about, and what of it is found or missing."""
DRIFTS: dict[str, tuple[Drift, ...]] = {
    "postgresql": (
        ("ALTER TABLE orders RENAME COLUMN price TO cost", "ALTER TABLE orders RENAME COLUMN cost TO price",
         "columns of orders", "cost numeric(8,2)"),
        ("ALTER TABLE users ADD COLUMN extra INTEGER", "ALTER TABLE users DROP COLUMN extra",
         "columns of users", "extra integer"),
        ("ALTER TABLE orders ALTER COLUMN price TYPE NUMERIC(9, 2)",
         "ALTER TABLE orders ALTER COLUMN price TYPE NUMERIC(8, 2)",
         "columns of orders", "price numeric(9,2) not null"),
        ("ALTER TABLE users ALTER COLUMN name DROP NOT NULL", "ALTER TABLE users ALTER COLUMN name SET NOT NULL",
         "columns of users", "name character varying(40), "),
        ("DROP INDEX ix_at", "CREATE INDEX ix_at ON orders (at)", "indexes of orders", "found:    none"),
        ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_at'::regclass",
         "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'ix_at'::regclass",
         "indexes of orders", "ix_at (at) INVALID"),
        ("CREATE INDEX ix_more ON users (born)", "DROP INDEX ix_more", "indexes of users", "ix_more (born)"),
        ("ALTER TABLE orders DROP CONSTRAINT fk_uid",
         "ALTER TABLE orders ADD CONSTRAINT fk_uid FOREIGN KEY (uid) REFERENCES users (id) ON DELETE CASCADE",
         "foreign keys of orders", "found:    none"),
        ("ALTER TABLE orders DROP CONSTRAINT fk_uid, ADD CONSTRAINT fk_uid FOREIGN KEY (uid) REFERENCES users (id)",
         "ALTER TABLE orders DROP CONSTRAINT fk_uid,"
         " ADD CONSTRAINT fk_uid FOREIGN KEY (uid) REFERENCES users (id) ON DELETE CASCADE",
         "foreign keys of orders", "found:    fk_uid (uid) -> users (id)"),
        ("ALTER TABLE users DROP CONSTRAINT uq_name", "ALTER TABLE users ADD CONSTRAINT uq_name UNIQUE (name)",
         "unique constraints of users", "expected: uq_name (name)"),
        ("ALTER TABLE users DROP CONSTRAINT ck_born",
         "ALTER TABLE users ADD CONSTRAINT ck_born CHECK (born > '1900-01-01')",
         "checks of users", "expected: ck_born"),
        ("ALTER TABLE users RENAME CONSTRAINT pk_users TO pk", "ALTER TABLE users RENAME CONSTRAINT pk TO pk_users",
         "primary key of users", "found:    pk (id)"),
        ("ALTER TYPE mood RENAME VALUE 'ok' TO 'well'", "ALTER TYPE mood RENAME VALUE 'well' TO 'ok'",
         "labels of mood", "found:    sad, well"),
        ("CREATE TABLE spare (id INTEGER)", "DROP TABLE spare", "table or view spare", "expected: not there"),
        ("ALTER VIEW names RENAME TO gone",
         "ALTER VIEW gone RENAME TO names", "table or view names", "found:    not there"),
        ("CREATE VIEW old_view AS SELECT 1", "DROP VIEW old_view", "table or view old_view", "found:    there"),
        ("ALTER SEQUENCE counter RENAME TO c",
         "ALTER SEQUENCE c RENAME TO counter", "sequence counter", "found:    not there"),
        ("COMMENT ON TABLE alembic_version IS 'ours, sqlgen: upgrade d4 (0) is half done: part 1 of 2 stands'",
         "COMMENT ON TABLE alembic_version IS NULL", "record of a half-done step", "half done: part 1 of 2"),
    ),
    "mariadb": (
        ("ALTER TABLE orders RENAME COLUMN price TO cost", "ALTER TABLE orders RENAME COLUMN cost TO price",
         "columns of orders", "cost decimal(8,2)"),
        ("ALTER TABLE users ADD COLUMN extra INTEGER",
         "ALTER TABLE users DROP COLUMN extra", "columns of users", "extra int"),
        ("ALTER TABLE orders MODIFY price NUMERIC(9, 2) NOT NULL",
         "ALTER TABLE orders MODIFY price NUMERIC(8, 2) NOT NULL",
         "columns of orders", "price decimal(9,2) not null"),
        ("ALTER TABLE users MODIFY name VARCHAR(40)", "ALTER TABLE users MODIFY name VARCHAR(40) NOT NULL",
         "columns of users", "name varchar(40), "),
        ("DROP INDEX ix_at ON orders",
         "CREATE INDEX ix_at ON orders (at)", "indexes of orders", "found:    fk_uid (uid)"),
        ("CREATE INDEX ix_more ON users (born)", "DROP INDEX ix_more ON users", "indexes of users", "ix_more (born)"),
        ("ALTER TABLE orders DROP FOREIGN KEY fk_uid",
         "ALTER TABLE orders ADD CONSTRAINT fk_uid FOREIGN KEY (uid) REFERENCES users (id) ON DELETE CASCADE",
         "foreign keys of orders", "found:    none"),
        ("ALTER TABLE users DROP INDEX uq_name", "ALTER TABLE users ADD CONSTRAINT uq_name UNIQUE (name)",
         "unique constraints of users", "expected: uq_name (name)"),
        ("ALTER TABLE users DROP CONSTRAINT ck_born",
         "ALTER TABLE users ADD CONSTRAINT ck_born CHECK (born > '1900-01-01')",
         "checks of users", "expected: ck_born"),
        ("CREATE TABLE spare (id INTEGER)", "DROP TABLE spare", "table or view spare", "expected: not there"),
        ("RENAME TABLE names TO gone", "RENAME TABLE gone TO names", "table or view names", "found:    not there"),
        ("CREATE VIEW old_view AS SELECT 1", "DROP VIEW old_view", "table or view old_view", "found:    there"),
        ("CREATE TABLE alembic_version_sqlgen AS SELECT 1 AS one, 'sqlgen: upgrade d4: part 1 of 2 began' AS record",
         "DROP TABLE alembic_version_sqlgen", "record of a half-done step", "part 1 of 2 began"),
    ),
    "sqlite": (
        ("ALTER TABLE orders RENAME COLUMN price TO cost", "ALTER TABLE orders RENAME COLUMN cost TO price",
         "columns of orders", "cost numeric not null"),
        ("ALTER TABLE users ADD COLUMN extra INTEGER", "ALTER TABLE users DROP COLUMN extra",
         "columns of users", "extra integer"),
        ("ALTER TABLE orders DROP COLUMN price; ALTER TABLE orders ADD COLUMN price TEXT NOT NULL DEFAULT ''",
         "ALTER TABLE orders DROP COLUMN price; ALTER TABLE orders ADD COLUMN price NUMERIC(8, 2) NOT NULL DEFAULT 0",
         "columns of orders", "price text not null"),
        ("ALTER TABLE orders DROP COLUMN price; ALTER TABLE orders ADD COLUMN price NUMERIC(8, 2)",
         "ALTER TABLE orders DROP COLUMN price; ALTER TABLE orders ADD COLUMN price NUMERIC(8, 2) NOT NULL DEFAULT 0",
         "columns of orders", "found:    id integer, uid integer, at text, price numeric"),
        ("DROP INDEX ix_at", "CREATE INDEX ix_at ON orders (at)", "indexes of orders", "found:    none"),
        ("CREATE UNIQUE INDEX ix_more ON users (born)",
         "DROP INDEX ix_more", "indexes of users", "ix_more (born) unique"),
        ("CREATE TABLE spare (id INTEGER)", "DROP TABLE spare", "table or view spare", "expected: not there"),
        ("DROP VIEW names",
         "CREATE VIEW names AS SELECT name FROM users", "table or view names", "found:    not there"),
    ),
}  # fmt: skip


@EVERYWHERE
def test_each_kind_of_drift_is_found_and_named(dialect: str, request: pytest.FixtureRequest) -> None:
    database = database_of(request, dialect)
    target = target_of(dialect, database)
    steps = steps_of(dialect, *MADE[dialect])
    check = postcheck.render(steps, target, Schema.empty(dialect))
    run = database.client(script.render(steps, target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, dialect, check)
    assert said.fine, said.log
    for do, undo, about, found in DRIFTS[dialect]:
        by_hand(database, do)
        said = checked(database, dialect, check)
        assert not said.fine, do
        named = [failure for failure in said.failures if failure.partition("\n")[0].endswith(about)]
        assert any(found in failure for failure in named), (do, said.log)
        by_hand(database, undo)
        if dialect != "mariadb" or "COLUMN" not in do:  # there a column that comes back is the last one
            assert checked(database, dialect, check).fine, (undo, said.log)


KEYED = (
    "CREATE TABLE g1 (a INTEGER PRIMARY KEY, b INT); CREATE TABLE g2 (a INTEGER PRIMARY KEY AUTOINCREMENT);"
    " CREATE TABLE g3 (a TEXT PRIMARY KEY, b INT) WITHOUT ROWID; CREATE TABLE g4 (a INT PRIMARY KEY, b INT);"
    " CREATE TABLE g5 (a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;"
    " CREATE TABLE g6 (a INTEGER NOT NULL PRIMARY KEY, b INT NOT NULL); CREATE TABLE g7 (a INTEGER, PRIMARY KEY (a));"
    " CREATE TABLE g8 (a TEXT, b INTEGER, PRIMARY KEY (a, b)); CREATE TABLE g9 (A TEXT, PRIMARY KEY (a)) STRICT"
)
"""Each way in which a primary key may be NOT NULL, and may be shown so or not."""


def test_sqlite_s_primary_keys_hold_however_they_are_written(request: pytest.FixtureRequest) -> None:
    database = database_of(request, "sqlite")
    target, steps = target_of("sqlite", database), steps_of("sqlite", KEYED)
    check = postcheck.render(steps, target, Schema.empty("sqlite"))
    run = database.client(script.render(steps, target), *APPLYING["sqlite"])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, "sqlite", check)
    assert said.fine, said.log
    assert [f"ok   (a1): columns of g{number}" in said.lines for number in range(1, 10)] == [True] * 9
    by_hand(database, "DROP TABLE g6; CREATE TABLE g6 (a INTEGER NOT NULL PRIMARY KEY, b INT)")
    assert [each.partition("\n")[0] for each in checked(database, "sqlite", check).failures] == ["(a1): columns of g6"]


INDEXES = {
    "postgresql": (
        "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT, r INT4RANGE, EXCLUDE USING gist (r WITH &&),"
        " CONSTRAINT uq UNIQUE (a) INCLUDE (b));"
        " CREATE UNIQUE INDEX ux ON t (b); CREATE INDEX ix_part ON t (a) WHERE b > 0;"
        " CREATE INDEX ix_order ON t (a DESC, b NULLS FIRST, lower(c) DESC NULLS LAST) INCLUDE (c);"
        " CREATE INDEX ix_gin ON t USING gin (to_tsvector('english', c)); CREATE INDEX ix_hash ON t USING hash (c);"
        " CREATE UNIQUE INDEX ux_nulls ON t (a, c) NULLS NOT DISTINCT;"
        " CREATE UNIQUE INDEX ux_kept ON t (c, a) NULLS NOT DISTINCT;"
        " ALTER TABLE t ADD CONSTRAINT uq_kept UNIQUE USING INDEX ux_kept"
    ),
    "mariadb": (
        "CREATE TABLE t (a INTEGER, b VARCHAR(40), c TEXT, d BLOB, e VARCHAR(1000), KEY ix_t (c(20), a));"
        " CREATE UNIQUE INDEX ux ON t (b); CREATE INDEX ix_part ON t (b(10)); CREATE INDEX ix_all ON t (b(40));"
        " CREATE INDEX ix_d ON t (d(5), a); CREATE INDEX ix_e ON t (e); CREATE INDEX ix_order ON t (a DESC)"
    ),
    "sqlite": (
        "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT, UNIQUE (a, b)); CREATE UNIQUE INDEX ux ON t (b);"
        " CREATE INDEX ix_part ON t (a) WHERE b > 0; CREATE INDEX ix_order ON t (a DESC, lower(c), c)"
    ),
}
"""Indexes with all that is compared of them, and with what is not."""
OTHERS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "postgresql": (
        ("ux", "CREATE UNIQUE INDEX ux ON t (b) WHERE a > 0", "ux (b) unique", "ux (b) unique where"),
        ("ux", "CREATE UNIQUE INDEX ux ON t (b) INCLUDE (c)", "ux (b) unique", "ux (b, include c) unique"),
        ("ux", "CREATE UNIQUE INDEX ux ON t (b DESC)", "ux (b) unique", "ux (b desc) unique"),
        ("ux", "CREATE UNIQUE INDEX ux ON t (b NULLS FIRST)", "ux (b) unique", "ux (b nulls first) unique"),
        ("ux", "CREATE UNIQUE INDEX ux ON t (b) NULLS NOT DISTINCT", "ux (b) unique",
         "ux (b) unique nulls not distinct"),
        ("ix_part", "CREATE INDEX ix_part ON t (a)", "ix_part (a) where", "ix_part (a)"),
        ("ix_order", "CREATE INDEX ix_order ON t (a, b, lower(c))",
         "ix_order (a desc, b nulls first, ? desc nulls last, include c)", "ix_order (a, b, ?)"),
        ("ix_hash", "CREATE INDEX ix_hash ON t (c)", "ix_hash (c) using hash", "ix_hash (c)"),
    ),
    "mariadb": (
        ("ux", "CREATE UNIQUE INDEX ux ON t (b(10))", "ux (b) unique", "ux (b(10)) unique"),
        ("ix_part", "CREATE INDEX ix_part ON t (b)", "ix_part (b(10))", "ix_part (b)"),
        ("ix_t", "CREATE INDEX ix_t ON t (c(30), a)", "ix_t (c(20), a)", "ix_t (c(30), a)"),
    ),
    "sqlite": (
        ("ux", "CREATE UNIQUE INDEX ux ON t (b) WHERE a > 0", "ux (b) unique", "ux (b) unique where"),
        ("ix_part", "CREATE INDEX ix_part ON t (a)", "ix_part (a) where", "ix_part (a)"),
        ("ix_order", "CREATE INDEX ix_order ON t (a, lower(c), c)", "ix_order (a desc, ?, c)", "ix_order (a, ?, c)"),
    ),
}  # fmt: skip
"""What is dropped, what is made in its place, what was expected, what is found."""


@EVERYWHERE
def test_another_index_of_the_same_name_is_told_from_the_one_that_was_made(
    dialect: str, request: pytest.FixtureRequest
) -> None:
    database = database_of(request, dialect)
    target, steps = target_of(dialect, database), steps_of(dialect, INDEXES[dialect])
    check = postcheck.render(steps, target, Schema.empty(dialect))
    run = database.client(script.render(steps, target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, dialect, check)
    assert said.fine, said.log
    assert "ok   (a1): indexes of t" in said.lines
    on = " ON t" if dialect == "mariadb" else ""
    made = {each.split(" ON ")[0].split()[-1]: each.strip() for each in INDEXES[dialect].split(";")}
    made["ix_t"] = "CREATE INDEX ix_t ON t (c(20), a)"
    for name, other, wanted, found in OTHERS[dialect]:
        by_hand(database, f"DROP INDEX {name}{on}; {other}")
        said = checked(database, dialect, check)
        (failure,) = [each for each in said.failures if each.startswith("(a1): indexes of t\n")]
        _, expected, there = failure.split("\n")
        assert wanted in expected.removeprefix("expected: ").split("; "), failure
        assert found in there.removeprefix("found:    ").split("; "), failure
        by_hand(database, f"DROP INDEX {name}{on}; {made[name]}")
        said = checked(database, dialect, check)
        assert said.fine, said.log


@pytest.mark.parametrize("client", ["psql", "plain"])
def test_many_checks_are_asked_in_several_queries_and_told_in_one_result(
    client: str, request: pytest.FixtureRequest
) -> None:
    database = database_of(request, "postgresql")
    target = target_of("postgresql", database)
    steps = steps_of("postgresql", *("; ".join(f"CREATE TABLE t{r}{n} (id INT)" for n in range(50)) for r in "abcdef"))
    run = database.client(script.render(steps, target), *APPLYING["postgresql"])
    assert run.result.startswith("APPLIED"), run.log
    check = postcheck.render(steps, replace(target, client=client), Schema.empty("postgresql"))
    options = PASTED["postgresql"] if client == "plain" else OPTIONS["postgresql"]
    run = database.client(check, *options)
    told = [line.removeprefix("ok   (") for line in run.log.splitlines() if "): columns of " in line]
    assert told == [f"{r}{n}): columns of t{r}{k}" for n, r in enumerate("abcdef", start=1) for k in range(50)]
    assert run.result == "POSTCHECK OK: 1804 check(s) hold, 0 warning(s)"
    database.rows("DROP TABLE ta0; DROP TABLE tf49")
    run = database.client(check, *options)
    assert run.result.startswith("POSTCHECK FAILED: 12 of 1804 check(s) do not hold")
    assert [line for line in run.log.splitlines() if line.startswith("FAIL ") and "columns" in line] == [
        "FAIL (a1): columns of ta0",
        "FAIL (f6): columns of tf49",
    ]
    # Where one of the queries fails, no answer of a run before stands in for it.
    broken = check.replace("json_agg(asked)", "json_agg(nothing)", 1)
    run = database.client(check + broken, *PASTED["postgresql"])
    assert run.log.count("sqlgen result:") == 1


def test_nothing_is_compiled_for_queries_that_run_once(request: pytest.FixtureRequest) -> None:
    """Thousands of checks took a minute, and take two seconds."""
    database = database_of(request, "postgresql")
    target, steps = target_of("postgresql", database), steps_of("postgresql", "CREATE TABLE t (id INTEGER)")
    told = "SHOW jit;\n"
    assert database.client(told, *PASTED["postgresql"]).log.strip() == "on"
    check = postcheck.render(steps, replace(target, client="plain"), Schema.empty("postgresql"))
    assert database.client(check + told, *PASTED["postgresql"]).log.splitlines()[-1] == "off"


@pytest.mark.parametrize("seed", [3, 8])
@pytest.mark.parametrize("dialect", ["postgresql", "mariadb"])
def test_it_holds_behind_any_history_of_ddl(dialect: str, seed: int, request: pytest.FixtureRequest) -> None:
    """Statements that the server refuses are no part of it."""
    database = database_of(request, dialect)
    done = []
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        for sql in history(seed, dialect):
            with suppress(psycopg2.Error, pymysql.Error):
                cursor.execute(sql)
                done.append(sql)
    assert len(done) > 8
    database.rows("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    database.rows("INSERT INTO alembic_version VALUES ('a1')")
    steps = steps_of(dialect, "; ".join(done))
    said = checked(database, dialect, postcheck.render(steps, target_of(dialect, database), Schema.empty(dialect)))
    assert said.fine, said.log
    assert not any("known only in part" in line for line in said.lines)
    assert any("): columns of " in line for line in said.lines)


def test_behind_a_gate_nothing_is_claimed_that_it_may_have_changed(request: pytest.FixtureRequest) -> None:
    database = database_of(request, "postgresql")
    target = target_of("postgresql", database)
    first, second, third = steps_of(
        "postgresql",
        "CREATE TABLE a (id INTEGER); CREATE INDEX ix ON a (id)",
        "DROP INDEX ix",
        "CREATE TABLE b (id INTEGER)",
    )
    run = database.client(script.render((first, second, third), target), *APPLYING["postgresql"])
    assert run.result.startswith("APPLIED"), run.log
    gap = replace(second, items=(), gap=Gap("reads rows", None, None))
    said = checked(database, "postgresql", postcheck.render((first, gap, third), target, Schema.empty("postgresql")))
    assert said.fine, said.log
    assert "note (a1): whether table a is there" in said.lines
    assert "ok   (c3): columns of b" in said.lines


def by_hand(database: Any, sql: str) -> None:
    for statement in sql.split("; "):
        database.rows(statement)


@EVERYWHERE
def test_where_it_stands_elsewhere_the_version_table_says_so(dialect: str, request: pytest.FixtureRequest) -> None:
    database = database_of(request, dialect)
    target = target_of(dialect, database)
    steps = steps_of(dialect, *MADE[dialect])
    check = postcheck.render(steps, target, Schema.empty(dialect))
    run = database.client(script.render(steps[:3], target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, dialect, check)
    assert not said.fine
    assert "the revision that the database is at\nexpected: d4\nfound:    c3" in said.failures
    for wrong in ("INSERT INTO alembic_version VALUES ('d4')", "DELETE FROM alembic_version"):
        database.rows(wrong)
        said = checked(database, dialect, check)
        assert any(line.startswith("the revision that the database is at\nexpected: d4\n") for line in said.failures)
    elsewhere = replace(target, database="another")
    said = checked(database, dialect, postcheck.render(steps, elsewhere, Schema.empty(dialect)))
    assert any("expected: another" in failure for failure in said.failures)


@EVERYWHERE
def test_what_is_known_only_in_part_is_said_and_what_the_range_made_of_it_is_asked(
    dialect: str, request: pytest.FixtureRequest
) -> None:
    """Nothing is known of what stands before the range."""
    database = database_of(request, dialect)
    target = target_of(dialect, database)
    first, *rest = steps_of(
        dialect,
        "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, old INTEGER)",
        "ALTER TABLE users ADD COLUMN born DATE; CREATE INDEX ix_born ON users (born)",
    )
    run = database.client(script.render([first, *rest], target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    check = postcheck.render(rest, target, Schema(dialect))
    said = checked(database, dialect, check)
    assert said.fine, said.log
    assert "note (b2): table users, which is known only in part" in said.lines
    assert "ok   (b2): index ix_born of users: there" in said.lines
    database.rows("DROP INDEX ix_born" + (" ON users" if dialect == "mariadb" else ""))
    said = checked(database, dialect, check)
    assert said.failures == ("(b2): index ix_born of users\nexpected: there\nfound:    not there",)
