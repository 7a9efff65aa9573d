"""What env.py's target_metadata maps, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.exc import SQLAlchemyError


def describe(target: Any, dialect: Any) -> dict[str, Any] | None:
    """The tables of one MetaData or of a list of them; None where env.py gives none, or one without tables.

    Kinds of constraints with a naming convention are in SQLAlchemy's letters. Tables that are not Alembic's to make
    (`info={"skip_autogenerate": True}`, views mapped as tables) are among them: nothing here says which those are.
    """
    given = [target] if isinstance(target, MetaData) else list(target) if isinstance(target, (list, tuple)) else []
    known = [metadata for metadata in given if isinstance(metadata, MetaData) and metadata.tables]
    if not known:
        return None
    return {
        "tables": [_table(table, dialect) for metadata in known for table in metadata.tables.values()],
        "conventions": sorted(set.intersection(*(_conventions(metadata) for metadata in known))),
    }


def _conventions(metadata: MetaData) -> set[str]:
    return {key for key in metadata.naming_convention if key in ("ix", "uq", "ck", "fk", "pk")}


def _table(table: Table, dialect: Any) -> list[Any]:
    """[schema, name, columns]"""
    counting = table.autoincrement_column
    return [table.schema, str(table.name), [_column(column, counting, dialect) for column in _columns(table)]]


def _columns(table: Table) -> Iterable[Column[Any]]:
    return [column for column in table.columns if not column.system]


def _column(column: Column[Any], counting: Any, dialect: Any) -> list[Any]:
    """[name, type, nullable, primary key, default in Python, default on the server, comment]"""
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
    ]
