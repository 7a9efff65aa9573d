"""Steps in, a script for tools that have no commands of their own out: pgAdmin, DBeaver, Navicat, ticket platforms.

Such a tool may send the whole text at once or cut it at semicolons, stop at errors or go on, commit by itself or not.
So no line is a client's command, a wrong state makes every later statement fail or come to nothing, and the last
statement, a SELECT, computes the result from the database. Nothing can be skipped: a plain script goes from its start
to its end, and in between it names the script that begins there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.script.form import Form
from sqlgen.script.path import text
from sqlgen.script.plain import mysql as plain_mysql
from sqlgen.script.plain import postgresql as plain_postgresql
from sqlgen.script.plain import postgresql_alone as plain_postgresql_alone
from sqlgen.script.plain import sqlite as plain_sqlite
from sqlgen.script.plain.text import client_lines
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step


def render(steps: Sequence[Step], target: Target, form: Form) -> str:
    """The whole script, ending with a newline."""
    how = command(target, "this file")
    match target.dialect:
        case "postgresql":
            return plain_postgresql.render(steps, target, form, how)
        case "sqlite":
            return plain_sqlite.render(steps, target, form, how)
        case _:
            return plain_mysql.render(steps, target, form, how)


def command(target: Target, file: str) -> str:
    """How a script of this name is run, in words."""
    name = file if " " in file else f"{file}.sql"
    if len(target.databases) == 1:
        return text(
            say("open {file} in the tool, connected to {database}, and execute all of it", file=name,
                database=target.databases[0])
        )  # fmt: skip
    return text(say("open {file} in the tool, connected to the database, and execute all of it", file=name))


def problems(item: Item, target: Target) -> Iterator[tuple[Message, Message]]:
    """Why a statement can't stand in a plain script, each with what to do."""
    yield from client_lines(item, target.dialect)
    match target.dialect:
        case "postgresql":
            yield from plain_postgresql_alone.problems(item)
        case "sqlite":
            yield from plain_sqlite.problems(item)
        case _:
            yield from plain_mysql.problems(item)
