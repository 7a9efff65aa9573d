"""A project and a base in, what its branch does to the history out: three versions of it are compared, by ids.

The three are the merge base, the tip of the base branch and the working tree, with what is not committed. No name of a
file decides anything: files move. For each id, where - is not there and = means the same:

    merge base  tip    here    verdict
    -           -      x       new
    -           x      -       nothing: the base branch added it
    -           x      =tip    nothing: a copy, by a squash merge or a cherry-pick
    -           x      other   edited or re-parented, compared with the tip
    x           any    -       deleted, when the tip has it; else nothing
    x           -      =base   nothing: the base branch deleted it
    x           -      other   edited or re-parented, compared with the merge base
    x           any    =base   nothing: what differs on the tip, the base branch did
    x           x      =tip    nothing: the base branch did the same
    x           x      other   edited or re-parented, compared with the tip

Edited and re-parented are asked apart, by what the file does and by what it comes after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlgen.errors import HistoryError
from sqlgen.history import git
from sqlgen.history.around import surroundings
from sqlgen.history.graph import Graph, descending, reach
from sqlgen.history.here import Here, read_here
from sqlgen.history.meaning import difference, whole
from sqlgen.history.revision import Revision
from sqlgen.history.versions import Kept, Unread, Versions, versions
from sqlgen.project import Project

__all__ = ["Base", "Changes", "Deletion", "Edit", "Unread", "changes"]


@dataclass(frozen=True, slots=True)
class Base:
    """What a branch will be merged into."""

    ref: str
    """As people know it: `origin/main`, or what was given."""
    commit: str
    """Its tip."""
    merge_base: str
    """The commit at which the branch left it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A revision that the base has, too, and that is something else here."""

    now: Revision
    before: Revision
    """Its file need not exist any more."""
    line: int
    """The first line here that means something else; of a re-parented one where it names its parent."""
    functions: tuple[str, ...]
    """What of it differs: names of functions, "module"; empty for a re-parented one."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A revision that the base has, and that is not here."""

    before: Revision
    child: Revision | None
    """One here that comes right after it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a branch does to the history. Heads are in the order of the files."""

    base: Base
    new: tuple[Revision, ...]
    """Oldest first."""
    edited: tuple[Edit, ...]
    deleted: tuple[Deletion, ...]
    reparented: tuple[Edit, ...]
    base_heads: tuple[str, ...]
    """What no other revision on the tip comes after."""
    heads: tuple[str, ...]
    """The same here; empty when unsound."""
    merged_heads: tuple[str, ...]
    """What the history has once this is merged into the tip."""
    graph: Graph | None
    """The history here."""
    unsound: HistoryError | None
    """Why there is no graph."""
    surroundings: tuple[str, ...]
    """What else decides what old revisions emit, and was changed: `sqlgen.history.around`; relative to the project's
    root."""
    code_changed: bool
    """Whether any Python file of the repository was changed that does not lie around the revisions."""
    unread: tuple[Unread, ...] = ()
    """Files that the base takes for revisions and that can't be read: what they declare is not compared."""
    ignored: tuple[Revision, ...] = ()
    """Revisions here that git is told to ignore: Alembic loads them, and no branch has them."""
    outside: tuple[Revision, ...] = ()
    """Revisions here that lie in no repository which is compared."""
    touched: frozenset[str] = frozenset()
    """All other files that were changed; relative to the repository's top."""


def changes(project: Project, repository: git.Repository, base: Base, graph: Graph | None = None) -> Changes:
    """Compare the project's history at hand with that of the base. Nothing is checked out.

    `graph` is the history at hand, for a caller that has read it.
    """
    here = read_here(project, graph)
    found = versions(project, repository, base.merge_base, base.commit, here)
    verdicts = _judge(here, found)
    unsound = here.unsound or verdicts.broken
    graph = None if unsound is not None else here.graph
    around, code = surroundings(project, repository, found.touched, here, verdicts.new)
    merged = _merged(here, found)
    return Changes(
        base=base,
        new=_oldest_first(verdicts.new, graph),
        edited=tuple(verdicts.edited),
        deleted=tuple(_deletions(found, here)),
        reparented=tuple(verdicts.reparented),
        base_heads=standing(found.tip.revisions()),
        heads=() if graph is None else graph.effective_heads,
        merged_heads=standing(merged),
        graph=graph,
        unsound=unsound,
        surroundings=around,
        code_changed=code,
        touched=found.touched,
        unread=found.unread,
        ignored=tuple(verdicts.ignored),
        outside=found.outside,
    )


# ---- the verdicts


@dataclass(slots=True)
class _Verdicts:
    new: list[Revision]
    edited: list[Edit]
    reparented: list[Edit]
    ignored: list[Revision]
    broken: HistoryError | None = None


def _judge(here: Here, found: Versions) -> _Verdicts:
    verdicts = _Verdicts([], [], [], [])
    ignored = {id(here.entries[path]) for path in found.ignored}
    versions = (found.merge_base, found.tip)
    labels = [here.labels, *(each.labels for each in versions)]
    seen: set[str] = set()
    for revision in here.revisions:
        old = [each.by_id.get(revision.id, ()) for each in versions]
        if revision.id in seen:  # twice here: the history is unsound, which is said
            continue
        seen.add(revision.id)
        if any(kept.revision is revision for each in old for kept in each):
            continue  # not touched since one of the two
        try:
            if any(old):
                _compare(revision, here.source(revision), old, labels, verdicts)
            else:
                (verdicts.ignored if id(revision) in ignored else verdicts.new).append(revision)
                whole(here.source(revision), revision.file)
        except HistoryError as error:
            verdicts.broken = verdicts.broken or error
    return verdicts


def _compare(
    revision: Revision,
    source: bytes,
    old: Sequence[tuple[Kept, ...]],
    labels: Sequence[Mapping[str, str]],
    verdicts: _Verdicts,
) -> None:
    """`old`: at the merge base, and on the tip; what stands twice there is told only when it is neither."""
    before = (old[1] or old[0])[0].revision
    others = [each for number, each in enumerate(old) if each and each not in old[:number]]
    differences = [[difference(source, kept.source(), revision.file) for kept in each] for each in others]
    if all(all(each) for each in differences):
        last = differences[-1][0]
        assert last is not None
        verdicts.edited.append(Edit(revision, before, last.line or revision.line, last.functions))
    now = _after(revision, labels[0])
    parents = [
        [_after(kept.revision, known) for kept in each] for each, known in zip(old, labels[1:], strict=True) if each
    ]
    if all(now not in each for each in parents):
        moved = {*revision.down} != {*before.down}
        line = revision.down_line if moved else revision.depends_line
        verdicts.reparented.append(Edit(revision, before, line, ()))


def _after(revision: Revision, labels: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """What it comes after, whatever the order in which it is written."""
    return frozenset(revision.down), frozenset(labels.get(each, each) for each in revision.depends_on)


def _deletions(found: Versions, here: Here) -> Iterable[Deletion]:
    ids = {revision.id for revision in here.revisions}
    gone = [kept for id, (kept, *_) in found.tip.by_id.items() if id not in ids and id in found.merge_base.by_id]
    for kept in gone:
        id = kept.revision.id
        children = (each for each in here.revisions if id in each.down or id in each.depends_on)
        yield Deletion(kept.revision, next(children, None))


def _oldest_first(new: list[Revision], graph: Graph | None) -> tuple[Revision, ...]:
    """In the order in which Alembic upgrades; without a graph parents before children, as far as they are known."""
    ids = {revision.id: revision for revision in new}
    if graph is not None:
        later = reach(ids, graph.followers)
        ordered = reversed(descending(graph, later, [id for id in graph.effective_heads if id in later]))
        return tuple(ids[id] for id in ordered if id in ids)
    done: dict[str, Revision] = {}
    for revision in new:
        todo, seen = [revision], {revision.id}
        while todo:
            before = [ids[id] for id in todo[-1].down if id in ids and id not in done and id not in seen]
            seen.update(each.id for each in before)
            todo += before
            if not before:
                last = todo.pop()
                done.setdefault(last.id, last)
    return tuple(done.values())


# ---- heads


def _merged(here: Here, found: Versions) -> list[Revision]:
    """The history once the branch is merged into the tip, as a merge of the files has it."""
    base, tip = found.merge_base.by_id, found.tip.by_id
    merged: list[Revision] = []
    ids = set()
    for revision in here.revisions:
        ids.add(revision.id)
        untouched = any(_same(revision, kept) for kept in base.get(revision.id, ()))
        if revision.id in tip:
            merged.append(tip[revision.id][0].revision if untouched else revision)
        elif not untouched:
            merged.append(revision)
    merged += [each[0].revision for id, each in tip.items() if id not in ids and id not in base]
    return merged


def _same(revision: Revision, kept: Kept) -> bool:
    return (revision.down, revision.depends_on) == (kept.revision.down, kept.revision.depends_on)


def standing(revisions: Iterable[Revision]) -> tuple[str, ...]:
    """The heads, which no other one comes after: Graph.effective_heads, also of a history that is not sound."""
    listed = tuple(revisions)
    labels = {label: each.id for each in listed for label in each.labels}
    followed = {id for each in listed for id in each.down}
    followed |= {labels.get(id, id) for each in listed for id in each.depends_on}
    return tuple(dict.fromkeys(each.id for each in listed if each.id not in followed))
