"""What a branch does to the history in, as git and the graph know it; the same as rules see it out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.checking.known import at_base
from sqlgen.history import Graph, Revision, git
from sqlgen.history.since import Base, Changes
from sqlgen.lint import baseline
from sqlgen.lint.branch import (
    BaselineGrown,
    BranchFact,
    DeletedRevision,
    EditedRevision,
    ManyHeads,
    ReparentedRevision,
    UnsoundHistory,
    WrongParent,
)
from sqlgen.project import Project


def branch_facts(changes: Changes) -> tuple[BranchFact, ...]:
    """What breaks the history first, then what happened to old revisions, then heads."""
    return tuple(_facts(changes))


def _facts(changes: Changes) -> Iterator[BranchFact]:
    base = changes.base.ref
    if (error := changes.unsound) is not None:
        yield UnsoundHistory(error.message, error.hint, error.file, error.line)
    for deletion in changes.deleted:
        child = deletion.child
        file, line = (None, None) if child is None else (child.file, _names(child, deletion.before.id))
        yield DeletedRevision(deletion.before.id, deletion.before.file, file, line, base)
    for edit in changes.reparented:
        before, now = _after(edit.before), _after(edit.now)
        yield ReparentedRevision(edit.now.id, edit.now.file, edit.line, before, now, base)
    for edit in changes.edited:
        yield EditedRevision(edit.now.id, edit.now.file, edit.line, edit.functions, base)
    if changes.graph is not None:
        yield from _heads(changes, changes.graph)


def _after(revision: Revision) -> tuple[str, ...]:
    return (*revision.down, *revision.depends_on)


def _names(child: Revision, parent: str) -> int:
    return child.down_line if parent in child.down else child.depends_line


def _heads(changes: Changes, graph: Graph) -> Iterator[ManyHeads | WrongParent]:
    """The revisions that open a branch of which the base branch will know nothing but that it has one head more."""
    if len(changes.merged_heads) <= max(1, len(changes.base_heads)):
        return
    behind = not set(changes.base_heads).issubset(graph.by_id)
    for revision in _openers(changes, graph):
        where = (revision.file, revision.down_line)
        if behind:
            yield WrongParent(revision.id, *where, revision.down, changes.base_heads, changes.base.ref)
        else:  # the base branch is in here: to merge it again helps nobody
            yield ManyHeads(changes.heads, changes.base_heads, revision.id, *where, changes.base.ref)


def _openers(changes: Changes, graph: Graph) -> Iterator[Revision]:
    """Each head of the base branch goes on in one new head, the first; what leads to the others begins somewhere."""
    heads = set(changes.merged_heads)
    held: set[str] = set()
    """What lies before the heads that go on from the base branch's."""
    taken: set[str] = set()
    left: list[Revision] = []
    for head in (revision for revision in changes.new if revision.id in heads):
        before = graph.ancestors((head.id,))
        goes_on = before.intersection(changes.base_heads) - taken
        if goes_on or not (changes.base_heads or taken):
            taken |= goes_on or {head.id}
            held |= before
        else:
            left.append(head)
    told: set[str] = set()
    for head in left:
        before = graph.ancestors((head.id,)) - held
        first = next(revision for revision in changes.new if revision.id in before)
        if first.id not in told:
            told.add(first.id)
            yield first


def baseline_grown(project: Project, repository: git.Repository, base: Base) -> tuple[BaselineGrown, ...]:
    """What the project's baseline of findings has that the base branch's has not, neither at its tip nor where this
    branch began. Raises UsageError for a baseline that is none."""
    now = baseline.read(project.root / baseline.FILE)
    grown = None if now is None else baseline.grown(at_base(project, repository, base), now, base.ref)
    return () if grown is None else (grown,)
