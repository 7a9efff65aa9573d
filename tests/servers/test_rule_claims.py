"""What the rules say of locks, scans, copies and failures, held against real servers.

Each table of statements is judged by the rules and run on the server; both must say the same. On PostgreSQL a rewrite
shows by pg_relation_filenode, a scan by the messages of level DEBUG1, a lock in pg_locks. On MariaDB an ALTER that
blocks writes is one that refuses ALGORITHM=INPLACE, LOCK=NONE.
"""

from __future__ import annotations

import sqlite3
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


@pytest.fixture(scope="module")
def book() -> Book:
    return load(["standard"], root=Path())


def _fires(
    book: Book, rule: str, dialect: str, history: str, sql: str, server: tuple[int, ...], runs: str = "bundle"
) -> bool:
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
    return rule in {finding.rule for finding in found}


def _version(database: Any) -> tuple[int, ...]:
    (text,) = database.rows("SELECT version()")[0]
    numbers = text.removeprefix("PostgreSQL ").split("-")[0].split()[0]
    return tuple(int(part) for part in numbers.split("."))[:2]


# ---- PostgreSQL

TYPES = [
    ("varchar(10)", "varchar(20)"), ("varchar(20)", "varchar(10)"), ("varchar(10)", "varchar"),
    ("varchar(10)", "text"), ("text", "varchar"), ("text", "varchar(100)"), ("char(5)", "char(10)"),
    ("char(5)", "text"), ("varchar(10)", "char(20)"), ("numeric(10,2)", "numeric(12,2)"),
    ("numeric(10,2)", "numeric(12,3)"), ("numeric(10,2)", "numeric"), ("numeric", "numeric(10,2)"),
    ("numeric(12,2)", "numeric(10,2)"), ("numeric(10,0)", "numeric(10)"), ("integer", "bigint"),
    ("smallint", "integer"), ("integer", "int4"), ("real", "double precision"), ("timestamp(3)", "timestamp(6)"),
    ("timestamp(3)", "timestamp"), ("timestamp", "timestamp(3)"), ("timestamp", "timestamptz"),
    ("timestamptz", "timestamp"), ("timestamptz(3)", "timestamptz"), ("time(3)", "time(6)"),
    ("interval(3)", "interval"), ("interval", "interval(3)"), ("date", "timestamp"),
    ("bit varying(10)", "bit varying(20)"), ("bit(5)", "bit varying(5)"), ("cidr", "inet"), ("inet", "cidr"),
    ("json", "jsonb"), ("json", "text"), ("xml", "text"), ("uuid", "text"), ("name", "text"),
    ("varchar(10)[]", "varchar(20)[]"), ("int[]", "bigint[]"), ("varchar(10)", "text USING c::text"),
    ("varchar(10)", "text USING upper(c)"), ("varchar(10)", "varchar(20) USING c"),
    ("varchar(10)", "varchar(20) USING c::varchar(20)"), ("varchar(10)", "varchar(20) USING CAST(c AS varchar(20))"),
    ("varchar(20)", "text USING c::varchar(10)"), ('"char"', "text"),
]  # fmt: skip


def test_a_type_change_is_reported_just_when_postgresql_rewrites_the_table(
    postgresql_database: Any, book: Book
) -> None:
    wrong = []
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SET TimeZone = 'Europe/Berlin'")  # in UTC timestamp and timestamptz have the same bytes
        for old, new in TYPES:
            history = f"CREATE TABLE t (id integer, c {old});"
            change = f"ALTER TABLE t ALTER COLUMN c TYPE {new};"
            cursor.execute(f"DROP TABLE IF EXISTS t; {history} SELECT pg_relation_filenode('t')")
            before = cursor.fetchone()
            cursor.execute(f"{change} SELECT pg_relation_filenode('t')")
            rewritten = cursor.fetchone() != before
            version = _version(postgresql_database)
            if _fires(book, "alter-column-type-rewrite", "postgresql", history, change, version) != rewritten:
                wrong.append((old, new, rewritten))
    assert wrong == []


SHOP = """
CREATE TABLE users (id integer PRIMARY KEY, email text, note text, name text);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, amount integer);
ALTER TABLE users ADD CONSTRAINT note_present CHECK (note IS NOT NULL);
CREATE TABLE bare (id integer NOT NULL, during int4range);
CREATE UNIQUE INDEX bare_id ON bare (id); CREATE UNIQUE INDEX bare_during ON bare (during);
CREATE TABLE days (day integer NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE early (day integer NOT NULL, CHECK (day >= 1 AND day < 9)); CREATE TABLE late (day integer NOT NULL);
"""
KEY = "FOREIGN KEY (user_id) REFERENCES users (id)"
VOLATILE = "add-column-volatile-default"
NOTE = "ALTER TABLE users ALTER COLUMN note"
DROP_CHECK = "ALTER TABLE users DROP CONSTRAINT note_present"
COUNTING = "add-column-serial-identity"
STORED = "add-column-stored-generated"
WORK = [
    (VOLATILE, "ALTER TABLE users ADD COLUMN x integer NOT NULL DEFAULT 5", None),
    (VOLATILE, "ALTER TABLE users ADD COLUMN x timestamptz NOT NULL DEFAULT now()", None),
    (VOLATILE, "ALTER TABLE users ADD COLUMN x jsonb DEFAULT '{}'::jsonb", None),
    (VOLATILE, "ALTER TABLE users ADD COLUMN x date DEFAULT CURRENT_DATE", None),
    (VOLATILE, "ALTER TABLE users ADD COLUMN x uuid DEFAULT gen_random_uuid()", "rewriting table"),
    (VOLATILE, "ALTER TABLE users ADD COLUMN x float DEFAULT random()", "rewriting table"),
    (VOLATILE, "ALTER TABLE users ADD COLUMN x timestamptz DEFAULT clock_timestamp()", "rewriting table"),
    (COUNTING, "ALTER TABLE users ADD COLUMN x serial", "rewriting table"),
    (COUNTING, "ALTER TABLE users ADD COLUMN x int GENERATED ALWAYS AS IDENTITY", "rewriting table"),
    (STORED, "ALTER TABLE orders ADD COLUMN x int GENERATED ALWAYS AS (amount) STORED", "rewriting table"),
    ("set-not-null-scan", "ALTER TABLE users ALTER COLUMN email SET NOT NULL", "verifying table"),
    ("set-not-null-scan", "ALTER TABLE users ALTER COLUMN note SET NOT NULL", None),
    ("set-not-null-scan", "ALTER TABLE users ALTER COLUMN id SET NOT NULL", None),
    ("check-add-validating", "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0)", "verifying table"),
    ("check-add-validating", "ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0) NOT VALID", None),
    ("check-add-validating", "ALTER TABLE orders ADD COLUMN x text CHECK (x <> '')", "verifying table"),
    ("fk-add-validating", f"ALTER TABLE orders ADD CONSTRAINT f {KEY}", "validating foreign key"),
    ("fk-add-validating", f"ALTER TABLE orders ADD {KEY} NOT VALID", None),
    ("fk-add-validating", "ALTER TABLE orders ADD COLUMN x integer REFERENCES users (id)", None),
    ("fk-add-validating", "ALTER TABLE orders ADD COLUMN x integer DEFAULT 1 REFERENCES users (id)", "validating"),
    ("unique-constraint-inline", "ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)", "building index"),
    ("unique-constraint-inline", "ALTER TABLE users ADD COLUMN x text UNIQUE", "building index"),
    ("index-create-blocking", "CREATE INDEX i ON users (email)", "building index"),
    ("primary-key-inline", "ALTER TABLE bare ADD PRIMARY KEY (id)", "building index"),
    ("primary-key-inline", "ALTER TABLE bare ADD COLUMN x serial PRIMARY KEY", "building index"),
    ("primary-key-inline", "ALTER TABLE bare ADD CONSTRAINT p PRIMARY KEY USING INDEX bare_id", None),
    ("primary-key-inline", "ALTER TABLE bare ADD CONSTRAINT p PRIMARY KEY USING INDEX bare_during", "verifying table"),
    ("exclusion-constraint", "ALTER TABLE bare ADD EXCLUDE USING gist (during WITH &&)", "building index"),
    ("reindex-blocking", "REINDEX TABLE bare", "building index"),
    ("reindex-blocking", "REINDEX INDEX bare_id", "building index"),
    ("set-not-null-drop-check-same-statement", f"{NOTE} SET NOT NULL, DROP CONSTRAINT note_present", "verifying table"),
    ("set-not-null-scan", f"DO $$ BEGIN {NOTE} SET NOT NULL; {DROP_CHECK}; END $$", None),
    ("partitioned-index-build", "CREATE INDEX i ON ONLY days (day)", None),
    ("attach-partition-scan", "ALTER TABLE days ATTACH PARTITION late FOR VALUES FROM (9) TO (20)", "verifying table"),
    ("attach-partition-scan", "ALTER TABLE days ATTACH PARTITION early FOR VALUES FROM (1) TO (9)", None),
]  # fmt: skip


def test_work_is_reported_just_when_postgresql_does_it(postgresql_database: Any, book: Book) -> None:
    measured, reported, expected = [], [], []
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(f"{SHOP} SET client_min_messages = debug1")
        for rule, sql, work in WORK:
            connection.notices.clear()
            cursor.execute("BEGIN")
            cursor.execute(sql)
            cursor.execute("ROLLBACK")
            said = [notice for notice in connection.notices if "pg_toast" not in notice]
            # SET NOT NULL is announced as a scan before the proof is found.
            proven = any("sufficient to prove" in notice for notice in said)
            heavy = ("rewriting table", "building index", "validating foreign key", *(() if proven else ("verifying",)))
            measured.append((sql, any(word in notice for word in heavy for notice in said)))
            expected.append((sql, work is not None))
            assert work is None or any(work in notice for notice in said), (sql, said)
            reported.append((sql, _fires(book, rule, "postgresql", SHOP, sql, _version(postgresql_database))))

    assert measured == expected
    assert reported == measured


LOCKS = [
    ("CREATE INDEX i ON users (email)", {"users": "ShareLock"}),
    ("ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)", {"users": "AccessExclusiveLock"}),
    (f"ALTER TABLE orders ADD {KEY}", {"orders": "ShareRowExclusiveLock", "users": "ShareRowExclusiveLock"}),
    ("ALTER TABLE orders ADD CONSTRAINT c CHECK (amount > 0)", {"orders": "AccessExclusiveLock"}),
    ("ALTER TABLE users ALTER COLUMN email SET NOT NULL", {"users": "AccessExclusiveLock"}),
    ("ALTER TABLE users ALTER COLUMN id TYPE bigint", {"users": "AccessExclusiveLock"}),
    ("ALTER TABLE users ADD COLUMN x uuid DEFAULT gen_random_uuid()", {"users": "AccessExclusiveLock"}),
    ("ALTER TABLE orders VALIDATE CONSTRAINT v", {"orders": "ShareUpdateExclusiveLock", "users": "RowShareLock"}),
]  # fmt: skip


def test_the_locks_that_the_pages_name_are_those_that_postgresql_takes(postgresql_database: Any) -> None:
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(f"{SHOP} ALTER TABLE orders ADD CONSTRAINT v {KEY} NOT VALID")
        for sql, locks in LOCKS:
            cursor.execute("BEGIN")
            cursor.execute(sql)
            cursor.execute(
                "SELECT relname, mode FROM pg_locks JOIN pg_class ON oid = relation"
                " WHERE pid = pg_backend_pid() AND relname IN ('users', 'orders')"
            )
            held = set(cursor.fetchall())
            cursor.execute("ROLLBACK")
            assert set(locks.items()) <= held, sql


CONCURRENT = [
    ("CREATE INDEX CONCURRENTLY i ON users (email)", True),
    ("DROP INDEX CONCURRENTLY IF EXISTS totals_m", True),
    ("REINDEX TABLE CONCURRENTLY users", True),
    ("REFRESH MATERIALIZED VIEW CONCURRENTLY totals", False),
    ("ALTER TABLE days DETACH PARTITION early CONCURRENTLY", True),
]
ALONE = [
    ("VACUUM users", True),
    ("VACUUM FULL users", True),
    ("ANALYZE users", False),
    ("REINDEX SCHEMA public", True),
    ("REINDEX TABLE users", False),
    ("CLUSTER", True),
    ("CREATE DATABASE other", True),
    ("DROP DATABASE IF EXISTS other", True),
    ("ALTER SYSTEM RESET work_mem", True),
    ("CREATE SCHEMA other", False),
    ("ALTER SEQUENCE numbers RESTART", False),
]


@pytest.mark.parametrize(
    ("rule", "rows"), [("concurrently-in-transaction", CONCURRENT), ("nontransactional-in-transaction", ALONE)]
)
def test_what_postgresql_refuses_inside_a_transaction_is_reported(
    rule: str, rows: list[tuple[str, bool]], postgresql_database: Any, book: Book
) -> None:
    totals = """CREATE MATERIALIZED VIEW totals AS SELECT 1 AS n, 2 AS m;
    CREATE UNIQUE INDEX totals_n ON totals (n); CREATE INDEX totals_m ON totals (m);"""
    totals += "CREATE SEQUENCE numbers; ALTER TABLE days ATTACH PARTITION early FOR VALUES FROM (1) TO (9);"
    measured, reported = [], []
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(SHOP + totals)
        for sql, _ in rows:
            for statements in (["BEGIN", sql], [f"DO $$ BEGIN {sql}; END $$"]):
                try:
                    for statement in statements:
                        cursor.execute(statement)
                    measured.append((statements, False))
                except psycopg2.Error:
                    measured.append((statements, True))
                cursor.execute("ROLLBACK")
                fires = _fires(book, rule, "postgresql", SHOP + totals, ";".join(statements), (15,))
                reported.append((statements, fires))

    assert [refused for _, refused in measured] == [refused for _, refused in rows for _ in range(2)]
    assert reported == measured


MOODS = "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE faces (state mood, word text CONSTRAINT uq_word UNIQUE);"
GLAD = "ALTER TYPE mood ADD VALUE 'glad'"
VOID, CHEER = "RETURNS void LANGUAGE", "UPDATE faces SET state = 'glad'"
REFUSED = [
    ("partitioned-index-build", ["CREATE INDEX CONCURRENTLY i ON days (day)"], True),
    ("partitioned-index-build", ["CREATE INDEX CONCURRENTLY i ON ONLY days (day)"], True),
    ("index-drop-constraint-backed", ["DROP INDEX IF EXISTS uq_word"], True),
    ("index-drop-constraint-backed", ["DROP INDEX IF EXISTS uq_word CASCADE"], True),
    ("index-drop-constraint-backed", ["ALTER TABLE faces DROP CONSTRAINT uq_word"], False),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "UPDATE faces SET state = 'glad'"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "ALTER TABLE faces ALTER COLUMN state SET DEFAULT 'glad'"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "ALTER TABLE faces ADD CHECK (state <> 'glad')"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "CREATE INDEX i ON faces (word) WHERE state = 'glad'"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "DO $$ BEGIN DELETE FROM faces WHERE state = 'glad'; END $$"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "ALTER TYPE mood ADD VALUE 'mad' AFTER 'glad'"], False),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "UPDATE faces SET word = 'glad' WHERE state = 'sad'"], False),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "INSERT INTO faces (word) VALUES ('glad')"], False),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "INSERT INTO faces VALUES ('glad', 'y')"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "COMMENT ON TYPE mood IS 'glad'"], False),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, "CREATE VIEW v AS SELECT * FROM faces WHERE state = 'glad'"], True),
    ("enum-value-used-same-tx", ["BEGIN", GLAD, f"CREATE FUNCTION f() {VOID} sql AS $$ {CHEER} $$"], True),
    (
        "enum-value-used-same-tx",
        ["BEGIN", GLAD, f"CREATE FUNCTION f() {VOID} plpgsql AS $$ BEGIN {CHEER}; END $$"],
        False,
    ),
]
# From PostgreSQL 17 on a value can be used where its enum was made in the same transaction.
NEW_ENUM = [
    "BEGIN",
    "CREATE TYPE size AS ENUM ('s')",
    "ALTER TYPE size ADD VALUE 'm'",
    "CREATE TABLE s (a size DEFAULT 'm')",
]


def test_what_postgresql_always_refuses_is_reported(postgresql_database: Any, book: Book) -> None:
    measured, reported = [], []
    version = _version(postgresql_database)
    rows = [*REFUSED, ("enum-value-used-same-tx", NEW_ENUM, version < (17,))]
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(SHOP + MOODS)
        cursor.execute("INSERT INTO faces VALUES ('sad', 'x')")
        for rule, statements, _ in rows:
            cursor.execute("BEGIN" if statements[0] != "BEGIN" and "CONCURRENTLY" not in statements[0] else "SELECT 1")
            try:
                for statement in statements:
                    cursor.execute(statement)
                measured.append((rule, statements, False))
            except psycopg2.Error:
                measured.append((rule, statements, True))
            cursor.execute("ROLLBACK")
            fires = _fires(book, rule, "postgresql", SHOP + MOODS, ";".join(statements), version)
            reported.append((rule, statements, fires))

    assert measured == rows
    assert reported == measured


def test_if_not_exists_takes_an_invalid_index_for_done(postgresql_database: Any, book: Book) -> None:
    again = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")
        cursor.execute(again)
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")
        assert cursor.fetchone() == (False,)

    table = "CREATE TABLE t (a integer)"
    assert _fires(book, "concurrent-index-if-not-exists", "postgresql", table, again, (15,), runs="alembic")


def test_a_required_column_is_refused_by_postgresql_when_there_are_rows(postgresql_database: Any) -> None:
    with closing(postgresql_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("CREATE TABLE t (id integer)")
        cursor.execute("ALTER TABLE t ADD COLUMN empty_is_fine text NOT NULL")
        cursor.execute("INSERT INTO t VALUES (1, '')")
        with pytest.raises(psycopg2.errors.NotNullViolation):
            cursor.execute("ALTER TABLE t ADD COLUMN x text NOT NULL")


# ---- MariaDB

MODIFY = [
    ("varchar(10)", "varchar(20)"), ("varchar(10)", "varchar(63)"), ("varchar(31)", "varchar(64)"),
    ("varchar(32)", "varchar(64)"), ("varchar(50)", "varchar(64)"), ("varchar(64)", "varchar(100)"),
    ("varchar(255)", "varchar(500)"), ("varchar(20)", "varchar(10)"), ("varchar(20)", "text"),
    ("text", "mediumtext"), ("char(10)", "char(20)"), ("int", "bigint"), ("int", "int unsigned"), ("int", "int(5)"),
    ("int", "integer"), ("decimal(10,2)", "decimal(12,2)"), ("datetime", "datetime(6)"),
    ("enum('a','b')", "enum('a','b','c')"), ("enum('a','b')", "enum('b','a')"), ("enum('a','b')", "enum('a')"),
    ("set('a','b')", "set('a','b','c')"), ("varchar(10)", "varchar(10) NOT NULL"),
    ("varchar(10)", "varchar(10) DEFAULT 'x'"), ("varbinary(4)", "varbinary(8)"),
    ("varbinary(100)", "varbinary(300)"), ("varbinary(200)", "varbinary(300)"), ("float", "double"),
    ("varchar(50) CHARACTER SET latin1", "varchar(200) CHARACTER SET latin1"),
    ("varchar(10) CHARACTER SET latin1", "varchar(10) CHARACTER SET utf8mb4"),
]  # fmt: skip


def _blocks_writes(cursor: Any, sql: str) -> bool:
    try:
        cursor.execute(f"{sql}, ALGORITHM=INPLACE, LOCK=NONE")
    except (pymysql.err.NotSupportedError, pymysql.err.OperationalError):
        cursor.execute(sql)
        return True
    return False


def test_a_type_change_is_reported_just_when_mariadb_blocks_writes(mariadb_database: Any, book: Book) -> None:
    wrong = []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for old, new in MODIFY:
            history, change = f"CREATE TABLE t (id int PRIMARY KEY, c {old})", f"ALTER TABLE t MODIFY c {new}"
            blocked = []
            # Which charset a table has is not known offline, so either counts.
            for charset in ("latin1", "utf8mb4") if old.startswith("varchar") else ("utf8mb4",):
                cursor.execute("DROP TABLE IF EXISTS t")
                cursor.execute(f"{history} CHARACTER SET {charset}")
                blocked.append(_blocks_writes(cursor, change))
            fires = _fires(book, "alter-column-type-rewrite", "mariadb", history, change, _version(mariadb_database))
            if fires != any(blocked):
                wrong.append((old, new, blocked))
    assert wrong == []


TABLES = (
    "CREATE TABLE p (id int PRIMARY KEY)",
    "CREATE TABLE t (id int PRIMARY KEY, c int, note text, spot point NOT NULL)",
)
ALTERS = [
    ("index-create-blocking", "ADD INDEX i (c)", False),
    ("index-create-blocking", "ADD FULLTEXT INDEX i (note)", True),
    ("index-create-blocking", "ADD SPATIAL INDEX i (spot)", True),
    ("unique-constraint-inline", "ADD CONSTRAINT u UNIQUE (c)", False),
    ("fk-add-validating", "ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES p (id)", True),
    ("check-add-validating", "ADD CONSTRAINT k CHECK (c > 0)", True),
    ("check-add-validating", "ADD COLUMN x int CHECK (x > 0)", False),
    ("add-column-volatile-default", "ADD COLUMN x int NOT NULL DEFAULT 5", False),
    ("add-column-volatile-default", "ADD COLUMN x datetime NOT NULL DEFAULT CURRENT_TIMESTAMP", False),
    ("add-column-volatile-default", "ADD COLUMN x varchar(36) DEFAULT (uuid())", True),
]


def test_what_mariadb_does_under_a_lock_is_reported(mariadb_database: Any, book: Book) -> None:
    measured, reported = [], []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for rule, clause, _ in ALTERS:
            cursor.execute("DROP TABLE IF EXISTS t, p")
            for table in TABLES:
                cursor.execute(table)
            alter = f"ALTER TABLE t {clause}"
            measured.append((rule, clause, _blocks_writes(cursor, alter)))
            fires = _fires(book, rule, "mariadb", ";".join(TABLES), alter, _version(mariadb_database))
            reported.append((rule, clause, fires))

    assert measured == ALTERS
    assert reported == measured


IMPLICIT = [
    ("ALTER TABLE t ADD COLUMN x int", True),
    ("CREATE INDEX i ON t (n)", True),
    ("CREATE TABLE made (id int)", True),
    ("DROP TABLE IF EXISTS made", True),
    ("TRUNCATE TABLE other", True),
    ("RENAME TABLE other TO others", True),
    ("CREATE TEMPORARY TABLE passing (id int)", False),
    ("INSERT INTO t (id, n) VALUES (2, 0)", False),
    ("UPDATE t SET n = 5 WHERE id = 2", False),
    ("SET @a = 1", False),
]


def test_what_ends_a_transaction_of_mariadb_is_reported(mariadb_database: Any, book: Book) -> None:
    history = "CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE other (id int);"
    measured, reported = [], []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for statement in history.split(";")[:-1]:
            cursor.execute(statement)
        cursor.execute("INSERT INTO t VALUES (1, 0)")
        for sql, _ in IMPLICIT:
            for statement in ("UPDATE t SET n = 0", "BEGIN", "UPDATE t SET n = 1 WHERE id = 1", sql, "ROLLBACK"):
                cursor.execute(statement)
            cursor.execute("SELECT n FROM t WHERE id = 1")
            measured.append((sql, cursor.fetchone() == (1,)))
            script = f"BEGIN; UPDATE t SET n = 1 WHERE id = 1; {sql}; ROLLBACK;"
            fires = _fires(book, "implicit-commit-in-tx", "mariadb", history, script, _version(mariadb_database))
            reported.append((sql, fires))

    assert measured == IMPLICIT
    assert reported == measured


KEYS = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int{});"
FK = ", CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)"
NEEDED = [
    (f", KEY i (a){FK}", "DROP INDEX i ON t", True),
    (f", KEY i (a, b){FK}", "DROP INDEX i ON t", True),
    (f", KEY i (a), KEY j (a, b){FK}", "DROP INDEX i ON t", False),
    (f", KEY i (a), KEY j (b, a){FK}", "DROP INDEX i ON t", True),
    (f", KEY i (b){FK}", "DROP INDEX i ON t", False),
    (f", UNIQUE KEY i (a){FK}", "DROP INDEX i ON t", True),
    (f", KEY i (a), UNIQUE KEY j (a){FK}", "DROP INDEX i ON t", False),
    (FK, "DROP INDEX f ON t", True),
    (f", KEY i (a){FK}", "ALTER TABLE t DROP INDEX i, DROP FOREIGN KEY f", False),
    (f", KEY i (a){FK}", "ALTER TABLE t DROP FOREIGN KEY f, DROP INDEX i", False),
    (f", KEY i (a){FK}", "ALTER TABLE t DROP INDEX i, ADD INDEX j (a, c)", False),
    (f", KEY i (a){FK}", "ALTER TABLE t DROP INDEX i, ADD UNIQUE KEY j (a)", False),
    (", KEY i (a)", "DROP INDEX i ON t", False),
]


def test_an_index_that_a_foreign_key_needs_is_reported_just_when_mariadb_refuses_to_drop_it(
    mariadb_database: Any, book: Book
) -> None:
    measured, reported = [], []
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        for keys, sql, _ in NEEDED:
            cursor.execute("DROP TABLE IF EXISTS t, p")
            for statement in KEYS.format(keys).split(";")[:-1]:
                cursor.execute(statement)
            try:
                cursor.execute(sql)
                measured.append((keys, sql, False))
            except pymysql.err.OperationalError as error:
                measured.append((keys, sql, error.args[0] == 1553))  # ER_DROP_INDEX_FK
            version = _version(mariadb_database)
            fires = _fires(book, "index-drop-constraint-backed", "mariadb", KEYS.format(keys), sql, version)
            reported.append((keys, sql, fires))

    assert measured == NEEDED
    assert reported == measured


def test_mariadb_fills_a_required_column_silently(mariadb_database: Any) -> None:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("CREATE TABLE t (id int PRIMARY KEY)")
        cursor.execute("INSERT INTO t VALUES (1)")
        cursor.execute("ALTER TABLE t ADD COLUMN name varchar(20) NOT NULL, ADD COLUMN n int NOT NULL")
        cursor.execute("SELECT * FROM t")
        assert cursor.fetchall() == ((1, "", 0),)


# ---- SQLite

ADD_COLUMN = [
    ("x TEXT NOT NULL", True),
    ("x TEXT NOT NULL DEFAULT ''", False),
    ("x TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP", True),
    ("x INTEGER NOT NULL DEFAULT (1 + 1)", True),
    ("x INTEGER NOT NULL DEFAULT (-5)", False),
    ("x TEXT NOT NULL DEFAULT ('it''s')", False),
    ("x TEXT NOT NULL DEFAULT ('a' || 'b')", True),
    ("x BOOLEAN NOT NULL DEFAULT FALSE", False),
    ("x INTEGER NOT NULL DEFAULT NULL", True),
    ("x TEXT", False),
]


@pytest.mark.parametrize(("column", "fails"), ADD_COLUMN)
def test_a_column_that_sqlite_refuses_is_reported(column: str, fails: bool, book: Book) -> None:
    change = f"ALTER TABLE t ADD COLUMN {column}"
    failed = False
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);")
        try:
            connection.execute(change)
        except sqlite3.OperationalError:
            failed = True

    assert failed is fails
    assert _fires(book, "add-required-column", "sqlite", "CREATE TABLE t (id INTEGER)", change, (3, 40)) is fails
