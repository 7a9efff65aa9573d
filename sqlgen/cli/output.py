"""Where text goes: data on stdout, everything else on stderr, files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sqlgen.cli.all_or_nothing import aside, new_mode
from sqlgen.cli.language import FOR_PEOPLE, at_terminal, for_others, of_format
from sqlgen.errors import ExitCode, Message, OutputError, SqlgenError, UsageError, say
from sqlgen.review.hosts import SUMMARY_BYTES, Host, comment_limit, defused, format_of, host, obeys

if TYPE_CHECKING:
    from sqlgen.review.report import Report

_STYLES = {"error": "31", "warning": "33", "info": "36", "bold": "1", "dim": "2", "good": "32"}


def prepare_streams() -> None:
    """UTF-8 with LF on every machine, whatever the locale says; what can't be encoded is escaped, never lost."""
    if sys.stdout is None:  # closed by who called us (>&-): no file that is opened shall take its number
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  for as long as we run
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n", errors="backslashreplace")


class ReaderGone(Exception):
    """Whoever read our stdout went away. Not an OSError: the command line's parser would turn that into exit code 1."""


def data(text: str) -> None:
    """Write what the command is asked for. Raises ReaderGone when nobody reads it any more, OutputError where it can't
    be written."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails at exit
        if isinstance(error, BrokenPipeError):
            raise ReaderGone from None
        raise OutputError(
            say("stdout can't be written: {reason}", reason=error.strerror or error),
            hint=say("Make room, or send it elsewhere: -o FILE, or --output-format FORMAT=FILE."),
        ) from None


def tell(message: Message | str) -> None:
    """A line for the person at the terminal; in the log of a host that takes commands from logs, never one."""
    with at_terminal():
        text = str(message)
    if obeys(host(os.environ)):
        text = defused(text)
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def complain(error: SqlgenError, paint: Callable[[str, str], str]) -> None:
    """An error as people see it: the fact with its place, then what to do."""
    word = say("REFUSED") if error.exit_code is ExitCode.REFUSED else say("error")
    with at_terminal():
        tell(f"{paint('error', str(word))}{say(': ')}{error}")
        tell(f"{paint('bold', str(say('hint')))}{say(': ')}{error.hint}")


def in_color(color: str, stream: TextIO) -> bool:
    """Whether to write in colour: `color` is "auto", "always" or "never".

    "auto" looks at NO_COLOR, FORCE_COLOR, TERM=dumb and whether the stream is a terminal.
    """
    if color != "auto":
        return color == "always"
    env = os.environ
    return not env.get("NO_COLOR") and (bool(env.get("FORCE_COLOR")) or (stream.isatty() and env.get("TERM") != "dumb"))


def painter(color: str, stream: TextIO) -> Callable[[str, str], str]:
    """(style, text) → text, with ANSI colours where `color` and the stream want them, as `in_color` says."""
    if not in_color(color, stream):
        return lambda _style, text: text
    return lambda style, text: f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One `--output-format FMT[=FILE]`."""

    format: str
    file: Path | None


AUTO = "auto"
"""The format of findings that suits where this runs."""


@contextlib.contextmanager
def made_for(values: Sequence[str]) -> Iterator[None]:
    """While something is found out that `--output-format` wants told: where a format of it is not for people at the
    terminal, what is text by then is in the language of what is written."""
    names = (format_of(host(os.environ)) if value == AUTO else value for value in values)
    with at_terminal() if all(name in FOR_PEOPLE for name in names) else for_others():
        yield


def wanted(values: Sequence[str], known: Sequence[str], default: str | None = None) -> tuple[Wanted, ...]:
    """Parse `--output-format`; without one, `default`, else the first that is known. `auto` is among those of findings,
    and stands for what suits the host. Raises UsageError for an unknown format, or two that both go to stdout."""
    names = (*known, AUTO) if format_of("github") in known else tuple(known)
    result = []
    for value in values or (default or known[0],):
        name, _, file = value.partition("=")
        if name not in names:
            raise UsageError(
                say("there is no output format {name}", name=name),
                hint=say("Use one of {known}, or FORMAT=FILE to write a file.", known=", ".join(names)),
            )
        result.append(Wanted(format_of(host(os.environ)) if name == AUTO else name, Path(file) if file else None))
    if sum(1 for item in result if item.file is None) > 1:
        raise UsageError(
            say("two output formats would both go to stdout"),
            hint=say("Give all but one a file: --output-format json=findings.json."),
        )
    return tuple(result)


def deliver(wants: Sequence[Wanted], renderers: Mapping[str, Callable[[], str]]) -> None:
    """Render each wanted format and write it where it goes: in the log of a host that takes commands from logs, never
    one."""
    where = host(os.environ)
    for want in wants:
        with of_format(want.format, in_file=want.file is not None):
            text = renderers[want.format]()
        if want.file is not None:
            write_file(want.file, text)
        else:
            data(defused(text, want.format) if obeys(where) else text)


def show(wants: Sequence[Wanted], report: Report, color: str) -> None:
    """Write a report in each format that is wanted; colours only where stdout is a terminal, or as `color` says.

    On GitHub, its format brings the summary of the step with it.
    """
    from sqlgen.review import formats

    where, here = host(os.environ), Path.cwd()
    report = _as_the_host_sees_it(report, where)
    limit = comment_limit(where)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    on_terminal = formats.Style(painter(color, sys.stdout), here, limit, width=width)
    in_file = formats.Style(here=here, limit=limit)
    for want in wants:
        with of_format(want.format, in_file=want.file is not None):
            text = formats.render(want.format, replace(report), on_terminal if want.file is None else in_file)
        if want.file is not None:
            write_file(want.file, text)
        else:
            data(defused(text, want.format) if obeys(where) and want.format != "github" else text)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and any(want.format == "github" for want in wants):
        _summarize(Path(summary), report)


def _as_the_host_sees_it(report: Report, where: Host | None) -> Report:
    """Files named from the workspace, where there is no repository to see: actions/checkout downloads the files alone
    where it finds no git (its README), and a project may lie deep in them."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if where != "github" or not workspace or (report.top / ".git").exists():
        return report
    found = Path(workspace).resolve()
    return replace(report, top=found) if found in report.top.resolve().parents else report


def _summarize(file: Path, report: Report) -> None:
    """Append the report to the summary of this step. What can't be written is said, and fails nothing: the findings
    are in the log as well."""
    from sqlgen.review.formats import markdown

    try:
        there = file.stat().st_size if file.exists() else 0
        with for_others():
            text = markdown.fit(replace(report), octets=SUMMARY_BYTES - there - 1024)
        if text is None:
            tell(say("warning: the summary of this step is full; the report is not in it"))
            return
        with file.open("a", encoding="utf-8", newline="\n") as out:
            out.write(f"\n{text}" if there else text)
    except OSError as error:
        reason = error.strerror or error
        tell(say("warning: the summary of this step can't be written to {file}: {reason}", file=file, reason=reason))


def write_file(path: Path, text: str) -> None:
    """Write UTF-8 with LF, whole or not at all: into a new file beside it, then renamed over it. Devices and
    pipes stay what they are, and are written to.

    Raises OutputError; nothing is left behind then.
    """
    if not _is_stream(path):
        write_files(path.parent, {path.name: text}, shown=path)
        return
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise _not_written(path, error) from None


def _is_stream(path: Path) -> bool:
    """Whether it must not be renamed over: /dev/stderr, also where that leads to a file; a pipe, such as `>(…)`."""
    if path.absolute().parts[1:2] in (("dev",), ("proc",)):
        return path.exists()
    return path.exists() and not (path.is_file() or path.is_dir())


def write_files(folder: Path, files: Mapping[str, str], *, shown: Path | None = None) -> None:
    """Write files of one folder, as write_file does: all of them, or, unless the disk fails between two renames, none.

    shown: what an error calls them, in place of the folder. Raises OutputError.
    """
    waiting: dict[str, str] = {}
    try:
        for name, text in files.items():
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            waiting[name] = aside(folder / name, text.encode(), new_mode())
        for name in files:
            os.replace(waiting[name], folder / name)
            del waiting[name]
    except OSError as error:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise _not_written(shown or folder, error) from None


def _not_written(path: Path, error: OSError) -> OutputError:
    return OutputError(
        say("{path} can't be written: {reason}", path=path, reason=error.strerror or error),
        hint=say("Name a file in a folder that exists and that you may write to."),
    )


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
