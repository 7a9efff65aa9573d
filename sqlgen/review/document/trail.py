"""Facts in, what tables and columns are called elsewhere out: a range's own renames followed, forward or backward.

Forward it says what something was called where the facts begin; backward, from the last fact to the first, what it is
called where they end. None: it is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import (
    AddColumn,
    CreateTable,
    DropColumn,
    DropTable,
    Fact,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameTable,
)
from sqlgen.schema.naming import Key, object_key, part_key

__all__ = ["Trail"]


@dataclass(slots=True)
class Trail:
    """Where it stands: names of here, to names of there. Names that are not in it are the same."""

    dialect: str
    tables: dict[Key, Name | None] = field(default_factory=dict)
    columns: dict[tuple[Name, str], str | None] = field(default_factory=dict)
    """By what the table is called there, and the column's name here."""

    def table(self, name: Name) -> Name | None:
        """What a table of here is called there."""
        return self.tables.get(object_key(name, self.dialect), name)

    def column(self, table: Name, name: str) -> tuple[Name, str] | None:
        """The same of a column."""
        there = self.table(table)
        if there is None:
            return None
        found = self.columns.get((there, part_key(name, self.dialect)), name)
        return None if found is None else (there, found)

    def forward(self, fact: Fact) -> None:
        """Go on by one fact."""
        match fact:
            case RenameTable(table=old, to=new):
                self._rename(old, new)
            case RenameColumn(table=table, column=old, to=new):
                self._rename_column(table, old, new)
            case RedefineColumn(table=table, column=old, to=column) if old != column.name:
                self._rename_column(table, old, column.name)
            case _:
                self._either(fact)

    def backward(self, fact: Fact) -> None:
        """Go back by one fact."""
        match fact:
            case RenameTable(table=old, to=new):
                self._rename(new, old)
            case RenameColumn(table=table, column=old, to=new):
                self._rename_column(table, new, old)
            case RedefineColumn(table=table, column=old, to=column) if old != column.name:
                self._rename_column(table, column.name, old)
            case _:
                self._either(fact)

    def _either(self, fact: Fact) -> None:
        """What is made is not there before it, what is dropped is not there behind it."""
        match fact:
            case CreateTable(table=table) | DropTable(table=table):
                self.tables[object_key(table, self.dialect)] = None
            case AddColumn(table=table, column=column):
                self._forget(table, column.name)
            case DropColumn(table=table, column=name):
                self._forget(table, name)
            case _:
                pass

    def _rename(self, here: Name, then: Name) -> None:
        there = self.table(here)
        self.tables[object_key(here, self.dialect)] = None
        self.tables[object_key(then, self.dialect)] = there

    def _rename_column(self, table: Name, here: str, then: str) -> None:
        there = self.table(table)
        if there is not None:
            found = self.column(table, here)
            self.columns[there, part_key(here, self.dialect)] = None
            self.columns[there, part_key(then, self.dialect)] = None if found is None else found[1]

    def _forget(self, table: Name, column: str) -> None:
        there = self.table(table)
        if there is not None:
            self.columns[there, part_key(column, self.dialect)] = None
