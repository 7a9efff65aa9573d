"""Revisions in, `alembic upgrade` to them out: online, through the project's env.py, on a scratch database alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlgen.emit import problems
from sqlgen.emit.config_files import config_files
from sqlgen.emit.interpreter import Interpreter
from sqlgen.emit.process import PrintedTooMuch, Record, TimedOut, Worker
from sqlgen.errors import Message, say
from sqlgen.messages import place
from sqlgen.rehearsal.desk import Made
from sqlgen.rehearsal.report import StepTime
from sqlgen.replaying import options
from sqlgen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of it."""

    steps: tuple[StepTime, ...]
    """The first one with the time in which env.py and the revisions were loaded."""
    failure: Message | None = None
    printed: str = ""


Upgrade = Callable[[Made, Sequence[str]], Ran]


def upgrade(
    workspace: Workspace, interpreter: Interpreter, others: Sequence[str], database: Made, to: Sequence[str]
) -> Ran:
    """Upgrade the database to each of these revisions in turn."""
    told = options(workspace)
    worker = Worker(interpreter, workspace.project.root, told["environ"])
    ini, pyproject = config_files(workspace.project.config)
    worker.send(
        {
            "kind": "online",
            "url": database.url,
            "others": list(others),
            "to": list(to),
            "ini": ini,
            "pyproject": pyproject,
            "section": told["section"],
            "root": str(workspace.project.root),
            "x": told["x"],
            "stub": told["stub"],
            "allow_connect": told["allow_connect"],
            "target": told["target"],
        }
    )
    steps: list[StepTime] = []
    limit = max(120.0, told["timeout"])
    try:
        failure = _followed(worker, steps, None if limit == math.inf else limit)
    finally:
        printed = worker.stop()
    return Ran(tuple(steps), failure, printed)


def _followed(worker: Worker, steps: list[StepTime], limit: float | None) -> Message | None:
    while True:
        try:
            record = worker.receive(limit)
        except TimedOut:
            return say("a revision took longer than {seconds} s (--timeout)", seconds=f"{limit:g}")
        except PrintedTooMuch:
            return problems.printed_too_much()
        match record:
            case None:
                return problems.crashed(worker.ending())
            case {"kind": "step", "revision": revision, "seconds": seconds}:
                steps.append(StepTime(revision, seconds))
            case {"kind": "failed", "failure": failure}:
                return _why(failure)
            case {"kind": "missing"}:
                return say("its interpreter has no Alembic or SQLAlchemy")
            case {"kind": "end"}:
                return None


def _why(failure: Record) -> Message:
    where = place(failure["file"], failure["line"])
    match failure["kind"]:
        case "beyond" | "elsewhere" | "no-async-driver" | "renamed" | "no-function":
            why = problems.reason(failure)
        case "own-connection":
            why = say("it connects to a server by itself, past SQLAlchemy's engines; --allow-connect lets it")
        case "never-configured" | "never-run":
            why = say("env.py did not run the migrations")
        case _:
            why = say("{text}", text=problems.exception(failure))
    return say("{where}{why}", where=where, why=why)
