"""The four questions of whoever signs, with the shortest answers: when it runs, who waits, what is lost, the way back.

They stand below the verdict, and each leads to its section.
"""

from __future__ import annotations

from sqlgen.messages import Message, listed, say
from sqlgen.review.document.model import Blocking, Document
from sqlgen.review.html.glance import blocked
from sqlgen.review.html.markup import Child, Html, jump
from sqlgen.review.html.parts import badge, definitions
from sqlgen.review.html.words import way_back, when

_SHOWN = 4
"""So many tables are named."""


def answers(document: Document) -> Html | None:
    """The way back is no question of a rollback."""
    lost = badge("red", say("DATA LOST")) if document.losses else say("none")
    rows: list[tuple[Child, Child]] = [
        (jump("deploy", say("deploy order")), badge(*when(document.deploy.when))),
        (jump("timeline", say("who waits")), _waiting(document)),
        (jump("data", say("data loss")), lost),
    ]
    if not document.about.down_only:
        rows.append((jump("data", say("way back")), _way_back(document)))
    return definitions(rows, "facts")


def _way_back(document: Document) -> Html:
    """A script that goes all the way back is no promise of the data."""
    found = document.way_back
    if found.possible == "whole" and found.losses:
        return badge("yellow", say("whole, but it loses data"))
    return badge(*way_back(found.possible))


def _waiting(document: Document) -> Child:
    """What others can't do with which tables, be it for a moment: the worst of each."""
    worst: dict[str, Blocking] = {}
    for each in document.statements:
        for lock in each.locks:
            if not lock.new and lock.blocks in ("writes", "all") and worst.get(lock.table) != "all":
                worst[lock.table] = lock.blocks
    kinds: tuple[Blocking, ...] = ("all", "writes")
    told = [(kind, [table for table, held in worst.items() if held == kind]) for kind in kinds]
    said: list[Child] = [[blocked(kind), " ", _few(tables), " "] for kind, tables in told if tables]
    return said or say("nobody waits")


def _few(tables: list[str]) -> Message:
    more = len(tables) - _SHOWN
    shown = listed(tables[:_SHOWN])
    return shown if more <= 0 else say("{shown} and {count} more", shown=shown, count=more)
