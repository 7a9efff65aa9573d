"""A statement with a driver's own placeholders and values in, the text that the driver would send out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .offline import Offline

Write = Callable[[Any], str]
"""A value as SQL."""

_FORMAT = re.compile(r"%(?:\((?P<name>.*?)\))?(?P<kind>.)?", re.DOTALL)

_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/"
_SQLITE = re.compile(rf"{_QUOTED}|`[^`]*`|\[[^\]]*\]|(?P<mark>\?\d*|[:@$]\w+)", re.DOTALL)
_DOLLARS = re.compile(rf"{_QUOTED}|(?P<tag>\$(?:[^\W\d]\w*)?\$).*?(?P=tag)|(?P<mark>(?<!\w)\$\d+)", re.DOTALL)
_COLONS = re.compile(rf"{_QUOTED}|(?P<mark>(?<![:\w]):\w+)", re.DOTALL)


def written(sql: str, values: Any, style: str, write: Write) -> str:
    """values: of one execution. Raises what the driver would raise: ValueError, TypeError, KeyError, IndexError."""
    match style:
        case "format" | "pyformat":
            return _formatted(sql, values, write)
        case "qmark":
            return _marked(sql, values, _SQLITE, write)
        case "numeric_dollar":
            if values and isinstance(values, Mapping):
                raise TypeError("the driver's placeholders are $1, $2, …, and the values have names")
            return _marked(sql, values, _DOLLARS, write)
        case "named":
            return _COLONS.sub(_Marks(values, write), sql)
        case _:
            raise Offline("driver-style", style=style)


def _formatted(sql: str, values: Any, write: Write) -> str:
    """psycopg2 and PyMySQL: Python's % operator, on the values as SQL. A % that is meant is doubled."""
    named = isinstance(values, Mapping)
    rest = iter(() if named else values)
    used = 0

    def put(match: re.Match[str]) -> str:
        nonlocal used
        match match["name"], match["kind"]:
            case None, "%":
                return "%"
            case str(name), "s" if named:
                return write(values[name])
            case None, "s" if not named:
                used += 1
                try:
                    return write(next(rest))
                except StopIteration:
                    raise IndexError("there are more placeholders than values") from None
            case _, "s":
                raise TypeError("the placeholders want names, and the values have none, or the other way round")
            case _, None:
                raise ValueError("incomplete format")
            case _, kind:
                raise ValueError(f"unsupported format character {kind!r} at index {match.end() - 1}")

    text = _FORMAT.sub(put, sql)
    if not named and used < len(values):
        raise TypeError("not all arguments converted during string formatting")
    return text


def _marked(sql: str, values: Any, marks: re.Pattern[str], write: Write) -> str:
    put = _Marks(values, write)
    text = marks.sub(put, sql)
    if not isinstance(values, Mapping) and put.used < len(values):
        raise TypeError(f"there are {len(values)} values, and the statement has places for {put.used}")
    return text


class _Marks:
    """?, ?2, :name, @name, $name, $1: each match → the value's SQL. sqlite.org, lang_expr.html, 3."""

    def __init__(self, values: Any, write: Write) -> None:
        self._values = values
        self._write = write
        self._last = 0
        self.used = 0
        """The highest number of a value that was asked for."""

    def __call__(self, match: re.Match[str]) -> str:
        mark = match["mark"]
        if mark is None:
            return match[0]
        if isinstance(self._values, Mapping):
            return self._write(self._values[mark[1:]])
        if mark[1:] and not mark[1:].isdigit():
            raise TypeError(f"the placeholder {mark} wants a name, and the values have none")
        self._last = int(mark[1:] or self._last + 1)
        self.used = max(self.used, self._last)
        return self._write(self._values[self._last - 1])


def adapted(value: Any, driver: str, write: Write) -> str:
    """A value as the driver writes it, lists among them.

    Sources: psycopg2, "Python types adaptation"; pymysql/converters.py, escape_sequence.
    """
    match value:
        case tuple() if driver == "psycopg2":
            return f"({', '.join(adapted(each, driver, write) for each in value)})" if value else "NULL"
        case list() if driver == "psycopg2":
            return f"ARRAY[{','.join(adapted(each, driver, write) for each in value)}]" if value else "'{}'"
        case tuple() | list() | set() | frozenset() if driver in ("pymysql", "aiomysql", "mysqldb"):
            return f"({','.join(adapted(each, driver, write) for each in value)})"
        case _:
            return write(value)
