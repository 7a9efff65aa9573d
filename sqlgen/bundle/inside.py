"""Files in, put into a bundle that is there, or taken out of it: all of them or none, and never half of one.

They are written beside the bundle first and moved in by one rename, so whatever interrupts it, the bundle is as it was
or as it should be. Two exceptions, which verifiers refuse: of two files in a folder that holds others, a kill between
two renames may leave one; and where nothing can be renamed into the bundle from beside it, a kill may leave a hidden
folder inside of it.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlgen.errors import OutputError, say


def put(bundle: Path, files: Mapping[str, bytes]) -> None:
    """Write files below one folder of a bundle, such as sig/dba, in place of older ones. Raises OutputError."""
    _change(bundle, lambda aside: _put(bundle, files, aside))


def take(bundle: Path, names: Collection[str]) -> None:
    """Take files of one folder out of a bundle, and the folders that are empty then. Raises OutputError."""
    _change(bundle, lambda aside: _take(bundle, names, aside))


def _change(bundle: Path, change: Callable[[Path], None]) -> None:
    try:
        where = bundle.resolve()
        try:
            with _aside(where.parent if os.access(where.parent, os.W_OK) else where, where.name) as aside:
                change(aside)
        except OSError as error:
            if error.errno != errno.EXDEV:  # the bundle is a mount of its own
                raise
            with _aside(where, where.name) as aside:
                change(aside)
    except OSError as error:
        raise OutputError(
            say("{path} can't be written: {why}", path=bundle, why=error.strerror or error),
            hint=say("Nothing was changed. Make sure that you may write into the bundle and that it has space."),
        ) from error


@contextmanager
def _aside(folder: Path, name: str) -> Iterator[Path]:
    aside = Path(tempfile.mkdtemp(dir=folder, prefix=f".{name}."))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put(bundle: Path, files: Mapping[str, bytes], aside: Path) -> None:
    for name, data in files.items():
        path = aside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in aside.rglob("*"):
        # as the umask has it, and whatever it is, others must be able to verify the bundle
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
    try:
        _all(_moves(bundle, sorted(files), aside), aside)
    except OSError:  # somebody else may have made the folder since we looked
        _all(_moves(bundle, sorted(files), aside), aside)


def _moves(bundle: Path, names: list[str], aside: Path) -> list[tuple[Path, Path]]:
    """From and to: the highest folder that the bundle does not have, with all that is in it; else file by file."""
    parents = [parent.as_posix() for parent in reversed(Path(names[0]).parents)][1:]
    for folder in parents:
        if not (bundle / folder).exists():
            return [(aside / folder, bundle / folder)]
    return [(aside / name, bundle / name) for name in names]


def _take(bundle: Path, names: Collection[str], aside: Path) -> None:
    """The highest folder that holds nothing else goes as a whole."""
    paths = {bundle / name for name in names if (bundle / name).is_file()}
    for folder in [*reversed(Path(min(names)).parents)][1:]:
        if {path for path in (bundle / folder).rglob("*") if not path.is_dir()} == paths:
            (bundle / folder).rename(aside / "taken")
            return
    _all([(path, aside / path.name) for path in sorted(paths)], aside)


def _all(moves: list[tuple[Path, Path]], aside: Path) -> None:
    """Rename all of them; when one fails, those before it go back, and what they replaced comes back."""
    kept = aside / "kept"
    kept.mkdir(exist_ok=True)
    done: list[tuple[Path, Path, Path | None]] = []
    try:
        for number, (source, target) in enumerate(moves):
            old = None
            if target.is_file():
                old = kept / str(number)
                shutil.copy2(target, old)
            os.replace(source, target)
            done.append((source, target, old))
    except BaseException:
        for source, target, old in reversed(done):
            with suppress(OSError):
                os.replace(target, source) if old is None else os.replace(old, target)
        raise
