"""Steps in, what a script on SQLite is made of, and what it says in more than one place, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlgen.messages import Message, say
from sqlgen.script.header import left_out, unbound
from sqlgen.script.path import Heads, braces, first_gap, gate, named, quoted, rest, text
from sqlgen.script.sqlite3.things import Checks, checks
from sqlgen.script.target import Target
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Plan:
    """What a script on SQLite is made of."""

    steps: tuple[Step, ...]
    target: Target
    runnable: tuple[Step, ...]
    """Those before the first that could not be rendered."""
    end: Heads
    """Where they lead."""
    checks: Checks

    @classmethod
    def of(cls, steps: Sequence[Step], target: Target) -> Plan:
        """Cut where the script stops, and fold what must hold."""
        gap = first_gap(steps)
        runnable = tuple(steps if gap is None else steps[:gap])
        end = steps[0].before if not runnable else runnable[-1].after
        return cls(tuple(steps), target, runnable, end, checks(runnable))

    @property
    def start(self) -> Heads:
        """Where it begins."""
        return self.steps[0].before

    @property
    def gate(self) -> str | None:
        """What it says where it stops before a step that could not be rendered."""
        gap = first_gap(self.steps)
        return None if gap is None else text(gate(self.steps, gap)) + self.about

    @property
    def about(self) -> str:
        """What each result says besides."""
        return unbound(self.target) + left_out(self.steps)

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
    found = [
        f"  WHEN {wanted(step.after)} THEN {quoted(_from_there(plan, index))}\n"
        for index, step in enumerate(plan.steps[:-1])
        if step.after != plan.end
    ]
    return f"CASE {STATE}\n{''.join(found)}  ELSE '' END" if found else "''"


def _from_there(plan: Plan, index: int) -> str:
    client = " --client plain" if plan.target.client == "plain" else ""
    return text(say("; from there run the script made by: {command}", command=rest(plan.steps, index) + client))


THINGS = "sqlgen_things (what TEXT NOT NULL, told TEXT NOT NULL, holds INTEGER NOT NULL)"
"""The temporary table with what the catalog was asked for."""
