"""Which line a change of a table as a whole is on, in MySQL and MariaDB."""

from __future__ import annotations

from sqlgen.effects.model import Algorithm, Blocks, Commits, Effect, Lock, Server, Work
from sqlgen.effects.mysql.keys import referred
from sqlgen.effects.mysql.lines import altering
from sqlgen.effects.mysql.matrix import type_change
from sqlgen.effects.mysql.plain import METADATA_LOCKING, plain
from sqlgen.effects.mysql.shape import Shape
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import (
    CreateTable,
    DropPartition,
    DropTable,
    RenameTable,
    SetTableOption,
    Truncate,
    constraints_of,
)
from sqlgen.schema.options import TEXTUAL

__all__ = ["create", "drop", "drop_partition", "rename", "set_option", "truncate"]


def create(fact: CreateTable, server: Server) -> Effect:
    """CREATE TABLE."""
    if fact.temporary:
        return plain("create-temporary-table", Work.METADATA, server, commits=Commits.WITH)
    if fact.from_query:
        return plain("create-table-as", Work.ROWS, server, worked_on=(fact.table,))
    tables = dict.fromkeys(one.references for one in constraints_of(fact) if one.references not in (None, fact.table))
    locks = () if server.dialect == "mariadb" else tuple(referred(name, server) for name in tables if name is not None)
    return plain("create-table", Work.METADATA, server, locks=locks)


def drop(fact: DropTable, shape: Shape, server: Server) -> Effect:
    """DROP TABLE."""
    if shape.is_temporary:
        return plain("drop-temporary-table", Work.METADATA, server, commits=Commits.IMPLICITLY, destroys=True)
    locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL),)
    return plain(
        "drop-table", Work.METADATA, server, locks=locks, reversible=False, destroys=True, breaks=True,
        sources=(METADATA_LOCKING,)
    )  # fmt: skip


def rename(fact: RenameTable, server: Server) -> Effect:
    """RENAME TABLE, ALTER TABLE … RENAME."""
    locks = tuple(Lock(name, "EXCLUSIVE", Blocks.ALL, brief=True) for name in (fact.table, fact.to))
    return plain(
        "rename-table", Work.METADATA, server, locks=locks, breaks=True, algorithm=Algorithm.INSTANT,
        sources=(METADATA_LOCKING,)
    )  # fmt: skip


def truncate(fact: Truncate, server: Server) -> Effect:
    """TRUNCATE TABLE: it drops the table and makes it anew (MySQL 8.4, 15.1.37)."""
    locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL),)
    sources = ("https://dev.mysql.com/doc/refman/8.4/en/truncate-table.html",)
    return plain("truncate", Work.METADATA, server, locks=locks, reversible=False, destroys=True, sources=sources)


def drop_partition(fact: DropPartition, server: Server) -> Effect:
    """DROP PARTITION, TRUNCATE PARTITION: the table is closed to all for the time that it takes to remove files."""
    locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL, brief=True),)
    sources = ("https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html#online-ddl-partitioning",)
    line = "truncate-partition" if fact.truncate else "drop-partition"
    return plain(line, Work.METADATA, server, locks=locks, reversible=False, destroys=True, sources=sources)


# ---- options

_REBUILDING = ("FORCE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "PAGE_COMPRESSED", "TABLESPACE", "ENCRYPTED")


def set_option(fact: SetTableOption, shape: Shape, server: Server) -> Effect:
    """ALTER TABLE with anything that is neither a column nor a key."""
    words = fact.option.upper().replace("=", " ").split()
    settings = dict(fact.settings)
    online = shape.copies_online(server, fact)
    first, second = (*words, "", "")[:2]
    if "convert" in settings or first == "CONVERT":
        return _convert(fact, settings, shape, server)
    match first:
        case "" | "WAIT" | "NOWAIT" | "WITHOUT" | "WITH":
            return plain("no-change", Work.NONE, server)
        case "ALGORITHM" | "LOCK":
            return _asked(fact, first, second, server)
        case "ALTER":
            return _alter(fact, words, server)
        case _ if first in _REBUILDING:
            return altering(_rebuilding(shape), fact.table, server, online=online)
        case "ENCRYPTION":
            return altering("encrypt-table", fact.table, server)
        case "ENGINE":
            same = second.strip("'`\"") == shape.settings.get("engine", "innodb").upper()
            line = _rebuilding(shape) if same else "change-engine"
            return altering(line, fact.table, server, online=online and line == "rebuild-table")
        case "DEFAULT" | "CHARACTER" | "CHARSET" | "COLLATE":
            return altering("set-default-charset", fact.table, server)
        case "ORDER":
            return altering("sort-table", fact.table, server)
        case "DISABLE" | "ENABLE" | "DISCARD" | "IMPORT":
            return plain(
                "disable-keys" if first in ("DISABLE", "ENABLE") else "move-tablespace", Work.METADATA, server,
                locks=(Lock(fact.table, "EXCLUSIVE", Blocks.ALL),), destroys=first == "DISCARD",
                reversible=first != "DISCARD",
            )  # fmt: skip
        case _ if "PARTITION" in words or "PARTITIONING" in words:
            return _partition(fact, words, server)
        case "ADD" | "DROP" if "VERSIONING" in words and server.dialect == "mariadb":
            return altering("system-versioning", fact.table, server, destroys=first == "DROP",
                            reversible=first != "DROP")  # fmt: skip
        case _:
            return altering("set-table-option", fact.table, server)


def _rebuilding(shape: Shape) -> str:
    if shape.is_other_engine:
        return "change-engine"
    return "rebuild-table-special-index" if shape.has_special_index else "rebuild-table"


def _asked(fact: SetTableOption, what: str, value: str, server: Server) -> Effect:
    """ALGORITHM=…, LOCK=…: a heavier way than needed. Beside other actions it counts by `combined`.

    A lighter one than possible is refused, so NONE and INSTANT ask for nothing.
    """
    alter = ("https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-performance",)
    if (what, value) == ("ALGORITHM", "COPY"):
        locks: tuple[Lock, ...] = (
            Lock(fact.table, "EXCLUSIVE", Blocks.ALL, brief=True),
            Lock(fact.table, "SHARED_NO_WRITE", Blocks.WRITES),
        )
        return plain("ask-copy", Work.REWRITE, server, locks=locks, worked_on=(fact.table,),
                     algorithm=Algorithm.COPY, sources=alter)  # fmt: skip
    if (what, value) == ("LOCK", "SHARED"):
        locks = (Lock(fact.table, "SHARED_NO_WRITE", Blocks.WRITES),)
        return plain("ask-lock", Work.NONE, server, locks=locks, sources=alter)
    if (what, value) == ("LOCK", "EXCLUSIVE"):
        locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL),)
        return plain("ask-lock", Work.NONE, server, locks=locks, sources=alter)
    if (what, value) == ("ALGORITHM", "INPLACE") and server.dialect != "mariadb":
        # MySQL takes it by the word, and rebuilds the table to add a column. For MariaDB it is the heaviest to accept.
        return plain("ask-in-place", Work.NONE, server, algorithm=Algorithm.INPLACE, sources=alter)
    return plain("no-change", Work.NONE, server)


def _alter(fact: SetTableOption, words: list[str], server: Server) -> Effect:
    """ALTER INDEX i VISIBLE, ALTER CHECK c NOT ENFORCED."""
    if words[1:2] and words[1] in ("INDEX", "KEY"):
        return altering("hide-index", fact.table, server)
    if words[-1] == "ENFORCED" and words[-2] != "NOT" and server.dialect != "mariadb":
        return altering("enforce-check", fact.table, server, may_fail=True)
    return altering("drop-check", fact.table, server)


def _convert(fact: SetTableOption, settings: dict[str, str], shape: Shape, server: Server) -> Effect:
    """CONVERT TO CHARACTER SET: as heavy as the heaviest of its columns, where all of them are known."""
    if shape.table is None or not shape.table.complete or shape.is_other_engine:
        online = shape.copies_online(server, fact)
        return altering("convert-charset", fact.table, server, online=online, may_fail=True)
    charset, collation = settings.get("convert", ""), settings.get("collate", "")
    lines, may_fail = {"convert-charset-instant"}, False
    for column in shape.columns:
        old = canonical(column.type or "", shape.dialect)
        if old.name not in TEXTUAL:
            continue
        change = type_change(_spelled(column.type or "", shape), _with(column.type or "", charset, collation), server)
        may_fail = may_fail or change.may_fail
        if change.work > Work.METADATA or old.name.endswith("text"):
            lines.add("convert-charset")  # CONVERT may make a longer type of a TEXT (MySQL 8.4, 15.1.9)
        elif change.work is not Work.NONE and shape.keys_of(column.name):
            in_place = server.dialect != "mariadb" or server.at_least(10, 6)
            lines.add("convert-charset-index" if in_place else "convert-charset")
    line = next(one for one in ("convert-charset", "convert-charset-index", "convert-charset-instant") if one in lines)
    return altering(line, fact.table, server, online=shape.copies_online(server, fact), may_fail=may_fail)


def _spelled(type_: str, shape: Shape) -> str:
    known = canonical(type_, shape.dialect)
    charset, collation = shape.settings.get("charset"), shape.settings.get("collate")
    if any(word.startswith(("character set", "collate")) for word in known.modifiers) or not charset:
        return type_
    return _with(type_, charset, collation or "")


def _with(type_: str, charset: str, collation: str) -> str:
    words = type_.split()
    lower = [word.lower() for word in words]
    for mark in ("character", "charset", "collate"):
        if mark in lower:
            words = words[: lower.index(mark)]
            lower = lower[: len(words)]
    tail = f" COLLATE {collation}" if collation else ""
    return f"{' '.join(words)} CHARACTER SET {charset}{tail}"


def _partition(fact: SetTableOption, words: list[str], server: Server) -> Effect:
    """PARTITION BY, REMOVE PARTITIONING, ADD | COALESCE | REORGANIZE | EXCHANGE | REBUILD … PARTITION."""
    match words[0]:
        case "PARTITION" | "REMOVE":
            return altering("partition-table", fact.table, server, may_fail=words[0] == "PARTITION")
        case "ADD" if "VALUES" in fact.option.upper():
            return altering("add-partition", fact.table, server)
        case "ADD" | "COALESCE" | "REORGANIZE" | "REBUILD" | "OPTIMIZE" | "REPAIR":
            return altering("move-partition-rows", fact.table, server)
        case "DROP" | "TRUNCATE":
            names = DropPartition(fact.table, tuple(words[2:]), words[0] == "TRUNCATE")
            return drop_partition(names, server)
        case "EXCHANGE":
            locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL),)
            return plain("exchange-partition", Work.SCAN, server, locks=locks, worked_on=(fact.table,), may_fail=True)
        case "ANALYZE" | "CHECK":
            return plain("check-partition", Work.SCAN, server, worked_on=(fact.table,))
        case _:
            return altering("set-table-option", fact.table, server)
