"""The type-change matrix of SQL Server and Oracle, as their documentation has it. No test runs it.

SQL Server: ALTER TABLE … ALTER COLUMN changes the catalog alone where the column gets longer and stays of its type;
other changes write each row, one after the other, in one transaction. Oracle: MODIFY lets a column grow; to shrink it
or to give it another type, no row may have a value that does not fit, or any value at all (ORA-01439, ORA-01440,
ORA-01441).
"""

from __future__ import annotations

from sqlgen.effects.model import Server, TypeChange, Work
from sqlgen.facts.types import SqlType, canonical

__all__ = ["type_change"]

_MSSQL = (
    "https://learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-transact-sql#alter-column",
    "https://learn.microsoft.com/en-us/sql/t-sql/data-types/data-type-conversion-database-engine",
)
_ORACLE = ("https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-TABLE.html",)

_SAME = {
    "mssql": {
        "integer": "int",
        "dec": "decimal",
        "numeric": "decimal",
        "character varying": "varchar",
        "char varying": "varchar",
        "character": "char",
        "national character varying": "nvarchar",
        "national character": "nchar",
        "double precision": "float",
        "rowversion": "timestamp",
    },
    "oracle": {
        "varchar": "varchar2",
        "integer": "number",
        "int": "number",
        "smallint": "number",
        "decimal": "number",
        "numeric": "number",
        "character": "char",
        "double precision": "float",
    },
}
_INTEGERS = ("bit", "tinyint", "smallint", "int", "bigint")
_VARYING = ("varchar", "nvarchar", "varbinary", "varchar2", "nvarchar2", "raw")


def type_change(old: str, new: str, server: Server) -> TypeChange:
    """The cell for these two types. Never raises."""
    before, after = _named(old, server.dialect), _named(new, server.dialect)
    if server.dialect == "oracle":
        return _oracle(before, after)
    return _mssql(before, after)


def _named(text: str, dialect: str) -> SqlType:
    type_ = canonical(text, dialect)
    words = type_.name.split()
    args = type_.args
    if dialect == "oracle" and words[-1:] in (["char"], ["byte"]) and len(words) > 1:
        words = words[:-1]
    name = " ".join(words)
    if dialect == "oracle" and args:
        args = (args[0].split()[0], *args[1:])
    return SqlType(_SAME[dialect].get(name, name), args) if dialect in _SAME else SqlType(name, args)


def _mssql(old: SqlType, new: SqlType) -> TypeChange:
    if old == new:
        return TypeChange(Work.NONE, sources=_MSSQL)
    if old.name == new.name and old.name in _VARYING:
        longer = _length(old) <= _length(new)
        return TypeChange(Work.METADATA if longer else Work.SCAN, may_fail=not longer, sources=_MSSQL)
    if old.name in _INTEGERS and new.name in _INTEGERS:
        wider = _INTEGERS.index(old.name) <= _INTEGERS.index(new.name)
        return TypeChange(Work.REWRITE, may_fail=not wider, loses=new.name == "bit", sources=_MSSQL)
    if old.name == new.name == "decimal":
        fits, rounds = _decimals(old, new)
        return TypeChange(Work.REWRITE, may_fail=not fits, loses=rounds, sources=_MSSQL)
    if (old.name, new.name) in (("varchar", "nvarchar"), ("char", "nchar"), ("char", "varchar"), ("nchar", "nvarchar")):
        return TypeChange(Work.REWRITE, may_fail=_length(old) > _length(new), sources=_MSSQL)
    return TypeChange(Work.REWRITE, may_fail=True, loses=True, sources=_MSSQL)


def _oracle(old: SqlType, new: SqlType) -> TypeChange:
    if old == new:
        return TypeChange(Work.NONE, sources=_ORACLE)
    if old.name == new.name and old.name in (*_VARYING, "char", "nchar"):
        longer = _length(old) <= _length(new)
        work = Work.METADATA if longer and old.name in _VARYING else Work.REWRITE if longer else Work.SCAN
        return TypeChange(work, may_fail=not longer, sources=_ORACLE)
    if old.name == new.name == "number":
        fits = not new.args or (bool(old.args) and all((*_decimals(old, new)[:1], not _decimals(old, new)[1])))
        return TypeChange(Work.METADATA if fits else Work.SCAN, may_fail=not fits, sources=_ORACLE)
    if (old.name.startswith("timestamp") and old.name == new.name) or (old.name, new.name) == ("date", "timestamp"):
        return TypeChange(Work.METADATA, may_fail=_length(old) > _length(new), sources=_ORACLE)
    return TypeChange(Work.SCAN, may_fail=True, sources=_ORACLE)


def _length(type_: SqlType) -> int:
    if not type_.args:
        return 1
    return 2**31 if type_.args[0] == "max" else int(type_.args[0]) if type_.args[0].isdigit() else 1


def _decimals(old: SqlType, new: SqlType) -> tuple[bool, bool]:
    """Whether all digits before the point fit, and whether digits behind it are lost."""

    def parts(type_: SqlType) -> tuple[int, int]:
        digits = [int(one) if one.isdigit() else 0 for one in (*type_.args, *("18", "0")[len(type_.args) :])]
        return digits[0] - digits[1], digits[1]

    (whole, scale), (new_whole, new_scale) = parts(old), parts(new)
    return whole <= new_whole, scale > new_scale
