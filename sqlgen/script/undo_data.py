"""Of a way back from the middle of an upgrade: which of the downgrade's statements undo data that stand.

Data is told apart by what of a table is written: its rows (INSERT, DELETE), or one of its columns. What the upgrade
has not begun to write needs nothing undone. What it is through with is undone by what writes the same, unless that
reads what is still to come. Anything else is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import (
    AddColumn,
    AlterColumnType,
    CreateTable,
    Delete,
    DropColumn,
    DropTable,
    Fact,
    Insert,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameTable,
    Truncate,
    Update,
)
from sqlgen.segments import Item
from sqlgen.statements import scan

Written = tuple[Name, str]
"""A table, and what of it: a column, or one of these two."""
ROWS, ALL = "", "*"


@dataclass(slots=True)
class Data:
    """What the upgrade has written behind one of its parts, and what the rest of it would write."""

    dialect: str
    begun: set[Written] = field(default_factory=set)
    waiting: set[Written] = field(default_factory=set)
    _tables: dict[Name, Name] = field(default_factory=dict)
    _columns: dict[Written, str] = field(default_factory=dict)

    def know_renames(self, facts: Iterable[Fact]) -> None:
        """All those of the upgrade: by another name it is the same data."""
        for fact in facts:
            match fact:
                case RenameTable(table=table, to=to):
                    self._tables[to if to.schema else Name(to.name, table.schema)] = self.table(table)
                case RenameColumn(table=table, column=old, to=str(new)):
                    self._columns[self.table(table), new.lower()] = self.column(table, old)
                case RedefineColumn(table=table, column=old, to=column):
                    self._columns[self.table(table), column.name.lower()] = self.column(table, old)

    def table(self, name: Name) -> Name:
        """As it was called at first."""
        return self._tables.get(name, name)

    def column(self, table: Name, name: str) -> str:
        """As it was called at first."""
        return self._columns.get((self.table(table), name.lower()), name.lower())

    def written(self, fact: Fact) -> Iterator[Written]:
        """What of the data it may change: an index, a constraint or another name changes none."""
        match fact:
            case Insert(table=table):
                yield self.table(table), ALL if fact.guarded or fact.replaces else ROWS
            case Delete(table=table) | Truncate(table=table):
                yield self.table(table), ROWS
            case Update(table=table, columns=columns):
                for name in columns or (ALL,):
                    yield self.table(table), self.column(table, name)
            case AddColumn(table=table):
                yield self.table(table), self.column(table, fact.column.name)
            case DropColumn(table=table, column=name) | AlterColumnType(table=table, column=name):
                yield self.table(table), self.column(table, name)
            case RedefineColumn(table=table, column=name):
                yield self.table(table), self.column(table, name)
            case CreateTable(table=table) | DropTable(table=table):
                yield self.table(table), ALL

    def wanted(self, fact: Fact, item: Item) -> str:
        """Of a statement on data: yes, no or unknown."""
        writes = set(self.written(fact))
        begun, waiting = _meet(writes, self.begun), _meet(writes, self.waiting)
        if begun != waiting:
            return "no" if waiting else "unknown" if self._reads_what_waits(writes, item) else "yes"
        return "unknown"

    def is_begun(self, fact: Fact) -> bool:
        """Whether the upgrade has written some of what a statement writes."""
        return _meet(set(self.written(fact)), self.begun)

    def by_table(self, table: Name) -> str:
        """Of a change of what is stored in a table, by all of its data."""
        all_of_it = {(self.table(table), ALL)}
        begun, waiting = _meet(all_of_it, self.begun), _meet(all_of_it, self.waiting)
        return "unknown" if begun == waiting else "yes" if begun else "no"

    def _reads_what_waits(self, writes: set[Written], item: Item) -> bool:
        """Whether a statement may read columns of the tables it writes that the upgrade has not written yet. What is
        in a query of its own, or in a statement of several tables, is not looked through."""
        tables = {table for table, _ in writes}
        waits = {what for table, what in self.waiting if table in tables}
        if not waits:
            return False
        words = {token.text.strip('"`[]').lower() for token in scan(item.sql, self.dialect)}
        by_these = {new for (table, new), old in self._columns.items() if table in tables and old in waits}
        return ALL in waits or "select" in words or bool(words & (waits | by_these))


def _meet(some: set[Written], others: set[Written]) -> bool:
    return any(one == other or (one[0] == other[0] and ALL in (one[1], other[1])) for one in some for other in others)
