"""What the rules about one engine say of it, held against that engine: SQLite and MariaDB.

Each statement is judged by the rules and run; both must say the same.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pymysql
import pytest

from sqlgen.lint import engine
from sqlgen.lint.book import Book, load
from sqlgen.linting import read_file
from sqlgen.schema import Schema


@pytest.fixture(scope="module")
def book() -> Book:
    return load(["standard"], root=Path())


def _rules(book: Book, dialect: str, history: str, sql: str, server: tuple[int, ...], runs: str = "bundle") -> set[str]:
    """The rules that speak of a script; `history` is what stands in the database before it."""
    start = Schema(dialect)
    for item in read_file(history, "history.sql", dialect).items:
        for fact in item.facts:
            start.apply(fact)
    found = engine.lint(
        [read_file(sql, "script.sql", dialect)],
        book,
        dialect=dialect,
        server_version=server,
        runs=runs,
        schema=Schema(dialect, lambda: start),
        today=date(2026, 11, 21),
    )
    return {finding.rule for finding in found}


# ---- SQLite

ADD_COLUMN = [
    ("x TEXT", None),
    ("x TEXT UNIQUE", "Cannot add a UNIQUE column"),
    ("x INTEGER PRIMARY KEY", "Cannot add a PRIMARY KEY column"),
    ("x TEXT DEFAULT CURRENT_TIMESTAMP", "Cannot add a column with non-constant default"),
    ("x INTEGER DEFAULT (1 + 1)", "Cannot add a column with non-constant default"),
    ("x INTEGER DEFAULT (7)", None),
    ("x INTEGER DEFAULT (-7.5)", None),
    ("x TEXT DEFAULT ('it''s')", None),
    ("x TEXT DEFAULT ('a' || 'b')", "Cannot add a column with non-constant default"),
    ("x BOOLEAN DEFAULT (TRUE)", None),
    ("x TEXT DEFAULT NULL", None),
    ("x INTEGER GENERATED ALWAYS AS (id) STORED", "cannot add a STORED column"),
    ("x INTEGER GENERATED ALWAYS AS (id) VIRTUAL", None),
    ("x INTEGER REFERENCES users (id)", None),
    ("x INTEGER DEFAULT 1 REFERENCES users (id)", "Cannot add a REFERENCES column with non-NULL default value"),
]


@pytest.mark.parametrize(("column", "refused"), ADD_COLUMN)
def test_a_column_that_sqlite_refuses_is_reported(column: str, refused: str | None, book: Book) -> None:
    history = "CREATE TABLE users (id INTEGER PRIMARY KEY);"
    script = f"PRAGMA foreign_keys = ON; ALTER TABLE users ADD COLUMN {column}"
    said = None
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(f"{history} INSERT INTO users VALUES (1);")
        try:
            connection.executescript(script)
        except sqlite3.OperationalError as error:
            said = str(error)

    assert said == refused
    assert ("sqlite-add-column-limits" in _rules(book, "sqlite", history, script, (3, 40))) is (refused is not None)


def test_only_unique_and_primary_key_are_refused_for_a_table_without_rows() -> None:
    for column, refused in ADD_COLUMN:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
            try:
                connection.execute(f"ALTER TABLE users ADD COLUMN {column}")
                failed = False
            except sqlite3.OperationalError:
                failed = True
        assert failed is (refused is not None and ("UNIQUE" in refused or "PRIMARY" in refused)), column


def test_the_pragma_of_foreign_keys_does_nothing_in_a_transaction(book: Book) -> None:
    script = "PRAGMA foreign_keys = ON; BEGIN; PRAGMA foreign_keys = OFF;"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in script.split(";"):
            connection.execute(statement)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)

    assert "sqlite-fk-pragma-in-tx" in _rules(book, "sqlite", "", script, (3, 40))


PEOPLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER CHECK (age > 0), email TEXT COLLATE NOCASE);"
COPY = """CREATE TABLE copy (id INTEGER PRIMARY KEY, {rest});
INSERT INTO copy (id, age, email) SELECT id, age, email FROM users;
DROP TABLE users;
ALTER TABLE copy RENAME TO users;"""
WHOLE = "age INTEGER CHECK (age > 0), email TEXT COLLATE NOCASE"
REFERRER = "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) {action});"
REBUILDS = [
    ("", COPY.format(rest=WHOLE), False),
    ("", COPY.format(rest="age INTEGER, email TEXT COLLATE NOCASE"), True),
    ("", COPY.format(rest="age INTEGER CHECK (age > 0), email TEXT"), True),
    ("CREATE VIEW ages AS SELECT age FROM users;", COPY.format(rest=WHOLE), True),
    (
        "CREATE VIEW ages AS SELECT age FROM users;",
        f"DROP VIEW ages; {COPY.format(rest=WHOLE)} CREATE VIEW ages AS SELECT age FROM users;",
        False,
    ),
    ("CREATE VIEW ages AS SELECT age FROM users;", f"PRAGMA legacy_alter_table = ON; {COPY.format(rest=WHOLE)}", False),
    (REFERRER.format(action=""), COPY.format(rest=WHOLE), False),
    (REFERRER.format(action=""), f"PRAGMA foreign_keys = ON; {COPY.format(rest=WHOLE)}", True),
    (REFERRER.format(action="ON DELETE CASCADE"), f"PRAGMA foreign_keys = ON; {COPY.format(rest=WHOLE)}", True),
    (REFERRER.format(action="ON DELETE SET NULL"), f"PRAGMA foreign_keys = ON; {COPY.format(rest=WHOLE)}", True),
    ("CREATE INDEX lower ON users (lower(email));", COPY.format(rest=WHOLE), True),
    (
        "CREATE INDEX lower ON users (lower(email));",
        f"{COPY.format(rest=WHOLE)} CREATE INDEX lower ON users (lower(email));",
        False,
    ),
    (
        "CREATE INDEX old ON users (age) WHERE age > 65;",
        f"{COPY.format(rest=WHOLE)} CREATE INDEX old ON users (age);",
        True,
    ),
]


@pytest.mark.parametrize(("more", "script", "harm"), REBUILDS)
def test_a_rebuild_is_reported_just_when_it_loses_something_or_fails(
    more: str, script: str, harm: bool, book: Book
) -> None:
    def told(connection: sqlite3.Connection) -> list[Any]:
        """Whether -1 is refused, whether a search finds other capitals, who refers, which indexes there are."""
        try:
            connection.execute("INSERT INTO users (age) VALUES (-1)")
            checked = False
        except sqlite3.IntegrityError:
            checked = True
        found = connection.execute("SELECT count(*) FROM users WHERE email = 'ANN'").fetchone()
        rows = connection.execute("SELECT * FROM orders").fetchall() if "orders" in more else []
        made = connection.execute("SELECT sql FROM sqlite_master WHERE type IN ('index', 'view')").fetchall()
        return [checked, found, rows, made]

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(f"{PEOPLE} {more} INSERT INTO users VALUES (1, 20, 'ann');")
        if "orders" in more:
            connection.execute("INSERT INTO orders VALUES (1, 1)")
        before = told(connection)
        try:
            connection.executescript(script)
            harmed = told(connection) != before
        except sqlite3.Error:
            harmed = True

    assert harmed is harm
    assert ("sqlite-table-rebuild" in _rules(book, "sqlite", PEOPLE + more, script, (3, 40), "file")) is harm


# ---- MariaDB

OLD = "c varchar(10) CHARACTER SET latin1 NOT NULL DEFAULT 'a' COMMENT 'says'"
KEPT = "CHARACTER SET latin1 NOT NULL DEFAULT 'a' COMMENT 'says'"
MODIFY = [
    (f"c varchar(20) {KEPT}", False),
    ("c varchar(20) CHARACTER SET latin1 NOT NULL DEFAULT 'a'", True),
    ("c varchar(20) CHARACTER SET latin1 NOT NULL COMMENT 'says'", True),
    ("c varchar(20) CHARACTER SET latin1 DEFAULT 'a' COMMENT 'says'", True),
    ("c varchar(20) NOT NULL DEFAULT 'a' COMMENT 'says'", True),
    ("c varchar(10) CHARACTER SET latin1 NULL DEFAULT 'a' COMMENT 'says'", False),  # that is what it is for
]


def test_what_modify_does_not_repeat_is_lost_and_reported(mariadb_database: Any, book: Book) -> None:
    history = f"CREATE TABLE t (id int PRIMARY KEY, {OLD}) CHARACTER SET utf8mb4"
    measured, reported = [], []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for definition, _ in MODIFY:
            cursor.execute("DROP TABLE IF EXISTS t")
            cursor.execute(history)
            cursor.execute(f"ALTER TABLE t MODIFY {definition}")
            cursor.execute("SHOW CREATE TABLE t")
            after = cursor.fetchone()[1]
            kept = ("latin1", "NOT NULL DEFAULT 'a'", "COMMENT 'says'")
            measured.append((definition, "varchar(20)" in after and not all(word in after for word in kept)))
            rules = _rules(book, "mariadb", history, f"ALTER TABLE t MODIFY {definition}", (10, 11))
            reported.append((definition, "mysql-modify-drops-attributes" in rules))

    assert measured == MODIFY
    assert reported == measured


@pytest.mark.parametrize("attribute", ["AUTO_INCREMENT", "ON UPDATE", "CHECK", "GENERATED", "INVISIBLE"])
def test_other_attributes_that_modify_drops_are_reported(attribute: str, mariadb_database: Any, book: Book) -> None:
    history = """CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int CHECK (n > 0), hidden int INVISIBLE,
    at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, twice int GENERATED ALWAYS AS (n * 2) STORED)"""
    change = {
        "AUTO_INCREMENT": "MODIFY id bigint NOT NULL",
        "ON UPDATE": "CHANGE at seen timestamp DEFAULT CURRENT_TIMESTAMP",
        "CHECK": "MODIFY n bigint",
        "GENERATED": "MODIFY twice bigint",
        "INVISIBLE": "MODIFY hidden bigint",
    }[attribute]
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(history)
        cursor.execute("SHOW CREATE TABLE t")
        assert attribute in cursor.fetchone()[1]
        cursor.execute(f"ALTER TABLE t {change}")
        cursor.execute("SHOW CREATE TABLE t")
        assert attribute not in cursor.fetchone()[1]

    assert "mysql-modify-drops-attributes" in _rules(book, "mariadb", history, f"ALTER TABLE t {change}", (10, 11))


def test_members_that_go_stop_the_alter_and_moved_ones_get_other_numbers(mariadb_database: Any, book: Book) -> None:
    history = "CREATE TABLE t (id int PRIMARY KEY, e enum('a','b','c'))"
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(history)
        cursor.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')")
        gone, moved = "ALTER TABLE t MODIFY e enum('b','c')", "ALTER TABLE t MODIFY e enum('c','a','b')"
        with pytest.raises(pymysql.err.DataError, match="Data truncated"):
            cursor.execute(gone)
        cursor.execute(moved)
        cursor.execute("SELECT e, e + 0 FROM t ORDER BY id")
        assert cursor.fetchall() == (("a", 2), ("b", 3))
        cursor.execute("SET sql_mode = ''")
        cursor.execute(gone)
        cursor.execute("SELECT e FROM t ORDER BY id")
        assert cursor.fetchall() == (("",), ("b",))

    appended, removed = "ALTER TABLE t MODIFY e enum('a','b','c','d')", f"UPDATE t SET e = 'b' WHERE e = 'a'; {gone}"
    fires = ["mysql-enum-unsafe-change" in _rules(book, "mariadb", history, sql, (10, 11)) for sql in (gone, moved)]
    silent = [
        "mysql-enum-unsafe-change" in _rules(book, "mariadb", history, sql, (10, 11)) for sql in (appended, removed)
    ]
    assert (fires, silent) == ([True, True], [False, False])


@pytest.mark.parametrize(("mode", "filled"), [("", True), ("STRICT_TRANS_TABLES", False), ("TRADITIONAL", False)])
def test_not_null_fills_rows_silently_just_where_the_mode_is_not_strict(
    mode: str, filled: bool, mariadb_database: Any, book: Book
) -> None:
    history = "CREATE TABLE t (id int PRIMARY KEY, n int, s varchar(5), d date, e enum('x','y'))"
    change = (
        "MODIFY n int NOT NULL, MODIFY s varchar(5) NOT NULL, MODIFY d date NOT NULL, MODIFY e enum('x','y') NOT NULL"
    )
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(history)
        cursor.execute("INSERT INTO t (id) VALUES (1)")
        cursor.execute(f"SET sql_mode = '{mode}'")
        try:
            cursor.execute(f"ALTER TABLE t {change}")
            cursor.execute("SELECT n, s, CAST(d AS char), e FROM t")
            assert cursor.fetchone() == (0, "", "0000-00-00", "")
            was_filled = True
        except pymysql.err.DataError:
            was_filled = False

    script = f"SET sql_mode = '{mode}'; ALTER TABLE t {change}"
    assert was_filled is filled
    assert ("mysql-implicit-zero-fill" in _rules(book, "mariadb", history, script, (10, 11))) is filled


TABLE = "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, note text, KEY k (n), z int)"
BLOCKING = {
    "mysql-algorithm-copy", "add-column-volatile-default", "add-column-stored-generated", "add-column-serial-identity",
    "alter-column-type-rewrite", "charset-conversion",
}  # fmt: skip
ALTERS = [
    "ADD COLUMN x int", "ADD COLUMN x int FIRST", "ADD COLUMN x int AS (n * 2) STORED", "ADD COLUMN x int AS (n * 2)",
    "ADD COLUMN x int AUTO_INCREMENT UNIQUE", "ADD COLUMN x varchar(36) DEFAULT (uuid())", "DROP COLUMN z",
    "DROP PRIMARY KEY", "DROP PRIMARY KEY, ADD PRIMARY KEY (n)", "DROP INDEX k", "ADD INDEX j (z)",
    "MODIFY n bigint NOT NULL", "MODIFY z int NOT NULL", "MODIFY n int", "MODIFY z int AFTER id",
    "MODIFY id int AUTO_INCREMENT", "ENGINE=InnoDB", "ENGINE=MyISAM", "ROW_FORMAT=COMPRESSED", "FORCE",
    "CONVERT TO CHARACTER SET latin1", "DEFAULT CHARACTER SET latin1", "COMMENT 'x'", "ORDER BY z",
]  # fmt: skip


def test_an_alter_is_reported_just_as_heavily_as_mariadb_takes_it(mariadb_database: Any, book: Book) -> None:
    """Blocking: LOCK=NONE is refused. A rebuild: ALGORITHM=NOCOPY is refused."""
    wrong = []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:

        def refuses(change: str, clause: str) -> bool:
            cursor.execute("DROP TABLE IF EXISTS t")
            cursor.execute(f"{TABLE} CHARACTER SET utf8mb4")
            try:
                cursor.execute(f"ALTER TABLE t {clause}, {change}")
            except (pymysql.err.NotSupportedError, pymysql.err.OperationalError):
                return True
            return False

        for change in ALTERS:
            measured = (
                "blocks" if refuses(change, "LOCK=NONE") else "rebuilds" if refuses(change, "ALGORITHM=NOCOPY") else ""
            )
            said = _rules(book, "mariadb", f"{TABLE} CHARACTER SET utf8mb4", f"ALTER TABLE t {change}", (10, 11))
            reported = "blocks" if said & BLOCKING else "rebuilds" if "mysql-not-instant" in said else ""
            if measured != reported:
                wrong.append((change, measured, reported))
    assert wrong == []


def test_what_alter_asks_for_is_what_blocks(mariadb_database: Any, book: Book) -> None:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TABLE)
        with pytest.raises((pymysql.err.NotSupportedError, pymysql.err.OperationalError)):
            cursor.execute("ALTER TABLE t ADD COLUMN x int, ALGORITHM=COPY, LOCK=NONE")
        cursor.execute("ALTER TABLE t ADD COLUMN x int, ALGORITHM=INSTANT")

    copied = _rules(book, "mariadb", TABLE, "ALTER TABLE t ADD COLUMN x int, ALGORITHM=COPY", (10, 11))
    locked = _rules(book, "mariadb", TABLE, "ALTER TABLE t ADD INDEX x (z), LOCK=SHARED", (10, 11))
    assert "mysql-algorithm-copy" in copied
    assert "mysql-lock-clause-blocking" in locked


def test_an_object_whose_definer_is_missing_can_not_be_used(mariadb_database: Any, book: Book) -> None:
    view = "CREATE DEFINER = `nobody_here`@`%` VIEW v AS SELECT id FROM t"
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TABLE)
        cursor.execute(view)
        with pytest.raises(pymysql.err.OperationalError, match="definer"):
            cursor.execute("SELECT * FROM v")

    assert "mysql-definer" in _rules(book, "mariadb", TABLE, view, (10, 11))


def test_mariadb_makes_the_key_of_references_at_a_column(mariadb_database: Any) -> None:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(TABLE)
        cursor.execute("CREATE TABLE o (id int PRIMARY KEY, t_id int REFERENCES t (id))")
        with pytest.raises(pymysql.err.IntegrityError):
            cursor.execute("INSERT INTO o VALUES (1, 1)")
