"""Law: reading is total. For any text and any dialect, `read` gives one fact or more and raises nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlgen.facts import read
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import Fact
from sqlgen.schema import Schema
from sqlgen.statements import Statement, scan

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")

REAL = (
    "ALTER TABLE t ADD COLUMN c varchar(30)[] DEFAULT lower('x') NOT NULL CHECK (c <> ''), DROP d,"
    " ALTER e TYPE int USING e::int",
    "CREATE TABLE IF NOT EXISTS s.t (id SERIAL NOT NULL, a int DEFAULT (1 + 2) REFERENCES o (id) ON DELETE CASCADE,"
    " PRIMARY KEY (id), CONSTRAINT u UNIQUE (a, id), FOREIGN KEY (a) REFERENCES o (id), CHECK (a IN (0, 1)))",
    "CREATE TABLE `t` (id INT UNSIGNED NOT NULL AUTO_INCREMENT, e ENUM('a','b') DEFAULT 'a' COMMENT 'x',"
    " KEY ix (e(3) DESC), FULLTEXT KEY f (e)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='y' PARTITION BY HASH (id)",
    "ALTER TABLE t MODIFY c BIGINT NOT NULL AFTER d, CHANGE e f INT, ADD UNIQUE INDEX u (a), DROP FOREIGN KEY k,"
    " ENGINE=x",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON t USING gin (lower(a) DESC, (b || c)) INCLUDE (d)"
    " WHERE a > 1",
    "CREATE UNIQUE INDEX ix ON t (a COLLATE NOCASE, lower(b)) WHERE a > 1",
    "INSERT INTO t (a, b) VALUES (1, 'x''y'), (2, NULL) ON CONFLICT DO NOTHING",
    "WITH q AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM q",
    "UPDATE a AS x LEFT JOIN b ON x.i = b.i SET x.j = b.j, b.k = 1 WHERE b.l IS NULL LIMIT 3",
    "DELETE a, b FROM a JOIN b USING (i) WHERE a.j",
    "DO $$ DECLARE n int := 1; BEGIN IF n > 0 THEN EXECUTE format('DROP TABLE %I', 'x'); END IF; END $$",
    "CREATE DEFINER=`r`@`%` TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END",
    "SET LOCAL lock_timeout = '5s'",
    "SET @x := (SELECT 1), GLOBAL y = DEFAULT",
    "PRAGMA main.foreign_keys = ON",
    "COMMENT ON COLUMN s.t.c IS 'x'",
    "GRANT SELECT ON t TO joe WITH GRANT OPTION",
)


def total(text: str, dialect: str) -> tuple[Fact, ...]:
    facts = read(Statement("", text, "", scan(text, dialect), 0, 1, 1), dialect)
    assert facts
    assert all(isinstance(fact, Fact) for fact in facts)
    return facts


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(DIALECTS))
def test_any_text_is_read(text: str, dialect: str) -> None:
    total(text, dialect)


WORDS = sorted({token.text for sql in REAL for token in scan(sql, "postgresql") if not token.text.isspace()})


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(DIALECTS))
def test_any_sequence_of_sql_words_is_read_and_can_be_folded(words: list[str], dialect: str) -> None:
    schema = Schema(dialect)
    for fact in total(" ".join(words), dialect):
        schema.apply(fact)
    for table in schema.tables():
        assert schema.table(table.name) == table
        for column in table.columns:
            canonical(column.type or "", dialect)


@settings(deadline=None)
@given(st.sampled_from(REAL), st.integers(0, 2**32), st.integers(1, 4), st.sampled_from(DIALECTS))
def test_real_statements_with_tokens_lost_doubled_or_swapped_are_read(
    sql: str, seed: int, changes: int, dialect: str
) -> None:
    chance = random.Random(seed)
    pieces = [token.text for token in scan(sql, dialect)]
    for _ in range(changes):
        at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(4):
            case 0:
                pieces[at] = ""
            case 1:
                pieces[at] *= 2
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case _:
                pieces[at] = chance.choice(WORDS)
    total("".join(pieces), dialect)


@settings(deadline=None)
@given(st.sampled_from(REAL), st.integers(0, 300), st.sampled_from(DIALECTS))
def test_a_statement_cut_off_anywhere_is_read(sql: str, length: int, dialect: str) -> None:
    total(sql[:length], dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_real_statements_are_read_by_some_dialect(dialect: str) -> None:
    for sql in REAL:
        total(sql, dialect)


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(DIALECTS))
def test_any_text_has_a_spelling_as_a_type(text: str, dialect: str) -> None:
    assert canonical(text, dialect) == canonical(text, dialect)
