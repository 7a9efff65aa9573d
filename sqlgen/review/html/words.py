"""The words of the page: those that all faces of a review share, and what only this one needs."""

from __future__ import annotations

from sqlgen.messages import Message, joined, say
from sqlgen.review.document.model import Blocking, Light, Severity
from sqlgen.review.document.wording import (
    blocks,
    caution,
    duration,
    estimate,
    light,
    limit,
    numbers,
    severity,
    sign,
    size,
    work,
    yes_no,
)

__all__ = [
    "blocks",
    "caution",
    "duration",
    "estimate",
    "light",
    "limit",
    "listed",
    "numbers",
    "severity",
    "shade",
    "sign",
    "size",
    "waiting",
    "work",
    "yes_no",
]


def shade(which: Severity) -> Light | None:
    """The colour of a finding's sign."""
    match which:
        case "error":
            return "red"
        case "warning":
            return "yellow"
        case "info":
            return None


def waiting(which: Blocking) -> Message:
    """What waits, where a head says that it does."""
    match which:
        case "nothing":
            return say("nothing")
        case "schema":
            return say("schema changes")
        case "writes":
            return say("writes")
        case "all":
            return say("reads and writes")


def listed(parts: tuple[str, ...]) -> Message:
    return joined(parts, "; ")
