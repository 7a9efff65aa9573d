"""A range as people write it in, the revisions it holds and the version table's rows around each of them out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sqlgen.errors import HistoryError, UsageError
from sqlgen.history.endpoints import before, rows, spelled, walk_down, walk_up
from sqlgen.history.graph import Graph, descending
from sqlgen.history.revision import Revision
from sqlgen.messages import Message, say

Direction = Literal["upgrade", "downgrade"]

_COUNTED = re.compile(r"(?:(?P<branch>[^@:]+)@)?(?P<sign>[+-])(?P<steps>\d+)")


@dataclass(frozen=True, slots=True)
class Move:
    """One revision run in one direction. `before` and `after`: the version table's rows around it, sorted."""

    revision: Revision
    direction: Direction
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of history. An upgrade leads from `lower` to `upper`, a downgrade from `upper` to `lower`."""

    lower: tuple[str, ...]
    """The rows of the version table below it, sorted; empty for base."""
    upper: tuple[str, ...]
    steps: tuple[Move, ...]
    """In the order in which they run."""


def resolve(graph: Graph, text: str, *, down: bool = False) -> Range:
    """Resolve `A:B`; with `down` the same range as a downgrade that ends exactly at A.

    Ends are ids or their beginnings, `base`, `head`, `heads`, `branch@head`, several with commas, `A:+n`, `B-n:B`,
    `prev:B`. Raises UsageError when the text is not a range, is empty, runs backwards, or an end is not found.
    """
    text = text.strip()
    if not graph.revisions:
        raise HistoryError(
            say("the history holds no revision"),
            hint=say("Make one with `alembic revision`, or correct version_locations."),
        )
    sides = [side.strip() for side in text.split(":")]
    if len(sides) == 1:
        raise _no_start(graph, text, down)
    if len(sides) > 2 or not all(sides):
        raise UsageError(
            say("{text} is not a range", text=text),
            hint=say("Write START:END, two ends and one colon: base:head, or ids as `sqlgen history` shows them."),
        )
    lower, upper = _ends(graph, *sides)
    _check(graph, lower, upper)
    return between(graph, lower, upper, down=down)


def between(graph: Graph, lower: tuple[str, ...], upper: tuple[str, ...], *, down: bool = False) -> Range:
    """The range between two sets of rows; every one of `lower` comes before `upper` or is in it.

    The order is the one in which Alembic upgrades; a downgrade is its reverse, which is the order that Alembic takes
    for the same revisions. (For a fixed target inside a merged branch Alembic's own downgrade takes fewer: it leaves
    the other branch applied, and does not end at the target alone.) The rows are those that Alembic keeps, except that
    a row which another row holds already is never kept: a downgrade leaves such a row in Alembic when depends_on
    names a revision that comes before another parent of the same revision.
    """
    applied = graph.ancestors(lower)
    todo = graph.ancestors(upper) - applied
    moves: list[Move] = []
    held = set(lower)
    now = lower
    for id in reversed(descending(graph, todo, upper)):
        held.difference_update(graph.parents[id])
        held.add(id)
        then = tuple(sorted(held))
        moves.append(Move(graph.by_id[id], "upgrade", now, then))
        now = then
    if down:
        moves = [Move(move.revision, "downgrade", move.after, move.before) for move in reversed(moves)]
    return Range(lower, upper, tuple(moves))


def _ends(graph: Graph, start: str, end: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from_start, from_end = _COUNTED.fullmatch(end), _COUNTED.fullmatch(start)
    if from_start is not None and from_start["sign"] == "+":
        lower = rows(graph, start)
        return lower, walk_up(graph, lower, int(from_start["steps"]), from_start["branch"])
    if from_start is not None:
        raise UsageError(
            say("{start}:{end} runs backwards", start=start, end=end),
            hint=say(
                "Write {start}{end}:{start} --down: a range ascends, and --down asks for its rollback.",
                start=start,
                end=end,
            ),
        )
    upper = rows(graph, end)
    if from_end is not None and from_end["sign"] == "-" and from_end["branch"] is None:
        return walk_down(graph, upper, int(from_end["steps"])), upper
    if start == "prev" and start not in graph.by_id:
        return before(graph, upper), upper
    return rows(graph, start), upper


def _check(graph: Graph, lower: tuple[str, ...], upper: tuple[str, ...]) -> None:
    start, end = spelled(lower), spelled(upper)
    if lower == upper:
        hint = say("Write prev:{end} for that revision alone, base:{end} for all that lead to it.", end=end)
        raise UsageError(
            say("the range {start}:{end} is empty", start=start, end=end),
            hint=hint if upper else say("Write base:head for the whole history."),
        )
    if graph.ancestors(lower).issuperset(upper):
        raise UsageError(
            say("the range {start}:{end} runs backwards: {end} comes before {start}", start=start, end=end),
            hint=say("Write {end}:{start}, or {end}:{start} --down for the way back.", start=start, end=end),
        )
    held = graph.ancestors(upper)
    beside = [id for id in lower if id not in held]
    if beside:
        together = spelled(graph.rows(held | graph.ancestors(lower)))
        raise UsageError(
            say(
                "{end} does not come after {beside}: they are on different branches",
                end=end,
                beside=spelled(tuple(beside)),
            ),
            hint=say("Write {start}:{together} when both are applied in the end.", start=start, together=together),
        )


def _no_start(graph: Graph, text: str, down: bool) -> UsageError:
    """`sqlgen emit head`, as tutorials have it: sqlgen sees no database, so the start must be said."""
    message = say("{text} does not say where the database stands", text=text or '""')
    counted = _COUNTED.fullmatch(text)
    if counted is not None and counted["sign"] == "+":
        return UsageError(
            message, hint=say("Write A:{text}, with the revision that `alembic current` shows for A.", text=text)
        )
    if counted is not None:
        return UsageError(
            message, hint=say("Write head{text}:head --down for the way back from the newest revision.", text=text)
        )
    if ".." in text:
        return UsageError(message, hint=say("Write {range}, with a colon.", range=re.sub(r"\.{2,3}", ":", text)))
    if not text:
        return UsageError(message, hint=say("Write START:END, for example base:head."))
    return UsageError(message, hint=_starts(graph, text, rows(graph, text), down))


def _starts(graph: Graph, text: str, upper: tuple[str, ...], down: bool) -> Message:
    end, newest = spelled(upper), spelled(tuple(sorted(graph.effective_heads)))
    previous = spelled(before(graph, upper))
    if down and end == newest:
        return say("Write prev:{end} --down to take that revision back, base:{end} --down for all of them.", end=end)
    if down:
        return say(
            "Write {end}:{newest} --down for the way back from {newest} to {text}.", end=end, newest=newest, text=text
        )
    if not upper:
        return say(
            "Write base:{newest} for everything, which recreates the whole schema; add --down to remove it.",
            newest=newest,
        )
    return say(
        "Write prev:{end} for that revision alone (prev is {previous}), or base:{end} for all that lead to it: "
        "base recreates everything, for an empty database.",
        end=end,
        previous=previous,
    )
