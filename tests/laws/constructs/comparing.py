"""Facts of two readers in, the same facts as far as both can know out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import (
    AlterColumnType,
    Column,
    Constraint,
    CreateIndex,
    CreateTable,
    Default,
    Fact,
    Kind,
    SetColumnOption,
    SetTableOption,
    Update,
    Volatility,
)

EXCLUDED: dict[tuple[type, str], str] = {
    (Default, "volatility"): "a construct holds the text of a default, and knows no functions",
    (CreateTable, "settings"): "MySQL's table options are keyword arguments whose spelling the compiler chooses",
    (CreateTable, "indexes"): "SQLAlchemy writes no KEY inside CREATE TABLE",
    (CreateTable, "index_places"): "the same",
    (CreateTable, "partition_by"): "a keyword argument that is written as it is",
    (SetColumnOption, "option"): "the words of the statement",
    (SetTableOption, "option"): "the same",
    (Column, "on_update"): "MySQL: part of the text of a server default, or an event that SQLAlchemy does not write",
    (Constraint, "parts"): "constraints of SQLAlchemy have plain columns",
    (CreateIndex, "settings"): "storage parameters are keyword arguments that are written as they are",
}
"""What is not compared, and why."""


def comparable(facts: tuple[Fact, ...], dialect: str) -> tuple[Fact, ...]:
    """The facts without what is excluded; types in their canonical spelling, texts with single spaces."""
    return tuple(_plain(fact, dialect) for fact in facts)


def _plain(value: Any, dialect: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(one, dialect) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return " ".join(value.split()) if isinstance(value, str) and not isinstance(value, Kind) else value
    if isinstance(value, Default):
        return Default(_bare(_plain(value.text, dialect)), Volatility.UNKNOWN)
    changed = {
        each.name: _plain(getattr(value, each.name), dialect)
        for each in fields(value)
        if (type(value), each.name) not in EXCLUDED
    }
    value = replace(value, **{**changed, **_defaults(value)})
    if isinstance(value, Column) and value.type is not None:
        value = replace(value, type=str(canonical(value.type, dialect)))
        value = replace(value, identity_options=tuple(sorted(value.identity_options)))
    if isinstance(value, AlterColumnType):
        value = replace(value, type=str(canonical(value.type, dialect)))
    if isinstance(value, Constraint):
        value = _constraint(value)
    if isinstance(value, CreateIndex):
        value = replace(value, columns=tuple(map(_bare, value.columns)))
    if isinstance(value, Update):
        value = replace(value, columns=tuple(sorted(value.columns)))  # the compiler writes them in the table's order
    return value


def _bare(text: str) -> str:
    """An expression without the parentheses that compilers of some dialects put around every one."""
    depth = 0
    for number, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[1:-1] if text[:1] == "(" and number == len(text) - 1 else text
    return text


def _constraint(value: Constraint) -> Constraint:
    """What is written at a column has that column; a construct holds a CHECK without one."""
    if value.kind is Kind.CHECK:
        value = replace(value, columns=())
    if value.initially == "IMMEDIATE":  # the default, which PostgreSQL's tree does not tell from nothing
        value = replace(value, initially=None)
    if value.deferrable is False:  # the same
        value = replace(value, deferrable=None)
    if value.on_delete == "NO ACTION" or value.on_update == "NO ACTION":
        # PostgreSQL's tree does not say whether the default was written
        value = replace(
            value,
            on_delete=None if value.on_delete == "NO ACTION" else value.on_delete,
            on_update=None if value.on_update == "NO ACTION" else value.on_update,
        )
    return value


def _defaults(value: Any) -> dict[str, Any]:
    """Excluded fields, as if nothing had been said."""
    return {
        each.name: each.default if each.name != "option" else ""
        for each in fields(value)
        if (type(value), each.name) in EXCLUDED
    }
