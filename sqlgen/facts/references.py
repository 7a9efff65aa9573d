"""The tables that UPDATE and DELETE of MySQL, MariaDB and SQLite name, with their aliases: a cursor in, names out.

Sources: MySQL 8.0 manual, 13.2.13.2 JOIN Clause, 13.2.2 DELETE; SQLite, lang_update.html.
"""

from __future__ import annotations

from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import Name
from sqlgen.statements.model import TokenKind

__all__ = ["JOINS", "changed", "listed", "referenced"]

JOINS = ("JOIN", "STRAIGHT_JOIN")
_CLAUSES = words("""
    SET WHERE ORDER LIMIT ON USING JOIN INNER LEFT RIGHT CROSS NATURAL FULL OUTER STRAIGHT_JOIN RETURNING FROM
    PARTITION INDEXED NOT USE FORCE IGNORE AS
    """)


def changed(cursor: Cursor, tables: dict[str, Name]) -> list[Name]:
    """Which of several tables an UPDATE changes: those that its SET names before a dot; where it names none, all."""
    start, found = cursor.number, []
    while not cursor.done():
        qualifier = cursor.identifier()
        if cursor.at(".") and cursor.word(2) == ".":  # database.table.column
            cursor.skip()
            qualifier = cursor.identifier()
        if cursor.at("."):
            found.append(qualifier)
        cursor.skip_to((",", "WHERE", "ORDER", "LIMIT"))
        if not cursor.take(","):
            break
    cursor.number = start
    return list(dict.fromkeys(tables[name] for name in found if name in tables)) or list(tables.values())


def listed(cursor: Cursor) -> list[Name]:
    """a, b.*, db.c: the tables that a DELETE names."""
    names = []
    while True:
        first = cursor.identifier()
        name = Name(first)
        while cursor.take("."):
            if not cursor.take("*"):
                name = Name(cursor.identifier(), first)
        names.append(name)
        if not cursor.take(","):
            return names


def referenced(cursor: Cursor) -> tuple[dict[str, Name], bool]:
    """Table references up to SET, WHERE or the end: alias → table, and whether a JOIN restricts the rows."""
    tables: dict[str, Name] = {}
    joined = False
    while True:
        if cursor.at("("):  # a derived table, or joins in parentheses
            cursor.group()
            cursor.take("AS")
            if cursor.kind() is TokenKind.WORD and cursor.word() not in _CLAUSES:
                cursor.identifier()
        else:
            table = cursor.name()
            tables[_alias(cursor) or table.name] = table
        stop = cursor.skip_to((",", *JOINS, "SET", "WHERE", "ORDER", "LIMIT", "RETURNING"))
        if stop not in (",", *JOINS):
            return tables, joined
        joined = joined or stop in JOINS
        cursor.skip()


def _alias(cursor: Cursor) -> str | None:
    if cursor.take("PARTITION"):
        cursor.group()
    if cursor.take("AS"):
        return cursor.identifier()
    if cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word() not in _CLAUSES:
        return cursor.identifier()
    return None
