"""What a rehearsal found, as text for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlgen.errors import Message, say
from sqlgen.messages import cells, visible
from sqlgen.rehearsal.report import Lock, Outcome, Phase, Report

_LONGEST = 5
"""How many steps are named."""


def as_text(report: Report) -> str:
    return "\n".join(_text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    yield str(say("rehearsal of {range}: {verdict}", range=report.range, verdict=report.verdict))
    yield str(say("  server  {server}", server=report.server))
    yield str(say("  client  {client}", client=report.client))
    yield ""
    width = max((cells(str(_called(phase.name))) for phase in report.phases), default=0)
    for phase in report.phases:
        yield _phase(phase, width)
        for line in phase.log:
            yield f"      | {visible(line)}"
    for difference in report.differences:
        yield ""
        yield str(difference.what)
        yield from (f"  {visible(line)}" for line in difference.lines)
    yield from _longest(report)
    yield from _locks(report)
    if report.notes:
        yield ""
        yield from (str(say("note: {note}", note=note)) for note in report.notes)
    for name in report.kept:
        yield str(say("still there: {name}", name=name))


def _phase(phase: Phase, width: int) -> str:
    seconds = "" if phase.seconds is None else f"{phase.seconds:.2f} s"
    how = "" if phase.how is None else str(phase.how)
    name, outcome = str(_called(phase.name)), str(_ended(phase.outcome))
    return "  ".join(
        ["", name + " " * (width - cells(name)), outcome + " " * (7 - cells(outcome)), f"{seconds:>9}", how]
    ).rstrip()


def _called(phase: str) -> Message:
    match phase:
        case "start":
            return say("start")
        case "up":
            return say("up")
        case "down":
            return say("down")
        case "up again":
            return say("up again")
        case "check after down":
            return say("check after down")
        case "reference":
            return say("reference")
        case _:  # a file's name
            return say("{name}", name=phase)


def _ended(outcome: Outcome) -> Message:
    match outcome:
        case "ok":
            return say("ok")
        case "failed":
            return say("failed")
        case "skipped":
            return say("skipped")


def _longest(report: Report) -> Iterator[str]:
    up = next((phase for phase in report.phases if phase.name == "up"), None)
    if up is None or not up.steps:
        return
    theirs = {
        step.revision: step.seconds for phase in report.phases if phase.name == "reference" for step in phase.steps
    }
    yield ""
    yield str(say("steps that took longest (Alembic online in parentheses)"))
    for step in sorted(up.steps, key=lambda step: -step.seconds)[:_LONGEST]:
        beside = f"  ({theirs[step.revision]:.3f} s)" if step.revision in theirs else ""
        yield f"  {step.seconds:8.3f} s  {visible(step.revision)}{beside}"


def _locks(report: Report) -> Iterator[str]:
    if report.locks_seen is None:
        return
    yield ""
    yield str(say("locks ({how})", how=report.locks_seen))
    shown: dict[str, list[Lock]] = {}
    for lock in report.locks:
        if not lock.new:
            shown.setdefault(lock.table, []).append(lock)
    for table, locks in shown.items():
        modes = ", ".join(map(_lock, sorted(locks, key=lambda lock: -lock.seconds)))
        yield f"  {visible(table)}: {modes}"
    new = len({lock.table for lock in report.locks if lock.new})
    if new:
        yield str(say("  and on tables that the range itself makes: {count}", count=new))
    if report.watched and not report.locks:
        yield str(say("  none was seen"))


def _lock(lock: Lock) -> str:
    seconds = f"{lock.seconds:.3f}"
    if lock.waited:
        return str(say("{mode} waited for, at most {seconds} s", mode=lock.mode, seconds=seconds))
    return str(say("{mode} at most {seconds} s", mode=lock.mode, seconds=seconds))


def as_json(report: Report) -> str:
    """Stable names: verdict, server, client, range, phases, differences, locks, notes, kept."""
    made = {
        "verdict": str(report.verdict),
        "exit_code": int(report.exit_code),
        "dialect": report.dialect,
        "server": report.server,
        "client": report.client,
        "range": report.range,
        "phases": [
            {
                "name": phase.name,
                "outcome": phase.outcome,
                "seconds": None if phase.seconds is None else round(phase.seconds, 3),
                "how": None if phase.how is None else str(phase.how),
                "log": list(phase.log),
                "steps": [{"revision": step.revision, "seconds": round(step.seconds, 4)} for step in phase.steps],
            }
            for phase in report.phases
        ],
        "differences": [{"what": str(each.what), "diff": list(each.lines)} for each in report.differences],
        "locks": [
            {"table": lock.table, "mode": lock.mode, "seconds": lock.seconds, "waited": lock.waited, "new": lock.new}
            for lock in report.locks
        ],
        "locks_seen": None if report.locks_seen is None else str(report.locks_seen),
        "notes": [str(note) for note in report.notes],
        "kept": list(report.kept),
    }
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
