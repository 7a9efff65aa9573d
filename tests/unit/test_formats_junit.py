"""JUnit: as Jenkins' schema has it, read back by junitparser; what is new and what is fixed can be told by names."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import junitparser
import pytest
import xmlschema
from hypothesis import given

from sqlgen.lint.finding import Allowed, Severity
from sqlgen.messages import say, visible
from sqlgen.review import formats
from sqlgen.review.report import Part, Report, Trouble
from sqlgen.segments import Gap
from tests.unit.small_reports import ANY_TEXT, NASTY, PATIENT, finding, hidden, part, report, step

ALLOWED = Allowed("nobody reads it", "2030-12-31", "versions/a1.py:2")
BASELINE = Allowed("it was there", None, "sqlgen-baseline.json", baseline=True)
DROP = "ALTER TABLE t DROP COLUMN c"
Outcomes = dict[str, tuple[str, str]]
"""`class/name` of those that did not just pass → what, and its message."""


@cache
def schema() -> xmlschema.XMLSchema:
    """Jenkins' xunit plugin refuses a report that does not match it."""
    return xmlschema.XMLSchema(Path(__file__).parents[1] / "schemas" / "junit-10.xsd")


def rendered(*parts: Part) -> str:
    text = formats.render("junit", report(*parts))
    schema().validate(text.encode())
    return text


def cases(text: str) -> list[junitparser.TestCase]:
    read = junitparser.JUnitXml.fromstring(text.encode())
    assert isinstance(read, junitparser.JUnitXml)
    found = [case for suite in read for case in suite]
    told = (read.tests, read.failures, read.errors)
    skipped = sum(suite.skipped for suite in read)
    read.update_statistics()  # counts again
    assert told == (read.tests, read.failures, read.errors)
    assert skipped == read.skipped
    names = [(case.classname, case.name) for case in found]
    assert len(names) == len(set(names))
    return found


def outcomes(*parts: Part) -> Outcomes:
    return {
        f"{case.classname}/{case.name}": (type(result).__name__, result.message)
        for case in cases(rendered(*parts))
        for result in case.result
    }


def passed(*parts: Part) -> set[str]:
    return {f"{case.classname}/{case.name}" for case in cases(rendered(*parts)) if case.is_passed}


def test_the_schema_refuses_what_jenkins_refuses() -> None:
    text = rendered(part(finding(), steps=(step(DROP),)))
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema().validate(text.replace("<testcase ", '<testcase file="x.py" ', 1).encode())


def test_a_revision_is_a_suite_and_each_kind_of_harm_a_case() -> None:
    found = (finding(), finding("drop-table", what="用户"), finding("lock-timeout-missing"))
    one = part(*found, steps=(step(DROP), step("SELECT 1", revision="b2")))
    assert outcomes(one) == {
        "sqlgen.a1/losing": ("Failure", "dropping t.c destroys its values (and 1 more)"),
        "sqlgen.a1/running": ("Failure", "dropping t.c destroys its values"),
    }
    assert {"sqlgen/check", "sqlgen.a1/locking", "sqlgen.b2/losing", "sqlgen.b2/rendering", "sqlgen.b2/other"} <= (
        passed(one)
    )


def test_what_is_fixed_passes_under_the_name_under_which_it_failed() -> None:
    before, after = part(finding(), steps=(step(DROP),)), part(steps=(step("SELECT 1"),))
    assert set(outcomes(before)) == {"sqlgen.a1/losing"}
    assert set(outcomes(before)) <= passed(after)
    moved = part(finding(line=30, column=9), steps=(step(DROP),))
    assert set(outcomes(moved)) == set(outcomes(before))


def test_a_failure_begins_with_its_place_and_has_the_help_and_the_sql() -> None:
    (case,) = (each for each in cases(rendered(part(finding(), steps=(step(DROP),)))) if each.result)
    assert case.result[0].type == "drop-column"
    assert case.result[0].text == (
        "versions/a1.py:3:5: error drop-column: dropping t.c destroys its values\nhelp: Keep it.\n" + DROP
    )


def test_what_is_allowed_is_skipped_and_what_stands_in_the_baseline_passes() -> None:
    steps = (step(DROP),)
    assert outcomes(part(finding(allowed=ALLOWED), steps=steps)) == {
        "sqlgen.a1/losing": ("Skipped", "allowed: dropping t.c destroys its values")
    }
    assert outcomes(part(finding(allowed=BASELINE), steps=steps)) == {}
    both = part(finding(allowed=ALLOWED), finding("drop-table"), steps=steps)
    assert outcomes(both)["sqlgen.a1/losing"][0] == "Failure"
    assert "nobody reads it until 2030-12-31" in rendered(both)


def test_infos_and_the_way_back_fail_nothing_and_can_be_read() -> None:
    steps = (step(DROP), step("DROP TABLE t", direction="downgrade"))
    back = finding("drop-table", direction="downgrade", what="用户")
    one = part(finding(severity=Severity.INFO), back, steps=steps)
    assert outcomes(one) == {}
    output = {case.name: case.system_out for case in cases(rendered(one)) if case.system_out}
    assert set(output) == {"losing", "rollback"}
    assert "用户" in output["rollback"]


def test_what_was_not_rendered_is_an_error_and_nothing_of_it_passes() -> None:
    gap = Gap("it reads rows", "versions/a1.py", 7)
    one = part(steps=(step(gap=gap), step("SELECT 1", revision="b2")))
    got = outcomes(one)
    assert got["sqlgen.a1/rendering"] == ("Error", "revision a1 is incomplete: it reads rows")
    assert got["sqlgen.a1/losing"] == ("Skipped", "not judged")
    assert not {name for name in passed(one) if name.startswith("sqlgen.a1")}
    assert "sqlgen.b2/losing" in passed(one)


def test_a_project_that_could_not_be_checked_is_an_error_and_nothing_of_it_passes() -> None:
    failed = Trouble("env.py raised\nKeyError: 用户", "Mend it.", "migrations/env.py", 3, 2)
    many = part(name="a", steps=(step("SELECT 1"),)), part(name="b", steps=(step("SELECT 1"),), trouble=failed)
    got = outcomes(*many)
    assert got["sqlgen.b/check"] == ("Error", "env.py raised KeyError: 用户")
    assert passed(*many) >= {"sqlgen.a/check", "sqlgen.a.a1/losing", "sqlgen.b.a1/rendering"}
    assert "sqlgen.b.a1/losing" not in passed(*many)
    assert "b/migrations/env.py:3: error failed" in rendered(*many)


def test_of_a_revision_that_was_not_judged_only_what_was_found_is_told() -> None:
    one = part(finding("revision-edited", "", revision="old", file="versions/old.py", statement=None))
    assert [f"{case.classname}/{case.name}" for case in cases(rendered(one))] == ["sqlgen/check", "sqlgen.old/history"]


def test_nothing_new_is_a_report_with_a_case_that_passes() -> None:
    assert passed(part()) == {"sqlgen/check"}


def test_sql_files_are_suites_by_their_names_and_rules_of_a_team_have_a_case() -> None:
    steps = (step("SELECT 1", revision="", file="a.sql"), step(DROP, revision="", file="b.sql"))
    found = finding("team-says-no", revision="", file="b.sql")
    assert set(outcomes(part(found, steps=steps))) == {"sqlgen.b.sql/other"}
    assert "sqlgen.a.sql/other" in passed(part(found, steps=steps))


def test_rules_of_a_team_are_of_the_kind_that_their_folder_says(tmp_path: Path) -> None:
    (tmp_path / "db-rules" / "合规").mkdir(parents=True)
    (tmp_path / "db-rules" / "合规" / "team_says_no.py").touch()
    found, steps = (finding("team-says-no"),), (step(DROP), step("SELECT 1", revision="b2"))
    one = replace(part(*found, steps=steps, folder=tmp_path), packs=("standard", "./db-rules"))
    assert set(outcomes(one)) == {"sqlgen.a1/合规"}
    assert {"sqlgen.b2/合规", "sqlgen.a1/losing"} <= passed(one)
    gone = replace(one, packs=("standard", "./gone"))
    assert set(outcomes(gone)) == {"sqlgen.a1/other"}


def test_the_suite_names_the_file_and_there_is_no_time() -> None:
    text = rendered(part(finding(), steps=(step(DROP),), name="services/a"))
    suites = ElementTree.fromstring(text).findall("testsuite")
    assert [suite.get("file") for suite in suites] == [None, "services/a/versions/a1.py"]
    assert {suite.get("package") for suite in suites} == {"sqlgen.services/a"}
    assert "time" not in text


def test_the_same_report_makes_the_same_bytes() -> None:
    def made() -> Report:
        return report(part(finding(), finding("drop-table"), steps=(step(DROP),)))

    assert formats.render("junit", made()) == formats.render("junit", made())


@PATIENT
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_reads_back_as_what_is_seen_of_it(what: str, sql: str, name: str) -> None:
    found = finding(name, sql, what=what, advice=name, statement=None, revision=name)
    text = formats.render("junit", report(part(found, name=name)))
    assert not hidden(text)
    schema().validate(text)
    (case,) = (each for each in cases(text) if each.result)
    (failure,) = case.result
    assert failure.message == visible(f"dropping {what} destroys its values")
    assert failure.type == visible(name)
    said = str(say("help: {advice}", advice=name))
    seen = [visible(line) for line in sql.split("\n")] if sql else []
    assert failure.text.split("\n")[-1 - len(seen) :] == [said, *seen]


def test_nasty_text_is_seen() -> None:
    text = rendered(part(finding(what=NASTY, sql=NASTY, advice=NASTY, file=f"{NASTY}.py", revision=NASTY), name=NASTY))
    (case,) = (each for each in cases(text) if each.result)
    assert visible(NASTY) in case.result[0].message
    assert case.classname == f"sqlgen.{visible(NASTY)}.{visible(NASTY)}"
