"""SET, BEGIN and COMMIT in, what holds in the session out."""

from __future__ import annotations

from sqlgen.facts.vocabulary import Begin, Commit, Fact, Rollback, SetOption
from sqlgen.segments import Item

# What bounds the wait for the lock of a DDL statement, and how many ms its unit is.
# PostgreSQL 17, 20.11.1: lock_timeout, ms. MySQL 8.4, 7.1.8: lock_wait_timeout, s, for metadata; MariaDB too.
# SQLite: PRAGMA busy_timeout, ms.
_LOCK_OPTION = {
    "postgresql": ("lock_timeout", 1),
    "mysql": ("lock_wait_timeout", 1000),
    "mariadb": ("lock_wait_timeout", 1000),
    "sqlite": ("busy_timeout", 1),
}


class Session:
    """What one connection has set, and whether a transaction is open, just before the next statement."""

    def __init__(self, dialect: str, lock_timeout_ms: int | None):
        self._lock_option, self._unit_ms = _LOCK_OPTION.get(dialect, ("", 1))
        self._preamble_ms = lock_timeout_ms
        self._session: dict[str, str | None] = {}
        self._local: dict[str, str | None] = {}
        self._at_begin: dict[str, str | None] = {}
        self._transaction: int | None = None
        self._begun = False

    def enter(self, item: Item) -> None:
        """Go to the next statement: where its transaction is another one, the last one is over."""
        if item.transaction != self._transaction:
            self._transaction = item.transaction
            self._end()

    def apply(self, fact: Fact) -> None:
        """Take what a statement does to the session."""
        match fact:
            case Begin():
                self._begun, self._at_begin = True, dict(self._session)
            case Commit():
                self._begun = False
                self._end()
            case Rollback():
                # PostgreSQL 17, SET: a SET inside a transaction that is rolled back never happened.
                if self._begun:
                    self._session = dict(self._at_begin)
                self._begun = False
                self._end()
            case SetOption(name, value, local):
                self._set(name, value, local=local)
            case _:
                pass

    def _set(self, name: str, value: str | None, *, local: bool) -> None:
        scope, _, bare = name.removeprefix("@@").rpartition(".")
        if scope == "global":
            return
        if not local:
            self._session[bare] = value
        elif self.in_transaction:  # PostgreSQL 17, SET: outside a transaction SET LOCAL does nothing
            self._local[bare] = value

    def _end(self) -> None:
        self._local.clear()

    @property
    def in_transaction(self) -> bool:
        return self._begun or self._transaction is not None

    @property
    def options(self) -> dict[str, str | None]:
        """Everything set so far, names in lower case."""
        return {**self._session, **self._local}

    @property
    def lock_timeout_ms(self) -> int | None:
        """How long a statement waits for a lock. 0: for ever, set explicitly; None: the engine's default holds."""
        options = self.options
        if self._lock_option not in options:
            return self._preamble_ms
        value = SetOption(self._lock_option, options[self._lock_option]).milliseconds
        return None if value is None else value * self._unit_ms
