"""Law: what the text readers find in Alembic's statements is what the constructs say of which these were made."""

from __future__ import annotations

import os
import pickle
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.ddl import base
from alembic.util import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import SQLAlchemyError

from sqlgen.facts import read
from sqlgen.facts.vocabulary import Fact
from sqlgen.statements import split
from tests.laws.constructs.capture import URLS, Captured, capturing
from tests.laws.constructs.comparing import comparable
from tests.laws.constructs.histories import Act, histories
from tests.laws.constructs.on_disk import history
from tests.laws.constructs.reading import Reader

DIALECTS = tuple(URLS)
REFUSED = (NotImplementedError, SQLAlchemyError, CommandError, AssertionError, ValueError)
"""What Alembic and SQLAlchemy raise for what a dialect can't do, offline or at all."""


def of_text(text: str, dialect: str) -> tuple[Fact, ...]:
    return tuple(fact for one in split(text, dialect) if one.text for fact in read(one, dialect))


def run(dialect: str, acts: list[Act]) -> Captured:
    with warnings.catch_warnings(), capturing(dialect) as (op, captured):
        warnings.simplefilter("ignore")  # Alembic's about existing types, SQLAlchemy's about what a dialect ignores
        for act in acts:
            try:
                act(op)
            except REFUSED:
                continue
    return captured


def agree(captured: Captured, dialect: str) -> int:
    """How many statements were compared. Every statement that a construct speaks of reads as the construct says."""
    reader, compared = Reader(captured.dialect), 0
    for construct, text in captured.statements:
        said = reader.read(construct)
        if said is None:
            continue
        assert comparable(of_text(text, dialect), dialect) == comparable(said, dialect), text
        compared += 1
    return compared


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_history_of_operations_reads_as_its_constructs_say(dialect: str, data: st.DataObject) -> None:
    agree(run(dialect, data.draw(histories(dialect))), dialect)


@pytest.mark.deep
@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None, max_examples=3_000, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_many_histories_of_operations_read_as_their_constructs_say(dialect: str, data: st.DataObject) -> None:
    agree(run(dialect, data.draw(histories(dialect))), dialect)


# ---- whole histories

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".corpus"
CASES = sorted(path.name for path in (CORPUS / "cases").iterdir()) if (CORPUS / "cases").is_dir() else []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_bookshop_reads_as_its_constructs_say(dialect: str) -> None:
    said = history(ROOT / "samples" / "bookshop" / "migrations", dialect)
    assert compared([(one.revision, one.construct, one.facts, one.text) for one in said], dialect) > 20


@pytest.mark.skipif(not CASES, reason="no corpus has been fetched: make corpus")
@pytest.mark.parametrize("case", CASES)
def test_real_histories_read_as_their_constructs_say(case: str) -> None:
    name, _, dialect = case.rpartition("-")
    (python,) = CORPUS.glob(f"venvs/{name}-*/bin/python")
    command = [str(python), "-m", "tests.laws.constructs.on_disk", str(CORPUS / "cases" / case / "migrations"), dialect]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    assert compared(pickle.loads(done.stdout), dialect) > 5  # most of some can't be rendered without a connection


def compared(said: list[tuple[str, str, tuple[Fact, ...] | None, str]], dialect: str) -> int:
    """How many statements were compared."""
    count = 0
    for revision, construct, facts, text in said:
        if facts is None:
            continue
        found = of_text(text, dialect)
        assert comparable(found, dialect) == comparable(facts, dialect), f"{revision}: {construct}\n{text}"
        count += 1
    return count


# ---- the oracle itself


def test_a_reader_that_misses_something_is_found_out() -> None:
    column = sa.Column("a", sa.String(5), nullable=False, server_default="x")
    captured = run("postgresql", [lambda op: op.create_table("t", column)])
    ((construct, text),) = captured.statements
    assert agree(captured, "postgresql") == 1
    for right, wrong in (("VARCHAR(5)", "VARCHAR(6)"), (" NOT NULL", ""), ("'x'", "'y'"), ("TABLE t", "TABLE u")):
        assert right in text
        captured.statements[:] = [(construct, text.replace(right, wrong))]
        with pytest.raises(AssertionError):
            agree(captured, "postgresql")


def test_every_construct_that_alembic_has_is_spoken_of_or_named_here() -> None:
    known = {each for each in _all(base.AlterTable) if each.__module__.startswith("alembic.")}
    unspoken = {
        base.AlterTable: "the base of all",
        base.AlterColumn: "the base of those of a column",
        base.ComputedColumnDefault: "no dialect can write it: Alembic raises",
    }
    spoken = set[type]()
    for dialect in DIALECTS:
        spoken |= {type(construct) for construct, _ in run(dialect, EVERY[:]).statements}
    assert known - spoken == set(unspoken)


def _all(kind: type) -> Iterator[type]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all(each)


EVERY: list[Act] = [
    lambda op: op.rename_table("a", "b"),
    lambda op: op.add_column("a", sa.Column("b", sa.Integer)),
    lambda op: op.drop_column("a", "b"),
    lambda op: op.alter_column("a", "b", existing_type=sa.Integer(), nullable=True),
    lambda op: op.alter_column("a", "b", existing_type=sa.Integer(), type_=sa.Text()),
    lambda op: op.alter_column("a", "b", existing_type=sa.Integer(), new_column_name="c"),
    lambda op: op.alter_column("a", "b", existing_type=sa.Integer(), server_default="1"),
    lambda op: op.alter_column("a", "b", existing_type=sa.Integer(), comment="x"),
    lambda op: op.alter_column("a", "b", existing_type=sa.Integer(), server_default=sa.Identity()),
]
