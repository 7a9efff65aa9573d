"""The schema at a revision in, the same schema back the next time, as long as nothing that made it has changed.

One file for each entry, in the user's cache folder. Its name is a digest of all that is known before anything runs: the
versions, the options, the files of the revisions in their order. What is known only afterwards stands inside: the other
files that were read, the environment variables that were asked for. An entry that is damaged or stale is no entry.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlgen import __version__
from sqlgen.emit.replay import Start
from sqlgen.emit.trace import Inputs
from sqlgen.errors import UsageError
from sqlgen.schema import snapshot

FORMAT = "sqlgen.cache/1"
MOST = 64
"""Entries that are kept: those that were used last."""

_ALL = "*"


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries that belongs to this user alone."""

    folder: Path

    def load(self, key: str, heads: tuple[str, ...], environ: Mapping[str, str]) -> tuple[Start, Inputs] | None:
        """What was saved under the key, and on what it depends; None when there is nothing, or it does not hold."""
        path = self._path(key)
        try:
            digest, _, body = path.read_text(encoding="utf-8", errors="surrogatepass").partition("\n")
            if digest != _digest(body):
                return None
            entry = json.loads(body)
            if entry["variables_digest"] != _variables(entry["variables"], environ):
                return None
            if any(_file(name) != known for name, known in entry["files"].items()):
                return None
            schema, at = snapshot.load(entry["schema"])
            sql = tuple(map(str, entry["sql"]))
            inputs = Inputs(tuple(entry["files"]), tuple(entry["variables"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, UsageError):
            return None
        if at != heads:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return Start(schema, sql), inputs

    def save(
        self,
        key: str,
        heads: tuple[str, ...],
        start: Start,
        inputs: Inputs,
        environ: Mapping[str, str],
        *,
        known: Iterable[Path],
        since: float,
    ) -> None:
        """Keep it. Whatever is in the way, nothing happens.

        known: files that are part of the key. since: when the run began; what has changed since is not what was read.
        """
        files = {Path(name) for name in inputs.files}
        try:
            if any(path.stat().st_mtime >= since for path in files):
                return
            body = json.dumps(
                {
                    "files": {str(path): _file(str(path)) for path in sorted(files.difference(known))},
                    "variables": inputs.variables,
                    "variables_digest": _variables(inputs.variables, environ),
                    "sql": start.sql,
                    "schema": snapshot.save(start.schema, heads),
                }
            )
            self._write(self._path(key), f"{_digest(body)}\n{body}")
            self._forget_oldest()
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self.folder / f"schema-{key}.json"

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all; mkstemp makes files that others can't read."""
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".schema-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
                file.write(text)
            os.replace(temporary, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def _forget_oldest(self) -> None:
        def used(path: Path) -> float:
            try:
                return path.stat().st_mtime
            except OSError:  # another process was faster
                return 0

        for path in sorted(self.folder.glob("schema-*.json"), key=used, reverse=True)[MOST:]:
            with contextlib.suppress(OSError):
                path.unlink()


def open_cache(environ: Mapping[str, str]) -> Cache | None:
    """The cache that SQLGEN_CACHE names, else the user's own; None for `off`, and where no safe folder can be made."""
    wanted = environ.get("SQLGEN_CACHE", "")
    if wanted == "off":
        return None
    folder = Path(wanted).absolute() if wanted else _usual(environ)
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return None
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        return None  # others could have put anything there
    return Cache(folder)


def _usual(environ: Mapping[str, str]) -> Path | None:
    """XDG Base Directory Specification; Apple's File System Programming Guide; Windows' known folders."""
    given, home = environ.get("XDG_CACHE_HOME", ""), environ.get("HOME", "")
    if given and Path(given).is_absolute():
        return Path(given) / "sqlgen"
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return Path(local) / "sqlgen" / "Cache" if local else None
    if not home or not Path(home).is_absolute():
        return None
    return Path(home, "Library", "Caches", "sqlgen") if sys.platform == "darwin" else Path(home, ".cache", "sqlgen")


def keys(about: object, files: Sequence[tuple[str, Path]]) -> list[str]:
    """One key for the state after each of these revisions, in the order in which they run; one more, for the state
    before, is the first. `about`: all else that decides, a value with one and only one repr.

    Raises OSError for a file that can't be read.
    """
    digest = hashlib.sha256(f"{FORMAT}\n{__version__}\n{_own_code()}\n{about!r}\n".encode(errors="surrogatepass"))
    found = [digest.hexdigest()]
    for revision, path in files:
        digest.update(f"{revision}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
        found.append(digest.hexdigest())
    return found


def _own_code() -> str:
    """sqlgen's own files, as far as a cheap look tells: one that is being worked on keeps its version."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(
        path for part in ("emit", "facts", "schema", "statements") for path in (root / part).rglob("*.py")
    ):
        known = path.stat()
        digest.update(f"{path.relative_to(root)}\n{known.st_mtime_ns}\n{known.st_size}\n".encode())
    return digest.hexdigest()


def file_digest(path: Path) -> str | None:
    """The digest of a file's content; None when it can't be read."""
    return _file(str(path))


def _file(name: str) -> str | None:
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return None


def _variables(names: Sequence[str], environ: Mapping[str, str]) -> str:
    """A digest of what the variables hold, those that are not set included."""
    wanted = sorted({*names, *(environ if _ALL in names else ())})
    return _digest(repr([(name, environ.get(name)) for name in wanted]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
