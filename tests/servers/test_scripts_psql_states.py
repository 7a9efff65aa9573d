"""Every state of a database by every way to run the script: a wrong one never changes, and nothing claims otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.histories_psql import (
    HOSTILE_PSQLRC,
    apply,
    contents,
    fill,
    heads,
    made,
    pasted,
    psql,
    psql_file,
    psql_typed,
    rollback,
    schema,
)

if TYPE_CHECKING:
    from conftest import Database, Run, Server

WRONG = {
    "wrong start": ("UPDATE alembic_version SET version_num = 'zz'", "holds {zz}"),
    "other case": ("UPDATE alembic_version SET version_num = 'S0'", "holds {S0}"),
    "empty version table": ("DELETE FROM alembic_version", "alembic_version holds {}"),
    "two heads": ("INSERT INTO alembic_version VALUES ('b9')", "holds {b9,s0}"),
    "no table": ("DROP TABLE alembic_version", "there is no table alembic_version"),
    "wrong database": ("SELECT", "this script is for database shop, this one is "),
}
WAYS = ("documented", "stop switched off", "pasted", "stdin", "typed", "hostile psqlrc")


def run(way: str, database: Database, text: str, folder: Path) -> Run:
    match way:
        case "documented":
            return psql_file(database, text, folder)
        case "stop switched off":
            return psql_file(database, text, folder, "-X", "-v", "ON_ERROR_STOP=0", "-v", "AUTOCOMMIT=off")
        case "pasted":
            return database.client(pasted(text), "-X")
        case "stdin":
            return psql(database, text)
        case "typed":
            return psql_typed(database, text, folder)
        case _:
            psqlrc = folder / "psqlrc"
            psqlrc.write_text(HOSTILE_PSQLRC)
            return psql_file(database, text, folder, "-q", psqlrc=str(psqlrc))


@pytest.fixture(scope="module")
def template(postgresql_server: Server) -> Iterator[Database]:
    with made(postgresql_server) as database:
        fill(database)
        yield database


@pytest.fixture
def database(postgresql_server: Server, template: Database) -> Iterator[Database]:
    with made(postgresql_server, template.name) as made_now:
        yield made_now


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_state_is_never_changed(way: str, template: Database, tmp_path: Path) -> None:
    for name, (sql, says) in WRONG.items():
        with made(template.server, template.name) as wrong:
            wrong.rows(sql)
            before = schema(wrong), contents(wrong)
            text = apply(None, database="shop") if name == "wrong database" else apply(wrong)
            refused = run(way, wrong, text, tmp_path)
            assert says in refused.log, (name, refused.log)
            assert refused.result.startswith("NOT APPLIED"), (name, refused.log)
            assert refused.code == (0 if way in ("pasted", "typed") else 3), (name, refused.log)
            assert (schema(wrong), contents(wrong)) == before, name


@pytest.mark.parametrize("way", WAYS)
def test_the_right_start_is_applied_and_a_second_run_changes_nothing(
    way: str, database: Database, tmp_path: Path
) -> None:
    text = apply(database)
    first = run(way, database, text, tmp_path)
    assert first.result == f"APPLIED: database {database.name} is at {{b4}}", first.log
    assert (first.code, heads(database)) == (0, ["b4"])
    after = schema(database), contents(database)
    second = run(way, database, text, tmp_path)
    assert second.result == f"ALREADY APPLIED: database {database.name} is at {{b4}}", second.log
    assert (second.code, schema(database), contents(database)) == (0, *after)
    if way not in ("pasted", "typed"):  # a terminal shows its prompt behind it
        assert first.log.splitlines()[-1] == f"sqlgen result: {first.result}"


@pytest.mark.parametrize("way", WAYS)
def test_so_is_a_rollback(way: str, database: Database, template: Database, tmp_path: Path) -> None:
    text = rollback(database)
    before = schema(database), contents(database)
    already = run(way, database, text, tmp_path)
    assert already.result == f"ALREADY APPLIED: database {database.name} is at {{s0}}", already.log
    assert (schema(database), contents(database)) == before
    assert psql(database, apply(database)).code == 0
    back = run(way, database, text, tmp_path)
    assert (back.code, back.result) == (0, f"APPLIED: database {database.name} is at {{s0}}"), back.log
    assert (schema(database), contents(database)) == before
    database.rows("UPDATE alembic_version SET version_num = 'zz'")
    refused = run(way, database, text, tmp_path)
    assert "this script goes from {b4} to {s0}; alembic_version holds {zz}" in refused.log
    assert (heads(database), schema(database)) == (["zz"], before[0])


def test_a_terminal_is_free_again_after_a_success(database: Database, tmp_path: Path) -> None:
    """The session can be written to, and another one may run a script."""
    text = apply(database) + "CREATE TABLE later (id int);\n"
    ran = psql_typed(database, text, tmp_path)
    assert database.rows("SELECT to_regclass('later') IS NOT NULL") == [(True,)], ran.log
