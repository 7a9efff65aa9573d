"""Findings as text for a terminal: place first, then the harm, then what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sqlgen.lint.finding import Finding, Severity
from sqlgen.messages import Message, say, visible
from sqlgen.review.summary import Judged

Paint = Callable[[str, str], str]
"""(style, text) → text: "error", "warning", "info", "bold", "dim"."""

_SQL_LINES = 4


def plain(_style: str, text: str) -> str:
    """No colours."""
    return text


def render(judged: Judged, paint: Paint = plain) -> str:
    """Findings in the order of the run, then revisions that could not be rendered, then one line of counts.

    Findings on the rollback are told in one line, unless there is nothing else.
    """
    shown = judged.forward or judged.rollback
    parts = ["\n".join(_finding(finding, paint)) for finding in shown]
    if judged.forward and judged.rollback:
        parts.append(str(rollback(judged)))
    for hole in judged.holes:
        place = _place(hole.gap.file, hole.gap.line, None)
        what = say(
            "revision {revision} can't be rendered"
            if hole.direction == "upgrade"
            else "{revision} can't be rolled back",
            revision=hole.revision,
        )
        parts.append(f"{place}{paint('error', str(say('incomplete')))} {what}\n    {visible(hole.gap.reason)}")
    parts.append(str(summary(judged)))
    return "\n\n".join(parts) + "\n"


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    place = _place(finding.file, finding.line, finding.column)
    down = say(" (downgrade)") if finding.direction == "downgrade" else ""
    severity = finding.severity.label
    allowed = finding.allowed
    label = paint(severity, severity) if allowed is None else paint("dim", f"{say('allowed')} {severity}")
    yield f"{place}{label} {paint('bold', finding.rule)}{down}"
    yield f"    {finding.message}"
    if allowed is None:
        yield f"    {say('help: {help}', help=finding.help)}"
    else:
        until = say(" until {date}", date=allowed.until) if allowed.until else ""
        because = say("because: {reason}{until} ({where})", reason=allowed.because, until=until, where=allowed.where)
        yield f"    {because}"
    lines = finding.sql.splitlines()
    for line in lines[:_SQL_LINES]:
        yield paint("dim", f"    | {visible(line)}")
    if len(lines) > _SQL_LINES:
        yield paint("dim", f"    | {say('… {count} more lines', count=len(lines) - _SQL_LINES)}")


def _place(file: str | None, line: int | None, column: int | None) -> str:
    parts = [visible(file or "")] + [str(number) for number in (line, column) if number is not None]
    return ":".join(parts) + ": " if file else ""


def rollback(judged: Judged) -> Message:
    """One line on the way back."""
    rules = Counter(finding.rule for finding in judged.rollback)
    named = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
    return say("rollback: {rules} (lint the range with --down to see them)", rules=named)


def summary(judged: Judged) -> Message:
    """One line of counts."""
    counts = (
        (judged.count(Severity.ERROR), say("1 error"), "{count} errors"),
        (judged.count(Severity.WARNING), say("1 warning"), "{count} warnings"),
        (judged.count(Severity.INFO), say("1 info"), "{count} infos"),
        (judged.allowed, say("1 allowed"), "{count} allowed"),
        (len(judged.rollback), say("1 on the rollback"), "{count} on the rollback"),
        (len(judged.holes), say("1 incomplete revision"), "{count} incomplete revisions"),
    )
    found = ", ".join(str(_counted(*each)) for each in counts if each[0]) or say("nothing found")
    statements = _counted(judged.statements, say("1 statement"), "{count} statements")
    revisions = _counted(judged.revisions, say("1 revision"), "{count} revisions")
    looked = say("{statements} in {revisions}", statements=statements, revisions=revisions)
    return say(
        "{found} · {looked}, {dialect}",
        found=found,
        looked=looked if judged.revisions else statements,
        dialect=judged.dialect,
    )


def _counted(count: int, one: Message, many: str) -> Message:
    return one if count == 1 else say(many, count=count)
