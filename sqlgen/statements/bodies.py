"""Where a statement with statements inside it ends: one small state machine per family of clients."""

from __future__ import annotations

from typing import Protocol

from sqlgen.statements.model import Token, TokenKind

__all__ = ["Body", "body_for", "sends"]

_WORD, _SYMBOL = TokenKind.WORD, TokenKind.SYMBOL


class Body(Protocol):
    """Takes the significant tokens of one statement in order, and says whether a terminator ends the statement."""

    def take(self, token: Token) -> None: ...
    def ends(self, token: Token) -> bool: ...


def body_for(dialect: str, first: Token) -> Body | None:
    """A fresh state machine for a statement that begins with `first`; None where every terminator ends it."""
    word = first.text.upper()
    match dialect:
        case "postgresql":
            return _Psql() if word == "CREATE" or first.kind is not _WORD else _Parentheses()
        case "mysql" | "mariadb":
            return _MySql() if word in ("CREATE", "ALTER", "BEGIN") else None
        case "sqlite":
            return _Sqlite() if word in ("CREATE", "EXPLAIN") else None
        case "mssql":
            return _Routine(_MSSQL_ROUTINES) if word in ("CREATE", "ALTER") else _TSql()
        case "oracle":
            if word in ("DECLARE", "BEGIN", "<<"):
                return _Block()
            return _Routine(_ORACLE_ROUTINES) if word == "CREATE" else None
        case _:
            return None


def sends(command: Token, dialect: str) -> bool:
    """Whether a client command inside a statement ends it: psql's \\g, \\gset, \\gexec, \\crosstabview, \\watch."""
    if dialect != "postgresql":
        return False
    return command.text.startswith(("\\g", "\\crosstabview", "\\watch")) and not command.text.startswith("\\gdesc")


class _Parentheses:
    """What psql counts in a statement that does not begin with CREATE: there it watches no words."""

    def __init__(self) -> None:
        self._open = 0

    def take(self, token: Token) -> None:
        if token.text == "(":
            self._open += 1
        elif token.text == ")" and self._open:
            self._open -= 1

    def ends(self, token: Token) -> bool:
        return self._open == 0


_PSQL_WATCHED = {"CREATE": "c", "FUNCTION": "f", "PROCEDURE": "p", "OR": "o", "REPLACE": "r"}


class _Psql:
    """psql counts parentheses (CREATE RULE … DO (a; b)) and the BEGIN and CASE … END of a routine's SQL body.

    Source: src/fe_utils/psqlscan.l (15), rules {identifier}, "(", ")" and ";".
    """

    def __init__(self) -> None:
        self._parentheses = 0
        self._begins = 0
        self._words = ""
        """One letter for each of the first four identifiers that psql watches, `.` for any other."""
        self._routine = False

    def take(self, token: Token) -> None:
        if token.kind is _SYMBOL:
            if token.text == "(":
                self._parentheses += 1
            elif token.text == ")" and self._parentheses:
                self._parentheses -= 1
        elif token.kind is _WORD:
            if len(self._words) < 4:
                self._words += _PSQL_WATCHED.get(token.text.upper(), ".")
                self._routine = self._words.startswith(("cf", "cp", "corf", "corp"))
            if self._routine and self._parentheses == 0:
                self._nest(token.text.upper())

    def _nest(self, word: str) -> None:
        if word == "BEGIN" or (word == "CASE" and self._begins):
            self._begins += 1
        elif word == "END" and self._begins:
            self._begins -= 1

    def ends(self, token: Token) -> bool:
        return self._parentheses == 0 and self._begins == 0


_ROUTINES = frozenset({"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"})
_HEADS = frozenset({"CREATE", "ALTER", "OR", "REPLACE"})
_OPTIONS = frozenset({"DEFINER", "AGGREGATE"})
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
        self._first = ""
        self._compound = False
        self._other = False
        """It creates something else: CREATE TABLE event (…)."""
        self._depth = 0

    def take(self, token: Token) -> None:
        text = token.text.upper() if token.kind is _WORD else token.text
        self._count += 1
        if self._compound:
            self._nest(text)
        elif self._count == 1:
            self._first = text
        elif self._first == "BEGIN":
            if self._count == 2 and text == "NOT":
                self._compound, self._depth = True, 1
        elif not self._other and token.kind is _WORD:
            self._compound = text in _ROUTINES
            self._other = text == "VIEW" or (self._before in _HEADS and text not in _HEADS and text not in _OPTIONS)
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


class _Sqlite:
    """A CREATE TRIGGER ends at `; END ;`. Source: src/complete.c, sqlite3_complete."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._last = ("", "")

    def take(self, token: Token) -> None:
        text = token.text.upper() if token.kind is _WORD else token.text
        if len(self._words) < 4:
            self._words.append(text)
        self._last = (self._last[1], text)

    def ends(self, token: Token) -> bool:
        words = [word for word in self._words if word not in ("TEMP", "TEMPORARY", "EXPLAIN")]
        if words[:2] != ["CREATE", "TRIGGER"] or self._last == (";", "END"):
            return True
        self._last = (self._last[1], ";")
        return False


_MSSQL_ROUTINES = frozenset({"PROC", "PROCEDURE", "FUNCTION", "TRIGGER"})
# SQL*Plus User's Guide, "Running PL/SQL Blocks": it goes on to read after these, up to a line with / alone.
_ORACLE_ROUTINES = frozenset({"PROCEDURE", "FUNCTION", "PACKAGE", "TRIGGER", "TYPE", "LIBRARY", "JAVA"})
_BEFORE_KIND = frozenset(
    {"CREATE", "ALTER", "OR", "REPLACE", "EDITIONABLE", "NONEDITIONABLE", "AND", "RESOLVE", "COMPILE", "NOFORCE"}
)


class _Routine:
    """Routines of SQL Server and Oracle end only at GO or /."""

    def __init__(self, routines: frozenset[str]) -> None:
        self._routines = routines
        self._routine: bool | None = None
        """None: what is created is not said yet."""

    def take(self, token: Token) -> None:
        if self._routine is None and (word := token.text.upper()) not in _BEFORE_KIND:
            self._routine = word in self._routines

    def ends(self, token: Token) -> bool:
        return not self._routine or token.text != ";"


class _Block:
    """A PL/SQL block ends only at /."""

    def take(self, token: Token) -> None:
        pass

    def ends(self, token: Token) -> bool:
        return token.text != ";"


_TRANSACTIONS = frozenset({"TRAN", "TRANSACTION", "DISTRIBUTED", "DIALOG", "CONVERSATION"})


class _TSql:
    """BEGIN … END of SQL Server, behind IF, WHILE or ELSE too, and BEGIN TRY … END TRY BEGIN CATCH … END CATCH.

    sqlcmd itself knows no end but GO. Source: Transact-SQL reference, BEGIN...END, TRY...CATCH.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._before = ""

    def take(self, token: Token) -> None:
        if token.kind is not _WORD:
            self._before = token.text
            return
        word = token.text.upper()
        if word in ("BEGIN", "CASE"):
            self._depth += 1
        elif word == "END" or (self._before == "BEGIN" and word in _TRANSACTIONS):
            self._depth = max(0, self._depth - 1)
        self._before = word

    def ends(self, token: Token) -> bool:
        return self._depth == 0 or token.text != ";"
