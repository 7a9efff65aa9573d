"""A table's indexes in, the text in which the catalogs are asked for the same out: as whole as catalogs can confirm it.

Of an expression and of a predicate it is only told that there is one: the server writes them in its own way.
Sources: PostgreSQL manual, 53.26 pg_index; SQLite, pragma.html, index_list and index_xinfo; MySQL manual,
INFORMATION_SCHEMA STATISTICS (SUB_PART).
"""

from __future__ import annotations

import re

from sqlgen.facts.vocabulary import Constraint, CreateIndex, Kind, Part
from sqlgen.schema import Table
from sqlgen.script.checks.answers import NONE

MAY_BE_CUT = 191
"""From this length on a prefix may be MySQL's doing, which cuts what does not fit: 767 bytes of four a character."""


def spelled(table: Table, dialect: str) -> str:
    """All of them, sorted by bytes; those of constraints too, where the catalogs know no difference."""
    found = [_index(one, table, dialect) for one in (*table.indexes, *table.brought)]
    kinds = {"postgresql": (Kind.UNIQUE, Kind.EXCLUDE), "mysql": (Kind.UNIQUE,), "mariadb": (Kind.UNIQUE,)}
    for one in table.constraints:
        if one.kind in kinds.get(dialect, ()):
            found.append(_key(one, table, dialect))
    return "; ".join(sorted(found, key=str.encode)) or NONE


def _index(one: CreateIndex, table: Table, dialect: str) -> str:
    parts = _parts(one, table, dialect)
    words = " unique" if one.unique else ""
    if dialect == "postgresql":
        words += "" if one.method in (None, "btree") else f" using {one.method}"
        words += " nulls not distinct" if one.nulls_not_distinct else ""
    if dialect in ("postgresql", "sqlite"):
        words += "" if one.where is None else " where"
    return f"{one.name} ({', '.join(parts)}){words}"


def _key(one: Constraint, table: Table, dialect: str) -> str:
    """Whether a key takes NULLs as equal is not told: one that adopts an index has it from there."""
    if one.kind is Kind.EXCLUDE:
        plain = ["?" if part and part.expression else name for name, part in _paired(one)]
        return f"{one.name} ({', '.join(plain)})"
    return f"{one.name} ({', '.join(_parts(one, table, dialect))}) unique"


def _paired(one: CreateIndex | Constraint) -> list[tuple[str, Part | None]]:
    return list(zip(one.columns, one.parts or (None,) * len(one.columns), strict=True))


def _parts(one: CreateIndex | Constraint, table: Table, dialect: str) -> list[str]:
    found = []
    for name, part in _paired(one):
        shown = "?" if part and part.expression else name
        if part is not None and dialect == "postgresql":
            shown += _order(part)
        elif part is not None and dialect == "sqlite":
            shown += " desc" if part.descending else ""
        elif part is not None and part.length is not None and dialect in ("mysql", "mariadb"):
            shown += _prefix(name, part.length, table)
        found.append(shown)
    return [*found, *(f"include {name}" for name in one.include if dialect == "postgresql")]


def _order(part: Part) -> str:
    """DESC is NULLS FIRST where nothing is written (CREATE INDEX)."""
    first = part.descending if part.nulls_first is None else part.nulls_first
    words = " desc" if part.descending else ""
    return words if first is part.descending else f"{words} nulls {'first' if first else 'last'}"


def _prefix(column: str, length: int, table: Table) -> str:
    """A prefix that is as long as the column is none."""
    types = [one.type or "" for one in table.columns if one.name.lower() == column.lower()]
    declared = re.search(r"\((\d+)\)", types[0]) if types else None
    whole = declared is not None and length >= int(declared[1])
    return "" if whole or length >= MAY_BE_CUT else f"({length})"
