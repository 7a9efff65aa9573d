"""A line for each thing that stands open, for grep, sort and editors: `path:line:column: severity rule: message`.

In the order of the run. What is allowed or in the baseline is left out, and so are findings on the way back, unless
there is nothing else. The last line is the counts, also where nothing was found, since silence is no approval; it is
the only one without a place or a project before a colon and a blank: `grep -E '^[^ ]+: '` takes the others.
"""

from __future__ import annotations

import os

from sqlgen.messages import place, visible
from sqlgen.review.counts import closing
from sqlgen.review.formats import Style
from sqlgen.review.report import Entry, Report


def render(report: Report, style: Style) -> str:
    """Each entry on a line of its own, then the counts."""
    open_ones = (entry for entry in report.entries if entry.allowed is None and not _on_the_way_back(entry))
    return "".join(f"{line}\n" for line in (*(_line(entry, report, style) for entry in open_ones), closing(report)))


def _on_the_way_back(entry: Entry) -> bool:
    return entry.kind == "finding" and entry.direction == "downgrade" and not entry.part.judged.down_only


def _line(entry: Entry, report: Report, style: Style) -> str:
    message = visible(" ".join(entry.message.split("\n")))
    where = place(_path(entry, report, style), entry.line, entry.column)
    paint, severity = style.paint, entry.severity.label
    return f"{where}{paint(severity, severity)} {paint('bold', visible(entry.rule))}: {message}"


def _path(entry: Entry, report: Report, style: Style) -> str | None:
    """As seen from where one stands; the project's name where there is no file."""
    if entry.path is None:
        return entry.part.name or None
    if style.here is None or entry.path.startswith("<"):
        return entry.path
    return os.path.relpath(report.top / entry.path, style.here).replace(os.sep, "/")
