"""CREATE TABLE and ALTER TABLE of Oracle: a cursor in, facts out.

Source: Oracle Database SQL Language Reference, CREATE TABLE, ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.keys import index_parts
from sqlgen.facts.oracle_columns import Draft, column, constraint, draft
from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterColumnType,
    Column,
    Constraint,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropNotNull,
    DropPartition,
    Fact,
    Kind,
    Name,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    ValidateConstraint,
)
from sqlgen.statements.model import TokenKind

__all__ = ["alter", "create"]


def create(cursor: Cursor, temporary: bool) -> Iterator[CreateTable]:
    """CREATE TABLE, from behind the word TABLE."""
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    table = cursor.name()
    columns: list[Column] = []
    constraints: list[Constraint] = []
    if cursor.at("(") and not cursor.at("(", "SELECT"):
        cursor.expect("(")
        while True:
            if (found := constraint(cursor)) is not None:
                constraints.append(found)
            elif cursor.take("SUPPLEMENTAL", "LOG"):
                cursor.skip_to((",",))
            else:
                columns.append(column(cursor))
            if not cursor.take(","):
                break
        cursor.expect(")")
    like = (cursor.name(),) if cursor.take("OF") else ()  # an object type, whose attributes are the columns
    from_query, partition_by = _properties(cursor)
    yield CreateTable(
        table,
        tuple(columns),
        tuple(constraints),
        (),
        if_not_exists,
        temporary,
        from_query,
        like=like,
        partition_by=partition_by,
    )


def _properties(cursor: Cursor) -> tuple[bool, str | None]:
    """What stands behind the columns: whether it is a query, and how the table is partitioned."""
    partition_by = None
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        if cursor.at("AS") and cursor.word(1) in ("SELECT", "WITH", "("):
            cursor.end_statement()
            return True, partition_by
        if cursor.take("PARTITION", "BY"):
            start = cursor.number
            cursor.skip()
            if cursor.at("("):
                cursor.group()
            partition_by = cursor.slice(start)
        elif cursor.at("("):
            cursor.group()
        else:
            cursor.skip()
    return False, partition_by


# ---- ALTER TABLE


def alter(cursor: Cursor) -> Iterator[Fact]:
    """ALTER TABLE, from behind the word TABLE: clause after clause, no comma between them."""
    cursor.take("IF", "EXISTS")
    table = cursor.name()
    while not cursor.done() and cursor.kind() is not TokenKind.TERMINATOR:
        start = cursor.number
        match cursor.word():
            case "ADD" if cursor.word(1) not in _NOT_ADDED:
                cursor.skip()
                yield from _add(cursor, table)
            case "MODIFY" if cursor.word(1) not in _NOT_MODIFIED:
                cursor.skip()
                yield from _modify(cursor, table)
            case "MODIFY" if cursor.word(1) in ("CONSTRAINT", "PRIMARY", "UNIQUE"):
                cursor.skip()
                yield _constraint_state(cursor, table, start)
            case "DROP":
                cursor.skip()
                yield from _drop(cursor, table, start)
            case "SET" if cursor.word(1) == "UNUSED":
                cursor.skip()
                cursor.skip()
                yield from _columns_gone(cursor, table, unused=True)
            case "RENAME":
                cursor.skip()
                yield _rename(cursor, table)
            case "ENABLE" | "DISABLE" if cursor.word(1) in _STATED:
                yield _constraint_state(cursor, table, start)
            case "TRUNCATE":
                cursor.skip()
                yield _partitions(cursor, table, truncate=True)
            case "ONLINE":  # at the end of DROP CONSTRAINT, SET UNUSED, MODIFY, …
                cursor.skip()
            case word if word in _OPTIONS:
                cursor.end_statement()
                yield SetTableOption(table, " ".join(cursor.slice(start).split()))
            case _:
                raise cursor.unread()


_NOT_ADDED = ("PARTITION", "SUBPARTITION", "SUPPLEMENTAL", "PERIOD", "OVERFLOW")
_NOT_MODIFIED = words("""
    CONSTRAINT PRIMARY UNIQUE PARTITION SUBPARTITION LOB DEFAULT NESTED VARRAY OPAQUE CLUSTERING
    """)
_STATED = ("CONSTRAINT", "PRIMARY", "UNIQUE", "VALIDATE", "NOVALIDATE")
_OPTIONS = words("""
    ADD MODIFY ENABLE DISABLE SET MOVE SPLIT MERGE EXCHANGE SHRINK READ COMPRESS NOCOMPRESS PARALLEL NOPARALLEL LOGGING
    NOLOGGING CACHE NOCACHE INMEMORY NO ALLOCATE DEALLOCATE PCTFREE PCTUSED INITRANS STORAGE COALESCE ROW RESULT_CACHE
    MONITORING NOMONITORING FLASHBACK UPGRADE RECORDS ILM INDEXING DEFAULT
    """)
_CLAUSES = ("ADD", "MODIFY", "DROP", "RENAME", "SET", "ENABLE", "DISABLE")


def _add(cursor: Cursor, table: Name) -> Iterator[Fact]:
    """ADD (a …, b …), ADD a …, ADD CONSTRAINT …."""
    cursor.take("COLUMN")  # not in the grammar, and refused by the server
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    grouped = cursor.take("(")
    while True:
        if (found := constraint(cursor)) is not None:
            yield AddConstraint(table, found)
        else:
            yield AddColumn(table, column(cursor), if_not_exists)
        if not (grouped and cursor.take(",")):
            break
    if grouped:
        cursor.expect(")")


def _modify(cursor: Cursor, table: Name) -> Iterator[Fact]:
    """MODIFY (a …, b …), MODIFY a …: what is not said stays as it is."""
    cursor.take("COLUMN")
    grouped = cursor.take("(")
    while True:
        yield from _modified(table, draft(cursor))
        if not (grouped and cursor.take(",")):
            break
    if grouped:
        cursor.expect(")")


def _modified(table: Name, one: Draft) -> Iterator[Fact]:
    if one.type is not None:
        yield AlterColumnType(table, one.name, one.type, collation=one.collation)
    elif one.collation is not None:
        yield SetColumnOption(table, one.name, f"COLLATE {one.collation}")
    if one.default is not None:
        yield SetDefault(table, one.name, one.default)
    if one.generated == "identity":
        yield SetColumnOption(table, one.name, "GENERATED AS IDENTITY", one.identity, one.identity_options)
    elif one.generated is not None:
        yield SetColumnOption(table, one.name, f"GENERATED ALWAYS AS ({one.expression})")
    if one.nullable is not None:
        yield DropNotNull(table, one.name) if one.nullable else SetNotNull(table, one.name)
    yield from (AddConstraint(table, found) for found in one.constraints)
    if one.invisible is not None:
        yield SetColumnOption(table, one.name, "INVISIBLE" if one.invisible else "VISIBLE")
    for option in one.options:
        yield SetColumnOption(table, one.name, option, "" if option.upper() == "DROP IDENTITY" else None)


def _drop(cursor: Cursor, table: Name, start: int) -> Iterator[Fact]:
    if cursor.take("CONSTRAINT"):
        if_exists = cursor.take("IF", "EXISTS")
        name = cursor.identifier()
        yield DropConstraint(table, name, None, if_exists, _behind_constraint(cursor))
    elif cursor.take("PRIMARY", "KEY"):
        yield DropConstraint(table, None, Kind.PRIMARY_KEY, False, _behind_constraint(cursor))
    elif cursor.at("UNIQUE", "("):
        cursor.skip()
        columns = index_parts(cursor)[0]
        yield DropConstraint(table, None, Kind.UNIQUE, False, _behind_constraint(cursor), columns)
    elif cursor.at("COLUMN") or cursor.at("("):
        yield from _columns_gone(cursor, table)
    elif cursor.at("UNUSED") or cursor.at("COLUMNS"):
        cursor.end_statement()
        yield SetTableOption(table, " ".join(cursor.slice(start).split()))
    elif cursor.word() in ("PARTITION", "PARTITIONS", "SUBPARTITION", "SUBPARTITIONS"):
        yield _partitions(cursor, table, truncate=False)
    elif cursor.word() in ("SUPPLEMENTAL", "PERIOD"):
        cursor.end_statement()
        yield SetTableOption(table, " ".join(cursor.slice(start).split()))
    else:
        raise cursor.unread()


def _behind_constraint(cursor: Cursor) -> bool:
    """[CASCADE] [KEEP INDEX | DROP INDEX] [ONLINE]: whether CASCADE is said."""
    cascade = cursor.take("CASCADE")
    cursor.take("KEEP", "INDEX") or cursor.take("DROP", "INDEX")
    return cascade


def _columns_gone(cursor: Cursor, table: Name, *, unused: bool = False) -> Iterator[Fact]:
    """COLUMN a, (a, b), with what stands behind them."""
    grouped = False
    if_exists = False
    if cursor.take("COLUMN"):
        if_exists = cursor.take("IF", "EXISTS")
    else:
        grouped = cursor.take("(")
    names = [cursor.identifier()]
    while grouped and cursor.take(","):
        names.append(cursor.identifier())
    if grouped:
        cursor.expect(")")
    cascade = False
    while True:
        if cursor.take("CASCADE", "CONSTRAINTS"):
            cascade = True
        elif cursor.take("CHECKPOINT"):
            cursor.skip()
        elif not (cursor.take("INVALIDATE") or cursor.take("ONLINE")):
            break
    yield from (DropColumn(table, name, if_exists, cascade, unused) for name in names)


def _rename(cursor: Cursor, table: Name) -> Fact:
    if cursor.take("TO"):
        return RenameTable(table, Name(cursor.identifier(), table.schema))
    for kind in ("COLUMN", "CONSTRAINT", "PARTITION", "SUBPARTITION"):
        if cursor.take(kind):
            old = cursor.identifier()
            cursor.expect("TO")
            new = cursor.identifier()
            if kind == "COLUMN":
                return RenameColumn(table, old, new)
            return RenameObject(kind.lower(), Name(old), new, table)
    raise cursor.unread()


def _constraint_state(cursor: Cursor, table: Name, start: int) -> Fact:
    """ENABLE [VALIDATE | NOVALIDATE] CONSTRAINT c, DISABLE …, MODIFY CONSTRAINT c [ENABLE] [VALIDATE] ….

    ENABLE alone validates: SQL Language Reference, constraint, ENABLE clause.
    """
    modify = cursor.word(-1) == "MODIFY" and cursor.number > start
    said = set()
    while word := cursor.take_any(("ENABLE", "DISABLE", "VALIDATE", "NOVALIDATE")):
        said.add(word)
    name = None
    if cursor.take("CONSTRAINT"):
        name = cursor.identifier()
    elif cursor.take("PRIMARY", "KEY") or cursor.take("UNIQUE"):
        if cursor.at("("):
            cursor.group()
    else:
        raise cursor.unread()
    while word := cursor.take_any(("ENABLE", "DISABLE", "VALIDATE", "NOVALIDATE", "RELY", "NORELY", "CASCADE")):
        said.add(word)
    if cursor.take("KEEP", "INDEX") or cursor.take("DROP", "INDEX") or cursor.take("EXCEPTIONS", "INTO"):
        if cursor.word(-1) == "INTO":
            cursor.name()
    elif modify or cursor.at("USING", "INDEX"):
        cursor.skip_to((*_CLAUSES, ";"))
    checks = "VALIDATE" in said or ("ENABLE" in said and "NOVALIDATE" not in said)
    if name is not None and checks and "DISABLE" not in said:
        return ValidateConstraint(table, name)
    return SetTableOption(table, " ".join(cursor.slice(start).split()))


def _partitions(cursor: Cursor, table: Name, *, truncate: bool) -> DropPartition:
    """PARTITION[S] a, b or FOR (value) [UPDATE INDEXES] ….  Subpartitions too."""
    cursor.skip()
    names = []
    while True:
        start = cursor.number
        if cursor.take("FOR"):
            cursor.group()
            names.append(cursor.slice(start))
        else:
            names.append(cursor.identifier())
        if not cursor.take(","):
            break
    cursor.end_statement()
    return DropPartition(table, tuple(names), truncate)
