"""A statement in, what of it reaches beyond the database in which it runs out. Standard library only.

A rehearsal runs statements in databases of its own; these would change the server, or a database of somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_BEGIN = r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*"

# PostgreSQL manual, 23 (databases, tablespaces) and 22 (roles): they belong to the cluster; 20.1.2: ALTER SYSTEM.
_CLUSTER = re.compile(
    _BEGIN + r"(?:(?:CREATE|ALTER|DROP)\s+(?:DATABASE|ROLE|USER(?!\s+MAPPING)|GROUP|TABLESPACE)|ALTER\s+SYSTEM"
    r"|COMMENT\s+ON\s+(?:DATABASE|ROLE|TABLESPACE)|REASSIGN\s+OWNED|DROP\s+OWNED)\b",
    re.IGNORECASE | re.DOTALL,
)
# MySQL manual, 15.1 (databases; ALTER DATABASE without a name means the one that is used), 15.7.1 (accounts),
# 15.7.6.1 (SET GLOBAL, PERSIST), 15.7.8.3 (FLUSH), 15.8.4 (USE).
_SERVER = re.compile(
    _BEGIN + r"(?:USE\b|(?:CREATE|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA|USER|ROLE|SERVER|TABLESPACE)\b"
    r"|ALTER\s+(?:USER|ROLE|SERVER|TABLESPACE|(?:DATABASE|SCHEMA)(?!\s+(?:DEFAULT|CHARACTER|CHARSET|COLLATE|COMMENT)\b))"
    r"|GRANT\b|REVOKE\b|RENAME\s+USER\b|FLUSH\b|SHUTDOWN\b|KILL\b|INSTALL\b|UNINSTALL\b|PURGE\b|RESET\b"
    r"|SET\s+(?:GLOBAL|PERSIST|@@GLOBAL|@@PERSIST|PASSWORD))",
    re.IGNORECASE | re.DOTALL,
)
# sqlite.org: lang_attach.html, lang_vacuum.html.
_FILES = re.compile(_BEGIN + r"(?:ATTACH\b|VACUUM\s+(?:\w+\s+)?INTO\b)", re.IGNORECASE | re.DOTALL)

# PostgreSQL manual, COPY (files and programs of the server; STDIN and STDOUT are the client's), 33.3.1 (lo_export,
# lo_import), F.11 dblink. MySQL manual, 15.2.13.1 SELECT … INTO.
_OUTSIDE = {
    "postgresql": re.compile(
        rf"\A{_BEGIN}COPY\b[^;]*?\b(?:TO|FROM)\s+(?:PROGRAM\s+)?(?:E?'|\$)|\b(?:dblink(?:_\w+)?|lo_export|lo_import)\s*\(",
        re.IGNORECASE | re.DOTALL,
    ),
    "mysql": re.compile(r"\bINTO\s+(?:OUTFILE|DUMPFILE)\b", re.IGNORECASE),
}
_OUTSIDE["mariadb"] = _OUTSIDE["mysql"]

_NAMES_A_TABLE = r"(?:FROM|JOIN|INTO|UPDATE|TABLE|EXISTS|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT|REFERENCES|LIKE|CALL"
_NAMES_A_TABLE += r"|TRUNCATE|RENAME|TO|TABLES|INDEX\s+\S+\s+ON|IGNORE|ONLY|,)"


def reaches(sql: str, dialect: str, others: Collection[str] = ()) -> str | None:
    """The beginning of a statement that would change more than its own database; None for all others.

    others: the names of the server's databases, but for those of the rehearsal and of the catalogs. In MySQL and
    MariaDB a table's name may begin with one of them. Where in doubt, it counts as reaching.
    """
    shape = {"postgresql": _CLUSTER, "sqlite": _FILES}.get(dialect, _SERVER)
    outside = _OUTSIDE.get(dialect)
    if shape.match(sql) or (outside is not None and outside.search(sql)):
        return _short(sql)
    if dialect in ("mysql", "mariadb") and others:
        names = "|".join(re.escape(name) for name in sorted(others))
        if re.search(rf"{_NAMES_A_TABLE}\s*`?(?:{names})`?\s*\.\s*[\w`]", sql, re.IGNORECASE):
            return _short(sql)
    return None


def _short(sql: str) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= 80 else text[:79] + "…"
