"""What a ledger says in; tables for people, or JSON (`sqlgen.ledger-status/1`, `sqlgen.ledger-check/1`) out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen.cli.table import table
from sqlgen.errors import say

if TYPE_CHECKING:
    from sqlgen.bundle.ledger.checking import Checked
    from sqlgen.bundle.ledger.entry import Receipt, Restored
    from sqlgen.bundle.ledger.status import BundleState, Due, Status
    from sqlgen.settings import Settings

Paint = Callable[[str, str], str]
_SHORT = 12
"""Digits of a bundle id that are shown."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A service in an environment."""

    environment: str
    service: str | None
    database: str | None
    heads: tuple[str, ...] | None
    """None: nothing was ever applied there, as far as the ledger knows."""
    entry: Receipt | Restored | None
    """By which it stands there."""
    uncertain: bool = False
    """Whether a failure since then may have left it between two places."""
    stopped: tuple[str, ...] | None = None
    """Where that failure stopped; None: there is none, or it does not say."""
    asked: bool = False
    """Whether the project that was given is this service."""
    pending: tuple[str, ...] | None = None
    """What the project has beyond that; None: no project was given, or it does not know the place."""


# ---- check


def checked_text(found: Sequence[Checked], paint: Paint) -> str:
    if not found:
        return f"{say('there is no ledger yet: sqlgen receipt writes it')}\n"
    head = (say("environment"), say("entries"), say("first"), say("last"), say("head"))
    rows = [
        (
            each.environment,
            len(each.entries),
            each.entries[0].at if each.entries else "-",
            each.entries[-1].at if each.entries else "-",
            say("NOT TO BE BELIEVED") if each.problem is not None else each.head or "-",
        )
        for each in found
    ]
    return "".join(f"{line}\n" for line in table(head, rows, paint))


def checked_json(found: Sequence[Checked]) -> str:
    ledgers = [
        {
            "environment": each.environment,
            "entries": len(each.entries),
            "first": each.entries[0].at if each.entries else None,
            "last": each.entries[-1].at if each.entries else None,
            "head": None if each.problem is not None else each.head,
            "problem": None if each.problem is None else str(each.problem),
        }
        for each in found
    ]
    return json.dumps({"schema": "sqlgen.ledger-check/1", "ledgers": ledgers}, indent=2) + "\n"


# ---- status


def rows(found: Status, project: Path | None) -> tuple[Row, ...]:
    """A row for each place; with a project also for the environments of its settings in which it never was applied."""
    known = tuple(
        Row(
            each.environment,
            each.place.service,
            each.place.database,
            each.place.heads,
            each.place.decided,
            each.place.in_the_middle,
            each.place.stopped,
        )
        for each in found.standpoints
    )
    return known if project is None else tuple(_with_pending(known, project))


def _with_pending(known: Sequence[Row], project: Path) -> Iterator[Row]:
    from dataclasses import replace

    from sqlgen.pending import missing
    from sqlgen.settings import Request
    from sqlgen.workspace import open_workspace

    workspace = open_workspace(Request(project), runs=False)
    graph, settings = workspace.graph, workspace.settings
    seen: set[str] = set()
    for row in known:
        ours = row.service == settings.service and (
            row.service is not None or any(each in graph.by_id for each in _named(row.entry)) or _at_base(row, settings)
        )
        seen.update({row.environment} if ours else ())
        at = row.stopped if row.stopped is not None else row.heads or ()
        yield replace(row, asked=True, pending=missing(graph, at)) if ours else row
    for name in _never(settings, seen):
        database = settings.env[name].database
        yield Row(name, settings.service, database, None, None, asked=True, pending=missing(graph, ()))


def _named(entry: Receipt | Restored | None) -> tuple[str, ...]:
    """The revisions that it names."""
    from sqlgen.bundle.ledger import Receipt, Restored

    match entry:
        case Receipt():
            return tuple(each.id for each in entry.revisions)
        case Restored():
            return entry.rows
    return ()


def _at_base(row: Row, settings: Settings) -> bool:
    """Whether this is the project's database by its name alone: set back to base, it names no revision."""
    env = settings.env.get(row.environment)
    named = env is not None and env.database is not None and env.database == row.database
    return named and row.entry is not None and row.entry.kind == "restored" and not row.heads


def _bundle(row: Row) -> str | None:
    """The bundle that brought it there; None: none did, or it was set back."""
    from sqlgen.bundle.ledger import Receipt

    return row.entry.bundle if isinstance(row.entry, Receipt) else None


def _brought(row: Row) -> object:
    bundle = _bundle(row)
    if bundle is not None:
        return bundle[:_SHORT]
    return "-" if row.entry is None else say("restored")


def _never(settings: Settings, seen: set[str]) -> list[str]:
    return sorted(set(settings.env) - seen)


def status_text(found: Status, shown: Sequence[Row], paint: Paint) -> str:
    parts = [_places(shown, paint), _pending(shown), _bundles(found.bundles, paint), _open(found.due, paint)]
    return "\n".join("".join(f"{line}\n" for line in part) for part in map(list, parts) if part)


def _places(shown: Sequence[Row], paint: Paint) -> Iterator[str]:
    if not shown:
        yield str(say("there is no receipt yet: sqlgen receipt writes the ledger"))
        return
    asked = any(row.asked for row in shown)
    head = [say("service"), say("environment"), say("at"), say("since"), say("signed by"), say("bundle")]
    lines = []
    for row in shown:
        entry = row.entry
        line = [
            row.service or row.database or "-",
            row.environment,
            _at(row),
            "-" if entry is None else entry.at,
            "-" if entry is None else entry.name,
            _brought(row),
        ]
        lines.append([*line, _count(row)] if asked else line)
    yield from table([*head, say("pending")] if asked else head, lines, paint)


def _at(row: Row) -> object:
    if row.stopped is not None:
        return say("stopped at {at} (failed)", at=", ".join(row.stopped) or "base")
    at = say("nothing applied") if row.heads is None else ", ".join(row.heads) or "base"
    return say("{at}, then a failure", at=at) if row.uncertain else at


def _count(row: Row) -> object:
    if not row.asked:
        return ""
    return say("not known here") if row.pending is None else len(row.pending)


def _pending(shown: Sequence[Row]) -> Iterator[str]:
    for row in shown:
        if row.pending:
            few = ", ".join(row.pending[:_SHOWN])
            more = say(", … {count} more", count=len(row.pending) - _SHOWN) if len(row.pending) > _SHOWN else ""
            yield str(say("pending in {environment}: {few}{more}", environment=row.environment, few=few, more=more))


def _bundles(bundles: Sequence[BundleState], paint: Paint) -> Iterator[str]:
    if bundles:
        head = (say("bundle"), say("id"), say("environment"), say("state"), say("since"), say("signed by"))
        lines = [
            (
                each.name,
                each.bundle[:_SHORT],
                each.environment or "-",
                _state(each),
                "-" if each.by is None else each.by.at,
                "-" if each.by is None else each.by.name,
            )
            for each in bundles
        ]
        yield from table(head, lines, paint)


def _state(each: BundleState) -> object:
    if each.other is None:
        return each.state
    return say("{state} as {bundle}", state=each.state, bundle=each.other[:_SHORT])


def _open(due: Sequence[Due], paint: Paint) -> Iterator[str]:
    from sqlgen.bundle.ledger.places import way_out

    for each in due:
        receipt = each.receipt
        told = {
            "label": paint("error", str(say("open"))),
            "environment": each.environment,
            "number": receipt.number,
            "name": receipt.name,
            "at": receipt.at,
        }
        if each.place is None:
            what = say(
                "in {environment}, entry {number}: an emergency without a review: {why} ({name}, {at})",
                why=receipt.breakglass,
                **told,
            )
            way = say("sqlgen ledger review TRUST {environment} {id} --key KEY --because \"…\"", id=receipt.bundle[:12],
                      **told)  # fmt: skip
        else:
            what = say(
                "in {environment}, entry {number}: {script} failed ({name}, {at}): {result}",
                script=receipt.script,
                result=receipt.result or say("no result line"),
                **told,
            )
            way = way_out(each.place)
        yield f"{told['label']} {what}"
        yield f"    {say('help: {way}', way=way)}"


def status_json(found: Status, shown: Sequence[Row]) -> str:
    document = {
        "schema": "sqlgen.ledger-status/1",
        "places": [
            {
                "service": row.service,
                "environment": row.environment,
                "database": row.database,
                "at": None if row.heads is None else list(row.heads),
                "failed_since": row.uncertain,
                "stopped_at": None if row.stopped is None else list(row.stopped),
                "since": None if row.entry is None else row.entry.at,
                "by": None if row.entry is None else row.entry.name,
                "bundle": _bundle(row),
                "entry": None if row.entry is None else row.entry.number,
                "kind": None if row.entry is None else row.entry.kind,
                "pending": None if row.pending is None else list(row.pending),
            }
            for row in shown
        ],
        "bundles": [
            {
                "name": each.name,
                "bundle": each.bundle,
                "environment": each.environment,
                "state": each.state,
                "as_bundle": each.other,
                "entry": None if each.by is None else each.by.number,
                "since": None if each.by is None else each.by.at,
                "by": None if each.by is None else each.by.name,
            }
            for each in found.bundles
        ],
        "open": [
            {
                "kind": each.kind,
                "environment": each.environment,
                "entry": each.receipt.number,
                "bundle": each.receipt.bundle,
                "since": each.receipt.at,
                "by": each.receipt.name,
                "script": each.receipt.script,
                "result": each.receipt.result,
            }
            for each in found.due
        ],
    }
    return json.dumps(document, indent=2) + "\n"
