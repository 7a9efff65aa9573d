"""A snapshot is the schema again, and says so when it is damaged."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.errors import UsageError
from sqlgen.facts import read
from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema, baseline, snapshot
from sqlgen.statements import split

SCRIPT = """
CREATE SCHEMA s; CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN d AS text CHECK (value <> '');
CREATE TABLE o (id SERIAL PRIMARY KEY, k VARCHAR(5) UNIQUE DEFAULT 'x', m mood, "书" int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE t (a int REFERENCES o ON DELETE CASCADE, b text COLLATE "C", CHECK (a > 0));
COMMENT ON COLUMN t.b IS 'why'; CREATE INDEX ix ON t (lower(b) DESC) WHERE a > 1; CREATE VIEW v AS SELECT * FROM t;
ALTER TABLE t ALTER b SET NOT NULL; DROP TABLE IF EXISTS gone; CREATE TABLE IF NOT EXISTS s.u (a int);
ALTER TABLE x ADD b int; CREATE TABLE days (day date) PARTITION BY RANGE (day);
CREATE TABLE d1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')
"""
MARIADB = """
CREATE TABLE o (id INT AUTO_INCREMENT, n VARCHAR(30), PRIMARY KEY (id), KEY ix (n(5))) COMMENT='c';
CREATE TABLE t (a INT, b TEXT, FOREIGN KEY (a) REFERENCES o (id), FULLTEXT KEY ft (b)) CHARSET=latin1
"""


def folded(script: str, dialect: str) -> Schema:
    schema = Schema(dialect)
    for statement in split(script, dialect):
        for fact in read(statement, dialect) if statement.text else ():
            schema.apply(fact)
    return schema


@pytest.mark.parametrize(("script", "dialect"), [(SCRIPT, "postgresql"), (MARIADB, "mariadb"), (SCRIPT, "sqlite")])
def test_loading_gives_the_same_schema(script: str, dialect: str) -> None:
    schema = folded(script, dialect)
    text = snapshot.save(schema, ("1", "2"))
    again, heads = snapshot.load(text)
    assert heads == ("1", "2")
    assert again.state() == schema.state()
    assert snapshot.save(again, heads) == text
    assert json.loads(text)["sqlgen-schema"] == 1
    assert baseline.read(text, dialect).state() == schema.state()


def test_a_loaded_schema_goes_on_as_the_saved_one_would() -> None:
    schema = folded(SCRIPT, "postgresql")
    again, _ = snapshot.load(snapshot.save(schema, ()))
    for one in (schema, again):
        for statement in split("ALTER TABLE o RENAME TO p; ALTER TABLE t DROP a; DROP TABLE s.u", "postgresql"):
            for fact in read(statement, "postgresql"):
                one.apply(fact)
    assert again.state() == schema.state()


@given(cut=st.integers(1, 4000), char=st.characters(codec="utf-8"))
def test_a_damaged_snapshot_is_refused(cut: int, char: str) -> None:
    text = snapshot.save(folded(SCRIPT, "postgresql"), ("1",))
    cut = cut % (len(text) - 2)
    for damaged in (text[:cut], f"{text[:cut]}{char}{text[cut + 1 :]}"):
        if damaged == text:
            continue
        with pytest.raises(UsageError) as caught:
            snapshot.load(damaged)
        assert caught.value.hint


def test_a_snapshot_of_a_newer_format_is_refused_with_what_to_do() -> None:
    text = snapshot.save(Schema("postgresql"), ()).replace('"sqlgen-schema":1', '"sqlgen-schema":2')
    with pytest.raises(UsageError, match="has the format 2; this sqlgen reads 1"):
        snapshot.load(text)


def test_a_thousand_tables_are_all_there_again() -> None:
    body = ", ".join(f"c{number} VARCHAR(50) DEFAULT 'x'" for number in range(12))
    script = "; ".join(
        f"CREATE TABLE t{number} (id SERIAL PRIMARY KEY, {body}, UNIQUE (c1, c2));"
        f"CREATE INDEX ix{number} ON t{number} (c3)"
        for number in range(40)
    )
    schema = folded(script, "postgresql")
    state = schema.state()
    table = state.tables[(None, "t0")]
    for number in range(1000):
        copy = table.copy()
        copy.name = Name(f"n{number}")
        state.tables[(None, f"n{number}")] = copy
    text = snapshot.save(schema, ())
    again, _ = snapshot.load(text)
    assert len(again.tables()) == 1040
    assert snapshot.save(again, ()) == text
