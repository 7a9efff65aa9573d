"""Pieces of a Markdown page: headings, tables, lists, places. What goes in is text of any origin, or told already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from sqlgen.markdown import code, fenced, prose
from sqlgen.messages import Message
from sqlgen.review.document import model
from sqlgen.review.document.labels import DASH


def heading(text: Message | str, level: int = 2) -> Iterator[str]:
    yield ""
    yield f"{'#' * level} {text}"
    yield ""


def paragraph(text: str) -> Iterator[str]:
    """A sentence of the document, and an empty line; nothing where it is empty."""
    if told := prose(text, in_table=False):
        yield told
        yield ""


def table(head: Sequence[Message | str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Cells are Markdown already. Nothing where there are no rows."""
    told = [*rows]
    if not told:
        return
    yield f"| {' | '.join(map(str, head))} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(map(str, row))} |" for row in told)
    yield ""


def items(lines: Iterable[str]) -> Iterator[str]:
    """A list, and an empty line; nothing where it is empty."""
    told = [f"- {line}" for line in lines]
    if told:
        yield from told
        yield ""


def names(found: Iterable[str]) -> str:
    """Of a table cell."""
    return ", ".join(map(code, found)) or DASH


def place(at: model.Place | None, *, in_table: bool = False) -> str:
    """`file:line`, with a link to the commit where its address is one of a web server; nothing without a file."""
    if at is None:
        return ""
    shown = code(at.file if at.line is None else f"{at.file}:{at.line}", in_table=in_table)
    if at.address is None:
        return shown
    return f"[{shown}]({quote(at.address, safe='/:?#@!$+,;=%&').replace('&', '&amp;')})"


def block(text: str, language: str = "", indent: str = "") -> Iterator[str]:
    """A code block with an empty line around it; one piece, so that its own empty lines stay."""
    yield ""
    yield "\n".join(f"{indent}{line}" if line else "" for line in fenced(text, language))
    yield ""
