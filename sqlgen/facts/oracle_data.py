"""INSERT, UPDATE, DELETE, MERGE and queries of Oracle: a cursor in, facts out.

Source: Oracle Database SQL Language Reference, the statements of these names, and DBMS packages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.facts import changes
from sqlgen.facts.conditions import bounds
from sqlgen.facts.merging import merge
from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Delete, External, Fact, Insert, Name, Select, Update
from sqlgen.statements.model import TokenKind

__all__ = ["change", "leaves"]


def change(cursor: Cursor) -> Iterator[Fact]:
    """INSERT, UPDATE, DELETE, MERGE, SELECT, with or without WITH; nothing when it is none of them."""
    for fact in _change(cursor):
        match fact:
            case Update() | Delete() if fact.condition is not None and "ROWNUM" in fact.condition.upper():
                yield replace(fact, limited=True)
            case Select(functions=functions):
                yield fact
                yield from (External(function.upper()) for function in functions if leaves(function))
            case _:
                yield fact


def _change(cursor: Cursor) -> Iterator[Fact]:
    linked = _linked(cursor)
    if linked is not None:
        yield linked
    match cursor.word():
        case "MERGE":
            yield from merge(cursor)
        case "INSERT" if cursor.word(1) in ("ALL", "FIRST"):
            yield from _insert_all(cursor)
        case "DELETE" if cursor.word(1) != "FROM":
            cursor.skip()
            yield _delete(cursor, cursor.name())
        case _:
            yield from changes.change(cursor)


def _linked(cursor: Cursor) -> External | None:
    """orders@remote: a table of another database."""
    for number in range(1, len(cursor.tokens) - 1):
        token = cursor.tokens[number]
        if token.text == "@" and token.kind is TokenKind.SYMBOL:
            return External("DATABASE LINK", cursor.slice(number - 1, number + 2))
    return None


def _delete(cursor: Cursor, table: Name) -> Delete:
    """DELETE orders o WHERE …: FROM may be left out."""
    if cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word() not in ("WHERE", "RETURNING", "RETURN"):
        cursor.identifier()
    found = bounds(cursor)
    cursor.end_statement()
    return Delete(table, found.where, found.condition, found.limited)


def _insert_all(cursor: Cursor) -> Iterator[Fact]:
    """INSERT ALL | FIRST [WHEN … THEN] INTO a (…) VALUES (…) INTO b … SELECT …."""
    tables: list[Name] = []
    while cursor.skip_to(("INTO", "SELECT")) == "INTO":
        cursor.skip()
        tables.append(cursor.name())
    cursor.end_statement()
    yield from (Insert(table, None) for table in dict.fromkeys(tables))


_LEAVING = ("utl_file", "utl_http", "utl_tcp", "utl_smtp", "utl_mail", "utl_inaddr", "dbms_scheduler", "httpuritype")


def leaves(function: str) -> bool:
    """Whether a function, or a package, reaches out of the database."""
    return function.lower().partition(".")[0] in _LEAVING
