"""The lines of `sqlgen.effects.mysql` that are called proven, run on a real MariaDB.

A change is made with the ALGORITHM and LOCK that its line names, and refused with any lighter one; a table that is
rebuilt gets another id, an index that is built a new one. Blocks: what a second connection is refused while a change
is slow. Commits: whether a row is still there after ROLLBACK.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pymysql
import pytest

from sqlgen.effects import Algorithm, Blocks, Effect, Server, Work, combined, effect
from sqlgen.effects.mysql.lines import LINES
from sqlgen.facts import read
from sqlgen.facts.vocabulary import Name
from sqlgen.schema import Schema
from sqlgen.script.mysql.session import SQL_MODE
from sqlgen.statements import split

COLUMNS = "id int PRIMARY KEY, a int, b varchar(20), n int NOT NULL, note text"
PLAIN = f"({COLUMNS})"
FULLTEXT = f"({COLUMNS}, FULLTEXT KEY ft (note))"
VIRTUAL = f"({COLUMNS}, v int AS (a) VIRTUAL)"
STORED = f"({COLUMNS}, s int AS (a) STORED)"
INDEXED_VIRTUAL = f"({COLUMNS}, v int AS (a) VIRTUAL, KEY iv (v))"
INDEXED = f"({COLUMNS}, KEY k (a))"
COMPRESSED = f"{PLAIN} ROW_FORMAT=COMPRESSED"
REDUNDANT = f"{PLAIN} ROW_FORMAT=REDUNDANT"
OTHER = f"{INDEXED} ENGINE=Aria"
PARTITIONED = f"{PLAIN} PARTITION BY HASH (id) PARTITIONS 3"
LATIN1 = "(id int PRIMARY KEY, a int, b varchar(20)) CHARACTER SET latin1"
UTF8MB3 = "(id int PRIMARY KEY, a int, b varchar(20)) CHARACTER SET utf8mb3"
UTF8MB4_INDEXED = "(b varchar(20), KEY (b)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
REFERRED = "(id int PRIMARY KEY, a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id))"

CASES = [
    # ---- columns
    ("add-column", PLAIN, "ADD COLUMN x int"),
    ("add-column", PLAIN, "ADD COLUMN x int FIRST"),
    ("add-column", PLAIN, "ADD COLUMN x datetime NOT NULL DEFAULT CURRENT_TIMESTAMP AFTER a"),
    ("add-column", PLAIN, "ADD COLUMN x double DEFAULT (rand())"),
    ("add-column", PLAIN, "ADD COLUMN x int DEFAULT (1 + 1), ADD COLUMN y int NOT NULL"),
    ("add-column", STORED, "ADD COLUMN x int FIRST"),
    ("add-column", VIRTUAL, "ADD COLUMN x int"),
    ("add-column", PARTITIONED, "ADD COLUMN x int"),
    ("add-column-check", PLAIN, "ADD COLUMN x int CHECK (x > 0)"),
    ("add-column-in-between-virtual", VIRTUAL, "ADD COLUMN x int FIRST"),
    ("add-column-special-index", FULLTEXT, "ADD COLUMN x int"),
    ("add-column-special-index", INDEXED_VIRTUAL, "ADD COLUMN x int"),
    ("add-column-compressed-table", COMPRESSED, "ADD COLUMN x int"),
    ("add-column-other-engine", OTHER, "ADD COLUMN x int"),
    ("add-column-expression-default", PLAIN, "ADD COLUMN x varchar(36) DEFAULT (uuid())"),
    ("add-column-expression-default", PLAIN, "ADD COLUMN x int DEFAULT (a)"),
    ("add-column-references", PLAIN, "ADD COLUMN x int REFERENCES p (id)"),
    ("add-column-key", PLAIN, "ADD COLUMN x int UNIQUE"),
    ("add-column-key", "(a int)", "ADD COLUMN x int PRIMARY KEY"),
    ("add-auto-increment-column", PLAIN, "ADD COLUMN x int AUTO_INCREMENT UNIQUE"),
    ("add-auto-increment-column", "(a int)", "ADD COLUMN x serial"),
    ("add-column-in-between-virtual", VIRTUAL, "ADD COLUMN x int AS (a) VIRTUAL FIRST"),
    ("add-virtual-column", PLAIN, "ADD COLUMN x int AS (a) VIRTUAL FIRST"),
    ("add-virtual-column", FULLTEXT, "ADD COLUMN x int AS (a) VIRTUAL"),
    ("add-virtual-column-key", PLAIN, "ADD COLUMN x int AS (a) VIRTUAL UNIQUE"),
    ("add-virtual-column-partitioned", PARTITIONED, "ADD COLUMN x int AS (a) VIRTUAL"),
    ("add-stored-column", PLAIN, "ADD COLUMN x int AS (a) STORED"),
    ("drop-column", PLAIN, "DROP COLUMN b"),
    ("drop-column", VIRTUAL, "DROP COLUMN b"),
    ("drop-column", PARTITIONED, "DROP COLUMN b"),
    ("drop-column-special-index", FULLTEXT, "DROP COLUMN b"),
    ("drop-column-compressed-table", COMPRESSED, "DROP COLUMN b"),
    ("drop-column-other-engine", OTHER, "DROP COLUMN b"),
    ("drop-column-indexed", f"({COLUMNS}, UNIQUE KEY (b))", "DROP COLUMN b"),
    ("drop-column-of-index", f"({COLUMNS}, KEY (a, b))", "DROP COLUMN b"),
    ("drop-column-primary-key", PLAIN, "DROP COLUMN id"),
    ("drop-column-virtual-index-table", INDEXED_VIRTUAL, "DROP COLUMN b"),
    ("drop-virtual-column", VIRTUAL, "DROP COLUMN v"),
    ("drop-column-indexed", INDEXED_VIRTUAL, "DROP COLUMN v"),
    ("drop-stored-column", STORED, "DROP COLUMN s"),
    ("rename-column", PLAIN, "RENAME COLUMN a TO c"),
    ("rename-column", FULLTEXT, "CHANGE a c int"),
    ("rename-column", OTHER, "RENAME COLUMN b TO c"),
    ("move-column", VIRTUAL, "MODIFY a int FIRST"),
    ("move-column", STORED, "MODIFY b varchar(20) FIRST"),
    ("move-column-rebuild", COMPRESSED, "MODIFY a int FIRST"),
    ("move-column-special-index", FULLTEXT, "MODIFY a int FIRST"),
    ("move-generated-column", STORED, "MODIFY s int AS (a) STORED FIRST"),
    ("move-generated-column", VIRTUAL, "MODIFY v int AS (a) VIRTUAL FIRST"),
    ("set-column-default", PLAIN, "ALTER COLUMN a SET DEFAULT 4"),
    ("set-column-default", OTHER, "ALTER COLUMN b DROP DEFAULT"),
    ("change-column-attributes", PLAIN, "MODIFY a int DEFAULT 4 COMMENT 'x'"),
    ("change-column-attributes", PLAIN, "MODIFY a int CHECK (a > 0)"),
    ("set-not-null", PLAIN, "MODIFY a int NOT NULL"),
    ("set-not-null", VIRTUAL, "MODIFY b varchar(20) NOT NULL DEFAULT ''"),
    ("set-not-null-special-index", FULLTEXT, "MODIFY a int NOT NULL"),
    ("set-not-null-generated-column-table", STORED, "MODIFY b varchar(20) NOT NULL"),
    ("set-not-null-generated-column-table", INDEXED_VIRTUAL, "MODIFY b varchar(20) NOT NULL"),
    ("drop-not-null", PLAIN, "MODIFY n int"),
    ("drop-not-null-redundant", REDUNDANT, "MODIFY n int"),
    ("drop-not-null-special-index", INDEXED_VIRTUAL, "MODIFY n int"),
    ("change-type", PLAIN, "MODIFY a bigint"),
    ("change-type", PARTITIONED, "CHANGE a c bigint"),
    ("change-type", PLAIN, "MODIFY b varchar(10)"),
    ("change-type-in-place", PLAIN, "MODIFY b varchar(60)"),
    ("change-type-in-place", UTF8MB3, "MODIFY b varchar(20) CHARACTER SET utf8mb4"),
    ("change-type-instant", "(id int PRIMARY KEY, e enum('x', 'y'))", "MODIFY e enum('x', 'y', 'z')"),
    ("change-type-index", UTF8MB4_INDEXED, "MODIFY b varchar(20) COLLATE utf8mb4_bin"),
    ("change-type-other-engine", OTHER, "MODIFY n int NULL"),
    ("change-type-other-engine", OTHER, "MODIFY a bigint"),
    ("add-auto-increment", PLAIN, "MODIFY id int AUTO_INCREMENT"),
    ("drop-auto-increment", "(id int PRIMARY KEY AUTO_INCREMENT)", "MODIFY id int"),
    ("change-stored-expression", STORED, "MODIFY s int AS (a + 1) STORED"),
    ("change-virtual-expression", VIRTUAL, "MODIFY v int AS (a + 1) VIRTUAL"),
    # ---- keys
    ("add-index", PLAIN, "ADD KEY (a)"),
    ("add-index", FULLTEXT, "ADD KEY (a, b)"),
    ("add-index", PLAIN, "ADD KEY (a), MODIFY b varchar(60)"),
    ("add-unique", PLAIN, "ADD UNIQUE KEY (a)"),
    ("add-unique", PLAIN, "ADD CONSTRAINT u UNIQUE (note(100))"),
    ("add-unique", PLAIN, "MODIFY a int UNIQUE"),
    ("add-unique-hash", PLAIN, "ADD UNIQUE KEY (note)"),
    ("add-index-other-engine", OTHER, "ADD KEY (b)"),
    ("add-fulltext-index-first", PLAIN, "ADD FULLTEXT KEY (note)"),
    ("add-fulltext-index", FULLTEXT, "ADD FULLTEXT KEY (note, b)"),
    ("add-spatial-index", "(id int PRIMARY KEY, spot point NOT NULL)", "ADD SPATIAL KEY (spot)"),
    ("drop-index", INDEXED, "DROP KEY k"),
    ("drop-index", f"({COLUMNS}, UNIQUE KEY k (n))", "DROP KEY k"),
    ("drop-index", f"({COLUMNS}, CONSTRAINT u UNIQUE (a))", "DROP CONSTRAINT u"),
    ("drop-index", FULLTEXT, "DROP KEY ft"),
    ("drop-index-clustering", "(id int, n int NOT NULL, UNIQUE KEY k (n))", "DROP KEY k"),
    ("drop-index-other-engine", OTHER, "DROP KEY k"),
    ("rename-index", INDEXED, "RENAME KEY k TO j"),
    ("hide-index", INDEXED, "ALTER INDEX k IGNORED"),
    ("add-primary-key", "(id int, a int)", "ADD PRIMARY KEY (id)"),
    ("add-primary-key", PLAIN, "DROP PRIMARY KEY, ADD PRIMARY KEY (n)"),
    ("add-primary-key-special-index", "(id int, note text, FULLTEXT KEY (note))", "ADD PRIMARY KEY (id)"),
    ("drop-primary-key", PLAIN, "DROP PRIMARY KEY"),
    ("add-foreign-key", PLAIN, "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)"),
    ("drop-foreign-key", REFERRED, "DROP FOREIGN KEY f"),
    ("drop-foreign-key", REFERRED, "DROP CONSTRAINT f"),
    ("add-check", PLAIN, "ADD CONSTRAINT k CHECK (a > 0)"),
    ("drop-check", f"({COLUMNS}, CONSTRAINT k CHECK (a > 0))", "DROP CONSTRAINT k"),
    # ---- tables
    ("set-table-option", PLAIN, "COMMENT = 'x'"),
    ("set-table-option", PLAIN, "STATS_PERSISTENT = 1, AUTO_INCREMENT = 100"),
    ("set-default-charset", PLAIN, "DEFAULT CHARACTER SET latin1"),
    ("convert-charset", LATIN1, "CONVERT TO CHARACTER SET utf8mb4"),
    ("convert-charset-instant", UTF8MB3, "CONVERT TO CHARACTER SET utf8mb4"),
    ("convert-charset-instant", "(id int)", "CONVERT TO CHARACTER SET latin1"),
    (
        "convert-charset-index", UTF8MB4_INDEXED, "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    ),
    ("rebuild-table", PLAIN, "FORCE"),
    ("rebuild-table", PLAIN, "ENGINE = InnoDB"),
    ("rebuild-table", STORED, "ROW_FORMAT = COMPRESSED"),
    ("rebuild-table", PLAIN, "KEY_BLOCK_SIZE = 8"),
    ("rebuild-table-special-index", FULLTEXT, "FORCE"),
    ("rebuild-table-special-index", INDEXED_VIRTUAL, "FORCE"),
    ("change-engine", OTHER, "ENGINE = InnoDB"),
    ("sort-table", PLAIN, "ORDER BY a"),
    ("system-versioning", PLAIN, "ADD SYSTEM VERSIONING"),
    ("partition-table", PLAIN, "PARTITION BY HASH (id) PARTITIONS 3"),
    ("partition-table", PARTITIONED, "REMOVE PARTITIONING"),
    # ---- several actions
    ("rebuild-by-several-actions", PLAIN, "ADD COLUMN x int, ADD KEY (x)"),
    ("rebuild-by-several-actions", PLAIN, "DROP COLUMN b, ADD KEY (a)"),
    ("rebuild-by-several-actions", PLAIN, "MODIFY b varchar(20) FIRST, ADD UNIQUE KEY (a)"),
    ("rebuild-by-several-actions", STORED, "DROP COLUMN s, ADD KEY (a)"),
    ("rebuild-by-several-actions", PLAIN, "ADD COLUMN x int CHECK (x > 0), ADD KEY (a)"),
    ("rebuild-by-several-actions", INDEXED, "DROP COLUMN a, ADD KEY (b)"),
    ("rename-beside-virtual-column", PLAIN, "RENAME COLUMN b TO c, ADD COLUMN x int AS (a) VIRTUAL"),
    ("rename-beside-virtual-column", VIRTUAL, "RENAME COLUMN b TO c, DROP COLUMN v"),
    ("add-column", INDEXED, "ADD COLUMN x int, RENAME KEY k TO j, MODIFY b varchar(60)"),
    ("drop-index", INDEXED, "ADD COLUMN x int, DROP KEY k"),
    ("add-index", PLAIN, "RENAME COLUMN b TO c, ADD KEY (a)"),
    ("add-index", PLAIN, "ADD COLUMN x int AS (a) VIRTUAL, ADD KEY (b)"),
    ("change-type", PLAIN, "ADD COLUMN x int, MODIFY a bigint"),
]  # fmt: skip


def test_each_proven_line_is_run_here() -> None:
    assert {line for line, _, _ in CASES} == {line.id for line in LINES if line.proven and line.mariadb is not None}


@pytest.fixture
def cursor(mariadb_database: Any) -> Iterator[Any]:
    with closing(mariadb_database.connect()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(f"SET SESSION sql_mode = '{SQL_MODE['mariadb']}'")
        yield cursor


def _server(cursor: Any) -> Server:
    cursor.execute("SELECT version()")
    return Server("mariadb", tuple(int(part) for part in cursor.fetchone()[0].split("-")[0].split(".")))


def _claim(setup: str, sql: str, server: Server) -> Effect:
    schema = Schema.empty("mariadb")
    for statement in split(setup, "mariadb"):
        for fact in read(statement, "mariadb"):
            schema.apply(fact)
    (statement,) = split(sql, "mariadb")
    found = combined([effect(fact, schema, server) for fact in read(statement, "mariadb")])
    assert found is not None
    return found


REFERENCED = "CREATE TABLE p (id int PRIMARY KEY)"
LOCKS = {Blocks.SCHEMA: "NONE", Blocks.NOTHING: "NONE", Blocks.WRITES: "SHARED", Blocks.ALL: "EXCLUSIVE"}


@pytest.mark.parametrize("part", range(4))
def test_each_change_is_made_in_the_way_that_its_line_says(part: int, cursor: Any) -> None:
    server = _server(cursor)
    wrong = []
    cursor.execute(REFERENCED)
    for line, body, clause in CASES[part::4]:
        claim = _claim(f"{REFERENCED};\nCREATE TABLE t {body}", f"ALTER TABLE t {clause}", server)
        if (claim.line, claim.proven) != (line, True):
            wrong.append((clause, claim.line, claim.proven))
            continue
        cursor.execute(f"CREATE OR REPLACE TABLE t {body}")
        wrong += [(line, clause, why) for why in _contradictions(cursor, clause, claim)]
    assert not wrong, "\n".join(map(str, wrong))


def _contradictions(cursor: Any, clause: str, claim: Effect) -> Iterator[str]:
    lock = LOCKS[claim.blocks(Name("t"))]
    assert claim.algorithm is not None
    if claim.algorithm > Algorithm.INSTANT and claim.line not in ALGORITHM_IGNORED:
        lighter = Algorithm(claim.algorithm - 1)  # which allows what each still lighter one allows
        if (error := _try(cursor, clause, lighter, "DEFAULT")) not in (1845, 1846):
            yield f"{lighter.name} is not refused: {error}"
            return
    if lock == "SHARED" and (error := _try(cursor, clause, claim.algorithm, "NONE")) not in (1845, 1846):
        yield f"LOCK=NONE is not refused: {error}"
        return
    before = _ids(cursor)
    if error := _try(cursor, clause, claim.algorithm, lock):
        yield f"{claim.algorithm.name}, LOCK={lock} is refused: {error}"
        return
    after = _ids(cursor)
    rebuilt, built = before[0] != after[0], bool(after[1] - before[1])
    if before[0] and rebuilt != (claim.work is Work.REWRITE):
        yield f"rebuilt: {rebuilt}"
    if before[0] and not rebuilt and built != (claim.work is Work.INDEX):
        yield f"an index is built: {built}"


ALGORITHM_IGNORED = ("change-engine", "sort-table", "partition-table")
"""Whatever ALGORITHM is asked for, MariaDB copies; it refuses LOCK=NONE."""


def _try(cursor: Any, clause: str, algorithm: Algorithm, lock: str) -> int | None:
    """The number of the error."""
    comma = "" if clause.startswith(("PARTITION BY", "REMOVE PARTITIONING")) else ","
    try:
        cursor.execute(f"ALTER TABLE t ALGORITHM = {algorithm.name}, LOCK = {lock}{comma} {clause}")
    except pymysql.Error as error:
        return int(error.args[0])
    return None


def _ids(cursor: Any) -> tuple[set[Any], set[Any]]:
    """The ids of the table's parts, and of its indexes."""
    tables = "information_schema.INNODB_SYS_TABLES"
    where = "NAME = CONCAT(DATABASE(), '/t') OR NAME LIKE CONCAT(DATABASE(), '/t#p#%')"
    cursor.execute(f"SELECT TABLE_ID FROM {tables} WHERE {where}")
    ids = set(cursor.fetchall())
    cursor.execute(
        "SELECT INDEX_ID FROM information_schema.INNODB_SYS_INDEXES WHERE TABLE_ID IN"
        f" (SELECT TABLE_ID FROM {tables} WHERE {where})"
    )
    return ids, set(cursor.fetchall())


def test_mariadb_does_no_more_than_it_must_where_more_is_allowed(cursor: Any) -> None:
    claim = _claim(f"CREATE TABLE t {PLAIN}", "ALTER TABLE t ADD COLUMN x int, ALGORITHM = INPLACE", _server(cursor))
    assert claim.work is Work.METADATA
    cursor.execute(f"CREATE TABLE t {PLAIN}")
    before = _ids(cursor)
    cursor.execute("ALTER TABLE t ADD COLUMN x int, ALGORITHM = INPLACE")
    assert _ids(cursor) == before
