"""review.md: what people read before they sign. Markdown, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlgen.lint.finding import Severity
from sqlgen.markdown import cell, code
from sqlgen.messages import Message, heads, place, say, visible
from sqlgen.review.counts import shown, summary
from sqlgen.review.summary import Judged
from sqlgen.review.tables import origins, row_driven, table
from sqlgen.script import remarks
from sqlgen.script.losses.range import Losses, told
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the document shows. `up` are the steps of apply.sql, `down` those of rollback.sql."""

    up: Sequence[Step]
    down: Sequence[Step]
    judged: Judged
    target: Target
    content_id: str
    commands: Sequence[str]
    """How to run apply.sql and rollback.sql with the database's own client."""
    roles: Sequence[tuple[str, int]]
    """Which signatures the environment asks for."""
    overrides: Sequence[str]
    """Refusals that were overridden when the bundle was built, in words."""
    emergency: bool = False
    """Another policy of the trust folder decides who signs."""
    asked: Sequence[tuple[Message, str]] = ()
    """Why there is this bundle: ticket, emergency, hotfix; a name and what it says."""
    losses: Losses = field(default_factory=lambda: Losses((), ()))
    """What apply.sql destroys, and what the way back loses."""


def render(review: Review) -> str:
    """Markdown with a final newline."""
    return "\n".join(_lines(review)) + "\n"


def _lines(review: Review) -> Iterator[str]:
    before, after = (heads(review.up[0].before), heads(review.up[-1].after)) if review.up else ("base", "base")
    yield f"# {say('Review of {before} to {after}', before=before, after=after)}"
    yield ""
    yield f"**{_verdict(review)}**"
    yield ""
    yield from _facts(review, before, after)
    for text in review.overrides:
        yield f"- **{say('override')}**: {cell(text)}"
    yield from _gaps(review)
    yield from _incomplete(review)
    yield from _destroyed(review.losses)
    yield ""
    yield f"## {say('Findings')}"
    yield ""
    yield f"**{summary(review.judged)}**"
    yield from table(shown(review.judged))
    yield ""
    yield f"## {say('Statements')}"
    yield from _steps(review.up, review.target)
    yield ""
    yield f"## {say('Rollback')}"
    yield ""
    yield f"{_rollback(review)}"
    yield from _lost(review.losses)
    yield from table(review.judged.rollback)
    yield from _steps(review.down, review.target)
    yield ""
    yield f"## {say('How to run it')}"
    yield ""
    yield f"{say('Verify first, with verify.sh from your trust folder, and apply the private copy it names.')}"
    yield ""
    yield from (f"    {command}" for command in review.commands)
    yield ""
    yield f"{say('runbook.md has all commands in their order, and what to do from every state in which it may stop.')}"
    yield ""
    yield f"## {say('Sign-off')}"
    yield ""
    yield from _signatures(review)


def _verdict(review: Review) -> Message:
    if any(hole.direction == "upgrade" for hole in review.judged.holes):
        return say("INCOMPLETE: a revision of this range can't be rendered; the script stops before it.")
    if any(step.row_driven for step in review.up):
        return say("INCOMPLETE: a revision of this range depends on rows; what it does for each is not in the script.")
    errors, warnings = review.judged.count(Severity.ERROR), review.judged.count(Severity.WARNING)
    if errors:
        return say("DANGER: findings of severity error that stand open: {errors}.", errors=errors)
    if warnings:
        return say("CAUTION: warnings that stand open: {warnings}.", warnings=warnings)
    return say("No open findings.")


def _facts(review: Review, before: str, after: str) -> Iterator[str]:
    target = review.target
    server = f"{target.dialect} {target.server_version}" if target.server_version else target.dialect
    rows = (
        (say("from"), code(before)),
        (say("to"), code(after)),
        (say("environment"), code(target.environment) if target.environment else str(say("none"))),
        (say("database"), code(target.database) if target.database else str(say("NOT BOUND TO A DATABASE"))),
        (say("engine"), code(server)),
        (say("client"), code(target.client)),
        (say("statements"), str(sum(len(step.items) for step in review.up))),
        (say("content id"), code(review.content_id)),
        *((name, cell(what)) for name, what in review.asked),
    )
    yield "| | |"
    yield "| --- | --- |"
    for name, value in rows:
        yield f"| {name} | {value} |"
    yield ""


def _gaps(review: Review) -> Iterator[str]:
    gaps = [step for step in review.up if step.gap is not None]
    if not gaps:
        return
    yield ""
    yield f"## {say('Revisions that can not be rendered')}"
    yield ""
    stops = say(
        "The script stops before each of these and says NOT APPLIED; "
        "it goes on once the version table shows the revision."
    )
    yield f"{stops}"
    yield ""
    for step in gaps:
        assert step.gap is not None
        where = code(place(step.gap.file, step.gap.line).rstrip(": "))
        yield f"- {code(step.revision)} {where}: {cell(step.gap.reason)}"


def _incomplete(review: Review) -> Iterator[str]:
    """What is missing of revisions that are rendered, and where statements come from, when not from the revisions."""
    both = [*review.up, *review.down]
    missing = [step for step in both if step.row_driven]
    if missing:
        yield ""
        yield f"## {say('Revisions of which something is missing')}"
        yield ""
        yield f"{say('The script runs them without what they do for each row that they look at, and goes on.')}"
        yield from row_driven(missing)
    if told := [*origins([step for step in both if step.gap is None])]:
        yield ""
        yield f"## {say('What the statements do not show')}"
        yield from told


def _destroyed(losses: Losses) -> Iterator[str]:
    if not losses.up:
        return
    yield ""
    yield f"## {say('Data that is destroyed')}"
    yield ""
    yield f"{say('Dump these tables first; runbook.md has the commands, and those that bring the data back.')}"
    yield ""
    yield from (f"- {code(loss.revision)} {code(loss.where)}: {cell(str(loss.what))}" for loss in losses.up)


def _lost(losses: Losses) -> Iterator[str]:
    """What the way back loses, a line for each revision."""
    lost = [way for way in losses.back if not way.whole]
    if lost:
        yield ""
    for way in lost:
        yield f"- {code(way.step.revision)}: {'; '.join(cell(str(text)) for text in told(way))}"


def _steps(steps: Sequence[Step], target: Target) -> Iterator[str]:
    for step in steps:
        yield ""
        title = f" {cell(step.message)}" if step.message else ""
        yield f"### {code(step.revision)}{title}"
        yield ""
        if step.gap is not None:
            yield f"{say('Not rendered: {reason}', reason=cell(step.gap.reason))}"
            continue
        if step.row_driven:
            yield f"**{say('INCOMPLETE')}**: {cell(str(remarks.row_driven(step)))}"
            yield ""
        if (origin := remarks.origin(step)) is not None:
            yield cell(str(origin))
            yield ""
        if not step.items:
            yield f"{say('No statements: only the version table changes.')}"
        for item in step.items:
            where = f"{code(f'{item.place.file}:{item.place.line}')} " if item.place else ""
            yield f"- {where}{_way(item, target)}"
            yield ""
            yield from _fenced(item.sql)
            if item.layout_note is not None:
                yield f"  {say('Left as it was written: {why}', why=cell(item.layout_note))}"
            yield ""


def _way(item: Item, target: Target) -> Message:
    """How it commits when the script runs it."""
    if target.client == "sqlite3":
        return say("in the one transaction of the script")
    return say("in the transaction") if item.transaction is not None else say("commits by itself")


def _fenced(sql: str) -> Iterator[str]:
    """A code block inside a list item; its fence is longer than any in the text; nothing invisible is kept as it is."""
    lines = [visible(line) for line in sql.split("\n")]
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    yield f"  {fence}sql"
    yield from (f"  {line}" for line in lines)
    yield f"  {fence}"


def _rollback(review: Review) -> Message:
    if review.losses.nowhere:
        return say("There is no way back by script: no-rollback.md says why, and what to do instead.")
    holes = [hole.revision for hole in review.judged.holes if hole.direction == "downgrade"]
    if holes:
        return say("rollback.sql stops before {revisions}: no downgrade could be rendered.", revisions=", ".join(holes))
    if missing := [step.revision for step in review.down if step.row_driven]:
        return say(
            "rollback.sql goes all the way back, without what is done there for each row: {revisions}.",
            revisions=", ".join(missing),
        )
    if losses := len(review.judged.rollback):
        return say("rollback.sql goes all the way back; {losses} findings say what it loses or blocks.", losses=losses)
    return say("rollback.sql goes all the way back.")


def _signatures(review: Review) -> Iterator[str]:
    if review.emergency:
        yield f"{say('This is an emergency: the breakglass policy of your trust folder decides who signs.')}"
        return
    if not review.roles:
        yield f"{say('The settings ask for no signatures; the policy of your trust folder decides.')}"
        return
    yield f"| {say('role')} | {say('signatures needed')} |"
    yield "| --- | --- |"
    yield from (f"| {code(role)} | {count} |" for role, count in review.roles)
