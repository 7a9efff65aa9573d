"""What bounds an UPDATE or a DELETE, and what guards an INSERT, for the readers over our own tokens.

Conservative in what it calls always true: a condition of which it is not sure restricts the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.reader import Cursor
from sqlgen.statements.model import TokenKind

__all__ = ["Bounds", "bounds", "is_guarded", "restricts"]

_ENDS = ("ORDER", "LIMIT", "RETURNING", "OUTPUT", "OPTION", "FETCH", "LOG")
_LONGEST = 40
"""Tokens of a condition that is looked at for whether it is always true. Nobody writes `1 = 1` in more."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What stands behind SET or the tables of a DELETE."""

    where: bool
    """Whether a WHERE that is not always true, or a LIMIT, restricts the rows."""
    condition: str | None
    limited: bool


def bounds(cursor: Cursor) -> Bounds:
    """Read from the cursor on, up to the end of the statement; the cursor stays where it is."""
    level, end = _level(cursor)
    start: int | None = None
    stop, limited = end, _takes_keys_of_a_limited_query(cursor)
    for number in level:
        word = _word(cursor, number)
        limited = limited or word == "LIMIT"
        if word == "WHERE" and start is None:
            start = number + 1
        elif word in _ENDS and start is not None and stop == end:
            stop = number
    if start is None or start >= stop:
        return Bounds(limited, None, limited)
    restricted = restricts(cursor, start, stop)
    return Bounds(restricted or limited, " ".join(cursor.slice(start, stop).split()), limited)


def restricts(cursor: Cursor, start: int, stop: int) -> bool:
    """Whether the condition in these tokens is not one that always holds."""
    return stop - start > _LONGEST or _always(cursor, start, stop) is not True


def is_guarded(cursor: Cursor) -> bool:
    """Whether what stands from the cursor on keeps an INSERT from failing, or doubling rows, when it runs again:
    ON CONFLICT, ON DUPLICATE KEY, WHERE NOT EXISTS (…), NOT IN (SELECT …), EXCEPT, MINUS."""
    said = [_word(cursor, number) for number in _level(cursor)[0]]
    for here, after in zip(said, [*said[1:], ""], strict=False):
        if (here == "ON" and after in ("CONFLICT", "DUPLICATE")) or here in ("EXCEPT", "MINUS"):
            return True
        if here == "NOT" and after in ("EXISTS", "IN"):
            return True
    return False


def _level(cursor: Cursor) -> tuple[list[int], int]:
    """The tokens at the cursor's level, with opening parentheses, and where the statement, or the level, ends."""
    found: list[int] = []
    depth = 0
    for number in range(cursor.number, len(cursor.tokens)):
        token = cursor.tokens[number]
        depth -= token.text == ")"
        if depth < 0 or (token.kind is TokenKind.TERMINATOR and depth == 0):
            return found, number
        if depth == 0 and token.text != ")":
            found.append(number)
        depth += token.text == "("
    return found, len(cursor.tokens)


_BEFORE_KEYS = ("IN", "JOIN", "FROM", "USING", ",", "AS", "UPDATE", "INTO")
_QUERIES = ("SELECT", "WITH", "(")


def _takes_keys_of_a_limited_query(cursor: Cursor) -> bool:
    """IN (SELECT … LIMIT n), JOIN (SELECT … LIMIT n), WITH q AS (SELECT … LIMIT n), anywhere in the statement."""
    opened: list[bool] = []
    """Of each open parenthesis: whether it and those around it hold the query that gives the keys."""
    for number, token in enumerate(cursor.tokens):
        if token.text == "(":
            before = _word(cursor, number - 1) if number else ""
            gives = _word(cursor, number + 1) in _QUERIES and (before in _BEFORE_KEYS or before == "(")
            opened.append(gives and (not opened or opened[-1]))
        elif token.text == ")":
            if opened:
                opened.pop()
        elif opened and opened[-1] and _word(cursor, number) in ("LIMIT", "FETCH"):
            return True
    return False


# ---- conditions over constants


def _always(cursor: Cursor, start: int, stop: int) -> bool | None:
    """Whether the condition in these tokens holds whatever the row, or never does; None when it depends."""
    if any(_word(cursor, number) in ("BETWEEN", "CASE") for number in range(start, stop)):
        return None  # the AND of BETWEEN … AND … is no conjunction
    parts = _split(cursor, start, stop, "OR")
    if len(parts) > 1:
        found = [_always(cursor, *part) for part in parts]
        return True if True in found else None if None in found else False
    parts = _split(cursor, start, stop, "AND")
    if len(parts) > 1:
        found = [_always(cursor, *part) for part in parts]
        return False if False in found else None if None in found else True
    if _word(cursor, start) == "NOT":
        inside = _always(cursor, start + 1, stop)
        return None if inside is None else not inside
    if _word(cursor, start) == "(" and _close(cursor, start) == stop - 1:
        return _always(cursor, start + 1, stop - 1)
    return _compared(cursor, start, stop)


def _compared(cursor: Cursor, start: int, stop: int) -> bool | None:
    tokens = cursor.tokens[start:stop]
    words = tuple(_word(cursor, number) for number in range(start, stop))
    first, last = (tokens[0], tokens[-1]) if tokens else (None, None)
    if first is None or last is None:
        return None
    if len(tokens) == 1:
        if first.kind is TokenKind.NUMBER:
            return first.text.strip("0.") != "" if first.text.replace(".", "", 1).isdigit() else None
        return {"TRUE": True, "FALSE": False}.get(words[0])
    if words[1:] == ("IS", "NOT", "NULL") and first.kind in (TokenKind.NUMBER, TokenKind.STRING):
        return True
    if len(tokens) != 3 or first.kind is not last.kind or words[1] not in ("=", "==", "<>", "!="):
        return None
    equal = first.text == last.text
    if first.kind is TokenKind.NUMBER and (equal or (first.text.isdigit() and last.text.isdigit())):
        return (equal or int(first.text) == int(last.text)) == (words[1] in ("=", "=="))
    # By a collation 'a' may equal 'A', so only what is written alike is known to be equal.
    return words[1] in ("=", "==") if first.kind is TokenKind.STRING and equal else None


def _split(cursor: Cursor, start: int, stop: int, separator: str) -> list[tuple[int, int]]:
    parts, depth, first = [], 0, start
    for number in range(start, stop):
        text = cursor.tokens[number].text
        depth += (text == "(") - (text == ")")
        if depth == 0 and _word(cursor, number) == separator:
            parts.append((first, number))
            first = number + 1
    return [*parts, (first, stop)]


def _close(cursor: Cursor, start: int) -> int:
    depth = 0
    for number in range(start, len(cursor.tokens)):
        text = cursor.tokens[number].text
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return number
    return len(cursor.tokens)


def _word(cursor: Cursor, number: int) -> str:
    return cursor.word(number - cursor.number) if number < len(cursor.tokens) else ""
