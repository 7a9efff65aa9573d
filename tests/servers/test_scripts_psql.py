"""Scripts under the real psql, on a real PostgreSQL."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sqlgen.facts.vocabulary import AddColumn, Begin, Column, Commit, CreateIndex, DropIndex, Insert, Name, Update
from sqlgen.script import Target, read_back, render
from sqlgen.segments import Step
from tests.servers.histories_psql import STRICT, comment, contents, heads, pasted

if TYPE_CHECKING:
    from conftest import Database, Run, Story

SCHEMA = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(i.indisvalid::text, '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, a.attnum
"""


def target(database: Database | None, **more: Any) -> Target:
    return Target("postgresql", "psql", None, "prod", None if database is None else database.name, **more)


def script(steps: Sequence[Step], database: Database | None, **more: Any) -> str:
    text = render(steps, target(database, **more))
    assert read_back(text, "postgresql") == tuple(i.sql for s in steps if s.gap is None for i in s.items)
    return text


def run(database: Database, text: str, mode: str) -> Run:
    if mode == "pasted":
        return database.client(pasted(text), "-X")
    if mode == "file":
        return database.client(text, *STRICT, "-f", "-")
    return database.client(text, *STRICT)


def stamp(database: Database, *revisions: str) -> None:
    database.rows("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
    database.rows("DELETE FROM alembic_version")
    for revision in revisions:
        database.rows(f"INSERT INTO alembic_version VALUES ('{revision}')")


def state(database: Database) -> object:
    return database.rows(SCHEMA), contents(database)


@pytest.mark.parametrize("mode", ["stdin", "file", "pasted"])
def test_a_script_goes_from_base_to_head_and_a_second_run_changes_nothing(
    postgresql_database: Database, story: Story, mode: str
) -> None:
    text = script(story.steps("postgresql"), postgresql_database)
    first = run(postgresql_database, text, mode)
    assert (first.code, first.result) == (0, f"APPLIED: database {postgresql_database.name} is at {{d4}}"), first.log
    assert postgresql_database.rows("SELECT name FROM tags") == [('a;\n-- b: :"c" \\ %s',)]
    assert postgresql_database.rows("SELECT title FROM books") == [("书名",)]
    applied = state(postgresql_database)
    again = run(postgresql_database, text, mode)
    assert again.code == 0
    assert again.result == f"ALREADY APPLIED: database {postgresql_database.name} is at {{d4}}"
    assert state(postgresql_database) == applied


def test_the_version_table_it_makes_is_alembics(postgresql_database: Database, story: Story) -> None:
    run(postgresql_database, script(story.steps("postgresql"), postgresql_database), "stdin")
    columns = postgresql_database.rows(
        "SELECT format_type(atttypid, atttypmod), attnotnull FROM pg_attribute "
        "WHERE attrelid = 'alembic_version'::regclass AND attnum > 0"
    )
    assert columns == [("character varying(32)", True)]
    constraints = postgresql_database.rows(
        "SELECT conname, contype::text FROM pg_constraint WHERE conrelid = 'alembic_version'::regclass"
    )
    assert constraints == [("alembic_version_pkc", "p")]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("zzzz",), "this script goes from {b2} to {d4}; alembic_version holds {zzzz}"),
        ((), "this script goes from {b2} to {d4}; alembic_version holds {}"),
        (("b2", "other"), "this script goes from {b2} to {d4}; alembic_version holds {b2,other}"),
        (("B2",), "this script goes from {b2} to {d4}; alembic_version holds {B2}"),
        (("b2", "b2"), "this script goes from {b2} to {d4}; alembic_version holds {b2,b2}"),
        (("b2 ",), 'this script goes from {b2} to {d4}; alembic_version holds {"b2 "}'),
        (None, "there is no table alembic_version on the search path of database"),
    ],
)
@pytest.mark.parametrize("mode", ["stdin", "pasted"])
def test_a_wrong_start_changes_nothing_and_says_so(
    postgresql_database: Database, story: Story, mode: str, rows: tuple[str, ...] | None, says: str
) -> None:
    text = script(story.steps("postgresql", start=2), postgresql_database)
    postgresql_database.rows("CREATE TABLE books (id int); ")
    if rows is not None:
        stamp(postgresql_database, *rows)
    before = state(postgresql_database)
    refused = run(postgresql_database, text, mode)
    assert f"NOT APPLIED: {says}" in refused.log
    assert refused.result.startswith("NOT APPLIED")
    assert refused.code == (0 if mode == "pasted" else 3)
    assert state(postgresql_database) == before


def test_a_null_in_the_version_table_is_not_base(postgresql_database: Database, story: Story) -> None:
    postgresql_database.rows("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    postgresql_database.rows("INSERT INTO alembic_version VALUES (NULL)")
    refused = run(postgresql_database, script(story.steps("postgresql"), postgresql_database), "stdin")
    assert (refused.code, "holds {NULL}" in refused.result) == (3, True)


@pytest.mark.parametrize("mode", ["stdin", "pasted"])
def test_a_wrong_database_changes_nothing_and_says_so(postgresql_database: Database, story: Story, mode: str) -> None:
    other = render(story.steps("postgresql"), replace(target(postgresql_database), database="shop"))
    refused = run(postgresql_database, other, mode)
    assert f"NOT APPLIED: this script is for database shop, this one is {postgresql_database.name}" in refused.log
    assert refused.result.startswith("NOT APPLIED")
    assert refused.code == (0 if mode == "pasted" else 3)
    assert postgresql_database.rows(SCHEMA) == []


def test_a_script_without_a_database_says_so_in_header_and_result(postgresql_database: Database, story: Story) -> None:
    text = script(story.steps("postgresql"), None)
    assert "-- Database:    NOT BOUND TO A DATABASE" in text
    result = run(postgresql_database, text, "stdin").result
    assert result == f"APPLIED: database {postgresql_database.name} is at {{d4}} (NOT BOUND TO A DATABASE)"


@pytest.mark.parametrize("mode", ["stdin", "pasted"])
def test_a_failed_step_is_rolled_back_and_a_repeated_run_goes_on(
    postgresql_database: Database, story: Story, mode: str
) -> None:
    text = script(story.steps("postgresql"), postgresql_database)
    postgresql_database.rows("CREATE TABLE tags (other int)")
    failed = run(postgresql_database, text, mode)
    assert 'relation "tags" already exists' in failed.log
    assert failed.result.startswith("NOT APPLIED")
    assert failed.code == (0 if mode == "pasted" else 3)
    assert heads(postgresql_database) == ["a1"]
    assert (
        postgresql_database.rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'books'::regclass AND attname = 'isbn'"
        )
        == []
    )
    postgresql_database.rows("DROP TABLE tags")
    resumed = run(postgresql_database, text, "stdin")
    assert "step 1 of 4: a1 was done before, skipped" in resumed.log
    assert (resumed.code, resumed.result) == (0, f"APPLIED: database {postgresql_database.name} is at {{d4}}")


def test_a_failure_names_the_step_and_the_statement(postgresql_database: Database, story: Story) -> None:
    postgresql_database.rows("CREATE TABLE tags (other int)")
    failed = run(postgresql_database, script(story.steps("postgresql"), postgresql_database), "stdin")
    assert "at {a1}; step 2 of 4 (b2) is running; it is rolled back if it fails" in failed.result
    assert "STATEMENT:  CREATE TABLE tags" in failed.log


def test_rollback_takes_everything_back_and_it_can_be_applied_again(
    postgresql_database: Database, story: Story
) -> None:
    up = script(story.steps("postgresql"), postgresql_database)
    down = script(story.rollback("postgresql"), postgresql_database)
    assert "rollback.sql > rollback.log" in down
    run(postgresql_database, up, "stdin")
    applied = state(postgresql_database)
    back = run(postgresql_database, down, "stdin")
    assert (back.code, back.result) == (0, f"APPLIED: database {postgresql_database.name} is at {{}}"), back.log
    assert [row[0] for row in postgresql_database.rows(SCHEMA)] == ["alembic_version", "alembic_version_pkc"]
    assert run(postgresql_database, down, "stdin").result.startswith("ALREADY APPLIED")
    assert run(postgresql_database, up, "stdin").code == 0
    assert state(postgresql_database) == applied


def test_a_gate_stops_and_a_repeated_run_goes_on_behind_it(postgresql_database: Database, story: Story) -> None:
    steps = list(story.steps("postgresql"))
    by_hand, steps[1] = steps[1], story.gap(steps[1])
    text = script(steps, postgresql_database)
    assert "-- THIS SCRIPT STOPS before revision b2:" in text
    for _ in range(2):
        stopped = run(postgresql_database, text, "stdin")
        assert stopped.code == 3
        assert stopped.result == "NOT APPLIED: at {a1}; the script stops before revision b2"
        assert "DETAIL:  versions/x.py:7: ZeroDivisionError: division by zero" in stopped.log
        assert "HINT:  Bring the database to {b2} by hand or with alembic" in stopped.log
        assert heads(postgresql_database) == ["a1"]
    for item in by_hand.items:
        postgresql_database.rows(item.sql.replace("%", "%%") if "%" in item.sql else item.sql)
    stamp(postgresql_database, "b2")
    gone_on = run(postgresql_database, text, "stdin")
    assert (gone_on.code, gone_on.result) == (0, f"APPLIED: database {postgresql_database.name} is at {{d4}}")


def test_nothing_behind_a_gate_runs_when_errors_are_ignored(postgresql_database: Database, story: Story) -> None:
    steps = list(story.steps("postgresql"))
    steps[1] = story.gap(steps[1])
    stopped = run(postgresql_database, script(steps, postgresql_database), "pasted")
    assert stopped.result == f"NOT APPLIED: database {postgresql_database.name} is at {{a1}}"
    assert heads(postgresql_database) == ["a1"]
    assert (
        postgresql_database.rows("SELECT * FROM pg_attribute WHERE attrelid = 'books'::regclass AND attname = 'isbn'")
        == []
    )


def test_a_hostile_psqlrc_changes_nothing(postgresql_database: Database, story: Story, tmp_path: Path) -> None:
    psqlrc = tmp_path / "psqlrc"
    psqlrc.write_text(
        "\\set ON_ERROR_STOP off\n\\set AUTOCOMMIT off\n\\set ON_ERROR_ROLLBACK on\n\\set SINGLELINE on\n"
        "\\set ECHO all\n\\set QUIET on\n\\set FETCH_COUNT 1\n\\timing on\n\\pset format html\n\\pset expanded on\n"
        "\\set sqlgen_run false\n\\o /dev/null\nSET standard_conforming_strings = off; SET lock_timeout = 0;\n"
        "SET default_transaction_read_only = off; SET sqlgen.at = '4';\nCOMMIT;\n"
    )
    text = script(story.steps("postgresql"), postgresql_database)
    applied = postgresql_database.client(text, before=str(psqlrc))
    assert (applied.code, applied.result) == (0, f"APPLIED: database {postgresql_database.name} is at {{d4}}"), (
        applied.log
    )
    postgresql_database.rows("UPDATE alembic_version SET version_num = 'zzzz'")
    before = state(postgresql_database)
    refused = postgresql_database.client(text, before=str(psqlrc))
    assert (refused.code, state(postgresql_database)) == (3, before)


def test_options_that_would_ignore_errors_do_not(postgresql_database: Database, story: Story) -> None:
    text = script(story.steps("postgresql"), postgresql_database)
    postgresql_database.rows("CREATE TABLE tags (other int)")
    failed = postgresql_database.client(text, "-X", "-v", "ON_ERROR_STOP=0", "-v", "AUTOCOMMIT=off")
    assert (failed.code, heads(postgresql_database)) == (3, ["a1"])


IS_OPEN = "NOT APPLIED: a transaction is open in this session already (BEGIN, psql -1, AUTOCOMMIT off)"


def test_psqls_single_transaction_option_is_refused(postgresql_database: Database, story: Story) -> None:
    text = script(story.steps("postgresql"), postgresql_database)
    refused = postgresql_database.client(text, *STRICT, "-1", "-f", "-")
    assert (refused.code, refused.result) == (3, IS_OPEN), refused.log
    assert "HINT:  End it, by COMMIT or ROLLBACK; then run this script, without -1." in refused.log
    assert postgresql_database.rows("SELECT to_regclass('alembic_version') IS NULL") == [(True,)]
    assert run(postgresql_database, text, "file").code == 0


@pytest.mark.parametrize("opened", ["BEGIN;\n", "\\set AUTOCOMMIT off\n"])
@pytest.mark.parametrize("ending", ["COMMIT", "ROLLBACK"])
def test_an_open_transaction_is_left_to_its_operator(
    opened: str, ending: str, postgresql_database: Database, story: Story, tmp_path: Path
) -> None:
    """Neither committed nor rolled back: what comes of it is decided behind the script."""
    file = tmp_path / "apply.sql"
    file.write_text(script(story.steps("postgresql"), postgresql_database))
    postgresql_database.rows("CREATE TABLE mine (id int)")
    typed = f"{opened}INSERT INTO mine VALUES (1);\n\\i {file}\n"
    refused = postgresql_database.client(typed, "-X")
    assert refused.result == IS_OPEN, refused.log
    assert postgresql_database.rows("SELECT count(*) FROM mine") == [(0,)]
    ended = postgresql_database.client(f"{typed}INSERT INTO mine VALUES (2);\n{ending};\n", "-X")
    assert "ERROR" not in ended.log
    assert postgresql_database.rows("SELECT count(*) FROM mine") == [(2 if ending == "COMMIT" else 0,)]
    assert postgresql_database.rows("SELECT to_regclass('alembic_version') IS NULL") == [(True,)]


def test_an_open_transaction_is_not_committed_where_client_commands_get_lost(
    postgresql_database: Database, story: Story
) -> None:
    text = pasted(script(story.steps("postgresql"), postgresql_database))
    postgresql_database.rows("CREATE TABLE mine (id int)")
    refused = postgresql_database.client(f"BEGIN;\nINSERT INTO mine VALUES (1);\n{text}", "-X")
    assert (IS_OPEN in refused.log, refused.result.startswith("NOT APPLIED")) == (True, True), refused.log
    assert postgresql_database.rows("SELECT count(*) FROM mine") == [(0,)]
    assert postgresql_database.rows("SELECT to_regclass('alembic_version') IS NULL") == [(True,)]


def test_an_error_before_the_guard_can_speak_has_its_result_line(postgresql_database: Database, story: Story) -> None:
    """Here: in a transaction that an error has aborted."""
    text = script(story.steps("postgresql"), postgresql_database)
    refused = postgresql_database.client(f"\\set ON_ERROR_STOP off\nBEGIN;\nSELECT 1/0;\n{text}", "-X")
    assert (refused.code, refused.result) == (3, "NOT APPLIED yet: this run has changed nothing so far"), refused.log


def test_a_second_runner_is_refused(postgresql_database: Database, story: Story) -> None:
    slow = story.item("postgresql", "SELECT pg_sleep(1.5)")
    steps = story.steps("postgresql")
    steps = (replace(steps[0], items=(*steps[0].items, slow)), *steps[1:])
    text = script(steps, postgresql_database)
    first = postgresql_database.start(*STRICT)
    assert first.process.stdin is not None
    first.process.stdin.write(text)
    first.process.stdin.flush()
    for _ in range(100):
        if postgresql_database.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"):
            break
        time.sleep(0.02)
    second = run(postgresql_database, text, "stdin")
    busy = f"NOT APPLIED: another sqlgen script is running in this database, {postgresql_database.name} (pid "
    assert (second.code, second.result.startswith(busy)) == (3, True), second.log
    assert first.finish("").result.startswith("APPLIED")


def test_a_table_in_use_stops_the_script_after_the_lock_timeout(postgresql_database: Database, story: Story) -> None:
    run(postgresql_database, script(story.steps("postgresql")[:2], postgresql_database), "stdin")
    text = script(story.steps("postgresql", start=2), postgresql_database, lock_timeout_ms=200)
    connection = postgresql_database.connect()
    connection.autocommit = False
    with connection, connection.cursor() as cursor:
        cursor.execute("LOCK TABLE books IN ACCESS SHARE MODE")
        stopped = run(postgresql_database, text, "stdin")
    connection.close()
    assert "canceling statement due to lock timeout" in stopped.log
    assert (stopped.code, heads(postgresql_database)) == (3, ["b2"])
    assert run(postgresql_database, text, "stdin").result.startswith("APPLIED")


def test_branches_and_merges_move_several_rows(postgresql_database: Database, story: Story) -> None:
    def merge(revision: str, before: tuple[str, ...], after: tuple[str, ...], direction: Any = "upgrade") -> Step:
        return Step(revision, "", direction, before, after, None, ())

    up = (
        merge("a", (), ("a",)),
        merge("b", ("a",), ("b",)),
        merge("c", ("b",), ("b", "c")),
        merge("d", ("b", "c"), ("b", "c", "d")),
        merge("m", ("b", "c", "d"), ("m",)),
    )
    down = tuple(merge(step.revision, step.after, step.before, "downgrade") for step in reversed(up))
    assert run(postgresql_database, script(up, postgresql_database), "stdin").code == 0
    assert heads(postgresql_database) == ["m"]
    back = run(postgresql_database, script(down[:2], postgresql_database), "stdin")
    assert (back.code, heads(postgresql_database)) == (0, ["b", "c"]), back.log
    assert run(postgresql_database, script(down, postgresql_database), "stdin").code == 0
    assert heads(postgresql_database) == []


def test_each_step_finds_the_session_as_the_first_one_did(postgresql_database: Database, story: Story) -> None:
    steps = list(story.steps("postgresql"))
    set_it = story.item("postgresql", "SELECT pg_catalog.set_config('search_path', '', false)")
    dump = story.item("postgresql", "SET lock_timeout = 0")
    steps[0] = replace(steps[0], items=(*steps[0].items, set_it, dump))
    look = story.item(
        "postgresql", "SELECT 'found ' || current_setting('search_path') || current_setting('lock_timeout')"
    )
    steps[1] = replace(steps[1], items=(*steps[1].items, look))
    applied = run(postgresql_database, script(steps, postgresql_database), "stdin")
    assert (applied.code, 'found "$user", public5s' in applied.log) == (0, True), applied.log


def test_a_version_table_of_another_name_and_schema_is_used(postgresql_database: Database, story: Story) -> None:
    postgresql_database.rows('CREATE SCHEMA "my meta"')
    more = {"version_table": "the %s versions", "version_table_schema": "my meta"}
    text = script(story.steps("postgresql"), postgresql_database, **more)
    assert run(postgresql_database, text, "stdin").code == 0
    assert postgresql_database.rows('SELECT version_num FROM "my meta"."the %s versions"') == [("d4",)]
    assert run(postgresql_database, text, "stdin").result.startswith("ALREADY APPLIED")
    assert (
        run(postgresql_database, script(story.rollback("postgresql"), postgresql_database, **more), "stdin").code == 0
    )


# ---- steps that commit in parts


BOOKS = Name("books")
INDEX = CreateIndex("ix_title", BOOKS, ("title",), unique=True, concurrently=True)


def concurrent(story: Story) -> tuple[Step, ...]:
    """a1, then b2: a column, an index built concurrently, a row."""
    first = story.steps("postgresql")[0]
    items = (
        story.item("postgresql", "ALTER TABLE books ADD COLUMN n int", AddColumn(BOOKS, Column("n", "int"))),
        story.item("postgresql", "UPDATE books SET n = coalesce(n, 0) + 1", Update(BOOKS, False)),
        story.item("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY ix_title ON books (title)", INDEX, transaction=None),
        story.item("postgresql", "INSERT INTO books (id, title) VALUES (9, 'z')", Insert(BOOKS, 1), transaction=2),
    )
    return first, Step("b2", "index", "upgrade", ("a1",), ("b2",), "versions/b2.py", items)


def valid(database: Database) -> list[tuple[bool]]:
    return database.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_title')")


@pytest.mark.parametrize("mode", ["stdin", "pasted"])
def test_a_concurrent_index_is_built_and_recorded(postgresql_database: Database, story: Story, mode: str) -> None:
    text = script(concurrent(story), postgresql_database)
    applied = run(postgresql_database, text, mode)
    assert applied.result == f"APPLIED: database {postgresql_database.name} is at {{b2}}", applied.log
    assert (valid(postgresql_database), comment(postgresql_database)) == ([(True,)], "")
    before = state(postgresql_database)
    assert run(postgresql_database, text, mode).result.startswith("ALREADY APPLIED")
    assert state(postgresql_database) == before


@pytest.mark.parametrize("mode", ["stdin", "pasted"])
def test_an_invalid_index_is_never_stamped_over_and_a_repeated_run_repairs_it(
    postgresql_database: Database, story: Story, mode: str
) -> None:
    steps = concurrent(story)
    run(postgresql_database, script(steps[:1], postgresql_database), "stdin")
    postgresql_database.rows("INSERT INTO books (id, title) VALUES (1, 'same'), (2, 'same')")
    text = script(steps[1:], postgresql_database)
    for _ in range(2):
        failed = run(postgresql_database, text, mode)
        assert "could not create unique index" in failed.log
        assert failed.result.startswith("NOT APPLIED")
        assert (heads(postgresql_database), valid(postgresql_database)) == (["a1"], [(False,)])
        assert "half done: part 2 of 3 began" in comment(postgresql_database)
    postgresql_database.rows("UPDATE books SET title = 'other' WHERE id = 2")
    resumed = run(postgresql_database, text, "stdin")
    assert resumed.result == f"APPLIED: database {postgresql_database.name} is at {{b2}}", resumed.log
    assert "part 1 of 3 was done before, skipped" in resumed.log
    assert (valid(postgresql_database), comment(postgresql_database)) == ([(True,)], "")
    assert postgresql_database.rows("SELECT DISTINCT n FROM books WHERE id < 9") == [(1,)]


def test_a_half_done_step_is_known_to_its_own_script_alone(postgresql_database: Database, story: Story) -> None:
    steps = concurrent(story)
    run(postgresql_database, script(steps[:1], postgresql_database), "stdin")
    postgresql_database.rows("INSERT INTO books (id, title) VALUES (1, 'same'), (2, 'same')")
    run(postgresql_database, script(steps, postgresql_database), "stdin")
    before = state(postgresql_database)
    changed = replace(steps[1], items=steps[1].items[:3])
    for other in ((changed,), story.rollback("postgresql")[3:]):
        refused = run(postgresql_database, script(other, postgresql_database), "stdin")
        assert "a step was left half done by another script: sqlgen: upgrade b2" in refused.result
        assert (refused.code, state(postgresql_database)) == (3, before)


def test_an_index_that_this_script_did_not_begin_is_left_alone(postgresql_database: Database, story: Story) -> None:
    steps = concurrent(story)
    run(postgresql_database, script(steps[:1], postgresql_database), "stdin")
    postgresql_database.rows("CREATE INDEX ix_title ON books (id)")
    only_index = replace(steps[1], items=steps[1].items[2:3])
    refused = run(postgresql_database, script((only_index,), postgresql_database), "stdin")
    other = "NOT APPLIED: ix_title is there already, and is another one than the statement makes: "
    assert refused.result == other + "btree (id), not btree unique (title)"
    assert (refused.code, heads(postgresql_database), comment(postgresql_database)) == (3, ["a1"], "")
    postgresql_database.rows("DROP INDEX ix_title")
    postgresql_database.rows("CREATE UNIQUE INDEX ix_title ON books (title)")
    refused = run(postgresql_database, script((only_index,), postgresql_database), "stdin")
    assert refused.result == "NOT APPLIED: there is an index ix_title already, and this script did not make it"
    assert (refused.code, heads(postgresql_database), comment(postgresql_database)) == (3, ["a1"], "")


def test_a_build_that_ended_before_its_stamp_is_stamped_by_the_next_run(
    postgresql_database: Database, story: Story
) -> None:
    steps = concurrent(story)
    only_index = replace(steps[1], items=steps[1].items[2:3])
    text = script((steps[0], only_index), postgresql_database)
    cut = text.index("SET default_transaction_read_only = on;", text.index("CREATE UNIQUE INDEX CONCURRENTLY"))
    # The connection is lost right after the index was built.
    lost = postgresql_database.client(text[:cut] + "\\connect\n\\q\n", *STRICT)
    assert (heads(postgresql_database), valid(postgresql_database)) == (["a1"], [(True,)]), lost.log
    resumed = run(postgresql_database, text, "stdin")
    assert "nothing to do: it is done already" in resumed.log
    assert (resumed.code, heads(postgresql_database)) == (0, ["b2"])


def test_a_refused_script_builds_no_index_when_errors_are_ignored(postgresql_database: Database, story: Story) -> None:
    steps = concurrent(story)
    run(postgresql_database, script(steps[:1], postgresql_database), "stdin")
    only_index = replace(steps[1], items=steps[1].items[2:3])
    postgresql_database.rows("UPDATE alembic_version SET version_num = 'zzzz'")
    refused = run(postgresql_database, script((only_index,), postgresql_database), "pasted")
    assert "cannot execute CREATE INDEX in a read-only transaction" in refused.log
    assert (refused.result.startswith("NOT APPLIED"), valid(postgresql_database)) == (True, [])


def test_an_index_is_dropped_concurrently(postgresql_database: Database, story: Story) -> None:
    steps = concurrent(story)
    run(postgresql_database, script(steps, postgresql_database), "stdin")
    drop = story.item(
        "postgresql",
        "DROP INDEX CONCURRENTLY ix_title",
        DropIndex(Name("ix_title"), concurrently=True),
        transaction=None,
    )
    down = Step("b2", "index", "downgrade", ("b2",), ("a1",), None, (drop,))
    applied = run(postgresql_database, script((down,), postgresql_database), "stdin")
    assert (applied.code, valid(postgresql_database), heads(postgresql_database)) == (0, [], ["a1"]), applied.log


def test_a_revisions_own_commit_leaves_the_transaction(postgresql_database: Database, story: Story) -> None:
    items = (
        story.item("postgresql", "ALTER TABLE books ADD COLUMN n int"),
        story.item("postgresql", "COMMIT", Commit()),
        story.item("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY ix_title ON books (title)", INDEX),
        story.item("postgresql", "BEGIN", Begin()),
        story.item("postgresql", "ALTER TABLE books ADD COLUMN m int"),
        story.item("postgresql", "COMMIT", Commit()),
    )
    first = story.steps("postgresql")[0]
    step = Step("b2", "own commit", "upgrade", ("a1",), ("b2",), None, items)
    applied = run(postgresql_database, script((first, step), postgresql_database), "stdin")
    assert (applied.code, heads(postgresql_database), valid(postgresql_database)) == (0, ["b2"], [(True,)]), applied.log
    assert comment(postgresql_database) == ""


def test_a_comment_of_the_version_tables_own_is_kept(postgresql_database: Database, story: Story) -> None:
    steps = concurrent(story)
    run(postgresql_database, script(steps[:1], postgresql_database), "stdin")
    postgresql_database.rows("COMMENT ON TABLE alembic_version IS 'ours; ask the shop team'")
    assert run(postgresql_database, script(steps[1:], postgresql_database), "stdin").code == 0
    assert comment(postgresql_database) == "ours; ask the shop team"


def test_psql_killed_at_any_moment_leaves_a_state_that_a_run_takes_to_the_end(
    postgresql_database: Database, story: Story
) -> None:
    """The script cut after every statement's line, as when the connection is lost, then run whole."""
    steps = concurrent(story)
    text = script(steps, postgresql_database)
    ends = [index for index, line in enumerate(text.splitlines(keepends=True)) if line.rstrip().endswith(";")]
    lines = text.splitlines(keepends=True)
    done = None
    for cut in itertools.islice(ends, 0, None, 3):
        if not _whole("".join(lines[: cut + 1])):
            continue
        postgresql_database.client("".join(lines[: cut + 1]) + "\\connect\n", *STRICT)
        whole = run(postgresql_database, text, "stdin")
        assert whole.code == 0, (cut, whole.log)
        done = done or state(postgresql_database)
        assert state(postgresql_database) == done, cut
        postgresql_database.rows("DROP TABLE books, alembic_version")


def _whole(text: str) -> bool:
    """Not cut inside a DO block, whose lines end with semicolons too."""
    return text.count("$sqlgen$") % 2 == 0
