"""The words that only the page needs; sqlgen/review/document/wording.py has those that all faces share."""

from __future__ import annotations

from typing import Literal

from sqlgen.messages import Message, say
from sqlgen.review.document.model import Blocking, Light, Possible, Severity


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
            return say("nobody waits")
        case "schema":
            return say("schema changes")
        case "writes":
            return say("writes")
        case "all":
            return say("reads and writes")


def table_state(which: Literal["changed", "new", "dropped", "rows", "unknown"]) -> tuple[Light | None, str, Message]:
    """What becomes of a table: its colour, its sign, its word."""
    match which:
        case "changed":
            return "yellow", "~", say("changed")
        case "new":
            return "green", "+", say("new")
        case "dropped":
            return "red", "−", say("dropped")
        case "rows":
            return None, "≡", say("rows only")
        case "unknown":
            return "yellow", "?", say("not known")


def when(which: str) -> tuple[Light | None, Message]:
    """Deploy.when and Cut.when: their colour, their words."""
    match which:
        case "before":
            return "green", say("BEFORE the new code")
        case "after":
            return "yellow", say("AFTER the new code")
        case "either":
            return "green", say("BEFORE or AFTER the new code")
        case "stop":
            return "red", say("STOP the old code first")
        case "split":
            return "yellow", say("CUT it into parts")
        case _:
            return "yellow", say("NOT KNOWN")


def way_back(possible: Possible) -> tuple[Light, Message]:
    match possible:
        case "whole":
            return "green", say("whole")
        case "part":
            return "yellow", say("in part")
        case "none":
            return "red", say("NO WAY BACK")
