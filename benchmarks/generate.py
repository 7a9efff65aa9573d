"""A number in, an Alembic project out: a linear history of that many revisions, with what real ones do.

    python benchmarks/generate.py 1000 /tmp/history-1000

The same number gives the same files. The mix follows what public histories hold: most revisions alter one table, one
in six creates one, one in ten changes data.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

_HEADER = '''"""{message}

Revision ID: {revision}
Revises: {parent}
Create Date: 2026-01-01 00:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = {revision!r}
down_revision: Union[str, Sequence[str], None] = {down_revision!r}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
{upgrade}


def downgrade() -> None:
    """Downgrade schema."""
{downgrade}
'''

_INI = """[alembic]
script_location = %(here)s/migrations
prepend_sys_path = .
path_separator = os
sqlalchemy.url = {url}
"""

_ENV = '''"""Alembic's generic env.py, offline and online, without logging."""
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
target_metadata = None


def run_migrations_offline() -> None:
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        target_metadata=target_metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    connectable = engine_from_config(config.get_section(config.config_ini_section, {}), poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
'''

Parts = tuple[str, str, str]
"""(message, body of upgrade, body of downgrade), unindented."""


def _create_table(number: int, table: str) -> Parts:
    return (
        f"create {table}",
        f"""op.create_table(
    "{table}",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(length=80), nullable=False),
    sa.Column("amount", sa.Numeric(precision=10, scale=2), nullable=True),
    sa.Column("created_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
    sa.Column("note", sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint("id", name="pk_{table}"),
)""",
        f'op.drop_table("{table}")',
    )


def _add_column(number: int, table: str) -> Parts:
    return (
        f"add c{number} to {table}",
        f'op.add_column("{table}", sa.Column("c{number}", sa.String(length=40), nullable=True))',
        f'op.drop_column("{table}", "c{number}")',
    )


def _create_index(number: int, table: str) -> Parts:
    return (
        f"index {table}",
        f'op.create_index("ix_{table}_{number}", "{table}", ["name", "created_at"], unique=False)',
        f'op.drop_index("ix_{table}_{number}", table_name="{table}")',
    )


def _fix_data(number: int, table: str) -> Parts:
    return (
        f"mend the notes of {table}",
        f"""op.execute("UPDATE {table} SET note = 'it''s {number}: 100%' WHERE note IS NULL AND id > {number}")""",
        "pass",
    )


def _widen(number: int, table: str) -> Parts:
    return (
        f"longer names in {table}",
        f"""op.alter_column(
    "{table}", "name", existing_type=sa.String(length=80), type_=sa.String(length=200), existing_nullable=False
)""",
        f"""op.alter_column(
    "{table}", "name", existing_type=sa.String(length=200), type_=sa.String(length=80), existing_nullable=False
)""",
    )


def _add_constraint(number: int, table: str) -> Parts:
    return (
        f"amounts of {table} are not negative",
        f'op.create_check_constraint("ck_{table}_{number}", "{table}", "amount >= 0")',
        f'op.drop_constraint("ck_{table}_{number}", "{table}", type_="check")',
    )


def _insert(number: int, table: str) -> Parts:
    return (
        f"first rows of {table}",
        f"""op.bulk_insert(
    sa.table("{table}", sa.column("name", sa.String()), sa.column("note", sa.Text())),
    [{{"name": "first {number}", "note": None}}, {{"name": "second {number}", "note": "a: b"}}],
)""",
        f"""op.execute("DELETE FROM {table} WHERE name IN ('first {number}', 'second {number}')")""",
    )


_MIX: tuple[Callable[[int, str], Parts], ...] = (
    _create_table,
    _add_column,
    _create_index,
    _add_column,
    _fix_data,
    _add_column,
    _create_table,
    _widen,
    _add_column,
    _create_index,
    _add_constraint,
    _insert,
)


def generate(count: int, folder: Path, url: str = "postgresql://bench@localhost/bench", *, operations: int = 1) -> Path:
    """Write a project with `count` revisions, `r00001` to the last, into `folder`, which must not exist yet.

    operations: how many of the mix each revision holds. With one a file has 0.7 kB; real ones have 2 kB on average.
    """
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(_INI.format(url=url), encoding="utf-8")
    (folder / "migrations" / "env.py").write_text(_ENV, encoding="utf-8")
    table, parent = "", None
    for number in range(1, count + 1):
        revision = f"r{number:05d}"
        parts = []
        for each in range((number - 1) * operations, number * operations):
            make = _MIX[each % len(_MIX)]
            if make is _create_table:
                table = f"t{each + 1:05d}"
            parts.append(make(each + 1, table))
        message, upgrade = parts[0][0], "\n".join(up for _, up, _ in parts)
        downgrade = "\n".join(down for _, _, down in reversed(parts))
        text = _HEADER.format(
            message=message,
            revision=revision,
            parent=parent or "",
            down_revision=parent,
            upgrade=_indented(upgrade),
            downgrade=_indented(downgrade),
        )
        (versions / f"{revision}_{message.replace(' ', '_')}.py").write_text(text, encoding="utf-8")
        parent = revision
    return folder


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" for line in body.splitlines())


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
