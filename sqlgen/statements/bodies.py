"""Where a statement with statements inside it ends: one small state machine per family of clients.

A body takes the significant tokens of one statement in order (`take`), and says whether a terminator ends the
statement (`ends`) and whether a client command sends it (`sends`).
"""

from __future__ import annotations

from typing import Protocol

from sqlgen.statements.model import Token, TokenKind

__all__ = ["body_for"]


class Body(Protocol):
    def take(self, token: Token) -> None: ...
    def ends(self, token: Token) -> bool: ...
    def sends(self, token: Token) -> bool: ...


def body_for(dialect: str) -> Body:
    """A fresh state machine for the next statement."""
    match dialect:
        case "postgresql":
            return _Psql()
        case "mysql" | "mariadb":
            return _MySql()
        case "sqlite":
            return _Sqlite()
        case "mssql":
            return _Batch(frozenset({"CREATE", "ALTER"}), frozenset({"PROC", "PROCEDURE", "FUNCTION", "TRIGGER"}))
        case "oracle":
            return _Batch(
                frozenset({"CREATE", "DECLARE", "BEGIN"}),
                frozenset({"PROCEDURE", "FUNCTION", "PACKAGE", "TRIGGER", "DECLARE", "BEGIN"}),
            )
        case _:
            return _Plain()


class _Plain:
    """Every terminator ends a statement."""

    def take(self, token: Token) -> None:
        return None

    def ends(self, token: Token) -> bool:
        return True

    def sends(self, token: Token) -> bool:
        return False


_PSQL_WATCHED = {"CREATE": "c", "FUNCTION": "f", "PROCEDURE": "p", "OR": "o", "REPLACE": "r"}
_PSQL_SENDING = ("\\g", "\\crosstabview", "\\watch")


class _Psql:
    """psql counts parentheses (CREATE RULE … DO (a; b)) and the BEGIN and CASE … END of a routine's SQL body.

    Source: src/fe_utils/psqlscan.l (15), rules {identifier}, "(", ")" and ";".
    """

    def __init__(self) -> None:
        self._parentheses = 0
        self._begins = 0
        self._words = ""
        """One letter for each of the first four identifiers that psql watches, `.` for any other."""

    def take(self, token: Token) -> None:
        if token.kind is TokenKind.SYMBOL:
            if token.text == "(":
                self._parentheses += 1
            elif token.text == ")" and self._parentheses:
                self._parentheses -= 1
        elif token.kind is TokenKind.WORD:
            if len(self._words) < 4:
                self._words += _PSQL_WATCHED.get(token.text.upper(), ".")
            if self._parentheses == 0 and self._words.startswith(("cf", "cp", "corf", "corp")):
                self._nest(token.text.upper())

    def _nest(self, word: str) -> None:
        if word == "BEGIN" or (word == "CASE" and self._begins):
            self._begins += 1
        elif word == "END" and self._begins:
            self._begins -= 1

    def ends(self, token: Token) -> bool:
        return self._parentheses == 0 and self._begins == 0

    def sends(self, token: Token) -> bool:
        command = token.text.split(None, 1)[0]
        return command.startswith(_PSQL_SENDING) and command != "\\gdesc"


_ROUTINES = frozenset({"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"})
_BLOCKS = frozenset({"IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"})
_BEFORE_STATEMENT = frozenset({";", ":", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT"})
_BEFORE_BODY = frozenset({"ROW", ")", "DETERMINISTIC", "SQL", "DATA", "INVOKER", "DEFINER"})


class _MySql:
    """Compound bodies of MySQL and MariaDB routines, triggers and events, and MariaDB's BEGIN NOT ATOMIC.

    The mysql client itself knows no bodies and wants DELIMITER for them; text that comes straight from a migration
    has none, so BEGIN, CASE, IF, LOOP, REPEAT, WHILE and FOR are counted against END.
    Source: MySQL manual 15.6 Compound Statement Syntax.
    """

    def __init__(self) -> None:
        self._count = 0
        self._before = ""
        self._compound = False
        self._depth = 0

    def take(self, token: Token) -> None:
        text = token.text.upper() if token.kind is TokenKind.WORD else token.text
        self._count += 1
        if self._compound:
            self._nest(text)
        elif self._count == 1:
            self._creates = text in ("CREATE", "ALTER")
            self._begins = text == "BEGIN"
        elif self._creates and text in _ROUTINES and self._count < 16:
            self._compound = True
        elif self._begins and self._count == 2 and text == "NOT":
            self._compound, self._depth = True, 1
        self._before = text

    def _nest(self, text: str) -> None:
        if self._before == "END" and text in _BLOCKS:
            return
        if text in ("BEGIN", "CASE"):
            self._depth += 1
        elif text == "END":
            self._depth = max(0, self._depth - 1)
        elif text in _BLOCKS and self._starts_statement():
            self._depth += 1

    def _starts_statement(self) -> bool:
        return self._before in _BEFORE_STATEMENT or (self._depth == 0 and self._before in _BEFORE_BODY)

    def ends(self, token: Token) -> bool:
        if not self._compound or self._depth == 0 or token.text != ";":
            return True
        self._before = ";"
        return False

    def sends(self, token: Token) -> bool:
        return False


class _Sqlite:
    """A CREATE TRIGGER ends at `; END ;`. Source: src/complete.c, sqlite3_complete."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._last = ("", "")

    def take(self, token: Token) -> None:
        text = token.text.upper() if token.kind is TokenKind.WORD else token.text
        if len(self._words) < 4:
            self._words.append(text)
        self._last = (self._last[1], text)

    def ends(self, token: Token) -> bool:
        words = [word for word in self._words if word not in ("TEMP", "TEMPORARY", "EXPLAIN")]
        if words[:2] != ["CREATE", "TRIGGER"] or self._last == (";", "END"):
            return True
        self._last = (self._last[1], ";")
        return False

    def sends(self, token: Token) -> bool:
        return False


class _Batch:
    """Routines of SQL Server and Oracle end only at GO or /."""

    def __init__(self, first: frozenset[str], kinds: frozenset[str]) -> None:
        self._first = first
        self._kinds = kinds
        self._count = 0
        self._routine = False
        self._candidate = False

    def take(self, token: Token) -> None:
        if self._count >= 6 or self._routine:
            return
        text = token.text.upper()
        self._candidate = self._candidate or (self._count == 0 and text in self._first)
        self._routine = self._candidate and text in self._kinds
        self._count += 1

    def ends(self, token: Token) -> bool:
        return not self._routine or token.text != ";"

    def sends(self, token: Token) -> bool:
        return False
