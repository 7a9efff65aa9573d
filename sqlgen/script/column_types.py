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
