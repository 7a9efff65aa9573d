"""What a server refuses because of what is there, and what it takes."""

from __future__ import annotations

import pytest

from sqlgen.emit.replay import Replay, Start
from sqlgen.schema import Schema

MADE = (
    "CREATE TABLE t (a INTEGER, b INTEGER)",
    "CREATE UNIQUE INDEX i ON t (a)",
)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("ALTER TABLE t DROP INDEX i, ADD UNIQUE KEY i (a, b)", None),
        ("DROP TABLE t; CREATE TABLE t (a INTEGER)", None),
        ("ALTER TABLE t DROP COLUMN a, ADD COLUMN a INTEGER", None),
        ("CREATE TABLE u (a INTEGER)", None),
        ("CREATE TABLE IF NOT EXISTS t (a INTEGER)", None),
        ("ALTER TABLE t ADD COLUMN c INTEGER, ADD COLUMN c INTEGER", "c is already there"),
        ("CREATE TABLE u (a INTEGER); CREATE TABLE u (a INTEGER)", "u is already there"),
        ("CREATE TABLE t (a INTEGER)", "t is already there"),
        ("DROP TABLE u", "there is no u"),
    ],
)
def test_each_step_counts_on_those_before_it(sql: str, why: str | None) -> None:
    replay = Replay(lambda dialect: Start(Schema.empty(dialect)))
    replay.observe(MADE)
    for _ in range(2):  # the question changes nothing
        assert replay.answer({"of": "refused", "sql": sql}, "mysql", "alembic_version", None) == {"answer": why}
