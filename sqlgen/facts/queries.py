"""A query in, the tables and views that it reads from out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.reader import Cursor, Unread, words
from sqlgen.facts.vocabulary import Name
from sqlgen.statements.model import TokenKind

__all__ = ["sources"]

_QUERY = words("SELECT WITH VALUES")
_NEXT = words("FROM JOIN STRAIGHT_JOIN")
_ENDS = words(
    "WHERE GROUP ORDER HAVING LIMIT UNION EXCEPT INTERSECT MINUS WINDOW CONNECT START FETCH OFFSET FOR SELECT"
)
_NO_TABLE = words("LATERAL TABLE UNNEST ONLY XMLTABLE JSON_TABLE OPENJSON")


def sources(cursor: Cursor, start: int, stop: int) -> tuple[Name, ...] | None:
    """What stands behind FROM and JOIN between two tokens, each once; None where it can't be read.

    The names of WITH and the functions that give rows are left out. The cursor stays where it is.
    """
    here = cursor.number
    try:
        inner = set(_named_queries(cursor, start, stop))
        found = dict.fromkeys(_tables(cursor, start, stop))
        return tuple(name for name in found if name.schema is not None or name.name.lower() not in inner)
    except Unread:
        return None
    finally:
        cursor.number = here


def _named_queries(cursor: Cursor, start: int, stop: int) -> Iterator[str]:
    """WITH one AS (…), other (column, …) AS (…): their names in lower case."""
    opened: list[int] = []
    closed = -1
    for number in range(start, stop):
        cursor.number = number
        if cursor.at("("):
            opened.append(number)
        elif cursor.at(")") and opened:
            closed = opened.pop()
        elif cursor.at("AS") and cursor.word(1) in ("(", "MATERIALIZED", "NOT"):
            cursor.number = (closed if cursor.word(-1) == ")" else number) - 1
            if cursor.number >= start:
                yield cursor.identifier().lower()


def _tables(cursor: Cursor, start: int, stop: int) -> Iterator[Name]:
    reading = [False]
    """For each level of parentheses: whether a list of tables is read."""
    query = [True]
    cursor.number = start
    while cursor.number < stop:
        word = cursor.word()
        cursor.number += 1
        if word == "(":
            begins = cursor.word() in _QUERY or cursor.at("(")
            query.append(begins)
            reading.append(not begins and reading[-1] and cursor.word(-2) in (*_NEXT, ",", "("))
            if reading[-1]:
                yield from _table(cursor)
        elif word == ")" and len(reading) > 1:
            reading.pop()
            query.pop()
        elif word in _ENDS:
            reading[-1] = False
        elif (word == "," and reading[-1]) or (word in _NEXT and query[-1] and cursor.word(-2) != "DISTINCT"):
            reading[-1] = True
            yield from _table(cursor)
        elif word in ("JOIN", "STRAIGHT_JOIN") and reading[-1]:
            yield from _table(cursor)


def _table(cursor: Cursor) -> Iterator[Name]:
    """What stands here, where it is a table: the cursor goes past it."""
    cursor.take("ONLY")
    if cursor.at("(") or cursor.word() in _NO_TABLE or cursor.kind() not in (TokenKind.WORD, TokenKind.QUOTED):
        return
    name = cursor.name()
    if not cursor.at("("):
        yield name
