"""Which type PostgreSQL turns into which by itself: types of the catalog in, how the cast is allowed out.

Source: pg_cast of PostgreSQL 12 to 18, and of the extension citext; PostgreSQL 17, CREATE CAST. A column's new type is
an assignment: implicit casts and assignment casts are used, explicit ones need USING. Any type is assigned to a type of
strings by its text; from a text, or to one by `::`, the cast must be written.
"""

from __future__ import annotations

from enum import IntEnum

from sqlgen.effects.model import Server

__all__ = ["STRINGS", "Allowed", "allowed"]

STRINGS = ("text", "varchar", "char", "bpchar", "citext", "name")
"""The types of strings: pg_type.typcategory S. `bpchar` is char without a length."""


class Allowed(IntEnum):
    """When a cast is used."""

    NEVER = 0
    EXPLICITLY = 1
    """Only where it is written: column::type."""
    BY_ASSIGNMENT = 2


_ASSIGNED: dict[str, frozenset[str]] = {
    source: frozenset(targets.split(", "))
    for source, targets in {
        "smallint": "integer, bigint, numeric, real, double precision",
        "integer": "smallint, bigint, numeric, real, double precision",
        "bigint": "smallint, integer, numeric, real, double precision",
        "numeric": "smallint, integer, bigint, real, double precision",
        "real": "smallint, integer, bigint, numeric, double precision",
        "double precision": "smallint, integer, bigint, numeric, real",
        "date": "timestamp, timestamptz",
        "timestamp": "date, time, timestamptz",
        "timestamptz": "date, time, timetz, timestamp",
        "time": "interval, timetz",
        "timetz": "time",
        "interval": "time",
        "bit": "varbit",
        "varbit": "bit",
        "json": "jsonb",
        "jsonb": "json",
        "inet": "cidr",
        "cidr": "inet",
        "macaddr": "macaddr8",
        "macaddr8": "macaddr",
    }.items()
}
_EXPLICIT: dict[str, frozenset[str]] = {
    source: frozenset(targets.split(", "))
    for source, targets in {
        "boolean": "integer",
        "integer": "boolean, bit",
        "bigint": "bit",
        "bit": "integer, bigint",
        "jsonb": "boolean, smallint, integer, bigint, numeric, real, double precision",
    }.items()
}


_WITH_BYTEA = frozenset(("smallint", "integer", "bigint"))
"""PostgreSQL 18 release notes, E.4.3.4: casts between integers and bytea."""


def allowed(source: str, target: str, server: Server) -> Allowed:
    """How a type of the catalog is turned into another one, lengths and arrays aside."""
    if source == target or target in STRINGS or target in _ASSIGNED.get(source, ()):
        return Allowed.BY_ASSIGNMENT
    if "bytea" in (source, target) and {source, target} & _WITH_BYTEA and server.at_least(18):
        return Allowed.EXPLICITLY
    if source in STRINGS or target in _EXPLICIT.get(source, ()):
        return Allowed.EXPLICITLY
    return Allowed.NEVER
