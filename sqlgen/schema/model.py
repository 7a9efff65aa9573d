"""The application's models (env.py's target_metadata), as the worker describes them: tables, columns, conventions.

Plain values; the models themselves never leave the worker. They are those of the code as it is now, which is the head
of the history, not the revision that is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import Name
from sqlgen.schema.naming import object_key, part_key

__all__ = ["Model", "ModelColumn", "ModelTable"]


@dataclass(frozen=True, slots=True)
class ModelColumn:
    """A mapped column."""

    name: str
    type: str | None
    """As the dialect spells it in DDL; None where it can't."""
    nullable: bool
    primary_key: bool = False
    python_default: bool = False
    """Whether it has a `default=` that Python fills in: SQL written by hand, and old code, do not."""
    server_default: bool = False
    """Whether the database has a default for it: server_default, Identity, Computed, or a key that counts by itself."""
    comment: str | None = None
    generated: bool = False
    """Whether the database computes it (Computed) or numbers it (Identity)."""


@dataclass(frozen=True, slots=True)
class ModelTable:
    """A mapped table."""

    name: Name
    columns: Mapping[str, ModelColumn]
    """By name."""
    managed: bool = True
    """False where its `info` says that it is a view, or that autogenerate shall not look at it."""
    code: tuple[tuple[str, str], ...] = ()
    """(file, qualified name) of the mapped class and of all that it inherits from; nothing for a plain Table."""


@dataclass(frozen=True, slots=True)
class Model:
    """All tables of target_metadata, of all its MetaData objects where it is a list."""

    dialect: str
    tables: Mapping[Name, ModelTable] = field(default_factory=dict)
    """The default schema is left out of the names, as in facts."""
    naming_convention: frozenset[str] = frozenset()
    """Which kinds have a convention, in SQLAlchemy's letters: "ix", "uq", "ck", "fk", "pk". Without a convention of
    the project's own it is {"ix"}, which SQLAlchemy always has."""

    def table(self, name: Name) -> ModelTable | None:
        """The mapped table of that name, names folded as the engine folds them."""
        key = object_key(name, self.dialect)
        found = self.tables.get(name)
        if found is not None:
            return found
        return next((table for table in self.tables.values() if object_key(table.name, self.dialect) == key), None)

    def column(self, table: Name, column: str) -> ModelColumn | None:
        """The mapped column."""
        found = self.table(table)
        if found is None:
            return None
        key = part_key(column, self.dialect)
        return next((one for one in found.columns.values() if part_key(one.name, self.dialect) == key), None)
