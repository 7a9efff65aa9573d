"""The timeline of a review: what commits together, and what it holds until then, as the scripts really run it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from sqlgen.review.document import model
from sqlgen.review.document.statements import statements
from sqlgen.review.document.timeline import timeline
from sqlgen.review.document.told import told
from sqlgen.script import folder
from sqlgen.script.runbook.page import Range
from tests.unit.made_ranges import CLIENTS, of_the_sample, ranged, source

Line = tuple[tuple[model.Transaction, ...], tuple[model.Statement, ...]]


def drawn(range: Range) -> Line:
    one = source(range)
    up, down = told(one)
    forward, _ = statements(one, up, down)
    return check(timeline(one, up, forward))


def check(line: Line) -> Line:
    """The laws: each statement in exactly one transaction, in order; what is held, one of its statements has taken."""
    transactions, forward = line
    assert [each.number for each in transactions] == list(range(1, len(transactions) + 1))
    shared = [number for each in transactions for number in range(each.first, each.last + 1)]
    assert shared == [each.number for each in forward]
    for each in transactions:
        ours = forward[each.first - 1 : each.last]
        assert {one.transaction for one in ours} == {each.number}
        assert each.revisions == tuple(dict.fromkeys(one.revision for one in ours))
        assert (each.ends == "stop") is (each.gate is not None)
        assert len({held.table for held in each.holds}) == len(each.holds)
        for held in each.holds:
            locks = forward[held.since - 1].locks
            assert held.since in range(each.first, each.last + 1)
            assert (held.table, held.mode, held.blocks) in {(one.table, one.mode, one.blocks) for one in locks}
            assert held.blocks in ("writes", "all")
            assert any(not (one.brief or one.new) for one in locks if one.table == held.table)
    return line


def cut(line: Line) -> list[tuple[int, int, str]]:
    return [(each.first, each.last, each.ends) for each in line[0]]


@pytest.fixture(scope="module", params=CLIENTS)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Range:
    return of_the_sample(request.param, tmp_path_factory.mktemp("timeline"))


# ---- what commits together


def test_each_statement_of_the_sample_stands_in_one_transaction(whole: Range) -> None:
    transactions, forward = drawn(whole)
    dialect = whole.target.dialect
    revisions = len({each.revision for each in forward})
    if dialect == "sqlite":
        assert cut((transactions, forward)) == [(1, len(forward), "commit")]
    elif dialect in ("postgresql", "mssql"):
        assert len(transactions) == revisions
    else:
        assert len(transactions) > revisions
        for each in transactions:
            rows = forward[each.first - 1].sql.startswith(("INSERT", "UPDATE", "DELETE"))
            assert each.ends == ("commit" if rows else "implicit")


_MARK = re.compile(r"-- sqlgen: statement ([0-9]+), ")


def as_written(script: str) -> list[tuple[int, int]]:
    """Where a script for psql begins and ends its transactions, as first and last of the statements inside."""
    found: list[list[int]] = []
    open_ = False
    for line in script.splitlines():
        if line == "BEGIN READ WRITE;":
            found.append([])
            open_ = True
        elif line == "COMMIT;":
            open_ = False
        elif (mark := _MARK.match(line)) is not None:
            if not open_:
                found.append([])
            found[-1].append(int(mark[1]))
    return [(numbers[0], numbers[-1]) for numbers in found if numbers]


ALONE = "CREATE INDEX CONCURRENTLY ix_{} ON users ({})"


@pytest.mark.parametrize("mode", ["revision", "range", "none"])
def test_it_is_what_the_script_for_psql_says(mode: str) -> None:
    shop = ranged(
        ("ALTER TABLE users ADD a integer; ALTER TABLE users ADD b integer", ""),
        ("ALTER TABLE books ADD a integer; " + ALONE.format("a", "a") + "; ALTER TABLE books ADD b integer", ""),
        ("ALTER TABLE books ADD c integer", ""),
        ("UPDATE users SET visits = 0; ALTER TABLE users ADD c integer", ""),
        mode=mode,  # type: ignore[arg-type]
    )
    line = drawn(shop)
    assert [(first, last) for first, last, _ in cut(line)] == as_written(folder.files(shop)["apply.sql"])
    ends = [each.ends for each in line[0] if each.first <= 4 <= each.last]
    assert ends == ["itself"]


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("revision", [(1, 2, "commit"), (3, 3, "commit"), (4, 4, "itself"), (5, 5, "commit"), (6, 6, "commit")]),
        ("range", [(1, 2, "commit"), (3, 3, "commit"), (4, 4, "itself"), (5, 5, "commit"), (6, 6, "commit")]),
        ("none", [(number, number, "itself" if number == 4 else "commit") for number in range(1, 7)]),
    ],
)
def test_what_can_not_run_in_a_transaction_cuts_it(mode: str, wanted: list[tuple[int, int, str]]) -> None:
    shop = ranged(
        ("ALTER TABLE users ADD a integer; ALTER TABLE users ADD b integer", ""),
        ("ALTER TABLE books ADD a integer; " + ALONE.format("a", "a") + "; ALTER TABLE books ADD b integer", ""),
        ("ALTER TABLE books ADD c integer", ""),
        mode=mode,  # type: ignore[arg-type]
    )
    assert cut(drawn(shop)) == wanted


def test_a_range_is_one_transaction_where_that_is_asked_for() -> None:
    shop = ranged(("ALTER TABLE users ADD a integer", ""), ("ALTER TABLE users ADD b integer", ""), mode="range")
    assert cut(drawn(shop)) == [(1, 2, "commit")]
    assert drawn(shop)[0][0].revisions == ("r1", "r2")


def test_engines_commit_ddl_themselves_and_rows_together() -> None:
    sql = "UPDATE users SET visits = 0; UPDATE users SET visits = 1; ALTER TABLE users ADD a INT; DELETE FROM users"
    for dialect in ("mysql", "mariadb", "oracle"):
        shop = ranged((sql.replace("ADD a INT", "ADD a INTEGER"), ""), dialect=dialect)
        assert cut(drawn(shop)) == [(1, 2, "commit"), (3, 3, "implicit"), (4, 4, "commit")], dialect


def test_ddl_commits_a_transaction_of_the_revisions_own() -> None:
    sql = "START TRANSACTION; UPDATE users SET visits = 0; DROP TABLE books; DELETE FROM users; COMMIT"
    line = drawn(ranged((sql, ""), dialect="mysql"))
    assert cut(line) == [(1, 2, "implicit"), (3, 3, "implicit"), (4, 4, "itself"), (5, 5, "itself")]


def test_rows_of_a_table_without_transactions_are_not_in_one() -> None:
    rows = "INSERT INTO {0} (id) VALUES (1); INSERT INTO {0} (id) VALUES (2)"
    for engine, wanted in (("MyISAM", [(2, 2, "itself"), (3, 3, "itself")]), ("InnoDB", [(2, 3, "commit")])):
        sql = f"CREATE TABLE logs (id INT) ENGINE={engine}; {rows.format('logs')}"
        assert cut(drawn(ranged((sql, ""), dialect="mysql"))) == [(1, 1, "implicit"), *wanted]


def test_a_commit_of_the_revisions_own_ends_its_transaction() -> None:
    line = drawn(ranged(("UPDATE users SET visits = 0; COMMIT; UPDATE books SET title = ''", "")))
    assert cut(line) == [(1, 2, "commit"), (3, 3, "commit")]


def test_a_gate_ends_the_transaction_before_it() -> None:
    shop = ranged(("DROP TABLE users", ""), (None, None), (None, None), ("DROP TABLE books", ""))
    first, second = drawn(shop)[0]
    assert first.ends == "stop"
    assert first.gate == "r2 could not be rendered: versions/r2.py:31: it reads rows"
    assert (second.ends, second.gate, second.revisions) == ("commit", None, ("r4",))


def test_a_gate_at_the_beginning_has_nothing_before_it() -> None:
    assert cut(drawn(ranged((None, None), ("DROP TABLE books", "")))) == [(1, 1, "commit")]
    assert drawn(ranged((None, None))) == ((), ())


# ---- what it holds


def held(sql: str, dialect: str = "postgresql", number: int = -1) -> Mapping[str, tuple[str, int]]:
    return {one.table: (one.mode, one.since) for one in drawn(ranged((sql, ""), dialect=dialect))[0][number].holds}


def test_locks_pile_up_the_strongest_of_each_table() -> None:
    sql = (
        "CREATE INDEX ix ON users (email); CREATE INDEX iy ON users (phone); ALTER TABLE users ADD a integer; "
        "ALTER TABLE books ADD a integer"
    )
    assert held(sql) == {"users": ("ACCESS EXCLUSIVE", 3), "books": ("ACCESS EXCLUSIVE", 4)}
    assert held("CREATE INDEX ix ON users (email); CREATE INDEX iy ON users (phone)") == {"users": ("SHARE", 1)}


def test_tables_that_the_range_has_made_are_not_held() -> None:
    sql = "CREATE TABLE a (id integer REFERENCES users (id)); CREATE INDEX ix ON a (id); DROP TABLE a"
    assert "a" not in held(sql)
    assert "users" in held(sql)


def test_what_blocks_neither_reads_nor_writes_is_not_held() -> None:
    assert held("UPDATE users SET visits = 0; ALTER TABLE books ADD CONSTRAINT ck CHECK (id > 0) NOT VALID") == {
        "books": ("ACCESS EXCLUSIVE", 2)
    }


def test_a_brief_lock_is_not_held() -> None:
    assert held("ALTER TABLE users ADD COLUMN a INT, ALGORITHM=INPLACE", "mysql") == {}


def test_others_know_a_renamed_table_by_its_old_name_until_it_commits() -> None:
    sql = "ALTER TABLE users RENAME TO people; ALTER TABLE people ADD a integer"
    assert held(sql) == {"users": ("ACCESS EXCLUSIVE", 1)}
    alone = sql.replace("people; ALTER", f"people; {ALONE.format('x', 'email').replace('users', 'people')}; ALTER")
    assert held(alone, number=0) == {"users": ("ACCESS EXCLUSIVE", 1)}
    assert held(alone) == {"people": ("ACCESS EXCLUSIVE", 3)}


def test_a_rebuilt_table_is_held_under_its_own_name() -> None:
    rebuild = (
        "CREATE TABLE _alembic_tmp_users (id INTEGER); INSERT INTO _alembic_tmp_users (id) SELECT id FROM users; "
        "DROP TABLE users; ALTER TABLE _alembic_tmp_users RENAME TO users"
    )
    more = "UPDATE users SET id = 1; ALTER TABLE users ADD COLUMN a INTEGER"
    assert held(f"{rebuild}; {more}", "sqlite").keys() == {"users"}


def test_a_dropped_table_is_held_until_it_commits() -> None:
    assert held("DROP TABLE books; UPDATE users SET visits = 0") == {"books": ("ACCESS EXCLUSIVE", 1)}
