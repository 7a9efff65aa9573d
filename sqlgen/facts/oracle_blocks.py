"""Anonymous PL/SQL blocks in, facts out: what their statements do, and the SQL in constant texts that they run.

Source: Oracle Database PL/SQL Language Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sqlgen.facts.oracle_data import leaves
from sqlgen.facts.reader import Cursor, Unread, literal
from sqlgen.facts.vocabulary import Block, External, Fact, Maintain, Opaque, Select
from sqlgen.messages import say
from sqlgen.statements.model import TokenKind

__all__ = ["block"]

_LANGUAGE = "plsql"
_MARKS = ("BEGIN", "DECLARE", "ELSE", "LOOP", "EXCEPTION", "THEN", "IS", "AS")
_CONDITIONS = ("IF", "ELSIF", "WHEN", "WHILE", "FOR", "CASE")
_WITHOUT_EFFECT = ("NULL", "RAISE", "RETURN", "EXIT", "CONTINUE", "GOTO", "END", "OPEN", "CLOSE", "FETCH", "PRAGMA")
_SQL = ("INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "WITH", "LOCK", "COMMIT", "ROLLBACK", "SAVEPOINT", "SET")
_HARMLESS = ("dbms_output", "raise_application_error", "dbms_application_info", "dbms_lock", "dbms_session")


def block(cursor: Cursor, reading: Callable[[str], tuple[Fact, ...]]) -> Iterator[Fact]:
    """A block, whole; `reading` reads the text of one statement.

    A Block stands before the first fact, and wherever what follows begins, or ceases, to depend on a test: on an IF, or
    on there being no error where the block has an EXCEPTION part.
    """
    handled = _handled(cursor)
    guards = [0]
    """For each BEGIN, IF, CASE and LOOP that is open, how many of it and of those around it guard what stands in it."""
    said: bool | None = None
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
            if word in ("BEGIN", "LOOP"):
                guards.append(guards[-1] + (cursor.number in handled))
            cursor.skip()
        elif word in ("PROCEDURE", "FUNCTION", "CURSOR"):
            _seek(cursor, ("IS", "AS"))
            declaring = True
        elif declaring:
            _to_terminator(cursor)
        elif word == "END":
            if len(guards) > 1:
                guards.pop()
            _to_terminator(cursor)
        elif word in _CONDITIONS:
            if word in ("IF", "CASE"):
                guards.append(guards[-1] + 1)
            cursor.skip()
            _seek(cursor, ("WHEN",) if word == "CASE" else ("THEN", "LOOP"))
        else:
            for fact in _one(cursor, reading):
                if said != (guards[-1] > 0):
                    said = guards[-1] > 0
                    yield Block(_LANGUAGE, said)
                yield fact
    if said is None:
        yield Block(_LANGUAGE, False)


def _handled(cursor: Cursor) -> set[int]:
    """The tokens BEGIN of blocks that have an EXCEPTION part."""
    found: set[int] = set()
    open_: list[int] = []
    before = ""
    for number, token in enumerate(cursor.tokens):
        word = token.text.upper() if token.kind is TokenKind.WORD else token.text
        if before == "END" and word in ("IF", "LOOP", "CASE"):
            pass
        elif word in ("BEGIN", "IF", "CASE", "LOOP"):
            open_.append(number)
        elif word == "END":
            del open_[-1:]
        elif word == "EXCEPTION" and before == ";" and open_:
            found.add(open_[-1])
        before = word
    return found


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
        yield Opaque(say("EXECUTE IMMEDIATE: the text is put together when it runs"))


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
    if name:
        return Opaque(say("what the procedure {name} does is not known here", name=name))
    return Opaque(say("a part of the block is not read"))
