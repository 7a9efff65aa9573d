"""What a command line asked for in, the words with which somebody else asks for the same out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlgen.settings.model import Request


def again(request: Request, top: Path, *, fail_on: str | None = None, models: bool = True) -> tuple[str, ...]:
    """The options besides --project and --env, for the top of the repository.

    Left out is what may be secret, -x, --shadow and every URL, and what is about this machine: interpreter, time.
    """
    return tuple(_words(request, top, fail_on, models))


def _words(request: Request, top: Path, fail_on: str | None, models: bool) -> Iterator[str]:
    given = {
        "--name": request.name if request.name != "alembic" else None,
        "--dialect": request.dialect,
        "--server-version": request.server_version,
        "--client": request.client,
        "--reads": request.reads,
        "--target": request.target,
        "--baseline": _below(request.baseline, top),
        "--fail-on": fail_on,
    }
    for option, value in given.items():
        if value is not None:
            yield from (option, value)
    for package in request.stub:
        yield from ("--stub", package)
    switches = {
        "--online-branches": request.online_branches,
        "--allow-connect": request.allow_connect,
        "--no-drift": not models,
    }
    yield from (option for option, on in switches.items() if on)


def _below(file: Path | None, top: Path) -> str | None:
    """As seen from the top; None for a file that only this machine has."""
    if file is None or not file.resolve().is_relative_to(top):
        return None
    return file.resolve().relative_to(top).as_posix()
