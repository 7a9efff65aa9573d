"""GitHub's annotations: read back as its runner reads them, within its limits, and nothing else is a command."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from sqlgen.lint.finding import Allowed, Severity
from sqlgen.messages import say, visible
from sqlgen.review import formats
from sqlgen.review.report import Report
from tests.unit.actions_runner import Command, commands
from tests.unit.hostile_reports import finding, part, report, reports, since, step

WARNING, INFO = Severity.WARNING, Severity.INFO


def shown(told: Report) -> list[Command]:
    return commands(formats.render("github", told))


def test_an_annotation_stands_at_the_line_of_the_revision() -> None:
    (command,) = shown(report(part(finding())))
    assert command == Command(
        "error",
        "dropping orders destroys its rows\nhelp: Keep it.",
        {
            "file": "migrations/versions/a1.py",
            "line": "3",
            "endLine": "3",
            "col": "5",
            "title": "sqlgen drop-table",
        },
    )


def test_a_range_of_lines_has_no_column_since_the_runner_would_drop_it() -> None:
    (command,) = shown(report(part(finding(end_line=7))))
    assert (command.properties["line"], command.properties["endLine"]) == ("3", "7")
    assert "col" not in command.properties


def test_a_column_counts_characters_whatever_they_are() -> None:
    (command,) = shown(report(part(finding(file="迁移/😀.py", column=9))))
    assert (command.properties["file"], command.properties["col"]) == ("迁移/😀.py", "9")


def test_files_are_named_from_the_top_of_the_repository() -> None:
    (command,) = shown(report(part(finding(), name="services/a")))
    assert command.properties["file"] == "services/a/migrations/versions/a1.py"


def test_a_file_outside_the_repository_is_named_in_the_message() -> None:
    for file in ("../../elsewhere/x.py", "<stdin>"):
        (command,) = shown(report(part(finding(file=file))))
        assert "file" not in command.properties
        assert f"{file.removeprefix('../')}:3:5: dropping orders" in command.data


def test_ten_of_each_level_and_the_last_says_how_many_more() -> None:
    errors = [finding(number, message=say("error {n}", n=number)) for number in range(30)]
    warnings = [finding(number, severity=WARNING, message=say("warning {n}", n=number)) for number in range(12)]
    infos = [finding(number, severity=INFO, message=say("info {n}", n=number)) for number in range(10)]
    found = shown(report(part(*warnings, *infos, *errors)))
    assert [command.name for command in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert found[9].data.endswith("\n… and more errors: 20; the log of this step and its summary have them all")
    assert found[19].data.endswith("\n… and more warnings: 2; the log of this step and its summary have them all")
    assert "more" not in found[29].data
    log = formats.render("github", report(part(*warnings, *infos, *errors)))
    assert all(f"migrations/versions/a1.py:3:5: error drop-table: error {n}\n" in log for n in range(30))


def test_what_could_not_be_looked_at_comes_before_what_was_found() -> None:
    from sqlgen.segments import Gap

    holed = step(gap=Gap("it reads the database", "migrations/versions/a1.py", 7))
    found = shown(report(part(*(finding(n) for n in range(10)), steps=(holed,))))
    assert found[0].properties["line"] == "7"
    assert "revision a1 is incomplete: it reads the database" in found[0].data


def test_what_is_allowed_is_counted_and_what_the_rollback_loses_is_one_line() -> None:
    allowed = finding(1, allowed=Allowed("emptied", None, "a.py:1"))
    old = finding(2, allowed=Allowed("", None, "sqlgen-baseline.json", baseline=True))
    back = finding(3, direction="downgrade")
    told = report(part(allowed, old, back, steps=(step(),), notes=(say("Going back drops a."),)))
    assert shown(told) == []
    log = formats.render("github", told)
    assert log.splitlines() == [
        "Going back drops a.",
        "rollback: drop-table 1 (--output-format json lists them)",
        "1 allowed, 1 in the baseline, 1 on the rollback · 3 statements in 1 revision, postgresql",
    ]


def test_a_long_message_is_cut_before_the_runner_does_it_and_keeps_its_end() -> None:
    errors = [finding(n, message=say("drops {what}", what="表😀" * 3000)) for n in range(11)]
    found = shown(report(part(*errors)))
    assert all(len(command.data.encode("utf-16-le")) // 2 <= 4096 for command in found)
    assert " …\n… and more errors: 1; " in found[9].data


def test_a_file_s_name_can_not_be_a_command_nor_end_one() -> None:
    for evil in ("::add-mask::x.py", "a::b,line=9%0A.py", "x##[add-mask]y.py", " ::stop-commands::t"):
        log = formats.render("github", report(part(finding(file=evil), since=since("a1"))))
        (command,) = commands(log)
        assert command.name == "error"
        assert command.properties["line"] == "3"
        if "##" not in evil and not evil.startswith((":", " ")):
            assert command.properties["file"] == evil


@settings(max_examples=100, deadline=None)
@given(reports())
def test_nothing_that_a_pull_request_brings_is_a_command(told: Report) -> None:
    log = formats.render("github", told)
    every = {level: [e for e in told.open if e.severity is severity] for severity, level in _LEVELS}
    found = shown(told)
    assert [command.name for command in found] == [level for severity, level in _LEVELS for _ in every[level][:10]]
    assert set().union(*(command.properties for command in found)) <= {"file", "line", "endLine", "col", "title"}
    rest = "\n".join(line for line in log.split("\n") if not line.startswith("::"))
    assert commands(rest, any_name=True) == []
    assert "##[" not in log
    assert all(visible(line) == line for line in log.split("\n"))


_LEVELS = ((Severity.ERROR, "error"), (WARNING, "warning"), (INFO, "notice"))


def test_the_same_report_is_the_same_text() -> None:
    told = report(part(finding(), name="a"), part(replace(finding(), severity=WARNING), name="b"))
    assert formats.render("github", told) == formats.render("github", told)
