"""The worker that keeps the scratch databases: they are made, read and dropped there, by the project's own driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlgen.emit.interpreter import Interpreter
from sqlgen.emit.process import Record, TimedOut, Worker
from sqlgen.errors import Message, SqlgenError, ToolMissing, UsageError, say
from sqlgen.rehearsal.report import Lock
from sqlgen.workspace import Workspace

_PATIENCE = 600.0
"""Seconds for an answer: making a copy of a database may take long."""


@dataclass(frozen=True, slots=True)
class Place:
    """How a client reaches the server; None of it for SQLite."""

    host: str | None
    port: int | None
    user: str | None
    password: str | None
    query: dict[str, Any]
    """Of the URL: sslmode, unix_socket, …"""


@dataclass(frozen=True, slots=True)
class Made:
    """A database that was made here."""

    name: str
    """SQLite: the file's path."""
    url: str
    """It may hold a password."""


class Desk:
    """`with Desk(…) as desk`: every database that was made is dropped at the end, but for those that are kept.

    The worker drops them also when this process dies.
    """

    def __init__(self, workspace: Workspace, interpreter: Interpreter, url: str | None) -> None:
        """Raises UsageError when the server can't be reached."""
        self.keep: list[str] = []
        self.left: list[str] = []
        """After the end: the names of those that are still there."""
        self._worker = Worker(interpreter, workspace.project.root, workspace.settings.environ)
        ready = self._worker.receive(_PATIENCE)
        if ready is None or ready["kind"] != "ready":
            self._worker.stop()
            raise ToolMissing(
                say("{python} can't run the rehearsal: it has no Alembic or SQLAlchemy", python=interpreter.path),
                hint=say("Give the interpreter that runs the project: --python PATH"),
            )
        self._worker.send({"kind": "scratch", "url": url})
        try:
            found = self._ask("open")
        except BaseException:
            self._end()
            raise
        self.dialect: str = found["dialect"]
        self.version: str = found["version"]
        self.folder = Path(found["folder"])
        """For scripts; it goes with the databases."""
        self.place = None if found["place"] is None else Place(**found["place"])

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self._worker.send({"do": "end", "keep": self.keep})
        try:
            while (record := self._worker.receive(_PATIENCE)) is not None:
                if record.get("of") == "end":
                    self.left = record["left"]
                    break
        finally:
            self._worker.stop()

    def make(self, name: str, like: str | None = None) -> Made:
        """A new database: empty, or a copy of another one."""
        found = self._ask("make", name=name, like=like)
        return Made(found["name"], found["url"])

    def drop(self, name: str) -> None:
        self._ask("drop", name=name)

    def others(self) -> list[str]:
        """The names of the server's databases that are somebody else's."""
        return list(self._ask("others")["names"])

    def reaches(self, statements: Sequence[str], dialect: str, others: Sequence[str]) -> list[str | None]:
        """For each statement, its beginning where it would change more than its own database."""
        return list(self._ask("reaches", statements=list(statements), dialect=dialect, others=list(others))["found"])

    def run(self, name: str, statements: Sequence[str], *, transaction: bool = False) -> None:
        """Run statements by the driver. Raises SqlgenError for the first that fails."""
        self._ask("run", name=name, statements=list(statements), transaction=transaction)

    def contents(self, name: str) -> list[Record]:
        return list(self._ask("contents", name=name)["tables"])

    def heads(self, name: str, table: str, schema: str | None) -> tuple[str, ...]:
        """The rows of the version table, sorted; none where there is no such table."""
        return tuple(self._ask("heads", name=name, table=table, schema=schema)["heads"] or ())

    def reflect(self, name: str) -> list[str]:
        return list(self._ask("reflect", name=name)["lines"])

    def sqlite_master(self, name: str) -> list[tuple[str, str, str]]:
        """SQLite: type, table and text of everything that a statement made."""
        return [(kind, table, sql) for kind, table, sql in self._ask("master", name=name)["rows"]]

    def watch(self, name: str) -> bool:
        """Look at locks from now on; whether the server shows them."""
        return bool(self._ask("watch", name=name)["watched"])

    def watched(self) -> tuple[list[Lock], bool]:
        """Stop looking: what was seen, and whether the session that looked was still there at the end."""
        found = self._ask("watched")
        locks = [Lock(table, mode, seconds, not granted) for table, mode, granted, seconds in found["seen"]]
        return locks, not found["lost"]

    def _ask(self, do: str, **arguments: Any) -> Record:
        self._worker.send({"do": do, **arguments})
        while True:
            try:
                record = self._worker.receive(_PATIENCE)
            except TimedOut:
                raise SqlgenError(
                    say("the server did not answer within {seconds} s", seconds=f"{_PATIENCE:g}"),
                    hint=say("Look at what it does; the databases of this rehearsal are dropped when it is over."),
                ) from None
            if record is None:
                raise SqlgenError(
                    say("the process that talks to the server ended: {why}", why=self._worker.ending()),
                    hint=say("Run it again; databases named sqlgen_rehearsal_… may have to be dropped by hand."),
                )
            if record.get("of") == do:
                break
        if "failed" in record:
            message, hint = _problem(do, **record["failed"])
            raise UsageError(message, hint=hint)
        return record


def _problem(do: str, kind: str, values: dict[str, str]) -> tuple[Message, Message]:
    match kind, do:
        case "shadow-url", _:
            return (
                say("--on is not a database URL"),
                say("Write it as SQLAlchemy does: postgresql://user@host:5432/ or mysql://user@host:3306/"),
            )
        case "shadow-vendor", _:
            return (
                say("no rehearsal can be held on {found}", found=values["found"]),
                say("Give --on the URL of a PostgreSQL, MySQL or MariaDB server; SQLite needs none."),
            )
        case "shadow-driver", _:
            return (
                say("no driver is installed that can be used for the rehearsal: {names}", **values),
                say("Install one of them where Alembic runs."),
            )
        case _, "open":
            return (
                say("the server given with --on can't be reached: {why}", **values),
                say("Check the URL: host, port, user and password (SQLGEN_ON keeps it out of the command line)."),
            )
        case _, "make":
            return (
                say("no scratch database can be made: {why}", **values),
                say("The user of --on must be allowed to create databases."),
            )
        case _:
            return say("{why}", **values), say("Look at the server's log.")
