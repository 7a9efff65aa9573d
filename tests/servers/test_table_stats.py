"""The queries of docs/table-stats/, run by the real clients on real servers: what they write is what sqlgen reads."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sqlgen.facts.vocabulary import Name
from sqlgen.review.document.stats import Lookup, Stats, TableStats, read

QUERIES = Path(__file__).parents[2] / "docs" / "table-stats"
ODD = 'Or"der$ \\ 用'
ROWS, WIDTH = 5000, 100


def taken(client: Any, file: Path) -> Stats:
    """A client's output, redirected to a file."""
    assert client.code == 0, client.log
    file.write_text(client.log, encoding="utf-8")
    return read(file)


def check(stats: Stats, dialect: str, engine: str) -> dict[str, TableStats]:
    """Rows are estimates, bytes are at least those of the values."""
    assert stats.server.startswith(f"{engine} ")
    lookup = Lookup(stats, dialect)
    found = {name: table for name in ("orders", ODD) if (table := lookup.table(Name(name))) is not None}
    assert found.keys() == {"orders", ODD}
    orders = found["orders"]
    assert ROWS * 0.8 < orders.rows < ROWS * 1.2
    assert ROWS * WIDTH < orders.bytes < ROWS * WIDTH * 4
    assert found[ODD].rows == 0
    return found


def test_postgresql(postgresql_database: Any, tmp_path: Path) -> None:
    database = postgresql_database
    odd = '"' + ODD.replace('"', '""') + '"'
    database.rows("CREATE TABLE orders (id integer PRIMARY KEY, note text)")
    database.rows(f"INSERT INTO orders SELECT g, repeat('x', {WIDTH}) FROM generate_series(1, {ROWS}) AS g")
    database.rows(f"CREATE TABLE {odd} (id integer)")
    database.rows("CREATE SCHEMA other")
    database.rows("CREATE TABLE other.events (id integer, day date) PARTITION BY RANGE (day)")
    for year in (2024, 2025):
        until = f"FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
        database.rows(f"CREATE TABLE other.events_{year} PARTITION OF other.events {until}")
        database.rows(f"INSERT INTO other.events SELECT g, '{year}-05-01' FROM generate_series(1, 1000) AS g")
    database.rows("CREATE VIEW seen AS SELECT * FROM orders")
    database.rows("ANALYZE")
    query = QUERIES / "postgresql.sql"
    stats = taken(database.client("", "-XAt", "-v", "ON_ERROR_STOP=1", "-f", str(query)), tmp_path / "stats.json")
    check(stats, "postgresql", "PostgreSQL")
    assert {one.name for one in stats.tables} == {"orders", ODD, "events", "events_2024", "events_2025"}
    whole, *years = (Lookup(stats, "postgresql").table(Name(name, "other")) for name in sorted(
        one.name for one in stats.tables if one.schema == "other"))  # fmt: skip
    assert whole is not None
    assert (whole.rows, whole.bytes) == (2000, sum(one.bytes for one in years if one is not None))


def test_a_database_without_tables(postgresql_database: Any, tmp_path: Path) -> None:
    query = QUERIES / "postgresql.sql"
    client = postgresql_database.client("", "-XAt", "-v", "ON_ERROR_STOP=1", "-f", str(query))
    assert taken(client, tmp_path / "stats.json").tables == ()


def test_mariadb(mariadb_database: Any, tmp_path: Path) -> None:
    database = mariadb_database
    query = (QUERIES / "mysql.sql").read_text(encoding="utf-8")
    options = ("-N", "-B", "-r", "--default-character-set=utf8mb4")
    assert taken(database.client(query, *options), tmp_path / "empty.json").tables == ()
    database.rows("CREATE TABLE orders (id integer PRIMARY KEY, note text) ENGINE = InnoDB")
    database.rows(f"INSERT INTO orders SELECT seq, repeat('x', {WIDTH}) FROM seq_1_to_{ROWS}")
    database.rows(f"CREATE TABLE `{ODD}` (id integer) ENGINE = InnoDB")
    database.rows("CREATE VIEW seen AS SELECT * FROM orders")
    database.rows("ANALYZE TABLE orders")
    stats = taken(database.client(query, *options), tmp_path / "stats.json")
    check(stats, "mariadb", "MariaDB")
    assert {(one.schema, one.name) for one in stats.tables} == {(database.name, "orders"), (database.name, ODD)}


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the shell sqlite3 is not installed")
def test_sqlite(tmp_path: Path) -> None:
    file, query = tmp_path / "shop.db", (QUERIES / "sqlite.sql").read_text(encoding="utf-8")
    odd = '"' + ODD.replace('"', '""') + '"'
    numbers = f"WITH RECURSIVE n (g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < {ROWS})"
    made = f"""
        CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT);
        CREATE INDEX ix_orders_note ON orders (note);
        INSERT INTO orders {numbers} SELECT g, printf('%{WIDTH}d', g) FROM n;
        CREATE TABLE {odd} (id INTEGER);
    """
    subprocess.run(["sqlite3", str(file)], input=made, text=True, check=True)
    done = subprocess.run(["sqlite3", "-readonly", str(file)], input=query, text=True, capture_output=True, check=True)
    (tmp_path / "stats.json").write_text(done.stdout, encoding="utf-8")
    stats = read(tmp_path / "stats.json")
    found = check(stats, "sqlite", "SQLite")
    assert {one.name: one.rows for one in stats.tables} == {"orders": ROWS, ODD: 0}
    assert found["orders"].schema is None
