"""Each row of the failure map is run: stopped there, the database is as the row says, and both ways lead out of it."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sqlgen import facts, script
from sqlgen.schema import Schema
from sqlgen.script.plan import parts
from sqlgen.script.runbook.code import codes
from sqlgen.script.runbook.states import State, states
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Mode, Target
from sqlgen.script.undo import Undo, undos
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split

BEFORE = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), phone VARCHAR(40));
CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR(200) NOT NULL);
"""
REVISIONS = {
    "r1": (
        "CREATE TABLE tags (id INTEGER PRIMARY KEY, name VARCHAR(40)); ALTER TABLE books ADD COLUMN isbn VARCHAR(13);",
        "ALTER TABLE books DROP COLUMN isbn; DROP TABLE tags;",
    ),
    "r2": (
        "{wider} CREATE INDEX {alone} ix_title ON books (title); ALTER TABLE books ADD COLUMN price INTEGER;",
        "ALTER TABLE books DROP COLUMN price; DROP INDEX {alone} ix_title {on_books}; {narrower}",
    ),
    "r3": (
        "INSERT INTO tags (id, name) VALUES (1, 'new'); UPDATE users SET email = 'a' WHERE id = 1;",
        "UPDATE users SET email = 'A' WHERE id = 1; DELETE FROM tags WHERE id = 1;",
    ),
    "r4": (
        "ALTER TABLE users RENAME COLUMN phone TO mobile; ALTER TABLE books ADD COLUMN pages INTEGER;",
        "ALTER TABLE books DROP COLUMN pages; ALTER TABLE users RENAME COLUMN mobile TO phone;",
    ),
    "r5": ("CREATE INDEX ix_pages ON books (pages);", "DROP INDEX ix_pages {on_books};"),
}
WORDS = {
    "postgresql": {
        "alone": "CONCURRENTLY",
        "wider": "ALTER TABLE books ALTER COLUMN title TYPE VARCHAR(250);",
        "narrower": "ALTER TABLE books ALTER COLUMN title TYPE VARCHAR(200);",
    },
    "mariadb": {
        "on_books": "ON books",
        "wider": "ALTER TABLE books MODIFY title VARCHAR(250) NOT NULL;",
        "narrower": "ALTER TABLE books MODIFY title VARCHAR(200) NOT NULL;",
    },
    "sqlite": {},
}
"""What differs."""
OLD = (
    "SELECT id, email, phone FROM users",
    "INSERT INTO users (id, email, phone) VALUES (9, 'x', 'y')",
    "INSERT INTO books (id, title) VALUES (9, 'x')",
)
NEW = (
    "SELECT id, email, mobile FROM users",
    "INSERT INTO books (id, title, isbn, price, pages) VALUES (9, 'x', 'y', 1, 1)",
    "SELECT id, name FROM tags",
)


@dataclass(frozen=True)
class Shop:
    """A database that is made anew for each run."""

    target: Target
    empty: Callable[[], None]
    run: Callable[[str], Any]
    """A script through the real client."""
    rows: Callable[[str], list[tuple[Any, ...]]]
    catalog: str
    error: str
    """A statement that fails."""
    more: tuple[str, ...] = ()
    """What else is there before it."""

    def begin(self) -> None:
        self.empty()
        version = "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"
        for sql in (*filter(None, map(str.strip, BEFORE.split(";"))), version):
            self.rows(sql)
        self.rows("INSERT INTO alembic_version VALUES ('r0')")
        self.rows("INSERT INTO users VALUES (1, 'A', '1')")
        for sql in self.more:
            self.rows(sql)

    @property
    def version(self) -> tuple[str, ...]:
        return tuple(row[0] for row in self.rows("SELECT version_num FROM alembic_version"))

    def schema(self) -> object:
        return self.rows(self.catalog), self.rows("SELECT id, email FROM users")

    def works(self, queries: Sequence[str]) -> bool:
        """Whether all of them are understood. Nothing is changed: EXPLAIN plans, and does not run."""
        try:
            for query in queries:
                self.rows(f"EXPLAIN {query}")
        except Exception:  # of whatever driver
            return False
        return True


CATALOG = """
SELECT table_name, column_name, character_maximum_length, is_nullable FROM information_schema.columns
WHERE table_schema = {here} AND table_name NOT LIKE 'alembic%' ORDER BY 1, 2
"""


@pytest.fixture
def postgresql(postgresql_database: Any) -> Shop:
    database = postgresql_database
    options = ("-X", "-v", "ON_ERROR_STOP=1", "-f", "-")
    return Shop(
        Target("postgresql", "psql", "15", None, database.name),
        lambda: database.rows("DROP SCHEMA public CASCADE; CREATE SCHEMA public"),
        lambda text: database.client(text, *options),
        database.rows,
        CATALOG.format(here="'public'").replace(
            "ORDER BY",
            "UNION ALL SELECT tablename, indexname, NULL, '' FROM pg_indexes WHERE schemaname = 'public' ORDER BY",
        ),
        "SELECT 1/0;",
    )


@pytest.fixture
def mariadb(mariadb_database: Any) -> Shop:
    database = mariadb_database

    def empty() -> None:
        for (name,) in database.rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
        ):
            database.rows(f"DROP TABLE `{name}`")
        database.rows("DROP PROCEDURE IF EXISTS tidy")

    indexes = (
        "UNION ALL SELECT table_name, index_name, NULL, '' FROM information_schema.statistics "
        "WHERE table_schema = DATABASE() AND table_name NOT LIKE 'alembic%' ORDER BY"
    )
    return Shop(
        Target("mariadb", "mysql", "10.11", None, database.name),
        empty,
        lambda text: database.client(text, "--no-defaults", "--binary-mode", "--batch", "--skip-column-names"),
        database.rows,
        CATALOG.format(here="DATABASE()").replace("ORDER BY", indexes),
        "SIGNAL SQLSTATE '45000';",
    )


@pytest.fixture
def sqlite(sqlite_file: Any) -> Shop:
    def empty() -> None:
        sqlite_file.path.unlink(missing_ok=True)
        sqlite3.connect(sqlite_file.path).close()

    return Shop(
        Target("sqlite", "sqlite3", "3.40", None, "shop.db"),
        empty,
        lambda text: sqlite_file.client(text, "-batch", "-bail", "-safe", "-init", "/dev/null"),
        sqlite_file.rows,
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name",
        "SELECT no_such_column;",
    )


# ---- the range


def items(sql: str, dialect: str) -> tuple[Item, ...]:
    text = sql.format_map(defaultdict(str, WORDS[dialect]))
    return tuple(
        Item(one, facts.read(one, dialect), Place("x.py", 1, 1, 1), None if "CONCURRENTLY" in one.text else 1)
        for one in split(text, dialect)
        if one.text
    )


@dataclass(frozen=True)
class Way:
    """The range in both directions, its scripts and its map."""

    up: tuple[Step, ...]
    down: tuple[Step, ...]
    undo: dict[str, Undo]
    map: tuple[State, ...]
    apply: str
    rollback: str


Revisions = dict[str, tuple[str, str]]


def way(target: Target, revisions: Revisions, gate: str = "") -> Way:
    """gate: a revision that could not be rendered on the way up."""
    up, down = [], []
    for number, (revision, (forward, back)) in enumerate(revisions.items()):
        old, new = (f"r{number}",), (revision,)
        step = Step(revision, "", "upgrade", old, new, "x.py", items(forward, target.dialect))
        up.append(replace(step, items=(), gap=Gap("it reads", "x.py", 7)) if revision == gate else step)
        down.append(Step(revision, "", "downgrade", new, old, "x.py", items(back, target.dialect)))
    down.reverse()
    before = Schema.empty(target.dialect)
    for item in items(BEFORE, target.dialect):
        before.apply_all(item.facts)
    undo = undos(up, down, target, before)
    drawn = states(Map(up, down, target, undo, codes(up, target, before), False))
    apply, rollback = script.render(up, target), script.render(down, target, undo=undo)
    return Way(tuple(up), tuple(down), undo, drawn, apply, rollback)


# ---- stopping it


@dataclass(frozen=True)
class Stop:
    """One place where it is stopped: before a statement, or behind one that commits by itself."""

    row: State
    statement: int
    behind: bool

    def of(self, text: str, error: str) -> str:
        """The script with a statement that fails put in."""
        (mark,) = re.finditer(rf"^-- sqlgen: statement {self.statement}, (\d+) characters.*\n", text, re.MULTILINE)
        at = mark.start() if not self.behind else text.index("\n", mark.end() + int(mark[1])) + 1
        return f"{text[:at]}{error}\n{text[at:]}"


def stops(way: Way, target: Target) -> Iterator[Stop]:
    """Before each statement in turn, and behind each one that commits by itself: in every row of the map."""
    statement = 0
    for number, step in enumerate(way.up, start=1):
        for index, part in enumerate(parts(step, target), start=1):
            row = next(row for row in way.map if _covers(row, (number, index)))
            for _item in part.items:
                statement += 1
                yield Stop(row, statement, False)
                if not part.transaction:
                    yield Stop(row, statement, True)


def _covers(row: State, place: tuple[int, int]) -> bool:
    if row.first is None or row.last is None:
        return False
    return (row.first.step, row.first.part) <= place and (place[0], place[1] if row.last.part else 0) <= (
        row.last.step,
        row.last.part,
    )


def follow(shop: Shop, revisions: Revisions = REVISIONS) -> None:
    """Run each row. What it promises must come true, and what it does not promise is refused."""
    range = way(shop.target, revisions)
    shop.begin()
    start = shop.schema()
    assert shop.run(range.apply).result.startswith("APPLIED")
    end = shop.schema()
    seen = {range.map[-1]: _look(shop, range.map[-1])}
    ends = ((range.up[-1].revision,), end), (("r0",), start)
    for stop in stops(range, shop.target):
        broken = stop.of(range.apply, shop.error)
        ways = (range.apply, str(stop.row.onward)), (range.rollback, str(stop.row.back))
        for (out, promise), wanted in zip(ways, ends, strict=True):
            shop.begin()
            stopped = shop.run(broken)
            assert "NOT APPLIED" in stopped.result, stopped.log
            seen[stop.row] = seen.get(stop.row, frozenset()) | _look(shop, stop.row)
            before = shop.version, shop.schema()
            led = shop.run(out)
            assert "APPLIED" in led.result, led.log
            refused = "NOT APPLIED" in led.result
            log = f"{stop}\n{stopped.log}\n{led.log}"
            assert (shop.version, shop.schema()) == (before if refused else wanted), log
            if "says whether" not in promise:
                assert refused == promise.startswith(("look", "not from here")), log
    assert seen.keys() == set(range.map), "a row of the map was not run"
    for row, failed in seen.items():
        warned = {name for name, said in (("old", row.old), ("new", row.new)) if str(said).startswith("may fail")}
        assert warned <= failed, row
        if revisions is REVISIONS:
            assert warned == failed, row


def _look(shop: Shop, row: State) -> frozenset[str]:
    """Which code fails where it stopped. What the row says of the version table, and that code works, must hold."""
    assert shop.version in {(f"r{number}",) for number in _between(row)}
    failed = {name for name, queries in (("old", OLD), ("new", NEW)) if not shop.works(queries)}
    works = {name for name, said in (("old", row.old), ("new", row.new)) if str(said) == "works"}
    assert not works & failed, row
    return frozenset(failed)


def _between(row: State) -> range:
    first, last = (int(rows[0][1:]) for rows in (row.at, row.until))
    return range(first, last + 1)


def test_the_map_of_psql_is_run_row_by_row(postgresql: Shop) -> None:
    follow(postgresql)


@pytest.mark.parametrize("mode", ["range", "none"])
def test_so_it_is_where_the_range_or_each_statement_commits(postgresql: Shop, mode: Mode) -> None:
    follow(replace(postgresql, target=replace(postgresql.target, transaction=mode)))


def test_the_map_of_mariadb_is_run_row_by_row(mariadb: Shop) -> None:
    follow(mariadb)


def test_the_map_of_sqlite3_is_run_row_by_row(sqlite: Shop) -> None:
    follow(sqlite)


UNKNOWN = {
    "r1": (
        "ALTER TABLE books ADD COLUMN isbn VARCHAR(13), ADD COLUMN price INTEGER, ADD COLUMN pages INTEGER;"
        "CALL tidy(); CREATE TABLE tags (id INTEGER PRIMARY KEY, name VARCHAR(40));"
        "ALTER TABLE users RENAME COLUMN phone TO mobile;",
        "ALTER TABLE users RENAME COLUMN mobile TO phone; DROP TABLE tags;"
        "ALTER TABLE books DROP COLUMN isbn, DROP COLUMN price, DROP COLUMN pages;",
    )
}


def test_what_the_map_does_not_promise_is_refused(mariadb: Shop) -> None:
    tidy = "CREATE PROCEDURE tidy() DELETE FROM users WHERE id = 99"
    follow(replace(mariadb, more=(tidy,)), UNKNOWN)


def test_what_the_map_does_not_promise_is_refused_by_psql(postgresql: Shop) -> None:
    tidy = "CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM users WHERE id = 99'"
    follow(replace(postgresql, more=(tidy,), target=replace(postgresql.target, transaction="none")), UNKNOWN)


def past(shop: Shop) -> None:
    """The row of a gate: there it stops, and goes on as the row says once the revision is done by hand."""
    whole = way(shop.target, REVISIONS)
    shop.begin()
    assert shop.run(whole.apply).result.startswith("APPLIED")
    end = shop.schema()
    holed = way(shop.target, REVISIONS, gate="r3")
    (row,) = [row for row in holed.map if "could not be rendered" in str(row.stands)]
    shop.begin()
    assert shop.run(holed.apply).result.startswith("NOT APPLIED")
    _look(shop, row)
    for item in whole.up[2].items:
        shop.rows(item.sql)
    shop.rows("UPDATE alembic_version SET version_num = 'r3'")
    _, told, command = str(row.onward).rpartition("sqlgen emit ")
    assert command == ("r3:r5" if told else "by hand to r3 (the version table must show it), then apply.sql")
    led = shop.run(script.render(whole.up[3:], shop.target) if told else holed.apply)
    assert led.result.startswith("APPLIED"), led.log
    assert (shop.version, shop.schema()) == (("r5",), end)


def test_a_gate_of_psql_is_passed_by_hand(postgresql: Shop) -> None:
    past(postgresql)


def test_a_gate_of_mariadb_is_passed_by_hand(mariadb: Shop) -> None:
    past(mariadb)


def test_a_gate_of_sqlite3_is_passed_by_hand(sqlite: Shop) -> None:
    past(sqlite)
