"""A range, its target and what it loses in, runbook.md out: what to run in which order, and what to do when it stops.

Markdown that is also read as plain text, on a terminal at night; the same bytes for the same input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Name
from sqlgen.markdown import cell, code
from sqlgen.messages import Message, say
from sqlgen.schema import Schema
from sqlgen.script.header import unproven
from sqlgen.script.losses.range import Loss, Losses, losses, told
from sqlgen.script.path import first_gap, heads
from sqlgen.script.plan import mode
from sqlgen.script.runbook import failure_map as runbook_map
from sqlgen.script.runbook.backup import Backup
from sqlgen.script.runbook.code import codes
from sqlgen.script.runbook.failure_map import run
from sqlgen.script.runbook.folding import where
from sqlgen.script.runbook.order import Todo, bring_back, dump_before_going_back, to_apply
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo, undos
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
    signed: bool = False
    """Whether it goes into a bundle, which its reader verifies first."""

    @classmethod
    def of(
        cls,
        up: Sequence[Step],
        down: Sequence[Step],
        target: Target,
        before: Schema,
        content_id: str,
        *,
        signed: bool = False,
    ) -> Range:
        """With what it loses, and how each downgrade goes back from the middle of its upgrade."""
        lost, undo = losses(up, down, target, before), undos(up, down, target, before)
        return cls(up, down, target, lost, undo, before, content_id, signed)


def render(range: Range) -> str:
    """The guide, with a final newline."""
    up = range.up
    lines = [
        f"# {say('Runbook: {before} to {after}', before=heads(up[0].before), after=heads(up[-1].after))}",
        "",
        *_facts(range),
        *_order(range),
        *_heading(say("If it stops")),
        *runbook_map.lines(_drawn(range)),
        *_rollback(range),
        *_data(range),
    ]
    return "\n".join(lines) + "\n"


def _drawn(range: Range) -> Map:
    reasons = codes(range.up, range.target, range.before)
    return Map(range.up, range.down, range.target, range.undo, reasons, range.losses.nowhere)


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
    yield f"- {say('database')}{say(': ')}{databases}"
    if target.schemas:
        yield f"- {say('schemas')}{say(': ')}{', '.join(map(code, target.schemas))}"
    if target.environment:
        yield f"- {say('environment')}{say(': ')}{code(target.environment)}"
    server = f"{target.dialect} {target.server_version or ''}".rstrip()
    yield f"- {say('engine and client')}{say(': ')}{code(server)}, {code(target.client)}"
    yield f"- {say('what commits together')}{say(': ')}{commits}"
    yield f"- {say('content id')}{say(': ')}{code(range.content_id)}"
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
    for number, todo in enumerate(to_apply(target, found, signed=range.signed), start=1):
        yield from _todo(number, todo)
    if found.up:
        yield from _heading(say("What apply.sql destroys, or may destroy"))
        yield from _losses(found.up)


def _todo(number: int, todo: Todo) -> Iterator[str]:
    if todo.tables:
        yield f"{number}. **{todo.text}**{say(': ')}{_names(todo.tables)}"
    else:
        yield f"{number}. {todo.text}"
    if todo.commands:
        yield from _commands(todo.commands)
    yield from (f"   {cell(str(note))}" for note in todo.notes)
    if todo.notes:
        yield ""


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
        yield f"{say('First dump what it destroys data of: {tables}', tables=_names(found.tables_back))}"
        yield ""
        kept = dump_before_going_back(target, found)
        yield from (f"    {line}" for line in kept.keep)
        yield ""
        yield from _notes(range, kept)
        yield ""
        yield f"{say('Then:')}"
        yield ""
    yield from (f"    {line}" for line in run(target, "rollback"))
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


def _notes(range: Range, kept: Backup) -> Iterator[str]:
    """Below the dump before rollback.sql: what the tables are called where the upgrade stopped before its end."""
    found = range.losses
    if range.target.dialect != "sqlite" and len(range.up) + len(found.renamed) > 1:
        yield str(
            say(
                "These are the names behind the whole upgrade. "
                "Where it stopped before, leave out what is not there yet."
            )
        )
        for table, was in found.renamed:
            told = say(
                "Where it stopped before {where} ({revision}), {table} is still called {old}: dump that.",
                where=code(was.where),
                revision=code(was.revision),
                table=code(str(table)),
                old=code(str(was.old)),
            )
            between = say(
                "Where it stopped between {since} and {where} ({revision}), {table} is called {old}: dump that.",
                **{**dict(told.values), "since": code(was.since or "")},
            )
            yield f"{told if was.since is None else between}"
    yield from (cell(str(note)) for note in kept.notes)


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
    yield from _heading(say("Bringing data back"))
    for number, todo in enumerate(bring_back(range.target, range.losses)):
        yield from ([""] if number else [])
        yield f"{todo.text}"
        yield ""
        yield from (f"    {line}" for line in todo.commands)
