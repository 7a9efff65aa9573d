"""What a second run stops at, and which changes may be about many rows."""

from __future__ import annotations

import pytest

from sqlgen.lint.repeating import once_only
from sqlgen.linting import read_file


@pytest.mark.parametrize(
    ("sql", "once"),
    [
        ("CREATE TABLE t (id int)", True),
        ("CREATE TABLE IF NOT EXISTS t (id int)", False),
        ("DROP TABLE IF EXISTS t; CREATE TABLE t (id int)", False),
        ("DROP TABLE t", True),
        ("CREATE INDEX i ON t (id)", True),
        ("DROP INDEX CONCURRENTLY IF EXISTS i; CREATE INDEX CONCURRENTLY i ON t (id)", False),
        ("DROP INDEX CONCURRENTLY IF EXISTS j; CREATE INDEX CONCURRENTLY i ON t (id)", True),
        ("ALTER TABLE t ADD COLUMN a int", True),
        ("ALTER TABLE t ADD COLUMN IF NOT EXISTS a int", False),
        ("ALTER TABLE t DROP COLUMN IF EXISTS a; ALTER TABLE t ADD COLUMN a int", False),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", True),
        ("ALTER TABLE t DROP CONSTRAINT IF EXISTS c; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", False),
        ("ALTER TABLE t VALIDATE CONSTRAINT c", False),
        ("ALTER TABLE t RENAME TO u", True),
        ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", False),
        ("CREATE TYPE m AS ENUM ('a')", True),
        ("DROP TYPE IF EXISTS m; CREATE TYPE m AS ENUM ('a')", False),
        ("ALTER TYPE m ADD VALUE 'b'", True),
        ("ALTER TYPE m ADD VALUE IF NOT EXISTS 'b'", False),
        ("CREATE VIEW v AS SELECT 1", True),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", False),
        ("INSERT INTO t VALUES (1)", True),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", False),
        ("UPDATE t SET a = 1", False),
        ("DELETE FROM t WHERE a = 1", False),
        ("SET lock_timeout = '5s'", False),
    ],
)
def test_what_fails_the_second_time_is_named(sql: str, once: bool) -> None:
    found = list(once_only(read_file(sql, "x.sql", "postgresql").items))

    assert bool(found) is once
    assert [item.sql for item in found] == ([sql.split("; ")[-1]] if once else [])
