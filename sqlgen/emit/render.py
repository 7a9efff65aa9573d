"""Moves in, a whole Trace out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlgen.emit.run import RevisionFile, Run
from sqlgen.emit.trace import Direction, Trace


def render(
    project_config: Path,
    *,
    section: str = "alembic",
    root: Path,
    moves: Sequence[tuple[str, Direction]],
    start: Sequence[str] = (),
    dialect: str | None = None,
    server_version: str | None = None,
    environ: Mapping[str, str] | None = None,
    x: Sequence[str] = (),
    python: Path | None = None,
    timeout: float = 120.0,
    startup_timeout: float = 120.0,
    progress: Callable[[int, int], None] | None = None,
    files: Sequence[RevisionFile] | None = None,
) -> Trace:
    """All of a Run at once; the arguments and errors are Run's."""
    with Run(
        project_config,
        section=section,
        root=root,
        moves=moves,
        start=start,
        dialect=dialect,
        server_version=server_version,
        environ=environ,
        x=x,
        python=python,
        timeout=timeout,
        startup_timeout=startup_timeout,
        progress=progress,
        files=files,
    ) as run:
        return run.trace
