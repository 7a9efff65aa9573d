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
from sqlgen.facts.vocabulary import Delete, External, Fact, Insert, Name, Update
from sqlgen.statements.model import TokenKind

__all__ = ["change", "leaves"]


def change(cursor: Cursor) -> Iterator[Fact]:
    """INSERT, UPDATE, DELETE, MERGE, SELECT, with or without WITH; nothing when it is none of them."""
    start = cursor.number
    for fact in _change(cursor):
        match fact:
            case Update() | Delete() if fact.condition is not None and "ROWNUM" in fact.condition.upper():
                yield replace(fact, limited=True)
            case _:
                yield fact
    yield from _outside(cursor, start)


def _change(cursor: Cursor) -> Iterator[Fact]:
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


def _outside(cursor: Cursor, start: int) -> Iterator[External]:
    """orders@remote, a table of another database; utl_http.request(…), a package that reaches out."""
    here = cursor.number
    for number in range(start, here):
        cursor.number = number
        if cursor.at("@") and start < number < here - 1:
            yield External("DATABASE LINK", cursor.slice(number + 1, number + 2))
        elif cursor.word(1) == "." and leaves(cursor.word()):
            yield External(cursor.slice(number, min(number + 3, here)).upper())
    cursor.number = here


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
