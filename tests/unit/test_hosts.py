"""Which host runs this, and what its log would obey: nothing that a pull request brings is a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlgen.cli.output import Wanted, show, tell, wanted
from sqlgen.errors import UsageError
from sqlgen.messages import say
from sqlgen.review import formats
from sqlgen.review.hosts import SUMMARY_BYTES, comment_limit, defused, format_of, host, obeys
from sqlgen.review.report import Report
from tests.unit.actions_runner import commands
from tests.unit.hostile_reports import finding, part, report, step

GITHUB = {"CI": "true", "GITHUB_ACTIONS": "true"}
GITLAB = {"CI": "true", "GITLAB_CI": "true"}
AZURE = {"TF_BUILD": "True"}
BITBUCKET = {"CI": "true", "BITBUCKET_BUILD_NUMBER": "12"}
JENKINS = {"BUILD_TAG": "jenkins-shop-12"}


@pytest.mark.parametrize(
    ("environ", "known", "format"),
    [
        (GITHUB, "github", "github"),
        (GITLAB, "gitlab", "text"),
        (AZURE, "azure", "text"),
        (BITBUCKET, "bitbucket", "text"),
        (JENKINS, "jenkins", "text"),
        ({"JENKINS_URL": "https://ci.example.org/"}, "jenkins", "text"),
        (JENKINS | GITLAB, "gitlab", "text"),
        ({}, None, "text"),
        ({"CI": "true"}, None, "text"),
        ({"GITHUB_ACTIONS": "", "GITLAB_CI": "false", "BUILD_TAG": "v1"}, None, "text"),
    ],
)
def test_a_host_is_known_by_the_variable_that_it_documents(
    environ: dict[str, str], known: str | None, format: str
) -> None:
    found = host(environ)
    assert found == known
    assert format_of(found) == format


def test_a_comment_is_as_long_as_its_host_takes_it() -> None:
    limits = {name: comment_limit(host(env)) for name, env in (("hub", GITHUB), ("lab", GITLAB), ("bucket", BITBUCKET))}
    assert limits == {"hub": 65_536, "lab": 1_000_000, "bucket": 32_767}
    assert comment_limit(host(AZURE)) == 150_000
    assert comment_limit(None) == 65_536


def test_the_logs_of_two_hosts_are_obeyed() -> None:
    assert [obeys(host(env)) for env in (GITHUB, AZURE, GITLAB, BITBUCKET, JENKINS, {})] == [True, True] + [False] * 4


ATTACKS = (
    "::add-mask::x",
    "   ::set-env name=PATH::/tmp",
    "\u3000::stop-commands::t",
    "a ##[add-mask]x",
    "##[set-output name=a;]b",
    "x ##vso[task.setvariable variable=a]b",
    "\r::error::x",
    "one\n\n\t::warning::x",
    "::::add-mask::x",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_the_runner_obeys_what_is_not_defused_and_nothing_that_is(text: str) -> None:
    if "##vso" not in text and not text.startswith("::::"):
        assert commands(text)  # else this proves nothing
    assert commands(defused(text)) == []
    assert "##vso[" not in defused(text)


@given(st.text(st.sampled_from(":# [\n\r\t\u3000\x85]adm-skvo%表😀"), max_size=60))
def test_no_line_of_defused_text_is_a_command_and_defusing_it_again_changes_nothing(text: str) -> None:
    once = defused(text)
    assert commands(once, any_name=True) == []
    assert defused(once) == once
    assert once.replace("\\x3a", ":").replace("\\x5b", "[") == text


@given(st.recursive(st.text(st.sampled_from('#[:\\"x\n表')), lambda inner: st.lists(inner, max_size=3), max_leaves=6))
def test_json_is_the_same_document_in_other_words(value: object) -> None:
    text = json.dumps({"told": value}, indent=2)
    once = defused(text, "json")
    assert json.loads(once) == json.loads(text)
    assert commands(once, any_name=True) == []


def test_plain_text_stays_as_it_is() -> None:
    text = "a::b ::c SELECT x::int, '#[1]' -- ## [no]\n  -- ::int\n"
    assert defused(text) == text


# ---- the command line


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The summary of a step of GitHub Actions."""
    for name, value in GITHUB.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path / "summary.md"


GITHUB_ALONE = (Wanted("github", None),)


def test_auto_is_what_the_host_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "BITBUCKET_BUILD_NUMBER", "JENKINS_URL", "BUILD_TAG"):
        monkeypatch.delenv(name, raising=False)
    assert wanted([], formats.NAMES) == (Wanted("text", None),)
    assert wanted([], formats.NAMES, "auto") == wanted(["auto"], formats.NAMES) == (Wanted("text", None),)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert wanted([], formats.NAMES) == (Wanted("text", None),)
    assert wanted([], formats.NAMES, "auto") == GITHUB_ALONE
    assert wanted(["json"], formats.NAMES, "auto") == (Wanted("json", None),)
    both = wanted(["auto", "sarif=x.sarif"], formats.NAMES)
    assert both == (Wanted("github", None), Wanted("sarif", Path("x.sarif")))


def test_auto_is_one_of_two_formats_that_go_to_stdout_and_no_format_of_other_reports() -> None:
    with pytest.raises(UsageError, match="two output formats"):
        wanted(["auto", "json"], formats.NAMES)
    with pytest.raises(UsageError, match="no output format auto"):
        wanted(["auto"], ("text", "json"))


def test_the_summary_of_the_step_is_appended_to_once(github: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = report(part(finding(), steps=(step(),)))
    github.write_text("## Before\n")
    show([*GITHUB_ALONE, Wanted("github", github.with_name("log.txt"))], told, "auto")
    assert github.read_text() == "## Before\n\n" + formats.render("markdown", told)
    assert commands(capsys.readouterr().out)[0].name == "error"
    show([Wanted("json", None)], told, "auto")
    assert github.read_text().count("### sqlgen") == 1


def test_a_summary_is_shorter_than_its_host_takes_it_with_what_is_there(github: Path) -> None:
    long = step(f"SELECT '{'😀' * 3000}';\n")

    told = report(part(finding(), steps=(replace(long, items=long.items * 120),)))
    show(GITHUB_ALONE, told, "never")
    show(GITHUB_ALONE, told, "never")
    assert 0 < github.stat().st_size < SUMMARY_BYTES
    assert github.read_text().count("### sqlgen") == 2
    github.write_bytes(b"x" * (SUMMARY_BYTES - 1500))
    show(GITHUB_ALONE, told, "never")
    assert github.stat().st_size < SUMMARY_BYTES


def test_a_summary_that_can_not_be_written_is_a_warning(
    github: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(github.parent))
    show(GITHUB_ALONE, report(part(finding())), "never")
    out, err = capsys.readouterr()
    assert out.startswith("::error ")
    assert err.startswith("warning: the summary of this step can't be written to ")
    github.write_bytes(b"x" * SUMMARY_BYTES)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(github))
    show(GITHUB_ALONE, report(part(finding())), "never")
    assert capsys.readouterr().err == "warning: the summary of this step is full; the report is not in it\n"


def test_a_comment_is_as_long_as_the_host_that_runs_this_takes_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = []
    for environ, count in ((BITBUCKET, 500), (GITHUB, 500), (GITHUB, 900), (GITLAB, 900)):
        told = report(part(*(finding(n) for n in range(count))))
        with monkeypatch.context() as patched:
            patched.delenv("GITHUB_ACTIONS", raising=False)
            for name, value in environ.items():
                patched.setenv(name, value)
            show([Wanted("markdown", None)], told, "never")
            sizes.append(len(capsys.readouterr().out))
    assert sizes[0] <= 32_767 < sizes[1]
    assert sizes[2] <= 65_536 < sizes[3]


def test_without_git_files_are_named_from_the_workspace(
    github: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:

    folder = tmp_path / "services" / "shop"
    folder.mkdir(parents=True)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))

    told = Report((replace(part(finding()), folder=folder),), folder)
    show(GITHUB_ALONE, told, "never")
    assert commands(capsys.readouterr().out)[0].properties["file"] == "services/shop/migrations/versions/a1.py"
    (folder / ".git").mkdir()  # checkout was told `path: services/shop`
    show(GITHUB_ALONE, told, "never")
    assert commands(capsys.readouterr().out)[0].properties["file"] == "migrations/versions/a1.py"


def test_nothing_that_is_printed_is_a_command(github: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = finding(file="::add-mask::x", message=say("drops {x}", x="##[add-mask]y"))
    told = report(part(evil, steps=(step("SELECT '##[add-mask]z';\n::stop-commands::t"),)))
    for name in ("text", "markdown", "json"):
        show([Wanted(name, None)], told, "always")
        out = capsys.readouterr().out
        assert "add-mask" in out
        assert commands(out) == []
    tell("::set-output name=a::b")
    assert commands(capsys.readouterr().err) == []


def test_the_command_line_annotates_a_file_of_sql(tmp_path: Path) -> None:
    (tmp_path / "订单.sql").write_text("DROP TABLE 订单;\n", encoding="utf-8")
    environ = {**os.environ, **GITHUB, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    ran = subprocess.run(
        [sys.executable, "-m", "sqlgen", "lint", "订单.sql", "--dialect", "postgresql", "--output-format", "auto"],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=environ,
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    found = [command for command in commands(ran.stdout) if command.properties["title"] == "sqlgen drop-table"]
    assert [command.properties["file"] for command in found] == ["订单.sql"]
    assert "| error | `drop-table` | `订单.sql:1` |" in (tmp_path / "summary.md").read_text(encoding="utf-8")
