"""preflight.sql on a database that is ready, and on one in which each thing in turn is not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from sqlgen import script
from sqlgen.schema import Schema
from sqlgen.script.checks import postcheck, preflight
from sqlgen.script.plan import mark_prefix
from sqlgen.script.target import Target
from sqlgen.segments import Step
from tests.servers.checked import APPLYING, CLIENTS, DIALECTS, PASTED, Said, checked, database_of, name_of, steps_of
from tests.servers.test_postcheck import by_hand, contents

MAY = {"postgresql": 'rights on "orders": INSERT, DELETE', "mariadb": "rights on orders: insert, delete, select"}
EVERYWHERE = pytest.mark.parametrize("dialect", DIALECTS)


def history(dialect: str) -> tuple[Step, ...]:
    on = " ON users" if dialect == "mariadb" else ""
    return steps_of(
        dialect,
        "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40));"
        "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, uid INTEGER); CREATE INDEX ix_name ON users (name)",
        "ALTER TABLE users ADD COLUMN born INTEGER; INSERT INTO orders (id) VALUES (1)",
        f"DROP INDEX ix_name{on}; CREATE INDEX ix_born ON users (born); CREATE TABLE more (id INTEGER)",
        "ALTER TABLE more ADD COLUMN x INTEGER; DELETE FROM orders WHERE id = 1",
    )


def ready(request: pytest.FixtureRequest, dialect: str) -> tuple[Any, Target, tuple[Step, ...]]:
    """A database at a1, and the steps from there."""
    database = database_of(request, dialect)
    target = Target(dialect, CLIENTS[dialect], None, "prod", name_of(database), lock_timeout_ms=1000)
    steps = history(dialect)
    run = database.client(script.render(steps[:1], target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    return database, target, steps


@EVERYWHERE
def test_a_fresh_start_is_ok_and_stays_as_it_is(dialect: str, request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, dialect)
    before = contents(database, dialect)
    said = checked(database, dialect, preflight.render(steps[1:], target))
    assert said.fine, said.log
    assert contents(database, dialect) == before
    assert said.warnings == ()
    assert {
        "note the script will start: at step 1 of 3 (b2)",
        "ok   versions/b2.py:7 (b2): column born of users: not there",
        "ok   versions/b2.py:7 (b2): table orders: there",
        "ok   versions/c3.py:7 (c3): table more: not there",
    } <= set(said.lines)
    assert not any("table more: there" in line for line in said.lines)  # the range makes it
    assert any(line.startswith("note backup: ") for line in said.lines)
    if dialect != "sqlite":
        assert any(line.startswith("note size of users: ") for line in said.lines)
        assert {f"ok   {MAY[dialect]}", "note transactions older than 1 minute: none"} <= set(said.lines)


@EVERYWHERE
def test_at_base_there_need_not_be_a_version_table(dialect: str, request: pytest.FixtureRequest) -> None:
    database = database_of(request, dialect)
    target = Target(dialect, CLIENTS[dialect], None, None, None)
    steps = history(dialect)
    if dialect == "sqlite":
        database.path.touch()  # a database of its own, empty
    said = checked(database, dialect, preflight.render(steps, target))
    assert said.fine, said.log
    assert "note the script will start: at step 1 of 4 (a1)" in said.lines
    database.rows("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    assert checked(database, dialect, preflight.render(steps, target)).fine
    database.rows("INSERT INTO alembic_version VALUES ('z9')")
    said = checked(database, dialect, preflight.render(steps, target))
    assert said.failures[0].endswith("found:    z9")
    database.rows("DELETE FROM alembic_version")
    database.rows("CREATE TABLE orders (id INTEGER)")
    said = checked(database, dialect, preflight.render(steps, target))
    assert said.failures == ("versions/a1.py:7 (a1): table orders\nexpected: not there\nfound:    there",)


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb"])
def test_a_resumed_run_is_asked_for_what_is_still_to_come(dialect: str, request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, dialect)
    check = preflight.render(steps[1:], target)
    run = database.client(script.render(steps[1:3], target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, dialect, check)
    assert said.fine, said.log
    assert "note the script will start: at step 3 of 3 (d4)" in said.lines
    assert "ok   versions/d4.py:7 (d4): table more: there" in said.lines  # the steps before have made it
    assert not any("born" in line for line in said.lines)
    database.rows("DROP TABLE more")
    said = checked(database, dialect, check)
    assert "versions/d4.py:7 (d4): table more\nexpected: there\nfound:    not there" in said.failures
    database.rows("CREATE TABLE more (id INTEGER)")
    run = database.client(script.render(steps[3:], target), *APPLYING[dialect])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, dialect, check)
    assert said.fine, said.log
    assert "note not asked: all of it is done" in said.lines


def test_sqlite_s_script_starts_at_its_beginning(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "sqlite")
    database.rows("UPDATE alembic_version SET version_num = 'b2'")
    said = checked(database, "sqlite", preflight.render(steps[1:], target))
    assert said.failures[0] == "the revision that the database is at\nexpected: a1\nfound:    b2"


Spoil = tuple[str, str, str, str]
"""What is done, how it is taken back, what the failure is about, what was found."""
SPOILS: dict[str, tuple[Spoil, ...]] = {
    "": (
        ("UPDATE alembic_version SET version_num = 'z9'", "UPDATE alembic_version SET version_num = 'a1'",
         "the revision that the database is at", "z9"),
        ("INSERT INTO alembic_version VALUES ('z9')", "DELETE FROM alembic_version WHERE version_num = 'z9'",
         "the revision that the database is at", "a1,z9"),
        ("DELETE FROM alembic_version", "INSERT INTO alembic_version VALUES ('a1')",
         "the revision that the database is at", "base"),
        ("ALTER TABLE alembic_version RENAME TO av", "ALTER TABLE av RENAME TO alembic_version",
         "the revision that the database is at", "there is no table alembic_version"),
        ("ALTER TABLE users ADD COLUMN born INTEGER", "ALTER TABLE users DROP COLUMN born",
         "versions/b2.py:7 (b2): column born of users", "there"),
        ("ALTER TABLE orders RENAME TO o", "ALTER TABLE o RENAME TO orders",
         "versions/b2.py:7 (b2): table orders", "not there"),
        ("CREATE TABLE more (id INTEGER)", "DROP TABLE more", "versions/c3.py:7 (c3): table more", "there"),
    ),
    "postgresql": (
        ("DROP INDEX ix_name", "CREATE INDEX ix_name ON users (name)",
         "versions/c3.py:7 (c3): index ix_name", "not there"),
        ("ALTER DATABASE {name} SET sqlgen.environment = 'test'", "ALTER DATABASE {name} RESET sqlgen.environment",
         "the environment (setting sqlgen.environment)", "test"),
        ("ALTER DATABASE {name} SET default_transaction_read_only = on",
         "SET default_transaction_read_only = off; ALTER DATABASE {name} RESET default_transaction_read_only",
         "default_transaction_read_only", "on"),
        ("COMMENT ON TABLE alembic_version IS 'sqlgen: upgrade x1 (0) is half done: part 1 of 2 stands'",
         "COMMENT ON TABLE alembic_version IS NULL", "no step is half done but by this script", "sqlgen: upgrade x1"),
    ),
    "mariadb": (
        ("DROP INDEX ix_name ON users", "CREATE INDEX ix_name ON users (name)",
         "versions/c3.py:7 (c3): index ix_name of users", "not there"),
        ("ALTER DATABASE {name} COMMENT = 'x, sqlgen.environment=test, y'", "ALTER DATABASE {name} COMMENT = ''",
         "the environment (comment of the database)", "test"),
        ("CREATE TABLE alembic_version_sqlgen AS SELECT 1 AS one, 'sqlgen: upgrade x1: part 1 of 2 began' AS record",
         "DROP TABLE alembic_version_sqlgen", "no step is half done but by this script", "sqlgen: upgrade x1"),
    ),
    "sqlite": (("DROP INDEX ix_name", "CREATE INDEX ix_name ON users (name)",
                "versions/c3.py:7 (c3): index ix_name", "not there"),),
}  # fmt: skip


@EVERYWHERE
def test_each_thing_that_is_not_ready_fails_by_name(dialect: str, request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, dialect)
    check = preflight.render(steps[1:], target)
    assert checked(database, dialect, check).fine
    for do, undo, about, found in (*SPOILS[""], *SPOILS[dialect]):
        by_hand(database, do.format(name=target.database))
        before = [] if "RENAME TO av" in do else contents(database, dialect)
        said = checked(database, dialect, check)
        assert not said.fine, do
        named = [failure for failure in said.failures if failure.startswith(f"{about}\n")]
        assert any(f"found:    {found}" in failure for failure in named), (do, said.log)
        assert not before or contents(database, dialect) == before
        unspoil(database, undo.format(name=target.database))
    assert checked(database, dialect, check).fine
    elsewhere = checked(database, dialect, preflight.render(steps[1:], replace(target, database="another")))
    assert [failure.partition("\n")[0] for failure in elsewhere.failures] == [
        "the database file" if dialect == "sqlite" else "the database"
    ]
    newer = checked(database, dialect, preflight.render(steps[1:], replace(target, server_version="2")))
    assert newer.failures[0].startswith("the server's version\nexpected: 2\nfound:    ")
    known = checked(database, dialect, preflight.render(steps[1:], replace(target, identity="another one")))
    assert any("expected: another one" in failure for failure in known.failures)


def test_an_index_needs_a_name_that_no_other_relation_has(request: pytest.FixtureRequest) -> None:
    database, target = database_of(request, "postgresql"), Target("postgresql", "psql", None, None, None)
    steps = steps_of("postgresql", "CREATE TABLE users (born DATE)", "CREATE INDEX ix_born ON users (born)")
    run = database.client(script.render(steps[:1], target), *APPLYING["postgresql"])
    assert run.result.startswith("APPLIED"), run.log
    check = preflight.render(steps[1:], target)
    assert checked(database, "postgresql", check).fine
    for kind, made in (
        ("table", "TABLE {} (id INTEGER)"),
        ("view", "VIEW {} AS SELECT 1"),
        ("sequence", "SEQUENCE {}"),
    ):
        database.rows(f"CREATE {made.format('ix_born')}")
        said = checked(database, "postgresql", check)
        assert said.failures == (
            "versions/b2.py:7 (b2): index ix_born of users\nexpected: not there\n"
            f"found:    the name is taken by the {kind} ix_born",
        )
        run = database.client(script.render(steps[1:], target), *APPLYING["postgresql"])
        assert 'relation "ix_born" already exists' in run.log
        database.rows(f"DROP {kind} ix_born")
    assert checked(database, "postgresql", check).fine
    _, dropped = steps_of("postgresql", "CREATE TABLE t (id INTEGER); CREATE TABLE ix (id INTEGER)",
                             "DROP TABLE ix; CREATE INDEX ix ON t (id)")  # fmt: skip
    database.rows("CREATE TABLE t (id INTEGER); CREATE TABLE ix (id INTEGER)")
    said = checked(database, "postgresql", preflight.render((dropped,), target))
    assert said.fine, said.log  # the range drops it before


def test_the_version_table_s_schema_must_be_there_and_usable(request: pytest.FixtureRequest) -> None:
    database = database_of(request, "postgresql")
    target = Target("postgresql", "psql", None, None, name_of(database), version_table_schema="odd 'one'")
    steps = steps_of("postgresql", "CREATE TABLE t (id INTEGER)")
    check, behind = preflight.render(steps, target), postcheck.render(steps, target, Schema.empty("postgresql"))
    said = checked(database, "postgresql", check)
    assert said.failures == ("schema odd 'one', for the version table\nexpected: there\nfound:    not there",)
    database.rows("""CREATE SCHEMA "odd 'one'" """)
    assert checked(database, "postgresql", check).fine
    run = database.client(script.render(steps, target), *APPLYING["postgresql"])
    assert run.result.startswith("APPLIED"), run.log
    assert checked(database, "postgresql", behind).fine
    with account(database, "postgresql") as user:
        for word, each in (("PREFLIGHT", check), ("POSTCHECK", behind)):
            said = checked_as(database, "postgresql", each, user)
            assert said.code == 3
            told = f"{word} FAILED: role {user} may not use schema odd 'one', where the version table is"
            assert said.log.rstrip().endswith(f"sqlgen result: {told}"), said.log


def unspoil(database: Any, sql: str) -> None:
    """In one session, as what was spoiled may be a default of new ones."""
    if not hasattr(database, "connect"):
        by_hand(database, sql)
        return
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        for statement in sql.split("; "):
            cursor.execute(statement)


@contextmanager
def account(database: Any, dialect: str) -> Iterator[str]:
    """A user with no rights on anything."""
    name = f"sqlgen_{uuid.uuid4().hex[:8]}"
    if dialect == "postgresql":
        database.rows(f"CREATE ROLE {name} LOGIN")
        yield name
        database.rows(f"DROP OWNED BY {name}")
        database.rows(f"DROP ROLE {name}")
    else:
        database.rows(f"CREATE USER {name}@'%'")
        yield name
        database.rows(f"DROP USER {name}@'%'")


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb"])
def test_what_the_user_may_not_do_fails_and_what_it_may_not_see_is_no_ok(
    dialect: str, request: pytest.FixtureRequest
) -> None:
    database, target, steps = ready(request, dialect)
    check = preflight.render(steps[1:], target)
    with account(database, dialect) as user:
        postgresql = dialect == "postgresql"
        whom = user if postgresql else f"{user}@'%'"
        for table in ("alembic_version", "users", "orders"):
            database.rows(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {whom}")
        said = checked_as(database, dialect, check, user)
        assert not said.fine
        found = {failure.partition("\n")[0] for failure in said.failures}
        own = {'rights on "users"', 'rights on "ix_name"', "rights in the database and its first schema"}
        assert found == (own if postgresql else {"rights on users", "rights in the database"})
        assert f"ok   {MAY[dialect]}" in said.lines
        if not postgresql:
            assert "note transactions older than 1 minute: not visible to this user" in said.lines
        database.rows(f"REVOKE DELETE ON orders FROM {whom}")
        said = checked_as(database, dialect, check, user)
        told, _, wanted = MAY[dialect].partition(": ")
        less = "INSERT" if postgresql else "insert, select"
        assert f"{told}\nexpected: {wanted}\nfound:    {less}" in said.failures
        if postgresql:
            database.rows(f"REVOKE SELECT ON alembic_version FROM {user}")
            said = checked_as(database, dialect, check, user)
            assert any(failure.endswith("found:    not visible to this user") for failure in said.failures)


def checked_as(database: Any, dialect: str, check: str, user: str) -> Said:
    """As another user."""
    url = database.server.url._replace(netloc=f"{user}@{database.server.url.hostname}:{database.server.url.port}")
    return checked(replace(database, server=replace(database.server, url=url)), dialect, check)


def test_the_role_that_the_environment_names_is_the_one_whose_rights_count(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "postgresql")
    with account(database, "postgresql") as role:
        database.rows(f"GRANT SELECT ON alembic_version TO {role}")
        said = checked(database, "postgresql", preflight.render(steps[1:], replace(target, role=role)))
        assert f"ok   the role: {role}" in said.lines
        assert any(failure.startswith('rights on "users"\nexpected: own\nfound:    none') for failure in said.failures)
    said = checked(database, "postgresql", preflight.render(steps[1:], replace(target, role="nobody")))
    assert "the role\nexpected: nobody\nfound:    postgres" in said.failures


def at_once(check: str) -> str:
    """The same script, which counts what is younger than a second too."""
    for written in ("interval '1 seconds'", "interval '1 minute'"):
        assert written in check
        check = check.replace(written, "interval '0 seconds'")
    return check


def test_who_is_in_the_way_is_a_warning_and_a_script_at_work_a_failure(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "postgresql")
    check = preflight.render(steps[1:], target)
    with closing(database.connect()) as reader, closing(reader.cursor()) as reading:
        reader.autocommit = False
        reading.execute("SELECT count(*) FROM users")  # it keeps its ACCESS SHARE lock
        with closing(database.connect()) as other, closing(other.cursor()) as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('sqlgen'), hashtext('alembic_version'))")
            said = checked(database, "postgresql", check)
            assert [failure.partition("\n")[0] for failure in said.failures] == [
                "no other sqlgen script is running in this database"
            ]
            cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_name'::regclass")
            cursor.execute("SELECT pg_advisory_unlock_all()")
        said = checked(database, "postgresql", at_once(check))
        assert said.fine, said.log
        invalid, locks = sorted(said.warnings)
        assert invalid == "invalid indexes of these tables\nexpected: none\nfound:    ix_name of users"
        assert "users: AccessShareLock, pid " in locks
        assert "idle in transaction" in locks
        assert "SELECT count(*) FROM users" in locks
        assert said.result.endswith("2 warning(s)")
        (long,) = [line for line in said.lines if line.startswith("note transactions older than 1 minute: ")]
        assert f"pid {reader.get_backend_pid()}, user postgres, idle in transaction, for 00:00:0" in long
        assert "SELECT count(*) FROM users" in long
        reader.rollback()
    with closing(database.connect()) as writer, closing(writer.cursor()) as writing:
        writer.autocommit = False
        writing.execute("SELECT 1 FROM orders")  # reads orders, into which the script only writes rows
        said = checked(database, "postgresql", at_once(check))
        assert not any("orders: " in warning for warning in said.warnings)


def test_a_long_transaction_is_told_on_mariadb(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "mariadb")
    check = preflight.render(steps[1:], target)
    with closing(database.connect()) as other, closing(other.cursor()) as cursor:
        cursor.execute("START TRANSACTION")
        cursor.execute("INSERT INTO orders (id) VALUES (9)")
        entry = f"connection {other.thread_id()}, user root, running, for 00:00:0"
        for _ in range(20):  # the server refreshes INNODB_TRX only where nobody has read it for 0.1 s
            said = checked(database, "mariadb", check.replace("INTERVAL 1 MINUTE", "INTERVAL -1 SECOND"))
            if entry in said.log:
                break
        (long,) = [line for line in said.lines if line.startswith("note transactions older than 1 minute: ")]
        assert entry in said.log, long
        assert said.fine
        other.rollback()


def test_a_lock_of_another_script_is_seen_on_mariadb(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "mariadb")
    with closing(database.connect()) as other, closing(other.cursor()) as cursor:
        cursor.execute("SELECT GET_LOCK(CONCAT('sqlgen.', MD5(DATABASE())), 0)")
        said = checked(database, "mariadb", preflight.render(steps[1:], target))
        assert [failure.partition("\n")[0] for failure in said.failures] == [
            "no other sqlgen script is running in this database"
        ]


@pytest.mark.parametrize(
    ("dialect", "asked", "answer", "failure"),
    [
        ("postgresql", "pg_is_in_recovery()", "true", "the server is\nexpected: the primary\nfound:    a standby"),
        ("mariadb", "@@global.read_only = 0", "1 = 0", "the server is\nexpected: writable\nfound:    read-only"),
        ("mariadb", "SET @sqlgen_replica = ", "SET @sqlgen_replica = 1 + ",
         "the server is, as far as this user may see\nexpected: no replica\nfound:    a replica"),
    ],
)  # fmt: skip
def test_a_replica_is_no_place_to_run_it(
    dialect: str, asked: str, answer: str, failure: str, request: pytest.FixtureRequest
) -> None:
    """As if the server had answered so: there is no replica at hand."""
    database, target, steps = ready(request, dialect)
    check = preflight.render(steps[1:], target)
    assert asked in check
    said = checked(database, dialect, check.replace(asked, answer))
    assert said.failures == (failure,)


def test_the_last_archived_wal_counts_as_what_the_server_knows_of_backups(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "postgresql")
    check = preflight.render(steps[1:], target)
    assert "note backup: the server knows of none: archive_mode is off" in checked(database, "postgresql", check).log
    said = checked(database, "postgresql", check.replace("current_setting('archive_mode')", "'on'"))
    assert any(line.startswith("note backup: WAL archived last at ") for line in said.lines)


def test_a_schema_of_tenants_is_found_by_the_search_path(request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, "postgresql")
    tenants = replace(target, tenants=("north", "south"), tenants_are="schemas")
    said = checked(database, "postgresql", preflight.render(steps[1:], tenants))
    assert "the version table's schema\nexpected: north or south\nfound:    public" in said.failures
    for table in ("alembic_version", "users", "orders"):
        database.rows(f"CREATE SCHEMA IF NOT EXISTS north; ALTER TABLE {table} SET SCHEMA north")
    here = replace(tenants, schema="north")
    said = checked(database, "postgresql", preflight.render(steps[1:], here))
    assert said.fine, said.log
    assert "ok   the version table's schema: north or south" in said.lines
    run = database.client(script.render(steps[1:], here), *APPLYING["postgresql"])
    assert run.result.startswith("APPLIED"), run.log
    said = checked(database, "postgresql", postcheck.render(steps[1:], here, Schema("postgresql")))
    assert said.fine, said.log


def test_a_step_that_mariadb_did_half_is_told_and_the_rest_of_it_is_not_asked(request: pytest.FixtureRequest) -> None:
    database, target, _ = ready(request, "mariadb")
    broken = "CREATE TABLE first_part (id INTEGER); ALTER TABLE nowhere ADD COLUMN x INTEGER"
    steps = steps_of("mariadb", "SELECT 1", broken, "ALTER TABLE first_part ADD COLUMN y INTEGER")[1:]
    check = preflight.render(steps, target)
    said = checked(database, "mariadb", check)
    assert "versions/b2.py:7 (b2): table nowhere\nexpected: there\nfound:    not there" in said.failures
    run = database.client(script.render(steps, target), *APPLYING["mariadb"])
    assert not run.result.startswith("APPLIED")
    database.rows("CREATE TABLE nowhere (id INTEGER)")
    said = checked(database, "mariadb", check)
    assert said.fine, said.log
    assert "note the script will start: inside step 1 of 2 (b2), which is half done" in said.lines
    run = database.client(script.render(steps, target), *APPLYING["mariadb"])
    assert run.result.startswith("APPLIED"), run.log
    assert "note not asked: all of it is done" in checked(database, "mariadb", check).lines


def test_a_step_that_is_half_done_is_told_and_what_it_needs_is_not_asked(request: pytest.FixtureRequest) -> None:
    database, target, _ = ready(request, "postgresql")
    concurrently = "CREATE INDEX CONCURRENTLY ix_born ON users (id); CREATE INDEX CONCURRENTLY ix_two ON users (name)"
    (_, step) = steps_of("postgresql", "SELECT 1", concurrently)
    step = replace(step, items=tuple(replace(item, transaction=None) for item in step.items))
    check = preflight.render([step], target)
    assert checked(database, "postgresql", check).fine
    database.rows("CREATE INDEX ix_born ON users (id)")
    assert not checked(database, "postgresql", check).fine
    database.rows(f"COMMENT ON TABLE alembic_version IS '{mark_prefix(step)}1 of 2 stands'")
    said = checked(database, "postgresql", check)
    assert said.fine, said.log
    assert "note the script will start: inside step 1 of 1 (b2), which is half done" in said.lines


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_client_commands_the_last_result_has_all_lines(dialect: str, request: pytest.FixtureRequest) -> None:
    database, target, steps = ready(request, dialect)
    plain = preflight.render(steps[1:], replace(target, client="plain"))
    assert not [line for line in plain.splitlines() if line.startswith((".", "\\", "DELIMITER"))]
    run = database.client(plain, *PASTED[dialect])
    assert run.code == 0, run.log
    assert run.result.startswith("PREFLIGHT OK: ")
    again = database.client(plain + plain, *PASTED[dialect])
    assert (again.code, again.log.count("PREFLIGHT OK: ")) == (0, 2), again.log
    database.rows("DELETE FROM alembic_version")
    run = database.client(plain, *PASTED[dialect])
    assert run.result.startswith("PREFLIGHT FAILED: "), run.log
