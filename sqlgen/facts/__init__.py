"""Statement in, facts out: what one SQL statement does, in a closed vocabulary.

Each dialect has its reader, loaded when the first statement of that dialect is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from sqlgen.facts.vocabulary import Fact, Opaque
from sqlgen.messages import Message, say
from sqlgen.statements.model import Statement, TokenKind

__all__ = ["read"]


def read(statement: Statement, dialect: str) -> tuple[Fact, ...]:
    """What the statement does, in its own order. Never raises, never returns nothing.

    What can't be read is `Opaque` with the reason, beside the facts that could be read. Names are folded as the engine
    folds them, `public`, `main` and `dbo` are left out.
    """
    if (why := _broken(statement)) is not None:
        return (Opaque(why),)
    return _reader(dialect)(statement)


@cache
def _reader(dialect: str) -> Callable[[Statement], tuple[Fact, ...]]:
    """The dialect's reader, loaded when it is first needed."""
    match dialect:
        case "postgresql":
            from sqlgen.facts import postgresql

            return postgresql.read
        case "mysql" | "mariadb":
            from sqlgen.facts import mysql

            return partial(mysql.read, dialect=dialect)
        case "sqlite":
            from sqlgen.facts import sqlite

            return sqlite.read
        case "mssql":
            from sqlgen.facts import mssql

            return mssql.read
        case "oracle":
            from sqlgen.facts import oracle

            return oracle.read
        case _:
            unknown = (Opaque(say("sqlgen has no reader for the dialect {dialect}", dialect=dialect)),)
            return lambda statement: unknown


def _broken(statement: Statement) -> Message | None:
    """Why no reader should look at a statement: clients and servers do not agree on where such a text ends."""
    if "\0" in statement.text:
        return say("it holds a NUL character, at which clients and parsers stop reading")
    last = statement.tokens[-1] if statement.tokens else None  # what is not closed goes on to the end of the text
    if last is None or last.kind is not TokenKind.UNCLOSED:
        return None
    line = statement.text.count("\n", 0, len(statement.text) - len(last.text)) + 1
    if "\n" in statement.text:
        return say("a quote or a comment in it is not closed: it opens in line {line} of it", line=line)
    return say("a quote or a comment in it is not closed")
