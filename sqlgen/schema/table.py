"""A table as it stands: the frozen view that rules see, and the draft that facts change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind, Name
from sqlgen.schema.naming import chosen_name, is_not_null, mentions, part_key, renamed

__all__ = ["Draft", "Table"]


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


class _Keep(Enum):
    """Stands for "leave it", where None means "none"."""

    KEEP = auto()


_KEEP = _Keep.KEEP


@dataclass(slots=True)
class Draft:
    """A table while it is folded. `dialect` decides which names are equal."""

    name: Name
    dialect: str
    whole: bool
    """Whether everything in it was seen since it was created."""
    seen: int
    """How many things that can't be read had happened when it was created."""
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: dict[str, CreateIndex] = field(default_factory=dict)
    proofs: dict[str, int] = field(default_factory=dict)
    """Column → `seen` when it was last shown to be NOT NULL."""
    checked: dict[str, int] = field(default_factory=dict)
    """Constraint → `seen` when it was added or validated."""

    def copy(self) -> Draft:
        return replace(
            self,
            columns=dict(self.columns),
            constraints=list(self.constraints),
            indexes=dict(self.indexes),
            proofs=dict(self.proofs),
            checked=dict(self.checked),
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

    def view(self, complete: bool) -> Table:
        return Table(
            self.name, tuple(self.columns.values()), tuple(self.constraints), tuple(self.indexes.values()), complete
        )

    def key(self, name: str) -> str:
        return part_key(name, self.dialect)

    # ---- columns

    def put(self, column: Column, seen: int) -> None:
        """Add a column, or define one anew in its place. Its constraints are for the caller to add."""
        key = self.key(column.name)
        self.columns[key] = replace(column, constraints=())
        self.proofs.pop(key, None)
        if not column.nullable:
            self.proofs[key] = seen

    def nullable(self, column: str, nullable: bool, seen: int) -> None:
        key = self.key(column)
        if key in self.columns:
            self.columns[key] = replace(self.columns[key], nullable=nullable)
        self.proofs.pop(key, None)
        if not nullable:
            self.proofs[key] = seen

    def update(self, column: str, *, type: str | None = None, default: Default | _Keep | None = _KEEP) -> None:
        """Change the type or the default of a column that is known."""
        key = self.key(column)
        if key not in self.columns:
            return
        known = self.columns[key]
        if type is not None:
            known = replace(known, type=type)
        if not isinstance(default, _Keep):
            known = replace(known, default=default)
        self.columns[key] = known

    def rename(self, column: str, to: str) -> None:
        """The column keeps its place, and every constraint, index and CHECK follows it."""
        old, new = self.key(column), self.key(to)
        self.columns = {
            new if key == old else key: replace(one, name=to) if key == old else one
            for key, one in self.columns.items()
        }
        if old in self.proofs:
            self.proofs[new] = self.proofs.pop(old)
        self.constraints = [self._renamed(one, old, to) for one in self.constraints]
        self.indexes = {
            key: replace(one, columns=tuple(self._renamed_part(part, old, to) for part in one.columns))
            for key, one in self.indexes.items()
        }

    def _renamed(self, constraint: Constraint, old: str, to: str) -> Constraint:
        expression = constraint.expression
        return replace(
            constraint,
            columns=tuple(to if self.key(name) == old else name for name in constraint.columns),
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
        self.constraints = [one for one in self.constraints if not self._uses(one, key)]
        kept = {}
        for name, index in self.indexes.items():
            rest = tuple(part for part in index.columns if not self._part_uses(part, key))
            if len(rest) == len(index.columns):
                kept[name] = index
            elif rest and self.dialect in ("mysql", "mariadb"):
                kept[name] = replace(index, columns=rest)
        self.indexes = kept

    def _uses(self, constraint: Constraint, key: str) -> bool:
        if key in map(self.key, constraint.columns):
            return True
        return constraint.expression is not None and mentions(constraint.expression, key, self.dialect)

    def _part_uses(self, part: str, key: str) -> bool:
        return self.key(part) == key or ("(" in part and mentions(part, key, self.dialect))

    # ---- constraints and indexes

    def constrain(self, constraint: Constraint, seen: int) -> Constraint:
        """Add a constraint, under the name the engine gives it when it has none."""
        if constraint.kind is Kind.PRIMARY_KEY and self.dialect in ("mysql", "mariadb"):
            constraint = replace(constraint, name="PRIMARY")  # whatever name was written: MySQL manual, 13.1.20
        if constraint.using_index is not None:
            index = self.indexes.pop(self.key(constraint.using_index), None)
            columns = index.columns if index is not None else constraint.columns
            constraint = replace(constraint, name=constraint.name or constraint.using_index, columns=columns)
        if constraint.name is None:
            constraint = replace(constraint, name=self._choose(constraint))
        self.constraints.append(constraint)
        if constraint.name is not None:
            self.checked[self.key(constraint.name)] = seen
        if constraint.kind is Kind.PRIMARY_KEY and self.dialect != "sqlite":
            for name in constraint.columns:
                self.nullable(name, False, seen)
        if constraint.kind is Kind.NOT_NULL and not constraint.not_valid:
            for name in constraint.columns:
                self.nullable(name, False, seen)
        return constraint

    def _choose(self, constraint: Constraint) -> str | None:
        columns = constraint.columns
        if constraint.kind is Kind.CHECK and not columns and constraint.expression is not None:
            # PostgreSQL, heap.c ChooseConstraintName for CHECK: the column's name, when there is just one
            used = [
                one.name for one in self.columns.values() if mentions(constraint.expression, one.name, self.dialect)
            ]
            columns = tuple(used) if len(used) == 1 else ()
        return chosen_name(self.name.name, constraint.kind, columns, set(self._taken()), self.dialect)

    def _taken(self) -> Iterator[str]:
        yield from self.indexes
        yield from (one.name for one in self.constraints if one.name is not None)

    def constraint(self, name: str) -> Constraint | None:
        key = self.key(name)
        return next((one for one in self.constraints if one.name is not None and self.key(one.name) == key), None)

    def relax(self, name: str | None, kind: Kind | None) -> None:
        """Drop a constraint by its name, or the primary key."""
        key = None if name is None else self.key(name)
        self.constraints = [
            one
            for one in self.constraints
            if not (one.kind is kind if key is None else one.name is not None and self.key(one.name) == key)
        ]

    def validate(self, name: str, seen: int) -> None:
        """The rows that were there hold to the constraint now."""
        self.change(name, not_valid=False)
        if self.constraint(name) is not None:
            self.checked[self.key(name)] = seen

    def change(self, name: str, /, **fields: object) -> None:
        """Change fields of the constraint of this name."""
        key = self.key(name)
        self.constraints = [
            replace(one, **fields) if one.name is not None and self.key(one.name) == key else one  # type: ignore[arg-type]
            for one in self.constraints
        ]

    def add_index(self, index: CreateIndex) -> CreateIndex:
        """Add an index, under the name the engine gives it when it has none."""
        if index.name is None:
            plain = tuple(map(self._index_word, index.columns))
            index = replace(index, name=chosen_name(self.name.name, None, plain, set(self._taken()), self.dialect))
        self.indexes[self.key(index.name or "")] = index
        return index

    def _index_word(self, part: str) -> str:
        """What PostgreSQL puts into an index's name for an expression: parse_target.c, FigureIndexColname."""
        if self.dialect != "postgresql" or "(" not in part:
            return part
        called = part.partition("(")[0].rpartition(".")[2].strip()
        return called if part.endswith(")") and called.isidentifier() else "expr"

    def proves_not_null(self, column: str, seen: int) -> bool:
        """Whether the column can't be NULL: nothing that can't be read happened since that was shown."""
        key = self.key(column)
        if self.proofs.get(key) == seen:
            return True
        return any(self._shown(one) == seen and self._excludes_null(one, column) for one in self.constraints)

    def _shown(self, constraint: Constraint) -> int:
        return self.seen if constraint.name is None else self.checked.get(self.key(constraint.name), self.seen)

    def _excludes_null(self, constraint: Constraint, column: str) -> bool:
        if constraint.kind is Kind.PRIMARY_KEY and self.dialect != "sqlite":
            return self.key(column) in map(self.key, constraint.columns)
        return not constraint.not_valid and is_not_null(constraint, column, self.dialect)
