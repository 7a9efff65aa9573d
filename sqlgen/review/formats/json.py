"""Findings as JSON, one shape for every command: `sqlgen.findings/1`, as docs/schemas/findings-1.schema.json has it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlgen.lint.finding import Allowed, Severity
from sqlgen.review.formats import Style
from sqlgen.review.report import Entry, Part, Report, Since, Trouble
from sqlgen.review.summary import Hole, Judged
from sqlgen.script import remarks
from sqlgen.segments import Query, Step

SCHEMA = "sqlgen.findings/1"


def render(report: Report, style: Style) -> str:
    """JSON text, ASCII only, with a final newline; keys in the order of the schema."""
    found = [entry for entry in report.entries if entry.kind == "finding"]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "projects": [_project(report, part) for part in report.parts],
        "findings": [_finding(entry) for entry in found],
        "incomplete": [each for part in report.parts for each in _incomplete(report, part)],
        "remarks": [_remark(part, step) for part in report.parts for step in part.judged.remarkable],
        "summary": {"projects": len(report.parts), "failed": _failed(report), **_total(report)},
    }
    return json.dumps(document, indent=2) + "\n"


def _project(report: Report, part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "folder": report.path(part, "."),
        "environment": part.environment,
        "dialect": part.judged.dialect,
        "since": None if part.since is None else _since(part.since),
        "notes": [str(note) for note in part.notes],
        "trouble": None if part.trouble is None else _trouble(report, part, part.trouble),
        "summary": _summary(part.judged),
    }


def _since(since: Since) -> dict[str, Any]:
    return {
        "base": since.base,
        "commit": since.commit,
        "merge_base": since.merge_base,
        "new": [*since.new],
        "edited": [*since.edited],
        "deleted": [*since.deleted],
        "reparented": [*since.reparented],
    }


def _trouble(report: Report, part: Part, trouble: Trouble) -> dict[str, Any]:
    return {
        "message": str(trouble.message),
        "hint": str(trouble.hint),
        "path": None if trouble.file is None else report.path(part, trouble.file),
        "line": trouble.line,
        "exit_code": trouble.exit_code,
    }


def _summary(judged: Judged) -> dict[str, int]:
    old = sum(1 for finding in judged.forward if finding.allowed is not None and finding.allowed.baseline)
    return {
        "revisions": judged.revisions,
        "statements": judged.statements,
        "errors": judged.count(Severity.ERROR),
        "warnings": judged.count(Severity.WARNING),
        "infos": judged.count(Severity.INFO),
        "allowed": judged.allowed - old,
        "baseline": old,
        "rollback": len(judged.rollback),
        "incomplete": judged.incomplete,
    }


def _total(report: Report) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in report.parts:
        total.update(_summary(part.judged))
    return dict(total)


def _failed(report: Report) -> int:
    return sum(1 for part in report.parts if part.trouble is not None)


def _finding(entry: Entry) -> dict[str, Any]:
    return {
        "project": entry.part.name,
        "rule": entry.rule,
        "severity": entry.severity.label,
        "message": entry.message,
        "help": entry.help,
        "path": entry.path,
        "file": entry.file,
        "line": entry.line,
        "end_line": entry.end_line,
        "column": entry.column,
        "revision": entry.revision,
        "direction": entry.direction,
        "dialect": entry.dialect,
        "statement": entry.statement,
        "sql": entry.sql,
        "sql_line": entry.sql_line,
        "fingerprint": entry.fingerprint,
        "allowed": None if entry.allowed is None else _allowed(entry.allowed),
    }


def _allowed(allowed: Allowed) -> dict[str, Any]:
    return {
        "because": str(allowed.because),
        "owner": allowed.owner,
        "until": allowed.until,
        "baseline": allowed.baseline,
    }


def _incomplete(report: Report, part: Part) -> list[dict[str, Any]]:
    """Revisions that are not rendered, then those of which something is missing."""
    judged = part.judged
    return [*(_hole(report, part, hole) for hole in judged.holes), *(_rows(report, part, s) for s in judged.row_driven)]


def _hole(report: Report, part: Part, hole: Hole) -> dict[str, Any]:
    return {
        "project": part.name,
        "revision": hole.revision,
        "direction": hole.direction,
        **_place(report, part, hole.gap.file, hole.gap.line),
        "reason": str(hole.gap.reason),
        "reads": [_read(query) for query in hole.queries],
        "rendered": False,
    }


def _rows(report: Report, part: Part, step: Step) -> dict[str, Any]:
    first = step.queries[0].place
    file, line = (step.file, None) if first is None else (first.file, first.line)
    return {
        "project": part.name,
        "revision": step.revision,
        "direction": step.direction,
        **_place(report, part, file, line),
        "reason": str(remarks.row_driven(step)),
        "reads": [_read(query) for query in step.queries],
        "rendered": True,
    }


def _place(report: Report, part: Part, file: str | None, line: int | None) -> dict[str, Any]:
    return {"path": None if file is None else report.path(part, file), "file": file, "line": line}


def _read(query: Query) -> dict[str, Any]:
    at = query.place
    return {
        "sql": query.sql,
        "what": query.what,
        "file": None if at is None else at.file,
        "line": None if at is None else at.line,
        "rows": query.rows,
    }


def _remark(part: Part, step: Step) -> dict[str, Any]:
    """Where the statements of a revision come from, and what else is to be known of it."""
    file = step.override
    return {
        "project": part.name,
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
