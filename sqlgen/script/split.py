"""A range in, the scripts that run it one after another out: each whole, with its own guard, stamps and result line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from sqlgen import script
from sqlgen.errors import UsageError
from sqlgen.messages import say
from sqlgen.script import raw
from sqlgen.script.losses import Losses, title_down, title_up
from sqlgen.script.path import file_of, heads, text
from sqlgen.script.plan import parts
from sqlgen.script.runbook import Range
from sqlgen.script.target import Target
from sqlgen.segments import Step

By = Literal["revision", "segment"]


def split(range: Range, steps: Sequence[Step], by: By = "revision") -> dict[str, str]:
    """By file name, in the order in which they run: 001-REVISION.sql, 002-REVISION.sql, … one for each revision; and
    NNN-REVISION.resume.sql beside it, where a script that stopped goes on with another one. `steps`: one direction of
    the range.

    Run one after another they end as the one script does. A script begins and ends where the version table says it,
    at a revision, so that a segment has a file of its own only where its revision has no other.

    Raises what script.render raises; UsageError where the range is one transaction, and for segments within a revision.
    """
    target = range.target
    _check(steps, target, by)
    found: dict[str, str] = {}
    for name, step, title in _numbered(steps):
        back = step.direction == "downgrade"
        undo = {each: way for each, way in range.undo.items() if back and each == step.revision}
        lost = title_down if back else title_up
        title += lost(_only(step.revision, range.losses))
        resumes = script.resumes_apart(target) and not back
        more = [text(say("What it calls resume.sql is {file}.", file=f"{name}.resume.sql"))] if resumes else []
        made = script.render([step], target, title=[*title, *more], undo=undo)
        found[f"{name}.sql"] = _renamed(made, step, target, name)
        if resumes:
            made = script.render([step], target, title=title, resume=True)
            found[f"{name}.resume.sql"] = _renamed(made, step, target, f"{name}.resume")
    return found


def _only(revision: str, found: Losses) -> Losses:
    """What one revision of the range loses."""
    return Losses(
        tuple(loss for loss in found.up if loss.revision == revision),
        tuple(way for way in found.back if way.step.revision == revision),
    )


def split_raw(steps: Sequence[Step], target: Target, by: By = "revision") -> dict[str, str]:
    """The same files, but for those that resume, with the bare statements."""
    _check(steps, target, by)
    return {f"{name}.sql": raw.render([step], target, title=title) for name, step, title in _numbered(steps)}


def _check(steps: Sequence[Step], target: Target, by: By) -> None:
    if target.transaction == "range":
        raise UsageError(
            say("a range that is one transaction can't be cut into files"),
            hint=say("Leave --split or --transaction out."),
        )
    for step in steps if by == "segment" else ():
        if (count := len(parts(step, target))) > 1:
            raise UsageError(
                say(
                    "revision {revision} commits in {count} parts, and a script begins and ends at a revision",
                    revision=step.revision,
                    count=count,
                ),
                hint=say("Use --split revision: the file of such a revision goes on at the part where it stopped."),
            )


def _numbered(steps: Sequence[Step]) -> Iterator[tuple[str, Step, list[str]]]:
    """With each step the name of its file, without its ending, and what stands at its top."""
    path = f"{heads(steps[0].before)} -> {heads(steps[-1].after)}"
    digits = max(3, len(str(len(steps))))
    for number, step in enumerate(steps, start=1):
        where = say(
            "File {number} of {total} of {path}: run them in their order.", number=number, total=len(steps), path=path
        )
        again = say("After an error run the file that stopped again, then the next ones.")
        yield f"{number:0{digits}}-{step.revision}", step, [text(where), text(again)]


def _renamed(made: str, step: Step, target: Target, name: str) -> str:
    """The script with its own name in the command at its top."""
    usual = "resume" if name.endswith(".resume") else file_of([step])
    return made.replace(script.command(target, usual), script.command(target, name), 1)
