"""Requests in, what a server's scratch databases hold out.

Each database that is made here has a name that nobody else gives, and a marker; all of them are dropped in the end,
also when the process that asked has gone. What was not made here is never written to.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from .beyond import reaches
from .contents import contents
from .lock_watch import LockWatch
from .offline import Offline
from .reflected_lines import lines
from .shadow import chosen

Record = dict[str, Any]

PREFIX = "sqlgen_rehearsal_"
MARKER = "made by sqlgen rehearse, which drops it"
_OF_SERVER = {
    "postgresql": frozenset({"postgres", "template0", "template1"}),
    "mysql": frozenset({"information_schema", "performance_schema", "sys"}),
}
"""Databases that come with the server: their catalogs may be read."""


class Scratch:
    """The databases of one rehearsal. job: {"url": the server's, None for SQLite}."""

    def __init__(self, job: Record, requests: TextIO, send: Callable[[Record], None]) -> None:
        self._job = job
        self._requests = requests
        self._send = send
        self._made: dict[str, URL] = {}
        self._folder = tempfile.mkdtemp(prefix=PREFIX)
        """For SQLite's files, and for the scripts."""
        self._server: Engine | None = None
        self._watch: LockWatch | None = None

    def serve(self) -> None:
        """Answer until told to end, or until nobody is there to ask. Then drop what was made."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # they come to the whole group; the end of the pipe is what counts
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        keep: list[str] = []
        try:
            for line in self._requests:
                request = json.loads(line)
                if request["do"] == "end":
                    keep = request["keep"]
                    break
                self._send({"of": request["do"], **self._answer(request)})
        finally:
            left = self._drop_all(keep)
            with contextlib.suppress(OSError):  # nobody may be there to read it
                self._send({"of": "end", "left": left})

    def _answer(self, request: Record) -> Record:
        arguments = {name: value for name, value in request.items() if name != "do"}
        try:
            found: Record = getattr(self, f"_do_{request['do']}")(**arguments)
        except Offline as problem:
            return {"failed": {"kind": problem.kind, "values": problem.values}}
        except (SQLAlchemyError, ArgumentError, OSError) as error:
            why = " ".join(str(getattr(error, "orig", None) or error).split())
            return {"failed": {"kind": "database", "values": {"why": self._hidden(why)}}}
        return found

    def _hidden(self, text: str) -> str:
        """Without the password, which a driver may repeat."""
        password = None if self._server is None else self._server.url.password
        return text.replace(str(password), "***") if password else text

    # ---- the server

    def _do_open(self) -> Record:
        """What server it is, and how a client reaches it."""
        if self._job["url"] is None:
            import sqlite3

            about = {"dialect": "sqlite", "version": sqlite3.sqlite_version, "folder": self._folder}
            return {**about, "place": None}
        url = chosen(self._job["url"], None)
        if url.get_backend_name() == "sqlite":
            raise Offline("shadow-vendor", found="sqlite", wanted="postgresql, mysql")
        if url.get_backend_name() == "postgresql" and not url.database:
            url = url.set(database="postgres")
        self._server = create_engine(url, poolclass=NullPool)
        with self._server.connect() as connection:
            dialect: Any = connection.dialect
            is_mariadb = bool(getattr(dialect, "is_mariadb", False))
            name = "postgresql" if dialect.name == "postgresql" else "mariadb" if is_mariadb else "mysql"
            version = ".".join(str(part) for part in dialect.server_version_info or ())
        place = {"host": url.host, "port": url.port, "user": url.username, "password": url.password}
        about = {"dialect": name, "version": version, "folder": self._folder}
        return {**about, "place": {**place, "query": dict(url.query)}}

    def _do_make(self, name: str, like: str | None = None) -> Record:
        """A new database, empty, or a copy of another one that was made here."""
        if self._server is None:
            return self._make_file(name, like)
        database = f"{PREFIX}{secrets.token_hex(6)}"
        with self._administering() as connection:
            if connection.dialect.name == "postgresql":
                template = "template0" if like is None else str(self._made[like].database)
                encoding = " ENCODING 'UTF8'" if like is None else ""
                connection.exec_driver_sql(f"CREATE DATABASE {database} TEMPLATE {template}{encoding}")
                self._made[name] = self._server.url.set(database=database)
                connection.exec_driver_sql(f"COMMENT ON DATABASE {database} IS '{MARKER}'")
            else:
                marked = getattr(connection.dialect, "is_mariadb", False) and _version(connection) >= (10, 5)
                comment = f" COMMENT '{MARKER}'" if marked else ""  # MySQL has no comments on databases
                connection.exec_driver_sql(f"CREATE DATABASE {database} CHARACTER SET utf8mb4{comment}")
                self._made[name] = self._server.url.set(database=database)
        return self._about(name)

    def _make_file(self, name: str, like: str | None) -> Record:
        folder = os.path.join(self._folder, name)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "rehearsal.db")
        if like is not None:
            shutil.copyfile(str(self._made[like].database), path)
        else:
            with contextlib.suppress(FileNotFoundError):
                os.remove(path)
            with open(path, "xb"):
                pass
        self._made[name] = URL.create("sqlite+pysqlite", database=path)
        return self._about(name)

    def _about(self, name: str) -> Record:
        url = self._made[name]
        return {"name": url.database, "url": url.render_as_string(hide_password=False)}

    def _do_others(self) -> Record:
        """The databases of the server that are somebody else's."""
        if self._server is None:
            return {"names": []}
        postgresql = self._server.dialect.name == "postgresql"
        ask = "SELECT datname FROM pg_database" if postgresql else "SHOW DATABASES"
        with self._server.connect() as connection:
            names = [str(name) for name in connection.exec_driver_sql(ask).scalars()]
        ours = {str(url.database) for url in self._made.values()} | _OF_SERVER["postgresql" if postgresql else "mysql"]
        return {"names": sorted(set(names) - ours)}

    def _do_reaches(self, statements: list[str], dialect: str, others: list[str]) -> Record:
        """For each statement, what of it reaches beyond its database; None for all others."""
        return {"found": [reaches(sql, dialect, others) for sql in statements]}

    @contextlib.contextmanager
    def _administering(self) -> Iterator[Connection]:
        assert self._server is not None
        with self._server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def _drop_all(self, keep: list[str]) -> list[str]:
        """The names of those that are still there."""
        left = []
        if self._watch is not None:
            self._watch.stop()
        for name in list(self._made):
            try:
                if name in keep:
                    left.append(str(self._made[name].database))
                else:
                    self._do_drop(name)
            except SQLAlchemyError:
                left.append(str(self._made[name].database))
        if not (keep and self._server is None):
            shutil.rmtree(self._folder, ignore_errors=True)
        return left

    def _do_drop(self, name: str) -> Record:
        """Drop a database that was made here, whoever is still connected to it."""
        url = self._made[name]
        if self._server is None:
            os.remove(str(url.database))
        else:
            assert str(url.database).startswith(PREFIX)
            with self._administering() as connection:
                _disconnect(connection, str(url.database))
                # PostgreSQL 13, DROP DATABASE: WITH (FORCE) is new; it waits for the sessions to end.
                force = connection.dialect.name == "postgresql" and _version(connection) >= (13,)
                connection.exec_driver_sql(f"DROP DATABASE {url.database}{' WITH (FORCE)' if force else ''}")
        del self._made[name]
        return {}

    # ---- what is in a database

    @contextlib.contextmanager
    def _connected(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self._made[name], poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT", no_parameters=True) as connection:
            yield connection

    def _do_run(self, name: str, statements: list[str], transaction: bool = False) -> Record:
        """Run statements, each committed by itself, or all of them in one transaction."""
        with self._connected(name) as connection:
            if transaction:
                connection.exec_driver_sql("BEGIN")
            for sql in statements:
                connection.exec_driver_sql(sql)
            if transaction:
                connection.exec_driver_sql("COMMIT")
        return {}

    def _do_contents(self, name: str) -> Record:
        """The rows of all tables."""
        with self._connected(name) as connection:
            return {"tables": contents(connection)}

    def _do_heads(self, name: str, table: str, schema: str | None) -> Record:
        """The rows of the version table; None where there is no such table."""
        with self._connected(name) as connection:
            if not inspect(connection).has_table(table, schema):
                return {"heads": None}
            quote = connection.dialect.identifier_preparer.quote_identifier
            place = quote(table) if schema is None else f"{quote(schema)}.{quote(table)}"
            return {"heads": sorted(connection.exec_driver_sql(f"SELECT version_num FROM {place}").scalars())}

    def _do_reflect(self, name: str) -> Record:
        """The schema as SQLAlchemy sees it, line by line."""
        with self._connected(name) as connection:
            return {"lines": lines(inspect(connection))}

    def _do_master(self, name: str) -> Record:
        """SQLite: what made everything that is there."""
        ask = "SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        with self._connected(name) as connection:
            return {"rows": [list(row) for row in connection.exec_driver_sql(ask)]}

    def _do_watch(self, name: str) -> Record:
        """Look at the locks of a database from now on."""
        self._watch = LockWatch(create_engine(self._made[name], poolclass=NullPool), str(self._made[name].database))
        return {"watched": self._watch.start()}

    def _do_watched(self) -> Record:
        """Stop looking; what was seen."""
        watch, self._watch = self._watch, None
        seen = [] if watch is None else watch.stop()
        return {"seen": seen, "lost": watch is not None and watch.lost}


def _version(connection: Connection) -> tuple[int, ...]:
    return tuple(part for part in connection.dialect.server_version_info or () if isinstance(part, int))


def _disconnect(connection: Connection, database: str) -> None:
    """End the sessions in a database: a client that was interrupted leaves one behind."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        )
        return
    asked = connection.exec_driver_sql(f"SELECT id FROM information_schema.processlist WHERE db = '{database}'")
    for id in asked.scalars().all():
        with contextlib.suppress(SQLAlchemyError):  # it may have ended by itself
            connection.exec_driver_sql(f"KILL {int(id)}")


def serve(job: Record, requests: TextIO, send: Callable[[Record], None]) -> None:
    """Do this job."""
    Scratch(job, requests, send).serve()
