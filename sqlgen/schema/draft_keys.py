"""The constraints and indexes of one table under change, with the names that engines choose for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Kind, Name
from sqlgen.schema.naming import chosen_name, is_not_null, mentions, part_key

__all__ = ["Keyed"]


@dataclass(frozen=True, slots=True)
class Taken:
    """The names that can't be chosen: those of the table, and those that `used` knows of."""

    own: set[str]
    used: Callable[[str], bool]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self.own or self.used(name))


@dataclass(slots=True)
class Keyed:
    """All that a draft of a table knows, and how its keys change. `dialect` decides which names are equal."""

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
    comment: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    sequences: dict[str, Name] = field(default_factory=dict)
    brought: dict[str, CreateIndex] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    temporary: bool = False
    partition_by: str | None = None
    partition_of: Name | None = None
    met: int = 0
    """How many things that can't be read had happened when a statement last used it: then it was there."""

    def __post_init__(self) -> None:
        self.met = self.met or self.seen

    def key(self, name: str) -> str:
        return part_key(name, self.dialect)

    def nullable(self, column: str, nullable: bool, seen: int) -> None:
        key = self.key(column)
        if key in self.columns:
            self.columns[key] = replace(self.columns[key], nullable=nullable)
        self.proofs.pop(key, None)
        if not nullable:
            self.proofs[key] = seen

    def constrain(self, constraint: Constraint, seen: int, used: Callable[[str], bool]) -> Constraint:
        """Add a constraint, under the name the engine gives it when it has none.

        `used` says of a name whether something outside of this table has it that matters.
        """
        if constraint.kind is Kind.PRIMARY_KEY and self.dialect in ("mysql", "mariadb"):
            constraint = replace(constraint, name="PRIMARY")  # whatever name was written: MySQL manual, 13.1.20
        if constraint.using_index is not None:
            index = self.indexes.pop(self.key(constraint.using_index), None)
            constraint = replace(constraint, name=constraint.name or constraint.using_index)
            if index is not None:
                constraint = replace(constraint, columns=index.columns, include=index.include)
        if constraint.name is None:
            constraint = replace(constraint, name=self._choose(constraint, used))
        self.constraints.append(constraint)
        if constraint.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE):
            self._queue(constraint.name)
        if constraint.name is not None:
            self.checked[self.key(constraint.name)] = seen
        if constraint.kind is Kind.PRIMARY_KEY and self.dialect != "sqlite":
            for name in constraint.columns:
                self.nullable(name, False, seen)
        if constraint.kind is Kind.NOT_NULL and not constraint.not_valid:
            for name in constraint.columns:
                self.nullable(name, False, seen)
        return constraint

    def _choose(self, constraint: Constraint, used: Callable[[str], bool]) -> str | None:
        columns = constraint.columns
        in_text = constraint.kind is Kind.CHECK and not columns and self.dialect == "postgresql"
        if in_text and constraint.expression is not None:
            # PostgreSQL, heap.c ChooseConstraintName for CHECK: the column's name, when there is just one
            named = [
                one.name for one in self.columns.values() if mentions(constraint.expression, one.name, self.dialect)
            ]
            columns = tuple(named) if len(named) == 1 else ()
        columns = (*columns, *constraint.include)
        if constraint.kind is Kind.FOREIGN_KEY and self.dialect in ("mysql", "mariadb"):
            return self._next_foreign_key()
        taken = Taken(set(self._taken()), used)
        return chosen_name(self.name.name, constraint.kind, columns, taken, self.dialect)

    def _next_foreign_key(self) -> str:
        """InnoDB counts on from the highest number: dict0dict.cc, dict_table_get_highest_foreign_id."""
        start = f"{self.name.name}_ibfk_"
        ends = [
            one.name.removeprefix(start) for one in self.constraints if (one.name or "").startswith(start) and one.name
        ]
        return f"{start}{max((int(end) for end in ends if end.isdigit()), default=0) + 1}"

    def _taken(self) -> Iterator[str]:
        yield from self.indexes
        yield from (one.name for one in self.constraints if one.name is not None)

    def constraint(self, name: str) -> Constraint | None:
        key = self.key(name)
        return next((one for one in self.constraints if one.name is not None and self.key(one.name) == key), None)

    def is_it(self, one: Constraint, name: str | None, kind: Kind | None, columns: tuple[str, ...] = ()) -> bool:
        """Whether a constraint has this name, and is of this kind, or on these columns, where they are said.

        On MySQL a foreign key and the unique key behind it may have the same name.
        """
        if name is None:
            on = [self.key(column) for column in one.columns]
            return one.kind is kind and (not columns or on == [self.key(column) for column in columns])
        same = one.name is not None and self.key(one.name) == self.key(name)
        return same and (kind is None or one.kind is kind or self.dialect not in ("mysql", "mariadb"))

    def relax(self, name: str | None, kind: Kind | None, columns: tuple[str, ...] = ()) -> None:
        """Drop a constraint by its name, by its columns, or the primary key."""
        self.constraints = [one for one in self.constraints if not self.is_it(one, name, kind, columns)]

    def relax_key(self, name: str) -> None:
        """MySQL DROP INDEX of a UNIQUE or primary key: not of a foreign key of the same name."""
        for kind in (Kind.UNIQUE, Kind.PRIMARY_KEY):
            self.relax(name, kind)

    def forget_checks(self, column: str) -> None:
        """MariaDB: a CHECK without a name written at a column is part of it, and lost when it is defined anew."""
        if self.dialect == "mariadb":
            self.constraints = [
                one
                for one in self.constraints
                if not (
                    one.kind is Kind.CHECK
                    and one.name is None
                    and [self.key(name) for name in one.columns] == [self.key(column)]
                )
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

    def add_index(self, index: CreateIndex, used: Callable[[str], bool]) -> CreateIndex:
        """Add an index, under the name the engine gives it when it has none."""
        if index.name is None:
            plain = tuple(map(self._index_word, (*index.columns, *index.include)))
            index = replace(
                index, name=chosen_name(self.name.name, None, plain, Taken(set(self._taken()), used), self.dialect)
            )
        self.indexes[self.key(index.name or "")] = index
        self._queue(index.name)
        return index

    def _queue(self, name: str | None) -> None:
        if name is not None and self.dialect in ("mysql", "mariadb"):
            key = self.key(name)
            self.order = [*(one for one in self.order if one != key), key]

    def bring(self, foreign: Constraint, hashed: Callable[[tuple[str, ...]], bool]) -> None:
        """MySQL makes an index for a foreign key where no index begins with its columns.

        It has the constraint's name where one is written, else that of the first column (MySQL manual, 13.1.20.5). It
        takes the place of one that another foreign key brought: sql_table.cc, foreign_key_prefix. `hashed` says of a
        key's columns whether MariaDB keeps only their hash, which serves no foreign key.
        """
        wanted = [self.key(name) for name in foreign.columns]
        keys = [one.columns for one in self.constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE)]
        keys += [one.columns for one in self.indexes.values()]
        others = [columns for columns in keys if not hashed(columns)]
        others += [one.columns for one in self.brought.values() if len(one.columns) > len(wanted)]
        if any([self.key(name) for name in columns[: len(wanted)]] == wanted for columns in others):
            return
        self.replace_brought(foreign.columns)
        taken = set(self._taken_by_keys())
        name = foreign.name or chosen_name(self.name.name, None, foreign.columns, taken, self.dialect)
        self.brought[self.key(name or "")] = CreateIndex(name, self.name, foreign.columns)
        self._queue(name)

    def replace_brought(self, columns: tuple[str, ...]) -> None:
        """An index that a foreign key brought goes when another one begins with its columns."""
        has = [self.key(name) for name in columns]
        self.brought = {
            key: index
            for key, index in self.brought.items()
            if has[: len(index.columns)] != [self.key(name) for name in index.columns]
        }

    def _taken_by_keys(self) -> list[str]:
        keys = (one.name for one in self.constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE))
        return [name for name in (*keys, *self.indexes, *self.brought) if name is not None]

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
        return any(
            self._shown(one) == seen and self._excludes_null(one, column)
            for one in self.constraints
            if one.kind in _PROOFS
        )

    def _shown(self, constraint: Constraint) -> int:
        return self.seen if constraint.name is None else self.checked.get(self.key(constraint.name), self.seen)

    def _excludes_null(self, constraint: Constraint, column: str) -> bool:
        if constraint.kind is Kind.PRIMARY_KEY and self.dialect != "sqlite":
            return self.key(column) in map(self.key, constraint.columns)
        return not constraint.not_valid and is_not_null(constraint, column, self.dialect)


_PROOFS = (Kind.PRIMARY_KEY, Kind.NOT_NULL, Kind.CHECK)
"""What may keep NULL out of a column."""
