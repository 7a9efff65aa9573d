"""Results of a real database in, the same results out; what looks at rows, counts and keys is noted."""

from __future__ import annotations

import sys
import types
from typing import Any

from sqlalchemy.engine import Connection

from .offline import Offline


class Watched:
    """A driver's cursor. `recorded` is the statement, where it is one of a revision's."""

    def __init__(self, cursor: Any, shadow: Any, context: Any = None) -> None:
        self._cursor = cursor
        self._shadow = shadow
        self._context = context
        self._entry: Any = None
        self.recorded: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def fetchone(self) -> Any:
        row = self._cursor.fetchone()
        self._seen("fetchone", 0 if row is None else 1)
        return row

    def fetchmany(self, *args: Any) -> Any:
        rows = self._cursor.fetchmany(*args)
        self._seen("fetchmany", len(rows))
        return rows

    def fetchall(self) -> Any:
        rows = self._cursor.fetchall()
        self._seen("fetchall", len(rows))
        return rows

    def __iter__(self) -> Any:
        return iter(self.fetchall())

    @property
    def rowcount(self) -> int:
        return Counted(self._cursor.rowcount, self)

    def counted(self) -> None:
        """Somebody looks at the count."""
        if self.recorded is not None:
            self._shadow.noted(self.recorded, "", "rowcount")

    def execute(self, sql: str, parameters: Any = None) -> Any:
        if parameters is None:
            return self._cursor.execute(sql)
        return self._cursor.execute(sql, _plain(parameters))

    def _seen(self, what: str, rows: int) -> None:
        if self.recorded is None or getattr(self._context, "_is_implicit_returning", False):
            return
        if self._entry is None:
            self._entry = self._shadow.noted(self.recorded, "", what, 0)
        if self._entry is not None:
            self._entry[3] += rows


class Counted(int):
    """How many rows a statement changed. It says so when somebody but the libraries looks; they only pass it on."""

    cursor: Watched

    def __new__(cls, count: int, cursor: Watched) -> Counted:
        made = super().__new__(cls, count)
        made.cursor = cursor
        return made

    __hash__ = int.__hash__


def _looked_at(name: str) -> Any:
    def method(self: Counted, *args: Any) -> Any:
        if not _of_libraries(sys._getframe(1)):
            self.cursor.counted()
        return getattr(int, name)(self, *args)

    return method


for _name in "eq ne lt le gt ge bool add radd sub rsub mul rmul str repr format index int".split():  # noqa: SIM905
    setattr(Counted, f"__{_name}__", _looked_at(f"__{_name}__"))


def _plain(parameters: Any) -> Any:
    """Drivers know no classes made of int. What holds no count is passed on as it is: the driver may care."""
    match parameters:
        case dict() if any(isinstance(value, Counted) for value in parameters.values()):
            return {name: _number(value) for name, value in parameters.items()}
        case list() | tuple() if any(isinstance(value, Counted) for value in parameters):
            return type(parameters)([_number(value) for value in parameters])
        case _:
            return parameters


def _number(value: Any) -> Any:
    if not isinstance(value, Counted):
        return value
    value.cursor.counted()
    return int.__int__(value)


class WatchedResults:
    """Mixed into the execution context of a dialect."""

    shadow: Any
    cursor: Any
    compiled: Any
    given: list[dict[str, Any]]
    """The values of each execution."""

    def create_cursor(self) -> Any:
        """Called before lists are spread over several parameters, and before defaults are filled in."""
        self.given = [dict(values) for values in getattr(self, "compiled_parameters", None) or ()]
        return Watched(super().create_cursor(), self.shadow, self)  # type: ignore[misc]

    def get_lastrowid(self) -> Any:
        if sys._getframe(1).f_code.co_name == "lastrowid":  # of the result; SQLAlchemy itself asks after each INSERT
            self.shadow.noted(self.cursor.recorded, str(getattr(self, "statement", "")), "lastrowid")
        return super().get_lastrowid()  # type: ignore[misc]

    @property
    def inserted_primary_key_rows(self) -> Any:
        compiled = self.compiled
        made = compiled.implicit_returning or compiled.postfetch_lastrowid
        if made:
            self.shadow.noted(self.cursor.recorded, str(getattr(self, "statement", "")), "inserted key")
        known = self.__dict__.get("_sqlgen_keys")
        return super().inserted_primary_key_rows if known is None else known  # type: ignore[misc]

    @inserted_primary_key_rows.setter
    def inserted_primary_key_rows(self, rows: Any) -> None:
        self.__dict__["_sqlgen_keys"] = rows


def recording_results(stock: Any, shadow: Any) -> Any:
    """The execution context's class, watched."""
    kind: Any = types.new_class("Watched" + stock.__name__, (WatchedResults, stock))
    kind.shadow = shadow
    return kind


def _of_libraries(frame: Any) -> bool:
    """Whether Alembic's or the ORM's own check asks, past SQLAlchemy's engine."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if not name.startswith(("sqlalchemy.engine", "sqlalchemy.util", __name__)):
            return name.startswith(("sqlalchemy.", "alembic."))
        frame = frame.f_back
    return True


class ShadowConnection:
    """Mixed into Connection: the driver's own connection is handed out to the project so that it is recorded, too."""

    shadow: Any

    @property
    def connection(self) -> Any:
        fairy = Connection.connection.fget(self)  # type: ignore[attr-defined]
        caller = str(sys._getframe(1).f_globals.get("__name__"))
        return fairy if caller.startswith(("sqlalchemy.", "alembic.", __name__)) else Raw(fairy, self.shadow)


class Raw:
    """The driver's connection, as far as what is done with it can be recorded."""

    def __init__(self, fairy: Any, shadow: Any) -> None:
        self._fairy = fairy
        self._shadow = shadow

    def cursor(self, *args: Any, **kw: Any) -> RawCursor:
        return RawCursor(self._fairy.cursor(*args, **kw), self._shadow)

    def __getattr__(self, name: str) -> Any:
        with self._shadow.recorder.refusing():
            raise Offline("shadow-raw", name=name)


class RawCursor(Watched):
    """A cursor of the driver's, used past SQLAlchemy."""

    def execute(self, sql: str, parameters: Any = None) -> Any:
        done = self._cursor.execute(sql) if parameters is None else self._cursor.execute(sql, parameters)
        self._entry, self.recorded = None, self._shadow.add(None, sql, parameters, self._shadow.log.open_transaction)
        return done

    def executemany(self, sql: str, rows: Any) -> None:
        for row in rows:
            self.execute(sql, row)

    def __enter__(self) -> RawCursor:
        return self

    def __exit__(self, *args: object) -> None:
        self._cursor.close()

    def __getattr__(self, name: str) -> Any:
        if name in ("close", "description", "arraysize", "mogrify", "itersize"):
            return getattr(self._cursor, name)
        with self._shadow.recorder.refusing():
            raise Offline("shadow-raw", name=name)
