"""SARIF 2.1.0: valid, as code scanning wants it, and at the right characters of real files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from sqlgen.lint.finding import Severity
from sqlgen.messages import say
from sqlgen.review import formats
from sqlgen.review.formats import Style, sarif
from sqlgen.review.report import Part, Report, new_sql
from sqlgen.review.summary import judge
from tests.unit import test_formats_gitlab, test_formats_json
from tests.unit.everything import FILE, everything, finding

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "tests" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def checked(text: str) -> Any:
    """The log, which holds to the schema of OASIS and to what GitHub asks for beyond it."""
    assert text.isascii()
    log = json.loads(text)
    VALIDATOR.validate(log)
    assert log["version"] == "2.1.0"
    assert 1 <= len(log["runs"]) <= 20
    ids = [run["automationDetails"]["id"] for run in log["runs"]]
    assert len(set(ids)) == len(ids)
    assert all(each.endswith("/") for each in ids)  # GitHub takes what stands before the last slash
    for run in log["runs"]:
        _as_github_reads_it(run)
    return log


def _as_github_reads_it(run: Any) -> None:
    """ "Supported SARIF output file properties" in GitHub's documentation: what is required there."""
    assert run["columnKind"] == "unicodeCodePoints"
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule.get("name", "").lower() != rule["id"]
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
    assert len(run["results"]) <= 25_000
    prints = [result["partialFingerprints"] for result in run["results"]]
    assert len({each["primaryLocationLineHash"] for each in prints}) == len(prints)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert 1 <= region["startLine"] <= region["endLine"]
        at = location["physicalLocation"]["artifactLocation"]
        assert at["uriBaseId"] in run["originalUriBaseIds"]
        assert ":" not in at["uri"]
        assert not at["uri"].startswith("/")
        for related in result.get("relatedLocations", ()):
            place = related["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][place["index"]]["location"] == place


def log_of(one: Report, *, allowed: bool = False) -> Any:
    return checked(formats.render("sarif", one, Style(allowed=allowed)))


def test_everything_there_is_to_tell_is_valid(tmp_path: Path) -> None:
    log = log_of(everything(tmp_path), allowed=True)
    with pytest.raises(ValidationError):
        VALIDATOR.validate({**log, "more": 1})
    assert [run["automationDetails"]["id"] for run in log["runs"]] == [
        "sqlgen/postgresql@%E7%94%9F%E4%BA%A7%2F1/services/shop/",
        "sqlgen/postgresql@staging/services/shop/",
        "sqlgen/mysql/services/支付/",
    ]
    assert str(tmp_path) not in json.dumps(log, ensure_ascii=False)


def test_a_result_has_its_file_its_revision_and_the_sql_that_it_makes(tmp_path: Path) -> None:
    one = everything(tmp_path)
    result = log_of(one)["runs"][0]["results"][0]
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"].isascii()
    assert unquote(physical["artifactLocation"]["uri"]) == f"services/shop/{FILE}"
    assert physical["region"] == {"startLine": 12, "startColumn": 5, "endLine": 14}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "services/shop/a1/upgrade"
    # "[text](1)" would be a link to a related location.
    assert result["message"]["text"] == "dropping [dbo].[用户] (旧) destroys its rows.\nKeep it."
    (related,) = result["relatedLocations"]
    region = related["physicalLocation"]["region"]
    assert (region["startLine"], region["snippet"]["text"]) == (5, "DROP TABLE t")
    assert new_sql(one.parts[0])[0].splitlines()[4] == "DROP TABLE t;"


def test_the_sql_stands_in_the_log_unless_it_was_written_to_a_file(tmp_path: Path) -> None:
    one = everything(tmp_path)
    (artifact,) = log_of(one)["runs"][0]["artifacts"]
    assert artifact["contents"]["text"] == new_sql(one.parts[0])[0]
    assert artifact["location"] == {"uri": ".sqlgen/services/shop/new.sql", "uriBaseId": "EMITTED", "index": 0}
    written = Report((replace(one.parts[0], sql_file="out/新.sql"),), tmp_path)
    (artifact,) = log_of(written)["runs"][0]["artifacts"]
    assert artifact["location"] == {"uri": "out/%E6%96%B0.sql", "uriBaseId": "SRCROOT", "index": 0}
    assert "contents" not in artifact


def test_what_is_allowed_is_left_out_or_marked_as_suppressed(tmp_path: Path) -> None:
    one = everything(tmp_path)
    assert not any("suppressions" in each for run in log_of(one)["runs"] for each in run["results"])
    marked = [
        each["suppressions"][0] for each in log_of(one, allowed=True)["runs"][0]["results"] if "suppressions" in each
    ]
    assert [(each["kind"], each["justification"]) for each in marked] == [
        ("inSource", "nobody reads it"),
        ("external", "nobody reads it"),
        ("external", "there before"),
    ]
    assert marked[0]["properties"] == {"owner": "@dba", "until": "2030-12-31", "where": f"{FILE}:11"}


def test_what_could_not_be_done_is_a_result_and_a_notification(tmp_path: Path) -> None:
    shop, _, failed = log_of(everything(tmp_path))["runs"]
    assert [each["ruleId"] for each in shop["results"]].count("incomplete") == 3
    told = shop["invocations"][0]["toolExecutionNotifications"]
    assert [each["descriptor"]["id"] for each in told] == [*["incomplete"] * 3, "note", "note"]
    assert told[3]["message"]["text"] == "services/shop: the rollback loses 旧"
    assert told[4]["message"]["text"].startswith("services/shop: rollback: drop-table 1")
    assert shop["invocations"][0]["executionSuccessful"] is True
    (invocation,) = failed["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    (result,) = failed["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == "services/支付/alembic.ini"


def test_a_rules_page_is_its_metadata(tmp_path: Path) -> None:
    rules = {rule["id"]: rule for rule in log_of(everything(tmp_path))["runs"][0]["tool"]["driver"]["rules"]}
    assert [*rules] == ["drop-table", "fk-missing-index", "incomplete", "of-a-rule-that-went"]
    page = rules["drop-table"]
    assert page["name"] == "DropTable"
    assert page["defaultConfiguration"] == {"level": "error"}
    assert page["properties"]["tags"] == ["losing"]
    assert "\nbad (" in page["help"]["markdown"]
    assert "\n```sql\nDROP TABLE" in page["help"]["markdown"]
    assert "helpUri" not in page  # nothing is published under an address


def test_a_team_s_rule_has_its_page_too(tmp_path: Path) -> None:
    one = everything(tmp_path)
    pack = one.parts[0].folder / "db-rules" / "naming"
    pack.mkdir(parents=True)
    page = (
        '"""A table without an owner.\n\nNobody answers for it.\n"""\n@rule(severity=Severity.INFO, help=say("Say."))\n'
    )
    (pack / "of_a_rule_that_went.py").write_text(page + "def check(fact, before):\n    return None\n", encoding="utf-8")
    part = replace(one.parts[0], packs=("standard", "./db-rules", "./not-there"))
    (run,) = log_of(Report((part,), tmp_path))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["of-a-rule-that-went"]["shortDescription"]["text"] == "A table without an owner."
    assert rules["of-a-rule-that-went"]["properties"]["problem.severity"] == "recommendation"
    assert rules["drop-table"]["properties"]["tags"] == ["losing"]


def test_more_projects_than_runs_share_one_for_each_dialect_and_environment(tmp_path: Path) -> None:
    shop, staging, failed = everything(tmp_path).parts
    many = [replace(shop, name=f"services/{number}", folder=tmp_path / str(number)) for number in range(19)]
    log = log_of(Report((*many, staging, failed), tmp_path))
    kinds = [run["automationDetails"]["id"] for run in log["runs"]]
    assert kinds == ["sqlgen/postgresql@%E7%94%9F%E4%BA%A7%2F1/", "sqlgen/postgresql@staging/", "sqlgen/mysql/"]
    assert len(log["runs"][0]["results"]) == 19 * 7
    assert len(log["runs"][0]["properties"]["projects"]) == 19


def test_of_too_many_results_the_worst_stay_and_the_rest_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "_RESULTS", (6, 4, 2))
    found = [replace(finding(number=each), severity=Severity.WARNING) for each in range(9)]
    found[7] = replace(found[7], severity=Severity.ERROR)
    one = Report((replace(everything(tmp_path).parts[0], judged=judge(found, (), "postgresql"), steps=()),), tmp_path)
    (run,) = log_of(one)["runs"]
    assert [each["level"] for each in run["results"]] == ["error", *["warning"] * 5]
    assert run["properties"]["resultsCut"] == 3
    told = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert told["message"]["text"].startswith("3 results are left out")
    # Too many bytes: as many as are shown, then fewer.
    size = len(formats.render("sarif", one).encode())
    monkeypatch.setattr(sarif, "_BYTES", size // 20)
    monkeypatch.setattr(sarif.gzip, "compress", bytes)
    (run,) = log_of(one)["runs"]
    assert (len(run["results"]), run["properties"]["resultsCut"]) == (2, 7)


def test_names_that_are_no_utf_8_and_colons_make_a_uri_too(tmp_path: Path) -> None:
    odd = (replace(finding(), file="a\udcff:b.py"), replace(finding(number=1), file="<stdin>"))
    one = Report((replace(everything(tmp_path).parts[0], folder=tmp_path, judged=judge(odd, (), "mysql")),), tmp_path)
    uris = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in log_of(one)["runs"][0]["results"]
    ]
    assert uris == ["a%FF%3Ab.py", "%3Cstdin%3E"]


ANY = st.text(min_size=1, max_size=12)
NAMES = st.text(st.characters(exclude_characters="./", exclude_categories=["Cs"]), min_size=1, max_size=6)


# Not shrunk: each example is a document of some 20 kB, and shrinking one takes minutes.
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    said=st.lists(
        st.tuples(ANY, ANY, NAMES, st.none() | st.integers(1, 99), ANY, st.sampled_from(Severity)), max_size=4
    ),
    name=NAMES,
    environment=st.none() | NAMES,
    note=ANY,
)
def test_whatever_is_said_of_whatever_is_valid(said: list[Any], name: str, environment: str | None, note: str) -> None:
    """In all three formats for machines, whatever characters the words and the names are made of."""
    found = [
        replace(
            finding(sql=sql),
            message=say("{message}", message=message),
            help=say("{help}", help=help),
            file=file,
            line=line,
            end_line=line,
            column=line,
            revision=file,
            severity=severity,
        )
        for message, help, file, line, sql, severity in said
    ]
    part = Part(
        Path("/srv") / name,
        judge(found, (), "mysql"),
        name=name,
        environment=environment,
        notes=(say("{it}", it=note),),
    )
    one = Report((part, replace(part)), Path("/srv"))
    results = [result for run in log_of(one)["runs"] for result in run["results"]]
    listed = json.loads(formats.render("gitlab", one))
    test_formats_gitlab.VALIDATOR.validate(listed)
    told = test_formats_json.rendered(one)["findings"]
    assert len(results) == len(listed) == len(told) == 2 * len(said)
    assert len({each["fingerprint"] for each in told}) == len(told)
    assert [_path(each["locations"][0]) for each in results] == [each["path"] for each in told]


REVISION = '''\
"""从旧表迁移"""
import sqlalchemy as sa
from alembic import op

revision = "用户1"
down_revision = None


def upgrade():
    名 = "𠮷野家 😀"; op.execute("DROP TABLE 用户"); op.drop_column(
        "订单", "备注",
    )
    if 名:
    \top.drop_table("旧")
'''


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_region_is_the_call_in_the_file_on_disk(tmp_path: Path, newline: str) -> None:
    """Code points of lines as editors count them, after astral characters, with CRLF, and behind a tab."""
    project = tmp_path / "仓 库"
    versions = project / "迁移" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (project / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s/迁移\nsqlalchemy.url = postgresql://db/shop\n", encoding="utf-8"
    )
    env = "from alembic import context\ncontext.configure(url='postgresql://', literal_binds=True)\n"
    env += "with context.begin_transaction():\n    context.run_migrations()\n"
    (project / "迁移" / "env.py").write_text(env, encoding="utf-8")
    text = REVISION.replace("\n", newline)
    (versions / "0001 用户.py").write_bytes(text.encode())
    command = (sys.executable, "-m", "sqlgen", "lint", "base:head", "--output-format", "sarif")
    done = subprocess.run(command, cwd=project, capture_output=True)
    assert done.returncode == 1, done.stderr.decode()
    found = {}
    for result in checked(done.stdout.decode())["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        file = tmp_path / unquote(physical["artifactLocation"]["uri"])
        lines = file.read_bytes().decode().split(newline)
        if "startColumn" in (region := physical["region"]):
            at = lines[region["startLine"] - 1][region["startColumn"] - 1 :]
            found[at] = region["endLine"] - region["startLine"]
    assert found == {
        'op.execute("DROP TABLE 用户"); op.drop_column(': 0,
        "op.drop_column(": 2,
        'op.drop_table("旧")': 0,
    }


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_what_a_branch_is_told_of_two_projects_is_valid_and_points_at_what_is_new(tmp_path: Path) -> None:
    """`sqlgen check` in a repository of two, with its SQL written to files."""
    ignore = shutil.ignore_patterns("expected", "__pycache__", "*.db", "0014*")
    for name in ("services/shop", "店/书"):
        shutil.copytree(ROOT / "samples" / "bookshop", tmp_path / name, ignore=ignore)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "base")
    (tmp_path / "out").mkdir()
    new = "migrations/versions/0014_drop_wishlists.py"
    for name in ("services/shop", "店/书"):
        shutil.copy(ROOT / "samples" / "bookshop" / new, tmp_path / name / new)
    wanted = [each for name in ("sarif", "json", "gitlab") for each in ("--output-format", f"{name}=out/{name}")]
    options = ("--since", "HEAD", "--project", "*/*", "--dialect", "postgresql", "--sql", "out", *wanted)
    done = subprocess.run([sys.executable, "-m", "sqlgen", "check", *options], cwd=tmp_path, capture_output=True)
    assert done.returncode == 1, done.stderr.decode()
    log, found, listed = (json.loads((tmp_path / "out" / name).read_text()) for name in ("sarif", "json", "gitlab"))
    checked(json.dumps(log))
    test_formats_json.VALIDATOR.validate(found)
    test_formats_gitlab.VALIDATOR.validate(listed)
    assert [each["since"]["new"] for each in found["projects"]] == [["0014_drop_wishlists"]] * 2
    places = [f"{name}/{new}" for name in ("services/shop", "店/书")]
    assert [each["path"] for each in found["findings"]] == [each["location"]["path"] for each in listed] == places
    results = [result for run in log["runs"] for result in run["results"]]
    assert [_path(result["locations"][0]) for result in results] == places
    for result in results:
        (related,) = result["relatedLocations"]
        sql = (tmp_path / _path(related)).read_text(encoding="utf-8").splitlines()
        assert sql[related["physicalLocation"]["region"]["startLine"] - 1] == "DROP TABLE wishlists;"


def _path(location: Any) -> str:
    return unquote(location["physicalLocation"]["artifactLocation"]["uri"])
