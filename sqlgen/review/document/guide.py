"""A range in; how it is run, what becomes of its data, how it goes back and who signs, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.facts.vocabulary import Name
from sqlgen.messages import Message, say
from sqlgen.review.document import model
from sqlgen.review.document.source import Source
from sqlgen.script.losses.range import told as told_of
from sqlgen.script.path import braces
from sqlgen.script.runbook import order
from sqlgen.script.runbook.backup import Backup, backup
from sqlgen.script.runbook.code import codes
from sqlgen.script.runbook.failure_map import notes, run, stopped
from sqlgen.script.runbook.folding import where
from sqlgen.script.runbook.states import State, states
from sqlgen.script.runbook.ways import Map
from sqlgen.script.target import Target


def guide(source: Source) -> model.Guide:
    """What people type, in which order, and what they do when it stops."""
    range, target = source.range, source.range.target
    if source.down_only:
        return model.Guide(tuple(_rollback_alone(source)), (), (), ())
    drawn = Map(
        range.up,
        range.down,
        target,
        range.undo,
        codes(range.up, target, range.before),
        range.losses.nowhere,
    )
    return model.Guide(
        steps=tuple(_todo(each) for each in order.to_apply(target, range.losses, signed=range.signed)),
        back=tuple(_back(source)),
        failures=tuple(_failure(state, len(range.up)) for state in states(drawn)),
        failure_notes=tuple(map(str, notes(drawn))),
    )


def _todo(todo: order.Todo) -> model.Todo:
    text = str(todo.text)
    if todo.tables:
        text = str(say("{what}: {tables}", what=todo.text, tables=", ".join(map(str, todo.tables))))
    return model.Todo(text, todo.commands, tuple(map(str, todo.notes)))


def _rollback_alone(source: Source) -> Iterator[model.Todo]:
    target, found = source.range.target, source.range.losses
    ready = say("See whether the database is ready. It reads only; its last line says PREFLIGHT OK.")
    yield model.Todo(str(ready), tuple(run(target, "preflight")))
    if found.tables_up:
        yield _dump_first(backup(found.tables_up, (), target, "before-rollback"), found.tables_up)
    yield _go_back(target)
    after = say("See whether the database is as it must be. It reads only.")
    yield model.Todo(str(after), tuple(run(target, "postcheck")))


def _back(source: Source) -> Iterator[model.Todo]:
    target, found = source.range.target, source.range.losses
    if not found.nowhere:
        if found.tables_back:
            yield _dump_first(order.dump_before_going_back(target, found), found.tables_back)
        yield _go_back(target)
    yield from map(_todo, order.bring_back(target, found))


def _dump_first(copy: Backup, tables: Sequence[Name]) -> model.Todo:
    text = say("First dump what rollback.sql destroys data of: {tables}", tables=", ".join(map(str, tables)))
    return model.Todo(str(text), copy.keep, tuple(map(str, copy.notes)))


def _go_back(target: Target) -> model.Todo:
    again = say("It asks the database where it stands. If it stops, remove the cause and run it again.")
    return model.Todo(str(say("Go back")), tuple(run(target, "rollback")), (str(again),))


def _failure(state: State, total: int) -> model.Failure:
    table = braces(state.at) if state.at == state.until else f"{braces(state.at)} … {braces(state.until)}"
    return model.Failure(
        str(stopped(state, total)),
        table,
        str(state.stands),
        str(state.old),
        str(state.new),
        str(state.onward),
        str(state.back),
    )


# ---- data


def losses(source: Source) -> tuple[model.Lost, ...]:
    """Data that is destroyed by what is applied."""
    numbers: dict[tuple[str, int | None], int] = {}
    for step in source.range.up:
        for item in range(len(step.items)):
            numbers[step.revision, item] = len(numbers) + 1
    return tuple(
        model.Lost(loss.revision, loss.where, str(loss.what), numbers.get((loss.revision, loss.item)))
        for loss in source.range.losses.up
    )


def way_back(source: Source) -> model.WayBack:
    """How far rollback.sql goes, and what is lost on the way."""
    found = source.range.losses
    lost = tuple(
        model.RevisionLoss(way.step.revision, where(way.step), tuple(map(str, told_of(way))))
        for way in found.back
        if not way.whole
    )
    possible, title = _how_far(source, bool(lost))
    return model.WayBack(possible, str(title), lost)


def _how_far(source: Source, lossy: bool) -> tuple[model.Possible, Message]:
    down = source.range.up if source.down_only else source.range.down
    lossy = lossy or (source.down_only and bool(source.range.losses.up))
    if source.range.losses.nowhere:
        return "none", say("There is no way back by script: no-rollback.md says why, and what to do instead.")
    holes = [step.revision for step in down if step.gap is not None]
    if holes:
        named = ", ".join(holes)
        return "part", say("rollback.sql stops before {revisions}: no downgrade could be rendered.", revisions=named)
    if driven := [step.revision for step in down if step.row_driven]:
        return "part", say(
            "rollback.sql goes all the way back, without what is done there for each row: {revisions}.",
            revisions=", ".join(driven),
        )
    if lossy:
        return "whole", say("rollback.sql goes all the way back; what it loses is listed below.")
    return "whole", say("rollback.sql goes all the way back, and loses nothing, as far as statements can be read.")


# ---- who signs


def sign_off(source: Source) -> Message:
    """A sentence that says who signs."""
    if source.emergency:
        return say("This is an emergency: the breakglass policy of your trust folder decides who signs.")
    if not source.roles:
        return say("The settings ask for no signatures; the policy of your trust folder decides.")
    return say("These signatures are needed before a verifier accepts the bundle.")
