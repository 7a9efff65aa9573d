"""Text in, PostgreSQL's own parse tree out: the calls to libpg_query, and what keeps them from harm.

The library walks its tree by recursion and does not look at the C stack. In PostgreSQL 18's grammar a chain such as
`a || b || …` takes about 400 bytes of stack per operator, so some 20,000 of them end the process (measured with
postgast 0.2, 8 MB of stack). Text that could nest that deep is refused before the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from json import JSONDecodeError
from typing import Any

from google.protobuf.message import DecodeError

from sqlgen.facts.postgresql import library
from sqlgen.facts.postgresql.library import pb
from sqlgen.messages import Message, say
from sqlgen.statements.model import Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["Refused", "body", "fingerprint", "tree"]

DEEPEST = 2_000
"""Levels that a text may nest, counted from above: below 1 MB of stack, the smallest that a main thread has."""

_UNCLOSED = say("a quote or a comment in it is not closed")
_TOO_DEEP = say("it nests too deeply to be parsed")


class Refused(Exception):
    """The text can't be parsed."""

    def __init__(self, reason: Message):
        super().__init__(reason)
        self.reason = reason


def tree(text: str, tokens: Sequence[Token] | None = None) -> pb.ParseResult:
    """The parse tree of one or more statements. Raises Refused."""
    _guard(text, tokens)
    try:
        return library.parse(text)
    except library.PgQueryError as error:
        raise Refused(say("PostgreSQL's parser says: {text}", text=_short(error.message))) from None
    except (DecodeError, RecursionError):  # the tree's own depth: protobuf stops at 100 levels
        raise Refused(_TOO_DEEP) from None


def body(text: str, inside: str) -> list[dict[str, Any]]:
    """The PL/pgSQL tree of a DO statement whose body is `inside`. Raises Refused."""
    _guard(text, None)
    _guard(inside, None)  # the SQL in the body is parsed as well
    try:
        functions: list[dict[str, Any]] = library.parse_plpgsql(text)
    except library.PgQueryError as error:
        raise Refused(say("PL/pgSQL's parser says: {text}", text=_short(error.message))) from None
    except (RecursionError, JSONDecodeError, UnicodeDecodeError):
        raise Refused(_TOO_DEEP) from None
    return functions


def fingerprint(text: str) -> str | None:
    """16 hex digits that are the same for texts with the same parse tree; None when the text can't be parsed.

    Literals do not count: libpg_query was made to group queries. Compare those by their tokens.
    """
    try:
        _guard(text, None)
        return str(library.fingerprint(text).hex)
    except (Refused, library.PgQueryError):
        return None


def _short(message: str) -> str:
    """The parser quotes the text from the error on, which may be long."""
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"


_LONGEST = 200


def _guard(text: str, tokens: Sequence[Token] | None) -> None:
    if "\0" in text:
        raise Refused(say("it holds a NUL character, at which PostgreSQL's parser stops reading"))
    if len(text) > DEEPEST:
        tokens = scan(text, "postgresql") if tokens is None else tokens
        if tokens and tokens[-1].kind is TokenKind.UNCLOSED:
            raise Refused(_UNCLOSED)  # the parser needs time in the square of what /* /* /* … opens
        if deepest(tokens) > DEEPEST:
            raise Refused(_TOO_DEEP)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(say("it holds characters that are not valid Unicode")) from None


def deepest(tokens: Iterable[Token]) -> int:
    """A bound on how deep a parse tree can be: never too low, and near the truth for what people write.

    Every token may open a level. Commas, AND and OR separate siblings, so what comes before them at their level counts
    no more, except joins and set operations, whose chains go on behind a comma.
    """
    bound, total = 0, 0
    here, chain, outer = 0, 0, []
    for token in tokens:
        if token.kind in (TokenKind.SPACE, TokenKind.COMMENT):
            continue
        word = token.text.upper()
        if word in ("(", "["):
            outer.append((here + 1, chain))
            total += 1
            here = chain = 0
        elif word in (")", "]"):
            total -= here
            here, chain = outer.pop() if outer else (0, 0)
        elif word == ";":
            total -= here
            here = chain = 0
        elif word in (",", "AND", "OR"):
            total -= here - chain
            here = chain
        else:
            chain += word in ("JOIN", "UNION", "INTERSECT", "EXCEPT")
            here += 1
            total += 1
        bound = max(bound, total)
    return bound
