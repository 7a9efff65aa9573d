"""A history and what of it is new or edited in, the ranges to render out, each with what of it is judged.

The new revisions run where the base branch stands: after all revisions that need none of them. An old one that needs a
new one, since somebody has moved it, is run with them and not judged. An edited revision runs alone, where it stands:
what it does now is judged, and nothing of what comes after it is run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlgen.history import Graph, Move, Range, between
from sqlgen.history.graph import reach


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range in both directions."""

    up: Range
    down: Range
    judged: frozenset[str]
    """Ids of its revisions that findings are told of."""
    new: bool
    """It holds what is new; else it is an edited revision."""

    @property
    def moves(self) -> tuple[Move, ...]:
        return (*self.up.steps, *self.down.steps)


def stretches(graph: Graph, new: Iterable[str], edited: Iterable[str]) -> tuple[Stretch, ...]:
    """Edited revisions one by one, then all that is new; together they judge each of them once."""
    fresh, changed = frozenset(new), dict.fromkeys(edited)
    found: list[Stretch] = []
    last = None
    if fresh:
        applied = graph.by_id.keys() - reach(fresh, graph.followers)
        last = _stretch(graph, graph.rows(applied), graph.rows(applied | graph.ancestors(fresh)), True)
        last = _judging(last, fresh.union(changed))
    for id in changed:
        if last is None or id not in last.judged:
            lower = graph.rows(graph.ancestors((id,)) - {id})
            found.append(_judging(_stretch(graph, lower, (id,), False), frozenset({id})))
    return (*found, last) if last is not None else tuple(found)


def newest(graph: Graph) -> Stretch | None:
    """The last revision that runs, judged by nobody: what is asked of the models, needs one to run."""
    heads = tuple(sorted(graph.effective_heads))
    if not heads:
        return None
    before = graph.rows(graph.by_id.keys() - {heads[-1]})
    return Stretch(between(graph, before, heads), Range(heads, heads, ()), frozenset(), False)


def _stretch(graph: Graph, lower: tuple[str, ...], upper: tuple[str, ...], new: bool) -> Stretch:
    down = between(graph, lower, upper, down=True)
    return Stretch(between(graph, lower, upper), down, frozenset(), new)


def _judging(stretch: Stretch, wanted: frozenset[str]) -> Stretch:
    held = frozenset(move.revision.id for move in stretch.up.steps)
    return Stretch(stretch.up, stretch.down, wanted & held, stretch.new)
