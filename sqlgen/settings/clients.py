"""A dialect in, the client for which its script is written out."""

from __future__ import annotations

from sqlgen.errors import UsageError, say
from sqlgen.settings.model import CLIENTS, PLAIN


def client(dialect: str, wanted: str | None) -> str:
    """The client that is asked for, else the dialect's own. Raises UsageError for one that can't run its scripts."""
    usual = CLIENTS[dialect]
    if wanted is None or wanted == usual or (wanted == "plain" and dialect in PLAIN):
        return wanted or usual
    raise UsageError(
        say("{client} does not run {dialect} scripts", client=wanted, dialect=dialect),
        hint=say("Use --client {usual}, or --client plain for SQL without client commands.", usual=usual)
        if dialect in PLAIN
        else say("Use --client {usual}, or leave it out.", usual=usual),
    )
