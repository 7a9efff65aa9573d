"""apply-simulation-failed and the rules about views and rows, held against real servers: they speak just when a server
refuses the statement, or when what reads from it fails afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2
import pymysql
import pytest

from sqlgen.lint import engine
from sqlgen.lint.book import Book, load
from sqlgen.linting import read_file
from sqlgen.schema import Schema

HISTORY = (
    "CREATE TABLE users (id integer NOT NULL, email varchar(50), code varchar(50), CONSTRAINT pk PRIMARY KEY (id))",
    "CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES "
    "users (id))",
    "CREATE TABLE notes (id integer PRIMARY KEY, text varchar(50))",
    "CREATE INDEX ix_email ON users (email)",
    "CREATE VIEW texts AS SELECT text FROM notes",
)
EVERYWHERE = (
    "ALTER TABLE users ADD COLUMN email varchar(50)",
    "ALTER TABLE users ADD COLUMN phone varchar(50)",
    "ALTER TABLE users DROP COLUMN phone",
    "ALTER TABLE users DROP COLUMN code",
    "ALTER TABLE users RENAME COLUMN phone TO fax",
    "ALTER TABLE users RENAME COLUMN code TO email",
    "ALTER TABLE users RENAME COLUMN code TO tag",
    "CREATE TABLE users (id integer)",
    "CREATE TABLE IF NOT EXISTS users (id integer)",
    "CREATE TABLE teams (id integer PRIMARY KEY)",
    "CREATE TABLE pots (id integer PRIMARY KEY, x integer, FOREIGN KEY (x) REFERENCES nowhere (id))",
    "CREATE TABLE trees (id integer PRIMARY KEY, x integer, FOREIGN KEY (x) REFERENCES trees (id))",
    "CREATE INDEX ix_email ON users (code)",
    "CREATE INDEX ix_phone ON users (phone)",
    "CREATE INDEX ix_code ON users (code)",
    "INSERT INTO users (id, phone) VALUES (1, 'x')",
    "INSERT INTO users (id, code) VALUES (1, 'x')",
    "UPDATE users SET phone = 'x' WHERE id = 1",
    "UPDATE users SET code = 'x' WHERE id = 1",
    "DELETE FROM nowhere WHERE id = 1",
    "INSERT INTO nowhere (id) VALUES (1)",
    "DROP TABLE nowhere",
    "DROP TABLE IF EXISTS nowhere",
    "ALTER TABLE nowhere ADD COLUMN x integer",
)
ON_SERVERS = (
    "DROP TABLE users",
    "DROP TABLE orders, users",
    "ALTER TABLE orders ADD CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id)",
    "ALTER TABLE orders ADD CONSTRAINT fk_2 FOREIGN KEY (user_id) REFERENCES users (id)",
    "ALTER TABLE orders ADD CONSTRAINT fk_2 FOREIGN KEY (user_id) REFERENCES nowhere (id)",
    "ALTER TABLE orders ADD CONSTRAINT fk_2 FOREIGN KEY (nothing) REFERENCES users (id)",
    "ALTER TABLE users ADD CONSTRAINT uq_code UNIQUE (code)",
    "ALTER TABLE users ADD CONSTRAINT uq_phone UNIQUE (phone)",
    "ALTER TABLE users DROP CONSTRAINT uq_nowhere",
    "ALTER TABLE orders DROP CONSTRAINT fk_user",
)
POSTGRESQL = (
    "ALTER TABLE users ALTER COLUMN phone TYPE text",
    "ALTER TABLE users ALTER COLUMN phone SET NOT NULL",
    "ALTER TABLE users ALTER COLUMN code DROP NOT NULL",
    "ALTER TABLE users ALTER COLUMN phone SET DEFAULT 'x'",
    "ALTER TABLE users DROP COLUMN IF EXISTS phone",
    "ALTER TABLE users ADD COLUMN IF NOT EXISTS email text",
    "TRUNCATE nowhere",
    "ALTER TABLE nowhere RENAME TO somewhere",
)
MARIADB = (
    "ALTER TABLE users MODIFY phone text",
    "ALTER TABLE users CHANGE phone fax text",
    "ALTER TABLE users MODIFY code text",
    "ALTER TABLE orders DROP FOREIGN KEY fk_nowhere",
)


@pytest.fixture(scope="module")
def book() -> Book:
    return load(["standard"], root=Path())


def fires(book: Book, rule: str, dialect: str, sql: str) -> bool:
    start = Schema.empty(dialect)
    for item in read_file(";\n".join(HISTORY), "history.sql", dialect).items:
        for fact in item.facts:
            start.apply(fact)
    steps = [read_file(sql, "script.sql", dialect)]
    found = engine.lint(steps, book, dialect=dialect, schema=Schema(dialect, lambda: start), today=date(2026, 11, 21))
    return rule in {finding.rule for finding in found}


def refuses(cursor: Any, sql: str, errors: type[Exception] | tuple[type[Exception], ...]) -> bool:
    try:
        cursor.execute(sql)
    except errors:
        return True
    return False


def compared(book: Book, dialect: str, measured: Iterable[tuple[str, bool]]) -> None:
    wrong = {
        sql: refused for sql, refused in measured if fires(book, "apply-simulation-failed", dialect, sql) != refused
    }
    assert wrong == {}


def test_what_postgresql_refuses_is_reported(postgresql_database: Any, book: Book) -> None:
    measured = []
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(";".join(HISTORY))
        for sql in (*EVERYWHERE, *ON_SERVERS, *POSTGRESQL):
            cursor.execute("BEGIN")
            measured.append((sql, refuses(cursor, sql, psycopg2.Error)))
            cursor.execute("ROLLBACK")

    compared(book, "postgresql", measured)


def test_what_mariadb_refuses_is_reported(mariadb_database: Any, book: Book) -> None:
    measured = []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for sql in (*EVERYWHERE, *ON_SERVERS, *MARIADB):
            for statement in HISTORY:
                cursor.execute(statement)
            measured.append((sql, refuses(cursor, sql, pymysql.err.MySQLError)))
            cursor.execute("SET foreign_key_checks = 0")
            cursor.execute("DROP VIEW IF EXISTS texts")
            cursor.execute("DROP TABLE IF EXISTS orders, users, notes, teams, trees, pots")
            cursor.execute("SET foreign_key_checks = 1")

    compared(book, "mariadb", measured)


def test_what_sqlite_refuses_is_reported(book: Book) -> None:
    measured = []
    for sql in EVERYWHERE:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(";".join(HISTORY))
            measured.append((sql, refuses(connection, sql, sqlite3.Error)))

    compared(book, "sqlite", measured)


# ---- views

DROP, RENAME = "DROP TABLE notes", "ALTER TABLE notes RENAME TO remarks"


def test_postgresql_refuses_to_drop_what_a_view_reads_from_and_views_follow_a_rename(
    postgresql_database: Any, book: Book
) -> None:
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(";".join(HISTORY))
        for sql in (DROP, "ALTER TABLE notes DROP COLUMN text", "ALTER TABLE notes ALTER COLUMN text TYPE varchar(60)"):
            with pytest.raises((psycopg2.errors.DependentObjectsStillExist, psycopg2.errors.FeatureNotSupported)):
                cursor.execute(sql)
        cursor.execute(RENAME)
        cursor.execute("SELECT * FROM texts")

    assert fires(book, "dependent-objects-break", "postgresql", DROP)
    assert not fires(book, "dependent-objects-break", "postgresql", RENAME)


@pytest.mark.parametrize("sql", [DROP, RENAME, "ALTER TABLE notes CHANGE text words varchar(50)"])
def test_a_view_of_mariadb_fails_when_what_it_reads_from_is_gone(mariadb_database: Any, book: Book, sql: str) -> None:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for statement in HISTORY:
            cursor.execute(statement)
        cursor.execute(sql)
        with pytest.raises(pymysql.err.OperationalError, match="references invalid table"):
            cursor.execute("SELECT * FROM texts")

    rule = "dependent-view-column" if "CHANGE" in sql else "dependent-objects-break"
    assert fires(book, rule, "mariadb", sql)


def test_sqlite_refuses_renames_after_what_a_view_reads_from_is_dropped(book: Book) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(";".join((*HISTORY, DROP)))
        with pytest.raises(sqlite3.OperationalError, match="error in view texts"):
            connection.execute("ALTER TABLE users RENAME TO people")

    assert fires(book, "dependent-objects-break", "sqlite", DROP)


# ---- checks that are left off


def test_mariadb_does_not_look_again_at_rows_that_came_while_checks_were_off(mariadb_database: Any) -> None:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for statement in HISTORY:
            cursor.execute(statement)
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute("INSERT INTO orders (id, user_id) VALUES (1, 17)")
        cursor.execute("SET foreign_key_checks = 1")
        cursor.execute("SELECT user_id FROM orders WHERE user_id NOT IN (SELECT id FROM users)")
        assert cursor.fetchall() == ((17,),)
