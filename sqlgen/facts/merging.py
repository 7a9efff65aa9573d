"""MERGE as SQL Server and Oracle write it: a cursor in, facts out.

Sources: Transact-SQL reference, MERGE; Oracle Database SQL Language Reference, MERGE.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.reader import Cursor
from sqlgen.facts.vocabulary import Delete, Fact, Insert, Name, Update

__all__ = ["merge"]


def merge(cursor: Cursor) -> Iterator[Fact]:
    """MERGE, from its first word up to the terminator: what it does with rows that match, and with those that do not.

    ON names the rows, so an UPDATE or DELETE in it has a WHERE, and an INSERT may run twice.
    """
    cursor.expect("MERGE")
    if cursor.take("TOP"):
        cursor.group() if cursor.at("(") else cursor.skip()
        cursor.take("PERCENT")
    cursor.take("INTO")
    table = cursor.name()
    if cursor.skip_to(("USING",)) != "USING":
        raise cursor.unread()
    found: dict[type[Fact], Fact] = {}
    for _ in _actions(cursor):
        fact = _action(cursor, table)
        found.setdefault(type(fact), fact)
    cursor.end_statement()
    yield from found.values()


def _actions(cursor: Cursor) -> Iterator[None]:
    """Stand behind each THEN of the statement that begins an action, and at Oracle's DELETE behind an UPDATE."""
    while (word := cursor.skip_to(("THEN", "DELETE", ";"))) in ("THEN", "DELETE"):
        if word == "THEN":
            cursor.skip()
        if cursor.word() in ("UPDATE", "DELETE", "INSERT"):
            yield


def _action(cursor: Cursor, table: Name) -> Fact:
    match cursor.skip().upper():
        case "INSERT":
            return Insert(table, None, _names(cursor), guarded=True)
        case "DELETE":
            return Delete(table, True)
        case _:
            cursor.expect("SET")
            return Update(table, True)


def _names(cursor: Cursor) -> tuple[str, ...] | None:
    if not cursor.take("("):
        return None
    names = []
    while True:
        names.append(cursor.identifier())
        while cursor.take("."):
            names[-1] = cursor.identifier()
        if not cursor.take(","):
            break
    cursor.expect(")")
    return tuple(names)
