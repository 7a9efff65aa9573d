"""Where sqlgen works: a project, its history, and the settings that hold."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen import project
from sqlgen.emit.interpreter import choose
from sqlgen.emit.process import Spare
from sqlgen.settings import Environment, Request, Settings, known_dialect
from sqlgen.settings import load as load_settings

if TYPE_CHECKING:
    from sqlgen.history import Graph


@dataclass(frozen=True, slots=True)
class Workspace:
    """A project, its history, and the settings that hold."""

    request: Request
    project: project.Project
    settings: Settings
    graph: Graph
    environment: Environment | None
    dialect: str | None
    """None: what the project's env.py says."""
    server_version: str | None
    python: Path | None
    spare: Spare | None = None
    """Where migrations will be run: a worker, already started."""


def open_workspace(request: Request, *, runs: bool = True) -> Workspace:
    """Find the project, its settings and its history. Raises SettingsError, ProjectError, HistoryError, ToolMissing.

    runs: migrations will be run, so the worker starts before the history is read.
    """
    start = (request.project or Path()).resolve()
    folder = start if start.is_dir() else start.parent
    settings = load_settings(folder)
    environment = settings.environment(request.env)
    config = settings.source.parent / settings.alembic if settings.source and settings.alembic else None
    found = project.find(start, config=config if start.is_dir() else None, name=request.name)
    python = request.python
    if python is None and settings.python is not None and settings.source is not None:
        python = settings.source.parent / settings.python
    dialect = known_dialect(request.dialect or settings.dialect)
    spare = None
    if runs:
        interpreter = choose(python, found.root, {**os.environ, **settings.environ})
        spare = Spare(interpreter, found.root, settings.environ)
    from sqlgen.history import read as read_history  # while the worker starts

    return Workspace(
        request,
        found,
        settings,
        read_history(found),
        environment,
        dialect,
        request.server_version or (environment.server_version if environment else None) or settings.server_version,
        python,
        spare,
    )
