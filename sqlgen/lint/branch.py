"""What a branch does to the history, as rules see it: plain values, each about one place.

They are found by comparing the history at hand with the one of the branch that it will be merged into. Ids are whole;
files are relative to the project's root, with `/`; lines count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from sqlgen.messages import Message

__all__ = [
    "BRANCH_FACTS",
    "BaselineGrown",
    "BranchFact",
    "DeletedRevision",
    "EditedRevision",
    "ManyHeads",
    "ModelDrift",
    "ReparentedRevision",
    "UnsoundHistory",
    "WrongParent",
]


@dataclass(frozen=True, slots=True)
class EditedRevision:
    """A revision that is on the base branch, and does something else here. Comments, docstrings, allowances and the
    layout of the code don't count."""

    revision: str
    file: str
    line: int
    """The first line that differs in meaning, else where `revision = …` stands."""
    functions: tuple[str, ...]
    """What of it differs: "upgrade", "downgrade", names of other functions, or "module"."""
    base: str
    """The branch that it is compared with, as git knows it: origin/main."""


@dataclass(frozen=True, slots=True)
class DeletedRevision:
    """A revision that is on the base branch, and not here."""

    revision: str
    was: str
    """The file that it stood in."""
    file: str | None
    """Of a revision here that comes right after it; None where there is none."""
    line: int | None
    """Where that one names its parent."""
    base: str


@dataclass(frozen=True, slots=True)
class ReparentedRevision:
    """A revision that is on the base branch, and comes after others here."""

    revision: str
    file: str
    line: int
    """Where `down_revision = …` stands, or `depends_on = …` where only that differs."""
    before: tuple[str, ...]
    """What it comes after on the base branch, depends_on included."""
    now: tuple[str, ...]
    base: str


@dataclass(frozen=True, slots=True)
class ManyHeads:
    """The history here has more heads than the base branch, and nothing merges them."""

    heads: tuple[str, ...]
    """All heads here, in the order of the files."""
    base_heads: tuple[str, ...]
    revision: str
    """The new revision that opens a branch."""
    file: str
    line: int
    """Where it names its parent."""
    base: str


@dataclass(frozen=True, slots=True)
class WrongParent:
    """A new revision that does not come after the base branch's head: once merged, the history has two heads.

    Where both hold, ManyHeads is not told as well.
    """

    revision: str
    file: str
    line: int
    """Where `down_revision = …` stands."""
    parents: tuple[str, ...]
    """As written; empty for a base."""
    base_heads: tuple[str, ...]
    """The heads of the base branch, of which none comes before it."""
    base: str


@dataclass(frozen=True, slots=True)
class UnsoundHistory:
    """The revision files make no graph: an id twice, a parent that is missing, a cycle, a file that can't be read.
    Nothing can be rendered."""

    why: Message
    hint: Message
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class ModelDrift:
    """The models and the schema that the history makes are not the same."""

    kind: str
    """"table" or "column" (missing on one side), "type", "nullable"."""
    side: str
    """Who has it: "models" or "history"; for type and nullable "both"."""
    table: str
    """As people write it, with its schema where that is not the default."""
    column: str | None
    models: str | None
    """What the models say: a type, NULL, NOT NULL."""
    history: str | None
    """What the revisions make of it."""
    revision: str = ""
    """The new revision that made the difference; empty where it was there before, or the models made it."""
    file: str | None = None
    """Where that was written: the call in the revision, else the mapped class; None where it is not known."""
    line: int | None = None
    end_line: int | None = None
    begin: int | None = None
    """At which character of the line, from 1."""


@dataclass(frozen=True, slots=True)
class BaselineGrown:
    """The baseline holds findings that the one of the base branch does not."""

    file: str
    line: int | None
    """Where the first of them stands in it."""
    count: int
    rules: tuple[str, ...]
    """Their rules, sorted."""
    base: str


BranchFact = (
    EditedRevision
    | DeletedRevision
    | ReparentedRevision
    | ManyHeads
    | WrongParent
    | UnsoundHistory
    | ModelDrift
    | BaselineGrown
)

BRANCH_FACTS: frozenset[type] = frozenset(get_args(BranchFact))
"""What a rule can see of a branch."""
