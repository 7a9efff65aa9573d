"""A dump of an existing database in, its schema out.

Read are `pg_dump -s`, `mysqldump --no-data`, SQL of an SQLite database, and a snapshot that was saved.
"""

from __future__ import annotations

import re

from sqlgen import facts
from sqlgen.schema import snapshot
from sqlgen.schema.fold import Schema
from sqlgen.statements import split
from sqlgen.statements.scan import scan

__all__ = ["read"]


def read(text: str, dialect: str) -> Schema:
    """The schema that a dump makes. What can't be read leaves it uncertain, never wrong.

    Raises UsageError for a damaged snapshot.
    """
    if snapshot.is_snapshot(text):
        return snapshot.load(text)[0]
    schema = Schema.empty(dialect)
    plain = _opened(text, dialect) if dialect in ("mysql", "mariadb") else text
    for statement in split(plain, dialect):
        if statement.text:
            schema.apply_all(facts.read(statement, dialect))
    return schema


_EXECUTABLE = re.compile(r"/\*(M?)!(\d*)(.*)\*/\Z", re.DOTALL)


def _opened(text: str, dialect: str) -> str:
    """The text with what the server runs of its executable comments taken out of them: MySQL 8.4 manual, 11.7."""
    return "".join(_inside(token.text, dialect) if token.executable else token.text for token in scan(text, dialect))


def _inside(comment: str, dialect: str) -> str:
    found = _EXECUTABLE.match(comment)
    if found is None:
        return comment
    maria, digits, inside = found.groups()
    version = int(digits or 0)
    if maria:
        runs = dialect == "mariadb" and version < 200_000
    elif dialect == "mariadb":
        # MariaDB knowledge base, Comment Syntax: what is meant for MySQL 5.7 and later is a comment
        runs = version < 50_700
    else:
        runs = version < 100_000
    return f" {inside} " if runs else " "
