"""Every example of every page of the standard pack: its rule finds a bad one; no error is found in a good one.

SQL is judged as it stands. Python is what stands in upgrade(): it is rendered by Alembic, all examples of a dialect in
one run, each as revisions of its own; `# --- next revision` cuts it into several. What stands below `# --- downgrade`
is the downgrade() of its revision. Allowances in it count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import create_mock_engine

from sqlgen import pipeline
from sqlgen.emit import records
from sqlgen.emit.worker.models import describe
from sqlgen.facts.vocabulary import CreateTable
from sqlgen.history import Move
from sqlgen.lint import allowances, engine
from sqlgen.lint.book import Book
from sqlgen.lint.finding import Finding, Severity
from sqlgen.lint.pages import Example, Page, pages
from sqlgen.lint.roundtrip import Trips
from sqlgen.linting import read_file
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.segments import Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

PAGES = pages(["standard"], Path())
DRIVERS = {"mariadb": "mysql+pymysql", "mysql": "mysql+pymysql"}
NEXT_REVISION = re.compile(r"^# --- next revision.*\n", re.MULTILINE)
DOWNGRADE = re.compile(r"^# --- downgrade.*\n", re.MULTILINE)


def _examples(language: str) -> list[tuple[Page, Example, str]]:
    return [
        (page, example, dialect)
        for page in PAGES
        for example in page.examples
        if example.verdict != "before" and example.language == language
        for dialect in example.dialects
    ]


def _parameters(language: str) -> list[object]:
    return [
        pytest.param(*each, id=f"{each[0].id}-{each[1].line}-{each[1].verdict}-{each[2]}")
        for each in _examples(language)
    ]


def history(page: Page, example: Example, dialect: str) -> str:
    """What stands in the database before the example."""
    before = [e for e in page.examples if e.verdict == "before" and e.line < example.line and dialect in e.dialects]
    return "".join(e.sql for e in before if e.language == "sql")


def model(page: Page, example: Example, dialect: str) -> Model | None:
    """The models that the last `python before` block above the example defines, as `metadata`."""
    before = [e for e in page.examples if e.verdict == "before" and e.line < example.line and dialect in e.dialects]
    code = next((e.sql for e in reversed(before) if e.language == "python"), None)
    if code is None:
        return None
    names: dict[str, Any] = {"sa": sqlalchemy}
    exec(code, names)
    spelled = create_mock_engine(f"{DRIVERS.get(dialect, dialect)}://", lambda *_: None).dialect
    described = describe(names["metadata"], spelled)
    assert described is not None
    return records.model(described, dialect)


def assert_judged(page: Page, example: Example, findings: tuple[Finding, ...]) -> None:
    if example.verdict == "bad":
        assert page.id in {finding.rule for finding in findings}
    else:
        wrong = {f.rule: str(f.message) for f in findings if f.severity is Severity.ERROR or f.rule == page.id}
        assert wrong == {}


# ---- SQL


@pytest.mark.parametrize(("page", "example", "dialect"), _parameters("sql"))
def test_sql_is_judged_as_its_page_says(
    page: Page, example: Example, dialect: str, judge: Callable[..., tuple[Finding, ...]], everything: Book
) -> None:
    before, models = history(page, example, dialect), model(page, example, dialect)
    said = judge(example.sql, dialect, history=before, runs=example.runs, model=models, book=everything)

    assert_judged(page, example, tuple(finding for finding in said if finding.allowed is None))


# ---- Python

ENV = """\
from alembic import context

context.configure(dialect_name=context.config.get_main_option("dialect"))
context.run_migrations()
"""
HEAD = """\
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql

revision, down_revision = {id!r}, {down!r}


def upgrade():
"""


@cache
def rendered(dialect: str, folder: Path) -> dict[tuple[str, int], list[Step]]:
    """(rule, line of the example) → its revisions, rendered by Alembic, then their downgrades, where it has any.
    Between two examples no table stays."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = migrations\ndialect = {dialect}\n")
    (folder / "migrations" / "env.py").write_text(ENV)
    owners: dict[str, tuple[str, int]] = {}
    both: set[str] = set()
    """Revisions with a downgrade, which is rendered too."""
    down: str | None = None

    def write(body: str) -> str:
        nonlocal down
        id = f"r{len(list(versions.iterdir())):05}"
        text = HEAD.format(id=id, down=down)
        for number, part in enumerate(DOWNGRADE.split(body)):
            text += ("\n\ndef downgrade():\n" if number else "") + indent(part.strip() or "pass", "    ") + "\n"
        (versions / f"{id}.py").write_text(text)
        down = id
        return id

    for page, example, its in _examples("python"):
        if its != dialect:
            continue
        before = read_file(history(page, example, dialect), "before.sql", dialect)
        write("\n".join(f"op.execute(sa.DDL({item.sql.replace('%', '%%')!r}))" for item in before.items))
        for body in NEXT_REVISION.split(example.sql):
            id = write(body)
            owners[id] = (page.id, example.line)
            both |= {id} if DOWNGRADE.search(body) else set()
        made = {fact.table.name for item in before.items for fact in item.facts if isinstance(fact, CreateTable)}
        made |= set(re.findall(r"""create_table\(\s*["'](\w+)""", example.sql))
        if dialect == "sqlite":  # there reflection is answered by a real database
            write("\n".join(f"op.execute('DROP TABLE IF EXISTS {table}')" for table in sorted(made)))
    workspace = open_workspace(Request(folder, dialect=dialect))
    moves: list[Move] = []
    for up in pipeline.resolve(workspace, "base:head").steps:
        moves.append(up)
        if up.revision.id in both:
            moves += [Move(up.revision, "downgrade", up.after, up.before), up]
    emission = pipeline.emit(workspace, moves)
    whole = [pipeline.with_way_back(workspace, step) for step in emission.steps]
    found: dict[tuple[str, int], dict[tuple[str, str], Step]] = {}
    for step in whole:
        if step.revision in owners:
            found.setdefault(owners[step.revision], {}).setdefault((step.direction, step.revision), step)
    return {example: list(steps.values()) for example, steps in found.items()}


@pytest.mark.parametrize(("page", "example", "dialect"), _parameters("python"))
def test_alembic_code_is_rendered_and_judged_as_its_page_says(
    page: Page, example: Example, dialect: str, everything: Book, tmp_path_factory: pytest.TempPathFactory
) -> None:
    steps = _rendered_once(dialect, tmp_path_factory)[page.id, example.line]
    start = Schema(dialect)
    for item in read_file(history(page, example, dialect), "before.sql", dialect).items:
        for fact in item.facts:
            start.apply(fact)

    assert [step.gap for step in steps if step.gap is not None and step.direction == "upgrade"] == []
    assert example.verdict == "bad" or any(step.items for step in steps), "it emits nothing"
    found = judged(steps, everything, dialect, start, runs=example.runs, model=model(page, example, dialect))
    assert_judged(page, example, tuple(finding for finding in found if finding.allowed is None))


def judged(
    steps: Sequence[Step], book: Book, dialect: str, start: Schema, *, runs: str, model: Model | None
) -> Iterator[Finding]:
    """What is found in the upgrades; and what the downgrades do not put back, which is all that is asked of them."""
    schema, trips = Schema(dialect, lambda: start), Trips()
    for direction in ("upgrade", "downgrade"):
        part = [step for step in steps if step.direction == direction]
        found = engine.lint(
            part,
            book,
            dialect=dialect,
            runs=runs,
            lock_timeout_ms=5000,
            model=model,
            trips=trips,
            schema=schema,
            allowances=allowances.collect(part, lambda file: (_FOLDERS[dialect] / file).read_text(), dialect=dialect),
            today=date(2026, 1, 1),
        )
        yield from (one for one in found if direction == "upgrade" or one.rule == "downgrade-not-inverse")
        schema = Schema(dialect, partial(_same, schema))


def _same(schema: Schema) -> Schema:
    return schema


_FOLDERS: dict[str, Path] = {}


def _rendered_once(dialect: str, factory: pytest.TempPathFactory) -> dict[tuple[str, int], list[Step]]:
    if dialect not in _FOLDERS:
        _FOLDERS[dialect] = factory.mktemp(f"examples-{dialect}")
    return rendered(dialect, _FOLDERS[dialect])
