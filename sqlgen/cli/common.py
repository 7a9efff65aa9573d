"""What commands on an Alembic project share: opening it, progress, what env.py printed, the exit code."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen.cli.language import at_terminal
from sqlgen.cli.output import tell
from sqlgen.errors import ExitCode, UsageError, say
from sqlgen.messages import place, visible

if TYPE_CHECKING:
    from sqlgen.doctor import Examination
    from sqlgen.pipeline import Emission
    from sqlgen.settings import Request


def request(
    *,
    project: Path | None = None,
    name: str = "alembic",
    dialect: str | None = None,
    server_version: str | None = None,
    client: str | None = None,
    env: str | None = None,
    python: Path | None = None,
    x: list[str] | None = None,
    reads: str | None = None,
    shadow: str | None = None,
    online_branches: bool = False,
    baseline: Path | None = None,
    timeout: str | None = None,
    stub: list[str] | None = None,
    allow_connect: bool = False,
    target: str | None = None,
) -> Request:
    """The shared options as the pipeline takes them. Raises UsageError for a server version that is no number, and for
    a time that is none."""
    from sqlgen.settings import SERVER_VERSION, Request

    if server_version is not None and not SERVER_VERSION.fullmatch(server_version):
        raise UsageError(
            say("{version} is not a server version", version=server_version),
            hint=say("Write numbers, such as --server-version 16 or 10.11."),
        )
    return Request(
        project,
        name,
        dialect,
        server_version,
        client,
        env,
        python,
        tuple(x or ()),
        online_branches=online_branches,
        reads=reads,
        shadow=shadow,
        baseline=baseline,
        timeout_ms=None if timeout is None else _time(timeout),
        stub=tuple(stub or ()),
        allow_connect=allow_connect,
        target=target,
    )


def _time(text: str) -> int:
    """Milliseconds; a bare number counts seconds."""
    from sqlgen.durations import milliseconds

    found = milliseconds(f"{text}s" if text.replace(".", "", 1).isdigit() else text)
    if found is None or found < 0:
        raise UsageError(
            say("--timeout can't be {text}", text=text), hint=say("Write a time: 90s or 5min; 0 means no limit.")
        )
    return found


def project_folder(project: Path | None) -> Path:
    """The folder that --project names, or the current one. Raises UsageError when it does not exist."""
    start = (project or Path()).resolve()
    if not start.exists():
        raise UsageError(
            say("{path} does not exist", path=project),
            hint=say("Give the folder of the Alembic project, or its alembic.ini or pyproject.toml."),
        )
    return start if start.is_dir() else start.parent


def show_output(emission: Emission | Examination, *, quiet: bool, verbose: bool) -> None:
    """What env.py and the revisions printed: it is not SQL, so it goes to stderr, as a warning."""
    lines = emission.output.splitlines()
    if quiet or not lines:
        return
    shown = lines if verbose else lines[:3]
    tell(say("warning: env.py or a revision printed text, lines: {count}; it is not part of the SQL", count=len(lines)))
    for line in shown:
        tell(f"  | {visible(line)}")
    if len(shown) < len(lines):
        tell(say("  … the rest with -v"))


def show_holes(emission: Emission, *, quiet: bool) -> None:
    """Revisions that could not be rendered, one line each."""
    if quiet:
        return
    for step in emission.steps:
        if step.gap is not None:
            tell(
                say(
                    "{where}incomplete: revision {revision} can't be rendered: {reason}",
                    where=place(step.gap.file, step.gap.line),
                    revision=step.revision,
                    reason=step.gap.reason,
                )
            )
    _hint_about_rows(emission)
    if emission.missing:
        named = ", ".join(f"{package} ({', '.join(revisions)})" for package, revisions in emission.missing)
        options = " ".join(f"--stub {package}" for package, _ in emission.missing)
        tell(say("these packages are not installed: {named}", named=named))
        tell(say("hint: install them where Alembic runs, or go on without them: {options}", options=options))


def _hint_about_rows(emission: Emission) -> None:
    """What to do about revisions that look at rows, once for all of them."""
    if any(step.gap is not None and step.queries for step in emission.steps):
        tell(
            say(
                "hint: for revisions that read rows: --reads empty renders them as if there were none, --shadow URL "
                "records them on an empty database; or write one as a SQL file: [tool.sqlgen.revision.ID], upgrade"
            )
        )
    elif any(step.row_driven for step in emission.steps):
        tell(
            say(
                "hint: do by hand what the rows of the database need (the script names the queries), or write such a "
                "revision as a SQL file: [tool.sqlgen.revision.ID], upgrade"
            )
        )


def show_left(emission: Emission, *, quiet: bool) -> None:
    """What a recording left behind in a database."""
    if emission.shadow_left is not None and not quiet:
        tell(say("note: {left}", left=emission.shadow_left))


def show_remarks(emission: Emission, *, quiet: bool, verbose: bool) -> None:
    """Revisions of which something is missing, one line each; where statements come from, and what they do not show:
    how many such revisions there are, and with -v which and why."""
    from sqlgen.script import remarks

    if quiet:
        return
    for step in emission.steps:
        if step.row_driven:
            at = step.queries[0].place
            where = place(step.file) if at is None else place(at.file, at.line)
            what = say("{where}incomplete: revision {revision} depends on rows", where=where, revision=step.revision)
            tell(say("{what}: {why}", what=what, why=remarks.row_driven(step)) if verbose else what)
            for query in step.queries if verbose else ():
                tell(f"  {remarks.query(query)}")
    told = [
        (step, message)
        for step in emission.steps
        if step.gap is None
        for message in (remarks.origin(step), *map(remarks.note, step.notes))
        if message is not None
    ]
    for step in emission.steps:
        if values := dict.fromkeys(value for item in step.items for value in item.volatile):
            what = say("note: {revision} holds values that another run would not have", revision=step.revision)
            tell(say("{what}: {values}", what=what, values=", ".join(map(visible, values))) if verbose else what)
    for step in () if verbose else emission.steps:
        for refused in [each for each in step.notes if step.gap is None and each.kind == "refused"]:
            tell(say("warning: {revision}: {message}", revision=step.revision, message=remarks.note(refused)))
    if told and not verbose:
        revisions = ", ".join(dict.fromkeys(step.revision for step, _ in told))
        tell(say("note: there is more to know of {revisions} (-v says what)", revisions=revisions))
    for step, message in told if verbose else ():
        tell(say("note: {revision}: {message}", revision=step.revision, message=message))


def show_notes(emission: Emission, *, quiet: bool, verbose: bool) -> None:
    """Statements that the formatter left as they were: how many, and with -v which and why."""
    left = [item for step in emission.steps for item in step.items if item.layout_note is not None]
    if quiet or not left:
        return
    if not verbose:
        tell(say("note: statements left as they were written: {count} (-v says why)", count=len(left)))
        return
    for item in left:
        where = place(item.place.file, item.place.line) if item.place else ""
        tell(say("{where}note: left as it was written: {why}", where=where, why=item.layout_note))


def progress() -> Callable[[int, int], None] | None:
    """Progress on a terminal for anything over a second; None where nobody would see it."""
    if not sys.stderr.isatty():
        return None
    began = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - began > 1:
            end = "\r\x1b[K" if done == total else ""
            with at_terminal():
                text = str(say("rendering {done} of {total} revisions", done=done, total=total))
            sys.stderr.write(f"\r{text}{end}")
            sys.stderr.flush()

    return show


def today() -> date:
    """The day by which allowances expire: SOURCE_DATE_EPOCH where it is set, else today, UTC."""
    if not os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.now(UTC).date()
    from sqlgen.building.origin import source_date  # with all that bundles are made of

    return (source_date() or datetime.now(UTC)).date()


def exit_code(*, findings: bool, incomplete: bool) -> ExitCode:
    """Where several hold: 4 before 1 before 0."""
    return ExitCode.INCOMPLETE if incomplete else ExitCode.FINDINGS if findings else ExitCode.CLEAN
