"""Tokens of a long statement in, a short text that reads the same out: what a dump is made of.

A parse tree of a million constants takes a gigabyte, and says nothing that the first of them does not. What is left out
are constants only, so that nothing that acts is left out with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.statements.model import Token, TokenKind

__all__ = ["of_constants", "shortened"]

_WORDS = frozenset(("NULL", "TRUE", "FALSE", "DEFAULT"))
_SYMBOLS = frozenset(("(", ")", ",", "+", "-"))
_DIGITS = frozenset("0123456789.eE+-")


def of_constants(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL): the same with one row of one constant, and how many rows it has.

    None for any other statement, and where a row holds anything but constants. Statements that differ in their values
    alone have the same short text.
    """
    if not tokens or tokens[0].text.upper() != "INSERT":
        return None
    start = next((at for at, token in enumerate(tokens) if token.text.upper() == "VALUES"), None)
    if start is None:
        return None
    rows = _rows(tokens[start + 1 :])
    return ("".join([token.text for token in tokens[: start + 1]]) + " (0)", rows) if rows else None


def _rows(tokens: Sequence[Token]) -> int:
    """How many rows (1, 'x'), (-2, NULL) has; 0 for anything that is not just that."""
    rows, state = 0, "row"
    for token in tokens:
        if token.kind is TokenKind.SPACE:
            continue
        text = token.text
        if state == "row":
            state = "item" if text == "(" else ""
        elif state == "item" and text in ("+", "-"):
            state = "number"
        elif state == "item" or state == "number":
            wanted = token.kind is TokenKind.NUMBER if state == "number" else token.kind is not TokenKind.SYMBOL
            state = "behind" if wanted and _is_constant(token) else ""
        elif state == "behind":
            rows += text == ")"
            state = {",": "item", ")": "between"}.get(text, "")
        elif state == "between":
            state = "row" if text == "," else ""
        if not state:
            return 0
    return rows if state == "between" else 0


def _is_constant(token: Token) -> bool:
    match token.kind:
        case TokenKind.SYMBOL:
            return token.text in _SYMBOLS
        case TokenKind.NUMBER:
            return _DIGITS.issuperset(token.text)
        case TokenKind.STRING:
            return token.text[0] == "'"  # E'…' and U&'…' may be wrong inside
        case TokenKind.WORD:
            return token.text.upper() in _WORDS
        case _:
            return False


def shortened(tokens: Sequence[Token]) -> str | None:
    """A query or a change of rows with three constants at most in each list of them, IN (1, 2, 3); None where there are
    no more, and for definitions, whose texts are kept as written."""
    if not tokens or tokens[0].text.upper() not in _OF_ROWS:
        return None
    short = "".join(_pieces(tokens))
    return short if len(short) * 2 < sum(len(token.text) for token in tokens) else None


_OF_ROWS = ("INSERT", "UPDATE", "DELETE", "SELECT", "WITH")


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    """Each token's text, without what stands behind the third comma of a list in parentheses that is constant to its
    end."""
    commas: int | None = None
    """Since the parenthesis opened; None outside of a list of constants."""
    held: list[str] = []
    for token in tokens:
        text = token.text
        if text == "(":
            yield from held
            commas, held = 0, []
        elif text == ")":
            commas, held = None, []
        elif token.kind is not TokenKind.SPACE and not _is_constant(token):
            yield from held
            commas, held = None, []
        elif commas is not None:
            commas += text == ","
            if commas > 2:
                held.append(text)
                continue
        yield text
