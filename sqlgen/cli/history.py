"""`sqlgen history [RANGE]`: the revisions, in the order in which an upgrade runs them."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from sqlgen.cli.language import settle_for
from sqlgen.cli.options import NameOption, ProjectOption
from sqlgen.cli.output import data, tell
from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english, visible


def command(
    range_text: Annotated[
        str | None, typer.Argument(metavar="[RANGE]", help=in_english(say("All, when it is left out.")))
    ] = None,
    project: ProjectOption = None,
    name: NameOption = "alembic",
    output_format: Annotated[
        str, typer.Option("--output-format", metavar="FMT", help=in_english(say("text or json.")))
    ] = "text",
) -> None:
    """List the revisions of a range, oldest first. Revision files are read, not run; no database is asked."""
    from sqlgen import pipeline
    from sqlgen.history import log
    from sqlgen.settings import Request
    from sqlgen.workspace import open_workspace

    settle_for(project)
    if output_format not in ("text", "json"):
        raise UsageError(
            say("there is no output format {name}", name=output_format),
            hint=say("Use one of {known}.", known="text, json"),
        )
    workspace = open_workspace(Request(project, name), runs=False)
    entries = log(workspace.graph, None if range_text is None else pipeline.resolve(workspace, range_text))
    if output_format == "json":
        rows = [
            {
                "revision": entry.revision.id,
                "down_revision": list(entry.revision.down),
                "depends_on": list(entry.revision.depends_on),
                "branch_labels": list(entry.revision.labels),
                "message": entry.revision.message,
                "file": entry.revision.file,
                "line": entry.revision.line,
                "marks": list(entry.marks),
            }
            for entry in entries
        ]
        data(json.dumps(rows, indent=2) + "\n")
        return
    if not entries:
        tell(say("the history holds no revision"))
    for entry in entries:
        revision = entry.revision
        marks = f" ({', '.join((*entry.marks, *revision.labels))})" if entry.marks or revision.labels else ""
        below = ", ".join(revision.down) or "base"
        needs = f" +{', '.join(revision.depends_on)}" if revision.depends_on else ""
        data(f"{visible(f'{below}{needs} -> {revision.id}{marks}, {revision.message}')}  {visible(revision.file)}\n")
