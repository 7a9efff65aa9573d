"""A place in a source file in, the lines to show of it out: its code frame, with the call marked.

    24 |     op.drop_column("users", "email")
       |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

Marks stand under what they mark on a terminal: tabs are expanded, and wide characters count as the two cells they take.
Nothing is kept that moves the cursor, hides or reorders text.
"""

from __future__ import annotations

import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from sqlgen.messages import cells, visible

_LINES = 6
"""Lines of a frame, the one of the gap among them."""
WIDTH = 110
"""Cells of a line where nothing else is said: with the gutter before it, it does not wrap on 120."""
_BEFORE = 20
"""Characters shown before a call that begins far to the right."""
_TAB = 4
_GAP = "..."  # in ASCII: how wide an ellipsis is, terminals in China and elsewhere do not agree


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a frame."""

    number: int | None
    """None: a row of marks, or the gap."""
    mark: str = ""
    """What is painted in the colour of the finding: the margin of a call over many lines, or carets."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The source files that a report shows, each read once."""

    _read: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def lines(self, path: Path) -> tuple[str, ...]:
        """A file's lines as Python and databases count them; nothing where it can't be read."""
        if path not in self._read:
            self._read[path] = _lines(path)
        return self._read[path]


def _lines(path: Path) -> tuple[str, ...]:
    try:
        if path.suffix == ".py":
            with tokenize.open(path) as file:  # by its coding cookie: old revisions may be GBK
                return tuple(file.read().split("\n"))
        return tuple(line.removesuffix("\r") for line in path.read_bytes().decode("utf-8-sig").split("\n"))
    except (OSError, SyntaxError, ValueError):  # ValueError: not in its encoding, or no file's name
        return ()


def frame(
    lines: Sequence[str],
    line: int,
    end_line: int | None = None,
    column: int | None = None,
    sql: str | None = None,
    *,
    width: int = WIDTH,
) -> tuple[Row, ...]:
    """The frame of a call, or, with `sql`, of a statement in an SQL file. Lines and columns from 1, columns in
    characters; at most `width` cells wide, gutter aside. Nothing where the file has no such line."""
    if not 0 < line <= len(lines):
        return ()
    last = min(max(end_line or line, line), len(lines))
    if last > line:
        return tuple(_many(lines, line, last, sql, width - 2))
    return tuple(_one(lines[line - 1], line, column, sql, width))


def _one(text: str, line: int, column: int | None, sql: str | None, width: int) -> Iterator[Row]:
    start = (column or 1) - 1
    end = _statement_end(text, start, sql) if sql else _call_end(text, start)
    for cut in (0, max(start - _BEFORE, 0), start):
        upto = cut + width + 1
        left = f"{_GAP if cut else ''}{text[cut : min(start, upto)]}"
        before, marked, after = _shown(left, text[start : min(end, upto)], text[end:upto])
        indent, whole = cells(before), before + marked + after
        if indent <= width // 2 or cells(whole) <= width:
            break
    shown = _clip(whole, width)
    yield Row(line, text=shown)
    if column is not None and marked.strip():
        yield Row(None, mark=" " * indent + "^" * max(1, min(cells(marked), cells(shown) - indent)))


def _many(lines: Sequence[str], line: int, last: int, sql: str | None, width: int) -> Iterator[Row]:
    count = last - line + 1
    numbers: list[int | None] = list(range(line, last + 1))
    if count > _LINES:
        numbers = [*range(line, line + _LINES - 2), None, last]
    for number in numbers:
        if number is None:
            yield Row(None, mark="| ", text=_GAP)
        else:
            text = lines[number - 1][: width + 1]
            yield Row(number, mark="/ " if number == line else "| ", text=_clip(_shown(text)[0], width))
    end = lines[last - 1]
    end = end[: _statement_end(end, 0, sql.rsplit("\n", 1)[-1])] if sql else end
    under = min(cells(_shown(end.rstrip()[: width + 1])[0]), width)
    yield Row(None, mark=f"|{'_' * max(under, 1)}^")


def _call_end(text: str, start: int) -> int:
    """Where the call that begins at `start` ends on its line; else where the code does, without its comment."""
    depth = end = closed = 0
    try:
        for token in tokenize.generate_tokens(StringIO(text[start:]).readline):
            if closed and token.string not in (".", "(", "["):
                return start + closed
            if token.type in (tokenize.COMMENT, tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER):
                break
            end, closed = token.end[1], 0
            if token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
                closed = end if depth == 0 and token.string == ")" else 0
    except (tokenize.TokenError, SyntaxError, ValueError):  # it goes on below, or Python (3.12) can't cut it
        return len(text.rstrip())
    return start + end if end else len(text.rstrip())


def _statement_end(text: str, start: int, sql: str | None) -> int:
    if sql and text.startswith(sql, start):
        return start + len(sql)
    return len(text.rstrip())


def _shown(*parts: str) -> tuple[str, ...]:
    """Pieces of one line as a terminal shows them: tabs expanded, over all pieces, and nothing invisible."""
    shown, at = [], 0
    for part in parts:
        out = []
        for char in part if "\t" in part or not part.isprintable() else (part,):
            piece = " " * (_TAB - at % _TAB) if char == "\t" else visible(char)
            at += cells(piece)
            out.append(piece)
        shown.append("".join(out))
    return tuple(shown)


def _clip(text: str, width: int) -> str:
    """As much as fits; `...` says that there is more."""
    if cells(text) <= width:
        return text.rstrip()
    used = 0
    for index, char in enumerate(text):
        used += cells(char)
        if used > width - len(_GAP):
            return text[:index] + _GAP
    return text
