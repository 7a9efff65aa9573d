"""Columns as MySQL, MariaDB and SQLite write them, and defaults as all but PostgreSQL do: a cursor in, definitions out.

Sources: MySQL 8.0 manual, 13.1.20 CREATE TABLE; MariaDB knowledge base, CREATE TABLE; SQLite, lang_createtable.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.keys import check, collate, constraint_name, on_conflict, references
from sqlgen.facts.reader import Cursor, words
from sqlgen.facts.vocabulary import Column, Constraint, Default, Kind, Volatility
from sqlgen.facts.volatility import of_function, worst
from sqlgen.statements.model import TokenKind

__all__ = ["column", "default"]

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
    return Column(
        name,
        type_,
        draft.nullable,
        draft.default,
        tuple(draft.constraints),
        draft.generated,
        draft.expression,
        collation=draft.collation,
        comment=draft.comment,
        on_update=draft.on_update,
        invisible=draft.invisible,
    )


@dataclass(slots=True)
class _Draft:
    """A column as far as it is read."""

    name: str
    nullable: bool = True
    default: Default | None = None
    generated: str | None = None
    constraints: list[Constraint] = field(default_factory=list)
    expression: str | None = None
    collation: str | None = None
    comment: str | None = None
    on_update: str | None = None
    invisible: bool = False


def _mysql_type(cursor: Cursor) -> str:
    start = cursor.number
    cursor.identifier()
    while cursor.take_any(_TYPE_TAILS):
        pass
    if cursor.at("("):
        cursor.group()
    while cursor.take_any(_TYPE_TAILS) or _character_set(cursor) or collate(cursor) != "":
        pass
    return cursor.slice(start)


def _character_set(cursor: Cursor) -> bool:
    if not (cursor.take("CHARACTER", "SET") or cursor.take("CHARSET") or cursor.take("CHAR", "SET")):
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
    named = constraint_name(cursor)
    here = (draft.name,)
    if cursor.take("NOT", "NULL"):
        draft.nullable = False
        on_conflict(cursor)
    elif cursor.take("NULL"):
        draft.nullable = True
    elif cursor.take("DEFAULT"):
        draft.default = default(cursor)
    elif cursor.take("PRIMARY", "KEY") or cursor.take("KEY"):
        cursor.take_any(("ASC", "DESC"))
        on_conflict(cursor)
        draft.constraints.append(Constraint(Kind.PRIMARY_KEY, named, here))
    elif cursor.take("UNIQUE"):
        cursor.take("KEY")
        on_conflict(cursor)
        draft.constraints.append(Constraint(Kind.UNIQUE, named, here))
    elif cursor.at("CHECK"):
        draft.constraints.append(check(cursor, named, here))
    elif cursor.at("REFERENCES"):
        draft.constraints.append(references(cursor, named, here))
    elif cursor.take("AUTO_INCREMENT") or cursor.take("AUTOINCREMENT"):
        draft.generated = "auto_increment"
    elif cursor.take("GENERATED", "ALWAYS", "AS") or cursor.take("AS"):
        draft.expression = cursor.slice(*cursor.group())
        # MySQL and SQLite make a generated column virtual unless told otherwise; PERSISTENT is MariaDB's STORED
        draft.generated = "stored" if cursor.take_any(("STORED", "PERSISTENT")) else "virtual"
        cursor.take("VIRTUAL")
    else:
        _plain_attribute(cursor, draft)


def _plain_attribute(cursor: Cursor, draft: _Draft) -> None:
    """What changes neither nullability, value nor constraints."""
    if cursor.take("ON", "UPDATE"):
        draft.on_update = default(cursor).text
    elif cursor.take("COMMENT"):
        draft.comment = cursor.string()
    elif cursor.take("INVISIBLE"):
        draft.invisible = True
    elif collation := collate(cursor):
        draft.collation = collation
    elif _character_set(cursor):
        pass
    elif cursor.take_any(("COLUMN_FORMAT", "STORAGE", "SRID", "REF_SYSTEM_ID")):
        cursor.take("=")
        cursor.skip()
    elif cursor.take_any(("ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE")):
        cursor.take("=")
        cursor.string()
    elif cursor.take("WITH", "SYSTEM", "VERSIONING") or cursor.take("WITHOUT", "SYSTEM", "VERSIONING"):
        pass
    elif not cursor.take_any(("VISIBLE", "COMPRESSED", "VIRTUAL", "STORED")):
        raise cursor.unread()


def default(cursor: Cursor) -> Default:
    """A default value: a literal, a function, a name or an expression in parentheses."""
    start = cursor.number
    if cursor.at("(") and cursor.dialect not in _UNGROUPED:
        cursor.group()
    elif cursor.dialect in _UNGROUPED and not cursor.at("NEXT", "VALUE", "FOR"):
        _sum(cursor)
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


_UNGROUPED = ("mssql", "oracle")
"""They take an expression without parentheses: SYSDATE + 1, 'a' || 'b'."""


def _sum(cursor: Cursor) -> None:
    """Operands with an operator between them."""
    while True:
        cursor.take_any(("+", "-"))
        if cursor.at("("):
            cursor.group()
        elif cursor.kind() is TokenKind.STRING:
            cursor.string()
        elif cursor.kind() in (TokenKind.NUMBER, TokenKind.WORD, TokenKind.QUOTED):
            _operand(cursor)
        else:
            raise cursor.unread()
        if not cursor.take_any(("+", "-", "*", "/", "%", "||")):
            return


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
# What CAST and CONVERT of SQL Server and Oracle name; elsewhere some of these are functions.
_TYPE_WORDS = words("""
    BIT INT INTEGER BIGINT SMALLINT TINYINT DECIMAL NUMERIC NUMBER FLOAT REAL MONEY VARCHAR NVARCHAR NCHAR VARCHAR2
    NVARCHAR2 DATETIME DATETIME2 DATETIMEOFFSET UNIQUEIDENTIFIER VARBINARY RAW CLOB MAX DAY MONTH YEAR HOUR MINUTE
    SECOND TO AT ZONE
    """)


def _volatility(cursor: Cursor, start: int) -> Volatility:
    """The volatility of the tokens from `start` up to the cursor; a word that is not known may be anything."""
    here, parts = cursor.number, []
    for number in range(start, here):
        cursor.number = number
        word = cursor.word()
        if cursor.dialect in _UNGROUPED and word in _TYPE_WORDS:
            continue
        if cursor.kind() is TokenKind.WORD and word not in _CONSTANT_WORDS:
            # MySQL's SYSDATE() is another moment in each row, Oracle's SYSDATE is one for the statement
            once = word == "SYSDATE" and cursor.dialect == "oracle"
            parts.append(Volatility.STABLE if once else of_function(word))
    cursor.number = here
    return worst(parts)
