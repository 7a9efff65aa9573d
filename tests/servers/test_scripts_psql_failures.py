"""psql's script stopped at each of its statements: the same file goes on, the rollback goes back, from everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.servers.histories_psql import (
    DOWN,
    END,
    SLEEPS,
    STATEMENTS,
    apply,
    arm,
    comment,
    contents,
    ended,
    fill,
    heads,
    inject,
    made,
    mend,
    psql,
    rollback,
    schema,
    start,
    wait_until,
)

if TYPE_CHECKING:
    from conftest import Database, Run, Server


@pytest.fixture(scope="module")
def template(postgresql_server: Server) -> Iterator[Database]:
    with made(postgresql_server) as database:
        fill(database)
        arm(database)
        yield database


@pytest.fixture(scope="module")
def undisturbed(postgresql_server: Server, template: Database) -> tuple[object, object]:
    """Schema and rows after a run without any failure."""
    with made(postgresql_server, template.name) as database:
        assert psql(database, apply(None)).result.startswith("APPLIED")
        return schema(database), contents(database)


@pytest.fixture
def database(postgresql_server: Server, template: Database) -> Iterator[Database]:
    with made(postgresql_server, template.name) as made_now:
        yield made_now


def goes_on_and_back(
    server: Server, stopped: Database, start_schema: object, undisturbed: tuple[object, object]
) -> None:
    """From a state that a stopped apply.sql has left: a copy of it goes back, it itself goes on."""
    with made(server, stopped.name) as copy:
        back = psql(copy, rollback(None))
        assert (back.code, back.result.startswith(("APPLIED", "ALREADY APPLIED"))) == (0, True), back.log
        assert (schema(copy), heads(copy), comment(copy)) == (start_schema, ["s0"], "")
        again = psql(copy, rollback(None))
        assert (again.code, again.result.startswith("ALREADY APPLIED")) == (0, True), again.log
    gone_on = psql(stopped, apply(None))
    assert (gone_on.code, gone_on.result.startswith("APPLIED")) == (0, True), gone_on.log
    assert (schema(stopped), contents(stopped)) == undisturbed


def refused_honestly(stopped: Run, database: Database) -> None:
    """No success is claimed, and the version table is where the last line says."""
    assert stopped.code == 3, stopped.log
    assert stopped.result.startswith(f"NOT APPLIED yet: at {{{heads(database)[0]}}}; "), stopped.log


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
def test_a_failure_at_any_statement_is_mended_or_taken_back(
    number: int, postgresql_server: Server, template: Database, database: Database, undisturbed: tuple[object, object]
) -> None:
    inject(database, STATEMENTS[number])
    stopped = psql(database, apply(None))
    assert "ERROR:  injected" in stopped.log
    refused_honestly(stopped, database)
    mend(database)
    goes_on_and_back(postgresql_server, database, schema(template), undisturbed)


@pytest.mark.parametrize("mode", ["range", "none"])
@pytest.mark.parametrize("number", [1, 3, 8, 11])
def test_so_it_is_however_the_statements_commit(
    mode: str,
    number: int,
    postgresql_server: Server,
    template: Database,
    database: Database,
    undisturbed: tuple[object, object],
) -> None:
    """In the whole range's transactions, and one by one."""
    inject(database, STATEMENTS[number])
    text = apply(None, transaction=mode)
    stopped = psql(database, text)
    assert ("ERROR:  injected" in stopped.log, stopped.code) == (True, 3), stopped.log
    assert stopped.result.startswith("NOT APPLIED yet: ")
    mend(database)
    with made(postgresql_server, database.name) as copy:
        back = psql(copy, rollback(None, transaction=mode))
        assert (back.code, schema(copy), comment(copy)) == (0, schema(template), ""), back.log
    gone_on = psql(database, text)
    assert (gone_on.code, gone_on.result.startswith("APPLIED")) == (0, True), gone_on.log
    assert (schema(database), contents(database)) == undisturbed


@pytest.mark.parametrize("statement", [one.sql for step in DOWN for one in step.items])
def test_a_rollback_that_fails_anywhere_goes_on(statement: str, template: Database, database: Database) -> None:
    assert psql(database, apply(None)).code == 0
    inject(database, statement)
    stopped = psql(database, rollback(None))
    assert "ERROR:  injected" in stopped.log
    refused_honestly(stopped, database)
    mend(database)
    back = psql(database, rollback(None))
    assert (back.code, back.result.startswith("APPLIED")) == (0, True), back.log
    assert (schema(database), heads(database), comment(database)) == (schema(template), ["s0"], "")


@pytest.mark.parametrize("statement", [one.sql for one in DOWN[2].items if "said" not in one.sql])
def test_a_rollback_from_the_middle_that_fails_goes_on_too(
    statement: str, template: Database, database: Database
) -> None:
    """b2 has stopped before its last part, so neither its row nor its last column is there."""
    inject(database, STATEMENTS[6])
    psql(database, apply(None))
    mend(database)
    assert comment(database).endswith("is half done: part 3 of 4 stands")
    inject(database, statement)
    stopped = psql(database, rollback(None))
    mend(database)
    if stopped.code != 0:
        assert "ERROR:  injected" in stopped.log
        assert stopped.result.startswith("NOT APPLIED yet: at {b1}, in the middle of b2; step 3 of 4"), stopped.log
        stopped = psql(database, rollback(None))
    assert (stopped.code, schema(database), heads(database)) == (0, schema(template), ["s0"]), stopped.log
    assert comment(database) == ""


@pytest.mark.parametrize("stopped_at", [5, 10])
def test_a_rollback_from_the_middle_that_is_cut_off_anywhere_goes_on(
    stopped_at: int, template: Database, database: Database
) -> None:
    """The connection is lost behind some line or other; then the rollback is run whole."""
    inject(database, STATEMENTS[stopped_at])
    psql(database, apply(None))
    mend(database)
    lines = rollback(None).splitlines(keepends=True)
    texts = ["".join(lines[: end + 1]) for end, line in enumerate(lines) if line.endswith(";\n")]
    whole = [text for text in texts if text.count("$sqlgen$") % 2 == 0]
    for text in Random(stopped_at).sample(whole, 7):
        with made(database.server, database.name) as copy:
            psql(copy, text)
            back = psql(copy, rollback(None))
            assert (back.code, schema(copy)) == (0, schema(template)), (len(text.splitlines()), back.log)
            assert (heads(copy), comment(copy)) == (["s0"], "")


def test_a_rollback_takes_an_invalid_index_away(template: Database, database: Database) -> None:
    database.rows("UPDATE customers SET name = 'same'")
    stopped = psql(database, apply(None))
    assert "could not create unique index" in stopped.log
    assert comment(database).endswith("is half done: part 2 of 4 began")
    back = psql(database, rollback(None))
    assert (back.code, schema(database), heads(database)) == (0, schema(template), ["s0"]), back.log


@pytest.mark.parametrize("number", Random(5).sample(range(len(STATEMENTS)), 3))
def test_a_client_that_is_killed_anywhere_leaves_its_lock_to_the_server_and_then_goes_on(
    number: int, postgresql_server: Server, template: Database, database: Database, undisturbed: tuple[object, object]
) -> None:
    inject(database, STATEMENTS[number], "wait")
    running = start(database, apply(None))
    wait_until(database, SLEEPS)
    running.process.kill()
    ended(running)
    refused = psql(database, apply(None))
    assert "another sqlgen script is running" in refused.result
    assert "end it (pg_terminate_backend)" in refused.log
    database.rows(END)
    wait_until(database, f"NOT {SLEEPS}")
    mend(database)
    goes_on_and_back(postgresql_server, database, schema(template), undisturbed)


@pytest.mark.parametrize("number", Random(6).sample(range(len(STATEMENTS)), 3))
def test_a_connection_that_is_cut_anywhere_ends_psql_and_then_goes_on(
    number: int, postgresql_server: Server, template: Database, database: Database, undisturbed: tuple[object, object]
) -> None:
    inject(database, STATEMENTS[number], "wait")
    running = start(database, apply(None))
    wait_until(database, SLEEPS)
    database.rows(END)
    cut = ended(running)
    assert ("terminating connection due to administrator command" in cut.log, cut.code) == (True, 2)
    mend(database)
    goes_on_and_back(postgresql_server, database, schema(template), undisturbed)


@pytest.mark.parametrize(("table", "stops"), [("customers", "{s0}; step 1"), ("orders", "{b3}; step 4")])
def test_a_lock_that_is_not_given_stops_the_script_and_then_it_goes_on(
    table: str,
    stops: str,
    postgresql_server: Server,
    template: Database,
    database: Database,
    undisturbed: tuple[object, object],
) -> None:
    with closing(database.connect()) as connection:
        connection.autocommit = False
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
            stopped = psql(database, apply(None, lock_timeout_ms=300))
    assert "canceling statement due to lock timeout" in stopped.log
    assert (stopped.code, stopped.result.startswith(f"NOT APPLIED yet: at {stops} of 4")) == (3, True), stopped.log
    goes_on_and_back(postgresql_server, database, schema(template), undisturbed)


def test_of_two_operators_at_once_one_is_refused(database: Database, undisturbed: tuple[object, object]) -> None:
    text = apply(None)
    both = [start(database, text) for _ in range(2)]
    runs = sorted([ended(running) for running in both], key=lambda run: run.result)
    late = runs[0] if runs[1].result.startswith("APPLIED") else runs[1]
    assert [run.result.startswith("APPLIED") for run in runs].count(True) == 1, runs
    busy = late.code == 3 and "another sqlgen script is running in this database" in late.result
    assert busy or (late.code == 0 and late.result.startswith("ALREADY APPLIED")), late.log
    assert (schema(database), contents(database)) == undisturbed
