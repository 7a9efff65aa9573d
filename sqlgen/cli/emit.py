"""`sqlgen emit RANGE`: the runnable script, formatted, on stdout."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import DownOption, QuietOption, RangeArgument, VerboseOption, on_project
from sqlgen.cli.output import data, write_file
from sqlgen.messages import say

if TYPE_CHECKING:
    from sqlgen.settings import Request


@on_project()
def command(
    asked: Request,
    range_text: RangeArgument,
    down: DownOption = False,
    preflight: Annotated[
        bool,
        typer.Option("--preflight", help=str(say("Write the read-only checks of what the script relies on instead."))),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help=str(say("Write to a file, whole or not at all."))),
    ] = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Render a range of revisions as one script for the database's own client."""
    from sqlgen.cli.common import (
        exit_code,
        progress,
        show_holes,
        show_left,
        show_notes,
        show_output,
        show_remarks,
    )
    from sqlgen.workspace import open_workspace

    workspace = open_workspace(asked)
    from sqlgen import pipeline, script  # while the worker starts
    from sqlgen.script import preflight as checks

    if workspace.dialect is not None:
        pipeline.usual_client(workspace.dialect)
    moves = pipeline.resolve(workspace, range_text, down=down).steps
    emission = pipeline.emit(workspace, moves, progress())
    show_output(emission, quiet=quiet, verbose=verbose)
    show_notes(emission, quiet=quiet, verbose=verbose)
    render = checks.render if preflight else script.render
    target = pipeline.target(workspace, emission)
    try:
        text = render(emission.steps, target)
    except script.Unfaithful:  # one revision never hides the rest
        emission = replace(emission, steps=script.without_unfaithful(emission.steps, target))
        text = render(emission.steps, target)
    if output is None:
        data(text)
    else:
        write_file(output, text)
    show_left(emission, quiet=quiet)
    show_remarks(emission, quiet=quiet, verbose=verbose)
    show_holes(emission, quiet=quiet)
    return exit_code(findings=False, incomplete=any(step.incomplete for step in emission.steps))
