"""Findings as JSON, one shape for every command: `sqlgen.findings/1`."""

from __future__ import annotations

import json
from typing import Any

from sqlgen.lint.finding import Finding, Severity
from sqlgen.review.summary import Hole, Judged
from sqlgen.script import remarks
from sqlgen.segments import Query, Step

SCHEMA = "sqlgen.findings/1"


def render(judged: Judged) -> str:
    """JSON text, ASCII only, with a final newline; keys in the order of the documentation."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "findings": [_finding(finding) for finding in judged.findings],
        "incomplete": [*map(_hole, judged.holes), *map(_row_driven, judged.row_driven)],
        "summary": {
            "dialect": judged.dialect,
            "revisions": judged.revisions,
            "statements": judged.statements,
            "errors": judged.count(Severity.ERROR),
            "warnings": judged.count(Severity.WARNING),
            "infos": judged.count(Severity.INFO),
            "allowed": judged.allowed,
            "rollback": len(judged.rollback),
            "incomplete": judged.incomplete,
        },
    }
    if judged.remarkable:
        document["remarks"] = [_remark(step) for step in judged.remarkable]
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
        "reads": [_read(query) for query in hole.queries],
        "rendered": False,
    }


def _row_driven(step: Step) -> dict[str, Any]:
    first = step.queries[0].place
    return {
        "revision": step.revision,
        "direction": step.direction,
        "file": step.file if first is None else first.file,
        "line": None if first is None else first.line,
        "reason": str(remarks.row_driven(step)),
        "reads": [_read(query) for query in step.queries],
        "rendered": True,
    }


def _read(query: Query) -> dict[str, Any]:
    at = query.place
    return {
        "sql": query.sql,
        "what": query.what,
        "file": None if at is None else at.file,
        "line": None if at is None else at.line,
        "rows": query.rows,
    }


def _remark(step: Step) -> dict[str, Any]:
    """Where the statements of a revision come from, and what else is to be known of it."""
    file = step.override
    return {
        "revision": step.revision,
        "direction": step.direction,
        "origin": step.origin,
        "override": None if file is None else {"file": file.name, "sha256": file.sha256},
        "notes": [
            {
                "kind": note.kind,
                "text": note.text,
                "file": None if note.place is None else note.place.file,
                "line": None if note.place is None else note.place.line,
            }
            for note in step.notes
        ],
    }
