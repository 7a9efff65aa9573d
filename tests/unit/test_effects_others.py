"""effect() and type_change() are total: whatever the fact, the dialect and the version, an answer comes back."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from sqlgen.effects import Effect, Server, Work, effect, type_change
from sqlgen.facts import vocabulary
from sqlgen.facts.vocabulary import Column, Constraint, Fact, Name
from sqlgen.schema import Schema

SERVERS = [
    Server("mysql"), Server("mysql", (5, 7)), Server("mysql", (8, 0, 11)), Server("mysql", (8, 4)), Server("mysql", (9,)),
    Server("mariadb"), Server("mariadb", (10, 11)), Server("mariadb", (11, 8)), Server("sqlite"), Server("mssql"),
    Server("mssql", (16,)), Server("oracle"), Server("oracle", (23,)),
]  # fmt: skip


def _value(annotation: Any, full: bool) -> Any:
    """Some value of a field's type: the least one, or (`full`) one with something in it."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        options = [one for one in typing.get_args(annotation) if one is not type(None)]
        return _value(options[0], full) if full else None
    if origin is tuple:
        inner = [one for one in typing.get_args(annotation) if one is not Ellipsis]
        if len(inner) > 1 or Ellipsis not in typing.get_args(annotation):
            return tuple(_value(one, full) for one in inner)
        return (_value(inner[0], full),) if full else ()
    if dataclasses.is_dataclass(annotation):
        return _made(annotation, full)
    if isinstance(annotation, type) and issubclass(annotation, vocabulary.StrEnum):
        return next(iter(annotation))
    return {str: "id", bool: full, int: 1, object: None}.get(annotation)


def _made(of: Any, full: bool) -> Any:
    hints = typing.get_type_hints(of)
    return of(**{one.name: _value(hints[one.name], full) for one in dataclasses.fields(of)})


def _facts() -> Iterator[Fact]:
    for fact in typing.get_args(vocabulary.Fact):
        for full in (False, True):
            yield _made(fact, full)


@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_every_fact_has_an_effect(server: Server) -> None:
    schema = Schema.empty(server.dialect)
    schema.apply(vocabulary.CreateTable(Name("id"), (Column("id", "int"),), (Constraint(vocabulary.Kind.CHECK, "id"),)))
    for known in (Schema(server.dialect), schema):
        for fact in _facts():
            found = effect(fact, known, server)
            assert isinstance(found, Effect)
            assert found.sources or found.work is Work.UNKNOWN, fact
            assert not (found.proven and server.dialect in ("mysql", "mssql", "oracle"))


@pytest.mark.parametrize("server", SERVERS, ids=str)
@pytest.mark.parametrize("types", [("", ""), ("int", ""), ("varchar(x)", "varchar(y)"), ("decimal(x,y)", "decimal"),
                                   ("enum()", "enum('a')"), ("number(*)", "number(3,1)"), ("💥", "varchar(max)"),
                                   ("decimal(5)", "int"), ("bit", "bit(3)")])  # fmt: skip
def test_every_pair_of_types_has_a_cell(server: Server, types: tuple[str, str]) -> None:
    for old, new in (types, types[::-1]):
        assert type_change(old, new, server).work in Work
