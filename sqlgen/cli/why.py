"""`sqlgen why TABLE[.COLUMN]`: which revisions made it what it is, who approved them, where they were applied."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import TEXT_OR_JSON, ColorOption, QuietOption, TextOrJsonOption, VerboseOption, on_project
from sqlgen.cli.output import deliver, painter, wanted
from sqlgen.messages import in_english, say

if TYPE_CHECKING:
    from sqlgen.settings import Request


@on_project(without=("client", "env"))
def command(
    asked: Request,
    thing: Annotated[
        str,
        typer.Argument(
            metavar="TABLE[.COLUMN]", help=in_english(say("A table, or one of its columns; also a name of old."))
        ),
    ],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            metavar="TRUST",
            help=in_english(say("A trust folder, whose ledger says who applied what; else that of the settings.")),
        ),
    ] = None,
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say which revisions made a table or column what it is: the statements, who wrote and approved them, and where
    they were applied. It follows renames back. No database is asked.
    """
    from sqlgen.cli.common import progress
    from sqlgen.workspace import open_workspace

    wants = wanted(output_format or [], TEXT_OR_JSON)
    workspace = open_workspace(asked)
    from sqlgen.cli import why_report
    from sqlgen.why import why

    found = why(
        workspace,
        thing,
        trust=_folder(trust) if trust is not None else _of_settings(workspace.settings.trust_folder),
        progress=None if quiet else progress(),
    )
    deliver(
        wants,
        {
            "text": lambda: why_report.text(found, painter(color, sys.stdout), verbose=verbose),
            "json": lambda: why_report.json_text(found),
        },
    )


def _folder(trust: Path) -> Path:
    from sqlgen.errors import UsageError

    if not trust.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=trust),
            hint=say("Give the folder with versions/ and ledger/: --trust TRUST"),
        )
    return trust


def _of_settings(trust: Path | None) -> Path | None:
    """That of the settings, where it is checked out here."""
    return trust if trust is not None and trust.is_dir() else None
