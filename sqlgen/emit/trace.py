"""What a run of Alembic in offline mode gave: statements that know where they came from. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlgen.messages import Message

if TYPE_CHECKING:
    from sqlgen.schema.model import Model

Direction = Literal["upgrade", "downgrade"]


@dataclass(frozen=True, slots=True)
class Source:
    """The call in a file that made a statement."""

    file: str
    """Relative to the project's root where it lies inside it, with `/`; else absolute."""
    line: int
    """The first line of the call, from 1."""
    end_line: int
    column: int
    """Where the call begins, in characters (code points), from 1."""
    helpers: tuple[str, ...] = ()
    """`file:line` of the functions between the revision file's call and Alembic, outermost first."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """One text that Alembic would have sent to the database for a user's operation, as it was compiled.

    Without the terminator Alembic adds. One `op.execute` may hold several statements; cutting them is not done here.
    """

    sql: str
    op: str | None
    """The operation's class: AddColumnOp, ExecuteSQLOp; None when the revision used a connection of its own."""
    construct: str | None
    """The SQLAlchemy class: CreateTable, AddColumn, TextClause."""
    source: Source | None
    transaction: int | None
    """The number of the transaction Alembic would run it in, from 1; None: in none, each statement is committed."""
    autocommit: bool = False
    """Inside autocommit_block()."""
    read: bool = False
    """A query whose result the revision looked at: it is no change, unless a function that it calls makes one."""
    volatile: tuple[str, ...] = ()
    """Values in it, as they are written, that another run does not have."""


@dataclass(frozen=True, slots=True)
class Read:
    """Rows, or what depends on them, that a revision looked at."""

    sql: str
    """The beginning of the statement, on one line."""
    what: str
    """What was called: fetchall, rowcount, …"""
    source: Source | None
    rows: int | None = None
    """How many there were on the database where it ran; None: it was told that there are none."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a revision was told of the schema: it holds where the script is run, or the script may be wrong there."""

    question: str
    """The method of SQLAlchemy's dialects: has_table, get_columns, …"""
    arguments: tuple[str | None, ...]
    """Names: of the table and its schema, mostly."""
    answer: Any
    """As JSON has it, types as they are written; None: there is no such table."""
    source: Source | None
    after: int = 0
    """How many statements the revision had emitted by then."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a revision that is not in its SQL."""

    kind: str
    """offline-branch: it asks whether this is offline mode; wrote-file: it wrote a file; …"""
    text: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a revision could not be rendered."""

    reason: Message
    """One sentence: the exception's type and text, or what became of the worker."""
    file: str | None
    line: int | None
    detail: str = ""
    """The traceback, for -v."""
    mentions: tuple[str, ...] = ()
    """Words in the texts of the revision's code: what it did not come to may have changed things of these names."""
    packages: tuple[str, ...] = ()
    """What the revision imports and is not installed, where that is the reason."""
    kind: str = "exception"
    """The worker's word for it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One revision, run in one direction, as if every query had no rows."""

    revision: str
    direction: Direction
    statements: tuple[Emitted, ...]
    """What it emitted; with a failure, what it emitted before it failed."""
    failure: Failure | None = None
    reads: tuple[Read, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run depends on beside its job."""

    files: tuple[str, ...]
    """Absolute paths of what was read and is neither Python's nor an installed package's, sorted."""
    variables: tuple[str, ...]
    """Environment variables that were asked for, sorted; `*` among them: all."""


@dataclass(frozen=True, slots=True)
class Header:
    """What env.py configured: known before the first revision is rendered. The fields are Trace's."""

    dialect: str
    version_table: str
    version_table_schema: str | None
    versions: tuple[tuple[str, str], ...]
    transaction_per_migration: bool = False
    """Whether env.py asks for a transaction for each revision. By default Alembic runs all of them in one."""
    model: Model | None = None
    """What its target_metadata maps, where the run was asked to say so."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole run."""

    dialect: str
    """postgresql, mysql, mariadb, sqlite, mssql, oracle, …: what the SQL was compiled for."""
    version_table: str
    version_table_schema: str | None
    revisions: tuple[Rendered, ...]
    output: str
    """What env.py and the revisions printed; it is not SQL."""
    python: str
    """The interpreter that ran it, for messages only: an absolute path."""
    versions: tuple[tuple[str, str], ...]
    """(("alembic", "1.20.1"), ("python", "3.11"), ("sqlalchemy", "2.1.9"))"""
