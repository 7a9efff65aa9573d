"""GRANT and REVOKE of MySQL and MariaDB, and the accounts they name: a cursor in, facts out.

Sources: MySQL 8.4 manual, 15.7.1.6 GRANT, 15.7.1.8 REVOKE; 8.2.4 Specifying Account Names.
"""

from __future__ import annotations

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
    privileges = _privileges(cursor, whom)
    on = None
    if cursor.take("ON"):
        on = _until(cursor, whom)
    to = _accounts(cursor) if cursor.take(whom) else ()
    option = _has_option(cursor)
    cursor.end_statement()
    action = " ".join(cursor.slice(start).split()).lower()
    return Grant(action, privileges, on, to, option or "grant option" in privileges)


def _privileges(cursor: Cursor, whom: str) -> tuple[str, ...]:
    """select, insert (a, b), all privileges, 'role'@'%': in lower case; columns are left out."""
    found: list[str] = []
    while not cursor.done():
        start = cursor.number
        stop = cursor.skip_to((",", "ON", whom))
        text = " ".join(cursor.slice(start).split()).lower()
        found.append(text.partition("(")[0].strip().removesuffix(" privileges"))
        if stop != ",":
            break
        cursor.skip()
    return tuple(dict.fromkeys(found))


def _until(cursor: Cursor, word: str) -> str:
    start = cursor.number
    cursor.skip_to((word,))
    return " ".join(cursor.slice(start).split())


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
