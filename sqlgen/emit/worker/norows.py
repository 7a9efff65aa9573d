"""A query in, what it gives when there are no rows out: most give none; counts, sums and EXISTS give one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ASIDE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SELECT = re.compile(r"\s*SELECT\b", re.IGNORECASE)
_FROM = re.compile(r"FROM\b", re.IGNORECASE)
_MAY_DIFFER = re.compile(r"\b(GROUP|HAVING|UNION|INTERSECT|EXCEPT|LIMIT|OFFSET|FETCH|OVER|QUALIFY)\b", re.IGNORECASE)
_ITEM = re.compile(
    r"(COUNT|SUM|AVG|MIN|MAX|EXISTS)\s*(\()(.*)\)(?:\s*::\s*\w+)?(?:\s+(?:AS\s+)?[\w\"`]+)?", re.IGNORECASE | re.DOTALL
)


def row(sql: str, *, booleans: bool) -> tuple[object, ...] | None:
    """The one row of a query over nothing; None for a query that then has no row, and for one that is not that plain.

    Source: SQL:2016, 10.9: without GROUP BY an aggregate is of one group, be it empty; COUNT is then 0, others NULL.
    booleans: EXISTS is a truth value; else a number.
    """
    text = _ASIDE.sub("''", sql).strip().rstrip(";")
    begin = _SELECT.match(text)
    if begin is None:
        return None
    outer, items, rest = "", [""], None
    for char, depth, at in _levels(text[begin.end() :]):
        if depth == 0 and rest is None and _FROM.match(text, begin.end() + at):
            rest = text[begin.end() + at :]
        if rest is not None:
            outer += char if depth == 0 else ""
        elif char == "," and depth == 0:
            items.append("")
        else:
            items[-1] += char
    if _MAY_DIFFER.search(outer):
        return None
    found = [_value(item.strip(), booleans) for item in items]
    values = [value for known, value in found if known]
    exists = [item for item in items if item.strip().upper().startswith("EXISTS")]
    if len(values) != len(items) or bool(exists) == (rest is not None) or len(exists) not in (0, len(items)):
        return None
    return tuple(values)


def _levels(text: str) -> Iterator[tuple[str, int, int]]:
    """Each character, how many parentheses are open around it, and where it stands."""
    depth = 0
    for at, char in enumerate(text):
        if char == ")":
            depth -= 1
        yield char, depth, at
        if char == "(":
            depth += 1


def _value(item: str, booleans: bool) -> tuple[bool, object]:
    """Whether it is a plain aggregate or EXISTS, and what that is over nothing."""
    match = _ITEM.fullmatch(item)
    if match is None or any(depth < 0 for _, depth, _ in _levels(match[3])):
        return False, None
    match match[1].upper():
        case "COUNT":
            return True, 0
        case "EXISTS":
            return True, False if booleans else 0
        case _:
            return True, None
