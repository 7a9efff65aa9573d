"""Characters and bytes in, a literal out that the server and its command-line client read as exactly these.

What the clients change in a script is written in another way: the NUL at which they end a statement, and the carriage
return, which mariadb and sqlite3 drop before a line feed.
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

# MySQL manual, 11.1.1, without NO_BACKSLASH_ESCAPES. \Z is the end of file for a client on Windows.
_MYSQL = {0: "\\0", ord("\r"): "\\r", 0x1A: "\\Z", ord("\\"): "\\\\", ord("'"): "''"}


def text(value: str, dialect: str, definition: bool) -> str:
    """A string literal. Raises Offline for what the server can't store or a script can't hold.

    definition: it stands in DDL, where SQLite takes no function call for a string.
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
            return "'" + str.__str__(value).translate(_MYSQL) + "'"


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
    for character, letter in (("\r", "r"), ("\x00", "0")):
        if character not in value:
            continue
        if definition:
            raise Offline("literal-control", value=_around(value, character))
        mark = _mark(written, character, letter)
        written = f"replace({written.replace(character, mark)}, '{mark}', char({ord(character)}))"
    return written


def _mark(written: str, character: str, letter: str) -> str:
    """Characters that stand for one: replaced, they give the text back."""
    marks = (f"\\{letter}{number or ''}" for number in range(len(written) + 1))
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
