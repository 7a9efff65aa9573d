"""The life of a hotfix on real servers: production stands behind main, is mended, and goes on from there.

Everything is done as people do it: sqlgen builds, signs and records, verify.sh verifies, the database's own client runs
what verify.sh prints, Alembic merges the heads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pymysql
import pytest

from tests.unit.building import commit, manifest, project, revision, sqlgen, trust_folder, write

if TYPE_CHECKING:
    from conftest import Server

ROLES = ("production", "staging", "fresh")
REVISIONS = {
    "a1": (
        "op.execute('CREATE TABLE books (id INTEGER NOT NULL, title VARCHAR(40), PRIMARY KEY (id))')",
        "op.execute('DROP TABLE books')",
    ),
    "b2": (
        "op.execute('CREATE TABLE tags (id INTEGER NOT NULL, PRIMARY KEY (id))')",
        "op.execute('DROP TABLE tags')",
    ),
}
LATER = {
    "c3": (
        "op.execute('ALTER TABLE tags ADD COLUMN name VARCHAR(40)')",
        "op.execute('ALTER TABLE tags DROP COLUMN name')",
    ),
    "d4": (
        "op.execute('CREATE TABLE authors (id INTEGER NOT NULL, PRIMARY KEY (id))')",
        "op.execute('DROP TABLE authors')",
    ),
}
FIX = """\
-- Orders without a title can't be shipped: it's 5% of all; see "OPS-42" :now
ALTER TABLE books ADD COLUMN isbn VARCHAR(13);
INSERT INTO books (id, title, isbn) VALUES (7, 'it''s 5% of :all', 'x:y');
"""
BACK = """\
DELETE FROM books WHERE id = 7;
ALTER TABLE books DROP COLUMN isbn;
"""
OUTSIDE = {
    "postgresql": ("CREATE INDEX CONCURRENTLY ix_isbn ON books (isbn);\n", "DROP INDEX CONCURRENTLY ix_isbn;\n"),
    "mariadb": ("CREATE INDEX ix_isbn ON books (isbn);\n", "DROP INDEX ix_isbn ON books;\n"),
    "sqlite": ("CREATE INDEX ix_isbn ON books (isbn);\n", "DROP INDEX ix_isbn;\n"),
}
MAKO = '''\
"""${message}"""

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
'''
CATALOG = {
    "postgresql": (
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    ),
    "mariadb": (
        "SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns"
        " WHERE table_schema = database() ORDER BY 1, 2",
        "SELECT table_name, index_name, column_name FROM information_schema.statistics"
        " WHERE table_schema = database() ORDER BY 1, 2, 3",
    ),
    "sqlite": (
        'SELECT m.name, p.name, p.type, p."notnull" FROM sqlite_master m, pragma_table_info(m.name) p'
        " WHERE m.type = 'table' ORDER BY 1, 2",
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1",
    ),
}

Rows = Callable[[str, str], list[tuple[Any, ...]]]
"""A database and one statement in, its rows out."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Three databases of one engine, and how its client finds them."""

    dialect: str
    names: dict[str, str]
    rows: Rows
    env: dict[str, str]

    def catalog(self, role: str) -> list[list[tuple[Any, ...]]]:
        asked = (*CATALOG[self.dialect], "SELECT version_num FROM alembic_version", "SELECT id, title FROM books")
        return [self.rows(self.names[role], sql) for sql in asked]

    def at(self, role: str) -> list[str]:
        return sorted(row[0] for row in self.rows(self.names[role], "SELECT version_num FROM alembic_version"))

    def shell(self, command: str, cwd: Path) -> str:
        done = subprocess.run(
            ["sh", "-c", command], cwd=cwd, env={**os.environ, **self.env}, capture_output=True, text=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Servers]:
    dialect = request.param
    names = {role: f"sqlgen_test_{uuid.uuid4().hex[:8]}_{role}" for role in ROLES}
    if dialect == "sqlite":
        yield _files(tmp_path, names)
        return
    server: Server = request.getfixturevalue(f"{dialect}_server")
    login = server.login
    connect, env = (_postgresql if dialect == "postgresql" else _mariadb)(login)

    def rows(name: str | None, sql: str) -> list[tuple[Any, ...]]:
        with closing(connect(name)) as opened, closing(opened.cursor()) as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    for name in names.values():
        rows(None, f"CREATE DATABASE {name}")
    yield Servers(dialect, names, rows, env)
    for name in names.values():
        rows(None, f"DROP DATABASE {name}{' WITH (FORCE)' if dialect == 'postgresql' else ''}")


def _postgresql(login: dict[str, Any]) -> tuple[Callable[[str | None], Any], dict[str, str]]:
    def connect(name: str | None) -> Any:
        opened = psycopg2.connect(dbname=name or "postgres", **login)
        opened.autocommit = True
        return opened

    env = {"PGHOST": login["host"], "PGPORT": str(login["port"]), "PGUSER": login["user"]}
    return connect, {**env, "PGPASSWORD": login["password"]}


def _mariadb(login: dict[str, Any]) -> tuple[Callable[[str | None], Any], dict[str, str]]:
    def connect(name: str | None) -> Any:
        return pymysql.connect(database=name, autocommit=True, ssl_disabled=True, **login)

    return connect, {"HOST": login["host"], "PORT": str(login["port"]), "USER": login["user"],
                     "MYSQL_PWD": login["password"]}  # fmt: skip


def _files(folder: Path, names: dict[str, str]) -> Servers:
    import sqlite3

    def rows(name: str, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(folder / "databases" / name)) as opened, opened:
            return opened.execute(sql).fetchall()

    (folder / "databases").mkdir()
    return Servers("sqlite", names, rows, {})


@dataclass(frozen=True, slots=True)
class Shop:
    """A project, a trust folder, and the people who use them."""

    place: Path
    servers: Servers

    @property
    def folder(self) -> Path:
        return self.place / "shop"

    def bundle(self, name: str, *arguments: str | Path) -> Path:
        done = sqlgen("bundle", *arguments, "-o", self.place / name, cwd=self.folder)
        assert done.code == 0, done.out + done.err
        return self.place / name

    def run(self, command: str, cwd: Path) -> None:
        """What stands in a script, or what a verifier printed, with the host and the person that it leaves open. A file
        of SQLite's is where it is run."""
        for name in self.servers.names.values() if self.servers.dialect == "sqlite" else ():
            if not (cwd / name).is_symlink():
                (cwd / name).symlink_to(self.place / "databases" / name)
        self.servers.shell(command.replace("-h HOST -u USER -p ", '-h "$HOST" -P "$PORT" -u "$USER" '), cwd)

    def apply(self, bundle: Path, script: str = "apply.sql") -> None:
        """Without a signature: what stands in its header."""
        lines = (bundle / script).read_text(encoding="utf-8").splitlines()
        self.run(next(line.partition(": ")[2].strip() for line in lines if line.startswith("-- Run it with: ")), bundle)

    def approve(self, bundle: Path, who: str) -> None:
        done = sqlgen("sign", bundle, "--role", "dba", "--key", self.place / who, cwd=self.place)
        assert done.code == 0, done.err

    def carry_out(self, bundle: Path, who: str, *mode: str) -> str:
        """Verify, run what the verifier says, and record it: the last result line of the log."""
        told = self.servers.shell(
            f"sh trust/verify.sh {' '.join(mode)} trust {manifest(bundle).environment} '{bundle}'", self.place
        )
        work = self.place / f"work-{len(list(self.place.glob('work-*')))}"
        work.mkdir()
        self.run(told.splitlines()[-1].removeprefix("run: "), work)
        (log,) = work.glob("*.log")
        with log.open("a", encoding="utf-8") as file:  # two runs in one second print the same
            file.write(f"{work.name}\n")
        receipt = ("receipt", bundle, "--trust", "trust", "--log", log, "--key", self.place / who, "--exit-code", "0")
        done = sqlgen(*receipt, cwd=self.place)
        assert done.code == 0, done.err
        lines = [line.partition("sqlgen result: ")[2] for line in log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line][-1].partition(":")[0]


@pytest.fixture
def shop(tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Production and staging stand at b2, which is v1.4; main has c3 and d4 besides."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    names = servers.names
    settings = (
        f'trust = "../trust"\nservice = "shop"\n[env.prod]\ndatabase = "{names["production"]}"\nroles = {{ dba = 1 }}\n'
        f'[env.staging]\ndatabase = "{names["staging"]}"\nroles = {{ dba = 1 }}\n'
    )
    folder = project(tmp_path / "shop", dialect=servers.dialect, revisions=REVISIONS, settings=settings)
    write(folder / "migrations/script.py.mako", MAKO)
    commit(folder, "v1.4")
    trust_folder(tmp_path)
    made = Shop(tmp_path, servers)
    for environment in ("prod", "staging"):
        made.apply(made.bundle(f"v1.4-{environment}", "base:head", "--env", environment))
    for id, down in (("c3", "b2"), ("d4", "c3")):
        write(folder / f"migrations/versions/{id}.py", revision(id, down, *LATER[id]))
    commit(folder, "on the way to v1.5")
    return made


def test_production_is_mended_in_an_emergency_and_ends_where_everybody_else_does(shop: Shop) -> None:
    servers, place = shop.servers, shop.place
    assert (servers.at("production"), servers.at("staging")) == (["b2"], ["b2"])
    outside, back = OUTSIDE[servers.dialect]
    write(place / "fix.sql", FIX + outside)
    write(place / "undo.sql", back + BACK)

    # Built at v1.4 from main, approved by one person, applied by what verify.sh prints.
    hotfix = shop.bundle(
        "hotfix", "--sql", "../fix.sql", "--rollback", "../undo.sql", "--at", "b2", "--env", "prod",
        "--ticket", "OPS-42", "--breakglass", "orders can't be shipped",
    )  # fmt: skip
    (stamped,) = manifest(hotfix).upper
    refused = subprocess.run(
        ["sh", "trust/verify.sh", "trust", "prod", hotfix], cwd=place, capture_output=True, text=True
    )
    assert (refused.returncode, refused.stderr.splitlines()[-1:]) == (
        3,
        ["REFUSED: step 13: too few signatures for a role (dba: 0 of 1)"],
    )
    shop.approve(hotfix, "dana")
    before = servers.catalog("production")
    assert shop.carry_out(hotfix, "dora") == "APPLIED"
    assert servers.at("production") == [stamped]
    assert servers.rows(servers.names["production"], "SELECT title, isbn FROM books") == [("it's 5% of :all", "x:y")]

    # It can be taken back alone, and applied again.
    assert shop.carry_out(hotfix, "dora", "--rollback") == "APPLIED"
    assert servers.catalog("production") == before
    assert shop.carry_out(hotfix, "dora") == "APPLIED"

    # Its revision goes into main, and the heads are merged.
    text = (hotfix / "hotfix/revision.py").read_bytes()
    (shop.folder / f"migrations/versions/{stamped}.py").write_bytes(text)
    merge = [sys.executable, "-m", "alembic", "merge", "heads", "-m", "merge"]
    subprocess.run(merge, cwd=shop.folder, check=True, capture_output=True)
    commit(shop.folder, "v1.5")
    again = shop.bundle("again", f"b2:{stamped}", "--env", "prod")
    assert manifest(again).content_id == manifest(hotfix).content_id

    # The next release begins where the ledger says that production stands.
    release = shop.bundle("release", "ledger:prod..head", "--env", "prod")
    assert manifest(release).lower == (stamped,)
    assert {each.id for each in manifest(release).revisions} > {"c3", "d4"}
    assert stamped not in {each.id for each in manifest(release).revisions}
    shop.approve(release, "dora")
    assert shop.carry_out(release, "dora") == "APPLIED"

    # Staging never had the hotfix, and gets it with its own range; a fresh database gets all.
    staging = shop.bundle("staging", "b2:head", "--env", "staging")
    assert stamped in {each.id for each in manifest(staging).revisions}
    shop.approve(staging, "dora")
    assert shop.carry_out(staging, "dora") == "APPLIED"
    settings = shop.folder / "sqlgen.toml"
    settings.write_text(f'{settings.read_text()}[env.fresh]\ndatabase = "{servers.names["fresh"]}"\n')
    shop.apply(shop.bundle("fresh", "base:head", "--env", "fresh", "--allow-dirty"))
    assert servers.catalog("production") == servers.catalog("staging") == servers.catalog("fresh")
    assert servers.at("production") == list(manifest(release).upper)
