"""Revisions in, a sound Graph out, or the HistoryError that says which file breaks it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlgen.errors import HistoryError
from sqlgen.history.graph import Graph
from sqlgen.history.revision import Revision
from sqlgen.messages import Message, say

Edges = Mapping[str, tuple[str, ...]]
"""From each revision id to others."""


def build(revisions: Iterable[Revision]) -> Graph:
    """Make the graph of a whole history. `revisions` is in the order in which Alembic loads the files.

    Raises HistoryError, with file and line, for an id or a label that stands twice, a missing parent, and a cycle.
    """
    listed = tuple(revisions)
    by_id = _by_id(listed)
    labels = _labels(listed, by_id)
    for revision in listed:
        _check_parents(revision, by_id, labels)
    down = {one.id: one.down for one in listed}
    children = _reversed(down)
    needed = {one.id: tuple([labels.get(each, each) for each in one.depends_on]) for one in listed if one.depends_on}
    both = _with(down, needed)
    order = _oldest_first(both, _reversed(both) if needed else children, by_id)
    parents = _with(down, _without_inherited(order, by_id, needed))
    return Graph(
        revisions=listed,
        by_id=by_id,
        labels=labels,
        children=children,
        parents=parents,
        followers=_reversed(parents) if needed else children,
        position={one.id: index for index, one in enumerate(listed)},
    )


def _with(down: Edges, needed: Edges) -> Edges:
    """What each revision comes after: its down_revision, then what it needs."""
    return {**down, **{id: tuple(dict.fromkeys((*down[id], *more))) for id, more in needed.items()}}


def _reversed(edges: Edges) -> Edges:
    backwards: dict[str, list[str]] = {id: [] for id in edges}
    for id, ends in edges.items():
        for end in ends:
            backwards[end].append(id)
    return {id: tuple(ends) for id, ends in backwards.items()}


def _by_id(revisions: tuple[Revision, ...]) -> dict[str, Revision]:
    by_id: dict[str, Revision] = {}
    for revision in revisions:
        first = by_id.setdefault(revision.id, revision)
        if first is not revision:
            raise HistoryError(
                say("revision {id} is declared in {first} too", id=revision.id, first=f"{first.file}:{first.line}"),
                hint=say("Give one of the two a new id, or delete it if it is a copy."),
                file=revision.file,
                line=revision.line,
            )
    return by_id


def _labels(revisions: tuple[Revision, ...], by_id: Mapping[str, Revision]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for revision in revisions:
        for label in revision.labels:
            owner = labels.setdefault(label, revision.id)
            if owner == revision.id and label not in by_id:
                continue
            other = by_id[label if label in by_id else owner]
            raise HistoryError(
                say(
                    "the branch label {label} is taken by revision {id} in {file}",
                    label=label,
                    id=other.id,
                    file=other.file,
                ),
                hint=say("Choose another branch label."),
                file=revision.file,
                line=revision.line,
            )
    return labels


def _check_parents(revision: Revision, by_id: Mapping[str, Revision], labels: Mapping[str, str]) -> None:
    for parent in revision.down:
        if parent not in by_id:
            raise HistoryError(
                say("the parent of revision {id}, {parent}, is in no file", id=revision.id, parent=parent),
                hint=_missing(parent, by_id, labels),
                file=revision.file,
                line=revision.down_line,
            )
    for parent in revision.depends_on:
        if parent not in by_id and parent not in labels:
            raise HistoryError(
                say("revision {id} depends on {parent}, which is in no file", id=revision.id, parent=parent),
                hint=_unread(by_id) or _missing(parent, by_id, labels),
                file=revision.file,
                line=revision.depends_line,
            )


def _unread(by_id: Mapping[str, Revision]) -> Message | None:
    """When the missing name may be a branch label that could not be read."""
    for revision in by_id.values():
        if revision.unread_labels is not None:
            where = f"{revision.file}:{revision.unread_labels}"
            return say(
                "Write a revision id: the branch_labels in {where} can't be read without running it.", where=where
            )
    return None


def _missing(id: str, by_id: Mapping[str, Revision], labels: Mapping[str, str]) -> Message:
    if id in labels:
        return say("Write the revision's id, {id}: a branch label is no parent.", id=labels[id])
    near = [each for each in by_id if each.startswith(id)] or difflib.get_close_matches(id, by_id, n=3)
    if near:
        return say("Restore its file, or write the whole id of another one; near: {ids}.", ids=", ".join(near[:3]))
    return say("Restore its file from version control, or correct the id; deleted revisions break the chain.")


def _oldest_first(parents: Edges, followers: Edges, by_id: Mapping[str, Revision]) -> list[str]:
    """Every id after its parents. Raises HistoryError when there is a cycle."""
    waits_for = {id: len(ends) for id, ends in parents.items()}
    order = [id for id, count in waits_for.items() if count == 0]
    for id in order:  # grows while it is walked
        for follower in followers[id]:
            waits_for[follower] -= 1
            if waits_for[follower] == 0:
                order.append(follower)
    if len(order) < len(parents):
        raise _cycle(parents, set(parents).difference(order), by_id)
    return order


def _cycle(parents: Edges, stuck: set[str], by_id: Mapping[str, Revision]) -> HistoryError:
    """What is stuck has a parent that is stuck: walking on from one to the next comes round."""
    walked: dict[str, None] = {}
    id = next(each for each in parents if each in stuck)
    while id not in walked:
        walked[id] = None
        id = next(parent for parent in parents[id] if parent in stuck)
    ids = list(walked)
    cycle = ids[ids.index(id) :]
    first = by_id[min(cycle, key=list(by_id).index)]
    at = cycle.index(first.id)
    shown = " → ".join((*cycle[at:], *cycle[:at], first.id))
    if len(cycle) == 1:
        message = say("revision {id} is its own parent", id=first.id)
    else:
        message = say("revisions form a cycle, each with the next as its parent: {ids}", ids=shown)
    line = first.down_line if set(first.down) & set(cycle) else first.depends_line
    hint = say("Give one of them the parent that it was made on; `git log` of the file shows it.")
    return HistoryError(message, hint=hint, file=first.file, line=line)


def _without_inherited(order: list[str], by_id: Mapping[str, Revision], needed: Edges) -> Edges:
    """Drop a dependency that a revision before it, by down_revision, has too: RevisionMap._normalize_depends_on.

    One walk from the oldest on; only dependencies that stand twice are carried along.
    """
    shared = {id for id, count in Counter(each for ids in needed.values() for each in ids).items() if count > 1}
    if not shared:
        return needed
    seen_by: dict[str, frozenset[str]] = {}
    kept: dict[str, tuple[str, ...]] = {}
    for id in order:
        before = [seen_by[parent] for parent in by_id[id].down]
        seen = before[0] if len(before) == 1 else frozenset[str]().union(*before)
        own: Iterable[str] = ()
        if id in needed:
            kept[id] = tuple(each for each in needed[id] if each not in seen)
            own = shared.intersection(needed[id])
        seen_by[id] = seen if seen.issuperset(own) else seen.union(own)
    return kept
