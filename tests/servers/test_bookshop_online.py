"""samples/bookshop under stock Alembic: the sample must be sound before anything is claimed of sqlgen with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pymysql
import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"

DIALECTS = ("postgresql", "mysql", "sqlite")


@dataclass(frozen=True, slots=True)
class Shop:
    """A copy of the sample whose alembic.ini points to an empty database of its own."""

    dialect: str
    folder: Path
    name: str
    """The database; for SQLite its file."""

    def alembic(self, *lines: str) -> list[str]:
        """Run stock Alembic with each line of arguments, in one process; what each wrote to stdout."""
        program = """
import sys
from alembic.config import main
for line in sys.argv[1:]:
    main(line.split())
    print(end="\\f", flush=True)
"""
        command = [sys.executable, "-c", program, *lines]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split("\f")[:-1]

    def client(self, script: str) -> None:
        """Run a script with the database's own client, stopping at the first error."""
        command = {
            "postgresql": ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", postgresql_url(self.name)],
            "mysql": ["mariadb", "--host=127.0.0.1", "--user=root", self.name],
            "sqlite": ["sqlite3", "-batch", "-bail", self.name],
        }[self.dialect]
        done = subprocess.run(command, input=script, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with contextlib.closing(connect(self.dialect, self.name)) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            return sorted(tuple(row) for row in cursor.fetchall())

    def schema(self) -> str:
        """All objects and all rows of roles and alembic_version, as the database itself tells them."""
        data = [self.rows("SELECT id, name FROM roles"), self.rows("SELECT version_num FROM alembic_version")]
        return "\n".join([*map(str, data), *self.objects()])

    def objects(self) -> list[str]:
        match self.dialect:
            case "postgresql":
                command = ["pg_dump", "--schema-only", "--no-owner", postgresql_url(self.name)]
                dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                # newer clients write \restrict with a random key
                return [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
            case "mysql":
                tables = [row[0] for row in self.rows("SHOW TABLES")]
                return [str(self.rows(f"SHOW CREATE TABLE {table}")[0][1]) for table in tables]
            case _:
                return [
                    line
                    for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
                    for line in self.parts(str(table))
                ]

    def parts(self, table: str) -> list[str]:
        """What SQLite knows of a table. Its CREATE TABLE would not do: when Alembic copies a table, the order of its
        constraints changes from run to run."""
        pragmas = (
            f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')",
            f'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(\'{table}\')',
            f"""SELECT origin, "unique", group_concat(c.name) FROM pragma_index_list('{table}') i,
                pragma_index_info(i.name) c GROUP BY i.name""",
            f"SELECT type, name FROM sqlite_master WHERE tbl_name = '{table}'",
        )
        return [f"{table} {row}" for pragma in pragmas for row in self.rows(pragma)]


def postgresql_url(name: str) -> str:
    return f"postgresql://postgres@127.0.0.1:5432/{name}"


def connect(dialect: str, name: str) -> psycopg2.extensions.connection | pymysql.Connection | sqlite3.Connection:
    match dialect:
        case "postgresql":
            return psycopg2.connect(postgresql_url(name))
        case "mysql":
            return pymysql.connect(host="127.0.0.1", user="root", database=name or None)
        case _:
            return sqlite3.connect(name)


def run_as_admin(dialect: str, statement: str) -> None:
    with contextlib.closing(connect(dialect, "postgres" if dialect == "postgresql" else "")) as connection:
        if dialect == "postgresql":
            connection.autocommit = True
        connection.cursor().execute(statement)


@pytest.fixture(params=DIALECTS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    dialect = request.param
    folder = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    name = str(tmp_path / "shop.db") if dialect == "sqlite" else f"sqlgen_bookshop_{uuid.uuid4().hex[:12]}"
    url = {
        "postgresql": f"postgresql+psycopg2://postgres@127.0.0.1:5432/{name}",
        "mysql": f"mysql+pymysql://root@127.0.0.1:3306/{name}",
        "sqlite": f"sqlite:///{name}",
    }[dialect]
    ini = folder / "alembic.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("sqlite:///bookshop.db", url), encoding="utf-8")
    if dialect != "sqlite":
        try:
            run_as_admin(dialect, f"CREATE DATABASE {name}")
        except (psycopg2.OperationalError, pymysql.OperationalError) as error:
            if os.environ.get("SQLGEN_REQUIRE_SERVERS") == "1":
                raise
            pytest.skip(f"no {dialect} server on 127.0.0.1: {error}")
    yield Shop(dialect, folder, name)
    if dialect != "sqlite":
        run_as_admin(dialect, f"DROP DATABASE {name}")


def test_it_goes_up_down_and_up_again_to_the_schema_of_its_models(shop: Shop) -> None:
    _, check = shop.alembic("upgrade head", "check")
    assert "No new upgrade operations detected." in check
    first = shop.schema()
    shop.alembic("downgrade base")
    assert shop.rows("SELECT version_num FROM alembic_version") == []
    assert [line for line in shop.objects() if "orders" in line or "users" in line or "order_status" in line] == []
    shop.alembic("upgrade head")
    assert shop.schema() == first


def test_its_offline_script_makes_what_the_online_upgrade_makes(shop: Shop) -> None:
    up, down = shop.alembic("upgrade base:head --sql", "downgrade head:base --sql")
    shop.client(up)
    offline = shop.schema()
    shop.client(down)
    shop.alembic("upgrade head")
    assert shop.schema() == offline


def test_its_data_survives_what_does_not_drop_it(shop: Shop) -> None:
    shop.alembic("upgrade 0005_publishers")
    shop.client(
        """
        INSERT INTO users (id, name, email) VALUES (1, 'Customer', 'ONE@EXAMPLE.COM'), (2, 'Other', 'Two@example.org');
        INSERT INTO publishers (id, name) VALUES (1, 'A press');
        INSERT INTO books (id, title, isbn, price, publisher_id) VALUES (1, 'One Fine Book', NULL, 12.50, 1);
        INSERT INTO orders (id, user_id, book_id, quantity, status) VALUES (1, 2, 1, 3, 'paid');
        """
    )
    shop.alembic("upgrade head")
    emails = {row[0] for row in shop.rows("SELECT email FROM users")}
    assert emails == {"one@example.com", "Two@example.org"}
    assert shop.rows("SELECT slug FROM books") == [("one-fine-book",)]
    assert shop.rows("SELECT quantity, status FROM orders") == [(3, "paid")]
