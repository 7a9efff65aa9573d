"""Constraints and indexes as MySQL, MariaDB and SQLite write them: a cursor in, definitions out.

Sources: MySQL 8.0 manual, 13.1.20 CREATE TABLE; MariaDB knowledge base, CREATE TABLE; SQLite, lang_createtable.html.
"""

from __future__ import annotations

from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Constraint, CreateIndex, Kind, Name
from sqlgen.statements.model import TokenKind

__all__ = [
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
        _using(cursor)
        return Constraint(Kind.PRIMARY_KEY, name, _keyed(cursor))
    if cursor.at("UNIQUE"):
        cursor.take("UNIQUE")
        cursor.take_any(("KEY", "INDEX"))
        cursor.take("IF", "NOT", "EXISTS")
        if not cursor.at("(") and not cursor.at("USING"):
            name = cursor.identifier()
        _using(cursor)
        return Constraint(Kind.UNIQUE, name, _keyed(cursor))
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


def _keyed(cursor: Cursor) -> tuple[str, ...]:
    columns = index_parts(cursor)
    index_options(cursor)
    on_conflict(cursor)
    return columns


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
    while True:
        if cursor.take("MATCH"):
            cursor.skip()
        elif cursor.take("ON", "DELETE") or cursor.take("ON", "UPDATE"):
            if not (cursor.take("SET", "NULL") or cursor.take("SET", "DEFAULT") or cursor.take("NO", "ACTION")):
                cursor.skip()
        elif cursor.take("NOT", "DEFERRABLE") or cursor.take("DEFERRABLE"):
            pass
        elif cursor.take("INITIALLY"):
            cursor.skip()
        else:
            return Constraint(Kind.FOREIGN_KEY, name, columns, table, referred)


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
    columns = index_parts(cursor)
    method = index_options(cursor) or method
    return CreateIndex(name, table, columns, if_not_exists=if_not_exists, method=method)


def index_parts(cursor: Cursor) -> tuple[str, ...]:
    """(a, b(10), lower(c) DESC): column names without their length, expressions as written."""
    cursor.expect("(")
    parts = []
    while True:
        parts.append(_index_part(cursor))
        if cursor.take(")"):
            return tuple(parts)
        cursor.expect(",")


def _index_part(cursor: Cursor) -> str:
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
            cursor.group()
            cursor.take_any(("ASC", "DESC"))
            return name
        if not cursor.at("("):
            _part_order(cursor)
            return name
        cursor.number = start
    cursor.skip_to((",", "ASC", "DESC", "COLLATE"))
    if cursor.number == start:
        raise cursor.unread()
    text = cursor.slice(start)
    _part_order(cursor)
    return text


def _part_order(cursor: Cursor) -> None:
    collate(cursor)
    cursor.take_any(("ASC", "DESC"))
    if cursor.take("NULLS"):
        cursor.skip()


def _using(cursor: Cursor) -> str | None:
    return cursor.identifier().lower() if cursor.take("USING") else None


def index_options(cursor: Cursor) -> str | None:
    """What may stand behind an index's columns; the method, if USING says one there."""
    method = None
    while True:
        if cursor.at("USING"):
            method = _using(cursor)
        elif cursor.take("WITH", "PARSER"):
            cursor.identifier()
        elif cursor.take("COMMENT"):
            cursor.take("=")
            cursor.string()
        elif cursor.take_any(("KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "CLUSTERING")):
            cursor.take("=")
            cursor.skip()
        elif not (cursor.take_any(("VISIBLE", "INVISIBLE", "IGNORED")) or cursor.take("NOT", "IGNORED")):
            return method


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


def collate(cursor: Cursor) -> bool:
    if not cursor.take("COLLATE"):
        return False
    cursor.take("=")
    cursor.skip()
    return True
