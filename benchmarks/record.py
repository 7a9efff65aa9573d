"""The Alembic project of the current folder in, nothing out: its whole history is run and its schema kept.

It is what `sqlgen emit A:B` does with base:A where a revision asks for the schema; run.py takes its time.
"""

from __future__ import annotations

from sqlgen.history import resolve
from sqlgen.replaying import start_at
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

if __name__ == "__main__":
    workspace = open_workspace(Request())
    start_at(workspace, resolve(workspace.graph, "base:head").upper, "postgresql")
