"""The states that a script can leave in, the failure map of the runbook out: a table, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from sqlgen import script
from sqlgen.markdown import cell, code
from sqlgen.messages import Message, say, translated
from sqlgen.script.path import braces
from sqlgen.script.plan import in_parts, progress_table
from sqlgen.script.runbook.states import Spot, State, states
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Target

__all__ = ["columns", "lines", "notes", "run", "stopped"]


def run(target: Target, file: str) -> list[str]:
    """The shell commands that run FILE.sql; for tenants those of tenants.sh."""
    if not target.tenants or target.client == "plain":
        return [script.command(target, file)]
    match file:
        case "apply":
            return ["sh tenants.sh canary", "sh tenants.sh all"]
        case "resume" | "rollback":
            return [f"sh tenants.sh {file} only NAME"]
        case _:
            return [f"sh tenants.sh {file} all"]


def lines(drawn: Map) -> Iterator[str]:
    """The table, what its words mean, and the commands that it names."""
    look = say("Remove the cause, which stands above the result line in the log. Then find where it stopped:")
    yield f"{look}"
    yield ""
    yield f"| {' | '.join(map(str, columns()))} |"
    yield f"|{' --- |' * len(columns())}"
    yield from (_row(state, len(drawn.up)) for state in states(drawn))
    yield ""
    yield from map(str, notes(drawn))
    yield f"{say('The commands:')}"
    resume = ("resume",) if script.resumes_apart(drawn.target) else ()
    files = ("apply", *resume, *(() if drawn.nowhere else ("rollback",)))
    yield ""
    yield from (f"    {line}" for file in files for line in run(drawn.target, file))


def columns() -> tuple[Message, ...]:
    """The heads of the table, seven."""
    return (
        say("stopped in"),
        say("the version table holds"),
        say("what stands"),
        say("old code"),
        say("new code"),
        say("go on with"),
        say("go back with"),
    )


def notes(drawn: Map) -> Iterator[Message]:
    """How the table is read."""
    yield say("Nothing is changed where the guard at the top refuses: the result line then says why.")
    yield say("Old code is what runs before this range, new code what is released with it.")
    yield from _record(drawn)
    yield say('The last line with "is running" in its output says where it stopped.')


def _record(drawn: Map) -> Iterator[Message]:
    """Where the database says itself how far a step came."""
    target = drawn.target
    if target.dialect == "sqlite" or not any(step.gap is None and in_parts(step, target) for step in drawn.up):
        return
    if target.dialect == "postgresql":
        what = say("at the end of the comment on {table}", table=target.version_table)
    else:
        what = say("in the one row of the table {table}", table=progress_table(target))
    yield say("A step that is cut into parts leaves a record of how far it came, {where}. Leave it there.", where=what)


def _row(state: State, total: int) -> str:
    table = code(braces(state.at)) + ("" if state.until == state.at else f" … {code(braces(state.until))}")
    told = (state.stands, state.old, state.new, state.onward, state.back)
    return f"| {_stopped(state, total)} | {table} | {' | '.join(map(_said, told))} |"


_COPIED = ("command", "file", "revision", "after", "at", "where")
"""Values that people copy: as code, they are read as they are in plain text too."""


def _said(message: Message) -> str:
    values = dict(message.values)
    return "".join(
        cell(literal) + ("" if name is None else _value(name, values[name]))
        for literal, name, _spec, _conversion in Formatter().parse(translated(message.template))
    )


def _value(name: str, value: str | Message) -> str:
    if isinstance(value, Message):
        return _said(value)
    return code(value) if name in _COPIED else cell(value)


def _stopped(state: State, total: int) -> str:
    return _said(stopped(state, total))


def stopped(state: State, total: int) -> Message:
    """Where the script stopped."""
    first, last = state.first, state.last
    if first is None or last is None:
        return say("after the last step")
    if first == last:
        return _spot(first, total)
    if first.step == last.step:
        return say(
            "step {number} of {total} ({revision}), parts {first} to {last} of {count}",
            number=first.step,
            total=total,
            revision=first.revision,
            first=first.part,
            last=last.part,
            count=first.of,
        )
    return say("{first} to {last}", first=_spot(first, total), last=_spot(last, total))


def _spot(spot: Spot, total: int) -> Message:
    if spot.part and spot.of > 1:
        return say(
            "step {number} of {total} ({revision}), part {part} of {count}",
            number=spot.step,
            total=total,
            revision=spot.revision,
            part=spot.part,
            count=spot.of,
        )
    return say("step {number} of {total} ({revision})", number=spot.step, total=total, revision=spot.revision)
