"""The revisions of a history in, what the worker is told of them out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from sqlgen.emit.process import Record
from sqlgen.emit.trace import Direction


class RevisionFile(Protocol):
    """What the worker needs to know of a revision file so that it imports no other. history.Revision is one."""

    @property
    def id(self) -> str: ...
    @property
    def down(self) -> tuple[str, ...]: ...
    @property
    def depends_on(self) -> tuple[str, ...]: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def path(self) -> Path:
        """Absolute, symbolic links resolved."""
        ...


def needed(files: Sequence[RevisionFile], moves: Sequence[tuple[str, Direction]] | None) -> list[Record]:
    """What the worker has to know of the history: the files of the moves and those next to them, of which no more."""
    if moves is None:
        return [_file(each) for each in files]
    known = {each.id: each for each in files}
    range_ = dict.fromkeys(revision for revision, _ in moves)
    border = dict.fromkeys(parent for id in range_ for parent in (*known[id].down, *known[id].depends_on))
    return [_file(known[id]) for id in range_] + [_alone(known[id]) for id in border if id not in range_]


def _alone(file: RevisionFile) -> Record:
    return {**_file(file), "down": (), "depends_on": ()}


def _file(file: RevisionFile) -> Record:
    return {
        "id": file.id,
        "path": str(file.path),
        "down": file.down,
        "depends_on": file.depends_on,
        "labels": file.labels,
    }
