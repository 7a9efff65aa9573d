"""A rename in, the name out that old code misses behind it, or has again."""

from __future__ import annotations

from sqlgen.facts.vocabulary import Name, RenameColumn, RenameTable
from sqlgen.script.runbook.folding import Met

__all__ = ["Named", "Was", "given_back", "taken"]

Named = tuple[Name, str | None]
"""A table, or a column of it, as they are called where the range begins."""
Was = dict[tuple[Name, str], str]
"""What columns were called where the range begins, by what their table was called there, and what they are called."""


def taken(met: Met, was: Was) -> Named | None:
    """What a rename takes the name from, as old code knows it."""
    match met.fact:
        case RenameTable(table):
            return met.called.first(table) or table, None
        case RenameColumn(table, column):
            first = met.called.first(table) or table
            return first, was.get((first, column.lower()), column.lower())
        case _:
            return None


def given_back(met: Met, was: Was) -> Named | None:
    """What a rename gives back the name that it had where the range begins."""
    named = taken(met, was)
    match met.fact:
        case RenameTable(_, to) if named == (to, None):
            return named
        case RenameColumn(_, column, to) if named is not None and named[1] is not None:
            was.pop((named[0], column.lower()), None)
            was[named[0], to.lower()] = named[1]
            return named if named[1] == to.lower() else None
        case _:
            return None
