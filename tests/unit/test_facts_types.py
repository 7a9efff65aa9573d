"""Types that mean the same have one spelling."""

from __future__ import annotations

import pytest

from sqlgen.facts.types import SqlType, canonical


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("integer", "integer"),
        ("INT4", "integer"),
        ("pg_catalog.int4", "integer"),
        ("SERIAL", "integer"),
        ("bigserial", "bigint"),
        ("character varying(50)", "varchar(50)"),
        ("VARCHAR (50)", "varchar(50)"),
        ("varchar", "varchar"),
        ("char", "char(1)"),
        ("character(3)", "char(3)"),
        ('"char"', '"char"'),
        ("bpchar", "bpchar"),
        ("numeric", "numeric"),
        ("decimal(10)", "numeric(10,0)"),
        ("NUMERIC(10, 2)", "numeric(10,2)"),
        ("float", "double precision"),
        ("float(24)", "real"),
        ("float8", "double precision"),
        ("timestamp", "timestamp"),
        ("timestamp without time zone", "timestamp"),
        ("timestamp(6) with time zone", "timestamptz"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("TIME WITH TIME ZONE", "timetz"),
        ("int[3][4]", "integer[]"),
        ("text ARRAY", "text[]"),
        ("varchar(9)[]", "varchar(9)[]"),
        ("bit varying(3)", "varbit(3)"),
        ('"Mood"', "Mood"),
        ("public.mood", "mood"),
        ("s.MOOD", "s.mood"),
        ("", ""),
    ],
)
def test_postgresql_types_have_one_spelling(written: str, spelling: str) -> None:
    assert str(canonical(written, "postgresql")) == spelling


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("INTEGER", "int"),
        ("INT(11)", "int"),
        ("int(10) unsigned", "int unsigned"),
        ("INT ZEROFILL", "int unsigned zerofill"),
        ("BOOL", "tinyint"),
        ("TINYINT(1)", "tinyint"),
        ("SERIAL", "bigint unsigned"),
        ("NUMERIC", "decimal(10,0)"),
        ("DECIMAL(5)", "decimal(5,0)"),
        ("double precision", "double"),
        ("CHARACTER VARYING(9)", "varchar(9)"),
        (
            "VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
            "varchar(9) character set utf8mb4 collate utf8mb4_bin",
        ),
        ("VARCHAR(9) CHARSET utf8mb4", "varchar(9) character set utf8mb4"),
        ("CHAR", "char(1)"),
        ("DATETIME(6)", "datetime(6)"),
        ("JSON", "json"),
    ],
)
def test_mysql_types_have_one_spelling(written: str, spelling: str) -> None:
    assert str(canonical(written, "mysql")) == spelling


def test_the_values_of_an_enum_keep_their_case_and_their_order() -> None:
    assert canonical("ENUM('B', 'a''s')", "mysql") == SqlType("enum", ("B", "a's"))


def test_json_is_longtext_in_mariadb_only() -> None:
    assert canonical("JSON", "mariadb").name == "longtext"


def test_sqlite_has_no_synonyms() -> None:
    assert canonical("INT", "sqlite") != canonical("INTEGER", "sqlite")
    assert canonical("VARCHAR (30)", "sqlite") == canonical("varchar(30)", "sqlite") == SqlType("varchar", ("30",))


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("INTEGER", "int"),
        ("[int]", "int"),
        ("[nvarchar](max)", "nvarchar(max)"),
        ("NVARCHAR(50)", "nvarchar(50)"),
        ("varchar", "varchar(1)"),
        ("national character varying(9)", "nvarchar(9)"),
        ("CHARACTER(3)", "char(3)"),
        ("numeric", "decimal(18,0)"),
        ("DEC(10)", "decimal(10,0)"),
        ("NUMERIC(10, 2)", "decimal(10,2)"),
        ("float(24)", "real"),
        ("FLOAT(53)", "float"),
        ("DOUBLE PRECISION", "float"),
        ("datetime2", "datetime2(7)"),
        ("DATETIMEOFFSET(3)", "datetimeoffset(3)"),
        ("timestamp", "rowversion"),
        ("sys.sysname", "nvarchar(128)"),
        ("[dbo].[Money_Type]", "money_type"),
        ("s.t", "s.t"),
        ("", ""),
    ],
)
def test_sql_server_types_have_one_spelling(written: str, spelling: str) -> None:
    assert str(canonical(written, "mssql")) == spelling


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("VARCHAR(50)", "varchar2(50)"),
        ("VARCHAR2(50 BYTE)", "varchar2(50)"),
        ("varchar2", "varchar2"),
        ("VARCHAR2(50 CHAR)", "varchar2(50 char)"),
        ("NATIONAL CHARACTER VARYING(9)", "nvarchar2(9)"),
        ("CHAR", "char(1)"),
        ("INTEGER", "number(38,0)"),
        ("SMALLINT", "number(38,0)"),
        ("NUMBER", "number"),
        ("NUMBER(10)", "number(10,0)"),
        ("NUMBER(*,0)", "number(38,0)"),
        ("NUMERIC(10, 2)", "number(10,2)"),
        ("DECIMAL", "number(38,0)"),
        ("FLOAT", "float(126)"),
        ("REAL", "float(63)"),
        ("DOUBLE PRECISION", "float(126)"),
        ("TIMESTAMP", "timestamp(6)"),
        ("TIMESTAMP(3) WITH LOCAL TIME ZONE", "timestamp with local time zone(3)"),
        ("INTERVAL DAY(2) TO  SECOND", "interval day(2) to second"),
        ("DATE", "date"),
        ("LONG RAW", "long raw"),
        ("", ""),
    ],
)
def test_oracle_types_have_one_spelling(written: str, spelling: str) -> None:
    assert str(canonical(written, "oracle")) == spelling
