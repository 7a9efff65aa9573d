"""`sqlgen snapshot [REVISION]`: the schema at a revision, to be the baseline of later ranges."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import on_project
from sqlgen.cli.output import data, tell, write_file
from sqlgen.errors import UsageError
from sqlgen.messages import in_english, say

if TYPE_CHECKING:
    from sqlgen.settings import Request


@on_project(without=("client", "env", "reads", "shadow"))
def command(
    asked: Request,
    revision: Annotated[
        str, typer.Argument(metavar="[REVISION]", help=in_english(say("The newest, when it is left out.")))
    ] = "heads",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help=in_english(say("Write to a file, whole or not at all."))),
    ] = None,
) -> None:
    """Save the schema that the history up to a revision makes, for --baseline. No database is asked."""
    from sqlgen.workspace import open_workspace

    workspace = open_workspace(asked)
    from sqlgen.baseline import save
    from sqlgen.history import resolve
    from sqlgen.replaying import snapshot_of

    if ":" in revision:
        raise UsageError(
            say("{text} is a range, and a snapshot is of one place", text=revision),
            hint=say("Give a revision, such as head."),
        )
    heads = resolve(workspace.graph, f"base:{revision}").upper
    start, dialect = snapshot_of(workspace, heads)
    text = save(start, heads, dialect)
    why = start.schema.unread()
    if why is not None:
        tell(say("warning: not everything in it is certain: {why}", why=why))
    if output is None:
        data(text)
    else:
        write_file(output, text)
