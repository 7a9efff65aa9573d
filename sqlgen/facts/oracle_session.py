"""SET, LOCK, GRANT and what else changes neither structure nor rows, of Oracle: a cursor in, facts out.

Source: Oracle Database SQL Language Reference, the statements of these names; SQL*Plus User's Guide, EXECUTE.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.granting import grant
from sqlgen.facts.reader import Cursor, literal
from sqlgen.facts.vocabulary import (
    Commit,
    Fact,
    Grant,
    LockTable,
    Maintain,
    Name,
    Opaque,
    Rollback,
    Savepoint,
    Select,
    SetOption,
)
from sqlgen.messages import say
from sqlgen.statements.model import TokenKind

__all__ = ["parameters", "session", "transaction"]


def transaction(cursor: Cursor) -> Fact | None:
    """COMMIT, ROLLBACK, SAVEPOINT; None when it is none of them. A transaction begins with its first statement."""
    if cursor.take("COMMIT"):
        cursor.end_statement()
        return Commit()
    if cursor.take("ROLLBACK"):
        cursor.take("WORK")
        if cursor.take("TO"):
            cursor.take("SAVEPOINT")
            return Savepoint(cursor.identifier())
        cursor.end_statement()
        return Rollback()
    if cursor.take("SAVEPOINT"):
        return Savepoint(cursor.identifier())
    return None


def session(cursor: Cursor) -> Iterator[Fact]:
    """The facts of a statement about session, locks or privileges; nothing when it is none."""
    start = cursor.number
    match cursor.word():
        case "SET":
            cursor.skip()
            yield _set(cursor)
        case "LOCK":
            yield from _lock(cursor)
        case "GRANT" | "REVOKE":
            yield grant(cursor, Cursor.end_statement)
        case "CALL" | "EXEC" | "EXECUTE":
            cursor.skip()
            name = cursor.name()
            cursor.end_statement()
            yield Opaque(say("CALL: what the procedure {name} does is not known here", name=name))
        case "EXPLAIN" | "EXIT" | "QUIT":  # EXIT: of SQL*Plus
            cursor.end_statement()
            yield Select()
        case "ANALYZE" | "AUDIT" | "NOAUDIT" | "ASSOCIATE" | "DISASSOCIATE":
            cursor.skip()
            table = None
            if cursor.take("TABLE") or cursor.take("INDEX"):
                table = cursor.name()
            stop = cursor.number
            cursor.end_statement()
            yield Maintain(" ".join(cursor.slice(start, stop if table is None else start + 2).upper().split()), table)
        case "PURGE":
            cursor.end_statement()
            yield Maintain(" ".join(cursor.slice(start).upper().split()))
        case "FLASHBACK":
            cursor.end_statement()
            yield Opaque(say("FLASHBACK brings back an earlier state, which is not known here"))
        case _:
            return


def _set(cursor: Cursor) -> Fact:
    """SET TRANSACTION READ WRITE, SET CONSTRAINTS ALL DEFERRED, SET ROLE all."""
    start = cursor.number
    word = cursor.take_any(("TRANSACTION", "CONSTRAINT", "CONSTRAINTS", "ROLE"))
    if not word:
        raise cursor.unread()
    begin = cursor.number
    cursor.end_statement()
    value = " ".join(cursor.slice(begin).lower().split())
    if word == "ROLE":
        return Grant(f"set {' '.join(cursor.slice(start).lower().split())}")
    return SetOption("transaction" if word == "TRANSACTION" else "constraints", value)


def _lock(cursor: Cursor) -> Iterator[Fact]:
    """LOCK TABLE a, b [PARTITION (p)] IN EXCLUSIVE MODE [NOWAIT | WAIT 5]."""
    cursor.expect("LOCK", "TABLE")
    names: list[Name] = []
    while True:
        names.append(cursor.name())
        if cursor.take_any(("PARTITION", "SUBPARTITION")):
            cursor.take("FOR")
            cursor.group()
        if not cursor.take(","):
            break
    cursor.expect("IN")
    start = cursor.number
    cursor.skip_to(("MODE",))
    mode = " ".join(cursor.slice(start).upper().split())
    cursor.expect("MODE")
    cursor.end_statement()
    yield from (LockTable(name, mode) for name in names)


def parameters(cursor: Cursor, prefix: str) -> Iterator[Fact]:
    """ALTER SESSION | SYSTEM, from behind those words: SET name = value …, ENABLE PARALLEL DML, …."""
    start = cursor.number
    if not cursor.take("SET"):
        action = cursor.skip().lower()
        begin = cursor.number
        cursor.end_statement()
        name = " ".join(cursor.slice(begin).lower().split())
        yield SetOption(prefix + name, action) if not prefix else Maintain(f"ALTER SYSTEM {action} {name}".upper())
        return
    while cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED):
        name = cursor.identifier().lower()
        if name in ("scope", "comment", "sid", "container", "deferred"):  # of ALTER SYSTEM
            cursor.end_statement()
            return
        cursor.expect("=")
        start = cursor.number
        cursor.take("-")
        kind = cursor.kind()
        cursor.skip()
        while cursor.take(".") or cursor.take(","):
            cursor.skip()
        text = cursor.slice(start)
        yield SetOption(prefix + name, literal(text, "oracle") if kind is TokenKind.STRING else text)
