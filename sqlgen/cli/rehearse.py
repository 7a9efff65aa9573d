"""`sqlgen rehearse RANGE --on URL`: the real script on a scratch database, up, down and up again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import TEXT_OR_JSON, QuietOption, RangeArgument, TextOrJsonOption, VerboseOption, on_project
from sqlgen.cli.output import deliver, tell, wanted
from sqlgen.messages import Message, in_english, say

if TYPE_CHECKING:
    from sqlgen.settings import Request


@on_project()
def command(
    asked: Request,
    range_text: RangeArgument,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="URL",
            envvar="SQLGEN_ON",
            show_envvar=False,
            help=in_english(say("The server: postgresql://user@host:5432/; SQLite needs none.")),
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help=in_english(say("Leave the database of the script there, and say its name.")))
    ] = False,
    output_format: TextOrJsonOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Run a range on a scratch database with the real client: up, down, up; compare with Alembic's online upgrade."""
    from sqlgen import pipeline
    from sqlgen.cli.common import progress, show_holes, show_output
    from sqlgen.cli.rehearsal_report import as_json, as_text
    from sqlgen.history import between
    from sqlgen.rehearsal.rehearse import open_desk, rehearse
    from sqlgen.workspace import open_workspace

    wants = wanted(output_format or [], TEXT_OR_JSON)
    workspace = open_workspace(asked)
    range_ = pipeline.resolve(workspace, range_text)
    assert workspace.spare is not None
    interpreter = workspace.spare.interpreter
    desk, workspace = open_desk(workspace, interpreter, on)

    def said(message: Message) -> None:
        if not quiet:
            tell(message)

    with desk:
        down = between(workspace.graph, range_.lower, range_.upper, down=True)
        emission = pipeline.emit(workspace, (*range_.steps, *down.steps), progress())
        show_output(emission, quiet=quiet, verbose=verbose)
        show_holes(replace(emission, steps=emission.steps[: len(range_.steps)]), quiet=quiet)
        if keep:
            desk.keep.append("script")
        report = rehearse(workspace, desk, interpreter, range_, emission, said)
    report.kept += desk.left
    deliver(wants, {"text": lambda: as_text(report), "json": lambda: as_json(report)})
    return report.exit_code
