"""What a statement does to those who use the database while it runs, and to what is in it: the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from sqlgen.facts.vocabulary import Name

OLDEST: Mapping[str, tuple[int, ...]] = {
    "postgresql": (12,),
    "mysql": (8, 0),
    "mariadb": (10, 5),
    "sqlite": (3, 31),
    "mssql": (13,),
    "oracle": (19,),
}
"""What is assumed where nobody said which version runs: the oldest that distributions under support still ship.

SQL Server counts in its internal numbers: 13 is 2016, 15 is 2019, 16 is 2022.
"""


@dataclass(frozen=True, slots=True)
class Server:
    """An engine and its version."""

    dialect: str
    version: tuple[int, ...] | None = None
    """(16,), (10, 11); None when nobody said: `at_least` then assumes `OLDEST`."""

    def at_least(self, *version: int) -> bool:
        """Whether the server is this version or a later one.

        Only the parts that were said are compared: "8.0" means the newest 8.0. With nothing said, `OLDEST` counts.
        """
        server = self.version or OLDEST.get(self.dialect)
        return server is not None and server >= version[: len(server)]


class Blocks(IntEnum):
    """What other sessions can't do with a table while a lock is held; each one includes those before it."""

    NOTHING = 0
    SCHEMA = 1
    """Other schema changes, and VACUUM."""
    WRITES = 2
    """INSERT, UPDATE, DELETE."""
    ALL = 3
    """SELECT too."""


class Work(IntEnum):
    """How much an engine does for a statement, from little to much."""

    NONE = 0
    """Nothing at all: the new type is the old one."""
    METADATA = 1
    """The catalog alone: it takes the same time for a table of any size."""
    ROWS = 2
    """The rows that it names are read or changed."""
    SCAN = 3
    """Every row of a table is read."""
    INDEX = 4
    """An index is built: every row is read, and sorted."""
    REWRITE = 5
    """Every row of a table is written anew."""
    UNKNOWN = 6
    """It can't be said."""


class Algorithm(IntEnum):
    """How MySQL and MariaDB alter a table, from light to heavy."""

    INSTANT = 0
    NOCOPY = 1
    """MariaDB: in place, and without rebuilding the clustered index."""
    INPLACE = 2
    COPY = 3


class Commits(StrEnum):
    """How a statement goes with a transaction."""

    WITH = "with its transaction"
    """It is undone when the transaction is rolled back."""
    IMPLICITLY = "implicitly"
    """It commits what stands before it, and itself: MySQL, MariaDB, Oracle."""
    ALONE = "alone"
    """It is refused inside a transaction: CREATE INDEX CONCURRENTLY, VACUUM."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on a table that a statement takes."""

    table: Name
    mode: str
    """In the engine's words, upper case: "ACCESS EXCLUSIVE", "SHARE"; SQLite: "EXCLUSIVE" of the whole file."""
    blocks: Blocks
    brief: bool = False
    """Held for a moment at its start and end only. It still waits in the queue, and all queries wait behind it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fact does. `line` names the line of the engine's table that says so."""

    line: str
    """In lower-case words with hyphens: add-column-constant-default. A test runs each line that is `proven`."""
    work: Work
    locks: tuple[Lock, ...] = ()
    worked_on: tuple[Name, ...] = ()
    """The tables whose rows are read or written, where the work is more than metadata."""
    commits: Commits = Commits.WITH
    algorithm: Algorithm | None = None
    """MySQL and MariaDB: the lightest that the engine accepts for it."""
    reversible: bool = True
    """Whether a later statement brings back what was there, rows included."""
    destroys: bool = False
    """Whether values or rows are gone afterwards."""
    breaks: bool = False
    """Whether code that knows only the schema before it may stop working."""
    may_fail: bool = False
    """Whether rows that are there may make it fail."""
    sources: tuple[str, ...] = ()
    """Where the claim comes from: URLs of manuals, or a file of the engine's source."""
    proven: bool = False
    """Whether a test runs it on a real server and looks: PostgreSQL, MariaDB, SQLite. Else it is the manual's word."""

    def blocks(self, table: Name) -> Blocks:
        """What others can't do with this table while it runs, from its first row to its last."""
        return max(
            (lock.blocks for lock in self.locks if lock.table == table and not lock.brief), default=Blocks.NOTHING
        )

    def lock(self, table: Name) -> Lock | None:
        """The strongest lock on this table, brief ones too."""
        return max((lock for lock in self.locks if lock.table == table), key=lambda lock: lock.blocks, default=None)


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What the change of a column's type means for the rows that are there: a cell of the type-change matrix."""

    work: Work
    """NONE: the same type; METADATA; SCAN: each row is checked; INDEX: the column's indexes are built anew; REWRITE."""
    algorithm: Algorithm | None = None
    """MySQL and MariaDB."""
    may_fail: bool = False
    """Whether there may be values that the new type does not take, and the statement then fails."""
    loses: bool = False
    """Whether values may come out shorter, rounded, or otherwise other than they were, without an error."""
    sources: tuple[str, ...] = ()
    refused: bool = False
    """Whether the engine refuses it whatever the values are: PostgreSQL has no cast that it uses without a USING. The
    work is what it would be with one."""
