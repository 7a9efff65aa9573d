"""A type as PostgreSQL's format_type() spells it in, SQLAlchemy's type out.

Source: PostgreSQL, format_type.c; the spellings are those of SQLAlchemy's own reflection.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects import postgresql
from sqlalchemy.types import NULLTYPE

_SPELLED = re.compile(r"(?P<name>[^(\[]+?)(?:\((?P<args>[^)]*)\))?(?P<rest>[^(\[]*)(?P<dims>(?:\[\])*)\Z")


@dataclass(frozen=True, slots=True)
class Known:
    """What a spelling may mean."""

    builtin: dict[str, Any]
    """The dialect's ischema_names."""
    enums: Callable[[], list[Any]]
    """{"name", "schema", "labels"} of every enum; asked where it may be one."""
    domains: Callable[[str | None], list[Any]]
    """The domains of a schema, in the shape of SQLAlchemy's ReflectedDomain; asked where it may be one."""


def column_type(text: str, collation: str | None, known: Known) -> Any:
    """A type that SQLAlchemy does not know becomes NullType, as on a server."""
    match = _SPELLED.match(text)
    if match is None:
        return NULLTYPE
    name = f"{match['name']}{match['rest']}".strip()
    args = [part.strip() for part in match["args"].split(",")] if match["args"] else []
    made = _scalar(name, args, collation, known)
    dimensions = len(match["dims"]) // 2
    return made if not dimensions else postgresql.ARRAY(made, dimensions=dimensions if dimensions > 1 else None)


def _scalar(name: str, args: list[str], collation: str | None, known: Known) -> Any:
    numbers = [int(arg) for arg in args if arg.lstrip("-").isdigit()]
    if name == "interval" or name.startswith("interval "):
        fields = name[len("interval ") :] or None
        return postgresql.INTERVAL(fields=fields, precision=numbers[0] if numbers else None)
    kind = known.builtin.get(name.lower())
    if kind is None:
        return _own(name, known)
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


def _own(name: str, known: Known) -> Any:
    """An enum or a domain."""
    parts = [part.strip('"').replace('""', '"') for part in re.findall(r'"(?:[^"]|"")*"|[^."]+', name)]
    schema, bare = (parts[0], parts[1]) if len(parts) == 2 else (None, parts[0])
    for enum in known.enums():
        if enum["name"] == bare and enum["schema"] == schema:
            return postgresql.ENUM(*enum["labels"], name=bare, schema=schema)
    for domain in known.domains(schema):
        if domain["name"] == bare:
            return _domain(domain, known)
    return NULLTYPE


def _domain(domain: dict[str, Any], known: Known) -> Any:
    """As SQLAlchemy's PGDialect makes it: without the length of what it is made of, and of several checks the first.
    Before it reflected domains as such it gave what they are made of."""
    made_of = column_type(domain["type"].partition("(")[0], domain["collation"], known)
    if not hasattr(postgresql.dialect, "_reflect_type"):
        return made_of
    checks = domain["constraints"][:1]
    check = {"constraint_name": checks[0]["name"], "check": checks[0]["check"]} if checks else {}
    return postgresql.DOMAIN(
        domain["name"],
        made_of,
        collation=domain["collation"],
        default=domain["default"],
        not_null=not domain["nullable"],
        create_type=False,
        **check,
    )
