"""What a range has added and filled so far, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    Constraint,
    DropConstraint,
    DropIndex,
    DropTable,
    Fact,
    Insert,
    Kind,
    Name,
    RenameColumn,
    RenameTable,
    Update,
)
from sqlgen.lint.outlook import filled
from sqlgen.schema import Schema


@dataclass(slots=True)
class Memory:
    """By table: what is new in it, and which of its columns have got values."""

    born: dict[Name, set[tuple[str, str]]] = field(default_factory=dict)
    """("column" or "constraint", name in lower case), added in this range."""
    filled: dict[Name, set[str]] = field(default_factory=dict)
    """Columns, in lower case, that an UPDATE has set where they were NULL, or everywhere; of a table that was made in
    this range: those that INSERT … SELECT names."""

    was_unique: dict[Name, set[frozenset[str]]] = field(default_factory=dict)
    """The columns, in lower case, that keys kept unique which this range has dropped: no two rows have them equal."""

    def apply(self, fact: Fact, *, rebuilt_as: Name | None, created: bool, schema: Schema) -> None:
        """Go on by one fact. created: its table was made in this range. schema: what stands before it."""
        if isinstance(fact, (DropIndex, DropConstraint, DropTable)) and not created:
            self._remember_keys(fact, rebuilt_as, schema)
        match fact:
            case AddColumn(table, column):
                self.born.setdefault(table, set()).add(("column", column.name.lower()))
            case RenameColumn(table, name, to) if ("column", name.lower()) in self.born.get(table, ()):
                self.born[table].remove(("column", name.lower()))  # the name may come to stand for an old column
                self.born[table].add(("column", to.lower()))
            case AddConstraint(table, Constraint(name=str(name))):
                self.born.setdefault(table, set()).add(("constraint", name.lower()))
            case Update(table) if columns := filled(fact):
                self.filled.setdefault(table, set()).update(columns)
            case Insert(table, rows=None, columns=tuple(columns)) if created:
                self.filled.setdefault(table, set()).update(column.lower() for column in columns)
            case RenameTable(table, to):
                self.born[to] = self.born.pop(table, set())
                self.filled[to] = self.filled.pop(table, set())
                self.was_unique.setdefault(to, set()).update(self.was_unique.pop(table, set()))
            case DropTable(table):
                parts, names = self.born.pop(table, set()), self.filled.pop(table, set())
                if rebuilt_as is not None:
                    self.born.setdefault(rebuilt_as, set()).update(parts)
                    self.filled.setdefault(rebuilt_as, set()).update(names)
            case _:
                pass

    def _remember_keys(self, fact: DropIndex | DropConstraint | DropTable, to: Name | None, schema: Schema) -> None:
        match fact:
            case DropIndex(index, table):
                found = schema.index(index, table)
                if found is not None and found.unique and found.where is None:
                    self._was_unique(found.table, found.columns)
            case DropConstraint(table, str(name)):
                constraint = schema.constraint(table, name)
                if constraint is not None and constraint.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY):
                    self._was_unique(table, constraint.columns)
            case DropTable(table) if to is not None and (old := schema.table(table)) is not None:
                for one in old.constraints:
                    if one.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY):
                        self._was_unique(to, one.columns)
                for each in old.indexes:
                    if each.unique and each.where is None:
                        self._was_unique(to, each.columns)
            case _:
                pass

    def _was_unique(self, table: Name, columns: tuple[str, ...]) -> None:
        self.was_unique.setdefault(table, set()).add(frozenset(column.lower() for column in columns))
