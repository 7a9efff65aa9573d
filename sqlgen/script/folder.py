"""A range in, the files out that belong together in a folder: the script, and what is run before, after and instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sqlgen import script
from sqlgen.errors import UsageError
from sqlgen.messages import say
from sqlgen.script import preflight, tenants
from sqlgen.script.path import file_of
from sqlgen.script.target import Target
from sqlgen.script.undo import Undo
from sqlgen.segments import Step

_OF_APPLY = ("apply.sql", "resume.sql", "preflight.sql", "postcheck.sql", "runbook.md", "tenants.sh")
_OF_ROLLBACK = ("rollback.sql", "tenants.sh")
_NUMBERED = re.compile(r"[0-9]{3,}-.*\.sql")


def files(steps: Sequence[Step], target: Target, *, undo: Mapping[str, Undo] | None = None) -> dict[str, str]:
    """By name. A folder is one change: a rollback adds rollback.sql to what its upgrade wrote.

    Raises what script.render raises.
    """
    found = {script_name(steps): script.render(steps, target, undo=undo)}
    if steps[0].direction == "upgrade":
        found["preflight.sql"] = preflight.render(steps, target)
        if script.resumes_apart(target):
            found["resume.sql"] = resume(steps, target)
    if (loop := tenants.render(target)) is not None:
        found["tenants.sh"] = loop
    return found


def script_name(steps: Sequence[Step]) -> str:
    """apply.sql or rollback.sql."""
    return f"{file_of(steps)}.sql"


def resume(steps: Sequence[Step], target: Target) -> str:
    """The script that goes on where another one stopped. Raises UsageError where that is the same one."""
    if not script.resumes_apart(target):
        raise UsageError(
            say(
                "a script for {client} and {dialect} that stopped goes on by itself",
                client=target.client,
                dialect=target.dialect,
            ),
            hint=say("Run the same script again; --resume is for MySQL, SQL Server and Oracle."),
        )
    return script.render(steps, target, resume=True)


def refuse_strangers(folder: Path, names: Iterable[str], *, down: bool) -> None:
    """Raises UsageError where files of another run would stand beside the new ones and be taken for theirs."""
    own = _OF_ROLLBACK if down else _OF_APPLY
    new = set(names)
    for found in sorted(path.name for path in folder.iterdir()):
        if found not in new and (found in own or _NUMBERED.fullmatch(found)):
            raise UsageError(
                say("{folder} holds {file}, which is of another run", folder=folder, file=found),
                hint=say("Name an empty folder, or remove what is there."),
            )
