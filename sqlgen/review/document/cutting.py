"""Which steps take something from old code and which bring something to new code in, where to cut the range out."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from sqlgen.review.document.source import Source
from sqlgen.script.path import Heads, heads


@dataclass(frozen=True, slots=True)
class Cutting:
    """Two ranges, ready to be typed: one behind the other they are the whole range."""

    first: str
    second: str


def cutting(source: Source, takes: Set[int], brings: Set[int]) -> Cutting | None:
    """All that bring something come first, all that take something last; None where the history does not let them.

    A step, from 0, comes last if it takes something, or if one that it is built on does: what is left is a range of the
    history too, also where branches run side by side.
    """
    up = source.range.up
    late = _late(source, takes)
    if late & brings or not late or len(late) == len(up):
        return None
    middle = _between(source, late)
    lower, upper = heads(up[0].before), heads(up[-1].after)
    if source.down_only:
        return Cutting(f"{heads(middle)}:{lower} --down", f"{upper}:{heads(middle)} --down")
    return Cutting(f"{lower}:{heads(middle)}", f"{heads(middle)}:{upper}")


def _late(source: Source, takes: Set[int]) -> set[int]:
    late: set[int] = set()
    places: dict[str, int] = {}
    for place, step in enumerate(source.range.up):
        if place in takes or any(one in late for one in _built_on(source, place, places)):
            late.add(place)
        places[step.revision] = place
    return late


def _built_on(source: Source, place: int, places: dict[str, int]) -> list[int]:
    """The steps that must have run before this one; where the history is not known, the one before it."""
    node = None if source.down_only else source.graph.get(source.range.up[place].revision)
    if node is None:
        return [place - 1] if place else []
    return [places[one] for one in (*node.parents, *node.depends_on) if one in places]


def _between(source: Source, late: Set[int]) -> Heads:
    """The rows of the version table between the two parts."""
    up = source.range.up
    begin = min(late)
    if len(late) == len(up) - begin:
        return up[begin].before
    held = set(up[0].before)
    for place, step in enumerate(up):
        if place not in late:
            node = source.graph[step.revision]
            held.difference_update(node.parents, node.depends_on)
            held.add(step.revision)
    return tuple(sorted(held))
