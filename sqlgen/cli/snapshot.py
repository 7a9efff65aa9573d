"""`sqlgen snapshot [REVISION]`: the schema at a revision, to be the baseline of later ranges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.options import (
    AllowConnectOption,
    BaselineOption,
    DialectOption,
    NameOption,
    OnlineBranchesOption,
    ProjectOption,
    PythonOption,
    ServerVersionOption,
    StubOption,
    TargetOption,
    TimeoutOption,
    XOption,
)
from sqlgen.cli.output import data, tell, write_file
from sqlgen.errors import UsageError
from sqlgen.messages import say


def command(
    revision: Annotated[
        str, typer.Argument(metavar="[REVISION]", help=str(say("The newest, when it is left out.")))
    ] = "heads",
    project: ProjectOption = None,
    name: NameOption = "alembic",
    dialect: DialectOption = None,
    server_version: ServerVersionOption = None,
    python: PythonOption = None,
    x: XOption = None,
    online_branches: OnlineBranchesOption = False,
    baseline: BaselineOption = None,
    timeout: TimeoutOption = None,
    stub: StubOption = None,
    allow_connect: AllowConnectOption = False,
    target: TargetOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help=str(say("Write to a file, whole or not at all."))),
    ] = None,
) -> None:
    """Save the schema that the history up to a revision makes, for --baseline. No database is asked."""
    from sqlgen.cli.common import request
    from sqlgen.workspace import open_workspace

    asked = request(
        project,
        name,
        dialect,
        server_version,
        None,
        None,
        python,
        x,
        online_branches=online_branches,
        baseline=baseline,
        timeout=timeout,
        stub=stub,
        allow_connect=allow_connect,
        target=target,
    )
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
