"""Findings as JSON, one shape for every command: `sqlgen.findings/1`."""

from __future__ import annotations

import json
from typing import Any

from sqlgen.lint.finding import Finding, Severity
from sqlgen.review.summary import Hole, Judged

SCHEMA = "sqlgen.findings/1"


def render(judged: Judged) -> str:
    """JSON text, ASCII only, with a final newline; keys in the order of the documentation."""
    document = {
        "schema": SCHEMA,
        "findings": [_finding(finding) for finding in judged.findings],
        "incomplete": [_hole(hole) for hole in judged.holes],
        "summary": {
            "dialect": judged.dialect,
            "revisions": judged.revisions,
            "statements": judged.statements,
            "errors": judged.count(Severity.ERROR),
            "warnings": judged.count(Severity.WARNING),
            "infos": judged.count(Severity.INFO),
            "allowed": judged.allowed,
            "rollback": len(judged.rollback),
            "incomplete": len(judged.holes),
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    allowed = finding.allowed
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "message": str(finding.message),
        "help": str(finding.help),
        "file": finding.file,
        "line": finding.line,
        "end_line": finding.end_line,
        "column": finding.column,
        "revision": finding.revision or None,
        "direction": finding.direction if finding.revision else None,
        "dialect": finding.dialect,
        "statement": finding.statement,
        "sql": finding.sql,
        "fingerprint": finding.fingerprint,
        "allowed": None if allowed is None else {"because": allowed.because, "until": allowed.until},
    }


def _hole(hole: Hole) -> dict[str, Any]:
    return {
        "revision": hole.revision,
        "direction": hole.direction,
        "file": hole.gap.file,
        "line": hole.gap.line,
        "reason": hole.gap.reason,
    }
