"""Findings as text for a terminal: place first, then the harm, then what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlgen.lint.finding import Finding, Severity
from sqlgen.messages import visible
from sqlgen.review.summary import Judged

Paint = Callable[[str, str], str]
"""(style, text) → text: "error", "warning", "info", "bold", "dim"."""

_SQL_LINES = 4


def plain(_style: str, text: str) -> str:
    """No colours."""
    return text


def render(judged: Judged, paint: Paint = plain) -> str:
    """Findings in the order of the run, then revisions that could not be rendered, then one line of counts."""
    parts = ["\n".join(_finding(finding, paint)) for finding in judged.findings]
    for hole in judged.holes:
        place = _place(hole.gap.file, hole.gap.line, None)
        kind = "revision" if hole.direction == "upgrade" else "rollback of revision"
        parts.append(
            f"{place}{paint('error', 'incomplete')} {kind} {hole.revision} can't be rendered\n"
            f"    {visible(hole.gap.reason)}"
        )
    parts.append(summary(judged))
    return "\n\n".join(parts) + "\n"


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    place = _place(finding.file, finding.line, finding.column)
    down = " (downgrade)" if finding.direction == "downgrade" else ""
    if finding.allowed is None:
        label = paint(finding.severity.label, finding.severity.label)
    else:
        label = paint("dim", f"allowed {finding.severity.label}")
    yield f"{place}{label} {paint('bold', finding.rule)}{down}"
    yield f"    {finding.message}"
    if finding.allowed is None:
        yield f"    help: {finding.help}"
    else:
        until = f" until {finding.allowed.until}" if finding.allowed.until else ""
        yield f"    because: {visible(finding.allowed.because)}{until} ({finding.allowed.where})"
    lines = finding.sql.splitlines()
    for line in lines[:_SQL_LINES]:
        yield paint("dim", f"    | {visible(line)}")
    if len(lines) > _SQL_LINES:
        yield paint("dim", f"    | … {len(lines) - _SQL_LINES} more lines")


def _place(file: str | None, line: int | None, column: int | None) -> str:
    parts = [visible(file or "")] + [str(number) for number in (line, column) if number is not None]
    return ":".join(parts) + ": " if file else ""


def summary(judged: Judged) -> str:
    """One line of counts."""
    counts = (
        (judged.count(Severity.ERROR), "error", "errors"),
        (judged.count(Severity.WARNING), "warning", "warnings"),
        (judged.count(Severity.INFO), "info", "infos"),
        (judged.allowed, "allowed", "allowed"),
        (len(judged.holes), "incomplete revision", "incomplete revisions"),
    )
    found = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counts if number)
    looked = f"{judged.statements} {'statement' if judged.statements == 1 else 'statements'}"
    if judged.revisions:
        looked += f" in {judged.revisions} {'revision' if judged.revisions == 1 else 'revisions'}"
    return f"{found or 'nothing found'} · {looked}, {judged.dialect}"
