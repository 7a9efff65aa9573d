"""Indexes of Oracle: a cursor in, facts out.

Source: Oracle Database SQL Language Reference, CREATE INDEX, ALTER INDEX, DROP INDEX.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.keys import index_parts
from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import CreateIndex, DropIndex, Fact, Maintain, RenameObject
from sqlgen.statements.model import TokenKind

__all__ = ["alter_index", "create_index", "drop_index"]


def create_index(cursor: Cursor) -> Iterator[CreateIndex] | None:
    """CREATE … INDEX, from behind the word CREATE; None, and the cursor where it was, when it is none."""
    start = cursor.number
    kind = cursor.take_any(("UNIQUE", "BITMAP", "MULTIVALUE"))
    if not cursor.take("INDEX"):
        cursor.number = start
        return None
    return _create_index(cursor, kind)


def _create_index(cursor: Cursor, kind: str) -> Iterator[CreateIndex]:
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    name = cursor.name().name
    cursor.expect("ON")
    cursor.take("CLUSTER")
    table = cursor.name()
    if cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED):  # an alias
        cursor.identifier()
    columns, parts = index_parts(cursor) if cursor.at("(") else ((), ())
    settings = dict(_index_settings(cursor))
    method = settings.pop("indextype", None) or ("" if kind == "UNIQUE" else kind.lower()) or None
    online = settings.pop("online", None) is not None
    yield CreateIndex(
        name,
        table,
        columns,
        kind == "UNIQUE",
        if_not_exists=if_not_exists,
        method=method,
        parts=parts,
        settings=tuple(settings.items()),
        online=online,
    )


_FLAGS = words("""
    ONLINE LOCAL REVERSE NOLOGGING LOGGING NOPARALLEL INVISIBLE VISIBLE UNUSABLE NOSORT SORT NOCOMPRESS GLOBAL USABLE
    """)
_VALUED = words("TABLESPACE PCTFREE INITRANS MAXTRANS PARALLEL COMPRESS")


def _index_settings(cursor: Cursor) -> Iterator[tuple[str, str]]:
    """ONLINE LOCAL TABLESPACE x PARALLEL 4 …: names in lower case, values as written, "on" where there is none."""
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        if cursor.take("INDEXTYPE", "IS"):
            yield "indextype", str(cursor.name())
        elif cursor.at("GLOBAL", "PARTITION") or cursor.at("PARAMETERS") or cursor.at("LOCAL", "("):
            cursor.skip_to(("ONLINE", "TABLESPACE", "PARALLEL", ";"))
        elif cursor.take("COMPUTE", "STATISTICS") or cursor.take("INDEXING"):
            cursor.take_any(("FULL", "PARTIAL"))
        elif cursor.take("STORAGE"):
            cursor.group()
        elif word := cursor.take_any(_FLAGS):
            yield word.lower(), "on"
        elif word := cursor.take_any(_VALUED):
            cursor.take("ADVANCED")
            valued = word == "TABLESPACE" or cursor.kind() is TokenKind.NUMBER or cursor.word() in ("LOW", "HIGH")
            yield word.lower(), cursor.skip() if valued else "on"
        else:
            raise cursor.unread()


def drop_index(cursor: Cursor) -> DropIndex:
    if_exists = cursor.take("IF", "EXISTS")
    name = cursor.name()
    online = cursor.take("ONLINE")
    cursor.take("FORCE")
    _invalidation(cursor)
    return DropIndex(name, None, if_exists, online=online)


def _invalidation(cursor: Cursor) -> None:
    cursor.take("DEFERRED", "INVALIDATION") or cursor.take("IMMEDIATE", "INVALIDATION")


def alter_index(cursor: Cursor) -> Fact:
    """ALTER INDEX, from behind the word INDEX."""
    cursor.take("IF", "EXISTS")
    name = cursor.name()
    if cursor.take("RENAME", "TO"):
        return RenameObject("index", name, cursor.identifier())
    start = cursor.number
    online = cursor.finds(("ONLINE",))
    cursor.end_statement()
    return Maintain(f"ALTER INDEX {' '.join(cursor.slice(start).upper().split())}", name, concurrently=online)
