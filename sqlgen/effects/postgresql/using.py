"""A USING expression in, the casts that it consists of out."""

from __future__ import annotations

from sqlgen.effects.postgresql.text import significant
from sqlgen.statements.model import Token, TokenKind

__all__ = ["casts", "is_at_time_zone"]


def casts(using: str, column: str) -> tuple[str, ...] | None:
    """The types that a column is cast to, in turn: `CAST(note AS text)::state` gives text, state.

    None where the expression is anything else.
    """
    return _casts(significant(using), column)


def _casts(tokens: list[Token], column: str) -> tuple[str, ...] | None:
    if _is_column(tokens, column):
        return ()
    if _wrapped(tokens):
        return _casts(tokens[1:-1], column)
    at = _last(tokens, "::")
    if at is not None:
        inner, type_ = _casts(tokens[:at], column), tokens[at + 1 :]
    elif len(tokens) > 3 and tokens[0].text.upper() == "CAST" and _wrapped(tokens[1:]):
        at = _last(tokens[2:-1], "AS")
        if at is None:
            return None
        inner, type_ = _casts(tokens[2 : 2 + at], column), tokens[3 + at : -1]
    else:
        return None
    named = bool(type_) and type_[0].kind in (TokenKind.WORD, TokenKind.QUOTED)
    if inner is None or not named or _joined(type_) is None:
        return None
    return (*inner, _joined(type_) or "")


def _joined(tokens: list[Token]) -> str | None:
    """The text of a type's name; None where something else stands behind it: `c::int + 1`."""
    words = (TokenKind.WORD, TokenKind.QUOTED, TokenKind.NUMBER)
    depth = 0
    for one in tokens:
        depth += {"(": 1, ")": -1}.get(one.text, 0)
        if one.kind not in words and one.text not in ("().,[]-" if depth else ").[]"):  # numeric(5, -2)
            return None
    return " ".join(one.text for one in tokens).replace(" . ", ".")


def is_at_time_zone(using: str, column: str) -> bool:
    """Whether it is `column AT TIME ZONE '…'`: timestamps, each taken as of that zone."""
    tokens = significant(using)
    while _wrapped(tokens):
        tokens = tokens[1:-1]
    words = [one.text.upper() for one in tokens[-4:-1]]
    return words == ["AT", "TIME", "ZONE"] and tokens[-1].kind is TokenKind.STRING and _is_column(tokens[:-4], column)


def _is_column(tokens: list[Token], column: str) -> bool:
    """The column, with its table before it or not."""
    if len(tokens) not in (1, 3) or (len(tokens) == 3 and tokens[1].text != "."):
        return False
    last = tokens[-1]
    if last.kind is TokenKind.QUOTED:
        return last.text[1:-1].replace('""', '"') == column
    return last.kind is TokenKind.WORD and last.text.lower() == column


def _wrapped(tokens: list[Token]) -> bool:
    """Whether the first parenthesis is closed by the last one."""
    if len(tokens) < 3 or tokens[0].text != "(" or tokens[-1].text != ")":
        return False
    depth = 0
    for number, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return number == len(tokens) - 1
    return False


def _last(tokens: list[Token], word: str) -> int | None:
    """Where a word or symbol stands last outside of parentheses."""
    depth, found = 0, None
    for number, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.text.upper() == word:
            found = number
    return found
