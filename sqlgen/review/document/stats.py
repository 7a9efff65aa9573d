"""stats.json in: how many rows and bytes the tables of a database have, as a DBA has measured them.

docs/table-stats.md has the query for each engine, and the format.
"""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "sqlgen.stats/1"


@dataclass(frozen=True, slots=True)
class TableStats:
    name: str
    schema: str | None
    rows: int
    """As the engine estimates them, or as they were counted."""
    bytes: int
    """Of the table with its TOAST or overflow pages, without its indexes."""


@dataclass(frozen=True, slots=True)
class Stats:
    server: str
    """Engine and version, in words."""
    taken: str
    """ISO date."""
    tables: tuple[TableStats, ...]
