"""What the recorder gives and what `alembic … --sql` prints are the same, statement for statement."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from sqlgen.emit.interpreter import choose
from sqlgen.emit.trace import Direction

URLS = {
    "postgresql": "postgresql+psycopg2://u@db.example.com/shop",
    "mysql": "mysql+pymysql://u@db.example.com/shop",
    "mariadb": "mariadb+pymysql://u@db.example.com/shop",
    "sqlite": "sqlite:///shop.db",
}

ENV = """\
from alembic import context

context.configure(
    url=context.config.get_main_option("sqlalchemy.url"),
    literal_binds=True,
    dialect_opts={"paramstyle": "named"},
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
"""

CREATE = """
op.create_table(
    "customer",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(120), nullable=False, index=True, comment="where letters go"),
    sa.Column("state", sa.Enum("new", "old", name="state"), server_default="new"),
    sa.Column("made", sa.DateTime, server_default=sa.func.now()),
    sa.Column("score", sa.Numeric(8, 2), sa.CheckConstraint("score > 0", name="ck_score")),
    sa.Column("total", sa.Integer, sa.Computed("id * 2", persisted=True)),
    sa.UniqueConstraint("email", name="uq_email"),
)
op.create_table(
    "letter",
    sa.Column("id", sa.Integer, sa.Identity(start=5), primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("customer.id", ondelete="CASCADE", name="fk_c")),
    sa.Column("text", sa.Text),
    sa.Column("sent", sa.Boolean),
    comment="written to customers",
)
"""

WRITE = r"""
table = sa.table("letter", sa.column("id", sa.Integer), sa.column("text", sa.String), sa.column("sent", sa.Boolean))
op.bulk_insert(table, [{"id": 1, "text": "it's 100% new", "sent": True}, {"id": 2, "text": None, "sent": False}])
op.execute("UPDATE letter SET text = 'a % b' WHERE id = 1")
op.execute(sa.text("UPDATE letter SET text = :text WHERE text = 'at 10\\:30'").bindparams(text="x'y"))
op.execute(table.update().where(table.c.id.in_([1, 2])).values(text="100%", sent=sa.null()))
op.execute(table.insert().values(id=3, text=op.inline_literal("kept")))
op.get_bind().execute(table.delete().where(table.c.id == 3))
op.execute("SELECT 1; SELECT 2 -- two at once")
op.get_context().execute("SELECT 3")
sa.MetaData().create_all(op.get_bind())
sa.Table("made_by_bind", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True)).create(op.get_bind())
"""

CHANGE = """
op.add_column("letter", sa.Column("priority", sa.SmallInteger, server_default=sa.text("0"), nullable=False))
op.create_index("ix_letter_priority", "letter", ["priority", sa.text("text")], unique=True)
op.drop_index("ix_letter_priority", table_name="letter")
op.rename_table("made_by_bind", "made")
with op.get_context().autocommit_block():
    op.create_index("ix_made", "made", ["id"], postgresql_concurrently=True)
if op.get_context().dialect.name != "sqlite":
    op.add_column("letter", sa.Column("boss_id", sa.Integer, sa.ForeignKey("customer.id", name="fk_boss")))
    op.alter_column("letter", "text", type_=sa.String(500), existing_type=sa.Text(), nullable=False)
    op.alter_column("letter", "text", new_column_name="body", existing_type=sa.String(500), server_default="-")
    op.alter_column("letter", "body", existing_type=sa.String(500), comment="the text", existing_nullable=False)
    op.create_unique_constraint("uq_body", "letter", ["body"])
    op.create_check_constraint("ck_priority", "letter", sa.column("priority") >= 0)
    op.create_foreign_key("fk_made", "letter", "made", ["id"], ["id"], onupdate="CASCADE")
    op.drop_constraint("fk_made", "letter", type_="foreignkey")
    op.create_table_comment("made", "it's made", existing_comment=None)
with op.batch_alter_table("letter") as batch:
    batch.add_column(sa.Column("note", sa.String(10)))
    batch.create_index("ix_note", ["note"])
"""

UNDO = """
op.drop_column("letter", "priority")
op.rename_table("made", "made_by_bind")
"""

DROP = """
op.drop_table("letter")
op.drop_table("customer")
if op.get_context().dialect.name == "postgresql":
    sa.Enum(name="state").drop(op.get_bind(), checkfirst=False)
"""

# Runs Alembic's own commands, and keeps each text that they write to the script.
STOCK = """
import io, json, sys
from alembic import command
from alembic.config import Config

class Script(io.StringIO):
    def __init__(self):
        super().__init__()
        self.texts = []
    def write(self, text):
        self.texts.append(text)
        return len(text)

found = {}
for dialect, url in json.loads(sys.argv[2]).items():
    for direction, range in (("upgrade", "base:head"), ("downgrade", "e5:base")):
        config = Config(sys.argv[1], output_buffer=Script())
        config.set_main_option("sqlalchemy.url", url)
        getattr(command, direction)(config, range, sql=True)
        found[dialect + " " + direction] = config.output_buffer.texts
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def everything(new_project: Callable[[], Any]) -> Any:
    project = new_project()
    project.write(env=ENV)
    project.revision("a1", CREATE, DROP)
    project.revision("b2", WRITE, "op.drop_table('made_by_bind')")
    project.revision("c3", CHANGE, UNDO)
    project.revision("d4", "op.execute('SELECT 4')", "op.execute('SELECT 14')", down="b2")
    project.revision("e5", down=("c3", "d4"))
    return project


@pytest.fixture(scope="module")
def stock(everything: Any) -> dict[str, list[str]]:
    python = choose(None, everything.root, os.environ).path  # VIRTUAL_ENV=… compares other versions
    command = [str(python), "-B", "-c", STOCK, str(everything.ini), json.dumps(URLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "0"})
    texts: dict[str, list[str]] = json.loads(done.stdout)
    return texts


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
@pytest.mark.parametrize("dialect", list(URLS))
def test_the_recorder_agrees_with_stock_alembic(
    everything: Any, stock: dict[str, list[str]], dialect: str, direction: Direction
) -> None:
    texts = stock[f"{dialect} {direction}"]
    moves = _moves(texts)
    everything.write(url=URLS[dialect])
    with everything.run(moves=moves, start=("e5",) if direction == "downgrade" else (), observe=True) as run:
        trace = run.trace
    assert trace.dialect == dialect
    assert [each.failure for each in trace.revisions] == [None] * 5
    emitted = [(each.sql.replace("\t", "    "), each.transaction) for one in trace.revisions for each in one.statements]
    expected, versions = _statements(texts)
    assert emitted == expected
    assert [sql.replace("\t", "    ") for move in moves for sql in run.observed[move]] == versions
    assert len(emitted) > (15 if direction == "upgrade" else 4)


def _moves(texts: list[str]) -> list[tuple[str, str]]:
    ran = [match for text in texts if (match := re.match(r"-- Running (\w+) (.*) -> (.*)\n", text))]
    return [(match[3] if match[1] == "upgrade" else match[2], match[1]) for match in ran]


def _statements(texts: list[str]) -> tuple[list[tuple[str, int | None]], list[str]]:
    """User statements with the number of their transaction, and those on the version table."""
    number, open_, statements, versions = 0, False, [], []
    for text in (text.strip().removesuffix(";") for text in texts):
        if text == "BEGIN":
            number, open_ = number + 1, True
        elif text == "COMMIT":
            open_ = False
        elif "alembic_version" in text:
            versions.append(re.sub(r" RETURNING .*", "", text))  # of no use to a script
        elif not text.startswith("--"):
            statements.append((text, number if open_ else None))
    return statements, versions
