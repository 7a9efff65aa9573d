"""Boxes and what they refer to in, a place for each out: what is referred to stands above what refers to it.

An edge that passes a layer has a gap of its own there, so that no line runs through a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP, PORT = 28, 18
"""Between boxes of a layer, and between lines that end at one box; in pixels."""

Key = tuple[str, ...]
"""A box by its name, or a gap by the two ends of its edge and its layer."""


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    width: float
    layer: int


@dataclass(frozen=True, slots=True)
class Line:
    """From the upper box to the lower one; `points` are x and layer of its ends and of the gaps between."""

    upper: str
    lower: str
    points: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Layers:
    boxes: Mapping[str, Box]
    lines: tuple[Line, ...]
    width: float
    count: int


def lay_out(widths: Mapping[str, float], refers: Sequence[tuple[str, str]]) -> Layers:
    """`refers`: pairs of a box and what it refers to, each once, no box to itself."""
    depth = _depths(widths, refers)
    edges = [(to, of) if depth[to] < depth[of] else (of, to) for of, to in refers]
    edges = list(dict.fromkeys(edges))
    rows: list[list[Key]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for name in widths:
        rows[depth[name]].append((name,))
    chains: dict[tuple[str, str], list[Key]] = {}
    for upper, lower in edges:
        gaps: list[Key] = [(upper, lower, str(layer)) for layer in range(depth[upper] + 1, depth[lower])]
        for gap in gaps:
            rows[int(gap[2])].append(gap)
        chains[upper, lower] = [(upper,), *gaps, (lower,)]
    needed = _ports(edges)
    wide: dict[Key, float] = {(name,): max(width, PORT * (needed.get(name, 0) + 1)) for name, width in widths.items()}
    _sort(rows, chains.values())
    left, total = _place(rows, wide)
    boxes = {name: Box(left[name,], wide[name,], depth[name]) for name in widths}
    return Layers(boxes, tuple(_lines(chains, left, wide, depth)), total, len(rows))


def _depths(names: Iterable[str], refers: Sequence[tuple[str, str]]) -> dict[str, int]:
    """How many boxes stand above each. Where boxes refer to each other in a circle, one of its edges points down: it
    leads from a box to one that was on the way to it, which stands lower."""
    above: dict[str, list[str]] = {name: [] for name in names}
    for of, to in refers:
        above[of].append(to)
    depth: dict[str, int] = {}

    def visit(name: str, path: frozenset[str]) -> int:
        if name not in depth:
            found = [visit(to, path | {name}) for to in above[name] if to not in path and to != name]
            depth[name] = 1 + max(found, default=-1)
        return depth[name]

    for name in above:
        visit(name, frozenset())
    return depth


def _ports(edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How many lines end at the side of each box that has the most."""
    up: dict[str, int] = {}
    down: dict[str, int] = {}
    for upper, lower in edges:
        down[upper] = down.get(upper, 0) + 1
        up[lower] = up.get(lower, 0) + 1
    return {name: max(up.get(name, 0), down.get(name, 0)) for name in {**up, **down}}


def _sort(rows: list[list[Key]], chains: Iterable[list[Key]]) -> None:
    """Each under the middle of what stands above it: fewer lines cross."""
    above: dict[Key, list[Key]] = {}
    for chain in chains:
        for upper, lower in pairwise(chain):
            above.setdefault(lower, []).append(upper)
    for before, row in pairwise(rows):
        at = {key: number for number, key in enumerate(before)}
        middle = {
            key: sum(at.get(up, 0) for up in above[key]) / len(above[key]) if key in above else number
            for number, key in enumerate(row)
        }
        row.sort(key=lambda key: middle[key])


def _place(rows: list[list[Key]], wide: Mapping[Key, float]) -> tuple[dict[Key, float], float]:
    """Where each begins, and how wide all is."""
    lengths = [sum(wide.get(key, 0) + GAP for key in row) - GAP for row in rows]
    total = max(lengths, default=0)
    left: dict[Key, float] = {}
    for row, length in zip(rows, lengths, strict=True):
        at = (total - length) / 2
        for key in row:
            left[key] = at
            at += wide.get(key, 0) + GAP
    return left, total


def _lines(
    chains: Mapping[tuple[str, str], list[Key]],
    left: Mapping[Key, float],
    wide: Mapping[Key, float],
    depth: Mapping[str, int],
) -> Iterable[Line]:
    """Lines that end at one box end beside each other, in the order of where they come from."""

    def middle(key: Key) -> float:
        return left[key] + wide.get(key, 0) / 2

    def port(name: str, mine: tuple[str, str], *, below: bool) -> float:
        end = 0 if below else 1
        there = [edge for edge in chains if edge[end] == name]
        there.sort(key=lambda edge: middle(chains[edge][1 if below else -2]))
        return middle((name,)) + PORT * (there.index(mine) - (len(there) - 1) / 2)

    for edge, chain in chains.items():
        upper, lower = edge
        inner = [(middle(key), depth[upper] + number) for number, key in enumerate(chain[1:-1], 1)]
        first, last = port(upper, edge, below=True), port(lower, edge, below=False)
        yield Line(upper, lower, ((first, depth[upper]), *inner, (last, depth[lower])))
