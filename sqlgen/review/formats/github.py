"""Findings as workflow commands of GitHub Actions: annotations at the changed lines, then the log's own list.

docs.github.com, Workflow commands for GitHub Actions: `::error file=,line=,endLine=,col=,endColumn=,title=::message`.
How they are read: actions/runner, src/Runner.Common/ActionCommand.cs (TryParseV2) and
src/Runner.Worker/ActionCommandManager.cs (IssueCommandExtension). How they are written: actions/toolkit,
packages/core/src/command.ts (escapeData, escapeProperty).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.lint.finding import Severity
from sqlgen.messages import Message, place, say, visible
from sqlgen.review.counts import closing, rollback
from sqlgen.review.formats import Style
from sqlgen.review.hosts import defused
from sqlgen.review.report import Entry, Report

_MOST = 10
"""Of each level and step; more are dropped without a word: actions/toolkit, docs/problem-matchers.md, Limitations:
"10 warning annotations, 10 error annotations, and 10 notice annotations per step", "50 annotations per job"."""
_LONGEST = 4096
"""Of a message; the runner cuts the rest: actions/runner, ExecutionContext.cs, _maxIssueMessageLength. In UTF-16."""

_LEVELS = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice"))
_KINDS = ("failed", "incomplete", "finding")
"""The worst first, of one level."""


def render(report: Report, style: Style) -> str:
    """Commands, the worst of each level; then, for people who read the log, a line for each finding and the counts.

    Paths are relative to the top of the repository: the runner takes the workspace off an absolute path, hands on a
    relative one as it is, and GitHub looks it up in the repository. So it is right as well where checkout was told a
    `path:` below the workspace.
    """
    shown = [*report.open]
    lines = [_line(entry) for entry in shown]
    for part in report.parts:
        back = rollback(part.judged) if part.since is None else None  # a check says in its notes what going back loses
        notes = [*part.notes, *([] if back is None else [back])]
        lines += [f"{part.name}{say(': ')}{note}" if part.name else str(note) for note in notes]
    told = defused("\n".join(" ".join(map(visible, line.split("\n"))) for line in [*lines, str(closing(report))]))
    return "\n".join([*_annotations(shown), told]) + "\n"


def _annotations(entries: Sequence[Entry]) -> Iterator[str]:
    """At most ten of each level, so that a warning never takes the place of an error; the last says how many more."""
    for severity, level in _LEVELS:
        of_level = sorted((one for one in entries if one.severity is severity), key=lambda one: _KINDS.index(one.kind))
        more = len(of_level) - _MOST
        for number, entry in enumerate(of_level[:_MOST], start=1):
            yield _command(level, entry, _more(more, level) if number == _MOST and more > 0 else None)


def _more(count: int, level: str) -> Message:
    where = say("the log of this step and its summary have them all")
    match level:
        case "error":
            return say("… and more errors: {count}; {where}", count=count, where=where)
        case "warning":
            return say("… and more warnings: {count}; {where}", count=count, where=where)
        case _:
            return say("… and more notices: {count}; {where}", count=count, where=where)


def _command(level: str, entry: Entry, more: Message | None) -> str:
    told = [entry.message, *([str(say("help: {help}", help=entry.help))] if entry.help else [])]
    properties = {"title": f"sqlgen {entry.rule}"}
    if (file := _inside(entry)) is not None:
        properties = _at(entry, file) | properties
    elif entry.path is not None:
        told[0] = f"{place(entry.path, entry.line, entry.column)}{told[0]}"
    text = defused("\n".join(visible(line) for line in "\n".join(told).split("\n")))
    end = "" if more is None else f"\n{more}"
    written = ",".join(f"{name}={_property(defused(visible(value)))}" for name, value in properties.items())
    return f"::{level} {written}::{_data(_cut(text, _LONGEST - len(end)) + end)}"


def _inside(entry: Entry) -> str | None:
    """Its file, where the repository has it."""
    path = entry.path
    return None if path is None or path.startswith(("<", "/", "../")) else path


def _at(entry: Entry, file: str) -> dict[str, str]:
    """Where it stands. The runner refuses columns of a range over several lines (ValidateLinesAndColumns)."""
    found = {"file": file}
    if entry.line is not None:
        found["line"] = str(entry.line)
        found["endLine"] = str(entry.end_line or entry.line)
        if entry.column is not None and entry.end_line in (None, entry.line):
            found["col"] = str(entry.column)
    return found


def _line(entry: Entry) -> str:
    """One line of the log: the runner shows no file beside an annotation."""
    return f"{place(entry.path, entry.line, entry.column)}{entry.severity.label} {entry.rule}: {visible(entry.message)}"


def _cut(text: str, longest: int) -> str:
    """Text of at most this many UTF-16 units, cut between characters."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) <= 2 * longest:
        return text
    return data[: 2 * (longest - 2)].decode("utf-16-le", "ignore") + " …"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
