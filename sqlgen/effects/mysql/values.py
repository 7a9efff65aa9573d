"""What becomes of values when MySQL or MariaDB changes a column's type in strict mode: may it fail, may it lose?

MySQL 8.4, 7.1.11 (strict mode: what does not fit is an error) and 13.1 to 13.3: what is rounded or cut without an
error: digits behind the point, fractions of a second, spaces at the end.
"""

from __future__ import annotations

from sqlgen.facts.types import SqlType

__all__ = ["WIDTHS", "charset_of", "is_refused", "what_becomes"]

_RANGES = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
"""Bits."""
_TEXTS = {"tinytext": 255, "text": 65_535, "mediumtext": 16_777_215, "longtext": 4_294_967_295}
_BLOBS = {"tinyblob": 255, "blob": 65_535, "mediumblob": 16_777_215, "longblob": 4_294_967_295}
WIDTHS = {
    # bytes of the longest character
    **dict.fromkeys(("latin1", "ascii", "binary", "latin2", "cp1251", "cp1252", "koi8r"), 1),
    **dict.fromkeys(("ucs2", "gbk", "big5", "gb2312"), 2),
    **dict.fromkeys(("utf8", "utf8mb3", "ujis"), 3),
    **dict.fromkeys(("utf8mb4", "utf16", "utf32", "gb18030"), 4),
}
_TIMES = ("date", "time", "datetime", "timestamp", "year")


def what_becomes(old: SqlType, new: SqlType, dialect: str) -> tuple[bool, bool]:
    """(may fail, loses). For types that are not known here: both."""
    if old == new:
        return False, False
    if not all(one.isdigit() for type_ in (old, new) if type_.name not in ("enum", "set") for one in type_.args):
        return True, True
    a, b = _family(old), _family(new)
    match a, b:
        case ("integer", "integer"):
            return not _within(_range(old), _range(new)), False
        case ("integer" | "decimal", "decimal"):
            return _to_decimal(old, new)
        case ("decimal", "integer"):
            return _to_integer(old, new)
        case ("integer", "float"):
            low, high = _range(old)
            return low < 0 and "unsigned" in new.modifiers, max(-low, high) > (2**24 if new.name == "float" else 2**53)
        case ("decimal", "float"):
            digits = int(old.args[0])
            return "unsigned" in new.modifiers and "unsigned" not in old.modifiers, digits > (
                6 if new.name == "float" else 15
            )
        case ("float", "float"):
            narrower = old.name == "double" and new.name == "float"
            signed = "unsigned" in new.modifiers and "unsigned" not in old.modifiers
            return narrower or signed or bool(new.args), narrower or bool(new.args)
        case ("integer" | "decimal" | "time", "text" | "blob"):
            return _characters(old) > _capacity(new), new.name == "binary"
        case ("text" | "blob", "text" | "blob"):
            return _to_text(old, new, dialect)
        case ("enum", "enum") | ("set", "set"):
            return not set(old.args) <= set(new.args), False
        case ("enum" | "set", "text" | "blob"):
            return _longest(old) * (1 if b == "text" else 4) > _capacity(new), new.name == "binary"
        case ("time", "time"):
            return _to_time(old, new)
        case _:
            return True, True


_OWN = {
    # MariaDB's types that take no number and no time. Those of one group may become each other
    # (inet4 and inet6 in later versions than 10.11).
    "uuid": "uuid",
    **dict.fromkeys(("inet4", "inet6"), "inet"),
    **dict.fromkeys(
        ("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
         "geometrycollection"), "geometry"),
}  # fmt: skip


def is_refused(old: SqlType, new: SqlType, dialect: str) -> bool:
    """Whether the engine refuses the change of an empty table too: MariaDB, error 4078."""
    if dialect != "mariadb" or (old.name not in _OWN and new.name not in _OWN):
        return False
    a, b = _OWN.get(old.name), _OWN.get(new.name)
    if a is not None and b is not None:
        return a != b
    other = new if b is None else old
    return _family(other) in ("integer", "decimal", "float", "time") or other.name == "bit"


def _family(type_: SqlType) -> str:
    name = type_.name
    if name in _RANGES:
        return "integer"
    if name in ("decimal", "enum", "set"):
        return name
    if name in ("float", "double"):
        return "float"
    if name in ("char", "varchar") or name in _TEXTS:
        return "text"
    if name in ("binary", "varbinary") or name in _BLOBS:
        return "blob"
    return "time" if name in _TIMES else f"other: {name}"


# ---- numbers


def _range(type_: SqlType) -> tuple[int, int]:
    bits = _RANGES[type_.name]
    return (0, 2**bits - 1) if "unsigned" in type_.modifiers else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _within(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _to_integer(old: SqlType, new: SqlType) -> tuple[bool, bool]:
    low, high = _range(new)
    whole = 10 ** (int(old.args[0]) - int(old.args[1]))
    fits = low <= (0 if "unsigned" in old.modifiers else 1 - whole) and whole - 1 < high
    return not fits, old.args[1] != "0"


def _to_decimal(old: SqlType, new: SqlType) -> tuple[bool, bool]:
    whole = int(new.args[0]) - int(new.args[1])
    negative = "unsigned" in new.modifiers and "unsigned" not in old.modifiers
    if old.name in _RANGES:
        low, high = _range(old)
        return max(-low, high) > 10**whole - 1 or negative, False
    return int(old.args[0]) - int(old.args[1]) > whole or negative, int(old.args[1]) > int(new.args[1])


# ---- text


def _characters(type_: SqlType) -> int:
    """How many characters the longest value of a number or a time has."""
    if type_.name in _RANGES:
        low, high = _range(type_)
        return max(len(str(low)), len(str(high)))
    if type_.name == "decimal":
        digits, scale = int(type_.args[0]), int(type_.args[1])
        return digits + (scale > 0) + (digits == scale) + ("unsigned" not in type_.modifiers)
    fraction = int(type_.args[0]) if type_.args and type_.args[0].isdigit() else 0
    behind = fraction + 1 if fraction else 0
    return {"year": 4, "date": 10, "time": 10 + behind}.get(type_.name, 19 + behind)


def _longest(type_: SqlType) -> int:
    if type_.name == "set":
        return len(",".join(type_.args))
    return max((len(member) for member in type_.args), default=0)


def _to_text(old: SqlType, new: SqlType, dialect: str) -> tuple[bool, bool]:
    a, b = _family(old), _family(new)
    counted = new.name in _TEXTS or b == "blob"
    fits = _longest_bytes(old) <= _capacity(new) if counted else _capacity(old) <= _capacity(new)
    if b == "blob":
        return not fits, new.name == "binary"
    if a == "blob":
        return True, new.name == "char"
    # A CHAR has no spaces at its end; whatever becomes one loses them. Others lose them silently when they are too
    # long, unless both are the same kind of VARCHAR: then that is an error, as is anything else that is too long.
    spaces = old.name != "char" and (new.name == "char" or not (fits or _cut_is_an_error(old, new, dialect)))
    return not fits or not _takes_characters(charset_of(old), charset_of(new)), spaces


def _takes_characters(old: str | None, new: str | None) -> bool:
    """Whether a character set has all characters of another one. None: the default, which may be any."""
    if old == new or new == "utf8mb4":
        return True
    return new in ("utf8mb3", "utf8") and old is not None and WIDTHS.get(old, 4) < 4


def _cut_is_an_error(old: SqlType, new: SqlType, dialect: str) -> bool:
    """field_conv.cc of MariaDB 10.11: VARCHAR of one character set and one number of length bytes (one up to 255 bytes,
    two above) are copied as they are, and then strict mode is strict."""
    if not old.name == new.name == "varchar" or charset_of(old) != charset_of(new):
        return False
    known = charset_of(old)
    widths = (WIDTHS.get(known, 4),) if known is not None else (1, 4) if dialect == "mariadb" else (4,)
    return all((_capacity(old) * width <= 255) == (_capacity(new) * width <= 255) for width in widths)


def _capacity(type_: SqlType) -> int:
    """Characters of CHAR and VARCHAR, bytes of the others."""
    if type_.name in _TEXTS or type_.name in _BLOBS:
        return _TEXTS.get(type_.name) or _BLOBS[type_.name]
    return int(type_.args[0]) if type_.args else 1


def _longest_bytes(type_: SqlType) -> int:
    if type_.name in ("char", "varchar"):
        return _capacity(type_) * WIDTHS.get(charset_of(type_) or "", 4)
    return _capacity(type_)


def charset_of(type_: SqlType) -> str | None:
    """The character set that a type names, by itself or by its collation."""
    for word in type_.modifiers:
        if word.startswith("character set "):
            return word.removeprefix("character set ")
    collation = next((word for word in type_.modifiers if word.startswith("collate ")), None)
    return None if collation is None else collation.removeprefix("collate ").partition("_")[0]


# ---- times


def _to_time(old: SqlType, new: SqlType) -> tuple[bool, bool]:
    before = int(old.args[0]) if old.args and old.name != "year" else 0
    after = int(new.args[0]) if new.args and new.name != "year" else 0
    cut = before > after
    match old.name, new.name:
        case ("date" | "timestamp", "datetime"):
            return False, cut
        case ("date" | "datetime", "timestamp"):
            return True, cut
        case (a, b) if a == b:
            return False, cut
        case (_, "time") | ("time", "date" | "datetime" | "timestamp") | ("datetime" | "timestamp", "date"):
            return False, True
        case _:
            return True, True
