"""A range in files, run in their order by the real clients: they end as the one script does, and go on when mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sqlgen.facts.vocabulary import CreateIndex, Insert, Name, SetOption
from sqlgen.schema import Schema
from sqlgen.script import Target, read_back, render
from sqlgen.script.losses.range import losses
from sqlgen.script.runbook.page import Range
from sqlgen.script.split import split
from sqlgen.script.undo import undos
from sqlgen.segments import Step

if TYPE_CHECKING:
    from conftest import Database, File, Run, Story

TARGETS = {
    "postgresql": Target("postgresql", "psql", None, None, None),
    "mariadb": Target("mariadb", "mysql", None, None, None),
    "sqlite": Target("sqlite", "sqlite3", None, None, None),
}
OPTIONS = {
    "postgresql": ("-X", "-v", "ON_ERROR_STOP=1"),
    "mariadb": ("--no-defaults", "--binary-mode", "--batch", "--skip-column-names", "--skip-reconnect"),
    "sqlite": ("-batch", "-bail", "-safe", "-init", "/dev/null"),
}
WHAT_IS_THERE = {
    "postgresql": "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text "
    "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "mariadb": "SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns "
    "WHERE table_schema = DATABASE() ORDER BY 1, 2",
    "sqlite": "SELECT name, sql FROM sqlite_master ORDER BY 1",
}


@pytest.fixture(params=list(TARGETS))
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(dialect: str, request: pytest.FixtureRequest) -> Database | File:
    name = "sqlite_file" if dialect == "sqlite" else f"{dialect}_database"
    found: Database | File = request.getfixturevalue(name)
    return found


def files(dialect: str, story: Story) -> tuple[dict[str, str], dict[str, str]]:
    """Of base → d4, and of its rollback."""
    written = "mysql" if dialect == "mariadb" else dialect
    range = change(story.steps(written), story.rollback(written), dialect)
    return split(range, range.up), split(range, range.down)


def change(up: Sequence[Step], down: Sequence[Step], dialect: str) -> Range:
    target, before = TARGETS[dialect], Schema(dialect)
    lost, ways = losses(up, down, target, before), undos(up, down, target, before)
    return Range(up, down, target, lost, ways, before, "0" * 64)


def run(database: Database | File, dialect: str, text: str) -> Run:
    return database.client(text, *OPTIONS[dialect])


def run_all(database: Database | File, dialect: str, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        done = run(database, dialect, text)
        assert (done.code, done.result.partition(":")[0]) == (0, "APPLIED"), f"{name}\n{done.log}"


def what_is_there(database: Database | File, dialect: str) -> object:
    return database.rows(WHAT_IS_THERE[dialect]), database.rows("SELECT version_num FROM alembic_version")


def test_the_files_in_their_order_end_as_the_one_script(database: Database | File, dialect: str, story: Story) -> None:
    up, down = files(dialect, story)
    names = ["a1", "b2", "c3", "d4"]
    assert list(up) == [f"{number:03}-{name}.sql" for number, name in enumerate(names, 1)]
    assert list(down) == [f"{number:03}-{name}.sql" for number, name in enumerate(reversed(names), 1)]
    one = render(story.steps("mysql" if dialect == "mariadb" else dialect), TARGETS[dialect])
    run_all(database, dialect, {"one": one})
    wanted = what_is_there(database, dialect)
    run_all(database, dialect, down)
    assert what_is_there(database, dialect) != wanted
    run_all(database, dialect, up)
    assert what_is_there(database, dialect) == wanted
    again = run(database, dialect, list(up.values())[-1])
    assert again.result.startswith("ALREADY APPLIED")


def test_a_file_out_of_its_order_changes_nothing_and_a_mended_one_goes_on(
    database: Database | File, dialect: str, story: Story, tmp_path: Path
) -> None:
    up, _ = files(dialect, story)
    first, second, third, fourth = up.values()
    run_all(database, dialect, {"first": first, "second": second})
    before = what_is_there(database, dialect)
    for wrong in (first, fourth):
        done = run(database, dialect, wrong)
        assert done.code != 0
        assert not done.result.startswith(("APPLIED", "ALREADY APPLIED"))
        assert what_is_there(database, dialect) == before
    database.rows("INSERT INTO books (id, title) VALUES (1, 'in the way of c3')")
    assert run(database, dialect, third).code != 0
    database.rows("DELETE FROM books")
    run_all(database, dialect, {"third": third, "fourth": fourth})
    assert database.rows("SELECT count(*) FROM books")[0][0] == 1


# ---- psql: a file for each part of a revision


def in_parts(story: Story) -> tuple[Step, ...]:
    """Base → a1 → b2 → c3 → d4, of which c3 commits three times, and sets what its later parts rely on."""
    books, tags = Name("books"), Name("tags")
    a1, b2, c3, d4 = story.steps("postgresql")
    index = CreateIndex("ix_title", books, ("title",), concurrently=True, unique=True)
    items = (
        story.item("postgresql", "SET work_mem = '8MB'", SetOption("work_mem", "8MB")),
        *c3.items,
        story.item("postgresql", "CREATE UNIQUE INDEX CONCURRENTLY ix_title ON books (title)", index, transaction=None),
        story.item(
            "postgresql",
            "INSERT INTO tags (id, name) VALUES (2, current_setting('work_mem'))",
            Insert(tags, 1),
            transaction=2,
        ),
    )
    return a1, b2, replace(c3, items=items), d4


def test_parts_of_a_revision_in_files_end_as_the_one_script(postgresql_database: Database, story: Story) -> None:
    range = change(in_parts(story), (), "postgresql")
    texts = split(range, range.up, "segment")
    names = ["001-a1", "002-b2", "003-c3-1", "004-c3-2", "005-c3-3", "006-d4"]
    assert list(texts) == [f"{name}.sql" for name in names]
    statements = [sql for text in texts.values() for sql in read_back(text, "postgresql")]
    assert statements == [item.sql for step in range.up for item in step.items]
    ended = []
    for text in texts.values():
        done = run(postgresql_database, "postgresql", text)
        assert done.code == 0, done.log
        ended.append(done.result.partition(":")[0])
    half = ["APPLIED up to part 1 of 3 of c3", "APPLIED up to part 2 of 3 of c3"]
    assert ended == ["APPLIED", "APPLIED", *half, "APPLIED", "APPLIED"]
    assert postgresql_database.rows("SELECT name FROM tags ORDER BY id")[1:] == [("8MB",)]
    assert postgresql_database.rows("SELECT obj_description('alembic_version'::regclass)") == [(None,)]
    again = run(postgresql_database, "postgresql", texts["006-d4.sql"])
    assert again.result.startswith("ALREADY APPLIED: ")


def test_parts_pasted_one_behind_the_other_are_one_script(postgresql_database: Database, story: Story) -> None:
    range = change(in_parts(story), (), "postgresql")
    done = run(postgresql_database, "postgresql", "".join(split(range, range.up, "segment").values()))
    assert (done.code, done.result.partition(":")[0]) == (0, "APPLIED"), done.log
    assert postgresql_database.rows("SELECT version_num FROM alembic_version") == [("d4",)]
    assert postgresql_database.rows("SELECT name FROM tags ORDER BY id")[1:] == [("8MB",)]


def test_a_part_waits_for_those_before_it_and_goes_on_when_mended(postgresql_database: Database, story: Story) -> None:
    range = change(in_parts(story), (), "postgresql")
    first, second, add, index, insert, last = split(range, range.up, "segment").values()

    def refused(text: str) -> None:
        before = what_is_there(postgresql_database, "postgresql")
        done = run(postgresql_database, "postgresql", text)
        assert done.code == 3, done.log
        assert not done.result.startswith(("APPLIED", "ALREADY APPLIED")), done.log
        assert what_is_there(postgresql_database, "postgresql") == before

    run_all(postgresql_database, "postgresql", {"first": first, "second": second})
    for early in (index, insert, last):
        refused(early)
    assert run(postgresql_database, "postgresql", add).code == 0
    again = run(postgresql_database, "postgresql", add)
    assert (again.code, again.result.partition(":")[0]) == (0, "ALREADY APPLIED up to part 1 of 3 of c3"), again.log
    refused(insert)
    postgresql_database.rows("INSERT INTO books (id, title) VALUES (8, 'twice'), (9, 'twice')")
    failed = run(postgresql_database, "postgresql", index)
    assert failed.code == 3
    assert "could not create unique index" in failed.log
    refused(insert)
    postgresql_database.rows("DELETE FROM books WHERE id = 9")
    assert run(postgresql_database, "postgresql", index).result.startswith("APPLIED up to part 2 of 3 of c3: ")
    one = run(postgresql_database, "postgresql", render(range.up, TARGETS["postgresql"]))  # it knows the parts, too
    assert (one.code, one.result.partition(":")[0]) == (0, "APPLIED"), one.log
    assert postgresql_database.rows("SELECT name FROM tags ORDER BY id")[1:] == [("8MB",)]
