"""A rule's page in; its texts, one by one, and the page in the language that is spoken, out.

A text is what a translator sees: a title, a paragraph between blank lines, the note of an option. Examples are code,
and the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlgen.lint.pages import Page
from sqlgen.messages import ENGLISH, spoken, translated

_FENCE = "```"
_LISTED = re.compile(r"(?:[-*]|\d+[.)]) ")


def texts(page: Page) -> Iterator[str]:
    """All there is to translate of a page, but for its help, which is a message."""
    yield page.title
    yield from (text for text, code in _blocks(page.text) if not code)
    yield from (option.text for option in page.options if option.text)
    yield from (source for source in page.sources if not source.startswith("https://"))


def in_language(page: Page) -> Page:
    """The page as it reads in the language that is spoken."""
    if spoken() == ENGLISH:
        return page
    return replace(
        page,
        title=translated(page.title, "pages"),
        text="\n\n".join(text if code else translated(text, "pages") for text, code in _blocks(page.text)),
        help=translated(page.help),
        sources=tuple(translated(source, "pages") for source in page.sources),
        options=tuple(replace(option, text=translated(option.text, "pages")) for option in page.options),
    )


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """What stands between blank lines, and whether it is a fenced example, which may hold blank lines."""
    block: list[str] = []
    inside = False
    for line in (*text.split("\n"), ""):
        if inside:
            block.append(line)
            if line.startswith(_FENCE):
                yield "\n".join(block), True
                block, inside = [], False
            continue
        if block and (not line.strip() or line.startswith(_FENCE)):
            yield _text(block), False
            block = []
        if line.startswith(_FENCE):
            inside = True
        if line.strip():
            block.append(line)


def _text(lines: list[str]) -> str:
    """Lines of a paragraph are one; those of a list, or indented ones, stay what they are."""
    plain = not any(_LISTED.match(line) or line.startswith(" ") for line in lines)
    return (" " if plain else "\n").join(lines)
