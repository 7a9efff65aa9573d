"""Findings as Markdown: a table for a comment or a ticket, then the details."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlgen.lint.finding import Finding
from sqlgen.messages import visible
from sqlgen.review.findings_text import summary
from sqlgen.review.summary import Judged


def render(judged: Judged) -> str:
    """GitHub-flavoured Markdown with a final newline."""
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: Judged) -> Iterator[str]:
    yield f"**{summary(judged)}**"
    if judged.holes:
        yield ""
        yield "| revision that can't be rendered | where | why |"
        yield "| --- | --- | --- |"
        for hole in judged.holes:
            where = f"{hole.gap.file}:{hole.gap.line}" if hole.gap.line else hole.gap.file or ""
            yield f"| {code(hole.revision)} ({hole.direction}) | {code(where)} | {cell(hole.gap.reason)} |"
    if judged.findings:
        yield ""
        yield "| | rule | where | what it does | what to do |"
        yield "| --- | --- | --- | --- | --- |"
        for finding in judged.findings:
            yield _row(finding)


def _row(finding: Finding) -> str:
    where = f"{finding.file}:{finding.line}" if finding.file else ""
    if finding.allowed is None:
        severity, advice = finding.severity.label, cell(str(finding.help))
    else:
        until = f" until {finding.allowed.until}" if finding.allowed.until else ""
        severity, advice = "allowed", f"allowed because {cell(finding.allowed.because)}{until}"
    down = " (downgrade)" if finding.direction == "downgrade" else ""
    return f"| {severity}{down} | {code(finding.rule)} | {code(where)} | {cell(str(finding.message))} | {advice} |"


_ESCAPE = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]<>#|~"})


def cell(text: str) -> str:
    """Text inside a table cell: one line, no markup, nothing invisible."""
    return visible(text.replace("\n", " ")).translate(_ESCAPE)


def code(text: str) -> str:
    """Text as inline code: the fence is longer than any run of backticks inside (CommonMark 0.31, 6.1)."""
    shown = visible(text).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""
