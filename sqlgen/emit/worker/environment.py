"""The project's env.py, run with an EnvironmentContext that hands everything to the recorder."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any

import alembic.context
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateTable

from .compiling import compiled
from .connection import ConnectionLog
from .context import record
from .dialect import engine, offline_dialect, require_no_waiting
from .engines import attach
from .offline import Offline
from .operations import trace
from .recorder import Buffer, Recorder
from .replica import Replica
from .standins import driven


class RecordingEnvironment(EnvironmentContext):
    """What `alembic.context` stands for while env.py runs.

    env.py is told that this is offline mode, so that it needs no database. Alembic is told that it is online, on a
    connection that records: revisions then do what they do on a server.
    """

    def __init__(
        self,
        config: Any,
        script: Any,
        recorder: Recorder,
        job: dict[str, Any],
        ask: Callable[[dict[str, Any]], Any],
        over: Callable[[], None],
        **opts: Any,
    ) -> None:
        """ask: puts a question about the schema to the parent. over: nothing more belongs to the last revision."""
        super().__init__(config, script, **opts)
        self._recorder = recorder
        self._job = job
        self._ask = ask
        self._over = over
        self.targets: list[str] = []
        """The names of the databases for which env.py ran the migrations."""
        self.rendered: MigrationContext | None = None
        """The context of the database whose migrations were rendered."""
        self.log: ConnectionLog | None = None
        self.transaction_per_migration = False
        """What env.py asks for; a record has a transaction for each revision."""
        self.shadow: Any = None
        """The database on which the revisions run, where they do."""

    def is_offline_mode(self) -> bool:
        """A revision that asks may do something else offline: it is noted, and told what the job says."""
        if str(sys._getframe(1).f_globals.get("__name__")).startswith("alembic.runtime"):
            return False
        return self._offline()

    def _offline(self) -> bool:
        if self._recorder.sources.revision is None:
            return True
        self._recorder.note("offline-branch", "")
        return not self._job["online_branches"]

    def configure(
        self,
        connection: Any = None,
        url: Any = None,
        dialect_name: str | None = None,
        dialect_opts: dict[str, Any] | None = None,
        *args: Any,
        **kw: Any,
    ) -> None:
        """As env.py says, but for what a record needs: our connection, one transaction per revision."""
        if self.rendered is not None:
            self._over()
        elif self.targets:
            self._recorder.take()  # what env.py executed after those that are not wanted
        if connection is not None:
            url = connection.engine.url
        place, options = self._database(url, dialect_name), dict(dialect_opts or {})
        if place is None:
            raise Offline("no-url")
        if self._job["dialect"] == "mariadb" and place.get_backend_name() == "mysql":
            # https://docs.sqlalchemy.org/en/21/dialects/mysql.html#mariadb-only-mode
            # The dialect keeps the name "mysql", online too: options such as mysql_charset and mysql_length count.
            options["is_mariadb"] = True
        self.transaction_per_migration = bool(kw.get("transaction_per_migration"))
        kw.update(literal_binds=False, transaction_per_migration=True, output_buffer=Buffer(self._recorder))
        logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)  # one line per revision is noise here
        self._connect(place, options, args, kw)
        if connection is not None and self.log is not None and self.shadow is None:
            attach(connection, self.log)

    def _connect(self, url: URL, options: dict[str, Any], args: tuple[Any, ...], kw: dict[str, Any]) -> None:
        self.log = log = ConnectionLog(self._recorder, self._ask)
        log.dialect = dialect = offline_dialect(url, options, log, self._job["server_version"])
        if self._job["shadow"] is not None:
            from .shadow import Shadow

            self.shadow = Shadow(self._job["shadow"], url, log, self._recorder)
        elif dialect.name == "sqlite":
            log.replica = Replica(self._sqlite_start, empty=not self._job["start"] and not self._job["skip"])
        stock = dict(self.context_opts)
        self.context_opts.update(as_sql=False, starting_rev=None)
        try:
            connection = engine(dialect, url).connect() if self.shadow is None else self.shadow.connect()
            super().configure(connection, None, None, None, *args, **kw)
        finally:
            self.context_opts.update(as_sql=stock["as_sql"], starting_rev=stock["starting_rev"])
        context = self.get_context()
        log.transactional = context.impl.transactional_ddl
        if self.shadow is not None:
            self.shadow.record(context, tuple(self._job["start"]), self._offline)
            return
        observed = (lambda construct: compiled(construct, dialect)) if self._job["observe"] else None
        record(context, self._recorder, tuple(self._job["start"]), self._offline, observed)

    def _sqlite_start(self) -> list[str]:
        """What makes the schema before the first revision, Alembic's own table included."""
        context: Any = self.get_context()
        version = CreateTable(context.version_table_made, if_not_exists=True)
        return [*self._ask({"of": "start"}), str(version.compile(dialect=context.dialect))]

    def run_migrations(self, **kw: Any) -> None:
        """Runs them for one database: the target, or the first where none is named."""
        context = self.get_context()
        self.targets.append(target_of(kw, len(self.targets) + 1))
        wanted = self.targets[-1] == self._job["target"] if self._job["target"] else len(self.targets) == 1
        if self.rendered is not None or not wanted:
            self._recorder.take()  # what env.py executed for this one
            return
        self.rendered = context
        with Operations.context(context) as op:
            trace(op, self._recorder)
            op.__dict__["run_async"] = run_async(op)
            context.run_migrations(**kw)

    def check_targets(self) -> None:
        """Raises Offline when it is not clear for which database they should have been run."""
        names = "\n".join(dict.fromkeys(self.targets))
        if not self.targets:
            raise Offline("never-run" if self._migration_context is not None else "never-configured")
        if self.rendered is None:
            raise Offline("no-target", name=self._job["target"], names=names)
        if len(self.targets) > 1 and not self._job["target"]:
            raise Offline("targets", names=names)

    def aside(self) -> contextlib.AbstractContextManager[None]:
        """What is emitted inside is taken back in the end, as far as the schema goes."""
        replica = None if self.log is None else self.log.replica
        return contextlib.nullcontext() if replica is None else replica.aside()

    def revision_begins(self) -> None:
        """Its statements come next."""
        if self.log is not None and self.log.replica is not None:
            self.log.replica.begin()

    def revision_ended(self, revision: str, failed: Mapping[str, Any] | None) -> None:
        """failed: why it did not come to its end; its `mentions` are what it may have changed."""
        if self.log is None or self.log.replica is None:
            return
        if failed is None:
            self.log.replica.end()
        else:
            self.log.replica.lose(failed["mentions"], revision)

    def given(self, texts: list[str]) -> None:
        """Texts that stand for the revision whose turn it is."""
        takes = self.shadow or self.log
        assert takes is not None
        takes.take(texts)

    @property
    def over(self) -> bool:
        """A revision failed on a database: what comes after it can't be run there."""
        return self.shadow is not None and self.shadow.over

    @property
    def made(self) -> str | None:
        """The database that was made for this run."""
        return None if self.shadow is None else self.shadow.made

    def close(self) -> None:
        """Let go of the database on which the revisions ran."""
        if self.shadow is not None:
            self.shadow.close()

    def end_transaction(self) -> None:
        """What env.py executed by itself began a transaction, which would go on into the first revision's."""
        connection = self.get_context().connection
        if connection is not None and connection.in_transaction():
            connection.commit()

    def interrupted(self) -> None:
        """An exception left a revision: whatever it did to the transaction, the next one begins with a new one."""
        if self.shadow is not None:
            self.shadow.over = True
        context: Any = self.get_context()
        transaction, context._transaction = context._transaction, None
        if transaction is not None:
            transaction.__exit__(RuntimeError, RuntimeError(), None)

    def _database(self, url: Any, dialect_name: str | None) -> URL | None:
        """env.py's own database, unless another dialect is wanted: then a URL that names nothing but that dialect."""
        wanted = self._job["dialect"]
        name = dialect_name if url is None else _backend(url)
        if wanted is None or wanted == name or (wanted == "mariadb" and name == "mysql"):
            return make_url(url) if url is not None else make_url(f"{name}://") if name else None
        return make_url(PLAIN_URLS.get(wanted, f"{wanted}://"))


# The driver decides nothing here, but SQLAlchemy wants one, and its default one differs between versions.
# Projects reach MariaDB as mysql:// nearly always; one that says mariadb:// keeps its own URL.
PLAIN_URLS = {
    "mariadb": "mysql+pymysql://",
    "mysql": "mysql+pymysql://",
    "postgresql": "postgresql+psycopg2://",
}


def target_of(kw: dict[str, Any], number: int) -> str:
    """How a database is called: the only text among the arguments of run_migrations(), else by its number."""
    texts = [value for value in kw.values() if isinstance(value, str)]
    return (texts[0] or "default") if len(texts) == 1 else str(number)


def run_async(op: Any) -> Callable[..., Any]:
    """op.run_async(), also where env.py took its offline branch, which is not asynchronous."""

    def run(function: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        import asyncio

        from sqlalchemy.ext.asyncio import AsyncConnection

        require_no_waiting()
        connection = op.get_bind()
        connection.dialect.is_async = True  # else it says that there is no such connection
        try:
            proxy = AsyncConnection._retrieve_proxy_for_target(connection)
        finally:
            connection.dialect.is_async = False
        awaitable = function(proxy, *args, **kw)
        if asyncio._get_running_loop() is None:
            return asyncio.run(awaitable)
        return driven(awaitable)

    return run


def _backend(url: Any) -> str | None:
    try:
        return make_url(url).get_backend_name()
    except ArgumentError:
        return None


# The module's functions find the running context by its exact class. alembic/context.py makes this call for its own.
RecordingEnvironment.create_module_class_proxy(vars(alembic.context), vars(alembic.context))
