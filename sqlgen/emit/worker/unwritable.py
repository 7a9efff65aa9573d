"""A value that can't be written in, the refusal out."""

from __future__ import annotations

import enum
from typing import Any

from .offline import Offline


def unknown(value: object, type_: Any) -> Offline:
    """The common drivers don't take it either, or each makes something else of it."""
    kind = "literal-enum" if isinstance(value, enum.Enum) else "literal-type"
    return Offline(kind, value=shown(value), python=type(value).__name__, type=named(type_))


def contested(value: object, type_: Any) -> Offline:
    """The common drivers send different values."""
    return Offline("literal-drivers", value=shown(value), type=named(type_))


def named(type_: Any) -> str:
    """The class of a type; "-" where nothing is known of it."""
    return "-" if type_ is None else type(type_).__name__


def shown(value: object) -> str:
    """Short, on one line."""
    try:
        whole = " ".join(repr(value).split())
    except Exception:
        whole = type(value).__name__
    return whole if len(whole) <= 60 else whole[:59] + "…"
