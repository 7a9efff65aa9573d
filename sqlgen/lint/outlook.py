"""A step in, what its statements are parts of out: a DROP that is half of a rebuild is no loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import (
    AddColumn,
    Column,
    CreateObject,
    CreateTable,
    DropColumn,
    DropTable,
    Insert,
    Name,
    RenameColumn,
    RenameTable,
    SetOption,
    Update,
)
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a rule may know of the rest of the step."""

    rebuilds: Mapping[tuple[int, int], Name]
    """(item, fact) of a DropTable, both from 0: the filled copy that takes the table's name right after it.

    SQLite, ALTER TABLE, 7: create the new table, copy the rows, drop the old one, rename the new one. Alembic's batch
    mode does this with `_alembic_tmp_NAME`.
    """
    views: frozenset[Name] = frozenset()
    """The views that the step creates."""
    columns: Mapping[Name, Mapping[str, Column]] = field(default_factory=dict)
    """The columns that it adds to each table, by their names in lower case. None of a step that looks at rows: what it
    does for them, it may copy values, is not among its statements."""


NOTHING = Outlook({})
"""Where no step is looked at."""


def outlook(step: Step) -> Outlook:
    """Read a step once, in order."""
    rebuilds: dict[tuple[int, int], Name] = {}
    views: set[Name] = set()
    columns: dict[Name, dict[str, Column]] = {}
    made: set[Name] = set()
    filled: set[Name] = set()
    dropped: tuple[tuple[int, int], Name] | None = None
    for i, item in enumerate(step.items):
        for j, fact in enumerate(item.facts):
            match fact:
                case SetOption():
                    continue
                case CreateTable(table, from_query=from_query):
                    made.add(table)
                    if from_query:
                        filled.add(table)
                case Insert(table, rows=None) if table in made:
                    filled.add(table)
                case CreateObject(kind, name) if "view" in kind:
                    views.add(name)
                case AddColumn(table, column):
                    columns.setdefault(table, {})[column.name.lower()] = column
                case DropColumn(table, name) if table in columns:
                    columns[table].pop(name.lower(), None)
                case RenameColumn(table, name, to) if name.lower() in columns.get(table, {}):
                    columns[table][to.lower()] = replace(columns[table].pop(name.lower()), name=to)
                case RenameTable(table, to) if dropped is not None and dropped[1] == to and table in filled:
                    rebuilds[dropped[0]] = table
                case _:
                    pass
            dropped = ((i, j), fact.table) if isinstance(fact, DropTable) else None
    return Outlook(rebuilds, frozenset(views), {} if step.row_driven else columns)


def filled(update: Update) -> frozenset[str]:
    """The columns, in lower case, in which an UPDATE leaves no NULL behind: those that it sets everywhere, or where
    they are NULL. What it sets them to is not looked at."""
    columns = frozenset(column.lower() for column in update.columns)
    if not update.where:
        return columns
    condition = "".join(char for char in (update.condition or "").lower() if char not in '"`[]()')
    tests = {" ".join(part.split()) for part in condition.split(" and ")}
    return frozenset(column for column in columns if any(_is_null(test, column) for test in tests))


def _is_null(test: str, column: str) -> bool:
    name, _, rest = test.partition(" ")
    return rest == "is null" and name.rpartition(".")[2] == column
