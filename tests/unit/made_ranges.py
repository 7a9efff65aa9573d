"""Texts in, ranges out: small ones by hand, with their way back, and those of real projects through Alembic."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlgen import facts, pipeline
from sqlgen.facts.vocabulary import CreateIndex, DropIndex
from sqlgen.history import between
from sqlgen.messages import say
from sqlgen.review.document.source import Source
from sqlgen.review.document.stats import Stats
from sqlgen.review.summary import judge
from sqlgen.schema import Schema
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Mode, Target
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.settings import Request
from sqlgen.statements import split
from sqlgen.workspace import open_workspace

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"
CLIENTS = {
    "postgresql": "psql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite3",
    "mssql": "sqlcmd",
    "oracle": "sqlplus",
}
BEFORE = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), phone VARCHAR(40), visits INTEGER);
CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR(200) NOT NULL);
"""


def items(sql: str, dialect: str, revision: str) -> tuple[Item, ...]:
    """Its statements, in one transaction, but for indexes that are built concurrently."""
    found = (one for one in split(sql, dialect) if one.text)
    return tuple(
        _item(Item(one, facts.read(one, dialect), Place(f"versions/{revision}.py", number, number + 1, 5), 1))
        for number, one in enumerate(found, start=11)
    )


def _item(item: Item) -> Item:
    alone = any(isinstance(fact, CreateIndex | DropIndex) and fact.concurrently for fact in item.facts)
    return replace(item, transaction=None if alone else 1, autocommit=alone, op="AddColumnOp")


def schema(dialect: str, sql: str = BEFORE) -> Schema:
    made = Schema.empty(dialect)
    for item in items(sql, dialect, "r0"):
        made.apply_all(item.facts)
    return made


def ranged(
    *revisions: tuple[str | None, str | None],
    dialect: str = "postgresql",
    client: str | None = None,
    version: str | None = None,
    mode: Mode | None = None,
    before: str = BEFORE,
) -> Range:
    """r1, r2, … on top of r0, each from its upgrade and its downgrade; None could not be rendered."""
    up, down = [], []
    for number, texts in enumerate(revisions, start=1):
        old, new = (f"r{number - 1}",), (f"r{number}",)
        for steps, text, way in zip((up, down), texts, ("upgrade", "downgrade"), strict=True):
            heads = (old, new) if way == "upgrade" else (new, old)
            step = Step(new[0], "", way, *heads, f"versions/r{number}.py", items(text or "", dialect, new[0]))  # type: ignore[arg-type]
            gap = Gap(say("it reads rows"), f"versions/r{number}.py", 31)
            steps.append(replace(step, gap=gap) if text is None else step)
    target = Target(dialect, client or CLIENTS[dialect], version, "prod", "shop", transaction=mode)
    return Range.of(up, down[::-1], target, schema(dialect, before), "0" * 64, signed=True)


def rendered(root: Path, text: str, request: Mapping[str, Any]) -> Range:
    """A range of a real project, through Alembic."""
    workspace = open_workspace(Request(root, **request))
    up = pipeline.resolve(workspace, text)
    down = between(workspace.graph, up.lower, up.upper, down=True)
    emission = pipeline.emit(workspace, (*up.steps, *down.steps))
    before = pipeline.schema_at(workspace, emission.dialect, emission.versions, up.lower)
    steps, count = emission.steps, len(up.steps)
    target = pipeline.target(workspace, emission)
    return Range.of(steps[:count], steps[count:], target, before, "0" * 64, signed=True)


def of_the_sample(dialect: str, folder: Path) -> Range:
    """The sample's range for an engine, from a copy of it in the folder."""
    shop = folder / "bookshop"
    shutil.copytree(SAMPLE, shop, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    env = {} if dialect == "mssql" else {"env": "prod"}
    return rendered(shop, "0004_orders:head", {"dialect": dialect, **env})


def source(range: Range, stats: Stats | None = None) -> Source:
    """What a review is made from, where nothing was found."""
    return Source(range, judge((), (*range.up, *range.down), range.target.dialect), "en", stats=stats)
