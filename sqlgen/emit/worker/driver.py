"""A database driver (DB-API 2.0, PEP 249) without a database: what is executed goes to a log, and no query has rows."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn, Protocol

from .keys import Key
from .offline import Missing

Row = tuple[Any, ...]


class Error(Exception):
    """The driver's exceptions: a log may raise them for what certainly fails on a server."""


class Log(Protocol):
    """What takes the statements, and answers for them."""

    def begin(self) -> int | None:
        """A transaction begins: its number, if it gets one."""

    def execute(self, cursor: Cursor, sql: str, parameters: Any) -> None:
        """Take a statement that is executed on a cursor itself, without SQLAlchemy. parameters: None: there are none,
        and the text is sent as it is."""

    def read(self, cursor: Cursor, what: str) -> None:
        """The result of the cursor's statement is looked at; it may be given rows first, that nobody knows better."""


class _Strict:
    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Missing("connection", name=name)


class Session(_Strict):
    """A connection. `transaction` is the number of the open transaction."""

    closed = 0
    encoding = "UTF8"
    notices: Sequence[str] = ()

    def __init__(self, log: Log) -> None:
        self.log = log
        self.isolation = ""
        """The isolation level, once somebody set one: "AUTOCOMMIT", …"""
        self.transaction: int | None = None
        self.wrote = False
        """Whether anything but a query was executed in the transaction."""

    def begin(self) -> None:
        if self.isolation != "AUTOCOMMIT":
            self.transaction = self.log.begin()

    def commit(self) -> None:
        self.transaction, self.wrote = None, False

    def rollback(self) -> None:
        log: Any = self.log
        if self.wrote and hasattr(log, "rolled_back"):
            log.rolled_back()
        self.commit()

    close = commit

    def cursor(self, *args: object, **kw: object) -> Cursor:
        return Cursor(self)

    def execute(self, sql: str, parameters: Any = None) -> Cursor:
        """sqlite3 and psycopg have this one on the connection too."""
        return self.cursor().execute(sql, parameters)

    @property
    def autocommit(self) -> bool:
        return self.isolation == "AUTOCOMMIT"

    @autocommit.setter
    def autocommit(self, on: bool) -> None:
        self.isolation = "AUTOCOMMIT" if on else ""
        if on:
            self.transaction = None

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None:
        pass


class Cursor(_Strict):
    """The result of one statement: `rows` that something knows, or none, which is then said to the log."""

    arraysize = 1

    def __init__(self, connection: Session) -> None:
        self.connection = connection
        self.description: Sequence[Sequence[Any]] | None = None
        self.statement: Any = None
        """What the log keeps of the statement, for when its result is read."""
        self.rows: list[Row] | None = None

    def execute(self, sql: Any, parameters: Any = None) -> Cursor:
        text = sql.decode() if isinstance(sql, bytes) else sql
        self.description, self.rows, self.statement = None, None, None
        self.connection.log.execute(self, text, parameters)
        return self

    def executemany(self, sql: Any, rows: Sequence[Any]) -> Cursor:
        for parameters in rows:
            self.execute(sql, parameters)
        return self

    def mogrify(self, sql: Any, parameters: Any = None) -> bytes:
        """psycopg2: the text with the values in it."""
        log: Any = self.connection.log
        text: str = log.written(sql.decode() if isinstance(sql, bytes) else sql, parameters)
        return text.encode()

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
            self.rows = self.rows or []
        return self.rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.fetchall())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def close(self) -> None:
        pass

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy calls on the cursors of asynchronous drivers."""

    def setinputsizes(self, *args: object) -> None:
        pass

    setoutputsize = setinputsizes
    nextset = close


def _looked_at(name: str) -> Any:
    def method(self: Count, *args: Any) -> Any:
        if str(sys._getframe(1).f_globals.get("__name__")).startswith("sqlalchemy."):
            return getattr(int, name)(-1, *args)  # PEP 249: it can't be determined; the ORM then checks nothing
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

    def __add__(self, other: Any) -> Any:
        """A sum is looked at when it is done."""
        return Count(self.cursor) if isinstance(other, int) else NotImplemented

    __radd__ = __add__


for _name in (
    "bool",
    "eq",
    "float",
    "format",
    "ge",
    "gt",
    "index",
    "int",
    "le",
    "lt",
    "ne",
    "repr",
    "rsub",
    "str",
    "sub",
):
    setattr(Count, f"__{_name}__", _looked_at(f"__{_name}__"))


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
