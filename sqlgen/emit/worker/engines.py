"""Engines that env.py and the application make: they connect to nothing, and need no driver.

env.py may give such a connection to context.configure(): what it executed before counts as env.py's own statements.
"""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterator
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL

from .compiling import make_strict
from .dialect import NOTHING_COMES_BACK, Executing, Marking, OfflineDialect
from .driver import DBAPI, Cursor, Session
from .offline import Offline, short
from .recorder import Origin, Recorder
from .server import describe_server


class Kept:
    """A statement of a connection that nobody has given to context.configure() yet."""

    def __init__(self, cursor: Cursor, sql: str, parameters: Any, context: Any, origin: Origin) -> None:
        self.run = (cursor, sql, parameters, context)
        self.origin = origin
        self.read = False
        """Somebody looked at its result: it only asked."""


class Apart:
    """What one connection of the project's own executes on: a driver.Log. It is no part of the script, until it is
    given to context.configure()."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._kept: list[Kept] = []
        self._log: Executing | None = None

    def attach(self, log: Executing) -> None:
        """env.py chose this connection: what was executed and will be executed is the migration's."""
        self._log = log
        kept, self._kept = self._kept, []
        for each in kept:
            if each.read:
                self._recorder.notes.append(["env-read", short(each.run[1]), each.origin[1]])
                continue
            self._recorder.op = each.origin
            try:
                log.run(*each.run)
            finally:
                self._recorder.op = None

    def begin(self) -> int | None:
        return None if self._log is None else self._log.begin()

    def savepoint(self, command: str, session: Session | None = None) -> None:
        if self._log is not None:
            self._log.savepoint(command)

    def execute(self, cursor: Cursor, sql: str, parameters: Any) -> None:
        if _inside("sqlalchemy.pool"):
            self._recorder.note("on-connect", short(sql))
            cursor.answer([], [])
        else:
            self.run(cursor, sql, parameters, None)

    def run(self, cursor: Cursor, sql: str, parameters: Any, context: Any) -> None:
        if self._log is not None and not _inside("sqlalchemy.engine.reflection"):
            self._log.run(cursor, sql, parameters, context)
            return
        refuse_connection(self._recorder)
        result = getattr(getattr(context, "compiled", None), "_result_columns", None) or ()
        cursor.description = [(str(column.keyname), None, None, None, None, None, None) for column in result] or [
            ("?column?", None, None, None, None, None, None)
        ]
        if not _inside("sqlalchemy.engine.reflection"):
            kept = cursor.statement = Kept(cursor, sql, parameters, context, (None, self._recorder.sources.here()))
            self._kept.append(kept)

    def read(self, cursor: Cursor, what: str) -> None:
        match cursor.statement:
            case Kept() as kept:
                kept.read = True
            case _ if self._log is not None:
                self._log.read(cursor, what)


def refuse_connection(recorder: Recorder) -> None:
    """Raises Offline while a revision runs: it connects by itself, past the connection that it is given."""
    if recorder.sources.revision is not None:
        with recorder.refusing():
            raise Offline("own-connection")


class Inert(OfflineDialect):
    """Mixed into a dialect with a driver, which stays its own in everything but what it does."""

    recorder: Recorder
    version: list[int]
    driven: type[Any]
    """The class that it is made of."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**{**kw, "paramstyle": "named", "dbapi": None})  # else it looks closely at its driver
        dialect: Any = self
        dialect.dbapi = DBAPI
        make_strict(dialect)
        compiler = dialect.statement_compiler
        dialect.statement_compiler = types.new_class("Marking" + compiler.__name__, (Marking, compiler))
        describe_server(dialect, self.version)
        for name in NOTHING_COMES_BACK:
            setattr(dialect, name, False)

    @classmethod
    def import_dbapi(cls) -> Any:
        return DBAPI

    @classmethod
    def get_dialect_cls(cls, url: URL) -> Any:
        return inert(cls.driven.get_dialect_cls(url), cls.recorder, cls.version)

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> Any:
        return inert(cls.driven.get_async_dialect_cls(url), cls.recorder, cls.version)

    def on_connect_url(self, url: URL) -> None:
        return None

    def connect(self, *args: Any, **kw: Any) -> Session:
        refuse_connection(self.recorder)
        return Session(Apart(self.recorder))

    def do_execute(self, cursor: Cursor, sql: str, parameters: Any, context: Any = None) -> None:
        log: Any = cursor.connection.log
        log.run(cursor, sql, parameters, context)

    do_executemany = do_execute

    def do_execute_no_params(self, cursor: Cursor, sql: str, context: Any = None) -> None:
        self.do_execute(cursor, sql, None, context)

    def do_savepoint(self, connection: Any, name: str) -> None:
        connection.connection.dbapi_connection.log.savepoint(f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Any, name: str) -> None:
        connection.connection.dbapi_connection.log.savepoint(f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Any, name: str) -> None:
        connection.connection.dbapi_connection.log.savepoint(f"RELEASE SAVEPOINT {name}")

    def do_begin_twophase(self, connection: Any, xid: Any) -> None:
        """multidb's env.py may ask for it."""

    do_prepare_twophase = do_rollback_twophase = do_commit_twophase = do_begin_twophase


def inert(driven: Any, recorder: Recorder, version: list[int]) -> Any:
    """A dialect's class in, one that connects to nothing out."""
    if issubclass(driven, Inert):
        return driven
    kind: Any = types.new_class(driven.__name__, (Inert, driven))
    kind.__module__ = driven.__module__
    kind.supports_statement_cache = True
    kind.recorder, kind.version, kind.driven = recorder, version, driven
    if hasattr(driven, "bind_typing"):  # else casts for the driver's sake would stand in the text
        kind.bind_typing = type(driven.bind_typing).NONE
    return kind


class InertDialects(type(registry)):  # type: ignore[misc]  # a class found when running
    """What SQLAlchemy looks dialects up in, every dialect inert."""

    made: dict[Any, Any]
    recorder: Recorder
    version: list[int]
    dialling: bool

    def load(self, name: str) -> Any:
        found = super().load(name)
        found = getattr(found, "dialect", found)  # SQLAlchemy takes a module, too
        if self.dialling:
            return found
        if not isinstance(found, type):  # of MariaDB's dialects it makes an object
            found = type(found)
        if found not in self.made:
            self.made[found] = inert(found, self.recorder, self.version)
        return self.made[found]


def make_inert(recorder: Recorder, version: list[int]) -> None:
    """From now on, what create_engine() makes connects to nothing."""
    dialects: Any = registry
    dialects.__class__ = InertDialects
    dialects.made, dialects.recorder, dialects.version, dialects.dialling = {}, recorder, version, False


@contextlib.contextmanager
def dialling() -> Iterator[None]:
    """Engines that are made inside do connect."""
    dialects: Any = registry
    before, dialects.dialling = getattr(dialects, "dialling", True), True
    try:
        yield
    finally:
        dialects.dialling = before


def attach(connection: Any, log: Executing) -> None:
    """env.py gave this connection to context.configure()."""
    session = getattr(getattr(connection, "connection", None), "dbapi_connection", None)
    if isinstance(session, Session) and isinstance(session.log, Apart):
        session.log.attach(log)


def _inside(module: str) -> bool:
    """Whether code of a module or package is running."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name == module or name.startswith(module + "."):
            return True
        frame = frame.f_back
    return False
