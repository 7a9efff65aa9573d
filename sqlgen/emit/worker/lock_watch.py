"""A database in, the locks that others hold in it out, as far as a look every few milliseconds sees them."""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

EVERY = 0.002
"""Seconds between two looks."""

# PostgreSQL manual, 54.12 pg_locks and 28.2.3 pg_stat_activity. The name of a table that an open transaction makes
# can't be seen from outside; nobody else could wait for it either.
_POSTGRESQL = """
    SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, l.mode, l.granted
    FROM pg_locks l
    JOIN pg_class c ON c.oid = l.relation
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'relation' AND l.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
"""
# MySQL manual, 29.12.13.3 metadata_locks; MariaDB has it since 10.5, and fills it where performance_schema is on.
_MYSQL = """
    SELECT object_name, lock_type, lock_status = 'GRANTED' FROM performance_schema.metadata_locks
    WHERE object_type = 'TABLE' AND object_schema = '{name}'
"""
_FILLED = """
    SELECT COUNT(*) FROM performance_schema.setup_instruments
    WHERE name = 'wait/lock/metadata/sql/mdl' AND enabled = 'YES' AND @@performance_schema
"""
# MariaDB, METADATA_LOCK_INFO plugin: it shows granted locks alone.
_MARIADB = """
    SELECT table_name, lock_mode, 1 FROM information_schema.metadata_lock_info
    WHERE lock_type = 'Table metadata lock' AND table_schema = '{name}'
"""


class LockWatch:
    """Looks on a connection of its own, in a thread of its own."""

    def __init__(self, engine: Engine, database: str) -> None:
        self._engine = engine
        self._database = database
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._since: dict[tuple[str, str, bool], float] = {}
        self._longest: dict[tuple[str, str, bool], float] = {}
        self.lost = False
        """Whether the server ended the session that looks, so that what came later was not seen."""

    def start(self) -> bool:
        """Whether this server shows its locks."""
        if self._engine.dialect.name == "sqlite":
            return False
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT", no_parameters=True)
        sql = _question(connection, self._database)
        if sql is None:
            connection.close()
            return False
        self._thread = threading.Thread(target=self._look, args=(connection, sql), daemon=True)
        self._thread.start()
        return True

    def stop(self) -> list[list[Any]]:
        """[table, mode, granted, seconds for which it was held at most]."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(5)
        return [[*key, round(seconds, 4)] for key, seconds in sorted(self._longest.items())]

    def _look(self, connection: Connection, sql: str) -> None:
        before = time.monotonic()
        try:
            while not self._stopped.is_set():
                held = {
                    (str(name), str(mode), bool(granted)) for name, mode, granted in connection.exec_driver_sql(sql)
                }
                now = time.monotonic()
                for key in held:
                    self._since.setdefault(key, before)  # it began after the look before
                self._ended([key for key in self._since if key not in held], now)
                before = now
                self._stopped.wait(EVERY)
        except SQLAlchemyError:
            self.lost = True
        finally:
            self._ended(list(self._since), time.monotonic())
            connection.close()

    def _ended(self, keys: list[tuple[str, str, bool]], now: float) -> None:
        for key in keys:
            seconds = now - self._since.pop(key)
            self._longest[key] = max(seconds, self._longest.get(key, 0.0))


def _question(connection: Connection, database: str) -> str | None:
    """How this server is asked; None where it does not tell."""
    if connection.dialect.name == "postgresql":
        return _POSTGRESQL
    for sql, told in (
        (_MARIADB, "SELECT COUNT(*) FROM information_schema.plugins WHERE plugin_name = 'METADATA_LOCK_INFO'"),
        (_MYSQL, _FILLED),
    ):
        try:
            if connection.exec_driver_sql(told).scalar():
                connection.exec_driver_sql(sql.format(name=database)).fetchall()
                return sql.format(name=database)
        except SQLAlchemyError:  # no right to look
            continue
    return None
