"""`sqlgen rules`: every rule that the settings load, a line each."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from sqlgen.cli.options import ProjectOption
from sqlgen.cli.output import data
from sqlgen.errors import UsageError, say


def command(
    project: ProjectOption = None,
    output_format: Annotated[
        str, typer.Option("--output-format", metavar="FMT", help=str(say("text or json.")))
    ] = "text",
) -> None:
    """List the rules: harm, name, severity as set, and what it says."""
    from sqlgen.cli.common import project_folder
    from sqlgen.lint.pages import pages
    from sqlgen.settings import load

    start = project_folder(project)
    settings = load(start)
    listed = pages(settings.rules, settings.source.parent if settings.source else start)
    rows = []
    for page in listed:
        own = settings.rule.get(page.id)
        severity = (own and own.severity) or (page.severity if page.default else "off")
        rows.append((page.harm, page.id, severity, ", ".join(page.dialects), page.title))
    if output_format == "json":
        keys = ("harm", "rule", "severity", "dialects", "title")
        data(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2) + "\n")
        return
    if output_format != "text":
        raise UsageError(
            say("there is no output format {name}", name=output_format),
            hint=say("Use one of {known}.", known="text, json"),
        )
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for harm, id, severity, _dialects, title in rows:
        data(f"{harm:<{widths[0]}}  {id:<{widths[1]}}  {severity:<{widths[2]}}  {title}\n")
