"""How engines compare names, and the names they give to what has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from sqlgen.facts.reader import folded, unquoted, words
from sqlgen.facts.vocabulary import Column, Constraint, Kind, Name
from sqlgen.statements.model import Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = [
    "Key",
    "chosen_name",
    "is_not_null",
    "is_of_type",
    "mentions",
    "object_key",
    "part_key",
    "plain_type",
    "quote",
    "quoted",
    "renamed",
    "sequence_name",
    "spelled",
]

Key = tuple[str | None, str]


def object_key(name: Name, dialect: str) -> Key:
    """What makes two names of tables, views, types, … equal.

    SQLite compares without case (ASCII only); MySQL's table names are files, so on Linux case counts (MySQL manual,
    9.2.3 Identifier Case Sensitivity); PostgreSQL's and Oracle's are folded already. SQL Server compares by the
    database's collation: most, and its default, are without case (Collation and Unicode support).
    """
    if dialect in ("sqlite", "mssql"):
        return (None if name.schema is None else name.schema.lower(), name.name.lower())
    return (name.schema, name.name)


def part_key(name: str, dialect: str) -> str:
    """What makes two names of columns, indexes or constraints equal: in MySQL, SQLite and SQL Server, whatever their
    case; those of PostgreSQL and Oracle are folded already."""
    return name if dialect in ("postgresql", "oracle") else name.lower()


_LABELS = {
    Kind.PRIMARY_KEY: "pkey",
    Kind.UNIQUE: "key",
    Kind.FOREIGN_KEY: "fkey",
    Kind.CHECK: "check",
    Kind.EXCLUDE: "excl",
}


def chosen_name(
    table: str, kind: Kind | None, columns: tuple[str, ...], taken: Container[str], dialect: str
) -> str | None:
    """The name the engine gives to a constraint (kind) or an index (None) without one; None where it gives none.

    Sources: PostgreSQL, indexcmds.c ChooseIndexName, ChooseConstraintName and makeObjectName; MySQL manual, 13.1.20.
    """
    match dialect:
        case "postgresql" if kind is not Kind.NOT_NULL:
            label = "idx" if kind is None else _LABELS[kind]
            middle = "" if kind is Kind.PRIMARY_KEY else "_".join(columns)
            return _free(lambda number: _object_name(table, middle, f"{label}{number or ''}"), taken)
        case "mysql" | "mariadb" if kind in (None, Kind.UNIQUE) and columns:
            first = columns[0]
            return _free(lambda number: first if number == 0 else f"{first}_{number + 1}", taken)
        case "mysql" | "mariadb" if kind is Kind.FOREIGN_KEY:
            return _free(lambda number: f"{table}_ibfk_{number + 1}", taken)
        case "mysql" if kind is Kind.CHECK:
            return _free(lambda number: f"{table}_chk_{number + 1}", taken)
        case "mariadb" if kind is Kind.CHECK and not columns:
            return _free(lambda number: f"CONSTRAINT_{number + 1}", taken)
        case _:
            return None


def _free(name: Callable[[int], str], taken: Container[str]) -> str:
    number = 0
    while name(number) in taken:
        number += 1
    return name(number)


def _object_name(table: str, middle: str, label: str) -> str:
    """table_middle_label in at most 63 bytes: the longer of the first two gives way."""
    room = 63 - len(label) - 1 - (1 if middle else 0)
    first, second = table.encode(), middle.encode()
    while len(first) + len(second) > room:
        if len(first) > len(second):
            first = first[:-1]
        else:
            second = second[:-1]
    parts = (first.decode(errors="ignore"), second.decode(errors="ignore"), label)
    return "_".join(part for part in parts if part)


def sequence_name(table: str, column: str, taken: Callable[[str], bool]) -> str:
    """The sequence of a serial or identity column: PostgreSQL, parse_utilcmd.c generateSerialExtraStmts."""
    number = 0
    while taken(name := _object_name(table, column, f"seq{number or ''}")):
        number += 1
    return name


# ---- types


def quoted(name: Name) -> str:
    """A name as PostgreSQL prints it, with the quotes that it needs."""
    return ".".join(quote(part) for part in (name.schema, name.name) if part is not None)


def quote(name: str) -> str:
    """ruleutils.c quote_identifier: plain are lower case names that are no keywords."""
    plain = re.fullmatch("[a-z_][a-z0-9_]*", name) is not None and name not in RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'


_MARKS = {"mysql": ("`", "`"), "mariadb": ("`", "`"), "mssql": ("[", "]")}


def spelled(name: Name | str, dialect: str) -> str:
    """A name to paste into SQL: in the dialect's quotes where it may need them."""
    if isinstance(name, Name):
        return ".".join(spelled(part, dialect) for part in (name.schema, name.name) if part is not None)
    if dialect == "postgresql":
        return quote(name)
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) is not None and name.lower() not in RESERVED:
        return name
    begin, end = _MARKS.get(dialect, ('"', '"'))
    return begin + name.replace(end, end * 2) + end


RESERVED = words("""
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze
    from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval
    into is isnull join lateral leading least left like limit localtime localtimestamp national natural nchar none
    normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position
    precision primary real references returning right row select session_user setof similar smallint some substring
    symmetric table tablesample then time timestamp to trailing treat trim true union unique user using values
    varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """)
"""Every keyword of PostgreSQL 15 but the unreserved ones: pg_get_keywords()."""


def plain_type(type_: str | None) -> str | None:
    """A serial type as what it stands for."""
    return _SERIAL.get((type_ or "").lower(), type_)


_SERIAL = {
    **dict.fromkeys(("serial", "serial4"), "integer"),
    **dict.fromkeys(("bigserial", "serial8"), "bigint"),
    **dict.fromkeys(("smallserial", "serial2"), "smallint"),
}


def is_of_type(column: Column, type_: Name, dialect: str) -> bool:
    """Whether a column is of a type of the user's own, or an array of it."""
    text = (column.type or "").partition("[")[0].strip()
    parts = [one.text for one in scan(text, dialect) if one.kind in (TokenKind.WORD, TokenKind.QUOTED)]
    names = [part[1:-1].replace('""', '"') if part.startswith('"') else part.lower() for part in parts]
    if len(names) == 2 and names[0] == "public":
        names = names[1:]
    return names == [name for name in (type_.schema, type_.name) if name is not None]


# ---- expressions


def mentions(expression: str, column: str, dialect: str) -> bool:
    """Whether an expression names a column."""
    wanted = part_key(column, dialect)
    return any(_names(token, wanted, dialect) for token in scan(expression, dialect))


def renamed(expression: str, column: str, to: str, dialect: str) -> str:
    """An expression with a column's name replaced."""
    wanted = part_key(column, dialect)
    quote = "`" if dialect in ("mysql", "mariadb") else '"'
    new = to if to.isidentifier() and to == to.lower() else f"{quote}{to.replace(quote, quote * 2)}{quote}"
    return "".join(new if _names(token, wanted, dialect) else token.text for token in scan(expression, dialect))


def _names(token: Token, wanted: str, dialect: str) -> bool:
    if token.kind is TokenKind.WORD:
        return token.text.lower() == wanted
    if token.kind is TokenKind.QUOTED:
        name = unquoted(token.text)
        return part_key(folded(name) if dialect == "oracle" else name, dialect) == wanted
    return False


def is_not_null(constraint: Constraint, column: str, dialect: str) -> bool:
    """Whether a constraint is, or contains, `column IS NOT NULL`, so that it can't hold where the column is NULL."""
    wanted = part_key(column, dialect)
    if constraint.kind is Kind.NOT_NULL:
        return wanted in (part_key(name, dialect) for name in constraint.columns)
    if constraint.kind is not Kind.CHECK or constraint.expression is None:
        return False
    tokens = [
        token
        for token in scan(constraint.expression, dialect)
        if token.kind is not TokenKind.SPACE and token.kind is not TokenKind.COMMENT
    ]
    return any(_is_test(part, wanted, dialect) for part in _conjuncts(tokens))


def _is_test(tokens: list[Token], wanted: str, dialect: str) -> bool:
    words = [token.text.upper() for token in tokens[1:]]
    return words in (["IS", "NOT", "NULL"], ["NOTNULL"]) and _names(tokens[0], wanted, dialect)


def _conjuncts(tokens: list[Token]) -> list[list[Token]]:
    """What an expression ANDs together, parentheses taken off. One with OR, BETWEEN or CASE is left whole."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        word = token.text.upper()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word in _NOT_SPLIT:
            return [tokens]
        if depth == 0 and word == "AND":
            parts.append([])
        else:
            parts[-1].append(token)
    if len(parts) > 1:
        return [inner for part in parts for inner in _conjuncts(part)]
    if len(tokens) > 2 and tokens[0].text == "(" and tokens[-1].text == ")" and _closes_last(tokens):
        return _conjuncts(tokens[1:-1])
    return parts


_NOT_SPLIT = ("OR", "XOR", "||", "BETWEEN", "CASE")


def _closes_last(tokens: list[Token]) -> bool:
    """Whether the first parenthesis is closed by the last one."""
    depth = 0
    for number, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return number == len(tokens) - 1
    return False
