"""Every state a SQLite file can be in, by every way to run a script under the real sqlite3."""

from __future__ import annotations

import importlib.util
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sqlgen.facts.vocabulary import AddColumn, Column, CreateIndex, CreateTable, DropTable, Insert, Name
from sqlgen.script import Target, command, read_back, render
from sqlgen.segments import Item, Step
from tests.servers.conftest import Run

if TYPE_CHECKING:
    from conftest import File, Story

STRICT = ("-batch", "-bail", "-safe", "-init", "/dev/null")
HOSTILE = """.bail off
.echo on
.headers on
.mode box
.nullvalue NIX
.separator ! !
.changes on
.timer on
.eqp on
.stats on
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA ignore_check_constraints = ON;
PRAGMA legacy_alter_table = ON;
"""


Way = Callable[["File", str, Target], Run]


def documented(file: File, text: str, target: Target) -> Run:
    """The very command of the header, in the folder of the database."""
    folder = file.path.parent
    (folder / "apply.sql").write_text(text, encoding="utf-8", newline="\n")
    shell = command(replace(target, database=file.path.name), "apply")
    done = subprocess.run(["sh", "-c", shell], cwd=folder)
    return Run(done.returncode, (folder / "apply.log").read_text(encoding="utf-8"))


def no_bail(file: File, text: str, target: Target) -> Run:
    return file.client(text, "-init", "/dev/null")


def read(file: File, text: str, target: Target) -> Run:
    source = _written(file, text)
    done = subprocess.run(
        ["sqlite3", "-init", "/dev/null", file.path, f".read {source}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Run(done.returncode, done.stdout)


def _written(file: File, text: str) -> Path:
    source = file.path.with_suffix(".sql")
    source.write_text(text, encoding="utf-8", newline="\n")
    return source


def typed(file: File, text: str, target: Target) -> Run:
    """At the prompt. The shell goes on at its prompt after an error: its exit code says nothing."""
    done = file.client(f".read {_written(file, text)}\n", "-interactive", "-init", "/dev/null")
    return Run(0 if done.result.startswith("APPLIED") else 1, done.log)


def hostile(file: File, text: str, target: Target) -> Run:
    rc = file.path.with_suffix(".rc")
    rc.write_text(HOSTILE)
    return file.client(text, "-init", str(rc))


def pasted(file: File, text: str, target: Target) -> Run:
    """Without the commands, so with errors ignored; the shell's code is 1 when there was one."""
    plain = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("."))
    return file.client(plain, "-init", "/dev/null")


WAYS: dict[str, Way] = {way.__name__: way for way in (documented, no_bail, read, typed, hostile, pasted)}


def target(file: File, **more: Any) -> Target:
    return Target("sqlite", "sqlite3", None, "prod", file.path.name, **more)


def state(file: File) -> list[str]:
    """The whole database, as statements."""
    with closing(sqlite3.connect(file.path)) as connection:
        return list(connection.iterdump())


def schema(file: File) -> list[tuple[Any, ...]]:
    return file.rows(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'alembic_version' ORDER BY 1, 2"
    )


@dataclass(frozen=True, slots=True)
class Case:
    setup: tuple[str, ...]
    result: str
    """How the last result line begins."""
    says: str
    """What the log says too."""


BOOKS = "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)"
VERSION = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
AT_B2 = (BOOKS, VERSION, "INSERT INTO alembic_version VALUES ('b2')")
CASES = {
    "right start": Case(AT_B2, "APPLIED: the database is at {d4}", "step 2 of 2 (d4) took 0."),
    "wrong start": Case((BOOKS, VERSION, "INSERT INTO alembic_version VALUES ('zz')"), "NOT APPLIED", "holds {zz}"),
    "empty": Case((BOOKS, VERSION), "NOT APPLIED", "alembic_version holds {}"),
    "two heads": Case((BOOKS, VERSION, "INSERT INTO alembic_version VALUES ('b2'), ('x')"), "NOT APPLIED", "{b2,x}"),
    "no table": Case((BOOKS,), "NOT APPLIED", "there is no table alembic_version in this database"),
    "in between": Case(
        (BOOKS, VERSION, "INSERT INTO alembic_version VALUES ('c3')"),
        "NOT APPLIED",
        "{c3}; from there run the script made by: sqlgen emit c3:d4",
    ),
    "second run": Case(
        (BOOKS, VERSION, "INSERT INTO alembic_version VALUES ('d4')"), "ALREADY APPLIED: the database is at {d4}", "d4"
    ),
    "a column is there": Case((*AT_B2, "ALTER TABLE books ADD COLUMN isbn TEXT"), "NOT APPLIED", "books.isbn is there"),
    "an index is there": Case((*AT_B2, "CREATE INDEX ix_isbn ON books (title)"), "NOT APPLIED", "ix_isbn is there"),
    "a table is missing": Case((*AT_B2, "DROP TABLE books"), "NOT APPLIED", "table books is not there"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_state_changes_nothing_and_every_result_is_true(
    sqlite_file: File, story: Story, way: str, case: str
) -> None:
    wanted = CASES[case]
    for sql in wanted.setup:
        sqlite_file.rows(sql)
    before = state(sqlite_file)
    text = render(story.steps("sqlite", start=2), target(sqlite_file))
    run = WAYS[way](sqlite_file, text, target(sqlite_file))
    assert run.result.startswith(wanted.result), run.log
    assert wanted.says in run.log
    assert run.code == (0 if wanted.result.startswith("APPLIED") else 1)
    if wanted.result.startswith("APPLIED"):
        assert sqlite_file.rows("SELECT version_num FROM alembic_version") == [("d4",)]
        assert ("index", "ix_isbn") in [row[:2] for row in schema(sqlite_file)]
    else:
        assert state(sqlite_file) == before
        assert "is running" not in run.log


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_database_changes_nothing(sqlite_file: File, story: Story, way: str) -> None:
    """By its name, by a list of names, and by its identity; then the right ones."""
    steps = story.steps("sqlite")
    right = target(sqlite_file, identity="0x51")
    for wrong, says in (
        (replace(right, database="other.db"), "is for the database file other.db"),
        (replace(right, database=None, tenants=("a.db", "b.db")), "is for the database files a.db, b.db"),
        (right, "for a database whose application_id is 0x51"),
    ):
        run = WAYS[way](sqlite_file, render(steps, wrong), right)
        assert (run.code, run.result[:11]) == (1, "NOT APPLIED"), run.log
        assert says in run.log
        assert state(sqlite_file) == ["BEGIN TRANSACTION;", "COMMIT;"]
    sqlite_file.rows("PRAGMA application_id = 81")
    tenants = replace(right, database=None, tenants=("a.db", sqlite_file.path.name))
    assert WAYS[way](sqlite_file, render(steps, tenants), right).result.startswith("APPLIED")


def test_an_identity_that_is_no_number_is_refused(sqlite_file: File, story: Story) -> None:
    from sqlgen.errors import SettingsError

    with pytest.raises(SettingsError, match="prod-7 is no application_id"):
        render(story.steps("sqlite"), target(sqlite_file, identity="prod-7"))


# ---- failures


def long_story(story: Story) -> tuple[Step, ...]:
    """12 statements in four steps, on a database that has `books`."""

    def item(sql: str, *facts: Any) -> Item:
        return story.item("sqlite", sql, *facts)

    books, tags, rebuilt = Name("books"), Name("tags"), Name("_alembic_tmp_books")
    items = [
        item("CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT)", CreateTable(tags)),
        item("INSERT INTO tags VALUES (1, 'a'), (2, 'b')", Insert(tags, 2)),
        item("CREATE INDEX ix_name ON tags (name)", CreateIndex("ix_name", tags, ("name",))),
        item("ALTER TABLE books ADD COLUMN tag INTEGER", AddColumn(books, Column("tag", None))),
        item("UPDATE books SET tag = 1"),
        item("CREATE TABLE _alembic_tmp_books (id INTEGER PRIMARY KEY, tag INTEGER)", CreateTable(rebuilt)),
        item("INSERT INTO _alembic_tmp_books SELECT id, tag FROM books", Insert(rebuilt, None)),
        item("DROP TABLE books", DropTable(books)),
        item("ALTER TABLE _alembic_tmp_books RENAME TO books"),
        item("CREATE INDEX ix_tag ON books (tag)"),
        item("CREATE VIEW tagged AS SELECT * FROM books"),
        item("DELETE FROM tags WHERE id = 2"),
    ]
    steps, before = [], ("b2",)
    for number in range(4):
        after = (f"n{number}",)
        part = tuple(items[3 * number : 3 * number + 3])
        steps.append(Step(after[0], "", "upgrade", before, after, "versions/n.py", part))
        before = after
    return tuple(steps)


@pytest.fixture
def started(sqlite_file: File) -> File:
    for sql in (*AT_B2, "INSERT INTO books VALUES (7, 'x'), (8, 'y')"):
        sqlite_file.rows(sql)
    return sqlite_file


def test_a_failure_at_any_statement_leaves_nothing_and_the_mended_file_ends_where_an_undisturbed_one_does(
    started: File, story: Story
) -> None:
    steps = long_story(story)
    text = render(steps, target(started))
    statements = read_back(text, "sqlite")
    assert len(statements) == 12
    before = state(started)
    for number, statement in enumerate(statements, start=1):
        broken = text.replace(f"\n{statement};", f"\nSELECT no_such_function({number});")
        assert broken != text
        for way in (documented, pasted, typed):
            run = way(started, broken, target(started))
            assert run.result.startswith("NOT APPLIED"), (number, run.log)
            assert "no such function: no_such_function" in run.log
            assert run.code == 1
            assert state(started) == before
    assert documented(started, text, target(started)).result == "APPLIED: the database is at {n3}"
    assert [row[1] for row in schema(started)] == ["ix_name", "ix_tag", "books", "tags", "tagged"]
    assert started.rows("SELECT * FROM tagged") == [(7, 1), (8, 1)]


def test_a_client_that_is_killed_leaves_nothing(started: File, story: Story) -> None:
    text = render(long_story(story), target(started))
    places = [at for at in range(len(text)) if text.startswith("-- sqlgen: statement ", at)]
    before = state(started)
    for at in random.Random(7).sample(places, 4):
        client = started.start(*STRICT)
        assert client.process.stdin is not None
        client.process.stdin.write(text[:at] + "SELECT 'here';\n")
        client.process.stdin.flush()
        assert client.process.stdout is not None
        log = ""
        while "here" not in log:
            log += client.process.stdout.readline()
        client.process.kill()
        client.process.communicate()
        assert log.count("NOT APPLIED yet") >= 1
        assert " APPLIED:" not in log
        assert state(started) == before
    assert started.client(text, *STRICT).result == "APPLIED: the database is at {n3}"


@pytest.mark.parametrize("way", WAYS)
def test_while_another_writes_nothing_is_changed(started: File, story: Story, way: str) -> None:
    """Also where errors are ignored and the other one ends while the script goes on."""
    ours = target(started, lock_timeout_ms=50)
    text = render(story.steps("sqlite", start=2), ours)
    with closing(sqlite3.connect(started.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run = WAYS[way](started, text, ours)
        other.execute("ROLLBACK")
    assert "database is locked" in run.log
    assert (run.code, run.result[:11]) == (1, "NOT APPLIED"), run.log
    assert WAYS[way](started, text, ours).result.startswith("APPLIED")


def test_a_lock_that_goes_away_in_the_middle_lets_no_statement_through_by_itself(started: File, story: Story) -> None:
    """With errors ignored, BEGIN has failed: what follows is caught by the savepoint."""
    ours = target(started, lock_timeout_ms=50)
    steps = list(long_story(story))
    steps[-1] = replace(steps[-1], items=(*steps[-1].items, story.item("sqlite", "SELECT no_such_function(1)")))
    text = "".join(
        line for line in render(steps, ours).splitlines(keepends=True) if not line.startswith((".", "PRAGMA busy"))
    )
    head, mark, tail = text.partition("BEGIN IMMEDIATE;\n")
    before = state(started)
    with closing(sqlite3.connect(started.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        client = started.start("-init", "/dev/null")
        assert client.process.stdin is not None
        client.process.stdin.write(head + mark + "SELECT 'here';\n")
        client.process.stdin.flush()
        assert client.process.stdout is not None
        while "here" not in client.process.stdout.readline():
            pass
        other.execute("ROLLBACK")
    run = client.finish(tail)
    assert (run.code, run.result[:11]) == (1, "NOT APPLIED"), run.log
    assert state(started) == before


def test_a_reader_that_holds_up_the_commit_is_told_and_nothing_stands(started: File, story: Story) -> None:
    """A rollback journal: COMMIT waits for those who read. sqlite.org, lockingv3.html, 3.0."""
    ours = target(started, lock_timeout_ms=50)
    text = render(story.steps("sqlite", start=2), ours)
    before = state(started)
    for way in (documented, pasted):
        with closing(sqlite3.connect(started.path, isolation_level=None)) as other:
            reading = other.execute("SELECT * FROM books")
            reading.fetchone()
            run = way(started, text, ours)
            reading.close()
            assert "database is locked" in run.log
            assert (run.code, run.result[:11]) == (1, "NOT APPLIED"), run.log
            if way is pasted:
                assert run.result.startswith("NOT APPLIED: COMMIT failed, others are reading")
        assert state(started) == before
    assert documented(started, text, ours).code == 0


def test_of_two_operators_one_applies_and_the_other_finds_it_applied(started: File, story: Story) -> None:
    text = render(long_story(story), target(started))
    clients = [started.start(*STRICT) for _ in range(2)]
    for client in clients:
        assert client.process.stdin is not None
        client.process.stdin.write(text)
        client.process.stdin.flush()
    runs = [client.finish("") for client in clients]
    assert sorted(run.result.split(":")[0] for run in runs) == ["ALREADY APPLIED", "APPLIED"], [r.log for r in runs]
    assert sorted(run.code for run in runs) == [0, 1]


def test_typed_twice_in_one_session_it_says_so_and_leaves_no_transaction_open(started: File, story: Story) -> None:
    source = _written(started, render(story.steps("sqlite", start=2), target(started)))
    run = started.client(f".read {source}\n.read {source}\nBEGIN;\nCOMMIT;\n", "-interactive", "-init", "/dev/null")
    assert "sqlgen result: APPLIED: the database is at {d4}" in run.log
    assert run.result.startswith("ALREADY APPLIED")
    assert "transaction" not in run.log.partition("ALREADY APPLIED")[2], run.log


@pytest.mark.parametrize("way", ["typed", "pasted"])
def test_somebodys_open_transaction_is_refused(started: File, story: Story, way: str) -> None:
    text = render(story.steps("sqlite", start=2), target(started))
    before = state(started)
    if way == "typed":
        run = started.client(
            f"BEGIN;\n.read {_written(started, text)}\nSELECT 'still open';\nCOMMIT;\n",
            "-interactive",
            "-init",
            "/dev/null",
        )
        assert "Error" not in run.log.partition("still open")[2]
    else:
        run = pasted(started, "BEGIN;\n" + text, target(started))
    assert run.result.startswith("NOT APPLIED: a transaction is open in this session"), run.log
    assert state(started) == before


@pytest.mark.parametrize("at", ["b2", "zz", "d4"])
def test_an_open_transaction_and_a_wrong_state_together_let_nothing_through(
    started: File, story: Story, at: str
) -> None:
    """The guard's own table goes with the transaction that it was made in; errors are ignored."""
    started.rows(f"UPDATE alembic_version SET version_num = '{at}'")
    before = state(started)
    for first in ("BEGIN;\n", "SAVEPOINT mine;\n", "BEGIN;\nCREATE TABLE mine (a);\n"):
        run = pasted(started, first + render(long_story(story), target(started)), target(started))
        assert run.result.startswith("NOT APPLIED: a transaction is open in this session"), run.log
        assert state(started) == before


@pytest.mark.parametrize("number", range(12))
def test_an_error_that_rolls_all_back_lets_nothing_of_the_rest_through(
    started: File, story: Story, number: int
) -> None:
    """OR ROLLBACK ends the transaction; what follows would each commit by itself, where errors are ignored."""
    steps = long_story(story)
    before = state(started)
    text = render(steps, target(started))
    statement = read_back(text, "sqlite")[number]
    broken = text.replace(f"\n{statement};", "\nINSERT OR ROLLBACK INTO alembic_version VALUES (NULL);")
    assert broken != text
    for way in (documented, pasted):
        run = way(started, broken, target(started))
        assert "NOT NULL constraint failed" in run.log
        assert (run.code, run.result[:11]) == (1, "NOT APPLIED"), run.log
        assert state(started) == before


def test_a_script_that_was_mended_by_hand_goes_on_after_its_gate(started: File, story: Story) -> None:
    """start → gate → by hand → the script that the gate names; then back from there, and from the place of the gate."""
    steps = list(story.steps("sqlite", start=2))
    gapped = [story.gap(steps[0]), steps[1]]
    run = documented(started, render(gapped, target(started)), target(started))
    assert run.result.startswith("NOT APPLIED: at {b2}; the script stops before revision c3")
    assert "then run the script made by: sqlgen emit c3:d4 (19)" in run.result
    started.rows("ALTER TABLE books ADD COLUMN isbn VARCHAR(13)")
    started.rows("UPDATE alembic_version SET version_num = 'c3'")
    rest = render(steps[1:], target(started))
    assert documented(started, rest, target(started)).result == "APPLIED: the database is at {d4}"


def test_a_rollback_names_the_script_for_each_state_in_between(started: File, story: Story) -> None:
    up, down = story.steps("sqlite", start=2), story.rollback("sqlite", down_to=2)
    before = state(started)
    forth, back = (render(steps, target(started)) for steps in (up, down))
    assert documented(started, forth, target(started)).code == 0
    assert documented(started, render(down[:1], target(started)), target(started)).code == 0
    refused = documented(started, back, target(started))
    assert "holds {c3}; from there run the script made by: sqlgen emit b2:c3 --down" in refused.log
    assert documented(started, render(down[1:], target(started)), target(started)).code == 0
    assert [line for line in state(started) if 'INSERT INTO "books"' not in line] == [
        line for line in before if 'INSERT INTO "books"' not in line
    ]


def test_the_time_is_shown(started: File, story: Story) -> None:
    run = documented(started, render(story.steps("sqlite", start=2), target(started)), target(started))
    clock = time.strftime("(%H:")
    assert f"step 1 of 2 (c3) is running; nothing stands before the end {clock}" in run.log
    assert "sqlgen: step 1 of 2 (c3) took 0." in run.log
    lines = run.log.splitlines()
    assert lines[0] == f"sqlgen: the database file is {started.path}"
    assert [line.partition(":")[0] for line in lines] == ["sqlgen", "sqlgen result"] * 3 + ["sqlgen", "sqlgen result"]


# ---- histories


def _sibling(name: str) -> Any:
    """Another module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses looks its module up by name
    spec.loader.exec_module(module)
    return module


def test_scripts_of_a_history_of_batches_leave_what_alembic_leaves_online(sqlite_file: File, tmp_path: Path) -> None:
    """Each chapter of Alembic's batch mode, as one script, then one script for each revision. The schema checks see
    tables dropped and renamed, indexes that go with them, views and triggers."""
    batch = _sibling("test_sqlite_batch")
    history = batch.law.History.write(tmp_path / "project", f"sqlite:///{sqlite_file.path}", "sqlite", batch.bodies())
    history.online()

    def found() -> list[list[str]]:
        """The words of each definition and row: the scripts' layout is another one, and so is the order of lines."""
        return sorted(sorted(re.findall(r"\w+", part)) for part in batch.state(sqlite_file))

    expected = found()

    def emitted(scope: str, *more: str) -> str:
        words = [sys.executable, "-m", "sqlgen", "emit", scope, "--client", "sqlite3", *more]
        done = subprocess.run(words, cwd=history.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    sqlite_file.path.unlink()
    text = emitted("base:head")
    run = sqlite_file.client(text, *STRICT)
    assert run.result.startswith("APPLIED"), run.log
    assert found() == expected
    assert sqlite_file.client(text, *STRICT).result.startswith("ALREADY APPLIED")

    sqlite_file.path.unlink()
    emitted("base:head", "--split", "revision", "-o", f"{tmp_path}/split/")
    scripts = sorted((tmp_path / "split").glob("*.sql"))
    assert len(scripts) == len(history.files)
    for script in scripts:
        run = sqlite_file.client(script.read_text(encoding="utf-8"), *STRICT)
        assert run.result.startswith("APPLIED"), run.log
    assert found() == expected
