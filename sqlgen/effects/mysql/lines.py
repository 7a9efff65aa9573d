"""The table of MySQL's and MariaDB's lines: how each change is made, and where that is written.

A change is made in the lightest way that the engine accepts: it is the engine's default (MySQL 8.4, 15.1.9; MariaDB,
InnoDB Online DDL Overview), unless ALGORITHM or LOCK ask for a heavier one. Which line a fact is on is said in
`columns`, `keys`, `tables` and `changes`.

Locks are metadata locks, by the names of performance_schema.metadata_locks (MySQL 8.4, 10.11.4 and 29.12.13.3):
each ALTER TABLE needs EXCLUSIVE for a moment at its end; in between it holds SHARED_UPGRADABLE, which lets others read
and write, or SHARED_NO_WRITE, which lets them read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlgen.effects.model import Algorithm, Blocks, Commits, Effect, Lock, Server, Work
from sqlgen.facts.vocabulary import Name

__all__ = [
    "BUILD",
    "COPY",
    "INSTANT",
    "LINES",
    "QUICK",
    "REBUILD",
    "REBUILD_SHARED",
    "WAYS",
    "How",
    "Line",
    "altering",
]


@dataclass(frozen=True, slots=True)
class How:
    """A way to alter a table."""

    algorithm: Algorithm
    """NOCOPY stands for INPLACE without a rebuild, and is called INPLACE on MySQL."""
    work: Work
    blocks: Blocks = Blocks.SCHEMA
    """From its first row to its last."""


INSTANT = How(Algorithm.INSTANT, Work.METADATA)
QUICK = How(Algorithm.NOCOPY, Work.METADATA)
BUILD = How(Algorithm.NOCOPY, Work.INDEX)
BUILD_SHARED = How(Algorithm.NOCOPY, Work.INDEX, Blocks.WRITES)
REBUILD = How(Algorithm.INPLACE, Work.REWRITE)
REBUILD_SHARED = How(Algorithm.INPLACE, Work.REWRITE, Blocks.WRITES)
COPY = How(Algorithm.COPY, Work.REWRITE, Blocks.WRITES)

_MYSQL = "https://dev.mysql.com/doc/refman/8.4/en/"
_ONLINE = f"{_MYSQL}innodb-online-ddl-operations.html#online-ddl-"
_KB = "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-"
_COLUMNS = f"{_ONLINE}column-operations"
_INDEXES = f"{_ONLINE}index-operations"
_PRIMARY = f"{_ONLINE}primary-key-operations"
_GENERATED = f"{_ONLINE}generated-column-operations"
_FOREIGN = f"{_ONLINE}foreign-key-operations"
_TABLES = f"{_ONLINE}table-operations"
_PARTITIONS = f"{_ONLINE}partitioning"
_ALTER = f"{_MYSQL}alter-table.html"
_CHECKS = "https://bugs.mysql.com/bug.php?id=117450"
_DEFAULTS = "https://dev.mysql.com/worklog/task/?id=9418"
_CHARSETS = "https://dev.mysql.com/worklog/task/?id=11605"
_KB_INSTANT = f"{_KB}instant-alter-algorithm/"
_KB_NOCOPY = f"{_KB}nocopy-alter-algorithm/"
_KB_INPLACE = f"{_KB}inplace-alter-algorithm/"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. The way is None where the engine has no such line."""

    id: str
    mysql: How | None
    mariadb: How | None
    mysql_source: str = ""
    mariadb_source: str = ""
    proven: bool = True
    """Whether a test runs it on MariaDB. MySQL's ways are the manual's word."""

    def how(self, dialect: str) -> How | None:
        return self.mariadb if dialect == "mariadb" else self.mysql

    def sources(self, dialect: str) -> tuple[str, ...]:
        source = self.mariadb_source if dialect == "mariadb" else self.mysql_source
        return (source,) if source else ()


LINES = (
    # ---- columns
    Line("add-column", INSTANT, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("add-column-rebuild", REBUILD, None, _COLUMNS),  # before MySQL 8.0.12; in between before 8.0.29
    Line("add-column-in-between-virtual", None, COPY, "", _KB_INSTANT),
    Line("add-column-special-index", REBUILD_SHARED, REBUILD_SHARED, _COLUMNS, _KB_INSTANT),
    Line("add-column-compressed-table", REBUILD, REBUILD, _COLUMNS, _KB_INSTANT),
    Line("add-column-other-engine", COPY, COPY, _ALTER, _KB_INSTANT),
    Line("add-column-expression-default", COPY, COPY, _DEFAULTS, _KB_INSTANT),
    Line("add-column-check", COPY, INSTANT, _CHECKS, _KB_INSTANT),
    Line("add-column-references", COPY, COPY, _FOREIGN, _KB_INPLACE),
    Line("add-column-key", REBUILD, REBUILD, _COLUMNS, _KB_INPLACE),
    Line("add-auto-increment-column", REBUILD_SHARED, REBUILD_SHARED, _COLUMNS, _KB_INPLACE),
    Line("add-virtual-column", INSTANT, INSTANT, _GENERATED, _KB_INSTANT),
    Line("add-virtual-column-key", COPY, COPY, _GENERATED, _KB_INPLACE),
    Line("add-virtual-column-partitioned", COPY, COPY, _GENERATED, _KB_INSTANT),
    Line("add-stored-column", COPY, COPY, _GENERATED, _KB_INPLACE),
    Line("drop-column", INSTANT, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("drop-column-rebuild", REBUILD, None, _COLUMNS),  # before MySQL 8.0.29
    Line("drop-column-special-index", REBUILD_SHARED, REBUILD_SHARED, _COLUMNS, _KB_INSTANT),
    Line("drop-column-compressed-table", REBUILD, REBUILD, _COLUMNS, _KB_INSTANT),
    Line("drop-column-other-engine", COPY, COPY, _ALTER, _KB_INSTANT),
    Line("drop-column-indexed", REBUILD, QUICK, _COLUMNS, _KB_NOCOPY),
    Line("drop-column-of-index", REBUILD, REBUILD, _COLUMNS, _KB_INPLACE),
    Line("drop-column-primary-key", COPY, COPY, _PRIMARY, _KB_INPLACE),
    Line("drop-column-virtual-index-table", None, COPY, "", _KB_INSTANT),
    Line("drop-virtual-column", INSTANT, INSTANT, _GENERATED, _KB_INSTANT),
    Line("drop-stored-column", REBUILD, INSTANT, _GENERATED, _KB_INSTANT),
    Line("rename-column", INSTANT, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("rename-column-in-place", QUICK, None, _COLUMNS),  # before MySQL 8.0.28
    Line("move-column", REBUILD, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("move-generated-column", COPY, COPY, _GENERATED, _KB_INPLACE),
    Line("move-column-rebuild", REBUILD, REBUILD, _COLUMNS, _KB_INSTANT),
    Line("move-column-special-index", REBUILD_SHARED, REBUILD_SHARED, _COLUMNS, _KB_INSTANT),
    Line("set-column-default", INSTANT, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("change-column-attributes", INSTANT, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("set-not-null", REBUILD, REBUILD, _COLUMNS, _KB_INPLACE),
    Line("set-not-null-special-index", REBUILD_SHARED, REBUILD_SHARED, _COLUMNS, _KB_INPLACE),
    Line("set-not-null-generated-column-table", REBUILD, COPY, _COLUMNS, _KB_INPLACE),
    Line("drop-not-null", REBUILD, REBUILD, _COLUMNS, _KB_INPLACE),
    Line("drop-not-null-redundant", REBUILD, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("drop-not-null-special-index", REBUILD_SHARED, REBUILD_SHARED, _COLUMNS, _KB_INPLACE),
    Line("change-type", COPY, COPY, _COLUMNS, _KB_INPLACE),
    Line("change-type-in-place", QUICK, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("change-type-instant", INSTANT, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("change-type-index", COPY, BUILD, _CHARSETS, _KB_NOCOPY),
    Line("change-type-other-engine", COPY, COPY, _ALTER, _KB_INPLACE),
    Line("add-auto-increment", COPY, COPY, _COLUMNS, _KB_INPLACE),
    Line("drop-auto-increment", COPY, INSTANT, _COLUMNS, _KB_INSTANT),
    Line("change-stored-expression", COPY, COPY, _GENERATED, _KB_INPLACE),
    Line("change-virtual-expression", COPY, INSTANT, _GENERATED, _KB_INSTANT),
    # ---- keys
    Line("add-index", BUILD, BUILD, _INDEXES, _KB_NOCOPY),
    Line("add-unique", BUILD, BUILD, _INDEXES, _KB_NOCOPY),
    Line("add-unique-hash", None, COPY, "", "https://mariadb.com/kb/en/getting-started-with-indexes/#unique-index"),
    Line("add-index-other-engine", COPY, COPY, _ALTER, _KB_NOCOPY),
    Line("add-fulltext-index-first", REBUILD_SHARED, REBUILD_SHARED, _INDEXES, _KB_INPLACE),
    Line("add-fulltext-index", BUILD_SHARED, BUILD_SHARED, _INDEXES, _KB_NOCOPY),
    Line("add-spatial-index", BUILD_SHARED, BUILD_SHARED, _INDEXES, _KB_NOCOPY),
    Line("drop-index", QUICK, QUICK, _INDEXES, _KB_NOCOPY),
    Line("drop-index-clustering", COPY, COPY, _PRIMARY, _KB_NOCOPY),
    Line("drop-index-other-engine", COPY, COPY, _ALTER, _KB_NOCOPY),
    Line("rename-index", QUICK, INSTANT, _INDEXES, _KB_INSTANT),
    Line("hide-index", QUICK, INSTANT, f"{_MYSQL}invisible-indexes.html", "https://mariadb.com/kb/en/ignored-indexes/"),
    Line("add-primary-key", REBUILD, REBUILD, _PRIMARY, _KB_INPLACE),
    Line("add-primary-key-special-index", REBUILD_SHARED, REBUILD_SHARED, _PRIMARY, _KB_INPLACE),
    Line("drop-primary-key", COPY, COPY, _PRIMARY, _KB_INPLACE),
    Line("add-foreign-key", COPY, COPY, _FOREIGN, _KB_INPLACE),
    Line("drop-foreign-key", QUICK, INSTANT, _FOREIGN, _KB_INSTANT),
    Line("add-check", COPY, COPY, "https://dev.mysql.com/worklog/task/?id=929", _KB_INPLACE),
    Line("drop-check", QUICK, INSTANT, "https://dev.mysql.com/worklog/task/?id=929", _KB_INSTANT),
    Line("enforce-check", COPY, None, "https://dev.mysql.com/worklog/task/?id=929"),
    # ---- tables
    Line("set-table-option", QUICK, INSTANT, _TABLES, _KB_INSTANT),
    Line("set-default-charset", REBUILD, INSTANT, _TABLES, _KB_INSTANT),
    Line("convert-charset", COPY, COPY, _TABLES, _KB_INPLACE),
    Line("convert-charset-instant", QUICK, INSTANT, _CHARSETS, _KB_INSTANT),
    Line("convert-charset-index", COPY, BUILD, _CHARSETS, _KB_NOCOPY),
    Line("rebuild-table", REBUILD, REBUILD, _TABLES, _KB_INPLACE),
    Line("rebuild-table-special-index", COPY, REBUILD_SHARED, _TABLES, _KB_INPLACE),
    Line("encrypt-table", COPY, None, _TABLES),
    Line("change-engine", COPY, COPY, _ALTER, "https://mariadb.com/kb/en/alter-table/"),
    Line("sort-table", COPY, COPY, _ALTER, "https://mariadb.com/kb/en/alter-table/"),
    Line("system-versioning", None, COPY, "", "https://mariadb.com/kb/en/system-versioned-tables/"),
    Line("partition-table", COPY, COPY, _PARTITIONS, "https://mariadb.com/kb/en/partitioning-overview/"),
    # MariaDB takes no ALGORITHM here, so no server says which it is.
    Line("add-partition", QUICK, QUICK, _PARTITIONS, "https://mariadb.com/kb/en/alter-table/", proven=False),
    Line(
        "move-partition-rows", REBUILD_SHARED, COPY, _PARTITIONS, "https://mariadb.com/kb/en/alter-table/", proven=False
    ),
    # ---- several actions of one statement: `sqlgen.effects.combining`
    Line("rebuild-by-several-actions", REBUILD, REBUILD, _COLUMNS, _KB_INSTANT),
    Line("rename-beside-virtual-column", COPY, COPY, _COLUMNS, _KB_INSTANT),
)
WAYS = {line.id: line for line in LINES}


def altering(
    id: str, table: Name, server: Server, *, locks: Sequence[Lock] = (), online: bool | None = None, **flags: Any
) -> Effect:
    """The effect of altering a table as the line says. `online`: whether a copy lets writes go on, as since MariaDB
    11.2; by default it does not. `flags`: fields of Effect."""
    line = WAYS[id]
    how = line.how(server.dialect)
    assert how is not None, f"{id} is no line of {server.dialect}"
    if how.algorithm is Algorithm.COPY and online:
        how = replace(how, blocks=Blocks.SCHEMA)
    algorithm = how.algorithm
    if server.dialect != "mariadb" and how.algorithm is not Algorithm.COPY:
        instant = how.algorithm is Algorithm.INSTANT and server.at_least(8, 0, 12)
        algorithm = Algorithm.INSTANT if instant else Algorithm.INPLACE
    return Effect(
        id,
        how.work,
        (*_locks(table, how), *locks),
        () if how.work <= Work.METADATA else (table,),
        Commits.IMPLICITLY,
        algorithm,
        sources=line.sources(server.dialect),
        proven=line.proven and server.dialect == "mariadb" and not online,
        **flags,
    )


def _locks(table: Name, how: How) -> tuple[Lock, ...]:
    last = Lock(table, "EXCLUSIVE", Blocks.ALL, brief=True)
    if how.blocks is Blocks.WRITES:
        return (last, Lock(table, "SHARED_NO_WRITE", Blocks.WRITES))
    return (last,) if how.work <= Work.METADATA else (last, Lock(table, "SHARED_UPGRADABLE", Blocks.SCHEMA))
