"""INSERT, UPDATE, DELETE, MERGE and queries of SQL Server: a cursor in, facts out.

Source: Transact-SQL reference, INSERT, UPDATE, DELETE, MERGE, SELECT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.facts.conditions import restricts
from sqlgen.facts.merging import merge
from sqlgen.facts.mssql_batches import STARTS, condition, to_next
from sqlgen.facts.reader import Cursor, literal, words
from sqlgen.facts.vocabulary import CreateTable, Delete, External, Fact, Insert, Name, Select, Update
from sqlgen.statements.model import TokenKind

__all__ = ["change", "outside"]


def change(cursor: Cursor) -> Iterator[Fact]:
    """INSERT, UPDATE, DELETE, MERGE, SELECT, with or without WITH; nothing when it is none of them."""
    start = cursor.number
    queries = _common_tables(cursor) if cursor.at("WITH") else {}
    match cursor.word():
        case "INSERT":
            yield from _insert(cursor)
        case "UPDATE":
            yield from _update(cursor, queries)
        case "DELETE":
            yield from _delete(cursor, queries)
        case "MERGE":
            yield from merge(cursor)
        case "SELECT" | "(":
            yield from _select(cursor)
        case _:
            return
    yield from outside(cursor, start)


_OUTSIDE = ("OPENROWSET", "OPENQUERY", "OPENDATASOURCE")


def outside(cursor: Cursor, start: int) -> Iterator[External]:
    """What leaves the server, from token `start` up to the cursor."""
    here = cursor.number
    for number in range(start, here):
        cursor.number = number
        if cursor.word() in _OUTSIDE and cursor.word(1) == "(":
            target = cursor.tokens[number + 2] if number + 2 < here else None
            given = literal(target.text, "mssql") if target and target.kind is TokenKind.STRING else None
            yield External(cursor.word(), given)
    cursor.number = here


@dataclass(frozen=True, slots=True)
class _Query:
    """A common table expression: what it reads from, and whether it leaves rows out."""

    table: Name | None
    restricted: bool
    limited: bool


def _common_tables(cursor: Cursor) -> dict[str, _Query]:
    cursor.expect("WITH")
    found = {}
    while True:
        name = cursor.identifier()
        if cursor.at("("):
            cursor.group()
        cursor.expect("AS")
        start, stop = cursor.group()
        found[name.lower()] = _query(cursor, start)
        cursor.number = stop + 1
        if not cursor.take(","):
            return found


def _query(cursor: Cursor, start: int) -> _Query:
    cursor.number = start
    limited = cursor.at("SELECT", "TOP")
    cursor.skip_to(("FROM",))
    table = None
    if cursor.take("FROM") and not cursor.at("("):
        table = cursor.name()
    return _Query(table, cursor.finds(("WHERE", "JOIN")) or limited, limited)


def _select(cursor: Cursor) -> Iterator[Fact]:
    """Functions are not named: none of SQL Server's may change anything (CREATE FUNCTION, Limitations)."""
    cursor.group() if cursor.at("(") else cursor.skip()
    into = None
    if to_next(cursor, ("INTO",)):
        cursor.skip()
        into = cursor.name()
        to_next(cursor)
    if into is not None:
        yield CreateTable(into, from_query=True, temporary=into.name.startswith("#"))
    else:
        yield Select()


def _top(cursor: Cursor) -> bool:
    if not cursor.take("TOP"):
        return False
    cursor.group() if cursor.at("(") else cursor.skip()
    return not cursor.take("PERCENT")


def _hints(cursor: Cursor) -> None:
    if cursor.take("WITH"):
        cursor.group()


def _insert(cursor: Cursor) -> Iterator[Fact]:
    cursor.skip()
    _top(cursor)
    cursor.take("INTO")
    table = cursor.name()
    _hints(cursor)
    columns = None
    if cursor.at("(") and cursor.word(1) not in ("SELECT", "WITH", "("):
        columns = tuple(_columns(cursor))
    if cursor.take("OUTPUT"):
        to_next(cursor, ("VALUES", "DEFAULT", "EXEC", "EXECUTE", "SELECT"))
    rows, guarded = None, False
    if cursor.take("DEFAULT", "VALUES"):
        rows = 1
    elif cursor.take("VALUES"):
        rows = 1
        cursor.group()
        while cursor.take(","):
            cursor.group()
            rows += 1
    else:
        if cursor.word() not in ("SELECT", "EXEC", "EXECUTE", "WITH", "("):
            raise cursor.unread()
        start = cursor.number
        cursor.group() if cursor.at("(") else cursor.skip()
        to_next(cursor)
        guarded = _holds(cursor, start, "NOT", "EXISTS") or _holds(cursor, start, "EXCEPT", "SELECT")
    to_next(cursor)
    if not table.name.startswith("@"):
        yield Insert(table, rows, columns, guarded=guarded)
    else:
        yield Select()  # a table variable lives as long as its batch


def _columns(cursor: Cursor) -> Iterator[str]:
    cursor.expect("(")
    while True:
        yield cursor.identifier()
        if not cursor.take(","):
            break
    cursor.expect(")")


def _holds(cursor: Cursor, start: int, *phrase: str) -> bool:
    here = cursor.number
    found = False
    for cursor.number in range(start, here):
        found = found or cursor.at(*phrase)
    cursor.number = here
    return found


def _update(cursor: Cursor, queries: dict[str, _Query]) -> Iterator[Fact]:
    cursor.skip()
    limited = _top(cursor)
    named = cursor.name()
    _hints(cursor)
    cursor.expect("SET")
    columns = tuple(dict.fromkeys(filter(None, _set(cursor))))
    rows = _rows(cursor, named, limited, queries)
    if rows.table is None:
        yield Select()
    else:
        yield Update(rows.table, rows.restricted, columns, rows.condition, rows.limited)


_CLAUSES = ("FROM", "WHERE", "OUTPUT", "OPTION")


def _set(cursor: Cursor) -> Iterator[str | None]:
    """The columns that are set; None for a variable."""
    while True:
        name = cursor.identifier()
        while cursor.take("."):
            name = cursor.identifier()
        yield None if name.startswith("@") else name
        to_next(cursor, (",", *_CLAUSES))
        if not cursor.take(","):
            return


def _delete(cursor: Cursor, queries: dict[str, _Query]) -> Iterator[Fact]:
    cursor.skip()
    limited = _top(cursor)
    cursor.take("FROM")
    named = cursor.name()
    _hints(cursor)
    rows = _rows(cursor, named, limited, queries)
    if rows.table is None:
        yield Select()
    else:
        yield Delete(rows.table, rows.restricted, rows.condition, rows.limited)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which rows an UPDATE or DELETE is about."""

    table: Name | None
    """None for a table variable, which lives as long as its batch."""
    restricted: bool
    condition: str | None
    limited: bool


def _rows(cursor: Cursor, named: Name, limited: bool, queries: dict[str, _Query]) -> _Rows:
    """From behind SET …, or the table's name: OUTPUT …, FROM …, WHERE …, OPTION …."""
    if cursor.at("OUTPUT"):
        to_next(cursor, ("FROM", "WHERE", "OPTION"))
    aliases, joined = _sources(cursor) if cursor.take("FROM") else ({}, False)
    table = aliases.get(named.name.lower(), named) if named.schema is None else named
    text, where = None, False
    if cursor.take("WHERE"):
        start = cursor.number
        text = condition(cursor, ("OPTION",))
        where = restricts(cursor, start, cursor.number)
    to_next(cursor)
    query = queries.get(table.name.lower()) if table.schema is None else None
    restricted = where or joined or limited
    if query is not None and query.table is not None:
        return _Rows(query.table, restricted or query.restricted, text, limited or query.limited)
    return _Rows(None if table.name.startswith("@") else table, restricted, text, limited)


_JOINS = words("JOIN APPLY ,")
_NO_ALIAS = words("""
    WITH WHERE ON JOIN INNER LEFT RIGHT FULL CROSS OUTER APPLY OPTION TABLESAMPLE PIVOT UNPIVOT FOR GROUP ORDER
    """)


def _sources(cursor: Cursor) -> tuple[dict[str, Name], bool]:
    """Table references up to WHERE: alias or name, in lower case → table; and whether there are several."""
    found: dict[str, Name] = {}
    joined = False
    while True:
        table = None
        if cursor.at("("):
            cursor.group()
        else:
            table = cursor.name()
            if cursor.at("("):  # a function that returns rows; old hints
                cursor.group()
        cursor.take("AS")
        named = cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word() not in (*_NO_ALIAS, *STARTS)
        alias = cursor.identifier() if named else None
        if table is not None:
            found[(alias or table.name).lower()] = table
        if to_next(cursor, (*_JOINS, "WHERE", "OPTION")) not in _JOINS:
            return found, joined
        joined = True
        cursor.skip()
