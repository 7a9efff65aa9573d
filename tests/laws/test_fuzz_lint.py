"""Law: whatever stands in a .sql file, linting and laying it out raise nothing, and what can't be read is said.

`make deep` runs it long: it is the fuzz target for the readers, the schema, the rules and the layout together.
"""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqlgen.facts.vocabulary import Opaque
from sqlgen.layout import format_script
from sqlgen.lint.book import Book, load
from sqlgen.linting import lint_file, read_file
from sqlgen.settings import Settings
from sqlgen.statements import scan

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")
CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.sql"))
TEXTS = [path.read_text(encoding="utf-8") for path in CASES]
PIECES = sorted({token.text for text in TEXTS for token in scan(text, "postgresql") if len(token.text) < 40})
ODD = (
    "\0",
    "﻿",
    "\r",
    "\x1a",
    "'",
    '"',
    "`",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "\\",
    ";",
    "GO\n",
    "/\n",
    "DELIMITER //\n",
    "(",
    ")",
)


@cache
def rules() -> Book:
    return load(["standard"], root=Path())


def judged(text: str, dialect: str) -> None:
    """Lint and lay out. A statement that can't be read has a finding, unless an allowance of the text covers it."""
    _, findings = lint_file(text, "a.sql", rules(), Settings(), dialect, today=date(2026, 1, 1))
    unread = [item for item in read_file(text, "a.sql", dialect).items if _is_opaque(item.facts)]
    if unread:
        saying = {rule.id for rule in rules().rules if rule.harm == "unread"}
        assert any(one.rule in saying for one in findings)
    format_script(text, dialect)


def _is_opaque(facts: tuple[object, ...]) -> bool:
    return any(isinstance(fact, Opaque) for fact in facts)


def mutated(text: str, chance: random.Random, changes: int) -> str:
    """A text with tokens lost, doubled, swapped, taken from elsewhere, and odd characters put in."""
    pieces = [token.text for token in scan(text, "postgresql")] or [""]
    for _ in range(changes):
        at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(6):
            case 0:
                pieces[at] = ""
            case 1:
                pieces[at] *= chance.choice((2, 3, 50))
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                pieces[at] = chance.choice(PIECES)
            case 4:
                pieces[at] = chance.choice(ODD)
            case _:
                del pieces[min(at, other) : max(at, other) - len(pieces) // 2]
                pieces = pieces or [""]
    return "".join(pieces)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TEXTS), st.integers(0, 2**32), st.integers(1, 8), st.sampled_from(DIALECTS))
def test_a_broken_script_is_judged(text: str, seed: int, changes: int, dialect: str) -> None:
    judged(mutated(text, random.Random(seed), changes), dialect)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from((*PIECES, *ODD)), max_size=60), st.sampled_from(DIALECTS))
def test_words_in_any_order_are_judged(words: list[str], dialect: str) -> None:
    judged(" ".join(words), dialect)


@pytest.mark.deep
@settings(deadline=None, max_examples=20_000, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(TEXTS), st.integers(0, 2**32), st.integers(1, 30), st.sampled_from(DIALECTS))
def test_many_broken_scripts_are_judged(text: str, seed: int, changes: int, dialect: str) -> None:
    judged(mutated(text, random.Random(seed), changes), dialect)


@pytest.mark.deep
@settings(deadline=None, max_examples=20_000, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=200), st.sampled_from(DIALECTS))
def test_any_text_is_judged(text: str, dialect: str) -> None:
    judged(text, dialect)
