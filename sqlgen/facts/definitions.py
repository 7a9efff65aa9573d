"""Columns, constraints and indexes as MySQL, MariaDB and SQLite write them: a cursor in, definitions out.

Sources: MySQL 8.0 manual, 13.1.20 CREATE TABLE; MariaDB knowledge base, CREATE TABLE; SQLite, lang_createtable.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, Default, Kind, Name, Volatility
from sqlgen.facts.volatility import of_function, worst
from sqlgen.statements.model import TokenKind

__all__ = ["column", "constraint", "default", "index_options", "index_parts", "key"]

_TYPE_TAILS = words("UNSIGNED SIGNED ZEROFILL BINARY ASCII UNICODE VARYING PRECISION VARCHAR CHAR")
_SQLITE_STOPS = words(
    "CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES GENERATED AS AUTOINCREMENT ON"
)


def column(cursor: Cursor) -> Column:
    """A column definition, from its name up to the comma, parenthesis or FIRST/AFTER behind it."""
    name = cursor.identifier()
    type_ = _sqlite_type(cursor) if cursor.dialect == "sqlite" else _mysql_type(cursor)
    draft = _Draft(name)
    if type_ is not None and type_.upper() == "SERIAL" and cursor.dialect != "sqlite":
        # MySQL manual, 11.1.1: an alias for BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE
        draft.nullable, draft.generated = False, "auto_increment"
        draft.constraints.append(Constraint(Kind.UNIQUE, columns=(name,)))
    while not cursor.at_end_of_item() and cursor.word() not in ("FIRST", "AFTER"):
        _attribute(cursor, draft)
    primary = any(one.kind is Kind.PRIMARY_KEY for one in draft.constraints)
    # SQLite, lang_createtable.html, 3.5: by an old bug a PRIMARY KEY column may be NULL, unless it is the rowid
    if primary and (cursor.dialect != "sqlite" or (type_ or "").upper() == "INTEGER"):
        draft.nullable = False
    return Column(name, type_, draft.nullable, draft.default, tuple(draft.constraints), draft.generated)


@dataclass(slots=True)
class _Draft:
    name: str
    nullable: bool = True
    default: Default | None = None
    generated: str | None = None
    constraints: list[Constraint] = field(default_factory=list)


def _mysql_type(cursor: Cursor) -> str:
    start = cursor.number
    cursor.identifier()
    while cursor.take_any(_TYPE_TAILS):
        pass
    if cursor.at("("):
        cursor.group()
    while cursor.take_any(_TYPE_TAILS) or _character_set(cursor) or _collate(cursor):
        pass
    return cursor.slice(start)


def _character_set(cursor: Cursor) -> bool:
    if not (cursor.take("CHARACTER", "SET") or cursor.take("CHARSET") or cursor.take("CHAR", "SET")):
        return False
    cursor.take("=")
    cursor.skip()
    return True


def _collate(cursor: Cursor) -> bool:
    if not cursor.take("COLLATE"):
        return False
    cursor.take("=")
    cursor.skip()
    return True


def _sqlite_type(cursor: Cursor) -> str | None:
    start = cursor.number
    while cursor.kind() in (TokenKind.WORD, TokenKind.QUOTED) and cursor.word() not in _SQLITE_STOPS:
        cursor.skip()
    if cursor.number > start and cursor.at("("):
        cursor.group()
    return cursor.slice(start) or None


def _attribute(cursor: Cursor, draft: _Draft) -> None:
    """One attribute of a column. Raises Unread at a word that begins none."""
    constraint_name = _constraint_name(cursor)
    here = (draft.name,)
    if cursor.take("NOT", "NULL"):
        draft.nullable = False
        _on_conflict(cursor)
    elif cursor.take("NULL"):
        draft.nullable = True
    elif cursor.take("DEFAULT"):
        draft.default = default(cursor)
    elif cursor.take("PRIMARY", "KEY") or cursor.take("KEY"):
        cursor.take_any(("ASC", "DESC"))
        _on_conflict(cursor)
        draft.constraints.append(Constraint(Kind.PRIMARY_KEY, constraint_name, here))
    elif cursor.take("UNIQUE"):
        cursor.take("KEY")
        _on_conflict(cursor)
        draft.constraints.append(Constraint(Kind.UNIQUE, constraint_name, here))
    elif cursor.at("CHECK"):
        draft.constraints.append(_check(cursor, constraint_name, here))
    elif cursor.at("REFERENCES"):
        draft.constraints.append(_references(cursor, constraint_name, here))
    elif cursor.take("AUTO_INCREMENT") or cursor.take("AUTOINCREMENT"):
        draft.generated = "auto_increment"
    elif cursor.take("GENERATED", "ALWAYS", "AS") or cursor.take("AS"):
        cursor.group()
        # MySQL and SQLite make a generated column virtual unless told otherwise; PERSISTENT is MariaDB's STORED
        draft.generated = "stored" if cursor.take_any(("STORED", "PERSISTENT")) else "virtual"
        cursor.take("VIRTUAL")
    else:
        _plain_attribute(cursor)


def _plain_attribute(cursor: Cursor) -> None:
    """What changes neither type, value nor constraints."""
    if cursor.take("ON", "UPDATE"):
        default(cursor)
    elif cursor.take("COMMENT"):
        cursor.string()
    elif cursor.take_any(("COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID")):
        cursor.take("=")
        cursor.skip()
    elif cursor.take_any(("ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE")):
        cursor.take("=")
        cursor.string()
    elif cursor.take("WITH", "SYSTEM", "VERSIONING") or cursor.take("WITHOUT", "SYSTEM", "VERSIONING"):
        pass
    elif not (
        cursor.take_any(("VISIBLE", "INVISIBLE", "COMPRESSED", "VIRTUAL", "STORED"))
        or _collate(cursor)
        or _character_set(cursor)
    ):
        raise cursor.unread()


def _constraint_name(cursor: Cursor) -> str | None:
    """[CONSTRAINT [name]]: the name, None where there is none."""
    if not cursor.take("CONSTRAINT"):
        return None
    if cursor.word() in ("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "REFERENCES"):
        return None
    return cursor.identifier()


def _on_conflict(cursor: Cursor) -> None:
    if cursor.take("ON", "CONFLICT"):
        cursor.skip()


def default(cursor: Cursor) -> Default:
    """A default value: a literal, a function, a name or an expression in parentheses."""
    start = cursor.number
    if cursor.at("("):
        cursor.group()
    elif cursor.take("NEXT", "VALUE", "FOR"):
        cursor.name()
        return Default(cursor.slice(start), Volatility.VOLATILE)
    else:
        cursor.take_any(("+", "-"))
        if cursor.kind() is TokenKind.STRING:
            cursor.string()
        elif cursor.kind() in (TokenKind.NUMBER, TokenKind.WORD, TokenKind.QUOTED):
            _operand(cursor)
        else:
            raise cursor.unread()
    return Default(cursor.slice(start), _volatility(cursor, start))


def _operand(cursor: Cursor) -> None:
    plain = cursor.kind() is TokenKind.WORD
    cursor.skip()
    if plain and cursor.kind() is TokenKind.STRING:  # DATE '2020-01-01'
        cursor.string()
    while cursor.take("."):
        cursor.identifier()
    if plain and cursor.at("("):
        cursor.group()


# What may stand in a default without making it vary: not functions, not columns.
_CONSTANT_WORDS = words("""
    NULL TRUE FALSE AS DATE TIME TIMESTAMP INTERVAL JSON CHAR SIGNED UNSIGNED BINARY
    """)


def _volatility(cursor: Cursor, start: int) -> Volatility:
    """The volatility of the tokens from `start` up to the cursor; a word that is not known may be anything."""
    here, parts = cursor.number, []
    for number in range(start, here):
        cursor.number = number
        word = cursor.word()
        if cursor.kind() is TokenKind.WORD and word not in _CONSTANT_WORDS:
            parts.append(of_function(word))
    cursor.number = here
    return worst(parts)


# ---- constraints


def constraint(cursor: Cursor) -> Constraint | None:
    """A table constraint; None, and the cursor where it was, when none stands here."""
    start = cursor.number
    name = _constraint_name(cursor)
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
        return _references(cursor, name, _columns(cursor))
    if cursor.at("CHECK"):
        return _check(cursor, name, ())
    cursor.number = start
    return None


def _keyed(cursor: Cursor) -> tuple[str, ...]:
    columns = index_parts(cursor)
    index_options(cursor)
    _on_conflict(cursor)
    return columns


def _check(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint:
    cursor.expect("CHECK")
    expression = cursor.slice(*cursor.group())
    enforced = not cursor.take("NOT", "ENFORCED")
    cursor.take("ENFORCED")
    return Constraint(Kind.CHECK, name, columns, expression=expression, not_valid=not enforced)


def _references(cursor: Cursor, name: str | None, columns: tuple[str, ...]) -> Constraint:
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


_AFTER_A_PART = words("( , ) ASC DESC COLLATE")


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
    _collate(cursor)
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
