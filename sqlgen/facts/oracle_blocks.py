"""Anonymous PL/SQL blocks in, facts out: what their statements do, and the SQL in constant texts that they run.

Source: Oracle Database PL/SQL Language Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sqlgen.facts.oracle_data import leaves
from sqlgen.facts.reader import Cursor, Unread, literal
from sqlgen.facts.vocabulary import Block, External, Fact, Maintain, Opaque, Select
from sqlgen.statements.model import TokenKind

__all__ = ["block"]

_TESTS = ("IF", "WHEN", "FOR", "WHILE")
_MARKS = ("BEGIN", "DECLARE", "ELSE", "LOOP", "EXCEPTION", "THEN", "IS", "AS")
_CONDITIONS = ("IF", "ELSIF", "WHEN", "WHILE", "FOR", "CASE")
_WITHOUT_EFFECT = ("NULL", "RAISE", "RETURN", "EXIT", "CONTINUE", "GOTO", "END", "OPEN", "CLOSE", "FETCH", "PRAGMA")
_SQL = ("INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "WITH", "LOCK", "COMMIT", "ROLLBACK", "SAVEPOINT", "SET")
_HARMLESS = ("dbms_output", "raise_application_error", "dbms_application_info", "dbms_lock", "dbms_session")


def block(cursor: Cursor, reading: Callable[[str], tuple[Fact, ...]]) -> Iterator[Fact]:
    """A block, whole; `reading` reads the text of one statement."""
    checks = any(token.text.upper() in _TESTS for token in cursor.tokens if token.kind is TokenKind.WORD)
    yield Block("plsql", checks)
    declaring = cursor.at("DECLARE")
    while not cursor.done():
        word = cursor.word()
        if cursor.kind() is TokenKind.TERMINATOR:
            cursor.skip()
        elif word == "<<":  # a label
            if _seek(cursor, (">>",)):
                cursor.skip()
        elif word in _MARKS:
            declaring = word in ("DECLARE", "IS", "AS") or (declaring and word != "BEGIN")
            cursor.skip()
        elif word in ("PROCEDURE", "FUNCTION", "CURSOR"):
            _seek(cursor, ("IS", "AS"))
            declaring = True
        elif declaring:
            _to_terminator(cursor)
        elif word in _CONDITIONS:
            cursor.skip()
            _seek(cursor, ("WHEN",) if word == "CASE" else ("THEN", "LOOP"))
        else:
            yield from _one(cursor, reading)


def _seek(cursor: Cursor, words: Collection[str]) -> str:
    """Go to one of the words at this level, or to the terminator; the word, or the empty string."""
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        if cursor.word() in words:
            return cursor.word()
        if cursor.at("("):
            cursor.group()
        else:
            cursor.skip()
    return ""


def _to_terminator(cursor: Cursor) -> int:
    """Go past what stands up to the next terminator; where it began."""
    start = cursor.number
    cursor.end_statement()
    return start


def _one(cursor: Cursor, reading: Callable[[str], tuple[Fact, ...]]) -> Iterator[Fact]:
    """One statement of a block."""
    if cursor.take("FORALL"):
        _seek(cursor, (*_SQL, "EXECUTE"))
    word = cursor.word()
    if cursor.at("EXECUTE", "IMMEDIATE"):
        cursor.skip()
        cursor.skip()
        yield from _immediate(cursor, reading)
    elif word in _SQL:
        start = _to_terminator(cursor)
        yield from reading(cursor.slice(start))
    elif word in _WITHOUT_EFFECT:
        _to_terminator(cursor)
    else:
        start = cursor.number
        name = _called(cursor)
        _to_terminator(cursor)
        if not any(cursor.tokens[number].text == ":=" for number in range(start, cursor.number)):
            yield _call(name)


def _immediate(cursor: Cursor, reading: Callable[[str], tuple[Fact, ...]]) -> Iterator[Fact]:
    """The text of an EXECUTE IMMEDIATE, where it is constant."""
    parts: list[str] = []
    cursor.take("(")
    while cursor.kind() is TokenKind.STRING:
        parts.append(literal(cursor.skip(), "oracle"))
        if not cursor.take("||"):
            break
    cursor.take(")")
    constant = bool(parts) and (cursor.done() or cursor.kind() is TokenKind.TERMINATOR or cursor.word() in _BEHIND)
    _to_terminator(cursor)
    if constant:
        yield from reading("".join(parts))
    else:
        yield Opaque("EXECUTE IMMEDIATE: the text is put together when it runs")


_BEHIND = ("USING", "INTO", "BULK", "RETURNING", "RETURN")


def _called(cursor: Cursor) -> str:
    """The name at the cursor, dots and all; the empty string where none stands."""
    try:
        parts = [cursor.identifier()]
        while cursor.take("."):
            parts.append(cursor.identifier())
    except Unread:
        return ""
    return ".".join(parts)


def _call(name: str) -> Fact:
    package = name.partition(".")[0]
    if package in _HARMLESS:
        return Select((name,))
    if package == "dbms_stats":
        return Maintain(name.upper())
    if leaves(name):
        return External(name.upper())
    return Opaque(f"what the procedure {name} does is not known here" if name else "a part of the block is not read")
