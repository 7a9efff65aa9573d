"""The commands of the runbook, run as they stand there: what is dumped and destroyed comes back, row by row."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sqlgen import facts
from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema
from sqlgen.script.losses.range import losses
from sqlgen.script.runbook.backup import backup, everything
from sqlgen.script.runbook.page import Range, render
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step
from sqlgen.statements import split

ODD = 'Or"der$ of'
TABLES = [Name(ODD), Name("users")]
ROWS = [(1, "书名 'x'"), (2, None)]


def run(commands: Iterable[str], folder: Path, env: dict[str, str]) -> None:
    """Each line in a shell, as people run it."""
    for line in commands:
        done = subprocess.run(["sh", "-c", line], cwd=folder, env={**os.environ, **env}, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_postgresql(postgresql_database: Any, tmp_path: Path) -> None:
    database, login = postgresql_database, postgresql_database.server.login
    env = {"PGHOST": login["host"], "PGPORT": str(login["port"]), "PGUSER": login["user"]}
    env["PGPASSWORD"] = login["password"]
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    odd = '"' + ODD.replace('"', '""') + '"'
    database.rows("CREATE TYPE mood AS ENUM ('good')")
    for table, extra in ((odd, ", feels mood DEFAULT 'good'"), ("users", ""), ("others", "")):
        database.rows(f"CREATE TABLE {table} (id integer PRIMARY KEY, name text{extra})")
        database.rows(f"INSERT INTO {table} (id, name) VALUES (1, '书名 ''x'''), (2, NULL)")
    database.rows(f"ALTER TABLE {odd} ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES others (id)")
    copy = f"{database.name}_b"
    kept = backup(TABLES, [Name(ODD)], Target("postgresql", "psql", None, "prod", database.name), "b")
    run(kept.keep, tmp_path, env)
    dropped = database.rows(f"DROP TABLE {odd}")
    database.rows("UPDATE users SET name = 'gone'")
    assert dropped == []
    try:
        run(kept.beside, tmp_path, env)
        beside = type(database)(database.server, copy, database.url)
        assert beside.rows(f"SELECT id, name FROM {odd} ORDER BY id") == ROWS
        assert beside.rows("SELECT id, name FROM users ORDER BY id") == ROWS
        assert beside.rows("SELECT count(*) FROM others") == [(0,)]  # it was not asked for
    finally:
        database.rows(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
    database.rows(f"CREATE TABLE {odd} (id integer PRIMARY KEY, name text, feels mood DEFAULT 'good')")
    run(kept.over, tmp_path, env)
    assert database.rows(f"SELECT id, name FROM {odd} ORDER BY id") == ROWS
    assert database.rows("SELECT DISTINCT name FROM users") == [("gone",)]  # it was not emptied, so it stays


def test_postgresql_as_a_whole(postgresql_database: Any, tmp_path: Path) -> None:
    database, login = postgresql_database, postgresql_database.server.login
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    env = {"PGHOST": login["host"], "PGPORT": str(login["port"]), "PGUSER": login["user"]}
    env["PGPASSWORD"] = login["password"]
    database.rows("CREATE TABLE users AS SELECT 1 AS id")
    kept = everything(Target("postgresql", "psql", None, "prod", database.name), "b")
    run(kept.keep, tmp_path, env)
    try:
        run(kept.beside, tmp_path, env)
        beside = type(database)(database.server, f"{database.name}_b", database.url)
        assert beside.rows("SELECT id FROM users") == [(1,)]
    finally:
        database.rows(f"DROP DATABASE IF EXISTS {database.name}_b WITH (FORCE)")


def test_mariadb(mariadb_database: Any, tmp_path: Path) -> None:
    database, login = mariadb_database, mariadb_database.server.login
    if shutil.which("mariadb-dump") is None:
        pytest.skip("mariadb-dump is not installed")
    env = {"MYSQL_PWD": login["password"]}
    at = f"-h {shlex.quote(login['host'])} -P {login['port']} -u {shlex.quote(login['user'])}"
    odd = f"`{ODD}`"
    for table in ("others", odd, "users"):
        database.rows(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(40)) DEFAULT CHARSET utf8mb4")
        database.rows(f"INSERT INTO {table} VALUES (1, '书名 ''x'''), (2, NULL)")
    database.rows(f"ALTER TABLE {odd} ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES others (id)")
    target = Target("mariadb", "mysql", None, "prod", database.name)
    kept, whole = backup(TABLES, [Name(ODD)], target, "b"), everything(target, "w")

    def mine(commands: Iterable[str]) -> list[str]:
        assert all("-h HOST -u USER -p" in line for line in commands)
        return [line.replace("-h HOST -u USER -p", at) for line in commands]

    run(mine(kept.keep), tmp_path, env)
    run(mine(whole.keep), tmp_path, env)
    database.rows(f"DROP TABLE {odd}")
    database.rows("UPDATE users SET name = 'gone'")
    try:
        run(mine(kept.beside), tmp_path, env)
        run(mine(whole.beside), tmp_path, env)
        for table in (f"{database.name}_b.{odd}", f"{database.name}_b.users", f"{database.name}_w.others"):
            assert database.rows(f"SELECT id, name FROM {table} ORDER BY id") == ROWS
        database.rows(f"CREATE TABLE {odd} (id INTEGER PRIMARY KEY, name VARCHAR(40)) DEFAULT CHARSET utf8mb4")
        run(mine(kept.over), tmp_path, env)
    finally:
        database.rows(f"DROP DATABASE IF EXISTS {database.name}_b")
        database.rows(f"DROP DATABASE IF EXISTS {database.name}_w")
    assert database.rows(f"SELECT id, name FROM {odd} ORDER BY id") == ROWS
    assert database.rows("SELECT DISTINCT name FROM users") == [("gone",)]


def test_sqlite(sqlite_file: Any, tmp_path: Path) -> None:
    import sqlite3

    odd = '"' + ODD.replace('"', '""') + '"'
    for table in (odd, "users"):
        sqlite_file.rows(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT)")
        sqlite_file.rows(f"INSERT INTO {table} VALUES (1, '书名 ''x'''), (2, NULL)")
    kept = backup(TABLES, [Name(ODD)], Target("sqlite", "sqlite3", None, "prod", "shop.db"), "b")
    run(kept.keep, tmp_path, {})
    sqlite_file.rows(f"DROP TABLE {odd}")
    sqlite_file.rows("UPDATE users SET name = 'gone'")
    with closing(sqlite3.connect(tmp_path / "b.db")) as beside:
        assert beside.execute("SELECT id, name FROM users ORDER BY id").fetchall() == ROWS
    sqlite_file.rows(f"CREATE TABLE {odd} (id INTEGER PRIMARY KEY, name TEXT)")
    run(kept.over, tmp_path, {})
    assert sqlite_file.rows(f"SELECT id, name FROM {odd} ORDER BY id") == ROWS
    assert sqlite_file.rows("SELECT DISTINCT name FROM users") == [("gone",)]


# ---- the page of a range: where each of its scripts starts, the dump that it names holds the rows


def items(sql: str, dialect: str) -> tuple[Item, ...]:
    texts = (one for one in split(sql, dialect) if one.text)
    return tuple(Item(statement, facts.read(statement, dialect), None, 1) for statement in texts)


def page(before: str, up: str, down: str, target: Target) -> str:
    schema = Schema.empty(target.dialect)
    for item in items(before, target.dialect):
        schema.apply_all(item.facts)
    there = Step("r1", "", "upgrade", ("r0",), ("r1",), "versions/r1.py", items(up, target.dialect))
    back = Step("r1", "", "downgrade", ("r1",), ("r0",), "versions/r1.py", items(down, target.dialect))
    lost = losses([there], [back], target, schema)
    return render(Range([there], [back], target, lost, {}, schema, "c" * 64))


def dumps(text: str, file: str) -> list[str]:
    """The commands of the page that keep something in this file."""
    found = [line.strip() for line in text.splitlines() if f"{file}-data.sql" in line or f"{file}.dump" in line]
    return [line for line in found if line.startswith(("pg_dump", "mariadb-dump"))]


PARTITIONED = """
CREATE TABLE ord (id integer, d date, st text) PARTITION BY RANGE (d);
CREATE TABLE ord_2024 PARTITION OF ord FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE old (id integer PRIMARY KEY);
"""
UP = """
ALTER TABLE ord DROP COLUMN st;
CREATE TABLE ord_2025 PARTITION OF ord FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE ord_2024 RENAME TO ord_last;
ALTER TABLE old RENAME TO new;
ALTER TABLE new ADD COLUMN precious text;
"""
DOWN = """
ALTER TABLE new DROP COLUMN precious;
ALTER TABLE new RENAME TO old;
ALTER TABLE ord DROP COLUMN id;
"""


def test_postgresql_before_each_script(postgresql_database: Any, tmp_path: Path) -> None:
    database, login = postgresql_database, postgresql_database.server.login
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    env = {"PGHOST": login["host"], "PGPORT": str(login["port"]), "PGUSER": login["user"]}
    env["PGPASSWORD"] = login["password"]
    text = page(PARTITIONED, UP, DOWN, Target("postgresql", "psql", "15", "prod", database.name))

    def rows(file: str) -> str:
        """Of all tables, as they stand in the dump."""
        line = f"pg_restore --data-only -f {file}.sql {file}.dump"
        run([line], tmp_path, env)
        return (tmp_path / f"{file}.sql").read_text()

    database.rows(PARTITIONED)
    database.rows("INSERT INTO ord VALUES (7, '2024-02-02', 'kept before'); INSERT INTO old VALUES (3)")
    run(dumps(text, "before-apply"), tmp_path, env)
    assert "7\t2024-02-02\tkept before" in rows("before-apply")
    database.rows(UP)
    database.rows("INSERT INTO ord VALUES (8, '2025-02-02'); UPDATE new SET precious = 'kept behind'")
    run(dumps(text, "before-rollback"), tmp_path, env)
    for row in ("7\t2024-02-02", "8\t2025-02-02", "3\tkept behind"):
        assert row in rows("before-rollback")
    database.rows("ALTER TABLE new RENAME TO elsewhere")
    (dump,) = dumps(text, "before-rollback")
    done = subprocess.run(["sh", "-c", dump], cwd=tmp_path, env={**os.environ, **env}, capture_output=True, text=True)
    assert done.returncode, "a table that is not there was left out silently"
    assert "no matching tables were found for pattern" in done.stderr


def test_the_rows_of_partitions_come_back(postgresql_database: Any, tmp_path: Path) -> None:
    database, login = postgresql_database, postgresql_database.server.login
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    env = {"PGHOST": login["host"], "PGPORT": str(login["port"]), "PGUSER": login["user"]}
    env["PGPASSWORD"] = login["password"]
    text = page(PARTITIONED, "DROP TABLE ord", PARTITIONED, Target("postgresql", "psql", "15", "prod", database.name))
    database.rows(PARTITIONED)
    database.rows("INSERT INTO ord VALUES (7, '2024-02-02', 'x')")
    run(dumps(text, "before-apply"), tmp_path, env)
    database.rows("DROP TABLE ord, old")
    database.rows(PARTITIONED)
    assert database.rows("SELECT id FROM ord") == []
    run((line.strip() for line in text.splitlines() if "--single-transaction" in line), tmp_path, env)
    assert database.rows("SELECT id, st FROM ord") == [(7, "x")]


def test_mariadb_before_each_script(mariadb_database: Any, tmp_path: Path) -> None:
    database, login = mariadb_database, mariadb_database.server.login
    if shutil.which("mariadb-dump") is None:
        pytest.skip("mariadb-dump is not installed")
    before = "CREATE TABLE old (id INTEGER PRIMARY KEY, v VARCHAR(20))"
    up = ("ALTER TABLE old RENAME TO new", "ALTER TABLE new DROP COLUMN v", "ALTER TABLE new ADD COLUMN p TEXT")
    target = Target("mariadb", "mysql", None, "prod", database.name)
    text = page(before, ";".join(up), "ALTER TABLE new DROP COLUMN p; ALTER TABLE new RENAME TO old", target)
    at = f"-h {shlex.quote(login['host'])} -P {login['port']} -u {shlex.quote(login['user'])}"

    def kept(file: str) -> str:
        found = [line.replace("-h HOST -u USER -p", at) for line in dumps(text, file)]
        run(found, tmp_path, {"MYSQL_PWD": login["password"]})
        return (tmp_path / f"{file}-data.sql").read_text()

    database.rows(before)
    database.rows("INSERT INTO old VALUES (1, 'kept before')")
    assert "(1,'kept before')" in kept("before-apply")
    for sql in up:
        database.rows(sql)
    database.rows("UPDATE new SET p = 'kept behind'")
    assert "(1,'kept behind')" in kept("before-rollback")


def test_sqlite_takes_what_is_said_to_be_gone(sqlite_file: Any) -> None:
    before = """
    CREATE TABLE par (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT COLLATE NOCASE, CONSTRAINT ck CHECK (id > 0));
    CREATE TRIGGER fill AFTER UPDATE ON par BEGIN SELECT 1; END;
    CREATE INDEX ix_n ON par (n);
    """
    up = """
    CREATE TABLE _alembic_tmp_par (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
    INSERT INTO _alembic_tmp_par (id, n) SELECT par.id, par.n FROM par;
    DROP TABLE par;
    ALTER TABLE _alembic_tmp_par RENAME TO par;
    """
    text = page(before, up, "SELECT 1", Target("sqlite", "sqlite3", None, "prod", "shop.db"))
    told = ("triggers of par", "fill", "id AUTOINCREMENT", "n COLLATE NOCASE", "CHECK ck", "INDEX ix\\_n")
    assert all(what in text for what in told)
    for item in items(before, "sqlite"):
        sqlite_file.rows(item.statement.text)
    catalog = "SELECT group_concat(name || sql) FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
    words = ("fill", "AUTOINCREMENT", "NOCASE", "ck", "ix_n")
    ((there,),) = sqlite_file.rows(catalog)
    assert all(word in there for word in words)
    for item in items(up, "sqlite"):
        sqlite_file.rows(item.statement.text)
    ((left,),) = sqlite_file.rows(catalog)
    assert not any(word in left for word in words)
