"""The type-change matrix of MySQL and MariaDB: two types as written in, what the change means for the rows out.

How a table is changed: MySQL 8.4, 17.12.1 (Online DDL Support for Column Operations) and worklog 11605 (character
sets in place); MariaDB, "Changing the Data Type of a Column" of the INSTANT algorithm's page. What becomes of values
is `sqlgen.effects.mysql.values`. Both are measured on MariaDB by tests/servers/test_effects_mariadb_types.py.
"""

from __future__ import annotations

from sqlgen.effects.model import Algorithm, Server, TypeChange, Work
from sqlgen.effects.mysql.values import WIDTHS, charset_of, is_refused, what_becomes
from sqlgen.facts.types import SqlType, canonical

__all__ = ["type_change"]

_SOURCES = {
    "mysql": (
        "https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-column-operations",
        "https://dev.mysql.com/worklog/task/?id=11605",
    ),
    "mariadb": ("https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/",),
}
_NUMBERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year")
_TEXTUAL = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")


def type_change(old: str, new: str, server: Server) -> TypeChange:
    """The cell for these two types. Never raises.

    A type that names no character set may have any that the table or the server gives it: utf8mb4 on MySQL 8 (its
    default), utf8mb4 or latin1 on MariaDB (its default before 11.6). What holds for either is what is said.
    """
    dialect = "mariadb" if server.dialect == "mariadb" else "mysql"
    before, after = canonical(old, dialect), canonical(new, dialect)
    work, algorithm = _way(before, after, dialect)
    may_fail, loses = what_becomes(before, after, dialect)
    if dialect == "mariadb" and _is_json(new) != _is_json(old):
        # JSON is LONGTEXT COLLATE utf8mb4_bin with CHECK (json_valid(…)); a number is valid.
        work, algorithm = Work.REWRITE, Algorithm.COPY
        may_fail = may_fail or (_is_json(new) and before.name not in _NUMBERS)
    refused = is_refused(before, after, dialect)
    return TypeChange(work, algorithm, may_fail, loses, _SOURCES[dialect], refused)


def _is_json(type_: str) -> bool:
    return type_.strip().lower() == "json"


def _way(old: SqlType, new: SqlType, dialect: str) -> tuple[Work, Algorithm]:
    if old == new:
        return Work.NONE, Algorithm.INSTANT
    copied = (Work.REWRITE, Algorithm.COPY)
    if old.name != new.name or _kept_modifiers(old) != _kept_modifiers(new):
        return copied
    instant = (Work.METADATA, Algorithm.INSTANT)
    if old.name in ("enum", "set"):
        same = charset_of(old) == charset_of(new) and _collation(old) == _collation(new)
        return instant if same and _appended(old, new) else copied
    in_place = (Work.METADATA, Algorithm.INSTANT if dialect == "mariadb" else Algorithm.INPLACE)
    if old.name in ("varchar", "varbinary"):
        return in_place if all(_keeps(old, new, a, b, dialect) for a, b in _widths(old, new, dialect)) else copied
    if old.name in _TEXTUAL and old.args == new.args:
        widths = _widths(old, new, dialect)
        return in_place if all(a == b or ((a, b) == (3, 4) and old.name == "char") for a, b in widths) else copied
    return copied


def _kept_modifiers(type_: SqlType) -> tuple[str, ...]:
    return tuple(word for word in type_.modifiers if not word.startswith(("character set ", "collate ")))


def _appended(old: SqlType, new: SqlType) -> bool:
    """Members added at the end, and a value takes as many bytes as before."""
    return new.args[: len(old.args)] == old.args and _member_bytes(old) == _member_bytes(new)


def _keeps(old: SqlType, new: SqlType, width_before: int, width_after: int, dialect: str) -> bool:
    """Whether a longer VARCHAR or VARBINARY has as many bytes for its length: one up to 255 bytes, two above.

    MariaDB keeps rows also where the old length was up to 127 bytes: then one bit tells (10.4.3, MDEV-15563). And
    it, as MySQL, takes utf8mb3 for utf8mb4 as it is, but no other pair of character sets.
    """
    if not (old.args and new.args and old.args[0].isdigit() and new.args[0].isdigit()):
        return False
    if width_before != width_after and (width_before, width_after) != (3, 4):
        return False
    if int(new.args[0]) < int(old.args[0]):
        return False
    before, after = int(old.args[0]) * width_before, int(new.args[0]) * width_after
    return after <= 255 or before > 255 or (dialect == "mariadb" and before <= 127)


def _widths(old: SqlType, new: SqlType, dialect: str) -> list[tuple[int, int]]:
    """Bytes a character, before and after, for each character set that the types may have."""
    if old.name == "varbinary":
        return [(1, 1)]
    before, after = charset_of(old), charset_of(new)
    defaults = ("latin1", "utf8mb4") if dialect == "mariadb" else ("utf8mb4",)
    found = []
    for default in defaults:
        a, b = before or default, after or default
        if a != b and (a, b) not in (("utf8mb3", "utf8mb4"), ("utf8", "utf8mb4"), ("utf8", "utf8mb3")):
            return [(0, -1)]
        found.append((WIDTHS.get(a, 4), WIDTHS.get(b, 4)))
    return found


def _collation(type_: SqlType) -> str | None:
    return next((word.removeprefix("collate ") for word in type_.modifiers if word.startswith("collate ")), None)


def _member_bytes(type_: SqlType) -> int:
    """How many bytes a value takes. MySQL 8.4, 13.7: ENUM 1 or 2; SET 1, 2, 3, 4 or 8."""
    if type_.name == "enum":
        return 1 if len(type_.args) <= 255 else 2
    needed = (len(type_.args) + 7) // 8
    return needed if needed <= 4 else 8
