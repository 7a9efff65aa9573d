"""Statement in, the same statement laid out, out: with the proof that only its layout changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.layout.cuts import names_columns_by_text
from sqlgen.layout.proof import same_but_for_layout
from sqlgen.layout.shapes import write
from sqlgen.layout.tree import TooDeep, grow
from sqlgen.layout.writer import Writer
from sqlgen.messages import Message, say
from sqlgen.statements.model import Statement, Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["Laid", "layout"]


@dataclass(frozen=True, slots=True)
class Laid:
    """A statement laid out, without its terminator."""

    text: str
    note: Message | None
    """Why it was left exactly as it was; None when it is laid out."""
    tokens: tuple[Token, ...]
    """The tokens of `text`."""


def layout(statement: Statement, dialect: str) -> Laid:
    """Lay out one statement. What can't be proven to be the same statement is left exactly as it was.

    The proof: our own tokens are equal but for white space and the case of keywords, and for PostgreSQL the parser's
    fingerprint is equal too. Doing it twice gives the same as doing it once.
    """
    reason = _unfit(statement, dialect)
    if reason is not None:
        return _left(statement, reason)
    try:
        nodes = grow(statement.tokens, dialect)
    except TooDeep:
        return _left(statement, say("its parentheses do not match, or nest too deeply to be laid out"))
    if dialect != "postgresql" and names_columns_by_text(nodes):
        return _left(statement, say("a column of it has no AS, so its name is its text"))
    writer = Writer()
    write(writer, nodes)
    text = str(writer)
    if text == statement.text:
        return Laid(text, None, statement.tokens)
    tokens = scan(text, dialect)
    if not same_but_for_layout(statement.tokens, tokens):
        return _left(statement, say("its layout could not be changed without changing its tokens"))
    if dialect == "postgresql":
        reason = _parses_differently(statement.text, text)
        if reason is not None:
            return _left(statement, reason)
    return Laid(text, None, tokens)


def _left(statement: Statement, reason: Message) -> Laid:
    return Laid(statement.text, reason, statement.tokens)


_UNFIT = (TokenKind.UNCLOSED, TokenKind.CLIENT, TokenKind.TERMINATOR)


def _unfit(statement: Statement, dialect: str) -> Message | None:
    """Why a statement is not touched at all."""
    for token in statement.tokens:
        if token.kind in _UNFIT or token.text == ";":
            match token.kind:
                case TokenKind.UNCLOSED:
                    return say("it holds a quote or comment that is not closed")
                case TokenKind.CLIENT:
                    return say("it holds a command for the client: {command}", command=token.text)
                case _:
                    return say("it holds statements of its own")
    if dialect == "mssql" and _is_batch(statement):
        return say("it holds statements of its own")
    return None


def _is_batch(statement: Statement) -> bool:
    """SQL Server wants no terminator between statements: their lines tell them apart for who reads them."""
    from sqlgen.facts.mssql import holds_several

    return holds_several(statement)


def _parses_differently(before: str, after: str) -> Message | None:
    from sqlgen.facts.postgresql import fingerprint  # loads PostgreSQL's parser

    expected = fingerprint(before)
    if expected is None:
        return say("PostgreSQL's parser can't read it")
    if fingerprint(after) != expected:
        return say("PostgreSQL's parser would read it differently")
    return None
