"""Where text goes: data on stdout, everything else on stderr, files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sqlgen.errors import ExitCode, Message, OutputError, SqlgenError, UsageError, say

_STYLES = {"error": "31", "warning": "33", "info": "36", "bold": "1", "dim": "2", "good": "32"}


def prepare_streams() -> None:
    """UTF-8 with LF on every machine, whatever the locale says; what can't be encoded is escaped, never lost."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n", errors="backslashreplace")


class ReaderGone(Exception):
    """Whoever read our stdout went away. Not an OSError: the command line's parser would turn that into exit code 1."""


def data(text: str) -> None:
    """Write what the command is asked for. Raises ReaderGone when nobody reads it any more."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails at exit
        raise ReaderGone from None


def tell(message: Message | str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def complain(error: SqlgenError, paint: Callable[[str, str], str]) -> None:
    """An error as people see it: the fact with its place, then what to do."""
    word = say("REFUSED") if error.exit_code is ExitCode.REFUSED else say("error")
    tell(f"{paint('error', str(word))}: {error}")
    tell(f"{paint('bold', str(say('hint')))}: {error.hint}")


def painter(color: str, stream: TextIO) -> Callable[[str, str], str]:
    """(style, text) → text, with ANSI colours where `color` ("auto", "always", "never") and the stream want them.

    "auto" looks at NO_COLOR, FORCE_COLOR, TERM=dumb and whether the stream is a terminal.
    """
    wanted = color == "always"
    if color == "auto":
        env = os.environ
        wanted = not env.get("NO_COLOR") and (
            bool(env.get("FORCE_COLOR")) or (stream.isatty() and env.get("TERM") != "dumb")
        )
    if not wanted:
        return lambda _style, text: text
    return lambda style, text: f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One `--output-format FMT[=FILE]`."""

    format: str
    file: Path | None


def wanted(values: Sequence[str], known: Sequence[str]) -> tuple[Wanted, ...]:
    """Parse `--output-format`. Raises UsageError for an unknown format, or two that both go to stdout."""
    result = []
    for value in values or (known[0],):
        name, _, file = value.partition("=")
        if name not in known:
            raise UsageError(
                say("there is no output format {name}", name=name),
                hint=say("Use one of {known}, or FORMAT=FILE to write a file.", known=", ".join(known)),
            )
        result.append(Wanted(name, Path(file) if file else None))
    if sum(1 for item in result if item.file is None) > 1:
        raise UsageError(
            say("two output formats would both go to stdout"),
            hint=say("Give all but one a file: --output-format json=findings.json."),
        )
    return tuple(result)


def deliver(wants: Sequence[Wanted], renderers: Mapping[str, Callable[[], str]]) -> None:
    """Render each wanted format and write it where it goes."""
    for want in wants:
        text = renderers[want.format]()
        if want.file is None:
            data(text)
        else:
            write_file(want.file, text)


def write_file(path: Path, text: str) -> None:
    """Write UTF-8 with LF, whole or not at all: into a new file beside it, then renamed over it.

    Raises OutputError; nothing is left behind then.
    """
    write_files(path.parent, {path.name: text}, shown=path)


def write_files(folder: Path, files: Mapping[str, str], *, shown: Path | None = None) -> None:
    """Write files of one folder, as write_file does: all of them, or, unless the disk fails between two renames, none.

    shown: what an error calls them, in place of the folder. Raises OutputError.
    """
    waiting: dict[str, str] = {}
    try:
        for name, text in files.items():
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            waiting[name] = _written_aside(folder, name, text)
        for name in files:
            os.replace(waiting[name], folder / name)
            del waiting[name]
    except OSError as error:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise OutputError(
            say("{path} can't be written: {reason}", path=shown or folder, reason=error.strerror or error),
            hint=say("Name a file in a folder that exists and that you may write to."),
        ) from None


def _written_aside(folder: Path, name: str, text: str) -> str:
    """A new file in the folder, with the rights that a file of this name would get."""
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary


def is_folder(path: Path | str) -> bool:
    """Whether what stands behind -o means a folder: one that is there, or a path that ends with a slash."""
    return Path(path).is_dir() or str(path).endswith(("/", os.sep))


def make_folder(path: Path) -> None:
    """The folder, made where it is not there. Raises OutputError."""
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            say("the folder {path} can't be made: {reason}", path=path, reason=error.strerror or error),
            hint=say("Name a folder inside one that exists and that you may write to."),
        ) from None
