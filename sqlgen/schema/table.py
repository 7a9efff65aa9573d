"""A table as it stands: the frozen view that rules see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Name

__all__ = ["Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of a table at one point of a history."""

    name: Name
    columns: tuple[Column, ...]
    """In the order of the table. Constraints written at a column stand in `constraints`; theirs are empty."""
    constraints: tuple[Constraint, ...]
    """With the names the engine gives to those that have none, where it gives any."""
    indexes: tuple[CreateIndex, ...]
    """Without those that a constraint brings with it."""
    complete: bool
    """False when there may be more, or when something that can't be read may have changed it."""
    comment: str | None = None
    settings: tuple[tuple[str, str], ...] = ()
    """MySQL's table options, names in lower case."""
    sequences: tuple[tuple[str, Name], ...] = ()
    """PostgreSQL: column → the sequence that its serial type or its identity brought."""
    brought: tuple[CreateIndex, ...] = ()
    """MySQL: the indexes that foreign keys brought. They stay when the foreign key goes."""
    order: tuple[str, ...] = ()
    """MySQL: the names of all keys, in lower case, in the order in which they came."""
    temporary: bool = False
    partition_by: str | None = None
    """As written: "RANGE (day)"; None for a table that is not partitioned, and where it is not known."""
    partition_of: Name | None = None
    """PostgreSQL: the parent that it is a partition of."""
