"""A graph or a range in, what a `history` command shows out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlgen.history.graph import Graph
from sqlgen.history.ranges import Range, between
from sqlgen.history.revision import Revision


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    revision: Revision
    children: tuple[str, ...]
    """The revisions that name it as down_revision."""
    head: bool
    """No other revision follows it or depends on it."""
    effective_head: bool
    """No other revision follows it, but one depends on it, so that the version table does not keep it."""
    branch_point: bool
    merge: bool

    @property
    def marks(self) -> tuple[str, ...]:
        """In Alembic's words and order: head, effective head, branchpoint, mergepoint."""
        named = (
            ("head", self.head),
            ("effective head", self.effective_head),
            ("branchpoint", self.branch_point),
            ("mergepoint", self.merge),
        )
        return tuple(name for name, holds in named if holds)


def log(graph: Graph, within: Range | None = None) -> tuple[Entry, ...]:
    """The revisions of a range, or all, newest last, in the order in which an upgrade runs them."""
    shown = within if within is not None else between(graph, (), tuple(sorted(graph.effective_heads)))
    ids = [move.revision.id for move in shown.steps]
    if shown.steps and shown.steps[0].direction == "downgrade":
        ids.reverse()
    return tuple(_entry(graph, id) for id in ids)


def _entry(graph: Graph, id: str) -> Entry:
    revision, children = graph.by_id[id], graph.children[id]
    needed = bool(graph.followers[id])
    return Entry(
        revision=revision,
        children=children,
        head=not needed,
        effective_head=needed and not children,
        branch_point=len(children) > 1,
        merge=len(revision.down) > 1,
    )
