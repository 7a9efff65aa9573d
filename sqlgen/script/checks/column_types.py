"""A column's type as SQLAlchemy writes it in, the same as the catalog has it out, where the two can be compared."""

from __future__ import annotations

import re

from sqlgen.schema.mysql import types as mysql
from sqlgen.schema.postgresql import types as postgresql

_COLLATION = re.compile(r"\s+(?:CHARACTER SET|CHARSET|COLLATE)\s+(?:\"[^\"]*\"|`[^`]*`|\S+)", re.IGNORECASE)


def comparable(type_: str, dialect: str) -> str | None:
    """None where it can't be told how the catalog has it."""
    bare = _COLLATION.sub("", type_).strip()
    if bare in ("", "NULL"):
        return None
    if dialect == "postgresql":
        return None if bare.upper().startswith(("ENUM", "DOMAIN")) else str(postgresql.parse(bare))
    if dialect in ("mysql", "mariadb"):
        return integers(str(mysql.parse(bare, dialect)))
    if dialect in ("mssql", "oracle"):
        return _named(bare, _MSSQL if dialect == "mssql" else _ORACLE)
    return affinity(bare)


def integers(type_: str) -> str:
    """Without the display width, which MySQL 8.0.19 dropped; that of tinyint(1) tells booleans."""
    return re.sub(r"^(tinyint|smallint|mediumint|int|bigint)\((?!1\))\d+\)", r"\1", type_)


def affinity(declared: str) -> str:
    """Source: sqlite.org/datatype3.html, 3.1 Determination Of Column Affinity."""
    text = declared.upper()
    if "INT" in text:
        return "integer"
    if any(word in text for word in ("CHAR", "CLOB", "TEXT")):
        return "text"
    if "BLOB" in text or not text:
        return "blob"
    return "real" if any(word in text for word in ("REAL", "FLOA", "DOUB")) else "numeric"


_SPELLED = re.compile(r"([a-z][a-z0-9_ ]*?)\s*(?:\(\s*([^()]*?)\s*\))?(\s+with(?: local)? time zone)?")


def _named(declared: str, known: dict[str, tuple[str, str]]) -> str | None:
    """The catalog's name of a type, with its length or precision; None for one that is not known."""
    found = _SPELLED.fullmatch(" ".join(declared.lower().split()))
    entry = None if found is None else known.get(found[1] + (found[3] or ""))
    if found is None or entry is None:
        return None
    name, default = entry
    if name == "float(53)" or default == "-":  # what is in parentheses is not kept
        return name
    parts = re.sub(r"\s+(char|byte)$", "", found[2]) if found[2] else default
    if parts == "?":
        return None
    parts = ",".join(part.strip() for part in parts.split(","))
    if name in ("decimal", "numeric") and "," not in parts:
        parts += ",0"
    if name == "number":
        parts = parts.removesuffix(",0")
    return f"{name}({parts})" if parts else name


# What stands in parentheses where nothing is written; "-": nothing is told of it; "?": that is not known.
# Source: Transact-SQL reference, Data Types, and sys.types.
_MSSQL: dict[str, tuple[str, str]] = {
    **{name: (name, "-") for name in ("int", "bigint", "smallint", "tinyint", "bit", "real", "money", "date",
                                      "datetime", "smalldatetime", "text", "ntext", "image", "xml",
                                      "uniqueidentifier")},
    **{name: (name, "1") for name in ("char", "nchar", "varchar", "nvarchar", "binary", "varbinary")},
    **{name: (name, "18,0") for name in ("decimal", "numeric")},
    **{name: (name, "7") for name in ("datetime2", "datetimeoffset", "time")},
    "integer": ("int", "-"), "dec": ("decimal", "18,0"), "float": ("float", "-"), "double precision": ("float", "-"),
}  # fmt: skip
# Source: Oracle SQL Language Reference, Data Types; ALL_TAB_COLUMNS.
_ORACLE: dict[str, tuple[str, str]] = {
    **{name: (name, "-") for name in ("date", "clob", "nclob", "blob", "long", "binary_float", "binary_double")},
    **{name: (name, "1") for name in ("char", "nchar")},
    **{name: (name, "") for name in ("varchar2", "nvarchar2", "raw")},
    "integer": ("integer", "-"), "int": ("integer", "-"), "smallint": ("integer", "-"), "number": ("number", ""),
    "numeric": ("number", "?"), "decimal": ("number", "?"), "timestamp": ("timestamp", "6"),
    "varchar": ("varchar2", ""), "float": ("float", "126"),
}  # fmt: skip
