"""What env.py's target_metadata maps, as plain values."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.exc import SQLAlchemyError

NOT_MANAGED = ("is_view", "skip_autogenerate")
"""What projects write into `info` for their include_object to see (Alembic's cookbook has the first)."""


def describe(target: Any, dialect: Any) -> dict[str, Any] | None:
    """The tables of one MetaData or of a list of them; None where env.py gives none, or one without tables.

    Kinds of constraints with a naming convention are in SQLAlchemy's letters.
    """
    given = [target] if isinstance(target, MetaData) else list(target) if isinstance(target, (list, tuple)) else []
    known = [metadata for metadata in given if isinstance(metadata, MetaData) and metadata.tables]
    if not known:
        return None
    classes = _classes()
    return {
        "tables": [_table(table, dialect, classes) for metadata in known for table in metadata.tables.values()],
        "conventions": sorted(set.intersection(*(_conventions(metadata) for metadata in known))),
    }


def _conventions(metadata: MetaData) -> set[str]:
    return {key for key in metadata.naming_convention if key in ("ix", "uq", "ck", "fk", "pk")}


def _table(table: Table, dialect: Any, classes: Mapping[Table, type]) -> list[Any]:
    """[schema, name, columns, whether it is Alembic's to make, where it is written]"""
    counting = table.autoincrement_column
    columns = [_column(column, counting, dialect) for column in _columns(table)]
    managed = not any(table.info.get(mark) for mark in NOT_MANAGED)
    return [table.schema, str(table.name), columns, managed, [*_code(classes.get(table))]]


def _classes() -> dict[Table, type]:
    """Which class each table is written in; none where a Table is mapped to one.

    A registry knows its classes, a table does not. That all registries can be had is not promised by SQLAlchemy, so
    without that nothing is known.
    """
    registries: Iterable[Any] = getattr(sys.modules.get("sqlalchemy.orm.mapper"), "_all_registries", set)()
    return {
        mapper.local_table: mapper.class_
        for registry in registries
        for mapper in getattr(registry, "mappers", ())
        if isinstance(mapper.local_table, Table) and (mapper.inherits is None or not mapper.single)
        if isinstance(getattr(mapper.class_, "__tablename__", None), str)
    }


def _code(mapped: type | None) -> Iterator[list[str]]:
    """[file, qualified name] of the class and of those that it inherits from."""
    for each in () if mapped is None else mapped.__mro__:
        file = getattr(sys.modules.get(each.__module__), "__file__", None)
        if file is not None:
            yield [file, each.__qualname__]


def _columns(table: Table) -> Iterable[Column[Any]]:
    return [column for column in table.columns if not column.system]


def _column(column: Column[Any], counting: Any, dialect: Any) -> list[Any]:
    """[name, type, nullable, primary key, default in Python, default on the server, comment, generated]"""
    try:
        spelled = column.type.compile(dialect=dialect)
    except (SQLAlchemyError, AttributeError, NotImplementedError):
        spelled = None
    on_server = column.server_default is not None or column is counting
    python = column.default is not None and not getattr(column.default, "is_sequence", False)
    return [
        str(column.name),
        spelled,
        bool(column.nullable),
        bool(column.primary_key),
        python,
        on_server,
        column.comment,
        column.computed is not None or column.identity is not None,
    ]
