"""`sqlgen bundle RANGE --env ENV -o DIR`: everything a DBA needs, in one folder that can be signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import (
    ColorOption,
    FailOnOption,
    FormatOption,
    QuietOption,
    RangeArgument,
    VerboseOption,
    on_project,
)
from sqlgen.cli.output import deliver, tell, wanted
from sqlgen.errors import ExitCode, Incomplete, Message, UsageError, say

if TYPE_CHECKING:
    from sqlgen.bundle.build import Circumstances
    from sqlgen.lint.book import Book
    from sqlgen.pipeline import Emission
    from sqlgen.review.summary import Judged
    from sqlgen.settings import Request
    from sqlgen.workspace import Workspace


@on_project()
def command(
    asked: Request,
    range_text: RangeArgument,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help=str(say("The folder to make.")))],
    expires: Annotated[
        str | None,
        typer.Option("--expires", metavar="WHEN", help=str(say("2026-12-31, or 14d after the commit; else never."))),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=str(say("Replace a bundle that is there, its signatures too.")))
    ] = False,
    allow_incomplete: Annotated[
        bool,
        typer.Option("--allow-incomplete", help=str(say("Build although a revision is not, or not wholly, rendered."))),
    ] = False,
    fail_on: FailOnOption = None,
    output_format: FormatOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Build a bundle: the scripts, the runbook, the review, evidence and the manifest that is signed."""
    from sqlgen import pipeline
    from sqlgen.bundle.build import build
    from sqlgen.bundle.pack import check_place, write
    from sqlgen.cli.common import FINDING_FORMATS, progress, show_left, show_notes, show_output
    from sqlgen.cli.lint import checked_fail_on, renderers
    from sqlgen.history import between
    from sqlgen.linting import load_book
    from sqlgen.workspace import open_workspace

    wants = wanted(output_format or [], FINDING_FORMATS)
    checked_fail_on(fail_on)
    check_place(output, force)
    workspace = open_workspace(asked)
    origin = _origin(workspace.project.root, expires)
    up = pipeline.resolve(workspace, range_text)
    down = between(workspace.graph, up.lower, up.upper, down=True)
    rules = load_book(workspace.settings, workspace.project.root, workspace.environment)
    emission = pipeline.emit(workspace, (*up.steps, *down.steps), progress(), models=True)
    show_output(emission, quiet=quiet, verbose=verbose)
    show_left(emission, quiet=quiet)
    show_notes(emission, quiet=quiet, verbose=verbose)
    before = cache(partial(pipeline.schema_at, workspace, emission.dialect, emission.versions, up.lower))
    judged = pipeline.lint(workspace, emission, rules, today=origin.today, before=before)
    deliver(wants, renderers(judged, color))
    if _refused(workspace, judged, fail_on, allow_incomplete=allow_incomplete):
        return ExitCode.FINDINGS
    given = (
        ("--dialect", asked.dialect),
        ("--server-version", asked.server_version),
        ("--client", asked.client),
        ("--python", asked.python),
        ("--expires", expires),
        ("--fail-on", fail_on),
        ("--allow-incomplete", allow_incomplete),
        ("--reads", asked.reads),
        ("--shadow", asked.shadow),
        ("--online-branches", asked.online_branches),
        ("--baseline", asked.baseline),
        ("--timeout", asked.timeout_ms),
        ("--stub", asked.stub),
        ("--allow-connect", asked.allow_connect),
        ("--target", asked.target),
        ("-x", asked.x),
    )
    about = _circumstances(workspace, emission, rules, origin, judged, {name for name, value in given if value})
    steps = emission.steps
    files = build(
        steps[: len(up.steps)],
        steps[len(up.steps) :],
        judged,
        pipeline.target(workspace, emission),
        about,
        workspace.project.root,
        before(),
    )
    id = write(files, output, force=force)
    if not quiet:
        tell(say("bundle {output}\nbundle id {id}", output=output, id=id))
    return ExitCode.INCOMPLETE if _open_holes(judged) else ExitCode.CLEAN


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where the bundle's times come from: SOURCE_DATE_EPOCH, else the commit; there may be neither."""

    commit: str | None
    created: datetime | None
    expires: datetime | None
    today: date


def _origin(root: Path, expires: str | None) -> _Origin:
    from sqlgen.cli.common import source_date, today
    from sqlgen.history.git import commit

    found = commit(root)
    created = source_date() or (found.time if found else None)
    return _Origin(
        found.id if found else None,
        created,
        None if expires is None else _expiry(expires, created),
        created.date() if created else today(),
    )


def _expiry(text: str, created: datetime | None) -> datetime:
    """`2026-12-31` is the end of that day, UTC; `14d` counts from the commit."""
    days = re.fullmatch(r"(\d+)d", text)
    if days and created is None:
        raise UsageError(
            say("{text} needs a commit to count from, and there is none", text=text),
            hint=say("Write a date: --expires 2026-12-31."),
        )
    try:
        if days and created:
            end = created + timedelta(days=int(days[1]))
        else:
            end = datetime.combine(date.fromisoformat(text), time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise UsageError(
            say("{text} is not a date", text=text),
            hint=say("Write --expires 2026-12-31, or 14d for days after the commit."),
        ) from None
    if created is not None and end <= created:
        raise UsageError(
            say(
                "--expires {text} is over before the commit was made, at {created}", text=text, created=_stamp(created)
            ),
            hint=say("Write a later date, or days after the commit, such as 14d."),
        )
    return end


def _open_holes(judged: Judged) -> list[str]:
    """Revisions that are not applied, or not wholly."""
    holes = [hole.revision for hole in judged.holes if hole.direction == "upgrade"]
    return holes + [step.revision for step in judged.row_driven if step.direction == "upgrade"]


def _refused(workspace: Workspace, judged: Judged, fail_on: str | None, *, allow_incomplete: bool) -> bool:
    """Whether findings stand in the way; says so. Raises Incomplete when a revision can't be rendered."""
    from sqlgen.review.summary import fails

    if (holes := _open_holes(judged)) and not allow_incomplete:
        if any(hole.direction == "upgrade" for hole in judged.holes):
            raise Incomplete(
                say("no bundle was built: {revisions} can't be rendered", revisions=", ".join(holes)),
                hint=say(
                    "Mend the revision, cut the range around it, or add --allow-incomplete: the script stops there."
                ),
            )
        raise Incomplete(
            say("no bundle was built: what is done for each row is missing in {revisions}", revisions=", ".join(holes)),
            hint=say(
                "Write such a revision as a SQL file ([tool.sqlgen.revision.{revision}]), or add --allow-incomplete: "
                "script and review then say what is missing.",
                revision=holes[0],
            ),
        )
    limit = fail_on or workspace.settings.limit(workspace.environment)
    if not fails(judged.findings, limit):
        return False
    tell(say("no bundle was built: findings at or above {limit} stand open", limit=limit))
    tell(say("hint: mend them, allow them with a reason, or build with --fail-on never: the manifest then says so."))
    return True


def _circumstances(
    workspace: Workspace, emission: Emission, rules: Book, origin: _Origin, judged: Judged, given: set[str]
) -> Circumstances:
    from sqlgen import __version__
    from sqlgen.bundle.build import Circumstances
    from sqlgen.review.summary import fails

    overrides = []
    if _open_holes(judged):
        overrides.append(("--allow-incomplete", str(_incomplete(judged))))
    limit = workspace.settings.limit(workspace.environment)
    if fails(judged.findings, limit):
        overrides.append(("--fail-on", str(say("built although findings at or above {limit} stand open", limit=limit))))
    tools = {name: version for name, version in emission.versions if name != "python"}
    return Circumstances(
        commit=origin.commit,
        created=_stamp(origin.created),
        expires=_stamp(origin.expires),
        roles=dict(workspace.environment.roles) if workspace.environment else {},
        rules={rule.id: rule.sha256 for rule in rules.rules if rule.severity is not None},
        overrides=overrides,
        language=workspace.settings.language,
        tools={**tools, "sqlgen": __version__},
        options=sorted(given),
        x_names=sorted(pair.partition("=")[0] for pair in workspace.request.x),
    )


def _incomplete(judged: Judged) -> Message:
    if any(hole.direction == "upgrade" for hole in judged.holes):
        return say("built although revisions can't be rendered")
    return say("built although something of a revision is missing")


def _stamp(moment: datetime | None) -> str | None:
    from sqlgen.bundle.manifest import created_at

    return None if moment is None else created_at(int(moment.timestamp()))
