"""SQL text in, its tokens in one spelling out, so that two texts that mean the same can be compared.

Layout, the case of words and the way a value is written ('' or E'', 1 or true, T or a space in a time) do not count,
nor does the order of a table's constraints: Alembic takes some of them from a Python set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from corpus.projects import Dialect
from sqlgen.statements import TokenKind, scan, split

Tokens = tuple[str, ...]

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a"}
_CONSTRAINTS = ("constraint", "primary", "foreign", "unique", "check", "exclude")


def statements(text: str, dialect: Dialect) -> Iterator[Tokens]:
    """Cut a text into statements; comments alone are none."""
    for statement in split(text, dialect):
        tokens = tuple(_tokens(statement.text, dialect))
        if tokens:
            yield _constraints_sorted(tokens) if tokens[0] == "create" and "table" in tokens[1:3] else tokens


def _constraints_sorted(tokens: Tokens) -> Tokens:
    """A CREATE TABLE, its columns as they are and its constraints behind them, sorted."""
    if "(" not in tokens:
        return tokens
    start = tokens.index("(") + 1
    parts: list[Tokens] = [()]
    depth = 1
    for number, token in enumerate(tokens[start:], start):
        depth += (token == "(") - (token == ")")
        if depth == 0:
            columns = [part for part in parts if part[:1] not in [(word,) for word in _CONSTRAINTS]]
            constraints = sorted(part for part in parts if part not in columns)
            inside = [token for part in (*columns, *constraints) for token in (*part, ",")]
            return (*tokens[:start], *inside[:-1], *tokens[number:])
        if token == "," and depth == 1:
            parts.append(())
        else:
            parts[-1] += (token,)
    return tokens


def _tokens(text: str, dialect: Dialect) -> Iterator[str]:
    """Its tokens, each in one spelling; a cast right behind a literal is left out: drivers add them."""
    tokens = [
        token
        for token in scan(text, dialect)
        if token.kind is not TokenKind.SPACE and (token.kind is not TokenKind.COMMENT or token.executable)
    ]
    number = 0
    while number < len(tokens):
        token = tokens[number]
        number += 1
        match token.kind:
            case TokenKind.STRING:
                yield _string(token.text, dialect)
                if number < len(tokens) and tokens[number].text == "::":
                    number = _behind_type(number + 1, [each.text for each in tokens])
            case TokenKind.NUMBER:
                yield _number(token.text)
            case TokenKind.WORD if token.text.lower() in ("true", "false") and dialect != "postgresql":
                yield "1" if token.text.lower() == "true" else "0"
            case TokenKind.QUOTED:
                yield token.text[1:-1].lower()
            case _:
                yield token.text.lower()


def _behind_type(number: int, tokens: list[str]) -> int:
    """The number of the first token behind a type's name."""
    number += 1
    if tokens[number : number + 3] in (["without", "time", "zone"], ["with", "time", "zone"]):
        number += 3
    if tokens[number : number + 1] == ["("] and tokens[number + 2 : number + 3] == [")"]:
        number += 3
    while tokens[number : number + 2] == ["[", "]"]:
        number += 2
    return number


def _number(text: str) -> str:
    try:
        return format(Decimal(text).normalize(), "f")
    except ArithmeticError:
        return text.lower()


def _string(text: str, dialect: Dialect) -> str:
    prefix, mark, inside = re.match(r"(?s)([A-Za-z_0-9&]*)(['\"$])(.*)", text).groups()  # type: ignore[union-attr]
    if mark == "$":
        return "'" + text[len(text[: text.index("$", 1) + 1]) : -len(text[: text.index("$", 1) + 1])]
    inside = inside[:-1].replace(mark * 2, mark)
    if prefix.lower() == "x":
        return f"x'{inside.lower()}"
    if prefix.lower() == "e" or dialect == "mariadb":
        inside = re.sub(r"(?s)\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), inside)
    return "'" + re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:)", r"\1 \2", inside)
