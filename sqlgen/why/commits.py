"""Places in files in, who wrote those lines out: one call of git for each file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlgen.history import git

Place = tuple[str, int]
"""A file, relative to the project, and a line."""


def authors(root: Path, places: Iterable[Place]) -> Mapping[Place, git.Authored]:
    """What git knows of these lines; nothing of those that are not committed."""
    lines: dict[str, set[int]] = {}
    for file, line in places:
        lines.setdefault(file, set()).add(line)
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = pool.map(lambda each: git.authors(root / each[0], sorted(each[1])), lines.items())
        return {(file, line): one for file, known in zip(lines, found, strict=True) for line, one in known.items()}
