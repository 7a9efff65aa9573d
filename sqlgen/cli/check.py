"""`sqlgen check [--since REF]`: what a pull request runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import settle_for
from sqlgen.cli.options import ColorOption, FailOnOption, FormatOption, QuietOption, VerboseOption, on_project
from sqlgen.cli.output import AUTO, Wanted, made_for, show, tell, wanted
from sqlgen.errors import ExitCode, UsageError
from sqlgen.messages import Message, in_english, place, say

if TYPE_CHECKING:
    from sqlgen.review.report import Report
    from sqlgen.settings import Request


@on_project(without={"project"})
def command(
    asked: Request,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REF", help=in_english(say("The branch to merge into; CI says it by itself."))),
    ] = None,
    project: Annotated[
        list[str] | None,
        typer.Option(
            "--project",
            metavar="GLOB",
            help=in_english(say("Alembic projects: a folder, 'services/*', …; repeatable.")),
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help=in_english(say("Projects that are checked at a time."))),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help=in_english(say("The I-th of N shares of the projects: 2/5."))),
    ] = None,
    sql: Annotated[
        str | None,  # a Path has no slash at its end
        typer.Option(
            "--sql", metavar="FILE", help=in_english(say("Write the SQL of only what is new; DIR/ for many projects."))
        ),
    ] = None,
    rehearse: Annotated[
        str | None,
        typer.Option(
            "--rehearse",
            metavar="URL",
            envvar="SQLGEN_REHEARSE",
            show_envvar=False,
            help=in_english(say("A server: run what is new there on scratch databases, up, down and up again.")),
        ),
    ] = None,
    no_drift: Annotated[
        bool, typer.Option("--no-drift", help=in_english(say("Don't compare the models with the history.")))
    ] = False,
    output_format: FormatOption = None,
    fail_on: FailOnOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Judge what a branch does to the history: its new revisions, and what it changed that is on the base branch."""
    from sqlgen.checking import many
    from sqlgen.cli.common import progress, today
    from sqlgen.cli.lint import checked_fail_on
    from sqlgen.project import top
    from sqlgen.review import formats

    wants = wanted(output_format or [], formats.NAMES, "auto")
    limit = checked_fail_on(fail_on)
    here = Path.cwd()
    projects = many.find(project or ["."], here)
    settle_for(projects[0])
    names = many.names(projects, top(here)) if len(projects) > 1 else ("",)
    named = dict(zip(projects, names, strict=True))
    if sql is not None and len(projects) > 1:
        _check_folder(sql)
    if shard is not None:
        projects = many.shard(projects, shard)

    def told(line: Message | str, detail: bool) -> None:
        if not quiet and (verbose or not detail):
            tell(line)

    checked = partial(
        many.one,
        request=asked,
        since=since,
        environ=dict(os.environ),
        fail_on=limit,
        today=today(),
        rehearse=rehearse,
        models=not no_drift,
    )
    with made_for(output_format or [AUTO]):
        report = many.check_all(
            projects,
            checked,
            names=[named[each] for each in projects],
            top=top(here),
            jobs=jobs or os.cpu_count() or 1,
            tell=told,
            progress=progress(),
        )
    if sql is not None:
        report = _with_sql(report, sql)
    show(wants, report, color)
    _complain(report, wants)
    return exit_code(report)


def exit_code(report: Report) -> int:
    """Of everything that holds for one of the projects, the first of 70, 2, 3, 4, 1, 0."""
    codes = {part.trouble.exit_code for part in report.parts if part.trouble is not None}
    codes |= {ExitCode.INCOMPLETE} if report.incomplete else set()
    codes |= {ExitCode.FINDINGS} if report.fails else set()
    return next((code for code in _ORDER if code in codes), ExitCode.CLEAN)


_ORDER = (ExitCode.BUG, ExitCode.USAGE, ExitCode.REFUSED, ExitCode.INCOMPLETE, ExitCode.FINDINGS)


def _complain(report: Report, wants: Sequence[Wanted]) -> None:
    """What could not be checked, for people, where the format that they see is for machines; of one that has a line
    for it, what to do."""
    seen = {want.format for want in wants if want.file is None}
    if seen & {"text", "github"}:
        return
    for part in report.parts:
        if (trouble := part.trouble) is not None:
            where = f"{part.name}: " * bool(part.name) + place(trouble.file, trouble.line)
            if "concise" not in seen:
                tell(say("error: {where}{why}", where=where, why=trouble.message))
            tell(say("hint: {hint}", hint=trouble.hint))


def _check_folder(out: str) -> None:
    """Raises UsageError for a file where there are several projects."""
    from sqlgen.cli.output import is_folder

    if not is_folder(out):
        raise UsageError(
            say("{file} can't hold the SQL of several projects", file=out),
            hint=say("Name a folder, which gets a file for each: --sql {file}/", file=out),
        )


def _with_sql(report: Report, out: str) -> Report:
    """The SQL of only what is new in a file, or in one for each project; the report knows where."""
    from sqlgen.cli.output import is_folder, make_folder, write_file
    from sqlgen.review.report import new_sql

    parts = []
    for part in report.parts:
        file = Path(out) / f"{part.name or 'new'}.sql" if is_folder(out) else Path(out)
        for folder in reversed([each for each in (file.parent, *file.parent.parents) if not each.exists()]):
            make_folder(folder)
        write_file(file, new_sql(part)[0])
        shown = os.path.relpath(file.resolve(), report.top).replace(os.sep, "/")
        parts.append(replace(part, sql_file=shown))
    return replace(report, parts=tuple(parts))
