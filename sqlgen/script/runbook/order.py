"""A range and what it loses in, what people do one after another out: to apply it, to go back, to bring data back.

The runbook writes it down, and the review shows it before anybody signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlgen.facts.vocabulary import Name
from sqlgen.messages import Message, say
from sqlgen.script.losses.range import Loss, Losses
from sqlgen.script.runbook.backup import Backup, backup
from sqlgen.script.runbook.failure_map import run
from sqlgen.script.target import Target

__all__ = ["Todo", "bring_back", "dump_before_going_back", "kept", "to_apply"]


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do."""

    text: Message
    commands: tuple[str, ...] = ()
    """Lines of shell; those that begin with `#` are remarks."""
    notes: tuple[Message, ...] = ()
    tables: tuple[Name, ...] = ()
    """Which it is about: then nobody may overlook it."""


def to_apply(target: Target, found: Losses, *, signed: bool) -> Iterator[Todo]:
    """From the folder that came to the logs that are kept."""
    if signed:
        yield Todo(say("Verify the bundle with your verify.sh, and use the private copy that it names."))
    else:
        yield Todo(say("These files are not signed: see that they are the ones that were reviewed."))
    ready = say("See whether the database is ready. It reads only; its last line says PREFLIGHT OK.")
    yield Todo(ready, tuple(run(target, "preflight")))
    if found.tables_up:
        copy = kept(target, found)
        moment = say("At the last moment, best with the writers stopped: what is written after it is not in it.")
        yield Todo(say("Dump what is destroyed"), copy.keep, (moment, *copy.notes), found.tables_up)
    yield Todo(
        say('Apply. The LAST line with "sqlgen result:" tells, not that the client ended.'),
        tuple(run(target, "apply")),
        (say('APPLIED: go on. NOT APPLIED: see "If it stops" below, then come back here.'),),
    )
    yield Todo(
        say("See whether the database is as it must be. It reads only."),
        tuple(run(target, "postcheck")),
    )
    yield Todo(say("Keep the logs with the change: they say what ran when."))


def dump_before_going_back(target: Target, found: Losses) -> Backup:
    """What rollback.sql destroys data of."""
    return backup(found.tables_back, (), target, "before-rollback")


def bring_back(target: Target, found: Losses) -> Iterator[Todo]:
    """Data that apply.sql has destroyed; nothing where it destroys none."""
    if not found.tables_up:
        return
    copy = kept(target, found)
    beside = say("What was dumped, beside the live tables, to compare and to copy rows and values from:")
    yield Todo(beside, copy.beside)
    if copy.over:
        yield Todo(
            say("All rows of a table that was dropped, once there is an empty one in its place again:"), copy.over
        )


def kept(target: Target, found: Losses) -> Backup:
    """What is dumped before apply.sql runs."""
    return backup(found.tables_up, _emptied(found.up), target, "before-apply")


def _emptied(found: Iterable[Loss]) -> Sequence[Name]:
    """Tables that are dropped or emptied as a whole, so that rows can be put back into what is made again: of those
    with partitions, each partition."""
    return list(dict.fromkeys(one for loss in found if loss.kind == "table" for one in loss.kept[1:] or loss.kept))
