"""`sqlgen explain RULE`: the page of a rule."""

from __future__ import annotations

import difflib
import sys
from typing import Annotated

import typer

from sqlgen.cli.language import settle
from sqlgen.cli.options import ColorOption, EnvOption, ProjectOption
from sqlgen.cli.output import data, painter
from sqlgen.cli.rules import decides, row
from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english


def command(
    rule: Annotated[str, typer.Argument(metavar="RULE", help=in_english(say("A rule's name, such as drop-column.")))],
    project: ProjectOption = None,
    env: EnvOption = None,
    color: ColorOption = "auto",
) -> None:
    """Show why a rule exists, what it looks for, and what to do."""
    from sqlgen.cli.common import project_folder
    from sqlgen.cli.highlight import page_text
    from sqlgen.lint.packs import rule_files
    from sqlgen.lint.page_texts import in_language
    from sqlgen.lint.pages import page as read_page
    from sqlgen.settings import load

    start = project_folder(project)
    settings = load(start)
    root = settings.source.parent if settings.source else start
    known = {file.id: file for file in rule_files(settings.rules, root)}
    file = known.get(rule.replace("_", "-"))
    if file is None:
        close = difflib.get_close_matches(rule, known, 1)
        raise UsageError(
            say("there is no rule {rule}", rule=rule),
            hint=say("Did you mean {close}?", close=close[0]) if close else say("See sqlgen rules for all of them."),
        )
    settle(settings)
    page = in_language(read_page(file))
    environment = settings.environment(env)
    holds = row(page, settings, environment)
    paint = painter(color, sys.stdout)
    lines = [
        f"{paint('bold', page.id)} ({holds.severity}, {page.harm}, {decides(holds)})",
        "",
        f"{page.title}{say('.')}",
        "",
        page_text(page.text, paint),
        "",
        f"{say('What to do')}{say(': ')}{page.help}",
    ]
    if page.options:
        lines += ["", f"{say('Options')} ([tool.sqlgen.rule.{page.id}]){say(':')}"]
        given = dict(own.options) if (own := settings.rules_for(environment).get(page.id)) else {}
        for option in page.options:
            value = option.default
            if option.name in given:
                value = f"{given[option.name]!r} ({say('{default} unless set', default=option.default)})"
            lines.append(f"  {option.name} = {value}  {option.text}".rstrip())
    dialects = str(say("every dialect")) if page.dialects == ("*",) else ", ".join(page.dialects)
    lines += ["", f"{say('Dialects')}{say(': ')}{dialects}", f"{say('Since')}{say(': ')}{page.since}"]
    if page.sources:
        lines += ["", f"{say('Sources')}{say(':')}", *(f"- {source}" for source in page.sources)]
    data("\n".join(lines) + "\n")
