"""CREATE TABLE and ALTER TABLE of SQL Server: a cursor in, facts out.

Source: Transact-SQL reference, CREATE TABLE, ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.facts.mssql_batches import to_next
from sqlgen.facts.mssql_columns import column, constraint, default_for, index_options, type_
from sqlgen.facts.mssql_indexes import inline_index
from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Column,
    Constraint,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropNotNull,
    Fact,
    Name,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    ValidateConstraint,
)

__all__ = ["alter", "create"]


def create(cursor: Cursor) -> Iterator[Fact]:
    """CREATE TABLE, from behind the word TABLE."""
    table = cursor.name()
    temporary = table.name.startswith("#")
    cursor.expect("(")
    columns: list[Column] = []
    constraints: list[Constraint] = []
    indexes: list[CreateIndex] = []
    while not cursor.at(")"):
        if (found := constraint(cursor)) is not None:
            constraints.append(found)
        elif cursor.take("PERIOD", "FOR", "SYSTEM_TIME"):
            cursor.group()
        elif cursor.at("INDEX"):
            cursor.skip()
            indexes.append(inline_index(cursor, table))
        else:
            made, at = column(cursor, table)
            columns.append(made)
            indexes += at
        if not cursor.take(","):
            break
    cursor.expect(")")
    partition_by = _scheme(cursor)
    settings = tuple(index_options(cursor))
    yield CreateTable(
        table,
        tuple(columns),
        tuple(constraints),
        tuple(indexes),
        temporary=temporary,
        settings=settings,
        partition_by=partition_by,
    )


def _scheme(cursor: Cursor) -> str | None:
    """ON scheme (column): how it is partitioned; None where nothing or a file group stands."""
    if not cursor.at("ON"):
        return None
    start = cursor.number
    cursor.skip()
    cursor.name()
    if not cursor.at("("):
        return None
    cursor.group()
    return cursor.slice(start + 1)


# ---- ALTER TABLE


def alter(cursor: Cursor) -> Iterator[Fact]:
    """ALTER TABLE, from behind the word TABLE."""
    table = cursor.name()
    start = cursor.number
    checked = None
    if cursor.take("WITH"):
        checked = cursor.take_any(("CHECK", "NOCHECK"))
        if not checked:
            raise cursor.unread()
    match cursor.word():
        case "ADD":
            cursor.skip()
            yield from _add(cursor, table, not_valid=checked == "NOCHECK")
        case "DROP":
            cursor.skip()
            yield from _drop(cursor, table)
        case "ALTER":
            cursor.skip()
            cursor.expect("COLUMN")
            yield from _alter_column(cursor, table)
        case "CHECK" | "NOCHECK":
            yield from _check_constraints(cursor, table, checked == "CHECK")
        case "ENABLE" | "DISABLE" | "SET" | "SWITCH" | "REBUILD" | "SPLIT" | "MERGE":
            cursor.skip()
            to_next(cursor)
            yield SetTableOption(table, " ".join(cursor.slice(start).split()))
        case _:
            raise cursor.unread()


def _add(cursor: Cursor, table: Name, *, not_valid: bool) -> Iterator[Fact]:
    """Columns and constraints, a comma between them and no second ADD."""
    while True:
        cursor.take("COLUMN")  # not in the grammar, and refused by the server
        if (given := default_for(cursor)) is not None:
            yield SetDefault(table, *given)
        elif (found := constraint(cursor)) is not None:
            yield AddConstraint(table, replace(found, not_valid=not_valid))
        elif cursor.take("PERIOD", "FOR", "SYSTEM_TIME"):
            cursor.group()
            yield SetTableOption(table, "ADD PERIOD FOR SYSTEM_TIME")
        elif cursor.take("INDEX"):
            yield inline_index(cursor, table)
        else:
            made, indexes = column(cursor, table)
            yield AddColumn(table, made)
            yield from indexes
        if not cursor.take(","):
            return


def _drop(cursor: Cursor, table: Name) -> Iterator[Fact]:
    """[CONSTRAINT] [IF EXISTS] a, b, COLUMN [IF EXISTS] c, d: the last word said counts."""
    what, if_exists = "CONSTRAINT", False
    while True:
        if word := cursor.take_any(("CONSTRAINT", "COLUMN")):
            what, if_exists = word, cursor.take("IF", "EXISTS")
        elif cursor.take("PERIOD", "FOR", "SYSTEM_TIME"):
            yield SetTableOption(table, "DROP PERIOD FOR SYSTEM_TIME")
            return
        name = cursor.identifier()
        if what == "COLUMN":
            yield DropColumn(table, name, if_exists)
        else:
            yield DropConstraint(table, name, None, if_exists)
            for _ in index_options(cursor):
                pass
        if not cursor.take(","):
            return


def _alter_column(cursor: Cursor, table: Name) -> Iterator[Fact]:
    """Type and nullability anew. ALTER TABLE: "if not specified, the column is nullable"."""
    name = cursor.identifier()
    start = cursor.number
    if action := cursor.take_any(("ADD", "DROP")):
        if cursor.take("NOT", "FOR", "REPLICATION"):
            pass
        elif cursor.skip().upper() == "MASKED" and cursor.take("WITH"):
            cursor.group()
        yield SetColumnOption(table, name, " ".join(cursor.slice(start).split()) or action)
        return
    written = type_(cursor)
    collation, nullable = None, True
    while not cursor.at_end_of_item():
        if cursor.take("COLLATE"):
            collation = cursor.identifier()
        elif cursor.take("NOT", "NULL"):
            nullable = False
        elif cursor.take("MASKED", "WITH"):
            cursor.group()
        elif cursor.at("WITH"):
            yield from (SetColumnOption(table, name, f"{key} = {value}") for key, value in index_options(cursor))
        elif not cursor.take_any(("NULL", "SPARSE")):
            break
    yield AlterColumnType(table, name, written, collation=collation)
    yield DropNotNull(table, name) if nullable else SetNotNull(table, name)


def _check_constraints(cursor: Cursor, table: Name, validated: bool) -> Iterator[Fact]:
    """[WITH CHECK | WITH NOCHECK] CHECK | NOCHECK CONSTRAINT ALL | a, b.

    ALTER TABLE: for constraints that are enabled again WITH NOCHECK is assumed, so that only WITH CHECK CHECK reads
    the rows and makes the constraint one that the optimizer trusts.
    """
    start = cursor.number
    action = cursor.skip().upper()
    cursor.expect("CONSTRAINT")
    while True:
        name = cursor.identifier()
        if action == "CHECK" and validated and name.upper() != "ALL":
            yield ValidateConstraint(table, name)
        else:
            with_check = "WITH CHECK " if validated else ""
            yield SetTableOption(table, f"{with_check}{cursor.slice(start, start + 2).upper()} {name}")
        if not cursor.take(","):
            return
