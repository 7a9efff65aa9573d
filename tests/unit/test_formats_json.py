"""`sqlgen.findings/1`: whatever there is to tell is told as the published schema says."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from sqlgen.review import formats, report
from sqlgen.review.report import Report
from sqlgen.review.summary import judge
from tests.unit.everything import FILE, everything, finding, step

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "findings-1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def rendered(one: Report) -> Any:
    """The document, which holds to the schema, its keys in the same order."""
    text = formats.render("json", one)
    assert text.isascii()
    assert text.endswith("}\n")
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert list(document) == list(SCHEMA["properties"])
    for name, kind in (("projects", "project"), ("findings", "finding"), ("incomplete", "incomplete")):
        assert all(list(each) == list(SCHEMA["$defs"][kind]["properties"]) for each in document[name])
    return document


def test_the_schema_is_one_and_allows_nothing_that_it_does_not_name() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    objects = [each for each in _objects(SCHEMA) if each.get("type") == "object"]
    assert len(objects) > 8
    assert all(each["additionalProperties"] is False for each in objects)
    assert all(set(each["required"]) == set(each["properties"]) for each in objects)


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _objects(each)


def test_everything_there_is_to_tell_holds_to_the_schema(tmp_path: Path) -> None:
    document = rendered(everything(tmp_path))
    assert [each["name"] for each in document["projects"]] == ["services/shop", "services/shop", "services/支付"]
    assert document["projects"][0]["folder"] == "services/shop"
    assert document["projects"][0]["since"]["new"] == ["a1", "b2"]
    assert document["projects"][2]["trouble"]["exit_code"] == 2
    first = document["findings"][0]
    assert (first["path"], first["file"], first["sql_line"]) == (f"services/shop/{FILE}", FILE, 5)
    assert [each["allowed"] for each in document["findings"][4:7]] == [
        {"because": "nobody reads it", "owner": "@dba", "until": "2030-12-31", "baseline": False},
        {"because": "nobody reads it", "owner": None, "until": None, "baseline": False},
        {"because": "there before", "owner": None, "until": None, "baseline": True},
    ]
    assert [each["rendered"] for each in document["incomplete"]] == [False, False, True] * 2
    assert {each["origin"] for each in document["remarks"]} == {"recorded", "override"}


def test_what_is_not_in_the_schema_is_refused_by_it(tmp_path: Path) -> None:
    document = rendered(everything(tmp_path))
    for change in (
        lambda it: it.update(more=1),
        lambda it: it["findings"][0].update(more=1),
        lambda it: it["findings"][0].update(line=0),
        lambda it: it["findings"][0].pop("fingerprint"),
        lambda it: it["projects"][0]["since"].update(commit="HEAD"),
        lambda it: it["remarks"][0].update(origin="guessed"),
    ):
        broken = copy.deepcopy(document)
        change(broken)
        with pytest.raises(ValidationError):
            VALIDATOR.validate(broken)


def test_the_total_is_the_sum_of_the_projects(tmp_path: Path) -> None:
    document = rendered(everything(tmp_path))
    shop = {
        "revisions": 4,
        "statements": 3,
        "errors": 2,
        "warnings": 1,
        "infos": 1,
        "allowed": 2,
        "baseline": 1,
        "rollback": 1,
        "incomplete": 3,
    }
    assert document["projects"][0]["summary"] == shop
    assert document["summary"] == {"projects": 3, "failed": 1, **{name: 2 * count for name, count in shop.items()}}


def test_a_bundles_evidence_is_the_same_wherever_it_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = judge((finding(),), (step("DROP TABLE t"),), "postgresql")
    texts = set()
    for name in ("a", "b/c"):
        (tmp_path / name).mkdir(parents=True)
        monkeypatch.chdir(tmp_path / name)
        one = report.of(judged)
        assert rendered(one)["findings"][0]["path"] == FILE
        texts.add(formats.render("json", one))
    assert len(texts) == 1


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample in a folder of a repository, as it is."""
    top = tmp_path_factory.mktemp("repository")
    (top / ".git").mkdir()
    ignore = shutil.ignore_patterns("expected", "__pycache__", "*.db")
    shutil.copytree(ROOT / "samples" / "bookshop", top / "店" / "bookshop", ignore=ignore)
    return top / "店" / "bookshop"


@pytest.mark.parametrize("arguments", [("0004:head", "--dialect", "mariadb"), ("base:head",), ("0004:head", "--down")])
def test_what_the_command_prints_holds_to_the_schema(shop: Path, arguments: tuple[str, ...]) -> None:
    command = (sys.executable, "-m", "sqlgen", "lint", *arguments, "--output-format", "json")
    done = subprocess.run(command, cwd=shop, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True)
    assert done.returncode in (0, 1), done.stderr.decode()
    document = json.loads(done.stdout)
    VALIDATOR.validate(document)
    assert document["projects"][0]["folder"] == "店/bookshop"
    assert str(shop.parent.parent) not in json.dumps(document, ensure_ascii=False)
    paths = [each["path"] for each in document["findings"]]
    assert all((shop.parent.parent / path).is_file() for path in paths)
    if arguments[0] == "0004:head":
        assert paths


def test_a_file_of_sql_and_stdin_have_no_revision(tmp_path: Path) -> None:
    (tmp_path / "表.sql").write_text("DROP TABLE 用户;\n", encoding="utf-8")
    named = ("表.sql", "表.sql", "-", "--dialect", "postgresql", "--output-format", "json")
    command = (sys.executable, "-m", "sqlgen", "lint", *named)
    done = subprocess.run(command, cwd=tmp_path, input="DROP TABLE 用户;\n".encode(), capture_output=True)
    assert done.returncode == 1, done.stderr.decode()
    document = json.loads(done.stdout)
    VALIDATOR.validate(document)
    found = document["findings"]
    assert {(each["path"], each["revision"], each["direction"]) for each in found} == {
        ("表.sql", None, None),
        ("<stdin>", None, None),
    }
    assert len({each["fingerprint"] for each in found}) == len(found)


def test_a_finding_of_an_old_baseline_is_counted_as_that_alone(tmp_path: Path) -> None:
    one = everything(tmp_path)
    part = one.parts[0]
    old = tuple(each for each in part.judged.findings if each.allowed is not None and each.allowed.baseline)
    summary = rendered(Report((replace(part, judged=judge(old, (), "postgresql")),), tmp_path))["summary"]
    assert (summary["allowed"], summary["baseline"], summary["errors"]) == (0, 1, 0)
