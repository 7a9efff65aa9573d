"""Tokens in, Statements out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.statements.bodies import body_for, sends
from sqlgen.statements.model import Statement, Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["split"]

_SPACE, _COMMENT, _CLIENT, _TERMINATOR = TokenKind.SPACE, TokenKind.COMMENT, TokenKind.CLIENT, TokenKind.TERMINATOR
_AROUND = (_SPACE, _COMMENT, _CLIENT)


def split(text: str, dialect: str) -> tuple[Statement, ...]:
    """Cut a script into statements, where the dialect's own client cuts it.

    The law: joining `leading + text + terminator` of all statements gives the script back. Only the last statement
    may have an empty text: it holds what follows the last real one. A terminator that ends nothing (`;;`) goes into
    the leading of the next statement. The bodies of routines and triggers stay in one piece.
    """
    tokens = scan(text, dialect)
    statements: list[Statement] = []
    place = _Place()
    begin = 0
    while begin < len(tokens):
        first = _first_significant(tokens, begin)
        if first == len(tokens):
            break
        end, ended = _end(tokens, first, dialect)
        statements.append(place.statement(tokens, begin, first, end, ended or dialect != "oracle"))
        begin = end
    if begin < len(tokens):
        statements.append(place.statement(tokens, begin, len(tokens), len(tokens), True))
    return tuple(statements)


def _first_significant(tokens: Sequence[Token], index: int) -> int:
    while index < len(tokens) and (tokens[index].kind in _AROUND or tokens[index].kind is _TERMINATOR):
        index += 1
    return index


def _end(tokens: Sequence[Token], first: int, dialect: str) -> tuple[int, bool]:
    """The index after the statement: after its terminator, or where white space and comments at the end begin; and
    whether a terminator ends it. The last `;` of a PL/SQL block does not: it belongs to the block."""
    body = body_for(dialect, tokens[first])
    for index in range(first, len(tokens)):
        token = tokens[index]
        kind = token.kind
        if kind is _SPACE or kind is _COMMENT:
            continue
        if kind is _TERMINATOR:
            if body is None or body.ends(token):
                return index + 1, True
        elif kind is _CLIENT:
            if sends(token, dialect):
                return index + 1, True
        elif body is not None:
            body.take(token)
    end = len(tokens)
    while tokens[end - 1].kind in _AROUND:
        end -= 1
    return end, False


class _Place:
    """Where the next statement begins, counted as the statements are made."""

    def __init__(self) -> None:
        self.offset = 0
        self.line = 1
        self.column = 1

    def statement(self, tokens: Sequence[Token], begin: int, first: int, end: int, ended: bool) -> Statement:
        """Make the statement of tokens[begin:end], whose first significant token is tokens[first].

        ended: a terminator at its end is not part of it.
        """
        last = end - 1 if ended and end > first and tokens[end - 1].kind in (_TERMINATOR, _CLIENT) else end
        while last > first and tokens[last - 1].kind in _AROUND:
            last -= 1
        leading, body, terminator = (
            "".join([token.text for token in part])
            for part in (tokens[begin:first], tokens[first:last], tokens[last:end])
        )
        self._advance(leading)
        made = Statement(leading, body, terminator, tuple(tokens[first:last]), self.offset, self.line, self.column)
        self._advance(body)
        self._advance(terminator)
        return made

    def _advance(self, text: str) -> None:
        self.offset += len(text)
        newlines = text.count("\n")
        if newlines:
            self.line += newlines
            self.column = len(text) - text.rindex("\n")
        else:
            self.column += len(text)
