"""An empty database in, a connection out that runs revisions there for real, and records what they execute.

Alembic and the project are online, with the project's own driver. Each statement is written as the offline connection
would write it, with the values that were sent; what was asked is noted with the rows that came.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
import secrets
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateTable

from .catalog import asks_catalog
from .connection import ConnectionLog
from .context import RecordingContext, RecordingImpl, subject
from .dialect import OrderedConnection
from .engines import dialling
from .offline import Offline, short
from .recorder import Recorder
from .reflection import noting
from .shadow_results import ShadowConnection, recording_results
from .standins import StandIn

# PostgreSQL 17, CREATE INDEX, DROP INDEX, REINDEX, VACUUM: what can't be executed inside a transaction block.
_ALONE = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
    r"(?:(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\s+CONCURRENTLY|REINDEX\b.*\bCONCURRENTLY|VACUUM)\b",
    re.IGNORECASE | re.DOTALL,
)


class Shadow:
    """The database, and what is executed there.

    job: {"url": …, "before": statements that make what is there before the first revision}. place: the URL that env.py
    gives. log: writes statements; its dialect is the offline one.
    """

    def __init__(self, job: dict[str, Any], place: URL, log: ConnectionLog, recorder: Recorder) -> None:
        self.recorder = recorder
        self.log = log
        self.over = False
        """A revision failed here: what follows is not run."""
        self.made: str | None = None
        """The database that was made for this, and is dropped in the end."""
        self._url = chosen(job["url"], place)
        self._before = job["before"]
        self._server: Engine | None = None
        self._engine: Engine | None = None
        self._silent = 0
        self._numbers: dict[int, int | None] = {}

    # ---- the database

    def connect(self) -> Connection:
        """A connection to an empty database. Raises Offline."""
        with dialling(), _said(self._url):
            url = self._url
            if not url.database and url.get_backend_name() != "sqlite":
                url = self._make(url)
            self._engine = engine = _engine(url)
            with engine.connect() as connection:
                self._check(connection)
                for statement in self._before:
                    connection.execution_options(no_parameters=True).exec_driver_sql(statement)
                connection.commit()
                self._name = connection.engine.url.database or ""
        engine.dialect.__class__ = noting(type(engine.dialect))
        vars(engine.dialect)["log"] = self
        engine.dialect.execution_ctx_cls = recording_results(engine.dialect.execution_ctx_cls, self)
        connection_class: Any = types.new_class("Recorded", (ShadowConnection, OrderedConnection))
        connection_class.shadow = self
        engine._connection_cls = connection_class
        self.log.dialect.raw_paramstyle = engine.dialect.paramstyle
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "handle_error", self._refused)
        event.listen(engine, "begin", self._begun)
        for name in ("commit", "rollback"):
            event.listen(engine, name, lambda connection: self._numbers.pop(id(connection), None))
        return engine.connect().execution_options(compiled_cache=None)

    def _make(self, url: URL) -> URL:
        """The URL names a server: a database of its own is made there."""
        postgresql = url.get_backend_name() == "postgresql"
        self._server = _engine(url.set(database="postgres") if postgresql else url)
        name = f"sqlgen_shadow_{secrets.token_hex(6)}"
        # Of PostgreSQL's templates only this one is sure to be empty (manual, 23.3).
        how = "TEMPLATE template0 ENCODING 'UTF8'" if postgresql else "CHARACTER SET utf8mb4"
        with self._server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} {how}")
        self.made = name
        return url.set(database=name)

    def _check(self, connection: Connection) -> None:
        """Raises Offline unless it is empty, and of the kind for which SQL is written."""
        is_mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
        if connection.dialect.name in ("mysql", "mariadb") and is_mariadb != self.log.dialect.is_mariadb:
            found = "mariadb" if is_mariadb else "mysql"
            raise Offline("shadow-vendor", found=found, wanted="mysql" if is_mariadb else "mariadb")
        kind = "mysql" if connection.dialect.name == "mariadb" else connection.dialect.name
        holds = connection.exec_driver_sql(_HOLDS[kind]).scalars().all()
        if holds:
            raise Offline("shadow-full", name=str(connection.engine.url.database), holds=", ".join(map(str, holds)))

    def close(self) -> None:
        """Let go of the database; drop it, if it was made for this."""
        if self._engine is not None:
            self._engine.dispose()
        if self.made is not None and self._server is not None:
            with self._server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                force = " WITH (FORCE)" if _can_force(connection) else ""
                connection.exec_driver_sql(f"DROP DATABASE {self.made}{force}")
            self._server.dispose()
            self.made = None

    # ---- what is executed

    def record(self, context: Any, start: tuple[str, ...], offline: Callable[[], bool]) -> None:
        """As context.record(): but the version table is written."""
        base = type(context.impl)
        kind: Any = types.new_class("Shadow" + base.__name__, (ShadowImpl, base))
        kind._recorder, kind._version_table, kind._observed, kind._shadow = self.recorder, context._version, None, self
        context.impl.__class__ = kind
        context.__dict__.pop("as_sql", None)
        context.__class__ = ShadowContext
        context.start, context.offline = start, offline
        self._context, self._connection = context, context.connection

    def take(self, texts: Sequence[str]) -> None:
        """Statements that stand for a revision. What a transaction may not hold stands outside, as in the script."""
        for text in texts:
            alone = self._connection.dialect.name == "postgresql" and _ALONE.match(text)
            with self._context.autocommit_block() if alone else contextlib.nullcontext():
                self._connection.exec_driver_sql(text, execution_options={"no_parameters": True})

    def reflected(self, question: str, arguments: tuple[Any, ...], answer: Any) -> None:
        """Somebody asked SQLAlchemy about the schema."""
        if not self._silent:
            self.log.reflected(question, arguments, answer)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """What is executed inside is not the revision's."""
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1

    def _begun(self, connection: Connection) -> None:
        self._numbers[id(connection)] = self.log.begin()

    def _executed(
        self, connection: Any, cursor: Any, sql: str, parameters: Any, context: Any, executemany: bool
    ) -> None:
        if self._silent or context is None or _asked_by_reflection(self.recorder):
            return
        if sql != context.statement:
            self.noted(None, sql, "key")  # of a sequence or a default that SQLAlchemy asks first
            return
        if type(getattr(context.compiled, "statement", None)).__name__ in _SAVEPOINTS:
            self.log.savepoint(sql)
            return
        automatic = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        number = None if automatic or not self.log.transactional else self._numbers.get(id(connection))
        added = self.add(context, sql, parameters, number, automatic)
        if hasattr(context.cursor, "recorded"):
            context.cursor.recorded = added

    def add(self, context: Any, sql: str, parameters: Any, number: int | None, automatic: bool = False) -> Any:
        """Record a statement; the last one of several."""
        compiled = getattr(context, "compiled", None)
        construct = None if compiled is None else compiled.statement
        try:
            with self.recorder.refusing():
                texts = self._texts(context, compiled, sql, parameters)
                for text in texts:
                    if self._name and re.search(rf"\b{re.escape(self._name)}\b", text):
                        raise Offline("shadow-name", name=self._name, sql=short(text))
        except Offline:
            return None  # it is kept as the revision's failure; the database is as it must be
        added = None
        for text in texts:
            kind = None if construct is None else type(construct).__name__
            added = self.recorder.add(text.strip(), kind, number, autocommit=automatic)
        return added

    def _texts(self, context: Any, compiled: Any, sql: str, parameters: Any) -> list[str]:
        """The statement as the offline connection writes it, with the values that were sent."""
        if compiled is None:
            if not parameters:
                return [sql]
            rows = parameters if isinstance(parameters, list) else [parameters]
            return [self.log.written(sql, row) for row in rows]
        construct, dialect = compiled.statement, self.log.dialect
        if not hasattr(compiled, "binds") or not hasattr(context, "compiled_parameters"):
            return [str(construct.compile(dialect=dialect))]
        options = {"schema_translate_map": compiled.schema_translate_map, "for_executemany": compiled.for_executemany}
        neutral = construct.compile(dialect=dialect, column_keys=compiled.column_keys, **options)
        sent = zip(context.given, context.compiled_parameters, strict=True)
        return [self._filled(neutral, compiled, {**given, **filled}) for given, filled in sent]

    def _filled(self, neutral: Any, compiled: Any, sent: dict[str, Any]) -> str:
        names = {id(bind): name for bind, name in compiled.bind_names.items()}
        values = {}
        for bind, name in neutral.bind_names.items():
            its = names.get(id(bind), name)
            if its not in sent:
                raise Offline("placeholder", names=name)
            values[name] = sent[its]
        text = neutral.string
        if neutral.literal_execute_params or neutral.post_compile_params:
            expanded = neutral._process_parameters_for_postcompile(values)
            text, values = expanded.statement, {**values, **expanded.additional_parameters}
        return self.log.filled(text, neutral, values)

    # ---- what is looked at

    def noted(self, added: Any, sql: str, what: str, rows: int | None = None) -> list[Any] | None:
        """Something of the database is looked at; None when it is no data of its."""
        if self._silent or _asked_by_reflection(self.recorder):
            return None
        text = str(added[0]) if added is not None else sql
        if added is not None and what.startswith("fetch"):
            added[6] = True
        if asks_catalog(text):
            self.recorder.note("asks-catalog", short(text))
            return None
        entry: list[Any] = [short(text), what, self.recorder.sources.here(), rows]
        if entry not in self.recorder.reads:
            self.recorder.reads.append(entry)
        return entry

    def _refused(self, error: Any) -> None:
        """A statement failed. Where the revision goes on, it does so because of what it met here."""
        if not self._silent and not _asked_by_reflection(self.recorder) and error.statement:
            self.noted(None, str(error.statement), f"failed: {short(str(error.original_exception))}", 0)


_SAVEPOINTS = ("SavepointClause", "RollbackToSavepointClause", "ReleaseSavepointClause")


class ShadowImpl(RecordingImpl):
    """Mixed into the dialect's own impl class."""

    _shadow: Shadow

    def _exec(self, construct: Any, *args: Any, **kw: Any) -> Any:
        if subject(construct) is not self._version_table:
            return super(RecordingImpl, self)._exec(construct, *args, **kw)  # type: ignore[misc]
        if self._shadow.over:
            return None
        with self._shadow.silent():
            return super(RecordingImpl, self)._exec(construct, *args, **kw)  # type: ignore[misc]


class ShadowContext(RecordingContext):
    """Alembic's own table is made there."""

    def _ensure_version_table(self, purge: bool = False) -> None:
        self.impl._exec(CreateTable(self._version, if_not_exists=True))


def _asked_by_reflection(recorder: Recorder) -> bool:
    """Whether SQLAlchemy looks at the schema for somebody. What an Inspector asks goes through this module."""
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename != recorder.sources.revision:
        if frame.f_globals.get("__name__") == "sqlalchemy.engine.reflection":
            return True
        frame = frame.f_back
    return False


_NOT_OURS = "<> 'information_schema' AND n.nspname !~ '^pg_'"
_HOLDS = {
    # What an extension brings with it belongs to that (52.18, pg_depend: deptype e).
    "postgresql": f"""
        SELECT name FROM (
          SELECT n.nspname || '.' || c.relname AS name, 'pg_class'::regclass AS class, c.oid AS object
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname {_NOT_OURS}
          UNION ALL
          SELECT n.nspname || '.' || t.typname, 'pg_type'::regclass, t.oid
          FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          WHERE n.nspname {_NOT_OURS} AND t.typrelid = 0 AND t.typelem = 0
          UNION ALL
          SELECT n.nspname || '.' || p.proname || '()', 'pg_proc'::regclass, p.oid
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname {_NOT_OURS}
        ) AS found
        WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = class AND d.objid = object AND d.deptype = 'e')
        ORDER BY name LIMIT 3""",
    "mysql": "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1 LIMIT 3",
    "sqlite": "SELECT name FROM sqlite_master ORDER BY name LIMIT 3",
}


def _can_force(connection: Connection) -> bool:
    """PostgreSQL 13, DROP DATABASE: WITH (FORCE) is new."""
    return connection.dialect.name == "postgresql" and (connection.dialect.server_version_info or (0,)) >= (13,)


def _engine(url: URL) -> Engine:
    """One execution for each statement: several rows in one INSERT would come back in any order."""
    memory = {"poolclass": StaticPool} if url.get_backend_name() == "sqlite" else {}
    return create_engine(url, use_insertmanyvalues=False, **memory)


@contextlib.contextmanager
def _said(url: URL) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        why = " ".join(str(getattr(error, "orig", None) or error).split())
        raise Offline("shadow-unreachable", url=url.render_as_string(hide_password=True), why=why) from error


# Those that can be used without an event loop, the usual one first.
_DRIVERS = {
    "postgresql": {"psycopg2": "psycopg2", "psycopg": "psycopg", "pg8000": "pg8000"},
    "mysql": {
        "pymysql": "pymysql",
        "mysqldb": "MySQLdb",
        "mariadbconnector": "mariadb",
        "mysqlconnector": "mysql.connector",
    },
    "sqlite": {"pysqlite": "sqlite3"},
}


def chosen(text: str, place: URL | None) -> URL:
    """The URL with a driver: its own, else that of `place` (env.py's URL, if there is one), else one that is installed.

    Raises Offline where there is none, and for a URL of another kind of database than `place`.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise Offline("shadow-url") from None
    backend = _family(url)
    if place is not None and backend != _family(place):
        raise Offline("shadow-vendor", found=backend, wanted=_family(place))
    drivers = _DRIVERS.get(backend)
    if drivers is None:
        raise Offline("shadow-vendor", found=backend, wanted=", ".join(_DRIVERS))
    named = url.drivername.partition("+")[2]
    own = "" if place is None else place.drivername.partition("+")[2]
    for driver in (named, own if not named else "", *drivers):
        if driver in drivers and _installed(drivers[driver]):
            return url.set(drivername=f"{url.drivername.partition('+')[0]}+{driver}")
    raise Offline("shadow-driver", names=", ".join(drivers))


def _family(url: URL) -> str:
    name = url.get_backend_name()
    return "mysql" if name == "mariadb" else name


def _installed(module: str) -> bool:
    """A stand-in is none."""
    if isinstance(sys.modules.get(module), StandIn):
        return False
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
