"""What each kind of SQLite statement is read as."""

from __future__ import annotations

import sqlite3

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import (
    AddColumn,
    Begin,
    Column,
    Commit,
    Constraint,
    CreateIndex,
    CreateObject,
    CreateTable,
    Default,
    Delete,
    DropColumn,
    DropIndex,
    DropObject,
    DropTable,
    External,
    Fact,
    Insert,
    Kind,
    Maintain,
    Name,
    Part,
    RenameColumn,
    RenameTable,
    Rollback,
    Savepoint,
    Select,
    SetOption,
    Update,
    Volatility,
)
from sqlgen.statements import Statement, scan, split
from tests.unit.opaque import Unread

T = Name("t")
CONSTANT, STABLE, VOLATILE, UNKNOWN = Volatility.CONSTANT, Volatility.STABLE, Volatility.VOLATILE, Volatility.UNKNOWN


def facts(sql: str, dialect: str = "sqlite") -> tuple[Fact, ...]:
    return read(split(sql, dialect)[0], dialect)


STATEMENTS: list[tuple[str, Fact]] = [
    ("ALTER TABLE t ADD COLUMN c INTEGER", AddColumn(T, Column("c", "INTEGER"))),
    ("ALTER TABLE main.t ADD c", AddColumn(T, Column("c", None))),
    ("ALTER TABLE aux.t ADD c TEXT", AddColumn(Name("t", "aux"), Column("c", "TEXT"))),
    ('ALTER TABLE "my t" ADD [c c] TEXT', AddColumn(Name("my t"), Column("c c", "TEXT"))),
    (
        "ALTER TABLE t ADD c INTEGER DEFAULT 1 NOT NULL REFERENCES o (id) ON DELETE CASCADE",
        AddColumn(
            T,
            Column(
                "c",
                "INTEGER",
                False,
                Default("1", CONSTANT),
                (Constraint(Kind.FOREIGN_KEY, None, ("c",), Name("o"), ("id",), on_delete="CASCADE"),),
            ),
        ),
    ),
    (
        "ALTER TABLE t ADD c INTEGER GENERATED ALWAYS AS (a + 1) VIRTUAL",
        AddColumn(T, Column("c", "INTEGER", generated="virtual", expression="a + 1")),
    ),
    ("ALTER TABLE t DROP COLUMN c", DropColumn(T, "c")),
    ("ALTER TABLE t RENAME COLUMN a TO b", RenameColumn(T, "a", "b")),
    ("ALTER TABLE t RENAME a TO b", RenameColumn(T, "a", "b")),
    ("ALTER TABLE _alembic_tmp_t RENAME TO t", RenameTable(Name("_alembic_tmp_t"), T)),
    ("CREATE TABLE t (a)", CreateTable(T, (Column("a", None),))),
    ("CREATE TABLE t AS SELECT 1", CreateTable(T, from_query=True)),
    ("CREATE TEMP TABLE IF NOT EXISTS t (a)", CreateTable(T, (Column("a", None),), (), (), True, True)),
    ("DROP TABLE IF EXISTS t", DropTable(T, True)),
    ("CREATE INDEX ix ON t (a)", CreateIndex("ix", T, ("a",))),
    (
        "CREATE UNIQUE INDEX IF NOT EXISTS aux.ix ON t (lower(a) DESC, b COLLATE NOCASE, c) WHERE c > 1 AND d",
        CreateIndex(
            "ix",
            Name("t", "aux"),
            ("lower(a)", "b", "c"),
            True,
            False,
            True,
            "c > 1 AND d",
            parts=(Part(descending=True, expression=True), Part(collation="NOCASE"), Part()),
        ),
    ),
    ("DROP INDEX IF EXISTS ix", DropIndex(Name("ix"), None, True)),
    ("CREATE VIEW v AS SELECT 1", CreateObject("view", Name("v"), reads=())),
    ("DROP VIEW v", DropObject("view", Name("v"))),
    ("CREATE VIRTUAL TABLE v USING fts5 (a, b)", CreateObject("virtual table", Name("v"))),
    (
        "CREATE TRIGGER IF NOT EXISTS g AFTER UPDATE OF a ON t BEGIN DELETE FROM u; DELETE FROM v; END",
        CreateObject("trigger", Name("g"), False, True, T),
    ),
    ("DROP TRIGGER g", DropObject("trigger", Name("g"))),
    ("INSERT INTO _alembic_tmp_t (a, b) SELECT t.a, t.b FROM t", Insert(Name("_alembic_tmp_t"), None, ("a", "b"))),
    ("INSERT OR IGNORE INTO t VALUES (1), (2)", Insert(T, 2, guarded=True)),
    ("INSERT OR REPLACE INTO t VALUES (1)", Insert(T, 1, replaces=True)),
    ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", Insert(T, 1, guarded=True)),
    ("INSERT INTO t DEFAULT VALUES", Insert(T, 1)),
    ("REPLACE INTO t (a) VALUES (1)", Insert(T, 1, ("a",), replaces=True)),
    ("UPDATE t SET a = 1", Update(T, False, ("a",))),
    ("UPDATE OR REPLACE t SET a = 1 WHERE b", Update(T, True, ("a",), "b")),
    ("UPDATE t SET (a, b) = (1, 2) WHERE 1", Update(T, False, ("a", "b"), "1")),
    ("UPDATE t AS x SET a = u.a FROM u", Update(T, False, ("a",))),
    ("UPDATE t SET a = u.a FROM u WHERE u.i = t.i RETURNING a", Update(T, True, ("a",), "u.i = t.i")),
    ("DELETE FROM t", Delete(T, False)),
    ("DELETE FROM t WHERE a", Delete(T, True, "a")),
    ("WITH q (x) AS (SELECT 1) UPDATE t SET a = 1 WHERE a IN q", Update(T, True, ("a",), "a IN q")),
    ("PRAGMA foreign_keys = OFF", SetOption("foreign_keys", "OFF")),
    ("PRAGMA main.foreign_keys(0)", SetOption("foreign_keys", "0")),
    ("PRAGMA foreign_key_check", Select(("pragma foreign_key_check",))),
    ("PRAGMA table_info('t')", Select(("pragma table_info",))),
    ("BEGIN IMMEDIATE TRANSACTION", Begin()),
    ("COMMIT", Commit()),
    ("END TRANSACTION", Commit()),
    ("ROLLBACK", Rollback()),
    ("ROLLBACK TO s", Savepoint("s")),
    ("SAVEPOINT s", Savepoint("s")),
    ("RELEASE s", Savepoint("s")),
    ("VACUUM", Maintain("VACUUM")),
    ("ANALYZE t", Maintain("ANALYZE", T)),
    ("REINDEX ix", Maintain("REINDEX", Name("ix"))),
    ("EXPLAIN QUERY PLAN DELETE FROM t", Select()),
]


@pytest.mark.parametrize(("sql", "fact"), STATEMENTS)
def test_a_statement_is_read_as_one_fact(sql: str, fact: Fact) -> None:
    assert facts(sql) == (fact,)


def test_a_table_is_read_with_its_columns_and_constraints() -> None:
    sql = """
        CREATE TABLE "t" (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key
            name VARCHAR (30) DEFAULT 'it''s' NOT NULL COLLATE NOCASE,
            price DOUBLE PRECISION DEFAULT -1.5,
            at DATETIME DEFAULT (CURRENT_TIMESTAMP) CHECK (at > 0),
            text_key TEXT PRIMARY KEY,
            key,
            CONSTRAINT uq UNIQUE (name, at) ON CONFLICT IGNORE,
            CONSTRAINT fk FOREIGN KEY(name) REFERENCES o (id) DEFERRABLE INITIALLY DEFERRED,
            CHECK (price IN (0, 1))
        ) WITHOUT ROWID, STRICT"""
    assert facts(sql) == (
        CreateTable(
            T,
            (
                Column(
                    "id",
                    "INTEGER",
                    False,
                    constraints=(Constraint(Kind.PRIMARY_KEY, None, ("id",)),),
                    generated="auto_increment",
                ),
                Column("name", "VARCHAR (30)", False, Default("'it''s'", CONSTANT), collation="NOCASE"),
                Column("price", "DOUBLE PRECISION", True, Default("-1.5", CONSTANT)),
                Column(
                    "at",
                    "DATETIME",
                    True,
                    Default("(CURRENT_TIMESTAMP)", STABLE),
                    (Constraint(Kind.CHECK, None, ("at",), expression="at > 0"),),
                ),
                # SQLite lets NULL into a primary key that is not the rowid
                Column("text_key", "TEXT", True, None, (Constraint(Kind.PRIMARY_KEY, None, ("text_key",)),)),
                Column("key", None),
            ),
            (
                Constraint(Kind.UNIQUE, "uq", ("name", "at")),
                Constraint(
                    Kind.FOREIGN_KEY, "fk", ("name",), Name("o"), ("id",), deferrable=True, initially="DEFERRED"
                ),
                Constraint(Kind.CHECK, None, expression="price IN (0, 1)"),
            ),
        ),
    )


def test_sqlite_itself_lets_null_into_a_text_primary_key_and_not_into_the_rowid() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript("CREATE TABLE a (k TEXT PRIMARY KEY); CREATE TABLE b (k INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO a VALUES (NULL)")
    connection.execute("INSERT INTO b VALUES (NULL)")
    assert connection.execute("SELECT k FROM a").fetchall() == [(None,)]
    assert connection.execute("SELECT k FROM b").fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize(
    ("default", "volatility"),
    [
        ("1", CONSTANT),
        ("'now'", CONSTANT),
        ("x'ff'", CONSTANT),
        ("(1 || 'a')", CONSTANT),
        ("NULL", CONSTANT),
        ("CURRENT_TIMESTAMP", STABLE),
        ("(datetime('now'))", STABLE),
        ("(hex(randomblob(16)))", VOLATILE),
        ("(random())", VOLATILE),
        ("(f())", UNKNOWN),
    ],
)
def test_a_default_is_kept_as_written_with_its_volatility(default: str, volatility: Volatility) -> None:
    assert facts(f"ALTER TABLE t ADD c INT DEFAULT {default} NOT NULL") == (
        AddColumn(T, Column("c", "INT", False, Default(default, volatility))),
    )


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (
            "ALTER TABLE t ALTER COLUMN c SET NOT NULL",
            "SQLite can't alter a column (Alembic: batch_alter_table)",
        ),
        ("ALTER TABLE t DROP INDEX ix", "sqlgen does not read this part of it: ix"),
        ("CREATE TABLE t (a INT CHECK)", "sqlgen does not read this part of it: )"),
        ("CREATE TABLE t (a INT CHECK (b)", "it ends where more was expected"),
        ("CREATE INDEX ix ON t ((a)", "it ends where more was expected"),
        ("SELECT 'a", "a quote or a comment in it is not closed"),
        (
            "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
            "SQLite can't add or drop a constraint (Alembic: batch_alter_table)",
        ),
        ("FROBNICATE", "sqlgen does not read this part of it: FROBNICATE"),
        ("", "there is no statement in it"),
    ],
)
def test_what_cannot_be_read_is_opaque_with_its_reason(sql: str, why: str) -> None:
    assert read(Statement("", sql, "", scan(sql, "sqlite"), 0, 1, 1), "sqlite") == (Unread(why),)


def test_a_dialect_without_a_reader_is_opaque() -> None:
    assert facts("SELECT 1", "firebird") == (Unread("sqlgen has no reader for the dialect firebird"),)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("ATTACH DATABASE 'x.db' AS y", (External("ATTACH DATABASE", "x.db"), Maintain("ATTACH DATABASE"))),
        ("DETACH y", (Maintain("DETACH DATABASE"),)),
        ("VACUUM INTO 'x.db'", (Maintain("VACUUM"), External("VACUUM INTO", "x.db"))),
        ("SELECT load_extension('x')", (Select(("load_extension",)), External("LOAD_EXTENSION", "x"))),
    ],
)
def test_what_leaves_the_database_is_said_beside_the_rest(sql: str, found: tuple[Fact, ...]) -> None:
    assert facts(sql) == found
