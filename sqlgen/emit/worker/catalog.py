"""A query's text in, whether it asks the database about itself alone out: such an answer depends on no rows."""

from __future__ import annotations

import re

_LITERAL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SHOWS = re.compile(r"\s*(SHOW|PRAGMA|DESCRIBE|DESC|EXPLAIN)\b", re.IGNORECASE)
_FROM = re.compile(
    r"\bFROM\b(.*?)(?=\b(?:WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|FETCH|FOR|UNION|EXCEPT|INTERSECT|WINDOW|FROM|SELECT)\b"
    r"|\)|;|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r'\s*(?:LATERAL\s+|ONLY\s+)?(\(|[\w."`]+)', re.IGNORECASE)
_OF_CATALOG = re.compile(
    r"(?:information_schema|pg_catalog|mysql|performance_schema|sys)\.\w+|(?:pg_catalog\.)?pg_\w+"
    r"|(?:\w+\.)?sqlite_(?:temp_)?(?:master|schema)|pragma_\w+|\(",
    re.IGNORECASE,
)
_CALL = re.compile(r"([\w.@]+)\s*\(")
# PostgreSQL manual, 9.27; MySQL manual, 14.15: what they say is the server's and the session's, not the data's.
_OF_SESSION = frozenset(
    """version current_schema current_schemas current_database database schema current_setting to_regclass to_regtype
    user current_user session_user sqlite_version pg_get_serial_sequence exists coalesce cast lower upper any
    """.split()  # noqa: SIM905 (a table of words)
)


def asks_catalog(sql: str) -> bool:
    """Whether all it looks at are catalogs, or nothing but the session. What is not clear counts as data.

    Sources: PostgreSQL manual, 52 System Catalogs and 37 The Information Schema; MySQL manual, 28 INFORMATION_SCHEMA;
    sqlite.org, schematab.html.
    """
    text = _LITERAL.sub("''", sql)
    if _SHOWS.match(text):
        return True
    tables = [name for clause in _FROM.findall(text) for name in _names(clause)]
    if tables:
        return all(_OF_CATALOG.fullmatch(name) for name in tables)
    called = [name.lower().removeprefix("pg_catalog.") for name in _CALL.findall(text)]
    known = re.search(r"@@\w", text) is not None or bool(called)
    return known and all(name in _OF_SESSION or name.startswith("@@") for name in called)


def _names(clause: str) -> list[str]:
    """What stands in the places of tables."""
    found = [_NAME.match(part) for part in re.split(r",|\bJOIN\b", clause, flags=re.IGNORECASE)]
    return ["?" if match is None else match[1].replace('"', "").replace("`", "") for match in found]
