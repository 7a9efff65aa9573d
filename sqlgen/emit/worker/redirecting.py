"""Engines that env.py and the application make: whatever URL they give, they connect to one database, and no other.

The driver stays the project's own where it is one for the same kind of database.
"""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, Engine

from .beyond import reaches
from .guarding import DRIVERS, guard
from .offline import Offline

_ALSO = frozenset({"aiomysql", "asyncmy", "asyncpg", "pg8000", "pymysql"})
"""Drivers that speak the protocol in Python."""

# What a project may say of how to connect, and not of where to.
_HOW = frozenset(
    {
        "application_name",
        "charset",
        "check_same_thread",
        "client_flag",
        "command_timeout",
        "connect_timeout",
        "detect_types",
        "init_command",
        "options",
        "prepare_threshold",
        "prepared_statement_cache_size",
        "server_settings",
        "sql_mode",
        "statement_cache_size",
        "timeout",
        "use_unicode",
    }
)
_WHERE = {
    "postgresql": "SELECT current_database()",
    "mysql": "SELECT DATABASE()",
    "sqlite": "SELECT file FROM pragma_database_list WHERE name = 'main'",
}
_ASYNC = {"postgresql": ("asyncpg", "psycopg_async"), "mysql": ("aiomysql", "asyncmy"), "sqlite": ("aiosqlite",)}

_connecting = 0
"""How many connections that are allowed are being made."""


class Redirected:
    """Mixed into a dialect with a driver."""

    place: URL
    how: frozenset[str]
    name: str
    driver: str

    def create_connect_args(self, url: URL) -> Any:
        mine = url if family(url.get_backend_name()) == family(self.name) else self._own
        return super().create_connect_args(mine)  # type: ignore[misc]

    @property
    def _own(self) -> URL:
        return self.place.set(drivername=f"{self.name}+{self.driver}")

    def connect(self, *positional: Any, **given: Any) -> Any:
        """As to env.py's own database, but for the place."""
        there, named = super().create_connect_args(self._own)  # type: ignore[misc]
        how = {name: value for name, value in given.items() if name in self.how and name not in named}
        with allowed():
            connection = super().connect(*there, **{**how, **named})  # type: ignore[misc]
        self._check(connection)
        return connection

    def _check(self, connection: Any) -> None:
        """Raises Offline when this is any other database: what leads there is not known."""
        cursor = connection.cursor()
        cursor.execute(_WHERE[family(self.name)])
        (found,) = cursor.fetchone()
        cursor.close()
        connection.rollback()
        wanted = str(self.place.database)
        same = os.path.realpath(str(found)) == os.path.realpath(wanted) if self.name == "sqlite" else found == wanted
        if not same:
            connection.close()
            raise Offline("elsewhere", name=str(found))

    @classmethod
    def get_dialect_cls(cls, url: URL) -> Any:
        return _led(super().get_dialect_cls(url), cls.place)  # type: ignore[misc]

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> Any:
        return _led(super().get_async_dialect_cls(url), cls.place)  # type: ignore[misc]


def _led(dialect: Any, place: URL) -> Any:
    """The class of an engine's dialect."""
    found = _for(dialect, place)
    return redirected(found, place, how=_HOW if family(found.name) == family(dialect.name) else frozenset())


def redirected(driven: Any, place: URL, how: frozenset[str] = _HOW) -> Any:
    """A dialect's class in, one that connects to this database out. how: the options that it passes on."""
    if issubclass(driven, Redirected):
        return driven
    kind: Any = types.new_class(driven.__name__, (Redirected, driven))
    kind.__module__ = driven.__module__
    kind.supports_statement_cache = driven.supports_statement_cache
    kind.place, kind.how = place, how
    return kind


class RedirectingDialects(type(registry)):  # type: ignore[misc]  # a class found when running
    """What SQLAlchemy looks dialects up in, for an engine and for the options that a construct takes."""

    place: URL
    made: dict[Any, Any]

    def load(self, name: str) -> Any:
        found = _dialect(super().load(name))
        if found not in self.made:
            self.made[found] = redirected(found, self.place)
        return self.made[found]

    def stock(self, name: str) -> Any:
        """As without us."""
        return _dialect(super().load(name))


def _for(dialect: Any, place: URL) -> Any:
    """The dialect of an engine; another one where env.py's is for another kind of database, or lacks its driver."""
    backend = place.get_backend_name()
    if family(dialect.name) == family(backend) and _usable(dialect):
        return dialect
    dialects: Any = registry
    if not getattr(dialect, "is_async", False):
        return dialects.stock(place.drivername.replace("+", "."))
    names = _ASYNC[family(backend)]
    for driver in names:
        found = dialects.stock(f"{backend}.{driver}")
        if _usable(found):
            return found
    raise Offline("no-async-driver", names=", ".join(names))


def _dialect(found: Any) -> Any:
    found = getattr(found, "dialect", found)  # SQLAlchemy takes a module, too
    return found if isinstance(found, type) else type(found)  # of MariaDB's dialects it makes an object


def _usable(dialect: Any) -> bool:
    try:
        dialect.import_dbapi()
    except ImportError:
        return False
    return True


def family(name: str) -> str:
    """MariaDB's dialects and MySQL's reach the same servers."""
    return "mysql" if name == "mariadb" else name


@contextlib.contextmanager
def allowed() -> Iterator[None]:
    """A driver that connects inside does so for us."""
    global _connecting
    _connecting += 1
    try:
        yield
    finally:
        _connecting -= 1


def redirect(place: URL, others: list[str], *, allow_connect: bool) -> None:
    """From now on all engines connect to this database; drivers connect to none for anybody else.

    others: the names of the server's databases that are somebody else's. allow_connect: drivers may connect for others.
    """
    dialects: Any = registry
    dialects.__class__ = RedirectingDialects
    dialects.place, dialects.made = place, {}
    event.listen(Engine, "before_cursor_execute", _refusing(place, others))
    if not allow_connect:
        guard(_check_driver, DRIVERS | _ALSO)
        sys.addaudithook(_see)


def _refusing(place: URL, others: list[str]) -> Any:
    dialect = family(place.get_backend_name())

    def check(connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, executemany: bool) -> None:
        found = reaches(sql, dialect, others)
        if found is not None:
            raise Offline("beyond", sql=found)

    return check


def _check_driver() -> None:
    if not _connecting:
        raise Offline("own-connection")


def _see(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "sqlite3.connect" and not _connecting and str(arguments[0]) not in ("", ":memory:"):
        raise Offline("own-connection")
