"""The comment at the top of a script: what it does, to which database, how to run it, how to read its result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from sqlgen.messages import Message, say
from sqlgen.script import remarks
from sqlgen.script.path import first_gap, flat, gap_reason, heads, text
from sqlgen.script.target import Target
from sqlgen.segments import Step


def header(
    steps: Sequence[Step],
    target: Target,
    *,
    title: Sequence[str],
    run: str,
    needs: Iterable[Message],
    result: Message,
    after_gate: Message,
) -> Iterator[str]:
    """Comment lines. `run` is the exact command, `needs` what client and server must be, `result` how to read the end,
    `after_gate` what to do about what comes after a revision that could not be rendered."""
    yield text(say("-- sqlgen: a script for {client}", client=target.client))
    for line in title:
        yield f"-- {flat(line)}"
    yield "--"
    count = text(say("{count} revision(s)", count=len(steps)))
    path = f"{heads(steps[0].before)} -> {heads(steps[-1].after)}"
    yield f"-- What:        {steps[0].direction}, {target.version_table} {path}, {count}"
    yield f"-- Environment: {flat(target.environment) if target.environment else '-'}"
    yield f"-- Database:    {text(bound(target))}"
    yield f"-- Run it with: {run}"
    for message in needs:
        yield f"-- Needs:       {text(message)}"
    for label, line in zip_longest(("Result:      ",), str(result).splitlines(), fillvalue=" " * 13):
        yield f"-- {label}{flat(line)}"
    yield "-- Revisions:"
    for number, step in enumerate(steps, start=1):
        yield f"--   {number:>3}. {describe(step)}"
    gap = first_gap(steps)
    if gap is not None:
        yield "--"
        yield "-- " + text(say("THIS SCRIPT STOPS before revision {revision}:", revision=steps[gap].revision))
        yield f"--   {gap_reason(steps[gap])}"
        yield f"--   {text(after_gate)}"
    for heading, told in remarks.summary(steps):
        yield "--"
        yield f"-- {text(heading)}"
        for step, lines in told:
            yield f"--   {step.revision}"
            yield from (f"--     {text(line)}" for line in lines)
    yield "--"


def bound(target: Target) -> Message:
    """The database that the guard asserts, or that it asserts none."""
    if target.database is None:
        return say("NOT BOUND TO A DATABASE: the guard does not know which one this script is for; see to it yourself")
    return say("{database} (the guard refuses any other)", database=target.database)


def left_out(steps: Sequence[Step]) -> str:
    """What a result line says of revisions that are not wholly rendered; empty where all are."""
    driven = ", ".join(dict.fromkeys(step.revision for step in steps if step.gap is None and step.incomplete))
    if not driven:
        return ""
    return " " + text(say("INCOMPLETE: what these revisions do for each row is not in the script: {list}", list=driven))


def unbound(target: Target) -> str:
    """What the result line adds where no database is asserted."""
    return "" if target.database is not None else " (NOT BOUND TO A DATABASE)"


def describe(step: Step) -> str:
    """Revision, message and file of a step, on one line."""
    file = "" if step.file is None else f"  ({flat(step.file)})"
    return f"{step.revision}  {flat(step.message)}{file}"


def banner(step: Step, number: int, total: int, note: Message) -> Iterator[str]:
    """Comment lines above a step."""
    yield ""
    yield "-- " + "-" * 77
    yield f"-- step {number} of {total}: {describe(step)}"
    yield f"--   {heads(step.before)} -> {heads(step.after)}, {text(note)}"
    if step.gap is None and (origin := remarks.origin(step)) is not None:
        yield f"--   {text(origin)}"
    if step.row_driven:
        yield f"--   {text(say('INCOMPLETE: {what}', what=remarks.row_driven(step)))}"
        yield from (f"--     {text(remarks.query(query))}" for query in step.queries)
    yield "-- " + "-" * 77
