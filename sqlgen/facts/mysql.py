"""MySQL and MariaDB statements in, facts out, by a reader over our own tokens.

Sources: MySQL 8.0 manual, chapter 13; MariaDB knowledge base, SQL Statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts import mysql_session, mysql_tables
from sqlgen.facts.changes import change, transaction
from sqlgen.facts.external import target
from sqlgen.facts.keys import index_options, index_parts
from sqlgen.facts.mysql_grants import account, account_or_name
from sqlgen.facts.mysql_routines import routine_options, trigger_options
from sqlgen.facts.queries import sources
from sqlgen.facts.reader import Cursor, Unread, read_whole, words
from sqlgen.facts.vocabulary import (
    AlterObject,
    Block,
    CreateIndex,
    CreateObject,
    DropIndex,
    DropObject,
    DropTable,
    External,
    Fact,
    Maintain,
    Name,
    Opaque,
    RenameTable,
    Select,
    SetTableOption,
    Truncate,
)
from sqlgen.messages import say
from sqlgen.statements.model import Statement, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["read"]

_STORED = ("TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE")
"""Their bodies hold statements, which run when they are called."""
_OBJECTS = (*_STORED, "VIEW", "DATABASE", "SCHEMA", "USER", "ROLE", "SEQUENCE", "SERVER", "TABLESPACE")
_BEFORE_AN_OBJECT = words("OR REPLACE ALGORITHM DEFINER SQL SECURITY AGGREGATE UNDO LOGFILE SPATIAL REFERENCE SYSTEM")


def read(statement: Statement, dialect: str) -> tuple[Fact, ...]:
    """What a MySQL or MariaDB statement does. Never raises, never returns nothing."""
    kinds = {token.kind for token in statement.tokens}
    if TokenKind.UNCLOSED in kinds:
        return (Opaque(say("a quote or a comment in it is not closed")),)
    if TokenKind.CLIENT in kinds:
        return (Opaque(say("it holds a command for the mysql client")),)
    cursor = Cursor(statement, dialect)
    if cursor.done():
        return (_executable(statement, dialect) or Opaque(say("there is no statement in it")),)
    facts = read_whole(cursor, _statement)
    hidden = _executable(statement, dialect)
    return (*facts, hidden) if hidden else facts


def _executable(statement: Statement, dialect: str) -> Opaque | None:
    """The server runs what stands in /*! … */ and /*M! … */, before and behind the statement too: MySQL 8.4, 11.7."""
    around = statement.leading + statement.terminator
    tokens = (*statement.tokens, *(scan(around, dialect) if "!" in around else ()))
    if any(token.executable for token in tokens):
        return Opaque(say("it holds SQL in an executable comment, /*! … */"))
    return None


def _statement(cursor: Cursor) -> Iterator[Fact]:
    match cursor.word():
        case "CREATE":
            cursor.skip()
            yield from _create(cursor)
        case "ALTER":
            cursor.skip()
            yield from _alter(cursor)
        case "DROP":
            cursor.skip()
            yield from _drop(cursor)
        case "RENAME":
            yield from _rename(cursor)
        case "TRUNCATE":
            cursor.skip()
            cursor.take("TABLE")
            yield Truncate(cursor.name())
            _wait(cursor)
        case "BEGIN" if cursor.at("BEGIN", "NOT", "ATOMIC"):
            yield from _compound(cursor, checks=False)
        case "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR":
            yield from _compound(cursor, checks=True)
        case _:
            yield from _other(cursor)


def _compound(cursor: Cursor, *, checks: bool) -> Iterator[Fact]:
    """MariaDB runs compound statements on their own; MySQL 8.4, 15.6: in stored programs only."""
    if cursor.dialect == "mysql":
        raise Unread(say("MySQL runs a compound statement in a stored program only"))
    yield Block("sql", checks)
    yield Opaque(say("a compound statement is not read"))
    cursor.rest()


def _other(cursor: Cursor) -> Iterator[Fact]:
    if (fact := transaction(cursor)) is not None:
        yield fact
        return
    facts = tuple(change(cursor)) or tuple(mysql_session.read(cursor))
    if not facts:
        raise cursor.unread()
    yield from facts


# ---- CREATE


def _create(cursor: Cursor) -> Iterator[Fact]:
    or_replace = cursor.take("OR", "REPLACE")
    temporary = cursor.take("TEMPORARY")
    if cursor.take("TABLE"):
        yield from mysql_tables.create(cursor, temporary, or_replace)
        return
    start = cursor.number
    cursor.take_any(("ONLINE", "OFFLINE"))
    unique = cursor.take("UNIQUE")
    method = cursor.take_any(("FULLTEXT", "SPATIAL")).lower() or None
    if cursor.take("INDEX"):
        yield from _create_index(cursor, unique, method)
        return
    cursor.number = start
    yield from _create_object(cursor, or_replace)


def _create_index(cursor: Cursor, unique: bool, method: str | None) -> Iterator[Fact]:
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    name = cursor.identifier()
    if cursor.take("USING"):
        method = cursor.identifier().lower()
    cursor.expect("ON")
    table = cursor.name()
    columns, parts = index_parts(cursor)
    used = index_options(cursor)
    method, comment = used.method or method, used.comment
    options = []
    while (option := _algorithm_or_lock(cursor)) is not None:
        options.append(option)
        used = index_options(cursor)
        method, comment = used.method or method, used.comment or comment
    yield CreateIndex(name, table, columns, unique, False, if_not_exists, None, method, parts=parts, comment=comment)
    yield from (SetTableOption(table, option) for option in options)


def _algorithm_or_lock(cursor: Cursor) -> str | None:
    start = cursor.number
    if not cursor.take_any(("ALGORITHM", "LOCK", "WAIT", "NOWAIT")):
        return None
    if cursor.word(-1) != "NOWAIT":
        cursor.take("=")
        cursor.skip()
    return cursor.slice(start)


def _create_object(cursor: Cursor, or_replace: bool) -> Iterator[Fact]:
    kind, options = _object(cursor)
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    name, table = account_or_name(cursor, kind), None
    if kind == "trigger":
        start = cursor.number
        cursor.skip_to(("ON",))
        options += trigger_options(cursor, start)
        cursor.expect("ON")
        table = cursor.name()
    options += routine_options(cursor, kind)
    start = cursor.number
    library = target(cursor, 1) if kind == "function" and cursor.skip_to(("SONAME",)) else None
    if kind.upper() in _STORED:
        cursor.rest()
    else:
        cursor.end_statement()
    reads = sources(cursor, start, cursor.number) if kind == "view" else None
    yield CreateObject(kind, name, or_replace, if_not_exists, table, reads=reads, options=tuple(options))
    if library is not None:
        yield External("SONAME", library)


def _object(cursor: Cursor) -> tuple[str, list[tuple[str, str]]]:
    """The kind of object, past ALGORITHM = …, DEFINER = …, SQL SECURITY …; and those."""
    options = []
    while cursor.word() not in _OBJECTS:
        if cursor.word() not in _BEFORE_AN_OBJECT:
            raise cursor.unread()
        if cursor.take("DEFINER", "="):
            options.append(("definer", account(cursor).name))
        elif cursor.take("ALGORITHM", "="):
            options.append(("algorithm", cursor.skip().lower()))
        elif cursor.take("SQL", "SECURITY"):
            options.append(("security", cursor.skip().lower()))
        else:
            cursor.skip()
    kind = cursor.skip().lower()
    return "package body" if cursor.take("BODY") else "database" if kind == "schema" else kind, options


# ---- ALTER, DROP, RENAME


def _alter(cursor: Cursor) -> Iterator[Fact]:
    start = cursor.number
    cursor.take_any(("ONLINE", "OFFLINE"))
    cursor.take("IGNORE")
    if cursor.take("TABLE"):
        yield from mysql_tables.alter(cursor)
        return
    cursor.number = start
    kind, _ = _object(cursor)
    cursor.take("IF", "EXISTS")
    name = account_or_name(cursor, kind)
    yield AlterObject(kind, name, cursor.rest().lower())


def _drop(cursor: Cursor) -> Iterator[Fact]:
    temporary = cursor.take("TEMPORARY")
    if cursor.take_any(("TABLE", "TABLES")):
        if_exists = cursor.take("IF", "EXISTS")
        names = _names(cursor)
        cascade = cursor.take_any(("RESTRICT", "CASCADE")) == "CASCADE"
        _wait(cursor)
        if temporary:  # MySQL 8.4, 15.1.32: it drops tables of the session alone, whatever else has that name
            yield from (Maintain("DROP TEMPORARY TABLE", name) for name in names)
            return
        yield from (DropTable(name, if_exists, cascade) for name in names)
    elif cursor.take("INDEX"):
        if_exists = cursor.take("IF", "EXISTS")
        index = Name(cursor.identifier())
        cursor.expect("ON")
        table = cursor.name()
        yield DropIndex(index, table, if_exists)
        while (option := _algorithm_or_lock(cursor)) is not None:
            yield SetTableOption(table, option)
    elif cursor.take("PREPARE"):
        cursor.identifier()
        yield Select()
    else:
        yield from _drop_object(cursor)


def _drop_object(cursor: Cursor) -> Iterator[DropObject]:
    kind, _ = _object(cursor)
    if_exists = cursor.take("IF", "EXISTS")
    names = [account_or_name(cursor, kind)]
    while cursor.take(","):
        names.append(account_or_name(cursor, kind))
    cascade = cursor.take_any(("RESTRICT", "CASCADE")) == "CASCADE"
    yield from (DropObject(kind, name, if_exists, cascade) for name in names)


def _names(cursor: Cursor) -> list[Name]:
    names = [cursor.name()]
    while cursor.take(","):
        names.append(cursor.name())
    return names


def _rename(cursor: Cursor) -> Iterator[Fact]:
    cursor.expect("RENAME")
    if cursor.take("USER"):
        name = account(cursor)
        yield AlterObject("user", name, cursor.rest().lower())
        return
    if not cursor.take_any(("TABLE", "TABLES")):
        raise cursor.unread()
    cursor.take("IF", "EXISTS")
    while True:
        table = cursor.name()
        _wait(cursor)
        cursor.expect("TO")
        yield RenameTable(table, cursor.name())
        if not cursor.take(","):
            return


def _wait(cursor: Cursor) -> None:
    """MariaDB's WAIT n and NOWAIT."""
    if cursor.take("WAIT"):
        cursor.skip()
    else:
        cursor.take("NOWAIT")
