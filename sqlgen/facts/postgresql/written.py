"""A statement's text, found again from the byte offsets that PostgreSQL's parser gives.

The parse tree says where things begin, not where they end, and for an expression not even that. The tokens say the
rest: an expression ends before the next clause, comma or closing parenthesis of its own level.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import cached_property

from sqlgen.statements.model import Token, TokenKind

__all__ = ["Lost", "Written"]


class Lost(Exception):
    """Our tokens and PostgreSQL's parser disagree on where something stands."""


class Written:
    """Slices of one statement. Offsets from the parser count UTF-8 bytes; token numbers count significant tokens.

    Every method raises Lost when the text is not as the parser said.
    """

    def __init__(self, text: str, tokens: Callable[[], Sequence[Token]]):
        self.text = text
        self._all = tokens

    @cached_property
    def _tokens(self) -> tuple[list[str], list[int], list[int]]:
        """Of each significant token: its word or symbol in upper case, else the empty string; where it begins, ends."""
        words: list[str] = []
        starts: list[int] = []
        stops: list[int] = []
        position = 0
        for token in self._all():
            kind, text = token.kind, token.text
            if kind is not TokenKind.SPACE and kind is not TokenKind.COMMENT:
                if kind is TokenKind.TERMINATOR:
                    words.append(_END)
                else:
                    words.append(text.upper() if kind is TokenKind.WORD or kind is TokenKind.SYMBOL else "")
                starts.append(position)
                stops.append(position + len(text))
            position += len(text)
        return words, starts, stops

    @cached_property
    def _by_offset(self) -> dict[int, int]:
        """Byte offset → number of the token that begins there."""
        _, starts, _ = self._tokens
        if self.text.isascii():
            return {start: number for number, start in enumerate(starts)}
        at, byte, before = {}, 0, 0
        for number, start in enumerate(starts):
            byte += len(self.text[before:start].encode())
            before = start
            at[byte] = number
        return at

    def token(self, offset: int) -> int:
        """The number of the token that begins at a byte offset."""
        try:
            return self._by_offset[offset]
        except KeyError:
            raise Lost from None

    def behind(self, offset: int) -> int:
        """The number of the token behind the name, with or without a schema, that begins at a byte offset."""
        number = self.token(offset) + 1
        while self.word(number) == ".":
            number += 2
        return number

    def word(self, number: int) -> str:
        """The token in upper case where it is a word or a symbol, else the empty string."""
        words = self._tokens[0]
        return words[number] if number < len(words) else ""

    def end(self) -> int:
        return len(self._tokens[0])

    def find(self, word: str, start: int, stop: int | None = None) -> int:
        """The first token at the level of `start` that is this word."""
        for number in self.level(start, stop):
            if self.word(number) == word:
                return number
        raise Lost

    def has(self, word: str, start: int, stop: int) -> bool:
        return any(self.word(number) == word for number in self.level(start, stop))

    def slice(self, start: int, stop: int) -> str:
        """The text from token `start` up to, not with, token `stop`."""
        _, starts, stops = self._tokens
        if not start < stop <= len(starts):
            raise Lost
        return self.text[starts[start] : stops[stop - 1]]

    def group(self, start: int) -> tuple[int, int]:
        """The tokens inside the parentheses or brackets that open at `start`: first, and one past the last."""
        if self.word(start) not in ("(", "["):
            raise Lost
        return start + 1, self.close(start + 1, self.end() - 1)

    def parts(self, start: int, stop: int | None = None) -> list[tuple[int, int]]:
        """The stretches between commas, at the level of `start`, up to where that level ends."""
        stop = self.end() if stop is None else stop
        parts, first = [], start
        for number in self.level(start, stop):
            if self.word(number) == ",":
                parts.append((first, number))
                first = number + 1
        return [*parts, (first, self.close(first, stop))]

    def expression(self, start: int, stop: int | None = None, clauses: Container[int] = ()) -> str:
        """An expression from token `start` to the end of its level, a comma, or a token that begins another clause."""
        stop = self.end() if stop is None else stop
        for number in self.level(start, stop):
            if number > start and (self.word(number) == "," or number in clauses):
                return self.slice(start, number)
        return self.slice(start, self.close(start, stop))

    def type(self, offset: int) -> str:
        """The type that begins at a byte offset, with its arguments and array bounds."""
        start = self.token(offset)
        return self.slice(start, self._type_end(start))

    def _type_end(self, start: int) -> int:
        number = start + (self.word(start) == "SETOF")
        first = self.word(number)
        number += 1
        if first == "NATIONAL":
            first, number = self.word(number), number + 1
        while self.word(number) == ".":
            number, first = number + 2, ""
        if (first == "DOUBLE" and self.word(number) == "PRECISION") or (
            first in ("CHARACTER", "CHAR", "NCHAR", "BIT") and self.word(number) == "VARYING"
        ):
            number += 1
        while first == "INTERVAL" and self.word(number) in _INTERVAL_FIELDS:
            number += 1
        if self.word(number) == "(":
            number = self.group(number)[1] + 1
        if first in ("TIME", "TIMESTAMP") and self.word(number) in ("WITH", "WITHOUT"):
            number += 3
        number += self.word(number) == "ARRAY"
        while self.word(number) == "[":
            number = self.group(number)[1] + 1
        return number

    def level(self, start: int, stop: int | None = None) -> Iterator[int]:
        """The tokens from `start` that stand at its level, up to the parenthesis or semicolon that closes it."""
        words = self._tokens[0]
        depth = 0
        for number in range(start, len(words) if stop is None else min(stop, len(words))):
            word = words[number]
            if depth == 0:
                if word == _END:
                    return
                yield number
            depth += _DEPTH.get(word, 0)
            if depth < 0:
                return

    def close(self, start: int, stop: int | None = None) -> int:
        """Where the level of `start` ends: its closing parenthesis, a semicolon, or `stop`."""
        words = self._tokens[0]
        stop = len(words) if stop is None else min(stop, len(words))
        depth = 0
        for number in range(start, stop):
            word = words[number]
            depth += _DEPTH.get(word, 0)
            if depth < 0 or (depth == 0 and word == _END):
                return number
        return stop


_END = ";"
_DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}
_INTERVAL_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO")
