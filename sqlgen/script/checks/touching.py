"""A fact about a table in, which of the things that reflection tells of the table it may change out."""

from __future__ import annotations

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    CreateIndex,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    Fact,
    Kind,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetDefault,
    SetNotNull,
)
from sqlgen.script.checks.answers import CONTENTS, What

EVERYTHING: frozenset[What] = frozenset(what for what, _ in CONTENTS.values())

_COLUMNS: frozenset[What] = frozenset({"columns"})
_KEYS: frozenset[What] = frozenset({"indexes", "unique constraints"})


def changed(fact: Fact) -> frozenset[What]:
    """Everything, unless it is sure that the rest stays as it is."""
    match fact:
        case AlterColumnType() | SetNotNull() | DropNotNull() | SetDefault():
            return _COLUMNS
        case AddColumn(column=column) if not column.constraints:
            return _COLUMNS
        case RedefineColumn(column=old, to=column) if old == column.name and not column.constraints:
            return _COLUMNS
        case CreateIndex() | DropIndex():
            return _KEYS
        case AddConstraint(constraint=constraint):
            return _ADDED.get(constraint.kind, EVERYTHING)
        case DropConstraint(kind=Kind.FOREIGN_KEY):
            return frozenset({"foreign keys"})
        case _:
            return EVERYTHING


def changed_elsewhere(fact: Fact) -> frozenset[What]:
    """What it may change of other tables: foreign keys name tables and columns, columns name types."""
    match fact:
        case RenameTable() | RenameColumn() | DropColumn(cascade=True) | DropConstraint(cascade=True):
            return frozenset({"foreign keys"})
        case RenameObject(kind="type") | RenameObject(kind="domain"):
            return _COLUMNS
        case _:
            return frozenset()


_ADDED: dict[Kind, frozenset[What]] = {
    Kind.UNIQUE: _KEYS,
    Kind.FOREIGN_KEY: frozenset({"foreign keys", "indexes"}),  # MySQL 8.4, 15.1.20.5: it makes the index it needs
    Kind.CHECK: frozenset({"checks"}),
}
