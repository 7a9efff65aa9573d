"""The lines of `sqlgen.effects.sqlite` that are called proven, run on the SQLite at hand.

Work: whether a statement takes more steps of the virtual machine where there are more rows, and which share of the
file's pages it changes. Locks: what a second connection is refused, before the transaction ends and when it commits.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sqlgen.effects import Blocks, Commits, Effect, Server, Work, combined, effect
from sqlgen.effects.sqlite import LINES
from sqlgen.facts import read
from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema
from sqlgen.statements import split

SETUP = """
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT, filler TEXT, v INT AS (a + 1));
CREATE TABLE f (id INTEGER PRIMARY KEY, a INT, filler TEXT);
CREATE INDEX ix ON t (a);
CREATE VIEW old AS SELECT id FROM t;
CREATE TRIGGER gone AFTER INSERT ON p BEGIN SELECT 1; END;
CREATE TRIGGER kept AFTER DELETE ON f BEGIN SELECT 1; END;
"""
FILL = """
WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?)
INSERT INTO {} (id, a, filler) SELECT id, id, 'some text that makes the row a bit longer' FROM n
"""
MANY = 4000

# The line, the statement, and whether it goes through the rows that are there.
CASES = [
    ("create-table", "CREATE TABLE n (id INTEGER PRIMARY KEY, p REFERENCES p (id))"),
    ("create-temporary-table", "CREATE TEMPORARY TABLE n (id)"),
    ("create-table-as", "CREATE TABLE n AS SELECT 1 AS id"),
    ("drop-table", "DROP TABLE t"),
    ("rename-table", "ALTER TABLE f RENAME TO u"),
    ("rename-column", "ALTER TABLE t RENAME COLUMN b TO c"),
    ("add-column", "ALTER TABLE t ADD COLUMN x INT"),
    ("add-column", "ALTER TABLE t ADD COLUMN x INT NOT NULL DEFAULT (-5)"),
    ("add-column", "ALTER TABLE t ADD COLUMN x INT REFERENCES p (id)"),
    ("add-column", "ALTER TABLE t ADD COLUMN x INT AS (a + 1)"),
    ("add-column-not-null-without-default", "ALTER TABLE t ADD COLUMN x INT NOT NULL"),
    ("add-column-check", "ALTER TABLE t ADD COLUMN x INT DEFAULT 1 CHECK (x > 0)"),
    ("add-column-generated-not-null", "ALTER TABLE t ADD COLUMN x INT NOT NULL AS (a)"),
    ("add-column-expression-default", "ALTER TABLE t ADD COLUMN x TEXT DEFAULT CURRENT_TIMESTAMP"),
    ("add-column-expression-default", "ALTER TABLE t ADD COLUMN x INT DEFAULT (1 + 1)"),
    ("add-column-references-default", "ALTER TABLE t ADD COLUMN x INT DEFAULT 1 REFERENCES p (id)"),
    ("drop-column", "ALTER TABLE t DROP COLUMN b"),
    ("drop-virtual-column", "ALTER TABLE t DROP COLUMN v"),
    ("create-index", "CREATE INDEX i ON t (a DESC)"),
    ("create-unique-index", "CREATE UNIQUE INDEX i ON t (a)"),
    ("drop-index", "DROP INDEX ix"),
    ("create-view", "CREATE VIEW x AS SELECT id FROM t"),
    ("create-trigger", "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END"),
    ("drop-view", "DROP VIEW old"),
    ("drop-trigger", "DROP TRIGGER gone"),
    ("insert", "INSERT INTO t (a) VALUES (1)"),
    ("insert-guarded", "INSERT OR IGNORE INTO t (id) VALUES (1)"),
    ("replace", "REPLACE INTO t (id, a) VALUES (1, 7)"),
    ("update", "UPDATE t SET a = 7 WHERE id = 1"),
    ("update-all", "UPDATE t SET a = 7"),
    ("delete", "DELETE FROM t WHERE id = 1"),
    ("delete-all", "DELETE FROM f"),
    ("vacuum", "VACUUM"),
    ("analyze", "ANALYZE t"),
    ("reindex", "REINDEX ix"),
    ("pragma-foreign-keys", "PRAGMA foreign_keys = ON"),
    ("pragma-journal-mode-wal", "PRAGMA journal_mode = WAL"),
    ("pragma-synchronous", "PRAGMA synchronous = FULL"),
    ("pragma-version", "PRAGMA user_version = 7"),
    ("set-option", "PRAGMA defer_foreign_keys = ON"),
    ("select", "SELECT a FROM t WHERE id = 1"),
    ("session", "SAVEPOINT s"),
]  # fmt: skip
FAILS = {
    # Where there are rows, with foreign keys on.
    "add-column-not-null-without-default", "add-column-expression-default", "add-column-references-default",
}  # fmt: skip


def test_each_proven_line_is_run_here() -> None:
    assert {line for line, _ in CASES} == {line.id for line in LINES if line.proven}


def _claim(sql: str) -> Effect:
    schema = Schema.empty("sqlite")
    for statement in split(SETUP, "sqlite"):
        for fact in read(statement, "sqlite"):
            schema.apply(fact)
    server = Server("sqlite", sqlite3.sqlite_version_info)
    found = combined([effect(fact, schema, server) for fact in read(split(sql, "sqlite")[0], "sqlite")])
    assert found is not None
    return found


def _open(path: Path, rows: int = 0) -> sqlite3.Connection:
    """A connection that commits each statement; a new file is filled."""
    new = not path.exists()
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    # Debian's SQLite overwrites what it deletes; elsewhere pages are only put on a list (pragma.html, secure_delete).
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    if new:
        connection.executescript(SETUP)
        for table in ("t", "f"):
            connection.execute(FILL.format(table), (rows,)) if rows else None
    return connection


@pytest.mark.parametrize(("line", "sql"), CASES)
def test_the_work_is_what_the_line_says(line: str, sql: str, tmp_path: Path) -> None:
    claim = _claim(sql)
    assert (claim.line, claim.proven) == (line, True)
    if line in FAILS:
        return
    few, many = (_steps(tmp_path / str(rows), sql, rows) for rows in (40, MANY))
    goes_through_rows = many > few + MANY
    if line != "vacuum":  # its copying is not done by steps
        assert goes_through_rows is (claim.work >= Work.SCAN), (few, many)

    path = tmp_path / "pages"
    with closing(_open(path, MANY)) as connection:
        before = _pages(path)
        connection.execute(sql)
        connection.execute("PRAGMA wal_checkpoint")
        after = _pages(path)
    of_t = (len(before) - 20) // 2
    changed = sum(old != new for old, new in zip(before, after, strict=False)) + abs(len(after) - len(before))
    if claim.work is Work.REWRITE:
        assert changed > of_t / 2
    elif line not in ("update-all", "delete-all"):
        assert changed < (of_t / 2 if claim.work is Work.INDEX else 6), changed


def _steps(path: Path, sql: str, rows: int) -> int:
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with closing(_open(path, rows)) as connection:
        connection.set_progress_handler(step, 1)
        connection.execute(sql).fetchall()
        connection.set_progress_handler(None, 1)
    return steps


def _pages(path: Path) -> list[bytes]:
    whole = path.read_bytes()
    return [whole[start : start + 4096] for start in range(0, len(whole), 4096)]


@pytest.mark.parametrize(("line", "sql"), [case for case in CASES if case[0] in FAILS])
def test_rows_make_it_fail(line: str, sql: str, tmp_path: Path) -> None:
    assert _claim(sql).may_fail
    for rows in (0, 1):
        with closing(_open(tmp_path / str(rows), rows)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            if rows:
                with pytest.raises(sqlite3.OperationalError):
                    connection.execute(sql)
            else:
                connection.execute(sql)


ALONE = [case for case in CASES if case[0] in ("vacuum", "pragma-journal-mode-wal", "pragma-synchronous")]


@pytest.mark.parametrize(("line", "sql"), CASES)
def test_what_is_part_of_its_transaction(line: str, sql: str, tmp_path: Path) -> None:
    claim = _claim(sql)
    with closing(_open(tmp_path / "db", 0 if line in FAILS else 40)) as connection:
        before = list(connection.iterdump()), connection.execute("PRAGMA user_version").fetchone()
        connection.execute("BEGIN")
        if claim.commits is Commits.ALONE:
            with pytest.raises(sqlite3.OperationalError, match="transaction"):
                connection.execute(sql)
            return
        connection.execute(sql)
        connection.execute("ROLLBACK")
        assert (list(connection.iterdump()), connection.execute("PRAGMA user_version").fetchone()) == before


NAMELESS = ("pragma-version", "select")
"""They name no table, so no lock can be told: RESERVED and SHARED."""
LOCKING = [case for case in CASES if case not in ALONE and case[0] not in NAMELESS]


@pytest.mark.parametrize(("line", "sql"), LOCKING)
def test_who_is_kept_out_until_the_transaction_ends(line: str, sql: str, tmp_path: Path) -> None:
    claim = _claim(sql)
    held = max((lock.blocks for lock in claim.locks if not lock.brief), default=Blocks.NOTHING)
    path = tmp_path / "db"
    with closing(_open(path, 0 if line in FAILS else 40)) as first, closing(_open(path)) as second:
        first.execute("BEGIN")
        first.execute(sql).fetchall()

        assert _refused(second, "INSERT INTO f (a) VALUES (1)") is (held >= Blocks.WRITES)
        assert not _refused(second, "SELECT count(*) FROM f")
        assert held < Blocks.ALL


@pytest.mark.parametrize(("line", "sql"), LOCKING)
def test_who_reads_keeps_a_commit_waiting(line: str, sql: str, tmp_path: Path) -> None:
    waits = any(lock.brief and lock.blocks is Blocks.ALL for lock in _claim(sql).locks)
    path = tmp_path / "db"
    with closing(_open(path, 0 if line in FAILS else 40)) as first, closing(_open(path)) as second:
        first.execute("BEGIN")
        first.execute(sql).fetchall()
        second.execute("BEGIN")
        second.execute("SELECT count(*) FROM f").fetchall()
        if waits != _refused(first, "COMMIT"):
            # INSERT OR IGNORE of a row that is there changes nothing.
            assert line == "insert-guarded"
        second.execute("ROLLBACK")


def _refused(connection: sqlite3.Connection, sql: str) -> bool:
    try:
        connection.execute(sql).fetchall()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return True
    return False


# ---- what the module's first lines say


def test_in_wal_mode_readers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(_open(path, 40)) as first, closing(_open(path)) as second:
        first.execute("PRAGMA journal_mode = WAL")
        second.execute("BEGIN")
        second.execute("SELECT count(*) FROM f").fetchall()
        first.execute("BEGIN")
        first.execute("ALTER TABLE t DROP COLUMN b")
        assert not _refused(first, "COMMIT")


def test_what_is_bigger_than_the_page_cache_keeps_readers_out_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(_open(path, MANY)) as first, closing(_open(path)) as second:
        first.execute("PRAGMA cache_size = 5")
        first.execute("BEGIN")
        first.execute("ALTER TABLE t DROP COLUMN b")
        assert _refused(second, "SELECT count(*) FROM f")


def test_vacuum_keeps_all_out_while_it_runs(tmp_path: Path) -> None:
    assert _claim("VACUUM").commits is Commits.ALONE
    path = tmp_path / "db"
    seen = []
    with closing(_open(path, MANY)) as first, closing(_open(path)) as second:

        def look() -> int:
            seen.append(_refused(second, "SELECT count(*) FROM f"))
            return 0

        first.set_progress_handler(look, 500)
        first.execute("VACUUM")
        first.set_progress_handler(None, 1)
    assert any(seen)


def test_switching_foreign_keys_inside_a_transaction_does_nothing(tmp_path: Path) -> None:
    with closing(_open(tmp_path / "db")) as connection:
        connection.execute("BEGIN")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("COMMIT")
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)


def test_the_lock_is_named_with_the_table_of_the_statement() -> None:
    assert _claim("ALTER TABLE t ADD COLUMN x INT").blocks(Name("t")) is Blocks.WRITES
