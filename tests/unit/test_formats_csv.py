"""CSV: a row for each statement, read back by Python's reader and by one that thinks as spreadsheets do."""

from __future__ import annotations

import csv
import io

from hypothesis import given

from sqlgen.lint.finding import Allowed, Severity
from sqlgen.messages import visible
from sqlgen.review import formats
from sqlgen.review.report import Report, Trouble
from sqlgen.segments import Gap
from tests.unit.small_reports import ANY_TEXT, NASTY, PATIENT, finding, hidden, part, report, step

GOINCEPTION = [  # https://hanchuanchuan.github.io/goInception/zh/result.html
    "order_id", "stage", "error_level", "stage_status", "error_message", "sql", "affected_rows", "sequence",
    "backup_dbname", "execute_time", "sqlsha1",
]  # fmt: skip


def rows(of: Report) -> list[dict[str, str]]:
    text = formats.render("csv", of)
    assert text.endswith("\n")
    assert "\r" not in text
    text.encode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def spreadsheet(text: str) -> list[list[str]]:
    """Cells as a spreadsheet takes them: what it would calculate is an error, a leading apostrophe says "text"."""
    cells, row, cell, quoted = [], [], "", False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
            if quoted and at and text[at - 1] == '"':
                cell += '"'
        elif char in ",\n" and not quoted:
            row.append(cell)
            cell = ""
            if char == "\n":
                cells.append(row)
                row = []
        else:
            cell += char
    for each in (each for row in cells for each in row):
        assert not each.startswith(tuple("=+-@＝＋－＠\t\r\n")), each
    return [[each.removeprefix("'") for each in row] for row in cells]


def test_the_columns_are_those_of_goinception_and_then_ours() -> None:
    head = next(csv.reader(io.StringIO(formats.render("csv", report(part())))))
    assert head == [*GOINCEPTION, "project", "revision", "place", "rules"]


def test_each_statement_has_a_row_and_its_findings_stand_in_it() -> None:
    steps = (step("ALTER TABLE t DROP COLUMN c", "SELECT 1", "DROP TABLE t"), step("SELECT 2", revision="b2"))
    found = (
        finding(),
        finding("lock-timeout-missing", severity=Severity.WARNING, what="用户"),
        finding("drop-table", "DROP TABLE t", statement=3, severity=Severity.WARNING),
        finding("reserved-word", "SELECT 2", statement=4, revision="b2", severity=Severity.INFO),
    )
    got = rows(report(part(*found, steps=steps)))
    assert [(row["order_id"], row["sql"], row["error_level"], row["rules"]) for row in got] == [
        ("1", "ALTER TABLE t DROP COLUMN c", "2", "drop-column\nlock-timeout-missing"),
        ("2", "SELECT 1", "0", ""),
        ("3", "DROP TABLE t", "1", "drop-table"),
        ("4", "SELECT 2", "0", "reserved-word"),
    ]
    assert got[0]["error_message"] == "dropping t.c destroys its values\ndropping 用户 destroys its values"
    assert [row["place"] for row in got[:2]] == ["versions/a1.py:3:5", "versions/a1.py:4:5"]
    assert {(row["stage"], row["stage_status"], row["execute_time"]) for row in got} == {
        ("CHECKED", "Audit Completed", "0")
    }
    assert {row[name] for row in got for name in ("affected_rows", "sequence", "backup_dbname", "sqlsha1")} == {""}


def test_statements_of_sql_files_are_numbered_file_by_file() -> None:
    steps = (step("SELECT 1", "SELECT 2", revision="", file="a.sql"), step("DROP TABLE t", revision="", file="b.sql"))
    found = finding("drop-table", "DROP TABLE t", revision="", file="b.sql", statement=1)
    assert [row["rules"] for row in rows(report(part(found, steps=steps)))] == ["", "", "drop-table"]


def test_what_is_about_no_statement_has_a_row_before_those_of_its_revision() -> None:
    gap = Gap("it reads 用户", "versions/b2.py", 7)
    steps = (step("SELECT 1"), step(revision="b2", gap=gap), step("SELECT 2", revision="c3"))
    found = (
        finding("revision-edited", "", revision="old", file="versions/old.py", statement=None),
        finding("downgrade-missing", "", revision="c3", file="versions/c3.py", statement=None),
    )
    failed = Trouble("env.py raised", "Mend it.", None, None, 2)
    got = rows(report(part(*found, steps=steps, name="a"), part(trouble=failed, name="b")))
    assert [(row["project"], row["revision"], row["stage"], row["sql"], row["rules"]) for row in got] == [
        ("a", "a1", "CHECKED", "SELECT 1", ""),
        ("a", "b2", "NONE", "", "incomplete"),
        ("a", "c3", "CHECKED", "", "downgrade-missing"),
        ("a", "c3", "CHECKED", "SELECT 2", ""),
        ("a", "old", "CHECKED", "", "revision-edited"),
        ("b", "", "NONE", "", "failed"),
    ]
    assert got[1]["place"] == "a/versions/b2.py:7"
    assert got[1]["error_level"] == got[5]["error_level"] == "2"


def test_what_is_allowed_passes_with_its_reason_and_the_baseline_is_left_out() -> None:
    allowed = finding(allowed=Allowed("nobody reads it", "2030-12-31", "versions/a1.py:2"))
    known = finding("drop-table", allowed=Allowed("it was there", None, "sqlgen-baseline.json", baseline=True))
    (row,) = rows(report(part(allowed, known, steps=(step("ALTER TABLE t DROP COLUMN c"),))))
    assert (row["error_level"], row["rules"]) == ("0", "drop-column")
    assert row["error_message"].startswith("allowed: dropping t.c")
    assert "nobody reads it until 2030-12-31" in row["error_message"]


def test_the_way_back_has_rows_where_there_is_nothing_else() -> None:
    down = step("DROP TABLE t", direction="downgrade")
    found = finding("drop-table", "DROP TABLE t", direction="downgrade")
    assert [row["sql"] for row in rows(report(part(found, steps=(step("SELECT 1"), down))))] == ["SELECT 1"]
    assert [row["rules"] for row in rows(report(part(found, steps=(down,))))] == ["drop-table"]


def test_a_spreadsheet_calculates_nothing() -> None:
    sqls = ("-- why\nDROP TABLE t", '=cmd|" /C calc"!A1', "@SUM(1+1)*cmd", "+1", "＝1+1")
    steps = tuple(step(sql, revision=str(at), file=f"=versions/{at}.py") for at, sql in enumerate(sqls))
    table = spreadsheet(formats.render("csv", report(part(steps=steps))))
    assert len({len(row) for row in table}) == 1
    assert [row[5] for row in table[1:] if row[5]] == [item.sql for each in steps for item in each.items]
    assert table[1][13].startswith("=versions/0.py")


@PATIENT
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_reads_back_as_what_is_seen_of_it(what: str, sql: str, name: str) -> None:
    its = step("SELECT 1", message=what)
    found = finding(what=what, sql=sql, statement=None, revision="", file=None)
    made = report(part(found, steps=(its,), name=name))
    text = formats.render("csv", made)
    assert not hidden(text)
    (_, first, second) = csv.reader(io.StringIO(text, newline=""), strict=True)
    seen = "\n".join(visible(line) for line in sql.split("\n"))
    assert second[5].removeprefix("'") == seen.removeprefix("'")
    assert second[4] == visible(f"dropping {what} destroys its values")
    assert first[11] == second[11]
    assert first[11].removeprefix("'") == "\n".join(map(visible, name.split("\n"))).removeprefix("'")
    assert spreadsheet(text)[2][5] == seen.removeprefix("'")


def test_nasty_text_is_seen() -> None:
    (row,) = rows(report(part(finding(what=NASTY, sql=NASTY), steps=(step("ALTER TABLE t DROP COLUMN c"),))))
    assert visible(NASTY) in row["error_message"]
    assert "用户🙂𝄞" in row["error_message"]
