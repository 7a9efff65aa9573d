"""The schema of a few tables, from the few revisions that name them: what it says is what the whole history says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sqlgen import pipeline
from sqlgen.checking import nearby
from sqlgen.checking.nearby import is_plain, read_old, schema_near
from sqlgen.facts.vocabulary import Name
from sqlgen.history import Move, between
from sqlgen.schema import Schema
from sqlgen.settings import Request
from sqlgen.workspace import Workspace, open_workspace
from tests.unit.building import revision, write

GENERATE = Path(__file__).resolve().parents[2] / "benchmarks" / "generate.py"
COUNT = 48
PLAIN = """\
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

def upgrade():
{body}
"""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Revisions of which each changes one table, and two that name theirs in other ways."""
    folder = tmp_path_factory.mktemp("near") / "shop"
    subprocess.run([sys.executable, GENERATE, str(COUNT), folder], check=True, capture_output=True)
    versions = folder / "migrations" / "versions"
    computed = 'for number in (7, 43):\n    op.add_column(f"t{number:05d}", sa.Column("tenant", sa.Integer()))'
    write(versions / "x1.py", with_sa(revision("x1", f"r{COUNT:05d}", computed, "pass")))
    write(versions / "x2.py", revision("x2", "x1", "op.rename_table('t00001', 'first')", "pass"))
    return folder


def with_sa(text: str) -> str:
    return text.replace("from alembic import op", "from alembic import op\nimport sqlalchemy as sa")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The ids of the revisions that were run to know the schema."""
    monkeypatch.setenv("SQLGEN_CACHE", "off")
    monkeypatch.setattr(nearby, "FEW", 10)
    runs: list[list[str]] = []
    replayed = nearby._replayed

    def counted(workspace: Workspace, dialect: str, moves: Sequence[Move]) -> Schema:
        runs.append([move.revision.id for move in moves])
        return replayed(workspace, dialect, moves)

    monkeypatch.setattr(nearby, "_replayed", counted)
    return runs


def near_and_whole(folder: Path, body: str) -> tuple[Schema | None, Schema]:
    """What is known before a new revision, both ways."""
    path = folder / "migrations" / "versions" / "new.py"
    text = revision("new", "x2", body, "pass")
    write(path, with_sa(text))
    try:
        workspace = open_workspace(Request(folder))
        moves = between(workspace.graph, ("x2",), ("new",)).steps
        emission = pipeline.emit(workspace, moves)
    finally:
        path.unlink()
    old = read_old(workspace, ("x2",))
    assert old is not None
    near = schema_near(workspace, emission.dialect, old, emission.steps)
    return near, pipeline.schema_at(workspace, emission.dialect, emission.versions, ("x2",))


@pytest.mark.parametrize(
    ("table", "body"),
    [
        ("t00043", 'op.add_column("t00043", sa.Column("x", sa.Integer()))'),
        ("t00007", 'op.create_index("ix", "t00007", ["tenant"])'),
        ("t00019", 'op.alter_column("t00019", "name", type_=sa.String(500), existing_type=sa.String(200))'),
        ("t00043", 'op.add_column("t00043", sa.Column("x", sa.Integer(), comment="words on it"))'),
        ("t00025", 'op.create_table("refers", sa.Column("id", sa.Integer, sa.ForeignKey("t00025.id")))'),
    ],
)
def test_the_few_say_of_a_table_what_all_say(table: str, body: str, history: Path, ran: list[list[str]]) -> None:
    near, whole = near_and_whole(history, body)
    assert near is not None
    assert near.table(Name(table)) == whole.table(Name(table)) is not None
    [ids] = ran
    assert len(ids) < COUNT / 2
    assert "x1" in ids, "it may change any table: nothing in its text says which"


@pytest.mark.parametrize(
    "body",
    [
        'op.add_column("nobody_made_it", sa.Column("x", sa.Integer()))',
        'op.add_column("first", sa.Column("x", sa.Integer()))',
        'op.drop_table("t00043")',
        'op.rename_table("t00043", "other")',
        'op.drop_index("ix_t00007_10", table_name="t00007")',
        'op.execute("DO $$ BEGIN PERFORM 1; END $$")',
        'op.create_table("t00043", sa.Column("id", sa.Integer))\n'
        'op.drop_table("t00043")',
    ],
)  # fmt: skip
def test_where_the_few_are_not_enough_all_are_asked(body: str, history: Path, ran: list[list[str]]) -> None:
    near, _ = near_and_whole(history, body)
    assert near is None


def test_a_revision_that_a_file_of_sql_stands_for_is_run(history: Path, ran: list[list[str]]) -> None:
    write(history / "sqlgen.toml", '[revision.r00005]\nupgrade = "r5.sql"\n')
    write(history / "r5.sql", "ALTER TABLE t00043 ADD COLUMN by_hand integer;\n")
    near, _ = near_and_whole(history, 'op.add_column("t00031", sa.Column("x", sa.Integer()))')
    (history / "sqlgen.toml").unlink()
    assert near is not None
    assert "r00005" in ran[0]


def test_a_table_that_was_not_asked_about_is_not_known_whole(history: Path, ran: list[list[str]]) -> None:
    near, whole = near_and_whole(history, 'op.add_column("t00043", sa.Column("x", sa.Integer()))')
    assert near is not None
    others = {table.name for table in whole.tables()} - {Name("t00043")}
    assert others
    assert not any(map(near.is_complete, others))


@pytest.mark.parametrize(
    "body",
    [
        '    op.add_column("users", sa.Column("a", sa.Text(), server_default=sa.text("now()")))',
        '    op.drop_index("ix_a", table_name="users")',
        "    op.execute(\"UPDATE users SET a = 'it''s 100%' WHERE a IS NULL\")",
        '    for table in ("users", "orders"):\n        op.add_column(table, sa.Column("a", sa.Text()))',
        '    with op.batch_alter_table("users") as batch_op:\n        batch_op.add_column(sa.Column("a", sa.Text()))',
        '    op.execute("ALTER TABLE users ADD COLUMN a integer")',
        '    """Create Date: 2026-01-01 00:00:00+00:00"""',
    ],
)
def test_what_names_its_tables_is_plain(body: str) -> None:
    assert is_plain(PLAIN.format(body=body).encode())


@pytest.mark.parametrize(
    "body",
    [
        '    op.add_column(f"{prefix}users", sa.Column("a", sa.Text()))',
        '    op.add_column(PREFIX + "users", sa.Column("a", sa.Text()))',
        '    op.add_column("%s_users" % prefix, sa.Column("a", sa.Text()))',
        '    op.add_column("{}_users".format(prefix), sa.Column("a", sa.Text()))',
        '    op.add_column("_".join(parts), sa.Column("a", sa.Text()))',
        '    op.add_column("USERS".lower(), sa.Column("a", sa.Text()))',
        '    op.add_column("\\u0075sers", sa.Column("a", sa.Text()))',
        "    for name in sa.inspect(op.get_bind()).get_table_names():\n        op.drop_column(name, 'a')",
        "    Base.metadata.create_all(op.get_bind())",
        "    from shop.models import User\n    op.drop_column(User, 'a')",
        "    from . import helpers\n    helpers.add()",
        "    op.execute(open('x.sql').read())",
        '    op.drop_index("ix_a")',
        '    op.execute("DROP INDEX ix_a")',
        '    op.execute("ALTER TYPE status ADD VALUE 1")',
        '    op.execute("DROP SCHEMA old CASCADE")',
        '    op.execute("DO $$ BEGIN EXECUTE x; END $$")',
        '    op.execute("SELECT rename_everything()")',
        '    op.execute("CREATE FUNCTION f() RETURNS void AS $$ $$ LANGUAGE sql")',
        '    op.rename_table("old", "users")',
        "    from alembic import op as o\n    o.execute(QUERY)",
        '    op.create_hypertable("x")',
    ],
)
def test_what_may_reach_a_table_that_it_does_not_name_is_not_plain(body: str) -> None:
    assert not is_plain(PLAIN.format(body=body).encode())


HEAD = b'''"""%b

Revision ID: r2
Revises: r1
"""
from alembic import op
%b
# revision identifiers, used by Alembic.
revision: str = "r2"
down_revision: Union[str, Sequence[str], None] = 'r1'
depends_on = None
%b

def upgrade():
    op.drop_column("users", "a")
'''


@pytest.mark.parametrize(
    ("docstring", "imports", "constants", "plain"),
    [
        (b"add a", b"import sqlalchemy as sa", b"", True),
        (b"don't DROP INDEX x; rename %s", b"import sqlalchemy as sa", b"", True),  # it does nothing
        (b"add a", b"from shop import tables", b"", False),
        (b"add a", b"from sqlalchemy import inspect", b"", False),
        (b"add a", b"from alembic import op as o", b"", False),
        (b"add a", b"", b"TABLE = f'{PREFIX}users'", False),
        (b"add a", b"", b"TABLE = names[0] % prefix", False),
        (b"add a", b"", b"TABLE = PREFIX.rstrip()", False),
        (b'""" + drop("users") + """', b"", b"", False),
    ],
)
def test_the_head_of_a_file_counts_but_for_its_docstring(
    docstring: bytes, imports: bytes, constants: bytes, plain: bool
) -> None:
    assert is_plain(HEAD % (docstring, imports, constants)) is plain
