"""CREATE, ALTER and DROP of what is no table and no index, COMMENT and TRUNCATE of Oracle: a cursor in, facts out.

Source: Oracle Database SQL Language Reference, the statements of these names.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.oracle_session import parameters
from sqlgen.facts.queries import sources
from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import (
    AlterObject,
    CreateObject,
    Describe,
    DropObject,
    Fact,
    Name,
    Opaque,
    Truncate,
)
from sqlgen.messages import say

__all__ = ["alter_object", "comment", "create_object", "drop_object", "truncate"]

_STORED = ("procedure", "function", "package", "package body", "trigger", "type", "type body", "library")
_PHRASES = (
    *(("PACKAGE", "BODY"), ("TYPE", "BODY"), ("MATERIALIZED", "VIEW", "LOG"), ("MATERIALIZED", "VIEW")),
    *(("DATABASE", "LINK"), ("ROLLBACK", "SEGMENT"), ("PLUGGABLE", "DATABASE"), ("FLASHBACK", "ARCHIVE")),
    *(("ATTRIBUTE", "DIMENSION"), ("ANALYTIC", "VIEW"), ("AUDIT", "POLICY"), ("MINING", "MODEL"), ("JAVA", "SOURCE")),
    *(("JAVA", "CLASS"), ("JAVA", "RESOURCE"), ("PROPERTY", "GRAPH"), ("JSON", "RELATIONAL", "DUALITY", "VIEW")),
)
_OBJECTS = words("""
    PROCEDURE FUNCTION PACKAGE TRIGGER TYPE VIEW SEQUENCE SYNONYM USER ROLE DIRECTORY TABLESPACE PROFILE CONTEXT DOMAIN
    CLUSTER OPERATOR LIBRARY SCHEMA DATABASE OUTLINE DIMENSION HIERARCHY EDITION INDEXTYPE CONTROLFILE SPFILE PFILE
    RESTORE
    """)
_BEFORE = words("""
    EDITIONABLE NONEDITIONABLE EDITIONING FORCE NO PUBLIC SHARED BIGFILE SMALLFILE TEMPORARY UNDO AND RESOLVE COMPILE
    NOFORCE
    """)


def _kind(cursor: Cursor) -> str:
    """The kind of object in lower case words, past EDITIONABLE, FORCE, PUBLIC, …."""
    while cursor.take_any(_BEFORE):
        pass
    for phrase in _PHRASES:
        if cursor.take(*phrase):
            return " ".join(phrase).lower()
    word = cursor.take_any(_OBJECTS)
    if not word:
        raise cursor.unread()
    return word.lower()


def create_object(cursor: Cursor) -> Iterator[Fact]:
    """CREATE, from behind the word."""
    or_replace = cursor.take("OR", "REPLACE")
    kind = _kind(cursor)
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    if kind == "schema" and cursor.take("AUTHORIZATION"):  # it holds CREATE TABLE, CREATE VIEW and GRANT
        yield Opaque(
            say("CREATE SCHEMA AUTHORIZATION {name} runs several statements at once", name=cursor.identifier())
        )
        cursor.end_statement()
        return
    if kind == "materialized view log":
        cursor.expect("ON")
    if kind.startswith("java"):
        cursor.take("NAMED")
    name = cursor.name()
    table = name if kind == "materialized view log" else None
    options = _options(cursor) if kind in _STORED else ()
    start = cursor.number
    if kind == "trigger":
        cursor.skip_to(("ON",))
        cursor.expect("ON")
        if not cursor.take_any(("DATABASE", "SCHEMA", "PLUGGABLE")):
            table = cursor.name()
    if kind in _STORED:
        cursor.number = len(cursor.tokens)
    else:
        cursor.end_statement()
    reads = sources(cursor, start, cursor.number) if kind in ("view", "materialized view") else None
    yield CreateObject(kind, name, or_replace, if_not_exists, table, reads=reads, options=options)


def _options(cursor: Cursor) -> tuple[tuple[str, str], ...]:
    """AUTHID CURRENT_USER | DEFINER before the body; the cursor stays where it is."""
    start = cursor.number
    found: tuple[tuple[str, str], ...] = ()
    if cursor.skip_to(("AUTHID", "IS", "AS", "BEGIN")) == "AUTHID":
        cursor.skip()
        found = (("authid", cursor.skip().lower()),) if not cursor.done() else ()
    cursor.number = start
    return found


def alter_object(cursor: Cursor) -> Iterator[Fact]:
    """ALTER, from behind the word."""
    if cursor.take("SESSION"):
        yield from parameters(cursor, "")
        return
    if cursor.take("SYSTEM"):
        yield from parameters(cursor, "global.")
        return
    kind = _kind(cursor)
    cursor.take("IF", "EXISTS")
    if kind == "materialized view log":
        cursor.take("ON")
    name = cursor.name()
    start = cursor.number
    cursor.end_statement()
    yield AlterObject(kind, name, " ".join(cursor.slice(start).lower().split()))


def drop_object(cursor: Cursor) -> DropObject:
    """DROP, from behind the word."""
    kind = _kind(cursor)
    if_exists = cursor.take("IF", "EXISTS")
    on = kind == "materialized view log" and cursor.take("ON")
    name = cursor.name()
    cascade = cursor.finds(("CASCADE", "INCLUDING"))
    cursor.end_statement()
    return DropObject(kind, name, if_exists, cascade, name if on else None)


def comment(cursor: Cursor) -> Describe:
    """COMMENT, from behind the word: ON TABLE t | COLUMN t.c | … IS 'text'. The empty text drops it."""
    cursor.expect("ON")
    start = cursor.number
    while cursor.word(1) not in ("IS", ".") and not cursor.done():
        cursor.skip()
    kind = " ".join(cursor.slice(start).lower().split())
    parts = [cursor.identifier()]
    while cursor.take("."):
        parts.append(cursor.identifier())
    cursor.expect("IS")
    text = cursor.string() or None
    schema = parts[-2] if len(parts) > 1 else None
    if kind != "column":
        return Describe(kind, Name(parts[-1], schema), text)
    if schema is None:
        raise cursor.unread()
    table = Name(schema, parts[-3] if len(parts) > 2 else None)
    return Describe(kind, Name(parts[-1], str(table)), text, table)


def truncate(cursor: Cursor) -> Truncate:
    """TRUNCATE, from behind the word."""
    if not cursor.take_any(("TABLE", "CLUSTER")):
        raise cursor.unread()
    table = cursor.name()
    if cursor.take_any(("PRESERVE", "PURGE")):
        cursor.expect("MATERIALIZED", "VIEW", "LOG")
    if cursor.take_any(("DROP", "REUSE")):
        cursor.take("ALL")
        cursor.expect("STORAGE")
    return Truncate(table, cursor.take("CASCADE"))
