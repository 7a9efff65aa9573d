"""The old and the new type of a column in, which code minds the change out."""

from __future__ import annotations

from sqlgen.effects import Work, type_change
from sqlgen.facts.types import SqlType, canonical
from sqlgen.script.checks.column_types import affinity
from sqlgen.script.runbook.folding import Met

__all__ = ["Minds", "retyped"]

Minds = bool | None
"""Whether code may fail by it; None: not known."""

_ALIKE = (
    ("bit", "boolean", "bool"),
    ("tinyint", "smallint", "mediumint", "int", "integer", "bigint"),
    ("real", "float", "double", "double precision", "binary_float", "binary_double"),
    ("decimal", "numeric", "number"),
    (
        *("char", "bpchar", "varchar", "varchar2", "nchar", "nvarchar", "nvarchar2", "text", "citext", "name"),
        *("tinytext", "mediumtext", "longtext", "ntext", "clob", "nclob"),
    ),
    ("tinyblob", "blob", "mediumblob", "longblob", "binary", "varbinary", "raw"),
    ("json", "jsonb"),
    ("inet", "cidr"),
    ("bit", "varbit"),
)
"""Types whose values look the same to a program."""


def retyped(old: str | None, new: str | None, met: Met) -> tuple[Minds, Minds]:
    """Old code minds what may not take its values, new code a column that may not take its own, as it still is; both
    mind values of another kind."""
    dialect = met.server.dialect
    if old is None or new is None:
        return (False, False) if old == new else (None, None)
    before, after = canonical(old, dialect), canonical(new, dialect)
    if before == after:
        return False, False
    if dialect == "sqlite":  # any column takes any value; the affinity may be another
        return (False, False) if affinity(old) == affinity(new) else (None, None)
    if before.array != after.array or not _alike(before, after):
        return True, True
    return _minds(old, new, met), _minds(new, old, met)


def _alike(one: SqlType, other: SqlType) -> bool:
    return one.name == other.name or any({one.name, other.name} <= set(alike) for alike in _ALIKE)


def _minds(has: str, takes: str, met: Met) -> Minds:
    """Code writes values of a type into a column of another one."""
    found = type_change(has, takes, met.server, schema=met.schema)
    if found.work is Work.UNKNOWN:
        return None
    return True if found.may_fail else None if found.loses else False
