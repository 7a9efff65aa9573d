"""Steps in, what a script on SQLite is made of, and what it says in more than one place, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlgen.messages import Message, say
from sqlgen.script.path import Heads, braces, named, quoted
from sqlgen.script.span import Span
from sqlgen.script.sqlite3.things import Checks, checks
from sqlgen.script.target import Target
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Plan(Span):
    """What a script on SQLite is made of."""

    checks: Checks

    @classmethod
    def of(cls, steps: Sequence[Step], target: Target) -> Self:
        """Cut where the script stops, and fold what must hold."""
        span = Span.of(steps, target)
        return cls(span.steps, target, span.runnable, span.end, checks(span.runnable))

    @property
    def table(self) -> str:
        """The version table's quoted name."""
        return named(self.target.version_table, self.target.version_table_schema or "main")


AT = "(SELECT rows FROM temp.sqlgen_at)"
"""SQL for the version table's rows, sorted by bytes, with a comma between them; a NULL row shows as NULL."""


STATE = "(SELECT state FROM temp.sqlgen_at)"
"""SQL for what the guard compares: how many rows, and the rows."""


def wanted(at: Heads) -> str:
    """A literal for what the guard compares."""
    return quoted(f"{len(at)}:{','.join(at)}")


def table_name(plan: Plan) -> str:
    """The version table's name, for people."""
    return plan.target.version_table


def open_already() -> Message:
    """Why nothing runs inside somebody's transaction."""
    return say(
        "NOT APPLIED: a transaction is open in this session: end it with COMMIT or ROLLBACK, "
        "or set the tool to auto-commit, then run this again; nothing was changed"
    )


def wrong_database(plan: Plan) -> Message:
    """The file has another name."""
    names = plan.target.databases
    if len(names) == 1:
        return say("this script is for the database file {database}", database=names[0])
    return say("this script is for the database files {list}", list=", ".join(names))


def wrong_identity(plan: Plan) -> Message:
    """The file is another application's, or another database of ours."""
    return say("this script is for a database whose application_id is {id}", id=plan.target.identity)


def no_table(plan: Plan) -> Message:
    """There is no version table."""
    return say("there is no table {table} in this database", table=table_name(plan))


def wrong_things(plan: Plan) -> Message:
    """The version is right, the schema is not."""
    return say(
        "{table} says {start}, but the schema is another one; compare it with what the script needs",
        table=table_name(plan),
        start=braces(plan.start),
    )


def path(plan: Plan) -> Message:
    """From where to where the script goes."""
    return say("this script goes from {start} to {end}", start=braces(plan.start), end=braces(plan.end))


def hint(plan: Plan) -> str:
    """SQL for which script leads on from where the version table stands, where that is on the way; else ''."""
    found = [f"  WHEN {wanted(rows)} THEN {quoted(told)}\n" for rows, told in plan.on_the_way()]
    return f"CASE {STATE}\n{''.join(found)}  ELSE '' END" if found else "''"


THINGS = "sqlgen_things (what TEXT NOT NULL, told TEXT NOT NULL, holds INTEGER NOT NULL)"
"""The temporary table with what the catalog was asked for."""
