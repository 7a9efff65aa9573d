"""What a rule is, and what it sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlgen import effects
from sqlgen.effects import Blocks, Effect, Lock, Server, TypeChange, Work
from sqlgen.facts.vocabulary import Block, Column, Delete, Fact, Insert, Name, Update
from sqlgen.lint.branch import BRANCH_FACTS
from sqlgen.lint.finding import Severity
from sqlgen.lint.session import Transaction
from sqlgen.messages import Message

if TYPE_CHECKING:
    from sqlgen.schema import Schema, Table
    from sqlgen.schema.model import Model

EVERY_DIALECT = frozenset({"*"})
"""`dialects=` of a rule that holds for each dialect there is."""


@dataclass(frozen=True, slots=True)
class Before:
    """What holds just before the statement that a rule looks at; for a rule about the whole range, behind its end."""

    dialect: str
    server_version: tuple[int, ...] | None
    """(16,), (10, 11); None when nobody said: `at_least` then assumes `OLDEST`."""
    runs: str
    """"bundle": sqlgen's script runs the migrations; "alembic": alembic upgrade does; "file": a .sql file is run."""
    schema: Schema
    in_transaction: bool
    lock_timeout_ms: int | None
    """0: waits for ever, set explicitly; None: nobody set one, the engine's default holds."""
    block: Block | None
    """The DO or BEGIN … END block of this statement that the fact stands in."""
    revision: str
    direction: str
    allowed: frozenset[str]
    """The rules that an allowance names for this statement, so that a guard can accept a reasoned drop."""
    options: Mapping[str, str | None] = field(default_factory=dict)
    """What SET and PRAGMA have set so far in this session, our script's preamble included: names in lower case, values
    as written."""
    rebuilt_as: Name | None = None
    """For a DropTable: the filled copy that takes the table's name right after it (SQLite's way to alter a table)."""
    views_made: frozenset[Name] = frozenset()
    """The views that this revision (or file) creates."""
    columns_made: Mapping[Name, Mapping[str, Column]] = field(default_factory=dict)
    """The columns that this revision adds to each table, by their names in lower case; none where it looks at rows."""
    row_driven: bool = False
    """Whether the revision looks at rows: what it does for them, it may fill a column, is not among its statements."""
    born_parts: Mapping[Name, Set[tuple[str, str]]] = field(default_factory=dict)
    """What was added to each table in this range: ("column" or "constraint", name in lower case)."""
    filled_columns: Mapping[Name, Set[str]] = field(default_factory=dict)
    """Names in lower case: the columns of each table that an UPDATE of this range has set so far where they were NULL,
    or everywhere; of a table that was made in this range, those that INSERT … SELECT names."""
    unique_until_now: Mapping[Name, Set[frozenset[str]]] = field(default_factory=dict)
    """Columns of each table, in lower case, that a key kept unique which this range has dropped."""
    spared: list[Name] = field(default_factory=list, repr=False, compare=False)
    """What a rule asked about and was told to be new: over a range that begins later, the rule would have spoken."""
    transaction: Transaction | None = None
    """What the open transaction has done before this statement; None outside one, and where DDL commits by itself."""
    statement_timeout_ms: int | None = None
    """0: no limit, set explicitly; None: nobody set one, the server's or the role's holds."""
    model: Model | None = None
    """The application's models (env.py's target_metadata), as they are at the head; None where they are not known."""
    known: dict[int, tuple[Fact, Effect]] = field(default_factory=dict, repr=False, compare=False)
    """id(fact) → the fact and its effect, where it has been worked out already. A fact that a rule has made is kept, so
    that no other one gets its id."""

    def created(self, name: Name, kind: str = "table", on: Name | None = None) -> bool:
        """Whether the table (or other object) was made earlier in this range, so that no row and no code rely on it.

        The copy that takes over an old table's name is not: it has its rows. Functions, triggers, schemas and the like
        are asked for by their kind, and triggers by their table too.
        """
        new = self.schema.created(name, kind, on)
        if new:
            self.spared.append(name)
        return new

    def born(self, table: Name, name: str, kind: str = "column") -> bool:
        """Whether the column (or constraint) was added earlier in this range, alone or with its table."""
        if (kind, name.lower()) not in self.born_parts.get(table, ()):
            return self.created(table)
        self.spared.append(table)
        return True

    def filled(self, table: Name, column: str) -> bool:
        """Whether this range has filled the column: an UPDATE where it was NULL, or everywhere; in a table of this
        range, INSERT … SELECT."""
        return column.lower() in self.filled_columns.get(table, ())

    def table(self, name: Name) -> Table | None:
        """The table as it stands, None when it is not known."""
        return self.schema.table(name)

    def rebuild(self, table: Name) -> tuple[Table, Table] | None:
        """At the DropTable in a rebuild (`rebuilt_as`): the table and its copy; None elsewhere, or where one of them is
        not known."""
        if self.rebuilt_as is None:
            return None
        old, new = self.table(table), self.table(self.rebuilt_as)
        return None if old is None or new is None else (old, new)

    @property
    def server(self) -> Server:
        return Server(self.dialect, self.server_version)

    def at_least(self, *version: int) -> bool:
        """Whether the server is this version or a later one.

        Only the parts that were said are compared: "8.0" means the newest 8.0. With nothing said, `effects.OLDEST`
        counts.
        """
        return self.server.at_least(*version)

    def effect(self, fact: Fact) -> Effect:
        """What the fact does to others, and how it works, on this server and with this schema."""
        found = self.known.get(id(fact))
        if found is None:
            found = self.known[id(fact)] = fact, effects.effect(fact, self.schema, self.server)
        return found[1]

    def type_change(self, old: str, new: str, *, column: str = "", using: str | None = None) -> TypeChange:
        """What changing a column from one type to another (as written) means on this server."""
        return effects.type_change(old, new, self.server, column=column, using=using, schema=self.schema)

    def awaited(self, fact: Fact) -> Lock | None:
        """The strongest lock that the fact waits for while others wait behind it: brief ones too, but none that lets
        reads and writes go on, and none on a table that was made in this range. Changes of rows lock rows, not tables.
        """
        if isinstance(fact, Insert | Update | Delete):
            return None
        return self._strongest(lock for lock in self.effect(fact).locks if lock.blocks >= Blocks.WRITES)

    def blocked(self, fact: Fact) -> Lock | None:
        """The strongest lock that keeps others from writing, or from reading too, while the fact works through rows.

        None where the work is the catalog's alone, or is not known; where the lock is held for a moment; and where the
        table was made in this range.
        """
        effect, table = self.effect(fact), getattr(fact, "table", None)
        if effect.work not in (Work.SCAN, Work.INDEX, Work.REWRITE):
            return None
        if isinstance(table, Name) and self.created(table):
            return None
        return self._strongest(lock for lock in effect.locks if lock.blocks >= Blocks.WRITES and not lock.brief)

    def _strongest(self, locks: Iterable[Lock]) -> Lock | None:
        old = [lock for lock in locks if not self.created(lock.table) and not self._is_index_of_new(lock.table)]
        return max(old, key=lambda lock: lock.blocks, default=None)

    def _is_index_of_new(self, name: Name) -> bool:
        """PostgreSQL locks indexes by themselves too. One of a table of this range is as new as its table."""
        if self.dialect != "postgresql":
            return False
        index, backed = self.schema.index(name), self.schema.backs(name)
        table = index.table if index is not None else backed[0] if backed is not None else None
        return table is not None and self.created(table)

    def held(self) -> Mapping[Name, Lock]:
        """The locks that the open transaction holds on tables that others may use: those that block reads or writes.

        Tables that were made in this range are left out, and so are locks that are held for a moment only.
        """
        if self.transaction is None:
            return {}
        if self.transaction.spared is not None:
            self.spared.append(self.transaction.spared)
        return self.transaction.locks


@dataclass(frozen=True, slots=True)
class Advice:
    """A harm with a remedy of its own, where the rule's help does not fit the engine or the case."""

    message: Message
    help: Message


Check = Callable[..., Any]
"""`check(subject)`, `check(subject, before)` or `check(subject, before, options)`.

It returns None, a Message or an Advice; about more than one statement (Segment, Step, a range) also an iterable of
them, or of `(item, Message or Advice)` to say where.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as its file declares it. The loader adds the id (the file's name) and the page (the docstring)."""

    check: Check
    severity: Severity
    dialects: frozenset[str]
    """`EVERY_DIALECT`, or the names of dialects."""
    help: Message
    since: str
    default: bool
    """Whether it is on in the preset "default"."""
    sees: tuple[type, ...]
    """The types of the check's first parameter: facts, Item, Statement, Segment, Step; `tuple` is the whole range."""
    options: Any | None
    """The Options dataclass of the rule's file, None where it has none."""
    takes: int = 2
    """How many parameters the check has."""
    once: bool = False
    """Whether one finding per revision (or file) says enough."""
    strict: bool = True
    """Whether it is on in the preset "strict". False: a matter of a team's own policy, on when the settings name it."""

    @property
    def of_branches(self) -> bool:
        """Whether it judges what a branch does to the history, and no statement."""
        return not BRANCH_FACTS.isdisjoint(self.sees)

    def claims(self, dialect: str) -> bool:
        """Whether the rule says anything about this dialect."""
        return "*" in self.dialects or dialect in self.dialects
