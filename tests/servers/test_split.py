"""A range in files, run in their order by the real clients: they end as the one script does, and go on when mended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sqlgen.schema import Schema
from sqlgen.script import Target, render
from sqlgen.script.losses import losses
from sqlgen.script.runbook import Range
from sqlgen.script.split import split
from sqlgen.script.undo import undos

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
    up, down, before = story.steps(written), story.rollback(written), Schema(dialect)
    target = TARGETS[dialect]
    range = Range(up, down, target, losses(up, down, target, before), undos(up, down, target, before), before, "0" * 64)
    return split(range, up), split(range, down)


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
