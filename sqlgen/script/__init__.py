"""Steps in, a runnable script for one client out; and the user's statements out of a script again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlgen.errors import SettingsError
from sqlgen.messages import say
from sqlgen.script.faithful import Unfaithful, refuse_unfaithful, without_unfaithful
from sqlgen.script.marks import read_back
from sqlgen.script.path import check
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["Target", "Unfaithful", "command", "read_back", "render", "without_unfaithful"]


def render(steps: Sequence[Step], target: Target, *, title: Sequence[str] = ()) -> str:
    """The script that takes a database from `steps[0].before` to `steps[-1].after`, in either direction.

    Ends with a newline, holds no control character but tab and newline, and is the same for the same input.
    An empty `before` of the first step is base: the version table is created where it is missing. An empty `after` of
    the last is base too: its rows go, the table stays, as under Alembic.

    Raises Unfaithful where a statement can't be run faithfully by the client, naming its place; UsageError for no
    steps, HistoryError for a revision id and SettingsError for a name or a client that scripts can't be made for.
    """
    check(steps, target)
    if (target.dialect, target.client) not in _CLIENTS:
        raise SettingsError(
            say(
                "there is no script for client {client} with dialect {dialect}",
                client=target.client,
                dialect=target.dialect,
            ),
            hint=say("Use psql for postgresql, mysql for mysql and mariadb, sqlite3 for sqlite."),
        )
    refuse_unfaithful(steps, target)
    return _client(target).render(steps, target, title)


def command(steps: Sequence[Step], target: Target) -> str:
    """The shell command that runs the script of these steps, as its header says."""
    return _client(target).command(steps, target)


class _Client(Protocol):
    """What there is of each client: a module."""

    def render(self, steps: Sequence[Step], target: Target, title: Sequence[str]) -> str: ...
    def command(self, steps: Sequence[Step], target: Target) -> str: ...


def _client(target: Target) -> _Client:
    """The client's module, loaded when a script is written for it."""
    match target.client:
        case "psql":
            from sqlgen.script import psql

            return psql
        case "mysql":
            from sqlgen.script import mysql

            return mysql
        case _:
            from sqlgen.script import sqlite3

            return sqlite3


_CLIENTS = {("postgresql", "psql"), ("mysql", "mysql"), ("mariadb", "mysql"), ("sqlite", "sqlite3")}
