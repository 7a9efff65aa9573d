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

from sqlgen.facts.vocabulary import Name
from sqlgen.script.runbook.backup import backup, everything
from sqlgen.script.target import Target

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
