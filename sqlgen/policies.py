"""Settings and options in, what becomes of a revision that Alembic alone can't say out.

A revision that looks at rows does what they say, and offline there are none. What becomes of it is decided for all
revisions, or for one: `error` makes it a gap, `empty` renders it as if there were no rows, `shadow` takes what it did
on an empty database. A SQL file that stands for one direction of a revision goes before all of these.
"""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlgen.errors import SettingsError, UsageError, say
from sqlgen.history import Graph
from sqlgen.history.git import with_lf
from sqlgen.segments import SqlFile
from sqlgen.settings import READS, Settings
from sqlgen.workspace import Workspace

Direction = Literal["upgrade", "downgrade"]


@dataclass(frozen=True, slots=True)
class Override:
    """A hand-written file, and its text."""

    file: SqlFile
    text: str


@dataclass(frozen=True, slots=True)
class Policies:
    """What holds for each revision."""

    default: str = "error"
    reads: Mapping[str, str] = field(default_factory=dict)
    """Revision → what holds for it instead."""
    overrides: Mapping[tuple[str, Direction], Override] = field(default_factory=dict)
    online_branches: bool = False
    """A revision that asks is told that this is not offline mode."""

    def of(self, revision: str) -> str:
        """One of settings.READS."""
        return self.reads.get(revision, self.default)


def read(workspace: Workspace) -> Policies:
    """The policies of a workspace. Raises SettingsError for a revision that is not there and a file that can't be
    read, UsageError for an option that is not as it must be."""
    settings, request, graph = workspace.settings, workspace.request, workspace.graph
    if request.reads is not None and request.reads not in READS:
        raise UsageError(
            say("--reads can't be {word}", word=request.reads),
            hint=say("Use --reads {known}.", known=", ".join(READS)),
        )
    default = request.reads or ("shadow" if request.shadow is not None else settings.reads)
    overrides: dict[tuple[str, Direction], Override] = {}
    for revision, setting in settings.revision.items():
        _check(revision, graph, settings)
        if setting.upgrade is not None:
            overrides[revision, "upgrade"] = _override(setting.upgrade, settings, workspace.project.root)
        if setting.downgrade is not None:
            overrides[revision, "downgrade"] = _override(setting.downgrade, settings, workspace.project.root)
    reads = {revision: setting.reads for revision, setting in settings.revision.items() if setting.reads is not None}
    return Policies(default, reads, overrides, request.online_branches)


def _check(revision: str, graph: Graph, settings: Settings) -> None:
    if revision in graph.by_id:
        return
    longer = [known for known in graph.by_id if known.startswith(revision)]
    close = (longer if len(longer) == 1 else []) or difflib.get_close_matches(revision, graph.by_id, 1)
    raise SettingsError(
        say("there is no revision {revision}, which tool.sqlgen.revision names", revision=revision),
        hint=say("Did you mean [tool.sqlgen.revision.{close}]?", close=close[0])
        if close
        else say("Write the revision's full id; `sqlgen history` lists them."),
        file=settings.source,
    )


def _override(name: str, settings: Settings, root: Path) -> Override:
    """Raises SettingsError unless it is a file in UTF-8."""
    assert settings.source is not None, "settings that name files come from one"
    path = settings.source.parent / name
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SettingsError(
            say("{name} is not UTF-8", name=name),
            hint=say("Save the file as UTF-8 (byte {offset} is not).", offset=error.start),
            file=settings.source,
        ) from None
    except OSError as error:
        raise SettingsError(
            say("{name} can't be read: {reason}", name=name, reason=error.strerror or error),
            hint=say("Write the path relative to the settings file, with /."),
            file=settings.source,
        ) from None
    shown = Path(os.path.relpath(path.resolve(), root.resolve())).as_posix()
    return Override(SqlFile(shown, hashlib.sha256(with_lf(data)).hexdigest()), text)
