"""Tokens in, the text of each token out: keywords upper case, everything else as it was.

sqlparse says which words are keywords at all; the tables here say where a keyword can't be a name. A word that could
be a name stays as written: SQLite and MySQL keep the case of names, and MySQL's table names may even depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlgen.statements.model import Token, TokenKind

__all__ = ["cased", "words"]

_WORD, _SYMBOL, _STRING = TokenKind.WORD, TokenKind.SYMBOL, TokenKind.STRING


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


# Reserved: CREATE TABLE t (word int) is refused. Tried on PostgreSQL 15 (pg_get_keywords, R and T), MariaDB 10.11 and
# SQLite 3.40; what MySQL 8 does not reserve is left out.
_EVERYWHERE = words(
    "ALL AND AS CASE CHECK COLLATE CONSTRAINT CREATE DEFAULT DISTINCT ELSE EXCEPT FOREIGN FROM GROUP HAVING IN "
    "INTERSECT INTO IS JOIN LIMIT NOT NULL ON OR ORDER PRIMARY REFERENCES SELECT TABLE THEN TO UNION UNIQUE USING "
    "WHEN WHERE"
)
# The second line is not reserved in PostgreSQL. It folds names, so upper case changes nothing there.
_POSTGRESQL = words(
    "ANALYZE ANY ARRAY ASC CAST COLUMN CONCURRENTLY CROSS DEFERRABLE DESC DO END FALSE FETCH FOR FULL GRANT ILIKE "
    "INITIALLY INNER ISNULL LATERAL LIKE NATURAL NOTNULL OFFSET ONLY OUTER RETURNING SIMILAR SOME TRUE WINDOW WITH "
    "ADD ALTER BETWEEN BY DELETE DROP EXISTS INSERT SET UPDATE"
)
_MYSQL = words(
    "ADD ALTER ANALYZE ASC BETWEEN BY CASCADE CHANGE CHARACTER COLUMN CROSS DELETE DESC DIV DROP EACH EXISTS EXPLAIN "
    "FALSE FETCH FOR FORCE FULLTEXT GRANT IGNORE INDEX INNER INSERT KEY KEYS LIKE LOCK NATURAL OUTER PARTITION REGEXP "
    "RENAME RESTRICT REVOKE SET SPATIAL TRUE UNSIGNED UPDATE USE VALUES WITH XOR ZEROFILL"
)
_SQLITE = words(
    "ADD ALTER AUTOINCREMENT BETWEEN COMMIT DEFERRABLE DELETE DROP ESCAPE EXISTS INDEX INSERT ISNULL NOTHING NOTNULL "
    "RETURNING SET TRANSACTION UPDATE VALUES"
)
_NOT_IN_SQLPARSE = words(
    "ASC CONFLICT DESC DUPLICATE ENUM EVENT EXTENSION FULLTEXT INCLUDE PARTITION POLICY PRAGMA REFRESH ROW SAVEPOINT "
    "SPATIAL UNLOGGED UNSIGNED VALUE WINDOW XOR ZEROFILL AUTOINCREMENT ACTION CHANGE "
    "LESS THAN FAIL ABORT IMMEDIATE GLOB RECURSIVE ROWID GENERATED ALWAYS NULLS FIRST LAST OF LOCAL SESSION GLOBAL"
)

# A keyword of the left column makes the words of the right column keywords too.
_AFTER = {
    "ADD": "COLUMN CONSTRAINT INDEX KEY PARTITION",
    "ALTER": "COLUMN",
    "AS": "ENUM IDENTITY INSERT NOT SELECT UPDATE VALUES WITH",
    "BEGIN": "DEFERRED EXCLUSIVE IMMEDIATE TRANSACTION WORK",
    "COMMIT": "WORK",
    "CONFLICT": "DO",
    "DO": "NOTHING UPDATE",
    "DROP": "COLUMN CONSTRAINT",
    "DUPLICATE": "KEY",
    "EACH": "ROW",
    "FOREIGN": "KEY",
    "GENERATED": "ALWAYS",
    "GROUP": "BY",
    "INSERT": "IGNORE OR",
    "LESS": "THAN",
    "NO": "ACTION",
    "NOT": "BETWEEN DEFERRABLE EXISTS ILIKE LIKE",
    "NULLS": "FIRST LAST",
    "ORDER": "BY",
    "PARTITION": "BY OF",
    "PRIMARY": "KEY",
    "RENAME": "COLUMN CONSTRAINT TO",
    "REPLACE": "INTO",
    "UNIQUE": "INDEX KEY",
    "VALIDATE": "CONSTRAINT",
    "VALUES": "LESS",
    "WITHOUT": "ROWID",
}
_FOLLOWERS = {word: frozenset(after.split()) for word, after in _AFTER.items()}
_AFTER_ON = frozenset({"CONFLICT", "DELETE", "DUPLICATE", "UPDATE"})
_SCOPES = frozenset({"GLOBAL", "LOCAL", "SESSION"})
_INSERT_OR = frozenset({"ABORT", "FAIL", "IGNORE", "REPLACE", "ROLLBACK"})
_ON_DELETE = frozenset({"CASCADE", "NO", "RESTRICT", "SET"})

_DEFINING = frozenset({"ALTER", "COMMENT", "CREATE", "DROP", "REFRESH"})
_MODIFIERS = words("OR REPLACE TEMP TEMPORARY UNLOGGED UNIQUE MATERIALIZED FULLTEXT SPATIAL VIRTUAL ONLINE IGNORE ON")
_KINDS = words(
    "COLUMN CONSTRAINT DATABASE DOMAIN EVENT EXTENSION FUNCTION INDEX POLICY PROCEDURE ROLE RULE SCHEMA SEQUENCE TABLE "
    "TRIGGER TYPE USER VIEW"
)
_CALLED = frozenset({"ANY", "BY", "CONFLICT", "EXISTS", "KEY", "SET", "SOME", "THAN", "VALUES"})
"""More keywords that a parenthesis may follow. Any other word right before one may be a function or a type."""
_ROUTINE_WORDS = frozenset({"RETURNS", "LANGUAGE"})
_TRIGGER_WORDS = words("BEFORE AFTER INSTEAD OF EACH ROW STATEMENT EXECUTE FUNCTION PROCEDURE")
_JOINS = frozenset({"JOIN", "INNER", "OUTER"})
_EVENTS = frozenset({"DELETE", "INSERT", "UPDATE"})
# A word of the left column is a keyword when one of the right column follows.
_NEXT = {
    "AFTER": _EVENTS,
    "BEFORE": _EVENTS,
    "CROSS": _JOINS,
    "FULL": _JOINS,
    "GENERATED": frozenset({"ALWAYS", "BY"}),
    "IF": frozenset({"EXISTS", "NOT"}),
    "INNER": _JOINS,
    "LEFT": _JOINS,
    "NATURAL": _JOINS | {"LEFT", "RIGHT", "FULL"},
    "NULLS": frozenset({"FIRST", "LAST"}),
    "OUTER": _JOINS,
    "PARTITION": frozenset({"BY", "OF"}),
    "RENAME": frozenset({"COLUMN", "CONSTRAINT", "INDEX", "TO"}),
    "RIGHT": _JOINS,
    "VALUES": frozenset({"(", "FROM"}),
    "WITHOUT": frozenset({"ROWID", "TIME"}),
}


def cased(tokens: Sequence[Token], dialect: str) -> list[str]:
    """The text of every token, which holds neither white space nor comments. Same length, same order."""
    reader = _Reader(dialect)
    last = len(tokens) - 1
    texts = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index < last else None
        texts.append(reader.text(token, following))
    return texts


@lru_cache(maxsize=8)
def _reserved(dialect: str) -> frozenset[str]:
    match dialect:
        case "postgresql":
            return _EVERYWHERE | _POSTGRESQL
        case "mysql" | "mariadb":
            return _EVERYWHERE | _MYSQL
        case "sqlite":
            return _EVERYWHERE | _SQLITE
        case _:  # SQL Server may keep names apart by case, and does not reserve these two
            return _EVERYWHERE - {"LIMIT", "USING"}


@lru_cache(maxsize=4096)
def _keyword(word: str) -> str | None:
    """The word in upper case when it is a keyword of some SQL; None otherwise."""
    from sqlparse import keywords  # 47 ms, so only when something is laid out

    upper = word.upper()
    known = upper in keywords.KEYWORDS or upper in keywords.KEYWORDS_COMMON or upper in _NOT_IN_SQLPARSE
    return upper if known and word.isascii() else None


class _Reader:
    """Goes through one statement and remembers what the next decision needs."""

    def __init__(self, dialect: str) -> None:
        self._reserved = _reserved(dialect)
        self._folds = dialect == "postgresql"
        self._before = ""
        """The keyword before, upper case; empty when it was something else."""
        self._before_that = ""
        self._symbol = ""
        """The token before, when it was a symbol."""
        self._first = ""
        self._kind = ""
        """What a CREATE, ALTER or DROP is about, once it is known; `?` when it is something else."""
        self._ordered = False
        """ORDER BY has been seen."""
        self._depth = 0
        self._cases = 0
        self._count = 0

    def text(self, token: Token, following: Token | None) -> str:
        text = token.text
        if token.kind is not _WORD:
            self._remember_other(token)
            return text
        keyword = _keyword(text)
        if keyword is not None:
            after = "" if following is None else following.text
            if not self._is_keyword(keyword, after, following):
                keyword = None
        self._remember_word(keyword)
        return text if keyword is None else keyword

    def _is_keyword(self, word: str, after: str, following: Token | None) -> bool:
        if self._symbol in (".", "@", "@@", ":") or after == ".":
            return False
        if self._count == 0:
            return True
        if self._before == "AS":
            return word in _FOLLOWERS["AS"]
        if word in ("ASC", "DESC"):
            return self._is_direction(word, after)
        if word == "END" and self._cases:
            return True
        if after == "(" and word not in _EVERYWHERE and word not in _CALLED and word not in _KINDS:
            return word == "INCLUDE" and self._kind == "INDEX"
        return word in self._reserved or self._in_head(word) or self._in_context(word, after, following)

    def _is_direction(self, word: str, after: str) -> bool:
        if self._before not in ("", "END", "NULL") or self._symbol in (",", "("):
            return False
        if word in self._reserved:
            return True
        return (self._ordered or self._kind == "INDEX") and after in ("", ",", ")")

    def _in_head(self, word: str) -> bool:
        """CREATE OR REPLACE VIEW: the words up to what the statement is about."""
        if self._first not in _DEFINING or self._kind or self._count > 5:
            return False
        return word in _KINDS or word in _MODIFIERS

    def _in_context(self, word: str, after: str, following: Token | None) -> bool:
        if word in ("LIKE", "GLOB", "REGEXP"):
            return following is not None and following.kind is _STRING
        if word in _NEXT and after.upper() in _NEXT[word]:
            return True
        if word == "RECURSIVE":
            return self._before == "WITH" and after.upper() not in ("AS", "(")
        if self._first == "SET" and self._count == 1:
            return word in _SCOPES and following is not None and following.kind is _WORD
        if self._before == "OR" and self._before_that == "INSERT":
            return word in _INSERT_OR
        if self._before == "ON":
            return word in _AFTER_ON
        if self._before in ("DELETE", "UPDATE") and self._before_that == "ON":
            return word in _ON_DELETE
        if word in _FOLLOWERS.get(self._before, ()):
            return True
        return self._folds and self._in_postgresql(word, following)

    def _in_postgresql(self, word: str, following: Token | None) -> bool:
        if self._depth:
            return False
        if word in ("CASCADE", "RESTRICT"):
            return following is None
        if word == "TYPE":
            return self._kind == "TABLE" and self._before == "" and self._before_that == "COLUMN"
        if word in ("AFTER", "BEFORE") and self._kind == "TYPE":
            return following is not None and following.kind is _STRING
        if word == "VALUE":
            return self._kind == "TYPE" and self._before == "ADD"
        if word == "VALID":
            return self._kind == "TABLE" and self._before == "NOT"
        if word in _ROUTINE_WORDS:
            return self._kind in ("FUNCTION", "PROCEDURE")
        return self._kind == "TRIGGER" and self._first == "CREATE" and word in _TRIGGER_WORDS

    def _remember_word(self, keyword: str | None) -> None:
        if self._count == 0:
            self._first = keyword or ""
        elif not self._kind and self._first in _DEFINING:
            self._kind = "?" if keyword is None else keyword if keyword in _KINDS else ""
        if keyword == "BY":
            self._ordered = True
        elif keyword == "CASE":
            self._cases += 1
        elif keyword == "END":
            self._cases -= 1
        self._before, self._before_that = keyword or "", self._before
        self._symbol = ""
        self._count += 1

    def _remember_other(self, token: Token) -> None:
        if not self._kind and self._count:
            self._kind = "?"
        if token.text == "(":
            self._depth += 1
        elif token.text == ")":
            self._depth -= 1
        self._before, self._before_that = "", self._before
        self._symbol = token.text if token.kind is _SYMBOL else ""
        self._count += 1
