"""Rules' pages in, what SARIF says of a rule out: a reportingDescriptor for each rule that has spoken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import Any

from sqlgen.errors import SettingsError
from sqlgen.lint.packs import rule_files
from sqlgen.lint.page_texts import in_language
from sqlgen.lint.pages import Page, page
from sqlgen.messages import say
from sqlgen.review.report import Entry, Part

_LONGEST = 1024
"""Characters of a description; more is cut by GitHub (SARIF support for code scanning, reportingDescriptor)."""
_TAGS = 10
"""GitHub shows as many of a rule, and refuses a file with more than 20."""
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}


def descriptors(parts: Iterable[Part], entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Of the rules of these entries, sorted by id. All the rules there are would be half a megabyte in each run."""
    first = {entry.rule: entry for entry in reversed(entries)}
    pages: dict[str, Page] = {}
    for pack, folder in dict.fromkeys((pack, part.folder) for part in parts for pack in part.packs):
        pages |= _pages(pack, folder, first.keys() - pages.keys())
    return [_of_page(pages[rule]) if rule in pages else _without_page(entry) for rule, entry in sorted(first.items())]


def _pages(pack: str, folder: Path, wanted: Set[str]) -> dict[str, Page]:
    """Where settings of a folder above name a pack, it may not be found from here: then its rules have no page."""
    try:
        return {file.id: in_language(page(file)) for file in rule_files((pack,), folder) if file.id in wanted}
    except SettingsError:
        return {}


def _of_page(page: Page) -> dict[str, Any]:
    paragraph = page.text.partition("\n\n")[0]
    whole = page.title if paragraph.startswith("```") or not paragraph else " ".join(paragraph.split())
    todo = f"{say('What to do')}{say(': ')}{page.help}"
    dialects = [each for each in page.dialects if each != "*"]
    return {
        **_named(page.id, page.title, whole),
        "help": {
            "text": f"{page.title}{say('.')}\n\n{todo}",
            "markdown": f"{page.title}{say('.')}\n\n{_markdown(page.text)}\n\n{todo}\n",
        },
        **_rated(page.severity, [page.harm, *dialects]),
    }


def _without_page(entry: Entry) -> dict[str, Any]:
    """What is incomplete or failed is no rule's; and a rule's file may have gone."""
    title = {
        "incomplete": say("A revision can't be rendered, or not wholly, so nothing is known of what is missing"),
        "failed": say("A project could not be checked"),
    }.get(entry.kind, say("The rule {id}", id=entry.rule))
    help = {"text": entry.help or str(title), "markdown": entry.help or str(title)}
    level = "error" if entry.kind != "finding" else entry.severity.label
    return {**_named(entry.rule, str(title), str(title)), "help": help, **_rated(level, [])}


def _named(id: str, title: str, text: str) -> dict[str, Any]:
    """The name is the id as an identifier; where that would say the same, SARIF wants none [3.49.7]."""
    name = "".join(word.capitalize() for word in id.split("-"))
    return {
        "id": id,
        **({"name": name} if name != id.capitalize() else {}),
        "shortDescription": {"text": f"{title}{say('.')}"[:_LONGEST]},
        "fullDescription": {"text": text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"},
    }


def _rated(severity: str, tags: list[str]) -> dict[str, Any]:
    return {
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": tags[:_TAGS], "precision": "high", "problem.severity": _PROBLEMS[severity]},
    }


def _markdown(text: str) -> str:
    """The page, with what an example is for above it: of what opens a block, readers see the language alone."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        words = line.removeprefix("```").split() if line.startswith("```") and not inside else []
        if len(words) > 1:
            on = ", ".join(word for word in words[2:] if "=" not in word)
            label = {"bad": say("bad"), "good": say("good"), "before": say("before")}[words[1]]
            lines += [
                f"{label}{say(' ({what})', what=on)}{say(':')}" if on else f"{label}{say(':')}",
                "",
                f"```{words[0]}",
            ]
        else:
            lines.append(line)
        inside ^= line.startswith("```")
    return "\n".join(lines)
