"""`sqlgen lint`: findings on a range of revisions, or on .sql files."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import (
    ColorOption,
    DownOption,
    FailOnOption,
    FormatOption,
    QuietOption,
    VerboseOption,
    on_project,
)
from sqlgen.cli.output import deliver, painter, wanted
from sqlgen.errors import UsageError
from sqlgen.messages import say

if TYPE_CHECKING:
    from sqlgen.review.summary import Judged
    from sqlgen.settings import Request


@on_project()
def command(
    asked: Request,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RANGE | FILE… | -]", help=str(say("A range, or .sql files, or stdin."))),
    ] = None,
    down: DownOption = False,
    output_format: FormatOption = None,
    fail_on: FailOnOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Judge the DDL of a range of revisions, or of .sql files as they stand."""
    from sqlgen.cli.common import FINDING_FORMATS, exit_code

    wants = wanted(output_format or [], FINDING_FORMATS)
    limit = checked_fail_on(fail_on)
    if not what:
        raise UsageError(
            say("there is nothing to lint"),
            hint=say("Give a range, such as prev:head or base:head, or .sql files, or - for stdin."),
        )
    if files := _files(what):
        judged, default = _judge_files(files, asked)
    else:
        judged, default = _judge_range(what[0], asked, down=down, quiet=quiet, verbose=verbose)
    from sqlgen.review.summary import fails

    deliver(wants, renderers(judged, color))
    return exit_code(findings=fails(judged.findings, limit or default), incomplete=judged.incomplete > 0)


def renderers(judged: Judged, color: str) -> dict[str, Callable[[], str]]:
    """The formats of findings, by name."""

    def text() -> str:
        from sqlgen.review import findings_text

        return findings_text.render(judged, painter(color, sys.stdout))

    def json() -> str:
        from sqlgen.review import findings_json

        return findings_json.render(judged)

    def markdown() -> str:
        from sqlgen.review import findings_markdown

        return findings_markdown.render(judged)

    return {"text": text, "json": json, "markdown": markdown}


def checked_fail_on(value: str | None) -> str | None:
    """Raises UsageError for a level that does not exist."""
    from sqlgen.settings import FAIL_ON

    if value is None or value in FAIL_ON:
        return value
    raise UsageError(
        say("there is no level {value}", value=value),
        hint=say("Use --fail-on {known}.", known=", ".join(FAIL_ON)),
    )


def _files(what: list[str]) -> list[str]:
    """The arguments as files; empty when they are a range. Raises UsageError for files that are not there."""
    if len(what) == 1 and what[0] != "-" and not what[0].endswith(".sql") and not Path(what[0]).is_file():
        return []
    for name in what:
        if name != "-" and not Path(name).is_file():
            raise UsageError(
                say("there is no file {name}", name=name),
                hint=say("Give .sql files that exist, or a single range such as base:head."),
            )
    return what


def _judge_range(text: str, asked: Request, *, down: bool, quiet: bool, verbose: bool) -> tuple[Judged, str]:
    from sqlgen.cli.common import progress, show_left, show_output, today
    from sqlgen.workspace import open_workspace

    workspace = open_workspace(asked)
    from sqlgen import pipeline  # while the worker starts
    from sqlgen.linting import load_book

    rules = load_book(workspace.settings, workspace.project.root, workspace.environment)
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, text, down=down).steps, progress(), models=True)
    show_output(emission, quiet=quiet, verbose=verbose)
    show_left(emission, quiet=quiet)
    return pipeline.lint(workspace, emission, rules, today=today()), workspace.settings.limit(workspace.environment)


def _judge_files(files: list[str], asked: Request) -> tuple[Judged, str]:
    from dataclasses import replace

    from sqlgen.cli.common import project_folder, today
    from sqlgen.linting import lint_file, load_book
    from sqlgen.review.summary import judge
    from sqlgen.settings import known_dialect, load

    start = project_folder(asked.project)
    settings = load(start)
    settings = replace(settings, server_version=asked.server_version or settings.server_version)
    environment = settings.environment(asked.env)
    dialect = known_dialect(asked.dialect or settings.dialect)
    if dialect is None:
        raise UsageError(
            say("which database is the SQL for?"),
            hint=say(
                "Add --dialect postgresql (mysql, mariadb, sqlite, mssql, oracle), or set dialect in [tool.sqlgen]."
            ),
        )
    rules = load_book(settings, start, environment)
    steps, found = [], []
    for name in files:
        shown = "<stdin>" if name == "-" else Path(name).as_posix()
        step, findings = lint_file(read_sql(name), shown, rules, settings, dialect, today=today())
        steps.append(step)
        found += findings
    return judge(found, steps, dialect), settings.limit(environment)


def read_sql(name: str) -> str:
    """The text of a .sql file, or of stdin for `-`. Raises UsageError for a file that is no SQL or can't be read."""
    if name == "-":
        return _decoded(sys.stdin.buffer.read(), "<stdin>")
    if name.endswith(".py"):
        raise UsageError(
            say("{name} is Python, not SQL", name=name),
            hint=say("Give .sql files; a revision is linted by its range: sqlgen lint prev:REVISION."),
        )
    try:
        return _decoded(Path(name).read_bytes(), name)
    except OSError as error:
        raise UsageError(
            say("{name} can't be read: {reason}", name=name, reason=error.strerror or error),
            hint=say("Give .sql files that you may read, or - for stdin."),
        ) from None


def _decoded(data: bytes, name: str) -> str:
    """The text of a .sql file. Raises UsageError for UTF-16, which PowerShell's `>` writes, and for other encodings."""
    if _is_utf_16(data):
        raise UsageError(
            say("{name} is UTF-16, not UTF-8", name=name),
            hint=say("PowerShell's > writes UTF-16: write the file with -o FILE, or Out-File -Encoding utf8."),
        )
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line, column = _place(data, error.start)
        raise UsageError(
            say("{name}:{line}:{column} is not UTF-8", name=name, line=line, column=column),
            hint=say("Save the file as UTF-8 (byte {offset} is not).", offset=error.start),
        ) from None


def _is_utf_16(data: bytes) -> bool:
    """By its mark, or, where it has none, since every other byte of what people write in it is zero."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    start = data[:200]
    return len(start) > 3 and start.count(0) * 2 >= len(start) - 1


def _place(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column of the first byte that is not UTF-8, both from 1."""
    before = data.removeprefix(codecs.BOM_UTF8)[:offset].decode()
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
