"""How engines compare names, and the names they give to what has none."""

from __future__ import annotations

from collections.abc import Callable, Container

from sqlgen.facts.vocabulary import Constraint, Kind, Name
from sqlgen.statements.model import Token, TokenKind
from sqlgen.statements.scan import scan

__all__ = ["Key", "chosen_name", "is_not_null", "mentions", "object_key", "part_key", "renamed"]

Key = tuple[str | None, str]


def object_key(name: Name, dialect: str) -> Key:
    """What makes two names of tables, views, types, … equal.

    SQLite compares without case (ASCII only); MySQL's table names are files, so on Linux case counts (MySQL manual,
    9.2.3 Identifier Case Sensitivity); PostgreSQL's are folded already.
    """
    if dialect == "sqlite":
        return (None if name.schema is None else name.schema.lower(), name.name.lower())
    return (name.schema, name.name)


def part_key(name: str, dialect: str) -> str:
    """What makes two names of columns, indexes or constraints equal: in MySQL and SQLite, whatever their case."""
    return name if dialect == "postgresql" else name.lower()


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
        return part_key(token.text[1:-1], dialect) == wanted
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
