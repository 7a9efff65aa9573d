"""What looks at the locks of a rehearsal says when it could look no longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from sqlgen.emit.worker.lock_watch import LockWatch

if TYPE_CHECKING:
    from conftest import Database


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_look_that_the_server_ended_is_told(postgresql_database: Database) -> None:
    postgresql_database.rows("CREATE TABLE orders (id int)")
    watch = LockWatch(create_engine(postgresql_database.url, poolclass=NullPool), postgresql_database.name)
    assert watch.start()
    with closing(postgresql_database.connect()) as holder, closing(holder.cursor()) as cursor:
        holder.autocommit = False
        cursor.execute("LOCK TABLE orders IN SHARE MODE")
        until(lambda: bool(watch._since))
        assert not watch.lost
        others = f"datname = '{postgresql_database.name}' AND pid NOT IN (pg_backend_pid(), {holder.info.backend_pid})"
        postgresql_database.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        until(lambda: watch.lost)
    assert [(table, mode, granted) for table, mode, granted, _ in watch.stop()] == [("orders", "ShareLock", True)]


def test_a_look_to_the_end_is_whole(postgresql_database: Database) -> None:
    watch = LockWatch(create_engine(postgresql_database.url, poolclass=NullPool), postgresql_database.name)
    assert watch.start()
    assert (watch.stop(), watch.lost) == ([], False)
