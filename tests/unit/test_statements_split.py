"""Where one statement ends and the next begins."""

from __future__ import annotations

import pytest

from sqlgen.statements import split


def texts(script: str, dialect: str) -> list[str]:
    return [one.text for one in split(script, dialect) if one.text]


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite", "mssql", "oracle"])
def test_statements_end_at_semicolons_outside_quotes_and_comments(dialect: str) -> None:
    assert texts("SELECT ';' /* ; */, 1;\nSELECT 2 -- ;\n;", dialect) == ["SELECT ';' /* ; */, 1", "SELECT 2"]


def test_a_statement_knows_what_stands_around_it_and_where_it_is() -> None:
    script = "-- first\nSELECT 1 ;\n\n  SELECT 2; -- last\n"
    first, second, rest = split(script, "postgresql")
    assert (first.leading, first.text, first.terminator) == ("-- first\n", "SELECT 1", " ;")
    assert (first.line, first.column, first.offset) == (2, 1, 9)
    assert (second.leading, second.text, second.line, second.column) == ("\n\n  ", "SELECT 2", 4, 3)
    assert (rest.leading, rest.text, rest.terminator) == (" -- last\n", "", "")


def test_a_terminator_that_ends_nothing_goes_to_the_next_statement() -> None:
    first, second = split("SELECT 1;;\nSELECT 2", "postgresql")
    assert (first.text, second.leading, second.text) == ("SELECT 1", ";\n", "SELECT 2")


def test_only_comments_make_one_empty_statement_and_nothing_makes_none() -> None:
    (only,) = split("-- nothing\n", "sqlite")
    assert (only.leading, only.text) == ("-- nothing\n", "")
    assert split("", "sqlite") == ()


def test_a_backslash_before_a_quote_does_not_glue_statements_together() -> None:
    assert len(texts(r"INSERT INTO t VALUES ('\'); DROP TABLE t;", "postgresql")) == 2
    assert len(texts(r"INSERT INTO t VALUES ('\'); DROP TABLE t;", "mysql")) == 1


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
@pytest.mark.parametrize(
    "routine",
    [
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE DEFINER=`root`@`%` FUNCTION f() RETURNS INT BEGIN RETURN 1; END",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.x = CASE WHEN 1 THEN 2 END; END",
        "CREATE PROCEDURE p() BEGIN IF a > 1 THEN SELECT 1; ELSEIF b THEN SELECT 2; END IF; SET x = IF(a, 1, 2); END",
        "CREATE PROCEDURE p() BEGIN IF (a > 1) THEN SELECT 1; END IF; END",
        "CREATE PROCEDURE p() BEGIN l: LOOP LEAVE l; END LOOP; WHILE x DO SET x = 0; END WHILE; END",
        "CREATE PROCEDURE p() BEGIN REPEAT SET x = 1; UNTIL x END REPEAT; CASE x WHEN 1 THEN SELECT 1; END CASE; END",
        "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; DROP TABLE IF EXISTS t; END",
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.a > 1 THEN SET NEW.a = 1; END IF",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; END",
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
    ],
)
def test_the_body_of_a_mysql_routine_stays_in_one_piece(dialect: str, routine: str) -> None:
    assert texts(f"{routine};\nSELECT 9;", dialect) == [routine, "SELECT 9"]


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN",
        "CREATE TABLE event (begin datetime, end datetime)",
        "CREATE TABLE IF NOT EXISTS trigger_log (function int, begin int)",
        "CREATE DEFINER=root@localhost SQL SECURITY DEFINER VIEW v AS SELECT begin FROM event",
        "ALTER TABLE procedure_steps ADD COLUMN begin int",
        "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'",
    ],
)
def test_no_other_mysql_statement_is_taken_for_a_routine(statement: str) -> None:
    assert texts(f"{statement};\nSELECT 9;", "mysql") == [statement, "SELECT 9"]


def test_a_delimiter_of_their_own_ends_mysql_statements() -> None:
    script = "DELIMITER //\nCREATE PROCEDURE p() SELECT 1; //\nDELIMITER ;\nSELECT 2;"
    first, second = split(script, "mysql")
    assert (first.leading, first.terminator) == ("DELIMITER //\n", " //")
    assert first.text == "CREATE PROCEDURE p() SELECT 1;"
    assert second.leading == "\nDELIMITER ;\n"


@pytest.mark.parametrize(
    "trigger",
    [
        "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; DELETE FROM b; END",
        "CREATE TEMP TRIGGER t BEFORE INSERT ON a WHEN NEW.x BEGIN SELECT RAISE(ABORT, 'no; way'); END",
    ],
)
def test_the_body_of_an_sqlite_trigger_stays_in_one_piece(trigger: str) -> None:
    assert texts(f"{trigger};\nSELECT 9;", "sqlite") == [trigger, "SELECT 9"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); DELETE FROM u; END",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
        "CREATE FUNCTION f() RETURNS int AS $f$ BEGIN RETURN 1; END $f$ LANGUAGE plpgsql",
        "DO $$ BEGIN PERFORM 1; END $$",
    ],
)
def test_the_body_of_a_postgresql_statement_stays_in_one_piece(statement: str) -> None:
    assert texts(f"{statement};\nSELECT 9;", "postgresql") == [statement, "SELECT 9"]


def test_begin_is_a_statement_of_its_own_outside_routines() -> None:
    assert texts("BEGIN; SELECT 1; END;", "postgresql") == ["BEGIN", "SELECT 1", "END"]
    assert texts("BEGIN; SELECT 1; END;", "sqlite") == ["BEGIN", "SELECT 1", "END"]


def test_psql_commands_that_send_the_statement_end_it() -> None:
    first, second, _ = split("SELECT 1 AS a \\gset\nSELECT 2 \\; SELECT 3;\n", "postgresql")[:3]
    assert (first.text, first.terminator) == ("SELECT 1 AS a", " \\gset")
    assert (second.text, second.terminator) == ("SELECT 2", " \\;")


def test_other_psql_commands_inside_a_statement_stay_inside() -> None:
    assert texts("SELECT 1\n\\echo hello\n, 2;", "postgresql") == ["SELECT 1\n\\echo hello\n, 2"]


def test_sql_server_routines_end_at_go_only() -> None:
    script = "CREATE PROCEDURE p AS SELECT 1; SELECT 2;\nGO\nSELECT 3;"
    assert texts(script, "mssql") == ["CREATE PROCEDURE p AS SELECT 1; SELECT 2;", "SELECT 3"]


def test_oracle_blocks_end_at_a_slash_only() -> None:
    assert texts("BEGIN a; b; END;\n/\nSELECT 1 FROM dual;", "oracle") == ["BEGIN a; b; END;", "SELECT 1 FROM dual"]
    assert texts("BEGIN a; END;", "oracle") == ["BEGIN a; END;"]
    assert texts("CREATE TABLE t (type NUMBER);\nCREATE TYPE b AS OBJECT (x NUMBER);\n/\n", "oracle") == [
        "CREATE TABLE t (type NUMBER)",
        "CREATE TYPE b AS OBJECT (x NUMBER);",
    ]


def test_sql_server_blocks_are_one_statement() -> None:
    block = "IF a = 1\nBEGIN\n  SELECT CASE WHEN b = 1 THEN 2 END;\n  BEGIN TRAN;\n  COMMIT;\nEND"
    assert texts(f"{block};\nSELECT 1;", "mssql") == [block, "SELECT 1"]
    tried = "BEGIN TRY\n  SELECT 1;\nEND TRY\nBEGIN CATCH\n  THROW;\nEND CATCH"
    assert texts(f"{tried}\nGO\nBEGIN TRANSACTION; SELECT 1; COMMIT;", "mssql") == [
        tried,
        "BEGIN TRANSACTION",
        "SELECT 1",
        "COMMIT",
    ]
    assert texts("ALTER TABLE t ENABLE TRIGGER g; SELECT 1;", "mssql") == ["ALTER TABLE t ENABLE TRIGGER g", "SELECT 1"]


def test_sqlplus_commands_stand_before_statements() -> None:
    script = "SET DEFINE OFF\nWHENEVER SQLERROR EXIT\nSET TRANSACTION READ ONLY;\n@other.sql\nSELECT 1 FROM dual;\n"
    assert texts(script, "oracle") == ["SET TRANSACTION READ ONLY", "SELECT 1 FROM dual"]
    block = "BEGIN\n  a := 1;\n  exit when b;\n  prompt := 2;\n  show(1);\nEND;"
    assert texts(f"{block}\n/\n", "oracle") == [block]
