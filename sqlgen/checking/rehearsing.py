"""A rendered range and a server in, what running it there showed out, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen import pipeline
from sqlgen.checking.stretches import Stretch
from sqlgen.errors import Message, UsageError, say
from sqlgen.pipeline import Emission
from sqlgen.rehearsal.rehearse import open_desk, rehearse
from sqlgen.rehearsal.report import Report
from sqlgen.workspace import Workspace

VARIABLE = "SQLGEN_REHEARSE"
"""May hold the URL: a password in it is nothing for a command line."""


def rehearsed(workspace: Workspace, stretch: Stretch, emission: Emission, url: str) -> tuple[list[Message], bool]:
    """The verdict, with its reasons, and whether it is good: a way back that is missing is told, and fails nothing.

    SQLite is rehearsed in files of our own: of its URL only the kind counts. Raises UsageError where it can't be begun.
    """
    try:
        return _rehearsed(workspace, stretch, emission, None if url.startswith("sqlite") else url)
    except UsageError as error:
        message, hint = map(_for_check, (error.message, error.hint))
        raise UsageError(message, hint=hint, file=error.file, line=error.line) from None


def _for_check(message: Message) -> Message:
    """`sqlgen rehearse` has another name for the server's URL."""
    return replace(message, template=message.template.replace("--on", "--rehearse").replace("SQLGEN_ON", VARIABLE))


def _rehearsed(
    workspace: Workspace, stretch: Stretch, emission: Emission, url: str | None
) -> tuple[list[Message], bool]:
    assert workspace.spare is not None, "what was rendered had a worker"
    interpreter = workspace.spare.interpreter
    desk, there = open_desk(workspace, interpreter, url)
    with desk:
        if there.dialect != emission.dialect:  # mysql and mariadb, where env.py names the one and --rehearse the other
            emission = pipeline.emit(there, stretch.moves)
        report = rehearse(there, desk, interpreter, stretch.up, emission, lambda _: None)
    return list(_told(report)), not report.failed


def _told(report: Report) -> Iterator[Message]:
    yield say(
        "rehearsal of {range} on {server}: {verdict}", range=report.range, server=report.server, verdict=report.verdict
    )
    for phase in report.phases:
        if phase.outcome != "ok":
            yield say("{phase} {outcome}: {how}", phase=phase.name, outcome=phase.outcome, how=phase.how or "-")
            yield from (say("| {line}", line=line) for line in phase.log)
    for difference in report.differences:
        yield difference.what
        yield from (say("| {line}", line=line) for line in difference.lines)
