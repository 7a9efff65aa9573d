"""Scripts under the real mariadb client, on a real MariaDB."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sqlgen.facts.vocabulary import CreateObject, Delete, Insert, Name, Update
from sqlgen.script import Target, read_back, render
from sqlgen.segments import Step
from tests.servers.test_scripts_mysql_guard import PLAIN

if TYPE_CHECKING:
    from conftest import Database, Run, Story

MODES = ["plain", "force", "source", "reconnect"]


def target(database: Database | None, **more: Any) -> Target:
    return Target("mariadb", "mysql", None, "prod", None if database is None else database.name, **more)


def script(steps: Sequence[Step], database: Database | None, **more: Any) -> str:
    text = render(steps, target(database, **more))
    assert read_back(text, "mariadb") == tuple(item.sql for step in steps for item in step.items)
    return text


@pytest.fixture
def run(mariadb_database: Database, tmp_path: Path) -> Any:
    def run(text: str, mode: str = "plain") -> Run:
        match mode:
            case "plain":
                return mariadb_database.client(text, *PLAIN)
            case "force":
                return mariadb_database.client(text, "--no-defaults", "--batch", "--force")
            case "reconnect":
                return mariadb_database.client(text, "--no-defaults", "--batch", "--force", "--reconnect")
            case _:
                (tmp_path / "apply.sql").write_text(text, encoding="utf-8", newline="\n")
                return mariadb_database.client(f"source {tmp_path}/apply.sql\n", "--no-defaults", "--batch")

    return run


def stamp(database: Database, *revisions: str) -> None:
    database.rows("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
    database.rows("DELETE FROM alembic_version")
    for revision in revisions:
        database.rows(f"INSERT INTO alembic_version VALUES ('{revision}')")


def heads(database: Database) -> list[str]:
    return sorted(row[0] for row in database.rows("SELECT version_num FROM alembic_version"))


def tables(database: Database) -> list[str]:
    return sorted(row[0] for row in database.rows("SHOW TABLES"))


def state(database: Database) -> object:
    return [
        (database.rows(f"SHOW CREATE TABLE {name}"), database.rows(f"SELECT * FROM {name}"))
        for name in tables(database)
    ]


@pytest.mark.parametrize("mode", MODES)
def test_a_script_goes_from_base_to_head_and_a_second_run_changes_nothing(
    mariadb_database: Database, story: Story, run: Any, mode: str
) -> None:
    text = script(story.steps("mysql"), mariadb_database)
    first = run(text, mode)
    assert (first.code, first.result) == (0, f"APPLIED: database {mariadb_database.name} is at {{d4}}"), first.log
    assert mariadb_database.rows("SELECT name FROM tags") == [('a;\n-- b: :"c" \\ %s',)]
    assert mariadb_database.rows("SELECT title FROM books") == [("书名",)]
    applied = state(mariadb_database)
    again = run(text, mode)
    assert again.code == 0
    assert again.result == f"ALREADY APPLIED: database {mariadb_database.name} is at {{d4}}"
    assert state(mariadb_database) == applied


def test_the_version_table_it_makes_is_alembics(mariadb_database: Database, story: Story, run: Any) -> None:
    run(script(story.steps("mysql"), mariadb_database))
    (row,) = mariadb_database.rows("SHOW CREATE TABLE alembic_version")
    assert "`version_num` varchar(32) NOT NULL,\n  PRIMARY KEY (`version_num`)\n" in row[1]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("zzzz",), "this script goes from {b2} to {d4}; alembic_version holds {zzzz}"),
        ((), "this script goes from {b2} to {d4}; alembic_version holds {}"),
        (("b2", "other"), "this script goes from {b2} to {d4}; alembic_version holds {b2,other}"),
        (("B2",), "this script goes from {b2} to {d4}; alembic_version holds {B2}"),
        (("b2", "b2"), "this script goes from {b2} to {d4}; alembic_version holds {b2,b2}"),
        (("b2 ",), "this script goes from {b2} to {d4}; alembic_version holds {b2 }"),
        (None, "there is no table alembic_version in database"),
    ],
)
@pytest.mark.parametrize("mode", ["plain", "force", "source"])
def test_a_wrong_start_changes_nothing_and_says_so(
    mariadb_database: Database, story: Story, run: Any, mode: str, rows: tuple[str, ...] | None, says: str
) -> None:
    text = script(story.steps("mysql", start=2), mariadb_database)
    mariadb_database.rows("CREATE TABLE books (id int, title text)")
    if rows is not None:
        stamp(mariadb_database, *rows)
    before = state(mariadb_database)
    refused = run(text, mode)
    assert refused.result.startswith(f"NOT APPLIED: {says}"), refused.log
    assert refused.code == (1 if mode == "plain" else 0)
    assert state(mariadb_database) == before


def test_a_null_in_the_version_table_is_not_base(mariadb_database: Database, story: Story, run: Any) -> None:
    mariadb_database.rows("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    mariadb_database.rows("INSERT INTO alembic_version VALUES (NULL)")
    refused = run(script(story.steps("mysql"), mariadb_database))
    assert (refused.code, refused.result[:11], tables(mariadb_database)) == (1, "NOT APPLIED", ["alembic_version"])


@pytest.mark.parametrize("mode", ["plain", "force", "source"])
def test_a_wrong_database_changes_nothing_and_says_so(
    mariadb_database: Database, story: Story, run: Any, mode: str
) -> None:
    refused = run(render(story.steps("mysql"), replace(target(mariadb_database), database="shop")), mode)
    says = f"NOT APPLIED: this script is for database shop, this one is {mariadb_database.name}. Nothing was changed."
    assert (refused.result, refused.code) == (says, 1 if mode == "plain" else 0)
    assert tables(mariadb_database) == []


def test_without_a_selected_database_nothing_runs(mariadb_database: Database, story: Story) -> None:
    refused = replace(mariadb_database, name="").client(script(story.steps("mysql"), None), *PLAIN)
    assert (refused.code, refused.result) == (1, "NOT APPLIED: no database is selected. Name it on the command line.")


def test_a_script_without_a_database_says_so_in_header_and_result(
    mariadb_database: Database, story: Story, run: Any
) -> None:
    text = script(story.steps("mysql"), None)
    assert "-- Database:    NOT BOUND TO A DATABASE" in text
    assert run(text).result == f"APPLIED: database {mariadb_database.name} is at {{d4}} (NOT BOUND TO A DATABASE)"


@pytest.mark.parametrize("mode", MODES)
def test_a_failure_in_the_middle_runs_nothing_more_and_names_the_step(
    mariadb_database: Database, story: Story, run: Any, mode: str
) -> None:
    steps = list(story.steps("mysql"))
    bad = story.item("mysql", "ALTER TABLE books DROP COLUMN nothing")
    steps[2] = replace(steps[2], items=(steps[2].items[0], bad, steps[2].items[1]))
    text = script(steps, mariadb_database)
    failed = run(text, mode)
    assert "Can't DROP COLUMN `nothing`" in failed.log
    assert failed.result.startswith("NOT APPLIED")
    assert "step 3 of 4 (c3), part 2 of 3 is running; it commits by itself (" in failed.log
    assert failed.code == (1 if mode == "plain" else 0)
    assert heads(mariadb_database) == ["b2"]
    assert mariadb_database.rows("SELECT * FROM books") == []
    before = state(mariadb_database)
    for _ in range(2):
        again = run(text, mode)
        assert "it goes on with step 3 of 4, behind part 1" in again.log
        assert again.result.startswith("NOT APPLIED")
        assert state(mariadb_database) == before
    mariadb_database.rows("ALTER TABLE books ADD COLUMN nothing INT")
    mended = run(text, mode)
    assert mended.result == f"APPLIED: database {mariadb_database.name} is at {{d4}}"
    assert mended.code == 0
    assert mariadb_database.rows("SELECT * FROM books") == [(1, "书名", None)]
    assert "alembic_version_sqlgen" not in tables(mariadb_database)


@pytest.mark.parametrize("mode", ["plain", "force"])
def test_a_step_of_data_alone_is_one_transaction(mariadb_database: Database, story: Story, run: Any, mode: str) -> None:
    books = Name("books")
    data = (
        story.item("mysql", "INSERT INTO books (id, title) VALUES (7, 'x')", Insert(books, 1)),
        story.item("mysql", "UPDATE books SET id = NULL", Update(books, False)),
        story.item("mysql", "DELETE FROM books WHERE id = 7", Delete(books, True)),
    )
    first = story.steps("mysql")[0]
    bad = Step("b2", "data", "upgrade", ("a1",), ("b2",), None, data)
    failed = run(script((first, bad), mariadb_database), mode)
    assert "step 2 of 2 (b2) is running; it is rolled back if it fails" in failed.log
    assert (heads(mariadb_database), mariadb_database.rows("SELECT * FROM books")) == (["a1"], [])
    good = replace(bad, items=(data[0],))
    assert run(script((good,), mariadb_database), mode).result.startswith("APPLIED")
    assert mariadb_database.rows("SELECT * FROM books") == [(7, "x")]


def test_rollback_takes_everything_back_and_it_can_be_applied_again(
    mariadb_database: Database, story: Story, run: Any
) -> None:
    up, down = (script(steps, mariadb_database) for steps in (story.steps("mysql"), story.rollback("mysql")))
    run(up)
    applied = state(mariadb_database)
    back = run(down)
    assert (back.code, back.result) == (0, f"APPLIED: database {mariadb_database.name} is at {{}}"), back.log
    assert (tables(mariadb_database), heads(mariadb_database)) == (["alembic_version"], [])
    assert run(down).result.startswith("ALREADY APPLIED")
    assert run(up).code == 0
    assert state(mariadb_database) == applied


@pytest.mark.parametrize("mode", ["plain", "force"])
def test_a_script_stops_at_a_gate_and_goes_on_when_its_revision_is_there(
    mariadb_database: Database, story: Story, run: Any, mode: str
) -> None:
    steps = list(story.steps("mysql"))
    steps[2] = story.gap(steps[2])
    text = script(steps, mariadb_database)
    for _ in range(2):
        stopped = run(text, mode)
        assert stopped.result.startswith(
            "NOT APPLIED: at {b2}; the script stops before revision c3, which could not be rendered: versions/x.py:7:"
        )
        assert "Bring the database to {c3} by hand or with alembic (alembic_version must show it)" in stopped.result
        assert stopped.code == (1 if mode == "plain" else 0)
        assert (heads(mariadb_database), tables(mariadb_database)) == (["b2"], ["alembic_version", "books", "tags"])
    mariadb_database.rows("ALTER TABLE books ADD COLUMN isbn VARCHAR(13)")
    mariadb_database.rows("UPDATE alembic_version SET version_num = 'c3'")
    rest = run(text, mode)
    assert (rest.code, rest.result) == (0, f"APPLIED: database {mariadb_database.name} is at {{d4}}"), rest.log
    assert "ix_isbn" in str(mariadb_database.rows("SHOW CREATE TABLE books"))


def test_a_gate_at_the_very_start_changes_nothing(mariadb_database: Database, story: Story, run: Any) -> None:
    steps = list(story.steps("mysql", start=1))
    steps[0] = story.gap(steps[0])
    stamp(mariadb_database, "a1")
    stopped = run(script(steps, mariadb_database))
    assert stopped.result.startswith("NOT APPLIED: at {a1}; the script stops before revision b2")
    assert tables(mariadb_database) == ["alembic_version"]


def test_a_second_runner_is_refused(mariadb_database: Database, story: Story, run: Any) -> None:
    steps = story.steps("mysql")
    slow = story.item("mysql", "SELECT SLEEP(2.5)")
    text = script((replace(steps[0], items=(*steps[0].items, slow)), *steps[1:]), mariadb_database)
    first = mariadb_database.start(*PLAIN)
    assert first.process.stdin is not None
    first.process.stdin.write(text)
    first.process.stdin.flush()
    for _ in range(100):
        if tables(mariadb_database):
            break
        time.sleep(0.02)
    second = run(text)
    assert second.result.startswith("NOT APPLIED: another sqlgen script is running in this database.")
    assert second.code == 1
    assert first.finish("").result.startswith("APPLIED")


def test_a_table_in_use_stops_the_script_after_the_lock_timeout(
    mariadb_database: Database, story: Story, run: Any
) -> None:
    run(script(story.steps("mysql")[:2], mariadb_database))
    connection = mariadb_database.connect()
    connection.begin()
    connection.cursor().execute("SELECT * FROM books")
    text = script(story.steps("mysql", start=2), mariadb_database, lock_timeout_ms=1000)
    stopped = run(text)
    connection.close()
    assert "Lock wait timeout exceeded" in stopped.log
    assert (stopped.code, heads(mariadb_database)) == (1, ["b2"])


def test_branches_and_merges_move_several_rows(mariadb_database: Database, run: Any) -> None:
    path: list[tuple[str, ...]] = [(), ("a",), ("b",), ("b", "c"), ("b", "c", "d"), ("m",)]
    up = tuple(
        Step(f"r{number}", "", "upgrade", path[number], path[number + 1], None, ()) for number in range(len(path) - 1)
    )
    down = tuple(replace(step, direction="downgrade", before=step.after, after=step.before) for step in reversed(up))
    assert run(script(up, mariadb_database)).code == 0
    assert heads(mariadb_database) == ["m"]
    back = run(script(down[:1], mariadb_database))
    assert (back.code, heads(mariadb_database)) == (0, ["b", "c", "d"]), back.log
    assert run(script(down[1:], mariadb_database)).code == 0
    assert heads(mariadb_database) == []


@pytest.mark.parametrize("mode", ["plain", "source"])
def test_a_trigger_keeps_its_body(mariadb_database: Database, story: Story, run: Any, mode: str) -> None:
    body = (
        "CREATE TRIGGER books_bi BEFORE INSERT ON books FOR EACH ROW\nBEGIN\n  -- a // in a comment; $$\n"
        "  SET NEW.title = CONCAT(NEW.title, ';');\n  SET NEW.id = NEW.id + 1;\nEND"
    )
    trigger = story.item("mysql", body, CreateObject("trigger", Name("books_bi")))
    row = story.item("mysql", "INSERT INTO books (id, title) VALUES (1, 'a')", Insert(Name("books"), 1))
    first = story.steps("mysql")[0]
    step = Step("b2", "trigger", "upgrade", ("a1",), ("b2",), None, (trigger, row))
    applied = run(script((first, step), mariadb_database), mode)
    assert applied.result.startswith("APPLIED"), applied.log
    assert mariadb_database.rows("SELECT * FROM books") == [(2, "a;")]


@pytest.mark.parametrize("mode", ["plain", "reconnect"])
def test_a_connection_lost_in_the_middle_runs_nothing_more(
    mariadb_database: Database, story: Story, run: Any, mode: str
) -> None:
    steps = list(story.steps("mysql"))
    kill = story.item("mysql", "KILL CONNECTION_ID()")
    steps[1] = replace(steps[1], items=(kill, *steps[1].items))
    lost = run(script(steps, mariadb_database), mode)
    assert lost.result.startswith("NOT APPLIED"), lost.log
    there = ["alembic_version", "alembic_version_sqlgen", "books"]
    assert (heads(mariadb_database), tables(mariadb_database)) == (["a1"], there)


def test_each_step_finds_the_modes_as_the_first_one_did(mariadb_database: Database, story: Story, run: Any) -> None:
    steps = list(story.steps("mysql"))
    loose = (story.item("mysql", "SET sql_mode = ''"), story.item("mysql", "SET foreign_key_checks = 0"))
    steps[0] = replace(steps[0], items=(*steps[0].items, *loose))
    look = story.item("mysql", "SELECT CONCAT('found ', @@sql_mode, @@foreign_key_checks)")
    steps[1] = replace(steps[1], items=(look, *steps[1].items))
    found = "found STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTIONON\n"
    applied = run(script(steps, mariadb_database))
    assert found in applied.log, applied.log
