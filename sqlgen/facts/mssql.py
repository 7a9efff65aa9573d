"""SQL Server statements in, facts out, by a reader over our own tokens.

A text is read as a batch: Transact-SQL wants no terminator between statements. Source: Transact-SQL reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlgen.facts.mssql_batches import to_next
from sqlgen.facts.mssql_calls import execute
from sqlgen.facts.mssql_data import change
from sqlgen.facts.mssql_literals import dropped_by_lookup
from sqlgen.facts.mssql_objects import alter, create, drop, truncate
from sqlgen.facts.mssql_session import session, transaction
from sqlgen.facts.reader import Cursor, Unread
from sqlgen.facts.vocabulary import Begin, Block, Commit, Fact, Maintain, Opaque, Rollback, Select
from sqlgen.messages import say
from sqlgen.statements.model import Statement, TokenKind

__all__ = ["holds_several", "read"]

_LANGUAGE = "t-sql"
_DEEPEST = 40
"""How deep blocks and literals that are run as SQL may stand in one another, before the reader gives up."""


def read(statement: Statement) -> tuple[Fact, ...]:
    """What a SQL Server statement, or a batch of them, does. Never raises, never returns nothing."""
    kinds = {token.kind for token in statement.tokens}
    if TokenKind.UNCLOSED in kinds:
        return (Opaque(say("a quote or a comment in it is not closed")),)
    if TokenKind.CLIENT in kinds:
        return (Opaque(say("it holds a command for sqlcmd")),)
    cursor = Cursor(statement, "mssql", "dbo")
    return tuple(_batch(cursor, _Place())) or (Opaque(say("there is no statement in it")),)


def holds_several(statement: Statement) -> bool:
    """Whether a text is a block, or a batch of several statements. One that can't be read counts as one."""
    cursor = Cursor(statement, "mssql", "dbo")
    try:
        if transaction(cursor) is not None:
            return not cursor.done()
        if cursor.at("DECLARE"):
            cursor.skip()
            to_next(cursor)
        elif cursor.word() in ("BEGIN", "IF", "WHILE"):
            return True
        else:
            for _ in _statement(cursor, _Place()):
                pass
    except Unread:
        return False
    return not cursor.done()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands."""

    depth: int = 0
    guarded: bool = False
    """Whether it runs only where a test allows it."""

    def inside(self, *, guarded: bool | None = None) -> _Place:
        return _Place(self.depth + 1, self.guarded if guarded is None else guarded)

    def block(self) -> Block:
        return Block(_LANGUAGE, self.guarded)


def _batch(cursor: Cursor, place: _Place, *, block: bool = False) -> Iterator[Fact]:
    """The facts of statement after statement, of a BEGIN … END `block` up to the END.

    What stands behind a guarded statement begins with a Block of its own: the test does not count for it.
    """
    last = None
    while not cursor.done():
        if cursor.kind() is TokenKind.TERMINATOR:
            cursor.skip()
            continue
        if block and cursor.at("END"):
            return
        start = cursor.number
        try:
            facts = tuple(_statement(cursor, place))
            if cursor.number == start:
                raise cursor.unread()
        except Unread as unread:
            facts = (Opaque(unread.reason),)
            cursor.number = max(start, cursor.number)
            cursor.end_statement()
        if last is not None and last != place.block() and not isinstance(facts[0], Block):
            yield place.block()
        yield from facts
        last = next((fact for fact in reversed(facts) if isinstance(fact, Block)), None)


def _statement(cursor: Cursor, place: _Place) -> Iterator[Fact]:
    if place.depth > _DEEPEST:
        raise Unread(say("it stands too deep in other statements"))
    if (fact := transaction(cursor)) is not None:
        yield fact
        return
    match cursor.word():
        case "CREATE":
            cursor.skip()
            yield from create(cursor)
        case "ALTER":
            cursor.skip()
            yield from alter(cursor)
        case "DROP":
            cursor.skip()
            yield from drop(cursor)
        case "TRUNCATE":
            cursor.skip()
            yield from truncate(cursor)
        case "EXEC" | "EXECUTE":
            cursor.skip()
            yield from execute(cursor, lambda inner: _batch(inner, place.inside()))
        case "BEGIN":
            yield from _block(cursor, place)
        case "IF" | "WHILE":
            yield from _conditional(cursor, place)
        case "ELSE":  # a terminator may stand before it
            cursor.skip()
            yield Block(_LANGUAGE, True)
            yield from _statement(cursor, place.inside(guarded=True))
        case "UPDATE" if cursor.word(1) == "STATISTICS":
            cursor.skip()
            cursor.skip()
            yield Maintain("UPDATE STATISTICS", cursor.name())
            to_next(cursor)
        case _:
            yield from _other(cursor, place)


def _other(cursor: Cursor, place: _Place) -> Iterator[Fact]:
    if cursor.at("DECLARE") and (fact := dropped_by_lookup(cursor)) is not None:
        yield fact
        return
    if cursor.number == 0 and cursor.word().startswith(("SP_", "XP_")):  # the first of a batch needs no EXEC
        yield from execute(cursor, lambda inner: _batch(inner, place.inside()))
        return
    facts = tuple(change(cursor)) or tuple(session(cursor))
    if not facts:
        raise cursor.unread()
    yield from facts


def _block(cursor: Cursor, place: _Place) -> Iterator[Fact]:
    """BEGIN … END; BEGIN TRY … END TRY BEGIN CATCH … END CATCH."""
    cursor.expect("BEGIN")
    tried = cursor.take_any(("TRY", "CATCH"))
    if tried != "CATCH":
        yield place.block()
    for fact in _batch(cursor, place.inside(), block=True):
        # What a CATCH tests is what has failed, and whether it ends the transaction is known then
        if tried != "CATCH" or not isinstance(fact, (Block, Begin, Commit, Rollback, Select)):
            yield fact
    cursor.expect("END")
    if tried:
        cursor.expect(tried)
    if tried == "TRY":
        while cursor.kind() is TokenKind.TERMINATOR:
            cursor.skip()
        if not (cursor.at("BEGIN") and cursor.word(1) == "CATCH"):
            raise cursor.unread()
        yield from _block(cursor, place)


def _conditional(cursor: Cursor, place: _Place) -> Iterator[Fact]:
    """IF condition statement [ELSE statement], WHILE condition statement. A loop is no guard: it is how rows are
    changed in batches."""
    tests = cursor.skip().upper() == "IF"
    start = cursor.number
    to_next(cursor)
    if cursor.number == start or cursor.done():
        raise cursor.unread()
    within = place.inside(guarded=tests or place.guarded)
    yield within.block()
    yield from _branch(cursor, within)
    if tests:
        here = cursor.number
        while cursor.kind() is TokenKind.TERMINATOR and cursor.tokens[cursor.number].text == ";":
            cursor.skip()
        if cursor.take("ELSE"):
            yield from _branch(cursor, within)
        else:
            cursor.number = here


def _branch(cursor: Cursor, within: _Place) -> Iterator[Fact]:
    """One statement, or a block, whose own Block fact says nothing that the test has not said."""
    for number, fact in enumerate(_statement(cursor, within)):
        if not (number == 0 and fact == within.block()):
            yield fact
