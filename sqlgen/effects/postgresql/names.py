"""Types by their names: which ones PostgreSQL brings, and what a domain or an enum of the user's own stands for."""

from __future__ import annotations

from sqlgen.effects.postgresql.text import name_behind
from sqlgen.facts.reader import words
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import Column
from sqlgen.schema import Schema
from sqlgen.schema.objects import Object

__all__ = ["BUILT_IN", "base_of", "domain_of", "is_built_in", "is_constrained_domain", "object_of"]

BUILT_IN = words("""
    smallint integer bigint numeric real boolean varchar text char bpchar citext name date time timetz timestamp
    timestamptz interval bit varbit bytea json jsonb jsonpath uuid inet cidr macaddr macaddr8 xml tsvector tsquery
    int4range int8range numrange tsrange tstzrange daterange
    """) | {"double precision"}
"""Those of the matrix, in the spelling of `canonical`. citext comes with an extension, and is nobody's domain."""


def is_built_in(type_: str) -> bool:
    return canonical(type_, "postgresql").name in BUILT_IN


def object_of(type_: str, schema: Schema) -> Object | None:
    """The domain or type of the user's own that a type's name stands for; None where it is not known."""
    name = name_behind(f"TYPE {type_}", "TYPE")
    return None if name is None else schema.object("type", name)


def domain_of(type_: str, schema: Schema) -> Column | None:
    """What a domain is; None for all that is no domain, or is not known."""
    if is_built_in(type_):
        return None
    found = object_of(type_, schema)
    return None if found is None else found.domain


def is_constrained_domain(type_: str | None, schema: Schema) -> bool:
    """Whether a type is a domain with a CHECK or NOT NULL, or over one."""
    seen: set[str] = set()
    while type_ is not None and type_ not in seen:
        seen.add(type_)
        domain = domain_of(type_, schema)
        if domain is None:
            return False
        if domain.constraints or not domain.nullable:
            return True
        type_ = domain.type
    return False


def base_of(type_: str, schema: Schema | None) -> str:
    """The type below a domain, and below the domain that this may be over."""
    seen: set[str] = set()
    while schema is not None and type_ not in seen:
        seen.add(type_)
        domain = domain_of(type_, schema)
        if domain is None or domain.type is None:
            return type_
        type_ = domain.type
    return type_
