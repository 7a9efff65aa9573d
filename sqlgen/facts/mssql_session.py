"""SET, DECLARE, transactions and what else changes neither structure nor rows, of SQL Server: a cursor in, facts out.

Source: Transact-SQL reference, SET Statements, Control-of-Flow Language, Transaction Statements, Management Commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.granting import grant
from sqlgen.facts.mssql_batches import STARTS, to_next
from sqlgen.facts.mssql_literals import path
from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import (
    Begin,
    Commit,
    External,
    Fact,
    Insert,
    Maintain,
    Rollback,
    Savepoint,
    Select,
    SetOption,
    SetTableOption,
)
from sqlgen.statements.model import TokenKind

__all__ = ["session", "transaction"]

_TRANSACTION = ("TRAN", "TRANSACTION")
_WITHOUT_EFFECT = (
    # control flow, messages, variables and cursors: what they lead to is read where it stands
    *("DECLARE", "PRINT", "RAISERROR", "THROW", "RETURN", "BREAK", "CONTINUE", "GOTO"),
    *("OPEN", "FETCH", "CLOSE", "DEALLOCATE", "WAITFOR", "REVERT"),
)
_SERVER = ("CHECKPOINT", "KILL", "SHUTDOWN", "RECONFIGURE")


def transaction(cursor: Cursor) -> Fact | None:
    """BEGIN TRAN, COMMIT, ROLLBACK, SAVE TRAN; None when it is none of them."""
    if cursor.at("BEGIN") and (cursor.word(1) in _TRANSACTION or cursor.word(1) == "DISTRIBUTED"):
        cursor.skip()
        cursor.take("DISTRIBUTED")
        cursor.skip()
        _name(cursor)
        if cursor.take("WITH"):
            cursor.expect("MARK")
            to_next(cursor)
        return Begin()
    if command := cursor.take_any(("COMMIT", "ROLLBACK")):
        cursor.take_any((*_TRANSACTION, "WORK"))
        # ROLLBACK TRANSACTION name goes back to a savepoint where there is one of that name. Here it is the whole.
        _name(cursor)
        if cursor.take("WITH"):
            cursor.group()
        return Commit() if command == "COMMIT" else Rollback()
    if cursor.at("SAVE") and cursor.word(1) in _TRANSACTION:
        cursor.skip()
        cursor.skip()
        return Savepoint(cursor.identifier())
    return None


def _name(cursor: Cursor) -> None:
    """A transaction's name, on the line where it begins: what stands on the next one is a statement."""
    named = cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word() not in (*STARTS, "WITH", "THROW")
    if named and "\n" not in cursor.slice(cursor.number - 1, cursor.number + 1):
        cursor.identifier()


def session(cursor: Cursor) -> Iterator[Fact]:
    """The facts of a statement about session, server or privileges; nothing when it is none."""
    start = cursor.number
    match cursor.word():
        case "SET":
            cursor.skip()
            yield from _set(cursor)
        case "USE":
            cursor.skip()
            yield SetOption("database", cursor.identifier())
        case "GRANT" | "DENY" | "REVOKE":
            yield grant(cursor, to_next)
        case word if word in _WITHOUT_EFFECT:
            cursor.skip()
            if word == "FETCH":
                cursor.take_any(("NEXT", "PRIOR", "FIRST", "LAST"))
            to_next(cursor)
            yield Select()
        case "DBCC":
            cursor.skip()
            yield _dbcc(cursor)
        case "ENABLE" | "DISABLE" if cursor.word(1) == "TRIGGER":
            yield from _triggers(cursor)
        case "BULK":
            yield from _bulk(cursor)
        case "BACKUP" | "RESTORE":
            cursor.skip()
            what = f"{cursor.word(-1)} {cursor.skip().upper()}"
            to_next(cursor)
            yield External(what, " ".join(cursor.slice(start).split()))
        case word if word in _SERVER:
            cursor.skip()
            to_next(cursor)
            yield Maintain(" ".join(cursor.slice(start).upper().split()))
        case _:
            return


def _set(cursor: Cursor) -> Iterator[Fact]:
    if cursor.word().startswith("@"):
        to_next(cursor)
        yield Select()
        return
    if cursor.take("IDENTITY_INSERT"):
        table = cursor.name()
        yield SetOption("identity_insert", f"{table} {cursor.skip().upper()}")
        return
    if cursor.take("TRANSACTION", "ISOLATION", "LEVEL"):
        start = cursor.number
        to_next(cursor)
        yield SetOption("transaction isolation level", cursor.slice(start).lower())
        return
    if cursor.take("STATISTICS"):
        yield SetOption(f"statistics {cursor.skip().lower()}", cursor.skip().upper())
        return
    names = [cursor.identifier().lower()]
    while cursor.take(","):
        names.append(cursor.identifier().lower())
    start = cursor.number
    cursor.take("-")
    cursor.skip()
    value = cursor.slice(start)
    yield from (SetOption(name, value.upper() if value.upper() in ("ON", "OFF") else value) for name in names)


def _dbcc(cursor: Cursor) -> Maintain:
    """DBCC CHECKIDENT ('orders', RESEED, 100): the command, and the table where it names one."""
    command = f"DBCC {cursor.skip().upper()}"
    table = None
    if cursor.at("("):
        start, stop = cursor.group()
        after = cursor.number
        cursor.number = start
        if cursor.kind() is TokenKind.STRING:
            table = path(cursor.string())
        elif cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and start < stop:
            table = cursor.name()
        cursor.number = after
    to_next(cursor)
    return Maintain(command, table)


def _triggers(cursor: Cursor) -> Iterator[Fact]:
    """ENABLE | DISABLE TRIGGER a, b | ALL ON table | DATABASE | ALL SERVER."""
    start = cursor.number
    cursor.skip()
    cursor.skip_to(("ON",))
    text = " ".join(cursor.slice(start).split())
    cursor.expect("ON")
    if cursor.take("ALL", "SERVER") or cursor.take("DATABASE"):
        yield Maintain(text.upper())
    else:
        yield SetTableOption(cursor.name(), text)


def _bulk(cursor: Cursor) -> Iterator[Fact]:
    cursor.expect("BULK", "INSERT")
    yield Insert(cursor.name(), None)
    cursor.expect("FROM")
    yield External("BULK INSERT", cursor.string())
    if cursor.take("WITH"):
        cursor.group()
