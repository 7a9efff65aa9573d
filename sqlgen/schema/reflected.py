"""A question of reflection in, what the database would answer out: plain values, fit for JSON.

What can't be known is refused, never guessed: then `Unsure` says why. Standard library only.
"""

from __future__ import annotations

from typing import Any

from sqlgen.facts.vocabulary import Column, Name
from sqlgen.messages import Message, say
from sqlgen.schema.fold import Schema
from sqlgen.schema.mysql import tables as mysql
from sqlgen.schema.postgresql import tables as postgresql

__all__ = ["Unsure", "exists", "names", "table", "types"]

_NEWEST = {"postgresql": (17,), "mysql": (8, 0, 36), "mariadb": (10, 11)}
"""The server that is thought of where no version is said."""


class Unsure(Exception):
    """Asked for something that can't be known. Its argument is the reason, for people."""

    def __init__(self, why: Message):
        super().__init__(why)
        self.why = why


def names(schema: Schema, within: str | None) -> dict[str, Any]:
    """What stands in a schema (MySQL: a database), None for the default one, by kind, sorted.

    Enums and domains are told whole; "schemas" are those of the whole database, and "all_enums" the enums of every
    schema. Raises Unsure when anything may be missing.
    """
    _require_all_read(schema)
    doubtful = [one.name for one in schema.tables() if schema.has_table(one.name) is None]
    doubtful += [one.name for kind in ("view", "materialized view") for one in schema.objects(kind) if not one.sure]
    if doubtful:
        raise Unsure(say("whether {name} is there is not known", name=doubtful[0]))
    if schema.may_hold_more():
        raise Unsure(say("a revision that was not rendered may have made more"))
    kinds = types(schema, within)
    within = None if within in _default_schemas(schema.dialect) else within
    tables = [one.name for one in schema.tables() if not one.temporary]
    return {
        "tables": _sorted(tables, within),
        "views": _sorted([one.name for one in schema.objects("view")], within),
        "materialized_views": _sorted([one.name for one in schema.objects("materialized view")], within),
        "sequences": _sorted([one.name for one in schema.objects("sequence")], within),
        **kinds,
        "schemas": sorted({*_standing_schemas(schema), *(one.name.name for one in schema.objects("schema"))}),
    }


def types(schema: Schema, within: str | None) -> dict[str, Any]:
    """The enums and domains of `names`: those that were seen being made, which is enough for the columns of a table
    that is known. Raises Unsure when one of them may have changed."""
    _require_all_read(schema)
    doubtful = [one.name for kind in ("type", "domain") for one in schema.objects(kind) if not one.sure]
    if doubtful:
        raise Unsure(_may_have_changed(schema, doubtful[0]))
    within = None if within in _default_schemas(schema.dialect) else within
    enums = [one for one in schema.objects("type") if one.labels is not None]
    told = [{"name": one.name.name, "schema": one.name.schema, "labels": list(one.labels or ())} for one in enums]
    told.sort(key=lambda enum: ((enum["schema"] or "public").encode(), enum["name"].encode()))  # type: ignore[union-attr]
    version = _NEWEST.get(schema.dialect, ())
    return {
        "enums": [enum for enum in told if enum["schema"] == within],
        "all_enums": told,
        "domains": [
            postgresql.domain(one.name, one.domain, version)
            for one in sorted(schema.objects("domain"), key=lambda one: one.name.name.encode())
            if one.domain is not None and one.name.schema == within
        ],
    }


def table(schema: Schema, name: Name, *, server_version: tuple[int, ...] | None) -> dict[str, Any] | None:
    """What is reflected of a table; None when there is certainly none of this name.

    Raises Unsure when that is not certain, or when the table is known only in part.
    """
    name = _folded(name, schema.dialect)
    for kind in ("view", "materialized view"):
        if schema.object(kind, name) is not None:
            raise Unsure(say("{name} is a view, whose columns are not known", name=name))
    there = schema.has_table(name)
    if there is None:
        raise Unsure(_may_have_changed(schema, name))
    if not there:
        return None
    found = schema.table(name)
    if found is None or not found.complete:
        raise Unsure(_known_in_part(schema, name))
    version = server_version or _NEWEST.get(schema.dialect, ())
    if schema.dialect == "postgresql":
        return postgresql.describe(found, lambda type_: _domain(schema, type_), version)
    return {"show_create": mysql.show_create(found, schema.dialect, version)}


def exists(schema: Schema, kind: str, name: Name) -> bool:
    """Whether a table, view, materialized view, sequence, type, domain or schema of this name stands. Raises Unsure."""
    name = _folded(name, schema.dialect)
    if kind in ("schema", "database") and name.name in _standing_schemas(schema):
        return True
    there = schema.has_table(name) if kind == "table" else schema.has_object(kind, name)
    if there is None:
        raise Unsure(_may_have_changed(schema, name))
    return there


def _standing_schemas(schema: Schema) -> tuple[str, ...]:
    """What every PostgreSQL database has."""
    return ("information_schema", "public") if schema.dialect == "postgresql" else ()


def _default_schemas(dialect: str) -> tuple[str, ...]:
    return ("public",) if dialect == "postgresql" else ()


def _folded(name: Name, dialect: str) -> Name:
    return Name(name.name) if name.schema in _default_schemas(dialect) else name


def _domain(schema: Schema, type_: Name) -> Column | None:
    found = schema.object("domain", type_)
    return None if found is None else found.domain


def _sorted(names: list[Name], within: str | None) -> list[str]:
    """In the order of bytes, as a catalog's names are."""
    return sorted((one.name for one in names if one.schema == within), key=str.encode)


def _require_all_read(schema: Schema) -> None:
    why = schema.unread()
    if why is not None:
        raise Unsure(say("something may be missing: {why}", why=why))


def _may_have_changed(schema: Schema, name: Name) -> Message:
    why = schema.unread()
    if why is None:
        return say("a step that did not run to its end may have changed {name}", name=name)
    return say("{name} may have been made, changed or dropped: {why}", name=name, why=why)


def _known_in_part(schema: Schema, name: Name) -> Message:
    why = schema.unread()
    if why is None:
        return say("{name} is known only in part", name=name)
    return say("{name} is known only in part: {why}", name=name, why=why)
