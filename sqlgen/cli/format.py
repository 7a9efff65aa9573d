"""`sqlgen format`: lay out .sql files, and prove that only the layout changed."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import settle_for
from sqlgen.cli.options import DialectOption, ProjectOption, QuietOption
from sqlgen.cli.output import data, tell
from sqlgen.errors import ExitCode, Message, UsageError, say
from sqlgen.messages import in_english, place, visible

if TYPE_CHECKING:
    from sqlgen.cli.sql_files import SqlFile

_PASSED_OVER = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "build", "dist"})


def command(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE… | DIR… | -]", help=in_english(say("Files, folders (all .sql files below), or stdin."))
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help=in_english(say("Write nothing; exit 1 if a file would change.")))
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help=in_english(say("Write nothing; show what would change; exit 1 if a file would."))),
    ] = False,
    project: ProjectOption = None,
    dialect: DialectOption = None,
    quiet: QuietOption = False,
) -> int:
    """Format .sql files in place, or stdin to stdout. What can't be proven unchanged is left as it was.

    All files are read before one is written, and all are written or none. Line ends and a byte order mark stay as they
    are. It exits with 0 when it changed files; with 1 for --check and --diff.
    """
    from sqlgen.cli.all_or_nothing import write_all
    from sqlgen.cli.sql_files import read_file

    settle_for(project)
    sources = [(read_file(name), _dialect(name, project, dialect)) for name in _named(files or ["-"])]
    changed: dict[str, bytes] = {}
    for source, name in sources:
        made, notes = _laid(source, name)
        for note in () if quiet else notes:
            tell(f"{place(_shown(source))}{note}")
        if diff:
            data(_diff(source, made))
        elif source.name == "-" and not check:
            data(made.decode())
        if made != source.data:
            changed[source.name] = made
    looks = check or diff
    if not looks:
        write_all({Path(name): made for name, made in changed.items() if name != "-"})
    for source, _ in () if quiet or diff else sources:
        if source.name in changed and (check or source.name != "-"):
            word = say("{file} would be formatted", file=_shown(source))
            tell(word if check else say("{file} formatted", file=source.name))
    return ExitCode.FINDINGS if changed and looks else ExitCode.CLEAN


def _shown(source: SqlFile) -> str:
    return "<stdin>" if source.name == "-" else source.name


def _named(files: Sequence[str]) -> list[str]:
    """Each file once, those of folders in their order. Raises UsageError for one that is not there."""
    found: dict[str, None] = {}
    for name in files:
        if name == "-" or Path(name).is_file():
            found[name] = None
        elif Path(name).is_dir():
            below = [str(path) for path in _below(Path(name))]
            if not below:
                raise UsageError(
                    say("there is no .sql file in {folder}", folder=name), hint=say("Give .sql files, or their folder.")
                )
            found.update(dict.fromkeys(below))
        else:
            raise UsageError(say("there is no file {file}", file=name), hint=say("Give .sql files, or - for stdin."))
    return list(found)


def _below(folder: Path) -> list[Path]:
    found = []
    for path, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _PASSED_OVER)
        found += [Path(path, name) for name in sorted(names) if name.endswith(".sql")]
    return found


def _dialect(file: str, project: Path | None, asked: str | None) -> str:
    """What was asked for, else what the settings say that hold for the project, or in the folder of the file.

    Raises UsageError where nobody says it.
    """
    from sqlgen.cli.common import project_folder
    from sqlgen.settings import known_dialect, load

    here = project_folder(project)
    folder = here if project is not None or file == "-" else Path(file).resolve().parent
    name = known_dialect(asked or load(folder).dialect or load(here).dialect)
    if name is None:
        raise UsageError(
            say("which database is the SQL for?"),
            hint=say(
                "Add --dialect postgresql (mysql, mariadb, sqlite, mssql, oracle), or set dialect in [tool.sqlgen]."
            ),
        )
    return name


def _laid(source: SqlFile, dialect: str) -> tuple[bytes, tuple[Message, ...]]:
    """The file as it would be, and what of it was left as it was."""
    from sqlgen import layout

    laid = layout.format_script(source.text, dialect)
    return (source.data if laid.text == source.text else source.with_text(laid.text)), laid.notes


def _diff(source: SqlFile, made: bytes) -> str:
    """Line by line: what is LF in one and CRLF in the other would show."""
    before, after = (io.StringIO(data.decode("utf-8-sig"), newline="\n").readlines() for data in (source.data, made))
    name = visible(_shown(source))
    lines = difflib.unified_diff(before, after, name, str(say("{file} (formatted)", file=name)))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
