"""What the guard of a script for MariaDB refuses besides a wrong start, and what of a step can't be gone on with."""

from __future__ import annotations

import uuid
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from sqlgen.script import Target, render
from sqlgen.segments import Step
from tests.servers import histories_mysql as history

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Database, Run, Story

PLAIN = ("--no-defaults", "--binary-mode", "--batch", "--skip-column-names", "--skip-reconnect")


def target(database: Database, **more: Any) -> Target:
    return replace(Target("mariadb", "mysql", None, "prod", database.name), **more)


def run(database: Database, script: str) -> Run:
    return database.client(script, *PLAIN)


def steps(*texts: str) -> tuple[Step, ...]:
    """One revision, from base."""
    return (Step("a1", "make a1", "upgrade", (), ("a1",), "versions/a1.py", tuple(map(history.item, texts))),)


def tables(database: Database) -> list[str]:
    return sorted(row[0] for row in database.rows("SHOW TABLES"))


@contextmanager
def account(database: Database, *grants: str) -> Iterator[Database]:
    """Another account on the server, with these rights on the database."""
    name = f"sqlgen_{uuid.uuid4().hex[:10]}"
    database.rows(f"CREATE USER {name}@'%' IDENTIFIED BY 'x'")
    database.rows(f"CREATE USER {name}@localhost IDENTIFIED BY 'x'")
    try:
        for host in ("'%'", "localhost"):
            for grant in grants:
                database.rows(f"GRANT {grant} TO {name}@{host}")
        url = urlsplit(database.server.url.geturl().replace(database.server.url.netloc, f"{name}:x@{_host(database)}"))
        yield replace(database, server=replace(database.server, url=url))
    finally:
        database.rows(f"DROP USER {name}@'%', {name}@localhost")


def _host(database: Database) -> str:
    return f"{database.server.url.hostname}:{database.server.url.port}"


def refused(database: Database, script: str, says: str) -> None:
    """It refuses for this reason, changes nothing, and would run without it."""
    before = history.state(database)
    ran = run(database, script)
    assert ran.result.startswith(f"NOT APPLIED: {says}"), ran.log
    assert ran.result.endswith("Nothing was changed.")
    assert (ran.code, history.state(database)) == (1, before)


def test_the_server_must_call_itself_as_the_environment_says(mariadb_database: Database, story: Story) -> None:
    (name,) = mariadb_database.rows("SELECT @@server_uid")[0]
    up = story.steps("mysql")
    wrong = render(up, target(mariadb_database, identity="another"))
    refused(mariadb_database, wrong, f"this script is for the server another, this one calls itself {name}.")
    assert run(mariadb_database, render(up, target(mariadb_database, identity=name))).code == 0


def test_a_database_marked_for_another_environment_is_refused(mariadb_database: Database, story: Story) -> None:
    name, up = mariadb_database.name, story.steps("mysql")
    script = render(up, target(mariadb_database))
    mariadb_database.rows(f"ALTER DATABASE {name} COMMENT = 'the shop; sqlgen.environment=staging; ours'")
    says = "this script is for prod; the comment of this database says sqlgen.environment=staging."
    refused(mariadb_database, script, says)
    mariadb_database.rows(f"ALTER DATABASE {name} COMMENT = 'sqlgen.environment=prod'")
    assert run(mariadb_database, script).code == 0


def test_it_runs_in_each_tenant_and_nowhere_else(mariadb_database: Database, story: Story) -> None:
    up = story.steps("mysql")
    elsewhere = replace(target(mariadb_database), database=None, tenants=("shop_1", "shop_2"))
    refused(mariadb_database, render(up, elsewhere), "this script is for database shop_1, shop_2, this one is ")
    here = replace(elsewhere, tenants=("shop_1", mariadb_database.name))
    assert run(mariadb_database, render(up, here)).code == 0


def test_the_role_of_the_environment_is_set_or_it_does_not_run(mariadb_database: Database, story: Story) -> None:
    role = f"sqlgen_{uuid.uuid4().hex[:10]}"
    script = render(story.steps("mysql"), target(mariadb_database, role=role))
    for mode in ((), ("--force",)):
        none = mariadb_database.client(script, *PLAIN, *mode)
        assert (none.result[:11], tables(mariadb_database)) == ("NOT APPLIED", []), none.log
    assert none.result.startswith(f"NOT APPLIED: the role {role} is not set, this session has none.")
    mariadb_database.rows(f"CREATE ROLE {role}")
    try:
        mariadb_database.rows(f"GRANT ALL ON {mariadb_database.name}.* TO {role}")
        with account(mariadb_database, role, f"SELECT ON {mariadb_database.name}.*") as person:
            ran = run(person, script)
            assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log
    finally:
        mariadb_database.rows(f"DROP ROLE {role}")


def test_an_account_without_the_rights_is_told_which_it_lacks(mariadb_database: Database, story: Story) -> None:
    script = render(story.steps("mysql"), target(mariadb_database))
    name = mariadb_database.name.replace("_", "\\_")
    with account(mariadb_database, f"SELECT, INSERT, UPDATE, CREATE, DROP ON `{name}`.*") as person:
        ran = run(person, script)
        says = "NOT APPLIED: this account lacks rights on the database that the script needs: "
        assert ran.result.startswith(says), ran.log
        lacking = ran.result.removeprefix(says).removesuffix(". Nothing was changed.")
        assert sorted(lacking.split(", ")) == ["ALTER", "DELETE", "INDEX"]
        assert (ran.code, tables(mariadb_database)) == (1, [])
    with account(
        mariadb_database, f"SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX ON `{name}`.*"
    ) as person:
        ran = run(person, script)
        assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log


CHANNEL = "performance_schema.replication_connection_configuration\n"


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        (CHANNEL, "(SELECT ''east'' AS channel_name) AS channels\n", "this server is a replica, or read only"),
        (CHANNEL, "(SELECT ''group_replication_applier'' AS channel_name) AS channels\n", ""),
        ("WHEN @@read_only <> 0", "WHEN @@autocommit <> 0", "this server is a replica, or read only"),
        ("variable_name = 'SLAVES_RUNNING'", "variable_name = 'THREADS_CONNECTED'", "this server is a replica"),
        ("SET SESSION TRANSACTION READ ONLY;\n", "SET SESSION TRANSACTION READ WRITE;\n", "the read-only lock"),
        ("ROLLBACK AND NO CHAIN NO RELEASE;", "START TRANSACTION;", "the read-only lock"),
        ("SET NAMES utf8mb4;", "SET NAMES utf8mb4, SESSION sql_log_bin = 0;", "this session does not write the binary"),
    ],
)
def test_a_server_or_a_session_that_is_not_fit_is_refused(
    mariadb_database: Database, story: Story, line: str, instead: str, says: str
) -> None:
    """The server is shared, so what it would answer is written into the script."""
    script = render(story.steps("mysql"), target(mariadb_database))
    assert line in script
    if says:
        refused(mariadb_database, script.replace(line, instead, 1), says)
    assert run(mariadb_database, script.replace(line, instead, 1) if not says else script).code == 0


def test_an_open_transaction_of_the_operator_is_rolled_back_not_committed(
    mariadb_database: Database, story: Story
) -> None:
    mariadb_database.rows("CREATE TABLE mine (id INT)")
    script = render(story.steps("mysql"), replace(target(mariadb_database), database="shop"))
    ran = run(mariadb_database, f"SET autocommit = 0; INSERT INTO mine VALUES (1);\n{script}")
    assert ran.result.startswith("NOT APPLIED: this script is for database shop"), ran.log
    assert mariadb_database.rows("SELECT * FROM mine") == []


def test_what_is_there_already_is_not_taken_for_what_the_script_made(mariadb_database: Database, story: Story) -> None:
    script = render(story.steps("mysql"), target(mariadb_database))
    mariadb_database.rows("CREATE TABLE tags (other INT)")
    for _ in range(2):
        ran = run(mariadb_database, script)
        assert "step 2, part 1: table tags is there already, and this script did not make it" in ran.log
        assert (ran.code, ran.result[:15]) == (1, "NOT APPLIED yet")
        assert "`other`" in str(mariadb_database.rows("SHOW CREATE TABLE tags"))
    mariadb_database.rows("DROP TABLE tags")
    assert run(mariadb_database, script).code == 0


def test_a_record_of_another_script_is_left_alone(mariadb_database: Database, story: Story) -> None:
    up = list(story.steps("mysql"))
    bad = story.item("mysql", "ALTER TABLE books DROP COLUMN nothing")
    up[2] = replace(up[2], items=(up[2].items[0], bad))
    assert run(mariadb_database, render(up, target(mariadb_database))).code == 1
    says = "a step was left half done by another script: upgrade c3 ("
    refused(mariadb_database, render(story.steps("mysql"), target(mariadb_database)), says)


def test_where_the_catalog_can_not_tell_a_person_is_asked_and_told_how_to_answer(mariadb_database: Database) -> None:
    mariadb_database.rows("CREATE TABLE log (id INT)")
    mariadb_database.rows("CREATE PROCEDURE p() BEGIN INSERT INTO log VALUES (1); SIGNAL SQLSTATE '45000'; END")
    script = render(steps("CREATE TABLE t (id INT)", "CALL p()", "CREATE TABLE u (id INT)"), target(mariadb_database))
    assert run(mariadb_database, script).code == 1
    asked = run(mariadb_database, script)
    says = "NOT APPLIED: an earlier run stopped at a statement of which the catalog does not tell whether it was done: "
    assert asked.result.startswith(f"{says}upgrade a1 ("), asked.log
    assert asked.code == 1
    done, not_done = asked.result.partition("run: ")[2].split("; if not: ")
    mariadb_database.rows(not_done.removesuffix("; then run this script again. Nothing was changed."))
    failed = run(mariadb_database, script)
    assert "it goes on with step 1 of 1, behind part 1" in failed.log
    assert mariadb_database.rows("SELECT COUNT(*) FROM log") == [(2,)]
    mariadb_database.rows(done)
    ran = run(mariadb_database, script)
    assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log
    assert mariadb_database.rows("SELECT COUNT(*) FROM log") == [(2,)]
    assert tables(mariadb_database) == ["alembic_version", "log", "t", "u"]


def test_a_statement_that_failed_as_a_whole_needs_no_person(mariadb_database: Database) -> None:
    mariadb_database.rows("CREATE TABLE t (id INT, INDEX ix (id))")
    again = "ALTER TABLE t DROP INDEX ix, ADD INDEX ix (id, v)"
    script = render(steps("CREATE TABLE u (id INT)", again), target(mariadb_database))
    assert "Key column 'v' doesn't exist" in run(mariadb_database, script).log
    mariadb_database.rows("ALTER TABLE t ADD COLUMN v INT")
    ran = run(mariadb_database, script)
    assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log


def test_what_only_the_old_session_knew_is_not_gone_on_with(mariadb_database: Database) -> None:
    mariadb_database.rows("CREATE TABLE t (id INT)")
    texts = (
        "SET @n = 5",
        "CREATE TABLE u (id INT)",
        "ALTER TABLE t ADD COLUMN v INT",
        "INSERT INTO t (id) VALUES (@n)",
    )
    script = render(steps(*texts), target(mariadb_database))
    with hidden(mariadb_database, "t"):
        assert run(mariadb_database, script).code == 1
    refused(mariadb_database, script, "revision a1 is half done, and the rest of it uses what the session kept")


def test_settings_of_a_revision_are_made_again_where_it_goes_on(mariadb_database: Database) -> None:
    mariadb_database.rows("CREATE TABLE t (id INT PRIMARY KEY)")
    texts = (
        "SET foreign_key_checks = 0",
        "SET sql_mode = ''",
        "CREATE TABLE u (id INT, r VARCHAR(2), FOREIGN KEY (id) REFERENCES gone (id))",
        "ALTER TABLE t ADD COLUMN v INT",
        "INSERT INTO u VALUES (7, 'cut short')",
    )
    script = render(steps(*texts), target(mariadb_database))
    with hidden(mariadb_database, "t"):
        assert run(mariadb_database, script).code == 1
    ran = run(mariadb_database, script)
    assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log
    assert mariadb_database.rows("SELECT * FROM u") == [(7, "cu")]


@contextmanager
def hidden(database: Database, table: str) -> Iterator[None]:
    database.rows(f"RENAME TABLE {table} TO hidden")
    yield
    database.rows(f"RENAME TABLE hidden TO {table}")


ROUTINE = "CREATE PROCEDURE p()\nBEGIN\n  INSERT INTO t (id) VALUES (1); -- 'a'\n  INSERT INTO t (id) VALUES (2);\nEND"


@pytest.mark.parametrize("transaction", [None, "none"])
def test_what_can_not_stand_in_a_compound_statement_runs_too(mariadb_database: Database, transaction: Any) -> None:
    mariadb_database.rows("CREATE TABLE t (id INT)")
    texts = (
        ROUTINE,
        "CALL p()",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE VIEW w AS SELECT f() AS a",
        "ALTER VIEW w AS SELECT f() + 1 AS a",
        "LOCK TABLES t WRITE",
        "INSERT INTO t (id) VALUES (3)",
        "UNLOCK TABLES",
        "BEGIN",
        "INSERT INTO t (id) VALUES (4)",
        "COMMIT",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "DROP EVENT e",
        "INSERT INTO t (id) VALUES (5)",
    )
    ran = run(mariadb_database, render(steps(*texts), target(mariadb_database, transaction=transaction)))
    assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log
    assert mariadb_database.rows("SELECT id FROM t ORDER BY 1") == [(1,), (2,), (3,), (4,), (5,)]
    assert mariadb_database.rows("SELECT * FROM w") == [(2,)]
    assert tables(mariadb_database) == ["alembic_version", "t", "w"]


def test_a_version_table_that_somebody_holds_stops_the_stamp_and_it_goes_on(
    mariadb_database: Database, story: Story
) -> None:
    up = story.steps("mysql")
    assert run(mariadb_database, render(up[:2], target(mariadb_database))).code == 0
    script = render(up, target(mariadb_database, lock_timeout_ms=1000))
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        connection.begin()
        cursor.execute("SELECT * FROM alembic_version FOR UPDATE")
        stopped = run(mariadb_database, script)
    assert "Lock wait timeout exceeded" in stopped.log
    assert (stopped.code, stopped.result[:15]) == (1, "NOT APPLIED yet")
    ran = run(mariadb_database, script)
    assert (ran.code, ran.result[:8]) == (0, "APPLIED:"), ran.log
    assert mariadb_database.rows("SELECT COUNT(*) FROM books") == [(1,)]
