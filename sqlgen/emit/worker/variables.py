"""Which environment variables the project asked for in vain: os.getenv() gives None, and what fails is further on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any


def watch(ours: Callable[[str], bool]) -> list[str]:
    """The names that code in the project's own files did not find in os.environ, in order; filled from now on."""
    missed: list[str] = []
    plain: Any = type(os.environ)

    class Watched(plain):  # type: ignore[misc]  # a class found when running
        def __getitem__(self, key: str) -> Any:
            try:
                return super().__getitem__(key)
            except KeyError:
                if key not in missed and ours(_asker()):
                    missed.append(key)
                raise

    os.environ.__class__ = Watched  # the same object, since others hold it already
    return missed


def _asker() -> str:
    """The file that asked, through os.getenv() or environ.get()."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") in ("os", "collections.abc"):
        frame = frame.f_back
    return frame.f_code.co_filename
