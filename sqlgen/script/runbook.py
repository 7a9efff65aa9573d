"""A range, its target and what it loses in, runbook.md out: what to run in which order, and what to do when it stops.

Markdown that is also read as plain text, on a terminal at night; the same bytes for the same input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlgen import script
from sqlgen.facts.vocabulary import Name
from sqlgen.markdown import cell, code
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.script.header import unproven
from sqlgen.script.losses import Loss, Losses, told
from sqlgen.script.path import braces, first_gap, heads
from sqlgen.script.plan import in_parts, mode, progress_table
from sqlgen.script.runbook_backup import Backup, backup
from sqlgen.script.runbook_code import codes
from sqlgen.script.runbook_folding import where
from sqlgen.script.runbook_states import Map, Spot, State, states
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Step

__all__ = ["Range", "render"]


@dataclass(frozen=True, slots=True)
class Range:
    """What is applied, and how it goes back."""

    up: Sequence[Step]
    down: Sequence[Step]
    target: Target
    losses: Losses
    undo: Mapping[str, Undo]
    before: Schema
    """The schema where it begins; not changed."""
    content_id: str


def render(range: Range) -> str:
    """The guide, with a final newline."""
    up = range.up
    lines = [
        f"# {say('Runbook: {before} to {after}', before=heads(up[0].before), after=heads(up[-1].after))}",
        "",
        *_facts(range),
        *_order(range),
        *_map(range),
        *_rollback(range),
        *_data(range),
    ]
    return "\n".join(lines) + "\n"


def _facts(range: Range) -> Iterator[str]:
    target = range.target
    unbound = say("NOT BOUND TO A DATABASE: see to it yourself that it is the right one")
    databases = ", ".join(map(code, target.databases)) or str(unbound)
    commits = {
        "range": say("all steps commit together, or none"),
        "revision": say("each revision by itself"),
        "none": say("each statement by itself"),
    }[mode(target)]
    if target.dialect in ("mysql", "mariadb", "oracle") and mode(target) == "revision":
        commits = say("each DDL statement by itself, as the engine does; INSERT, UPDATE and DELETE together")
    yield f"- {say('database')}: {databases}"
    if target.schemas:
        yield f"- {say('schemas')}: {', '.join(map(code, target.schemas))}"
    if target.environment:
        yield f"- {say('environment')}: {code(target.environment)}"
    server = f"{target.dialect} {target.server_version or ''}".rstrip()
    yield f"- {say('engine and client')}: {code(server)}, {code(target.client)}"
    yield f"- {say('what commits together')}: {commits}"
    yield f"- {say('content id')}: {code(range.content_id)}"
    if (warning := unproven(target)) is not None:
        yield f"- **{cell(str(warning))}**"


# ---- the order


def _order(range: Range) -> Iterator[str]:
    target, found = range.target, range.losses
    yield from _heading(say("In this order"))
    if target.tenants:
        yield f"{say('All of this for one after the other; the first is the canary. Stop at the first that fails:')}"
        yield ""
        yield from (f"    {name}" for name in target.tenants)
        yield ""
    count = iter(_count())
    yield f"{next(count)}. {say('Verify the bundle with your verify.sh, and use the private copy that it names.')}"
    yield f"{next(count)}. {say('See whether the database is ready. It reads only; its last line says PREFLIGHT OK.')}"
    yield from _commands(_run(target, "preflight"))
    if found.tables_up:
        yield f"{next(count)}. **{say('Dump what is destroyed')}**: {_names(found.tables_up)}"
        yield from _commands(_kept(range).keep)
        moment = say("At the last moment, best with the writers stopped: what is written after it is not in it.")
        yield from (f"   {cell(str(note))}" for note in (moment, *_kept(range).notes))
        yield ""
    apply = say('Apply. The LAST line with "sqlgen result:" tells, not that the client ended.')
    yield f"{next(count)}. {apply}"
    yield from _commands(_run(target, "apply"))
    then = say('APPLIED: go on. NOT APPLIED: see "If it stops" below, then come back here.')
    yield f"   {then}"
    yield ""
    yield f"{next(count)}. {say('See whether the database is as it must be. It reads only.')}"
    yield from _commands(_run(target, "postcheck"))
    yield f"{next(count)}. {say('Keep the logs with the change: they say what ran when.')}"
    if found.up:
        yield from _heading(say("What apply.sql destroys, or may destroy"))
        yield from _losses(found.up)


def _run(target: Target, file: str) -> list[str]:
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


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _kept(range: Range) -> Backup:
    found = range.losses
    return backup(found.tables_up, _emptied(found.up), range.target, "before-apply")


def _emptied(found: Iterable[Loss]) -> list[Name]:
    """Tables that are dropped or emptied as a whole, so that rows can be put back into what is made again."""
    return list(dict.fromkeys(loss.table for loss in found if loss.kind == "table" and loss.table is not None))


def _names(tables: Sequence[Name]) -> str:
    return ", ".join(code(str(table)) for table in tables)


def _commands(lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield from (f"       {line}" for line in lines)
    yield ""


def _losses(found: Sequence[Loss]) -> Iterator[str]:
    yield f"| {say('revision')} | {say('where')} | {say('what is gone')} |"
    yield "| --- | --- | --- |"
    for loss in found:
        yield f"| {code(loss.revision)} | {code(loss.where)} | {cell(str(loss.what))} |"


def _heading(text: Message) -> Iterator[str]:
    yield ""
    yield f"## {text}"
    yield ""


# ---- the failure map


def _map(range: Range) -> Iterator[str]:
    target, nowhere = range.target, range.losses.nowhere
    drawn = Map(range.up, range.down, target, range.undo, codes(range.up, target, range.before), nowhere)
    yield from _heading(say("If it stops"))
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
    yield from (_row(state, len(range.up)) for state in states(drawn))
    yield ""
    yield f"{say('Nothing is changed where the guard at the top refuses: the result line then says why.')}"
    yield f"{say('Old code is what runs before this range, new code what is released with it.')}"
    yield from _record(range)
    commands = say('The last line with "is running" in the log says where it stopped. The commands:')
    yield f"{commands}"
    files = ["apply", *(["resume"] if script.resumes_apart(target) else []), *([] if nowhere else ["rollback"])]
    yield ""
    yield from (f"    {line}" for file in files for line in _run(target, file))


def _record(range: Range) -> Iterator[str]:
    """Where the database says itself how far a step came."""
    target = range.target
    if target.dialect == "sqlite" or not any(step.gap is None and in_parts(step, target) for step in range.up):
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
    return f"| {_stopped(state, total)} | {table} | {' | '.join(cell(str(one)) for one in told)} |"


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


# ---- the way back


def _rollback(range: Range) -> Iterator[str]:
    found, target = range.losses, range.target
    yield from _heading(say("Going back"))
    if found.nowhere:
        yield f"**{say('There is no way back by script: no-rollback.md says why, and what to do instead.')}**"
        return
    yield f"{_goal(range)}"
    yield f"{say('It asks the database where it stands. If it stops, remove the cause and run it again.')}"
    yield ""
    if found.tables_back:
        yield f"{say('First dump what it destroys data of:')} {_names(found.tables_back)}"
        tables = [loss for way in found.back for loss in way.destroys]
        yield ""
        kept = backup(found.tables_back, _emptied(tables), target, "before-rollback")
        yield from (f"    {line}" for line in kept.keep)
        yield ""
        yield f"{say('Then:')}"
        yield ""
    yield from (f"    {line}" for line in _run(target, "rollback"))
    lost = [way for way in found.back if not way.whole]
    if not lost:
        yield ""
        yield f"{say('Nothing is lost on the way back, as far as the statements can be read.')}"
        return
    yield ""
    yield f"| {say('revision')} | {say('where')} | {say('what going back loses')} |"
    yield "| --- | --- | --- |"
    for way in lost:
        said = "<br>".join(cell(str(text)) for text in told(way))
        yield f"| {code(way.step.revision)} | {code(where(way.step))} | {said} |"


def _goal(range: Range) -> Message:
    start, gap = heads(range.up[0].before), first_gap(range.down)
    if gap is None:
        return say("From every state above that names it, rollback.sql goes back to {start}.", start=start)
    return say(
        "rollback.sql stops before {revision}: undo that by hand to {after} (the version table must show it). "
        "From there on it goes back to {start}.",
        revision=range.down[gap].revision,
        after=heads(range.down[gap].after),
        start=start,
    )


def _data(range: Range) -> Iterator[str]:
    if not range.losses.tables_up:
        return
    kept = _kept(range)
    yield from _heading(say("Bringing data back"))
    yield f"{say('What was dumped, beside the live tables, to compare and to copy rows and values from:')}"
    yield ""
    yield from (f"    {line}" for line in kept.beside)
    if kept.over:
        yield ""
        rows = say("All rows of a table that was dropped, once there is an empty one in its place again:")
        yield f"{rows}"
        yield ""
        yield from (f"    {line}" for line in kept.over)
