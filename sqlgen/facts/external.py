"""What leaves the database, for the readers over our own tokens: functions and clauses that reach files.

Sources: MySQL 8.4 manual, 15.2.13.1 SELECT … INTO, 14.8 String Functions, LOAD_FILE; SQLite, lang_corefunc.html,
load_extension, and cli.html, 6 and 7: readfile, writefile and edit are the shell's.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.reader import Cursor, literal
from sqlgen.facts.vocabulary import External
from sqlgen.statements.model import TokenKind

__all__ = ["external", "target"]

_CLAUSES = ("OUTFILE", "DUMPFILE")
_FUNCTIONS = {
    "mysql": ("LOAD_FILE",),
    "mariadb": ("LOAD_FILE",),
    "sqlite": ("EDIT", "LOAD_EXTENSION", "READFILE", "WRITEFILE"),
}

_BEFORE_A_TABLE = ("TABLE", "INTO", "EXISTS", "REFERENCES", "ON")
"""What follows these has columns in its parentheses: a table may well be called edit."""


def external(cursor: Cursor) -> Iterator[External]:
    """What a statement that changes or asks reaches outside, wherever in it; the cursor stays where it is."""
    here, functions = cursor.number, _FUNCTIONS.get(cursor.dialect, ())
    found = []
    for number in range(len(cursor.tokens)):
        cursor.number = number
        word = cursor.word()
        if word in _CLAUSES and cursor.word(-1) == "INTO" and cursor.dialect != "sqlite":
            found.append(External(f"INTO {word}", target(cursor, 1)))
        elif word in functions and cursor.word(1) == "(" and cursor.word(-1) not in _BEFORE_A_TABLE:
            found.append(External(word, target(cursor, 2)))
    cursor.number = here
    yield from dict.fromkeys(found)


def target(cursor: Cursor, ahead: int) -> str | None:
    """The content of the literal that stands there; None when something else does."""
    if cursor.kind(ahead) is not TokenKind.STRING:
        return None
    return literal(cursor.tokens[cursor.number + ahead].text, cursor.dialect)
