"""A dump of an existing database in, its schema out.

Read are `pg_dump -s`, `mysqldump --no-data`, SQL of an SQLite database, and a snapshot that was saved.
"""

from __future__ import annotations

from sqlgen import facts
from sqlgen.schema import snapshot
from sqlgen.schema.fold import Schema
from sqlgen.statements import split
from sqlgen.statements.executable import opened

__all__ = ["read"]


def read(text: str, dialect: str) -> Schema:
    """The schema that a dump makes. What can't be read leaves it uncertain, never wrong.

    Raises UsageError for a damaged snapshot.
    """
    if snapshot.is_snapshot(text):
        return snapshot.load(text)[0]
    schema = Schema.empty(dialect)
    for statement in split(opened(text, dialect), dialect):
        if statement.text:
            schema.apply_all(facts.read(statement, dialect))
    return schema
