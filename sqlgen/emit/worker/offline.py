"""What can't be given offline; and the order in which tables are written."""

from __future__ import annotations

from typing import Any


class Offline(Exception):
    """A revision wants what can't be given offline. `kind` and `values` choose the sentence that the parent says."""

    def __init__(self, kind: str, **values: str) -> None:
        super().__init__(kind, values)
        self.kind = kind
        self.values = values


class Missing(Offline, AttributeError):
    """Something of a driver's that is not there: hasattr() sees it too."""


def in_order(element: Any) -> None:
    """Give a table, or all tables of a MetaData, indexes and constraints in a fixed order; theirs is a set's."""
    from sqlalchemy.util import OrderedSet

    for table in getattr(element, "tables", {"": element}).values():
        if isinstance(getattr(table, "indexes", None), (set, OrderedSet)):
            table.indexes = OrderedSet(sorted(table.indexes, key=_index_key))
        if isinstance(getattr(table, "constraints", None), (set, OrderedSet)):
            table.constraints = OrderedSet(sorted(table.constraints, key=_constraint_key))
        for holder in (table, *getattr(table, "columns", ())):
            if isinstance(getattr(holder, "foreign_keys", None), (set, OrderedSet)):
                holder.foreign_keys = OrderedSet(sorted(holder.foreign_keys, key=_foreign_key))


def keep_order() -> None:
    """From now on every new table is in order, and copies of it are, and what is added to it comes last."""
    from sqlalchemy import Table, event

    if not event.contains(Table, "after_parent_attach", _in_order):
        event.listen(Table, "after_parent_attach", _in_order)


def _in_order(table: Any, metadata: Any) -> None:
    in_order(table)


def _index_key(index: Any) -> tuple[str, list[str]]:
    return str(index.name), [str(expression) for expression in index.expressions]


def _constraint_key(constraint: Any) -> int:
    return int(getattr(constraint, "_creation_order", 0))


def _foreign_key(key: Any) -> tuple[int, str, str]:
    return _constraint_key(key.constraint), str(getattr(key.parent, "name", "")), str(key.target_fullname)


def short(sql: str) -> str:
    """The first 80 characters, on one line."""
    text = " ".join(sql.split())
    return text if len(text) <= 80 else text[:79] + "…"
