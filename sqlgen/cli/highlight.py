"""A rule's page in, the same text for a terminal out: examples indented, labelled and coloured."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Callable, Iterator

from sqlgen.cli.help import wrapped
from sqlgen.errors import say
from sqlgen.messages import cells
from sqlgen.review.inks import inks

Paint = Callable[[str, str], str]
"""(style, text) → text."""


def page_text(text: str, paint: Paint) -> str:
    """Fenced blocks become indented ones: what a block is for stands above it, in words and colour."""
    lines: list[str] = []
    block: list[str] = []
    words: list[str] | None = None
    for line in text.splitlines():
        if line.startswith("```") and words is None:
            words, block = line[3:].split(), []
        elif line.startswith("```") and words is not None:
            lines += _block(words, "\n".join(block), paint)
            words = None
        elif words is not None:
            block.append(line)
        else:
            lines += _prose(line)
    return "\n".join(lines)


def _prose(line: str) -> list[str]:
    """A line as it is; a paragraph that is one line, as a translator has it, cut to lines."""
    if cells(line) <= _WIDTH:
        return [line]
    hang = " " * len(line[: len(line) - len(line.lstrip(" -*"))])
    first, *more = wrapped(line, _WIDTH - len(hang))
    return [first, *(hang + each for each in more)]


_WIDTH = 120
"""Cells, as wide as pages are written."""


def _block(words: list[str], code: str, paint: Paint) -> Iterator[str]:
    language, verdict, dialects = words[0] if words else "", words[1] if len(words) > 1 else "", words[2:]
    if verdict:
        style, label = {
            "bad": ("error", say("bad")),
            "good": ("good", say("good")),
            "before": ("dim", say("before it") if language == "sql" else say("with these models")),
        }[verdict]
        on = f"({', '.join(dialects)})"
        yield f"  {paint(style, str(label))} {paint('dim', on)}" if dialects else f"  {paint(style, str(label))}"
    match language:
        case "python":
            coloured = python(code, paint)
        case "history":
            coloured = history(code, paint)
        case _:
            coloured = sql(code, dialects[0] if dialects else "", paint)
    yield from (f"    {line}" if line else "" for line in coloured.split("\n"))


def sql(code: str, dialect: str, paint: Paint) -> str:
    """As the review shows it."""
    styles = {"word": "bold", "literal": "good", "comment": "dim"}
    return "".join(text if ink is None else _lines(styles[ink], text, paint) for ink, text in inks(code, dialect))


def python(code: str, paint: Paint) -> str:
    """Keywords, strings and comments; the code as it is where it can't be cut into tokens."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return code
    lines = code.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    parts, end = [], 0
    for token in tokens:
        style = {tokenize.STRING: "good", tokenize.COMMENT: "dim"}.get(token.type)
        if token.type == tokenize.NAME and keyword.iskeyword(token.string):
            style = "bold"
        if style is not None:
            first = starts[token.start[0] - 1] + token.start[1]
            parts += [code[end:first], _lines(style, token.string, paint)]
            end = first + len(token.string)
    return "".join((*parts, code[end:]))


def history(code: str, paint: Paint) -> str:
    """What each line tells of, and comments."""
    lines = []
    for line in code.split("\n"):
        told, mark, comment = line.partition("#")
        key, colon, value = told.partition(":")
        shown = (paint("bold", f"{key}:") if colon else key) + value
        lines.append(shown + (paint("dim", f"#{comment}") if mark else ""))
    return "\n".join(lines)


def _lines(style: str, text: str, paint: Paint) -> str:
    """Each line for itself, so that what is indented stays so."""
    return "\n".join(paint(style, line) if line else "" for line in text.split("\n"))
