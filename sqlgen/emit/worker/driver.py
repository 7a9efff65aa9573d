"""A database driver (DB-API 2.0, PEP 249) without a database: what is executed goes to a log, and no query has rows."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]


class Error(Exception):
    """The driver's exceptions. It raises none; SQLAlchemy and projects name them."""


class Log(Protocol):
    """What takes the statements, and answers for them."""

    def begin(self) -> int | None:
        """A transaction begins: its number, if it gets one."""

    def execute(self, cursor: Cursor, sql: str, parameters: Any) -> None:
        """Take a statement that is executed on a cursor itself, without SQLAlchemy."""

    def read(self, cursor: Cursor, what: str) -> None:
        """The result of the cursor's statement is looked at."""


class Session:
    """A connection. `transaction` is the number of the open transaction."""

    closed = 0
    notices: Sequence[str] = ()

    def __init__(self, log: Log) -> None:
        self.log = log
        self.isolation = ""
        """The isolation level, once somebody set one: "AUTOCOMMIT", …"""
        self.transaction: int | None = None

    def begin(self) -> None:
        if self.isolation != "AUTOCOMMIT":
            self.transaction = self.log.begin()

    def commit(self) -> None:
        self.transaction = None

    rollback = commit
    close = commit

    def cursor(self, *args: object, **kw: object) -> Cursor:
        return Cursor(self)


class Cursor:
    """The result of one statement: `rows` that something knows, or none, which is then said to the log."""

    arraysize = 1

    def __init__(self, connection: Session) -> None:
        self.connection = connection
        self.description: Sequence[Sequence[Any]] | None = None
        self.statement: Any = None
        """What the log keeps of the statement, for when its result is read."""
        self.rows: list[Row] | None = None

    def execute(self, sql: str, parameters: Any = ()) -> None:
        self.connection.log.execute(self, sql, parameters)

    def executemany(self, sql: str, rows: Sequence[Any]) -> None:
        for parameters in rows:
            self.execute(sql, parameters)

    def answer(self, names: Sequence[str], rows: list[Row]) -> None:
        """Give it a result that is known."""
        self.description = [(name, None, None, None, None, None, None) for name in names]
        self.rows = rows

    @property
    def rowcount(self) -> int:
        return Count(self) if self.rows is None else len(self.rows)

    @property
    def lastrowid(self) -> Key:
        return Key(self)

    def fetchone(self) -> Row | None:
        rows = self._rows("fetchone")
        return rows.pop(0) if rows else None

    def fetchmany(self, size: int | None = None) -> list[Row]:
        rows = self._rows("fetchmany")
        taken = rows[: size or self.arraysize]
        del rows[: size or self.arraysize]
        return taken

    def fetchall(self) -> list[Row]:
        rows = self._rows("fetchall")
        taken, rows[:] = list(rows), []
        return taken

    def _rows(self, what: str) -> list[Row]:
        if self.rows is None:
            self.connection.log.read(self, what)
            self.rows = []
        return self.rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.fetchall())

    def close(self) -> None:
        pass

    def setinputsizes(self, *args: object) -> None:
        pass

    setoutputsize = setinputsizes
    nextset = close


def _looked_at(name: str) -> Any:
    def method(self: Count, *args: Any) -> Any:
        self.cursor.connection.log.read(self.cursor, "rowcount")
        return getattr(int, name)(self, *args)

    return method


class Count(int):
    """How many rows a statement changed: 0, and the log is told when somebody looks. SQLAlchemy only passes it on."""

    cursor: Cursor

    def __new__(cls, cursor: Cursor) -> Count:
        count = super().__new__(cls, 0)
        count.cursor = cursor
        return count

    __hash__ = int.__hash__


for _name in (
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "bool",
    "add",
    "radd",
    "sub",
    "rsub",
    "str",
    "repr",
    "format",
    "index",
):
    setattr(Count, f"__{_name}__", _looked_at(f"__{_name}__"))


class Key:
    """A key that the server would make. It may be passed on; its value is not known."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor


DBAPI: Any = types.SimpleNamespace(
    apilevel="2.0",
    threadsafety=1,
    paramstyle="named",
    version="99.0.0",
    __version__="99.0.0",
    sqlite_version_info=(99, 0, 0),
    sqlite_version="99.0.0",
    Warning=type("Warning", (Exception,), {}),
    Error=Error,
    Binary=bytes,
    STRING=1,
    BINARY=2,
    NUMBER=3,
    DATETIME=4,
    ROWID=5,
    **{
        name: type(name, (Error,), {})
        for name in (
            "InterfaceError",
            "DatabaseError",
            "DataError",
            "OperationalError",
            "IntegrityError",
            "InternalError",
            "ProgrammingError",
            "NotSupportedError",
        )
    },
)
"""The module, as SQLAlchemy's dialects look at it."""
