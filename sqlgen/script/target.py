"""What a runnable script is made for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """The database, the client and the limits of a script."""

    dialect: str
    """postgresql, mysql, mariadb or sqlite."""
    client: str
    """psql, mysql (also for MariaDB's client) or sqlite3."""
    server_version: str | None
    """As in the settings: "16", "10.11"; None when nobody said."""
    environment: str | None
    """The environment's name; None: NOT BOUND TO A DATABASE."""
    database: str | None
    """The database's name that the guard asserts (SQLite: the file's name); None: NOT BOUND TO A DATABASE."""
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    lock_timeout_ms: int = 5000
    """How long a statement waits for a lock; 0 means for ever."""
    statement_timeout_ms: int = 0
    """0 means no limit, the default: a limit would kill an index build or a VALIDATE."""
    role: str | None = None
    """PostgreSQL: SET ROLE before anything else."""
