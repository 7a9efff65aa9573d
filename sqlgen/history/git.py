"""The git commit that a project stands at: its id and its time."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the repository that holds the project."""

    id: str
    """40 or 64 hex digits."""
    time: datetime
    """The committer's time, UTC."""


def commit(folder: Path) -> Commit | None:
    """The commit checked out in the repository that holds `folder`.

    None outside a repository, before the first commit, and where git is not installed.
    """
    try:
        shown = subprocess.run(
            ["git", "-C", str(folder), "log", "-1", "--no-show-signature", "--format=%H %ct"],
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
        ).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return None
    if len(shown) != 2:
        return None
    return Commit(shown[0], datetime.fromtimestamp(int(shown[1]), UTC))
