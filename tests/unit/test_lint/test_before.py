"""What a rule asks of Before."""

from __future__ import annotations

from sqlgen.facts.vocabulary import CreateIndex, DropTable, Name
from sqlgen.lint.rule import Before
from sqlgen.schema import Schema


def _before() -> Before:
    return Before(
        dialect="postgresql",
        server_version=(16,),
        runs="file",
        schema=Schema("postgresql"),
        in_transaction=False,
        lock_timeout_ms=None,
        block=None,
        revision="",
        direction="upgrade",
        allowed=frozenset(),
    )


def test_facts_that_a_rule_makes_have_effects_of_their_own() -> None:
    before = _before()
    tables = [Name(f"t{number}") for number in range(50)]

    # Nobody keeps these facts, so that each could come to lie where the one before it lay.
    assert [before.effect(DropTable(table)).locks[0].table for table in tables] == tables


def test_the_effect_of_a_fact_is_worked_out_once() -> None:
    before, fact = _before(), CreateIndex("ix", Name("t"), ("a",))

    assert before.effect(fact) is before.effect(fact)
