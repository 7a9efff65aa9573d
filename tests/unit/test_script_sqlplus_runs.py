"""Scripts for SQL*Plus, run on a model of Oracle: wrong states, errors, kills, ways back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sqlgen import facts
from sqlgen.schema import Schema
from sqlgen.script import Target, render
from sqlgen.script.undo import undos
from sqlgen.segments import Gap, Item, Step
from sqlgen.statements import Statement, scan
from tests.unit.client_lines.oracle import Client as Sending
from tests.unit.client_lines.oracle import Database, errors_ignored, sqlplus
from tests.unit.client_lines.sql_server import Run

TARGET = Target("oracle", "sqlplus", None, "prod", "shop", identity="shop_a")
Client = Callable[[Database, str], Run]


def item(sql: str) -> Item:
    statement = Statement("", sql, "", scan(sql, "oracle"), 0, 1, 1)
    return Item(statement, facts.read(statement, "oracle"), None, None)


def step(revision: str, before: str, *sql: str, down: bool = False) -> Step:
    rows = [(before,) if before else (), (revision,)]
    direction: Any = "downgrade" if down else "upgrade"
    return Step(revision, "", direction, rows[down], rows[not down], None, tuple(map(item, sql)))


UP = (
    step("a1", "", "CREATE TABLE books (a int)"),
    step("b2", "a1", "CREATE TABLE tags (a int)", "CREATE INDEX ix ON books (a)", "CREATE TABLE more (a int)"),
    step("c3", "b2", "INSERT INTO tags VALUES (1)", "INSERT INTO tags VALUES (2)"),
    step("d4", "c3", "CREATE TABLE last (a int)"),
)
DOWN = (
    step("d4", "c3", "DROP TABLE last", down=True),
    step("c3", "b2", "DELETE FROM tags", down=True),
    step("b2", "a1", "DROP TABLE more", "DROP INDEX ix", "DROP TABLE tags", down=True),
    step("a1", "", "DROP TABLE books", down=True),
)
STATEMENTS = [each.sql for one in UP for each in one.items]
APPLY = render(UP, TARGET)
ROLLBACK = render(DOWN, TARGET, undo=undos(UP, DOWN, TARGET, Schema("oracle")))
DONE = "APPLIED: database SHOP is at {d4}"
CLIENTS = pytest.mark.parametrize("client", [sqlplus, errors_ignored])


@CLIENTS
@pytest.mark.parametrize("locks", [True, False])
def test_the_right_start_is_applied_and_a_second_run_changes_nothing(client: Client, locks: bool) -> None:
    database = Database(locks=locks)
    run = client(database, APPLY)
    assert (run.code, run.result) == (0, DONE)
    assert ("a second operator is not kept away" in run.log) is not locks
    assert database.names() == ["alembic_version", "books", "last", "more", "tags"]
    before = database.state()
    again = client(database, APPLY)
    assert (again.code, again.result) == (0, f"ALREADY {DONE}")
    assert database.state() == before


WRONG: dict[str, Callable[[Database], object]] = {
    "this script goes from {} to {d4}; alembic_version holds {zz}": lambda database: at(database, "zz"),
    "alembic_version holds {a1,b2}": lambda database: at(database, "a1", "b2"),
    "this script is for database shop, this one is OTHER.SALES": lambda database: setattr(database, "name", "OTHER"),
    "the database is not a primary one, but PHYSICAL STANDBY": lambda d: setattr(d, "role", "PHYSICAL STANDBY"),
    "another sqlgen script is running": lambda database: setattr(database, "lock", "someone"),
    "an earlier run stopped in the middle of a step: upgrade zz": lambda database: half_done(database),
}


def at(database: Database, *rows: str) -> None:
    database.tables.execute("CREATE TABLE alembic_version (version_num text)")
    for row in rows:
        database.tables.execute("INSERT INTO alembic_version VALUES (?)", (row,))


def half_done(database: Database) -> None:
    at(database)
    database.tables.execute("CREATE TABLE alembic_version_sqlgen (mark text)")
    database.tables.execute("INSERT INTO alembic_version_sqlgen VALUES ('sqlgen: upgrade zz (0) is half done: part 1')")


@CLIENTS
@pytest.mark.parametrize("says", WRONG)
def test_a_wrong_state_changes_nothing_and_is_told(client: Client, says: str) -> None:
    database = Database()
    WRONG[says](database)
    before = database.state()
    run = client(database, APPLY)
    assert run.result.startswith("NOT APPLIED: ")
    assert says in run.result
    assert run.code == (1 if client is sqlplus else 0)
    assert database.state() == before


@CLIENTS
def test_a_script_that_begins_later_wants_its_table(client: Client) -> None:
    run = client(Database(), render(UP[1:], TARGET))
    assert run.result.startswith("NOT APPLIED: there is no table alembic_version in schema SALES")


@CLIENTS
@pytest.mark.parametrize("how", ["error", "kill", "kill after"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_after_any_failure_the_same_script_goes_on_and_the_rollback_goes_back(
    client: Client, how: str, statement: str
) -> None:
    whole = Database()
    assert sqlplus(whole, APPLY).result == DONE
    for mend in (APPLY, ROLLBACK):
        database = Database(fails={statement: how})
        run = client(database, APPLY)
        assert run.result.startswith("NOT APPLIED"), run.log
        assert run.code != 0 or client is errors_ignored
        database.fails.clear()
        mended = client(database, mend)
        if mend is APPLY:
            assert mended.result == DONE, mended.log
            assert database.state() == whole.state()
        else:
            assert mended.result.startswith(("APPLIED", "ALREADY APPLIED")), mended.log
            assert (database.names("index"), database.heads()) == ([], [])
            assert set(database.names()) <= {"alembic_version", "alembic_version_sqlgen"}


@CLIENTS
@pytest.mark.parametrize("how", ["error", "kill", "kill after"])
@pytest.mark.parametrize("statement", [each.sql for one in DOWN for each in one.items])
def test_a_rollback_that_fails_goes_on_when_it_is_run_again(client: Client, how: str, statement: str) -> None:
    for stopped_at in (None, *STATEMENTS[1:4]):
        database = Database(fails={stopped_at: "error"} if stopped_at else {})
        sqlplus(database, APPLY)
        database.fails = {statement: how}
        run = client(database, ROLLBACK)
        ran = run.result.startswith("APPLIED")
        assert ran or run.result.startswith("NOT APPLIED"), run.log
        database.fails.clear()
        again = client(database, ROLLBACK)
        assert again.result.startswith("ALREADY APPLIED" if ran else ("APPLIED", "ALREADY APPLIED")), again.log
        assert (database.names(), database.names("index"), database.heads()) == (["alembic_version"], [], [])


CREATES, RETYPES, FORGIVES = (
    ("CREATE TABLE tags (a int)", "DROP TABLE tags"),
    ("ALTER TABLE books MODIFY a number", "ALTER TABLE books MODIFY a int"),
    ("DROP VIEW IF EXISTS v", "CREATE VIEW v AS SELECT a FROM books"),
)


def two_ways(middle: tuple[str, str]) -> tuple[str, str]:
    """Apply and rollback of a revision with a statement of this kind, and what undoes it."""
    (made, dropped), (done, undone) = CREATES, middle
    up = (UP[0], step("b2", "a1", made, done, "CREATE TABLE more (a int)"))
    down = (step("b2", "a1", "DROP TABLE more", undone, dropped, down=True),)
    return render(up, TARGET), render(down, TARGET, undo=undos(up, down, TARGET, Schema("oracle")))


@CLIENTS
@pytest.mark.parametrize("how", ["error", "kill", "kill after"])
def test_what_may_be_undone_though_it_was_never_done_is_undone(client: Client, how: str) -> None:
    apply, rollback = two_ways(RETYPES)
    database = Database(fails={RETYPES[0]: how})
    assert client(database, apply).result.startswith("NOT APPLIED")
    assert database.names() == ["alembic_version", "alembic_version_sqlgen", "books", "tags"]
    assert database.type_of("books", "a") == ("number" if how == "kill after" else "int")
    assert client(database, rollback).result == "APPLIED: database SHOP is at {a1}"
    assert (database.names(), database.heads()) == (["alembic_version", "books"], ["a1"])
    assert database.type_of("books", "a") == "int"


@CLIENTS
def test_what_can_not_be_undone_twice_is_refused_where_nobody_knows(client: Client) -> None:
    apply, rollback = two_ways(FORGIVES)
    database = Database(fails={FORGIVES[0]: "kill"})
    client(database, apply)
    before = database.state()
    refused = client(database, rollback).result
    assert refused.startswith("NOT APPLIED: an earlier run stopped in the middle of a step: upgrade b2")
    assert "part 2 of 3 began. This script does not know the way from there" in refused
    assert database.state() == before


@CLIENTS
@pytest.mark.parametrize("how", ["kill", "kill after"])
def test_where_only_a_person_can_tell_the_record_that_is_asked_for_lets_it_go_on(client: Client, how: str) -> None:
    unread = "REINDEX tags"
    script = render((UP[0], step("b2", "a1", CREATES[0], unread, "CREATE TABLE more (a int)")), TARGET)
    database = Database(fails={unread: how})
    client(database, script)
    database.fails.clear()
    before = database.state()
    asked = client(database, script)
    assert "an earlier run began part 2 of step 2, and the catalogs do not say" in asked.log
    assert database.state() == before
    stands, not_done = re.findall(r"SET mark = ('[^']*')", asked.log)
    database.tables.execute(f"UPDATE alembic_version_sqlgen SET mark = {stands if how == 'kill after' else not_done}")
    database.fails = {unread: "error"} if how == "kill after" else {}
    assert client(database, script).result == "APPLIED: database SHOP is at {b2}"
    assert database.names() == ["alembic_version", "books", "more", "tags"]


def test_killed_between_any_two_blocks_the_rest_is_done_or_undone() -> None:
    whole = Database()
    sqlplus(whole, APPLY)
    for count in range(1, len(Sending(Database(), APPLY).blocks)):
        for mend in (APPLY, ROLLBACK):
            database = Database()
            killed = Sending(database, APPLY)
            killed.go_on(count)
            killed.ended()
            mended = sqlplus(database, mend)
            if mend is APPLY:
                assert (mended.code, database.state()) == (0, whole.state()), mended.log
            elif "alembic_version" in database.names():
                assert (mended.code, database.heads(), database.names("index")) == (0, [], []), mended.log
                assert set(database.names()) <= {"alembic_version", "alembic_version_sqlgen"}


@pytest.mark.parametrize("stops", [True, False])
def test_where_someone_else_moves_the_version_table_the_next_step_does_not_begin(stops: bool) -> None:
    moved = 0
    for count in range(4, len(Sending(Database(), APPLY).blocks) - 3):
        database = Database()
        client = Sending(database, APPLY, stops=stops)
        client.go_on(count)
        moved += len(database.heads())
        database.tables.execute("UPDATE alembic_version SET version_num = 'elsewhere'")
        database.tables.execute("INSERT INTO alembic_version VALUES ('more')")
        before = [row for row in database.state() if not row[0].endswith("_sqlgen")]
        client.go_on()
        assert "can not begin" in client.ended().log
        assert [row for row in database.state() if not row[0].endswith("_sqlgen")] == before
    assert moved > 5


@pytest.mark.parametrize("locks", [True, False])
def test_two_operators_at_once_do_nothing_twice(locks: bool) -> None:
    whole = Database()
    sqlplus(whole, APPLY)
    for count in range(4, len(Sending(Database(), APPLY).blocks) - 2):
        database = Database(locks=locks)
        first = Sending(database, APPLY)
        first.go_on(count)
        second = sqlplus(database, APPLY)
        if locks:
            assert second.result.startswith("NOT APPLIED: another sqlgen script is running in this schema")
        first.go_on()
        ended = first.ended()
        assert (ended if locks else second).result in (DONE, f"ALREADY {DONE}")
        assert database.state() == whole.state()


@CLIENTS
def test_what_does_not_compile_is_told_and_the_rest_is_done(client: Client) -> None:
    view = "CREATE VIEW v AS SELECT a FROM books"
    steps = (UP[0], step("v2", "a1", view, "CREATE TABLE last (a int)"))
    database = Database(fails={view: "invalid"})
    run = client(database, render(steps, TARGET))
    assert run.result == "APPLIED: database SHOP is at {v2}; something was created with compilation errors"
    assert "statement 2 was created with compilation errors, see USER_ERRORS" in run.log
    assert "last" in database.names()


@CLIENTS
def test_many_rows_that_stand_in_several_blocks_are_all_there_or_none(client: Client) -> None:
    rows = [f"INSERT INTO books VALUES ({number})" for number in range(90)]
    script = render((UP[0], step("b2", "a1", *rows)), TARGET)
    for failing in (rows[0], rows[45], rows[89]):
        for how in ("error", "kill", "kill after"):
            database = Database(fails={failing: how})
            assert client(database, script).result.startswith("NOT APPLIED")
            assert database.tables.execute("SELECT count(*) FROM books").fetchone() == (0,)
            database.fails.clear()
            assert client(database, script).result.startswith("APPLIED")
            assert database.tables.execute("SELECT count(*) FROM books").fetchone() == (90,)


@CLIENTS
def test_a_gap_stops_the_script_before_it(client: Client) -> None:
    gapped = (*UP[:2], replace(UP[2], items=(), gap=Gap("it reads rows", "x.py", 3)), UP[3])
    database = Database()
    run = client(database, render(gapped, TARGET))
    assert run.result.startswith("NOT APPLIED: at {b2}; the script stops before revision c3")
    assert database.heads() == ["b2"]
    before = database.state()
    assert client(database, render(gapped, TARGET)).result == run.result
    assert database.state() == before
