"""Where statements of SQL Server begin in a batch: they want no terminator between them.

Source: Transact-SQL reference, Reserved Keywords, Transact-SQL Syntax Conventions.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlgen.facts.reader import Cursor, words
from sqlgen.statements.model import TokenKind

__all__ = ["STARTS", "condition", "to_next"]

# Words that begin a statement: all of them are reserved, so that none is a name, and none stands inside of another
# statement but where `_goes_on` says so. Transact-SQL wants no terminator between statements.
STARTS = words("""
    ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP ELSE
    END EXEC EXECUTE FETCH GOTO GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR RESTORE RETURN REVERT REVOKE ROLLBACK
    SAVE SELECT SET SHUTDOWN TRUNCATE UPDATE USE WAITFOR WHILE
    """)
_BEFORE_SELECT = ("UNION", "ALL", "EXCEPT", "INTERSECT", "AS", "FOR")
_BEFORE_FETCH = ("ROW", "ROWS")
_BEFORE_MERGE = ("INNER", "LEFT", "RIGHT", "FULL", "OUTER")


def to_next(cursor: Cursor, stops: Collection[str] = ()) -> str:
    """Go to one of the words, to the terminator or to where the next statement begins, at this level; the word.

    The empty string where none of the words stands.
    """
    cases = 0
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        word = cursor.word()
        if word == "CASE":
            cases += 1
        elif word == "END" and cases:
            cases -= 1
        elif not cases and word in stops:
            return word
        elif word == ")" or (not cases and _begins(cursor, word)):
            return ""
        if word == "(":
            cursor.group()
        else:
            cursor.number += 1
    return ""


def _begins(cursor: Cursor, word: str) -> bool:
    """Whether a statement begins here."""
    if word == "WITH":  # hints stand in parentheses
        named = cursor.kind(1) in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word(1) != "TIES"
        return named and cursor.word(2) in ("AS", "(")
    return word in STARTS and not _goes_on(cursor, word)


def _goes_on(cursor: Cursor, word: str) -> bool:
    """Whether a word that begins statements stands inside of one."""
    before = cursor.word(-1) if cursor.number else ""
    match word:
        case "SELECT":
            return before in _BEFORE_SELECT
        case "FETCH":
            return before in _BEFORE_FETCH
        case "MERGE":
            return before in _BEFORE_MERGE
        case "UPDATE" | "DELETE" | "INSERT":
            return before in ("FOR", "THEN", "AFTER", "OF")
        case _:
            return before == "."


def condition(cursor: Cursor, stops: Collection[str]) -> str | None:
    """From behind the word WHERE: the condition, white space squeezed."""
    start = cursor.number
    to_next(cursor, stops)
    return " ".join(cursor.slice(start).split()) or None
