"""Where sqlgen works: a project, its history, and the settings that hold."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen import project
from sqlgen.emit.interpreter import choose
from sqlgen.emit.process import Spare, two
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


def open_workspace(request: Request, *, runs: bool = True, history: bool = True, folders: bool = True) -> Workspace:
    """Find the project, its settings and its history. Raises SettingsError, ProjectError, HistoryError, ToolMissing.

    runs: migrations will be run, so the worker starts before the history is read. Without `history` none is read, and
    the graph is empty. folders: those of the revisions have to be there; else a missing one has none.
    """
    start = (request.project or Path()).resolve()
    folder = start if start.is_dir() else start.parent
    settings = load_settings(folder)
    environment = settings.environment(request.env)
    config = settings.source.parent / settings.alembic if settings.source and settings.alembic else None
    found = project.find(start, config=config if start.is_dir() else None, name=request.name, folders=folders)
    python = request.python
    if python is None and settings.python is not None and settings.source is not None:
        python = settings.source.parent / settings.python
    dialect = known_dialect(request.dialect or settings.dialect)
    spare = _spare(python, found, settings) if runs else None
    from sqlgen.history import build  # while the worker starts
    from sqlgen.history import read as read_history

    return Workspace(
        request,
        found,
        settings,
        read_history(found) if history else build(()),
        environment,
        dialect,
        request.server_version or (environment.server_version if environment else None) or settings.server_version,
        python,
        spare,
    )


def with_worker(workspace: Workspace) -> Workspace:
    """The same, where migrations will be run after all: the worker starts now. Raises ToolMissing."""
    return replace(workspace, spare=_spare(workspace.python, workspace.project, workspace.settings))


def two_workers(workspace: Workspace) -> tuple[Spare, Spare]:
    """Two workers for it. Raises ToolMissing."""
    found, environ = workspace.project, workspace.settings.environ
    return two(choose(workspace.python, found.root, {**os.environ, **environ}), found.root, environ)


def _spare(python: Path | None, found: project.Project, settings: Settings) -> Spare:
    return Spare(choose(python, found.root, {**os.environ, **settings.environ}), found.root, settings.environ)
