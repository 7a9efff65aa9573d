"""A value as the driver gets it in, PostgreSQL's literal out: as psycopg2 adapts it (2.9: adapter_*.c, extras.py)."""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import math
import re
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import types as sqltypes

from .texts import ADDRESSES, binary, quoted, special, text
from .unwritable import contested, unknown


def postgresql(sent: Any, impl: Any, dialect: Any, definition: bool) -> str:
    if sent is None:
        return "NULL"
    if isinstance(sent, tuple) and impl is None:  # for IN :values
        return "(" + ", ".join(postgresql(each, None, dialect, definition) for each in sent) + ")"
    if isinstance(sent, (list, tuple)) and (impl is None or isinstance(impl, sqltypes.ARRAY)):
        return _array(sent, impl, dialect, definition)
    written, kind = _postgresql_scalar(sent, impl, definition)
    if kind and dialect.driver == "psycopg":
        kind = _cast_by_psycopg(kind, impl)
    if impl is not None and not definition and _typed(impl):
        kind = _type_name(impl, dialect)
    return f"{written}::{kind}" if kind else written


def _postgresql_scalar(sent: Any, impl: Any, definition: bool) -> tuple[str, str]:
    """The literal, and the type to cast it to, or "". In a definition only what needs one has it."""
    temporal = "" if definition else _temporal(sent)
    match sent:
        case bool() if isinstance(impl, sqltypes.Integer):  # psycopg casts it; psycopg2 fails
            return str(int(sent)), ""
        case bool():
            return ("true" if sent else "false"), ""
        case int() if isinstance(impl, sqltypes.String):  # the same
            return quoted(str(int(sent))), ""
        case str():
            return text(sent, "postgresql", definition), ""
        case int():
            return str(int(sent)), ""
        case float() if math.isfinite(sent):
            if sent == 0 and math.copysign(1, sent) < 0 and not definition:  # psycopg2 sends a numeric: no sign
                raise contested(sent, impl)
            return repr(float(sent)), ""
        case float():
            return quoted(special(sent)), "float"
        case decimal.Decimal():
            return _postgresql_decimal(sent)
        case bytes() | bytearray() | memoryview():
            return binary(bytes(sent), "postgresql", definition), "" if definition else "bytea"
        case datetime.datetime():
            return quoted(sent.isoformat(" ")), temporal
        case datetime.date():
            return quoted(sent.isoformat()), temporal
        case datetime.time():
            # psycopg2 sends a time without the zone, psycopg with it.
            if sent.tzinfo is not None and not definition and getattr(impl, "timezone", True):
                raise contested(sent, impl)
            return quoted(sent.isoformat()), temporal
        case datetime.timedelta() if definition:
            return f"make_interval(secs=>{sent.total_seconds()})", ""
        case datetime.timedelta():
            seconds = f"{sent.seconds}.{sent.microseconds:06d}".rstrip("0").rstrip(".")
            return quoted(f"{sent.days} days {seconds} seconds"), temporal
        case uuid.UUID():
            return quoted(str(sent)), "" if definition else "uuid"
        case _ if isinstance(sent, ADDRESSES):
            network = isinstance(sent, (ipaddress.IPv4Network, ipaddress.IPv6Network))
            return quoted(str(sent)), "" if definition else "cidr" if network else "inet"
        case _ if _is_range(sent) and impl is not None:
            return text(_range(sent), "postgresql", definition), ""
        case list() | tuple() if impl is not None and all(map(_is_range, sent)):
            return text("{" + ",".join(map(_range, sent)) + "}", "postgresql", definition), ""
        case _:
            raise unknown(sent, impl)


def _temporal(sent: object) -> str:
    match sent:
        case datetime.datetime():
            return "timestamp" if sent.tzinfo is None else "timestamptz"
        case datetime.date():
            return "date"
        case datetime.time():
            return "time" if sent.tzinfo is None else "timetz"
        case datetime.timedelta():
            return "interval"
        case _:
            return ""


def _postgresql_decimal(sent: decimal.Decimal) -> tuple[str, str]:
    if sent.is_nan():
        return "'NaN'", "numeric"
    if sent.is_infinite():  # psycopg2 sends NaN, psycopg sends Infinity
        raise contested(sent, None)
    return str(sent), ""


def _typed(impl: Any) -> bool:
    """Whether an online run casts the parameter, or its driver sends it with that type."""
    return bool(getattr(impl, "render_bind_cast", False)) or getattr(impl, "__visit_name__", "") == "HSTORE"


def _cast_by_psycopg(kind: str, impl: Any) -> str:
    """With psycopg, SQLAlchemy casts to the column's type: of a datetime for a Date, the date is left."""
    zone = "tz" if getattr(impl, "timezone", False) else ""
    match impl:
        case sqltypes.Date():
            wanted = "date"
        case sqltypes.DateTime():
            wanted = "timestamp" + zone
        case sqltypes.Time():
            wanted = "time" + zone
        case _:
            return kind
    return kind if kind == wanted else f"{kind}::{wanted}"


def _type_name(impl: Any, dialect: Any) -> str:
    return str(dialect.type_compiler_instance.process(impl))


def _array(sent: Iterable[Any], impl: Any, dialect: Any, definition: bool) -> str:
    """ARRAY[…]. A cast right behind it is that of each element. PostgreSQL, 4.2.12."""
    item = None if impl is None or impl.item_type._isnull else impl.item_type._unwrapped_dialect_impl(dialect)
    elements = list(sent)
    written = f"ARRAY[{_elements(elements, item, dialect)}]"
    if item is not None and (not definition or not elements):
        return f"{written}::{_type_name(impl, dialect)}"
    if not any(True for each in _leaves(elements) if each is not None):  # nothing that has a type: psycopg2 says '{}'
        return quoted(written.removeprefix("ARRAY").translate({ord("["): "{", ord("]"): "}", ord(" "): None}))
    return written


def _elements(elements: Iterable[Any], item: Any, dialect: Any) -> str:
    return ", ".join(
        f"[{_elements(each, item, dialect)}]"
        if isinstance(each, (list, tuple)) and not (each and item is not None and all(map(_is_range, each)))
        else postgresql(each, item, dialect, item is not None and not isinstance(each, datetime.timedelta))
        for each in elements
    )


def _leaves(elements: Iterable[Any]) -> Iterable[Any]:
    for each in elements:
        if isinstance(each, (list, tuple)):
            yield from _leaves(each)
        else:
            yield each


def _is_range(value: object) -> bool:
    """SQLAlchemy's Range, and the drivers' range classes are not: those have _bounds."""
    return hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "bounds")


def _range(value: Any) -> str:
    if getattr(value, "empty", False):
        return "empty"
    lower, upper = ("" if bound is None else _bound(bound) for bound in (value.lower, value.upper))
    return f"{value.bounds[0]}{lower},{upper}{value.bounds[1]}"


def _bound(value: object) -> str:
    """PostgreSQL, 8.17.5: a bound is quoted when it holds what has a meaning there."""
    if not isinstance(value, (int, float, decimal.Decimal, datetime.date, str)):
        raise unknown(value, None)
    written = value.isoformat(" ") if isinstance(value, datetime.datetime) else str(value)
    if written and not re.search(r'[\s()\[\],"\\]', written):
        return written
    return '"' + written.replace("\\", "\\\\").replace('"', '""') + '"'
