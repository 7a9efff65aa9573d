"""Pieces of an engine's SQL in, the checks that preflights share out: in the same words for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlgen.messages import Message, say
from sqlgen.script.checks.answers import NOT_THERE, THERE
from sqlgen.script.checks.model import Check
from sqlgen.script.checks.preflight_needs import Need
from sqlgen.script.checks.preflight_touched import Touched
from sqlgen.script.path import Heads, flat, heads, text
from sqlgen.script.plan import in_parts
from sqlgen.script.target import Target
from sqlgen.script.things import Thing
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preflight is about."""

    steps: tuple[Step, ...]
    target: Target
    needs: tuple[Need, ...]
    tables: tuple[Touched, ...]
    """Those that were there before, in the order in which they are touched."""


class Engine(Protocol):
    """What each engine's module has: SQL for what its server knows of itself."""

    AT: str
    """SQL for how many steps are done; below 0 off the path; a half for a step that is half done."""

    HEADS: str
    """SQL for the rows of the version table, as `heads` writes them."""

    def literal(self, value: str) -> str: ...
    def begin(self, asked: Asked) -> Iterator[str]: ...
    def look(self, asked: Asked) -> Iterator[str]: ...
    def identity(self, asked: Asked) -> Iterator[Check]: ...
    def record(self, asked: Asked) -> Iterator[Check]: ...
    def server(self, asked: Asked) -> Iterator[Check]: ...
    def path(self, asked: Asked) -> Iterator[Check]: ...
    def rights(self, asked: Asked) -> Iterator[Check]: ...
    def tables(self, asked: Asked) -> Iterator[Check]: ...
    def sessions(self, asked: Asked) -> Iterator[Check]: ...
    def safety(self, asked: Asked) -> Iterator[Check]: ...


Literal = Callable[[str], str]


def holds(
    told: Message,
    condition: str,
    expected: str,
    found: str,
    literal: Literal,
    states: tuple[int, int] | None = None,
    when: str | None = None,
) -> Check:
    """A condition that must be true; `found` is SQL for what is there where it is not."""
    sql = f"CASE WHEN {condition} THEN {literal(expected)} ELSE {found} END"
    return Check(text(told), sql, expected, states=states, when=when, shows=True)


def note(told: Message, found: str) -> Check:
    """What is told only."""
    return Check(text(told), found)


def none(told: Message, found: str) -> Check:
    """A warning where SQL lists anything; NULL is taken for nothing."""
    return Check(text(told), f"coalesce({found}, 'none')", "none", "warn", shows=True)


def version(target: Target, here: str, same: str, literal: Literal) -> Check:
    """The server's version, which must begin as the settings say, where they say it."""
    if target.server_version is None:
        return note(say("the server's version"), here)
    return holds(say("the server's version"), same, target.server_version, here, literal)


def database(target: Target, here: str, literal: Literal) -> Check:
    """What the guard will ask."""
    if not target.databases:
        return note(say("the database (the script is NOT BOUND TO A DATABASE)"), here)
    one_of = f"{here} IN ({', '.join(map(literal, target.databases))})"
    return holds(say("the database"), one_of, " or ".join(target.databases), here, literal)


def starts(steps: Sequence[Step], target: Target) -> tuple[tuple[int, Heads], ...]:
    """Where on its path the script may begin: how many steps are done, and what the version table then holds. SQLite's
    is one transaction, which never stops in between."""
    states = [*((number, step.before) for number, step in enumerate(steps)), (len(steps), steps[-1].after)]
    return tuple(states) if target.dialect != "sqlite" else (states[0], states[-1])


def place(steps: Sequence[Step], target: Target, rows: str, literal: Literal) -> str:
    """SQL for how many steps are done, from SQL for the rows as `heads` writes them; -1 off the path."""
    cases = " ".join(f"WHEN {literal(heads(state))} THEN {number}" for number, state in starts(steps, target))
    return f"CASE {rows} {cases} ELSE -1 END"


def path(asked: Asked, at: str, rows: str, literal: Literal) -> Iterator[Check]:
    """Where the database stands, and where the script will start."""
    from sqlgen.script import resumes_apart  # the package loads this module

    steps, count = asked.steps, len(asked.steps)
    start, end = heads(steps[0].before), heads(steps[-1].after)
    between = len(starts(steps, asked.target)) - 2
    expected = say("{start}", start=start)
    if between:
        expected = say("{start}, or a state on the way from there to {end}", start=start, end=end)
    yield holds(say("the revision that the database is at"), f"{at} >= 0", text(expected), rows, literal)
    by = say(", by resume.sql") if resumes_apart(asked.target) else say("")
    cases = [f"WHEN {at} < 0 THEN {literal(text(say('nowhere: it will refuse')))}"]
    cases.append(f"WHEN {at} = {count} THEN {literal(text(say('nowhere: all of it is done, ALREADY APPLIED')))}")
    for number, step in enumerate(steps):
        told = say(
            "at step {number} of {count} ({revision}){by}",
            number=number + 1,
            count=count,
            revision=step.revision,
            by=by if number else "",
        )
        cases.append(f"WHEN {at} = {number} THEN {literal(text(told))}")
        if in_parts(step, asked.target):
            told = say(
                "inside step {number} of {count} ({revision}), which is half done{by}",
                number=number + 1,
                count=count,
                revision=step.revision,
                by=by,
            )
            cases.append(f"WHEN {at} = {number}.5 THEN {literal(text(told))}")
    yield note(say("the script will start"), f"CASE {' '.join(cases)} END")


def need(one: Need, exists: str, taken: str | None) -> Check:
    """Something that a step needs to be there, or not. `taken`: SQL for what has its name, NULL for nothing."""
    where = "" if one.line is None else f"{one.line} "
    check = existing(one.thing, one.there, f"{where}({one.step.revision})", exists, (one.first, one.last))
    if one.there or taken is None:
        return check
    return replace(check, found=f"CASE WHEN {exists} THEN '{THERE}' ELSE coalesce({taken}, '{NOT_THERE}') END")


def existing(thing: Thing, there: bool, where: str, exists: str, states: tuple[int, int] | None = None) -> Check:
    """Something that must be there, or must not. `exists`: SQL that is true where it is."""
    kind, name = (thing.kind, thing.name) if thing.name else (text(say("primary key")), "")
    if thing.table is None:
        told = flat(f"{where}: {kind} {_dotted(thing.schema, name)}")
    else:
        of = say("of {table}", table=_dotted(thing.schema, thing.table))
        told = flat(f"{where}: {kind} {name} {of}")
    found = f"CASE WHEN {exists} THEN '{THERE}' ELSE '{NOT_THERE}' END"
    return Check(told, found, THERE if there else NOT_THERE, states=states, shows=True)


def _dotted(schema: str | None, name: str) -> str:
    return name if schema is None else f"{schema}.{name}"


def waits(target: Target) -> int:
    """How many seconds a lock may be held before the script gives up on it; a minute where it waits for ever."""
    return -(-target.lock_timeout_ms // 1000) or 60
