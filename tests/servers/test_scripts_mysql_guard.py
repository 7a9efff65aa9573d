"""What the guard of a script for MariaDB refuses besides a wrong start, and what of a step can't be gone on with."""

from __future__ import annotations

import uuid
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pymysql
import pytest

from sqlgen.script import Target, Unfaithful, render
from sqlgen.script.mysql.parts import blocks, carried, question
from sqlgen.script.mysql.writer import How, Ours, Theirs, writer
from sqlgen.segments import Item, Step
from sqlgen.statements import Statement
from tests.servers import histories_mysql as history
from tests.servers.test_scripts_hostile import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


# ---- what the catalog is asked

ASKED = (
    "CREATE TABLE made (id INT)",
    "DROP TABLE b",
    "RENAME TABLE b TO c",
    "ALTER TABLE a RENAME TO `it's`",
    "ALTER TABLE a ADD COLUMN `Neu'es` INT",
    "ALTER TABLE a DROP COLUMN v",
    "ALTER TABLE a CHANGE COLUMN v w INT",
    "CREATE INDEX ia ON a (v)",
    "CREATE UNIQUE INDEX ia ON a (v)",
    "DROP INDEX ib ON b",
    "ALTER TABLE a ADD CONSTRAINT qa UNIQUE (v)",
    "ALTER TABLE b DROP INDEX qb",
    "ALTER TABLE a ADD CONSTRAINT fa FOREIGN KEY (v) REFERENCES b (id)",
    "ALTER TABLE b DROP FOREIGN KEY fb",
    "ALTER TABLE a ADD CONSTRAINT ca CHECK (v > 0)",
    "ALTER TABLE b DROP CONSTRAINT cb",
    "ALTER TABLE n ADD PRIMARY KEY (v)",
    "ALTER TABLE b2 DROP PRIMARY KEY",
    "CREATE VIEW wa AS SELECT 1 AS x",
    "DROP VIEW wb",
    "CREATE TRIGGER ta BEFORE INSERT ON a FOR EACH ROW SET NEW.v = 1",
    "DROP TRIGGER tb",
    "CREATE PROCEDURE pa() SELECT 1",
    "DROP PROCEDURE pb",
    "CREATE FUNCTION fa() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE SEQUENCE sa",
    "DROP SEQUENCE sb",
)
THERE = (
    "CREATE TABLE a (id INT NOT NULL PRIMARY KEY, v INT)",
    "CREATE TABLE n (v INT NOT NULL)",
    "CREATE TABLE b2 (v INT NOT NULL PRIMARY KEY)",
    "CREATE TABLE b (id INT NOT NULL PRIMARY KEY, v INT, q INT, f INT, INDEX ib (v), UNIQUE INDEX qb (q), "
    "CONSTRAINT fb FOREIGN KEY (f) REFERENCES a (id), CONSTRAINT cb CHECK (q > 0))",
    "CREATE VIEW wb AS SELECT 1 AS x",
    "CREATE TRIGGER tb BEFORE INSERT ON b FOR EACH ROW SET NEW.v = 1",
    "CREATE PROCEDURE pb() SELECT 1",
    "CREATE SEQUENCE sb",
)


def test_the_catalog_tells_before_and_behind_a_statement_what_it_did(mariadb_server: Any) -> None:
    """Every statement in a database of its own, made from the same start."""
    name = f"sqlgen_test_{uuid.uuid4().hex[:12]}"
    to = Target("mariadb", "mysql", None, "prod", name)
    with closing(pymysql.connect(autocommit=True, ssl_disabled=True, **mariadb_server.login)) as connection:
        cursor = connection.cursor()
        try:
            for sql in ASKED:
                cursor.execute(f"CREATE DATABASE {name}")
                cursor.execute(f"USE {name}")
                for made in THERE:
                    cursor.execute(made)
                (block, _) = blocks(steps(sql)[0], to)
                asked = question(block, "mariadb")
                assert asked is not None, sql
                ask = f"SELECT {asked.done}, {asked.untouched}"
                cursor.execute(ask)
                before = cursor.fetchone()
                cursor.execute(sql)
                cursor.execute(ask)
                assert (sql, before, cursor.fetchone()) == (sql, (0, 1), (1, 0))
                cursor.execute(f"DROP DATABASE {name}")
        finally:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")


@pytest.mark.parametrize(
    "sql",
    [
        "CALL p()",
        "ALTER TABLE t DROP INDEX i, ADD INDEX i (a, b)",
        "ALTER TABLE t DROP INDEX Q, ADD CONSTRAINT q UNIQUE (a)",
        "ALTER TABLE t ADD CHECK (a > 0)",
        "CREATE TEMPORARY TABLE x (id INT)",
    ],
)
def test_where_the_catalog_would_not_tell_it_is_not_asked(sql: str) -> None:
    (block, _) = blocks(steps(sql)[0], Target("mariadb", "mysql", None, None, None))
    assert question(block, "mariadb") is None


@pytest.mark.parametrize(
    ("texts", "unsafe"),
    [
        (("CREATE TABLE a (id INT)", "INSERT INTO a VALUES (1)", "CREATE TABLE b (id INT)"), set()),
        (("SET @a = 1", "CREATE TABLE a (id INT)", "INSERT INTO t VALUES (@A)"), {1, 2}),
        (("SET @a = 1", "CREATE TABLE a (id INT)", "SET @b = 1", "SET @c = @@autocommit"), set()),
        (("CREATE TABLE a (id INT)", "GRANT SELECT ON a TO 'x'@'y'", "GRANT SELECT ON a TO 'z'@'y'"), set()),
        (("CREATE TEMPORARY TABLE s (id INT)", "CREATE TABLE a (id INT)", "INSERT INTO a SELECT * FROM s"), {1, 2}),
        (("PREPARE p FROM 'SELECT 1'", "CREATE TABLE a (id INT)", "EXECUTE p"), {1, 2}),
        (("INSERT INTO a VALUES (1)", "CREATE TABLE b (id INT)", "INSERT INTO b VALUES (LAST_INSERT_ID())"), {2}),
        (("CREATE TABLE b (id INT)", "INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (LAST_INSERT_ID())"), set()),
    ],
)
def test_what_a_new_session_would_lack_is_known(texts: tuple[str, ...], unsafe: set[int]) -> None:
    found = blocks(steps(*texts)[0], Target("mariadb", "mysql", None, None, None))
    assert carried(found) == unsafe


# ---- names


def test_a_version_table_of_any_name_in_another_database_is_found_and_recorded_beside(
    mariadb_database: Database, story: Story
) -> None:
    other = f"{mariadb_database.name}_b"
    mariadb_database.rows(f"CREATE DATABASE {other}")
    try:
        up, down = list(story.steps("mysql")), story.rollback("mysql")
        to = target(mariadb_database, version_table="my`ver'sion", version_table_schema=other)
        assert run(mariadb_database, render(up, to)).result.startswith("APPLIED")
        assert mariadb_database.rows(f"SELECT * FROM {other}.`my``ver'sion`") == [("d4",)]
        assert run(mariadb_database, render(down, to)).result.startswith("APPLIED")
        bad = story.item("mysql", "ALTER TABLE books DROP COLUMN nothing")
        up[2] = replace(up[2], items=(up[2].items[0], bad))
        assert run(mariadb_database, render(up, to)).code == 1
        ((record,),) = mariadb_database.rows(f"SELECT record FROM {other}.`my``ver'sion_sqlgen`")
        assert record.endswith(" is half done: part 1 of 2 stands")
        assert tables(mariadb_database) == ["books", "tags"]
    finally:
        mariadb_database.rows(f"DROP DATABASE {other}")


def test_a_variable_of_the_scripts_own_is_nobody_elses(mariadb_database: Database) -> None:
    for sql in ("SET @sqlgen_ok = 1", "SELECT 1 INTO @`sqlgen_Run`", "SET @ 'sqlgen_step' = 3"):
        with pytest.raises(Unfaithful, match="begins with sqlgen_"):
            render(steps(sql), target(mariadb_database))
    render(steps("SELECT 1 AS sqlgen_ok", "SET @mine = 1"), target(mariadb_database))


def test_no_way_back_is_made_up(mariadb_database: Database) -> None:
    mariadb_database.rows("CREATE TABLE t (id INT)")
    mariadb_database.rows("CREATE PROCEDURE p() INSERT INTO t VALUES (1)")
    up = steps("CALL p()", "CREATE TABLE u (id INT)", "ALTER TABLE t ADD COLUMN v INT")
    back = tuple(map(history.item, ("ALTER TABLE t DROP COLUMN v", "DROP TABLE u", "DELETE FROM t")))
    down = (replace(up[0], direction="downgrade", before=("a1",), after=(), items=back),)
    to = target(mariadb_database)
    apply, rollback = render(up, to), render(down, to, undo=history.way_back(up, down, to))
    mariadb_database.rows("CREATE TABLE u (id INT)")
    assert "table u is there already" in run(mariadb_database, apply).log
    refused(mariadb_database, rollback, "no way back is known from the middle of revision a1 (upgrade a1 (")
    mariadb_database.rows("DROP TABLE u")
    assert run(mariadb_database, apply).result.startswith("APPLIED")
    assert run(mariadb_database, rollback).result.startswith("APPLIED")
    assert mariadb_database.rows("SELECT * FROM t") == []


# ---- hostile statements


@pytest.mark.parametrize("how", ["compound", "prepared"])
def test_no_statement_gets_out_of_what_it_stands_in(
    mariadb_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: How
) -> None:
    """Each is executed from a literal, or stands in a compound statement; the next piece is always found."""
    monkeypatch.chdir(tmp_path)
    texts = candidates("mariadb", "mysql", 4000)
    items = [Item(Statement("", text, "", (), 0, 1, 1), (), None, 1) for text in texts]
    writes = writer(Target("mariadb", "mysql", None, None, None), how, items)
    lines = ["SET NAMES utf8mb4;"]
    for number, item in enumerate(items):
        lines.append("SET @sqlgen_run = 1;")
        lines += writes.pieces([[Theirs(item, number + 1), Ours(f"DO 'behind {number}'")]])
        lines.append(
            f"SELECT CONCAT('ran {number} whole ', @sqlgen_run IN (1, {writes.count([[Theirs(item, 1)]]) + 1}, 3));"
        )
    log = mariadb_database.client("\n".join(lines) + "\n", "--no-defaults", "--batch", "--force").log
    assert [number for number in range(len(items)) if f"ran {number} whole 1\n" not in log] == []
    assert list(tmp_path.iterdir()) == []
