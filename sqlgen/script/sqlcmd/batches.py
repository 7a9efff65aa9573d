"""Items in, the batches in which they run out.

A batch is what stands between two lines GO. CREATE VIEW, PROCEDURE, TRIGGER, FUNCTION and SCHEMA must stand in one
alone, so each statement has its own; but what DECLARE makes lives in its batch, so a statement that uses a variable
stands with the one that declares it, and ELSE with its IF. Source: Transact-SQL reference, "Batches", "DECLARE
@local_variable", "GO"; CREATE VIEW, CREATE SCHEMA, …: "must be the first statement in a query batch".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Insert
from sqlgen.segments import Item
from sqlgen.statements import Token, TokenKind

__all__ = ["Batch", "batches", "loose", "sets", "stands_alone"]

_ALONE = frozenset({"VIEW", "PROC", "PROCEDURE", "TRIGGER", "FUNCTION", "SCHEMA", "DEFAULT", "RULE"})
_MODULES = frozenset({"VIEW", "PROC", "PROCEDURE", "TRIGGER", "FUNCTION"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that run in one batch."""

    first: int
    """The number of its first item in the part, from 0."""
    items: tuple[Item, ...]


def batches(items: Sequence[Item], *, dynamic: bool = False) -> tuple[Batch, ...]:
    """Joining the items of all gives them back.

    dynamic: each batch runs by EXEC, at the end of which its temporary tables are gone. Source: Transact-SQL reference,
    CREATE TABLE, "Temporary tables".
    """
    found: list[list[Item]] = []
    declared: dict[str, int] = {}
    """Which batch declares a variable."""
    for item in items:
        made, used, goes_on = _variables(item)
        if dynamic:
            temporary = _temporary(item)
            made, used = (*made, *(name for name in temporary if name not in declared)), (*used, *temporary)
        places = [declared[name] for name in used if name in declared]
        if goes_on and found:
            places.append(len(found) - 1)
        places += _looked_back(item, found)
        if places and min(places) == len(found) - 1:
            found[-1].append(item)
        elif places:
            start = min(places)
            found[start:] = [[each for batch in found[start:] for each in batch] + [item]]
            declared = {name: min(place, start) for name, place in declared.items()}
        else:
            found.append([item])
        declared |= dict.fromkeys(made, len(found) - 1)
    result, first = [], 0
    for batch in found:
        result.append(Batch(first, tuple(batch)))
        first += len(batch)
    return tuple(result)


def _looked_back(item: Item, found: Sequence[Sequence[Item]]) -> Iterator[int]:
    """The batch of the statement whose count, error or identity it asks for: between the two the script's own would
    set others. An identity is asked of the same batch alone. Transact-SQL reference, @@ROWCOUNT, SCOPE_IDENTITY."""
    words = {token.text.upper() for token in _significant(item)} if _ASKS.search(item.sql) else set()
    if not words or not found or stands_alone(item) or stands_alone(found[-1][-1]):
        return
    if not words.isdisjoint(("@@ROWCOUNT", "@@ERROR", "ROWCOUNT_BIG")):
        yield len(found) - 1
    if "SCOPE_IDENTITY" in words:
        for number in range(len(found) - 1, -1, -1):
            if not _of_one_call(item, found[number][-1]):
                return
            if any(isinstance(fact, Insert) for each in found[number] for fact in each.facts):
                yield number
                return


_ASKS = re.compile("@@ROWCOUNT|@@ERROR|ROWCOUNT_BIG|SCOPE_IDENTITY", re.IGNORECASE)


def _of_one_call(one: Item, other: Item) -> bool:
    return one.place is not None and (one.place, one.op) == (other.place, other.op)


def loose(items: Sequence[Item]) -> tuple[int, str] | None:
    """The first item that uses a variable which none before it declares, by its number from 0; and the variable."""
    declared: set[str] = set()
    for number, item in enumerate(items):
        made, used, _ = _variables(item)
        for name in used:
            if name not in declared:
                return number, name
        declared |= set(made)
    return None


def stands_alone(item: Item) -> bool:
    """Whether it makes or changes a module, whose text the server keeps: all of its batch."""
    words = [token.text.upper() for token in _significant(item)[:6]]
    return bool(words) and words[0] in ("CREATE", "ALTER") and not _ALONE.isdisjoint(words[1:4])


def _variables(item: Item) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What it declares, what it uses of others' declarations, and whether it goes on where the one before ended."""
    tokens = _significant(item)
    words = [token.text.upper() for token in tokens]
    if not words or (words[0] in ("CREATE", "ALTER") and not _MODULES.isdisjoint(words[1:4])):
        return (), (), False
    if not any(word.startswith("@") for word in words):
        return (), (), words[0] == "ELSE"
    made = tuple(_declared(words))
    used = tuple(dict.fromkeys(name for name in _used(words) if name not in made))
    return made, used, words[0] == "ELSE"


def _declared(words: Sequence[str]) -> Iterator[str]:
    """The variables behind DECLARE, and behind the commas of its list."""
    depth, listing = 0, False
    for before, word in zip(("", *words), words, strict=False):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if before == "DECLARE":
            listing, depth = word.startswith("@"), 0
        if listing and _is_variable(word) and (before == "DECLARE" or (before == "," and depth == 0)):
            yield word
        elif listing and depth == 0 and word in _ENDS_LIST:
            listing = False


_ENDS_LIST = frozenset({";", "SELECT", "SET", "EXEC", "EXECUTE", "UPDATE", "INSERT", "DELETE", "IF", "WHILE", "BEGIN"})


def _used(words: Sequence[str]) -> Iterator[str]:
    """Variables, but for the names of a procedure's parameters: EXEC p @name = 1."""
    called = False
    for number, word in enumerate(words):
        if word in ("EXEC", "EXECUTE"):
            called = True
        elif word in _ENDS_LIST:
            called = False
        after = words[number + 1] if number + 1 < len(words) else ""
        parameter = called and after == "=" and words[number - 1] not in ("EXEC", "EXECUTE")
        if _is_variable(word) and not parameter:
            yield word


def _temporary(item: Item) -> tuple[str, ...]:
    words = (token.text.upper() for token in _significant(item) if token.text.startswith("#"))
    return tuple(dict.fromkeys(words))


def sets(item: Item) -> bool:
    """Whether it is a SET, or a change of user, that lasts: in EXEC it would last to the end of that. Source:
    Transact-SQL reference, SET statements, "Remarks"; EXECUTE AS, "Remarks"; REVERT."""
    words = [token.text.upper() for token in _significant(item)[:2]]
    changes = words[:1] == ["REVERT"] or (words[:1] in (["EXEC"], ["EXECUTE"]) and words[1:] == ["AS"])
    return changes or (words[:1] == ["SET"] and not words[-1].startswith("@"))


def _is_variable(word: str) -> bool:
    return word.startswith("@") and not word.startswith("@@")


def _significant(item: Item) -> list[Token]:
    return [token for token in item.statement.tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
