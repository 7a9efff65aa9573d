"""Every deliberate error, with its exit code and a hint.

    SqlgenError                     2
    ├── UsageError                  2   the command line, a range, a file that is not there
    ├── SettingsError               2   [tool.sqlgen], sqlgen.toml, a rule pack
    ├── ProjectError                2   no Alembic project, two of them, an ill-formed alembic.ini
    ├── HistoryError                2   revision files and their graph
    ├── EnvironmentFailed           2   env.py raised, never configured, or wants something
    ├── ToolMissing                 2   ssh-keygen, git, a Python interpreter
    ├── OutputError                 2   a file or folder that can't be written
    ├── SigningError                2   a key that can't sign
    ├── Incomplete                  4   a revision of the range could not be rendered
    └── VerificationError           3   a bundle that must not be applied

Findings are values, never exceptions. Anything else that escapes is a bug of ours: exit code 70.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from sqlgen.messages import Message, place, say

__all__ = [
    "EnvironmentFailed",
    "ExitCode",
    "HistoryError",
    "Incomplete",
    "Message",
    "OutputError",
    "ProjectError",
    "SettingsError",
    "SigningError",
    "SqlgenError",
    "ToolMissing",
    "UsageError",
    "VerificationError",
    "say",
]


class ExitCode(IntEnum):
    """What the process returns. Where several hold, the first of 70, 2, 3, 4, 1, 0 counts."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    REFUSED = 3
    INCOMPLETE = 4
    BUG = 70


class SqlgenError(Exception):
    """A fact, lower case, naming the thing, and a hint that says what to do.

    `file` and `line` (1-based) say where, when the error is about a place in a user's file.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, message: Message, *, hint: Message, file: str | Path | None = None, line: int | None = None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = None if file is None else str(file)
        self.line = line

    def __str__(self) -> str:
        return f"{place(self.file, self.line)}{self.message}"


class UsageError(SqlgenError):
    """The command line, a range, or an input file is not as it must be."""


class SettingsError(SqlgenError):
    """Settings or a rule pack can't be used."""


class ProjectError(SqlgenError):
    """There is no Alembic project, or more than one, or its configuration can't be read."""


class HistoryError(SqlgenError):
    """Revision files that can't be read, or that do not make a graph."""


class EnvironmentFailed(SqlgenError):
    """The project's env.py did not get as far as running migrations."""


class ToolMissing(SqlgenError):
    """A program that this command calls is missing or too old."""


class OutputError(SqlgenError):
    """Something can't be written where it should go; nothing was left half-written."""


class SigningError(SqlgenError):
    """A key that can't sign."""


class Incomplete(SqlgenError):
    """A revision of the range could not be rendered, and the command needs it."""

    exit_code = ExitCode.INCOMPLETE


class VerificationError(SqlgenError):
    """A bundle that must not be applied."""

    exit_code = ExitCode.REFUSED
