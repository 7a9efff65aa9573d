"""Indexes made, dropped, attached; REINDEX stands with the other maintenance."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Blocks, Commits, Effect, Server, Work
from sqlgen.effects.postgresql.known import everywhere
from sqlgen.effects.postgresql.line import ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE, SHARE_UPDATE_EXCLUSIVE, Line, lock
from sqlgen.facts.vocabulary import AttachIndex, CreateIndex, DropIndex, Name
from sqlgen.schema import Schema

__all__ = ["attach", "create", "drop", "table_of"]

CREATING = "sql-createindex.html"
CONCURRENTLY = "sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"
LOCKS = "explicit-locking.html#LOCKING-TABLES"
DROPPING = "sql-dropindex.html"

CREATE = Line("create-index", Work.INDEX, SHARE, CREATING, (LOCKS,))
CREATE_CONCURRENTLY = Line(
    "create-index-concurrently", Work.INDEX, SHARE_UPDATE_EXCLUSIVE, CONCURRENTLY, (LOCKS,), Commits.ALONE
)
# Of a partitioned table alone, which has no rows of its own.
CREATE_ONLY = Line("create-index-on-only", Work.METADATA, SHARE, CREATING)
DROP = Line("drop-index", Work.METADATA, ACCESS_EXCLUSIVE, DROPPING)
DROP_CONCURRENTLY = Line("drop-index-concurrently", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, DROPPING, (), Commits.ALONE)
ATTACH = Line("attach-index", Work.METADATA, "", "sql-alterindex.html")


def create(fact: CreateIndex, schema: Schema, server: Server) -> Effect:
    """CREATE INDEX. A unique one fails where two rows are equal."""
    if fact.only and not fact.concurrently:
        known = schema.table(fact.table)
        if known is None or known.partition_by is not None:
            return CREATE_ONLY.on(fact.table)
    line = CREATE_CONCURRENTLY if fact.concurrently else CREATE
    return everywhere(replace(line, may_fail=fact.unique).on(fact.table), fact.table, schema)


def drop(fact: DropIndex, schema: Schema, server: Server) -> Effect:
    """DROP INDEX locks the index's table too. Where that is not known, the index stands for it."""
    line = DROP_CONCURRENTLY if fact.concurrently else DROP
    table = table_of(fact.index, schema)
    return line.on(fact.index) if table is None else everywhere(line.on(table), table, schema)


def table_of(index: Name, schema: Schema) -> Name | None:
    """The table of an index, of a constraint's too; None where it is not known."""
    known = schema.index(index)
    if known is not None:
        return known.table
    backed = schema.backs(index)
    return None if backed is None else backed[0]


def attach(fact: AttachIndex, schema: Schema, server: Server) -> Effect:
    """ALTER INDEX … ATTACH PARTITION locks the partition's index; each query of the partition looks at it."""
    table = table_of(fact.partition, schema)
    locks = [lock(fact.partition, ACCESS_EXCLUSIVE)]
    if table is not None:
        locks.append(lock(table, ACCESS_SHARE, blocks=Blocks.ALL))
    return ATTACH.on(locks=locks)
