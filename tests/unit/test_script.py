"""Steps into scripts: marks, stamps, parts, headers, refusals of what makes no sense."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from sqlgen.errors import HistoryError, SettingsError, UsageError, VerificationError
from sqlgen.facts.vocabulary import Begin, Commit, Fact
from sqlgen.script import Target, read_back, render
from sqlgen.script.path import Stamp, rest, stamps
from sqlgen.script.plan import parts
from sqlgen.segments import Gap, Item, Note, Place, Query, SqlFile, Step
from sqlgen.statements import split

TARGETS = {
    "postgresql": Target("postgresql", "psql", "16", "prod", "shop"),
    "mysql": Target("mysql", "mysql", "8.0", "prod", "shop"),
    "mariadb": Target("mariadb", "mysql", "10.11", "prod", "shop"),
    "sqlite": Target("sqlite", "sqlite3", None, "prod", "shop.db"),
}
DIALECTS = list(TARGETS)


def item(sql: str, *facts: Fact, transaction: int | None = 1) -> Item:
    return Item(split(sql, "postgresql")[0], facts, Place("versions/x.py", 3, 4, 5), transaction)


def steps(*statements: str) -> tuple[Step, ...]:
    first = Step("a1", "create", "upgrade", (), ("a1",), "versions/a1.py", tuple(map(item, statements)))
    return first, Step("b2", "merge point", "upgrade", ("a1",), ("b2",), "versions/b2.py", ())


# ---- marks and read_back


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_come_back_exactly_as_they_went_in(dialect: str) -> None:
    texts = (
        "CREATE TABLE t (\n  a text\n)",
        "INSERT INTO t VALUES ('\n-- sqlgen: statement 2, 1 characters, sha256 0000000000000000\nx\n')",
        "INSERT INTO t VALUES ('-- sqlgen: end, 1 statement\n', '书名 \U0001f4d6', ';')",
    )
    assert read_back(render(steps(*texts), TARGETS[dialect]), dialect) == texts


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_script_without_statements_reads_back_as_none(dialect: str) -> None:
    assert read_back(render(steps(), TARGETS[dialect]), dialect) == ()


def test_text_that_looks_like_a_mark_never_becomes_a_statement() -> None:
    inner = render(steps("SELECT 1", "SELECT 2"), TARGETS["postgresql"])
    text = "SELECT $a$" + inner + "$a$"
    assert read_back(render(steps(text, "SELECT 3"), TARGETS["postgresql"]), "postgresql") == (text, "SELECT 3")


def test_any_change_to_a_statement_or_a_lost_line_is_noticed() -> None:
    script = render(steps("SELECT 1", "SELECT 'two'"), TARGETS["postgresql"])
    assert read_back(script, "postgresql") == ("SELECT 1", "SELECT 'two'")
    lines = script.splitlines(keepends=True)
    marks = [index for index, line in enumerate(lines) if line.startswith("-- sqlgen: statement")]
    changed = [
        script.replace("SELECT 1", "SELECT 9"),
        script.replace("'two'", "'too'"),
        "".join(lines[: marks[0]] + lines[marks[0] + 1 :]),
        "".join(lines[: marks[1]] + lines[marks[1] + 1 :]),
        "".join(lines[:-1]),
        "".join(lines[: marks[1]]),
        script + "DROP TABLE t;\n",
        script.replace("\n", "\r\n"),
    ]
    for text in changed:
        with pytest.raises(VerificationError):
            read_back(text, "postgresql")


def test_a_cut_script_is_never_read_as_a_whole_one() -> None:
    script = render(steps("SELECT 1", "SELECT 'two'"), TARGETS["mariadb"])
    for end in random.Random(1).sample(range(len(script)), 200):
        with pytest.raises(VerificationError):
            read_back(script[:end], "mariadb")


# ---- stamps


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((), ("a",), [Stamp(None, "a")]),
        (("a",), ("b",), [Stamp("a", "b")]),
        (("a",), (), [Stamp("a", None)]),
        (("a",), ("a", "b"), [Stamp(None, "b")]),
        (("a", "b"), ("m",), [Stamp("b", None), Stamp("a", "m")]),
        (("m",), ("a", "b"), [Stamp("m", "a"), Stamp(None, "b")]),
        (("a", "b", "x"), ("m", "x"), [Stamp("b", None), Stamp("a", "m")]),
        (("a", "b"), ("a",), [Stamp("b", None)]),
        (("a",), ("a",), []),
    ],
)
def test_stamps_lead_from_the_rows_before_to_the_rows_after(
    before: tuple[str, ...], after: tuple[str, ...], expected: list[Stamp]
) -> None:
    assert list(stamps(before, after)) == expected
    rows = set(before)
    for stamp in expected:
        rows -= {stamp.old} - {None}
        rows |= {stamp.new} - {None}
    assert rows == set(after)


# ---- parts


def shape(*items: Item) -> list[tuple[int, bool, bool]]:
    step = Step("b", "", "upgrade", ("a",), ("b",), None, items)
    return [(len(part.items), part.transaction, part.own_commit) for part in parts(step, TARGETS["postgresql"])]


def test_a_step_is_cut_where_it_commits() -> None:
    one, outside = item("SELECT 1"), item("SELECT 2", transaction=None)
    later = item("SELECT 3", transaction=2)
    commit, begin = item("COMMIT", Commit()), item("BEGIN", Begin())
    assert shape(one, one) == [(2, True, False)]
    assert shape() == [(0, True, False)]
    assert shape(one, outside, outside, later) == [
        (1, True, False),
        (1, False, False),
        (1, False, False),
        (1, True, False),
    ]
    assert shape(one, commit, one) == [(2, True, True), (1, False, False)]
    assert shape(one, commit) == [(2, True, True), (0, True, False)]
    assert shape(one, commit, begin, one, commit) == [(2, True, True), (3, True, True), (0, True, False)]
    assert shape(one, commit, later) == [(2, True, True), (1, True, False)]
    assert shape(replace(begin, transaction=None), outside) == [(2, True, False)]


# ---- what a script says


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_header_says_what_where_and_how(dialect: str) -> None:
    target = TARGETS[dialect]
    header = render(steps(), target, title=["release 7", "two\nlines"]).split("\n-- Revisions:\n")[0]
    assert "-- release 7\n-- two lines\n" in header
    assert "-- What:        upgrade, alembic_version base -> b2, 2 revision(s)\n" in header
    assert "-- Environment: prod\n" in header
    assert f"-- Database:    {target.database} (the guard refuses any other)\n" in header
    assert "< apply.sql" in header or "-f apply.sql" in header
    assert ("NOT RUN ON A REAL SERVER" in header) == (dialect == "mysql")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_revisions_are_listed_with_message_and_file(dialect: str) -> None:
    script = render(steps(), TARGETS[dialect])
    assert "--     1. a1  create  (versions/a1.py)\n--     2. b2  merge point  (versions/b2.py)\n" in script


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_rollback_is_named_so(dialect: str) -> None:
    down = Step("b2", "", "downgrade", ("b2",), ("a1",), None, ())
    script = render([down], TARGETS[dialect])
    assert "-- What:        downgrade, alembic_version b2 -> a1" in script
    assert "rollback.sql > rollback.log 2>&1\n" in script


def test_mysql_and_mariadb_use_the_names_that_their_servers_know() -> None:
    mysql, mariadb = (render(steps("SELECT 1"), TARGETS[name]) for name in ("mysql", "mariadb"))
    assert ("SESSION transaction_read_only = " in mysql, "tx_read_only" in mysql) == (True, False)
    assert ("SESSION tx_read_only = " in mariadb, "transaction_read_only" in mariadb) == (True, False)
    assert ("NO_AUTO_CREATE_USER" in mysql, "NO_AUTO_CREATE_USER" in mariadb) == (False, True)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_steps_give_the_same_bytes_without_control_characters(dialect: str) -> None:
    first, second = (render(steps("SELECT 1"), TARGETS[dialect]) for _ in range(2))
    assert first == second
    assert first.endswith("\n")
    assert all(char.isprintable() or char == "\n" for char in first)


def test_time_limits_are_set_in_the_units_of_each_client() -> None:
    limits = {"lock_timeout_ms": 2500, "statement_timeout_ms": 90000}
    made = {name: render(steps(), replace(target, **limits)) for name, target in TARGETS.items()}
    assert "SET lock_timeout = '2500ms';\nSET statement_timeout = '90000ms';" in made["postgresql"]
    assert "lock_wait_timeout = 3, SESSION innodb_lock_wait_timeout = 3;" in made["mysql"]
    assert ("max_statement_time = 90;" in made["mariadb"], "max_statement_time" in made["mysql"]) == (True, False)
    assert "statement_timeout is not set" in made["mysql"]
    assert ".timeout 2500\n" in made["sqlite"]


def test_the_command_for_the_rest_names_where_the_gate_leads() -> None:
    gap = Gap("why", None, None)
    up = [Step(name, "", "upgrade", (before,), (name,), None, (), gap) for before, name in ("ab", "bc", "cd")]
    assert rest(up, 1) == "sqlgen emit c:d"
    down = [
        Step(before, "", "downgrade", (before,), after, None, (), gap) for before, after in (("b", ("a",)), ("a", ()))
    ]
    assert rest(down, 0) == "sqlgen emit base:a --down"


# ---- what makes no sense


def test_no_steps_is_an_error() -> None:
    with pytest.raises(UsageError, match="holds no revision"):
        render([], TARGETS["sqlite"])


def test_steps_that_do_not_follow_one_another_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="needs"):
        render([steps()[0], replace(steps()[1], before=("zz",))], TARGETS["sqlite"])


def test_a_client_that_does_not_speak_the_dialect_is_refused() -> None:
    with pytest.raises(SettingsError, match="no script for client psql with dialect sqlite"):
        render(steps(), replace(TARGETS["sqlite"], client="psql"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_cost_is_linear(dialect: str) -> None:
    def path(count: int) -> list[Step]:
        states = [("r0",), *((f"r{number}",) for number in range(1, count + 1))]
        return [
            Step(after[0], "", "upgrade", before, after, None, (item("SELECT 1"),))
            for before, after in pairwise(states)
        ]

    one, ten = (len(render(path(count), TARGETS[dialect])) for count in (100, 1000))
    assert ten < 11 * one


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_id_that_the_new_version_table_can_not_hold_is_refused_before_anything_runs(dialect: str) -> None:
    def script(id: str, before: tuple[str, ...]) -> str:
        return render((Step(id, "", "upgrade", before, (id,), "versions/x.py", ()),), TARGETS[dialect])

    assert script("x" * 32, ())
    assert script("x" * 33, ("a1",)), "the version table that stands may be wider"
    if dialect == "sqlite":
        assert script("x" * 33, ())
    else:
        with pytest.raises(HistoryError, match="has 33 characters, and the version table holds 32"):
            script("x" * 33, ())


# ---- what is missing, recorded or written by hand

QUERY = Query(
    "SELECT id FROM t; DROP TABLE t\n-- sqlgen: end, 1 statement", "fetchall", Place("versions/x.py", 3, 3, 1), 2
)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_client_s_script_says_what_is_missing_at_the_top_and_at_the_step(dialect: str) -> None:
    first, second = steps("SELECT 1")
    marked = (
        replace(first, queries=(QUERY,), notes=(Note("offline-branch", "", None),)),
        replace(second, origin="override", override=SqlFile("sql/b2.sql", "ab" * 32)),
    )
    text = render(marked, TARGETS[dialect])
    assert read_back(text, dialect) == ("SELECT 1",)  # and a query's text never becomes a statement
    header, _, rest = text.partition("-- step 1 of 2")
    for told in (
        "INCOMPLETE: these",
        "versions/x.py:3: SELECT id FROM t; DROP TABLE t",
        "rows seen: 2",
        "BY HAND",
        "OFFLINE",
    ):
        assert told in header
    step_1, _, step_2 = rest.partition("-- step 2 of 2")
    assert "--   INCOMPLETE: it was told that there are no rows" in step_1
    assert "--   written by hand in sql/b2.sql, sha256 abab" in step_2
    recorded = render((replace(first, origin="recorded", queries=(QUERY,)), second), TARGETS[dialect])
    assert "RECORDED on an empty database" in recorded
    assert "INCOMPLETE: it was recorded on an empty database" in recorded


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_gap_is_told_as_a_gap_alone(dialect: str) -> None:
    first, second = steps("SELECT 1")
    gapped = replace(second, queries=(QUERY,), gap=Gap("it reads", "versions/x.py", 3))
    text = render((first, gapped), TARGETS[dialect])
    assert "THIS SCRIPT STOPS before revision b2" in text
    assert "INCOMPLETE" not in text
