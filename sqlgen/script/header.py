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
    client = f"any tool, in plain SQL for {target.dialect}" if target.client == "plain" else target.client
    yield text(say("-- sqlgen: a script for {client}", client=client))
    for line in title:
        indent = line[: len(line) - len(line.lstrip(" "))]
        yield f"-- {indent}{flat(line)}".rstrip()
    yield "--"
    count = text(say("{count} revision(s)", count=len(steps)))
    path = f"{heads(steps[0].before)} -> {heads(steps[-1].after)}"
    yield f"-- What:        {steps[0].direction}, {target.version_table} {path}, {count}"
    yield f"-- Environment: {flat(target.environment) if target.environment else '-'}"
    yield f"-- Database:    {text(bound(target))}"
    if target.schemas:
        one_of = say(
            "one of {schemas} (the guard looks for {table} there)",
            schemas=", ".join(target.schemas),
            table=target.version_table,
        )
        yield f"-- Schema:      {text(one_of)}"
    elif target.schema is not None:
        yield f"-- Schema:      {flat(target.schema)}"
    if target.identity is not None:
        yield f"-- Server:      {text(say('{name} (the guard refuses any other)', name=target.identity))}"
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


def unproven(target: Target) -> Message | None:
    """That scripts for this engine were never run on it; None where tests run them on a real server."""
    if target.dialect not in ("mysql", "mssql", "oracle"):
        return None
    return say(
        "NOT RUN ON A REAL SERVER: made by the manuals of {dialect}; try it on a copy first", dialect=target.dialect
    )


def bound(target: Target) -> Message:
    """The databases of which the guard asserts one, or that it asserts none."""
    if not target.databases:
        return say("NOT BOUND TO A DATABASE: the guard does not know which one this script is for; see to it yourself")
    if len(target.databases) == 1:
        return say("{database} (the guard refuses any other)", database=target.databases[0])
    return say("one of {databases} (the guard refuses any other)", databases=", ".join(target.databases))


def left_out(steps: Sequence[Step]) -> str:
    """What a result line says of revisions that are not wholly rendered, or whose downgrade does nothing; empty where
    there are none."""
    driven = ", ".join(dict.fromkeys(step.revision for step in steps if step.gap is None and step.incomplete))
    empty = ", ".join(step.revision for step in steps if _undoes_nothing(step))
    told = []
    if driven:
        told.append(say("INCOMPLETE: what these revisions do for each row is not in the script: {list}", list=driven))
    if empty:
        told.append(say("NOT UNDONE, their downgrade() does nothing: {list}", list=empty))
    return "".join(f" {text(one)}" for one in told)


def _undoes_nothing(step: Step) -> bool:
    """Whether going back over a revision changes the version table alone. A merge has nothing to undo."""
    alone = len(step.before) == 1 and len(step.after) <= 1
    return step.direction == "downgrade" and step.gap is None and not step.items and alone


def unbound(target: Target) -> str:
    """What the result line adds where no database is asserted."""
    return "" if target.databases else " (NOT BOUND TO A DATABASE)"


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
