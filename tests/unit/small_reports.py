"""Reports for the tests of formats: small ones, made by hand, with texts that formats get wrong."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sqlgen.lint.finding import Allowed, Finding, Severity
from sqlgen.messages import say
from sqlgen.review.report import Part, Report, Since, Trouble
from sqlgen.review.summary import judge
from sqlgen.segments import Gap, Item, Place, Step
from sqlgen.statements import split

TOP = Path("/repository")
HERE = TOP / "services"
NASTY = '用户🙂𝄞 <b>&amp;</b> ]]> "q" \x1b[31m\u202egpj\u2066 \x00\x08\ufffe\ud800 %0A ::error:: `x` | \u200b'
"""Chinese, astral characters, markup, a terminal's and a host's commands, bidi, what XML can't hold."""

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For laws, on machines that have other things to do."""
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
"""Lone surrogates among it: a file's name may hold them."""


def finding(
    rule: str = "drop-column",
    sql: str = "ALTER TABLE t DROP COLUMN c",
    *,
    revision: str = "a1",
    statement: int | None = 1,
    severity: Severity = Severity.ERROR,
    what: str = "t.c",
    advice: str = "Keep it.",
    file: str | None = "versions/a1.py",
    line: int | None = 3,
    end_line: int | None = None,
    column: int | None = 5,
    direction: str = "upgrade",
    allowed: Allowed | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        message=say("dropping {what} destroys its values", what=what),
        help=say("{advice}", advice=advice),
        file=file,
        line=line,
        end_line=end_line or line,
        column=column,
        revision=revision,
        direction=direction,
        dialect="postgresql",
        statement=statement,
        sql=sql,
        identity=(rule, revision or str(file), direction, sql, 0),
        allowed=allowed,
    )


def step(
    *sql: str,
    revision: str = "a1",
    file: str | None = None,
    direction: str = "upgrade",
    gap: Gap | None = None,
    message: str = "",
) -> Step:
    """A revision in versions/, or, without one, an .sql file."""
    file = file or f"versions/{revision}.py"
    items = tuple(
        Item(each, (), Place(file, 3 + at, 3 + at, 5), 1)
        for at, text in enumerate(sql)
        for each in split(text, "postgresql")
        if each.text
    )
    return Step(revision, message, direction, (), (revision,), file, items, gap)  # type: ignore[arg-type]


def part(
    *findings: Finding,
    steps: tuple[Step, ...] = (),
    name: str = "",
    folder: Path | None = None,
    since: Since | None = None,
    notes: tuple[str, ...] = (),
    trouble: Trouble | None = None,
    environment: str | None = None,
) -> Part:
    return Part(
        folder=folder or TOP / name,
        judged=judge(findings, steps, "postgresql"),
        name=name,
        steps=steps,
        since=since,
        environment=environment,
        notes=tuple(say("{note}", note=note) for note in notes),
        trouble=trouble,
    )


def report(*parts: Part, top: Path = TOP) -> Report:
    return Report(parts, top)


def hidden(text: str) -> bool:
    """Whether there is something in it that a terminal would obey, or not show; line ends aside."""
    return any(
        unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for char in text.replace("\n", "")
    )
