"""Two token sequences in: whether only the layout differs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.layout.tree import SPACED
from sqlgen.statements.model import Token, TokenKind

__all__ = ["same_but_for_layout"]

_SPACE, _WORD, _SYMBOL = TokenKind.SPACE, TokenKind.WORD, TokenKind.SYMBOL
_STRING = TokenKind.STRING
_APART = (TokenKind.COMMENT, TokenKind.TERMINATOR)


def same_but_for_layout(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether both hold the same tokens, white space aside.

    A word may be upper case in `after`: the one change that the layout makes to a token. White space may come or go
    only after `(` and `,`, before `)` and `,`, between `)` and a word, after KEY, CHECK and UNIQUE, and around comments
    and terminators. Elsewhere it can have a meaning: MySQL's `count (x)` is not `count(x)`, and a line break between
    two literals makes them one in PostgreSQL.
    """
    old, old_gaps = _with_gaps(before)
    new, new_gaps = _with_gaps(after)
    if len(old) != len(new):
        return False
    return (
        all(map(_same_token, old, new))
        and all(
            bool(gap) == bool(old_gaps[index]) or (index > 0 and _free(old[index - 1], old[index]))
            for index, gap in enumerate(new_gaps)
            if gap != old_gaps[index]
        )
        and all(
            old_gaps[index] == new_gaps[index]
            for index in range(1, len(old))
            if old[index].kind is _STRING and old[index - 1].kind is _STRING
        )
    )


def _with_gaps(tokens: Sequence[Token]) -> tuple[list[Token], list[str]]:
    """The tokens that are not white space, and the white space before each; what stands around them all is left out."""
    kept: list[Token] = []
    gaps: list[str] = []
    gap = ""
    for token in tokens:
        if token.kind is _SPACE:
            gap += token.text
        else:
            kept.append(token)
            gaps.append(gap if len(kept) > 1 else "")
            gap = ""
    return kept, gaps


def _same_token(old: Token, new: Token) -> bool:
    if old is new or (old.kind is new.kind and old.text == new.text):
        return True
    return old.kind is _WORD and new.kind is _WORD and old.text.upper() == new.text


def _free(left: Token, right: Token) -> bool:
    """Whether white space between two tokens says nothing."""
    if left.kind in _APART or right.kind in _APART:
        return True
    if left.kind is _SYMBOL:
        return left.text in ("(", ",") or (left.text == ")" and right.kind is _WORD) or right.text in (")", ",")
    return right.text in (")", ",") or (right.text == "(" and left.kind is _WORD and left.text.upper() in SPACED)
