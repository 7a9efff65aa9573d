"""Comments that MySQL and MariaDB run: /*! … */ and /*M! … */.

Sources: MySQL 8.4 manual, 11.7 Comments; MariaDB knowledge base, Comment Syntax.
"""

from __future__ import annotations

import re

from sqlgen.statements.scan import scan

__all__ = ["is_run", "opened"]

_EXECUTABLE = re.compile(r"(/\*(M?)!(\d*))(.*)\*/\Z", re.DOTALL)


def opened(text: str, dialect: str) -> str:
    """The text with what the server runs of such comments taken out of them. Every character keeps its place."""
    if dialect not in ("mysql", "mariadb") or ("/*!" not in text and "/*M!" not in text):
        return text
    return "".join(_inside(token.text, dialect) if token.executable else token.text for token in scan(text, dialect))


def is_run(comment: str, dialect: str) -> bool:
    """Whether a server of today runs this comment; `/*M!999999\\- … */`, which mariadb-dump writes, none does."""
    found = _EXECUTABLE.match(comment)
    if found is None:
        return True  # it is not closed here: what it holds is taken for a statement
    _, maria, digits, _ = found.groups()
    version = int(digits or 0)
    if dialect == "mariadb":
        # what is meant for MySQL 5.7 and later is a comment; from 100000 on it is a version of MariaDB
        return version < 200_000 and (bool(maria) or not 50_700 <= version < 100_000)
    return not maria and version < 100_000


def _inside(comment: str, dialect: str) -> str:
    found = _EXECUTABLE.match(comment)
    if found is None:
        return comment
    mark, _, _, inside = found.groups()
    if is_run(comment, dialect):
        return " " * len(mark) + inside + "  "
    return "".join(char if char == "\n" else " " for char in comment)
