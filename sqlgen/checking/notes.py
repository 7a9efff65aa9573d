"""What a branch does to the history in, sentences about it out that no rule says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlgen.errors import Message, say
from sqlgen.history import Graph
from sqlgen.history.since import Changes

_NAMED = 3
"""As many names stand in a sentence."""


def about_changes(found: Changes) -> Iterator[Message]:
    """What decides on old revisions and was changed, what is judged though it is old, and what was not looked at."""
    base = found.base.ref
    if found.edited and found.graph is not None:
        names = few([edit.now.id for edit in found.edited])
        yield say("edited revisions are judged by what they do now: {names}", names=names)
    if found.surroundings:
        names = few(sorted(found.surroundings, key=_weight))
        yield say("changed besides, what old revisions emit may change with it: {names}", names=names)
    if found.ignored:
        names = few([revision.file for revision in found.ignored])
        yield say("git ignores these revisions, and no branch has them: {names}", names=names)
    if found.outside:
        names = few([revision.file for revision in found.outside])
        yield say("these revisions lie outside of the repository, and no branch has them: {names}", names=names)
    for unread in found.unread:
        yield say("{file} of {base} was not compared: {why}", file=unread.file, base=base, why=unread.error)


_WEIGHTS = (r"\.(?:py[cod]|so)$", r"(?:^|/)env\.py$", r"\.(?:ini|toml|mako)$|\.gitattributes$", r"\.py$")


def _weight(name: str) -> int:
    """Of many names the first ones are told: what decides on all revisions stands before what one of them may read."""
    return next((number for number, pattern in enumerate(_WEIGHTS) if re.search(pattern, name)), len(_WEIGHTS))


def nothing_new(found: Changes, graph: Graph) -> Message:
    """The sentence in place of findings."""
    base, count = found.base, len(graph.revisions)
    values = {"base": base.ref, "commit": base.commit[:8], "heads": few(found.base_heads)}
    values["revisions"] = str(say("1 revision") if count == 1 else say("{count} revisions", count=count))
    if set(found.base_heads) - graph.by_id.keys():
        return say("nothing new since {base} ({commit}), which is ahead, at {heads}: {revisions} here", **values)
    return say("nothing new since {base} ({commit}): {revisions}, as on the base branch", **values)


def few(names: list[str] | tuple[str, ...]) -> str:
    """The first of them, and how many more there are."""
    if len(names) <= _NAMED + 1:
        return ", ".join(names)
    return str(say("{names} and {count} more", names=", ".join(names[:_NAMED]), count=len(names) - _NAMED))
