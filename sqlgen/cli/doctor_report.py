"""An Examination in; a table and what to do, or JSON (`sqlgen.doctor/1`) out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlgen.doctor import STATUSES, Examination, Row, Status
from sqlgen.emit.trace import Direction, Source
from sqlgen.errors import Message, say
from sqlgen.messages import cells, place, visible

SCHEMA = "sqlgen.doctor/1"

Paint = Callable[[str, str], str]

_HOLES: tuple[Status, ...] = ("row-driven", "needs-shadow", "cannot-run")
"""What keeps a script from being whole, as long as nobody does something about it."""

_DIRECTIONS: tuple[Direction, ...] = ("upgrade", "downgrade")


def incomplete(found: Examination) -> bool:
    """Whether something can't be rendered that should be."""
    return any(row.status in _HOLES for row in found.rows)


# ---- text


def text(found: Examination, paint: Paint, *, verbose: bool) -> str:
    """What needs a hand first, one by one; the table last, where a terminal shows it."""
    told: tuple[Status, ...] = (*_HOLES, "assumed") if verbose else _HOLES
    rows = [row for row in found.rows if row.status in told or (row.status == "assumed" and row.reason)]
    rows += [row for row in found.rows if verbose and row.status == "no-downgrade"]
    parts = ["\n".join(_lines(row, paint)) for row in rows]
    return "\n\n".join([*parts, "\n".join(_table(found, paint))]) + "\n"


def _lines(row: Row, paint: Paint) -> Iterator[str]:
    label = paint("error" if row.status in _HOLES else "dim", str(_label(row.status)))
    down = say(" (downgrade)") if row.direction == "downgrade" and row.status != "no-downgrade" else ""
    yield f"{place(row.file, row.line)}{label} {paint('bold', visible(row.revision))}{down}"
    if row.reason is not None:
        yield f"    {visible(str(row.reason))}"
    elif row.assumptions:
        yield f"    {say('answers about the schema that it relies on: {count}', count=row.assumptions)}"
    if row.hint is not None:
        yield f"    {say('help: {help}', help=row.hint)}"


def _table(found: Examination, paint: Paint) -> Iterator[str]:
    lines = [["", str(say("upgrades")), "", str(say("downgrades")), "", str(say("which means"))]]
    for status in STATUSES:
        counts = [found.count(status, direction) for direction in _DIRECTIONS]
        line = [str(_label(status))]
        for count, direction in zip(counts, _DIRECTIONS, strict=True):
            total = sum(row.direction == direction for row in found.rows)
            line += [str(count), f"{100 * count / total:.1f} %"] if count else ["-", ""]
        lines.append([*line, str(_meaning(status))])
    revisions = str(len(found.rows) // 2)
    lines.append([str(say("revisions")), revisions, "", revisions, "", found.dialect])
    widths = [max(cells(line[at]) for line in lines) for at in range(5)]
    for number, line in enumerate(lines):
        blanks = [" " * (width - cells(text)) for width, text in zip(widths, line, strict=False)]
        aligned = [line[0] + blanks[0], *(blanks[at] + line[at] for at in range(1, 5))]
        shown = "  ".join(aligned) + "  " + (line[5] if number in (0, len(lines) - 1) else paint("dim", line[5]))
        yield paint("bold", shown) if number == 0 else shown


def _label(status: Status) -> Message:
    match status:
        case "exact":
            return say("exact")
        case "assumed":
            return say("assumed")
        case "row-driven":
            return say("row-driven")
        case "needs-shadow":
            return say("needs shadow")
        case "cannot-run":
            return say("cannot run")
        case "no-downgrade":
            return say("no downgrade")


def _meaning(status: Status) -> Message:
    match status:
        case "exact":
            return say("the same SQL everywhere")
        case "assumed":
            return say("right where the schema is as the history makes it: preflight.sql checks that")
        case "row-driven":
            return say("it looks at rows; what it does for each of them is missing")
        case "needs-shadow":
            return say("it looks at rows, and fails without any")
        case "cannot-run":
            return say("it fails")
        case "no-downgrade":
            return say("there is no way back")


# ---- JSON


def json_text(found: Examination) -> str:
    """JSON text, ASCII only, with a final newline: a row for each revision and direction."""
    document = {
        "schema": SCHEMA,
        "dialect": found.dialect,
        "versions": dict(found.versions),
        "rows": [_row(row) for row in found.rows],
        "summary": {
            direction: {status: found.count(status, direction) for status in STATUSES} for direction in _DIRECTIONS
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _row(row: Row) -> dict[str, Any]:
    return {
        "revision": row.revision,
        "direction": row.direction,
        "file": row.file,
        "status": row.status,
        "line": row.line,
        "reason": None if row.reason is None else str(row.reason),
        "hint": None if row.hint is None else str(row.hint),
        "reads": [{"sql": read.sql, "what": read.what, **_place(read.source)} for read in row.reads],
        "assumptions": row.assumptions,
        "notes": [{"kind": note.kind, "text": note.text, **_place(note.source)} for note in row.notes],
        "statements": row.statements,
    }


def _place(source: Source | None) -> dict[str, Any]:
    return {"file": None, "line": None} if source is None else {"file": source.file, "line": source.line}
