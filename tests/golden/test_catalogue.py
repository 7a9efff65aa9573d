"""rules/README.md is what the pages say. `make golden` writes it anew."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

from sqlgen.lint.pages import Page, pages

README = Path("rules/README.md")
HEAD = (
    "# The standard rules\n\n"
    "{count} rules, by kind of harm. One rule is one file: its name is the rule's id, its docstring is its page, the "
    "examples of the page are its tests. `sqlgen explain RULE` shows the page, `sqlgen rules` what holds in a project."
    "\n\n"
    "The preset `default` is about safety, with little noise; `strict` turns on all but what is a team's own policy. "
    "Severity and options are set in `[tool.sqlgen.rule.ID]`, and per environment in `[tool.sqlgen.env.NAME.rule.ID]`."
    "\n\n"
    "This file is written from the pages (`make golden`).\n"
)


def catalogue() -> str:
    """The catalogue as Markdown: a table for each kind of harm."""
    read = pages(["standard"], Path())
    parts = [HEAD.format(count=len(read))]
    for harm, group in groupby(read, key=lambda page: page.harm):
        rows = ["| rule | says | severity | preset | dialects |", "| --- | --- | --- | --- | --- |"]
        parts.append("\n".join([f"## {harm}", "", *rows, *map(_row, group)]) + "\n")
    return "\n".join(parts)


def _row(page: Page) -> str:
    preset = "default" if page.default else "strict" if page.strict else "–"
    dialects = "all" if page.dialects == ("*",) else ", ".join(page.dialects)
    path = page.name.removeprefix("standard/")
    title = page.title.replace("|", "\\|")
    return f"| [{page.id}]({path}) | {title} | {page.severity} | {preset} | {dialects} |"


def test_the_catalogue_is_what_the_pages_say() -> None:
    expected = catalogue()
    if os.environ.get("SQLGEN_WRITE_GOLDEN"):
        README.write_text(expected, encoding="utf-8")

    assert README.read_text(encoding="utf-8") == expected, "make golden writes it anew"
