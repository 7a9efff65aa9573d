"""preflight.sql under the real clients: it passes on a database that Alembic made online, and names what differs."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sqlgen import pipeline
from sqlgen.script.checks import preflight
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

DIALECTS = ("postgresql", "mariadb", "sqlite")

ENV = """\
import sqlalchemy as sa
from alembic import context

url = context.get_x_argument(as_dictionary=True)["url"]
if context.is_offline_mode():
    context.configure(url=url, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with sa.create_engine(url).connect() as connection:
        context.configure(connection=connection, render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
"""

FIRST = """
op.create_table(
    "users",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("name", sa.String(50), nullable=False, server_default="x"),
    sa.Column("kind", sa.Enum("a", "b", name="kind")),
    sa.Column("price", sa.Numeric(8, 2)),
    sa.Column("at", sa.DateTime()),
    sa.Column("on", sa.Boolean(), nullable=False),
    sa.Column("big", sa.BigInteger()),
    sa.Column("small", sa.SmallInteger()),
    sa.Column("raw", sa.LargeBinary()),
    sa.Column("story", sa.Text()),
    sa.Column("part", sa.Float()),
    sa.Column("doc", sa.JSON()),
    sa.CheckConstraint("price > 0", name="ck_price"),
)
op.create_table(
    "Odd 'Name'",
    sa.Column("user_id", sa.Integer(), nullable=False),
    sa.Column("other, column", sa.String(5)),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_u", ondelete="CASCADE"),
    sa.UniqueConstraint("user_id", "other, column", name="uq_u"),
    sa.PrimaryKeyConstraint("user_id", name="pk_odd"),
)
op.create_index("ix_name", "users", ["name", "at"])
op.create_index("ix_big", "users", ["big"], unique=True)
op.execute("CREATE VIEW v AS SELECT id FROM users")
op.create_table("spare", sa.Column("id", sa.Integer(), primary_key=True))
"""

SECOND = """
op.create_table("made", sa.Column("id", sa.Integer(), primary_key=True))
look = sa.inspect(op.get_bind())
for name in ("users", "nope", "v", "made"):
    look.has_table(name)
look.get_table_names()
look.get_view_names()
for table in ("users", "Odd 'Name'", "made"):
    look.get_columns(table)
    look.get_pk_constraint(table)
    look.get_foreign_keys(table)
    look.get_indexes(table)
    look.get_unique_constraints(table)
    look.get_check_constraints(table)
look.has_index("users", "ix_name")
look.has_index("users", "ix_none")
sa.Table("spare", sa.MetaData(), autoload_with=op.get_bind())
if op.get_bind().dialect.name == "postgresql":
    look.get_enums()
    look.get_table_comment("users")
    op.get_bind().dialect.has_type(op.get_bind(), "kind")
    look.has_sequence("users_id_seq")
op.drop_table("spare")
op.add_column("users", sa.Column("age", sa.Integer()))
look = sa.inspect(op.get_bind())
look.get_columns("users")
look.get_table_names()
look.has_table("spare")
"""

REVISIONS = {"first": FIRST, "second": SECOND}


@dataclass(frozen=True, slots=True)
class Place:
    """A project, and a database for it."""

    root: Path
    dialect: str
    url: str
    run: Callable[[str], tuple[int, str]]
    """Feed a script to the client."""
    change: Callable[[str], Any]
    """Change the database behind Alembic's back."""

    def alembic(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "alembic", "-x", f"url={self.url}", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def preflight(self, span: str = "first:second", server_version: str | None = None) -> str:
        request = Request(self.root, dialect=self.dialect, server_version=server_version, x=(f"url={self.url}",))
        workspace = open_workspace(request)
        emission = pipeline.emit(workspace, pipeline.resolve(workspace, span).steps)
        return preflight.render(emission.steps, pipeline.target(workspace, emission))

    def checked(self, script: str) -> tuple[int, list[str], list[str]]:
        """The exit code, the lines, the failures with what was expected and found."""
        code, log = self.run(script)
        lines = log.splitlines()
        failures = [
            "\n".join([line[5:].partition("): ")[2] or line[5:], *(each.strip() for each in lines[at + 1 : at + 3])])
            for at, line in enumerate(lines)
            if line.startswith("FAIL ")
        ]
        return code, lines, failures


def written(root: Path, revisions: dict[str, str]) -> None:
    versions = root / "migrations" / "versions"
    versions.mkdir(parents=True)
    (root / "alembic.ini").write_text("[alembic]\nscript_location = migrations\n")
    (root / "migrations" / "env.py").write_text(ENV)
    down = None
    for name, body in revisions.items():
        head = f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {name!r}\ndown_revision = {down!r}\n"
        upgrade = "def upgrade():\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
        (versions / f"{name}.py").write_text(f"{head}\n\n{upgrade}\n\n\ndef downgrade():\n    pass\n")
        down = name


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    dialect = request.param
    root = tmp_path / "project"
    written(root, REVISIONS)
    if dialect == "sqlite":
        file = tmp_path / "shop.db"

        def sqlite3(script: str, *options: str) -> tuple[int, str]:
            command = ["sqlite3", "-batch", "-init", os.devnull, *options, str(file)]
            done = subprocess.run(
                command, input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
            )
            return done.returncode, done.stdout

        return Place(root, dialect, f"sqlite:///{file}", lambda script: sqlite3(script, "-bail", "-readonly"), sqlite3)
    database = request.getfixturevalue(f"{dialect}_database")
    options = (
        ("-X", "-v", "ON_ERROR_STOP=1")
        if dialect == "postgresql"
        else ("--no-defaults", "--binary-mode", "--batch", "--raw", "--skip-column-names")
    )

    def client(script: str) -> tuple[int, str]:
        done = database.client(script, *options)
        return done.code, done.log

    return Place(root, dialect, database.url, client, database.rows)


EVERYWHERE = pytest.mark.parametrize("place", DIALECTS, indirect=True)


@EVERYWHERE
def test_it_passes_where_alembic_made_the_database_and_changes_nothing(place: Place) -> None:
    place.alembic("upgrade", "first")
    script = place.preflight()
    code, lines, failures = place.checked(script)
    assert (code, failures) == (0, [])
    count = sum(line.startswith("ok ") for line in lines)
    assert lines[-1] == f"sqlgen result: PREFLIGHT OK: {count} check(s) hold, 0 warning(s)"
    assert count >= 20
    told = {line.partition("): ")[2] for line in lines if line.startswith("ok   migrations/")}
    assert "ok   migrations/versions/second.py:12 (second" in "\n".join(lines)
    assert {"table or view users: there", "table or view nope: not there", "columns of users"} <= told
    assert {"columns of Odd 'Name'", "index ix_none of users: not there"} <= told
    assert not any("columns of made" in line for line in told)  # the range makes it
    assert sum(line == "columns of users" for line in told) == 1  # what it has later is the range's doing
    # Before it, what the first revision must have made is not there yet.
    assert "ok   migrations/versions/second.py:9 (second): table made: not there" in lines
    assert "note the script will start: at step 1 of 1 (second)" in lines
    place.alembic("upgrade", "second")  # it left no lock and no table behind
    code, lines, failures = place.checked(script)
    assert (code, failures) == (0, [])
    assert "note the script will start: nowhere: all of it is done, ALREADY APPLIED" in lines
    assert not any("users" in line and line.startswith("ok   migrations/") for line in lines)
    place.change("UPDATE alembic_version SET version_num = 'elsewhere'")
    code, lines, failures = place.checked(script)
    assert code != 0
    assert [failure.partition("\n")[2] for failure in failures] == ["expected: first\nfound:    elsewhere"]
    assert "note not asked: the database is not on the script's path" in lines


CHANGES = (
    ("CREATE TABLE extra (id INTEGER)", "all tables, without"),
    ("DROP VIEW v", "table or view v\nexpected: there\nfound:    not there"),
    ("CREATE TABLE nope (id INTEGER)", "table or view nope\nexpected: not there\nfound:    there"),
    ("ALTER TABLE users ADD COLUMN more INTEGER", "more int"),
    ({"": "DROP INDEX ix_name", "mariadb": "DROP INDEX ix_name ON users"}, "index ix_name of users"),
    ("CREATE INDEX ix_more ON users (at)", "ix_more (at)"),
    ("ALTER TABLE users RENAME COLUMN price TO Cost", {"": "Cost ", "postgresql": ", cost "}),
)
"""What is done behind its back, one after the other, and what then stands in a failure, and did not before."""
TYPED: dict[str, tuple[tuple[str, str], ...]] = {
    "postgresql": (
        ("ALTER TABLE users ALTER COLUMN name TYPE TEXT", "name text not null"),
        ("ALTER TABLE users ALTER COLUMN name DROP NOT NULL", "name text, "),
        ("ALTER TYPE kind ADD VALUE 'c'", "kind (a, b, c)"),
        ("ALTER TABLE users DROP CONSTRAINT ck_price", "checks of users\nexpected: ck_price\nfound:    none"),
        ("ALTER TABLE users RENAME CONSTRAINT users_pkey TO pk", "found:    pk (id)"),
        (
            """ALTER TABLE "Odd 'Name'" DROP CONSTRAINT fk_u,
            ADD CONSTRAINT fk_u FOREIGN KEY (user_id) REFERENCES users (id)""",
            "expected: fk_u (user_id) -> users (id) ondelete cascade\nfound:    fk_u (user_id) -> users (id)",
        ),
        ("COMMENT ON TABLE users IS 'x'", "comment of users\nexpected: none\nfound:    x"),
        ("ALTER SEQUENCE users_id_seq RENAME TO other_seq", "sequence users_id_seq"),
    ),
    "mariadb": (
        ("ALTER TABLE users MODIFY name VARCHAR(60)", "name varchar(60), "),
        ("ALTER TABLE users MODIFY kind ENUM('a','c')", "kind enum('a','c')"),
        ("ALTER TABLE users DROP CONSTRAINT ck_price", "checks of users\nexpected: ck_price\nfound:    none"),
        ("ALTER TABLE users MODIFY small INT", "small int, "),
        ("ALTER TABLE `Odd 'Name'` DROP FOREIGN KEY fk_u", "foreign keys of Odd 'Name'"),
    ),
    "sqlite": (
        ("ALTER TABLE users DROP COLUMN story", "raw blob, part real"),
        ("CREATE UNIQUE INDEX ux ON users (part)", "ux (part) unique"),
    ),
}


@EVERYWHERE
def test_what_was_changed_behind_its_back_fails_with_what_is_there(place: Place) -> None:
    place.alembic("upgrade", "first")
    script = place.preflight()
    before: list[str] = []
    for sql, said in (*CHANGES, *TYPED[place.dialect]):
        change = sql.get(place.dialect, sql[""]) if isinstance(sql, dict) else sql
        wanted = said.get(place.dialect, said[""]) if isinstance(said, dict) else said
        place.change(change)
        code, lines, failures = place.checked(script)
        assert code == {"postgresql": 3}.get(place.dialect, 1)
        assert any(wanted in failure for failure in failures), (change, failures)
        assert not any(wanted in failure for failure in before), change
        result = next(line for line in lines if line.startswith("sqlgen result: "))
        assert result.startswith(f"sqlgen result: PREFLIGHT FAILED: {len(failures)} of ")
        before = failures


@EVERYWHERE
def test_names_are_values_for_every_client(place: Place) -> None:
    """Nothing that stands in a name is taken for SQL or for a command of the client's."""
    hostile = 'x\'; DROP TABLE users; -- :x \\g {s} `q` "d" $$ %s\\'
    body = f"sa.inspect(op.get_bind()).has_table({hostile!r})\nsa.inspect(op.get_bind()).get_table_names()"
    versions = place.root / "migrations" / "versions"
    text = (versions / "second.py").read_text().partition("def upgrade")[0]
    upgrade = "def upgrade():\n" + textwrap.indent(body, "    ")
    (versions / "second.py").write_text(f"{text}{upgrade}\n\n\ndef downgrade():\n    pass\n")
    place.alembic("upgrade", "first")
    code, lines, failures = place.checked(place.preflight())
    assert (code, failures) == (0, []), lines
    assert any(hostile in line for line in lines)


@pytest.mark.parametrize("place", ["postgresql", "mariadb"], indirect=True)
def test_the_version_that_a_revision_was_told_is_the_servers(place: Place) -> None:
    body = """op.execute(f"SELECT '{op.get_bind().execute(sa.text('SELECT version()')).scalar()}'")"""
    path = place.root / "migrations" / "versions" / "second.py"
    head = path.read_text().partition("def upgrade")[0]
    path.write_text(f"{head}def upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n")
    place.alembic("upgrade", "first")
    right, wrong = {"postgresql": ("15", "16"), "mariadb": ("10.11", "11.4")}[place.dialect]
    assert place.checked(place.preflight("first:second", right))[0] == 0
    code, _, failures = place.checked(place.preflight("first:second", wrong))
    assert code != 0
    assert failures[0].startswith(f"the server's version\nexpected: {wrong}\nfound:    {right}")


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_schemas_and_names_within_them_are_asked_for_as_they_were(place: Place) -> None:
    path = place.root / "migrations" / "versions" / "second.py"
    head = path.read_text().partition("def upgrade")[0]
    asks = """
    look = sa.inspect(op.get_bind())
    look.has_table("users", schema="side")
    look.has_table("t", schema="side")
    look.get_columns("t", schema="side")
    look.get_table_names(schema="side")
    """
    path.write_text(f"{head}def upgrade():\n{asks}\n\ndef downgrade():\n    pass\n")
    first = place.root / "migrations" / "versions" / "first.py"
    first.write_text(
        first.read_text().replace(
            "def upgrade():\n",
            "def upgrade():\n    op.execute('CREATE SCHEMA side')\n"
            "    op.create_table('t', sa.Column('id', sa.Integer(), primary_key=True), schema='side')\n",
        )
    )
    place.alembic("upgrade", "first")
    script = place.preflight()
    code, lines, failures = place.checked(script)
    assert (code, failures) == (0, [])
    assert any(line.endswith("table or view side.users: not there") for line in lines)
    assert any(line.endswith("columns of side.t") for line in lines)
    place.change("CREATE TABLE side.users (id INTEGER)")
    _, _, failures = place.checked(script)
    assert [failure.partition("\n")[0] for failure in failures] == [
        "table or view side.users",
        "all tables in side, without alembic_version",
    ]
