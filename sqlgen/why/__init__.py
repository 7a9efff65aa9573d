"""A project and the name of a table or column in; what made it what it is, by whom, and where it was applied out."""

from __future__ import annotations

from sqlgen.why.telling import Blind, Told, Why, why
from sqlgen.why.tracing import Thing, Touch

__all__ = ["Blind", "Thing", "Told", "Touch", "Why", "why"]
