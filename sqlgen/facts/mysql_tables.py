"""CREATE TABLE and ALTER TABLE of MySQL and MariaDB: a cursor in, facts out.

Sources: MySQL 8.0 manual, 13.1.20 CREATE TABLE, 13.1.9 ALTER TABLE; MariaDB knowledge base, the same names.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.columns import column, default
from sqlgen.facts.keys import constraint, key
from sqlgen.facts.mysql_options import table_option, table_options
from sqlgen.facts.reader import Cursor, Unread
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    Column,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropPartition,
    DropTable,
    Fact,
    Kind,
    Name,
    Opaque,
    Place,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetColumnOption,
    SetDefault,
    SetTableOption,
)

__all__ = ["alter", "create"]


def create(cursor: Cursor, temporary: bool, or_replace: bool = False) -> Iterator[Fact]:
    """CREATE TABLE, from behind the word TABLE. MariaDB's OR REPLACE drops the table that is there."""
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    table = cursor.name()
    if or_replace and not temporary:
        yield DropTable(table, if_exists=True)
    if cursor.take("LIKE") or cursor.take("(", "LIKE"):
        like = cursor.name()
        cursor.take(")")
        yield CreateTable(table, if_not_exists=if_not_exists, temporary=temporary, like=(like,), including=("all",))
        return
    columns: list[Column] = []
    constraints, indexes, places = [], [], []
    if cursor.at("(") and cursor.word(1) not in ("SELECT", "WITH", "("):
        cursor.expect("(")
        while True:
            if (found := constraint(cursor)) is not None:
                constraints.append(found)
            elif (index := key(cursor, table)) is not None:
                indexes.append(index)
                places.append(len(constraints))
            elif cursor.take("PERIOD", "FOR"):
                cursor.identifier()
                cursor.group()
            else:
                columns.append(column(cursor))
            if not cursor.take(","):
                break
        cursor.expect(")")
    settings, partition_by, from_query = table_options(cursor)
    yield CreateTable(
        table,
        tuple(columns),
        tuple(constraints),
        tuple(indexes),
        if_not_exists,
        temporary,
        from_query,
        dict(settings).get("comment"),
        settings=settings,
        index_places=() if all(place == len(constraints) for place in places) else tuple(places),
        partition_by=partition_by,
    )


def alter(cursor: Cursor) -> Iterator[Fact]:
    """ALTER TABLE, from behind the word TABLE: the facts of each action. An action that is not known is Opaque."""
    cursor.take("IF", "EXISTS")
    table = cursor.name()
    if cursor.take("WAIT"):
        cursor.skip()
    cursor.take("NOWAIT")
    if cursor.done():
        yield SetTableOption(table, "")
        return
    while True:
        start = cursor.number
        try:
            facts = tuple(_action(cursor, table))
            if not cursor.at_end_of_item() or cursor.at(")"):
                raise cursor.unread()
            yield from facts
        except Unread as unread:
            yield Opaque(unread.reason)
            cursor.number = start
            cursor.skip_to((",",))
        if not cursor.take(","):
            return


def _action(cursor: Cursor, table: Name) -> Iterator[Fact]:
    start = cursor.number
    match cursor.word():
        case "ADD" if cursor.word(1) not in ("PARTITION", "SYSTEM", "PERIOD"):
            cursor.skip()
            yield from _add(cursor, table)
        case "MODIFY":
            cursor.skip()
            cursor.take("COLUMN")
            cursor.take("IF", "EXISTS")
            to = column(cursor)
            yield RedefineColumn(table, to.name, to, _position(cursor))
        case "CHANGE":
            cursor.skip()
            cursor.take("COLUMN")
            cursor.take("IF", "EXISTS")
            old = cursor.identifier()
            to = column(cursor)
            yield RedefineColumn(table, old, to, _position(cursor))
        case "ALTER":
            cursor.skip()
            yield from _alter_part(cursor, table, start)
        case "DROP" if cursor.word(1) not in ("PARTITION", "SYSTEM", "PERIOD"):
            cursor.skip()
            yield _drop(cursor, table)
        case "DROP" | "TRUNCATE" if cursor.word(1) == "PARTITION":
            yield _drop_partition(cursor, table)
        case "RENAME":
            cursor.skip()
            yield _rename(cursor, table)
        case _:
            yield table_option(cursor, table, start)


def _add(cursor: Cursor, table: Name) -> Iterator[Fact]:
    if (found := constraint(cursor)) is not None:
        yield AddConstraint(table, found)
        return
    index = key(cursor, table)
    if index is not None:
        yield index
        return
    cursor.take("COLUMN")
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    if cursor.take("("):
        while True:
            yield AddColumn(table, column(cursor), if_not_exists)
            if not cursor.take(","):
                break
        cursor.expect(")")
        return
    yield AddColumn(table, column(cursor), if_not_exists, _position(cursor))


def _position(cursor: Cursor) -> Place | None:
    if cursor.take("FIRST"):
        return Place(None)
    return Place(cursor.identifier()) if cursor.take("AFTER") else None


def _alter_part(cursor: Cursor, table: Name, start: int) -> Iterator[Fact]:
    """ALTER [COLUMN] c …, ALTER INDEX i …, ALTER CHECK c …."""
    if cursor.take_any(("INDEX", "KEY", "CHECK", "CONSTRAINT")):
        yield table_option(cursor, table, start)
        return
    cursor.take("COLUMN")
    cursor.take("IF", "EXISTS")
    name = cursor.identifier()
    if cursor.take("SET", "DEFAULT"):
        yield SetDefault(table, name, default(cursor))
    elif cursor.take("DROP", "DEFAULT"):
        yield SetDefault(table, name, None)
    elif cursor.take("SET") and cursor.take_any(("VISIBLE", "INVISIBLE")):
        yield SetColumnOption(table, name, cursor.slice(start))
    else:
        raise cursor.unread()


def _drop(cursor: Cursor, table: Name) -> Fact:
    if cursor.take("PRIMARY", "KEY"):
        return DropConstraint(table, None, Kind.PRIMARY_KEY)
    for phrase, kind in ((("FOREIGN", "KEY"), Kind.FOREIGN_KEY), (("CHECK",), Kind.CHECK), (("CONSTRAINT",), None)):
        if cursor.take(*phrase):
            if_exists = cursor.take("IF", "EXISTS")
            return DropConstraint(table, cursor.identifier(), kind, if_exists)
    if cursor.take_any(("INDEX", "KEY")):
        if_exists = cursor.take("IF", "EXISTS")
        return DropIndex(Name(cursor.identifier()), table, if_exists)
    cursor.take("COLUMN")
    if_exists = cursor.take("IF", "EXISTS")
    name = cursor.identifier()
    cascade = cursor.take_any(("RESTRICT", "CASCADE")) == "CASCADE"
    return DropColumn(table, name, if_exists, cascade)


def _drop_partition(cursor: Cursor, table: Name) -> DropPartition:
    """DROP PARTITION a, b; TRUNCATE PARTITION a, b or ALL. It stands last in its ALTER TABLE."""
    truncate = cursor.skip().upper() == "TRUNCATE"
    cursor.expect("PARTITION")
    cursor.take("IF", "EXISTS")
    names = [cursor.identifier()]
    while cursor.take(","):
        names.append(cursor.identifier())
    return DropPartition(table, tuple(names), truncate)


def _rename(cursor: Cursor, table: Name) -> Fact:
    if cursor.take("COLUMN"):
        old = cursor.identifier()
        cursor.expect("TO")
        return RenameColumn(table, old, cursor.identifier())
    if cursor.take_any(("INDEX", "KEY")):
        old = cursor.identifier()
        cursor.expect("TO")
        return RenameObject("index", Name(old), cursor.identifier(), table)
    cursor.take_any(("TO", "AS", "="))
    return RenameTable(table, cursor.name())
