"""The schema folded from statements is the one that the server has after running them."""

from __future__ import annotations

from typing import Any

from sqlgen.facts import read, volatility
from sqlgen.facts.types import canonical
from sqlgen.facts.vocabulary import Kind, Opaque
from sqlgen.schema import Schema
from sqlgen.statements import split

POSTGRESQL = """
CREATE TABLE o (id serial PRIMARY KEY, "Key" character varying(30) UNIQUE);
CREATE TABLE t (
    a int UNIQUE, b int REFERENCES o, c decimal(10) CHECK (c > 0), d timestamp with time zone DEFAULT now() NOT NULL,
    CHECK (a > c), CHECK (b > 0), UNIQUE (a, b), PRIMARY KEY (a), EXCLUDE USING btree (b WITH =)
);
ALTER TABLE t ADD UNIQUE (b), ADD UNIQUE (b), ADD COLUMN e bigint[] NOT NULL DEFAULT '{}', ADD f float4;
ALTER TABLE t ADD CONSTRAINT k CHECK (f IS NOT NULL) NOT VALID;
CREATE INDEX ON t (d); CREATE INDEX ON t (abs(a)); CREATE INDEX ON t ((a + b)); CREATE UNIQUE INDEX ux ON t (f);
ALTER TABLE t ADD CONSTRAINT uf UNIQUE USING INDEX ux;
ALTER TABLE t RENAME b TO "B b";
ALTER TABLE t ALTER e TYPE int[] USING NULL, ALTER e DROP NOT NULL, ALTER f SET NOT NULL;
ALTER TABLE o RENAME TO p; ALTER INDEX o_pkey RENAME TO p_pkey; ALTER TABLE t RENAME CONSTRAINT k TO l;
ALTER TABLE t ADD g int UNIQUE, ADD h int; CREATE INDEX ih ON t (h, g); ALTER TABLE t DROP g;
CREATE TABLE gone (a int); CREATE INDEX ig ON gone (a); DROP TABLE gone;
CREATE TABLE a_table_with_quite_a_long_name_that_is_cut (a_column_with_a_name_that_is_quite_as_long int UNIQUE);
CREATE SCHEMA s; CREATE TABLE s.v (a int PRIMARY KEY);
ALTER TABLE s.v RENAME TO u; ALTER TABLE s.u SET SCHEMA public
"""

MARIADB = """
CREATE TABLE o (id INTEGER NOT NULL AUTO_INCREMENT, name VARCHAR(30) CHARACTER SET utf8mb4, PRIMARY KEY (id));
CREATE TABLE t (
    a INT(11) UNSIGNED NOT NULL DEFAULT 1, b INTEGER, c NUMERIC(5), d BOOL, e ENUM('x', 'y') NOT NULL, f SERIAL,
    g TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), h DOUBLE PRECISION,
    CONSTRAINT pk PRIMARY KEY (a), UNIQUE (b, c), KEY (b), FULLTEXT KEY ft (name), name TEXT
) ENGINE=InnoDB;
ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES o (id), ADD i INT AFTER a, MODIFY c DECIMAL(7, 2) NOT NULL;
ALTER TABLE t CHANGE b B2 INTEGER NULL, ADD INDEX ih (h), DROP COLUMN d, ADD UNIQUE ue (e);
ALTER TABLE t RENAME INDEX ih TO ij;
ALTER TABLE t DROP INDEX ue, ADD j JSON, ALTER i SET DEFAULT 7;
RENAME TABLE t TO u; CREATE INDEX ix ON u (i, h); ALTER TABLE u DROP COLUMN h
"""


def fold(script: str, dialect: str, connection: Any) -> Schema:
    """Run each statement and fold it."""
    schema = Schema(dialect)
    with connection.cursor() as cursor:
        for statement in split(script, dialect):
            if statement.text:
                cursor.execute(statement.text)
                for fact in read(statement, dialect):
                    assert not isinstance(fact, Opaque), fact
                    schema.apply(fact)
    return schema


def columns(schema: Schema) -> set[tuple[str, str, bool, str]]:
    return {
        (table.name.name, column.name, column.nullable, str(canonical(column.type or "", schema.dialect)))
        for table in schema.tables()
        for column in table.columns
    }


def test_postgresql_has_the_columns_constraints_and_indexes_that_were_folded(postgresql_database: Any) -> None:
    schema = fold(POSTGRESQL, "postgresql", postgresql_database.connect())
    assert all(table.complete for table in schema.tables())
    assert columns(schema) == {
        (table, column, nullable, str(canonical(type_, "postgresql")))
        for table, column, nullable, type_ in postgresql_database.rows(
            "SELECT relname, attname, NOT attnotnull, format_type(atttypid, atttypmod) FROM pg_attribute"
            " JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND attnum > 0 AND NOT attisdropped"
        )
    }
    assert {(table.name.name, one.name) for table in schema.tables() for one in table.constraints} == set(
        postgresql_database.rows(
            "SELECT relname, conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
            " WHERE connamespace = 'public'::regnamespace"
        )
    )
    assert {(table.name.name, one.name) for table in schema.tables() for one in table.indexes} == set(
        postgresql_database.rows(
            "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    )


def test_mariadb_has_the_columns_keys_and_foreign_keys_that_were_folded(mariadb_database: Any) -> None:
    schema = fold(MARIADB, "mariadb", mariadb_database.connect())
    where = f"table_schema = '{mariadb_database.name}'"

    def plain(column: tuple[str, str, bool, str]) -> tuple[str, str, bool, str]:
        table, name, nullable, type_ = column
        return table, name, nullable, type_.partition(" character set")[0]  # the server tells it apart from the type

    assert {plain(column) for column in columns(schema)} == {
        (table, column, nullable == "YES", str(canonical(type_, "mariadb")))
        for table, column, nullable, type_ in mariadb_database.rows(
            f"SELECT table_name, column_name, is_nullable, column_type FROM information_schema.columns WHERE {where}"
        )
    }
    keys = {(table.name.name, one.name) for table in schema.tables() for one in table.indexes}
    keys |= {
        (table.name.name, one.name)
        for table in schema.tables()
        for one in table.constraints
        if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE)
    }
    statistics = f"SELECT DISTINCT table_name, index_name FROM information_schema.statistics WHERE {where}"
    assert keys == set(mariadb_database.rows(statistics))
    assert {
        (table.name.name, one.name)
        for table in schema.tables()
        for one in table.constraints
        if one.kind is Kind.FOREIGN_KEY
    } == set(
        mariadb_database.rows(
            f"SELECT table_name, constraint_name FROM information_schema.table_constraints WHERE {where}"
            " AND constraint_type = 'FOREIGN KEY'"
        )
    )


def test_functions_are_as_volatile_as_postgresql_says(postgresql_database: Any) -> None:
    said = {}
    for name, volatile in postgresql_database.rows(
        "SELECT proname, provolatile FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'"
    ):
        said.setdefault(name, set()).add(volatile)
    known = {name: volatility.of_function(name).value for name in said}
    claims = {"volatile": "v", "stable": "s", "constant": "i"}
    told = {name: claim for name, claim in known.items() if claim in claims}
    assert {name: said[name] for name, claim in told.items() if claims[claim] not in said[name]} == {}
    assert len(told) > 100
    # what has a stable or volatile form as well may not be called constant, but for these two, which are as stable as
    # what they are called with
    loose = {name for name, claim in known.items() if claim == "constant" and said[name] - {"i"}}
    assert loose <= {"date_trunc", "timezone", "length"}
    assert {name for name, claim in known.items() if claim == "stable" and "v" in said[name]} == set()
