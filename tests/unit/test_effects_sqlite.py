"""What `sqlgen.effects.sqlite` decides by the text or the schema; what it claims is run in tests/servers."""

from __future__ import annotations

import pytest

from sqlgen.effects import Blocks, Effect, Server, Work, effect
from sqlgen.effects.sqlite import LINES
from sqlgen.facts import read
from sqlgen.facts.vocabulary import AlterColumnType, Name
from sqlgen.schema import Schema
from sqlgen.statements import split


def _effect(sql: str, history: str = "") -> Effect:
    schema = Schema.empty("sqlite")
    for statement in split(history, "sqlite"):
        for fact in read(statement, "sqlite"):
            schema.apply(fact)
    (fact,) = read(split(sql, "sqlite")[0], "sqlite")
    return effect(fact, schema, Server("sqlite", (3, 40)))


@pytest.mark.parametrize(
    ("default", "line"),
    [
        ("5", "add-column"),
        ("-5", "add-column"),
        ("(-5)", "add-column"),
        ("('it''s')", "add-column"),
        ("(NULL)", "add-column"),
        ("TRUE", "add-column"),
        ("x'00'", "add-column"),
        ("(1 + 1)", "add-column-expression-default"),
        ("('a' || 'b')", "add-column-expression-default"),
        ("(datetime('now'))", "add-column-expression-default"),
        ("CURRENT_TIMESTAMP", "add-column-expression-default"),
        ("current_date", "add-column-expression-default"),
    ],
)
def test_a_default_that_is_no_literal_is_refused_where_there_are_rows(default: str, line: str) -> None:
    claim = _effect(f"ALTER TABLE t ADD COLUMN x TEXT DEFAULT {default}")
    assert claim.line == line
    assert claim.may_fail is (line != "add-column")


def test_an_index_is_dropped_from_its_table() -> None:
    history = "CREATE TABLE t (a INT);CREATE INDEX ix ON t (a);"
    assert _effect("DROP INDEX ix", history).blocks(Name("t")) is Blocks.WRITES


def test_a_temporary_table_locks_no_file() -> None:
    assert _effect("INSERT INTO temp.t VALUES (1)").locks == ()


def test_who_writes_keeps_writers_out_and_readers_for_a_moment() -> None:
    locks = _effect("ALTER TABLE t ADD COLUMN x INT").locks
    assert [(lock.mode, lock.blocks, lock.brief) for lock in locks] == [
        ("EXCLUSIVE", Blocks.ALL, True),
        ("RESERVED", Blocks.WRITES, False),
    ]


def test_what_sqlite_has_no_statement_for_is_not_known() -> None:
    fact = AlterColumnType(Name("t"), "a", "TEXT")
    assert effect(fact, Schema("sqlite"), Server("sqlite")).work is Work.UNKNOWN


def test_each_line_says_where_it_comes_from() -> None:
    assert all(line.source.startswith("https://www.sqlite.org/") for line in LINES if line.work is not Work.UNKNOWN)
    assert len({line.id for line in LINES}) == len(LINES)
