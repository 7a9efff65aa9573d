"""The report that GitLab's Code Quality reads: every entry whole, at a file, with a fingerprint of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from sqlgen.review import formats
from sqlgen.review.report import Report
from sqlgen.review.summary import judge
from tests.unit.everything import FILE, everything, finding, step

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format, where GitLab's own schema (gitlabhq,
# app/validators/json_schemas/codeclimate.json) leaves check_name and the severities open.
ENTRY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "additionalProperties": False,
            "required": ["path", "lines"],
            "properties": {
                "path": {"type": "string", "pattern": "^[^./]"},
                "lines": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                },
            },
        },
    },
}
VALIDATOR = Draft202012Validator({"type": "array", "items": ENTRY})


def rendered(one: Report) -> list[Any]:
    text = formats.render("gitlab", one)
    assert text.isascii()  # so it begins with no byte order mark, which GitLab does not take
    entries: list[Any] = json.loads(text)
    VALIDATOR.validate(entries)
    return entries


def test_everything_there_is_to_tell_is_as_gitlab_wants_it(tmp_path: Path) -> None:
    entries = rendered(everything(tmp_path))
    with pytest.raises(ValidationError):
        VALIDATOR.validate([{**entries[0], "severity": "unknown"}])
    assert entries[0]["location"] == {"path": f"services/shop/{FILE}", "lines": {"begin": 12, "end": 14}}
    assert entries[0]["description"] == "dropping [dbo].[用户](旧) destroys its rows: Keep it."
    assert [each["severity"] for each in entries[:4]] == ["critical", "critical", "major", "info"]


def test_what_is_allowed_and_what_the_rollback_loses_is_left_out(tmp_path: Path) -> None:
    entries = rendered(everything(tmp_path))
    assert [each["check_name"] for each in entries] == [
        *[
            "drop-table",
            "drop-table",
            "fk-missing-index",
            "of-a-rule-that-went",
            "incomplete",
            "incomplete",
            "incomplete",
        ]
        * 2,
        "failed",
    ]
    down = judge((finding(direction="downgrade"),), [step("DROP TABLE t", direction="downgrade")], "postgresql")
    alone = Report((replace(everything(tmp_path).parts[0], judged=down),), tmp_path)
    assert [each["check_name"] for each in rendered(alone)] == ["drop-table"]


def test_no_two_entries_have_the_same_fingerprint(tmp_path: Path) -> None:
    """GitLab keeps the last of those that have: lib/gitlab/ci/reports/codequality_reports.rb, add_degradation."""
    entries = rendered(everything(tmp_path))
    assert len({each["fingerprint"] for each in entries}) == len(entries) == 15


def test_a_problem_without_a_file_stands_at_the_settings_that_there_are(tmp_path: Path) -> None:
    one = everything(tmp_path)
    folder = one.parts[2].folder
    folder.mkdir(parents=True)
    for name in ("pyproject.toml", "sqlgen.toml", "alembic.ini"):
        (folder / name).touch()
        last = rendered(one)[-1]
        assert (last["severity"], last["location"]) == (
            "blocker",
            {"path": f"services/支付/{name}", "lines": {"begin": 1, "end": 1}},
        )


def test_nothing_found_is_an_empty_report(tmp_path: Path) -> None:
    one = everything(tmp_path)
    assert formats.render("gitlab", Report((replace(one.parts[2], trouble=None),), tmp_path)) == "[]\n"
