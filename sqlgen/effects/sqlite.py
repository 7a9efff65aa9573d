"""Effects on SQLite 3.31 and later: a fact, the schema before it and a server in, an effect out.

There is one lock, of the whole file, and it does not matter which table a statement names (lockingv3.html): whoever
writes holds RESERVED until the transaction ends, and all other writers wait; with a rollback journal, readers wait too
while it commits (EXCLUSIVE), and for longer where the change is bigger than the page cache. In WAL mode readers go on
(wal.html). Here a lock is told with the table that its statement names; VACUUM and PRAGMA name none. All DDL is part
of its transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.effects.model import Blocks, Commits, Effect, Lock, Server, Work
from sqlgen.facts.vocabulary import (
    AddColumn,
    Begin,
    Block,
    Commit,
    CreateIndex,
    CreateObject,
    CreateTable,
    Default,
    Delete,
    DropColumn,
    DropIndex,
    DropObject,
    DropTable,
    External,
    Fact,
    Insert,
    Kind,
    Maintain,
    Name,
    RenameColumn,
    RenameTable,
    Rollback,
    Savepoint,
    Select,
    SetOption,
    Update,
)
from sqlgen.schema import Schema
from sqlgen.statements.model import TokenKind
from sqlgen.statements.scan import scan

__all__ = ["LINES", "effect"]

_ALTER = "https://www.sqlite.org/lang_altertable.html"
_LOCKS = "https://www.sqlite.org/lockingv3.html"
_PRAGMA = "https://www.sqlite.org/pragma.html"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. Fields that `Effect` has too mean the same."""

    id: str
    work: Work
    source: str
    writes: bool = True
    """Whether it takes the file's lock."""
    commits: Commits = Commits.WITH
    reversible: bool = True
    destroys: bool = False
    breaks: bool = False
    may_fail: bool = False
    proven: bool = True


CREATE_TABLE = Line("create-table", Work.METADATA, "https://www.sqlite.org/lang_createtable.html")
CREATE_TEMPORARY = Line("create-temporary-table", Work.METADATA, CREATE_TABLE.source, writes=False)
CREATE_AS = Line("create-table-as", Work.ROWS, CREATE_TABLE.source)
DROP_TABLE = Line(
    "drop-table",
    Work.METADATA,
    "https://www.sqlite.org/lang_droptable.html",
    breaks=True,
    reversible=False,
    destroys=True,
)
RENAME_TABLE = Line("rename-table", Work.METADATA, f"{_ALTER}#altertabrename", breaks=True)
RENAME_COLUMN = Line("rename-column", Work.METADATA, f"{_ALTER}#altertabmvcol", breaks=True)
ADD_COLUMN = Line("add-column", Work.METADATA, f"{_ALTER}#altertabaddcol")
ADD_REQUIRED = Line("add-column-not-null-without-default", Work.METADATA, ADD_COLUMN.source, breaks=True, may_fail=True)
ADD_CHECKED = Line("add-column-check", Work.SCAN, ADD_COLUMN.source, may_fail=True)
ADD_GENERATED_REQUIRED = Line("add-column-generated-not-null", Work.SCAN, ADD_COLUMN.source, may_fail=True)
ADD_COMPUTED = Line("add-column-expression-default", Work.METADATA, ADD_COLUMN.source, may_fail=True)
ADD_REFERENCE = Line(  # fails where PRAGMA foreign_keys is on and there are rows
    "add-column-references-default", Work.METADATA, ADD_COLUMN.source, may_fail=True
)
DROP_COLUMN = Line(
    "drop-column", Work.REWRITE, f"{_ALTER}#altertabdropcol", breaks=True, reversible=False, destroys=True
)
DROP_VIRTUAL = Line("drop-virtual-column", Work.METADATA, DROP_COLUMN.source, breaks=True)
CREATE_INDEX = Line("create-index", Work.INDEX, "https://www.sqlite.org/lang_createindex.html")
CREATE_UNIQUE = Line("create-unique-index", Work.INDEX, CREATE_INDEX.source, may_fail=True)
DROP_INDEX = Line("drop-index", Work.METADATA, "https://www.sqlite.org/lang_dropindex.html")
CREATE_VIEW = Line("create-view", Work.METADATA, "https://www.sqlite.org/lang_createview.html")
CREATE_TRIGGER = Line("create-trigger", Work.METADATA, "https://www.sqlite.org/lang_createtrigger.html")
CREATE_VIRTUAL = Line("create-virtual-table", Work.METADATA, "https://www.sqlite.org/vtab.html", proven=False)
DROP_VIEW = Line("drop-view", Work.METADATA, "https://www.sqlite.org/lang_dropview.html", breaks=True)
DROP_TRIGGER = Line("drop-trigger", Work.METADATA, "https://www.sqlite.org/lang_droptrigger.html")
INSERT = Line("insert", Work.ROWS, _LOCKS, may_fail=True)
INSERT_GUARDED = Line("insert-guarded", Work.ROWS, "https://www.sqlite.org/lang_conflict.html")
REPLACE = Line("replace", Work.ROWS, INSERT_GUARDED.source, may_fail=True, reversible=False, destroys=True)
UPDATE = Line("update", Work.ROWS, _LOCKS, reversible=False)
UPDATE_ALL = Line("update-all", Work.SCAN, _LOCKS, reversible=False)
DELETE = Line("delete", Work.ROWS, _LOCKS, reversible=False, destroys=True)
# Without triggers and foreign keys the pages are let go of without a look at the rows.
DELETE_ALL = Line("delete-all", Work.SCAN, "https://www.sqlite.org/lang_delete.html", reversible=False, destroys=True)
VACUUM = Line("vacuum", Work.REWRITE, "https://www.sqlite.org/lang_vacuum.html", commits=Commits.ALONE)
ANALYZE = Line("analyze", Work.SCAN, "https://www.sqlite.org/lang_analyze.html")
REINDEX = Line("reindex", Work.INDEX, "https://www.sqlite.org/lang_reindex.html")
# Inside a transaction this one does nothing, without an error.
FOREIGN_KEYS = Line("pragma-foreign-keys", Work.NONE, f"{_PRAGMA}#pragma_foreign_keys", writes=False)
JOURNAL = Line(
    "pragma-journal-mode-wal", Work.METADATA, f"{_PRAGMA}#pragma_journal_mode", writes=False, commits=Commits.ALONE
)
SYNCHRONOUS = Line(
    "pragma-synchronous", Work.NONE, f"{_PRAGMA}#pragma_synchronous", writes=False, commits=Commits.ALONE
)
VERSION = Line("pragma-version", Work.METADATA, f"{_PRAGMA}#pragma_user_version")
OPTION = Line("set-option", Work.NONE, _PRAGMA, writes=False)
SELECT = Line("select", Work.ROWS, _LOCKS, writes=False)
SESSION = Line("session", Work.NONE, "https://www.sqlite.org/lang_transaction.html", writes=False)
UNKNOWN = Line("unknown", Work.UNKNOWN, "", writes=False, proven=False)

LINES = (
    CREATE_TABLE, CREATE_TEMPORARY, CREATE_AS, DROP_TABLE, RENAME_TABLE, RENAME_COLUMN, ADD_COLUMN, ADD_REQUIRED,
    ADD_CHECKED, ADD_GENERATED_REQUIRED, ADD_COMPUTED, ADD_REFERENCE, DROP_COLUMN, DROP_VIRTUAL, CREATE_INDEX,
    CREATE_UNIQUE, DROP_INDEX, CREATE_VIEW, CREATE_TRIGGER, CREATE_VIRTUAL, DROP_VIEW, DROP_TRIGGER, INSERT,
    INSERT_GUARDED, REPLACE, UPDATE, UPDATE_ALL, DELETE, DELETE_ALL, VACUUM, ANALYZE, REINDEX, FOREIGN_KEYS, JOURNAL,
    SYNCHRONOUS, VERSION, OPTION, SELECT, SESSION, UNKNOWN,
)  # fmt: skip


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does. Never raises."""
    line = _line(fact, schema)
    name = _named(fact, schema)
    temporary = isinstance(name, Name) and name.schema == "temp"
    return Effect(
        line.id,
        line.work,
        _locks(name, line) if line.writes and not temporary else (),
        (name,) if line.work >= Work.ROWS and name is not None else (),
        line.commits,
        None,
        line.reversible,
        line.destroys,
        line.breaks,
        line.may_fail,
        (line.source,) if line.source else (),
        line.proven,
    )


def _named(fact: Fact, schema: Schema) -> Name | None:
    """The table that a fact is about; for what is about the whole file, no name."""
    if isinstance(fact, DropIndex) and fact.table is None:
        known = schema.index(fact.index)
        return fact.index if known is None else known.table
    found = getattr(fact, "table", None) or getattr(fact, "name", None) or getattr(fact, "index", None)
    return found if isinstance(found, Name) else None


def _locks(name: Name | None, line: Line) -> tuple[Lock, ...]:
    if name is None:
        return ()
    if line is VACUUM:
        return (Lock(name, "EXCLUSIVE", Blocks.ALL),)
    return (Lock(name, "EXCLUSIVE", Blocks.ALL, brief=True), Lock(name, "RESERVED", Blocks.WRITES))


def _line(fact: Fact, schema: Schema) -> Line:
    match fact:
        case CreateTable(temporary=True):
            return CREATE_TEMPORARY
        case CreateTable():
            return CREATE_AS if fact.from_query else CREATE_TABLE
        case DropTable():
            return DROP_TABLE
        case RenameTable():
            return RENAME_TABLE
        case RenameColumn():
            return RENAME_COLUMN
        case AddColumn():
            return _adding(fact)
        case DropColumn():
            known = schema.column(fact.table, fact.column)
            return DROP_VIRTUAL if known is not None and known.generated == "virtual" else DROP_COLUMN
        case CreateIndex():
            return CREATE_UNIQUE if fact.unique else CREATE_INDEX
        case DropIndex():
            return DROP_INDEX
        case CreateObject(kind=kind) | DropObject(kind=kind):
            return _object(kind, drops=isinstance(fact, DropObject))
        case Insert():
            return REPLACE if fact.replaces else INSERT_GUARDED if fact.guarded else INSERT
        case Update():
            return UPDATE if fact.where or fact.limited else UPDATE_ALL
        case Delete():
            return DELETE if fact.where or fact.limited else DELETE_ALL
        case Maintain():
            return {"VACUUM": VACUUM, "ANALYZE": ANALYZE, "REINDEX": REINDEX}.get(fact.command, UNKNOWN)
        case SetOption():
            return _pragma(fact.name, fact.value)
        case Select():
            return SELECT
        case Begin() | Commit() | Rollback() | Savepoint() | External() | Block():
            return SESSION
        case _:
            return UNKNOWN


def _adding(fact: AddColumn) -> Line:
    """ADD COLUMN. That it must not be UNIQUE, PRIMARY KEY or STORED does not depend on rows: it always fails."""
    column = fact.column
    if any(one.kind is Kind.CHECK for one in column.constraints):
        return ADD_CHECKED
    if column.generated is not None:
        return ADD_COLUMN if column.nullable else ADD_GENERATED_REQUIRED
    if column.default is None or column.default.is_null:
        return ADD_COLUMN if column.nullable else ADD_REQUIRED
    if _is_computed(column.default):
        return ADD_COMPUTED
    return ADD_REFERENCE if any(one.kind is Kind.FOREIGN_KEY for one in column.constraints) else ADD_COLUMN


def _is_computed(default: Default) -> bool:
    """CURRENT_TIMESTAMP and expressions are refused where there are rows. A literal may stand in parentheses."""
    tokens = [one for one in scan(default.text, "sqlite") if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    values = [one for one in tokens if one.text not in ("(", ")", "+", "-")]
    literal = len(values) == 1 and (
        values[0].kind in (TokenKind.STRING, TokenKind.NUMBER) or values[0].text.upper() in ("NULL", "TRUE", "FALSE")
    )
    return not literal and (tokens[:1] == [] or tokens[0].text == "(" or tokens[0].text.upper().startswith("CURRENT_"))


def _object(kind: str, *, drops: bool) -> Line:
    if kind == "virtual table":
        return CREATE_VIRTUAL
    if kind == "trigger":
        return DROP_TRIGGER if drops else CREATE_TRIGGER
    return DROP_VIEW if drops else CREATE_VIEW


def _pragma(name: str, value: str | None) -> Line:
    match name.rpartition(".")[2]:
        case "foreign_keys":
            return FOREIGN_KEYS
        case "journal_mode" if (value or "").lower() == "wal":
            return JOURNAL
        case "synchronous":
            return SYNCHRONOUS
        case "user_version" | "application_id":
            return VERSION
        case _:
            return OPTION
