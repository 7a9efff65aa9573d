"""Scripts under the real sqlite3, on database files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sqlgen.facts.vocabulary import CreateObject, Name
from sqlgen.script import Target, read_back, render
from sqlgen.segments import Step

if TYPE_CHECKING:
    from conftest import File, Run, Story

STRICT = ("-batch", "-bail", "-safe", "-init", "/dev/null")
MODES = ["plain", "no options", "read", "pasted"]


def target(file: File | None, **more: Any) -> Target:
    return Target("sqlite", "sqlite3", None, "prod", None if file is None else file.path.name, **more)


def script(steps: Sequence[Step], file: File | None, **more: Any) -> str:
    text = render(steps, target(file, **more))
    rendered = steps[: next((index for index, step in enumerate(steps) if step.gap), len(steps))]
    assert read_back(text, "sqlite") == tuple(item.sql for step in rendered for item in step.items)
    return text


def pasted(text: str) -> str:
    """The script without its dot commands, so without .bail."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("."))


def run(file: File, text: str, mode: str = "plain") -> Run:
    match mode:
        case "plain":
            return file.client(text, *STRICT)
        case "no options":
            return file.client(text, "-init", "/dev/null")
        case "read":
            source = file.path.with_suffix(".sql")
            source.write_text(text, encoding="utf-8", newline="\n")
            return file.client(f".read {source}\n", "-init", "/dev/null")
        case _:
            return file.client(pasted(text), "-init", "/dev/null")


def stamp(file: File, *revisions: str) -> None:
    file.rows("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
    file.rows("DELETE FROM alembic_version")
    for revision in revisions:
        file.rows(f"INSERT INTO alembic_version VALUES ('{revision}')")


def heads(file: File) -> list[str]:
    return sorted(row[0] for row in file.rows("SELECT version_num FROM alembic_version"))


def state(file: File) -> list[str]:
    """The whole database, as statements."""
    with closing(sqlite3.connect(file.path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("mode", MODES)
def test_a_script_goes_from_base_to_head_and_a_second_run_changes_nothing(
    sqlite_file: File, story: Story, mode: str
) -> None:
    text = script(story.steps("sqlite"), sqlite_file)
    first = run(sqlite_file, text, mode)
    assert (first.code, first.result) == (0, "APPLIED: the database is at {d4}"), first.log
    assert sqlite_file.rows("SELECT name FROM tags") == [('a;\n-- b: :"c" \\ %s',)]
    assert sqlite_file.rows("SELECT title FROM books") == [("书名",)]
    applied = state(sqlite_file)
    again = run(sqlite_file, text, mode)
    assert again.result.startswith("ALREADY APPLIED: the database is at {d4}"), again.log
    assert again.code == 1
    assert state(sqlite_file) == applied


def test_the_version_table_it_makes_is_alembics(sqlite_file: File, story: Story) -> None:
    run(sqlite_file, script(story.steps("sqlite"), sqlite_file))
    ((sql,),) = sqlite_file.rows("SELECT sql FROM sqlite_master WHERE name = 'alembic_version'")
    assert " ".join(sql.split()) == (
        'CREATE TABLE "alembic_version" ( version_num VARCHAR(32) NOT NULL, '
        'CONSTRAINT "alembic_version_pkc" PRIMARY KEY (version_num) )'
    )


@pytest.mark.parametrize(
    ("rows", "holds"),
    [
        (("zzzz",), "{zzzz}"),
        ((), "{}"),
        (("b2", "other"), "{b2,other}"),
        (("B2",), "{B2}"),
        (("b2", "b2"), "{b2,b2}"),
        (("b2 ",), "{b2 }"),
        (("",), "{}"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_a_wrong_start_changes_nothing_and_says_so(
    sqlite_file: File, story: Story, mode: str, rows: tuple[str, ...], holds: str
) -> None:
    text = script(story.steps("sqlite", start=2), sqlite_file)
    sqlite_file.rows("CREATE TABLE books (id int, title text)")
    stamp(sqlite_file, *rows)
    before = state(sqlite_file)
    refused = run(sqlite_file, text, mode)
    assert f"sqlgen: alembic_version holds {holds}\n" in refused.log
    assert "NOT APPLIED: this script goes from {b2} to {d4}" in refused.log
    assert (refused.code, refused.result[:11], state(sqlite_file)) == (1, "NOT APPLIED", before), refused.log


@pytest.mark.parametrize("mode", MODES)
def test_a_missing_version_table_changes_nothing_and_says_so(sqlite_file: File, story: Story, mode: str) -> None:
    sqlite_file.rows("CREATE TABLE books (id int, title text)")
    before = state(sqlite_file)
    refused = run(sqlite_file, script(story.steps("sqlite", start=2), sqlite_file), mode)
    assert "NOT APPLIED: there is no table alembic_version in this database; nothing was changed" in refused.log
    assert (refused.code, refused.result[:11], state(sqlite_file)) == (1, "NOT APPLIED", before), refused.log


@pytest.mark.parametrize("rows", ["(NULL)", "('')"])
def test_an_empty_row_in_the_version_table_is_not_base(sqlite_file: File, story: Story, rows: str) -> None:
    sqlite_file.rows("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    sqlite_file.rows(f"INSERT INTO alembic_version VALUES {rows}")
    before = state(sqlite_file)
    refused = run(sqlite_file, script(story.steps("sqlite"), sqlite_file))
    assert (refused.code, refused.result[:11], state(sqlite_file)) == (1, "NOT APPLIED", before)


@pytest.mark.parametrize("name", ["shop2.db", "p.db", "SHOP.db", "shop.dbx"])
@pytest.mark.parametrize("mode", MODES)
def test_a_wrong_database_changes_nothing_and_says_so(sqlite_file: File, story: Story, mode: str, name: str) -> None:
    refused = run(sqlite_file, render(story.steps("sqlite"), replace(target(sqlite_file), database=name)), mode)
    assert f"NOT APPLIED: this script is for the database file {name}; nothing was changed" in refused.log
    assert (refused.code, refused.result[:11]) == (1, "NOT APPLIED"), refused.log
    assert state(sqlite_file) == ["BEGIN TRANSACTION;", "COMMIT;"]


def test_a_database_may_be_named_with_its_folder(sqlite_file: File, story: Story) -> None:
    name = f"{sqlite_file.path.parent.name}/{sqlite_file.path.name}"
    assert run(sqlite_file, render(story.steps("sqlite"), replace(target(sqlite_file), database=name))).code == 0


def test_a_script_without_a_database_says_so_in_header_and_result(sqlite_file: File, story: Story) -> None:
    text = script(story.steps("sqlite"), None)
    assert "-- Database:    NOT BOUND TO A DATABASE" in text
    assert run(sqlite_file, text).result == "APPLIED: the database is at {d4} (NOT BOUND TO A DATABASE)"


@pytest.mark.parametrize("mode", MODES)
def test_a_failure_in_the_middle_leaves_nothing_and_the_next_run_applies(
    sqlite_file: File, story: Story, mode: str
) -> None:
    text = script(story.steps("sqlite"), sqlite_file)
    sqlite_file.rows("CREATE VIEW ix_isbn AS SELECT 1")
    before = state(sqlite_file)
    failed = run(sqlite_file, text, mode)
    assert "there is already a table named ix_isbn" in failed.log
    assert failed.result.startswith("NOT APPLIED"), failed.log
    if mode != "pasted":
        assert failed.code == 1
    assert [line for line in state(sqlite_file) if "alembic_version" not in line] == before
    sqlite_file.rows("DROP VIEW ix_isbn")
    assert run(sqlite_file, text).result == "APPLIED: the database is at {d4}"


@pytest.mark.parametrize("mode", MODES)
def test_a_failed_data_statement_leaves_nothing(sqlite_file: File, story: Story, mode: str) -> None:
    steps = list(story.steps("sqlite"))
    bad = story.item("sqlite", "INSERT INTO books (id, title) VALUES (1, 'a'), (1, 'b')")
    steps[3] = replace(steps[3], items=(bad, *steps[3].items))
    failed = run(sqlite_file, script(steps, sqlite_file), mode)
    assert "UNIQUE constraint failed: books.id" in failed.log
    assert failed.result.startswith("NOT APPLIED")
    assert not any("books" in line for line in state(sqlite_file))


def test_rollback_takes_everything_back_and_it_can_be_applied_again(sqlite_file: File, story: Story) -> None:
    up, down = (script(steps, sqlite_file) for steps in (story.steps("sqlite"), story.rollback("sqlite")))
    run(sqlite_file, up)
    applied = state(sqlite_file)
    back = run(sqlite_file, down)
    assert (back.code, back.result) == (0, "APPLIED: the database is at {}"), back.log
    assert sqlite_file.rows("SELECT name FROM sqlite_master WHERE type = 'table'") == [("alembic_version",)]
    assert run(sqlite_file, down).result.startswith("ALREADY APPLIED")
    assert run(sqlite_file, up).code == 0
    assert state(sqlite_file) == applied


@pytest.mark.parametrize("mode", MODES)
def test_a_script_ends_at_a_gate_and_names_the_command_for_the_rest(sqlite_file: File, story: Story, mode: str) -> None:
    steps = list(story.steps("sqlite"))
    steps[2] = story.gap(steps[2])
    text = script(steps, sqlite_file)
    assert text.count("sqlgen emit c3:d4") >= 2
    for _ in range(2):
        stopped = run(sqlite_file, text, mode)
        assert stopped.code == 1
        assert stopped.result.startswith(
            "NOT APPLIED: at {b2}; the script stops before revision c3, which could not be"
        )
        assert "versions/x.py:7: ZeroDivisionError" in stopped.result
        assert "then run the script made by: sqlgen emit c3:d4" in stopped.result
        assert "sqlgen emit c3:d4:" not in stopped.result
        assert heads(sqlite_file) == ["b2"]


def test_a_gate_at_the_very_end_names_no_command_for_a_rest_that_is_not_there(sqlite_file: File, story: Story) -> None:
    steps = list(story.steps("sqlite"))
    steps[-1] = story.gap(steps[-1])
    text = script(steps, sqlite_file)
    stopped = run(sqlite_file, text)
    assert stopped.result.startswith("NOT APPLIED: at {c3}; the script stops before revision d4")
    assert "It is the last one: bring the database to {d4} by hand or with alembic" in stopped.result
    assert "sqlgen emit" not in stopped.log


def test_a_gate_at_the_very_start_changes_nothing(sqlite_file: File, story: Story) -> None:
    steps = list(story.steps("sqlite"))
    steps[0] = story.gap(steps[0])
    stopped = run(sqlite_file, script(steps, sqlite_file))
    assert stopped.result.startswith("NOT APPLIED: at {}; the script stops before revision a1")
    assert state(sqlite_file) == ["BEGIN TRANSACTION;", "COMMIT;"]


def test_a_database_in_use_is_refused(sqlite_file: File, story: Story) -> None:
    text = script(story.steps("sqlite"), sqlite_file, lock_timeout_ms=100)
    with closing(sqlite3.connect(sqlite_file.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = run(sqlite_file, text)
        other.execute("COMMIT")
    assert (refused.code, "database is locked" in refused.log) == (1, True)
    assert state(sqlite_file) == ["BEGIN TRANSACTION;", "COMMIT;"]
    assert run(sqlite_file, text).code == 0


def test_branches_and_merges_move_several_rows(sqlite_file: File) -> None:
    path: list[tuple[str, ...]] = [(), ("a",), ("b",), ("b", "c"), ("b", "c", "d"), ("m",)]
    up = tuple(
        Step(f"r{number}", "", "upgrade", path[number], path[number + 1], None, ()) for number in range(len(path) - 1)
    )
    down = tuple(replace(step, direction="downgrade", before=step.after, after=step.before) for step in reversed(up))
    assert run(sqlite_file, script(up, sqlite_file)).code == 0
    assert heads(sqlite_file) == ["m"]
    assert run(sqlite_file, script(down[:1], sqlite_file)).code == 0
    assert heads(sqlite_file) == ["b", "c", "d"]
    assert run(sqlite_file, script(down[1:], sqlite_file)).code == 0
    assert heads(sqlite_file) == []


@pytest.mark.parametrize("mode", MODES)
def test_a_foreign_key_that_breaks_rolls_everything_back(sqlite_file: File, story: Story, mode: str) -> None:
    sqlite_file.rows("CREATE TABLE shelves (id INTEGER PRIMARY KEY)")
    sqlite_file.rows("CREATE TABLE spots (shelf INTEGER REFERENCES shelves (id))")
    sqlite_file.rows("INSERT INTO spots VALUES (99)")
    stamp(sqlite_file, "a1")
    before = state(sqlite_file)
    orphan = story.item("sqlite", "INSERT INTO spots VALUES (98)")
    bad = Step("b2", "orphan", "upgrade", ("a1",), ("b2",), None, (orphan,))
    refused = run(sqlite_file, script((bad,), sqlite_file), mode)
    assert "there are new violations of foreign keys" in refused.log
    assert (refused.code, refused.result[:11], state(sqlite_file)) == (1, "NOT APPLIED", before)
    fine = Step("b2", "old orphans", "upgrade", ("a1",), ("b2",), None, (story.item("sqlite", "SELECT 1"),))
    assert run(sqlite_file, script((fine,), sqlite_file)).result.startswith("APPLIED")


def test_a_reference_to_what_is_no_key_is_passed_over(sqlite_file: File, story: Story) -> None:
    """SQLite's own check stops there; whoever has foreign keys off never noticed. The others are checked."""
    for sql in (
        "CREATE TABLE p (a INTEGER, b INTEGER, c INTEGER PRIMARY KEY, UNIQUE (a, b))",
        "CREATE TABLE part (x REFERENCES p (a))",
        "CREATE TABLE short (x, y, FOREIGN KEY (x, y) REFERENCES p)",
        "INSERT INTO part VALUES (1)",
        "INSERT INTO short VALUES (1, 2)",
        'CREATE TABLE "od d" (k TEXT PRIMARY KEY) WITHOUT ROWID',
    ):
        sqlite_file.rows(sql)
    stamp(sqlite_file, "a1")
    with pytest.raises(sqlite3.OperationalError, match="foreign key mismatch"):
        sqlite_file.rows("PRAGMA foreign_key_check")
    before = state(sqlite_file)
    for columns, row in (
        ("x REFERENCES p", "5"),
        ("x REFERENCES P (C)", "5"),
        ("x, y, FOREIGN KEY (y, x) REFERENCES p (B, a)", "5, 6"),
        ("x REFERENCES nowhere (z)", "5"),
        ('x REFERENCES "od d"', "5"),
        ("x INTEGER PRIMARY KEY, y REFERENCES child (x)", "5, 6"),
    ):
        made = [f"CREATE TABLE child ({columns})", f"INSERT INTO child VALUES ({row})"]
        items = tuple(story.item("sqlite", sql) for sql in made)
        refused = run(sqlite_file, script((Step("b2", "", "upgrade", ("a1",), ("b2",), None, items),), sqlite_file))
        assert "sqlgen: 1 row(s) of child refer to nothing in " in refused.log, refused.log
        assert "there are new violations of foreign keys" in refused.log
        assert state(sqlite_file) == before
    fine = (story.item("sqlite", "DELETE FROM short"),)
    applied = run(sqlite_file, script((Step("b2", "", "upgrade", ("a1",), ("b2",), None, fine),), sqlite_file))
    assert applied.result == "APPLIED: the database is at {b2}"


def test_a_table_that_is_rebuilt_keeps_the_rows_that_refer_to_it(sqlite_file: File, story: Story) -> None:
    sqlite_file.rows("CREATE TABLE shelves (id INTEGER PRIMARY KEY, old TEXT)")
    sqlite_file.rows("CREATE TABLE spots (shelf INTEGER REFERENCES shelves (id) ON DELETE CASCADE)")
    sqlite_file.rows("INSERT INTO shelves VALUES (1, 'x')")
    sqlite_file.rows("INSERT INTO spots VALUES (1)")
    stamp(sqlite_file, "a1")
    batch = [
        "CREATE TABLE _alembic_tmp_shelves (id INTEGER PRIMARY KEY)",
        "INSERT INTO _alembic_tmp_shelves (id) SELECT id FROM shelves",
        "DROP TABLE shelves",
        "ALTER TABLE _alembic_tmp_shelves RENAME TO shelves",
    ]
    step = Step("b2", "", "upgrade", ("a1",), ("b2",), None, tuple(story.item("sqlite", sql) for sql in batch))
    applied = run(sqlite_file, script((step,), sqlite_file))
    assert (applied.code, sqlite_file.rows("SELECT * FROM spots")) == (0, [(1,)]), applied.log
    assert ("REFERENCES shelves (id)" in str(sqlite_file.rows("SELECT sql FROM sqlite_master"))) is True


@pytest.mark.parametrize("mode", MODES)
def test_a_trigger_keeps_its_body(sqlite_file: File, story: Story, mode: str) -> None:
    body = (
        "CREATE TRIGGER books_ai AFTER INSERT ON books\nBEGIN\n  -- a comment; END;\n"
        "  UPDATE books SET title = CASE title WHEN 'a' THEN 'b;' ELSE title END WHERE id = NEW.id;\nEND"
    )
    trigger = story.item("sqlite", body, CreateObject("trigger", Name("books_ai")))
    row = story.item("sqlite", "INSERT INTO books (id, title) VALUES (1, 'a')")
    first = story.steps("sqlite")[0]
    step = Step("b2", "trigger", "upgrade", ("a1",), ("b2",), None, (trigger, row))
    assert run(sqlite_file, script((first, step), sqlite_file), mode).result.startswith("APPLIED")
    assert sqlite_file.rows("SELECT * FROM books") == [(1, "b;")]
