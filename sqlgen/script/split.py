"""A range in, the scripts that run it one after another out: each whole, with its own guard, stamps and result line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlgen import script
from sqlgen.errors import UsageError
from sqlgen.messages import ENGLISH, say, speaking
from sqlgen.script import raw
from sqlgen.script.losses.range import Losses, title_down, title_up
from sqlgen.script.path import file_of, heads, text
from sqlgen.script.plan import parts
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target
from sqlgen.segments import Step

By = Literal["revision", "segment"]


@speaking(ENGLISH)
def split(range: Range, steps: Sequence[Step], by: By = "revision") -> dict[str, str]:
    """By file name, in the order in which they run: 001-REVISION.sql, 002-REVISION.sql, … one for each revision; by
    segment 002-REVISION-1.sql, 003-REVISION-2.sql, … where a revision commits in parts; and NNN-REVISION.resume.sql
    beside it, where a script that stopped goes on with another one. `steps`: one direction of the range.

    Run one after another they end as the one script does.

    Raises what script.render raises; UsageError where the range is one transaction, and for segments within a revision
    where the client's script can't begin at one.
    """
    target = range.target
    _check(steps, target, by)
    found: dict[str, str] = {}
    for piece in _pieces(steps, target, by):
        step, back = piece.step, piece.step.direction == "downgrade"
        # a part alone goes on behind the part before it, and not from the middle of an upgrade
        undo = {each: way for each, way in range.undo.items() if back and each == step.revision and not piece.part}
        lost = (title_down if back else title_up)(_only(step.revision, range.losses))
        resumes = script.resumes_apart(target) and not back
        more = [text(say("What it calls resume.sql is {file}.", file=f"{piece.name}.resume.sql"))] if resumes else []
        made = script.render([step], target, title=[*piece.title, *more, *lost], undo=undo, part=piece.part)
        found[f"{piece.name}.sql"] = _renamed(made, step, target, piece.name)
        if resumes:
            made = script.render([step], target, title=[*piece.title, *lost], resume=True)
            found[f"{piece.name}.resume.sql"] = _renamed(made, step, target, f"{piece.name}.resume")
    return found


def _only(revision: str, found: Losses) -> Losses:
    """What one revision of the range loses."""
    return Losses(
        tuple(loss for loss in found.up if loss.revision == revision),
        tuple(way for way in found.back if way.step.revision == revision),
    )


@speaking(ENGLISH)
def split_raw(steps: Sequence[Step], target: Target, by: By = "revision") -> dict[str, str]:
    """The same files, but for those that resume, with the bare statements."""
    _check(steps, target, by)
    found = {}
    for piece in _pieces(steps, target, by):
        step = piece.step
        if piece.part is not None:
            step = replace(step, items=parts(step, target)[piece.part - 1].items)
        found[f"{piece.name}.sql"] = raw.render([step], target, title=piece.title)
    return found


def _check(steps: Sequence[Step], target: Target, by: By) -> None:
    if target.transaction == "range":
        raise UsageError(
            say("a range that is one transaction can't be cut into files"),
            hint=say("Leave --split or --transaction out."),
        )
    for step in steps if by == "segment" and not script.in_segments(target) else ():
        if (count := len(parts(step, target))) > 1:
            raise UsageError(
                say(
                    "revision {revision} commits in {count} parts, and a script for {client} begins and ends at a "
                    "revision",
                    revision=step.revision,
                    count=count,
                    client=target.client,
                ),
                hint=say("Use --split revision: the file of such a revision goes on at the part where it stopped."),
            )


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one file holds."""

    name: str
    """Of the file, without its ending."""
    step: Step
    part: int | None
    """From 1; None: the whole step."""
    title: list[str]
    """What stands at its top."""


def _pieces(steps: Sequence[Step], target: Target, by: By) -> list[_Piece]:
    """In the order in which they run."""
    cut: list[tuple[Step, int | None]] = []
    for step in steps:
        count = len(parts(step, target)) if by == "segment" else 1
        cut += [(step, part) for part in range(1, count + 1)] if count > 1 else [(step, None)]
    path = f"{heads(steps[0].before)} -> {heads(steps[-1].after)}"
    digits = max(3, len(str(len(cut))))
    again = text(say("After an error run the file that stopped again, then the next ones."))
    found = []
    for number, (step, part) in enumerate(cut, start=1):
        where = say(
            "File {number} of {total} of {path}: run them in their order.", number=number, total=len(cut), path=path
        )
        title = [text(where), again]
        if part is not None:
            count = len(parts(step, target))
            title.append(
                text(
                    say(
                        "It runs part {part} of {count} of {revision} alone.",
                        part=part,
                        count=count,
                        revision=step.revision,
                    )
                )
            )
        name = f"{number:0{digits}}-{step.revision}" + ("" if part is None else f"-{part}")
        found.append(_Piece(name, step, part, title))
    return found


def _renamed(made: str, step: Step, target: Target, name: str) -> str:
    """The script with its own name in the command at its top."""
    usual = "resume" if name.endswith(".resume") else file_of([step])
    return made.replace(script.command(target, usual), script.command(target, name), 1)
