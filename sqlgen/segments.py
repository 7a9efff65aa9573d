"""Statements in, transactions and autocommit stretches out.

A `Step` is one revision in one direction, formatted and read; everything after layout and facts works on Steps.
A `Segment` is a stretch of a step's items that the engine commits together, or one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from sqlgen.facts.vocabulary import Fact
from sqlgen.messages import Message
from sqlgen.statements.model import Statement


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement was written: lines and columns from 1, columns in characters."""

    file: str
    line: int
    end_line: int
    column: int


@dataclass(frozen=True, slots=True)
class Item:
    """One user statement, as it will run, and what it does."""

    statement: Statement
    facts: tuple[Fact, ...]
    place: Place | None
    transaction: int | None
    """Which transaction of the run it stands in; None: it commits by itself."""
    op: str | None = None
    """Alembic's operation class, where there was one."""
    autocommit: bool = False
    """It stands in autocommit_block(): on every engine, also where nothing else has a transaction."""
    layout_note: Message | None = None
    """Why the formatter left it as it was; None when it is formatted."""
    volatile: tuple[str, ...] = ()
    """Values in it that another rendering would not have: uuid4(), now(), random() of Python. These ones will run."""

    @property
    def sql(self) -> str:
        return self.statement.text


@dataclass(frozen=True, slots=True)
class Gap:
    """A revision that could not be rendered: a gate in the script."""

    reason: Message
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Query:
    """Rows that a revision looked at: what it does for the rows of another database is missing."""

    sql: str
    """Its beginning, on one line."""
    what: str
    """What was called: fetchall, rowcount, …"""
    place: Place | None
    rows: int | None = None
    """How many rows there were where it was recorded; None: it was told that there are none."""


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A hand-written file that stands for a revision."""

    name: str
    """Relative to the project, with `/`."""
    sha256: str
    """Of the file's bytes."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a revision was told of the schema. Where it does not hold, the rendered statements may be wrong."""

    question: str
    """The method of SQLAlchemy's dialects: has_table, get_columns, …"""
    arguments: tuple[str | None, ...]
    """Names: of the table and its schema, mostly."""
    answer: Any
    """As JSON has it, types as they are written; None: there is no such table."""
    place: Place | None
    after: int = 0
    """How many of the step's items stand before it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a revision that its SQL does not show: `kind` in lower-case words with hyphens."""

    kind: str
    text: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Downgrade:
    """What the file of an upgrade has for the way back."""

    state: Literal["missing", "empty", "raises", "present"]
    """Whether downgrade() is not there, does nothing, does nothing but raise, or does something."""
    words: frozenset[str] | None = None
    """All words of the strings in it, in lower case; None where strings may come from elsewhere: a helper, a loop, a
    name. So what it never names, it does not bring back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One revision in one direction, or one .sql file (`revision` is then the empty string)."""

    revision: str
    message: str
    """The first line of the revision's docstring."""
    direction: Literal["upgrade", "downgrade"]
    before: tuple[str, ...]
    """The rows of the version table before it, sorted."""
    after: tuple[str, ...]
    file: str | None
    items: tuple[Item, ...]
    gap: Gap | None = None
    queries: tuple[Query, ...] = ()
    """What it read, where it is rendered nevertheless."""
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[Note, ...] = ()
    origin: Literal["rendered", "recorded", "override"] = "rendered"
    """recorded: from a run on an empty database; override: written by hand."""
    override: SqlFile | None = None
    """The file, where it is written by hand."""
    downgrade: Downgrade | None = None
    """Of an upgrade: what the revision's file has for the way back; None where that can't be seen."""

    @property
    def incomplete(self) -> bool:
        """Whether something of the revision is missing."""
        return self.gap is not None or self.row_driven

    @property
    def row_driven(self) -> bool:
        """Whether it is rendered, but for what it does for rows that it looked at."""
        return self.gap is None and bool(self.queries)


@dataclass(frozen=True, slots=True)
class Segment:
    """Items of one step that stand in one transaction, or one item after another without one."""

    transaction: int | None
    items: tuple[Item, ...]


def segments(step: Step) -> Iterator[Segment]:
    """Cut a step where its transactions begin and end. Joining the items of all gives the step's items back."""
    for number, items in groupby(step.items, key=lambda item: item.transaction):
        yield Segment(number, tuple(items))
