"""What a PostgreSQL server does for a statement, looked at from outside: locks, files, scans, transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from sqlgen.effects import Blocks, Work
from tests.servers.surviving_postgresql import accepted, broken, rows, values

MODES = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
"""From weak to strong."""
_BY_LOCK = {f"{''.join(word.capitalize() for word in mode.split())}Lock": mode for mode in MODES}

_RELATIONS = """
    SELECT c.oid, n.nspname, c.relname, c.relkind, pg_relation_filenode(c.oid), i.indrelid
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""
_LOCKS = "SELECT relation, mode FROM pg_locks WHERE pid = %s AND locktype = 'relation' AND granted = %s"
_SCANS = "SELECT c.oid, pg_stat_get_xact_numscans(c.oid) FROM pg_class c WHERE relkind IN ('r', 'm')"
_STATE = """
    SELECT (SELECT array_agg((relname, relkind, relfilenode, relpersistence, reloptions, relrowsecurity) ORDER BY c.oid)
            FROM pg_class c WHERE relnamespace = 'public'::regnamespace)::text,
           (SELECT array_agg((attrelid, attname, atttypid, atttypmod, attnotnull, atthasdef, attstattarget)
                   ORDER BY attrelid, attnum) FROM pg_attribute WHERE attrelid > 16383)::text,
           (SELECT array_agg((conname, conrelid, convalidated) ORDER BY oid)
            FROM pg_constraint WHERE oid > 16383)::text,
           (SELECT array_agg((tgname, tgrelid, tgenabled) ORDER BY oid) FROM pg_trigger)::text
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, index, view or sequence that stood before the statement."""

    name: str
    """With its schema where that is not public."""
    kind: str
    """pg_class.relkind: r table, p partitioned table, i and I index, v view, m materialized view, S sequence."""
    file: int | None
    table: int | None
    """Of an index."""


@dataclass(slots=True)
class Observed:
    """What was seen while a statement's transaction was open."""

    locks: dict[str, str] = field(default_factory=dict)
    """Relation → the strongest mode; of relations that stood before."""
    kinds: dict[str, str] = field(default_factory=dict)
    rewritten: set[str] = field(default_factory=set)
    indexed: set[str] = field(default_factory=set)
    """The tables whose indexes were built."""
    scanned: set[str] = field(default_factory=set)
    tables: dict[str, str] = field(default_factory=dict)
    """Index → its table."""
    blocks: dict[str, Blocks] = field(default_factory=dict)
    """Table → what another session could not do with it."""
    broken: set[str] = field(default_factory=set)
    """The relations of which a query or an INSERT that went through before is refused afterwards."""
    lost: bool = False
    """Whether a value is not there afterwards, in its column and its table, whatever their names are."""
    restored: bool = True
    """Whether everything was as before after ROLLBACK."""

    @property
    def work(self) -> Work:
        """The heaviest that was seen. Below SCAN nothing is seen."""
        if self.rewritten:
            return Work.REWRITE
        if self.indexed:
            return Work.INDEX
        return Work.SCAN if self.scanned else Work.METADATA

    @property
    def worked_on(self) -> set[str]:
        return self.rewritten | self.indexed | self.scanned


@dataclass(slots=True)
class Observatory:
    """Two sessions of one database: one works, the other watches."""

    worker: Any
    watcher: Any
    space: str
    """A tablespace of this name; statements say `sqlgen_space`."""
    standing: str | None = None
    """The setup whose tables stand unchanged; None when they may have been changed."""

    @classmethod
    @contextmanager
    def of(cls, database: Any) -> Iterator[Observatory]:
        space = f"{database.name}_space"
        with closing(database.connect()) as worker, closing(database.connect()) as watcher:
            watcher.cursor().execute("SET lock_timeout = '5ms'")
            with closing(worker.cursor()) as cursor:
                cursor.execute("CREATE ACCESS METHOD sqlgen_heap TYPE TABLE HANDLER heap_tableam_handler")
                cursor.execute("SET allow_in_place_tablespaces = on")
                cursor.execute(f"CREATE TABLESPACE {space} LOCATION ''")
                yield cls(worker, watcher, space)
                cursor.execute(f"DROP TABLESPACE {space}")

    @property
    def version(self) -> tuple[int, ...]:
        return (self.worker.server_version // 10000,)

    def prepare(self, setup: str) -> None:
        """An empty schema public, and these tables in it; nothing where they stand there already."""
        if self.standing == setup:
            return
        drop = "DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
        with closing(self.worker.cursor()) as cursor:
            cursor.execute(f"SET client_min_messages = warning; {drop}{setup}")
        self.standing = setup

    def observe(self, sql: str) -> Observed:
        """Run a statement in a transaction, look, and take it back."""
        with closing(self.worker.cursor()) as cursor, closing(self.watcher.cursor()) as watcher:
            state = rows(watcher, _STATE)
            before = _relations(watcher)
            for one in before.values():
                if one.kind in "rp":  # a session that never wrote to a partition looks at its parent first
                    _blocked(watcher, one.name)
            values_before, old = values(watcher), accepted(watcher)
            cursor.execute("BEGIN; SET LOCAL client_min_messages = debug1")
            scans = dict(rows(cursor, _SCANS))  # inside: they are set back when statistics are sent
            self.worker.notices.clear()
            try:
                cursor.execute(sql.replace("sqlgen_space", self.space))
                observed = Observed(kinds={one.name: one.kind for one in before.values()})
                self._look(observed, before, scans, cursor, watcher)
                after = values(cursor)
                observed.lost = any(after.get(place) != found for place, found in values_before.items())
                observed.broken = broken(cursor, old)
            finally:
                cursor.execute("ROLLBACK")
            observed.restored = rows(watcher, _STATE) == state
            self.standing = self.standing if observed.restored else None
        return observed

    def _look(
        self, observed: Observed, before: dict[int, Relation], scans: dict[int, int], cursor: Any, watcher: Any
    ) -> None:
        for relation, mode in rows(watcher, _LOCKS, self.worker.info.backend_pid, True):
            if relation in before:
                _strengthen(observed.locks, before[relation].name, _BY_LOCK[mode])
        after = _relations(cursor)
        for number, one in before.items():
            changed = number in after and after[number].file != one.file
            if changed and one.kind in "rm":
                observed.rewritten.add(one.name)
            if one.table is not None and one.table in before:
                observed.tables[one.name] = before[one.table].name
                observed.indexed |= {before[one.table].name} if changed and one.kind == "i" else set()
        for notice in self.worker.notices:
            _, mark, table = notice.strip().rpartition('on table "')
            if "building index" in notice and mark:
                observed.indexed |= {one.name for one in before.values() if one.name == table.partition('"')[0]}
        for number, count in rows(cursor, _SCANS):
            if number in before and count > scans.get(number, 0):
                observed.scanned.add(before[number].name)
        for one in before.values():
            if one.kind in "rp":
                observed.blocks[one.name] = _blocked(watcher, one.name)

    def refused_inside_a_transaction(self, sql: str) -> bool:
        """Whether it is an error of the class `invalid transaction state`."""
        with closing(self.worker.cursor()) as cursor:
            cursor.execute("BEGIN")
            try:
                cursor.execute(sql)
            except psycopg2.Error as error:
                return error.pgcode == "25001"
            finally:
                cursor.execute("ROLLBACK")
        return False

    def fails(self, sql: str) -> bool:
        """Whether a statement is refused, by its rows or its types."""
        with closing(self.worker.cursor()) as cursor:
            try:
                cursor.execute(sql)
            except (psycopg2.IntegrityError, psycopg2.DataError, psycopg2.ProgrammingError):
                return True
        self.standing = None
        return False

    def asks_for(self, sql: str, table: str, held: str) -> str | None:
        """The mode that a statement waits for where another session holds a lock on a table; None when it waits for
        none. It runs to its end when that lock is gone."""
        self.standing = None
        with closing(self.watcher.cursor()) as watcher:
            (number,) = rows(watcher, f"SELECT '{table}'::regclass::oid")[0]
            watcher.execute(f"BEGIN; LOCK TABLE {table} IN {held} MODE")
            failures: list[Exception] = []
            thread = threading.Thread(target=self._run, args=(sql, failures))
            thread.start()
            found: dict[int, str] = {}
            end = time.monotonic() + 10
            while thread.is_alive() and not found and time.monotonic() < end:
                found = dict(rows(watcher, _LOCKS, self.worker.info.backend_pid, False))
                time.sleep(0.002)
            watcher.execute("ROLLBACK")
            thread.join(20)
            assert not failures, failures
            return _BY_LOCK[found[number]] if number in found else None

    def _run(self, sql: str, failures: list[Exception]) -> None:
        try:
            with closing(self.worker.cursor()) as cursor:
                cursor.execute(sql)
        except psycopg2.Error as error:
            failures.append(error)


def _relations(cursor: Any) -> dict[int, Relation]:
    return {
        number: Relation(name if schema == "public" else f"{schema}.{name}", kind, file, table)
        for number, schema, name, kind, file, table in rows(cursor, _RELATIONS)
    }


def _strengthen(locks: dict[str, str], name: str, mode: str) -> None:
    if name not in locks or MODES.index(locks[name]) < MODES.index(mode):
        locks[name] = mode


def _blocked(cursor: Any, table: str) -> Blocks:
    """What waits: a query, else a write, else LOCK TABLE as VACUUM would take it.

    Of this table only: what is locked of a partition does not count for its parent.
    """
    tries = (
        (Blocks.ALL, f"SELECT FROM ONLY {table} LIMIT 0"),
        (Blocks.WRITES, f"DELETE FROM ONLY {table} WHERE false"),
        (Blocks.SCHEMA, f"BEGIN; LOCK TABLE ONLY {table} IN SHARE UPDATE EXCLUSIVE MODE"),
    )
    for blocks, sql in tries:
        try:
            cursor.execute(sql)
        except psycopg2.errors.LockNotAvailable:
            return blocks
        finally:
            cursor.execute("ROLLBACK")
    return Blocks.NOTHING
