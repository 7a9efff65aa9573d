"""A target with tenants in, the shell script out that runs the one script in each of them, one after another."""

from __future__ import annotations

from sqlgen.script.target import Target


def render(target: Target) -> str | None:
    """tenants.sh; None where there are no tenants."""
    return None
