"""What a review is made from: what the stages before it have found, as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlgen.messages import Message
from sqlgen.review.document.stats import Stats
from sqlgen.review.summary import Judged
from sqlgen.schema.model import Model
from sqlgen.script.runbook.page import Range


@dataclass(frozen=True, slots=True)
class Node:
    """A revision in the history."""

    parents: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """All of it for one range."""

    range: Range
    judged: Judged
    language: str
    """What is spoken while it is made: of sentences that are made into text."""
    graph: Mapping[str, Node] = field(default_factory=dict)
    """The revisions of the range, by id."""
    model: Model | None = None
    """What target_metadata maps, where the range ends at the heads."""
    commit: str | None = None
    project: str | None = None
    service: str | None = None
    source_url: str | None = None
    """Where a line of a file is seen at a commit: `https://host/x/blob/{commit}/{path}#L{line}`."""
    changed: Collection[str] = ()
    """Files that the commit does not have as they are here, by their names in the repository."""
    roles: Mapping[str, int] = field(default_factory=dict)
    emergency: bool = False
    """Another policy of the trust folder decides who signs."""
    overrides: Sequence[Message | str] = ()
    """Refusals that were overridden."""
    asked: Sequence[tuple[Message, Message | str]] = ()
    """Why there is this bundle: ticket, emergency, hotfix; a name and what it says."""
    rules: int = 0
    """How many rules have looked at it."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """Versions, by name."""
    rehearsed: Sequence[str] = ()
    """Receipts that came with it: environments where the same content was applied."""
    stats: Stats | None = None
    """Of the tables, as a DBA has given them."""
    down_only: bool = False
    """Nothing but the way back was asked for: `range.up` holds it."""
