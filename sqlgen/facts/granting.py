"""GRANT, DENY and REVOKE as SQL Server and Oracle write them, and what MySQL writes like them: a cursor in, a fact out.

Sources: Transact-SQL reference, GRANT, DENY, REVOKE; Oracle Database SQL Language Reference, GRANT, REVOKE.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Grant
from sqlgen.statements.model import TokenKind

__all__ = ["grant", "privileges", "squeezed"]


def grant(cursor: Cursor, to_end: Callable[[Cursor], object]) -> Grant:
    """GRANT, DENY or REVOKE from its first word; `to_end` goes to where the next statement begins."""
    start = cursor.number
    cursor.skip()
    for phrase in (("GRANT", "OPTION", "FOR"), ("ADMIN", "OPTION", "FOR")):
        cursor.take(*phrase)
    granted = privileges(cursor, ("ON", "TO", "FROM"))
    on = None
    if cursor.take("ON"):
        begin = cursor.number
        cursor.skip_to(("TO", "FROM"))
        on = squeezed(cursor, begin)
    if not cursor.take_any(("TO", "FROM")):
        raise cursor.unread()
    to = _list(cursor, ("WITH", "AS", "CASCADE", "IDENTIFIED", "FORCE", "CONTAINER"), to_end)
    option = cursor.take("WITH") and bool(cursor.take_any(("GRANT", "ADMIN", "HIERARCHY", "DELEGATE")))
    cursor.take("OPTION")
    to_end(cursor)
    return Grant(squeezed(cursor, start).lower(), granted, on, to, option)


def privileges(cursor: Cursor, stops: tuple[str, ...]) -> tuple[str, ...]:
    """select, insert (a, b), all privileges, r: each once, in lower case and without its columns."""
    names = (name.lower().partition("(")[0].strip() for name in _list(cursor, stops))
    return tuple(dict.fromkeys("all" if name == "all privileges" else name for name in names))


def squeezed(cursor: Cursor, start: int) -> str:
    """What was read since a token, with one space where there was any."""
    return " ".join(cursor.slice(start).split())


def _list(cursor: Cursor, stops: tuple[str, ...], to_end: Callable[[Cursor], object] | None = None) -> tuple[str, ...]:
    """Names with a comma between them, each as many words as it has; columns in parentheses belong to their word."""
    found, ends = [], (*stops, ",", ")")
    while True:
        start = cursor.number
        while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR and cursor.word() not in ends:
            if cursor.at("("):
                cursor.group()
            elif to_end is not None and cursor.number > start and not cursor.at(".") and cursor.word(-1) != ".":
                break  # who gets it is one name: what follows it is another statement
            else:
                cursor.skip()
        name = squeezed(cursor, start)
        if name:
            found.append("public" if name.upper() == "PUBLIC" else name.strip('[]"'))
        if not cursor.take(","):
            return tuple(found)
