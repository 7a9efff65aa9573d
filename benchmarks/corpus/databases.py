"""A database of our own on a real server: made, dumped, read whole, dropped. A file, for SQLite."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import psycopg2
import pymysql

from corpus.fetch import ROOT
from corpus.projects import Dialect

_POSTGRES = os.environ.get("SQLGEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
_MARIADB = os.environ.get("SQLGEN_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/")

Row = tuple[str | None, ...]
Data = dict[str, tuple[tuple[str, ...], list[Row]]]
"""table → (columns, rows as texts, sorted)"""


class Database:
    """One database. `with Database(dialect, name) as database:` makes it empty and drops it in the end."""

    def __init__(self, dialect: Dialect, name: str) -> None:
        self.dialect = dialect
        self.name = f"corpus_{re.sub(r'[^a-z0-9]', '_', name)}"
        self.path = ROOT / f"{self.name}.db"
        self._server: SplitResult = urlsplit(_MARIADB if dialect == "mariadb" else _POSTGRES)

    def __enter__(self) -> Database:
        self.drop()
        if self.dialect == "postgresql":
            self._administer(f"CREATE DATABASE {self.name} TEMPLATE template0")
        elif self.dialect == "mariadb":
            self._administer(f"CREATE DATABASE {self.name}")
        return self

    def __exit__(self, *error: object) -> None:
        self.drop()

    def drop(self) -> None:
        if self.dialect == "sqlite":
            self.path.unlink(missing_ok=True)
        else:
            force = " WITH (FORCE)" if self.dialect == "postgresql" else ""
            self._administer(f"DROP DATABASE IF EXISTS {self.name}{force}")

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        if self.dialect == "sqlite":
            return f"sqlite:///{self.path}"
        return f"{self.server_url}/{self.name}"

    @property
    def server_url(self) -> str:
        """The server alone, on which others make a database of their own."""
        driver = "postgresql+psycopg2" if self.dialect == "postgresql" else "mysql+pymysql"
        return f"{driver}://{self._server.netloc}"

    def client(self, script: Path) -> tuple[int, str]:
        """Run a script with the database's own client: (exit code, all it said)."""
        done = subprocess.run(
            self._command(script), stdin=script.open("rb"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return done.returncode, done.stdout.decode(errors="replace")

    def schema(self) -> str:
        """The dump of the schema, without what differs from dump to dump."""
        if self.dialect == "sqlite":
            rows = self._rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2")
            return "\n".join(f"-- {kind} {name} on {table}\n{sql}" for kind, name, table, sql in rows)
        server = ["-h", str(self._server.hostname), *self._user()]
        if self.dialect == "postgresql":
            command = ["pg_dump", *server, "-p", str(self._server.port), "-s", "-O", self.name]
        else:
            command = ["mysqldump", *server, "-P", str(self._server.port), "--no-data", "--skip-comments", self.name]
        dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return re.sub(r"^(\\(un)?restrict .*|-- Dumped (from|by) .*)\n", "", dump, flags=re.M)

    def data(self) -> Data:
        """Every row of every table, as texts, and where the sequences stand."""
        tables = {name: self._table(name, columns) for name, columns in self._columns().items()}
        if self.dialect == "postgresql":
            names = "schemaname || '.' || sequencename"
            sequences = self._rows(f"SELECT {names}, last_value::text FROM pg_sequences ORDER BY 1")
            tables["(sequences)"] = (("name", "last_value"), sequences)
        return tables

    def _columns(self) -> dict[str, tuple[str, ...]]:
        """table → its columns, both quoted."""
        if self.dialect == "sqlite":
            found = self._rows(
                """SELECT '"' || m.name || '"', '"' || c.name || '"' FROM sqlite_master m"""
                " JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
                " ORDER BY m.name, c.cid"
            )
        elif self.dialect == "postgresql":
            found = self._rows(
                "SELECT format('%I.%I', c.table_schema, c.table_name), format('%I', c.column_name)"
                " FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)"
                " WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')"
                " ORDER BY 1, c.ordinal_position"
            )
        else:
            found = self._rows(
                "SELECT concat('`', table_name, '`'), concat('`', column_name, '`') FROM information_schema.columns"
                f" WHERE table_schema = '{self.name}' ORDER BY 1, ordinal_position"
            )
        tables: dict[str, tuple[str, ...]] = {}
        for table, column in found:
            tables[str(table)] = (*tables.get(str(table), ()), str(column))
        return tables

    def _table(self, table: str, columns: tuple[str, ...]) -> tuple[tuple[str, ...], list[Row]]:
        text = {"postgresql": "{}::text", "mariadb": "concat(hex({0}), '=', cast({0} AS char))", "sqlite": "quote({})"}
        wanted = ", ".join(text[self.dialect].format(column) for column in columns)
        rows = self._rows(f"SELECT {wanted} FROM {table}")
        return columns, sorted(rows, key=lambda row: tuple(value or "" for value in row))

    def rows(self, sql: str) -> list[Row]:
        return self._rows(sql)

    # ---- connections

    def _command(self, script: Path) -> list[str]:
        login = ["-h", str(self._server.hostname), *self._user()]
        if self.dialect == "postgresql":
            return ["psql", "-X", "-q", *login, "-p", str(self._server.port), "-d", self.name, "-f", str(script)]
        if self.dialect == "mariadb":
            options = ["--binary-mode", "--batch", "--skip-column-names", "--skip-reconnect"]
            return ["mariadb", "--no-defaults", *options, *login, "-P", str(self._server.port), self.name]
        return ["sqlite3", "-batch", "-bail", "-safe", "-init", "/dev/null", str(self.path)]

    def _user(self) -> list[str]:
        return ["-u" if self.dialect == "mariadb" else "-U", str(self._server.username)]

    def _rows(self, sql: str) -> list[Row]:
        with closing(self._connect(self.name)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def _administer(self, sql: str) -> None:
        with closing(self._connect("postgres" if self.dialect == "postgresql" else None)) as connection:
            connection.cursor().execute(sql)

    def _connect(self, database: str | None) -> Any:
        if self.dialect == "sqlite":
            return sqlite3.connect(self.path)
        server = self._server
        login: dict[str, Any] = {"host": server.hostname, "port": server.port, "user": server.username}
        if self.dialect == "postgresql":
            connection = psycopg2.connect(dbname=database, **login)
            connection.autocommit = True
            return connection
        return pymysql.connect(database=database, autocommit=True, **login)


def volatile(one: Data, other: Data) -> dict[str, Sequence[str]]:
    """The columns whose values differ between two runs of the same: uuid4(), now(). table → columns."""
    found: dict[str, Sequence[str]] = {}
    for table, (columns, rows) in one.items():
        others = other.get(table, ((), []))[1]
        names = [
            column
            for number, column in enumerate(columns)
            if len(rows) == len(others)
            and sorted(str(row[number]) for row in rows) != sorted(str(row[number]) for row in others)
        ]
        if names:
            found[table] = names
    return found


def without(data: Data, columns: Mapping[str, Sequence[str]]) -> Data:
    """The data but for those columns, sorted anew."""
    kept: Data = {}
    for table, (names, rows) in data.items():
        numbers = [number for number, name in enumerate(names) if name not in columns.get(table, ())]
        chosen = [tuple(row[number] for number in numbers) for row in rows]
        chosen.sort(key=lambda row: [str(value) for value in row])
        kept[table] = (tuple(names[number] for number in numbers), chosen)
    return kept
