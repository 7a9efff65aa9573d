"""What a run depends on beside its job: files of the project that were read, environment variables that were asked for.

A result that is kept holds as long as these are as they were.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib.util import source_from_cache
from typing import Any

ALL = "*"
"""Stands among the names of variables when somebody listed them all."""


class Inputs:
    """Looks on from `start` to the end of the process."""

    def __init__(self) -> None:
        own = os.path.dirname(os.path.abspath(__file__))
        paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        # A virtual environment is a folder of its own; in that of Python itself, such as /usr, a project may lie.
        venv = {sys.prefix} if sys.prefix != sys.base_prefix else set()
        self._installed = tuple(os.path.join(path, "") for path in {*paths, *venv, own, "/proc"})
        self._opened: dict[str, None] = {}
        self._names: dict[str, None] = {}

    def start(self) -> None:
        sys.addaudithook(self._hook)  # PEP 578
        self._watch_environment()

    def report(self) -> dict[str, list[str]]:
        """Paths and names, sorted. Modules count by their source, though their byte code is what was read."""
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        files = {os.path.abspath(_source(path)) for path in (*modules, *self._opened) if isinstance(path, str)}
        return {"files": sorted(filter(self._counts, files)), "variables": sorted(self._names)}

    def _counts(self, path: str) -> bool:
        """Whether it is no part of Python or of an installed package, and still there."""
        if path.startswith(self._installed) or f"{os.sep}__pycache__{os.sep}" in path:
            return False
        return not {"site-packages", "dist-packages"}.intersection(path.split(os.sep)) and os.path.isfile(path)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes)) and not _only_writes(arguments[2]):
            self._opened[os.fsdecode(arguments[0])] = None

    def _watch_environment(self) -> None:
        names = self._names
        plain: Any = type(os.environ)

        class Recorded(plain):  # type: ignore[misc]  # a class found when running
            def __getitem__(self, key: str) -> Any:
                names[str(key)] = None
                return super().__getitem__(key)

            def __iter__(self) -> Any:
                names[ALL] = None
                return super().__iter__()

        os.environ.__class__ = Recorded  # the same object, since others hold it already


def _only_writes(flags: Any) -> bool:
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) == os.O_WRONLY


def _source(path: str) -> str:
    """Of byte code its source, which alone is in a repository. A module may have left sys.modules since."""
    if not path.endswith(".pyc"):
        return path
    try:
        return source_from_cache(path)
    except ValueError:  # it lies beside, without a source
        return path
