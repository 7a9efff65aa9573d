"""SQL in, its text in stretches, each with what it is to a reader."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Literal

from sqlgen.statements import Token, TokenKind, scan

Ink = Literal["word", "literal", "comment"]


def inks(sql: str, dialect: str) -> Iterator[tuple[Ink | None, str]]:
    """Stretches, which give the text back when they are joined.

    Words in capitals are the engine's: that is how Alembic and sqlgen write them. Names are the user's.
    """
    tokens = scan(sql, dialect)
    inked = [(_ink(token), token) for token in tokens]
    for at in range(1, len(inked) - 1):  # what lies between two words of the engine is one stretch with them
        if inked[at][1].kind is TokenKind.SPACE and inked[at - 1][0] == inked[at + 1][0] == "word":
            inked[at] = ("word", inked[at][1])
    for ink, run in groupby(inked, key=lambda each: each[0]):
        yield ink, "".join(token.text for _, token in run)


def _ink(token: Token) -> Ink | None:
    match token.kind:
        case TokenKind.STRING:
            return "literal"
        case TokenKind.COMMENT:
            return "comment"
        case TokenKind.WORD if token.text.isupper():
            return "word"
        case _:
            return None
