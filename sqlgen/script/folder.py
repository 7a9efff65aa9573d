"""A range in, the files out that belong together: the script, and what is run before it, after it and instead of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from sqlgen import script
from sqlgen.errors import UsageError
from sqlgen.messages import ENGLISH, say, speaking
from sqlgen.schema import Schema
from sqlgen.script import tenants
from sqlgen.script.checks import postcheck, preflight
from sqlgen.script.losses.range import title_down, title_up
from sqlgen.script.runbook import no_rollback as runbook_no_rollback
from sqlgen.script.runbook import page as runbook
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target

__all__ = ["apply", "end", "files", "files_of_rollback", "refuse_strangers", "resume", "rollback"]

_OURS = re.compile(
    r"(apply|resume|rollback|preflight|postcheck)\.sql|runbook\.md|no-rollback\.md|tenants\.sh|[0-9]{3,}-.*\.sql"
)


def files(range: Range) -> dict[str, str]:
    """All that is run and read for an upgrade, by name, in the order of its use.

    Raises what script.render raises.
    """
    up, target = range.up, range.target
    found = {
        "runbook.md": runbook.render(range),
        "preflight.sql": preflight.render(up, target, range.before),
        "apply.sql": apply(range),
    }
    if script.resumes_apart(target):
        found["resume.sql"] = resume(range)
    found["postcheck.sql"] = postcheck.render(up, target, range.before)
    if range.losses.nowhere:
        found["no-rollback.md"] = runbook_no_rollback.render(range.down, target, range.losses)
    else:
        found["rollback.sql"] = rollback(range)
    return {**found, **_tenants(target)}


def files_of_rollback(range: Range) -> dict[str, str]:
    """The same for a rollback alone. Raises what script.render raises."""
    down, target, start = range.down, range.target, end(range)
    return {
        "preflight.sql": preflight.render(down, target, start),
        "rollback.sql": rollback(range),
        "postcheck.sql": postcheck.render(down, target, start),
        **_tenants(target),
    }


def _tenants(target: Target) -> dict[str, str]:
    loop = tenants.render(target)
    return {} if loop is None else {"tenants.sh": loop}


@speaking(ENGLISH)
def apply(range: Range) -> str:
    """apply.sql."""
    return script.render(range.up, range.target, title=title_up(range.losses))


@speaking(ENGLISH)
def rollback(range: Range) -> str:
    """rollback.sql, from each state that apply.sql can leave."""
    return script.render(range.down, range.target, title=title_down(range.losses), undo=range.undo)


def end(range: Range) -> Schema:
    """The schema where the range ends, and its rollback begins."""
    before = range.before
    found = Schema(before.dialect, lambda: before)
    for step in range.up:
        if step.gap is not None:
            found.taint()
        for item in step.items if step.gap is None else ():
            found.apply_all(item.facts)
    return found


@speaking(ENGLISH)
def resume(range: Range) -> str:
    """The script that goes on where another one stopped. Raises UsageError where that is the same one."""
    target = range.target
    if not script.resumes_apart(target):
        raise UsageError(
            say(
                "a script for {client} and {dialect} that stopped goes on by itself",
                client=target.client,
                dialect=target.dialect,
            ),
            hint=say("Run the same script again; --resume is for MySQL and SQL Server."),
        )
    return script.render(range.up, target, title=title_up(range.losses), resume=True)


def refuse_strangers(folder: Path, names: Iterable[str]) -> None:
    """Raises UsageError where files of another run would stand beside the new ones and be taken for theirs."""
    new = set(names)
    for found in sorted(path.name for path in folder.iterdir()):
        if found not in new and _OURS.fullmatch(found):
            raise UsageError(
                say("{folder} holds {file}, which is of another run", folder=folder, file=found),
                hint=say("Name an empty folder, or remove what is there."),
            )
