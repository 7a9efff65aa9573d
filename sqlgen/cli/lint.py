"""`sqlgen lint`: findings on a range of revisions, or on .sql files."""

from __future__ import annotations

import os
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
from sqlgen.cli.output import show, wanted
from sqlgen.cli.sql_files import read_sql
from sqlgen.errors import UsageError
from sqlgen.messages import in_english, say

if TYPE_CHECKING:
    from sqlgen.review.report import Report
    from sqlgen.settings import Request, Settings


@on_project()
def command(
    asked: Request,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RANGE | FILE… | -]", help=in_english(say("A range, or .sql files, or stdin."))),
    ] = None,
    down: DownOption = False,
    output_format: FormatOption = None,
    fail_on: FailOnOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Judge the DDL of a range of revisions, or of .sql files as they stand."""
    from sqlgen.cli.common import exit_code
    from sqlgen.review import formats

    wants = wanted(output_format or [], formats.NAMES)
    limit = checked_fail_on(fail_on)
    if not what:
        raise UsageError(
            say("there is nothing to lint"),
            hint=say("Give a range, such as prev:head or base:head, or .sql files, or - for stdin."),
        )
    if files := files_of(what):
        report = judge_files(files, asked, limit)
    else:
        report = _judge_range(what[0], asked, limit, down=down, quiet=quiet, verbose=verbose)
    show(wants, report, color)
    return exit_code(findings=report.fails, incomplete=report.incomplete)


def checked_fail_on(value: str | None) -> str | None:
    """Raises UsageError for a level that does not exist."""
    from sqlgen.settings import FAIL_ON

    if value is None or value in FAIL_ON:
        return value
    raise UsageError(
        say("there is no level {value}", value=value),
        hint=say("Use --fail-on {known}.", known=", ".join(FAIL_ON)),
    )


def files_of(what: list[str]) -> list[str]:
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


def _judge_range(text: str, asked: Request, fail_on: str | None, *, down: bool, quiet: bool, verbose: bool) -> Report:
    from sqlgen.cli.common import progress, show_left, show_output, today
    from sqlgen.workspace import open_workspace

    workspace = open_workspace(asked)
    from sqlgen import pipeline  # while the worker starts
    from sqlgen.linting import load_book

    rules = load_book(workspace.settings, workspace.project.root, workspace.environment)
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, text, down=down).steps, progress(), models=True)
    show_output(emission, quiet=quiet, verbose=verbose)
    show_left(emission, quiet=quiet)
    from sqlgen.review.report import Part, Report
    from sqlgen.review.summary import fails
    from sqlgen.settings.again import again

    judged = pipeline.lint(workspace, emission, rules, today=today())
    failing = fails(judged.findings, fail_on or workspace.settings.limit(workspace.environment))
    packs = workspace.settings.rules
    top = workspace.project.top
    part = Part(
        workspace.project.root,
        judged,
        steps=emission.steps,
        environment=asked.env,
        options=again(asked, top, fail_on=fail_on),
        fails=failing,
        server_version=workspace.server_version,
        packs=packs,
    )
    return Report((part,), top)


def judge_files(files: list[str], asked: Request, fail_on: str | None) -> Report:
    """The findings of SQL files. Their names are relative to the project's folder, so that findings are known by the
    same fingerprint wherever one stands; the baseline of findings is the one of that folder."""
    from dataclasses import replace

    from sqlgen.cli.common import project_folder, today
    from sqlgen.lint import baseline
    from sqlgen.linting import lint_file, load_book
    from sqlgen.project import top
    from sqlgen.review.report import Part, Report
    from sqlgen.review.summary import fails, judge
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
    root, within = _root(asked, settings)
    known = baseline.read(root / baseline.FILE) or baseline.Baseline()
    rules = load_book(settings, start, environment)
    steps, found = [], []
    for name in dict.fromkeys(files):
        shown = "<stdin>" if name == "-" else _seen_from(root, name)
        step, findings = lint_file(read_sql(name), shown, rules, settings, dialect, today=today(), project=within)
        steps.append(step)
        found += findings
    judged = judge(known.cover(found), steps, dialect)
    failing = fails(judged.findings, fail_on or settings.limit(environment))
    packs = settings.rules
    part = Part(
        root,
        judged,
        steps=tuple(steps),
        environment=asked.env,
        fails=failing,
        server_version=settings.server_version,
        packs=packs,
    )
    return Report((part,), top(Path.cwd()))


def _root(asked: Request, settings: Settings) -> tuple[Path, str]:
    """The project's folder, and where it lies below the top of its repository. SQL files may stand alone: without a
    project it is the folder of the settings, or the one that was named."""
    from sqlgen import project
    from sqlgen.errors import ProjectError

    start = (asked.project or Path()).resolve()
    config = settings.source.parent / settings.alembic if settings.source and settings.alembic else None
    try:
        found = project.find(start, config=config if start.is_dir() else None, name=asked.name)
    except ProjectError:
        root = settings.source.parent.resolve() if settings.source else start if start.is_dir() else start.parent
        above = project.top(root)
        return root, "" if above == root else root.relative_to(above).as_posix()
    return found.root, found.within


def _seen_from(root: Path, name: str) -> str:
    return os.path.relpath(Path(name).resolve(), root).replace(os.sep, "/")
