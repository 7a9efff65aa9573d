"""Rendered revisions in, the packages that they lack out."""

from __future__ import annotations

from collections.abc import Iterable

from sqlgen.emit.trace import Rendered


def missing(revisions: Iterable[Rendered]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each package with the revisions that need it, in order."""
    found: dict[str, dict[str, None]] = {}
    for rendered in revisions:
        for package in rendered.failure.packages if rendered.failure is not None else ():
            found.setdefault(package, {})[rendered.revision] = None
    return tuple((package, tuple(needed)) for package, needed in sorted(found.items()))
