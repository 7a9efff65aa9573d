"""What psql's script does about revisions that commit in parts, when only a catalog or a person knows what stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sqlgen.script import Unfaithful
from sqlgen.segments import Gap, Step
from tests.servers.histories_psql import (
    DOWN,
    END,
    SLEEPS,
    STATEMENTS,
    STRICT,
    UP,
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
    pasted,
    psql,
    rollback,
    schema,
    start,
    step,
    wait_until,
)

if TYPE_CHECKING:
    from conftest import Database, Server


@pytest.fixture(scope="module")
def template(postgresql_server: Server) -> Iterator[Database]:
    with made(postgresql_server) as database:
        fill(database)
        arm(database)
        yield database


@pytest.fixture
def database(postgresql_server: Server, template: Database) -> Iterator[Database]:
    with made(postgresql_server, template.name) as made_now:
        yield made_now


def cut(text: str, behind: str) -> str:
    """The script up to a statement, which still runs; then the connection is lost."""
    end = text.index("SET default_transaction_read_only = on;", text.index(f"\n{behind};\n"))
    return text[:end] + "\\connect\n\\q\n"


@pytest.mark.parametrize("sql", ["SAVEPOINT a", "RELEASE SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "LOCK TABLE orders"])
def test_what_needs_a_transaction_is_refused_where_it_gets_none(sql: str, database: Database) -> None:
    """It could never run, and what was done before it would stand half done for ever."""
    inside = ("CREATE TABLE seven (id int)", "SAVEPOINT a", sql, "CREATE TABLE eight (id int)")
    items = [(1, one) for one in dict.fromkeys(inside)]
    whole = step("b1", "s0", "b1", *items)
    with pytest.raises(Unfaithful, match="it needs a transaction, and the script runs it outside of any") as refused:
        apply(database, (whole,), transaction="none")
    assert "no autocommit_block, no mode none" in str(refused.value.hint)
    with pytest.raises(Unfaithful, match="it needs a transaction"):
        apply(database, (step("b1", "s0", "b1", *items[:1], (None, sql)),))
    own = step("b1", "s0", "b1", (1, "BEGIN"), *items, (1, "COMMIT"))
    assert psql(database, apply(database, (own,), transaction="none")).code == 0


# ---- statements of which a catalog knows whether they have run


def test_a_begun_statement_that_got_done_is_not_run_again(database: Database) -> None:
    database.rows("CREATE TYPE mood AS ENUM ('sad')")
    add = "ALTER TYPE mood ADD VALUE 'meh'"
    text = apply(database, (step("b1", "s0", "b1", (None, add), (1, "ALTER TABLE orders ADD COLUMN m mood")),))
    psql(database, cut(text, add))
    assert comment(database).endswith("is half done: part 1 of 2 began")
    gone_on = psql(database, text)
    assert "nothing to do: it is done already" in gone_on.log
    assert (gone_on.code, heads(database), comment(database)) == (0, ["b1"], ""), gone_on.log


def test_a_begun_statement_that_did_not_get_done_is_run(database: Database) -> None:
    database.rows("CREATE TYPE mood AS ENUM ('sad')")
    add = "ALTER TYPE mood ADD VALUE 'meh'"
    inject(database, add)
    text = apply(database, (step("b1", "s0", "b1", (None, add)),))
    stopped = psql(database, text)
    assert ("ERROR:  injected" in stopped.log, stopped.code) == (True, 3)
    assert comment(database).endswith("is half done: part 1 of 1 began")
    mend(database)
    assert psql(database, text).code == 0
    assert database.rows("SELECT enumlabel FROM pg_enum ORDER BY 1") == [("meh",), ("sad",)]


@pytest.mark.parametrize("way", ["psql", "pasted"])
def test_an_error_that_is_ignored_is_not_recorded_as_done(way: str, database: Database) -> None:
    """With client commands lost, nothing stops behind a statement that failed."""
    database.rows("CREATE TYPE mood AS ENUM ('sad')")
    add = "ALTER TYPE mood ADD VALUE 'meh'"
    inject(database, add)
    text = apply(database, (step("b1", "s0", "b1", (None, add), (1, "CREATE TABLE later (id int)")),))
    ran = psql(database, text) if way == "psql" else database.client(pasted(text), "-X")
    assert "ERROR:  injected" in ran.log
    assert ran.result.startswith("NOT APPLIED")
    assert (heads(database), database.rows("SELECT to_regclass('later')")) == (["s0"], [(None,)])
    assert comment(database).endswith("is half done: part 1 of 2 began")


def test_data_outside_of_transactions_is_changed_exactly_once(database: Database) -> None:
    once = "UPDATE customers SET name = name || '!'"
    up = step("b1", "s0", "b1", (None, once), (None, "INSERT INTO orders VALUES (9, 1)"), (1, "CREATE TABLE t (i int)"))
    text = apply(database, (up,))
    inject(database, "CREATE TABLE t")
    for _ in range(2):
        assert "ERROR:  injected" in psql(database, text).log
        assert comment(database).endswith("is half done: part 2 of 3 stands")
    mend(database)
    assert psql(database, text).code == 0
    assert database.rows("SELECT name FROM customers ORDER BY 1") == [("a!",), ("b!",)]


def test_what_a_part_has_set_holds_in_the_next_ones_and_after_a_failure_again(database: Database) -> None:
    shown = "SELECT 'found ' || current_setting('work_mem') || ' ' || current_setting('lock_timeout')"
    index = "CREATE UNIQUE INDEX CONCURRENTLY ux ON customers (name)"
    up = step(
        *("b1", "s0", "b1"),
        (None, "SET work_mem = '7MB'"),
        (None, "SET lock_timeout = '8min'"),
        (None, index),
        (None, shown),
        (1, shown),
    )
    after = step("b2", "b1", "b2", (2, shown))
    inject(database, index)
    text = apply(database, (up, after))
    assert "ERROR:  injected" in psql(database, text).log
    mend(database)
    gone_on = psql(database, text)
    assert (gone_on.code, gone_on.log.count("found 7MB 8min")) == (0, 2), gone_on.log
    assert "found 7MB 5s" in gone_on.log  # the next step finds the script's own limit again


# ---- indexes


INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_name ON customers (name) WHERE name <> ''"


@pytest.mark.parametrize(
    ("there", "says"),
    [
        ("CREATE INDEX ix_name ON customers (id) WHERE name <> ''", "another one than the statement makes: btree (id)"),
        (
            "CREATE INDEX ix_name ON customers (name)",
            "another one than the statement makes: btree (name), not btree (n",
        ),
        (
            "CREATE INDEX ix_name ON customers (name DESC) WHERE name <> ''",
            "btree (name desc) where, not btree (name) w",
        ),
        ("CREATE INDEX ix_name ON customers (lower(name)) WHERE name <> ''", "btree (?) where, not btree (name) where"),
        ("CREATE INDEX ix_name ON customers USING hash (name) WHERE name <> ''", "hash (name) where, not btree (name)"),
        ("CREATE INDEX ix_name ON orders (id) WHERE id > 1", "btree (id) where on orders, not btree (name) where"),
        ("CREATE TABLE ix_name (id int)", "ix_name is there already, and is another one than the statement makes"),
    ],
)
def test_another_index_of_the_name_is_never_taken_for_it(there: str, says: str, database: Database) -> None:
    database.rows(there)
    before = schema(database)
    refused = psql(database, apply(database, (step("b1", "s0", "b1", (None, INDEX)),)))
    assert (refused.code, says in refused.result) == (3, True), refused.log
    assert "Look at it: SELECT pg_get_indexdef" in refused.log
    assert (schema(database), heads(database)) == (before, ["s0"])


def test_an_index_that_is_there_already_is_enough_where_the_statement_says_so(database: Database) -> None:
    database.rows("CREATE INDEX ix_name ON customers (name) WHERE name <> ''")
    ran = psql(database, apply(database, (step("b1", "s0", "b1", (None, INDEX)),)))
    assert (ran.code, "nothing to do: it is done already" in ran.log) == (0, True), ran.log


def test_an_invalid_index_of_somebody_else_is_left_to_a_person(database: Database) -> None:
    database.rows("CREATE INDEX ix_name ON customers (name) WHERE name <> ''")
    database.rows("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_name'::regclass")
    text = apply(database, (step("b1", "s0", "b1", (None, INDEX)),))
    refused = psql(database, text)
    assert "index ix_name is there already, but invalid, and this script did not begin it" in refused.result
    assert (refused.code, heads(database), comment(database)) == (3, ["s0"], "")
    database.rows("DROP INDEX ix_name")
    assert psql(database, text).code == 0


@pytest.mark.parametrize("how", ["CREATE INDEX", "CREATE INDEX CONCURRENTLY"])
def test_an_index_that_was_half_dropped_is_built_anew_on_the_way_back(how: str, database: Database) -> None:
    """A DROP INDEX CONCURRENTLY that had to wait and was cut off leaves it invalid."""
    up = (step("b1", "s0", "b1", (None, "DROP INDEX CONCURRENTLY ix_orders_old")),)
    new = f"{how} ix_orders_old ON orders (customer_id)"
    down = (step("b1", "b1", "s0", (1 if how == "CREATE INDEX" else None, new), down=True),)
    start_schema = schema(database)
    connection = database.connect()
    connection.autocommit = False
    connection.cursor().execute("SELECT * FROM orders")
    stopped = psql(database, apply(database, up, lock_timeout_ms=100))
    connection.close()
    assert ("canceling statement due to lock timeout" in stopped.log, stopped.code) == (True, 3)
    assert database.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_orders_old'::regclass") == [(False,)]
    back = psql(database, rollback(database, up, down))
    assert (back.code, schema(database), heads(database)) == (0, start_schema, ["s0"]), back.log


# ---- what only a person can tell


def procedure(database: Database, waits: bool) -> None:
    """A procedure that commits in between, as backfills do."""
    wait = "PERFORM pg_sleep(60);" if waits else ""
    database.rows(
        "CREATE OR REPLACE PROCEDURE backfill() LANGUAGE plpgsql AS $$ BEGIN "
        f"UPDATE customers SET name = name || '!'; COMMIT; {wait} END $$"
    )


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize("has_run", [False, True])
def test_a_begun_call_is_left_to_a_person_who_is_told_what_to_do(
    final: bool, has_run: bool, database: Database
) -> None:
    procedure(database, waits=True)
    rest = () if final else ((1, "CREATE TABLE later (id int)"),)
    up = step("b1", "s0", "b1", (1, "ALTER TABLE orders ADD COLUMN a int"), (None, "CALL backfill()"), *rest)
    text = apply(database, (up,))
    running = start(database, text)
    wait_until(database, SLEEPS)
    database.rows(END)
    assert ended(running).code == 2
    procedure(database, waits=False)
    before = schema(database), contents(database)
    for _ in range(2):
        refused = psql(database, text)
        assert "was begun, and the database can't tell whether it was done" in refused.result, refused.log
        assert (refused.code, (schema(database), contents(database))) == (3, before)
    back = psql(database, rollback(database, (up,), (step("b1", "b1", "s0", (1, "SELECT 1"), down=True),)))
    assert "a statement was begun, and the database can't tell whether it was done" in back.result
    assert "Finish that revision with apply.sql first" in back.log
    hint = refused.log.partition("HINT:  ")[2].splitlines()[0]
    yes, no = hint.partition("If so: ")[2].split(". If not: ")
    database.rows(yes if has_run else no.partition(". Then")[0])
    gone_on = psql(database, text)
    assert (gone_on.code, heads(database), comment(database)) == (0, ["b1"], ""), gone_on.log
    names = [("a!",), ("b!",)] if has_run else [("a!!",), ("b!!",)]
    assert database.rows("SELECT name FROM customers ORDER BY 1") == names


def test_a_call_needs_a_client_that_stops_at_errors(database: Database) -> None:
    procedure(database, waits=False)
    text = apply(database, (step("b1", "s0", "b1", (None, "CALL backfill()")),))
    refused = database.client(pasted(text), "-X")
    assert "only psql stops where it fails: the commands of psql got lost" in refused.log
    assert refused.result.startswith("NOT APPLIED")
    assert (heads(database), database.rows("SELECT name FROM customers ORDER BY 1")) == (["s0"], [("a",), ("b",)])
    assert psql(database, text).code == 0


def test_a_label_that_is_there_before_its_statement_is_not_taken_for_its_own(database: Database) -> None:
    """What a rollback could not take away stops the next run, each time, until a person says that it may stand."""
    database.rows("CREATE TYPE mood AS ENUM ('ok'); ALTER TYPE mood ADD VALUE 'fine'")
    adds = step("b1", "s0", "b1", (None, "ALTER TYPE mood ADD VALUE 'fine'"), (1, "CREATE TABLE m (id int)"))
    for _ in range(2):
        refused = psql(database, apply(database, (adds,)))
        says = "what the statement of step 1, part 1 is to do is done already, and not by this script"
        assert (refused.code, refused.result.startswith(f"NOT APPLIED: {says}")) == (3, True), refused.log
        assert comment(database) == ""
    hint = re.search("COMMENT ON TABLE .* IS '.* stands'", refused.log)
    assert hint is not None, refused.log
    database.rows(hint[0])
    assert psql(database, apply(database, (adds,))).code == 0
    forgives = step("b2", "b1", "b2", (None, "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'fine'"))
    assert psql(database, apply(database, (forgives,))).code == 0


# ---- the way back


def test_where_no_way_back_is_known_the_revision_is_finished_first(database: Database) -> None:
    """Half of two changes of one table's data: which of the downgrade's statement undoes what can't be known."""
    up = step(
        *("b1", "s0", "b1"),
        (1, "UPDATE orders SET customer_id = 1"),
        (None, "CREATE INDEX CONCURRENTLY ix_name ON customers (name)"),
        (2, "UPDATE orders SET customer_id = 2"),
    )
    down = step("b1", "b1", "s0", (1, "DROP INDEX ix_name"), (1, "UPDATE orders SET customer_id = id"), down=True)
    inject(database, "SET customer_id = 2")
    psql(database, apply(database, (up,)))
    mend(database)
    back = psql(database, rollback(database, (up,), (down,)))
    assert (back.code, back.result.startswith("NOT APPLIED: there is no known way back from here: ")) == (3, True)
    assert "HINT:  Finish that revision with apply.sql first, then run this script. Nothing was changed." in back.log
    assert psql(database, apply(database, (up,))).code == 0
    back = psql(database, rollback(database, (up,), (down,)))
    assert (back.code, heads(database)) == (0, ["s0"]), back.log
    assert database.rows("SELECT customer_id FROM orders ORDER BY 1") == [(1,), (2,)]


def test_an_index_that_duplicates_keep_invalid_goes_back_without_the_data_behind_it(database: Database) -> None:
    """The rows that the downgrade deletes are the operator's own: the upgrade has not written any."""
    up = step(
        *("b1", "s0", "b1"),
        (1, "ALTER TABLE customers ADD COLUMN y integer"),
        (None, "CREATE UNIQUE INDEX CONCURRENTLY ux ON customers (name)"),
        (2, "INSERT INTO customers (id, name) VALUES (999, 'new')"),
    )
    down = step(
        *("b1", "b1", "s0"),
        (1, "DELETE FROM customers WHERE id = 999"),
        (None, "DROP INDEX CONCURRENTLY ux"),
        (2, "ALTER TABLE customers DROP COLUMN y"),
        down=True,
    )
    database.rows("INSERT INTO customers VALUES (998, 'a'), (999, 'theirs')")
    before = schema(database), contents(database)
    failed = psql(database, apply(database, (up,)))
    assert (failed.code, "part 2 of 3" in failed.result) == (3, True), failed.log
    back = psql(database, rollback(database, (up,), (down,)))
    assert (back.code, schema(database), contents(database)) == (0, *before), back.log


def test_a_way_back_from_the_middle_needs_psql(database: Database) -> None:
    inject(database, STATEMENTS[5])
    psql(database, apply(database))
    mend(database)
    before = schema(database), contents(database)
    refused = database.client(pasted(rollback(database)), "-X")
    assert "this goes back from the middle of a revision, which needs psql itself" in refused.log
    assert (refused.result.startswith("NOT APPLIED"), (schema(database), contents(database))) == (True, before)
    assert psql(database, rollback(database)).code == 0


def test_a_rollback_is_not_taken_for_another_ones(database: Database) -> None:
    """A record of a changed upgrade, or of another rollback's, opens no way back."""
    inject(database, STATEMENTS[5])
    psql(database, apply(database))
    mend(database)
    changed = replace(UP[1], items=(*UP[1].items[:-1], UP[0].items[0]))
    refused = psql(database, rollback(database, (UP[0], changed, *UP[2:]), DOWN))
    assert (refused.code, "a step was left half done by another script" in refused.result) == (3, True), refused.log


# ---- the whole range as one transaction


def gate(of: Step) -> Step:
    return replace(of, items=(), gap=Gap("asks for rows", "versions/x.py", 7))


def test_of_a_range_nothing_stands_when_one_of_its_steps_fails(database: Database) -> None:
    plain = tuple(replace(each, before=(before,), after=(after,)) for each, before, after in (
        (UP[0], "s0", "b1"), (UP[2], "b1", "b3")))  # fmt: skip
    before = schema(database), contents(database)
    inject(database, STATEMENTS[8])
    text = apply(database, plain, transaction="range")
    for run in (psql(database, text), database.client(pasted(text), "-X")):
        assert "ERROR:  injected" in run.log
        assert run.result.startswith("NOT APPLIED"), run.log
        assert (schema(database), contents(database)) == before
    mend(database)
    done = psql(database, text)
    assert "sqlgen: steps 1 to 2 of 2 are committed" in done.log
    assert (done.code, done.result) == (0, f"APPLIED: database {database.name} is at {{b3}}")


def test_a_range_is_entered_at_any_step(database: Database) -> None:
    plain = tuple(replace(each, before=(before,), after=(after,)) for each, before, after in (
        (UP[0], "s0", "b1"), (UP[2], "b1", "b3")))  # fmt: skip
    assert psql(database, apply(database, plain[:1])).code == 0
    done = psql(database, apply(database, plain, transaction="range"))
    assert "step 1 of 2: b1 was done before, skipped" in done.log
    assert (done.code, heads(database)) == (0, ["b3"]), done.log


def test_a_gate_ends_the_transaction_and_holds_until_it_was_done_by_hand(database: Database) -> None:
    gated = (UP[0], gate(UP[1]), UP[2], UP[3])
    text = apply(database, gated, transaction="range")
    for _ in range(2):
        stopped = psql(database, text)
        assert (stopped.code, stopped.result) == (3, "NOT APPLIED: at {b1}; the script stops before revision b2")
        assert heads(database) == ["b1"]
    for one in UP[1].items:
        database.rows(one.sql)
    database.rows("UPDATE alembic_version SET version_num = 'b2'")
    gone_on = psql(database, text)
    assert (gone_on.code, heads(database)) == (0, ["b4"]), gone_on.log


def test_a_commit_that_fails_is_not_called_done(database: Database) -> None:
    """A deferred constraint is checked when the transaction commits."""
    database.rows("ALTER TABLE orders ALTER CONSTRAINT orders_customer_id_fkey DEFERRABLE INITIALLY DEFERRED")
    text = apply(database, (step("b1", "s0", "b1", (1, "INSERT INTO orders VALUES (7, 77)")),))
    for run in (psql(database, text), database.client(pasted(text), *STRICT[:1])):
        assert "violates foreign key constraint" in run.log
        assert "(b1) done" not in run.log
        assert run.result.startswith("NOT APPLIED"), run.log
        assert heads(database) == ["s0"]
