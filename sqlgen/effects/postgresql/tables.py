"""Tables made, dropped, renamed and emptied; partitions; what ALTER TABLE says of a table as a whole."""

from __future__ import annotations

from sqlgen.effects.model import Commits, Effect, Lock, Server, Work
from sqlgen.effects.postgresql.constraints import referenced
from sqlgen.effects.postgresql.known import partitions, readers_of, references_of, referrers_of
from sqlgen.effects.postgresql.line import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Line,
    lock,
)
from sqlgen.effects.postgresql.text import name_behind, significant, words
from sqlgen.facts.vocabulary import (
    AttachPartition,
    CreateTable,
    DetachPartition,
    DropTable,
    Kind,
    Name,
    RenameTable,
    SetTableOption,
    Truncate,
    constraints_of,
)
from sqlgen.schema import Schema, Table
from sqlgen.schema.naming import mentions
from sqlgen.statements.model import TokenKind

__all__ = ["attach", "create", "detach", "drop", "option", "rename", "truncate"]

ALTER = "sql-altertable.html"
ATTACHING = "sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION"
DETACHING = "sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION"
CREATING = "sql-createtable.html"
TABLECMDS = "src/backend/commands/tablecmds.c"

CREATE = Line("create-table", Work.METADATA, "", CREATING)
CREATE_CHILD = Line("create-table-inherits", Work.METADATA, "", CREATING, (TABLECMDS,))
CREATE_PARTITION = Line("create-partition", Work.METADATA, "", CREATING, (TABLECMDS,))
CREATE_FROM_QUERY = Line("create-table-as", Work.ROWS, "", "sql-createtableas.html")
DROP = Line(
    "drop-table", Work.METADATA, ACCESS_EXCLUSIVE, "sql-droptable.html", reversible=False, destroys=True, breaks=True
)
RENAME = Line("rename-table", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, breaks=True)
SET_SCHEMA = Line("set-schema", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, breaks=True)
# It gives the table new, empty files: it takes the same time whatever stands in the old ones.
TRUNCATE = Line("truncate", Work.METADATA, ACCESS_EXCLUSIVE, "sql-truncate.html", reversible=False, destroys=True)
ATTACH = Line("attach-partition", Work.SCAN, SHARE_UPDATE_EXCLUSIVE, ATTACHING, may_fail=True)
ATTACH_PROVEN = Line("attach-partition-proven", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, ATTACHING)
ATTACH_INDEX = Line("attach-partition-index", Work.INDEX, SHARE_UPDATE_EXCLUSIVE, ATTACHING, may_fail=True)
DETACH = Line("detach-partition", Work.METADATA, ACCESS_EXCLUSIVE, DETACHING, breaks=True)
DETACH_CONCURRENTLY = Line(
    "detach-partition-concurrently",
    Work.METADATA,
    SHARE_UPDATE_EXCLUSIVE,
    DETACHING,
    commits=Commits.ALONE,
    breaks=True,
)
SET_LOGGED = Line("set-logged", Work.REWRITE, ACCESS_EXCLUSIVE, ALTER)
# After a crash an unlogged table is empty.
SET_UNLOGGED = Line("set-unlogged", Work.REWRITE, ACCESS_EXCLUSIVE, ALTER)
SET_TABLESPACE = Line("set-tablespace", Work.REWRITE, ACCESS_EXCLUSIVE, ALTER)
SET_ACCESS_METHOD = Line("set-access-method", Work.REWRITE, ACCESS_EXCLUSIVE, ALTER)
CLUSTER_ON = Line("set-cluster", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, ALTER)
SET_PARAMETERS = Line("set-storage-parameters", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, ALTER)
# src/backend/access/common/reloptions.c: the one parameter of tables that takes more.
SET_CATALOG_TABLE = Line("set-user-catalog-table", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
OWNER = Line("set-owner", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
TRIGGERS = Line("enable-trigger", Work.METADATA, SHARE_ROW_EXCLUSIVE, ALTER)
RULES = Line("enable-rule", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
ROW_SECURITY = Line("row-security", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
# Without a policy nobody but the owner sees a row: ddl-rowsecurity.html.
ENABLE_ROW_SECURITY = Line(
    "enable-row-security", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, ("ddl-rowsecurity.html",), breaks=True
)
INHERIT = Line("inherit", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, (TABLECMDS,))
NO_INHERIT = Line("no-inherit", Work.METADATA, ACCESS_EXCLUSIVE, ALTER, (TABLECMDS,))
REPLICA_IDENTITY = Line("replica-identity", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
OF_TYPE = Line("of-type", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
ALTER_CONSTRAINT = Line("alter-constraint", Work.METADATA, ACCESS_EXCLUSIVE, ALTER)
OTHER = Line("alter-table-other", Work.UNKNOWN, ACCESS_EXCLUSIVE, ALTER, proven=False)


def create(fact: CreateTable, schema: Schema, server: Server) -> Effect:
    """CREATE TABLE. It locks what its foreign keys refer to, and the parents whose columns it has.

    A partition is there for the queries of its parent at once; the default partition, where there is one, is read to
    see that it has no rows of the new one.
    """
    constraints = constraints_of(fact)
    locks = list(referenced(constraints, fact.table))
    if fact.partition_of is not None:
        parent = fact.partition_of
        locks.append(lock(parent, ACCESS_EXCLUSIVE))
        known = schema.table(parent)
        inherited = references_of(known)
        locks += [lock(one, SHARE_ROW_EXCLUSIVE) for one in inherited if one != fact.table]
        return CREATE_PARTITION.on(locks=locks)
    if fact.from_query:
        return CREATE_FROM_QUERY.on(fact.table, locks=locks)
    if fact.like and fact.including is None:
        return CREATE_CHILD.on(locks=(*locks, *(lock(parent, SHARE_UPDATE_EXCLUSIVE) for parent in fact.like)))
    return CREATE.on(locks=locks)


def drop(fact: DropTable, schema: Schema, server: Server) -> Effect:
    """DROP TABLE. Its foreign keys have triggers on other tables; with CASCADE those that refer to it go too."""
    known = schema.table(fact.table)
    others = list(references_of(known))
    if known is not None and known.partition_of is not None:
        others.append(known.partition_of)
    if known is not None and known.partition_by is not None:
        others += partitions(schema, fact.table)
    if fact.cascade:
        others += (*referrers_of(schema, fact.table), *readers_of(schema, fact.table))
    return DROP.on(fact.table, locks=tuple(lock(one, ACCESS_EXCLUSIVE) for one in others))


def rename(fact: RenameTable, schema: Schema, server: Server) -> Effect:
    return (RENAME if fact.table.schema == fact.to.schema else SET_SCHEMA).on(fact.table)


def truncate(fact: Truncate, schema: Schema, server: Server) -> Effect:
    """TRUNCATE. With CASCADE, the tables whose foreign keys refer to it are emptied too, and those to them."""
    found: dict[Name, None] = {}
    waiting = [fact.table] if fact.cascade else []
    while waiting:
        for one in referrers_of(schema, waiting.pop()):
            if one not in found and one != fact.table:
                found[one] = None
                waiting.append(one)
    return TRUNCATE.on(fact.table, *found)


def attach(fact: AttachPartition, schema: Schema, server: Server) -> Effect:
    """ATTACH PARTITION reads the new partition, unless a CHECK shows that its rows belong there.

    It makes the indexes that the parent has and the partition lacks, and the parent's foreign keys. A default partition
    is locked and read too; which one that is, is not known here.
    """
    parent, partition = schema.table(fact.table), schema.table(fact.partition)
    others = references_of(parent)
    locks = [lock(fact.partition, ACCESS_EXCLUSIVE), *(lock(one, SHARE_ROW_EXCLUSIVE) for one in others)]
    if _indexes(parent) - _indexes(partition):
        line = ATTACH_INDEX
    else:
        line = ATTACH_PROVEN if not others and _is_proven(fact.bound, parent, partition) else ATTACH
    return line.on(None, locks=[lock(fact.table, line.mode), *locks], reads=(fact.partition, *others))


def _indexes(table: Table | None) -> set[tuple[str, ...]]:
    """What the indexes of a table are over; those of its keys too."""
    if table is None:
        return set()
    keys = (one.columns for one in table.constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE))
    return {*keys, *(one.columns for one in table.indexes)}


def _is_proven(bound: str | None, parent: Table | None, partition: Table | None) -> bool:
    """Whether a valid CHECK of the partition names the parent's key and all values of the bound.

    That is not a proof, but a CHECK that does so was made to be one.
    """
    if bound is None or parent is None or parent.partition_by is None or partition is None:
        return False
    key = [one for one in significant(parent.partition_by.partition("(")[2]) if one.kind is TokenKind.WORD]
    values = _values(bound)
    for one in partition.constraints:
        if one.kind is Kind.CHECK and not one.not_valid and one.expression is not None:
            named = all(mentions(one.expression, column.text.lower(), "postgresql") for column in key)
            if values and values <= _values(one.expression) and named:
                return True
    return False


def _values(text: str) -> set[str]:
    return {one.text for one in significant(text) if one.kind in (TokenKind.STRING, TokenKind.NUMBER)}


def detach(fact: DetachPartition, schema: Schema, server: Server) -> Effect:
    """DETACH PARTITION. Concurrently, the partition is locked for a moment at the end."""
    if fact.concurrently:
        return DETACH_CONCURRENTLY.on(fact.table, locks=(lock(fact.partition, ACCESS_EXCLUSIVE, brief=True),))
    mode = ACCESS_EXCLUSIVE if server.at_least(14) else SHARE_UPDATE_EXCLUSIVE
    return DETACH.on(fact.table, locks=(lock(fact.partition, mode),))


def option(fact: SetTableOption, schema: Schema, server: Server) -> Effect:
    """ALTER TABLE … about the table as a whole."""
    locks: list[Lock] = []
    match words(fact.option):
        case ["INHERIT", *_]:
            line, parent = INHERIT, name_behind(fact.option, "INHERIT")
            locks += [] if parent is None else [lock(parent, SHARE_UPDATE_EXCLUSIVE)]
        case ["NO", "INHERIT", *_]:
            line, parent = NO_INHERIT, name_behind(fact.option, "NO", "INHERIT")
            locks += [] if parent is None else [lock(parent, ACCESS_SHARE)]
        case ["SET" | "RESET", "(", *rest]:
            line = SET_CATALOG_TABLE if "USER_CATALOG_TABLE" in rest else SET_PARAMETERS
        case text:
            line = _plain(text)
    return line.on(fact.table, locks=locks)


def _plain(text: list[str]) -> Line:
    match text:
        case ["SET", "LOGGED"]:
            return SET_LOGGED
        case ["SET", "UNLOGGED"]:
            return SET_UNLOGGED
        case ["SET", "TABLESPACE", *_]:
            return SET_TABLESPACE
        case ["SET", "ACCESS", "METHOD", *_]:
            return SET_ACCESS_METHOD
        case ["CLUSTER", "ON", *_] | ["SET", "WITHOUT", "CLUSTER"]:
            return CLUSTER_ON
        case ["OWNER", "TO", *_]:
            return OWNER
        case ["ENABLE", "ROW", *_]:
            return ENABLE_ROW_SECURITY
        case ["DISABLE", "ROW", *_] | ["FORCE", "ROW", *_] | ["NO", "FORCE", *_]:
            return ROW_SECURITY
        case ["ENABLE" | "DISABLE", *rest] if "TRIGGER" in rest[:2]:
            return TRIGGERS
        case ["ENABLE" | "DISABLE", *rest] if "RULE" in rest[:2]:
            return RULES
        case ["REPLICA", "IDENTITY", *_]:
            return REPLICA_IDENTITY
        case ["OF", *_] | ["NOT", "OF"]:
            return OF_TYPE
        case ["ALTER", "CONSTRAINT", *_]:
            return ALTER_CONSTRAINT
        case _:
            return OTHER
