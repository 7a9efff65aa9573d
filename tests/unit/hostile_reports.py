"""Reports for the tests of formats: real findings and steps of SQL, and ones with anything in them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from hypothesis import strategies as st

from sqlgen.lint.finding import Allowed, Finding, Severity
from sqlgen.linting import read_file
from sqlgen.messages import say
from sqlgen.review.report import Part, Report, Since, Trouble
from sqlgen.review.summary import judge
from sqlgen.segments import Gap, Note, Place, Query, Step

TOP = Path("/repository")
SQL = "CREATE TABLE a (id INT);\nCREATE INDEX ix ON orders (email);\nALTER TABLE users DROP COLUMN y;\n"

EVIL = (
    "@dba",
    "#12",
    "GH-12",
    "shop/web#3",
    "SHOP-7",
    "www.example.org",
    "http://example.org/x",
    "https://example.org",
    "a@example.org",
    "[click](http://example.org)",
    "![x](http://example.org/x.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!-- sqlgen:report key=0000 -->",
    "</details>",
    "<br>",
    "|",
    "\\|",
    "a\\",
    "`",
    "```",
    "``x`",
    "*b*",
    "_i_",
    "~~s~~",
    "# h",
    "1. x",
    "- x",
    "> [!NOTE]",
    "$x$",
    "!3",
    "%4",
    ":tada:",
    "&copy;",
    "&#64;all",
    "1975ea83b712c0ffee",
    "\u202e",
    "\x1b[31m",
    "\r\n",
    "订单表",
    "订单：已付。",
    "😀",
    "e\u0301",
    "{names}",
    "\ud800",
    "::add-mask::x",
    "##[set-output name=a]b",
    "a,b:c%3A%",
    "",
    " ",
)
TEXT = st.one_of(
    st.sampled_from(EVIL),
    st.lists(st.one_of(st.sampled_from(EVIL), st.sampled_from(("drops", "the", "table"))), max_size=5).map(" ".join),
    st.lists(st.sampled_from(EVIL), max_size=3).map("".join),
    st.text(max_size=12),
)
"""What may stand in names, messages and SQL."""


def finding(number: int = 0, **other: object) -> Finding:
    return replace(
        Finding(
            rule="drop-table",
            severity=Severity.ERROR,
            message=say("dropping {table} destroys its rows", table="orders"),
            help=say("Keep it."),
            file="migrations/versions/a1.py",
            line=3,
            end_line=3,
            column=5,
            revision="a1",
            direction="upgrade",
            dialect="postgresql",
            statement=1,
            sql="DROP TABLE x",
            identity=("drop-table", "a1", "upgrade", "DROP TABLE t", number),
        ),
        **other,  # type: ignore[arg-type]
    )


def step(sql: str = SQL, revision: str = "a1", **other: object) -> Step:
    found = read_file(sql, f"migrations/versions/{revision}.py", "postgresql")
    return replace(found, **({"revision": revision, "after": (revision,), "message": "add orders"} | other))  # type: ignore[arg-type]


def since(*new: str, **other: object) -> Since:
    found = Since("origin/main", "a" * 40, "b" * 40, new, (), (), ())
    return replace(found, **other)  # type: ignore[arg-type]


def part(*findings: Finding, name: str = "", steps: tuple[Step, ...] = (), **other: object) -> Part:
    judged = judge(findings, steps, "postgresql")
    fails = any(each.severity is Severity.ERROR and each.allowed is None for each in findings)
    found = Part(TOP / name, judged, name, steps, fails=fails)
    return replace(found, **other)  # type: ignore[arg-type]


def report(*parts: Part) -> Report:
    return Report(parts, TOP)


# ---- reports with anything in them


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    allowed = st.builds(Allowed, TEXT, st.none() | st.just("2030-01-01"), TEXT, st.none() | TEXT, st.booleans())
    return finding(
        draw(st.integers(0, 10_000)),
        rule=draw(st.sampled_from(("drop-table", "x"))),
        severity=draw(st.sampled_from(Severity)),
        message=say("dropping {table} destroys {what}", table=draw(TEXT), what=draw(TEXT)),
        help=say("Keep {it}.", it=draw(TEXT)),
        file=draw(st.none() | TEXT.filter(bool).filter(lambda text: "\0" not in text)),
        line=draw(st.none() | st.integers(1, 99)),
        end_line=draw(st.integers(1, 99)),
        column=draw(st.none() | st.integers(1, 99)),
        revision=draw(st.sampled_from(("a1", "", "@b"))),
        direction=draw(st.sampled_from(("upgrade", "downgrade"))),
        allowed=draw(st.none() | allowed),
    )


@lru_cache
def _read(name: str, value: str) -> Step:
    name = name.replace('"', "").replace("\0", "")
    sql = f'DROP TABLE "{name}";\nINSERT INTO t VALUES ({value!r});\nCREATE INDEX "{name}x" ON "{name}" (b);\n'
    return step(sql, "a1")


@st.composite
def steps(draw: st.DrawFn) -> Step:
    place = Place(draw(TEXT), 3, 3, 1)
    return replace(
        _read(draw(st.sampled_from(EVIL)), draw(st.sampled_from(EVIL))),
        revision=draw(TEXT),
        message=draw(TEXT),
        direction=draw(st.sampled_from(("upgrade", "upgrade", "downgrade"))),
        gap=draw(st.none() | st.builds(Gap, TEXT, st.none() | TEXT.filter(lambda text: "\0" not in text), st.none())),
        queries=draw(st.just(()) | st.just((Query(draw(TEXT), draw(TEXT), place),))),
        notes=draw(st.just(()) | st.just((Note("stub", draw(TEXT), None),))),
    )


@st.composite
def parts(draw: st.DrawFn, name: str = "") -> Part:
    ids = st.lists(TEXT, max_size=6).map(tuple)
    compared = st.builds(Since, TEXT, TEXT, TEXT, ids, ids, ids, ids)
    trouble = st.builds(Trouble, TEXT, TEXT, st.none() | st.just("a.py"), st.none() | st.just(3), st.just(2))
    return part(
        *draw(st.lists(findings(), max_size=4)),
        name=name,
        steps=tuple(draw(st.lists(steps(), max_size=2))),
        since=draw(st.none() | compared),
        environment=draw(st.none() | TEXT),
        notes=tuple(say("it loses {what}", what=text) for text in draw(st.lists(TEXT, max_size=2))),
        trouble=draw(st.none() | trouble),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    names = draw(st.lists(TEXT.filter(lambda text: "\0" not in text), max_size=2, unique=True))
    return report(*([draw(parts(name)) for name in sorted(names)] or [draw(parts())]))
