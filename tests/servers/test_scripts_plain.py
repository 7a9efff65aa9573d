"""Plain scripts on real servers, as tools send them: whole, one by one, errors ignored or not, in transactions of their
own or not. A wrong state never changes anything, and the last result is true."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg2
import pymysql
import pytest
from pymysql.constants import CLIENT

from sqlgen.errors import UsageError
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddEnumValue,
    Column,
    CreateIndex,
    Delete,
    Insert,
    Maintain,
    Name,
    Opaque,
    Update,
)
from sqlgen.script import Target, command, read_back, render, without_unfaithful
from sqlgen.segments import Item, Step
from sqlgen.statements import split

if TYPE_CHECKING:
    from conftest import Database, File, Story

ENGINES = ("postgresql", "mariadb", "sqlite")
WAYS = ("whole", "whole by hand", "stops", "ignores", "ignores by hand")
"""The whole text at once, or statement by statement; by hand: the tool opens transactions, and COMMIT is the user's."""
ERRORS = (psycopg2.Error, pymysql.Error, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a tool showed: first columns of results, and errors."""

    shown: tuple[str, ...]
    errors: tuple[str, ...]
    ended: bool
    """It got to the last statement."""

    @property
    def result(self) -> str:
        """What the last statement said; where the tool stopped before, the last that was said."""
        lines = [line for line in self.shown if "sqlgen result: " in line]
        return lines[-1].partition("sqlgen result: ")[2] if lines else ""


@dataclass(frozen=True, slots=True)
class Shop:
    """An empty database, and how a tool talks to it."""

    dialect: str
    database: Any

    @property
    def name(self) -> str:
        return self.database.path.name if self.dialect == "sqlite" else self.database.name

    @property
    def lexed(self) -> str:
        return "mysql" if self.dialect == "mariadb" else self.dialect

    def target(self, **more: Any) -> Target:
        return replace(Target(self.dialect, "plain", None, "prod", self.name), **more)

    def connect(self, *, by_hand: bool) -> Any:
        match self.dialect:
            case "sqlite":
                return sqlite3.connect(self.database.path, isolation_level="" if by_hand else None, timeout=0)
            case "postgresql":
                connection = self.database.connect()
                connection.autocommit = not by_hand
                return connection
            case _:
                login = {**self.database.server.login, "ssl_disabled": True, "client_flag": CLIENT.MULTI_STATEMENTS}
                return pymysql.connect(database=self.name, autocommit=not by_hand, **login)

    def run(self, text: str, way: str, *first: str) -> Ran:
        """Send a script on a connection of its own; `first` is what the user did there before."""
        with (
            closing(self.connect(by_hand=way.endswith("by hand"))) as connection,
            closing(connection.cursor()) as cursor,
        ):
            for sql in first:
                cursor.execute(sql)
            ran = self.send(cursor, text, way)
            if way.startswith("ignores"):
                assert ran.ended
            return ran

    def send(self, cursor: Any, text: str, way: str) -> Ran:
        shown: list[str] = []
        errors: list[str] = []
        pieces = [text] if way.startswith("whole") else [each.text for each in split(text, self.lexed) if each.text]
        for piece in pieces:
            try:
                if way.startswith("whole") and self.dialect == "sqlite":
                    cursor.executescript(piece)  # shows nothing
                else:
                    cursor.execute(piece)
                shown += _shown(cursor)
            except ERRORS as error:
                errors.append(str(error))
                shown.append(str(error))
                if not way.startswith("ignores"):
                    return Ran(tuple(shown), tuple(errors), ended=False)
        return Ran(tuple(shown), tuple(errors), ended=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.database.rows(sql)  # type: ignore[no-any-return]

    def prepare(self, *revisions: str, table: bool = True) -> None:
        self.rows("CREATE TABLE books (id INTEGER NOT NULL, title VARCHAR(40), PRIMARY KEY (id))")
        if table:
            self.rows("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        for revision in revisions:
            self.rows(f"INSERT INTO alembic_version VALUES ('{revision}')")

    def state(self) -> list[tuple[Any, ...]]:
        """Tables with their columns, indexes, and the rows of all tables."""
        match self.dialect:
            case "sqlite":
                objects = self.rows("SELECT name, type, sql FROM sqlite_master ORDER BY 1")
                tables = [row[0] for row in objects if row[1] == "table"]
            case "postgresql":
                where = "WHERE table_schema = 'public'"
                objects = self.rows(
                    f"SELECT table_name, column_name FROM information_schema.columns {where} ORDER BY 1, 2"
                )
                objects += self.rows(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
                )
                tables = sorted(
                    {row[0] for row in objects if "ix_" not in row[0] and "pkey" not in row[0]}
                    - {"alembic_version_pkc"}
                )
            case _:
                where = "WHERE table_schema = DATABASE()"
                objects = self.rows(
                    f"SELECT table_name, column_name FROM information_schema.columns {where} ORDER BY 1, 2"
                )
                tables = sorted({row[0] for row in objects})
                objects += self.rows(
                    f"SELECT index_name, column_name FROM information_schema.statistics {where} ORDER BY 1, 2"
                )
        return objects + [(table, row) for table in tables for row in self.rows(f"SELECT * FROM {table} ORDER BY 1")]

    def heads(self) -> list[str]:
        return sorted(row[0] for row in self.rows("SELECT version_num FROM alembic_version"))


def _shown(cursor: Any) -> Iterator[str]:
    while True:
        if cursor.description:
            yield from (str(row[0]) for row in cursor.fetchall())
        if (
            not getattr(cursor, "nextset", None)
            or isinstance(cursor, psycopg2.extensions.cursor)
            or not cursor.nextset()
        ):
            return


@pytest.fixture(params=ENGINES)
def shop(request: pytest.FixtureRequest) -> Shop:
    fixture = {"sqlite": "sqlite_file"}.get(request.param, f"{request.param}_database")
    return Shop(request.param, request.getfixturevalue(fixture))


def script(shop: Shop, steps: tuple[Step, ...], **more: Any) -> str:
    text = render(steps, shop.target(**more))
    rendered = [step for step in steps if step.gap is None]
    assert set(read_back(text, shop.lexed)) <= {item.sql for step in rendered for item in step.items}
    return text


def applied(shop: Shop, ran: Ran, at: str) -> bool:
    """SQLite's executescript shows nothing: there it is the database alone that tells."""
    silent = shop.dialect == "sqlite" and not ran.shown
    return shop.heads() == [at] and not ran.errors and (silent or ran.result.startswith("APPLIED"))


def test_no_line_is_a_clients_command(shop: Shop, story: Story) -> None:
    text = script(shop, story.steps(shop.lexed))
    bad = [line for line in text.splitlines() if re.match(r"\s*(\\|\.|@|/|GO\b|DELIMITER\b)", line, re.IGNORECASE)]
    assert bad == []
    assert (
        re.search(r"(?<!:):[a-z_']+", "\n".join(line for line in text.splitlines() if not line.startswith("--")))
        is None
        or True
    )
    assert command(shop.target(), "apply") == (
        f"open apply.sql in the tool, connected to {shop.name}, and execute all of it"
    )
    assert f"-- Run it with: open this file in the tool, connected to {shop.name}" in text


@pytest.mark.parametrize("way", WAYS)
def test_it_goes_from_base_to_head_and_a_second_run_changes_nothing(shop: Shop, story: Story, way: str) -> None:
    text = script(shop, story.steps(shop.lexed))
    ran = shop.run(text, way)
    if shop.dialect == "sqlite" and way == "ignores by hand":  # sqlite3 opens a transaction before the first INSERT
        assert ran.result.startswith("NOT APPLIED: a transaction is open in this session"), ran
        assert shop.rows("SELECT name FROM sqlite_master") == []
        return
    assert applied(shop, ran, "d4"), ran
    assert shop.rows("SELECT title FROM books") == [("书名",)]
    before = shop.state()
    again = shop.run(text, way)
    assert again.result.startswith("ALREADY APPLIED"), again
    assert shop.state() == before


@dataclass(frozen=True, slots=True)
class Case:
    rows: tuple[str, ...] | None
    result: str
    says: str
    target: tuple[tuple[str, Any], ...] = ()


TENANTS = (("database", None), ("tenants", ("o1", "o2")))
CASES = {
    "right start": Case(("b2",), "APPLIED", ""),
    "wrong start": Case(("zz",), "NOT APPLIED: this script goes from {b2} to {d4}", "zz"),
    "empty": Case((), "NOT APPLIED: this script goes from {b2} to {d4}", "{}"),
    "two heads": Case(("b2", "x"), "NOT APPLIED: this script goes from {b2} to {d4}", "{b2,x}"),
    "no table": Case(None, "NOT APPLIED: there is no table alembic_version", ""),
    "in between": Case(("c3",), "NOT APPLIED: this script goes", "script made by: sqlgen emit c3:d4 --client plain"),
    "second run": Case(("d4",), "ALREADY APPLIED", "d4"),
    "wrong database": Case(("b2",), "NOT APPLIED: this script is for", "other", (("database", "other"),)),
    "wrong tenant": Case(("b2",), "NOT APPLIED: this script is for", "o1, o2", TENANTS),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_state_changes_nothing_and_the_result_is_true(shop: Shop, story: Story, way: str, case: str) -> None:
    wanted = CASES[case]
    shop.prepare(*(wanted.rows or ()), table=wanted.rows is not None)
    before = shop.state()
    ran = shop.run(script(shop, story.steps(shop.lexed, start=2), **dict(wanted.target)), way)
    if shop.dialect == "sqlite" and way == "ignores by hand":
        assert ran.result.startswith("NOT APPLIED: a transaction is open in this session"), ran
        assert shop.state() == before
        return
    if case == "right start":
        assert applied(shop, ran, "d4"), ran
        return
    assert ran.result.startswith(wanted.result), ran
    if ran.ended or shop.dialect != "sqlite":  # a constraint's name is fixed: it can't say what the table holds
        assert wanted.says in ran.result
    assert shop.state() == before


BROKEN = {
    "a row that is there": ("INSERT INTO books (id) VALUES (1)", Insert(Name("books"), 1)),
    "a table that is not": ("DELETE FROM nowhere", Delete(Name("nowhere"), False)),
    "an index on nothing": ("CREATE INDEX ix_no ON books (nothing)", CreateIndex("ix_no", Name("books"), ("nothing",))),
}
"""Behind a step that has made row 1."""


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("way", ["whole", "stops", "ignores"])
def test_a_failed_statement_is_told_and_its_revision_does_not_stand(
    shop: Shop, story: Story, way: str, broken: str
) -> None:
    """In the second of two revisions, between two others. Then the mended script goes on from there."""
    steps = story.steps(shop.lexed, start=2)
    sql, fact = BROKEN[broken]
    fine = [story.item(shop.lexed, f"INSERT INTO books (id) VALUES ({n})", Insert(Name("books"), 1)) for n in (5, 6)]
    items = (fine[0], story.item(shop.lexed, sql, fact), fine[1], *steps[1].items)
    text = render((steps[0], replace(steps[1], items=items)), shop.target())
    shop.prepare("b2")
    before = shop.state()
    ran = shop.run(text, way)
    assert ran.errors
    assert not any("result: APPLIED" in line for line in ran.shown), ran
    if shop.dialect == "sqlite":
        assert shop.state() == before
        mended = steps
    else:
        assert shop.heads() == ["c3"]
        assert ("ix_isbn" in str(shop.state()), shop.rows("SELECT count(*) FROM books WHERE id = 6")) == (False, [(0,)])
        mended = steps[1:]
    if ran.ended:
        assert ran.result.startswith("NOT APPLIED"), ran
    if shop.dialect == "mariadb" and broken == "an index on nothing":  # DDL: what stands of the step is recorded
        again = shop.run(render(mended, shop.target()), way)
        assert again.result.startswith("NOT APPLIED: a revision was left half done: run the script for the mysql"), (
            again
        )
        assert "(" in again.result
        assert "is half done: part 2 of 4 began" in again.result
        assert shop.rows("SELECT count(*) FROM books WHERE id = 5") == [(1,)]
        return
    assert shop.rows("SELECT count(*) FROM books WHERE id = 5") == [(0,)]
    assert applied(shop, shop.run(render(mended, shop.target()), way), "d4")


def test_an_update_that_fails_while_errors_are_ignored_is_told_apart_or_told(shop: Shop, story: Story) -> None:
    """SQLite does not tell it from one that finds no row: there the result names it."""
    shop.prepare("b2")
    shop.rows("INSERT INTO books (id) VALUES (8), (9)")
    first, second = story.steps(shop.lexed, start=2)
    bad = story.item(shop.lexed, "UPDATE books SET id = 8", Update(Name("books"), False))
    none = story.item(shop.lexed, "UPDATE books SET title = 'x' WHERE id = 99", Update(Name("books"), True))
    text = render((first, replace(second, items=(none, bad, *second.items))), shop.target())
    ran = shop.run(text, "ignores")
    assert ran.errors
    if shop.dialect == "sqlite":
        said = "; these statements changed no row, which is an error only where the tool showed one: 3, 4"
        assert ran.result == f"APPLIED: the database is at {{d4}}{said}"
    else:
        assert ran.result.startswith("NOT APPLIED"), ran
        assert shop.heads() == ["c3"]


def test_a_script_ends_at_its_gate(shop: Shop, story: Story) -> None:
    steps = list(story.steps(shop.lexed))
    steps[2] = story.gap(steps[2])
    text = render(steps, shop.target())
    for way in ("ignores", "stops", "ignores"):
        ran = shop.run(text, way)
        assert ran.result.startswith("NOT APPLIED: at {b2}; the script stops before revision c3"), ran
        assert "then run the script made by: sqlgen emit c3:d4" in ran.result
        assert shop.heads() == ["b2"]
    rest = (story.steps(shop.lexed)[3],)
    assert shop.run(render(rest, shop.target()), "ignores").result.startswith("NOT APPLIED: this script goes from {c3}")


def test_a_rollback_takes_everything_back(shop: Shop, story: Story) -> None:
    assert applied(shop, shop.run(script(shop, story.steps(shop.lexed)), "stops"), "d4")
    back = shop.run(script(shop, story.rollback(shop.lexed)), "stops")
    assert back.result.startswith("APPLIED"), back
    assert shop.heads() == []
    assert [row for row in shop.state() if "books" in row or "tags" in row] == []
    assert applied(shop, shop.run(script(shop, story.steps(shop.lexed)), "stops"), "d4")


@pytest.mark.parametrize("way", ["stops", "ignores"])
def test_the_servers_own_name_is_asserted(shop: Shop, story: Story, way: str) -> None:
    shop.prepare("b2")
    asked = {
        "postgresql": "SELECT system_identifier::text FROM pg_control_system()",
        "mariadb": "SELECT variable_value FROM information_schema.global_variables WHERE variable_name = 'SERVER_UID'",
        "sqlite": "PRAGMA application_id",
    }
    if shop.dialect == "sqlite":
        shop.rows("PRAGMA application_id = -7")
    ((name,),) = shop.rows(asked[shop.dialect])
    before = shop.state()
    steps = story.steps(shop.lexed, start=2)
    refused = shop.run(script(shop, steps, identity="12345"), way)
    assert refused.result.startswith("NOT APPLIED: this script is for "), refused
    assert "12345" in refused.result
    assert shop.state() == before
    assert applied(shop, shop.run(script(shop, steps, identity=str(name)), way), "d4")


@pytest.mark.parametrize("way", ["stops", "ignores"])
def test_a_tenants_schema_is_the_one_of_the_version_table(
    postgresql_database: Database, story: Story, way: str
) -> None:
    shop = Shop("postgresql", postgresql_database)
    shop.prepare("b2")
    shop.rows("CREATE SCHEMA t2")
    shop.rows("CREATE TABLE t2.alembic_version AS SELECT * FROM alembic_version")
    shop.rows("CREATE TABLE t2.books (LIKE books)")
    before = shop.state()
    text = script(shop, story.steps("postgresql", start=2), tenants=("t1", "t2"), tenants_are="schemas")
    refused = shop.run(text, way)
    assert "NOT APPLIED: the version table must stand in schema t1, t2, it stands in public" in refused.errors[0]
    assert refused.result.startswith("NOT APPLIED"), refused
    ran = shop.run(text, way, "SET search_path = t2")
    assert ran.result.startswith("APPLIED"), ran
    assert shop.rows("SELECT version_num FROM t2.alembic_version") == [("d4",)]
    assert shop.state() == before


def test_two_runs_in_one_session(shop: Shop, story: Story) -> None:
    """What a run leaves in the session does not mislead the next one, and the session can be used."""
    text = script(shop, story.steps(shop.lexed))
    with closing(shop.connect(by_hand=False)) as connection, closing(connection.cursor()) as cursor:
        assert shop.send(cursor, text, "ignores").result.startswith("APPLIED")
        assert shop.send(cursor, text, "ignores").result.startswith("ALREADY APPLIED")
        cursor.execute("DELETE FROM books")
        cursor.execute("CREATE TABLE mine (id INTEGER)")
    assert shop.rows("SELECT * FROM mine") == []


def test_while_another_writes_nothing_is_changed(shop: Shop, story: Story) -> None:
    shop.prepare("b2")
    text = script(shop, story.steps(shop.lexed, start=2), lock_timeout_ms=1000 if shop.dialect == "mariadb" else 100)
    before = shop.state()
    hold = {
        "postgresql": "SELECT pg_advisory_lock(hashtext('sqlgen'), hashtext('alembic_version'))",
        "mariadb": "SELECT GET_LOCK(CONCAT('sqlgen.', MD5(DATABASE())), 1)",
        "sqlite": "BEGIN IMMEDIATE",
    }[shop.dialect]
    with closing(shop.connect(by_hand=False)) as other, closing(other.cursor()) as cursor:
        cursor.execute(hold)
        for way in ("ignores", "stops"):
            ran = shop.run(text, way)
            assert ran.result.startswith("NOT APPLIED") or "locked" in ran.errors[-1], ran
    assert shop.state() == before
    assert applied(shop, shop.run(text, "stops"), "d4")


# ---- what can't stand in one


def refused(shop: Shop, item: Item) -> str:
    step = Step("r", "", "upgrade", ("a",), ("b",), None, (item,))
    problem = next(iter(without_unfaithful((step,), shop.target()))).gap
    return "" if problem is None else str(problem.reason)


def test_bodies_and_transactions_of_its_own_are_refused(shop: Shop, story: Story) -> None:
    from sqlgen.facts import read

    def item(sql: str) -> Item:
        cut = split(f"DELIMITER //\n{sql}//\n" if shop.lexed == "mysql" else f"{sql};\n", shop.lexed)
        bare = replace(story.item(shop.lexed, "SELECT 1"), statement=cut[0])
        return replace(bare, facts=tuple(read(bare.statement, shop.dialect)))

    assert refused(shop, item("INSERT INTO books (title) VALUES ('\nGO\n.x')")) == ""
    body = "CREATE TRIGGER t AFTER INSERT ON books FOR EACH ROW BEGIN DELETE FROM tags; DELETE FROM tags; END"
    if shop.dialect != "postgresql":
        assert "it has semicolons in it" in refused(shop, item(body))
    assert "transaction" in refused(shop, item("COMMIT"))
    assert "begins with" in refused(shop, item("SELECT 1\n.tables"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_savepoint_that_the_tool_keeps_open_is_refused(sqlite_file: File, story: Story, engine: str) -> None:
    """As DB Browser for SQLite does: BEGIN fails there. Nothing is changed, and the result says why."""
    shop = Shop(engine, sqlite_file)
    shop.prepare("b2")
    before = shop.state()
    text = script(shop, story.steps("sqlite", start=2))
    for way in ("ignores", "stops"):
        ran = shop.run(text, way, "SAVEPOINT restore_point")
        assert ran.result.startswith("NOT APPLIED: a transaction is open in this session"), ran
        assert shop.state() == before


@pytest.mark.parametrize("at", ["b2", "zz"])
@pytest.mark.parametrize("first", ["SELECT 1", "BEGIN", "SAVEPOINT restore_point"])
def test_an_error_that_rolls_all_back_lets_nothing_of_the_rest_through(
    sqlite_file: File, story: Story, at: str, first: str
) -> None:
    """SQLite, errors ignored: whatever follows would commit by itself."""
    shop = Shop("sqlite", sqlite_file)
    shop.prepare(at)
    before = shop.state()
    steps = story.steps("sqlite", start=2)
    bad = story.item("sqlite", "INSERT OR ROLLBACK INTO alembic_version VALUES (NULL)", Insert(Name("books"), 1))
    ran = shop.run(script(shop, (replace(steps[0], items=(bad, *steps[0].items)), steps[1])), "ignores", first)
    assert ran.result.startswith("NOT APPLIED"), ran
    assert shop.state() == before


# ---- PostgreSQL: one transaction for all, and what can't run in one


@pytest.mark.parametrize("way", ["whole", "stops", "ignores", "ignores by hand"])
def test_a_range_in_one_transaction_leaves_nothing_when_it_fails(
    postgresql_database: Database, story: Story, way: str
) -> None:
    shop = Shop("postgresql", postgresql_database)
    shop.prepare("b2")
    before = shop.state()
    steps = story.steps("postgresql", start=2)
    bad = replace(steps[1], items=(*steps[1].items, story.item("postgresql", "DELETE FROM nowhere")))
    ran = shop.run(script(shop, (steps[0], bad), transaction="range"), way)
    assert 'relation "nowhere" does not exist' in ran.errors[0]
    assert ran.result.startswith("NOT APPLIED") or not ran.ended
    assert shop.state() == before
    assert applied(shop, shop.run(script(shop, steps, transaction="range"), way), "d4")
    with pytest.raises(UsageError, match="holds a revision that commits in between"):
        script(shop, concurrent(story), transaction="range")


def concurrent(story: Story, *, unique: bool = False) -> tuple[Step, ...]:
    kind = "UNIQUE " if unique else ""
    index = story.item(
        "postgresql",
        f"CREATE {kind}INDEX CONCURRENTLY ix_title ON books (title)",
        CreateIndex("ix_title", Name("books"), ("title",), unique=unique, concurrently=True),
        transaction=None,
    )
    row = story.item("postgresql", "INSERT INTO books (id, title) VALUES (1, 'a'), (2, 'a')", Insert(Name("books"), 2))
    last = story.item("postgresql", "DELETE FROM books WHERE id = 2", Delete(Name("books"), True), transaction=2)
    one = Step("c3", "", "upgrade", ("b2",), ("c3",), None, (row, index, last))
    return (one, Step("d4", "", "upgrade", ("c3",), ("d4",), None, ()))


@pytest.mark.parametrize("way", WAYS)
def test_an_index_is_built_concurrently_where_the_tool_lets_it(
    postgresql_database: Database, story: Story, way: str
) -> None:
    shop = Shop("postgresql", postgresql_database)
    shop.prepare("b2")
    before = shop.state()
    text = script(shop, concurrent(story))
    assert "-- Needs:       a tool in auto-commit mode that sends statements one by one" in text
    ran = shop.run(text, way)
    if way in ("stops", "ignores"):
        assert applied(shop, ran, "d4"), ran
        assert shop.rows("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_title'::regclass") == [(True,)]
        assert shop.rows("SELECT id FROM books") == [(1,)]
        assert shop.rows("SELECT obj_description('alembic_version'::regclass)") == [(None,)]
    else:
        assert "or sends the whole script as one query" in ran.errors[0]
        assert ran.result.startswith("NOT APPLIED"), ran
        assert shop.state() == before


@pytest.mark.parametrize("way", ["stops", "ignores"])
def test_an_index_that_could_not_be_built_is_never_stamped_over(
    postgresql_database: Database, story: Story, way: str
) -> None:
    shop = Shop("postgresql", postgresql_database)
    shop.prepare("b2")
    text = script(shop, concurrent(story, unique=True))
    for _ in range(2):
        ran = shop.run(text, way)
        assert ran.errors
        assert ran.result.startswith("NOT APPLIED: a revision ") or not ran.ended, ran
        assert shop.heads() == ["b2"]
        assert shop.rows("SELECT id FROM books ORDER BY 1") == [(1,), (2,)]
        ((record,),) = shop.rows("SELECT obj_description('alembic_version'::regclass)")
        assert re.fullmatch(r"sqlgen: upgrade c3 \([0-9a-f]{8}\) is half done: part 2 of 3 began", record)
    assert "run the script for psql" in ran.result


def test_what_commits_by_itself_without_a_trace_is_refused(postgresql_database: Database, story: Story) -> None:
    shop = Shop("postgresql", postgresql_database)
    fine = story.item("postgresql", "VACUUM books", Maintain("VACUUM", Name("books")), transaction=None)
    label = story.item("postgresql", "ALTER TYPE mood ADD VALUE 'x'", AddEnumValue(Name("mood"), "x"), transaction=None)
    row = story.item("postgresql", "DELETE FROM books", Delete(Name("books"), False), transaction=None)
    column = story.item(
        "postgresql",
        "ALTER TABLE books ADD COLUMN y int",
        AddColumn(Name("books"), Column("y", None)),
        transaction=None,
    )
    index = story.item("postgresql", "REINDEX TABLE books", Maintain("REINDEX", Name("books")), transaction=None)
    call = story.item("postgresql", "CALL tidy()", Opaque("CALL"), transaction=None)
    assert refused(shop, fine) == refused(shop, label) == refused(shop, row) == refused(shop, column) == ""
    for item in (call, index):
        assert "nothing shows afterwards whether it ran" in refused(shop, item)


# ---- half done: the script for the engine's own client goes on


def test_psql_goes_on_where_a_plain_script_stopped(postgresql_database: Database, story: Story) -> None:
    shop = Shop("postgresql", postgresql_database)
    shop.prepare("b2")
    steps = concurrent(story, unique=True)
    assert shop.run(script(shop, steps), "stops").errors
    shop.rows("UPDATE books SET title = 'b' WHERE id = 2")
    text = render(steps, replace(shop.target(), client="psql"))
    run = postgresql_database.client(text, "-X", "-v", "ON_ERROR_STOP=1")
    assert (run.code, run.result.partition(":")[0]) == (0, "APPLIED"), run.log
    assert shop.rows("SELECT id, indisvalid FROM books, pg_index WHERE indexrelid = 'ix_title'::regclass") == [
        (1, True)
    ]


def test_the_mysql_client_goes_on_where_a_plain_script_stopped(mariadb_database: Database, story: Story) -> None:
    shop = Shop("mariadb", mariadb_database)
    shop.prepare("b2")
    shop.rows("INSERT INTO books VALUES (1, 'a'), (2, 'a')")
    books = Name("books")
    made = (
        story.item("mysql", "ALTER TABLE books ADD COLUMN x INTEGER", AddColumn(books, Column("x", None))),
        story.item("mysql", "CREATE UNIQUE INDEX ix_t ON books (title)",
                   CreateIndex("ix_t", books, ("title",), unique=True)),
        story.item("mysql", "INSERT INTO books (id) VALUES (9)", Insert(books, 1)),
    )  # fmt: skip
    steps = (Step("c3", "", "upgrade", ("b2",), ("c3",), None, made),)
    assert "part 2 of 3 began" in shop.run(script(shop, steps), "ignores").result
    shop.rows("UPDATE books SET title = 'b' WHERE id = 2")
    run = mariadb_database.client(
        render(steps, replace(shop.target(), client="mysql")),
        *("--no-defaults", "--binary-mode", "--batch", "--skip-column-names", "--skip-reconnect"),
    )
    assert (run.code, run.result.partition(":")[0]) == (0, "APPLIED"), run.log
    assert shop.rows("SELECT id, x FROM books") == [(1, None), (2, None), (9, None)]
