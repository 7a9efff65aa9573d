"""One end of a range in, the rows of the version table that it means out."""

from __future__ import annotations

import difflib
import re

from sqlgen.errors import UsageError
from sqlgen.history.graph import Graph
from sqlgen.messages import Message, say

_FORM = re.compile(r"(?:(?P<branch>[^@]*)@)?(?P<symbol>[^@+\-]*)(?P<steps>[+-]\d+)?", re.DOTALL)
_SHOWN = 5


def rows(graph: Graph, text: str) -> tuple[str, ...]:
    """`ae1027`, `head`, `heads`, `base`, `billing@head`, `ae1027-2`, or several with commas; sorted, empty for base.

    Raises UsageError when a part is unknown, ambiguous, or already holds another part.
    """
    parts = [text] if text in graph.by_id else [part.strip() for part in text.split(",")]
    found = {id for part in parts for id in _part(graph, part)}
    kept = graph.rows(graph.ancestors(found)) if len(found) > 1 else tuple(found)
    if len(kept) < len(found):
        inside = min(found.difference(kept))
        raise UsageError(
            say("{text} names {id}, which comes before another one of them", text=text, id=inside),
            hint=say("Write {ids}: each holds all that comes before it.", ids=",".join(kept)),
        )
    return tuple(sorted(found))


def spelled(ids: tuple[str, ...]) -> str:
    """Rows as one writes them in a range."""
    return ",".join(ids) or "base"


def before(graph: Graph, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The rows just before these revisions run, when they are the last to run."""
    return graph.rows(graph.ancestors(ids).difference(ids))


def walk_up(graph: Graph, start: tuple[str, ...], steps: int, branch: str | None = None) -> tuple[str, ...]:
    """The revision so many steps after a single one, or after base, by down_revision; `branch` chooses at a fork.

    Raises UsageError where the history ends, or forks without a branch to choose.
    """
    here = _single(start)
    lineage = None if branch is None else graph.lineage(_locate(graph, branch))
    for step in range(steps):
        following = graph.bases if here is None else graph.children[here]
        if lineage is not None:
            following = tuple(id for id in following if id in lineage)
        if not following:
            raise UsageError(
                say(
                    "+{steps} goes too far: only {step} revisions come after {start}",
                    steps=steps,
                    step=step,
                    start=spelled(start),
                ),
                hint=say("Write {start}:heads for all of them.", start=spelled(start)),
            )
        if len(following) > 1:
            raise UsageError(
                say("+{steps} meets a fork after {id}: {ids}", steps=steps, id=here or "base", ids=_few(following)),
                hint=say("Name the revision to end at instead of counting."),
            )
        here = following[0]
    return () if here is None else (here,)


def walk_down(graph: Graph, start: tuple[str, ...], steps: int) -> tuple[str, ...]:
    """The revision so many steps before a single one; empty when that is base. Raises UsageError at a merge."""
    here = _single(start)
    for step in range(steps):
        if here is None:
            raise UsageError(
                say(
                    "-{steps} goes too far: only {step} revisions lead to {start}",
                    steps=steps,
                    step=step,
                    start=spelled(start),
                ),
                hint=say("Write base:{start} for all of them.", start=spelled(start)),
            )
        earlier = graph.by_id[here].down
        if len(earlier) > 1:
            raise UsageError(
                say("-{steps} meets the merge {id} of {ids}", steps=steps, id=here, ids=_few(earlier)),
                hint=say("Name the revisions to start from instead of counting: {ids}.", ids=",".join(earlier)),
            )
        here = earlier[0] if earlier else None
    return () if here is None else (here,)


def _part(graph: Graph, text: str) -> tuple[str, ...]:
    match = _FORM.fullmatch(text)
    if match is None:
        raise unknown(graph, text)
    branch, symbol, steps = match["branch"], match["symbol"], int(match["steps"] or 0)
    if steps and not symbol:
        raise UsageError(
            say("{text} counts from a place that is not said", text=text),
            hint=say("Write A:+1 or B-1:B, with revision ids for A and B."),
        )
    if steps > 0:
        return walk_up(graph, _symbol(graph, symbol, None), steps, branch)
    found = _symbol(graph, symbol, branch)
    return walk_down(graph, found, -steps) if steps < 0 else found


def _symbol(graph: Graph, symbol: str, branch: str | None) -> tuple[str, ...]:
    lineage = None if branch is None else graph.lineage(_locate(graph, branch))
    if symbol in graph.by_id:
        pass  # an id wins, even when it is spelled like one of the words below
    elif symbol == "base":
        return ()
    elif symbol == "heads" and lineage is None:
        return graph.effective_heads
    elif symbol in {"head", "heads"}:
        heads = tuple(id for id in graph.heads if lineage is None or id in lineage)
        return heads if symbol == "heads" else _only_head(heads, branch)
    id = _locate(graph, symbol, lineage)
    if lineage is not None and id not in lineage:
        raise UsageError(
            say("revision {id} is not on the branch {branch}", id=id, branch=branch),
            hint=say("Write {id} alone.", id=id),
        )
    return (id,)


def _only_head(heads: tuple[str, ...], branch: str | None) -> tuple[str, ...]:
    if len(heads) <= 1:
        return heads
    if branch is not None:
        raise UsageError(
            say("the branch {branch} has {count} heads: {ids}", branch=branch, count=len(heads), ids=_few(heads)),
            hint=say("Write one of their ids, or {branch}@heads for all of them.", branch=branch),
        )
    raise UsageError(
        say("there are {count} heads: {ids}", count=len(heads), ids=_few(heads)),
        hint=say("Write heads for all of them, or one id; `alembic merge heads` makes one of them."),
    )


def _locate(graph: Graph, text: str, lineage: set[str] | None = None) -> str:
    """An id, a branch label, or the beginning of an id."""
    if text in graph.by_id:
        return text
    if text in graph.labels:
        return graph.labels[text]
    found = [id for id in graph.by_id if text and id.startswith(text) and (lineage is None or id in lineage)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise unknown(graph, text)
    raise UsageError(
        say("{count} revisions begin with {text}: {ids}", count=len(found), text=text, ids=_few(found)),
        hint=say("Write more of the id."),
    )


def unknown(graph: Graph, text: str) -> UsageError:
    """No revision has this name: the error, with the nearest names as hint."""
    if not text:
        return UsageError(
            say("a revision id is missing in the range"),
            hint=say("Write START:END; several ids stand with one comma between them, a branch as in billing@head."),
        )
    return UsageError(say("there is no revision {text}", text=text), hint=_nearest(graph, text))


def _nearest(graph: Graph, text: str) -> Message:
    unread = next((each for each in graph.revisions if each.unread_labels is not None), None)
    if unread is not None:
        return say(
            "Write revision ids, or branch_labels as plain texts: {file}:{line} can't be read without running it.",
            file=unread.file,
            line=unread.unread_labels,
        )
    near = difflib.get_close_matches(text, (*graph.by_id, *graph.labels, "head", "heads", "base"), n=3)
    if near:
        return say("Did you mean {ids}?", ids=_few(near))
    if re.fullmatch(r"\d{1,5}", text):
        return say("Write a revision id, or A:+{text} for so many revisions; `sqlgen history` lists them.", text=text)
    return say("Run `sqlgen history` to see the revisions.")


def _single(start: tuple[str, ...]) -> str | None:
    if len(start) > 1:
        raise UsageError(
            say("counting needs one revision to count from, and {ids} are several", ids=_few(start)),
            hint=say("Name the revisions at both ends instead of counting."),
        )
    return start[0] if start else None


def _few(ids: tuple[str, ...] | list[str]) -> str:
    return ", ".join(ids) if len(ids) <= _SHOWN else f"{', '.join(ids[:_SHOWN])}, …"
