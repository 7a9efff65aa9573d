"""Text in, tokens out. Nothing is lost, nothing raises, the cost is linear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sqlgen.statements.lexis import Delimited, Lexis, lexis
from sqlgen.statements.model import Token, TokenKind

__all__ = ["scan"]


def scan(text: str, dialect: str) -> tuple[Token, ...]:
    """Cut text into tokens as the dialect's engine, fed by its own client, does.

    The law: `"".join(token.text for token in scan(text, dialect)) == text`, for every dialect and every str.
    An unknown dialect is read as plain SQL.
    """
    tokens: list[Token] = []
    known: dict[str, Token] = {}
    lexer = _lexer(dialect, None)
    position = 0
    if text.startswith("\ufeff"):  # psql, mysql and sqlite3 all skip a byte order mark at the start of a file
        tokens.append(Token(TokenKind.SPACE, "\ufeff"))
        position = 1
    while position < len(text):
        position, lexer = _between(text, position, lexer, tokens)
        position = _inside(text, position, lexer, tokens, known)
    return tuple(tokens)


@dataclass(frozen=True, slots=True)
class _Lexer:
    """The patterns for one dialect and one statement terminator."""

    dialect: str
    start: re.Pattern[str]
    """Where a statement may begin: client lines count."""
    inside: re.Pattern[str]
    kinds: tuple[TokenKind | None, ...]
    """By group number, the same in both patterns; None opens a nested comment."""
    copies: bool


_BETWEEN = (TokenKind.SPACE, TokenKind.COMMENT, TokenKind.CLIENT, TokenKind.TERMINATOR)
_NEVER = r"(?!)"


@lru_cache(maxsize=64)
def _lexer(dialect: str, delimiter: str | None) -> _Lexer:
    facts = lexis(dialect)
    alternatives = _alternatives(facts, delimiter)
    kinds: list[TokenKind | None] = [None]
    for kind, fragment in alternatives:
        kinds += [kind] * (1 + re.compile(fragment, re.DOTALL).groups)
    start = "|".join(f"({fragment})" for _, fragment in alternatives)
    client = facts.client or _NEVER
    inside = "|".join(f"({_NEVER if fragment == client else fragment})" for _, fragment in alternatives)
    return _Lexer(
        dialect,
        re.compile(start, re.DOTALL),
        re.compile(inside, re.DOTALL),
        tuple(kinds),
        facts.copies,
    )


def _alternatives(facts: Lexis, delimiter: str | None) -> tuple[tuple[TokenKind | None, str], ...]:
    """What a token can be, in the order in which it is tried. The last one takes any character."""
    terminator = facts.terminator if delimiter is None else rf"{re.escape(delimiter)}|\\[gG]"
    # mysql finds the delimiter anywhere outside quotes and comments, inside what would be a word too: END$$.
    free = "" if delimiter is None else f"(?!{re.escape(delimiter)})"
    word = (
        f"{free}[{facts.word_start}](?>(?:{free}[{facts.word_rest}])*)"
        if free
        else (f"[{facts.word_start}][{facts.word_rest}]*+")
    )
    space = f"[{facts.spaces}]++"
    line_terminator = _NEVER
    if facts.line_terminator is not None:
        # Space is cut after its last newline, so that the terminator's line can be seen whole.
        space = rf"[{facts.spaces}]*\n|[{facts.spaces}]++"
        line_terminator = rf"(?m:^)[ \t\f]*+(?:{facts.line_terminator})[ \t\r\f]*+(?=\n|\Z)"
    return (
        (TokenKind.TERMINATOR, line_terminator),
        (TokenKind.TERMINATOR, _NEVER if delimiter is None else terminator),
        (TokenKind.CLIENT, facts.client or _NEVER),
        (TokenKind.SPACE, space),
        (TokenKind.NUMBER, facts.numbers),
        (TokenKind.WORD, word + "(?!['\"&])"),
        (TokenKind.SYMBOL, "[(),]"),
        (TokenKind.STRING, _closed(facts.strings)),
        (TokenKind.QUOTED, _closed(facts.names)),
        (TokenKind.UNCLOSED, _opened(facts.strings + facts.names)),
        (TokenKind.WORD, word),
        (TokenKind.TERMINATOR, terminator),
        (TokenKind.COMMENT, facts.line_comment),
        *_block_comment(facts),
        (TokenKind.CLIENT, facts.client_anywhere or _NEVER),
        (TokenKind.SYMBOL, facts.operators),
        (TokenKind.SYMBOL, "."),
    )


def _closed(delimited: tuple[Delimited, ...]) -> str:
    return "|".join(f"(?:{one.opening}){one.rest}" for one in delimited)


def _opened(delimited: tuple[Delimited, ...]) -> str:
    openings = "|".join(one.opening.replace("?P<tag>", "?:") for one in delimited)
    return f"(?:{openings}).*+"


def _block_comment(facts: Lexis) -> tuple[tuple[TokenKind | None, str], ...]:
    if facts.block_comment is None:
        return ((None, r"/\*"),)
    return ((TokenKind.COMMENT, _closed((facts.block_comment,))), (TokenKind.UNCLOSED, _opened((facts.block_comment,))))


def _between(text: str, position: int, lexer: _Lexer, tokens: list[Token]) -> tuple[int, _Lexer]:
    """Read what stands before a statement, up to its first significant token."""
    while (found := lexer.start.match(text, position)) is not None:
        kind = lexer.kinds[found.lastindex or 0]
        if kind is None:
            position = _nested_comment(text, position, tokens)
            continue
        if kind not in _BETWEEN:
            break
        tokens.append(Token(kind, found[0]))
        position = found.end()
        if kind is TokenKind.CLIENT and (delimiter := _delimiter(found[0])):
            lexer = _lexer(lexer.dialect, None if delimiter == ";" else delimiter)
    return position, lexer


def _inside(text: str, position: int, lexer: _Lexer, tokens: list[Token], known: dict[str, Token]) -> int:
    """Read one statement, up to and with its terminator.

    known: tokens by their text. Making a frozen value costs more than finding one, and most tokens of a script are
    spaces, commas and keywords.
    """
    first = len(tokens)
    kinds, append, find = lexer.kinds, tokens.append, known.get
    while position < len(text):
        for found in lexer.inside.finditer(text, position):
            kind = kinds[found.lastindex or 0]
            if kind is None:
                position = _nested_comment(text, found.start(), tokens)
                break
            word = found[0]
            token = find(word)
            if token is None or token.kind is not kind:
                token = known[word] = Token(kind, word)
            append(token)
            if kind is TokenKind.TERMINATOR:
                end = found.end()
                return _copy_data(text, end, tokens) if lexer.copies and _is_copy(tokens[first:]) else end
        else:
            return len(text)
    return position


_COMMENT_MARK = re.compile(r"/\*|\*/")


def _nested_comment(text: str, position: int, tokens: list[Token]) -> int:
    """Read a block comment that may hold others; return where it ends."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, position + 2):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            tokens.append(Token(TokenKind.COMMENT, text[position : mark.end()]))
            return mark.end()
    tokens.append(Token(TokenKind.UNCLOSED, text[position:]))
    return len(text)


def _delimiter(line: str) -> str | None:
    """What a DELIMITER line sets; None for other client lines."""
    words = line.split(None, 2)
    if len(words) < 2 or words[0].lower() != "delimiter":
        return None
    return words[1].strip("'\"`") or None


_COPY_LINE_END = re.compile(r"([ \t\r\f]*+)(--[^\r\n]*+)?(\r?\n)")
_COPY_END = re.compile(r"(?m:^)\\\.\r?$(?:\n|\Z)", re.MULTILINE)


def _is_copy(tokens: list[Token]) -> bool:
    first = next((token for token in tokens if token.kind is TokenKind.WORD), None)
    if first is None or first.text.upper() != "COPY":
        return False
    words = [token.text.upper() for token in tokens if token.kind is TokenKind.WORD]
    return ("FROM", "STDIN") in pairwise(words)


def _copy_data(text: str, position: int, tokens: list[Token]) -> int:
    """Read the data lines that psql sends after COPY … FROM STDIN, and the line that ends them."""
    line_end = _COPY_LINE_END.match(text, position)
    if line_end is None:
        return position
    space, comment, newline = line_end.groups()
    if comment:
        tokens += [Token(TokenKind.SPACE, space)] * bool(space)
        tokens += [Token(TokenKind.COMMENT, comment), Token(TokenKind.SPACE, newline)]
    else:
        tokens.append(Token(TokenKind.SPACE, space + newline))
    end = _COPY_END.search(text, line_end.end())
    stop = len(text) if end is None else end.end()
    if stop > line_end.end():
        tokens.append(Token(TokenKind.CLIENT, text[line_end.end() : stop]))
    return stop
