"""Tokens and Statements: text cut up so that nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class TokenKind(Enum):
    """What a stretch of SQL text is, for its dialect."""

    SPACE = auto()
    COMMENT = auto()
    """One whole comment, with its marks; a line comment without its newline."""
    WORD = auto()
    """A keyword or an unquoted name."""
    QUOTED = auto()
    """A quoted name: "x", `x`, [x]."""
    STRING = auto()
    """A literal in quotes, with its prefix (E'', U&'', N'', X'') and dollar quotes."""
    NUMBER = auto()
    SYMBOL = auto()
    """An operator or punctuation: one token per operator, one per parenthesis or comma."""
    TERMINATOR = auto()
    """What ends a statement: `;`, or the text that DELIMITER set."""
    CLIENT = auto()
    """A line for the client, not the server: DELIMITER //, a psql backslash command, an sqlite3 dot command."""
    UNCLOSED = auto()
    """A string, quoted name or comment that does not end before the text does."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text and what it is."""

    kind: TokenKind
    text: str

    @property
    def executable(self) -> bool:
        """Whether it is a comment whose text MySQL and MariaDB run (MySQL 8.4 manual, 11.7); no other engine does."""
        return self.kind is TokenKind.COMMENT and self.text.startswith(("/*!", "/*M!"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script.

    The law: joining `leading + text + terminator` of all statements gives the script back. The last one may have an
    empty `text`: then its `leading` is what follows the last statement.
    """

    leading: str
    """White space, comments and client lines before it."""
    text: str
    """From its first to its last significant token; comments inside stay."""
    terminator: str
    """White space and comments before the `;`, and the `;`; empty at the end of a script."""
    tokens: tuple[Token, ...]
    """The tokens of `text`: `"".join(t.text for t in tokens) == text`."""
    offset: int
    """Where `text` begins in the script, in characters."""
    line: int
    """The line on which `text` begins, from 1."""
    column: int
    """The column at which `text` begins, in characters, from 1."""

    @property
    def end_line(self) -> int:
        return self.line + self.text.count("\n")
