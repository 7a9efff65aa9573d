"""What a second connection is refused while a MariaDB statement runs or its transaction is open, and what commits."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

import pymysql
import pytest

from sqlgen.effects import Blocks, Commits, Effect, Server, combined, effect
from sqlgen.effects.mysql.plain import PROVEN
from sqlgen.facts import read
from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema
from sqlgen.script.mysql.session import SQL_MODE
from sqlgen.statements import split

SETUP = (
    "CREATE TABLE p (id int PRIMARY KEY, v int)",
    "CREATE TABLE t (id int PRIMARY KEY, v int)",
    "CREATE TABLE w (id int PRIMARY KEY)",
    "INSERT INTO p VALUES (1, 1), (2, 2)",
    "INSERT INTO t VALUES (1, 1), (5, 2)",
)
FOR_SOME = {
    # made where a statement names it
    "k": "CREATE TABLE k (id int PRIMARY KEY, v int) PARTITION BY RANGE (id)"
    " (PARTITION k0 VALUES LESS THAN (10), PARTITION k1 VALUES LESS THAN (20))",
    "u": "CREATE TABLE u (id int PRIMARY KEY, v int)",
    "old": "CREATE VIEW old AS SELECT id FROM t",
}

# The line, the table that it is about, and the statement.
CASES = [
    ("insert", "t", "INSERT INTO t VALUES (9, 1)"),
    ("update", "t", "UPDATE t SET v = 3 WHERE id = 1"),
    ("update-all", "t", "UPDATE t SET v = 3"),
    ("update-without-index", "t", "UPDATE t SET v = 3 WHERE v = 1"),
    ("delete", "t", "DELETE FROM t WHERE id = 1"),
    ("delete-all", "t", "DELETE FROM t"),
    ("delete-without-index", "t", "DELETE FROM t WHERE v = 1"),
    ("select", "t", "SELECT 1"),
    ("set-option", "t", "SET lock_wait_timeout = 5"),
    ("set-autocommit", "t", "SET autocommit = 1"),
    ("session", "t", "SAVEPOINT s"),
    ("begin", "t", "START TRANSACTION"),
    ("lock-table-read", "t", "LOCK TABLES t READ"),
    ("lock-table-write", "t", "LOCK TABLES t WRITE"),
    ("check-table", "t", "CHECK TABLE t"),
    ("analyze-table", "t", "ANALYZE TABLE t"),
    ("create-table", "p", "CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p (id))"),
    ("create-table-as", "t", "CREATE TABLE c AS SELECT 1 AS id"),
    ("create-temporary-table", "t", "CREATE TEMPORARY TABLE c (id int)"),
    ("drop-table", "t", "DROP TABLE t"),
    ("truncate", "t", "TRUNCATE TABLE t"),
    ("rename-table", "t", "RENAME TABLE t TO c"),
    ("drop-partition", "k", "ALTER TABLE k DROP PARTITION k1"),
    ("truncate-partition", "k", "ALTER TABLE k TRUNCATE PARTITION k1"),
    ("exchange-partition", "k", "ALTER TABLE k EXCHANGE PARTITION k0 WITH TABLE u"),
    ("check-partition", "k", "ALTER TABLE k CHECK PARTITION k0"),
    ("disable-keys", "t", "ALTER TABLE t DISABLE KEYS"),
    ("create-trigger", "t", "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = 1"),
    ("create-object", "t", "CREATE VIEW x AS SELECT id FROM t"),
    ("alter-object", "t", "ALTER VIEW old AS SELECT v FROM t"),
    ("drop-object", "t", "DROP VIEW old"),
    ("no-change", "t", "ALTER TABLE t"),
]  # fmt: skip


def test_each_proven_line_is_run_here() -> None:
    assert {line for line, _, _ in CASES} == PROVEN


@dataclass(frozen=True, slots=True)
class People:
    """Connections: the first one changes, the second one waits for nothing."""

    first: Any
    second: Any
    third: Any
    """Sees what the first one is at."""

    def refused(self, sql: str) -> bool:
        """Whether the second one would have to wait."""
        try:
            self.second.execute(sql)
        except pymysql.Error as error:
            if error.args[0] != 1205:  # lock wait timeout
                raise
            return True
        return False


@pytest.fixture(scope="module")
def connections(mariadb_server: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Connections are dear: they are made once."""
    with ExitStack() as stack:
        login = {**mariadb_server.login, "autocommit": True, "ssl_disabled": True}
        made = [stack.enter_context(closing(pymysql.connect(**login))) for _ in range(3)]
        yield made[0], made[1], made[2]
        _release(made)
        made[2].cursor().execute(f"DROP DATABASE IF EXISTS {NAME}")


def _release(connections: Iterable[Any]) -> None:
    for connection in connections:
        connection.rollback()
        connection.cursor().execute("UNLOCK TABLES")
        connection.autocommit(True)


NAME = f"sqlgen_test_{uuid.uuid4().hex[:12]}"
FRESH = (f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}", f"USE {NAME}")


def _setup(request: pytest.FixtureRequest) -> list[str]:
    named = getattr(request.node, "callspec", None)
    words = named.params.get("sql", "").split() if named is not None else []
    return [*SETUP, *(sql for name, sql in FOR_SOME.items() if name in words)]


@pytest.fixture
def people(connections: tuple[Any, Any, Any], request: pytest.FixtureRequest) -> People:
    _release(connections)
    first, second, third = (connection.cursor() for connection in connections)
    for sql in (*FRESH, *_setup(request)):
        first.execute(sql)
    second.execute(f"USE {NAME}")
    second.execute("SET lock_wait_timeout = 0, innodb_lock_wait_timeout = 0")
    return People(first, second, third)


SERVER = Server("mariadb", (10, 11))


def _claim(sql: str, server: Server = SERVER) -> Effect:
    schema = Schema.empty(server.dialect)
    for text in (*SETUP, *FOR_SOME.values()):
        for fact in read(split(text, "mariadb")[0], "mariadb"):
            schema.apply(fact)
    found = combined([effect(fact, schema, server) for fact in read(split(sql, "mariadb")[0], "mariadb")])
    assert found is not None
    return found


@pytest.mark.parametrize(("line", "table", "sql"), CASES)
def test_what_commits(line: str, table: str, sql: str, people: People) -> None:
    claim = _claim(sql)
    assert (claim.line, claim.proven) == (line, True)

    people.first.execute("SET autocommit = 0" if line == "set-autocommit" else "BEGIN")
    people.first.execute("INSERT INTO w VALUES (1)")
    people.first.execute(sql)
    people.first.execute("ROLLBACK")
    people.first.execute("UNLOCK TABLES")
    people.first.execute("SELECT COUNT(*) FROM w")

    assert people.first.fetchone() == ((1,) if claim.commits is Commits.IMPLICITLY else (0,))


HELD = (
    "insert", "update", "update-all", "update-without-index", "delete", "delete-all", "delete-without-index",
    "lock-table-read", "lock-table-write",
)  # fmt: skip
"""What is blocked as long as the transaction or LOCK TABLES is open. The others: what they wait for."""


@pytest.mark.parametrize(("line", "table", "sql"), [case for case in CASES if case[0] in HELD])
def test_what_is_blocked_until_the_end(line: str, table: str, sql: str, people: People) -> None:
    blocks = _claim(sql).blocks(Name(table))
    people.first.execute("BEGIN")
    people.first.execute(sql)

    assert people.refused(f"ALTER TABLE {table} ADD COLUMN x int") is (blocks >= Blocks.SCHEMA)
    assert people.refused(f"INSERT INTO {table} VALUES (7, 7)") is (blocks >= Blocks.WRITES)
    assert people.refused(f"SELECT * FROM {table}") is (blocks >= Blocks.ALL)


@pytest.mark.parametrize(("line", "table", "sql"), [case for case in CASES if case[0] not in HELD])
def test_what_has_to_wait_for_who_reads_a_table(line: str, table: str, sql: str, people: People) -> None:
    lock = _claim(sql).lock(Name(table))
    people.first.execute("BEGIN")
    people.first.execute(f"SELECT * FROM {table}")

    assert people.refused(sql) is (lock is not None and lock.blocks is Blocks.ALL)


# ---- while a change is slow: a digest of some megabytes for each row

SLOW = "length(md5(concat(repeat(md5(v), 300000), id))) > 0"


def _refused_while_it_runs(
    people: People, before: Sequence[str], sql: str, state: str, asked: Sequence[str]
) -> list[bool]:
    """What others are refused while the statement is at work.

    An answer counts only if the statement was still at work when it came: else all is done again with more rows.
    """
    for rows in (30, 120, 480):
        for text in (*FRESH, *SETUP, *before, f"INSERT INTO t (id, v) SELECT seq + 100, 1 FROM seq_1_to_{rows}"):
            people.first.execute(text)
        people.second.execute(f"USE {NAME}")
        people.first.execute("SELECT CONNECTION_ID()")
        (number,) = people.first.fetchone()
        work = threading.Thread(target=people.first.execute, args=(sql,))
        work.start()
        while work.is_alive():
            people.third.execute(f"SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = {number}")
            if state in (people.third.fetchone()[0] or ""):
                break
            time.sleep(0.01)
        refused = [people.refused(text) for text in asked]
        in_time = work.is_alive()
        work.join()
        if in_time:
            return refused
    pytest.fail("the statement was always over before the others were answered")


def test_a_copy_lets_others_read_and_nothing_else(people: People) -> None:
    sql = f"ALTER TABLE t ADD CONSTRAINT slow CHECK ({SLOW})"
    assert _claim(sql).blocks(Name("t")) is Blocks.WRITES
    asked = ("SELECT * FROM t", "INSERT INTO t VALUES (7, 7)", "ALTER TABLE t ADD COLUMN x int")
    assert _refused_while_it_runs(people, (), sql, "copy to tmp table", asked) == [False, True, True]


def test_a_foreign_key_keeps_writes_from_both_tables(people: People) -> None:
    sql = f"ALTER TABLE t ADD FOREIGN KEY (v) REFERENCES p (id), ADD CONSTRAINT slow CHECK ({SLOW})"
    assert _claim(sql).blocks(Name("p")) is Blocks.WRITES
    asked = ("SELECT * FROM p", "INSERT INTO p VALUES (7, 7)", "INSERT INTO t VALUES (7, 7)")
    assert _refused_while_it_runs(people, (), sql, "copy to tmp table", asked) == [False, True, True]


def test_an_index_is_built_while_others_write(people: People) -> None:
    before = (f"ALTER TABLE t ADD COLUMN slow int AS ({SLOW}) VIRTUAL",)
    sql = "ALTER TABLE t ADD KEY (slow)"
    assert _claim(sql).blocks(Name("t")) is Blocks.SCHEMA
    asked = ("INSERT INTO t (id, v) VALUES (7, 7)", "ALTER TABLE t ADD COLUMN x int")
    assert _refused_while_it_runs(people, before, sql, "altering table", asked) == [False, True]


def test_rows_that_are_there_may_break_a_check_that_came_with_its_column(people: People) -> None:
    people.first.execute("ALTER TABLE t ADD COLUMN x int DEFAULT 5 CHECK (x < 3)")
    people.first.execute("SELECT DISTINCT x FROM t")
    assert people.first.fetchall() == ((5,),)


FAILING = [
    ("ADD COLUMN x int NOT NULL", "mariadb"),
    ("ADD COLUMN x date NOT NULL", "mariadb"),
    ("ADD COLUMN x date NOT NULL", "mysql"),
    ("ADD COLUMN x datetime NOT NULL", "mysql"),
    ("ADD COLUMN x int UNIQUE", "mariadb"),
    ("ADD COLUMN x int NOT NULL UNIQUE", "mariadb"),
    ("ADD COLUMN x int DEFAULT 1 UNIQUE", "mariadb"),
    ("ADD COLUMN x int REFERENCES p (id)", "mariadb"),
    ("ADD COLUMN x int NOT NULL REFERENCES p (id)", "mariadb"),
    ("ADD COLUMN x int DEFAULT 9 REFERENCES p (id)", "mariadb"),
    ("ADD COLUMN x int AUTO_INCREMENT UNIQUE", "mariadb"),
    ("MODIFY v int NOT NULL", "mariadb"),
    ("MODIFY v bigint", "mariadb"),
    ("MODIFY v tinyint", "mariadb"),
    ("ADD UNIQUE KEY (v)", "mariadb"),
    ("ADD KEY (v)", "mariadb"),
    ("ADD CONSTRAINT c CHECK (v < 5)", "mariadb"),
    ("ADD CONSTRAINT f FOREIGN KEY (v) REFERENCES p (id)", "mariadb"),
    ("DROP PRIMARY KEY, ADD PRIMARY KEY (v)", "mariadb"),
    ("DROP PRIMARY KEY", "mariadb"),
    ("DROP COLUMN id", "mariadb"),
]
"""A clause, and whose sql_mode is set."""


def test_where_rows_make_it_fail_that_is_said(people: People) -> None:
    """With each value that can be in the way: one that is there twice, one that is nowhere else, a great one, NULL."""
    wrong = []
    for clause, mode in FAILING:
        people.first.execute(f"SET SESSION sql_mode = '{SQL_MODE[mode]}'")
        people.first.execute("CREATE OR REPLACE TABLE t (id int PRIMARY KEY, v int)")
        people.first.execute("INSERT INTO t VALUES (1, 1), (5, 2), (6, 1), (7, 2000), (8, NULL)")
        claim = _claim(f"ALTER TABLE t {clause}", SERVER if mode == "mariadb" else Server("mysql", (8, 4)))
        try:
            people.first.execute(f"ALTER TABLE t {clause}")
            failed = False
        except pymysql.Error:
            failed = True
        if claim.may_fail is not failed:
            wrong.append((clause, mode, failed))
    assert wrong == []
