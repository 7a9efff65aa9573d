"""Each touched table before and after, and what refers to what: held against definitions written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sqlgen.review.document import model
from sqlgen.review.document.stats import Stats, TableStats
from sqlgen.review.document.tables import tables
from tests.unit import ranges


def of(*revisions: str | None, stats: Stats | None = None, **more: object) -> tuple[model.TableView, ...]:
    made = replace(ranges.source(*revisions, **more), stats=stats)  # type: ignore[arg-type]
    return tables(made)


def lines(view: model.TableView) -> list[str]:
    """As in a diff."""
    return [
        f"  {one.name}: {one.after}"
        if one.before == one.after
        else f"+ {one.name}: {one.after}"
        if one.before is None
        else f"- {one.name}: {one.before}"
        if one.after is None
        else f"~ {one.name}: {one.before} => {one.after}"
        for one in view.lines
    ]


def states(found: tuple[model.TableView, ...]) -> list[tuple[str, str | None, str]]:
    return [(one.name, one.was, one.state) for one in found]


def test_what_stays_what_comes_and_what_goes() -> None:
    (view,) = of("ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN n INTEGER DEFAULT 0 NOT NULL")
    assert (view.state, view.complete, view.statements) == ("changed", True, (1, 2))
    assert lines(view) == [
        "  id: INTEGER NOT NULL",
        "- email: VARCHAR(200)",
        "  phone: VARCHAR(40)",
        "+ n: INTEGER DEFAULT 0 NOT NULL",
        "  users_pkey: PRIMARY KEY (id)",
    ]


def test_tables_that_come_go_and_keep_their_columns() -> None:
    found = of("CREATE TABLE t (id INTEGER)", "DROP TABLE users", "UPDATE books SET title = 'x' WHERE id = 1")
    assert states(found) == [("t", None, "new"), ("users", None, "dropped"), ("books", None, "rows")]
    assert {line[0] for line in lines(found[0])} == {"+"}
    assert {line[0] for line in lines(found[1])} == {"-"}
    assert {line[0] for line in lines(found[2])} == {" "}


def test_names_that_change() -> None:
    (view,) = of(
        "ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME COLUMN email TO mail",
        "ALTER TABLE people RENAME COLUMN mail TO address; ALTER TABLE people ALTER COLUMN address SET NOT NULL",
    )
    assert (view.name, view.was, view.state, view.statements) == ("people", "users", "changed", (1, 2, 3, 4))
    assert lines(view)[1] == "~ address: email VARCHAR(200) => address VARCHAR(200) NOT NULL"


def test_a_column_that_is_made_again_is_another_one() -> None:
    (view,) = of("ALTER TABLE users DROP COLUMN phone; ALTER TABLE users ADD COLUMN phone VARCHAR(40)")
    assert lines(view)[2:4] == ["- phone: VARCHAR(40)", "+ phone: VARCHAR(40)"]
    swapped = (
        "ALTER TABLE users RENAME COLUMN email TO x; ALTER TABLE users RENAME COLUMN phone TO email;"
        "ALTER TABLE users RENAME COLUMN x TO phone"
    )
    (view,) = of(swapped)
    assert lines(view)[1:3] == [
        "~ phone: email VARCHAR(200) => phone VARCHAR(200)",
        "~ email: phone VARCHAR(40) => email VARCHAR(40)",
    ]


def test_tables_that_swap_their_names_stay_themselves() -> None:
    found = of("ALTER TABLE users RENAME TO a; ALTER TABLE books RENAME TO users; ALTER TABLE a RENAME TO books")
    assert [(one.name, one.was) for one in found] == [("books", "users"), ("users", "books")]
    assert lines(found[1])[1] == "  title: VARCHAR(200) NOT NULL"


def test_what_comes_and_goes_again_is_not_shown() -> None:
    assert of("CREATE TABLE t (id INTEGER); DROP TABLE t") == ()
    assert of("CREATE TEMPORARY TABLE t (id INTEGER)") == ()
    again = of("DROP TABLE users; CREATE TABLE users (id INTEGER)")
    assert states(again) == [("users", None, "dropped"), ("users", None, "new")]


def test_the_copies_of_a_rebuild_are_no_tables() -> None:
    (view,) = of(
        "CREATE TABLE _alembic_tmp_users (id INTEGER PRIMARY KEY, email VARCHAR(200) NOT NULL, fax TEXT);"
        "INSERT INTO _alembic_tmp_users (id, email) SELECT id, email FROM users; DROP TABLE users;"
        "ALTER TABLE _alembic_tmp_users RENAME TO users; CREATE INDEX i ON users (fax)",
        dialect="sqlite",
    )
    assert (view.name, view.was, view.state, view.statements) == ("users", None, "changed", (1, 2, 3, 4, 5))
    assert lines(view) == [
        "  id: INTEGER NOT NULL",
        "~ email: VARCHAR(200) => VARCHAR(200) NOT NULL",
        "- phone: VARCHAR(40)",
        "+ fax: TEXT",
        "  : PRIMARY KEY (id)",
        "+ i: INDEX (fax)",
    ]


def test_what_is_not_known_is_said() -> None:
    (view,) = of("ALTER TABLE users ADD COLUMN n INTEGER", before=None)
    assert (view.state, view.complete, lines(view)) == ("unknown", False, ["+ n: INTEGER"])
    (view,) = of("CALL tidy()", "ALTER TABLE users ADD COLUMN n INTEGER")
    assert not view.complete


def test_a_view_is_no_table() -> None:
    before = f"{ranges.SHOP} CREATE VIEW v AS SELECT id FROM users;"
    assert of("UPDATE v SET id = 1 WHERE id = 2", before=before) == ()


@pytest.mark.parametrize(
    ("dialect", "column", "text"),
    [
        ("postgresql", "n INTEGER GENERATED ALWAYS AS IDENTITY (START WITH 5)",
         "INTEGER GENERATED ALWAYS AS IDENTITY (START 5) NOT NULL"),
        ("postgresql", "n TEXT COLLATE \"C\" DEFAULT 'it''s'", "TEXT COLLATE \"C\" DEFAULT 'it''s'"),
        ("postgresql", "n INTEGER GENERATED ALWAYS AS (id * 2) STORED", "INTEGER GENERATED ALWAYS AS (id * 2) STORED"),
        ("mariadb", "n INTEGER NOT NULL DEFAULT 1 COMMENT 'it''s'", "INTEGER DEFAULT 1 NOT NULL COMMENT 'it''s'"),
        ("mysql", "n INT INVISIBLE", "INT INVISIBLE"),
        ("mysql", "n TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP", "TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        ("sqlite", "n INTEGER AS (id + 1) VIRTUAL", "INTEGER GENERATED ALWAYS AS (id + 1) VIRTUAL"),
        ("mssql", "n INT IDENTITY(5,2)", "INT IDENTITY(5,2) NOT NULL"),
        ("oracle", "n NUMBER GENERATED BY DEFAULT AS IDENTITY", "NUMBER GENERATED BY DEFAULT AS IDENTITY NOT NULL"),
    ],
)  # fmt: skip
def test_columns_as_the_engine_says_them(dialect: str, column: str, text: str) -> None:
    words = "" if dialect in ("mssql", "oracle") else "COLUMN "
    (view,) = of(f"ALTER TABLE users ADD {words}{column}", dialect=dialect)
    assert next(one.after for one in view.lines if one.name == "n") == text


@pytest.mark.parametrize(
    ("dialect", "sql", "text"),
    [
        ("postgresql", "ALTER TABLE users ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (email) INCLUDE (phone)",
         "UNIQUE NULLS NOT DISTINCT (email) INCLUDE (phone)"),
        ("postgresql", "ALTER TABLE users ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES books (id) ON DELETE SET NULL "
         "DEFERRABLE INITIALLY DEFERRED NOT VALID",
         "FOREIGN KEY (id) REFERENCES books (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID"),
        ("postgresql", "ALTER TABLE users ADD CONSTRAINT k CHECK (id > 0)", "CHECK (id > 0)"),
        ("postgresql", "CREATE UNIQUE INDEX k ON users (lower(email), phone DESC) WHERE id > 0",
         "UNIQUE INDEX (lower(email), phone DESC) WHERE id > 0"),
        ("postgresql", "CREATE INDEX k ON users USING gin (email gin_trgm_ops)",
         "INDEX USING gin (email gin_trgm_ops)"),
        ("mysql", "CREATE FULLTEXT INDEX k ON users (email)", "FULLTEXT INDEX (email)"),
        ("mysql", "CREATE INDEX k ON users (email(10))", "INDEX (email(10))"),
        ("mssql", "CREATE CLUSTERED INDEX k ON users (email) INCLUDE (phone)",
         "CLUSTERED INDEX (email) INCLUDE (phone)"),
    ],
)  # fmt: skip
def test_keys_and_indexes_as_the_engine_says_them(dialect: str, sql: str, text: str) -> None:
    (view,) = of(sql, dialect=dialect)
    assert next(one.after for one in view.lines if one.name == "k") == text


def test_an_index_that_gets_another_name() -> None:
    before = f"{ranges.SHOP} CREATE INDEX a ON users (email);"
    (view,) = of("ALTER INDEX a RENAME TO b", before=before)
    assert lines(view)[-1] == "~ b: a INDEX (email) => b INDEX (email)"


def test_what_is_said_of_a_table_itself() -> None:
    (view,) = of("COMMENT ON TABLE users IS 'all of them'")
    assert lines(view)[-1] == "+ COMMENT: 'all of them'"


# ---- what refers to what


def linked(view: model.TableView) -> list[str]:
    return [f"{one.state}: {one.table}{list(one.columns)} -> {one.to}{list(one.to_columns)}" for one in view.links]


KEYS = f"""{ranges.SHOP}
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users, book_id INTEGER REFERENCES books (id));
"""


def test_links_stay_come_and_go() -> None:
    found = of(
        "ALTER TABLE users RENAME TO people; ALTER TABLE orders RENAME COLUMN user_id TO person",
        "ALTER TABLE orders DROP COLUMN book_id; ALTER TABLE books ADD COLUMN owner INTEGER REFERENCES people (id)",
        before=KEYS,
    )
    assert [one.name for one in found] == ["people", "orders", "books"]
    assert linked(found[0]) == [
        "new: books['owner'] -> people['id']",
        "stays: orders['person'] -> people['id']",
    ]
    assert linked(found[1]) == ["stays: orders['person'] -> people['id']", "gone: orders['book_id'] -> books['id']"]
    assert linked(found[2]) == ["new: books['owner'] -> people['id']", "gone: orders['book_id'] -> books['id']"]


def test_links_of_a_dropped_table_are_those_that_it_had() -> None:
    (view,) = of("DROP TABLE orders", before=KEYS)
    assert linked(view) == ["gone: orders['user_id'] -> users['id']", "gone: orders['book_id'] -> books['id']"]


def test_a_table_that_refers_to_itself_has_one_link() -> None:
    (view,) = of("CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t (id))")
    assert linked(view) == ["new: t['parent'] -> t['id']"]


# ---- sizes


def test_sizes_are_those_of_the_table_as_it_is_called_before() -> None:
    stats = Stats("PostgreSQL 16", "2026-01-01", (TableStats("users", "public", 5, 600), TableStats("t", None, 1, 1)))
    found = of("ALTER TABLE users RENAME TO people; CREATE TABLE t (id INTEGER)", "DROP TABLE books", stats=stats)
    assert [(one.name, one.rows, one.bytes) for one in found] == [
        ("people", 5, 600),
        ("t", None, None),
        ("books", None, None),
    ]
