"""What a failure could not take back is refused: rows in tables without transactions, on a real MariaDB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sqlgen.script import render
from sqlgen.script.checks import preflight
from sqlgen.script.mysql.engines import changed
from sqlgen.segments import Step
from tests.servers import histories_mysql as history
from tests.servers.test_scripts_mysql_guard import account, refused, run, steps, tables, target

if TYPE_CHECKING:
    from conftest import Database

WHY = "the engine of tables in which the script changes rows has no transactions: "
HINT = ". Rows that a failed run has changed there could not be taken back. First: ALTER TABLE ... ENGINE = InnoDB."


def history_of(*texts: tuple[str, ...]) -> tuple[Step, ...]:
    """A revision for each, from r0, which is there."""
    found = []
    for number, sqls in enumerate(texts):
        before, after = (f"r{number}",), (f"r{number + 1}",)
        items = tuple(map(history.item, sqls))
        found.append(Step(after[0], "", "upgrade", before, after, "versions/a.py", items))
    return tuple(found)


def prepare(database: Database, *sqls: str, engine: str = "InnoDB") -> None:
    database.rows(f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY) ENGINE = {engine}")
    database.rows("INSERT INTO alembic_version VALUES ('r0')")
    for sql in sqls:
        database.rows(sql)


def checked(database: Database, up: tuple[Step, ...]) -> list[str]:
    """What preflight says of engines."""
    log = run(database, preflight.render(up, target(database))).log
    assert "sqlgen result: PREFLIGHT" in log, log
    return [line for line in log.splitlines() if "can be rolled back" in line or "found: " in line]


@pytest.mark.parametrize("engine", ["MyISAM", "Aria"])
def test_a_version_table_without_transactions_is_refused(mariadb_database: Database, engine: str) -> None:
    """Its stamp would stand while the rows of the same transaction are rolled back: the step would pass for done."""
    prepare(mariadb_database, "CREATE TABLE s (x INT)", "INSERT INTO s VALUES (1)", engine=engine)
    up = history_of(("UPDATE s SET x = x + 1",))
    script = render(up, target(mariadb_database))
    refused(mariadb_database, script, f"{WHY}alembic_version ({engine}){HINT} Nothing was changed.")
    failed = [line for line in checked(mariadb_database, up) if line.startswith("FAIL")]
    assert [("alembic_version" in line, engine in line) for line in failed] == [(True, True)]
    mariadb_database.rows("ALTER TABLE alembic_version ENGINE = InnoDB")
    assert [line[:4] for line in checked(mariadb_database, up)] == ["ok  ", "ok  "]
    assert run(mariadb_database, script).result.startswith("APPLIED")
    mariadb_database.rows(f"ALTER TABLE alembic_version ENGINE = {engine}")
    assert run(mariadb_database, script).result.startswith("ALREADY APPLIED")


def test_the_tables_of_the_script_have_transactions_whatever_the_session_says(mariadb_database: Database) -> None:
    """A file of options that sets the session's engine changes neither the script's tables nor the revisions'."""
    up = steps("CREATE TABLE p (id INT PRIMARY KEY)", "CREATE TABLE c (p INT, FOREIGN KEY (p) REFERENCES p (id))",
               "INSERT INTO nothing VALUES (1)")  # fmt: skip
    before = "SET default_storage_engine = MyISAM;\n"
    ran = run(mariadb_database, before + render(up, target(mariadb_database)))
    assert "nothing' doesn't exist" in ran.log
    made = mariadb_database.rows(
        "SELECT table_name, engine FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
    )
    assert made == [(name, "InnoDB") for name in ("alembic_version", "alembic_version_sqlgen", "c", "p")]
    keys = "SELECT COUNT(*) FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"
    assert mariadb_database.rows(keys) == [(1,)]


def test_where_the_server_makes_tables_without_transactions_the_version_table_has_them(
    mariadb_database: Database,
) -> None:
    script = render(steps("CREATE TABLE p (id INT PRIMARY KEY)"), target(mariadb_database))
    pin = "SET SESSION default_storage_engine = DEFAULT;"
    assert script.count(pin) == 2
    ran = run(mariadb_database, script.replace(pin, "SET SESSION default_storage_engine = MyISAM;"))
    assert ran.result.startswith("APPLIED"), ran.log
    engine = "SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name"
    assert mariadb_database.rows(engine) == [("InnoDB",), ("MyISAM",)]


def test_rows_of_tables_without_transactions_are_not_changed(mariadb_database: Database) -> None:
    prepare(mariadb_database, "CREATE TABLE t (id INT PRIMARY KEY, x INT) ENGINE = MyISAM",
            "CREATE TABLE a (id INT PRIMARY KEY) ENGINE = Aria", "CREATE TABLE s (id INT PRIMARY KEY)",
            "CREATE TABLE other (id INT) ENGINE = MyISAM", "INSERT INTO t VALUES (1, 1)",
            "INSERT INTO s VALUES (9)")  # fmt: skip
    up = history_of(
        ("ALTER TABLE other ADD COLUMN y INT",),
        ("UPDATE t SET x = x + 1", "INSERT INTO a VALUES (1)", "INSERT INTO s VALUES (9)"),
    )
    script = render(up, target(mariadb_database))
    refused(mariadb_database, script, f"{WHY}a (Aria), t (MyISAM){HINT} Nothing was changed.")
    assert sum(line.startswith("FAIL") for line in checked(mariadb_database, up)) == 2
    for name in ("t", "a"):
        mariadb_database.rows(f"ALTER TABLE {name} ENGINE = InnoDB")
    assert {line[:4] for line in checked(mariadb_database, up)} == {"ok  "}
    for _ in range(2):  # now a failure takes everything back
        assert "Duplicate entry '9'" in run(mariadb_database, script).log
        assert mariadb_database.rows("SELECT x FROM t") == [(1,)]
    mariadb_database.rows("DELETE FROM s")
    assert run(mariadb_database, script).result.startswith("APPLIED")
    assert mariadb_database.rows("SELECT x FROM t") == [(2,)]


def test_only_what_is_still_to_be_changed_and_was_there_counts(mariadb_database: Database) -> None:
    """Tables of steps that are done, that the steps make, and whose engine they mend do not."""
    prepare(mariadb_database, "CREATE TABLE done (x INT) ENGINE = MyISAM", "CREATE TABLE t (x INT) ENGINE = MyISAM",
            "CREATE TABLE u (x INT) ENGINE = MyISAM")  # fmt: skip
    up = history_of(
        ("INSERT INTO done VALUES (1)",),
        ("CREATE TABLE made (x INT) ENGINE = MyISAM", "INSERT INTO made VALUES (1)"),
        ("ALTER TABLE t ENGINE = InnoDB", "RENAME TABLE t TO v", "UPDATE v SET x = 1"),
        ("RENAME TABLE u TO w", "UPDATE w SET x = 1"),
    )
    script = render(up, target(mariadb_database))
    refused(mariadb_database, script, f"{WHY}done (MyISAM), u (MyISAM){HINT}")
    mariadb_database.rows("UPDATE alembic_version SET version_num = 'r1'")
    refused(mariadb_database, script, f"{WHY}u (MyISAM){HINT}")
    mariadb_database.rows("ALTER TABLE u ENGINE = InnoDB")
    assert run(mariadb_database, script).result.startswith("APPLIED")


def test_behind_the_last_part_that_changes_it_a_table_is_not_asked_about(mariadb_database: Database) -> None:
    """And the mysql client's script asks the same."""
    up = history_of(("UPDATE t SET x = 1", "ALTER TABLE t ADD COLUMN y INT", "ALTER TABLE nothing ADD COLUMN y INT"))
    for one in (target(mariadb_database), replace(target(mariadb_database), dialect="mysql")):
        assert [(each.table.name, each.since, each.until) for each in changed(up, one)] == [("t", (0, 0), (0, 1))]
        assert "(@sqlgen_step, @sqlgen_done) < (0, 1) AND t.table_name IN ('t')" in render(up, one)
    prepare(mariadb_database, "CREATE TABLE t (x INT)")
    script = render(up, target(mariadb_database))
    assert "nothing' doesn't exist" in run(mariadb_database, script).log
    mariadb_database.rows("ALTER TABLE t ENGINE = MyISAM")
    mariadb_database.rows("CREATE TABLE nothing (x INT)")
    assert run(mariadb_database, script).result.startswith("APPLIED")


def test_an_account_that_may_not_make_an_object_is_told_before_anything_runs(mariadb_database: Database) -> None:
    up = steps(
        "CREATE TABLE t (x INT)",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.x = 1",
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS one",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
    )
    script = render(up, target(mariadb_database))
    name = mariadb_database.name.replace("_", "\\_")
    enough = "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP"
    with account(mariadb_database, f"{enough} ON `{name}`.*") as person:
        ran = run(person, script)
        says = "NOT APPLIED: this account lacks rights on the database that the script needs: "
        assert ran.result.startswith(says), ran.log
        lacking = ran.result.removeprefix(says).removesuffix(". Nothing was changed.")
        assert sorted(lacking.split(", ")) == ["CREATE ROUTINE", "CREATE VIEW", "EVENT", "TRIGGER"]
        assert tables(mariadb_database) == []
        before = run(person, preflight.render(up, target(mariadb_database))).log
        (line,) = [line for line in before.splitlines() if "rights in the database" in line]
        assert line.startswith("FAIL"), line
        assert all(right in line for right in ("create routine", "create view", "event", "trigger"))
    more = f"{enough}, CREATE VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, EVENT"
    with account(mariadb_database, f"{more} ON `{name}`.*") as person:
        assert run(person, script).result.startswith("APPLIED")


def test_select_is_enough_to_refer_to_a_table_on_mariadb_and_mysql_asks_for_references(
    mariadb_database: Database,
) -> None:
    prepare(mariadb_database, "CREATE TABLE p (id INT PRIMARY KEY)")
    up = history_of(("CREATE TABLE c (p INT, FOREIGN KEY (p) REFERENCES p (id))",))
    name = mariadb_database.name.replace("_", "\\_")
    with account(mariadb_database, f"SELECT, INSERT, UPDATE, DELETE, CREATE, DROP ON `{name}`.*") as person:
        before = run(person, preflight.render(up, target(mariadb_database)))
        assert "PREFLIGHT OK" in before.result, before.log
        assert run(person, render(up, target(mariadb_database))).result.startswith("APPLIED")
    assert "'REFERENCES'" in render(up, replace(target(mariadb_database), dialect="mysql"))


def test_rows_of_a_table_that_the_step_makes_without_transactions_are_never_changed_twice(
    mariadb_database: Database,
) -> None:
    """They are no transaction, and are not told to be one: a person says whether they are there."""
    up = history_of(("CREATE TABLE t (x INT) ENGINE = MyISAM", "INSERT INTO t VALUES (1)", "INSERT INTO s VALUES (9)"))
    prepare(mariadb_database, "CREATE TABLE s (id INT PRIMARY KEY)", "INSERT INTO s VALUES (9)")
    script = render(up, target(mariadb_database))
    ran = run(mariadb_database, script)
    assert "Duplicate entry '9'" in ran.log
    assert "part 2 of 2 is running; it commits by itself" in ran.log
    refused(mariadb_database, script, "an earlier run stopped at a statement of which the catalog does not tell")
    assert mariadb_database.rows("SELECT x FROM t") == [(1,)]
    mariadb_database.rows("TRUNCATE t")
    mariadb_database.rows("DELETE FROM s")
    mariadb_database.rows("UPDATE alembic_version_sqlgen SET record = REPLACE(record, '2 of 2 began', '1 of 2 stands')")
    assert run(mariadb_database, script).result.startswith("APPLIED")
    assert mariadb_database.rows("SELECT * FROM t, s") == [(1, 9)]


def test_a_server_that_makes_tables_without_transactions_is_warned_of(mariadb_database: Database) -> None:
    prepare(mariadb_database)
    up = history_of(("CREATE TABLE t (x INT)",))
    script = preflight.render(up, target(mariadb_database))
    told = "engine without transactions and foreign keys that new tables get (default_storage_engine): none"
    assert f"ok   {told}" in run(mariadb_database, script).log
    ran = run(mariadb_database, script.replace("@@global.default_storage_engine", "'MyISAM'"))
    (line,) = [line for line in ran.log.splitlines() if "(default_storage_engine)" in line]
    assert (line[:4], line.endswith("MyISAM")) == ("WARN", True), line
    named = history_of(("CREATE TABLE t (x INT) ENGINE = InnoDB",))
    assert "default_storage_engine" not in preflight.render(named, target(mariadb_database))


def test_a_table_that_an_earlier_step_made_without_transactions_is_refused_where_it_is_gone_on_with(
    mariadb_database: Database,
) -> None:
    """Its rows may have been changed by the run that failed: no second one changes them again."""
    up = history_of(
        ("CREATE TABLE t (x INT) ENGINE = MyISAM",), ("INSERT INTO t VALUES (1)", "INSERT INTO s VALUES (9)")
    )
    prepare(mariadb_database, "CREATE TABLE s (id INT PRIMARY KEY)", "INSERT INTO s VALUES (9)")
    script = render(up, target(mariadb_database))
    assert checked(mariadb_database, up) == [line for line in checked(mariadb_database, up) if line.startswith("ok ")]
    assert "Duplicate entry '9'" in run(mariadb_database, script).log
    refused(mariadb_database, script, f"{WHY}t (MyISAM){HINT}")
    assert [line[:4] for line in checked(mariadb_database, up)] == ["ok  ", "FAIL", "ok  "]
    mariadb_database.rows("TRUNCATE t")
    mariadb_database.rows("ALTER TABLE t ENGINE = InnoDB")
    mariadb_database.rows("DELETE FROM s")
    assert run(mariadb_database, script).result.startswith("APPLIED")
    assert mariadb_database.rows("SELECT * FROM t, s") == [(1, 9)]
