"""Nodes and edges in, a place for each out: rows from top to bottom, lanes from left to right.

Every edge has a lane of its own from the row of its parent to that of its child, so that no line runs through a node
and no two lines lie on each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    parent: str
    child: str
    lane: int
    """Where it runs between the two."""
    dashed: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    lane: Mapping[str, int]
    edges: tuple[Edge, ...]
    width: int
    """How many lanes there are."""


def lay_out(order: Sequence[str], parents: Mapping[str, Sequence[str]], also: Mapping[str, Sequence[str]]) -> Lanes:
    """Parents stand before their children in `order`. `also` are edges that are drawn dashed."""
    children: dict[str, list[tuple[str, bool]]] = {each: [] for each in order}
    for dashed, found in ((False, parents), (True, also)):
        for child in order:
            for parent in found.get(child, ()):
                if parent in children and not (dashed and parent in parents.get(child, ())):
                    children[parent].append((child, dashed))
    taken: list[Edge | None] = []
    lane: dict[str, int] = {}
    edges: list[Edge] = []
    for node in order:
        coming = [edge for edge in taken if edge is not None and edge.child == node]
        lane[node] = min((edge.lane for edge in coming if not edge.dashed), default=-1)
        if lane[node] < 0:
            lane[node] = _free(taken)
        for edge in coming:
            taken[edge.lane] = None
        here = lane[node]
        for child, dashed in children[node]:
            at = here if not dashed and taken[here] is None else _free(taken, but=here)
            edge = Edge(node, child, at, dashed)
            taken[at] = edge
            edges.append(edge)
    return Lanes(lane, tuple(edges), max(1, len(taken)))


def _free(taken: list[Edge | None], but: int = -1) -> int:
    """The first lane that no edge runs in."""
    for number, edge in enumerate(taken):
        if edge is None and number != but:
            return number
    taken.append(None)
    return len(taken) - 1
