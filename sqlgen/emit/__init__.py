"""Moves in, a Trace out: Alembic run offline in a worker process. The parent imports neither alembic nor sqlalchemy."""

from sqlgen.emit.revision_files import RevisionFile
from sqlgen.emit.run import Run

__all__ = ["RevisionFile", "Run"]
