"""What can't be given offline; and the order in which tables are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import MetaData, Table, event
from sqlalchemy.util import OrderedSet


class Offline(Exception):
    """A revision wants what can't be given offline. `kind` and `values` choose the sentence that the parent says."""

    def __init__(self, kind: str, **values: str) -> None:
        super().__init__(kind, values)
        self.kind = kind
        self.values = values


class Missing(Offline, AttributeError):
    """Something of a driver's that is not there: hasattr() sees it too."""


def in_order(element: Any) -> None:
    """Give a table, or all tables of a MetaData, indexes, constraints and keys in a fixed order; theirs is a set's."""
    for table in element.tables.values() if isinstance(element, MetaData) else (element,):
        if isinstance(table, Table):
            table.indexes = _ordered(table.indexes, _index_key)
            table.constraints = _ordered(table.constraints, _constraint_key)
            for holder in (table, *table.columns):
                if len(holder.foreign_keys) > 1:
                    holder.foreign_keys = _ordered(holder.foreign_keys, _foreign_key)


def _ordered(found: Any, key: Callable[[Any], Any]) -> Any:
    if isinstance(found, (set, OrderedSet)) and len(found) > 1:
        return OrderedSet(sorted(found, key=key))
    return OrderedSet(found) if type(found) is set else found


def keep_order() -> None:
    """From now on every new table is in order, and copies of it are, and what is added to it comes last."""
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
