"""The fixed words of the model in, what people read for them out: one wording for all faces of a review."""

from __future__ import annotations

from sqlgen.messages import Message, say
from sqlgen.review.document.model import (
    Blocking,
    CautionKind,
    Estimate,
    Light,
    Severity,
    Statement,
    Working,
)


def light(which: Light) -> Message:
    match which:
        case "red":
            return say("RED: stop")
        case "yellow":
            return say("YELLOW: read before you sign")
        case "green":
            return say("GREEN")


def sign(which: Light | Severity) -> str:
    """The same without colour, for who sees none."""
    match which:
        case "red" | "error":
            return "×"
        case "yellow" | "warning":
            return "!"
        case "green":
            return "✓"
        case "info":
            return "i"


def severity(which: Severity) -> Message:
    match which:
        case "error":
            return say("error")
        case "warning":
            return say("warning")
        case "info":
            return say("info")


def blocks(which: Blocking) -> Message:
    match which:
        case "nothing":
            return say("nobody waits")
        case "schema":
            return say("blocks schema changes")
        case "writes":
            return say("blocks writes")
        case "all":
            return say("blocks reads and writes")


def work(which: Working) -> Message:
    """What it costs, and by what it grows."""
    match which:
        case "none":
            return say("none")
        case "metadata":
            return say("metadata only")
        case "rows":
            return say("changes rows")
        case "scan":
            return say("reads all rows")
        case "index":
            return say("builds an index")
        case "rewrite":
            return say("rewrites the table")
        case "unknown":
            return say("not known")


def worked(statement: Statement) -> Message:
    """The same of a statement. To read every row is one thing, to change every row another."""
    if statement.claim in ("update-all", "delete-all"):
        return say("changes all rows")
    return work(statement.work)


def caution(kind: CautionKind) -> tuple[Light, Message]:
    """How loud, and what it is."""
    match kind:
        case "gate":
            return "red", say("GATE")
        case "incomplete":
            return "red", say("INCOMPLETE")
        case "emergency":
            return "red", say("EMERGENCY")
        case "override":
            return "red", say("OVERRIDDEN")
        case "handwritten":
            return "yellow", say("BY HAND")
        case "recorded":
            return "yellow", say("RECORDED")
        case "volatile":
            return "yellow", say("VOLATILE")
        case "note":
            return "yellow", say("NOTE")
        case "assumption":
            return "yellow", say("ASSUMED")
        case "unproven":
            return "yellow", say("NOT PROVEN")


def yes_no(value: bool | None) -> Message:
    match value:
        case True:
            return say("yes")
        case False:
            return say("no")
        case None:
            return say("not known")


def estimate(found: Estimate) -> Message:
    """With a sign and a word: it is a guess."""
    low, high = duration(found.low_ms), duration(found.high_ms)
    if str(low) == str(high):
        return say("≈ {low} (estimate)", low=low)
    return say("≈ {low} to {high} (estimate)", low=low, high=high)


def duration(ms: int) -> Message:
    """Two figures at most: more would be a promise."""
    seconds = ms / 1000
    if ms < 1000:
        return say("{number} ms", number=ms)
    if seconds < 100:
        return say("{number} s", number=f"{seconds:.2g}")
    if seconds < 100 * 60:
        return say("{number} min", number=f"{seconds / 60:.2g}")
    return say("{number} h", number=f"{seconds / 3600:.2g}" if seconds < 360_000 else f"{seconds / 3600:,.0f}")


def limit(ms: int | None) -> Message:
    """A timeout of a session. 0 is for ever."""
    match ms:
        case None:
            return say("not set")
        case 0:
            return say("none: it may wait for ever")
        case _:
            return duration(ms)


def size(count: int) -> str:
    """Bytes, as DBAs write them."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count} B"


def numbers(found: tuple[int, ...]) -> str:
    """1, 3–5."""
    parts: list[list[int]] = []
    for number in found:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in parts)
