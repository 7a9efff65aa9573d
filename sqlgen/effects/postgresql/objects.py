"""Types, views, sequences, functions, triggers and all that is no table: made, altered, renamed, dropped."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.effects.model import Commits, Effect, Lock, Server, Work
from sqlgen.effects.postgresql.indexes import table_of
from sqlgen.effects.postgresql.known import readers_of
from sqlgen.effects.postgresql.line import (
    ACCESS_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Line,
    lock,
)
from sqlgen.effects.postgresql.text import name_behind, words
from sqlgen.facts.vocabulary import (
    AddEnumValue,
    AlterObject,
    CreateEnum,
    CreateObject,
    Describe,
    DropObject,
    Grant,
    Name,
    RenameObject,
)
from sqlgen.schema import Schema
from sqlgen.schema.naming import is_of_type

__all__ = ["add_enum_value", "alter", "create", "create_enum", "describe", "drop", "grant", "rename"]

LOCKS = "explicit-locking.html#LOCKING-TABLES"

CREATE = Line("create-object", Work.METADATA, "", "sql-commands.html")
CREATE_ALONE = Line("create-alone", Work.METADATA, "", "sql-createdatabase.html", commits=Commits.ALONE)
CREATE_TRIGGER = Line("create-trigger", Work.METADATA, SHARE_ROW_EXCLUSIVE, "sql-createtrigger.html", (LOCKS,))
CREATE_RULE = Line("create-rule", Work.METADATA, ACCESS_EXCLUSIVE, "sql-createrule.html")
CREATE_POLICY = Line("create-policy", Work.METADATA, ACCESS_EXCLUSIVE, "sql-createpolicy.html")
CREATE_VIEW = Line("create-view", Work.METADATA, "", "sql-createview.html")
REPLACE_VIEW = Line("replace-view", Work.METADATA, ACCESS_EXCLUSIVE, "sql-createview.html")
CREATE_MATERIALIZED = Line("create-materialized-view", Work.SCAN, "", "sql-creatematerializedview.html")
CREATE_ENUM = Line("create-enum", Work.METADATA, "", "sql-createtype.html")
# PostgreSQL 12 release notes: inside a transaction too. There is no way to take a value away.
ADD_VALUE = Line("add-enum-value", Work.METADATA, "", "sql-altertype.html", reversible=False)
ALTER = Line("alter-object", Work.METADATA, "", "sql-commands.html")
ALTER_ALONE = Line("alter-object-alone", Work.METADATA, "", "sql-altersystem.html", commits=Commits.ALONE)
ALTER_UNKNOWN = Line("alter-object-other", Work.UNKNOWN, "", "sql-commands.html", proven=False)
RENAME_VALUE = Line("rename-enum-value", Work.METADATA, "", "sql-altertype.html", breaks=True)
ALTER_VIEW = Line("alter-view", Work.METADATA, ACCESS_EXCLUSIVE, "sql-alterview.html")
ALTER_POLICY = Line("alter-policy", Work.METADATA, ACCESS_EXCLUSIVE, "sql-alterpolicy.html")
ALTER_SEQUENCE = Line("alter-sequence", Work.METADATA, SHARE_ROW_EXCLUSIVE, "sql-altersequence.html")
ALTER_INDEX = Line("alter-index", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, "sql-alterindex.html")
# Its table is not locked, but each query looks at the index while it is planned.
INDEX_TABLESPACE = Line("set-index-tablespace", Work.INDEX, "", "sql-alterindex.html")
DOMAIN_CHECK = Line("alter-domain-check", Work.SCAN, SHARE, "sql-alterdomain.html", may_fail=True)
DOMAIN = Line("alter-domain", Work.METADATA, "", "sql-alterdomain.html")
DESCRIBE = Line("comment-on", Work.METADATA, "", "sql-comment.html")
DESCRIBE_TABLE = Line("comment-on-table", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, "sql-comment.html")
GRANT = Line("grant", Work.METADATA, "", "sql-grant.html")
RENAME = Line("rename-object", Work.METADATA, "", "sql-commands.html", breaks=True)
RENAME_INDEX = Line("rename-index", Work.METADATA, SHARE_UPDATE_EXCLUSIVE, "sql-alterindex.html")
RENAME_CONSTRAINT = Line("rename-constraint", Work.METADATA, ACCESS_EXCLUSIVE, "sql-altertable.html")
RENAME_ON_TABLE = Line("rename-trigger", Work.METADATA, ACCESS_EXCLUSIVE, "sql-altertrigger.html")
RENAME_VIEW = Line("rename-view", Work.METADATA, ACCESS_EXCLUSIVE, "sql-alterview.html", breaks=True)
DROP = Line("drop-object", Work.METADATA, "", "sql-commands.html", breaks=True)
DROP_TRIGGER = Line("drop-trigger", Work.METADATA, ACCESS_EXCLUSIVE, "sql-droptrigger.html")
DROP_VIEW = Line("drop-view", Work.METADATA, ACCESS_EXCLUSIVE, "sql-dropview.html", breaks=True)
DROP_SEQUENCE = Line(
    "drop-sequence", Work.METADATA, ACCESS_EXCLUSIVE, "sql-dropsequence.html", reversible=False, breaks=True
)
DROP_TYPE_CASCADE = Line(
    "drop-type-cascade", Work.METADATA, "", "sql-droptype.html", reversible=False, destroys=True, breaks=True
)
DROP_SCHEMA_CASCADE = Line(
    "drop-schema-cascade", Work.METADATA, "", "sql-dropschema.html", reversible=False, destroys=True, breaks=True
)
DROP_CASCADE = Line(
    "drop-cascade",
    Work.METADATA,
    "",
    "ddl-depend.html",
    reversible=False,
    destroys=True,
    breaks=True,
    proven=False,
)
DROP_ALONE = Line("drop-alone", Work.METADATA, "", "sql-droptablespace.html", commits=Commits.ALONE)
DROP_DATABASE = Line(
    "drop-database",
    Work.METADATA,
    "",
    "sql-dropdatabase.html",
    commits=Commits.ALONE,
    reversible=False,
    destroys=True,
    breaks=True,
)

_ALONE = ("database", "tablespace", "subscription")
_ON_A_TABLE = ("trigger", "rule", "policy")


def create(fact: CreateObject, schema: Schema, server: Server) -> Effect:
    match fact.kind:
        case "trigger":
            return CREATE_TRIGGER.on(fact.table)
        case "rule":
            return CREATE_RULE.on(fact.table)
        case "policy":
            return CREATE_POLICY.on(fact.table)
        case "view" if fact.or_replace and schema.has_object("view", fact.name) is not False:
            return REPLACE_VIEW.on(fact.name)
        case "view":
            return CREATE_VIEW.on()
        case "materialized view":
            return CREATE_MATERIALIZED.on(reads=fact.reads or ())
        case kind if kind in _ALONE:
            return CREATE_ALONE.on()
        case _:
            return CREATE.on()


def create_enum(fact: CreateEnum, schema: Schema, server: Server) -> Effect:
    return CREATE_ENUM.on()


def add_enum_value(fact: AddEnumValue, schema: Schema, server: Server) -> Effect:
    return ADD_VALUE.on()


def alter(fact: AlterObject, schema: Schema, server: Server) -> Effect:
    """ALTER of anything but a table. In another schema it is not found any more by its old name."""
    text = words(fact.change)
    effect = _alter(fact, text, schema)
    return replace(effect, breaks=True) if text[:2] == ["SET", "SCHEMA"] else effect


def _alter(fact: AlterObject, text: list[str], schema: Schema) -> Effect:
    match fact.kind:
        case "view" | "materialized view":
            return ALTER_VIEW.on(fact.name)
        case "policy":
            return ALTER_POLICY.on(name_behind(fact.change, "ON"))
        case "sequence":
            return ALTER_SEQUENCE.on(fact.name)
        case "index":
            if text[:2] != ["SET", "TABLESPACE"]:
                return ALTER_INDEX.on(fact.name)
            table = table_of(fact.name, schema)
            return INDEX_TABLESPACE.on(
                locks=[lock(fact.name, ACCESS_EXCLUSIVE)], reads=() if table is None else [table]
            )
        case "domain":
            return _alter_domain(fact.name, text, schema)
        case "type" if fact.renamed_value is not None:
            return RENAME_VALUE.on()
        case "tablespace" if "ALL" in text[:4]:
            return ALTER_UNKNOWN.on()
        case "database" if "TABLESPACE" in text:
            return ALTER_ALONE.on()
        case "system":
            return ALTER_ALONE.on()
        case _:
            return ALTER.on()


def _alter_domain(name: Name, text: list[str], schema: Schema) -> Effect:
    """A new CHECK or NOT NULL, and VALIDATE, read each table with a column of the domain."""
    joined = " ".join(text)
    checks = " ADD " in joined and not joined.endswith("NOT VALID")
    if not checks and " SET NOT NULL" not in joined and " VALIDATE CONSTRAINT " not in joined:
        return DOMAIN.on()
    # A column of the domain that old code leaves out is NULL.
    required = " NOT NULL" in joined
    return replace(DOMAIN_CHECK.on(*_tables_with(name, schema)), breaks=required)


def _tables_with(type_: Name, schema: Schema) -> tuple[Name, ...]:
    """The tables that have a column of a type of the user's own."""
    return tuple(
        table.name
        for table in schema.tables()
        if any(is_of_type(column, type_, "postgresql") for column in table.columns)
    )


def describe(fact: Describe, schema: Schema, server: Server) -> Effect:
    """COMMENT ON: of a table and its columns under SHARE UPDATE EXCLUSIVE; of its constraints and triggers not."""
    if fact.kind == "column":
        return DESCRIBE_TABLE.on(fact.table)
    if fact.kind in ("table", "foreign table", "view", "materialized view", "index", "sequence"):
        return DESCRIBE_TABLE.on(fact.name)
    return DESCRIBE.on()


def grant(fact: Grant, schema: Schema, server: Server) -> Effect:
    """GRANT and REVOKE lock no table. A table's new owner is a SetTableOption."""
    return GRANT.on()


def rename(fact: RenameObject, schema: Schema, server: Server) -> Effect:
    match fact.kind:
        case "index":
            return RENAME_INDEX.on(fact.name)
        case "constraint":
            return RENAME_CONSTRAINT.on(fact.table)
        case kind if kind in _ON_A_TABLE:
            return RENAME_ON_TABLE.on(fact.table)
        case "view" | "materialized view" | "sequence":
            return RENAME_VIEW.on(fact.name)
        case "column":
            return RENAME_VIEW.on(fact.table)
        case "domain constraint":
            return ALTER.on()
        case _:
            return RENAME.on()


def drop(fact: DropObject, schema: Schema, server: Server) -> Effect:
    match fact.kind:
        case kind if kind in _ON_A_TABLE:
            return DROP_TRIGGER.on(fact.table)
        case "view" | "materialized view":
            readers = readers_of(schema, fact.name) if fact.cascade else ()
            return DROP_VIEW.on(fact.name, locks=_exclusive(readers))
        case "sequence":
            return DROP_SEQUENCE.on(fact.name)
        case "type" | "domain" if fact.cascade:
            return DROP_TYPE_CASCADE.on(locks=_exclusive(_tables_with(fact.name, schema)))
        case "schema" if fact.cascade:
            inside = (table.name for table in schema.tables() if table.name.schema == fact.name.name)
            return DROP_SCHEMA_CASCADE.on(locks=_exclusive(tuple(inside)))
        case "database":
            return DROP_DATABASE.on()
        case kind if kind in _ALONE:
            return DROP_ALONE.on()
        case "all objects owned by":
            return DROP_CASCADE.on()
        case _:
            return (DROP_CASCADE if fact.cascade else DROP).on()


def _exclusive(tables: tuple[Name, ...]) -> tuple[Lock, ...]:
    return tuple(lock(table, ACCESS_EXCLUSIVE) for table in tables)
