"""A `history` block of a page in, the histories that it tells of out: an example for a rule about branches.

    base: a1 -> b2           # the branch that this one will be merged into
    here: a1 -> b2 -> c3
    edited: upgrade of b2

`a, b -> c` is a merge, `a -> b; a -> c` and `a -> b, c` are a fork. Without other lines nothing is edited, and the
branch began where the base branch stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlgen.messages import Message, say

__all__ = ["Column", "History", "Tables", "read"]

Parents = Mapping[str, tuple[str, ...]]
"""Revision → what it comes after, in the order in which revisions were named."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    nullable: bool


Tables = Mapping[str, tuple[Column, ...]]


@dataclass(frozen=True, slots=True)
class History:
    """What a block tells."""

    fork: Parents
    """The base branch as this one left it; as it is now where the block does not say."""
    base: Parents
    here: Parents
    edited: tuple[tuple[str, str], ...] = ()
    """(part, revision): what is written otherwise here; "comment" is an edit that means nothing."""
    missing: frozenset[str] = frozenset()
    """Revisions that others name here, and of which there is no file."""
    allowed: tuple[tuple[str, str], ...] = ()
    """(rule, revision): comments at the top of its file here."""
    schema: Tables | None = None
    """What the revisions here make."""
    models: Tables | None = None
    """What target_metadata maps."""
    baselines: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """The rules whose findings the baseline holds, on the base branch and here."""


def read(text: str) -> History:
    """Read a block. Raises ValueError, with the number of the line from 0 and what is wrong with it."""
    told: dict[str, list[tuple[int, str]]] = {}
    for number, line in enumerate(text.splitlines()):
        key, colon, value = line.partition("#")[0].partition(":")
        if key.strip() and (not colon or key.strip() not in _KEYS):
            raise ValueError(number, say("a line begins with one of {keys} and a colon", keys=", ".join(_KEYS)))
        if key.strip():
            told.setdefault(key.strip(), []).append((number, value))
    base = _graph(told.get("base", []))
    on_base, here = _listed(told, "baseline on base", _rule), _listed(told, "baseline here", _rule)
    return History(
        fork=_graph(told["fork"]) if "fork" in told else base,
        base=base,
        here=_graph(told["here"]) if "here" in told else base,
        edited=_listed(told, "edited", _edit),
        missing=frozenset(_listed(told, "missing", _id)),
        allowed=_listed(told, "allowed", _allowance),
        schema=_tables(told["schema"]) if "schema" in told else None,
        models=_tables(told["models"]) if "models" in told else None,
        baselines=(on_base, here) if on_base or here else None,
    )


_KEYS = (
    "fork",
    "base",
    "here",
    "edited",
    "missing",
    "allowed",
    "schema",
    "models",
    "baseline on base",
    "baseline here",
)


def _listed(told: Mapping[str, list[tuple[int, str]]], key: str, one: Callable[[int, str], T]) -> tuple[T, ...]:
    return tuple(
        one(number, part.strip()) for number, value in told.get(key, []) for part in value.split(",") if part.strip()
    )


def _graph(lines: list[tuple[int, str]]) -> Parents:
    found: dict[str, tuple[str, ...]] = {}
    for number, value in lines:
        for chain in filter(str.strip, value.split(";")):
            before: tuple[str, ...] = ()
            for step in chain.split("->"):
                ids = tuple(_id(number, word.strip()) for word in step.split(","))
                for id in ids:
                    found[id] = found.get(id, ()) + tuple(each for each in before if each not in found.get(id, ()))
                before = ids
    return found


def _id(number: int, text: str) -> str:
    return _like(r"\w+", number, text, say("a revision"))[0]


def _rule(number: int, text: str) -> str:
    return _like(r"[a-z][a-z-]*", number, text, say("a rule"))[0]


def _edit(number: int, text: str) -> tuple[str, str]:
    wanted = say("PART of REVISION, with upgrade, downgrade or comment")
    found = _like(r"(upgrade|downgrade|comment) of (\w+)", number, text, wanted)
    return found[1], found[2]


def _allowance(number: int, text: str) -> tuple[str, str]:
    found = _like(r"([a-z][a-z-]*) in (\w+)", number, text, say("RULE in REVISION"))
    return found[1], found[2]


def _tables(lines: list[tuple[int, str]]) -> Tables:
    found = {}
    for number, value in lines:
        table = _like(r"(\w+)\s*\((.*)\)", number, value.strip(), say("a table with its columns: users(id INTEGER)"))
        found[table[1]] = tuple(_columns(number, table[2]))
    return found


def _columns(number: int, text: str) -> Iterator[Column]:
    for part in re.split(r",(?![^()]*\))", text):
        column = _like(
            r"(\w+)\s+(.+?)(\s+NOT NULL)?", number, part.strip(), say("a column with its type: email VARCHAR(50)")
        )
        yield Column(column[1], column[2], nullable=column[3] is None)


def _like(pattern: str, number: int, text: str, wanted: Message) -> re.Match[str]:
    found = re.fullmatch(pattern, text)
    if found is None:
        raise ValueError(number, say("{text} is not {wanted}", text=text or say("nothing"), wanted=wanted))
    return found
