"""Constraints and indexes as MySQL, MariaDB and SQLite write them: a cursor in, definitions out.

References, the columns of an index and constraint names are SQL Server's and Oracle's too.

Sources: MySQL 8.0 manual, 13.1.20 CREATE TABLE; MariaDB knowledge base, CREATE TABLE; SQLite, lang_createtable.html.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Constraint, CreateIndex, Kind, Name, Part
from sqlgen.statements.model import TokenKind

__all__ = [
    "IndexOptions",
    "check",
    "collate",
    "constraint",
    "constraint_name",
    "index_options",
    "index_parts",
    "key",
    "on_conflict",
    "references",
]


def constraint(cursor: Cursor) -> Constraint | None:
    """A table constraint; None, and the cursor where it was, when none stands here."""
    start = cursor.number
    name = constraint_name(cursor)
    if cursor.take("PRIMARY", "KEY"):
        return _keyed(cursor, Kind.PRIMARY_KEY, name, _using(cursor))
    if cursor.at("UNIQUE"):
        cursor.take("UNIQUE")
        cursor.take_any(("KEY", "INDEX"))
        cursor.take("IF", "NOT", "EXISTS")
        if not cursor.at("(") and not cursor.at("USING"):
            name = cursor.identifier()
        return _keyed(cursor, Kind.UNIQUE, name, _using(cursor))
    if cursor.take("FOREIGN", "KEY"):
        cursor.take("IF", "NOT", "EXISTS")
        if not cursor.at("("):
            index_name = cursor.identifier()
            name = name or index_name
        return references(cursor, name, _columns(cursor))
    if cursor.at("CHECK"):
        return check(cursor, name, ())
    cursor.number = start
    return None


def _keyed(cursor: Cursor, kind: Kind, name: str | None, method: str | None) -> Constraint:
    columns, parts = index_parts(cursor)
    options = index_options(cursor)
    on_conflict(cursor)
    return Constraint(kind, name, columns, method=options.method or method, parts=parts, comment=options.comment)


def check(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint:
    cursor.expect("CHECK")
    expression = cursor.slice(*cursor.group())
    enforced = not cursor.take("NOT", "ENFORCED")
    cursor.take("ENFORCED")
    return Constraint(Kind.CHECK, name, columns, expression=expression, not_valid=not enforced)


def references(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint:
    cursor.expect("REFERENCES")
    table = cursor.name()
    referred = _columns(cursor) if cursor.at("(") else ()
    found = Constraint(Kind.FOREIGN_KEY, name, columns, table, referred)
    while True:
        if cursor.take("MATCH"):
            found = replace(found, match=cursor.skip().upper())
        elif cursor.take("ON", "DELETE"):
            found = replace(found, on_delete=_reference_action(cursor))
        elif cursor.take("ON", "UPDATE"):
            found = replace(found, on_update=_reference_action(cursor))
        elif cursor.take("NOT", "DEFERRABLE") or cursor.take("DEFERRABLE"):
            found = replace(found, deferrable=cursor.word(-2) != "NOT")
        elif cursor.take("INITIALLY"):
            found = replace(found, initially=cursor.skip().upper())
        else:
            return found


def _reference_action(cursor: Cursor) -> str:
    start = cursor.number
    if not (cursor.take("SET", "NULL") or cursor.take("SET", "DEFAULT") or cursor.take("NO", "ACTION")):
        cursor.skip()
    return " ".join(cursor.slice(start).upper().split())


def _columns(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("(")
    names = [cursor.identifier()]
    while cursor.take(","):
        names.append(cursor.identifier())
    cursor.expect(")")
    return tuple(names)


# ---- indexes


def key(cursor: Cursor, table: Name) -> CreateIndex | None:
    """KEY, INDEX, FULLTEXT or SPATIAL inside CREATE TABLE or ALTER TABLE … ADD; None when none stands here."""
    method = cursor.take_any(("FULLTEXT", "SPATIAL")).lower() or None
    if not cursor.take_any(("KEY", "INDEX")) and method is None:
        return None
    if_not_exists = cursor.take("IF", "NOT", "EXISTS")
    name = None if cursor.at("(") or cursor.at("USING") else cursor.identifier()
    method = method or _using(cursor)
    columns, parts = index_parts(cursor)
    options = index_options(cursor)
    return CreateIndex(
        name,
        table,
        columns,
        if_not_exists=if_not_exists,
        method=options.method or method,
        parts=parts,
        comment=options.comment,
    )


def index_parts(cursor: Cursor) -> tuple[tuple[str, ...], tuple[Part, ...]]:
    """(a, b(10), lower(c) DESC): column names without their length, expressions as written; and what stands at them.

    The second is empty when nothing does.
    """
    cursor.expect("(")
    columns, parts = [], []
    while True:
        column, part = _index_part(cursor)
        columns.append(column)
        parts.append(part)
        if cursor.take(")"):
            return tuple(columns), tuple(parts) if any(part != _PLAIN for part in parts) else ()
        cursor.expect(",")


_PLAIN = Part()


def _index_part(cursor: Cursor) -> tuple[str, Part]:
    start = cursor.number
    if cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word(1) in (
        "(",
        ",",
        ")",
        "ASC",
        "DESC",
        "COLLATE",
    ):
        name = cursor.identifier()
        if cursor.at("(") and cursor.kind(1) is TokenKind.NUMBER and cursor.word(2) == ")":
            length = int(cursor.slice(*cursor.group()))
            return name, Part(length, cursor.take_any(("ASC", "DESC")) == "DESC")
        if not cursor.at("("):
            return name, _part_order(cursor)
        cursor.number = start
    cursor.skip_to((",", "ASC", "DESC", "COLLATE"))
    if cursor.number == start:
        raise cursor.unread()
    text = cursor.slice(start)
    return text, replace(_part_order(cursor), expression=True)


def _part_order(cursor: Cursor) -> Part:
    collation = collate(cursor) or None
    descending = cursor.take_any(("ASC", "DESC")) == "DESC"
    nulls_first = cursor.skip().upper() == "FIRST" if cursor.take("NULLS") else None
    return Part(None, descending, nulls_first, collation)


def _using(cursor: Cursor) -> str | None:
    return cursor.identifier().lower() if cursor.take("USING") else None


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """What stands behind an index's columns."""

    method: str | None
    comment: str | None


def index_options(cursor: Cursor) -> IndexOptions:
    """What may stand behind an index's columns."""
    method, comment = None, None
    while True:
        if cursor.at("USING"):
            method = _using(cursor)
        elif cursor.take("WITH", "PARSER"):
            cursor.identifier()
        elif cursor.take("COMMENT"):
            cursor.take("=")
            comment = cursor.string()
        elif cursor.take_any(("KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "CLUSTERING")):
            cursor.take("=")
            cursor.skip()
        elif not (cursor.take_any(("VISIBLE", "INVISIBLE", "IGNORED")) or cursor.take("NOT", "IGNORED")):
            return IndexOptions(method, comment)


def constraint_name(cursor: Cursor) -> str | None:
    """[CONSTRAINT [name]]: the name, None where there is none."""
    if not cursor.take("CONSTRAINT"):
        return None
    if cursor.word() in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "REFERENCES"):
        return None
    return cursor.identifier()


def on_conflict(cursor: Cursor) -> None:
    if cursor.take("ON", "CONFLICT"):
        cursor.skip()


def collate(cursor: Cursor) -> str:
    """COLLATE name: the collation; the empty string where none stands."""
    if not cursor.take("COLLATE"):
        return ""
    cursor.take("=")
    return cursor.string() if cursor.kind() is TokenKind.STRING else cursor.identifier()
