"""Characters and bytes in, a literal out that the server and its command-line client read as exactly these.

No control character but tab and line feed stands in a literal: clients end a statement at NUL, mariadb and sqlite3 drop
the carriage return before a line feed, and others act on the terminal of who reads the script.
"""

from __future__ import annotations

import decimal
import ipaddress
import math
import re

from .offline import Offline

_UNUSUAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\\\ud800-\udfff]")
"""What needs more than doubled quotes, on one of the dialects at least."""

# PostgreSQL, 4.1.2.2: E'…' has these escapes.
_POSTGRESQL = {code: f"\\x{code:02x}" for code in (*range(1, 9), *range(11, 32), 127)} | {
    ord("\b"): "\\b",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
    ord("\\"): "\\\\",
    ord("'"): "''",
}

# MySQL manual, 11.1.1, without NO_BACKSLASH_ESCAPES. There is no escape for the other control characters.
_MYSQL = {0: "\\0", ord("\b"): "\\b", ord("\r"): "\\r", 0x1A: "\\Z", ord("\\"): "\\\\", ord("'"): "''"}
_MYSQL_LACKS = re.compile(r"[\x01-\x07\x0b\x0c\x0e-\x19\x1b-\x1f\x7f]")

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: str, dialect: str, definition: bool) -> str:
    """A string literal. Raises Offline for what the server can't store or a script can't hold.

    definition: it stands in DDL, where only a plain string is taken.
    """
    plain = "'" + str.__str__(value).replace("'", "''") + "'"
    if _UNUSUAL.search(plain) is None:
        return plain
    try:
        plain.encode()
    except UnicodeEncodeError as error:
        raise Offline("literal-surrogate", value=ascii(plain[error.start : error.end])) from None
    match dialect:
        case "postgresql":
            return _postgresql(value, plain)
        case "sqlite":
            return _sqlite(value, plain, definition)
        case _:
            return _mysql(value, definition)


def parts(value: str) -> list[str | int]:
    """A text cut at its control characters, which come as their numbers; at least one part. Raises Offline."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Offline("literal-surrogate", value=ascii(value[error.start : error.end])) from None
    found: list[str | int] = []
    start = 0
    for control in _CONTROLS.finditer(value):
        if control.start() > start:
            found.append(value[start : control.start()])
        found.append(ord(control[0]))
        start = control.end()
    return [*found, value[start:]] if start < len(value) or not found else found


def _mysql(value: str, definition: bool) -> str:
    """MySQL manual, 12.3.8: the introducer says that the digits are characters, and of which set."""
    lacking = _MYSQL_LACKS.search(value)
    if lacking is None:
        return "'" + str.__str__(value).translate(_MYSQL) + "'"
    if definition:
        raise Offline("literal-control", value=_around(value, lacking[0]))
    return f"_utf8mb4 X'{value.encode().hex()}'"


def _postgresql(value: str, plain: str) -> str:
    """With standard_conforming_strings, which scripts set, a backslash in '…' is one."""
    if "\x00" in value:
        raise Offline("literal-nul", value=_around(value, "\x00"))
    if _UNUSUAL.search(plain.replace("\\", "")) is None:
        return plain
    return "E'" + str.__str__(value).translate(_POSTGRESQL) + "'"


def _sqlite(value: str, plain: str, definition: bool) -> str:
    """SQLite has no escapes. As its own .dump does: what stands for the character is replaced by it."""
    written = plain
    for character in sorted(set(_CONTROLS.findall(value))):
        if definition:
            raise Offline("literal-control", value=_around(value, character))
        mark = _mark(written, character)
        written = f"replace({written.replace(character, mark)}, '{mark}', char({ord(character)}))"
    return written


def _mark(written: str, character: str) -> str:
    """Characters that stand for one: replaced, they give the text back."""
    name = {"\r": "r", "\x00": "0"}.get(character, f"x{ord(character):02x}")
    marks = (f"\\{name}{number or ''}" for number in range(len(written) + 1))
    return next(mark for mark in marks if written.replace(character, mark).replace(mark, character) == written)


def binary(value: bytes, dialect: str, definition: bool) -> str:
    """A literal of bytes, without a cast.

    MySQL manual, 11.1.4: _binary says that hexadecimal digits are meant as a string, never as a number. MariaDB 10.11
    stores the default `_binary X'00'` as the characters x00, so a definition goes without.
    """
    match dialect:
        case "postgresql":
            return f"'\\x{value.hex()}'"
        case "sqlite":
            return f"X'{value.hex()}'"
        case _:
            return f"X'{value.hex()}'" if definition else f"_binary X'{value.hex()}'"


def _around(value: str, character: str) -> str:
    at = value.index(character)
    return ascii(value[max(0, at - 10) : at + 11])


def quoted(plain: str) -> str:
    """What holds neither quotes nor backslashes."""
    return f"'{plain}'"


def special(value: float | decimal.Decimal) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


ADDRESSES = (
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    ipaddress.IPv4Network,
    ipaddress.IPv6Network,
)
"""Interfaces are addresses with a network: subclasses."""
