"""What becomes of values when MySQL or MariaDB changes a column's type in strict mode: may it fail, may it lose?

MySQL 8.4, 7.1.11 (strict mode: what does not fit is an error) and 13.1 to 13.3: what is rounded or cut without an
error: digits behind the point, fractions of a second, spaces at the end.
"""

from __future__ import annotations

from sqlgen.facts.types import SqlType

__all__ = ["what_becomes"]

_RANGES = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
"""Bits."""
_TEXTS = {"tinytext": 255, "text": 65_535, "mediumtext": 16_777_215, "longtext": 4_294_967_295}
_BLOBS = {"tinyblob": 255, "blob": 65_535, "mediumblob": 16_777_215, "longblob": 4_294_967_295}
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
            low, high = _range(new)
            whole = 10 ** (int(old.args[0]) - int(old.args[1]))
            fits = low <= (0 if "unsigned" in old.modifiers else 1 - whole) and whole - 1 < high
            return not fits, old.args[1] != "0"
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
            return _characters(old) > _capacity(new)[0], new.name == "binary"
        case ("text" | "blob", "text" | "blob"):
            return _to_text(old, new, dialect)
        case ("enum", "enum"):
            return not set(old.args) <= set(new.args), False
        case ("enum", "text" | "blob"):
            return _longest(old) * (1 if b == "text" else 4) > _capacity(new)[0], new.name == "binary"
        case ("time", "time"):
            return _to_time(old, new)
        case _:
            return True, True


def _family(type_: SqlType) -> str:
    name = type_.name
    if name in _RANGES:
        return "integer"
    if name in ("decimal", "enum"):
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


def _to_decimal(old: SqlType, new: SqlType) -> tuple[bool, bool]:
    whole = int(new.args[0]) - int(new.args[1])
    negative = "unsigned" in new.modifiers and "unsigned" not in old.modifiers
    if old.name in _RANGES:
        low, high = _range(old)
        return max(-low, high) > 10**whole - 1 or negative, False
    return int(old.args[0]) - int(old.args[1]) > whole or negative, int(old.args[1]) > int(new.args[1])


# ---- text


def _capacity(type_: SqlType) -> tuple[int, int]:
    """How many characters certainly fit (with four bytes each where bytes are counted), and how many may."""
    if type_.name in _TEXTS:
        return _TEXTS[type_.name] // 4, _TEXTS[type_.name]
    if type_.name in _BLOBS:
        return _BLOBS[type_.name], _BLOBS[type_.name]
    length = int(type_.args[0]) if type_.args and type_.args[0].isdigit() else 1
    return length, length


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
    return max((len(member) for member in type_.args), default=0)


def _to_text(old: SqlType, new: SqlType, dialect: str) -> tuple[bool, bool]:
    a, b = _family(old), _family(new)
    loses = (new.name == "char" and old.name != "char") or (new.name == "binary")
    if b == "blob":
        fits = _bytes(old)[1] <= _capacity(new)[0]
    elif new.name in _TEXTS:
        fits = _bytes(old)[0] <= _TEXTS[new.name]
    else:
        fits = (
            _bytes(old)[0] <= _capacity(new)[0]
            if old.name in _TEXTS or a == "blob"
            else _capacity(old) <= _capacity(new)
        )
    recoded = a == b == "text" and _charset(old) != _charset(new) and _charset(new) != "utf8mb4"
    # What is too long is an error, but for spaces at the end of a TEXT.
    spaces = not fits and a == b == "text" and old.name in _TEXTS
    return not fits or (a == "blob" and b == "text") or recoded, loses or spaces


def _bytes(type_: SqlType) -> tuple[int, int]:
    """How many bytes the longest value has: at least, at most."""
    if type_.name in _TEXTS:
        return _TEXTS[type_.name], _TEXTS[type_.name]
    length = _capacity(type_)[0]
    return (length * 4, length * 4) if _family(type_) == "text" else (length, length)


def _charset(type_: SqlType) -> str | None:
    return (
        next((word for word in type_.modifiers if word.startswith("character set ")), "").removeprefix("character set ")
        or None
    )


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
