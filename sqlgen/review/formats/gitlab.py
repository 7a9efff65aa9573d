"""Findings as a GitLab Code Quality report: a list of problems, each at a file and a line.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. GitLab reads no more than these fields. It
stops at the first entry that its own schema refuses (lib/gitlab/ci/parsers/codequality/code_climate.rb), and keeps the
last one of those with the same fingerprint, so every entry is whole and has a fingerprint of its own.
"""

from __future__ import annotations

import json
from typing import Any

from sqlgen.lint.finding import Severity
from sqlgen.messages import say
from sqlgen.review.formats import Style
from sqlgen.review.report import Entry, Report

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:
    """JSON text, ASCII only and without a byte order mark, which GitLab refuses; with a final newline."""
    return json.dumps([_problem(report, entry) for entry in report.open], indent=2) + "\n"


def _problem(report: Report, entry: Entry) -> dict[str, Any]:
    begin = entry.line or 1
    return {
        "description": f"{entry.message}{say(': ')}{entry.help}" if entry.help else entry.message,
        "check_name": entry.rule,
        "fingerprint": entry.fingerprint,
        "severity": "blocker" if entry.kind == "failed" else _SEVERITIES[entry.severity],
        "location": {
            # A problem without a file, a project that can't be checked, say, stands at the file of its settings.
            "path": report.home(entry.part) if entry.path is None else entry.path,
            "lines": {"begin": begin, "end": max(begin, entry.end_line or begin)},
        },
    }
