"""A statement in, how a mysql script may hold it out: plain in a compound statement, prepared, or in a literal."""

from __future__ import annotations

from itertools import islice

from sqlgen.facts.vocabulary import Begin, SetOption
from sqlgen.segments import Item
from sqlgen.statements import TokenKind, scan


def sets_session(item: Item) -> bool:
    """Whether all that a statement does is to change settings of the session, or of the server: nothing that lasts in
    the database, and nothing that a new session has."""
    return bool(item.facts) and all(
        isinstance(fact, SetOption) and not fact.name.startswith("@") for fact in item.facts
    )


def begins(item: Item) -> bool:
    """Whether it opens a transaction, which does no harm in a block that is skipped."""
    return isinstance(next(iter(item.facts), None), Begin)


_PLAIN = {
    "ALTER": {"TABLE", "ONLINE", "IGNORE", "DATABASE", "SCHEMA", "SEQUENCE"},
    "CREATE": {
        *("TABLE", "TEMPORARY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "VIEW", "DATABASE", "SCHEMA", "SEQUENCE"),
        *("USER", "ROLE"),
    },
    "DROP": {"TABLE", "TEMPORARY", "INDEX", "VIEW", "DATABASE", "SCHEMA", "SEQUENCE", "TRIGGER", "USER", "ROLE"},
}
_PLAIN_FIRST = {
    *("INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "TRUNCATE", "RENAME", "ANALYZE", "OPTIMIZE", "GRANT"),
    *("REVOKE", "DO", "CALL", "SHOW"),
}
"""What was measured to stand in a compound statement as it does outside of one; all else is executed from a literal."""


def stands_in_compound(item: Item) -> bool:
    """Whether a statement can stand in MariaDB's BEGIN NOT ATOMIC as it is."""
    words = _words(item, 2)
    if has_terminator(item) or not words:
        return False
    return words[0] in _PLAIN_FIRST or (len(words) > 1 and words[1] in _PLAIN.get(words[0], ()))


_PREPARABLE = {
    *(
        "ANALYZE",
        "CALL",
        "CHECKSUM",
        "COMMIT",
        "DELETE",
        "DO",
        "FLUSH",
        "INSERT",
        "KILL",
        "OPTIMIZE",
        "RENAME",
        "REPAIR",
    ),
    *("REPLACE", "SELECT", "SET", "TRUNCATE", "UPDATE", "WITH", "("),
}
_PREPARABLE_OF = {
    "ALTER": {"TABLE"},
    "CREATE": {
        *("TABLE", "TEMPORARY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "VIEW", "OR", "ALGORITHM", "DATABASE"),
        *("SCHEMA", "USER"),
    },
    "DROP": {"TABLE", "TEMPORARY", "INDEX", "VIEW", "DATABASE", "SCHEMA", "USER"},
}


def preparable(item: Item) -> bool:
    """Whether MySQL 8.0 prepares a statement: manual, 15.5, SQL Syntax Permitted in Prepared Statements. CREATE OR
    REPLACE is for views alone; of GRANT and REVOKE the list is not clear, so they are left out."""
    words = _words(item, 2)
    if has_terminator(item) or not words:
        return False
    return words[0] in _PREPARABLE or (len(words) > 1 and words[1] in _PREPARABLE_OF.get(words[0], ()))


def _words(item: Item, most: int) -> list[str]:
    tokens = item.statement.tokens or scan(item.sql, "mysql")
    found = (token.text.upper() for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT))
    return list(islice(found, most))


def has_terminator(item: Item) -> bool:
    """Whether a statement holds a semicolon of its own: a trigger's or a procedure's body."""
    return ";" in item.sql and any(token.kind is TokenKind.TERMINATOR for token in scan(item.sql, "mysql"))


def all_or_nothing(item: Item) -> bool:
    """Whether a DDL statement that fails has changed nothing. MySQL 8.0, 15.1.1 Atomic DDL; MariaDB 10.6, Atomic DDL:
    but for a DROP of several objects."""
    words = _words(item, 2)
    return bool(words) and (words[0] in ("ALTER", "CREATE", "RENAME") or (words[0] == "DROP" and len(item.facts) == 1))
