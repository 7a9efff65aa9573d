"""Reports: nothing in them can become markup, a terminal command or a clean bill that was not given."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sqlgen.lint.finding import Allowed, Finding, Severity
from sqlgen.markdown import cell, code
from sqlgen.messages import say
from sqlgen.review import formats, report
from sqlgen.review.summary import Hole, Judged, fails, judge
from sqlgen.segments import Gap, Item, Note, Place, Query, SqlFile, Step
from sqlgen.statements import split

FINDING = Finding(
    rule="drop-table",
    severity=Severity.ERROR,
    message=say("dropping {table} destroys its rows", table="a|b`c\x1b[31m\u202e"),
    help=say("Keep it."),
    file="versions/x.py",
    line=3,
    end_line=4,
    column=5,
    revision="a1",
    direction="upgrade",
    dialect="postgresql",
    statement=1,
    sql="DROP TABLE x",
    identity=("drop-table", "r1", "upgrade", "DROP TABLE t", 0),
)
ALLOWED = replace(FINDING, allowed=Allowed("nobody reads it", "2030-12-31", "versions/x.py:2"))
DOWN = replace(FINDING, direction="downgrade")
WARNING = replace(FINDING, severity=Severity.WARNING)


def step(sql: str, *, gap: Gap | None = None, direction: str = "upgrade") -> Step:
    items = tuple(Item(each, (), Place("versions/x.py", 3, 4, 5), 1) for each in split(sql, "postgresql") if each.text)
    return Step("a1", "a *bold* message", direction, (), ("a1",), "versions/x.py", items, gap)  # type: ignore[arg-type]


def shown(name: str, judged: Judged) -> str:
    return formats.render(name, report.of(judged))


def judged(*findings: Finding, gap: Gap | None = None) -> Judged:
    return judge(findings, [step("DROP TABLE x", gap=gap)], "postgresql")


@pytest.mark.parametrize(
    ("findings", "fail_on", "wanted"),
    [
        ((FINDING,), "error", True),
        ((FINDING,), "never", False),
        ((WARNING,), "error", False),
        ((WARNING,), "warning", True),
        ((ALLOWED,), "warning", False),
        ((DOWN,), "warning", False),
        ((), "warning", False),
    ],
)
def test_what_fails_a_check(findings: tuple[Finding, ...], fail_on: str, wanted: bool) -> None:
    assert fails(findings, fail_on) is wanted


def test_text_shows_the_beginning_of_a_long_statement() -> None:
    wide = shown("text", judged(replace(FINDING, sql="x" * 1000)))
    assert f"    SQL | {'x' * 400} …\n" in wide
    assert "x" * 401 not in wide

    long = shown("text", judged(replace(FINDING, sql="a\nb\nc\nd\ne\nf\n")))
    assert "        | d\n        | … 2 more lines\n" in long


def test_text_shows_escapes_and_never_sends_them_to_the_terminal() -> None:
    text = shown("text", judged(FINDING))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert r"a|b`c\x1b[31m\u202e destroys its rows" in text
    assert text.startswith("versions/x.py:3:5: error drop-table\n")
    assert text.endswith("1 error · 1 statement in 1 revision, postgresql\n")


def test_an_allowed_finding_stays_visible_with_its_reason() -> None:
    text = shown("text", judged(ALLOWED))
    assert "allowed error drop-table" in text
    assert "because: nobody reads it until 2030-12-31 (versions/x.py:2)" in text
    assert text.endswith("1 allowed · 1 statement in 1 revision, postgresql\n")


def test_the_rollback_is_one_line_beside_what_is_applied_and_whole_when_it_is_all() -> None:
    both = shown("text", judged(FINDING, DOWN))
    assert "rollback: drop-table 1" in both
    assert both.count("error drop-table") == 1
    alone = shown("text", judged(DOWN))
    assert "rollback: drop-table 1" in alone
    assert "error drop-table" not in alone
    down = judge((DOWN,), [step("DROP TABLE x", direction="downgrade")], "postgresql")
    assert "error drop-table (downgrade)" in shown("text", down)


def test_rollbacks_that_all_lack_the_same_thing_are_told_once() -> None:
    gap = Gap("the file has no function downgrade()", "versions/x.py", None)
    holes = tuple(Hole(revision, "downgrade", gap) for revision in ("d4", "c3", "b2", "a1"))
    assert "incomplete 4 revisions can't be rolled back: d4, c3, b2, a1\n    the file has no function downgrade()" in (
        shown("text", Judged((), holes, "postgresql", 4, 4))
    )
    few = shown("text", Judged((), holes[:3], "postgresql", 3, 3))
    assert few.count("versions/x.py: incomplete") == 3
    assert "versions/x.py: incomplete b2 can't be rolled back" in few


def test_a_revision_that_was_not_rendered_is_never_passed_as_clean() -> None:
    holed = judged(gap=Gap("it reads the database", "versions/x.py", 7))
    assert "versions/x.py:7: incomplete revision a1 can't be rendered\n    it reads the database" in (
        shown("text", holed)
    )
    assert "1 incomplete revision" in shown("markdown", holed)
    assert json.loads(shown("json", holed))["incomplete"] == [
        {
            "project": "",
            "revision": "a1",
            "direction": "upgrade",
            "path": "versions/x.py",
            "file": "versions/x.py",
            "line": 7,
            "reason": "it reads the database",
            "reads": [],
            "rendered": False,
        }
    ]


def test_json_is_ascii_and_counts_what_is_applied_apart_from_the_rollback() -> None:
    text = shown("json", judged(FINDING, ALLOWED, DOWN, WARNING))
    assert text.isascii()
    counts = {"errors": 1, "warnings": 1, "infos": 0, "allowed": 1, "baseline": 0, "rollback": 1, "incomplete": 0}
    counts |= {"revisions": 1, "statements": 1}
    assert json.loads(text)["summary"] == {"projects": 1, "failed": 0, **counts}
    assert [(each["dialect"], each["summary"]) for each in json.loads(text)["projects"]] == [("postgresql", counts)]


def test_markdown_keeps_a_table_a_table_whatever_the_names_are() -> None:
    assert cell("a|b\n*c* <script>") == r"a\|b \*c\* \<script\>"
    assert code("a`b") == "``a`b``"
    assert code("`") == "`` ` ``"
    assert code("a|b") == "`a\\|b`"
    rows = [line for line in shown("markdown", judged(FINDING)).splitlines() if line.startswith("| error")]
    assert len(rows) == 1
    assert rows[0].replace(r"\|", "").count("|") == 6


QUERY = Query("SELECT id | <b> FROM t", "fetchall", Place("versions/x.py", 3, 3, 1), 2)


def test_a_revision_of_which_something_is_missing_is_never_passed_as_clean() -> None:
    missing = replace(step("DROP TABLE x"), queries=(QUERY,), origin="recorded")
    told = judge((), [missing], "postgresql")
    assert told.incomplete == 1
    text = shown("text", told)
    assert "versions/x.py:3: incomplete revision a1 depends on rows" in text
    assert "rows seen: 2" in text
    assert "1 incomplete revision" in text
    assert "nothing found" not in text
    table = shown("markdown", told)
    assert "SELECT id `| <b>` FROM t" in table
    (incomplete,) = json.loads(shown("json", told))["incomplete"]
    assert (incomplete["rendered"], incomplete["reads"][0]["rows"]) == (True, 2)
    (remark,) = json.loads(shown("json", told))["remarks"]
    assert (remark["revision"], remark["origin"], remark["override"]) == ("a1", "recorded", None)


def test_a_rollback_of_which_something_is_missing_is_said_to_be_so() -> None:
    up, down = step("DROP TABLE x"), replace(step("CREATE TABLE x ()", direction="downgrade"), queries=(QUERY,))
    told = judge((), [up, down], "postgresql")
    assert "the rollback of a1 depends on rows" in shown("text", told)


def test_a_file_written_by_hand_and_notes_are_told() -> None:
    sql = SqlFile("sql/a1.sql", "ab" * 32)
    told = judge((), [replace(step("DROP TABLE x"), origin="override", override=sql)], "postgresql")
    noted = judge((), [replace(step("DROP TABLE x"), notes=(Note("offline-branch", "", None),))], "postgresql")
    assert told.incomplete == noted.incomplete == 0
    for name in ("text", "markdown"):
        assert "written by hand in sql/a1.sql" in shown(name, told).replace("`", "")
        assert "asks whether this is offline mode" in shown(name, noted)
    assert json.loads(shown("json", told))["remarks"][0]["override"]["sha256"] == "ab" * 32
    assert json.loads(shown("json", judged()))["remarks"] == []
