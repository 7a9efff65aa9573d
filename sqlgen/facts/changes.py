"""INSERT, UPDATE, DELETE, queries and transactions as MySQL, MariaDB and SQLite write them: a cursor in, facts out.

Sources: MySQL 8.0 manual, 13.2 Data Manipulation Statements, 13.3 Transactional Statements; SQLite, lang.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.conditions import bounds, is_guarded
from sqlgen.facts.external import external
from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.references import JOINS, changed, listed, referenced
from sqlgen.facts.vocabulary import (
    Begin,
    Commit,
    Delete,
    Fact,
    Insert,
    Name,
    Rollback,
    Savepoint,
    Select,
    Update,
)
from sqlgen.statements.model import TokenKind

__all__ = ["calls", "change", "transaction"]

_MODIFIERS = ("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "QUICK", "IGNORE")
_QUERIES = ("SELECT", "VALUES", "TABLE")
# Words that may stand before a parenthesis and are no function.
_NOT_CALLED = words("""
    ALL AND ANY AS BETWEEN BY CASE CHECK DISTINCT ELSE EXCEPT EXISTS FILTER FROM HAVING IN INTERSECT INTO IS JOIN
    KEY LIKE LIMIT NOT OFFSET ON OR OVER PARTITION RETURNING SELECT SET SOME TABLE THEN UNION USING VALUE VALUES
    WHEN WHERE WITH WITHIN ROW INTERVAL XOR DIV MOD GLOB REGEXP RLIKE MATERIALIZED RECURSIVE GROUP ORDER
    """)


def change(cursor: Cursor) -> Iterator[Fact]:
    """INSERT, REPLACE, UPDATE, DELETE, SELECT, with or without WITH; nothing when it is none of them."""
    if cursor.at("WITH"):
        _common_tables(cursor)
    start = cursor.number
    match cursor.word():
        case "INSERT" | "REPLACE":
            yield _insert(cursor)
        case "UPDATE":
            yield from _update(cursor)
        case "DELETE":
            yield from _delete(cursor)
        case "SELECT" | "VALUES" | "TABLE" | "(":
            yield Select(calls(cursor, start))
        case _:
            return
    yield from external(cursor)
    cursor.end_statement()


def _common_tables(cursor: Cursor) -> None:
    cursor.expect("WITH")
    cursor.take("RECURSIVE")
    while True:
        cursor.identifier()
        if cursor.at("("):
            cursor.group()
        cursor.expect("AS")
        cursor.take("NOT")
        cursor.take("MATERIALIZED")
        cursor.group()
        if not cursor.take(","):
            return


def calls(cursor: Cursor, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
    """The functions called from token `start` to the end, or up to `stop`, in lower case, each once."""
    here, found = cursor.number, []
    for number in range(start, len(cursor.tokens) if stop is None else stop):
        cursor.number = number
        word = cursor.word()
        if cursor.kind() is TokenKind.WORD and cursor.word(1) == "(" and word not in _NOT_CALLED:
            found.append(word.lower())
    cursor.number = here
    return tuple(dict.fromkeys(found))


def _insert(cursor: Cursor) -> Insert:
    replaces = cursor.skip().upper() == "REPLACE"
    conflict = _or_conflict(cursor)
    ignores = conflict == "IGNORE"
    while modifier := cursor.take_any(_MODIFIERS):
        ignores = ignores or modifier == "IGNORE"
    cursor.take("INTO")
    table = cursor.name()
    if cursor.take("PARTITION"):
        cursor.group()
    if cursor.take("AS"):
        cursor.identifier()
    columns = None
    if cursor.at("(") and cursor.word(1) not in (*_QUERIES, "WITH"):
        columns = tuple(_row_of_names(cursor))
    if cursor.at("SET"):
        columns = _set_columns(cursor)
    guarded = ignores or is_guarded(cursor)
    return Insert(table, _rows(cursor), columns or None, guarded, replaces or conflict == "REPLACE")


def _rows(cursor: Cursor) -> int | None:
    """How many rows are written out: VALUES (…), (…), DEFAULT VALUES, SET; None for a query."""
    if cursor.take("DEFAULT", "VALUES") or cursor.take("SET"):
        return 1
    if not cursor.take_any(("VALUES", "VALUE")):
        if cursor.word() not in (*_QUERIES, "WITH", "("):
            raise cursor.unread()
        return None
    rows = 1
    _row(cursor)
    while cursor.take(","):
        _row(cursor)
        rows += 1
    return rows


def _row(cursor: Cursor) -> None:
    cursor.take("ROW")
    cursor.group()


def _row_of_names(cursor: Cursor) -> Iterator[str]:
    """(a, b): empty parentheses name none."""
    cursor.expect("(")
    while not cursor.take(")"):
        yield _column(cursor)
        if not cursor.at(")"):
            cursor.expect(",")


def _column(cursor: Cursor) -> str:
    """a, t.a, db.t.a: the column."""
    name = cursor.identifier()
    while cursor.take("."):
        name = cursor.identifier()
    return name


def _or_conflict(cursor: Cursor) -> str:
    """SQLite's OR ROLLBACK, OR ABORT, OR REPLACE, OR FAIL, OR IGNORE: the second word."""
    return cursor.skip().upper() if cursor.take("OR") else ""


def _update(cursor: Cursor) -> Iterator[Fact]:
    cursor.expect("UPDATE")
    _or_conflict(cursor)
    while cursor.take_any(_MODIFIERS):
        pass
    tables, joined = referenced(cursor)
    found = bounds(cursor)
    columns = _assigned(cursor)
    cursor.expect("SET")
    targets = changed(cursor, tables) if len(tables) > 1 else list(tables.values())
    # SQLite, lang_update.html: a table behind FROM joins every row, but for what its ON says
    where = joined or found.where or (cursor.finds(("FROM",)) and cursor.finds(JOINS))
    for table in targets:
        names = dict.fromkeys(column for at, column in columns if len(tables) == 1 or _is_of(at, table, tables))
        yield Update(table, where, tuple(names), found.condition, found.limited)


def _is_of(qualifier: str | None, table: Name, tables: dict[str, Name]) -> bool:
    return qualifier is None or tables.get(qualifier) == table


def _set_columns(cursor: Cursor) -> tuple[str, ...]:
    """INSERT … SET a = 1, b = 2; the cursor stays where it is."""
    return tuple(dict.fromkeys(column for _, column in _assigned(cursor)))


def _assigned(cursor: Cursor) -> list[tuple[str | None, str]]:
    """SET a = 1, t.b = 2, (c, d) = (3, 4): what stands before each column, and the column. The cursor stays."""
    start = cursor.number
    cursor.expect("SET")
    found: list[tuple[str | None, str]] = []
    while True:
        if cursor.at("("):
            found += [(None, name) for name in _row_of_names(cursor)]
        else:
            names = [cursor.identifier()]
            while cursor.take("."):
                names.append(cursor.identifier())
            found.append((names[-2] if len(names) > 1 else None, names[-1]))
        cursor.skip_to((",", "WHERE", "ORDER", "LIMIT", "FROM", "RETURNING"))
        if not cursor.take(","):
            cursor.number = start
            return found


def _delete(cursor: Cursor) -> Iterator[Fact]:
    cursor.expect("DELETE")
    while cursor.take_any(_MODIFIERS):
        pass
    named: list[Name] = []
    if not cursor.at("FROM"):  # DELETE a, b FROM a JOIN b …
        named = listed(cursor)
        cursor.expect("FROM")
    else:
        cursor.expect("FROM")
        start = cursor.number
        names = listed(cursor)
        if cursor.take("USING"):  # DELETE FROM a, b USING a JOIN b …
            named = names
        else:
            cursor.number = start
    tables, joined = referenced(cursor)
    found = bounds(cursor)
    targets = [tables.get(name.name, name) if name.schema is None else name for name in named]
    for table in targets or tables.values():
        yield Delete(table, joined or found.where, found.condition, found.limited)


def transaction(cursor: Cursor) -> Fact | None:
    """BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE; None when it is none of them."""
    if cursor.take("START", "TRANSACTION"):
        cursor.rest()
        return Begin()
    if cursor.take("BEGIN"):
        cursor.take_any(("WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT"))
        cursor.take("TRANSACTION")
        return Begin()
    if cursor.take_any(("COMMIT", "END")):
        cursor.take_any(("WORK", "TRANSACTION"))
        _chain(cursor)
        return Commit()
    if cursor.take("ROLLBACK"):
        cursor.take_any(("WORK", "TRANSACTION"))
        if cursor.take("TO"):
            cursor.take("SAVEPOINT")
            return Savepoint(cursor.identifier())
        _chain(cursor)
        return Rollback()
    if cursor.take("SAVEPOINT"):
        return Savepoint(cursor.identifier())
    if cursor.take("RELEASE"):
        cursor.take("SAVEPOINT")
        return Savepoint(cursor.identifier())
    return None


def _chain(cursor: Cursor) -> None:
    if cursor.take("AND"):
        cursor.take("NO")
        cursor.expect("CHAIN")
    cursor.take("NO")
    cursor.take("RELEASE")
