"""The states that a script can leave in, the failure map of the runbook out: a table, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from string import Formatter

from sqlgen import script
from sqlgen.markdown import cell, code
from sqlgen.messages import Message, say
from sqlgen.script.path import braces
from sqlgen.script.plan import in_parts, progress_table
from sqlgen.script.runbook.states import Spot, State, states
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Target

__all__ = ["lines", "run"]


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
    columns = (
        say("stopped in"),
        say("the version table holds"),
        say("what stands"),
        say("old code"),
        say("new code"),
        say("go on with"),
        say("go back with"),
    )
    yield f"| {' | '.join(map(str, columns))} |"
    yield f"|{' --- |' * len(columns)}"
    yield from (_row(state, len(drawn.up)) for state in states(drawn))
    yield ""
    yield f"{say('Nothing is changed where the guard at the top refuses: the result line then says why.')}"
    yield f"{say('Old code is what runs before this range, new code what is released with it.')}"
    yield from _record(drawn)
    commands = say('The last line with "is running" in its output says where it stopped. The commands:')
    yield f"{commands}"
    resume = ("resume",) if script.resumes_apart(drawn.target) else ()
    files = ("apply", *resume, *(() if drawn.nowhere else ("rollback",)))
    yield ""
    yield from (f"    {line}" for file in files for line in run(drawn.target, file))


def _record(drawn: Map) -> Iterator[str]:
    """Where the database says itself how far a step came."""
    target = drawn.target
    if target.dialect == "sqlite" or not any(step.gap is None and in_parts(step, target) for step in drawn.up):
        return
    if target.dialect == "postgresql":
        what = say("at the end of the comment on {table}", table=target.version_table)
    else:
        what = say("in the one row of the table {table}", table=progress_table(target))
    record = say(
        "A step that is cut into parts leaves a record of how far it came, {where}. Leave it there.", where=what
    )
    yield f"{record}"


def _row(state: State, total: int) -> str:
    table = code(braces(state.at)) + ("" if state.until == state.at else f" … {code(braces(state.until))}")
    told = (state.stands, state.old, state.new, state.onward, state.back)
    return f"| {_stopped(state, total)} | {table} | {' | '.join(map(_said, told))} |"


_COPIED = ("command", "file", "revision", "after", "at", "where")
"""Values that people copy: as code, they are read as they are in plain text too."""


def _said(message: Message) -> str:
    values = {name: str(value) for name, value in message.values}
    return "".join(
        cell(literal) + ("" if name is None else code(values[name]) if name in _COPIED else cell(values[name]))
        for literal, name, _spec, _conversion in Formatter().parse(message.template)
    )


def _stopped(state: State, total: int) -> str:
    first, last = state.first, state.last
    if first is None or last is None:
        return str(say("after the last step"))
    if first == last:
        return _spot(first, total)
    if first.step == last.step:
        among = say("parts {first} to {last} of {count}", first=first.part, last=last.part, count=first.of)
        return f"{_spot(replace(first, part=0), total)}, {among}"
    return f"{_spot(first, total)} {say('to')} {_spot(last, total)}"


def _spot(spot: Spot, total: int) -> str:
    step = say("step {number} of {total}", number=spot.step, total=total)
    part = f", {say('part {number} of {count}', number=spot.part, count=spot.of)}" if spot.part and spot.of > 1 else ""
    return f"{step} ({code(spot.revision)}){part}"
