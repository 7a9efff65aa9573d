"""Findings as text for a terminal: place first, then the harm, then what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from sqlgen.lint.finding import Finding, Severity
from sqlgen.messages import Message, place, say, visible
from sqlgen.review.summary import Judged

Paint = Callable[[str, str], str]
"""(style, text) → text: "error", "warning", "info", "bold", "dim"."""

_SQL_LINES = 4
_SQL_WIDTH = 400
"""Characters of a line that are shown: a script may be one line, with a finding for each of its statements."""
_ALIKE = 3
"""As many rollbacks that lack the same thing are told one by one."""


def plain(_style: str, text: str) -> str:
    """No colours."""
    return text


def render(judged: Judged, paint: Paint = plain) -> str:
    """Findings in the order of the run, then revisions that could not be rendered, then one line of counts.

    Findings on the rollback are told in one line, unless there is nothing else.
    """
    shown = judged.listed
    parts = ["\n".join(_finding(finding, paint)) for finding in shown]
    if judged.rollback and not judged.down_only:
        parts.append(str(rollback(judged)))
    parts.extend(_holes(judged, paint))
    parts.extend(_row_driven(judged, paint))
    parts.extend(_remarks(judged, paint))
    parts.append(str(summary(judged)))
    return "\n\n".join(parts) + "\n"


def _holes(judged: Judged, paint: Paint) -> Iterator[str]:
    """What could not be rendered, one by one; but rollbacks that lack the same thing, which a team without downgrades
    lacks everywhere, in one paragraph."""
    down = [hole for hole in judged.holes if hole.direction == "downgrade"]
    alike = Counter(hole.gap.reason for hole in down)
    told = set()
    for hole in judged.holes:
        where, reason = place(hole.gap.file, hole.gap.line), hole.gap.reason
        if hole.direction == "upgrade":
            what = say("revision {revision} can't be rendered", revision=hole.revision)
        elif alike[reason] <= _ALIKE:
            what = say("{revision} can't be rolled back", revision=hole.revision)
        elif reason in told:
            continue
        else:
            told.add(reason)
            names = ", ".join(one.revision for one in down if one.gap.reason == reason)
            where = ""
            what = say("{count} revisions can't be rolled back: {names}", count=alike[reason], names=names)
        yield f"{where}{paint('error', str(say('incomplete')))} {what}\n    {visible(reason)}"


def _row_driven(judged: Judged, paint: Paint) -> Iterator[str]:
    if judged.row_driven:
        from sqlgen.script import remarks  # with all that scripts are made of, which a file of SQL does not need
    for step in judged.row_driven:
        at = step.queries[0].place
        where = place(step.file) if at is None else place(at.file, at.line)
        what = say("revision {revision} depends on rows", revision=step.revision)
        if step.direction == "downgrade":
            what = say("the rollback of {revision} depends on rows", revision=step.revision)
        lines = [remarks.row_driven(step), *map(remarks.query, step.queries)]
        yield "\n    ".join([f"{where}{paint('error', str(say('incomplete')))} {what}", *map(str, lines)])


def _remarks(judged: Judged, paint: Paint) -> Iterator[str]:
    """Where statements come from, and other things that they do not show."""
    if judged.remarkable:
        from sqlgen.script import remarks
    for step in judged.remarkable:
        origin = remarks.origin(step)
        for told in [*([] if origin is None else [origin]), *map(remarks.note, step.notes)]:
            down = say(" (downgrade)") if step.direction == "downgrade" else ""
            yield f"{paint('info', str(say('note')))} {step.revision}{down}: {told}"


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    where = place(finding.file, finding.line, finding.column)
    down = say(" (downgrade)") if finding.direction == "downgrade" else ""
    severity = finding.severity.label
    allowed = finding.allowed
    label = paint(severity, severity) if allowed is None else paint("dim", f"{say('allowed')} {severity}")
    yield f"{where}{label} {paint('bold', finding.rule)}{down}"
    yield f"    {finding.message}"
    if allowed is None:
        yield f"    {say('help: {help}', help=finding.help)}"
    else:
        until = say(" until {date}", date=allowed.until) if allowed.until else ""
        because = say("because: {reason}{until} ({where})", reason=allowed.because, until=until, where=allowed.where)
        yield f"    {because}"
    lines = finding.sql.split("\n", _SQL_LINES) if finding.sql else []
    for line in lines[:_SQL_LINES]:
        shown = line if len(line) <= _SQL_WIDTH else f"{line[:_SQL_WIDTH]} …"
        yield paint("dim", f"    | {visible(shown)}")
    if len(lines) > _SQL_LINES:
        more = lines[_SQL_LINES].rstrip("\n").count("\n") + 1
        yield paint("dim", f"    | {say('… {count} more lines', count=more)}")


def rollback(judged: Judged) -> Message:
    """One line on the way back."""
    rules = Counter(finding.rule for finding in judged.rollback)
    named = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))
    return say("rollback: {rules} (--output-format json lists them)", rules=named)


def summary(judged: Judged) -> Message:
    """One line of counts."""
    errors, warnings, infos = map(judged.count, (Severity.ERROR, Severity.WARNING, Severity.INFO))
    rollback, holes = len(judged.rollback), judged.incomplete
    counts = (
        (errors, say("1 error"), say("{count} errors", count=errors)),
        (warnings, say("1 warning"), say("{count} warnings", count=warnings)),
        (infos, say("1 info"), say("{count} infos", count=infos)),
        (judged.allowed, say("1 allowed"), say("{count} allowed", count=judged.allowed)),
        (rollback, say("1 on the rollback"), say("{count} on the rollback", count=rollback)),
        (holes, say("1 incomplete revision"), say("{count} incomplete revisions", count=holes)),
    )
    found = ", ".join(str(one if count == 1 else many) for count, one, many in counts if count) or say("nothing found")
    statements = say("1 statement") if judged.statements == 1 else say("{count} statements", count=judged.statements)
    revisions = say("1 revision") if judged.revisions == 1 else say("{count} revisions", count=judged.revisions)
    looked = say("{statements} in {revisions}", statements=statements, revisions=revisions)
    return say(
        "{found} · {looked}, {dialect}",
        found=found,
        looked=looked if judged.revisions else statements,
        dialect=judged.dialect,
    )
