"""What is there, or gone, once a statement has run."""

from __future__ import annotations

import pytest

from sqlgen import facts
from sqlgen.script.things import Probe, Thing, probe
from sqlgen.segments import Item
from sqlgen.statements import split


def asked(sql: str, dialect: str = "mariadb") -> Probe | None:
    statement = split(sql, dialect)[0]
    return probe(Item(statement, facts.read(statement, dialect), None, None))


def test_a_column_that_is_added_is_there_afterwards() -> None:
    assert asked("ALTER TABLE t ADD COLUMN c INTEGER") == Probe(((Thing("column", "c", None, "t"), True),))


def test_what_a_statement_drops_and_makes_anew_tells_nothing() -> None:
    assert asked("ALTER TABLE t DROP INDEX x, ADD UNIQUE KEY x (a)") is None
    assert asked("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b)") is None
    told = asked("ALTER TABLE t DROP INDEX x, ADD UNIQUE KEY x (a), ADD COLUMN c INTEGER")
    assert told == Probe(((Thing("column", "c", None, "t"), True),))


@pytest.mark.parametrize(
    "sql", ["ALTER TABLE t MODIFY c BIGINT", "CREATE OR REPLACE VIEW v AS SELECT 1", "DROP TABLE IF EXISTS t"]
)
def test_what_may_be_done_twice_needs_no_question(sql: str) -> None:
    assert asked(sql) == Probe(again=True)


@pytest.mark.parametrize("sql", ["UPDATE t SET a = a + 1", "CALL fill()"])
def test_of_data_only_a_person_can_tell(sql: str) -> None:
    assert asked(sql) is None
