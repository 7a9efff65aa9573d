"""A database URL in, its dialect without a driver out: it executes on a log, and reflects what the log knows."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.pool import NullPool

from .compiling import make_strict
from .driver import DBAPI, Cursor, Log, Session
from .keys import KeysLeft, KeysUnknown
from .marks import MARK
from .offline import in_order
from .reflection import reflecting
from .server import describe_server


class Executing(Log, Protocol):
    """What the dialect gives its statements to."""

    def run(self, cursor: Cursor, sql: str, parameters: Any, context: Any) -> None:
        """Take a statement of SQLAlchemy's: `parameters` of one execution, or a list of many; None: there are none."""

    def savepoint(self, command: str, session: Session | None = None) -> None:
        """Take SAVEPOINT, ROLLBACK TO SAVEPOINT or RELEASE SAVEPOINT."""

    def opened(self) -> None:
        """Take note that a connection is made."""

    def reflected(self, question: str, arguments: tuple[Any, ...], answer: Any) -> None:
        """Take note of what reflection said."""

    def ask(self, question: dict[str, Any]) -> Any:
        """What the replayed schema says."""


class OfflineDialect:
    """Mixed into a dialect without a driver: PGDialect, MySQLDialect, SQLiteDialect, …"""

    log: Executing
    postfetch_lastrowid = True
    insert_executemany_returning = False  # SQLAlchemy 2.0.0 has a property here, that follows from others

    @property
    def server_version_info(self) -> tuple[int, ...] | None:
        """A revision that looks at it may do something else on another server."""
        version: tuple[int, ...] | None = vars(self).get("server_version_info")
        asked = not str(sys._getframe(1).f_globals.get("__name__")).startswith(_LIBRARIES)
        if version is not None and asked and hasattr(self, "log"):
            self.log.reflected("server_version_info", (), list(version))
        return version

    @server_version_info.setter
    def server_version_info(self, version: tuple[int, ...] | None) -> None:
        vars(self)["server_version_info"] = version

    def initialize(self, connection: Any) -> None:
        """There is no server to ask; server.py says what it would have said."""

    def on_connect(self) -> None:
        return None

    on_connect_url: Any = None

    def connect(self, *args: Any, **kw: Any) -> Session:
        self.log.opened()
        return Session(self.log)

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        return [], {}

    def do_ping(self, connection: Session) -> bool:
        return True

    def do_begin(self, connection: Any) -> None:
        connection.begin()

    def do_commit(self, connection: Any) -> None:
        connection.commit()

    def do_rollback(self, connection: Any) -> None:
        connection.rollback()

    def do_close(self, connection: Any) -> None:
        connection.close()

    do_terminate = do_close

    def do_savepoint(self, connection: Any, name: str) -> None:
        self.log.savepoint(f"SAVEPOINT {name}", connection.connection.dbapi_connection)

    def do_rollback_to_savepoint(self, connection: Any, name: str) -> None:
        self.log.savepoint(f"ROLLBACK TO SAVEPOINT {name}", connection.connection.dbapi_connection)

    def do_release_savepoint(self, connection: Any, name: str) -> None:
        self.log.savepoint(f"RELEASE SAVEPOINT {name}", connection.connection.dbapi_connection)

    def do_execute(self, cursor: Cursor, sql: str, parameters: Any, context: Any = None) -> None:
        self.log.run(cursor, sql, parameters, context)

    do_executemany = do_execute

    def do_execute_no_params(self, cursor: Cursor, sql: str, context: Any = None) -> None:
        self.log.run(cursor, sql, None, context)

    def get_isolation_level(self, connection: Session) -> str:
        return connection.isolation or self.get_default_isolation_level(connection)

    def get_default_isolation_level(self, connection: Any) -> str:
        return _ISOLATION.get(self.name, "READ COMMITTED")  # type: ignore[attr-defined]

    def set_isolation_level(self, connection: Session, level: str) -> None:
        connection.isolation = level

    def reset_isolation_level(self, connection: Session) -> None:
        connection.isolation = ""

    def get_isolation_level_values(self, connection: Any) -> Sequence[str]:
        return ("AUTOCOMMIT", "READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ", "SERIALIZABLE")

    def is_disconnect(self, *args: Any) -> bool:
        return False


_LIBRARIES = ("sqlalchemy.", "alembic.", f"{__name__.partition('.')[0]}.")

NOTHING_COMES_BACK = (
    "delete_returning",
    "delete_returning_multifrom",
    "insert_returning",
    "preexecute_autoincrement_sequences",
    "supports_sane_multi_rowcount",
    "supports_sane_rowcount",
    "update_returning",
    "update_returning_multifrom",
    "use_insertmanyvalues",
)
"""What SQLAlchemy may not do by itself, since no row and no count comes back."""


class Marking(KeysLeft):
    """Mixed into the compiler: values stand in the text as marks that no driver and no text has."""

    def _template(self) -> str:
        return MARK.format("%(name)s")

    def _keep(self, template: str) -> None:
        """SQLAlchemy sets these when it has looked at the paramstyle."""

    bindtemplate = compilation_bindtemplate = property(_template, _keep)


_ISOLATION = {"mysql": "REPEATABLE READ", "mariadb": "REPEATABLE READ", "sqlite": "SERIALIZABLE"}
"""What a new session has. MySQL manual, 15.7.2.1; sqlite.org, isolation.html; elsewhere READ COMMITTED."""


def offline_dialect(url: URL, options: dict[str, Any], log: Executing, version: Sequence[int]) -> Any:
    """The dialect of a URL, as it is after its first connection to a server of that version.

    options: for the dialect's constructor; what only the driver's own dialect knows is left out.
    """
    driven = url.get_dialect()
    driven = getattr(driven, "driven", driven)  # of an inert one, what it is made of
    base = _without_driver(driven)
    kind: Any = types.new_class("Offline" + base.__name__, (reflecting(base), OfflineDialect, base))
    kind.supports_statement_cache = True
    kind.execution_ctx_cls = types.new_class(
        "Offline" + base.execution_ctx_cls.__name__, (KeysUnknown, base.execution_ctx_cls)
    )
    kind.driver = getattr(driven, "driver", "")
    kind.is_async = False
    kind.log = log
    known = {name for each in base.__mro__ if "__init__" in vars(each) for name in inspect.signature(each).parameters}
    dialect = kind(**{name: options[name] for name in options.keys() & known} | {"paramstyle": "named"})
    dialect.dbapi = DBAPI
    dialect.version_said = tuple(version)
    dialect.raw_paramstyle = getattr(driven, "default_paramstyle", "named")
    make_strict(dialect)
    dialect.statement_compiler = types.new_class("Marking" + base.__name__, (Marking, dialect.statement_compiler))
    describe_server(dialect, version)
    if dialect.default_schema_name is None:
        # sqlite.org, lang_attach.html: the schema of a connection's own file; MySQL: the database is the schema
        dialect.default_schema_name = "main" if dialect.name == "sqlite" else url.database
    for name in NOTHING_COMES_BACK:
        setattr(dialect, name, False)
    return dialect


class OrderedConnection(Connection):
    """Creates the indexes and constraints of tables in a fixed order."""

    def _run_ddl_visitor(self, visitorcallable: Any, element: Any, **kw: Any) -> None:
        in_order(element)
        super()._run_ddl_visitor(visitorcallable, element, **kw)


class OfflineEngine(Engine):
    """An engine whose connections are the log's."""

    _connection_cls = OrderedConnection


def engine(dialect: Any, url: URL) -> Engine:
    """An engine of a dialect that offline_dialect() gave."""
    pool = NullPool(lambda: dialect.connect(), reset_on_return=None, dialect=dialect)
    return OfflineEngine(pool, dialect, url)


def require_no_waiting() -> None:
    """SQLAlchemy's asynchronous connections run what they execute at once: this driver never waits, which they would
    refuse, and in a greenlet of its own a call would have no stack that leads to the revision."""
    from sqlalchemy.ext.asyncio import engine, result, session

    async def spawn(function: Any, *args: Any, _require_await: bool = False, **kw: Any) -> Any:
        return function(*args, **kw)

    for module in (engine, result, session):
        module.greenlet_spawn = spawn  # type: ignore[attr-defined]


def _without_driver(driven: type[Any]) -> type[Any]:
    """PGDialect for PGDialect_psycopg2. SQLAlchemy keeps these in modules called base and mariadb; a third party's
    dialect stays what it is."""
    if not driven.__module__.startswith("sqlalchemy.dialects."):
        return driven
    for each in driven.__mro__:
        if each.__module__.rpartition(".")[2] in ("base", "mariadb") and "sqlalchemy.dialects" in each.__module__:
            return each
    return driven
