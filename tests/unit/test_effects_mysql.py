"""MySQL's lines by version, as its manual has them (8.4, 17.12.1); MariaDB's online copies; several actions at once.

What MariaDB 10.11 does is run on a server: tests/servers/test_effects_mariadb*.py.
"""

from __future__ import annotations

import pytest

from sqlgen.effects import Algorithm, Blocks, Commits, Effect, Server, Work, combined, effect, type_change
from sqlgen.effects.mysql.lines import LINES
from sqlgen.facts import read
from sqlgen.facts.vocabulary import AddColumn, Column, Name
from sqlgen.schema import Schema
from sqlgen.statements import split

SETUP = """
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(20), n int NOT NULL, e enum('x'), note text,
  v int AS (a) VIRTUAL, s int AS (a) STORED, KEY k (a), KEY kb (b), CONSTRAINT c CHECK (a > 0),
  CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id) ON DELETE CASCADE);
CREATE TABLE ft (id int PRIMARY KEY, a int, note text, FULLTEXT KEY (note));
CREATE TABLE z (id int PRIMARY KEY, a int) ROW_FORMAT=COMPRESSED;
CREATE TABLE m (id int PRIMARY KEY, a int, KEY k (a)) ENGINE=MyISAM;
CREATE TABLE u (id int PRIMARY KEY, b varchar(20), i int) CHARACTER SET utf8mb3;
CREATE TABLE q (id int PRIMARY KEY AUTO_INCREMENT, a int, b varchar(20), n int NOT NULL, spot point NOT NULL,
  KEY (a, b), UNIQUE KEY (n));
CREATE TABLE r (id int PRIMARY KEY, a int NOT NULL) ROW_FORMAT=REDUNDANT;
CREATE TABLE h (id int, a int NOT NULL, note text, FULLTEXT KEY (note));
CREATE TABLE g (a int NOT NULL, UNIQUE KEY first (a));
CREATE TABLE d (id int PRIMARY KEY, a int) PARTITION BY HASH (id) PARTITIONS 2;
CREATE TABLE l (b varchar(20), KEY (b)) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
CREATE TEMPORARY TABLE mine (id int);
"""

N, P, C = Algorithm.INSTANT, Algorithm.INPLACE, Algorithm.COPY
M, X, R = Work.METADATA, Work.INDEX, Work.REWRITE
NOTHING, SCHEMA, WRITES = Blocks.NOTHING, Blocks.SCHEMA, Blocks.WRITES

MANUAL = [
    # table 17.15, Index Operations
    ("ALTER TABLE t ADD KEY (b)", P, X, SCHEMA),
    ("ALTER TABLE t DROP KEY k", P, M, NOTHING),
    ("ALTER TABLE t RENAME KEY k TO j", P, M, NOTHING),
    ("ALTER TABLE t ADD FULLTEXT KEY (note)", P, R, WRITES),
    ("ALTER TABLE ft ADD FULLTEXT KEY f2 (note)", P, X, WRITES),
    # table 17.16, Primary Key Operations
    ("ALTER TABLE t DROP PRIMARY KEY", C, R, WRITES),
    ("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (n)", P, R, SCHEMA),
    # table 17.18, Column Operations
    ("ALTER TABLE t ADD COLUMN x int", N, M, NOTHING),
    ("ALTER TABLE t ADD COLUMN x int FIRST", N, M, NOTHING),
    ("ALTER TABLE ft ADD COLUMN x int", P, R, WRITES),
    ("ALTER TABLE z ADD COLUMN x int", P, R, SCHEMA),
    ("ALTER TABLE t ADD COLUMN x int AUTO_INCREMENT UNIQUE", P, R, WRITES),
    ("ALTER TABLE t DROP COLUMN e", N, M, NOTHING),
    ("ALTER TABLE t RENAME COLUMN e TO x", N, M, NOTHING),
    ("ALTER TABLE t CHANGE e x enum('x')", N, M, NOTHING),
    ("ALTER TABLE t MODIFY note text FIRST", P, R, SCHEMA),
    ("ALTER TABLE t ALTER COLUMN a SET DEFAULT 4", N, M, NOTHING),
    ("ALTER TABLE t MODIFY a bigint", C, R, WRITES),
    ("ALTER TABLE t MODIFY b varchar(60)", P, M, NOTHING),
    ("ALTER TABLE t MODIFY b varchar(64)", C, R, WRITES),
    ("ALTER TABLE t AUTO_INCREMENT = 100", P, M, NOTHING),
    ("ALTER TABLE t MODIFY n int NULL", P, R, SCHEMA),
    ("ALTER TABLE t MODIFY a int NOT NULL", P, R, SCHEMA),
    ("ALTER TABLE t MODIFY e enum('x', 'y')", N, M, NOTHING),
    ("ALTER TABLE t MODIFY e enum('y', 'x')", C, R, WRITES),
    # table 17.19, Generated Column Operations
    ("ALTER TABLE t ADD COLUMN x int AS (a) STORED", C, R, WRITES),
    ("ALTER TABLE t MODIFY s int AS (a) STORED FIRST", C, R, WRITES),
    ("ALTER TABLE t DROP COLUMN s", P, R, SCHEMA),
    ("ALTER TABLE t ADD COLUMN x int AS (a) VIRTUAL", N, M, NOTHING),
    ("ALTER TABLE t MODIFY v int AS (a) VIRTUAL FIRST", C, R, WRITES),
    ("ALTER TABLE t DROP COLUMN v", N, M, NOTHING),
    # table 17.20, Foreign Key Operations
    ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)", C, R, WRITES),
    ("ALTER TABLE t DROP FOREIGN KEY f", P, M, NOTHING),
    # table 17.21, Table Operations
    ("ALTER TABLE t ROW_FORMAT = DYNAMIC", P, R, SCHEMA),
    ("ALTER TABLE t KEY_BLOCK_SIZE = 8", P, R, SCHEMA),
    ("ALTER TABLE t STATS_PERSISTENT = 0", P, M, NOTHING),
    ("ALTER TABLE t CHARACTER SET = latin1", P, R, SCHEMA),
    ("ALTER TABLE t CONVERT TO CHARACTER SET latin1", C, R, WRITES),
    ("ALTER TABLE u CONVERT TO CHARACTER SET utf8mb4", P, M, NOTHING),
    ("OPTIMIZE TABLE t", P, R, SCHEMA),
    ("OPTIMIZE TABLE ft", C, R, WRITES),
    ("ALTER TABLE t FORCE", P, R, SCHEMA),
    ("ALTER TABLE t ENGINE = InnoDB", P, R, SCHEMA),
    ("ALTER TABLE t RENAME TO x", N, M, NOTHING),
    ("ALTER TABLE t ENCRYPTION = 'Y'", C, R, WRITES),
    # table 17.23, Partitioning Operations
    ("ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 2", C, R, WRITES),
    ("ALTER TABLE t ADD PARTITION (PARTITION p9 VALUES LESS THAN (9))", P, M, NOTHING),
    ("ALTER TABLE t ADD PARTITION PARTITIONS 2", P, R, WRITES),
    ("ALTER TABLE t COALESCE PARTITION 1", P, R, WRITES),
    ("ALTER TABLE t REMOVE PARTITIONING", C, R, WRITES),
    # worklogs 929 and 9418, bug 117450
    ("ALTER TABLE t ADD CONSTRAINT c2 CHECK (a > 1)", C, R, WRITES),
    ("ALTER TABLE t ALTER CHECK c NOT ENFORCED", P, M, NOTHING),
    ("ALTER TABLE t ALTER CHECK c ENFORCED", C, R, WRITES),
    ("ALTER TABLE t ADD COLUMN x int CHECK (x > 0)", C, R, WRITES),
    ("ALTER TABLE t ADD COLUMN x varchar(36) DEFAULT (uuid())", C, R, WRITES),
    # 8.4, 15.1.9: other engines copy
    ("ALTER TABLE m ADD COLUMN x int", C, R, WRITES),
    ("ALTER TABLE m ADD KEY (id)", C, R, WRITES),
    # what is asked for
    ("ALTER TABLE t ADD COLUMN x int, ALGORITHM = COPY", C, R, WRITES),
    ("ALTER TABLE t ADD COLUMN x int, ALGORITHM = INPLACE", P, R, SCHEMA),
    ("ALTER TABLE t ADD COLUMN x int, ALGORITHM = INSTANT", N, M, NOTHING),
    ("ALTER TABLE t RENAME COLUMN e TO x, ALGORITHM = INPLACE", P, M, NOTHING),
    ("ALTER TABLE t ADD KEY (b), LOCK = SHARED", P, X, WRITES),
    ("CREATE INDEX i ON t (b) ALGORITHM = INPLACE LOCK = NONE", P, X, SCHEMA),
    # several actions: the heaviest
    ("ALTER TABLE t ADD COLUMN x int, ADD KEY (b)", P, R, SCHEMA),
    ("ALTER TABLE t ADD COLUMN x int, DROP KEY k", P, R, SCHEMA),
    ("ALTER TABLE t DROP COLUMN note, RENAME KEY k TO j", P, R, SCHEMA),
    ("ALTER TABLE t ADD COLUMN x int, DROP COLUMN note, RENAME COLUMN e TO y", N, M, NOTHING),
    ("ALTER TABLE t RENAME COLUMN e TO y, ADD COLUMN x int AS (a) VIRTUAL", C, R, WRITES),
    ("ALTER TABLE t MODIFY b varchar(60), ADD KEY (b)", P, X, SCHEMA),
    ("ALTER TABLE t MODIFY b varchar(60), MODIFY a bigint", C, R, WRITES),
    # the rest of the table, so that no line is without a test
    ("ALTER TABLE q ADD SPATIAL KEY (spot)", P, X, WRITES),
    ("ALTER TABLE q ADD UNIQUE KEY (a)", P, X, SCHEMA),
    ("ALTER TABLE q ALTER INDEX n INVISIBLE", P, M, NOTHING),
    ("ALTER TABLE g DROP KEY first", C, R, WRITES),
    ("ALTER TABLE m DROP KEY k", C, R, WRITES),
    ("ALTER TABLE h ADD PRIMARY KEY (a)", P, R, WRITES),
    ("ALTER TABLE q ADD COLUMN x int UNIQUE", P, R, SCHEMA),
    ("ALTER TABLE q ADD COLUMN x int AS (a) VIRTUAL UNIQUE", C, R, WRITES),
    ("ALTER TABLE d ADD COLUMN x int AS (a) VIRTUAL", C, R, WRITES),
    ("ALTER TABLE q DROP COLUMN id", C, R, WRITES),
    ("ALTER TABLE q DROP COLUMN n", P, R, SCHEMA),
    ("ALTER TABLE q DROP COLUMN a", P, R, SCHEMA),
    ("ALTER TABLE z DROP COLUMN a", P, R, SCHEMA),
    ("ALTER TABLE ft DROP COLUMN a", P, R, WRITES),
    ("ALTER TABLE m DROP COLUMN a", C, R, WRITES),
    ("ALTER TABLE q MODIFY a int COMMENT 'x'", N, M, NOTHING),
    ("ALTER TABLE q MODIFY a int NOT NULL", P, R, SCHEMA),
    ("ALTER TABLE ft MODIFY a int NOT NULL", P, R, WRITES),
    ("ALTER TABLE h MODIFY a int NULL", P, R, WRITES),
    ("ALTER TABLE r MODIFY a int NULL", P, R, SCHEMA),
    ("ALTER TABLE ft MODIFY a int FIRST", P, R, WRITES),
    ("ALTER TABLE z MODIFY a int FIRST", P, R, SCHEMA),
    ("ALTER TABLE r MODIFY id int AUTO_INCREMENT", C, R, WRITES),
    ("ALTER TABLE q MODIFY id int", C, R, WRITES),
    ("ALTER TABLE t MODIFY s int AS (a + 1) STORED", C, R, WRITES),
    ("ALTER TABLE t MODIFY v int AS (a + 1) VIRTUAL", C, R, WRITES),
    ("ALTER TABLE m MODIFY a bigint", C, R, WRITES),
    ("ALTER TABLE l MODIFY b varchar(20) COLLATE utf8mb4_bin", C, R, WRITES),
    ("ALTER TABLE l CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", C, R, WRITES),
    ("ALTER TABLE t ENGINE = MyISAM", C, R, WRITES),
    ("ALTER TABLE t ORDER BY a", C, R, WRITES),
]  # fmt: skip


def test_no_line_of_mysql_is_without_a_test() -> None:
    run = {_claim(sql, Server("mysql", (8, 4))).line for sql, *_ in MANUAL}
    run |= {_claim(sql, Server("mysql", version)).line for version, sql, *_ in VERSIONS}
    assert {line.id for line in LINES if line.mysql is not None} <= run


def _claim(sql: str, server: Server) -> Effect:
    schema = Schema.empty(server.dialect)
    for statement in split(SETUP.strip(), server.dialect):
        for fact in read(statement, server.dialect):
            schema.apply(fact)
    found = combined([effect(one, schema, server) for one in read(split(sql, server.dialect)[0], server.dialect)])
    assert found is not None
    return found


@pytest.mark.parametrize("version", [(8, 0), (8, 4), (9, 1)], ids=str)
@pytest.mark.parametrize(("sql", "algorithm", "work", "blocks"), MANUAL)
def test_the_manual(version: tuple[int, ...], sql: str, algorithm: Algorithm, work: Work, blocks: Blocks) -> None:
    claim = _claim(sql, Server("mysql", version))
    table = claim.locks[0].table
    assert (claim.algorithm, claim.work, claim.blocks(table)) == (algorithm, work, blocks)
    lock = claim.lock(table)
    assert lock is not None
    assert lock.blocks is Blocks.ALL, "each needs the table for itself at its end"
    assert claim.commits is Commits.IMPLICITLY
    assert not claim.proven
    assert all(source.startswith("https://") for source in claim.sources)


VERSIONS = [
    ((8, 0, 11), "ALTER TABLE t ADD COLUMN x int", P, R),
    ((8, 0, 12), "ALTER TABLE t ADD COLUMN x int", N, M),
    ((8, 0, 28), "ALTER TABLE t ADD COLUMN x int FIRST", P, R),
    ((8, 0, 29), "ALTER TABLE t ADD COLUMN x int FIRST", N, M),
    ((8, 0, 28), "ALTER TABLE t DROP COLUMN note", P, R),
    ((8, 0, 29), "ALTER TABLE t DROP COLUMN note", N, M),
    ((8, 0, 27), "ALTER TABLE t RENAME COLUMN note TO x", P, M),
    ((8, 0, 28), "ALTER TABLE t RENAME COLUMN note TO x", N, M),
    ((8, 0), "ALTER TABLE t DROP COLUMN note", N, M),  # no more than that was said: the newest 8.0
    ((8, 4), "ALTER TABLE t ADD COLUMN x int REFERENCES p (id)", N, M),  # read and ignored
    ((9, 0), "ALTER TABLE t ADD COLUMN x int REFERENCES p (id)", C, R),
]


@pytest.mark.parametrize(("version", "sql", "algorithm", "work"), VERSIONS)
def test_what_came_with_a_version(version: tuple[int, ...], sql: str, algorithm: Algorithm, work: Work) -> None:
    claim = _claim(sql, Server("mysql", version))
    assert (claim.algorithm, claim.work) == (algorithm, work)


@pytest.mark.parametrize(
    ("sql", "blocks"),
    [
        ("ALTER TABLE u MODIFY i bigint", SCHEMA),
        ("ALTER TABLE u ADD CONSTRAINT c CHECK (id > 0)", SCHEMA),
        ("ALTER TABLE u ADD COLUMN x varchar(36) DEFAULT (uuid())", SCHEMA),
        ("ALTER TABLE u ADD COLUMN x int AUTO_INCREMENT UNIQUE", WRITES),
        ("ALTER TABLE t MODIFY a bigint", WRITES),  # ON DELETE CASCADE
        ("ALTER TABLE u ADD FOREIGN KEY (id) REFERENCES p (id)", WRITES),
    ],
)
def test_mariadb_copies_while_others_write_since_11_2(sql: str, blocks: Blocks) -> None:
    for version, expected in (((11, 1), WRITES), ((11, 8), blocks)):
        claim = _claim(sql, Server("mariadb", version))
        assert claim.work is Work.REWRITE
        assert claim.blocks(claim.locks[0].table) is expected
        assert claim.proven is (expected is WRITES)


def test_a_collation_under_an_index_is_changed_in_place_since_mariadb_10_6() -> None:
    for version, work in (((10, 5), Work.REWRITE), ((10, 6), Work.INDEX)):
        for change in (
            "MODIFY b varchar(20) COLLATE utf8mb4_bin",
            "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        ):
            assert _claim(f"ALTER TABLE l {change}", Server("mariadb", version)).work is work


def test_what_is_not_known_of_a_column_is_not_said() -> None:
    claim = _claim("ALTER TABLE elsewhere MODIFY a bigint", Server("mysql", (8, 4)))
    assert (claim.work, claim.algorithm) == (Work.UNKNOWN, None)
    assert claim.blocks(Name("elsewhere")) is Blocks.WRITES


def test_a_temporary_table_is_locked_for_nobody() -> None:
    assert _claim("ALTER TABLE mine ADD COLUMN x int", Server("mysql")).locks == ()


@pytest.mark.parametrize(
    ("sql", "breaks"),
    [
        ("ALTER TABLE t ADD COLUMN x int NOT NULL", True),
        ("ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 1", False),
        ("ALTER TABLE t MODIFY a int NOT NULL", True),
        ("ALTER TABLE t MODIFY a int NOT NULL DEFAULT 1", False),
        ("ALTER TABLE t CHANGE note x text", True),
        ("ALTER TABLE t MODIFY note text COMMENT 'x'", False),
        ("ALTER TABLE t DROP COLUMN note", True),
        ("DROP VIEW x", True),
    ],
)
def test_what_old_code_does_not_survive(sql: str, breaks: bool) -> None:
    assert _claim(sql, Server("mysql")).breaks is breaks


@pytest.mark.parametrize(
    ("old", "new", "work"),
    [
        ("varchar(50)", "varchar(63)", Work.METADATA),  # MySQL 8: utf8mb4
        ("varchar(50)", "varchar(64)", Work.REWRITE),
        ("varchar(64)", "varchar(5000)", Work.METADATA),
        ("varchar(50) character set latin1", "varchar(255) character set latin1", Work.METADATA),
        ("varchar(50) character set utf8mb3", "varchar(50) character set utf8mb4", Work.METADATA),
        ("varchar(50) character set latin1", "varchar(50) character set utf8mb4", Work.REWRITE),
        ("enum('a')", "enum('a','b')", Work.METADATA),
        ("set('1','2','3','4','5','6','7','8')", "set('1','2','3','4','5','6','7','8','9')", Work.REWRITE),
        ("int", "integer", Work.NONE),
        ("int(11)", "int", Work.NONE),
        ("tinyint(1)", "boolean", Work.NONE),
        ("int", "bigint", Work.REWRITE),
        ("text", "mediumtext", Work.REWRITE),
    ],
)
def test_types_of_mysql(old: str, new: str, work: Work) -> None:
    change = type_change(old, new, Server("mysql", (8, 4)))
    assert change.work is work
    assert not change.may_fail


def test_nothing_together_is_nothing() -> None:
    assert combined([]) is None


def test_together_the_strongest_lock_of_each_table_counts() -> None:
    one = effect(AddColumn(Name("t"), Column("x", "int")), Schema("mysql"), Server("mysql"))
    both = combined([one, _claim("ALTER TABLE t MODIFY a bigint", Server("mysql"))])
    assert both is not None
    assert [(lock.mode, lock.brief) for lock in both.locks] == [("EXCLUSIVE", True), ("SHARED_NO_WRITE", False)]
