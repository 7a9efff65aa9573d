"""`sqlgen format`: lay out .sql files, and prove that only the layout changed."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.options import DialectOption, ProjectOption
from sqlgen.cli.output import data, tell, write_file
from sqlgen.errors import ExitCode, UsageError, say
from sqlgen.messages import place, visible


def command(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE… | -]")] = None,
    check: Annotated[
        bool, typer.Option("--check", help=str(say("Write nothing; exit 1 if a file would change.")))
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help=str(say("Write nothing; show what would change.")))] = False,
    project: ProjectOption = None,
    dialect: DialectOption = None,
) -> int:
    """Format .sql files in place, or stdin to stdout. What can't be proven unchanged is left as it was."""
    from sqlgen import layout
    from sqlgen.cli.common import project_folder
    from sqlgen.cli.lint import read_sql
    from sqlgen.settings import known_dialect, load

    name = known_dialect(dialect or load(project_folder(project)).dialect)
    if name is None:
        raise UsageError(
            say("which database is the SQL for?"),
            hint=say(
                "Add --dialect postgresql (mysql, mariadb, sqlite, mssql, oracle), or set dialect in [tool.sqlgen]."
            ),
        )
    changed = 0
    for file in files or ["-"]:
        if file != "-" and not Path(file).is_file():
            raise UsageError(say("there is no file {file}", file=file), hint=say("Give .sql files, or - for stdin."))
    texts = [(file, read_sql(file)) for file in files or ["-"]]  # all of them, before one is written
    for file, text in texts:
        laid = layout.format_script(text, name)
        for note in laid.notes:
            tell(f"{place(file)}{note}")
        changed += laid.text != text
        if diff:
            data("".join(_diff(text, laid.text, file)))
        elif file == "-" and not check:
            data(laid.text)
        elif check and laid.text != text:
            tell(say("{file} would be formatted", file=file))
        elif not check and laid.text != text:
            write_file(Path(file), laid.text)
            tell(say("{file} formatted", file=file))
    return ExitCode.FINDINGS if changed and (check or diff) else ExitCode.CLEAN


def _diff(before: str, after: str, file: str) -> list[str]:
    return list(
        difflib.unified_diff(
            before.splitlines(True), after.splitlines(True), visible(file), str(say("{file} (formatted)", file=file))
        )
    )
