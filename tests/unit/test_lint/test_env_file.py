"""What env.py sets for alembic upgrade, read from its text."""

from __future__ import annotations

import pytest

from sqlgen.lint.env_file import session_options
from sqlgen.lint.session import Session


@pytest.mark.parametrize(
    ("dialect", "line", "limit_ms"),
    [
        ("postgresql", "connection.execute(text(\"SET lock_timeout = '5s'\"))", 5000),
        ("postgresql", 'connection.exec_driver_sql("SET LOCAL lock_timeout TO 4000")', 4000),
        ("postgresql", "connection.execute(text(f\"SET lock_timeout = '{limit}s'\"))", 1000),
        ("postgresql", 'engine = create_engine(url, connect_args={"options": "-c lock_timeout=3000"})', 3000),
        ("postgresql", 'create_engine(url, connect_args={"options": "-cgeqo=off --lock-timeout=2s"})', 2000),
        ("postgresql", 'connection.execute(text("SET statement_timeout = 0; SET lock_timeout = 5"))', 5),
        ("postgresql", 'log.info("no lock_timeout is set here, it\'s up to you")', None),
        ("postgresql", 'url = "postgresql://u@h/d"', None),
        ("mysql", 'connection.execute(text("SET SESSION lock_wait_timeout = 7"))', 7000),
        ("mariadb", 'create_engine(url, connect_args={"init_command": "SET lock_wait_timeout=7"})', 7000),
        ("mariadb", 'create_engine(url, connect_args={"options": "-c lock_wait_timeout=7"})', None),
        ("mssql", 'connection.execute(text("SET LOCK_TIMEOUT 5000"))', 5000),
        ("postgresql", "this is no Python: SET lock_timeout = 5", None),
    ],
)
def test_a_limit_for_locks_is_seen_in_env_py(dialect: str, line: str, limit_ms: int | None) -> None:
    options = session_options(f"def run_migrations_online():\n    {line}\n", dialect)

    assert Session(dialect, options).lock_timeout_ms == limit_ms
