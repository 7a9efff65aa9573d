"""A history of twelve statements on two tables, databases in which any of them can be made to fail or to wait, and runs
of psql on them."""

from __future__ import annotations

import os
import pty
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import psycopg2

from sqlgen import facts
from sqlgen.schema import Schema
from sqlgen.script import Target, read_back, render
from sqlgen.script.undo import undos
from sqlgen.segments import Item, Place, Step
from sqlgen.statements import split
from tests.servers.conftest import Database, Run, Running, Server

STRICT = ("-X", "-v", "ON_ERROR_STOP=1")

START = (
    "CREATE TABLE customers (id integer NOT NULL PRIMARY KEY, name text)",
    "CREATE TABLE orders (id integer NOT NULL PRIMARY KEY, customer_id integer REFERENCES customers (id))",
    "CREATE INDEX ix_orders_old ON orders (customer_id)",
)
ROWS = (
    "INSERT INTO customers VALUES (1, 'a'), (2, 'b')",
    "INSERT INTO orders VALUES (1, 1), (2, 2)",
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('s0')",
)
INJECTION = """
CREATE SCHEMA injected;
CREATE TABLE injected.now (sql text, does text);
CREATE FUNCTION injected.act() RETURNS void LANGUAGE plpgsql AS $$
DECLARE does text;
BEGIN
  SELECT now.does INTO does FROM injected.now WHERE strpos(current_query(), sql) > 0;
  IF does = 'fail' THEN RAISE EXCEPTION 'injected'; END IF;
  IF does = 'wait' THEN PERFORM pg_sleep(60); END IF;
END $$;
CREATE FUNCTION injected.ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM injected.act(); END $$;
CREATE FUNCTION injected.dml() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM injected.act(); RETURN NULL; END $$;
CREATE TRIGGER injected BEFORE INSERT OR UPDATE OR DELETE ON customers EXECUTE FUNCTION injected.dml();
CREATE TRIGGER injected BEFORE INSERT OR UPDATE OR DELETE ON orders EXECUTE FUNCTION injected.dml();
CREATE EVENT TRIGGER injected ON ddl_command_start EXECUTE FUNCTION injected.ddl();
"""


def item(sql: str, transaction: int | None = 1) -> Item:
    """A statement as the stages before the script hand it on, facts read from its text."""
    (statement,) = split(sql, "postgresql")
    return Item(statement, facts.read(statement, "postgresql"), Place("versions/x.py", 12, 12, 5), transaction)


def step(revision: str, before: str, after: str, *statements: tuple[int | None, str], down: bool = False) -> Step:
    """Each statement with the number of its transaction; None: it commits by itself."""
    items = tuple(item(sql, transaction) for transaction, sql in statements)
    first, last = tuple(filter(None, (before,))), tuple(filter(None, (after,)))
    return Step(revision, "", "downgrade" if down else "upgrade", first, last, f"versions/{revision}.py", items)


UP = (
    step(
        *("b1", "s0", "b1"),
        (1, "ALTER TABLE customers ADD COLUMN n integer DEFAULT 0 NOT NULL"),
        (1, "UPDATE customers SET n = n + 1"),
    ),
    step(
        *("b2", "b1", "b2"),
        (2, "CREATE TABLE notes (id integer NOT NULL PRIMARY KEY, customer_id integer REFERENCES customers (id))"),
        (None, "CREATE UNIQUE INDEX CONCURRENTLY ux_customers_name ON customers (name)"),
        (None, "CREATE INDEX CONCURRENTLY ix_notes_customer ON notes (customer_id)"),
        (3, "INSERT INTO orders (id, customer_id) VALUES (100, 1)"),
        (3, "ALTER TABLE notes ADD COLUMN said text"),
    ),
    step(
        *("b3", "b2", "b3"),
        (4, "CREATE VIEW loud AS SELECT id, upper(name) AS name FROM customers"),
        (4, "COMMENT ON TABLE customers IS 'who buys'"),
    ),
    step(
        *("b4", "b3", "b4"),
        (None, "DROP INDEX CONCURRENTLY ix_orders_old"),
        (5, "ALTER TABLE orders ADD COLUMN paid boolean"),
        (5, "UPDATE orders SET paid = id > 1"),
    ),
)
DOWN = (
    step(
        *("b4", "b4", "b3"),
        (1, "ALTER TABLE orders DROP COLUMN paid"),
        (None, "CREATE INDEX CONCURRENTLY ix_orders_old ON orders (customer_id)"),
        down=True,
    ),
    step(
        *("b3", "b3", "b2"),
        (2, "COMMENT ON TABLE customers IS NULL"),
        (2, "DROP VIEW loud"),
        down=True,
    ),
    step(
        *("b2", "b2", "b1"),
        (3, "ALTER TABLE notes DROP COLUMN said"),
        (3, "DELETE FROM orders WHERE id = 100"),
        (None, "DROP INDEX CONCURRENTLY ix_notes_customer"),
        (None, "DROP INDEX CONCURRENTLY ux_customers_name"),
        (4, "DROP TABLE notes"),
        down=True,
    ),
    step(
        *("b1", "b1", "s0"),
        (5, "ALTER TABLE customers DROP COLUMN n"),
        down=True,
    ),
)
STATEMENTS = tuple(one.sql for each in UP for one in each.items)


def bound(database: Database | None, /, **more: Any) -> Target:
    made_for = Target("postgresql", "psql", None, "prod", None if database is None else database.name)
    return replace(made_for, **more)


def apply(database: Database | None, steps: Sequence[Step] = UP, /, **more: Any) -> str:
    text = render(steps, bound(database, **more))
    assert read_back(text, "postgresql") == tuple(one.sql for each in steps if each.gap is None for one in each.items)
    return text


def rollback(database: Database | None, up: Sequence[Step] = UP, down: Sequence[Step] = DOWN, **more: Any) -> str:
    """With the ways back from the middle, as they are found by replaying on the schema of START."""
    target = bound(database, **more)
    before = Schema.empty("postgresql")
    for sql in START:
        before.apply_all(item(sql).facts)
    text = render(down, target, undo=undos(up, down, target, before))
    assert read_back(text, "postgresql") == tuple(one.sql for each in down for one in each.items)
    return text


def psql(database: Database, text: str) -> Run:
    return database.client(text, *STRICT, "-f", "-")


def psql_file(database: Database, text: str, folder: Path, *options: str, psqlrc: str = "") -> Run:
    """As the script's header says: from a file."""
    file = folder / "apply.sql"
    file.write_text(text)
    return database.client("", *(options or STRICT), "-f", str(file), before=psqlrc)


def psql_typed(database: Database, text: str, folder: Path) -> Run:
    r"""\\i typed into a psql on a terminal, then \\q."""
    file = folder / "apply.sql"
    file.write_text(text)
    login = database.server.login
    command = ["psql", "-X", "-h", login["host"], "-p", str(login["port"]), "-U", login["user"], "-d", database.name]
    ours, its = pty.openpty()
    env = {**os.environ, "PGPASSWORD": login["password"], "TERM": "dumb", "PAGER": "cat"}
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=env, close_fds=True)
    os.close(its)
    os.write(ours, f"\\i {file}\n\\q\n".encode())
    log = b""
    with suppress(OSError):  # EIO: the last one who had the terminal open is gone
        while chunk := os.read(ours, 65536):
            log += chunk
    os.close(ours)
    return Run(process.wait(), log.decode().replace("\r\n", "\n"))


def pasted(text: str) -> str:
    """What reaches the server when a tool drops client commands and goes on after errors."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("\\"))


HOSTILE_PSQLRC = r"""
\set ON_ERROR_STOP off
\set AUTOCOMMIT off
\set ON_ERROR_ROLLBACK on
\set SINGLELINE on
\set ECHO all
\set QUIET on
\set FETCH_COUNT 1
\set SHOW_CONTEXT always
\set VERBOSITY terse
\timing on
\pset format html
\pset expanded on
\pset recordsep '|'
\pset null 'NULL'
\set sqlgen_run false
\o /dev/null
SET standard_conforming_strings = off;
SET lock_timeout = 0;
SET transform_null_equals = on;
SET datestyle = 'SQL, DMY';
SET default_transaction_isolation = 'serializable';
SET search_path = 'elsewhere', public;
SET default_transaction_read_only = off;
SET sqlgen.at = '4';
SET sqlgen.stood = '4';
SET sqlgen.session = '{}';
COMMIT;
"""


def inject(database: Database, sql: str, does: Literal["fail", "wait"] = "fail") -> None:
    """From now on a statement that contains this fails, or waits before it does anything."""
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("INSERT INTO injected.now VALUES (%s, %s)", (sql, does))


def mend(database: Database) -> None:
    database.rows("DELETE FROM injected.now")


SCHEMA = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
  pg_get_expr(d.adbin, d.adrelid)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'relation', relname, relkind::text, obj_description(oid, 'pg_class'), relowner::regrole::text,
  CASE relkind WHEN 'v' THEN pg_get_viewdef(oid) END
FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'index', c.relname, pg_get_indexdef(indexrelid), indisvalid::text, indisready::text, ''
FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated::text, ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'enum', t.typname, enumlabel, enumsortorder::text, '', ''
FROM pg_enum JOIN pg_type AS t ON t.oid = enumtypid
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, '', '', '' FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'right', relname, relacl::text, '', '', '' FROM pg_class WHERE relnamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


def schema(database: Database) -> list[tuple[Any, ...]]:
    """All of public that a script changes, invalid indexes too (pg_dump leaves them out)."""
    return database.rows(SCHEMA)


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, by table."""
    tables = database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {name: database.rows(f'SELECT t::text FROM public."{name}" AS t ORDER BY 1') for (name,) in tables}


def comment(database: Database) -> str:
    return str(database.rows("SELECT coalesce(obj_description('alembic_version'::regclass, 'pg_class'), '')")[0][0])


def heads(database: Database) -> list[str]:
    return sorted(row[0] for row in database.rows("SELECT version_num FROM alembic_version"))


@contextmanager
def made(server: Server, template: str = "template0") -> Iterator[Database]:
    """A database that is dropped afterwards."""
    name = f"sqlgen_test_{uuid.uuid4().hex[:12]}"
    with closing(psycopg2.connect(dbname="postgres", **server.login)) as admin:
        admin.autocommit = True
        with closing(admin.cursor()) as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            try:
                yield Database(server, name, server.sqlalchemy_url("postgresql+psycopg2", name))
            finally:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill(database: Database) -> None:
    """The start of the history."""
    database.rows(";".join((*START, *ROWS)))


def arm(database: Database) -> None:
    """What can make its statements fail or wait."""
    database.rows(INJECTION)


def wait_until(database: Database, condition: str) -> None:
    """Until an SQL condition holds."""
    for _ in range(400):
        if database.rows(f"SELECT {condition}")[0][0]:
            return
        time.sleep(0.02)
    raise AssertionError(f"never came about: {condition}")


_SLEEPERS = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
SLEEPS = f"EXISTS (SELECT {_SLEEPERS})"
END = f"SELECT pg_terminate_backend(pid) {_SLEEPERS}"


def start(database: Database, text: str) -> Running:
    """psql at work on a script, which waits at an injected statement."""
    running = database.start(*STRICT, "-f", "-")
    assert running.process.stdin is not None
    running.process.stdin.write(text)
    running.process.stdin.close()
    return running


def ended(running: Running) -> Run:
    """What psql said until it ended."""
    assert running.process.stdout is not None
    with running.process.stdout as out:
        log = out.read()
    return Run(running.process.wait(), log)
