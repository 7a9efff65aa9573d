"""Law: folding what the reader says of statements gives the schema that SQLite has after running them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from sqlgen.facts import read
from sqlgen.facts.vocabulary import Opaque
from sqlgen.schema import Schema
from sqlgen.statements import split

TABLE = st.sampled_from(["t", "u", '"V w"', "main.T"])
COLUMN = st.sampled_from(["a", "B", '"c d"', "[e]", "key"])
TYPE = st.sampled_from(["INTEGER", "VARCHAR(30)", "DOUBLE PRECISION", "", "NUMERIC(10, 2)"])
ATTRIBUTE = st.sampled_from(
    ["", "NOT NULL", "DEFAULT 1 NOT NULL", "DEFAULT 'a,b)'", "CHECK (1 IN (0, 1))", "UNIQUE", "NULL", "COLLATE NOCASE"]
)
DEFINITION = st.builds("{} {} {}".format, COLUMN, TYPE, ATTRIBUTE)
STATEMENT = st.one_of(
    st.builds("CREATE TABLE {} ({})".format, TABLE, st.lists(DEFINITION, min_size=1, max_size=4).map(", ".join)),
    st.builds("CREATE TABLE IF NOT EXISTS {} ({}, CHECK (1 > 0))".format, TABLE, DEFINITION),
    st.builds("ALTER TABLE {} ADD COLUMN {}".format, TABLE, DEFINITION),
    st.builds("ALTER TABLE {} DROP COLUMN {}".format, TABLE, COLUMN),
    st.builds("ALTER TABLE {} RENAME COLUMN {} TO {}".format, TABLE, COLUMN, COLUMN),
    st.builds("ALTER TABLE {} RENAME TO {}".format, TABLE, st.sampled_from(["t", "x", '"V w"'])),
    st.builds("DROP TABLE IF EXISTS {}".format, TABLE),
    st.builds("CREATE INDEX ix ON {} ({} DESC)".format, st.sampled_from(["t", "u"]), COLUMN),
    st.just("DROP INDEX ix"),
)


@settings(deadline=None)  # the first example loads sqlite3's library and the reader
@given(st.lists(STATEMENT, max_size=12))
def test_the_folded_schema_is_the_one_that_sqlite_has(statements: list[str]) -> None:
    schema = Schema("sqlite")
    with closing(sqlite3.connect(":memory:")) as connection:
        for sql in statements:
            try:
                connection.execute(sql)
            except sqlite3.Error:
                continue  # what the engine refuses changes nothing
            for fact in read(split(sql, "sqlite")[0], "sqlite"):
                assert not isinstance(fact, Opaque)
                schema.apply(fact)
        assert {table.name.name.lower(): _folded(table.columns) for table in schema.tables()} == {
            name.lower(): [
                (column, type_, bool(not_null), default)
                for _, column, type_, not_null, default, _ in connection.execute(
                    f"SELECT * FROM pragma_table_info('{name}')"
                )
            ]
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        }
        indexes = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%'").fetchall()
        assert [(index.name,) for table in schema.tables() for index in table.indexes] == indexes


def _folded(columns: tuple) -> list[tuple[str, str, bool, str | None]]:  # type: ignore[type-arg]
    return [
        (
            column.name,
            " ".join((column.type or "").split()),
            not column.nullable,
            None if column.default is None else column.default.text,
        )
        for column in columns
    ]
