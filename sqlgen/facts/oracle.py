"""Oracle statements in, facts out, by a reader over our own tokens.

Names are spelled as SQLAlchemy spells them: `facts.reader.folded`. Source: Oracle Database SQL Language Reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts import oracle_indexes as indexes
from sqlgen.facts import oracle_tables as tables
from sqlgen.facts.oracle_blocks import block
from sqlgen.facts.oracle_data import change
from sqlgen.facts.oracle_objects import alter_object, comment, create_object, drop_object, truncate
from sqlgen.facts.oracle_session import session, transaction
from sqlgen.facts.reader import Cursor, Unread, read_whole
from sqlgen.facts.vocabulary import DropTable, Fact, Name, Opaque, RenameTable
from sqlgen.messages import say
from sqlgen.statements.model import Statement, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["read"]

_DEEPEST = 20
"""How deep literals that are run as SQL may stand in one another, before the reader gives up."""


def read(statement: Statement) -> tuple[Fact, ...]:
    """What an Oracle statement, or a PL/SQL block, does. Never raises, never returns nothing."""
    return _read(statement, 0)


def _read(statement: Statement, depth: int) -> tuple[Fact, ...]:
    kinds = {token.kind for token in statement.tokens}
    if TokenKind.UNCLOSED in kinds:
        return (Opaque(say("a quote or a comment in it is not closed")),)
    if TokenKind.CLIENT in kinds:
        return (Opaque(say("it holds a command for SQL*Plus")),)
    if depth > _DEEPEST:
        return (Opaque(say("it stands too deep in other statements")),)
    cursor = Cursor(statement, "oracle")
    if cursor.done():
        return (Opaque(say("there is no statement in it")),)
    if cursor.word() in ("BEGIN", "DECLARE", "<<"):
        return tuple(_block(cursor, depth))
    return read_whole(cursor, _statement) or (Opaque(say("it says nothing of what it is to do")),)


def _block(cursor: Cursor, depth: int) -> Iterator[Fact]:
    try:
        yield from block(cursor, lambda text: _inner(text, depth + 1))
    except Unread as unread:
        yield Opaque(unread.reason)


def _inner(text: str, depth: int) -> tuple[Fact, ...]:
    """The facts of a statement that stands in a block, or in a literal there."""
    return _read(Statement("", text, "", scan(text, "oracle"), 0, 1, 1), depth)


def _statement(cursor: Cursor) -> Iterator[Fact]:
    if (fact := transaction(cursor)) is not None:
        yield fact
        return
    match cursor.word():
        case "CREATE":
            cursor.skip()
            yield from _create(cursor)
        case "ALTER":
            cursor.skip()
            yield from _alter(cursor)
        case "DROP":
            cursor.skip()
            yield _drop(cursor)
        case "RENAME":
            cursor.skip()
            old = cursor.name()
            cursor.expect("TO")
            yield RenameTable(old, Name(cursor.identifier(), old.schema))
        case "COMMENT":
            cursor.skip()
            yield comment(cursor)
        case "TRUNCATE":
            cursor.skip()
            yield truncate(cursor)
        case _:
            facts = tuple(change(cursor)) or tuple(session(cursor))
            if not facts:
                raise cursor.unread()
            yield from facts


_TEMPORARY = (("GLOBAL", "TEMPORARY"), ("PRIVATE", "TEMPORARY"))
_TABLES = (("SHARDED",), ("DUPLICATED",), ("IMMUTABLE",), ("BLOCKCHAIN",), ("IMMUTABLE", "BLOCKCHAIN"))


def _create(cursor: Cursor) -> Iterator[Fact]:
    start = cursor.number
    temporary = any(cursor.take(*phrase) for phrase in _TEMPORARY)
    if not temporary:
        any(cursor.take(*phrase) for phrase in _TABLES)
    if cursor.take("TABLE"):
        yield from tables.create(cursor, temporary)
        return
    cursor.number = start
    index = indexes.create_index(cursor)
    if index is None:
        yield from create_object(cursor)
    else:
        yield from index


def _alter(cursor: Cursor) -> Iterator[Fact]:
    if cursor.take("TABLE"):
        yield from tables.alter(cursor)
    elif cursor.take("INDEX"):
        yield indexes.alter_index(cursor)
    else:
        yield from alter_object(cursor)


def _drop(cursor: Cursor) -> Fact:
    if cursor.take("TABLE"):
        if_exists = cursor.take("IF", "EXISTS")
        name = cursor.name()
        cascade = cursor.take("CASCADE", "CONSTRAINTS")
        cursor.take("PURGE")
        return DropTable(name, if_exists, cascade)
    if cursor.take("INDEX"):
        return indexes.drop_index(cursor)
    return drop_object(cursor)
