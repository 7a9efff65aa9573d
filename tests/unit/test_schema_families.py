"""Partitions follow their tables, views what they read from, domains their types: long chains of them, and rings."""

from __future__ import annotations

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import AttachPartition, CreateTable, DetachPartition, Name
from sqlgen.schema import Schema
from sqlgen.statements import split

LONG = 550
"""More than Python calls into one another, two calls a link."""


def folded(sql: str) -> Schema:
    schema = Schema("postgresql")
    for statement in split(sql, "postgresql"):
        schema.apply_all(read(statement, "postgresql"))
    return schema


def test_an_attached_partition_is_one_until_it_is_detached() -> None:
    schema = Schema("postgresql")
    days, part = Name("days"), Name("d1")
    schema.apply(CreateTable(days, partition_by="RANGE (day)"))
    for fact, parent in ((AttachPartition(days, part), days), (DetachPartition(days, part), None)):
        schema.apply(fact)
        known = schema.table(part)
        assert known is not None
        assert known.partition_of == parent
    parent_table = schema.table(days)
    assert parent_table is not None
    assert parent_table.partition_by == "RANGE (day)"


def test_what_is_done_to_a_partitioned_table_is_done_to_its_partitions() -> None:
    schema = folded(
        "CREATE TABLE t (id int, day date, a int) PARTITION BY RANGE (day);"
        "CREATE TABLE p PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
        "ALTER TABLE t ADD COLUMN b int, DROP COLUMN a, ALTER COLUMN id TYPE bigint, ALTER COLUMN day SET NOT NULL;"
        "ALTER TABLE t RENAME COLUMN b TO c;"
        "ALTER TABLE t RENAME TO u;"
    )
    part = schema.table(Name("p"))
    assert part is not None
    assert [(one.name, one.type, one.nullable) for one in part.columns] == [
        ("id", "bigint", True),
        ("day", "date", False),
        ("c", "int", True),
    ]
    assert part.partition_of == Name("u")
    for fact in read(split("DROP TABLE u", "postgresql")[0], "postgresql"):
        schema.apply(fact)
    assert schema.table(Name("p")) is None


def test_a_detached_partition_goes_its_own_way() -> None:
    schema = folded(
        "CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE p (id int);"
        "ALTER TABLE t ATTACH PARTITION p DEFAULT; ALTER TABLE t ADD COLUMN a int;"
        "ALTER TABLE t DETACH PARTITION p; ALTER TABLE t ADD COLUMN b int; DROP TABLE t;"
    )
    part = schema.table(Name("p"))
    assert part is not None
    assert [one.name for one in part.columns] == ["id", "a"]


def test_the_keys_of_a_partition_are_not_known_when_its_table_gets_one() -> None:
    schema = folded("CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE p (id int);")
    for sql, complete in (
        ("ALTER TABLE t ATTACH PARTITION p DEFAULT", True),
        ("CREATE INDEX i ON ONLY t (id)", True),
        ("CREATE INDEX j ON t (id)", False),
    ):
        for fact in read(split(sql, "postgresql")[0], "postgresql"):
            schema.apply(fact)
        part = schema.table(Name("p"))
        assert part is not None
        assert part.complete is complete, sql


def test_partitions_of_partitions_follow_however_many_there_are() -> None:
    parts = (f"CREATE TABLE p{n} PARTITION OF p{n - 1} DEFAULT PARTITION BY RANGE (id);" for n in range(1, LONG))
    schema = folded(f"CREATE TABLE p0 (id int) PARTITION BY RANGE (id);{''.join(parts)}ALTER TABLE p0 ADD COLUMN a int")

    last = schema.table(Name(f"p{LONG - 1}"))
    assert last is not None
    assert [one.name for one in last.columns] == ["id", "a"]


@pytest.mark.parametrize("second", ["q", "p"])
def test_tables_that_are_partitions_of_each_other_follow_once(second: str) -> None:
    schema = folded(
        "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE q (id int) PARTITION BY RANGE (id);"
        f"ALTER TABLE p ATTACH PARTITION {second} DEFAULT; ALTER TABLE {second} ATTACH PARTITION p DEFAULT;"
        "ALTER TABLE p ADD COLUMN a int"
    )

    found = schema.table(Name(second))
    assert found is not None
    assert [one.name for one in found.columns] == ["id", "a"]


def test_a_cascade_takes_views_of_views_however_many_there_are() -> None:
    views = (f"CREATE VIEW v{n} AS SELECT a FROM v{n - 1};" for n in range(1, LONG))
    schema = folded(f"CREATE VIEW v0 AS SELECT 1 AS a;{''.join(views)}CREATE VIEW w AS SELECT 1; DROP VIEW v0 CASCADE")

    assert [str(one.name) for one in schema.objects("view")] == ["w"]


def test_a_cascade_takes_views_that_read_from_each_other() -> None:
    schema = folded(
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v;"
        "CREATE OR REPLACE VIEW v AS SELECT t.a FROM t, w; DROP TABLE t CASCADE"
    )

    assert schema.objects("view") == ()


def test_a_cascade_takes_domains_over_domains_however_many_there_are() -> None:
    domains = (f"CREATE DOMAIN d{n} AS d{n - 1};" for n in range(1, LONG))
    schema = folded(
        f"CREATE DOMAIN d0 AS int;{''.join(domains)}"
        f"CREATE TABLE t (a d{LONG - 1} DEFAULT 1, b int); DROP DOMAIN d0 CASCADE"
    )

    table = schema.table(Name("t"))
    assert table is not None
    assert [one.name for one in table.columns] == ["b"]
    assert schema.objects("domain") == ()


def test_domains_over_each_other_end() -> None:
    schema = folded(
        "CREATE DOMAIN x AS y; CREATE DOMAIN y AS x; CREATE TABLE t (a x DEFAULT 1, b int);"
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT 2; ALTER TABLE t ALTER COLUMN a TYPE y; DROP DOMAIN x CASCADE"
    )

    table = schema.table(Name("t"))
    assert table is not None
    assert [one.name for one in table.columns] == ["b"]


def test_a_view_follows_what_it_reads_from_through_renames_and_replacements() -> None:
    schema = folded(
        "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE VIEW v AS SELECT t.a FROM t, u;"
        "CREATE VIEW w AS SELECT a FROM t; CREATE OR REPLACE VIEW w AS SELECT a FROM u; ALTER TABLE t RENAME TO s"
    )

    def readers(table: str) -> list[str]:
        return [str(view.name) for view in schema.readers(Name(table))]

    assert [readers(table) for table in ("t", "s", "u")] == [[], ["v"], ["v", "w"]]
    schema.apply_all(read(split("DROP VIEW v", "postgresql")[0], "postgresql"))
    assert [readers(table) for table in ("s", "u")] == [[], ["w"]]


def test_a_cascade_of_a_type_leaves_no_view_certain_not_even_one_that_reads_from_nothing() -> None:
    schema = folded("CREATE TYPE e AS ENUM ('a'); CREATE VIEW v AS SELECT 'a'::e; DROP TYPE e CASCADE")

    assert [one.sure for one in schema.objects("view")] == [False]
