"""A project and a base in, what its branch does to the history out, and workers that start where something is to run.

What judges is loaded while they start, which takes longer than all that is done here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from threading import Thread

from sqlgen.checking.base import find_base
from sqlgen.checking.envfile import maps_models
from sqlgen.checking.stretches import Stretch, stretches
from sqlgen.emit.process import Spare
from sqlgen.errors import HistoryError, SqlgenError, ToolMissing
from sqlgen.history import Graph, git, read
from sqlgen.history.since import Base, Changes, changes
from sqlgen.settings import Request
from sqlgen.workspace import Workspace, open_workspace, two_workers, with_worker

_MANY = 200
"""Revisions of which it takes longer to replay some than to start a worker for it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is to be looked at."""

    workspace: Workspace
    """With a worker where something is rendered."""
    aside: Workspace | None
    """With a worker of its own: it starts along with the other one, for the schema that rules will ask for."""
    changes: Changes
    wanted: tuple[Stretch, ...]
    """What is rendered."""
    models: bool
    """Whether models and history are compared."""
    failure: SqlgenError | None
    """Why no worker starts."""


def begin(
    request: Request, *, since: str | None, environ: Mapping[str, str], models: bool
) -> tuple[Begun, git.Repository]:
    """Raises SqlgenError where it can't be known what the branch does: no project, no settings, no base."""
    workspace = open_workspace(request, runs=False, history=False, folders=False)  # git keeps no empty folder
    repository = git.repository(workspace.project.root)
    base = find_base(repository, since, environ)
    assert repository is not None, "without one there is no base"
    early = _early(workspace, repository, base)
    workspace = replace(workspace, graph=_history(workspace))
    graph = workspace.graph if workspace.graph.revisions else None
    if early is not None:  # what will be needed is loaded while git is waited for
        Thread(target=import_module, args=("sqlgen.checking.nearby",), daemon=True).start()
    begun = _begun(workspace, changes(workspace.project, repository, base, graph), models, early)
    for spare in early or ():
        if spare not in (begun.workspace.spare, begun.aside and begun.aside.spare):
            spare.stop()
    return begun, repository


def _early(workspace: Workspace, repository: git.Repository, base: Base) -> tuple[Spare, Spare] | None:
    """Workers for a long history to which the branch has committed something, as CI sees it: they start before the
    history is read. None where that may be in vain."""
    folders = [repository.name(folder) for folder in workspace.project.version_locations]
    if repository.commit is None or base.merge_base == repository.commit.id:
        return None
    committed = git.between(repository, base.merge_base, repository.commit.id)
    if not any(there and name.startswith(f"{folder}/") for name, there in committed.items() for folder in folders):
        return None
    try:
        count = sum(len(os.listdir(folder)) for folder in workspace.project.version_locations)
        return two_workers(workspace) if count >= _MANY else None
    except (OSError, ToolMissing):
        return None  # told where the history is read, and where something is to be run


def _history(workspace: Workspace) -> Graph:
    """An empty one where it is broken, which is to be told at its place."""
    try:
        return read(workspace.project)
    except HistoryError:
        return workspace.graph


def _begun(workspace: Workspace, found: Changes, models: bool, early: tuple[Spare, Spare] | None) -> Begun:
    graph = found.graph
    if graph is None:
        return Begun(workspace, None, found, (), models=False, failure=None)
    wanted = stretches(graph, (each.id for each in found.new), (each.now.id for each in found.edited))
    touched = bool(wanted or found.deleted or found.reparented) or models_may_differ(found)
    models = models and touched and maps_models(workspace.project)
    aside = None
    try:
        if wanted and len(graph.revisions) >= _MANY:
            one, other = early or two_workers(workspace)
            workspace, aside = replace(workspace, spare=one), replace(workspace, spare=other)
        elif wanted or models:
            workspace = replace(workspace, spare=early[0]) if early else with_worker(workspace)
    except SqlgenError as error:
        return Begun(workspace, None, found, wanted, models, error)
    return Begun(workspace, aside, found, wanted, models, None)


def models_may_differ(found: Changes) -> bool:
    """Whether the models may be others than on the base branch."""
    return found.code_changed or any(name.endswith(".py") for name in found.surroundings)
