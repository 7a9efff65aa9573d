"""The content of a string literal in, the constant as PostgreSQL stores and prints it out.

Source: PostgreSQL 15, ruleutils.c get_const_expr, and the output functions of the types.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sqlgen.schema.expressions import Unparsed
from sqlgen.schema.postgresql.types import PgType

__all__ = ["constant", "escaped"]

_TRUE = ("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1")
_FALSE = ("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0")
_VERBATIM = ("text", "character varying", "json", "xml", "name", "bytea", "tsvector", "regclass", "regconfig", "inet")
_INTEGERS = ("integer", "bigint", "smallint")


def escaped(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def constant(text: str, type_: PgType) -> str:
    """A constant of a type, printed. Raises Unparsed where the stored form is not known."""
    if type_.array:
        if text in ("{}", "{ }"):
            return f"'{{}}'::{type_.bare}"
        if re.fullmatch(r"\{[\w.-]+(,[\w.-]+)*\}", text) and type_.name not in ("boolean", "jsonb", "json"):
            return f"{escaped(text)}::{type_.bare}"
        raise Unparsed
    name = type_.name
    if name == "boolean":
        return _boolean(text)
    if name == "bytea" and not text:
        return "'\\x'::bytea"
    if name in (*_INTEGERS, "numeric", "double precision", "real"):
        return _number(text, name)
    if name == "character":
        return f"{escaped(text)}::bpchar"
    if name == "jsonb":
        return f"{escaped(_jsonb(text))}::jsonb"
    if name == "uuid" and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        return f"{escaped(text.lower())}::uuid"
    if name == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{escaped(text)}::date"
    if name == "timestamp without time zone":
        return f"{escaped(_timestamp(text))}::{name}"
    if name == "time without time zone" and re.fullmatch(r"\d\d:\d\d:\d\d", text):
        return f"{escaped(text)}::{name}"
    if name == "interval":
        return f"{escaped(_interval(text))}::interval"
    if name == "regclass":
        bare = text.removeprefix("public.").removeprefix('"public".')
        return f"{escaped(bare)}::regclass"
    if name in _VERBATIM and not (name == "bytea" and text) and not (name == "tsvector" and text):
        return f"{escaped(text)}::{name}"
    if type_.own is not None:
        return f"{escaped(text)}::{name}"
    raise Unparsed


def _boolean(text: str) -> str:
    word = text.strip().lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise Unparsed


def _number(text: str, name: str) -> str:
    text = text.strip()
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise Unparsed
    if name in _INTEGERS:
        value = str(int(text)) if "." not in text else text
        return value if name == "integer" and not value.startswith("-") else f"'{value}'::{name}"
    if name == "numeric":
        return text if "." in text and not text.startswith("-") else f"'{text}'::numeric"
    whole = text.rstrip("0").rstrip(".") if "." in text else text
    return f"'{whole}'::{name}"


def _timestamp(text: str) -> str:
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?)?", text)
    if found is None:
        raise Unparsed
    day, minutes, seconds, fraction = found.groups()
    rest = (fraction or "").rstrip("0").rstrip(".")
    return f"{day} {minutes or '00:00'}{seconds or ':00'}{rest}"


_UNITS = {"year": 12, "month": 1, "mon": 1, "week": 7, "day": 1, "hour": 3600, "minute": 60, "min": 60, "second": 1}


def _interval(text: str) -> str:
    """interval_out in the style "postgres", for whole positive numbers of units."""
    parts = re.findall(r"(\d+)\s*([a-z]+)", text.lower())
    if text.strip() != "0" and re.sub(r"(\d+)\s*([a-z]+)", "", text.lower()).strip():
        raise Unparsed
    months = days = seconds = 0
    for number, unit in parts:
        word = unit.removesuffix("s")
        if word not in _UNITS:
            raise Unparsed
        amount = int(number) * _UNITS[word]
        if word in ("year", "month", "mon"):
            months += amount
        elif word in ("week", "day"):
            days += amount
        else:
            seconds += amount
    counted = ((months // 12, "year"), (months % 12, "mon"), (days, "day"))
    words = [f"{count} {unit}{'s' if count != 1 else ''}" for count, unit in counted if count]
    if seconds or not words:
        words.append(f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}")
    return " ".join(words)


def _jsonb(text: str) -> str:
    """jsonb.c: keys by length, then by bytes; the last of equal keys counts; numbers keep their digits."""
    try:
        value = json.loads(text, parse_float=_Digits, parse_int=_Digits, parse_constant=_refuse)
    except ValueError:
        raise Unparsed from None
    return _json_text(value)


class _Digits(str):
    """A number as written."""

    __slots__ = ()


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _json_text(value: Any) -> str:
    match value:
        case _Digits():
            if "e" in value.lower():
                raise Unparsed
            return str(value)
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return "{" + ", ".join(f"{_json_text(key)}: {_json_text(value[key])}" for key in keys) + "}"
        case list():
            return "[" + ", ".join(map(_json_text, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
