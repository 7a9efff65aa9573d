"""Steps in, a runnable script for one client out; and the user's statements out of a script again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from sqlgen.errors import SettingsError
from sqlgen.messages import ENGLISH, say, speaking

if TYPE_CHECKING:
    from sqlgen.script.faithful.refusing import Unfaithful, without_unfaithful
    from sqlgen.script.form import Form
    from sqlgen.script.marks import read_back
    from sqlgen.script.target import Target
    from sqlgen.script.undo import Undo
    from sqlgen.segments import Step

__all__ = [
    "Target",
    "Unfaithful",
    "command",
    "in_segments",
    "read_back",
    "render",
    "resumes_apart",
    "without_unfaithful",
    "written",
]
_ELSEWHERE = {
    "Target": "target",
    "Unfaithful": "faithful.refusing",
    "read_back": "marks",
    "without_unfaithful": "faithful.refusing",
}


def __getattr__(name: str) -> object:
    """What is defined in a module of the package, loaded when it is asked for: most commands write no script, and all
    that scripts are made of takes longer to load than what they do."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)


@speaking(ENGLISH)
def render(
    steps: Sequence[Step],
    target: Target,
    *,
    title: Sequence[str] = (),
    undo: Mapping[str, Undo] | None = None,
    resume: bool = False,
    part: int | None = None,
) -> str:
    """The script that takes a database from `steps[0].before` to `steps[-1].after`, in either direction.

    undo: of a rollback, how each downgrade goes back from the middle of its upgrade; see undo.undos.
    resume: in the form that skips what is done, for clients that can't skip a plain statement (`resumes_apart`).
    part: of the one step, this part of plan.parts alone, from 1, where there are scripts for parts (`in_segments`).

    Ends with a newline, holds no control character but tab and newline, and is the same for the same input.
    An empty `before` of the first step is base: the version table is created where it is missing. An empty `after` of
    the last is base too: its rows go, the table stays, as under Alembic.

    Raises Unfaithful where a statement can't be run faithfully by the client, naming its place; UsageError for no
    steps, HistoryError for a revision id and SettingsError for a name or a client that scripts can't be made for.
    """
    from sqlgen.script.faithful.refusing import refuse_unfaithful
    from sqlgen.script.form import Form
    from sqlgen.script.path import check

    check(steps, target)
    if (target.dialect, target.client) not in _CLIENTS:
        raise SettingsError(
            say(
                "there is no script for client {client} with dialect {dialect}",
                client=target.client,
                dialect=target.dialect,
            ),
            hint=say(
                "Use psql for postgresql, mysql for mysql and mariadb, sqlite3 for sqlite, sqlcmd for mssql, "
                "sqlplus for oracle; plain for the first four."
            ),
        )
    refuse_unfaithful(steps, target)
    return _client(target).render(steps, target, Form(tuple(title), undo or {}, resume, part))


def command(target: Target, file: str) -> str:
    """The shell command that runs FILE.sql (apply, rollback, resume, preflight, postcheck), as its header says."""
    if file in ("preflight", "postcheck"):
        from sqlgen.script.checks import script as checks_script

        return checks_script.command(target, file)
    return _client(target).command(target, file)


def resumes_apart(target: Target) -> bool:
    """Whether a script that stopped in the middle goes on with a script of its own, resume.sql: those of MySQL and
    SQL Server can't skip a plain statement, so that there is a second form, whose statements stand behind a condition.
    On Oracle there is that form alone."""
    return target.client != "plain" and target.dialect in ("mysql", "mssql")


def in_segments(target: Target) -> bool:
    """Whether there is a script for a part of a step: psql's finds out by itself which parts stand, and skips them."""
    return target.client == "psql"


def written(steps: Sequence[Step], target: Target, *, resume: bool = False) -> Sequence[Step]:
    """The steps whose statements stand in a script: all, where it goes on once the version table shows the revision
    that could not be rendered; else those before it. resume: of the form that skips what is done."""
    from sqlgen.script.path import first_gap

    gap = first_gap(steps)
    return steps if gap is None or _passes_gates(steps, target, resume=resume) else steps[:gap]


def _passes_gates(steps: Sequence[Step], target: Target, *, resume: bool) -> bool:
    """Whether a repeated run goes on behind a gate: what stands before it must be skipped then."""
    match target.client, target.dialect:
        case ("psql", _) | ("mysql", "mariadb"):
            return True
        case ("mysql", _):
            return resume or steps[0].direction == "downgrade"
        case _:
            return False


class _Client(Protocol):
    """What there is of each client: a module."""

    def render(self, steps: Sequence[Step], target: Target, form: Form) -> str: ...
    def command(self, target: Target, file: str) -> str: ...


def _client(target: Target) -> _Client:
    """The client's module, loaded when a script is written for it."""
    match target.client:
        case "psql":
            from sqlgen.script.psql import script as psql

            return psql
        case "mysql":
            from sqlgen.script.mysql import script as mysql

            return mysql
        case "sqlcmd":
            from sqlgen.script.sqlcmd import script as sqlcmd

            return sqlcmd
        case "sqlplus":
            from sqlgen.script.sqlplus import script as sqlplus

            return sqlplus
        case "plain":
            from sqlgen.script.plain import script as plain

            return plain
        case _:
            from sqlgen.script.sqlite3 import script as sqlite3

            return sqlite3


_CLIENTS = {
    ("postgresql", "psql"),
    ("mysql", "mysql"),
    ("mariadb", "mysql"),
    ("sqlite", "sqlite3"),
    ("mssql", "sqlcmd"),
    ("oracle", "sqlplus"),
    ("postgresql", "plain"),
    ("mysql", "plain"),
    ("mariadb", "plain"),
    ("sqlite", "plain"),
}
