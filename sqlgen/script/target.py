"""What a runnable script is made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["range", "revision", "none"]
"""What commits together: the whole range, each revision, or each statement by itself."""


@dataclass(frozen=True, slots=True)
class Target:
    """The database, the client and the limits of a script."""

    dialect: str
    """postgresql, mysql, mariadb, sqlite, mssql or oracle."""
    client: str
    """psql, mysql (also for MariaDB's client), sqlite3, sqlcmd (also SSMS), sqlplus (also SQLcl), or plain: SQL alone,
    for tools that have no commands of their own."""
    server_version: str | None
    """As in the settings: "16", "10.11"; None when nobody said."""
    environment: str | None
    """The environment's name; None: NOT BOUND TO A DATABASE."""
    database: str | None
    """The database's name that the guard asserts (SQLite: the file's; Oracle: the pluggable database's, or
    NAME.SCHEMA to assert the current schema too); None: NOT BOUND TO A DATABASE."""
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    lock_timeout_ms: int = 5000
    """How long a statement waits for a lock; 0 means for ever."""
    statement_timeout_ms: int = 0
    """0 means no limit, the default: a limit would kill an index build or a VALIDATE."""
    role: str | None = None
    """PostgreSQL, MySQL, MariaDB: SET ROLE before anything else."""
    transaction: Mode | None = None
    """None: what is usual for the client, see plan.mode."""
    schema: str | None = None
    """PostgreSQL: the search_path, where the environment names one; else the operator's own is kept."""
    identity: str | None = None
    """What the server must call itself, where the environment says it: PostgreSQL's system_identifier, MySQL's
    server_uuid, SQLite's application_id, SQL Server's @@SERVERNAME, Oracle's DB_UNIQUE_NAME."""
    tenants: tuple[str, ...] = ()
    """The databases or schemas that the one script may run in, in their order; the first is the canary."""
    tenants_are: Literal["databases", "schemas"] = "databases"

    @property
    def databases(self) -> tuple[str, ...]:
        """The names of which the guard asserts one; empty: NOT BOUND TO A DATABASE."""
        if self.tenants and self.tenants_are == "databases":
            return self.tenants
        return () if self.database is None else (self.database,)

    @property
    def schemas(self) -> tuple[str, ...]:
        """The schemas in one of which the version table must be found; empty: any."""
        return self.tenants if self.tenants_are == "schemas" else ()
