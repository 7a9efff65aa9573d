"""What was sent online beside what is emitted offline: the same statements with the same values, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from corpus.projects import Dialect
from corpus.spelling import Tokens, statements

Sent = dict[str, Any]
ANY = "<differs from run to run>"
_DROPS = (("drop", "constraint"), ("drop", "foreign"))
_READS = ("select", "show", "pragma", "with", "values", "desc", "describe", "explain")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which a revision's two texts part."""

    revision: str
    online: str
    offline: str

    def __str__(self) -> str:
        return f"{self.revision}\n    online:  {self.online}\n    offline: {self.offline}"


def compare(
    revision: str,
    sent: Sequence[Sent],
    again: Sequence[Sent] | None,
    emitted: Sequence[str],
    dialect: Dialect,
) -> Difference | None:
    """The law: without what only reads online, which may be left out, both are the same, in order.

    again: what a second run sent, where it differs; the tokens that differ may be anything.
    """
    online = _online(sent, dialect)
    if again is not None:
        online = _alike(online, _online(again, dialect))
    offline = _settled([each for text in emitted for each in statements(text, dialect)])
    number = 0
    for tokens in online:
        if number < len(offline) and _same(tokens, offline[number]):
            number += 1
        elif tokens[0] not in _READS:
            other = offline[number] if number < len(offline) else ()
            return Difference(revision, *_around(tokens, other))
    if number < len(offline):
        return Difference(revision, "nothing", " ".join(offline[number])[:300])
    return None


def _online(sent: Sequence[Sent], dialect: Dialect) -> list[Tokens]:
    return _settled([each for step in sent for text in step["sent"] for each in statements(text, dialect)])


def _alike(one: list[Tokens], other: list[Tokens]) -> list[Tokens]:
    """What two runs sent, ANY for the values that differ. What they read does not count, and may be another number."""
    writes, others = ([each for each in run if each[0] not in _READS] for run in (one, other))
    if len(writes) != len(others):
        return one
    matched = iter([_any(*pair) for pair in zip(writes, others, strict=True)])
    return [each if each[0] in _READS else next(matched) for each in one]


def _settled(found: list[Tokens]) -> list[Tokens]:
    """Alembic makes a new table's indexes in the order of a Python set, and projects go through table.foreign_keys,
    which is another: the order of such neighbours does not count."""
    ordered: list[Tokens] = []
    for unordered, group in groupby(found, key=_unordered):
        same = list(group)
        ordered += sorted(same) if unordered else same
    return ordered


def _unordered(tokens: Tokens) -> str:
    """What it is one of several of, whose order does not count; empty: it counts."""
    if tokens[:1] == ("create",) and "index" in tokens[1:3]:
        return "index"
    return "drop" if tokens[:2] == ("alter", "table") and tokens[3:5] in _DROPS else ""


def _any(one: Tokens, other: Tokens) -> Tokens:
    """The tokens that two runs have in common; ANY where they differ."""
    return tuple(a if a == b else ANY for a, b in zip(one, other, strict=True)) if len(one) == len(other) else one


def _same(online: Tokens, offline: Tokens) -> bool:
    return len(online) == len(offline) and all(a in (ANY, b) for a, b in zip(online, offline, strict=True))


def _around(one: Tokens, other: Tokens) -> tuple[str, str]:
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - 8)
    return " ".join(one[start : same + 25]) or "nothing", " ".join(other[start : same + 25]) or "nothing"
