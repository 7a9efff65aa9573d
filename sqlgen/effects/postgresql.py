"""Effects on postgresql."""

from __future__ import annotations

from sqlgen.effects.model import Effect, Server, Work
from sqlgen.facts.vocabulary import Fact
from sqlgen.schema import Schema


def effect(fact: Fact, schema: Schema, server: Server) -> Effect:
    """What a fact does. Never raises."""
    return Effect("unknown", Work.UNKNOWN)
