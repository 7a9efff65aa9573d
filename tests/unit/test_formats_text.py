"""Text for people: the place, the harm, the call with marks under it, what it emits, what to do."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sqlgen.cli.output import Wanted, show
from sqlgen.lint.finding import Allowed, Severity
from sqlgen.messages import cells, visible
from sqlgen.review import formats
from sqlgen.review.formats import Style
from sqlgen.review.frame import Row, Sources, frame
from sqlgen.review.report import Part, Since, Trouble
from sqlgen.segments import Gap, Place, Query
from tests.unit.small_reports import ANY_TEXT, HERE, NASTY, PATIENT, TOP, finding, hidden, part, report, step

ALLOWED = Allowed("nobody reads it", "2030-12-31", "versions/a1.py:2", owner="@dba")
BASELINE = Allowed("it was there", None, "sqlgen-baseline.json", baseline=True)
SINCE = Since("origin/main", "f" * 40, "8c1d2e3f" + "0" * 32, ("ae10", "bf22"), ("0007",), (), ())
REVISION = '''"""用户"""
from alembic import op

def upgrade():
    op.drop_column("users", "phone")  # sqlgen: allow nothing
    名 = "用户🙂"; op.drop_column("用户", "邮箱").then(1); op.f()
\top.drop_table("a\\tb")
    op.create_table(
        "orders",
        sa.Column("a"),
        sa.Column("b"),
        sa.Column("c"),
        sa.Column("d"),
    )
'''


def text(*parts: Part, here: Path | None = None) -> str:
    return formats.render("text", report(*parts), Style(here=here))


def drawn(rows: tuple[Row, ...]) -> list[str]:
    return [f"{'' if row.number is None else row.number:>2} {row.mark}{row.text}" for row in rows]


# ---- frames


LINES = REVISION.split("\n")


def test_a_call_is_marked_up_to_its_closing_parenthesis_and_not_its_comment() -> None:
    assert drawn(frame(LINES, 5, 5, 5)) == [
        ' 5     op.drop_column("users", "phone")  # sqlgen: allow nothing',
        "       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ]


def test_marks_stand_under_wide_characters() -> None:
    source, marks = frame(LINES, 6, 6, 16)
    assert source.text.startswith('    名 = "用户🙂"; op.drop')
    before, call = '    名 = "用户🙂"; ', 'op.drop_column("用户", "邮箱").then(1)'
    assert marks.mark == " " * cell_len(before) + "^" * cell_len(call)
    assert cell_len(before) == 19


def test_tabs_are_expanded_and_escapes_of_python_stay_as_they_are() -> None:
    assert drawn(frame(LINES, 7, 7, 2)) == [' 7     op.drop_table("a\\tb")', "       ^^^^^^^^^^^^^^^^^^^^^"]
    assert drawn(frame(["x\t用\ty(1)"], 1, 1, 5)) == [" 1 x   用  y(1)", "           ^^^^"]


def test_a_call_of_many_lines_has_a_margin_and_at_most_six_of_them() -> None:
    assert drawn(frame(LINES, 8, 14, 5)) == [
        " 8 /     op.create_table(",
        ' 9 |         "orders",',
        '10 |         sa.Column("a"),',
        '11 |         sa.Column("b"),',
        "   | ...",
        "14 |     )",
        "   |_____^",
    ]
    assert len([row for row in frame(LINES, 8, 13, 5) if row.number is not None]) == 6


def test_a_place_without_a_column_has_no_marks_and_one_outside_the_file_no_frame() -> None:
    assert drawn(frame(LINES, 2)) == [" 2 from alembic import op"]
    assert drawn(frame(LINES, 5, 5, 900))[1:] == []
    assert frame(LINES, 99) == frame([], 1) == ()


def test_a_call_far_to_the_right_is_shown_where_it_is() -> None:
    line = "x = 1; " * 40 + 'op.drop_table("用户")' + "; y = 2" * 40
    source, marks = frame([line], 1, 1, 281)
    assert source.text.startswith("...")
    assert source.text.endswith("...")
    at = len(marks.mark) - len(marks.mark.lstrip())
    assert source.text[at:].startswith('op.drop_table("用户"); y')
    assert marks.mark.strip() == "^" * cell_len('op.drop_table("用户")')
    assert cell_len(source.text) <= 110


def test_a_statement_of_an_sql_file_is_marked_by_itself() -> None:
    lines = ["SELECT 1; DROP TABLE 用户; SELECT 2;", "CREATE INDEX i", "  ON t (c); SELECT 3"]
    assert drawn(frame(lines, 1, 1, 11, "DROP TABLE 用户"))[1] == f"{' ' * 13}{'^' * 15}"
    assert drawn(frame(lines, 2, 3, 1, "CREATE INDEX i\n  ON t (c)")) == [
        " 2 / CREATE INDEX i",
        " 3 |   ON t (c); SELECT 3",
        "   |__________^",
    ]


@PATIENT
@given(
    st.text(st.characters(exclude_categories=(), exclude_characters="\n"), min_size=1, max_size=200).flatmap(
        lambda line: st.tuples(st.just(line), st.integers(1, len(line)))
    )
)
def test_marks_always_begin_under_what_they_mark(place: tuple[str, int]) -> None:
    line, column = place
    rows = frame([line], 1, 1, column)
    assert not any(hidden(row.text + row.mark) for row in rows)
    assert cells(rows[0].text) <= 110
    if len(rows) == 1:  # there is nothing to mark but blanks
        assert not line[column - 1 :].strip() or line[column - 1].isspace()
        return
    indent = len(rows[1].mark) - len(rows[1].mark.lstrip())
    taken = 0
    for at, char in enumerate(rows[0].text):
        if taken == indent and cells(char):
            rest = rows[0].text[at:]
            break
        taken += cells(char)
    else:
        rest = ""
    wanted = visible(line[column - 1])
    if line[column - 1] != "\t" and cells(wanted) and len(rest) >= len(wanted):
        assert rest.startswith(wanted)
    assert cells(rows[0].text) >= len(rows[1].mark)


@PATIENT
@given(ANY_TEXT, st.integers(1, 9), st.integers(1, 9), st.integers(1, 70), ANY_TEXT)
def test_a_frame_can_be_drawn_of_anything(source: str, line: int, end: int, column: int, sql: str) -> None:
    for row in (*frame(source.split("\n"), line, end, column), *frame(source.split("\n"), line, end, column, sql)):
        assert not hidden(row.mark + row.text)
        assert "\n" not in row.text


def test_a_source_is_read_as_python_reads_it_and_a_strange_one_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "gbk.py").write_bytes("# -*- coding: gbk -*-\r\n用户 = 1\r\n".encode("gbk"))
    (tmp_path / "bad.py").write_bytes(b"x = '\xff'\n")
    (tmp_path / "bom.sql").write_bytes("\ufeffDROP TABLE 用户;\r\n".encode())
    sources = Sources()
    assert sources.lines(tmp_path / "gbk.py")[1] == "用户 = 1"
    assert sources.lines(tmp_path / "bom.sql")[0] == "DROP TABLE 用户;"
    for name in ("bad.py", "none.py", "\0.py", ""):
        assert sources.lines(tmp_path / name) == ()


# ---- findings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "a1.py").write_text(REVISION, encoding="utf-8")
    return tmp_path


def test_a_finding_is_place_harm_call_sql_and_help(folder: Path) -> None:
    one = part(finding(line=5), folder=folder, steps=(step("SELECT 1"),))
    shown = formats.render("text", report(one, top=folder))
    assert shown == (
        "versions/a1.py:5:5: error drop-column\n"
        "    dropping t.c destroys its values\n"
        '      5 |     op.drop_column("users", "phone")  # sqlgen: allow nothing\n'
        "        |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "    SQL | ALTER TABLE t DROP COLUMN c\n"
        "    help: Keep it.\n"
        "\n"
        "1 error · 1 statement in 1 revision, postgresql\n"
    )


def test_several_findings_on_a_statement_share_the_call_and_the_sql(folder: Path) -> None:
    found = (
        finding(line=5),
        finding("lock-timeout-missing", line=5),
        finding(line=5, sql="ALTER TABLE u DROP COLUMN c", statement=2),
    )
    shown = formats.render("text", report(part(*found, folder=folder), top=folder))
    assert shown.count("versions/a1.py:5:5: error") == 3
    assert shown.count("help: ") == 3
    assert shown.count("5 |     op.drop_column") == 1
    assert shown.count("SQL | ALTER TABLE t") == shown.count("SQL | ALTER TABLE u") == 1


def test_the_sql_of_a_file_is_shown_once_as_it_stands_and_by_itself_where_it_can_not_be_read(folder: Path) -> None:
    (folder / "up.sql").write_text("-- 用户\nDROP TABLE t;\n", encoding="utf-8")
    found = finding(sql="DROP TABLE t", revision="", file="up.sql", line=2, column=1)
    shown = formats.render("text", report(part(found, folder=folder), top=folder))
    assert "    2 | DROP TABLE t;\n      | ^^^^^^^^^^^^\n    help" in shown
    assert "SQL" not in shown
    gone = formats.render("text", report(part(replace(found, file="<stdin>"), folder=folder), top=folder))
    assert "<stdin>:2:1: error drop-column" in gone
    assert "    SQL | DROP TABLE t\n" in gone


def test_colours_come_from_the_painter_alone(folder: Path) -> None:
    one = report(part(finding(line=5), finding(allowed=ALLOWED), folder=folder, notes=("It is so.",)), top=folder)
    painted = formats.render("text", one, Style(lambda style, text: f"<{style}>{text}</{style}>"))
    assert "<error>error</error> <bold>drop-column</bold>" in painted
    assert re.search(r"<error> +\^+</error>", painted)
    assert re.sub(r"</?(error|warning|info|bold|dim|good)>", "", painted) == formats.render("text", one)
    assert "\x1b" not in painted


def test_code_is_cut_to_the_terminal_so_that_its_marks_stay_under_it(folder: Path) -> None:
    found = (finding(line=5), finding(line=6, column=16), finding(line=8, end_line=14))
    for width in (60, 80):
        shown = formats.render("text", report(part(*found, folder=folder), top=folder), Style(width=width))
        frames = [line for line in shown.splitlines() if " | " in line or line.endswith("^")]
        assert len(frames) > 10
        assert max(map(cell_len, frames)) <= width
        assert ("..." in frames[0]) is (width == 60)


def test_the_command_line_says_how_wide_the_terminal_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    made = report(part(finding(line=5), folder=folder), top=folder)
    wants = (Wanted("text", None),)
    show(wants, made, "never")
    assert "# sqlgen: allow nothing\n" in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show(wants, made, "never")
    assert '5 |     op.drop_column("users", "phone")  # sqlgen...\n' in capsys.readouterr().out


def test_what_is_allowed_is_short_and_the_baseline_a_count() -> None:
    known = [finding(allowed=BASELINE, what=str(at)) for at in range(11)]
    back = finding("drop-table", direction="downgrade", allowed=BASELINE)
    shown = text(part(finding(allowed=ALLOWED), *known, back, steps=(step("SELECT 1"),)))
    assert shown == (
        "versions/a1.py:3:5: allowed error drop-column\n"
        "    dropping t.c destroys its values\n"
        "    because: nobody reads it until 2030-12-31, @dba (versions/a1.py:2)\n"
        "\n"
        "1 allowed, 12 in the baseline · 1 statement in 1 revision, postgresql\n"
    )


def test_files_are_named_from_where_one_stands() -> None:
    gap = Gap("it reads rows", "versions/b2.py", 7)
    query = Query("SELECT 1", "fetchall", Place("versions/c3.py", 4, 4, 1))
    steps = (step(revision="b2", gap=gap), replace(step("SELECT 1", revision="c3"), queries=(query,)))
    shown = text(part(finding(), steps=steps, name="services/a"), here=HERE)
    for named in ("a/versions/a1.py:3:5: error", "a/versions/b2.py:7: incomplete", "a/versions/c3.py:4: incomplete"):
        assert f"\n{named}" in f"\n{shown}"
    assert "    a/versions/c3.py:4: SELECT 1 (fetchall)" in shown
    assert "services/a" not in shown
    assert "../versions/a1.py:3:5: error" in text(part(finding()), here=HERE)
    assert "(../versions/a1.py:2)\n" in text(part(finding(allowed=ALLOWED)), here=HERE)
    by_settings = replace(ALLOWED, where="tool.sqlgen.allow[1]")
    assert "(tool.sqlgen.allow[1])\n" in text(part(finding(allowed=by_settings)), here=HERE)


def test_it_is_said_what_was_compared_and_what_else_is_to_be_known() -> None:
    shown = text(part(since=SINCE, notes=("The rollback loses users.phone.",)))
    assert shown.startswith(
        "compared with origin/main, merge base 8c1d2e3f; new: ae10, bf22; edited: 0007\n\n"
        "note The rollback loses users.phone.\n\n"
    )
    many = replace(SINCE, new=tuple(map(str, range(2000))))
    assert "new: 0, 1, 2, 3, 4, 5, 6, 7 and 1992 more;" in text(part(since=many))


def test_a_project_that_could_not_be_checked_is_never_passed_as_clean() -> None:
    failed = Trouble("env.py raised\nKeyError", "Mend it.", "env.py", 3, 2)
    shown = text(part(trouble=failed))
    assert shown == "env.py:3: error env.py raised\\nKeyError\n    help: Mend it.\n\nnot checked\n"
    assert text(part(finding(), trouble=failed)).endswith(
        "not checked to the end: 1 error · 0 statements, postgresql\n"
    )


def test_each_project_with_something_to_say_has_a_heading_and_the_others_a_line() -> None:
    some = [part(name=f"services/{name}", steps=(step("SELECT 1"),)) for name in "bdefgh"]
    none = replace(SINCE, new=(), edited=())
    idle = [part(name=f"idle/{at}", since=none, notes=(f"{at} revisions, as there.",)) for at in range(9)]
    told = part(name="told", since=none, notes=("Nothing new.", "env.py has changed."))
    found = part(finding(), name="services/a", steps=(step("SELECT 1"),), environment="prod")
    failed = part(name="services/c", trouble=Trouble("no", "Mend it.", None, None, 2))
    shown = text(found, *idle, failed, told, *some)
    headings = [line for line in shown.splitlines() if line.startswith("==")]
    assert headings == ["== services/a (prod)", "== services/c", "== told"]
    assert shown.endswith(
        "clean: services/b, services/d, services/e, services/f, services/g, services/h\n"
        "nothing new since origin/main: idle/0, idle/1, idle/2, idle/3, idle/4 and 4 more\n"
        "1 project not checked, 1 error · 18 projects, 7 statements in 7 revisions, postgresql\n"
    )
    assert "\n\n1 error · 1 statement in 1 revision, postgresql\n\n== services/c\n\nerror no\n" in shown


def test_all_clean_is_two_lines() -> None:
    shown = text(part(name="a", steps=(step("SELECT 1"),)), part(name="b"))
    assert shown == "clean: a, b\nnothing found · 2 projects, 1 statement in 1 revision, postgresql\n"


@PATIENT
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_is_seen_and_nothing_else_gets_out(what: str, sql: str, name: str) -> None:
    found = finding(name, sql, what=what, advice=what, revision=name, file=f"{name}.py")
    made = report(part(found, name=name, notes=(what,)), part(name=f"{name}2", notes=(sql,)))
    for form in ("text", "concise"):
        shown = formats.render(form, made)
        assert not hidden(shown)
        assert visible(f"dropping {what} destroys its values") in shown
        assert visible(name) in shown
    shown = formats.render("text", made)
    assert all(visible(line) in shown for line in sql.split("\n")[:4])


def test_nasty_text_in_a_source_is_seen(tmp_path: Path) -> None:
    line = f"op.execute('{NASTY}')".replace("\ud800", "").replace("\0", "")
    (tmp_path / "x.py").write_text(line, encoding="utf-8")
    shown = formats.render("text", report(part(finding(file="x.py", line=1, column=1), folder=tmp_path)))
    assert not hidden(shown)
    assert '1 | op.execute(\'用户🙂𝄞 <b>&amp;</b> ]]> "q" \\x1b[31m\\u202egpj' in shown


# ---- concise


def concise(*parts: Part, here: Path | None = None) -> list[str]:
    return formats.render("concise", report(*parts), Style(here=here)).splitlines()


def test_concise_is_a_line_for_each_thing_that_stands_open_and_the_counts() -> None:
    gap = Gap("it reads rows\nof 用户", "versions/b2.py", 7)
    found = (
        finding(),
        finding(allowed=ALLOWED),
        finding(allowed=BASELINE),
        finding(severity=Severity.WARNING, line=9, column=None),
        finding(direction="downgrade"),
    )
    one = part(*found, name="services/a", steps=(step(revision="b2", gap=gap),))
    other = part(name="services/b", trouble=Trouble("no", "Mend it.", None, None, 2))
    assert concise(one, other, here=HERE) == [
        "a/versions/a1.py:3:5: error drop-column: dropping t.c destroys its values",
        "a/versions/a1.py:9: warning drop-column: dropping t.c destroys its values",
        "a/versions/b2.py:7: error incomplete: revision b2 is incomplete: it reads rows\\nof 用户",
        "services/b: error failed: no",
        "1 project not checked, 1 error, 1 warning, 1 allowed, 1 in the baseline, 1 on the rollback, "
        "1 incomplete revision · 2 projects, 0 statements in 1 revision, postgresql",
    ]


def test_concise_says_that_nothing_was_found_and_shows_the_way_back_where_it_is_all() -> None:
    assert concise(part(steps=(step("SELECT 1"),))) == ["nothing found · 1 statement in 1 revision, postgresql"]
    down = part(finding(direction="downgrade"), steps=(step("DROP TABLE t", direction="downgrade"),))
    assert concise(down)[0].startswith(f"{(TOP / 'versions').relative_to(TOP)}/a1.py:3:5: error drop-column")
