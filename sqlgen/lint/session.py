"""SET, BEGIN and COMMIT in, what holds in the session out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar, cast

from sqlgen.effects import Blocks, Commits, Effect, Lock
from sqlgen.facts.vocabulary import Begin, Commit, DropTable, Fact, Name, RenameTable, Rollback, SetOption
from sqlgen.segments import Item

F = TypeVar("F")

# What bounds the wait for the lock of a DDL statement, and how many ms its unit is.
# PostgreSQL 17, 20.11.1: lock_timeout, ms. MySQL 8.4, 7.1.8: lock_wait_timeout, s, for metadata; MariaDB too.
# SQLite: PRAGMA busy_timeout, ms.
_LOCK_OPTION = {
    "postgresql": ("lock_timeout", 1),
    "mysql": ("lock_wait_timeout", 1000),
    "mariadb": ("lock_wait_timeout", 1000),
    "sqlite": ("busy_timeout", 1),
    # SQL Server: SET LOCK_TIMEOUT, ms, -1 for ever. Oracle: ddl_lock_timeout, s, 0: DDL does not wait at all.
    "mssql": ("lock_timeout", 1),
    "oracle": ("ddl_lock_timeout", 1000),
}

# Where 0 means: fail at once. SQL Server, SET LOCK_TIMEOUT: -1 is for ever. SQLite, PRAGMA busy_timeout: so is none.
# Oracle, DDL_LOCK_TIMEOUT.
_ZERO_IS_AT_ONCE = ("mssql", "sqlite", "oracle")

# What bounds how long a statement runs. PostgreSQL 17, 20.11.1: statement_timeout, ms. MySQL's and MariaDB's bound
# only queries (MySQL 8.4, 7.1.8, max_execution_time: SELECT) or do so in seconds (MariaDB, max_statement_time).
_STATEMENT_OPTION = {"postgresql": ("statement_timeout", 1), "mariadb": ("max_statement_time", 1000)}


def preamble_options(
    dialect: str, lock_timeout_ms: int | None, statement_timeout_ms: int | None
) -> dict[str, str | None]:
    """What our script's preamble sets, as SET would have it. None: it sets none; 0: it waits for ever, by a value that
    the engine has for it."""
    found: dict[str, str | None] = {}
    for options, value_ms in ((_LOCK_OPTION, lock_timeout_ms), (_STATEMENT_OPTION, statement_timeout_ms)):
        if value_ms is not None and dialect in options:
            name, unit_ms = options[dialect]
            endless = options is _LOCK_OPTION and value_ms == 0 and dialect in _ZERO_IS_AT_ONCE
            found[name] = "-1" if endless else str(-(-value_ms // unit_ms))
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """Something that a transaction has done."""

    item: Item
    fact: Fact
    effect: Effect


@dataclass(slots=True)
class Transaction:
    """What an open transaction has done so far, and what it holds until it ends."""

    done: list[Done] = field(default_factory=list)
    locks: dict[Name, Lock] = field(default_factory=dict)
    """By table: the strongest lock that blocks reads or writes of others. Brief ones are over and left out, and so are
    those on tables that were made in the range, or that the transaction has dropped: nobody waits for these."""
    closed: dict[Name, Lock] = field(default_factory=dict)
    """Those of these locks that block reads too."""
    named: dict[Name, None] = field(default_factory=dict)
    """Those of these tables that a statement was about, in order; not those that are locked beside it."""
    spared: Name | None = None
    """A table that was left out because it is new."""
    _kinds: dict[type, list[Fact]] = field(default_factory=dict)

    def of(self, kind: type[F]) -> Sequence[F]:
        """The facts of a kind, in order."""
        return cast(Sequence[F], self._kinds.get(kind, ()))

    def add(self, item: Item, fact: Fact, effect: Effect, new: Callable[[Name], bool]) -> None:
        """Take what a statement did. `new`: whether a table was made in the range."""
        self.done.append(Done(item, fact, effect))
        self._kinds.setdefault(type(fact), []).append(fact)
        about = getattr(fact, "table", None)
        for lock in effect.locks:
            if lock.brief or lock.blocks < Blocks.WRITES:
                continue
            if new(lock.table):
                self.spared = lock.table
                continue
            if lock.table not in self.locks or self.locks[lock.table].blocks < lock.blocks:
                self.locks[lock.table] = lock
                if lock.blocks is Blocks.ALL:
                    self.closed[lock.table] = lock
            if lock.table == about:
                self.named[lock.table] = None
        match fact:
            case RenameTable(table, to):
                self._rename(table, to)
            case DropTable(table):
                for tables in (self.locks, self.closed, self.named):
                    tables.pop(table, None)
            case _:
                pass

    def _rename(self, table: Name, to: Name) -> None:
        for locks in (self.locks, self.closed):
            if (held := locks.pop(table, None)) is not None:
                locks[to] = replace(held, table=to)
        if table in self.named:
            self.named = dict.fromkeys(to if name == table else name for name in self.named)


class Session:
    """What one connection has set, and what its transaction has done, just before the next statement.

    joined: `alembic upgrade` runs all revisions in one transaction, unless env.py asks for one each.
    """

    def __init__(self, dialect: str, preamble: Mapping[str, str | None], *, joined: bool = False):
        self._zero_is_at_once = dialect in _ZERO_IS_AT_ONCE
        self._lock_option = _LOCK_OPTION.get(dialect, ("", 1))
        self._statement_option = _STATEMENT_OPTION.get(dialect, ("", 1))
        self._preamble = dict(preamble)
        self._session: dict[str, str | None] = {}
        self._local: dict[str, str | None] = {}
        self._at_begin: dict[str, str | None] = {}
        self._joined = joined
        self._number: int | None = None
        self._begun = False
        self._over = False
        """Whether the migration itself has ended the transaction that it runs in: what follows stands in none. So it is
        under psycopg2, which begins no other one, and in our script."""
        self.transaction: Transaction | None = None
        """None where none is open."""
        self._options: dict[str, str | None] | None = None
        """What `options` gives, until something is set."""

    def enter(self, item: Item) -> None:
        """Go to the next statement: where its transaction is another one, the last one is over."""
        same = item.transaction == self._number or (
            self._joined and item.transaction is not None and self._number is not None
        )
        if not same:
            self._over = False
            self._end()
        self._number = item.transaction
        if not self.in_transaction:
            self.transaction = None
        elif self.transaction is None:
            self.transaction = Transaction()

    def apply(self, item: Item, fact: Fact, effect: Effect, new: Callable[[Name], bool]) -> None:
        """Take what a statement does to the session. `new`: whether a table was made in the range."""
        if effect.commits is Commits.IMPLICITLY:
            self._begun, self._over = False, True
            self._end()
        elif self.transaction is not None:
            self.transaction.add(item, fact, effect, new)
        match fact:
            case Begin():
                self._begun, self._at_begin = True, dict(self._session)
                self.transaction = Transaction()
            case Commit():
                self._begun, self._over = False, True
                self._end()
            case Rollback():
                # PostgreSQL 17, SET: a SET inside a transaction that is rolled back never happened.
                if self._begun:
                    self._session, self._options = dict(self._at_begin), None
                self._begun, self._over = False, True
                self._end()
            case SetOption(name, value, local):
                self._set(name, value, local=local)
            case _:
                pass

    def _set(self, name: str, value: str | None, *, local: bool) -> None:
        scope, _, bare = name.removeprefix("@@").rpartition(".")
        if scope == "global":
            return
        self._options = None
        if not local:
            self._session[bare] = value
        elif self.in_transaction:  # PostgreSQL 17, SET: outside a transaction SET LOCAL does nothing
            self._local[bare] = value

    def _end(self) -> None:
        if self._local:
            self._local.clear()
            self._options = None
        self.transaction = Transaction() if self.in_transaction else None

    @property
    def in_transaction(self) -> bool:
        return self._begun or (self._number is not None and not self._over)

    @property
    def options(self) -> dict[str, str | None]:
        """Everything set so far, names in lower case."""
        if self._options is None:
            self._options = {**self._preamble, **self._session, **self._local}
        return self._options

    @property
    def lock_timeout_ms(self) -> int | None:
        """How long a statement waits for a lock. 0: for ever, set explicitly; None: the engine's default holds."""
        value_ms = self._milliseconds(*self._lock_option)
        if value_ms is not None and self._zero_is_at_once:
            return 0 if value_ms < 0 else max(value_ms, 1)
        return value_ms

    @property
    def statement_timeout_ms(self) -> int | None:
        """How long a statement may run. 0: for ever, set explicitly; None: the server's or the role's limit holds."""
        return self._milliseconds(*self._statement_option)

    def _milliseconds(self, option: str, unit_ms: int) -> int | None:
        if option not in self.options:
            return None
        value = _milliseconds(option, self.options[option])
        return None if value is None else value * unit_ms


@lru_cache(maxsize=64)
def _milliseconds(option: str, value: str | None) -> int | None:
    return SetOption(option, value).milliseconds
