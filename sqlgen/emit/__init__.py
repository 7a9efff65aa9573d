"""Moves in, a Trace out: Alembic run offline in a worker process. The parent imports neither alembic nor sqlalchemy."""

from sqlgen.emit.run import RevisionFile, Run

__all__ = ["RevisionFile", "Run"]
