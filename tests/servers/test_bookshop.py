"""samples/bookshop on real servers: under stock Alembic, which must find it sound, and then as a bundle of sqlgen's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.building import sqlgen
from tests.unit.bundles import keygen

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "bookshop"

DOCUMENTED = {
    "postgresql": ("-X", "-v", "ON_ERROR_STOP=1"),
    "mysql": ("--no-defaults", "--binary-mode", "--batch", "--skip-column-names", "--skip-reconnect"),
    "sqlite": ("-batch", "-bail", "-safe", "-init", "/dev/null"),
}
"""What the header of each script says to run it with."""

CLIENT_OPTIONS = {"postgresql": ("-X", "-q", "-v", "ON_ERROR_STOP=1"), "mysql": (), "sqlite": ("-batch", "-bail")}
"""With these each client stops at the first error and says so with its exit code."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A copy of the sample whose alembic.ini points to an empty database of its own."""

    dialect: str
    folder: Path
    database: Any

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
        """Run a script with the database's own client."""
        run = self.database.client(script, *CLIENT_OPTIONS[self.dialect])
        assert run.code == 0, run.log

    @property
    def name(self) -> str:
        """The database as the guard knows it."""
        return self.database.path.name if self.dialect == "sqlite" else self.database.name

    def sqlgen(self, *arguments: str) -> str:
        """Run sqlgen in the project's folder; what it wrote to stdout."""
        command = [sys.executable, "-m", "sqlgen", *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, script: Path) -> Any:
        """Run a script of sqlgen's as its header says."""
        return self.database.client(script.read_text(encoding="utf-8"), *DOCUMENTED[self.dialect])

    def bundle(self, out: Path, database: str) -> Path:
        """Build the whole history as a bundle for staging, whose database has this name."""
        settings = self.folder / "sqlgen.toml"
        text = (SAMPLE / "sqlgen.toml").read_text(encoding="utf-8")
        settings.write_text(text.replace('"bookshop_staging"', f'"{database}"'), encoding="utf-8")
        dialect = "mariadb" if self.dialect == "mysql" else self.dialect
        self.sqlgen("bundle", "base:head", "--env", "staging", "--dialect", dialect, "-o", str(out))
        return out

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return sorted(self.database.rows(query))

    def schema(self) -> list[str]:
        """All objects, and all rows of roles and alembic_version, as the database itself tells them."""
        data = [self.rows("SELECT id, name FROM roles"), self.rows("SELECT version_num FROM alembic_version")]
        return [*map(str, data), *self.objects()]

    def objects(self) -> list[str]:
        match self.dialect:
            case "postgresql":
                login = self.database.server.login
                command = ["pg_dump", "--schema-only", "-h", login["host"], "-p", str(login["port"])]
                command += ["-U", login["user"], self.database.name]
                dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                # newer clients write \restrict with a random key
                return [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
            case "mysql":
                tables = [row[0] for row in self.rows("SHOW TABLES")]
                return [str(self.rows(f"SHOW CREATE TABLE {table}")[0][1]) for table in tables]
            case _:
                tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
                return [part for (table,) in tables for part in self.sqlite_parts(str(table))]

    def sqlite_parts(self, table: str) -> list[str]:
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


@pytest.fixture(params=["postgresql", "mysql", "sqlite"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    dialect = request.param
    fixture = {"postgresql": "postgresql_database", "mysql": "mariadb_database", "sqlite": "sqlite_file"}[dialect]
    database = request.getfixturevalue(fixture)
    url = f"sqlite:///{database.path}" if dialect == "sqlite" else database.url
    folder = tmp_path / "bookshop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("expected", "__pycache__", "*.db"))
    ini = folder / "alembic.ini"
    ini.write_text(ini.read_text(encoding="utf-8").replace("sqlite:///bookshop.db", url), encoding="utf-8")
    return Shop(dialect, folder, database)


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
    assert {row[0] for row in shop.rows("SELECT email FROM users")} == {"one@example.com", "Two@example.org"}
    assert shop.rows("SELECT slug FROM books") == [("one-fine-book",)]
    assert shop.rows("SELECT quantity, status FROM orders") == [(3, "paid")]


def sign_and_trust(bundle: Path, folder: Path) -> Path:
    """Sign as author and as dba, each with a new key; the trust folder that accepts both."""
    trust = folder / "trust"
    root, author, dba = (keygen(folder / name, comment=f"{name}@example.com") for name in ("root", "author", "dba"))
    trusted("init", trust, "--root", f"{root}.pub", "--policy", "staging:author=1,dba=1")
    for role, key in (("author", author), ("dba", dba)):
        trusted("add", trust, f"{key}.pub", "--env", "staging", "--role", role)
    trusted("sign", trust, "--key", root, "--yes")
    for role, key in (("author", author), ("dba", dba)):
        done = sqlgen("sign", bundle, "--role", role, "--key", key, "--trust", trust, cwd=folder)
        assert done.code == 0, done.err
    return trust


def trusted(*arguments: str | Path) -> None:
    """`sqlgen trust` with these arguments."""
    done = sqlgen("trust", *arguments, cwd=SAMPLE)
    assert done.code == 0, done.err


def verified_copy(trust: Path, bundle: Path, folder: Path) -> Path:
    """What verify.sh accepts, and names for the DBA to apply."""
    command = ["sh", str(trust / "verify.sh"), str(trust), "staging", str(bundle)]
    environ = {**os.environ, "TMPDIR": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.split("\n")[0].removeprefix("VERIFIED "))


def test_its_bundle_is_signed_verified_applied_rolled_back_and_applied_again(shop: Shop, tmp_path: Path) -> None:
    bundle = shop.bundle(tmp_path / "bundle", shop.name)
    copy = verified_copy(sign_and_trust(bundle, tmp_path), bundle, tmp_path)
    assert shop.run(copy / "apply.sql").result.startswith("APPLIED")
    applied = shop.schema()
    assert shop.run(copy / "rollback.sql").result.startswith("APPLIED")
    assert shop.rows("SELECT version_num FROM alembic_version") == []
    assert shop.run(copy / "apply.sql").result.startswith("APPLIED")
    assert shop.schema() == applied
    assert shop.run(copy / "rollback.sql").result.startswith("APPLIED")
    shop.alembic("upgrade head")
    assert shop.schema() == applied


def test_a_second_run_a_wrong_version_and_a_wrong_database_change_nothing(shop: Shop, tmp_path: Path) -> None:
    bundle = shop.bundle(tmp_path / "bundle", shop.name)
    elsewhere = shop.bundle(tmp_path / "elsewhere", "another_database")
    untouched = shop.objects()
    assert shop.run(elsewhere / "apply.sql").result.startswith("NOT APPLIED")
    assert shop.objects() == untouched
    assert shop.run(bundle / "apply.sql").result.startswith("APPLIED")
    applied = shop.schema()
    assert shop.run(bundle / "apply.sql").result.startswith("ALREADY APPLIED")
    assert shop.schema() == applied
    shop.database.rows("UPDATE alembic_version SET version_num = 'elsewhere'")
    wrong = shop.schema()
    assert shop.run(bundle / "apply.sql").result.startswith("NOT APPLIED")
    assert shop.run(bundle / "rollback.sql").result.startswith("NOT APPLIED")
    assert shop.schema() == wrong
