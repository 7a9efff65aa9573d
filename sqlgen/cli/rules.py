"""`sqlgen rules`: every rule that the settings load, a line each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import of_format, settle
from sqlgen.cli.options import EnvOption, ProjectOption
from sqlgen.cli.output import data
from sqlgen.errors import Message, UsageError, say
from sqlgen.messages import cells, in_english

if TYPE_CHECKING:
    from sqlgen.lint.pages import Page
    from sqlgen.settings import Environment, Settings


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as it holds here."""

    harm: str
    rule: str
    severity: str
    """"error", "warning", "info" or "off"."""
    dialects: str
    configured: str
    """What decides: a preset, or the table of the settings that names the rule."""
    title: str


def command(
    project: ProjectOption = None,
    env: EnvOption = None,
    output_format: Annotated[
        str, typer.Option("--output-format", metavar="FMT", help=in_english(say("text or json.")))
    ] = "text",
) -> None:
    """List the rules: harm, name, severity as set, dialects, what sets it, and what it says."""
    from sqlgen.cli.common import project_folder
    from sqlgen.lint.page_texts import in_language
    from sqlgen.lint.pages import pages
    from sqlgen.settings import load

    if output_format not in ("text", "json"):
        raise UsageError(
            say("there is no output format {name}", name=output_format),
            hint=say("Use one of {known}.", known="text, json"),
        )
    start = project_folder(project)
    settings = load(start)
    environment = settings.environment(env)
    settle(settings)
    with of_format(output_format, in_file=False):
        listed = map(in_language, pages(settings.rules, settings.source.parent if settings.source else start))
        rows = [row(page, settings, environment) for page in listed]
    if output_format == "json":
        data(json.dumps([asdict(each) for each in rows], indent=2) + "\n")
        return
    shown = [(r.harm, r.rule, r.severity, r.dialects, str(decides(r)), r.title) for r in rows]
    widths = [max((cells(row[column]) for row in shown), default=0) for column in range(5)]
    for cell in shown:
        aligned = (text + " " * (width - cells(text)) for text, width in zip(cell, widths, strict=False))
        data("  ".join((*aligned, cell[-1])) + "\n")


def decides(row: Row) -> Message | str:
    """What decides, in words."""
    preset = row.configured.removeprefix("preset ")
    return row.configured if preset == row.configured else say("preset {name}", name=preset)


def row(page: Page, settings: Settings, environment: Environment | None) -> Row:
    """How a rule holds, and why: the environment's table goes before the project's, and both before the preset."""
    own = settings.rules_for(environment).get(page.id)
    preset = settings.preset_for(environment)
    on = page.default or (preset == "strict" and page.strict)
    severity, configured = page.severity if on else "off", f"preset {preset}"
    if environment is not None and page.id in environment.rule:
        configured = f"env.{environment.name}.rule"
    elif page.id in settings.rule:
        configured = "rule"
    if own is not None:
        severity = own.severity or (page.severity if on or own.options else "off")
    dialects = str(say("all")) if page.dialects == ("*",) else ", ".join(page.dialects)
    return Row(page.harm, page.id, severity, dialects, configured, page.title)
