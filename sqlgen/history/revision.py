"""What a revision file declares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision file, as written: nothing in it was run."""

    id: str
    down: tuple[str, ...]
    """down_revision: empty for a base, several for a merge, in the order in which they are written."""
    depends_on: tuple[str, ...]
    """Revision ids or branch labels, as written."""
    labels: tuple[str, ...]
    """branch_labels."""
    message: str
    """The first line of the docstring; empty when there is none."""
    absolute: str
    """Its path, symbolic links resolved: the name under which Alembic runs the file, so the one in tracebacks."""
    file: str
    """`absolute` relative to the project's root, with `/`; it begins with `..` when the file lies outside."""
    line: int
    """Where `revision = …` stands, from 1."""
    down_line: int
    """Where `down_revision = …` stands."""
    depends_line: int
    """Where `depends_on = …` stands; `line` when it is not written."""
    unread_labels: int | None = None
    """The line of a `branch_labels = …` that can't be read without running the file; `labels` is then empty. Labels
    name revisions, they change neither order nor rows, so such a history can be used by its ids."""

    @property
    def path(self) -> Path:
        """`absolute`."""
        return Path(self.absolute)
