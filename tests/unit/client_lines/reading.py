"""Text of T-SQL or PL/SQL in, tokens and values of expressions out: as much of both as the scripts hold.

NULL is None, and conditions have three values. Oracle's empty text is NULL; T-SQL compares texts without regard to case
and to blanks at the end, but for those of a binary collation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

TOKEN = re.compile(
    r"(?P<space>\s+|--[^\n]*)|(?P<string>N?'(?:[^']|'')*')|(?P<number>[0-9]+)"
    r"|(?P<word>\[[^\]]*\]|\"[^\"]*\"|(?!:=)[A-Za-z_@#:][A-Za-z0-9_@#$.%]*)|(?P<mark><>|<=|>=|:=|\|\||.)",
    re.DOTALL,
)


@lru_cache(maxsize=4096)
def cut(text: str) -> tuple[tuple[str, str, str, int], ...]:
    """Each token's kind, its text, the same in upper case, and where it begins."""
    found = (each for each in TOKEN.finditer(text) if each.lastgroup != "space")
    return tuple((each.lastgroup or "", each[0], each[0].upper(), each.start()) for each in found)


def as_sqlite(text: str) -> tuple[str, ...]:
    """A statement as SQLite runs it: a column's type, not whether it may be NULL, is changed by one in its place."""
    found = re.fullmatch(r"ALTER TABLE (\w+) (?:ALTER COLUMN|MODIFY) (\w+) (\w+)(?: NOT NULL| NULL)?", text)
    if found is None:
        return (text,)
    table, column, type_ = found.groups()
    return (
        f"ALTER TABLE {table} ADD COLUMN retyped {type_}",
        f"UPDATE {table} SET retyped = {column}",
        f"ALTER TABLE {table} DROP COLUMN {column}",
        f"ALTER TABLE {table} RENAME COLUMN retyped TO {column}",
    )


class Binary(str):
    """A text of a binary collation."""


class Tokens:
    """A place in a text."""

    def __init__(self, text: str) -> None:
        self.text, self.all, self.at = text, cut(text), 0

    @property
    def done(self) -> bool:
        return self.at >= len(self.all)

    def word(self, ahead: int = 0) -> str:
        """In upper case; the empty string at the end."""
        place = self.at + ahead
        return self.all[place][2] if place < len(self.all) else ""

    def take(self, *words: str) -> bool:
        place = self.at
        if place + len(words) > len(self.all):
            return False
        for word in words:
            if self.all[place][2] != word:
                return False
            place += 1
        self.at = place
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise SyntaxError(f"{' '.join(words)} is missing before {self.text[self.start : self.start + 60]!r}")

    def next(self) -> tuple[str, str]:
        kind, text, _, _ = self.all[self.at]
        self.at += 1
        return kind, text

    @property
    def start(self) -> int:
        return len(self.text) if self.done else self.all[self.at][3]

    def until(self, *marks: str) -> str:
        """The text up to one of the marks outside of parentheses, or to the end; the mark is left."""
        start, depth = self.start, 0
        while not self.done and (depth or self.word() not in marks):
            depth += {"(": 1, ")": -1}.get(self.word(), 0)
            self.at += 1
        return self.text[start : self.start].strip()


class Values:
    """What an expression is worth, by the variables and functions that are given."""

    def __init__(self, tokens: Tokens, variable: Callable[[str], Any], call: Callable[[str, list[Any]], Any],
                 exists: Callable[[str], bool], live: bool = True) -> None:  # fmt: skip
        self.tokens, self.variable, self.call, self.exists, self.live = tokens, variable, call, exists, live

    def value(self) -> Any:
        left = self._and()
        while self.tokens.take("OR"):
            right = self._and()
            left = True if left is True or right is True else None if None in (left, right) else False
        return left

    def _and(self) -> Any:
        left = self._not()
        while self.tokens.take("AND"):
            right = self._not()
            left = False if left is False or right is False else None if None in (left, right) else True
        return left

    def _not(self) -> Any:
        if self.tokens.take("NOT"):
            value = self._not()
            return None if value is None else not value
        return self._compared()

    def _compared(self) -> Any:
        left, tokens = self._sum(), self.tokens
        if tokens.take("IS", "NOT", "NULL"):
            return left is not None
        if tokens.take("IS", "NULL"):
            return left is None
        negated = tokens.take("NOT")
        if tokens.take("IN", "("):
            found = [self.value()]
            while tokens.take(","):
                found.append(self.value())
            tokens.need(")")
            result = any(_compare(left, each) == 0 for each in found) if left is not None else None
        elif tokens.take("LIKE"):
            pattern = self._sum()
            result = (
                None if left is None else re.fullmatch(re.escape(pattern).replace("%", ".*"), left, re.S) is not None
            )
        elif tokens.word() in ("=", "<>", "<", ">", "<=", ">="):
            operator = tokens.next()[1]
            order = _compare(left, self._sum())
            result = None if order is None else {"=": order == 0, "<>": order != 0, "<": order < 0, ">": order > 0,
                                                 "<=": order <= 0, ">=": order >= 0}[operator]  # fmt: skip
        else:
            return left
        return (not result) if negated and result is not None else result

    def _sum(self) -> Any:
        left = self._primary()
        while self.tokens.word() in ("+", "-", "||"):
            operator = self.tokens.next()[1]
            right = self._primary()
            if operator == "||":
                left = (("" if left is None else str(left)) + ("" if right is None else str(right))) or None
            elif left is None or right is None:
                left = None
            elif operator == "-":
                left = left - right
            else:
                left = left + right
        return left

    def _primary(self) -> Any:
        value = self._bare()
        if self.tokens.take("COLLATE"):
            self.tokens.next()
            return None if value is None else Binary(value)
        return value

    def _bare(self) -> Any:
        tokens = self.tokens
        if tokens.take("-"):
            return -self._primary()
        if tokens.take("("):
            value = self.value()
            tokens.need(")")
            return value
        if tokens.take("EXISTS", "("):
            query = tokens.until(")")
            tokens.need(")")
            return self.exists(query)
        if tokens.take("CASE"):
            return self._case()
        kind, text = tokens.next()
        if kind == "string":
            return text[text.index("'") + 1 : -1].replace("''", "'")
        if kind == "number":
            return int(text)
        if text.upper() == "NULL":
            return None
        if tokens.take("("):
            return self._called(text.upper())
        return self.variable(text)

    def _called(self, name: str) -> Any:
        tokens = self.tokens
        if name in ("CAST", "CONVERT"):
            if name == "CONVERT":
                tokens.until(",")
                tokens.need(",")
            value = self.value()
            type_ = tokens.until(")") if tokens.take("AS") else tokens.until(")") or ""
            tokens.need(")")
            if type_.lower() != "int" or value is None:
                return value
            return int(value) if self.live or str(value).isdigit() else None  # a text that is no number: an error
        arguments = []
        while not tokens.take(")"):
            arguments.append(self.value())
            tokens.take(",")
        return self.call(name, arguments)

    def _case(self) -> Any:
        tokens, result, found = self.tokens, None, False
        compared = tokens.word() != "WHEN"
        subject = self.value() if compared else None
        while tokens.take("WHEN"):
            when = self.value()
            tokens.need("THEN")
            then = self.value()
            if not found and (_compare(subject, when) == 0 if compared else when is True):
                result, found = then, True
        if tokens.take("ELSE"):
            other = self.value()
            result = result if found else other
        tokens.need("END")
        return result


def _compare(left: Any, right: Any) -> int | None:
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        if not isinstance(left, Binary) and not isinstance(right, Binary):
            left, right = left.lower(), right.lower()
        left, right = str(left).rstrip(" "), str(right).rstrip(" ")
    return (left > right) - (left < right)
