"""SQL by hand in, what a review is made from out: revisions r1, r2, … on top of r0, without Alembic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlgen import facts
from sqlgen.lint.finding import Finding
from sqlgen.messages import say
from sqlgen.review.document import model
from sqlgen.review.document.source import Node, Source
from sqlgen.review.document.statements import statements
from sqlgen.review.document.timeline import timeline
from sqlgen.review.document.told import Told, told
from sqlgen.review.summary import judge
from sqlgen.schema import Schema
from sqlgen.schema.model import Model
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split

TARGETS = {
    "postgresql": Target("postgresql", "psql", "16", "prod", "shop"),
    "mysql": Target("mysql", "mysql", "8.0", "prod", "shop"),
    "mariadb": Target("mariadb", "mysql", "10.11", "prod", "shop"),
    "sqlite": Target("sqlite", "sqlite3", None, "prod", "shop.db"),
    "mssql": Target("mssql", "sqlcmd", None, "prod", "shop"),
    "oracle": Target("oracle", "sqlplus", None, "prod", "shop"),
}
SHOP = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(200), phone VARCHAR(40));
CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR(200) NOT NULL);
"""


def items(sql: str, dialect: str) -> tuple[Item, ...]:
    found = []
    for number, statement in enumerate((one for one in split(sql, dialect) if one.text), start=11):
        alone = None if "CONCURRENTLY" in statement.text else 1
        place = Place("versions/x.py", number, number, 5)
        found.append(Item(statement, facts.read(statement, dialect), place, alone))
    return tuple(found)


def schema(sql: str | None, dialect: str) -> Schema:
    """What stands before the range; None: nothing is known of it."""
    if sql is None:
        return Schema(dialect)
    made = Schema.empty(dialect)
    for item in items(sql, dialect):
        made.apply_all(item.facts)
    return made


def source(
    *revisions: str | None,
    before: str | None = SHOP,
    back: Sequence[str] | None = None,
    dialect: str = "postgresql",
    target: Target | None = None,
    models: Model | None = None,
    parents: Mapping[str, tuple[str, ...]] | None = None,
    findings: Sequence[Finding] = (),
) -> Source:
    """Each from its upgrade, and its downgrade where `back` has them; None could not be rendered. Where `parents` are
    given, revisions run in the order in which they are written, and the version table's rows follow."""
    up: list[Step] = []
    graph: dict[str, Node] = {}
    rows: tuple[str, ...] = ("r0",)
    for number, sql in enumerate(revisions, start=1):
        id = f"r{number}"
        above = (f"r{number - 1}",) if parents is None else parents[id]
        after = tuple(sorted({*(row for row in rows if row not in above), id}))
        file = f"versions/{id}.py"
        step = Step(id, f"make {id}", "upgrade", rows, after, file, items(sql or "", dialect))
        up.append(step if sql is not None else replace(step, gap=Gap(say("it asks"), file, 31)))
        graph[id], rows = Node(above), after
    down = [
        Step(step.revision, step.message, "downgrade", step.after, step.before, step.file, items(sql, dialect))
        for step, sql in zip(reversed(up), reversed(back or []), strict=back is not None)
    ]
    range = Range.of(up, down, target or TARGETS[dialect], schema(before, dialect), "c" * 64)
    judged = judge(findings, (*up, *down), dialect)
    return Source(range, judged, "en", graph=graph, model=models)


def forward(made: Source) -> tuple[tuple[Told, ...], tuple[model.Statement, ...], tuple[model.Transaction, ...]]:
    """What is known of its statements, the statements, and their transactions."""
    up, down = told(made)
    shown, _ = statements(made, up, down)
    transactions, shown = timeline(made, up, shown)
    return tuple(up), shown, transactions
