"""What the replayed schema answers is what SQLAlchemy reads from the server after the same statements."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pymysql
import pytest
import sqlalchemy as sa

from sqlgen.facts import read
from sqlgen.facts.vocabulary import Name, Opaque
from sqlgen.schema import Schema, baseline, reflected, snapshot
from sqlgen.statements import split
from tests.servers.histories import history

SCRIPTS = Path(__file__).with_name("reflection")


def scripts(dialect: str) -> list[Any]:
    """The scripts of a file: each begins with a line `-- name: what it is about`."""
    text = (SCRIPTS / f"{dialect}.sql").read_text()
    parts = re.split(r"^-- name: (.*)\n", text, flags=re.MULTILINE)[1:]
    return [pytest.param(script, id=name) for name, script in zip(parts[::2], parts[1::2], strict=True)]


def run_and_fold(script: str, dialect: str, database: Any, may_fail: bool = False) -> Schema:
    """Run each statement and fold it; one that fails is left out where that may be."""
    schema = Schema.empty(dialect)
    with closing(database.connect()) as connection, closing(connection.cursor()) as cursor:
        for statement in split(script, dialect):
            if statement.text:
                try:
                    cursor.execute(statement.text)
                except (psycopg2.Error, pymysql.Error):
                    if not may_fail:
                        raise
                    continue
                for fact in read(statement, dialect):
                    assert not isinstance(fact, Opaque), (statement.text, fact)
                    schema.apply(fact)
    return schema


def dumped(database: Any) -> str:
    """What the server's own tool says of the schema."""
    login = database.server.login
    if database.url.startswith("postgresql"):
        command = ["pg_dump", "-s", "-h", login["host"], "-p", str(login["port"]), "-U", login["user"], database.name]
    else:
        command = ["mariadb-dump", "--no-data", "-h", login["host"], "-P", str(login["port"]), "-u", login["user"]]
        command.append(database.name)
    env = {**os.environ, "PGPASSWORD": login["password"], "MYSQL_PWD": login["password"]}
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def plain(value: Any) -> Any:
    """As it comes out of a pipe: tuples as lists."""
    return json.loads(json.dumps(value, default=str))


def differences(said: Any, real: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Where two answers differ: path → what is said, what is real."""
    if isinstance(said, dict) and isinstance(real, dict):
        pairs = [(key, said.get(key, "absent"), real.get(key, "absent")) for key in {**said, **real}]
    elif isinstance(said, list) and isinstance(real, list) and len(said) == len(real):
        pairs = [(str(number), *pair) for number, pair in enumerate(zip(said, real, strict=True))]
    else:
        return {} if said == real else {path: (said, real)}
    found: dict[str, tuple[Any, Any]] = {}
    for key, one, other in pairs:
        found |= differences(one, other, f"{path}.{one.get('name', key) if isinstance(one, dict) else key}")
    return found


# ---- PostgreSQL


def from_postgresql(inspector: Any, table: str, within: str | None, texts: dict[str, tuple[str, Any]]) -> Any:
    """What SQLAlchemy reads, with format_type() and the collation in the place of its types."""
    columns = inspector.get_columns(table, schema=within)
    for column in columns:
        column["type"], column["collation"] = texts[column["name"]]
    return plain(
        {
            "columns": columns,
            "pk": inspector.get_pk_constraint(table, schema=within),
            "fks": inspector.get_foreign_keys(table, schema=within),
            "uniques": inspector.get_unique_constraints(table, schema=within),
            "checks": inspector.get_check_constraints(table, schema=within),
            "indexes": inspector.get_indexes(table, schema=within),
            "comment": inspector.get_table_comment(table, schema=within)["text"],
        }
    )


FORMAT_TYPE = """
    SELECT attname, format_type(atttypid, atttypmod),
        CASE WHEN attcollation <> typcollation THEN collname END
    FROM pg_attribute JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_collation c ON c.oid = attcollation
    WHERE attrelid = '{}'::regclass AND attnum > 0 AND NOT attisdropped
"""


def quoted(name: str, within: str | None) -> str:
    return ".".join(f'"{part}"' for part in (within, name) if part)


@pytest.mark.filterwarnings("ignore:Did not recognize type")
@pytest.mark.parametrize("script", scripts("postgresql"))
def test_postgresql_is_answered_as_it_reflects(script: str, postgresql_database: Any) -> None:
    schema = run_and_fold(script, "postgresql", postgresql_database)
    assert_postgresql(schema, postgresql_database)


@pytest.mark.parametrize("seed", range(12))
def test_postgresql_is_answered_as_it_reflects_after_any_history(seed: int, postgresql_database: Any) -> None:
    script = ";\n".join(history(seed, "postgresql", 80))
    schema = run_and_fold(script, "postgresql", postgresql_database, may_fail=True)
    assert_postgresql(schema, postgresql_database)


def assert_postgresql(schema: Schema, postgresql_database: Any) -> None:
    """The folded schema, the same saved and loaded, and the server's own dump give what SQLAlchemy reads."""
    again, heads = snapshot.load(snapshot.save(schema, ("a", "b")))
    assert heads == ("a", "b")
    dump = baseline.read(dumped(postgresql_database), "postgresql")
    engine = sa.create_engine(postgresql_database.url)
    try:
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            version = connection.dialect.server_version_info
            for within in (name for name in inspector.get_schema_names() if name != "information_schema"):
                asked = None if within == "public" else within
                names = reflected.names(schema, asked)
                assert names == reflected.names(again, asked)
                assert names["tables"] == sorted(inspector.get_table_names(schema=asked))
                assert names["views"] == sorted(inspector.get_view_names(schema=asked))
                assert names["materialized_views"] == sorted(inspector.get_materialized_view_names(schema=asked))
                assert names["sequences"] == sorted(inspector.get_sequence_names(schema=asked))
                assert names["schemas"] == sorted(inspector.get_schema_names())
                assert [(one["name"], one["labels"]) for one in names["enums"]] == [
                    (one["name"], one["labels"]) for one in inspector.get_enums(schema=within)
                ]
                assert [
                    (one["name"], one["nullable"], one["default"], one["constraints"]) for one in names["domains"]
                ] == [
                    (one["name"], one["nullable"], one["default"], one["constraints"])
                    for one in inspector.get_domains(schema=within)
                ]
                for table in names["tables"]:
                    texts = {
                        name: (text, collation)
                        for name, text, collation in postgresql_database.rows(FORMAT_TYPE.format(quoted(table, asked)))
                    }
                    said = reflected.table(schema, Name(table, asked), server_version=version)
                    real = from_postgresql(inspector, table, asked, texts)
                    assert differences(plain(said), real) == {}
                    assert reflected.table(again, Name(table, asked), server_version=version) == said
                    from_dump = reflected.table(dump, Name(table, asked), server_version=version)
                    assert differences(plain(from_dump), real) == {}
                    assert reflected.exists(schema, "table", Name(table, asked))
    finally:
        engine.dispose()


# ---- MariaDB


def show_create(database: Any, table: str) -> str:
    """As the server prints it, without the counter of AUTO_INCREMENT, which depends on rows."""
    ((_, text),) = database.rows(f"SHOW CREATE TABLE `{table}`")
    return re.sub(r" AUTO_INCREMENT=\d+", "", text)


@pytest.mark.parametrize("script", scripts("mariadb"))
def test_mariadb_is_answered_as_it_shows(script: str, mariadb_database: Any) -> None:
    schema = run_and_fold(script, "mariadb", mariadb_database)
    assert_mariadb(schema, mariadb_database)


@pytest.mark.parametrize("seed", range(12))
def test_mariadb_is_answered_as_it_shows_after_any_history(seed: int, mariadb_database: Any) -> None:
    script = ";\n".join(history(seed, "mariadb", 80))
    schema = run_and_fold(script, "mariadb", mariadb_database, may_fail=True)
    assert_mariadb(schema, mariadb_database, in_order=False)


def assert_mariadb(schema: Schema, mariadb_database: Any, in_order: bool = True) -> None:
    engine = sa.create_engine(mariadb_database.url)
    try:
        with engine.connect() as connection:
            inspector = sa.inspect(connection)
            names = reflected.names(schema, None)
            assert names["tables"] == sorted(inspector.get_table_names())
            assert names["views"] == sorted(inspector.get_view_names())
            again, _ = snapshot.load(snapshot.save(schema, ()))
            dump = baseline.read(dumped(mariadb_database), "mariadb")
            assert names == reflected.names(again, None) == reflected.names(dump, None)
            wrong = {}
            for table in names["tables"]:
                said = reflected.table(schema, Name(table), server_version=connection.dialect.server_version_info)
                assert said is not None
                assert reflected.table(again, Name(table), server_version=None) == said
                from_dump = reflected.table(dump, Name(table), server_version=None)
                real = show_create(mariadb_database, table)
                assert from_dump is not None
                assert list(zip_lines(from_dump["show_create"], real)) == []
                if not in_order:
                    said["show_create"], real = sorted_keys(said["show_create"]), sorted_keys(real)
                if said["show_create"].split() != real.split():
                    wrong[table] = list(zip_lines(said["show_create"], real))
            assert wrong == {}
    finally:
        engine.dispose()


def sorted_keys(text: str) -> str:
    """The text with its unique keys sorted.

    When a key's columns come to allow NULL, or a key is kept as a hash, MariaDB's order of unique keys depends on how
    ALTER TABLE was carried out, which is not folded. No reflection depends on that order.
    """
    lines = [line.rstrip(",") for line in text.splitlines()]
    unique = iter(sorted(line for line in lines if line.startswith("  UNIQUE KEY")))
    return "\n".join(next(unique) if line.startswith("  UNIQUE KEY") else line for line in lines)


def zip_lines(said: str, real: str) -> Iterator[tuple[str, str]]:
    """The lines that differ."""
    pairs = itertools.zip_longest(said.splitlines(), real.splitlines(), fillvalue="")
    return ((one.strip(), other.strip()) for one, other in pairs if one.split() != other.split())
