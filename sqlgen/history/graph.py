"""Revisions in, their graph out: parents, children, heads, and the order in which Alembic runs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlgen.history.revision import Revision


@dataclass(frozen=True, slots=True)
class Graph:
    """A sound history: every parent is there, there is no cycle, no id and no label stands twice.

    Lists of ids are in the order in which Alembic loads the files, unless something else is said.
    """

    revisions: tuple[Revision, ...]
    by_id: Mapping[str, Revision]
    labels: Mapping[str, str]
    """Branch label → the id of the revision that declares it."""
    children: Mapping[str, tuple[str, ...]]
    """Who names it as down_revision."""
    parents: Mapping[str, tuple[str, ...]]
    """Its down_revision, then what it depends on, as written; without a dependency that a revision before it in its own
    branch has too. These are the rows of the version table that a revision replaces (Alembic's
    Revision._normalized_down_revisions)."""
    followers: Mapping[str, tuple[str, ...]]
    """`parents` the other way round."""
    position: Mapping[str, int]
    """The place of a revision in `revisions`."""

    @property
    def bases(self) -> tuple[str, ...]:
        """Revisions without a down_revision."""
        return tuple(revision.id for revision in self.revisions if not revision.down)

    @property
    def heads(self) -> tuple[str, ...]:
        """What Alembic's `head` means: revisions that no other one names as down_revision."""
        return tuple(revision.id for revision in self.revisions if not self.children[revision.id])

    @property
    def effective_heads(self) -> tuple[str, ...]:
        """What Alembic's `heads` means, the rows after everything has run: heads that no other revision depends on."""
        return tuple(revision.id for revision in self.revisions if not self.followers[revision.id])

    def ancestors(self, ids: Iterable[str]) -> set[str]:
        """All that must have run for these revisions to be applied, themselves included."""
        return reach(ids, self.parents)

    def lineage(self, id: str) -> set[str]:
        """A revision's branch: all before and after it by down_revision alone, and itself."""
        down = {revision.id: revision.down for revision in self.revisions}
        return reach([id], down) | reach([id], self.children)

    def rows(self, applied: set[str]) -> tuple[str, ...]:
        """The version table's rows when exactly these revisions are applied, sorted.

        `applied` holds the ancestors of all its members.
        """
        followers = self.followers
        return tuple(sorted([id for id in applied if applied.isdisjoint(followers[id])]))


def reach(start: Iterable[str], edges: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Every id that the edges lead to, those at the start included."""
    seen = set(start)
    todo = list(seen)
    while todo:
        for id in edges[todo.pop()]:
            if id not in seen:
                seen.add(id)
                todo.append(id)
    return seen


def descending(graph: Graph, todo: set[str], heads: Iterable[str]) -> list[str]:
    """Sort a stretch of history, newest first: equal to Alembic's RevisionMap._topological_sort, in linear time.

    `todo` holds with two revisions all that lie between them; `heads` are its newest ones. An upgrade runs the list
    backwards, a downgrade forwards. Alembic walks down one branch as long as it can and changes to another one only
    where a revision is needed by a branch that is not done; ties follow the order of the files. Where a revision
    depends on several others, Alembic's order among these varies with the hash seed; here it is the order as written.
    """
    left = set(todo)
    waits_for = {id: sum(each in left for each in graph.followers[id]) for id in todo}
    current = sorted((id for id in set(heads) if id in todo), key=graph.position.__getitem__)
    shown = set(current)
    above: dict[str, set[str]] = {}
    output: list[str] = []
    at = 0
    while current:
        candidate = current[at]
        if waits_for[candidate]:
            if candidate not in above:  # kept, since a fork is met once for each branch that leads to it
                above[candidate] = _after(graph, candidate, left)
            at = next(index for index, id in enumerate(current) if id in above[candidate])
            continue
        output.append(candidate)
        above.pop(candidate, None)
        left.discard(candidate)
        shown.discard(candidate)
        parents = [id for id in graph.parents[candidate] if id in left]
        for id in parents:
            waits_for[id] -= 1
        added = [id for id in parents if id not in shown]
        if added:
            current[at] = added[0]
            current.extend(added[1:])
            shown.update(added)
        else:
            del current[at]
            at = max(at - 1, 0)
    return output


def _after(graph: Graph, id: str, within: set[str]) -> set[str]:
    """The revisions that need this one, itself excluded."""
    seen: set[str] = set()
    todo = [each for each in graph.followers[id] if each in within]
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            todo.extend(up for up in graph.followers[each] if up in within)
    return seen
