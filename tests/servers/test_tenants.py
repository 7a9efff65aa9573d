"""One script in many databases, schemas and files: canary first, stopped by what fails, resumed, none twice."""

from __future__ import annotations

import os
import re
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pymysql
import pytest

from sqlgen import facts
from sqlgen.schema import Schema
from sqlgen.script import Target, folder, tenants
from sqlgen.script.losses.range import losses
from sqlgen.script.runbook.page import Range
from sqlgen.script.undo import undos
from sqlgen.segments import Step

if TYPE_CHECKING:
    from conftest import Database, Server, Story

Rows = Callable[[str, str], list[tuple[Any, ...]]]
"""A tenant and one statement in, its rows out."""


@dataclass(frozen=True, slots=True)
class Four:
    """Four of them, each at a1 with the table books; the third holds a row that c3 would insert."""

    names: tuple[str, ...]
    target: Target
    rows: Rows
    env: dict[str, str]
    options: tuple[str, ...] = ()

    def prepare(self) -> Four:
        for name in self.names:
            self.rows(name, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            self.rows(name, "INSERT INTO alembic_version VALUES ('a1')")
            self.rows(name, "CREATE TABLE books (id INTEGER NOT NULL, title VARCHAR(40), PRIMARY KEY (id))")
        self.rows(self.names[2], "INSERT INTO books VALUES (1, 'in the way')")
        return self

    def at(self) -> list[str]:
        return [self.rows(name, "SELECT version_num FROM alembic_version")[0][0] for name in self.names]

    def run(self, place: Path, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "out/tenants.sh", *words, *(("--", *self.options) if self.options else ())],
            cwd=place,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout


def write(place: Path, four: Four, story: Story) -> None:
    """The folder of the change a1 → d4, and of its rollback."""
    dialect = "mysql" if four.target.dialect == "mariadb" else four.target.dialect
    target = four.target
    first, *up = [known(step, target.dialect) for step in story.steps(dialect)]
    down = [known(step, target.dialect) for step in story.rollback(dialect, down_to=1)]
    before = Schema(target.dialect)
    for item in first.items:
        before.apply_all(item.facts)
    lost, ways = losses(up, down, target, before), undos(up, down, target, before)
    (place / "out").mkdir()
    for name, text in folder.files(Range(up, down, target, lost, ways, before, "0" * 64)).items():
        (place / "out" / name).write_text(text, encoding="utf-8")


def known(step: Step, dialect: str) -> Step:
    """With all that its statements say, as checks need it."""
    items = (replace(item, facts=facts.read(item.statement, dialect)) for item in step.items)
    return replace(step, items=tuple(items))


def results(place: Path, number: int, action: str) -> list[str]:
    """What the runs in a tenant ended with, first words only, from its log."""
    (log,) = (place / "tenants-logs").glob(f"{number}-*.{action}.log")
    runs = log.read_text(encoding="utf-8").split("== ")[1:]
    lines = [[line for line in run.splitlines() if "sqlgen result: " in line] for run in runs]
    return [found[-1].partition("sqlgen result: ")[2].partition(":")[0] if found else "" for found in lines]


def follow(place: Path, four: Four, story: Story) -> None:
    """The whole story, the same for each engine."""
    write(place, four, story)
    code, told = four.run(place, "preflight", "all")
    assert (code, four.at()) == (0, ["a1"] * 4), told
    code, told = four.run(place, "canary")
    assert (code, four.at()) == (0, ["d4", "a1", "a1", "a1"]), told
    assert told.splitlines()[-2:] == [
        "tenants.sh: apply: DONE in 1 of 4",
        "When it is well, go on with: sh out/tenants.sh all",
    ]

    code, told = four.run(place, "all")
    assert (code, four.at()[0::3]) == (1, ["d4", "a1"]), told
    assert four.at()[1] == "d4", told
    assert four.at()[2] != "d4"
    assert f"apply: NOT DONE; done in 2 of 4, stopped by {four.names[2]}\n" in told
    assert re.search(rf"^{re.escape(four.names[3])} +not reached *$", told, re.M)
    assert not list((place / "tenants-logs").glob("4-*.apply.log"))

    four.rows(four.names[2], "DELETE FROM books WHERE title = 'in the way'")
    code, told = four.run(place, "all")
    assert (code, four.at()) == (0, ["d4"] * 4), told
    assert told.splitlines()[-1] == "tenants.sh: apply: DONE in 4 of 4"
    for name in four.names:  # c3 and b2 insert a row each: none was run twice
        counted = "SELECT (SELECT count(*) FROM books), (SELECT count(*) FROM tags)"
        assert four.rows(name, counted) == [(1, 1)]
    assert [results(place, number, "apply") for number in (1, 2, 4)] == [
        ["APPLIED", "ALREADY APPLIED", "ALREADY APPLIED"],
        ["APPLIED", "ALREADY APPLIED"],
        ["APPLIED"],
    ]
    assert results(place, 3, "apply")[-1] == "APPLIED"

    code, told = four.run(place, "postcheck", "all")
    assert (code, told.splitlines()[-1]) == (0, "tenants.sh: postcheck: DONE in 4 of 4"), told
    code, told = four.run(place, "rollback", "only", four.names[1])
    assert (code, four.at()) == (0, ["d4", "a1", "d4", "d4"]), told
    code, told = four.run(place, "rollback", "all")
    assert (code, four.at()) == (0, ["a1"] * 4), told
    assert results(place, 2, "rollback") == ["APPLIED", "ALREADY APPLIED"]


@contextmanager
def databases(cursor: Any, names: tuple[str, ...], create: str, drop: str) -> Iterator[None]:
    """create, drop: statements with {name}."""
    try:
        for name in names:
            cursor.execute(create.format(name=name))
        yield
    finally:
        for name in names:
            cursor.execute(drop.format(name=name))


def fetched(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return [tuple(row) for row in cursor.fetchall()] if cursor.description else []


def names(*ends: str) -> tuple[str, ...]:
    start = f"sqlgen_test_{uuid.uuid4().hex[:8]}"
    return tuple(start + end for end in ends)


HOSTILE = ("_a", "_B '$(touch PWNED);", "_书 %s &", "_d")
"""Names that a careless shell script would run, cut or print otherwise."""


@pytest.fixture
def postgresql_databases(postgresql_server: Server) -> Iterator[Four]:
    login = postgresql_server.login
    found = names(*HOSTILE)

    def rows(tenant: str, sql: str) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(dbname=tenant, **login)) as open_, open_, open_.cursor() as cursor:
            return fetched(cursor, sql)

    with closing(psycopg2.connect(dbname="postgres", **login)) as admin:
        admin.autocommit = True
        create = 'CREATE DATABASE "{name}" TEMPLATE template0'
        drop = 'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
        with closing(admin.cursor()) as cursor, databases(cursor, found, create, drop):
            target = Target("postgresql", "psql", None, "prod", None, tenants=found)
            yield Four(found, target, rows, connection(postgresql_server)).prepare()


def connection(server: Server) -> dict[str, str]:
    """libpq's variables for a server."""
    login = server.login
    return {
        "PGHOST": login["host"],
        "PGPORT": str(login["port"]),
        "PGUSER": login["user"],
        "PGPASSWORD": login["password"],
    }


@pytest.fixture
def postgresql_schemas(postgresql_database: Database) -> Four:
    found = ("north", "So'uth x", "书", "west")

    def rows(tenant: str, sql: str) -> list[tuple[Any, ...]]:
        with closing(postgresql_database.connect()) as open_, closing(open_.cursor()) as cursor:
            cursor.execute(f'SET search_path = "{tenant}"')
            return fetched(cursor, sql)

    for name in found:
        postgresql_database.rows(f'CREATE SCHEMA "{name}"')
    target = Target("postgresql", "psql", None, "prod", postgresql_database.name, tenants=found, tenants_are="schemas")
    return Four(found, target, rows, connection(postgresql_database.server)).prepare()


@pytest.fixture
def mariadb_databases(mariadb_server: Server) -> Iterator[Four]:
    login = mariadb_server.login
    found = names(*HOSTILE)

    def rows(tenant: str, sql: str) -> list[tuple[Any, ...]]:
        with closing(pymysql.connect(database=tenant, autocommit=True, ssl_disabled=True, **login)) as open_:
            return fetched(open_.cursor(), sql)

    with (
        closing(pymysql.connect(autocommit=True, ssl_disabled=True, **login)) as admin,
        closing(admin.cursor()) as cursor,
        databases(
            cursor,
            found,
            "CREATE DATABASE `{name}` CHARACTER SET utf8mb4",
            "DROP DATABASE IF EXISTS `{name}`",
        ),
    ):
        target = Target("mariadb", "mysql", None, "prod", None, tenants=found)
        options = ("-h", login["host"], "-P", str(login["port"]), "-u", login["user"])
        yield Four(found, target, rows, {"MYSQL_PWD": login["password"]}, options).prepare()


@pytest.fixture
def sqlite_files(tmp_path: Path) -> Four:
    found = ("north.db", "data/so'uth x.db", "书.db", "west.db")
    (tmp_path / "data").mkdir()

    def rows(tenant: str, sql: str) -> list[tuple[Any, ...]]:
        import sqlite3

        with closing(sqlite3.connect(tmp_path / tenant)) as open_, open_:
            return open_.execute(sql).fetchall()

    return Four(found, Target("sqlite", "sqlite3", None, "prod", None, tenants=found), rows, {}).prepare()


KINDS = ["postgresql_databases", "postgresql_schemas", "mariadb_databases", "sqlite_files"]


@pytest.mark.parametrize("kind", KINDS)
def test_four_tenants_the_third_fails_is_mended_and_all_end_at_head_and_back_at_the_start(
    kind: str, tmp_path: Path, story: Story, request: pytest.FixtureRequest
) -> None:
    follow(tmp_path, request.getfixturevalue(kind), story)
    assert not (tmp_path / "PWNED").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_refuses_a_tenant_that_is_not_one_of_its_own(
    kind: str, tmp_path: Path, story: Story, request: pytest.FixtureRequest
) -> None:
    four: Four = request.getfixturevalue(kind)
    few = replace(four, target=replace(four.target, tenants=four.names[:2]))
    write(tmp_path, few, story)
    (tmp_path / "out" / "tenants.sh").write_text(tenants.render(four.target) or "", encoding="utf-8")
    code, told = few.run(tmp_path, "only", few.names[1])
    assert (code, few.at()) == (0, ["a1", "d4", "a1", "a1"]), told
    code, told = few.run(tmp_path, "only", few.names[3])
    assert (code, few.at()) == (1, ["a1", "d4", "a1", "a1"]), told
    assert re.search(r"this script is for (the )?(database|schema)", told)
