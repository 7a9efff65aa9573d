"""What `alembic upgrade` does with transactions on a real PostgreSQL: rules rest on it that judge by `runs`."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(context.config.get_main_option("url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration={apart})
    with context.begin_transaction():
        context.run_migrations()
"""
HELD = (
    "SELECT count(*) FROM pg_locks JOIN pg_class ON oid = relation WHERE pid = pg_backend_pid()"
    " AND relname = 't' AND mode = 'AccessExclusiveLock'"
)


def upgrade(folder: Path, database: Any, *bodies: str, apart: bool = False) -> None:
    """Run revisions r0, r1, … with these bodies, online, by Alembic itself."""
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "env.py").write_text(ENV.format(apart=apart))
    down = None
    for number, body in enumerate(bodies):
        head = f"from alembic import op\nrevision, down_revision = 'r{number}', {down!r}\ndef upgrade():\n"
        (versions / f"r{number}.py").write_text(head + indent(body, "    "))
        down = f"r{number}"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("url", database.url.replace("%", "%%"))
    command.upgrade(config, "head")


def test_all_revisions_run_in_one_transaction_and_keep_their_locks_unless_env_py_says_otherwise(
    postgresql_database: Any, tmp_path: Path
) -> None:
    database = postgresql_database
    database.rows("CREATE TABLE t (a integer); CREATE TABLE seen (name text, held integer)")
    alter = "op.execute('ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID')\n"
    look = "op.execute(\"INSERT INTO seen SELECT '{}', n FROM ({}) AS s(n)\")\n"

    upgrade(tmp_path / "joined", database, alter, look.format("joined", HELD))
    database.rows("DROP TABLE alembic_version; ALTER TABLE t DROP CONSTRAINT c")
    upgrade(tmp_path / "apart", database, alter, look.format("apart", HELD), apart=True)

    assert sorted(database.rows("SELECT name, held FROM seen")) == [("apart", 0), ("joined", 1)]


def test_what_an_autocommit_block_commits_stands_without_its_version_row_when_the_rest_fails(
    postgresql_database: Any, tmp_path: Path
) -> None:
    database = postgresql_database
    database.rows("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)")
    body = """\
op.execute("ALTER TABLE t ADD COLUMN b integer")
with op.get_context().autocommit_block():
    op.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")
"""
    with pytest.raises(DBAPIError, match="could not create unique index"):
        upgrade(tmp_path / "first", database, body)

    assert database.rows("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b'") == [(1,)]
    assert database.rows("SELECT version_num FROM alembic_version") == []
    with pytest.raises(DBAPIError, match='column "b" of relation "t" already exists'):
        upgrade(tmp_path / "second", database, body)


def test_what_follows_a_commit_of_the_migration_itself_runs_outside_of_a_transaction(
    postgresql_database: Any, tmp_path: Path
) -> None:
    database = postgresql_database
    database.rows("CREATE TABLE t (a integer)")
    upgrade(tmp_path, database, 'op.execute("COMMIT")\nop.execute("CREATE INDEX CONCURRENTLY i ON t (a)")\n')

    assert database.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(True,)]
    assert database.rows("SELECT version_num FROM alembic_version") == [("r0",)]
