"""Files of several folders in; all of them written, or none."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlgen.errors import OutputError, say


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write each file into a new one beside it, and rename them when all are there: unless the disk fails between two
    renames, all of them are written, or none. Folders are made; a file that is there keeps its mode, and a symbolic
    link to it stays one.

    Raises OutputError; nothing is left behind then.
    """
    waiting: dict[Path, str] = {}
    made: list[Path] = []
    path = Path()
    try:
        for path, data in files.items():
            target = path.resolve()
            if target.is_dir():
                raise IsADirectoryError(None, "Is a directory")
            made += _folders(target.parent)
            waiting[target] = aside(target, data, _mode(target))
        for target in list(waiting):
            path = target
            os.replace(waiting[target], target)
            del waiting[target]
    except OSError as error:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise OutputError(
            say("{path} can't be written: {reason}", path=path, reason=error.strerror or error),
            hint=say("Make it writable for you; nothing else was written either."),
        ) from None


def _folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; the ones that were made, the uppermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
    return missing[::-1]


def new_mode() -> int:
    """The rights that a new file gets."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _mode(target: Path) -> int:
    """The rights of the file that is there, or those that a new one gets. Raises OSError for one to be left alone."""
    if not target.exists():
        return new_mode()
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "it is read-only")
    return stat.S_IMODE(target.stat().st_mode)


def aside(target: Path, data: bytes, mode: int) -> str:
    """A new file beside the target, to be renamed over it: its name. Raises OSError; nothing is left behind then."""
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary
