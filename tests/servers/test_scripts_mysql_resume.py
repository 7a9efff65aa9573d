"""A script that fails, is killed or cut off at any statement: the same file goes on, and rollback.sql goes back.

The forms for MySQL, whose server is not here, are run on MariaDB too, with the names of settings changed.
"""

from __future__ import annotations

import random
import signal
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from sqlgen.script import Target, read_back, render
from tests.servers import histories_mysql as history
from tests.servers.test_scripts_mysql_guard import PLAIN, run

if TYPE_CHECKING:
    from conftest import Database, Running

STATEMENTS = range(1, history.COUNT + 1)


def target(database: Database, dialect: str = "mariadb") -> Target:
    return Target(dialect, "mysql", None, "prod", database.name, lock_timeout_ms=1000)


def on_mariadb(script: str) -> str:
    """A script for MySQL, with the names that MariaDB 10.11 has for its settings."""
    return script.replace("transaction_read_only", "tx_read_only").replace("@@server_uuid", "@@hostname")


@pytest.fixture
def database(mariadb_database: Database) -> Database:
    history.prepare(mariadb_database)
    return mariadb_database


def undisturbed(database: Database, scripts: tuple[str, str]) -> tuple[Any, Any]:
    """What the database looks like before and after; it is at its start again behind this."""
    start = history.state(database)
    applied = run(database, scripts[0])
    assert (applied.code, applied.result) == (0, f"APPLIED: database {database.name} is at {{r4}}"), applied.log
    end = history.state(database)
    back = run(database, scripts[1])
    assert (back.code, back.result) == (0, f"APPLIED: database {database.name} is at {{r0}}"), back.log
    assert history.state(database) == start
    return start, end


def test_what_failed_at_any_statement_goes_on_there_or_goes_back(database: Database) -> None:
    apply, rollback = scripts = history.apply_and_rollback(target(database))
    assert read_back(apply, "mariadb") == tuple(sql for sqls in history.UP.values() for sql in sqls)
    assert read_back(rollback, "mariadb") == tuple(sql for sqls in history.DOWN.values() for sql in sqls)
    start, end = undisturbed(database, scripts)
    for number in STATEMENTS:
        for way in ("on", "back"):
            with history.hidden(database, number):
                failed = run(database, apply)
            assert "doesn't exist" in failed.log, (number, failed.log)
            assert (failed.code, failed.result[:15]) == (1, "NOT APPLIED yet"), (number, failed.log)
            if way == "on":
                again = run(database, apply)
                assert (again.code, again.result[:8]) == (0, "APPLIED:"), (number, again.log)
                assert history.state(database) == end, number
            back = run(database, rollback)
            assert (back.code, back.result[:8]) == (0, "APPLIED:"), back.log
            assert history.state(database) == start, (number, way)


def test_a_rollback_that_fails_on_its_way_from_the_middle_goes_on_there(database: Database) -> None:
    apply, rollback = scripts = history.apply_and_rollback(target(database))
    start, _ = undisturbed(database, scripts)
    chance = random.Random(20260102)
    for number in (3, 8, 9, 10, 12):
        with history.hidden(database, number):
            assert run(database, apply).code == 1
        second = chance.choice([other for other in (1, 3, 4, 5, 6, 7, 9, 10) if other < number])
        with history.hidden(database, second, back=True):
            failed = run(database, rollback)
        assert "doesn't exist" in failed.log or "did not take it away" in failed.log, (number, second, failed.log)
        assert (failed.code, failed.result[:15]) == (1, "NOT APPLIED yet"), failed.log
        forward = run(database, apply)
        if "left half done by another script: downgrade" not in forward.result:
            assert forward.result.startswith("APPLIED:"), forward.log  # it stopped between two revisions
        else:
            assert forward.code == 1
        back = run(database, rollback)
        assert (back.code, back.result[:8]) == (0, "APPLIED:"), (number, second, back.log)
        assert history.state(database) == start, (number, second)


def kill(running: Running, prefix: str, moment: float) -> None:
    stdin = running.process.stdin
    assert stdin is not None
    stdin.write(prefix)
    stdin.flush()
    time.sleep(moment)
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    stdin.close()
    assert running.process.stdout is not None
    running.process.stdout.close()


def test_a_client_killed_anywhere_leaves_what_the_same_script_ends(database: Database) -> None:
    apply, rollback = scripts = history.apply_and_rollback(target(database))
    start, end = undisturbed(database, scripts)
    chance = random.Random(20260103)
    lines = apply.splitlines(keepends=True)
    begin = next(number for number, line in enumerate(lines) if line.startswith("-- step 1 of"))
    for turn in range(10):
        cut = "".join(lines[: chance.randrange(begin, len(lines))])
        kill(database.start(*PLAIN), cut[: len(cut) - chance.randrange(30)], chance.choice((0.03, 0.1)))
        if turn % 2:
            again = run(database, apply)
            assert again.result.split(":")[0] in ("APPLIED", "ALREADY APPLIED"), again.log
            assert (again.code, history.state(database)) == (0, end)
        back = run(database, rollback)
        assert (back.code, history.state(database)) == (0, start), back.log


def test_a_connection_cut_while_it_waits_goes_on_and_a_second_operator_is_refused(database: Database) -> None:
    scripts = history.apply_and_rollback(Target("mariadb", "mysql", None, "prod", database.name, lock_timeout_ms=60000))
    start, end = undisturbed(database, scripts)
    for number in (1, 8):
        with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"LOCK TABLES t{number} WRITE")
            first = database.start(*PLAIN)
            assert first.process.stdin is not None
            first.process.stdin.write(scripts[0])
            first.process.stdin.flush()
            thread = waiting(database)
            second = run(database, scripts[0])
            assert second.code == 1
            assert second.result.startswith("NOT APPLIED: another sqlgen script is running in this database."), (
                second.log
            )
            database.rows(f"KILL {thread}")
            cut = first.finish("")
            assert (cut.code, cut.result[:15]) == (1, "NOT APPLIED yet"), cut.log
        back = run(database, scripts[1])
        assert (back.code, history.state(database)) == (0, start), back.log
        assert run(database, scripts[0]).code == 0
        assert history.state(database) == end
        assert run(database, scripts[1]).code == 0


def waiting(database: Database) -> int:
    """The thread that waits for a lock in the database."""
    for _ in range(300):
        waits = f"db = '{database.name}' AND state LIKE 'Waiting for%lock'"
        found = database.rows(f"SELECT id FROM information_schema.processlist WHERE {waits}")
        if found:
            return int(found[0][0])
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_a_lock_that_is_not_given_stops_the_script_and_it_goes_on_when_it_is(database: Database) -> None:
    scripts = history.apply_and_rollback(target(database))
    start, end = undisturbed(database, scripts)
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        connection.begin()
        cursor.execute("SELECT * FROM t6")
        stopped = run(database, scripts[0])
    assert "ERROR 1205" in stopped.log
    assert (stopped.code, stopped.result[:15]) == (1, "NOT APPLIED yet")
    goes_on = run(database, scripts[0])
    assert "it goes on with step 3 of 4" in goes_on.log
    assert (goes_on.code, history.state(database)) == (0, end), goes_on.log
    assert run(database, scripts[1]).code == 0
    assert history.state(database) == start


# ---- the forms for MySQL, on MariaDB


def mysql_scripts(database: Database) -> tuple[str, str, str]:
    """apply.sql, rollback.sql and resume.sql."""
    to = target(database, "mysql")
    apply, rollback = history.apply_and_rollback(to)
    resume = render(history.steps(history.without_trigger(history.UP), "upgrade"), to, resume=True)
    texts = tuple(sql for sqls in history.without_trigger(history.UP).values() for sql in sqls)
    assert read_back(apply, "mysql") == read_back(resume, "mysql") == texts
    for script in (apply, rollback, resume):
        assert "NOT RUN ON A REAL SERVER" in script
    return on_mariadb(apply), on_mariadb(rollback), on_mariadb(resume)


def test_mysql_goes_on_with_resume_sql_and_back_with_rollback_sql(database: Database) -> None:
    apply, rollback, resume = mysql_scripts(database)
    start, end = undisturbed(database, (apply, rollback))
    for number in STATEMENTS:
        for way in ("on", "back"):
            with history.hidden(database, number):
                failed = run(database, apply)
            assert "doesn't exist" in failed.log, (number, failed.log)
            assert (failed.code, failed.result[:15]) == (1, "NOT APPLIED yet"), failed.log
            before = history.state(database)
            if number > 3 or number == 2:
                again = run(database, apply)
                assert again.code == 1
                assert "sqlgen emit r0:r4 --resume -o resume.sql" in again.result, (number, again.log)
                assert history.state(database) == before
            if way == "on":
                resumed = run(database, resume)
                assert (resumed.code, resumed.result[:8]) == (0, "APPLIED:"), (number, resumed.log)
                assert history.state(database) == end, number
                assert run(database, resume).result.startswith("ALREADY APPLIED: ")
                assert run(database, apply).result.startswith("ALREADY APPLIED: ")
            back = run(database, rollback)
            assert (back.code, back.result[:8]) == (0, "APPLIED:"), back.log
            assert history.state(database) == start, (number, way)


@pytest.mark.parametrize("form", ["plain", "prepared"])
def test_mysql_with_errors_ignored_runs_nothing_behind_the_first(database: Database, form: str) -> None:
    apply, rollback, resume = mysql_scripts(database)
    start, _ = undisturbed(database, (apply, rollback))
    for number in (3, 5, 7, 11):
        with history.hidden(database, number):
            failed = database.client(apply if form == "plain" else resume, "--no-defaults", "--batch", "--force")
        assert failed.result.startswith("NOT APPLIED: database"), failed.log
        ran = [name for name in (f"t{other}" for other in range(number + 1, 13)) if name in changed(start, database)]
        assert ran == []
        assert run(database, rollback).code == 0
        assert history.state(database) == start


def changed(start: dict[str, Any], database: Database) -> list[str]:
    now = history.state(database)
    return [name for name in start if now.get(name) != start[name]]


def test_mysql_can_not_skip_a_trigger_and_says_what_to_do(database: Database) -> None:
    steps = history.steps(history.UP, "upgrade")
    apply = on_mariadb(render(steps, target(database, "mysql")))
    resume = on_mariadb(render(steps, target(database, "mysql"), resume=True))
    with history.hidden(database, 9):
        assert run(database, apply).code == 1
    stopped = run(database, resume)
    assert stopped.code == 1
    assert stopped.result.startswith("NOT APPLIED: statement 8 of this script is done or has nothing to do"), (
        stopped.log
    )
    database.rows("DROP TRIGGER g8")
    record = database.rows("SELECT record FROM alembic_version_sqlgen")[0][0]
    database.rows("UPDATE alembic_version_sqlgen SET record = '" + record.replace("part 3", "part 2") + "'")
    assert run(database, resume).result.startswith("APPLIED: ")
    assert len(history.state(database)["triggers"]) == 1


def test_a_downgrade_with_a_transaction_of_its_own_goes_back_from_the_middle(database: Database) -> None:
    up = {"r1": ("UPDATE t1 SET v = v + 1", "ALTER TABLE t2 ADD COLUMN c INT", "ALTER TABLE t3 ADD COLUMN c INT")}
    down = {
        "r1": (
            "ALTER TABLE t3 DROP COLUMN c",
            "SET unique_checks = 0",
            "BEGIN",
            "UPDATE t1 SET v = v - 1",
            "COMMIT",
            "ALTER TABLE t2 DROP COLUMN c",
        )
    }
    forward, back = history.steps(up, "upgrade"), history.steps(down, "downgrade")
    for dialect in ("mariadb", "mysql"):
        to = target(database, dialect)
        undo = history.way_back(forward, back, to)
        apply, rollback = on_mariadb(render(forward, to)), on_mariadb(render(back, to, undo=undo))
        start = history.state(database)
        for number in (2, 3):
            with history.hidden(database, number):
                assert run(database, apply).code == 1
            taken = run(database, rollback)
            assert (taken.code, taken.result[:8]) == (0, "APPLIED:"), taken.log
            assert history.state(database) == start, (dialect, number)
