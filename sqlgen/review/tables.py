"""Tables of a document that people sign: what is found, what is missing, what statements do not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.lint.finding import Finding
from sqlgen.markdown import cell, code
from sqlgen.messages import say
from sqlgen.script import remarks
from sqlgen.segments import Step


def row_driven(steps: Sequence[Step]) -> Iterator[str]:
    """A table of the revisions of which something is missing; nothing when there are none."""
    if not steps:
        return
    yield ""
    yield f"| {say('INCOMPLETE: revision that depends on rows')} | {say('what it looks at')} | {say('what to do')} |"
    yield "| --- | --- | --- |"
    for step in steps:
        reads = "<br>".join(cell(str(remarks.query(query))) for query in step.queries)
        yield f"| {code(step.revision)} ({step.direction}) | {reads} | {cell(str(remarks.row_driven(step)))} |"


def origins(steps: Sequence[Step]) -> Iterator[str]:
    """A list of what the statements of revisions do not show; nothing when there is nothing."""
    told = [
        f"- {code(step.revision)} ({step.direction}): {cell(str(message))}"
        for step in steps
        for message in (remarks.origin(step), *map(remarks.note, step.notes))
        if message is not None
    ]
    if told:
        yield ""
        yield from told


def table(findings: Sequence[Finding]) -> Iterator[str]:
    """A table of findings; nothing when there are none."""
    if not findings:
        return
    yield ""
    yield f"| | {say('rule')} | {say('where')} | {say('what it does')} | {say('what to do')} |"
    yield "| --- | --- | --- | --- | --- |"
    for finding in findings:
        yield _row(finding)


def _row(finding: Finding) -> str:
    where = "" if finding.file is None else finding.file if finding.line is None else f"{finding.file}:{finding.line}"
    allowed = finding.allowed
    if allowed is None:
        severity, advice = finding.severity.label, finding.help
    else:
        until = say(" until {date}", date=allowed.until) if allowed.until else ""
        owner = say(", {owner}", owner=allowed.owner) if allowed.owner else ""
        because = say("because {reason}{until}{owner}", reason=allowed.because, until=until, owner=owner)
        severity, advice = str(say("allowed")), because
    return f"| {severity} | {code(finding.rule)} | {code(where)} | {cell(str(finding.message))} | {cell(str(advice))} |"
