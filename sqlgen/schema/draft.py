"""A table while it is folded: the draft that facts change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Kind, Name, Place
from sqlgen.schema.draft_keys import Keyed
from sqlgen.schema.naming import is_of_type, mentions, quoted, renamed
from sqlgen.schema.table import Table

__all__ = ["Draft"]


@dataclass(slots=True)
class Draft(Keyed):
    """A table while it is folded: how it changes as a whole, and its columns with all that stands on them."""

    def copy(self) -> Draft:
        return replace(
            self,
            columns=dict(self.columns),
            constraints=list(self.constraints),
            indexes=dict(self.indexes),
            proofs=dict(self.proofs),
            checked=dict(self.checked),
            settings=dict(self.settings),
            sequences=dict(self.sequences),
            brought=dict(self.brought),
            order=list(self.order),
        )

    def take_name(self, to: Name) -> None:
        """Rename the table. MySQL renames the constraints that it named after the table (manual, 13.1.36)."""
        if self.dialect in ("mysql", "mariadb"):
            for mark in ("_ibfk_", "_chk_"):
                old = f"{self.name.name}{mark}"
                for one in self.constraints:
                    if one.name is not None and one.name.startswith(old):
                        self.change(one.name, name=f"{to.name}{mark}{one.name.removeprefix(old)}")
        self.name = to
        self.indexes = {key: replace(index, table=to) for key, index in self.indexes.items()}
        self.brought = {key: replace(index, table=to) for key, index in self.brought.items()}

    def view(self, complete: bool) -> Table:
        return Table(
            self.name,
            tuple(self.columns.values()),
            tuple(self.constraints),
            tuple(self.indexes.values()),
            complete,
            self.comment,
            tuple(self.settings.items()),
            tuple(self.sequences.items()),
            tuple(self.brought.values()),
            tuple(self.order),
            self.temporary,
            self.partition_by,
            self.partition_of,
        )

    # ---- columns

    def put(self, column: Column, seen: int) -> None:
        """Add a column, or define one anew in its place. Its constraints are for the caller to add."""
        key = self.key(column.name)
        self.columns[key] = replace(column, constraints=()) if column.constraints else column
        self.proofs.pop(key, None)
        if not column.nullable:
            self.proofs[key] = seen

    def place(self, column: str, place: Place) -> None:
        """MySQL: move a column to the front, or behind another one."""
        key, behind = self.key(column), None if place.after is None else self.key(place.after)
        order = [one for one in self.columns if one != key]
        at = 0 if behind is None else order.index(behind) + 1 if behind in order else len(order)
        order.insert(at, key)
        self.columns = {one: self.columns[one] for one in order}

    def update(self, column: str, **fields: object) -> None:
        """Change fields of a column that is known."""
        key = self.key(column)
        if key in self.columns:
            self.columns[key] = replace(self.columns[key], **fields)  # type: ignore[arg-type]

    def rename(self, column: str, to: str) -> None:
        """The column keeps its place, and every constraint, index and CHECK follows it."""
        old, new = self.key(column), self.key(to)
        self.columns = {
            new if key == old else key: replace(one, name=to) if key == old else one
            for key, one in self.columns.items()
        }
        if old in self.proofs:
            self.proofs[new] = self.proofs.pop(old)
        if old in self.sequences:
            self.sequences[new] = self.sequences.pop(old)
        self.constraints = [self._renamed(one, old, to) if self._uses(one, old) else one for one in self.constraints]
        for indexes in (self.indexes, self.brought):
            for key, one in indexes.items():
                if self._index_uses(one, old):
                    indexes[key] = self._renamed_index(one, old, to)
        for key, column_ in self.columns.items():
            text = column_.expression
            if text is not None and mentions(text, old, self.dialect):
                self.columns[key] = replace(column_, expression=renamed(text, old, to, self.dialect))

    def _renamed_index(self, index: CreateIndex, old: str, to: str) -> CreateIndex:
        return replace(
            index,
            columns=tuple(self._renamed_part(part, old, to) for part in index.columns),
            include=tuple(to if self.key(name) == old else name for name in index.include),
            where=None if index.where is None else renamed(index.where, old, to, self.dialect),
        )

    def _renamed(self, constraint: Constraint, old: str, to: str) -> Constraint:
        expression = constraint.expression
        return replace(
            constraint,
            columns=tuple(to if self.key(name) == old else name for name in constraint.columns),
            include=tuple(to if self.key(name) == old else name for name in constraint.include),
            expression=None if expression is None else renamed(expression, old, to, self.dialect),
        )

    def _renamed_part(self, part: str, old: str, to: str) -> str:
        if self.key(part) == old:
            return to
        return renamed(part, old, to, self.dialect) if "(" in part else part

    def drop(self, column: str) -> None:
        """PostgreSQL and MariaDB drop what uses the column with it; MySQL takes it out of its indexes.

        Sources: PostgreSQL manual, ALTER TABLE, DROP COLUMN; MySQL 8.0 manual, 13.1.9, "Renaming, Redefining, and
        Reordering Columns". SQLite refuses to drop a column that something uses.
        """
        key = self.key(column)
        self.columns.pop(key, None)
        self.proofs.pop(key, None)
        self.sequences.pop(key, None)
        shrinks = self.dialect in ("mysql", "mariadb")
        kept = []
        for one in self.constraints:
            if not self._uses(one, key):
                kept.append(one)
            elif shrinks and one.kind in (Kind.UNIQUE, Kind.PRIMARY_KEY) and len(one.columns) > 1:
                kept.append(_without(one, [self._part_uses(part, key) for part in one.columns]))
        self.constraints = kept
        self.indexes = self._kept(self.indexes, key, shrinks)
        self.brought = self._kept(self.brought, key, shrinks)

    def _kept(self, indexes: dict[str, CreateIndex], key: str, shrinks: bool) -> dict[str, CreateIndex]:
        kept = {}
        for name, index in indexes.items():
            if not self._index_uses(index, key):
                kept[name] = index
            elif shrinks and not all(gone := [self._part_uses(part, key) for part in index.columns]):
                kept[name] = _without(index, gone)
        return kept

    def _index_uses(self, index: CreateIndex, key: str) -> bool:
        if any(self._part_uses(part, key) for part in index.columns) or key in map(self.key, index.include):
            return True
        return index.where is not None and mentions(index.where, key, self.dialect)

    def _uses(self, constraint: Constraint, key: str) -> bool:
        if key in map(self.key, (*constraint.columns, *constraint.include)):
            return True
        return constraint.expression is not None and mentions(constraint.expression, key, self.dialect)

    def _part_uses(self, part: str, key: str) -> bool:
        return self.key(part) == key or ("(" in part and mentions(part, key, self.dialect))

    def follow(self, kind: str, name: Name, to: Name) -> None:
        """A sequence or a type that columns use is renamed."""
        if kind == "sequence":
            self.sequences = {key: to if one == name else one for key, one in self.sequences.items()}
            return
        for key, column in self.columns.items():
            if is_of_type(column, name, self.dialect):
                array = (column.type or "")[(column.type or "").find("[") :] if "[" in (column.type or "") else ""
                self.columns[key] = replace(column, type=f"{quoted(to)}{array}")


One = TypeVar("One", Constraint, CreateIndex)


def _without(one: One, gone: list[bool]) -> One:
    """A key or an index without some of its columns."""
    columns = tuple(name for name, left in zip(one.columns, gone, strict=True) if not left)
    parts = tuple(part for part, left in zip(one.parts, gone, strict=False) if not left)
    return replace(one, columns=columns, parts=parts)
