"""What a range has added and filled so far, fact by fact."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    Constraint,
    DropTable,
    Fact,
    Insert,
    Name,
    RenameColumn,
    RenameTable,
    Update,
)
from sqlgen.lint.outlook import filled


@dataclass(slots=True)
class Memory:
    """By table: what is new in it, and which of its columns have got values."""

    born: dict[Name, set[tuple[str, str]]] = field(default_factory=dict)
    """("column" or "constraint", name in lower case), added in this range."""
    filled: dict[Name, set[str]] = field(default_factory=dict)
    """Columns, in lower case, that an UPDATE has set where they were NULL, or everywhere; of a table that was made in
    this range: those that INSERT … SELECT names."""

    def apply(self, fact: Fact, *, rebuilt_as: Name | None, created: bool) -> None:
        """Go on by one fact. created: its table was made in this range."""
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
            case DropTable(table):
                parts, names = self.born.pop(table, set()), self.filled.pop(table, set())
                if rebuilt_as is not None:
                    self.born.setdefault(rebuilt_as, set()).update(parts)
                    self.filled.setdefault(rebuilt_as, set()).update(names)
            case _:
                pass
