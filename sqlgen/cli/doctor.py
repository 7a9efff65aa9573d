"""`sqlgen doctor [RANGE]`: what of a history can be rendered, and what to do about the rest."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import TEXT_OR_JSON, ColorOption, QuietOption, TextOrJsonOption, VerboseOption, on_project
from sqlgen.cli.output import data, deliver, painter, tell, wanted
from sqlgen.errors import UsageError
from sqlgen.messages import in_english, say

if TYPE_CHECKING:
    from sqlgen.settings import Request
    from sqlgen.workspace import Workspace


@on_project(without=("client", "env", "reads", "shadow"))
def command(
    asked: Request,
    range_text: Annotated[
        str, typer.Argument(metavar="[RANGE]", help=in_english(say("All revisions, when it is left out.")))
    ] = "base:heads",
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", help=in_english(say("Worker processes; as many as there are cores."))),
    ] = None,
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Render every revision of a range both ways, and say which can't be, why, and what to do."""
    from sqlgen import doctor
    from sqlgen.cli import doctor_report
    from sqlgen.cli.common import progress, show_output
    from sqlgen.errors import ExitCode
    from sqlgen.history import resolve
    from sqlgen.pending import plain
    from sqlgen.workspace import open_workspace

    wants = wanted(output_format or [], TEXT_OR_JSON)
    if jobs is not None and jobs < 1:
        raise UsageError(say("--jobs can't be {jobs}", jobs=jobs), hint=say("Give the number of processes, from 1."))
    workspace = open_workspace(asked)
    if _empty(workspace):
        return ExitCode.CLEAN
    moves = resolve(workspace.graph, plain(workspace, range_text)).steps
    found = doctor.examine(workspace, moves, jobs=jobs or _cores(), progress=progress())
    show_output(found, quiet=quiet, verbose=verbose)
    renderers = {
        "text": lambda: doctor_report.text(found, painter(color, sys.stdout), verbose=verbose),
        "json": lambda: doctor_report.json_text(found),
    }
    deliver(wants, renderers)
    return ExitCode.INCOMPLETE if doctor_report.incomplete(found) else ExitCode.CLEAN


def _empty(workspace: Workspace) -> bool:
    if not workspace.graph.revisions:
        tell(say("the history holds no revision"))
        data("")
        return True
    return False


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
