"""Two runs of a revision in, the values that differ out: they are frozen into the output, and named.

A uuid4() or a now() that Python calls gives each run its own values. The first run's are what the script holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import localtime, strftime

from sqlgen.emit.trace import Emitted, Rendered
from sqlgen.statements import Token, TokenKind, scan

__all__ = ["CALLS", "mark", "other_time"]

CALLS = "volatile-call"
"""The kind of the worker's note on a revision that calls such a function."""


def other_time() -> dict[str, str]:
    """The environment of the second run: a time zone in which it is a day later, so that local dates differ.

    Source: POSIX.1-2024, 8.3 Other Environment Variables, TZ: std offset, positive west of Greenwich.
    """
    return {"TZ": f"LATER-{24 + localtime().tm_gmtoff // 3600}"}


def mark(first: Rendered, second: Rendered, dialect: str) -> Rendered:
    """The first run, with the values that it does not share with the second in `Emitted.volatile`.

    Where the second has other statements, the statement at which they part is named as a whole. A text with today's
    date counts too: both runs are of today.
    """
    others: list[Emitted | None] = [*second.statements]
    others += [None] * (len(first.statements) - len(others))
    marked = [
        replace(one, volatile=tuple(dict.fromkeys(_differing(one, other, dialect))))
        for one, other in zip(first.statements, others, strict=False)
    ]
    return replace(first, statements=tuple(marked))


def _differing(one: Emitted, other: Emitted | None, dialect: str) -> Iterator[str]:
    mine, theirs = _tokens(one.sql, dialect), _tokens("" if other is None else other.sql, dialect)
    if len(mine) != len(theirs):
        yield one.sql
        return
    for token, its in zip(mine, theirs, strict=True):
        if token.text != its.text or (token.kind is TokenKind.STRING and _is_of_today(token.text)):
            yield token.text


def _tokens(sql: str, dialect: str) -> Sequence[Token]:
    return [token for token in scan(sql, dialect) if token.kind is not TokenKind.SPACE]


def _is_of_today(text: str) -> bool:
    now = datetime.now(UTC)
    days = (f"{now:%Y-%m-%d}", f"{now:%Y%m%d}", strftime("%Y-%m-%d", localtime()))
    return any(day in text for day in days)
