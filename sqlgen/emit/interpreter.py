"""A project in, the Python interpreter that runs it out."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlgen.errors import Message, ToolMissing, say


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can run the worker."""

    path: Path
    """Absolute, symbolic links kept: a virtual environment's python is one, and its name is what makes it one."""
    why: Message
    """Where it was found, for messages: "VIRTUAL_ENV"."""


def choose(python: Path | None, root: Path, environ: Mapping[str, str]) -> Interpreter:
    """`--python`, else the active virtual environment, else .venv beside the project, else the one that runs sqlgen.

    Raises ToolMissing when `python` names nothing that can be run.
    """
    if python is not None:
        return Interpreter(_given(python), say("--python"))
    active = environ.get("VIRTUAL_ENV")
    if environ.get("PRE_COMMIT") and active and Path(active).absolute() == Path(sys.prefix):
        active = None  # pre-commit made it for its hook: sqlgen is in it, and nothing of the project's
    if active and (found := _of(Path(active))) is not None:
        return Interpreter(found, say("the active virtual environment"))
    if (found := _of(root / ".venv")) is not None:
        return Interpreter(found, say(".venv beside the project"))
    return Interpreter(Path(sys.executable), say("the interpreter that runs sqlgen"))


def _given(python: Path) -> Path:
    path = Path(os.path.abspath(python))
    if path.is_dir() and (found := _of(path)) is not None:
        return found
    if not path.is_file() or not os.access(path, os.X_OK):
        raise ToolMissing(
            say("--python {path} is not a program that can be run", path=python),
            hint=say("Give the path of a Python interpreter, such as --python .venv/bin/python"),
        )
    return path


def _of(environment: Path) -> Path | None:
    """The interpreter of a virtual environment; ours when it is the one we run in."""
    if environment.absolute() == Path(sys.prefix):
        return Path(sys.executable)
    for name in ("bin/python", "Scripts/python.exe"):
        path = environment.absolute() / name
        if path.is_file() and os.access(path, os.X_OK):
            return path
    return None
