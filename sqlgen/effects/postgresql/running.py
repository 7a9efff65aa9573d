"""Rows read and written, maintenance, and what only concerns the session."""

from __future__ import annotations

from sqlgen.effects.model import Blocks, Commits, Effect, Server, Work
from sqlgen.effects.postgresql.indexes import table_of
from sqlgen.effects.postgresql.known import partitions, with_partitions
from sqlgen.effects.postgresql.line import (
    ACCESS_EXCLUSIVE,
    EXCLUSIVE,
    ROW_EXCLUSIVE,
    SHARE,
    SHARE_UPDATE_EXCLUSIVE,
    Line,
    lock,
)
from sqlgen.facts.vocabulary import Delete, Insert, LockTable, Maintain, Name, Select, Update, Volatility
from sqlgen.facts.volatility import of_function
from sqlgen.schema import Schema

__all__ = ["NOTHING", "delete", "insert", "lock_table", "maintain", "select", "update"]

LOCKS = "explicit-locking.html#LOCKING-TABLES"

NOTHING = Line("session", Work.NONE, "", "sql-set.html")
SELECT = Line("select", Work.ROWS, "", LOCKS)
# A function of the user's own may do anything.
SELECT_UNKNOWN = Line("select-unknown-function", Work.UNKNOWN, "", LOCKS, proven=False)
INSERT = Line("insert", Work.ROWS, ROW_EXCLUSIVE, LOCKS)
# What it overwrites is gone; that may be no more than the NULLs of a new column, so it is not said to destroy.
UPDATE = Line("update", Work.ROWS, ROW_EXCLUSIVE, LOCKS, reversible=False)
UPDATE_ALL = Line("update-all", Work.SCAN, ROW_EXCLUSIVE, LOCKS, reversible=False)
DELETE = Line("delete", Work.ROWS, ROW_EXCLUSIVE, LOCKS, reversible=False, destroys=True)
DELETE_ALL = Line("delete-all", Work.SCAN, ROW_EXCLUSIVE, LOCKS, reversible=False, destroys=True)
LOCK = Line("lock-table", Work.NONE, "", "sql-lock.html")
VACUUM = Line("vacuum", Work.SCAN, SHARE_UPDATE_EXCLUSIVE, "sql-vacuum.html", (LOCKS,), Commits.ALONE)
VACUUM_FULL = Line("vacuum-full", Work.REWRITE, ACCESS_EXCLUSIVE, "sql-vacuum.html", (LOCKS,), Commits.ALONE)
# It reads a sample: as much of a large table as of a middling one.
ANALYZE = Line("analyze", Work.ROWS, SHARE_UPDATE_EXCLUSIVE, "sql-analyze.html", (LOCKS,))
CLUSTER = Line("cluster", Work.REWRITE, ACCESS_EXCLUSIVE, "sql-cluster.html")
CLUSTER_ALL = Line("cluster-all", Work.REWRITE, "", "sql-cluster.html", commits=Commits.ALONE)
REINDEX_INDEX = Line("reindex-index", Work.INDEX, "", "sql-reindex.html")
REINDEX_TABLE = Line("reindex-table", Work.INDEX, "", "sql-reindex.html")
REINDEX_CONCURRENTLY = Line(
    "reindex-concurrently",
    Work.INDEX,
    SHARE_UPDATE_EXCLUSIVE,
    "sql-reindex.html#SQL-REINDEX-CONCURRENTLY",
    (),
    Commits.ALONE,
)
# Each partition in a transaction of its own.
REINDEX_PARTITIONED = Line("reindex-partitioned", Work.INDEX, "", "sql-reindex.html", commits=Commits.ALONE)
REINDEX_ALL = Line("reindex-database", Work.INDEX, "", "sql-reindex.html", commits=Commits.ALONE)
REFRESH = Line(
    "refresh-materialized-view", Work.REWRITE, ACCESS_EXCLUSIVE, "sql-refreshmaterializedview.html", (LOCKS,)
)
REFRESH_CONCURRENTLY = Line(
    "refresh-materialized-view-concurrently", Work.SCAN, EXCLUSIVE, "sql-refreshmaterializedview.html", (LOCKS,)
)
DISCARD_ALL = Line("discard-all", Work.NONE, "", "sql-discard.html", commits=Commits.ALONE)
OTHER = Line("other-maintenance", Work.UNKNOWN, proven=False)


def select(fact: Select, schema: Schema, server: Server) -> Effect:
    known = all(of_function(name) is not Volatility.UNKNOWN for name in fact.functions)
    return (SELECT if known else SELECT_UNKNOWN).on()


def insert(fact: Insert, schema: Schema, server: Server) -> Effect:
    return INSERT.on(fact.table)


def update(fact: Update, schema: Schema, server: Server) -> Effect:
    return (UPDATE if fact.where or fact.limited else UPDATE_ALL).on(fact.table)


def delete(fact: Delete, schema: Schema, server: Server) -> Effect:
    return (DELETE if fact.where or fact.limited else DELETE_ALL).on(fact.table)


def lock_table(fact: LockTable, schema: Schema, server: Server) -> Effect:
    """LOCK TABLE goes down to the partitions."""
    return LOCK.on(locks=[lock(table, fact.mode) for table in with_partitions(schema, fact.table)])


def maintain(fact: Maintain, schema: Schema, server: Server) -> Effect:
    """Maintenance. Without a name it is done to every table, and none is named here."""
    name = fact.name
    match fact.command:
        case "VACUUM":
            return VACUUM.on(name)
        case "VACUUM FULL":
            return VACUUM_FULL.on(name)
        case "ANALYZE":
            return ANALYZE.on(*(with_partitions(schema, name) if name is not None else ()))
        case "CLUSTER":
            return CLUSTER.on(name) if name is not None and not partitions(schema, name) else CLUSTER_ALL.on(name)
        case "REFRESH MATERIALIZED VIEW":
            return (REFRESH_CONCURRENTLY if fact.concurrently else REFRESH).on(name, reads=_read_by(name, schema))
        case "DISCARD ALL":
            return DISCARD_ALL.on()
        case "REINDEX INDEX" | "REINDEX TABLE" if name is not None:
            return _reindex(name, fact.command == "REINDEX INDEX", fact.concurrently, schema)
        case command if command.startswith("REINDEX"):
            return REINDEX_ALL.on()
        case command if command.startswith(("DISCARD", "CHECKPOINT", "NOTIFY", "LISTEN", "UNLISTEN")):
            return NOTHING.on()
        case _:
            return OTHER.on()


def _read_by(view: Name | None, schema: Schema) -> tuple[Name, ...]:
    """What a materialized view is computed from."""
    known = None if view is None else schema.object("materialized view", view)
    return () if known is None else known.reads or ()


def _reindex(name: Name, index: bool, concurrently: bool, schema: Schema) -> Effect:
    """REINDEX takes SHARE on the table, and ACCESS EXCLUSIVE on the index.

    Each query of the table looks at all of its indexes while it is planned, so in truth queries wait too.
    """
    table = table_of(name, schema) if index else name
    parts = () if table is None else partitions(schema, table)
    if parts:
        return REINDEX_PARTITIONED.on(reads=parts)
    if concurrently:
        return REINDEX_CONCURRENTLY.on(table or name)
    locks = [lock(name, ACCESS_EXCLUSIVE)] if index else []
    if table is not None:
        locks.append(lock(table, SHARE, blocks=Blocks.ALL))
    return (REINDEX_INDEX if index else REINDEX_TABLE).on(locks=locks, reads=() if table is None else (table,))
