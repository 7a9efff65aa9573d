"""An Alembic project in, its revisions and ranges out. Revision files are read, never imported."""

from __future__ import annotations

from sqlgen.history.build import build
from sqlgen.history.files import revisions
from sqlgen.history.graph import Graph
from sqlgen.history.log import Entry, log
from sqlgen.history.ranges import Move, Range, between, resolve
from sqlgen.history.revision import Revision
from sqlgen.project import Project

__all__ = ["Entry", "Graph", "Move", "Range", "Revision", "between", "build", "log", "read", "resolve"]


def read(project: Project) -> Graph:
    """Read the whole history of a project. Raises HistoryError, with file and line, when it is not sound."""
    return build(revisions(project))
