"""Scripts for sqlcmd and Management Studio, run on a model of SQL Server: wrong states, errors, kills, ways back."""

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
from tests.unit.client_lines.sql_server import Client as Sending
from tests.unit.client_lines.sql_server import Database, Run, management_studio, sqlcmd

TARGET = Target("mssql", "sqlcmd", None, "prod", "shop", identity="sql01")
Client = Callable[[Database, str], Run]


def item(sql: str, transaction: int | None = 1) -> Item:
    statement = Statement("", sql, "", scan(sql, "mssql"), 0, 1, 1)
    return Item(statement, facts.read(statement, "mssql"), None, transaction)


def step(revision: str, before: str, *items: Item, down: bool = False) -> Step:
    rows = [(before,) if before else (), (revision,)]
    direction: Any = "downgrade" if down else "upgrade"
    return Step(revision, "", direction, rows[down], rows[not down], None, items)


UP = (
    step("a1", "", item("CREATE TABLE books (a int)")),
    step("b2", "a1", item("CREATE TABLE tags (a int)"), item("INSERT INTO tags VALUES (1)")),
    step(
        "c3",
        "b2",
        item("CREATE TABLE more (a int)"),
        item("CREATE INDEX ix ON books (a)", None),
        item("CREATE TABLE most (a int)", 2),
    ),
    step("d4", "c3", item("CREATE TABLE last (a int)")),
)
DOWN = (
    step("d4", "c3", item("DROP TABLE last"), down=True),
    step(
        "c3", "b2", item("DROP TABLE most"), item("DROP INDEX ix ON books", None), item("DROP TABLE more", 2), down=True
    ),
    step("b2", "a1", item("DROP TABLE tags"), down=True),
    step("a1", "", item("DROP TABLE books"), down=True),
)
STATEMENTS = [each.sql for one in UP for each in one.items]
APPLY, RESUME = (render(UP, TARGET, resume=resume) for resume in (False, True))
ROLLBACK = render(DOWN, TARGET, undo=undos(UP, DOWN, TARGET, Schema("mssql")))
CLIENTS = pytest.mark.parametrize(
    ("client", "at_once"), [(sqlcmd, True), (management_studio, True), (management_studio, False)]
)


def applied() -> Database:
    database = Database()
    assert sqlcmd(database, APPLY).result.startswith("APPLIED: database shop is at {d4}")
    return database


@CLIENTS
@pytest.mark.parametrize("script", [APPLY, RESUME])
def test_the_right_start_is_applied_and_a_second_run_changes_nothing(
    client: Client, at_once: bool, script: str
) -> None:
    database = Database(at_once=at_once)
    run = client(database, script)
    assert (run.code, run.result) == (0, "APPLIED: database shop is at {d4}")
    assert database.names() == ["alembic_version", "books", "last", "more", "most", "tags"]
    before = database.state()
    again = client(database, script)
    assert again.result == "ALREADY APPLIED: database shop is at {d4}"
    assert again.code == (1 if client is sqlcmd and script is APPLY else 0)
    assert database.state() == before


WRONG: dict[str, Callable[[Database], object]] = {
    "this script goes from {} to {d4}; alembic_version holds {zz}": lambda database: at(database, "zz"),
    "alembic_version holds {a1,b2}": lambda database: at(database, "a1", "b2"),
    "alembic_version holds {D4}": lambda database: at(database, "D4"),
    "this script is for database shop, this one is Shop": lambda database: setattr(database, "name", "Shop"),
    "for environment prod, the database is marked for test": lambda d: setattr(d, "environment", "test"),
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
@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("says", WRONG)
def test_a_wrong_state_changes_nothing_and_is_told(client: Client, at_once: bool, resume: bool, says: str) -> None:
    database = Database(at_once=at_once)
    WRONG[says](database)
    before = database.state()
    run = client(database, RESUME if resume else APPLY)
    assert run.result.startswith("NOT APPLIED: ")
    assert says in run.result
    assert run.code == (1 if client is sqlcmd else 0)
    assert database.state() == before


@CLIENTS
@pytest.mark.parametrize("marker", [None, "prod", "test"])
def test_a_script_for_no_environment_runs_where_the_database_is_of_none(
    client: Client, at_once: bool, marker: str | None
) -> None:
    run = client(Database(environment=marker, at_once=at_once), render(UP, replace(TARGET, environment=None)))
    assert run.result.startswith("APPLIED" if marker is None else "NOT APPLIED: this script is for no environment")
    bound = client(Database(environment=marker, at_once=at_once), APPLY)
    assert bound.result.startswith("NOT APPLIED" if marker == "test" else "APPLIED")


@CLIENTS
def test_a_script_that_begins_later_wants_its_table(client: Client, at_once: bool) -> None:
    run = client(Database(at_once=at_once), render(UP[1:], TARGET))
    assert run.result.startswith("NOT APPLIED: there is no table alembic_version in database shop")


@CLIENTS
@pytest.mark.parametrize("how", ["error", "compile", "kill", "kill after"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_after_any_failure_the_rest_is_done_by_resume_or_undone_by_rollback(
    client: Client, at_once: bool, how: str, statement: str
) -> None:
    whole = applied().state()
    for mend in (RESUME, ROLLBACK):
        for first in (APPLY, RESUME) if how in ("error", "compile") else (APPLY,):
            database = Database(at_once=at_once, fails={statement: how})
            run = client(database, first)
            assert run.result.startswith("NOT APPLIED"), run.log
            assert run.code != 0 or client is management_studio
            database.fails.clear()
            stopped = database.state()
            if stopped:
                refused = client(database, APPLY)
                assert "resume.sql" in refused.result
                assert database.state() == stopped
            mended = client(database, mend)
            if mend is RESUME:
                assert mended.result == "APPLIED: database shop is at {d4}", mended.log
                assert database.state() == whole
            elif stopped:
                assert mended.result.startswith(("APPLIED", "ALREADY APPLIED")), mended.log
                assert (database.names(), database.heads()) == (["alembic_version"], [])


@CLIENTS
@pytest.mark.parametrize("how", ["error", "compile", "kill", "kill after"])
@pytest.mark.parametrize("statement", [each.sql for one in DOWN for each in one.items])
def test_a_rollback_that_fails_goes_on_when_it_is_run_again(
    client: Client, at_once: bool, how: str, statement: str
) -> None:
    for stopped_at in (None, *STATEMENTS[3:]):
        database = Database(at_once=at_once, fails={stopped_at: "error"} if stopped_at else {})
        sqlcmd(database, APPLY)
        database.fails = {statement: how}
        run = client(database, ROLLBACK)
        ran = run.result.startswith("APPLIED")
        assert ran or run.result.startswith("NOT APPLIED"), run.log
        database.fails.clear()
        again = client(database, ROLLBACK)
        assert again.result.startswith("ALREADY APPLIED" if ran else ("APPLIED", "ALREADY APPLIED")), again.log
        assert (database.names(), database.heads()) == (["alembic_version"], [])


CREATES, RETYPES, FORGIVES = (
    ("CREATE TABLE tags (a int)", "DROP TABLE tags"),
    ("ALTER TABLE books ALTER COLUMN a bigint NOT NULL", "ALTER TABLE books ALTER COLUMN a int NULL"),
    ("DROP VIEW IF EXISTS v", "CREATE VIEW v AS SELECT a FROM books"),
)


def two_ways(middle: tuple[str, str]) -> tuple[str, str]:
    """Apply and rollback of a revision with such a statement outside of any transaction, and what undoes it."""
    (made, dropped), (done, undone) = CREATES, middle
    up = (UP[0], step("b2", "a1", item(made), item(done, None), item("CREATE TABLE more (a int)", 2)))
    down = (step("b2", "a1", item("DROP TABLE more"), item(undone, None), item(dropped, 2), down=True),)
    return render(up, TARGET), render(down, TARGET, undo=undos(up, down, TARGET, Schema("mssql")))


@CLIENTS
@pytest.mark.parametrize("how", ["error", "kill", "kill after"])
def test_what_may_be_undone_though_it_was_never_done_is_undone(client: Client, at_once: bool, how: str) -> None:
    apply, rollback = two_ways(RETYPES)
    database = Database(at_once=at_once, fails={RETYPES[0]: how})
    assert client(database, apply).result.startswith("NOT APPLIED")
    assert database.names() == ["alembic_version", "alembic_version_sqlgen", "books", "tags"]
    assert database.type_of("books", "a") == ("bigint" if how == "kill after" else "int")
    assert client(database, rollback).result == "APPLIED: database shop is at {a1}"
    assert (database.names(), database.heads()) == (["alembic_version", "books"], ["a1"])
    assert database.type_of("books", "a") == "int"


@CLIENTS
def test_what_can_not_be_undone_twice_is_refused_where_nobody_knows(client: Client, at_once: bool) -> None:
    apply, rollback = two_ways(FORGIVES)
    database = Database(at_once=at_once, fails={FORGIVES[0]: "kill"})
    client(database, apply)
    before = database.state()
    refused = client(database, rollback).result
    assert refused.startswith("NOT APPLIED: an earlier run stopped in the middle of a step: upgrade b2")
    assert "part 2 of 3 began. This script does not know the way from there" in refused
    assert database.state() == before


@CLIENTS
@pytest.mark.parametrize("how", ["kill", "kill after"])
def test_where_only_a_person_can_tell_the_record_that_is_asked_for_lets_it_go_on(
    client: Client, at_once: bool, how: str
) -> None:
    row = "INSERT INTO tags VALUES (1)"
    up = (UP[0], step("b2", "a1", item(CREATES[0]), item(row, None), item("CREATE TABLE more (a int)", 2)))
    database = Database(at_once=at_once, fails={row: how})
    client(database, render(up, TARGET))
    database.fails.clear()
    before = database.state()
    asked = client(database, render(up, TARGET, resume=True))
    assert "an earlier run began part 2 of step 2, and the catalogs do not say" in asked.log
    assert database.state() == before
    stands, not_done = re.findall(r"SET mark = ('[^']*')", asked.log)[-2:]
    mark = stands if how == "kill after" else not_done
    database.tables.execute(f"UPDATE alembic_version_sqlgen SET mark = {mark}")
    assert client(database, render(up, TARGET, resume=True)).result == "APPLIED: database shop is at {b2}"
    assert database.tables.execute("SELECT count(*) FROM tags").fetchone() == (1,)


@pytest.mark.parametrize("script", [APPLY, RESUME])
def test_killed_between_any_two_batches_the_rest_is_done_or_undone(script: str) -> None:
    whole = applied().state()
    for count in range(1, len(Sending(Database(), script).batches)):
        for mend in (RESUME, ROLLBACK):
            database = Database()
            killed = Sending(database, script)
            killed.go_on(count)
            killed.ended()
            mended = sqlcmd(database, mend)
            if mend is RESUME:
                assert (mended.code, database.state()) == (0, whole), mended.log
            elif database.names():
                assert (mended.code, database.names(), database.heads()) == (0, ["alembic_version"], []), mended.log


@CLIENTS
@pytest.mark.parametrize("script", [APPLY, RESUME])
def test_where_a_step_can_not_begin_nothing_of_it_runs(client: Client, at_once: bool, script: str) -> None:
    database = Database(at_once=at_once, busy=True)
    run = client(database, script)
    assert database.state() == []
    assert not run.result.startswith("APPLIED")
    assert "lock request time out" in run.log
    database.busy = False
    assert client(database, script).result.startswith("APPLIED")


@CLIENTS
@pytest.mark.parametrize("script", [APPLY, RESUME])
def test_a_statement_that_ends_the_transaction_is_the_last_one(client: Client, at_once: bool, script: str) -> None:
    database = Database(at_once=at_once, fails={"CREATE TABLE tags (a int)": "commit"})
    assert client(database, script).result.startswith("NOT APPLIED")
    assert database.heads() == ["a1"]
    assert database.names() == ["alembic_version", "books", "tags"]
    assert database.tables.execute("SELECT count(*) FROM tags").fetchone() == (0,)


@pytest.mark.parametrize("stops", [True, False])
@pytest.mark.parametrize("script", [APPLY, RESUME])
def test_where_someone_else_moves_the_version_table_the_next_step_does_not_begin(script: str, stops: bool) -> None:
    moved = 0
    for count in range(5, len(Sending(Database(), script).batches) - 2):
        database = Database()
        client = Sending(database, script, stops=stops)
        client.go_on(count)
        opens = "@key = N'sqlgen.part', @value = 0" in client.batches[0]
        if not opens or client.session.transactions or "alembic_version" not in database.names():
            continue
        moved += 1
        database.tables.execute("DELETE FROM alembic_version")
        database.tables.execute("INSERT INTO alembic_version VALUES ('elsewhere')")
        before = database.state()
        client.go_on()
        assert "can not begin" in client.ended().log
        assert database.state() == before
    assert moved == 5


@pytest.mark.parametrize("script", [APPLY, RESUME])
def test_of_two_operators_at_once_one_is_refused(script: str) -> None:
    whole = applied().state()
    for count in range(5, len(Sending(Database(), script).batches) - 1, 3):
        database = Database()
        first = Sending(database, script)
        first.go_on(count)
        if first.session.transactions:
            continue  # SQLite's one connection would show what is not committed
        assert database.lock is first.session
        before = database.state()
        refused = sqlcmd(database, RESUME)
        assert refused.result.startswith("NOT APPLIED: another sqlgen script is running in this database")
        assert database.state() == before
        first.go_on()
        assert first.ended().result == "APPLIED: database shop is at {d4}"
        assert database.state() == whole


@CLIENTS
def test_a_gap_stops_the_script_before_it(client: Client, at_once: bool) -> None:
    gapped = (*UP[:2], replace(UP[2], items=(), gap=Gap("it reads rows", "x.py", 3)), UP[3])
    database = Database(at_once=at_once)
    run = client(database, render(gapped, TARGET))
    assert run.result.startswith("NOT APPLIED: at {b2}; the script stops before revision c3")
    assert database.heads() == ["b2"]
    before = database.state()
    assert client(database, render(gapped, TARGET)).result == run.result
    assert database.state() == before


@CLIENTS
def test_a_range_that_is_one_transaction_leaves_nothing_when_it_fails(client: Client, at_once: bool) -> None:
    steps = (UP[0], UP[1], replace(UP[3], before=("b2",)))
    script = render(steps, replace(TARGET, transaction="range"))
    for statement in (each.sql for one in steps for each in one.items):
        for how in ("error", "compile", "kill", "kill after"):
            database = Database(at_once=at_once, fails={statement: how})
            assert client(database, script).result.startswith("NOT APPLIED")
            assert database.state() == []
    database = Database(at_once=at_once)
    assert client(database, script).result == "APPLIED: database shop is at {d4}"
