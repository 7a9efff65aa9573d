"""What each kind of MySQL and MariaDB statement is read as."""

from __future__ import annotations

import pytest

from sqlgen.facts import read
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AlterObject,
    Begin,
    Block,
    Column,
    Commit,
    Constraint,
    CreateIndex,
    CreateObject,
    CreateTable,
    Default,
    Delete,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropObject,
    DropPartition,
    DropTable,
    External,
    Fact,
    Grant,
    Insert,
    Kind,
    LockTable,
    Maintain,
    Name,
    Part,
    Place,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    Rollback,
    Savepoint,
    Select,
    SetColumnOption,
    SetDefault,
    SetOption,
    SetTableOption,
    Truncate,
    Update,
    Volatility,
)
from sqlgen.statements import Statement, scan, split
from tests.unit.opaque import Unread

T, A, B, V = Name("t"), Name("a"), Name("b"), Name("v")
BEFORE_INSERT = (("timing", "before"), ("events", "insert"))
CONSTANT, STABLE, VOLATILE, UNKNOWN = Volatility.CONSTANT, Volatility.STABLE, Volatility.VOLATILE, Volatility.UNKNOWN


def facts(sql: str, dialect: str = "mysql") -> tuple[Fact, ...]:
    return read(split(sql, dialect)[0], dialect)


def whole(sql: str) -> Statement:
    """The text as one statement, however many it holds."""
    return Statement("", sql, "", scan(sql, "mysql"), 0, 1, 1)


def foreign_key(name: str | None, on_delete: str | None = None, on_update: str | None = None) -> Constraint:
    return Constraint(Kind.FOREIGN_KEY, name, ("a",), Name("o"), ("id",), on_delete=on_delete, on_update=on_update)


TABLES: list[tuple[str, Fact]] = [
    ("ALTER TABLE t ADD COLUMN c INTEGER", AddColumn(T, Column("c", "INTEGER"))),
    (
        "ALTER TABLE `d`.`t` ADD `c c` INT NOT NULL FIRST",
        AddColumn(Name("t", "d"), Column("c c", "INT", False), place=Place(None)),
    ),
    ("ALTER TABLE t ADD c INT /* why */ AFTER b # not", AddColumn(T, Column("c", "INT"), place=Place("b"))),
    ("ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT", AddColumn(T, Column("c", "INT"), True)),
    (
        "ALTER TABLE t ADD c INT UNSIGNED ZEROFILL DEFAULT '0' NOT NULL COMMENT 'it''s' UNIQUE",
        AddColumn(
            T,
            Column(
                "c",
                "INT UNSIGNED ZEROFILL",
                False,
                Default("'0'", CONSTANT),
                (Constraint(Kind.UNIQUE, None, ("c",)),),
                comment="it's",
            ),
        ),
    ),
    (
        "ALTER TABLE t ADD c VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL",
        AddColumn(T, Column("c", "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")),
    ),
    (
        "ALTER TABLE t ADD c INT GENERATED ALWAYS AS (a + 1) STORED NOT NULL",
        AddColumn(T, Column("c", "INT", False, generated="stored", expression="a + 1")),
    ),
    ("ALTER TABLE t ADD c INT AS (a) VIRTUAL", AddColumn(T, Column("c", "INT", generated="virtual", expression="a"))),
    ("ALTER TABLE t DROP COLUMN c", DropColumn(T, "c")),
    ("ALTER TABLE t DROP c", DropColumn(T, "c")),
    ("ALTER TABLE t DROP COLUMN IF EXISTS c", DropColumn(T, "c", True)),
    ("ALTER TABLE t RENAME COLUMN a TO b", RenameColumn(T, "a", "b")),
    ("ALTER TABLE t RENAME TO u", RenameTable(T, Name("u"))),
    ("ALTER TABLE t RENAME u", RenameTable(T, Name("u"))),
    ("ALTER TABLE t MODIFY c BIGINT NOT NULL", RedefineColumn(T, "c", Column("c", "BIGINT", False))),
    ("ALTER TABLE t MODIFY COLUMN c TEXT NULL AFTER b", RedefineColumn(T, "c", Column("c", "TEXT"), Place("b"))),
    ("ALTER TABLE t CHANGE c d ENUM('x','y')", RedefineColumn(T, "c", Column("d", "ENUM('x','y')"))),
    ("ALTER TABLE t ALTER COLUMN c SET DEFAULT 3", SetDefault(T, "c", Default("3", CONSTANT))),
    ("ALTER TABLE t ALTER c DROP DEFAULT", SetDefault(T, "c", None)),
    ("ALTER TABLE t ALTER c SET INVISIBLE", SetColumnOption(T, "c", "ALTER c SET INVISIBLE")),
    ("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", AddConstraint(T, Constraint(Kind.UNIQUE, "u", ("a",)))),
    (
        "ALTER TABLE t ADD UNIQUE INDEX u (a(9), b)",
        AddConstraint(T, Constraint(Kind.UNIQUE, "u", ("a", "b"), parts=(Part(9), Part()))),
    ),
    ("ALTER TABLE t ADD PRIMARY KEY (a)", AddConstraint(T, Constraint(Kind.PRIMARY_KEY, None, ("a",)))),
    (
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY(a) REFERENCES o (id) ON DELETE SET NULL ON UPDATE CASCADE",
        AddConstraint(T, foreign_key("f", "SET NULL", "CASCADE")),
    ),
    ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES o (id)", AddConstraint(T, foreign_key(None))),
    (
        "ALTER TABLE t ADD CONSTRAINT k CHECK (a in (0, 1)) NOT ENFORCED",
        AddConstraint(T, Constraint(Kind.CHECK, "k", expression="a in (0, 1)", not_valid=True)),
    ),
    ("ALTER TABLE t ADD INDEX ix (a)", CreateIndex("ix", T, ("a",))),
    (
        "ALTER TABLE t ADD KEY (a, b DESC) USING HASH",
        CreateIndex(None, T, ("a", "b"), method="hash", parts=(Part(), Part(descending=True))),
    ),
    ("ALTER TABLE t ADD FULLTEXT ft (a)", CreateIndex("ft", T, ("a",), method="fulltext")),
    ("ALTER TABLE t DROP PRIMARY KEY", DropConstraint(T, None, Kind.PRIMARY_KEY)),
    ("ALTER TABLE t DROP FOREIGN KEY f", DropConstraint(T, "f", Kind.FOREIGN_KEY)),
    ("ALTER TABLE t DROP CHECK k", DropConstraint(T, "k", Kind.CHECK)),
    ("ALTER TABLE t DROP CONSTRAINT IF EXISTS k", DropConstraint(T, "k", None, True)),
    ("ALTER TABLE t DROP INDEX ix", DropIndex(Name("ix"), T)),
    ("ALTER TABLE t RENAME INDEX a TO b", RenameObject("index", A, "b", T)),
    (
        "ALTER TABLE t ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
        SetTableOption(T, "ENGINE=InnoDB ROW_FORMAT=DYNAMIC", (("engine", "InnoDB"), ("row_format", "DYNAMIC"))),
    ),
    (
        "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        SetTableOption(
            T,
            "CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            (("convert", "utf8mb4"), ("collate", "utf8mb4_bin")),
        ),
    ),
    ("ALTER TABLE t DROP PARTITION p1, p2", DropPartition(T, ("p1", "p2"))),
    ("ALTER TABLE t TRUNCATE PARTITION ALL", DropPartition(T, ("ALL",), True)),
    (
        "ALTER TABLE t ADD PARTITION (PARTITION p VALUES IN (1))",
        SetTableOption(T, "ADD PARTITION (PARTITION p VALUES IN (1))"),
    ),
    (
        "CREATE TABLE t (a INT) PARTITION BY RANGE COLUMNS (a) (PARTITION p0 VALUES LESS THAN (1))",
        CreateTable(
            T,
            (Column("a", "INT"),),
            settings=(("partition by", "PARTITION BY RANGE COLUMNS (a) (PARTITION p0 VALUES LESS THAN (1))"),),
            partition_by="RANGE COLUMNS (a)",
        ),
    ),
    ("ALTER TABLE t COMMENT 'x'", SetTableOption(T, "COMMENT 'x'", (("comment", "x"),))),
    ("ALTER TABLE t DISABLE KEYS", SetTableOption(T, "DISABLE KEYS")),
    ("ALTER TABLE t ALTER INDEX ix INVISIBLE", SetTableOption(T, "ALTER INDEX ix INVISIBLE")),
    ("DROP TABLE t", DropTable(T)),
    ("DROP TEMPORARY TABLE IF EXISTS t", Maintain("DROP TEMPORARY TABLE", T)),
    ("DROP TABLE IF EXISTS d.t CASCADE", DropTable(Name("t", "d"), True, True)),
    ("CREATE TABLE t LIKE u", CreateTable(T, like=(Name("u"),), including=("all",))),
    ("CREATE TABLE t AS SELECT 1", CreateTable(T, from_query=True)),
    ("CREATE TABLE t (a INT) SELECT 1", CreateTable(T, (Column("a", "INT"),), from_query=True)),
    ("CREATE TEMPORARY TABLE t (a INT)", CreateTable(T, (Column("a", "INT"),), temporary=True)),
]

OTHERS: list[tuple[str, Fact]] = [
    (
        "CREATE INDEX ix ON t (a, b(10), (lower(c)))",
        CreateIndex("ix", T, ("a", "b", "(lower(c))"), parts=(Part(), Part(10), Part(expression=True))),
    ),
    ("CREATE UNIQUE INDEX ix ON t (a)", CreateIndex("ix", T, ("a",), True)),
    ("CREATE SPATIAL INDEX ix ON t (a)", CreateIndex("ix", T, ("a",), method="spatial")),
    ("CREATE INDEX ix USING BTREE ON t (a)", CreateIndex("ix", T, ("a",), method="btree")),
    ("DROP INDEX ix ON t", DropIndex(Name("ix"), T)),
    ("DROP INDEX IF EXISTS ix ON t", DropIndex(Name("ix"), T, True)),
    (
        "CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v AS SELECT 1",
        CreateObject("view", Name("v"), True, reads=(), options=(("algorithm", "merge"), ("security", "invoker"))),
    ),
    ("DROP VIEW IF EXISTS v", DropObject("view", Name("v"), True)),
    (
        "CREATE DEFINER=`root`@`%` TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        CreateObject("trigger", Name("g"), table=T, options=(("definer", "root@%"), *BEFORE_INSERT)),
    ),
    ("DROP TRIGGER IF EXISTS d.g", DropObject("trigger", Name("g", "d"), True)),
    ("CREATE PROCEDURE p() SELECT 1", CreateObject("procedure", Name("p"))),
    ("DROP PROCEDURE p", DropObject("procedure", Name("p"))),
    ("CREATE DATABASE IF NOT EXISTS d CHARACTER SET utf8mb4", CreateObject("database", Name("d"), False, True)),
    ("DROP SCHEMA d", DropObject("database", Name("d"))),
    ("ALTER DATABASE d CHARACTER SET utf8mb4", AlterObject("database", Name("d"), "character set utf8mb4")),
    ("CREATE USER 'joe'@'localhost' IDENTIFIED BY 'x'", CreateObject("user", Name("joe@localhost"))),
    ("GRANT SELECT ON d.* TO joe", Grant("grant select on d.* to joe", ("select",), "d.*", ("joe",))),
    (
        "REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'joe'@'%'",
        Grant("revoke all privileges, grant option from 'joe'@'%'", ("all", "grant option"), None, ("joe@%",), True),
    ),
    (
        "GRANT SELECT (a, b) ON t TO joe, bob WITH GRANT OPTION",
        Grant("grant select (a, b) on t to joe, bob with grant option", ("select",), "t", ("joe", "bob"), True),
    ),
    ("GRANT 'r'@'%' TO joe", Grant("grant 'r'@'%' to joe", ("'r'@'%'",), None, ("joe",))),
    ("INSERT INTO t (a) VALUES (1), (2)", Insert(T, 2, ("a",))),
    ("INSERT IGNORE t VALUES ROW(1), ROW(2)", Insert(T, 2, guarded=True)),
    ("REPLACE INTO t SET a = 1", Insert(T, 1, ("a",), replaces=True)),
    (
        "INSERT INTO t (a, b) SELECT 1, 2 FROM dual WHERE NOT EXISTS (SELECT 1 FROM t)",
        Insert(T, None, ("a", "b"), True),
    ),
    ("INSERT INTO t SELECT * FROM u", Insert(T, None)),
    ("INSERT INTO t (a) (SELECT 1)", Insert(T, None, ("a",))),
    ("INSERT INTO t VALUES (1, ')') ON DUPLICATE KEY UPDATE a = VALUES(a)", Insert(T, 1, guarded=True)),
    ("UPDATE t SET a = 1", Update(T, False, ("a",))),
    ("UPDATE t SET a = 1, b = 2 WHERE 1 = 1", Update(T, False, ("a", "b"), "1 = 1")),
    ("UPDATE t SET a = (SELECT 1 FROM u WHERE 1) ORDER BY a", Update(T, False, ("a",))),
    ("UPDATE LOW_PRIORITY IGNORE t x SET x.a = 1 WHERE x.b", Update(T, True, ("a",), "x.b")),
    ("UPDATE t SET a = 1 LIMIT 5", Update(T, True, ("a",), limited=True)),
    (
        "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM (SELECT id FROM t LIMIT 5) x)",
        Update(T, True, ("a",), "id IN (SELECT id FROM (SELECT id FROM t LIMIT 5) x)", True),
    ),
    ("UPDATE t SET a = (SELECT b FROM u LIMIT 1)", Update(T, False, ("a",))),
    ("UPDATE a INNER JOIN b ON a.x = b.x SET a.y = b.y", Update(A, True, ("y",))),
    ("UPDATE a AS x, b AS z SET z.y = x.y", Update(B, False, ("y",))),
    ("DELETE FROM t", Delete(T, False)),
    ("DELETE FROM t WHERE a", Delete(T, True, "a")),
    ("DELETE FROM t WHERE a ORDER BY b LIMIT 3", Delete(T, True, "a", True)),
    ("DELETE FROM t WHERE TRUE", Delete(T, False, "TRUE")),
    ("DELETE x FROM a AS x LEFT JOIN b ON x.i = b.i WHERE b.i IS NULL", Delete(A, True, "b.i IS NULL")),
    ("DELETE FROM a USING a JOIN b ON a.i = b.i", Delete(A, True)),
    ("WITH q AS (SELECT 1) DELETE FROM t WHERE a IN (SELECT * FROM q)", Delete(T, True, "a IN (SELECT * FROM q)")),
    ("TRUNCATE TABLE t", Truncate(T)),
    ("SELECT count(*), f(x) FROM t", Select(("count", "f"))),
    ("SHOW TABLES", Select()),
    ("SET foreign_key_checks = 0", SetOption("foreign_key_checks", "0")),
    ("SET FOREIGN_KEY_CHECKS=0", SetOption("foreign_key_checks", "0")),
    ("SET SESSION sql_mode = 'ANSI,STRICT'", SetOption("sql_mode", "ANSI,STRICT")),
    ("SET @@session.lock_wait_timeout = 5", SetOption("lock_wait_timeout", "5")),
    ("SET GLOBAL x = DEFAULT", SetOption("global.x", None)),
    ("SET @n := (SELECT max(a), 1 FROM t)", SetOption("@n", "(SELECT max(a), 1 FROM t)")),
    ("SET NAMES utf8mb4", SetOption("names", "utf8mb4")),
    ("SET TRANSACTION READ ONLY", SetOption("transaction", "read only")),
    ("USE d", SetOption("database", "d")),
    ("START TRANSACTION", Begin()),
    ("BEGIN WORK", Begin()),
    ("COMMIT", Commit()),
    ("ROLLBACK", Rollback()),
    ("ROLLBACK TO SAVEPOINT s", Savepoint("s")),
    ("SAVEPOINT s", Savepoint("s")),
    ("RELEASE SAVEPOINT s", Savepoint("s")),
    ("LOCK TABLES t WRITE", LockTable(T, "WRITE")),
    ("UNLOCK TABLES", Maintain("UNLOCK TABLES")),
    ("OPTIMIZE TABLE t", Maintain("OPTIMIZE TABLE", T)),
    ("ANALYZE TABLE t", Maintain("ANALYZE TABLE", T)),
    ("FLUSH TABLES", Maintain("FLUSH TABLES")),
]


@pytest.mark.parametrize(("sql", "fact"), [*TABLES, *OTHERS])
@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_a_statement_is_read_as_one_fact(sql: str, fact: Fact, dialect: str) -> None:
    assert facts(sql, dialect) == (fact,)


def test_a_table_is_read_with_columns_keys_and_options() -> None:
    sql = """
        CREATE TABLE IF NOT EXISTS t (
            id BIGINT NOT NULL AUTO_INCREMENT, -- the key
            name VARCHAR(30) DEFAULT 'a' NOT NULL,
            at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
            uuid CHAR(36) DEFAULT (uuid()),
            PRIMARY KEY (id) USING BTREE,
            UNIQUE KEY uq (name(10), at) COMMENT 'x',
            KEY ix (at DESC),
            FULLTEXT INDEX ft (name) WITH PARSER ngram,
            CONSTRAINT fk FOREIGN KEY (a) REFERENCES o (id) ON DELETE CASCADE,
            CHECK (name <> ')')
        ) ENGINE=InnoDB DEFAULT CHARSET = utf8mb4, COMMENT='it''s', AUTO_INCREMENT 7"""
    assert facts(sql) == (
        CreateTable(
            T,
            (
                Column("id", "BIGINT", False, generated="auto_increment"),
                Column("name", "VARCHAR(30)", False, Default("'a'", CONSTANT)),
                Column(
                    "at",
                    "TIMESTAMP(6)",
                    False,
                    Default("CURRENT_TIMESTAMP(6)", STABLE),
                    on_update="CURRENT_TIMESTAMP(6)",
                ),
                Column("uuid", "CHAR(36)", True, Default("(uuid())", VOLATILE)),
            ),
            (
                Constraint(Kind.PRIMARY_KEY, None, ("id",), method="btree"),
                Constraint(Kind.UNIQUE, "uq", ("name", "at"), parts=(Part(10), Part()), comment="x"),
                foreign_key("fk", "CASCADE"),
                Constraint(Kind.CHECK, None, expression="name <> ')'"),
            ),
            (
                CreateIndex("ix", T, ("at",), parts=(Part(descending=True),)),
                CreateIndex("ft", T, ("name",), method="fulltext"),
            ),
            if_not_exists=True,
            comment="it's",
            settings=(("engine", "InnoDB"), ("charset", "utf8mb4"), ("comment", "it's"), ("auto_increment", "7")),
            index_places=(2, 2),
        ),
    )


def test_every_action_of_an_alter_table_is_a_fact_and_an_unknown_one_is_opaque() -> None:
    assert facts("ALTER TABLE t ADD a INT, FROBNICATE (b, c), DROP d, ALGORITHM=INPLACE, LOCK=NONE") == (
        AddColumn(T, Column("a", "INT")),
        Unread("sqlgen does not read this part of it: FROBNICATE (b, c), DROP d, ALGORITHM=INPLACE, LOCK=NONE"),
        DropColumn(T, "d"),
        SetTableOption(T, "ALGORITHM=INPLACE"),
        SetTableOption(T, "LOCK=NONE"),
    )


def test_several_columns_in_parentheses_are_several_facts() -> None:
    assert facts("ALTER TABLE t ADD COLUMN (a INT, b TEXT)") == (
        AddColumn(T, Column("a", "INT")),
        AddColumn(T, Column("b", "TEXT")),
    )


def test_how_an_index_is_to_be_built_follows_it() -> None:
    assert facts("CREATE INDEX ix ON t (a) ALGORITHM=INPLACE LOCK=NONE") == (
        CreateIndex("ix", T, ("a",)),
        SetTableOption(T, "ALGORITHM=INPLACE"),
        SetTableOption(T, "LOCK=NONE"),
    )


def test_several_tables_are_several_facts() -> None:
    assert facts("DROP TABLE a, b") == (DropTable(A), DropTable(B))
    assert facts("RENAME TABLE a TO b, d.a TO d.b") == (
        RenameTable(A, B),
        RenameTable(Name("a", "d"), Name("b", "d")),
    )
    assert facts("UPDATE a, b SET a.x = 1, b.y = 2 WHERE a.i = b.i") == (
        Update(A, True, ("x",), "a.i = b.i"),
        Update(B, True, ("y",), "a.i = b.i"),
    )
    assert facts("DELETE a, b FROM a JOIN b ON a.i = b.i") == (Delete(A, True), Delete(B, True))


@pytest.mark.parametrize(
    ("default", "volatility"),
    [
        ("1", CONSTANT),
        ("-1.5", CONSTANT),
        ("'a' 'b'", CONSTANT),
        ("NULL", CONSTANT),
        ("b'01'", CONSTANT),
        ("X'FF'", CONSTANT),
        ("DATE '2020-01-01'", CONSTANT),
        ("(1 + 2)", CONSTANT),
        ("(json_array())", CONSTANT),
        ("CURRENT_TIMESTAMP", STABLE),
        ("CURRENT_TIMESTAMP(6)", STABLE),
        ("now()", STABLE),
        ("(uuid())", VOLATILE),
        ("uuid()", VOLATILE),
        ("(rand())", VOLATILE),
        ("NEXT VALUE FOR s", VOLATILE),
        ("(f())", UNKNOWN),
        ("(other_column + 1)", UNKNOWN),
    ],
)
def test_a_default_is_kept_as_written_with_its_volatility(default: str, volatility: Volatility) -> None:
    assert facts(f"ALTER TABLE t ADD c INT DEFAULT {default} NOT NULL") == (
        AddColumn(T, Column("c", "INT", False, Default(default, volatility))),
    )


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("CALL p()", "CALL: what the procedure does is not known here"),
        ("EXECUTE s", "EXECUTE: what was prepared is not known here"),
        ("FROBNICATE t", "sqlgen does not read this part of it: FROBNICATE t"),
        ("DROP TABLE t FOO", "sqlgen does not read this part of it: FOO"),
        ("CREATE TABLE t (a INT", "it ends where more was expected"),
        ("SELECT 'a", "a quote or a comment in it is not closed"),
        ("SELECT 1 /*!40101 FROM t */", "it holds SQL in an executable comment, /*! … */"),
        ("/*!40101 SET NAMES utf8 */", "it holds SQL in an executable comment, /*! … */"),
    ],
)
def test_what_cannot_be_read_is_opaque_with_its_reason(sql: str, why: str) -> None:
    assert Unread(why) in read(whole(sql), "mysql")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT 1 INTO OUTFILE '/tmp/x'", (Select(), External("INTO OUTFILE", "/tmp/x"))),
        ("SELECT LOAD_FILE('/x') INTO @a", (Select(("load_file",)), External("LOAD_FILE", "/x"))),
        (
            "LOAD DATA LOCAL INFILE '/x' IGNORE INTO TABLE t",
            (Insert(T, None, guarded=True), External("LOAD DATA LOCAL INFILE", "/x")),
        ),
        ("LOAD XML INFILE '/x' INTO TABLE t (a)", (Insert(T, None), External("LOAD XML INFILE", "/x"))),
        ("INSTALL PLUGIN p SONAME 'p.so'", (Maintain("INSTALL PLUGIN"), External("INSTALL PLUGIN", "p.so"))),
        (
            "CREATE FUNCTION f RETURNS STRING SONAME 'f.so'",
            (CreateObject("function", Name("f")), External("SONAME", "f.so")),
        ),
    ],
)
def test_what_leaves_the_database_is_said_beside_the_rest(sql: str, found: tuple[Fact, ...]) -> None:
    assert facts(sql) == found


@pytest.mark.parametrize(
    ("sql", "options"),
    [
        (
            "CREATE DEFINER=`r`@`%` FUNCTION f(a INT) RETURNS INT DETERMINISTIC SQL SECURITY DEFINER RETURN 1",
            (("definer", "r@%"), ("deterministic", "true"), ("security", "definer")),
        ),
        ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t", (("schedule", "EVERY 1 DAY"),)),
        ("CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW SET NEW.a = 1", (("timing", "after"), ("events", "update"))),
        ("CREATE VIEW v AS SELECT 1 WITH LOCAL CHECK OPTION", (("check option", "local"),)),
    ],
)
def test_what_an_object_is_made_with_is_kept(sql: str, options: tuple[tuple[str, str], ...]) -> None:
    (made,) = facts(sql)
    assert isinstance(made, CreateObject)
    assert made.options == options


def test_a_table_made_anew_was_dropped() -> None:
    assert facts("CREATE OR REPLACE TABLE t (a INT)") == (DropTable(T, True), CreateTable(T, (Column("a", "INT"),)))


def test_a_terminator_at_the_end_changes_nothing() -> None:
    assert read(whole("DROP TABLE a;"), "mysql") == (DropTable(A),)


def test_a_second_statement_in_the_same_text_is_not_passed_over() -> None:
    assert read(whole("DROP TABLE a; DROP TABLE b"), "mysql") == (
        DropTable(A),
        Unread("sqlgen does not read this part of it: DROP TABLE b"),
    )


def test_a_compound_statement_is_a_block_whose_inside_is_opaque() -> None:
    sql = "BEGIN NOT ATOMIC DROP TABLE t; END"
    assert read(split(f"DELIMITER //\n{sql}//", "mariadb")[0], "mariadb") == (
        Block("sql", False),
        Unread("a compound statement is not read"),
    )


def test_mysql_has_no_compound_statement_of_its_own() -> None:
    for sql in ("BEGIN NOT ATOMIC DROP TABLE t; END", "IF 1 THEN DROP TABLE t; END IF"):
        assert read(whole(sql), "mysql") == (Unread("MySQL runs a compound statement in a stored program only"),)
