"""A file as it is and as it shall be in, the difference out."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from sqlgen.messages import visible


@dataclass(frozen=True, slots=True)
class File:
    """A file to write."""

    path: Path
    """Absolute."""
    before: bytes | None
    """None: it is not there."""
    after: bytes
    grows: bool = False
    """What is there stays, byte for byte, and something stands behind it."""

    @property
    def same(self) -> bool:
        return self.before == self.after

    @property
    def in_the_way(self) -> bool:
        """Another file has this name."""
        return self.before is not None and not self.same and not self.grows


def new_file(path: Path, text: str) -> File:
    """A file that shall hold this text, and nothing else."""
    return File(path, path.read_bytes() if path.is_file() else None, text.encode())


def difference(file: File, top: Path) -> str:
    """The change to a file, as git shows it; nothing where there is none."""
    name = visible(file.path.relative_to(top).as_posix() if file.path.is_relative_to(top) else str(file.path))
    before = (file.before or b"").decode("utf-8", "replace").splitlines()
    after = file.after.decode("utf-8", "replace").splitlines()
    old = "/dev/null" if file.before is None else f"a/{name}"
    lines = difflib.unified_diff(before, after, old, f"b/{name}", lineterm="")
    return "".join(f"{visible(line)}\n" for line in lines)
