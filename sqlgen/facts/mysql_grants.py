"""GRANT and REVOKE of MySQL and MariaDB, and the accounts they name: a cursor in, facts out.

Sources: MySQL 8.4 manual, 15.7.1.6 GRANT, 15.7.1.8 REVOKE; 8.2.4 Specifying Account Names.
"""

from __future__ import annotations

from sqlgen.facts.granting import privileges, squeezed
from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Grant, Name
from sqlgen.statements.model import TokenKind

__all__ = ["account", "account_or_name", "grant"]


def account(cursor: Cursor) -> Name:
    """'joe'@'localhost', joe, CURRENT_USER()."""
    user = cursor.string() if cursor.kind() is TokenKind.STRING else cursor.identifier()
    if cursor.at("("):
        cursor.group()
    if cursor.take("@"):
        host = cursor.string() if cursor.kind() is TokenKind.STRING else cursor.identifier()
        return Name(f"{user}@{host}")
    return Name(user)


def account_or_name(cursor: Cursor, kind: str) -> Name:
    return account(cursor) if kind in ("user", "role") else cursor.name()


def grant(cursor: Cursor) -> Grant:
    """GRANT privileges ON what TO whom, GRANT roles TO whom, REVOKE ALL, GRANT OPTION FROM whom."""
    start = cursor.number
    whom = "TO" if cursor.skip().upper() == "GRANT" else "FROM"
    cursor.take("IF", "EXISTS")
    granted = privileges(cursor, ("ON", whom))
    on = None
    if cursor.take("ON"):
        begin = cursor.number
        cursor.skip_to((whom,))
        on = squeezed(cursor, begin)
    to = _accounts(cursor) if cursor.take(whom) else ()
    option = _has_option(cursor)
    cursor.end_statement()
    return Grant(squeezed(cursor, start).lower(), granted, on, to, option or "grant option" in granted)


def _accounts(cursor: Cursor) -> tuple[str, ...]:
    names = []
    while cursor.kind() in (TokenKind.STRING, TokenKind.WORD, TokenKind.QUOTED):
        names.append(account(cursor).name)
        cursor.skip_to((",", "WITH", "AS", "REQUIRE"))
        if not cursor.take(","):
            break
    return tuple("public" if name.upper() == "PUBLIC" else name for name in names)


def _has_option(cursor: Cursor) -> bool:
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        if cursor.take("GRANT", "OPTION") or cursor.take("ADMIN", "OPTION"):
            return True
        cursor.skip()
    return False
