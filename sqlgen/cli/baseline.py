"""`sqlgen baseline`: the baseline of findings, which takes an old history in."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import QuietOption, VerboseOption, on_project
from sqlgen.cli.output import tell, write_file
from sqlgen.errors import ExitCode, UsageError
from sqlgen.messages import Message, in_english, place, say

if TYPE_CHECKING:
    from sqlgen.lint.baseline import Baseline, Known
    from sqlgen.lint.finding import Finding
    from sqlgen.pipeline import Emission
    from sqlgen.settings import Request
    from sqlgen.workspace import Workspace

_SHOWN = 20
"""Findings that are told one by one."""

app = typer.Typer(
    rich_markup_mode=None,
    help=in_english(
        say(
            "Keep the baseline of findings, sqlgen-baseline.json beside alembic.ini: what was found in an old history. "
            "It fails nothing, and what is not in it does. Not to be confused with --baseline, the schema before the "
            "first revision."
        )
    ),
)


@app.callback()
def _group() -> None:
    pass


@app.command("create")
@on_project()
def create_command(
    asked: Request,
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RANGE | FILE…]",
            help=in_english(say("base:heads, when it is left out. A part of the history, or .sql files, are added.")),
        ),
    ] = None,
    grow: Annotated[
        bool, typer.Option("--grow", help=in_english(say("Accept findings that the file does not hold yet.")))
    ] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Write down what is found now. A file that is there does not grow unless --grow says so: exit code 1."""
    from sqlgen.checking import accepted
    from sqlgen.cli.lint import files_of, judge_files
    from sqlgen.lint import baseline

    missing: tuple[str, ...] = ()
    if what and "-" in what:
        raise UsageError(
            say("what stands on stdin has no name to be known by"), hint=say("Give .sql files that lie in the project.")
        )
    if what and (files := files_of(what)):
        (part,) = judge_files(files, asked, None).parts
        found, path = part.judged.findings, part.folder / baseline.FILE
        before = baseline.read(path)
        after = accepted.created(before, found, whole=False)
    else:
        workspace, emission, found = _look(asked, what[0] if what else "base:heads", quiet=quiet, verbose=verbose)
        path, missing = workspace.project.root / baseline.FILE, accepted.unjudged(emission)
        before = baseline.read(path)
        whole = accepted.is_whole(workspace, emission)
        after = accepted.created(before, found, whole=whole, unjudged=missing)
    new = accepted.new_in(after, before)
    if new and not grow:
        _list(new, found, path.parent)
        raise accepted.WouldGrow(
            say("the baseline of findings would grow by {count}", count=len(new)),
            hint=say("Mend or allow what is new; or add --grow, and let whoever reviews the change see the file."),
            file=os.path.relpath(path).replace(os.sep, "/"),
        )
    write_file(path, after.text())
    _say(say("{file}: {held}", file=baseline.FILE, held=_held(after)), quiet)
    return _end(missing)


@app.command("prune")
@on_project()
def prune_command(asked: Request, quiet: QuietOption = False, verbose: VerboseOption = False) -> int:
    """Take out what is not found any more in the whole history. Nothing is ever added."""
    from dataclasses import replace

    from sqlgen.checking import accepted
    from sqlgen.cli.lint import judge_files
    from sqlgen.lint import baseline

    workspace, emission, found = _look(asked, "base:heads", quiet=quiet, verbose=verbose)
    path, missing = workspace.project.root / baseline.FILE, accepted.unjudged(emission)
    before = baseline.read(path)
    if before is None:
        raise UsageError(
            say("there is no baseline of findings: {file}", file=path),
            hint=say("Make one: sqlgen baseline create."),
        )
    files = [str(path.parent / name) for name in accepted.sql_files(before)]
    if there := [name for name in files if Path(name).is_file()]:
        (part,) = judge_files(there, replace(asked, dialect=emission.dialect), None).parts
        found = (*found, *part.judged.findings)
    after = accepted.pruned(before, found, unjudged=missing)
    write_file(path, after.text())
    gone = len(before.findings) - len(after.findings)
    _say(say("{file}: {gone} taken out; {held}", file=baseline.FILE, gone=gone, held=_held(after)), quiet)
    return _end(missing)


def _look(asked: Request, text: str, *, quiet: bool, verbose: bool) -> tuple[Workspace, Emission, tuple[Finding, ...]]:
    """Render a range, and lint it as a whole and revision by revision."""
    from sqlgen.cli.common import progress, show_left, show_output, today
    from sqlgen.workspace import open_workspace

    workspace = open_workspace(asked)
    from sqlgen import pipeline  # while the worker starts
    from sqlgen.checking import accepted
    from sqlgen.linting import load_book

    rules = load_book(workspace.settings, workspace.project.root, workspace.environment)
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, text).steps, progress(), models=True)
    show_output(emission, quiet=quiet, verbose=verbose)
    show_left(emission, quiet=quiet)
    return workspace, emission, accepted.everything(workspace, emission, rules, today=today())


def _list(new: Sequence[Known], found: Sequence[Finding], root: Path) -> None:
    """What is new, a line each, with its place as seen from here."""
    by_fingerprint = {each.fingerprint: each for each in found}
    for known in new[:_SHOWN]:
        each = by_fingerprint[known.fingerprint]
        file = None if each.file is None else os.path.relpath(root / each.file).replace(os.sep, "/")
        tell(f"{place(file, each.line, each.column)}{each.severity.label} {each.rule}: {each.message}")
    if len(new) > _SHOWN:
        tell(say("… and {count} more", count=len(new) - _SHOWN))


def _held(held: Baseline) -> Message:
    rules = Counter(known.rule for known in held.findings)
    count = len(held.findings)
    if not count:
        return say("no findings")
    named = ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items()))
    return (
        say("1 finding: {rules}", rules=named)
        if count == 1
        else say("{count} findings: {rules}", count=count, rules=named)
    )


def _say(message: Message, quiet: bool) -> None:
    if not quiet:
        tell(message)


def _end(missing: Sequence[str]) -> ExitCode:
    """What can't be rendered is never in a baseline: it stays incomplete."""
    if not missing:
        return ExitCode.CLEAN
    tell(
        say(
            "incomplete: {revisions} can't be rendered, so it is not known what to judge (sqlgen doctor says why)",
            revisions=", ".join(missing),
        )
    )
    return ExitCode.INCOMPLETE
