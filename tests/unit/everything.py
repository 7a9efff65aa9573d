"""A report that has everything which there can be in one, for the tests of the formats that machines read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlgen.lint.finding import Allowed, Finding, Severity
from sqlgen.messages import say
from sqlgen.review.report import Part, Report, Since, Trouble
from sqlgen.review.summary import judge
from sqlgen.segments import Gap, Item, Note, Place, Query, SqlFile, Step
from sqlgen.statements import split

FILE = "迁移/版本/0001 用户表 𠮷#1%.py"
SINCE = Since("origin/main", "a" * 40, "b" * 64, ("a1", "b2"), ("00",), (), ("01",))


def finding(
    rule: str = "drop-table", number: int = 0, *, direction: str = "upgrade", sql: str = "DROP TABLE t"
) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        message=say("dropping {table} destroys its rows", table="[dbo].[用户](旧)"),
        help=say("Keep it."),
        file=FILE,
        line=12,
        end_line=14,
        column=5,
        revision="a1",
        direction=direction,
        dialect="postgresql",
        statement=2,
        sql=sql,
        identity=(rule, "a1", direction, sql, number),
        project="services/shop",
    )


def step(*sql: str, revision: str = "a1", direction: str = "upgrade", gap: Gap | None = None) -> Step:
    items = tuple(Item(each, (), Place(FILE, 12, 14, 5), 1) for text in sql for each in split(text, "postgresql"))
    return Step(revision, "drops 旧 tables", direction, (), (revision,), FILE, items, gap)  # type: ignore[arg-type]


def everything(top: Path) -> Report:
    """Two environments of a project, and one project that could not be checked."""
    found = (
        finding(),
        finding(number=1),
        replace(finding("fk-missing-index"), severity=Severity.WARNING, statement=1),
        replace(
            finding("of-a-rule-that-went"), severity=Severity.INFO, file=None, line=None, end_line=None, column=None
        ),
        replace(finding(number=2), allowed=Allowed("nobody reads it", "2030-12-31", f"{FILE}:11", "@dba")),
        replace(finding(number=3), allowed=Allowed("nobody reads it", None, "[[allow]] 1")),
        replace(finding(number=4), allowed=Allowed("there before", None, "sqlgen-baseline.json", baseline=True)),
        finding(direction="downgrade"),
    )
    rows = replace(
        step(revision="b2"),
        queries=(Query("SELECT id FROM t", "fetchall", Place(FILE, 9, 9, 7), 2),),
        notes=(Note("offline-branch", "", Place(FILE, 3, 3, 1)),),
        origin="recorded",
    )
    by_hand = replace(step("SELECT 1", revision="c3"), override=SqlFile("sql/c3.sql", "ab" * 32), origin="override")
    missing = (
        step(revision="d4", gap=Gap("it reads the database", FILE, 7)),
        step(revision="d4", gap=Gap("the file has no function downgrade()", FILE, None), direction="downgrade"),
    )
    steps = (step("CREATE TABLE 旧 (\n  id INT\n)", "DROP TABLE t"), rows, by_hand, *missing)
    shop = Part(
        top / "services" / "shop",
        judge(found, steps, "postgresql"),
        name="services/shop",
        steps=steps,
        since=SINCE,
        environment="生产/1",
        notes=(say("the rollback loses {table}", table="旧"),),
        fails=True,
    )
    trouble = Trouble("there is no revision 99", "Give one that there is.", None, None, 2)
    failed = Part(top / "services" / "支付", judge((), (), "mysql"), name="services/支付", trouble=trouble)
    return Report((shop, replace(shop, environment="staging", since=None), failed), top)
