"""PostgreSQL's lines where no server is needed: what decides between them, and what is asked of the schema.

What they claim is run on servers: tests/servers/test_effects_postgresql.py, tests/servers/test_types_postgresql.py.
"""

from __future__ import annotations

import typing
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.effects import Blocks, Commits, Effect, Lock, Server, Work, effect, type_change
from sqlgen.facts.vocabulary import AddColumn, Column, Fact, Name, Select
from sqlgen.linting import read_file
from sqlgen.schema import Schema

SETUP = """
CREATE TYPE state AS ENUM ('new', 'cancelled');
CREATE DOMAIN email AS varchar(200);
CREATE DOMAIN percent AS integer CHECK (VALUE <= 100);
CREATE DOMAIN counted AS bigint DEFAULT nextval('s');
CREATE TABLE users (id integer PRIMARY KEY, name varchar(20), mail email, state state, born timestamp);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users, amount integer NOT NULL DEFAULT 0);
CREATE INDEX orders_amount ON orders (amount);
"""


def facts_of(sql: str) -> list[Fact]:
    return [fact for item in read_file(sql, "migration.sql", "postgresql").items for fact in item.facts]


def schema_after(setup: str) -> Schema:
    schema = Schema("postgresql")
    for fact in facts_of(setup):
        schema.apply(fact)
    return schema


def of(sql: str, setup: str = SETUP, version: int | None = 15) -> Effect:
    """The effect of a statement of one fact."""
    (fact,) = facts_of(sql)
    return effect(fact, schema_after(setup), Server("postgresql", None if version is None else (version,)))


# ---- what decides

LINES = [
    ("ALTER TABLE users ADD COLUMN x counted", "add-column-volatile-default"),
    ("ALTER TABLE users ADD COLUMN x percent", "add-column-constrained-domain"),
    ("ALTER TABLE users ADD COLUMN x email", "add-column"),
    ("ALTER TABLE users ADD COLUMN x integer DEFAULT ours()", "add-column-unknown-default"),
    ("ALTER TABLE users ALTER COLUMN mail TYPE text", "alter-column-type-metadata"),
    ("ALTER TABLE users ALTER COLUMN mail TYPE varchar(100)", "alter-column-type-rewrite"),
    ("ALTER TABLE users ALTER COLUMN state TYPE integer", "alter-column-type-refused"),
    ("ALTER TABLE users ALTER COLUMN state TYPE vector(3)", "alter-column-type-unknown"),
    ("ALTER TABLE strangers ALTER COLUMN x TYPE bigint", "alter-column-type-unknown"),
    ("ALTER TABLE users ALTER COLUMN name SET NOT NULL", "set-not-null"),
    ("ALTER TABLE users ALTER COLUMN id SET NOT NULL", "set-not-null-proven"),
    ("ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey", "drop-foreign-key"),
    ("SELECT ours()", "select-unknown-function"),
    ("SELECT setval('s', 5)", "select"),
    ("VACUUM (FULL) users", "vacuum-full"),
    ("ALTER TABLE users SET SCHEMA other", "set-schema"),
    ("ALTER TABLE users ENABLE ALWAYS TRIGGER t", "enable-trigger"),
    ('ALTER TABLE users ALTER COLUMN "SET STORAGE" SET STATISTICS 5', "set-statistics"),
]


@pytest.mark.parametrize(("sql", "line"), LINES)
def test_the_line_is_chosen_by_what_is_known(sql: str, line: str) -> None:
    assert of(sql).line == line


def test_not_null_breaks_old_code_unless_there_is_a_default() -> None:
    setup = SETUP + "ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL;"

    assert of("ALTER TABLE users ALTER COLUMN name SET NOT NULL").breaks
    assert not of("ALTER TABLE orders ALTER COLUMN amount SET NOT NULL", setup).breaks
    assert of("ALTER TABLE users ADD COLUMN x integer NOT NULL").breaks
    assert not of("ALTER TABLE users ADD COLUMN x integer NOT NULL DEFAULT 1").breaks


def test_a_wider_type_breaks_nothing_and_another_one_does() -> None:
    assert not of("ALTER TABLE orders ALTER COLUMN amount TYPE bigint").breaks
    assert not of("ALTER TABLE users ALTER COLUMN name TYPE text").breaks
    assert not of("ALTER TABLE users ALTER COLUMN mail TYPE text").breaks
    assert of("ALTER TABLE orders ALTER COLUMN amount TYPE text").breaks
    assert of("ALTER TABLE orders ALTER COLUMN amount TYPE smallint").breaks


def test_what_a_cast_cuts_is_gone_and_what_an_expression_makes_of_it_is_not_known() -> None:
    cut = of("ALTER TABLE users ALTER COLUMN name TYPE varchar(2) USING name::varchar(2)")
    made = of("ALTER TABLE users ALTER COLUMN name TYPE varchar(2) USING substr(name, 1, 2)")

    assert (cut.destroys, cut.reversible) == (True, False)
    assert (made.destroys, made.reversible) == (False, False)


def test_a_foreign_key_that_goes_locks_the_other_table() -> None:
    other = Lock(Name("users"), "ACCESS EXCLUSIVE", Blocks.ALL)

    assert other in of("DROP TABLE orders").locks
    assert other in of("ALTER TABLE orders DROP COLUMN user_id").locks
    assert other in of("ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey").locks
    assert other not in of("ALTER TABLE orders DROP COLUMN amount").locks


def test_an_index_that_is_dropped_locks_its_table_and_stands_for_it_where_that_is_not_known() -> None:
    assert of("DROP INDEX orders_amount").blocks(Name("orders")) is Blocks.ALL
    assert of("DROP INDEX strange").locks == (Lock(Name("strange"), "ACCESS EXCLUSIVE", Blocks.ALL),)


def test_reindexing_keeps_queries_waiting_though_its_mode_would_not() -> None:
    lock = of("REINDEX TABLE orders").lock(Name("orders"))

    assert lock == Lock(Name("orders"), "SHARE", Blocks.ALL)


def test_what_is_refused_inside_a_transaction_is_alone() -> None:
    for sql in ("CREATE INDEX CONCURRENTLY i ON users (name)", "VACUUM", "REINDEX DATABASE shop", "CREATE DATABASE x"):
        assert of(sql).commits is Commits.ALONE, sql
    assert of("ALTER TYPE state ADD VALUE 'sent'").commits is Commits.WITH


def test_a_version_that_nobody_said_is_the_oldest() -> None:
    setup = "CREATE TABLE d (n int) PARTITION BY RANGE (n); CREATE TABLE d1 PARTITION OF d FOR VALUES FROM (1) TO (2);"
    sql = "ALTER TABLE d DETACH PARTITION d1"

    assert of(sql, setup, None) == of(sql, setup, 12) != of(sql, setup, 14)


# ---- USING

USING = [
    ("name", "NONE"),
    ("name::varchar(20)", "NONE"),
    ('("users"."name")', "NONE"),
    ("CAST(name AS varchar(20))", "NONE"),
    ("name::text::varchar(20)", "REWRITE"),
    ("name::varchar(10)", "REWRITE"),
    ("upper(name)", "REWRITE"),
    ("other", "REWRITE"),
    ("name || name::text", "REWRITE"),
    ("name::text || 'x'", "REWRITE"),
    ("", "REWRITE"),
    ("(name", "REWRITE"),
]


@pytest.mark.parametrize(("using", "work"), USING)
def test_using_that_is_no_more_than_casts_is_read(using: str, work: str) -> None:
    found = type_change("varchar(20)", "varchar(20)", Server("postgresql"), column="name", using=using)

    assert found.work.name == work


def test_a_cast_that_is_written_cuts_where_an_assignment_fails() -> None:
    server = Server("postgresql")
    assigned = type_change("varchar(20)", "varchar(5)", server, column="c")
    cast = type_change("varchar(20)", "varchar(5)", server, column="c", using="c::varchar(5)")

    assert (assigned.may_fail, assigned.loses) == (True, False)
    assert (cast.may_fail, cast.loses) == (False, True)


def test_a_timestamp_taken_in_a_zone_loses_nothing() -> None:
    server = Server("postgresql")

    assert type_change("timestamp", "timestamptz", server, column="c").loses
    assert not type_change("timestamp", "timestamptz", server, column="c", using="c AT TIME ZONE 'UTC'").loses


# ---- what is asked of the schema

UNASKED = [
    "ALTER TABLE t ADD COLUMN x integer",
    "ALTER TABLE t ADD COLUMN x varchar(20) NOT NULL DEFAULT ''",
    "ALTER TABLE t RENAME COLUMN x TO y",
    "ALTER TABLE t ALTER COLUMN x DROP NOT NULL",
    "ALTER TABLE t ALTER COLUMN x SET DEFAULT 1",
    "ALTER TABLE t SET (fillfactor = 70)",
    "ALTER TABLE t RENAME TO u",
    "CREATE TABLE t (id integer PRIMARY KEY)",
    "CREATE TYPE x AS ENUM ('a')",
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET x = 1",
    "DELETE FROM t",
    "TRUNCATE t",
    "SELECT 1",
    "COMMENT ON TABLE t IS 'x'",
    "GRANT SELECT ON t TO public",
    "SET lock_timeout = '5s'",
]


@pytest.mark.parametrize("sql", UNASKED)
def test_what_came_before_is_asked_for_only_where_it_decides(sql: str) -> None:
    def start() -> Schema:
        raise AssertionError("a history would be replayed")

    (fact,) = facts_of(sql)

    effect(fact, Schema("postgresql", start), Server("postgresql"))


# ---- laws

WORDS = st.sampled_from(
    ["", " ", "(", ")", '"', "a", "'", "a.b", "::", "SET (", "ALTER COLUMN", "ALL", "ON", "TO", "INHERIT", "::int",
     "ALTER COLUMN a SET", "CAST(", "numeric(", "numeric(5,-2)", "varchar(x)", "[]", "interval day to second(3)"]
) | st.text(max_size=12)  # fmt: skip


def _values(kind: object) -> st.SearchStrategy[typing.Any]:
    """Values of a field's type; types of our own get built in turn."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is str:
        return WORDS
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return st.lists(_values(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_values, arguments))
    if arguments:
        return st.one_of(*map(_values, arguments))
    if kind is type(None):
        return st.none()
    if hasattr(kind, "__dataclass_fields__"):
        return _made(kind)
    return st.from_type(typing.cast("type", kind))


def _made(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    hints = typing.get_type_hints(kind)
    return st.deferred(lambda: st.builds(kind, **{one.name: _values(hints[one.name]) for one in fields(kind)}))


@given(fact=st.one_of(*map(_made, typing.get_args(Fact))), version=st.sampled_from([None, 12, 15, 18]))
def test_every_fact_has_an_effect(fact: Fact, version: int | None) -> None:
    server = Server("postgresql", None if version is None else (version,))

    assert isinstance(effect(fact, schema_after(SETUP), server), Effect)


@given(old=WORDS, new=WORDS, using=st.none() | WORDS, column=WORDS)
def test_every_two_types_have_a_cell(old: str, new: str, using: str | None, column: str) -> None:
    found = type_change(old, new, Server("postgresql"), column=column, using=using, schema=schema_after(SETUP))

    assert found.sources


def test_rows_are_worked_on_in_some_table_wherever_there_is_work() -> None:
    assert effect(
        AddColumn(Name("t"), Column("x", "serial", generated="serial")), Schema("postgresql"), Server("postgresql")
    ).worked_on
    assert effect(Select(("ours",)), Schema("postgresql"), Server("postgresql")).work is Work.UNKNOWN
