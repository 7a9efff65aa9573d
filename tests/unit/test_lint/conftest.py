"""SQL text in, findings out, by the same readers that `sqlgen lint FILE.sql` uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sqlgen.lint import allowances, engine
from sqlgen.lint.book import Book, BookRule, load
from sqlgen.lint.finding import Finding
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from sqlgen.schema.model import Model

TODAY = date(2026, 11, 21)

Judge = Callable[..., tuple[Finding, ...]]


@pytest.fixture(scope="session")
def standard() -> Book:
    return load(["standard"], root=Path())


@pytest.fixture(scope="session")
def everything(standard: Book) -> Book:
    """All rules on, also those that no preset turns on."""
    return Book(tuple(replace(each, severity=each.rule.severity, options=_options(each)) for each in standard.rules))


def _options(rule: BookRule) -> object:
    return rule.options if rule.rule.options is None else rule.rule.options()


@pytest.fixture(scope="session")
def judge(standard: Book) -> Judge:
    def run(
        sql: str,
        dialect: str = "postgresql",
        *,
        history: str = "",
        runs: str = "bundle",
        lock_timeout_ms: int | None = 5000,
        server: tuple[int, ...] | None = None,
        book: Book = standard,
        today: date = TODAY,
        model: Model | None = None,
        empty: bool = False,
    ) -> tuple[Finding, ...]:
        """Judge a script; `history` is what stands in the database before it. empty: nothing stood before that."""
        start = Schema.empty(dialect) if empty else Schema(dialect)
        for item in read_file(history, "history.sql", dialect).items:
            for fact in item.facts:
                start.apply(fact)
        step = read_file(sql, "script.sql", dialect)
        return engine.lint(
            [step],
            book,
            dialect=dialect,
            server_version=server,
            runs=runs,
            lock_timeout_ms=lock_timeout_ms,
            model=model,
            schema=Schema(dialect, lambda: start),
            allowances=allowances.collect([step], lambda _file: sql, dialect=dialect),
            today=today,
        )

    return run


@pytest.fixture(scope="session")
def fired(judge: Judge) -> Callable[..., list[str]]:
    def run(sql: str, dialect: str = "postgresql", **options: object) -> list[str]:
        """The rules that speak and are not allowed, sorted, each once."""
        return sorted({finding.rule for finding in judge(sql, dialect, **options) if finding.allowed is None})

    return run
