"""What MySQL and MariaDB do beside altering tables: data, sessions, other objects."""

from __future__ import annotations

from typing import Any

from sqlgen.effects.model import Blocks, Commits, Effect, Lock, Server, Work
from sqlgen.effects.mysql.shape import Shape
from sqlgen.facts.reader import words
from sqlgen.facts.vocabulary import (
    AlterObject,
    CreateObject,
    Delete,
    DropObject,
    Insert,
    LockTable,
    Maintain,
    Name,
    SetOption,
    Update,
)
from sqlgen.statements.model import TokenKind
from sqlgen.statements.scan import scan

__all__ = [
    "METADATA_LOCKING",
    "PROVEN",
    "alter_object",
    "change",
    "create_object",
    "drop_object",
    "lock_table",
    "maintain",
    "plain",
    "set_option",
]

METADATA_LOCKING = "https://dev.mysql.com/doc/refman/8.4/en/metadata-locking.html"
_COMMITS = "https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html"
_ROW_LOCKS = "https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html"

PROVEN = frozenset(
    words("""
        insert update update-all update-without-index delete delete-all delete-without-index select
        set-option set-autocommit session begin
        lock-table-read lock-table-write check-table analyze-table
        create-table create-table-as create-temporary-table drop-table truncate rename-table
        drop-partition truncate-partition exchange-partition check-partition disable-keys no-change
        create-trigger create-object alter-object drop-object
        """)
)
"""The lines beside those of `LINES` that a test runs on MariaDB."""


def plain(
    line: str, work: Work, server: Server, *, commits: Commits = Commits.IMPLICITLY, sources: tuple[str, ...] = (),
    **fields: Any,
) -> Effect:  # fmt: skip
    """An effect of a line that stands in no table."""
    found = sources or ((_COMMITS,) if commits is Commits.IMPLICITLY else (_ROW_LOCKS,))
    proven = server.dialect == "mariadb" and line in PROVEN
    return Effect(line, work, commits=commits, sources=found, proven=proven, **fields)


def change(fact: Insert | Update | Delete, shape: Shape, server: Server) -> Effect:
    """INSERT, UPDATE, DELETE: locks on rows until the transaction ends, and one on the table's shape.

    A statement without WHERE, or with one that no index helps with, locks each row that it looks at and each gap
    between them, so others can't insert either; reads go on (InnoDB reads old versions). REPEATABLE READ is taken for
    granted, the default of both engines.
    """
    locks = [Lock(fact.table, "SHARED_WRITE", Blocks.SCHEMA)]
    how = "" if isinstance(fact, Insert) or fact.limited else _how_many(fact, shape)
    if how:
        locks.append(Lock(fact.table, "X", Blocks.WRITES))
    verb = "insert" if isinstance(fact, Insert) else "update" if isinstance(fact, Update) else "delete"
    return plain(
        f"{verb}{how}",
        Work.SCAN if how else Work.ROWS,
        server,
        commits=Commits.WITH,
        locks=tuple(locks),
        worked_on=(fact.table,),
        reversible=isinstance(fact, Insert) and not fact.replaces,
        destroys=isinstance(fact, Delete) or (isinstance(fact, Insert) and fact.replaces),
        may_fail=isinstance(fact, Insert) and not fact.guarded,
    )


def _how_many(fact: Update | Delete, shape: Shape) -> str:
    if not fact.where:
        return "-all"
    if fact.condition is None or shape.table is None or not shape.table.complete:
        return ""
    named = {one.text.strip("`").lower() for one in scan(fact.condition, "mysql") if one.kind in _NAMES}
    leading = {columns[0].strip("`").lower() for _, _, columns in shape.every_key() if columns}
    return "" if named & leading or any("(" in one for one in leading) else "-without-index"


_NAMES = (TokenKind.WORD, TokenKind.QUOTED)


def lock_table(fact: LockTable, server: Server) -> Effect:
    """LOCK TABLES."""
    if "WRITE" in fact.mode:
        lock = Lock(fact.table, "SHARED_NO_READ_WRITE", Blocks.ALL)
    else:
        lock = Lock(fact.table, "SHARED_READ_ONLY", Blocks.WRITES)
    sources = ("https://dev.mysql.com/doc/refman/8.4/en/lock-tables.html",)
    line = "lock-table-write" if "WRITE" in fact.mode else "lock-table-read"
    return plain(line, Work.NONE, server, locks=(lock,), sources=sources)


def maintain(fact: Maintain, server: Server, rebuilding: Effect | None) -> Effect:
    """OPTIMIZE, ANALYZE, CHECK, REPAIR, CHECKSUM, FLUSH, UNLOCK TABLES. `rebuilding`: what OPTIMIZE does."""
    command = fact.command.split()[0] if fact.command else ""
    tables = () if fact.name is None else (fact.name,)
    match command:
        case "OPTIMIZE" if rebuilding is not None:
            return rebuilding
        case "ANALYZE":
            sources = ("https://dev.mysql.com/doc/refman/8.4/en/analyze-table.html",)
            return plain("analyze-table", Work.METADATA, server, sources=sources)
        case "CHECK" | "CHECKSUM":
            commits = Commits.IMPLICITLY if command == "CHECK" else Commits.WITH
            return plain("check-table", Work.SCAN, server, commits=commits, worked_on=tables)
        case "REPAIR":
            locks = tuple(Lock(name, "SHARED_NO_READ_WRITE", Blocks.ALL) for name in tables)
            return plain("repair-table", Work.UNKNOWN, server, worked_on=tables, locks=locks)
        case "UNLOCK" | "FLUSH" | "RESET" | "CACHE" | "LOAD":
            return plain("server-administration", Work.NONE, server)
        case _:
            return plain("server-administration", Work.NONE, server, commits=Commits.WITH)


def create_object(fact: CreateObject, server: Server) -> Effect:
    """CREATE VIEW, TRIGGER, PROCEDURE, …."""
    if fact.kind == "trigger" and isinstance(fact.table, Name):
        locks = (Lock(fact.table, "EXCLUSIVE", Blocks.ALL, brief=True),)
        return plain("create-trigger", Work.METADATA, server, locks=locks, sources=(METADATA_LOCKING,))
    return plain("create-object", Work.METADATA, server, breaks=fact.or_replace and fact.kind != "view")


def alter_object(fact: AlterObject, server: Server) -> Effect:
    """ALTER VIEW, PROCEDURE, EVENT, USER, DATABASE, …."""
    return plain("alter-object", Work.METADATA, server)


def drop_object(fact: DropObject, server: Server) -> Effect:
    """DROP VIEW, TRIGGER, PROCEDURE, DATABASE, …."""
    if fact.kind == "database":
        return plain("drop-database", Work.METADATA, server, reversible=False, destroys=True, breaks=True)
    locks = () if fact.table is None else (Lock(fact.table, "EXCLUSIVE", Blocks.ALL, brief=True),)
    called = fact.kind not in ("trigger", "event", "user", "role")
    return plain(f"drop-{'trigger' if fact.kind == 'trigger' else 'object'}", Work.METADATA, server, locks=locks,
                 breaks=called, reversible=fact.kind != "sequence")  # fmt: skip


def set_option(fact: SetOption, server: Server) -> Effect:
    """SET. Turning autocommit on, where it was off, commits what is open (MySQL 8.4, 15.3.3)."""
    on = fact.name.removeprefix("@@").removeprefix("session.") == "autocommit" and (fact.value or "1").lower() in (
        "1", "on", "true",
    )  # fmt: skip
    if on:
        return plain("set-autocommit", Work.NONE, server)
    return plain("set-option", Work.NONE, server, commits=Commits.WITH)
