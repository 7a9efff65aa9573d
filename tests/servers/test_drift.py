"""On real servers, a type of the models is told from one of the history only where `alembic check` tells them too."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from tests.servers.conftest import Database
from tests.unit.test_lint.drifting import TYPES, assert_no_more_than_alembic

POSTGRESQL = [
    *(sa.DateTime(timezone=True), sa.String(), postgresql.JSONB(), postgresql.INET(), postgresql.TSVECTOR()),
    *(postgresql.TIMESTAMP(precision=3), postgresql.DOUBLE_PRECISION(), postgresql.DATERANGE(), postgresql.OID()),
]
POSTGRESQL_WORDS = [
    *("serial", "bigserial", "int4", "int8", "int2", "float4", "float8", "float(10)", "bool", "varchar", "char"),
    *("character varying(50)", "bpchar(3)", "decimal(10,2)", "numeric", "timestamptz", "timestamp(3) with time zone"),
    *("timestamp without time zone", "time with time zone", "interval day to second", "email_address"),
]
MARIADB = [
    *(mysql.TINYINT(1), mysql.MEDIUMINT(), mysql.INTEGER(unsigned=True), mysql.INTEGER(display_width=11)),
    *(mysql.DATETIME(fsp=6), mysql.MEDIUMTEXT(), mysql.LONGTEXT(), mysql.TEXT(70_000), mysql.YEAR(), mysql.BIT(3)),
    *(mysql.VARCHAR(50, charset="latin1"), mysql.VARCHAR(50, collation="utf8mb4_bin"), mysql.SET("a", "b")),
    *(mysql.DOUBLE(10, 2), mysql.FLOAT(10, 2), mysql.ENUM("b", "a"), mysql.NVARCHAR(50), sa.VARBINARY(16)),
]
MARIADB_WORDS = [
    *("int(11)", "int4", "integer", "bool", "tinyint(1)", "double precision", "real", "dec(10,2)", "fixed(10,2)"),
    *("numeric", "longtext", "json", "uuid", "varchar(50) character set latin1", "char varying(50)", "nchar(3)"),
    *("bigint(20) unsigned", "int unsigned zerofill", "serial", "text(70000)", "blob(70000)", "datetime(6)"),
    *("varchar(50) collate utf8mb4_bin", "national varchar(50)", "enum('a','b')", "long", "middleint"),
]


def test_postgresql_types(postgresql_database: Database) -> None:
    engine = sa.create_engine(postgresql_database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        before = ["CREATE TYPE ab AS ENUM ('a', 'b')", "CREATE DOMAIN email_address AS VARCHAR(50)"]
        both = assert_no_more_than_alembic(connection, "postgresql", [*TYPES, *POSTGRESQL], POSTGRESQL_WORDS, before)

    assert both > 1500


def test_mariadb_types(mariadb_database: Database) -> None:
    engine = sa.create_engine(mariadb_database.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        both = assert_no_more_than_alembic(connection, "mariadb", [*TYPES, *MARIADB], MARIADB_WORDS)

    assert both > 1500
