"""Steps in, the path of the version table out: its states, the stamps between them, names and words for both."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlgen.errors import HistoryError, SettingsError, UsageError
from sqlgen.messages import Message, say, visible
from sqlgen.script.target import Target
from sqlgen.segments import Step

Heads = tuple[str, ...]
"""The rows of the version table, sorted; empty is base."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One statement on the version table; it must hit exactly one row.

    `old` None: INSERT of `new`. `new` None: DELETE of `old`. Else an UPDATE.
    """

    old: str | None
    new: str | None


def stamps(before: Heads, after: Heads) -> tuple[Stamp, ...]:
    """What turns the rows `before` into the rows `after`, as Alembic does it: one row is updated, further rows that go
    (a merge) are deleted, further rows that come (a branch, an undone merge) are inserted."""
    gone = [row for row in before if row not in set(after)]
    come = [row for row in after if row not in set(before)]
    pairs = [Stamp(old, new) for old, new in zip(gone, come, strict=False)]
    deleted = [Stamp(old, None) for old in gone[len(pairs) :]]
    inserted = [Stamp(None, new) for new in come[len(pairs) :]]
    return (*deleted, *pairs, *inserted)


def check(steps: Sequence[Step], target: Target) -> None:
    """Hold what the renderers rely on.

    Raises UsageError for no steps, HistoryError for a revision id that can't stand in a script, SettingsError for a
    name that can't, ValueError (a mistake of ours) for steps that don't follow one another.
    """
    if not steps:
        raise UsageError(
            say("the range holds no revision, so there is nothing to run"),
            hint=say("Give a range that holds one: `sqlgen history` lists the revisions."),
        )
    for earlier, later in pairwise(steps):
        if earlier.after != later.before:
            raise ValueError(f"{earlier.revision} leaves {earlier.after}, {later.revision} needs {later.before}")
    for step in steps:
        for revision in sorted({step.revision, *step.before, *step.after}):
            if not _REVISION.fullmatch(revision):
                raise HistoryError(
                    say("revision id {revision} can't stand in a script", revision=repr(revision)),
                    hint=say("Rename it: letters, digits and _ . + - only, not starting with . + or -"),
                    file=step.file,
                )
        if not steps[0].before and target.dialect != "sqlite" and len(step.revision) > COLUMN_LENGTH:
            raise HistoryError(
                say(
                    "revision id {revision} has {count} characters, and the version table holds {most}",
                    revision=step.revision,
                    count=len(step.revision),
                    most=COLUMN_LENGTH,
                ),
                hint=say("Shorten it, in the revisions that name it too: from base, `alembic upgrade` stops there."),
                file=step.file,
            )
    check_names(target)


def check_names(target: Target) -> None:
    """Raises SettingsError for a name that can't stand in a script, or that a client would take for something else."""
    databases = (*target.databases, *target.tenants)
    names = (
        *databases,
        target.database,
        target.version_table,
        target.version_table_schema,
        target.role,
        target.environment,
        target.schema,
        target.identity,
    )
    for name in names:
        backslashed = name is not None and "\\" in name and (target.dialect, name) != ("mssql", target.identity)
        if name is not None and (not name or visible(name) != name or "$sqlgen$" in name or backslashed):
            raise SettingsError(
                say("{name} can't stand in a script as a name", name=repr(name)),
                hint=say("Use a name without control characters and backslashes in the settings."),
            )
    for name in databases:
        if name.startswith("-") or (target.dialect == "postgresql" and ("=" in name or "://" in name)):
            raise SettingsError(
                say("{client} would not take {name} for the name of a database", client=target.client, name=repr(name)),
                hint=say("Use a name that does not begin with a hyphen; for PostgreSQL, one without = and ://."),
            )
        if target.dialect == "sqlite" and (name.startswith("file:") or ":memory:" in name):
            raise SettingsError(
                say("sqlite3 would not take {name} for the name of a file", name=repr(name)),
                hint=say("Use a plain file name, such as shop.db."),
            )


COLUMN_LENGTH = 32
"""Of version_num where it is made: Alembic's DefaultImpl.version_table_impl, the same from 1.13 to 1.20. SQLite does
not check lengths."""
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")


def heads(rows: Heads) -> str:
    """`base`, or the rows with a comma between them: for people and for `sqlgen emit`."""
    return ",".join(rows) or "base"


def braces(rows: Heads) -> str:
    """`{a1,b2}`, as the scripts print what the version table holds."""
    return "{" + ",".join(rows) + "}"


def first_gap(steps: Sequence[Step]) -> int | None:
    """The index of the first step that could not be rendered."""
    return next((index for index, step in enumerate(steps) if step.gap), None)


def gap_reason(step: Step) -> str:
    """`file:line: reason` of a step that could not be rendered, on one line."""
    assert step.gap is not None
    where = step.gap.file or step.file
    line = "" if step.gap.line is None else f":{step.gap.line}"
    return flat(str(step.gap.reason) if where is None else f"{where}{line}: {step.gap.reason}")


def rest(steps: Sequence[Step], gap: int) -> str:
    """The command that renders what comes after a gate: `sqlgen emit Y:B`."""
    reached, end = heads(steps[gap].after), heads(steps[-1].after)
    if steps[gap].direction == "downgrade":
        return f"sqlgen emit {end}:{reached} --down"
    return f"sqlgen emit {reached}:{end}"


def gate(steps: Sequence[Step], gap: int) -> Message:
    """What a script says that ends before a revision, for clients that can't skip what is done."""
    stopped, last = steps[gap], gap + 1 == len(steps)
    then = (
        say(
            "It is the last one: bring the database to {reached} by hand or with alembic", reached=braces(stopped.after)
        )
        if last
        else say(
            "Bring the database to {reached} by hand or with alembic, then run the script made by: {command}",
            reached=braces(stopped.after),
            command=rest(steps, gap),
        )
    )
    return say(
        "NOT APPLIED: at {at}; the script stops before revision {revision}, which could not be rendered: {why}. {then}",
        at=braces(stopped.before),
        revision=stopped.revision,
        why=gap_reason(stopped),
        then=then,
    )


def after_gate(steps: Sequence[Step]) -> Message:
    """What to do after the gate of a script that ends there."""
    gap = first_gap(steps)
    if gap is None:
        return say("")
    if gap + 1 == len(steps):
        return say("It is the last one: bring the database to {reached} by hand.", reached=braces(steps[gap].after))
    return say(
        "Nothing after it is in this script. Bring the database to {reached}, then make the rest with: {command}",
        reached=braces(steps[gap].after),
        command=rest(steps, gap),
    )


def file_of(steps: Sequence[Step]) -> str:
    """What the script of these steps is called in a bundle, without its extension."""
    return "apply" if steps[0].direction == "upgrade" else "rollback"


def shell(word: str) -> str:
    """A word for a command line that people copy."""
    plain = word.translate(dict.fromkeys(map(ord, "_-./"), "a")).isalnum() and word.isascii()
    return word if plain else "'" + word.replace("'", "'\\''") + "'"


def digest(step: Step) -> str:
    """8 hex digits that change when the step's statements do."""
    return hashlib.sha256("\0".join(item.sql for item in step.items).encode()).hexdigest()[:8]


def flat(text: str) -> str:
    """One line without control or invisible characters, safe behind `--` and inside a dollar-quoted block."""
    return visible(" ".join(text.split())).replace("$sqlgen$", "$ sqlgen $")


def text(message: Message) -> str:
    """A Message as one line for a script."""
    return flat(str(message))


def quoted(value: str) -> str:
    """A literal where a backslash is a plain character: PostgreSQL, SQLite, SQL Server, Oracle."""
    return "'" + value.replace("'", "''") + "'"


def named(name: str, schema: str | None = None) -> str:
    """A quoted name for PostgreSQL and SQLite."""
    both = name if schema is None else f"{schema}\0{name}"
    return ".".join('"' + part.replace('"', '""') + '"' for part in both.split("\0"))
