"""A project in, the revisions at hand out, as far as they can be read, and why they make no graph."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlgen.errors import HistoryError
from sqlgen.history.build import build
from sqlgen.history.declarations import Forms
from sqlgen.history.files import read_file, source_files
from sqlgen.history.graph import Graph
from sqlgen.history.revision import Revision
from sqlgen.project import Project


@dataclass(frozen=True, slots=True)
class Here:
    """The history in the working tree."""

    revisions: tuple[Revision, ...]
    """Those that can be read, in the order in which Alembic loads them."""
    entries: Mapping[str, Revision]
    """The same by the path in the folder of revisions; for a symbolic link that is not `Revision.absolute`."""
    graph: Graph | None
    unsound: HistoryError | None
    """Why there is none."""

    @property
    def labels(self) -> Mapping[str, str]:
        return {label: each.id for each in self.revisions for label in each.labels}

    def source(self, revision: Revision) -> bytes:
        return Path(revision.absolute).read_bytes()


def read_here(project: Project, graph: Graph | None = None) -> Here:
    """Read the history at hand. With `graph` only the names of the files are looked at again."""
    entries: dict[str, Revision] = {}
    unsound: HistoryError | None = None
    known = {} if graph is None else {each.absolute: each for each in graph.revisions}
    forms: Forms = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a migration is not this command's business
        try:
            for path, file, entry in source_files(project):
                try:
                    entries[entry] = known.get(path) or read_file(path, file, forms)
                except HistoryError as error:
                    unsound = unsound or error
        except HistoryError as error:  # a folder
            unsound = unsound or error
    revisions = tuple(entries.values())
    if graph is None and unsound is None:
        try:
            graph = build(revisions)
        except HistoryError as error:
            unsound = error
    return Here(revisions, entries, graph if unsound is None else None, unsound)


def name_below(path: str, top: Path) -> str | None:
    """A path below a folder, with `/`; None for one outside."""
    start = f"{top}{os.sep}"
    return path.removeprefix(start).replace(os.sep, "/") if path.startswith(start) else None
