"""The project's env.py, run with an EnvironmentContext that hands everything to the recorder."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import alembic.context
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from .offline import Offline
from .operations import trace
from .recorder import Buffer, Recorder, record
from .server import describe_server


class RecordingEnvironment(EnvironmentContext):
    """What `alembic.context` stands for while env.py runs."""

    def __init__(self, config: Any, script: Any, recorder: Recorder, job: dict[str, Any], **opts: Any) -> None:
        super().__init__(config, script, **opts)
        self._recorder = recorder
        self._job = job
        self._ran: Callable[[], bool] = lambda: False

    def _watch(self, ran: Callable[[], bool]) -> None:
        """Say how to find out whether migrations were run."""
        self._ran = ran

    def configure(
        self,
        connection: Any = None,
        url: Any = None,
        dialect_name: str | None = None,
        dialect_opts: dict[str, Any] | None = None,
        *args: Any,
        **kw: Any,
    ) -> None:
        """As env.py says, but for what a record needs: a neutral placeholder style, one transaction per revision."""
        if self._ran():
            raise Offline("twice")
        if connection is not None:
            url, connection = connection.engine.url, None
        url, dialect_name = self._database(url, dialect_name)
        kw.update(literal_binds=True, transaction_per_migration=True, output_buffer=Buffer(self._recorder))
        options = {**(dialect_opts or {}), "paramstyle": "named"}  # otherwise drivers double every %
        if self._mariadb_called_mysql(url, dialect_name):
            options["is_mariadb"] = True
        logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)  # one line per revision is noise here
        super().configure(connection, url, dialect_name, options, *args, **kw)
        context = self.get_context()
        describe_server(context.dialect, self._job["server_version"])
        record(context, self._recorder)

    def run_migrations(self, **kw: Any) -> None:
        if self._ran():
            raise Offline("twice")
        context = self.get_context()
        with Operations.context(context) as op:
            trace(op, self._recorder)
            context.run_migrations(**kw)

    def _database(self, url: Any, dialect_name: str | None) -> tuple[Any, str | None]:
        """env.py's own database, unless another dialect is wanted: then a URL that names nothing but that dialect."""
        wanted = self._job["dialect"]
        if wanted is None or wanted == (dialect_name if url is None else _backend(url)):
            return url, dialect_name
        if self._mariadb_called_mysql(url, dialect_name):
            return url, dialect_name
        return PLAIN_URLS.get(wanted, f"{wanted}://"), None

    def _mariadb_called_mysql(self, url: Any, dialect_name: str | None) -> bool:
        """MariaDB is wanted and reached as mysql://. The dialect then keeps the name "mysql", online too:
        options such as mysql_charset and mysql_length count, and those that start with mariadb_ don't.

        https://docs.sqlalchemy.org/en/21/dialects/mysql.html#mariadb-only-mode
        """
        return self._job["dialect"] == "mariadb" and (dialect_name if url is None else _backend(url)) == "mysql"


# The driver decides nothing here, but SQLAlchemy wants one, and its default one differs between versions.
# Projects reach MariaDB as mysql:// nearly always; one that says mariadb:// keeps its own URL.
PLAIN_URLS = {
    "mariadb": "mysql+pymysql://",
    "mysql": "mysql+pymysql://",
    "postgresql": "postgresql+psycopg2://",
}


def _backend(url: Any) -> str | None:
    try:
        return make_url(url).get_backend_name()
    except ArgumentError:
        return None


# The module's functions find the running context by its exact class. alembic/context.py makes this call for its own.
RecordingEnvironment.create_module_class_proxy(vars(alembic.context), vars(alembic.context))
