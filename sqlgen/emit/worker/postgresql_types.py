"""A type as PostgreSQL's format_type() spells it in, SQLAlchemy's type out.

Source: PostgreSQL, format_type.c; the spellings are those of SQLAlchemy's own reflection.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects import postgresql
from sqlalchemy.types import NULLTYPE

_SPELLED = re.compile(r"(?P<name>[^(\[]+?)(?:\((?P<args>[^)]*)\))?(?P<rest>[^(\[]*)(?P<dims>(?:\[\])*)\Z")


def column_type(text: str, collation: str | None, known: dict[str, Any], enums: Callable[[], list[Any]]) -> Any:
    """known: the dialect's ischema_names. enums: {"name", "schema", "labels"} of every enum; asked where it may be one.

    A type that SQLAlchemy does not know becomes NullType, as on a server.
    """
    match = _SPELLED.match(text)
    if match is None:
        return NULLTYPE
    name = f"{match['name']}{match['rest']}".strip()
    args = [part.strip() for part in match["args"].split(",")] if match["args"] else []
    made = _scalar(name, args, collation, known, enums)
    dimensions = len(match["dims"]) // 2
    return made if not dimensions else postgresql.ARRAY(made, dimensions=dimensions if dimensions > 1 else None)


def _scalar(
    name: str, args: list[str], collation: str | None, known: dict[str, Any], enums: Callable[[], list[Any]]
) -> Any:
    numbers = [int(arg) for arg in args if arg.lstrip("-").isdigit()]
    if name == "interval" or name.startswith("interval "):
        fields = name[len("interval ") :] or None
        return postgresql.INTERVAL(fields=fields, precision=numbers[0] if numbers else None)
    kind = known.get(name.lower())
    if kind is None:
        return _enum(name, enums)
    if name.startswith(("timestamp", "time")):
        kw: dict[str, Any] = {"timezone": name.endswith("with time zone")}
        return kind(**kw, precision=numbers[0]) if numbers else kind(**kw)
    if name == "bit varying":
        return kind(*numbers, varying=True)
    if name == "double precision":
        return kind(53)
    if name == "integer":
        return kind()
    extra = {"collation": collation} if collation is not None else {}
    return kind(*(numbers if len(numbers) == len(args) else args), **extra)


def _enum(name: str, enums: Callable[[], list[Any]]) -> Any:
    parts = [part.strip('"').replace('""', '"') for part in re.findall(r'"(?:[^"]|"")*"|[^."]+', name)]
    schema, bare = (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])
    for enum in enums():
        if enum["name"] == bare and enum["schema"] == schema:
            return postgresql.ENUM(*enum["labels"], name=bare, schema=schema)
    return NULLTYPE
