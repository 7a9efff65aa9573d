"""A change of rows in, whether it may be about many of them out: what takes long while a lock is held."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.reader import unquoted
from sqlgen.facts.vocabulary import Delete, Fact, Insert, Kind, Name, Update
from sqlgen.schema import Schema
from sqlgen.schema.naming import part_key
from sqlgen.statements import TokenKind, scan

__all__ = ["changes_many"]

_COMPARED = (TokenKind.NUMBER, TokenKind.STRING)


def changes_many(fact: Fact, schema: Schema) -> bool:
    """Whether a statement may change many rows: an UPDATE or DELETE that names no row by a key and has no LIMIT, and an
    INSERT of what a query gives. An INSERT … SELECT with a guard puts a row where it is missing: that is few.

    Where the table is not known, a column named id is its key.
    """
    match fact:
        case Insert():
            return fact.rows is None and not fact.guarded
        case Update() | Delete():
            return not fact.limited and not _names_rows(fact.condition or "", _keys(fact.table, schema), schema.dialect)
        case _:
            return False


def _keys(table: Name, schema: Schema) -> set[str]:
    """The columns that are a key by themselves."""
    known = schema.table(table)
    found = {"id"} if known is None or not known.complete else set[str]()
    for one in known.constraints if known is not None else ():
        if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE) and len(one.columns) == 1:
            found.add(part_key(one.columns[0], schema.dialect))
    for index in known.indexes if known is not None else ():
        if index.unique and len(index.columns) == 1:
            found.add(part_key(index.columns[0], schema.dialect))
    return found


def _names_rows(condition: str, keys: set[str], dialect: str) -> bool:
    """Whether one of the conditions that all must hold says which rows: key = 5, key IN (1, 2)."""
    tokens = [one for one in scan(condition, dialect) if one.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    words = [one.text.upper() if one.kind is TokenKind.WORD else one.text for one in tokens]
    if "OR" in words:
        return False
    for start, stop in _ands(words):
        part, names = tokens[start:stop], words[start:stop]
        while len(part) > 2 and names[1] == ".":  # t.id
            part, names = part[2:], names[2:]
        if len(part) < 3:
            continue
        name = unquoted(part[0].text) if part[0].kind is TokenKind.QUOTED else part[0].text
        if part_key(name, dialect) not in keys:
            continue
        if names[1] == "=" and part[2].kind in _COMPARED:
            return True
        if names[1:3] == ["IN", "("] and len(part) > 3 and part[3].kind in _COMPARED:
            return True
    return False


def _ands(words: list[str]) -> Iterator[tuple[int, int]]:
    """Where the parts between the words AND stand."""
    start = 0
    for number, word in enumerate([*words, "AND"]):
        if word == "AND":
            yield start, number
            start = number + 1
