"""A range in; how it is run, what becomes of its data, how it goes back and who signs, out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.messages import Message, say
from sqlgen.review.document import model
from sqlgen.review.document.source import Source
from sqlgen.script.losses.range import told as told_of
from sqlgen.script.path import braces
from sqlgen.script.runbook import order
from sqlgen.script.runbook.code import codes
from sqlgen.script.runbook.failure_map import notes, run, stopped
from sqlgen.script.runbook.folding import where
from sqlgen.script.runbook.states import State, states
from sqlgen.script.runbook.ways import Map


def guide(source: Source) -> model.Guide:
    """What people type, in which order, and what they do when it stops."""
    range, target = source.range, source.range.target
    if source.down_only or not range.up:
        steps = (model.Todo(str(say("Run rollback.sql")), tuple(run(target, "rollback"))),)
        return model.Guide(steps, (), (), ())
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


def _back(source: Source) -> Iterator[model.Todo]:
    target, found = source.range.target, source.range.losses
    if not found.nowhere:
        if found.tables_back:
            copy = order.dump_before_going_back(target, found)
            tables = ", ".join(map(str, found.tables_back))
            text = say("First dump what rollback.sql destroys data of: {tables}", tables=tables)
            yield model.Todo(str(text), copy.keep, tuple(map(str, copy.notes)))
        again = say("It asks the database where it stands. If it stops, remove the cause and run it again.")
        yield model.Todo(str(say("Go back")), tuple(run(target, "rollback")), (str(again),))
    yield from map(_todo, order.bring_back(target, found))


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
    first: dict[str, int] = {}
    number = 1
    for step in source.range.up:
        first[step.revision] = number
        number += len(step.items)
    return tuple(
        model.Lost(
            loss.revision,
            loss.where,
            str(loss.what),
            None if loss.item is None else first[loss.revision] + loss.item,
        )
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
    if source.range.losses.nowhere or not source.range.down:
        return "none", say("There is no way back by script: no-rollback.md says why, and what to do instead.")
    holes = [step.revision for step in source.range.down if step.gap is not None]
    if holes:
        named = ", ".join(holes)
        return "part", say("rollback.sql stops before {revisions}: no downgrade could be rendered.", revisions=named)
    if driven := [step.revision for step in source.range.down if step.row_driven]:
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
