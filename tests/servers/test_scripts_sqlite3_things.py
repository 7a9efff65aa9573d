"""What a script for SQLite asks the catalog for, before and after: by folding facts, and under the real sqlite3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import CreateTable, Name
from sqlgen.script import Target, render
from sqlgen.script.sqlite3.things import checks
from sqlgen.segments import Item, Step
from sqlgen.statements import split

if TYPE_CHECKING:
    from conftest import File, Story

STRICT = ("-batch", "-bail", "-safe", "-init", "/dev/null")


def steps_of(sql: str) -> tuple[Step, ...]:
    """One step for each statement, read as the pipeline reads it."""
    found, before = [], ("s0",)
    for number, statement in enumerate((each for each in split(sql, "sqlite") if each.text), start=1):
        item = Item(statement, tuple(read(statement, "sqlite")), None, 1)
        found.append(Step(f"s{number}", "", "upgrade", before, (f"s{number}",), None, (item,)))
        before = found[-1].after
    return tuple(found)


def told(sql: str) -> tuple[set[str], set[str]]:
    """What is asked for before and after: `table t`, `no column t.c`."""
    found = checks(steps_of(sql))
    return tuple(  # type: ignore[return-value]
        {f"{'' if there else 'no '}{thing.kind} {thing.table + '.' if thing.kind == 'column' else ''}{thing.name}"
         for thing, there in outcome}
        for outcome in (found.before, found.after)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "before", "after"),
    [
        ("CREATE TABLE t (a)", {"no table t"}, {"table t"}),
        ("CREATE TABLE IF NOT EXISTS t (a)", set(), {"table t"}),
        ("CREATE TABLE t (a); DROP TABLE t", {"no table t"}, {"no table t"}),
        ("DROP TABLE t; CREATE TABLE T (a)", {"table t"}, {"table T"}),
        ("CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b; CREATE INDEX i ON t (b)",
         {"no table t", "no index i"}, {"table t", "column t.b", "index i"}),
        ("ALTER TABLE t ADD COLUMN b; ALTER TABLE t RENAME COLUMN b TO c",
         {"table t", "no column t.b", "no column t.c"}, {"no column t.b", "column t.c"}),
        # a batch: what t was before says nothing of what it is now, nor do its indexes
        ("CREATE TABLE tmp (a); INSERT INTO tmp SELECT a FROM t; DROP TABLE t; ALTER TABLE tmp RENAME TO t;"
         "CREATE INDEX i ON t (a); ALTER TABLE t ADD COLUMN b; UPDATE t SET b = 1",
         {"no table tmp", "table t"}, {"no table tmp", "table t", "index i", "column t.b"}),
        ("ALTER TABLE t ADD COLUMN b; DROP TABLE t", {"table t", "no column t.b"}, {"no table t"}),
        ("DROP TABLE old; CREATE INDEX i ON t (a)", {"table old", "table t"}, {"no table old", "index i"}),
        ("CREATE VIEW v AS SELECT 1; DROP VIEW v", {"no view v"}, {"no view v"}),
        ("CREATE TEMP TABLE t (a); DROP TABLE t", set(), {"no table t"}),
        ("DELETE FROM sqlite_sequence; INSERT INTO t VALUES (1)", {"table t"}, set()),
        ("INSERT INTO other.t VALUES (1); CREATE TABLE main.u (a)", {"no table u"}, {"table u"}),
        ("CREATE TABLE t (a); NONSENSE; DROP TABLE u", {"no table t"}, {"no table u"}),
    ],
)  # fmt: skip
def test_what_the_range_makes_itself_is_not_asked_for(sql: str, before: set[str], after: set[str]) -> None:
    assert told(sql) == (before, after)


@pytest.mark.parametrize(
    ("there", "sql", "says"),
    [
        ("CREATE VIEW t AS SELECT 1", "CREATE TABLE T (a)", "table T is there already"),
        ("CREATE TABLE u (a)", "ALTER TABLE t ADD COLUMN a", "table t is not there"),
        ("CREATE TABLE t (A)", "ALTER TABLE t ADD COLUMN a", "column t.a is there already"),
        ("CREATE TABLE t (a)", "ALTER TABLE t DROP COLUMN b", "column t.b is not there"),
        ("CREATE TABLE t (a)", "DROP INDEX i", "index i is not there"),
        ("CREATE TABLE t (a); CREATE INDEX i ON t (a)", "CREATE INDEX I ON t (a)", "index I is there already"),
        ("CREATE TABLE u (a); CREATE TABLE t (a)", "ALTER TABLE t RENAME TO u", "table u is there already"),
        ("CREATE TABLE t (a)", "DROP TRIGGER tr", "trigger tr is not there"),
    ],
)
def test_a_schema_that_is_another_one_is_refused_by_name(sqlite_file: File, there: str, sql: str, says: str) -> None:
    version = ("CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('s0')")
    for statement in (*there.split("; "), *version):
        sqlite_file.rows(statement)
    text = render(steps_of(sql), Target("sqlite", "sqlite3", None, "prod", sqlite_file.path.name))
    refused = sqlite_file.client(text, *STRICT)
    assert f"\nsqlgen: {says}\n" in refused.log, refused.log
    assert refused.result.startswith("NOT APPLIED: alembic_version says {s0}, but the schema is another one")
    assert refused.code == 1
    assert sqlite_file.rows("SELECT * FROM alembic_version") == [("s0",)]


def test_what_was_to_be_made_and_is_not_there_rolls_everything_back(sqlite_file: File, story: Story) -> None:
    fine = story.item("sqlite", "CREATE TABLE t (a)", CreateTable(Name("t")))
    claimed = story.item("sqlite", "SELECT 1", CreateTable(Name("ghost")))
    step = Step("s1", "", "upgrade", (), ("s1",), None, (fine, claimed))
    text = render((step,), Target("sqlite", "sqlite3", None, "prod", sqlite_file.path.name))
    for options in (STRICT, ("-init", "/dev/null")):
        refused = sqlite_file.client(text, *options)
        assert "\nsqlgen: table ghost is not there\n" in refused.log
        assert "NOT APPLIED: the schema is not what it must be now; everything was rolled back" in refused.log
        assert refused.result.startswith("NOT APPLIED")
        assert sqlite_file.rows("SELECT name FROM sqlite_master") == []


def test_a_catalog_of_many_things_is_asked_at_once(sqlite_file: File, story: Story) -> None:
    """A compound SELECT would end at 500."""
    items = tuple(story.item("sqlite", f"CREATE TABLE t{n} (a)", CreateTable(Name(f"t{n}"))) for n in range(1200))
    step = Step("s1", "", "upgrade", (), ("s1",), None, items)
    text = render((step,), Target("sqlite", "sqlite3", None, "prod", sqlite_file.path.name))
    run = sqlite_file.client(text, *STRICT)
    assert run.result == "APPLIED: the database is at {s1}", run.log[-500:]
