"""Indexes of SQL Server: a cursor in, facts out.

Source: Transact-SQL reference, CREATE INDEX, ALTER INDEX, DROP INDEX, CREATE COLUMNSTORE INDEX.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.facts.keys import index_parts
from sqlgen.facts.mssql_batches import condition, to_next
from sqlgen.facts.mssql_columns import index_options
from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import CreateIndex, DropIndex, Fact, Maintain, Name

__all__ = ["alter_index", "create_index", "drop_index", "inline_index"]


def inline_index(cursor: Cursor, table: Name) -> CreateIndex:
    """INDEX name [UNIQUE] [CLUSTERED | NONCLUSTERED] [COLUMNSTORE] (columns) inside CREATE TABLE."""
    name = cursor.identifier()
    unique = cursor.take("UNIQUE")
    return _index_of(cursor, CreateIndex(name, table, (), unique))


def create_index(cursor: Cursor) -> Iterator[Fact] | None:
    """CREATE … INDEX, from behind the word CREATE; None, and the cursor where it was, when it is none."""
    start = cursor.number
    unique = cursor.take("UNIQUE")
    clustered = cursor.take_any(("CLUSTERED", "NONCLUSTERED")) == "CLUSTERED"
    method = cursor.take_any(("COLUMNSTORE", "XML", "SPATIAL", "FULLTEXT")).lower() or None
    if cursor.take("PRIMARY", "XML"):
        method = "xml"
    if not cursor.take("INDEX"):
        cursor.number = start
        return None
    name = None if cursor.at("ON") else cursor.identifier()
    cursor.expect("ON")
    found = CreateIndex(name, cursor.name(), (), unique, method=method, clustered=clustered)
    return iter((_index_of(cursor, found),))


def _index_of(cursor: Cursor, found: CreateIndex) -> CreateIndex:
    """What stands behind an index's name, up to its options."""
    if clustered := cursor.take_any(("CLUSTERED", "NONCLUSTERED")):
        found = replace(found, clustered=clustered == "CLUSTERED")
    if cursor.take("COLUMNSTORE"):
        found = replace(found, method="columnstore")
    cursor.take("HASH")
    if cursor.at("("):
        if found.method == "fulltext":  # (title LANGUAGE 1033, …): its own grammar
            found = replace(found, columns=(cursor.slice(*cursor.group()),))
        else:
            columns, parts = index_parts(cursor)
            found = replace(found, columns=columns, parts=parts)
    if found.method in ("xml", "fulltext"):  # KEY INDEX pk ON catalog …, USING XML INDEX ix FOR PATH
        to_next(cursor)
    elif found.method == "spatial":
        to_next(cursor, ("WITH", "ON"))
    elif cursor.take("ORDER"):
        cursor.group()
    if cursor.take("INCLUDE"):
        found = replace(found, include=index_parts(cursor)[0])
    if cursor.take("WHERE"):
        found = replace(found, where=condition(cursor, ("WITH", "ON")))
    settings = tuple(index_options(cursor))
    return replace(found, settings=settings, online=_online(settings))


def _online(settings: tuple[tuple[str, str], ...]) -> bool:
    """ONLINE = ON, with or without (WAIT_AT_LOW_PRIORITY (…))."""
    return dict(settings).get("online", "").upper().startswith("ON")


def drop_index(cursor: Cursor) -> Iterator[Fact]:
    """DROP INDEX, from behind the word INDEX: name ON table, …, or table.name as it was written once."""
    if_exists = cursor.take("IF", "EXISTS")
    while True:
        index = cursor.name()
        if cursor.take("ON"):
            table = cursor.name()
        elif index.schema is not None:
            schema, _, owner = index.schema.rpartition(".")
            table = Name(owner, None if schema.lower() in ("", "dbo") else schema)
        else:
            raise cursor.unread()
        online = _online(tuple(index_options(cursor)))
        yield DropIndex(Name(index.name), table, if_exists, online=online)
        if not cursor.take(","):
            return


def alter_index(cursor: Cursor) -> Iterator[Fact]:
    """ALTER INDEX, from behind the word INDEX: REBUILD, REORGANIZE, DISABLE, SET, PAUSE, RESUME, ABORT."""
    name = cursor.identifier()
    cursor.expect("ON")
    table = cursor.name()
    action = cursor.skip().upper()
    online = False
    if action == "REBUILD" and cursor.take("PARTITION", "="):
        cursor.skip()
    if cursor.at("WITH"):
        online = _online(tuple(index_options(cursor)))
    elif action not in ("REBUILD", "DISABLE", "PAUSE", "ABORT"):
        to_next(cursor)
    command = f"ALTER INDEX {name} {action}{' ONLINE' if online else ''}"
    yield Maintain(command, table, concurrently=online)
