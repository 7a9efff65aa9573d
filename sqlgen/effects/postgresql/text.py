"""The words of an option that facts keep as text: text in, words and symbols in upper case and names out."""

from __future__ import annotations

from sqlgen.facts.vocabulary import Name
from sqlgen.statements.model import Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["behind_column", "name_behind", "significant", "words"]


def significant(text: str) -> list[Token]:
    """The tokens without white space and comments."""
    return [one for one in scan(text, "postgresql") if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]


def words(text: str) -> list[str]:
    """Words and symbols in upper case; quoted names, strings and numbers as they are."""
    plain = (TokenKind.WORD, TokenKind.SYMBOL)
    return [one.text.upper() if one.kind in plain else one.text for one in significant(text)]


def behind_column(text: str) -> list[str]:
    """`ALTER COLUMN note SET STATISTICS 5` → the words behind the column's name."""
    found = words(text)
    if found[:1] == ["ALTER"]:
        found = found[2:] if found[1:2] == ["COLUMN"] else found[1:]
        return found[1:]
    return found


def name_behind(text: str, *before: str) -> Name | None:
    """The name that stands right behind these words, the first time they stand there."""
    tokens, plain = significant(text), words(text)
    for number in range(len(plain) - len(before)):
        if tuple(plain[number : number + len(before)]) == before:
            return _name(tokens[number + len(before) :])
    return None


def _name(tokens: list[Token]) -> Name | None:
    parts: list[str] = []
    for number, token in enumerate(tokens):
        if number % 2 == 1:
            if token.text != ".":
                break
        elif token.kind is TokenKind.QUOTED:
            parts.append(token.text[1:-1].replace('""', '"'))
        elif token.kind is TokenKind.WORD:
            parts.append(token.text.lower())
        else:
            break
    if not parts:
        return None
    schema = parts[-2] if len(parts) > 1 else None
    return Name(parts[-1], None if schema == "public" else schema)
