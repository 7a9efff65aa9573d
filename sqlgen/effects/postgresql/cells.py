"""The cells of the type-change matrix: two types of PostgreSQL's own, of any length, in, what becomes of the rows out.

A table is not written anew where the bytes can stay: ATColumnChangeRequiresRewrite in
src/backend/commands/tablecmds.c, and what varchar(), numeric(), varbit() and the time types' functions leave out by
their support functions (PostgreSQL 9.2 release notes). Each cell is run by tests/servers/test_types_postgresql.py.

What a cell leaves aside: spaces at a string's end, which SQL holds for nothing, and dates beyond 294276 AD. A text that
is read as another type counts as the value that it stands for.
"""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Server, TypeChange, Work
from sqlgen.effects.postgresql.casts import STRINGS
from sqlgen.facts.types import SqlType

__all__ = ["cell"]

REWRITE = TypeChange(Work.REWRITE)
METADATA = TypeChange(Work.METADATA)
INDEX = TypeChange(Work.INDEX)
"""The bytes stay, but another order of them begins: the column's indexes are built anew."""

_INTEGERS = {"smallint": 5, "integer": 10, "bigint": 19}
"""The digits of the largest value."""
_FLOATS = {"real": 6, "double precision": 15}
"""The digits that are kept for certain."""
_TIMES = ("time", "timetz", "timestamp", "timestamptz", "interval")
_BITS = {"integer": 32, "bigint": 64}
_WIDEST = {
    "smallint": 6,
    "integer": 11,
    "bigint": 20,
    "real": 14,
    "double precision": 24,
    "boolean": 5,
    "name": 63,
    "date": 13,
    "time": 15,
    "timetz": 24,
    "timestamp": 29,
    "timestamptz": 38,
    "interval": 67,
    "uuid": 36,
    "inet": 43,
    "cidr": 43,
    "macaddr": 17,
    "macaddr8": 23,
    "int4range": 24,
    "int8range": 42,
}
"""The characters of the longest value's text: src/backend/utils/adt."""


def cell(old: SqlType, new: SqlType, explicit: bool, server: Server) -> TypeChange:
    """What becomes of a value of one type as a value of the other. `explicit`: the cast is written, in USING."""
    if old == new:
        return TypeChange(Work.NONE)
    if new.name in STRINGS:
        return _to_string(old, new, explicit)
    if old.name in STRINGS:
        return TypeChange(Work.REWRITE, may_fail=True)  # where the text is no value of the type
    if {old.name, new.name} <= {*_INTEGERS, *_FLOATS, "numeric"}:
        return _number(old, new, server)
    if {old.name, new.name} <= {*_TIMES, "date"}:
        return _time(old, new)
    if {old.name, new.name} <= {"bit", "varbit"}:
        return _bits(old, new, explicit)
    if old.name == "bit" and new.name in _BITS:
        return TypeChange(Work.REWRITE, may_fail=not _fits(_width(old), _BITS[new.name]))
    if new.name == "bit" and old.name in _BITS:
        return TypeChange(Work.REWRITE, loses=_fits(_width(new), _BITS[old.name] - 1))
    if old.name == "jsonb" and new.name == "numeric":
        return TypeChange(Work.REWRITE, may_fail=True, loses=bool(new.args))
    return _OTHER.get((old.name, new.name), TypeChange(Work.REWRITE, may_fail=True, loses=True))


_OTHER = {
    ("cidr", "inet"): METADATA,
    ("inet", "cidr"): TypeChange(Work.REWRITE, loses=True),  # the bits of the host become zero
    ("json", "jsonb"): TypeChange(Work.REWRITE, may_fail=True, loses=True),  # \u0000; order, spaces, equal keys
    ("jsonb", "json"): REWRITE,
    ("macaddr", "macaddr8"): REWRITE,
    ("macaddr8", "macaddr"): TypeChange(Work.REWRITE, may_fail=True),
    ("boolean", "integer"): REWRITE,
    ("integer", "boolean"): TypeChange(Work.REWRITE, loses=True),
    ("jsonb", "boolean"): TypeChange(Work.REWRITE, may_fail=True),
    ("smallint", "bytea"): REWRITE,
    ("integer", "bytea"): REWRITE,
    ("bigint", "bytea"): REWRITE,
}


# ---- strings


def _to_string(old: SqlType, new: SqlType, explicit: bool) -> TypeChange:
    """To varchar(n) and char(n) a cast that is written cuts, an assignment fails."""
    if new.name == "name":
        return TypeChange(Work.REWRITE, loses=not _fits(_width(old), 63))
    limit = int(new.args[0]) if new.args and new.args[0].isdigit() else None
    cuts = limit is not None and not _fits(_width(old), limit)
    work = _string_work(old, new)
    return TypeChange(work, may_fail=cuts and not explicit, loses=cuts and explicit)


def _string_work(old: SqlType, new: SqlType) -> Work:
    plain = ("text", "varchar", "citext")
    if old.name in plain and new.name in plain:
        if new.args and not (old.name == new.name and _fits(_width(old), int(new.args[0]))):
            return Work.REWRITE
        return Work.INDEX if "citext" in (old.name, new.name) and old.name != new.name else Work.METADATA
    if old.name == "xml" and new.name in ("text", "varchar", "bpchar") and not new.args:
        return Work.METADATA
    if old.name == "char" and new.name == "bpchar":
        return Work.METADATA
    if old.name in plain and new.name == "bpchar":
        return Work.INDEX
    return Work.REWRITE


def _width(type: SqlType) -> int | None:
    """The most characters that a value's text may have; None where there is no limit."""
    if type.name in ("varchar", "char", "bit", "varbit"):
        return int(type.args[0]) if type.args and type.args[0].isdigit() else None
    if type.name == "numeric":
        whole, scale = _digits(type)
        # The sign, a point, a zero before it; NaN has three.
        return None if whole is None or scale is None else max(1 + max(whole, 1) + (scale + 1 if scale > 0 else 0), 3)
    widest = _WIDEST.get(type.name)
    return widest if widest is None or type.name not in _TIMES else widest - _without(type)


def _without(type: SqlType) -> int:
    """The characters of a time's text that its precision leaves out; without digits, the point too."""
    return 6 - _precision(type) + (_precision(type) == 0)


def _fits(width: int | None, limit: int) -> bool:
    return width is not None and width <= limit


# ---- numbers


def _number(old: SqlType, new: SqlType, server: Server) -> TypeChange:
    if new.name == "numeric":
        return _to_numeric(old, new, server)
    if new.name in _INTEGERS:
        return _to_integer(old, new)
    return _to_float(old, new)


def _to_integer(old: SqlType, new: SqlType) -> TypeChange:
    if old.name in _INTEGERS:
        return TypeChange(Work.REWRITE, may_fail=_INTEGERS[old.name] > _INTEGERS[new.name])
    whole, scale = _digits(old)
    fails = whole is None or whole >= _INTEGERS[new.name]
    return TypeChange(Work.REWRITE, may_fail=fails, loses=scale is None or scale > 0)


def _to_float(old: SqlType, new: SqlType) -> TypeChange:
    if old.name in _FLOATS:
        down = new.name == "real"
        return TypeChange(Work.REWRITE, may_fail=down, loses=down)
    if old.name in _INTEGERS:
        exact = {"real": ("smallint",), "double precision": ("smallint", "integer")}[new.name]
        return TypeChange(Work.REWRITE, loses=old.name not in exact)
    whole, scale = _digits(old)
    if whole is None or scale is None:
        return TypeChange(Work.REWRITE, may_fail=True, loses=True)
    largest = 38 if new.name == "real" else 308
    return TypeChange(Work.REWRITE, may_fail=whole > largest, loses=whole + scale > _FLOATS[new.name])


def _to_numeric(old: SqlType, new: SqlType, server: Server) -> TypeChange:
    limit, scale = _digits(new)
    if old.name in _FLOATS:
        # PostgreSQL 14 release notes: numeric has infinity, where it has no precision.
        return TypeChange(Work.REWRITE, may_fail=limit is not None or not server.at_least(14), loses=True)
    whole, had = _digits(old)
    work = Work.METADATA if old.name == "numeric" and _keeps(old, new) else Work.REWRITE
    if limit is None or scale is None:
        return TypeChange(work)
    cut = had is None or had > scale
    return TypeChange(work, may_fail=whole is None or whole > limit or (cut and whole == limit), loses=cut)


def _keeps(old: SqlType, new: SqlType) -> bool:
    """numeric(p, s): the scale stays, and the precision does not shrink (numeric.c, numeric_support)."""
    if not new.args:
        return True
    if not old.args or old.args[1:] != new.args[1:]:
        return False
    return old.args[0].isdigit() and new.args[0].isdigit() and int(old.args[0]) <= int(new.args[0])


def _digits(type: SqlType) -> tuple[int | None, int | None]:
    """How many digits a value may have before and behind the point; None where there is no limit."""
    if type.name in _INTEGERS:
        return _INTEGERS[type.name], 0
    if type.name != "numeric" or not type.args:
        return None, None
    text = "".join(type.args[1:]) or "0"  # a scale may be negative: ("5", "-", "2")
    try:
        precision, scale = int(type.args[0]), int(text)
    except ValueError:
        return None, None
    return precision - scale, scale


# ---- dates and times


def _time(old: SqlType, new: SqlType) -> TypeChange:
    """Between timestamp and timestamptz the session's TimeZone decides; in UTC alone the bytes stay."""
    rounds = _precision(new) < _precision(old) if old.name != "date" else False
    if old.name == new.name:
        return TypeChange(Work.REWRITE if rounds else Work.METADATA, loses=rounds)
    whole = {("date", "timestamp"), ("date", "timestamptz"), ("time", "interval"), ("time", "timetz")}
    return TypeChange(Work.REWRITE, loses=rounds or (old.name, new.name) not in whole)


_FIELDS = {"minute": -1, "hour": -2, "day": -3, "month": -4, "year": -5}


def _precision(type: SqlType) -> int:
    """Digits of a second; below zero where an interval's smallest field is a larger one: those below it are cut."""
    for span in type.modifiers:
        smallest = span.rpartition(" ")[2]
        if smallest in _FIELDS:
            return _FIELDS[smallest]
    return int(type.args[0]) if type.args and type.args[0].isdigit() else 6


# ---- bit strings


def _bits(old: SqlType, new: SqlType, explicit: bool) -> TypeChange:
    """A bit(n) has n bits: an assignment refuses any other number, a cast cuts or fills up."""
    width, limit = _width(old), _width(new)
    same = old.name == "bit" and width == limit
    if limit is None:
        return INDEX if old.name == "bit" else METADATA
    fits = _fits(width, limit)
    if new.name == "varbit":
        work = Work.METADATA if fits and old.name == "varbit" else Work.REWRITE
        return TypeChange(work, may_fail=not fits and not explicit, loses=not fits and explicit)
    cuts = not fits or old.name == "varbit"
    return replace(REWRITE, may_fail=not same and not explicit, loses=cuts and explicit)
