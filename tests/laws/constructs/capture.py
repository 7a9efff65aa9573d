"""Alembic, offline: what it executes in, each construct with the text that it wrote for it out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

URLS = {
    "postgresql": "postgresql+psycopg2://",
    "mysql": "mysql+pymysql://",
    "mariadb": "mariadb+pymysql://",
    "sqlite": "sqlite://",
    "mssql": "mssql+pyodbc://",
    "oracle": "oracle+oracledb://",
}


@dataclass(slots=True)
class Captured:
    """What a history executed."""

    dialect: sa.Dialect
    statements: list[tuple[Any, str]] = field(default_factory=list)


@contextmanager
def capturing(dialect: str, **options: Any) -> Iterator[tuple[Operations, Captured]]:
    """`op` of an offline run, and what is captured while it is used."""
    made = sa.engine.make_url(URLS[dialect]).get_dialect()()
    made.server_version_info = (17,) if dialect == "postgresql" else (10, 11) if dialect == "mariadb" else (8, 4)
    made.default_schema_name = {"mssql": "dbo"}.get(dialect)
    opts = {"as_sql": True, "literal_binds": True, "output_buffer": io.StringIO(), **options}
    context = MigrationContext.configure(dialect=made, opts=opts)
    captured = Captured(made)
    record(context.impl, captured)
    with Operations.context(context) as op:
        yield op, captured


def record(impl: Any, captured: Captured) -> None:
    """Note each construct that the implementation executes, with its text."""
    execute, write = impl._exec, impl.static_output
    open_: list[list[str]] = []

    def executing(construct: Any, *arguments: Any, **named: Any) -> Any:
        open_.append([])
        try:
            result = execute(construct, *arguments, **named)
        except BaseException:
            open_.pop()
            raise
        captured.statements.append((construct, "\n\n".join(open_.pop())))
        return result

    def writing(text: str) -> None:
        if open_:
            open_[-1].append(text)
        write(text)

    impl._exec, impl.static_output = executing, writing


def run(dialect: str, *acts: Callable[[Operations], object]) -> Captured:
    """What the acts execute, one after the other; an act that Alembic refuses offline is left out."""
    with capturing(dialect) as (op, captured):
        for act in acts:
            act(op)
    return captured
