"""`sqlgen emit RANGE`: the runnable script, formatted, on stdout, in a file, or in a folder with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import for_others
from sqlgen.cli.options import (
    DownOption,
    QuietOption,
    RangeArgument,
    TransactionOption,
    VerboseOption,
    on_project,
    transaction_mode,
)
from sqlgen.cli.output import data, is_folder, make_folder, tell, write_file, write_files
from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.pipeline import Emission
    from sqlgen.schema import Schema
    from sqlgen.script import Target
    from sqlgen.script.runbook.page import Range
    from sqlgen.script.split import By
    from sqlgen.segments import Step
    from sqlgen.settings import Request
    from sqlgen.workspace import Workspace


@on_project()
def command(
    asked: Request,
    range_text: RangeArgument,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help=in_english(say("Write to a file; or, to DIR/, the script with all that belongs to it.")),
        ),
    ] = None,
    down: DownOption = False,
    split: Annotated[
        str,
        typer.Option(
            "--split",
            metavar="BY",
            help=in_english(say("revision or segment: a numbered file for each, into the folder of -o.")),
            show_default=False,
        ),
    ] = "none",
    transaction: TransactionOption = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help=in_english(say("Instead: resume.sql, where the client needs another script."))),
    ] = False,
    preflight: Annotated[
        bool,
        typer.Option(
            "--preflight", help=in_english(say("Instead: preflight.sql, read-only checks before the script."))
        ),
    ] = False,
    postcheck: Annotated[
        bool,
        typer.Option(
            "--postcheck", help=in_english(say("Instead: postcheck.sql, read-only checks of what the script made."))
        ),
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help=in_english(say("Instead: the formatted statements alone, without any guard.")))
    ] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Render a range of revisions as one script for the database's own client."""
    from sqlgen.cli.common import exit_code, show_holes, show_left, show_remarks
    from sqlgen.workspace import open_workspace

    given = {"raw": raw, "resume": resume, "preflight": preflight, "postcheck": postcheck}
    wants = [name for name, asked_for in given.items() if asked_for]
    _check_kinds(wants, down=down)
    wanted = _Wanted(wants[0] if wants else "script", down, _by(split), output)
    _check_split(wanted)
    workspace = open_workspace(replace(asked, transaction=transaction_mode(transaction)))
    with for_others():
        emission, files = _made(workspace, range_text, wanted, quiet=quiet, verbose=verbose)
    written = _write(wanted, files)
    if written and not quiet:
        tell(say("{folder}: {names}", folder=output, names=", ".join(written)))
    show_left(emission, quiet=quiet)
    show_remarks(emission, quiet=quiet, verbose=verbose)
    show_holes(emission, quiet=quiet)
    way = "downgrade" if down else "upgrade"
    return exit_code(
        findings=False, incomplete=any(step.incomplete for step in emission.steps if step.direction == way)
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be written, and where."""

    kind: str
    """script, or another file in place of it: raw, resume, preflight, postcheck."""
    down: bool
    by: By | None
    """Into which pieces the range is cut."""
    output: str | None

    @property
    def both(self) -> bool:
        """Whether a file needs the other direction: a rollback starts from the middle of the upgrade, a check before it
        from its end; a runbook has both."""
        return self.kind != "raw" and (self.down or self.whole)

    @property
    def whole(self) -> bool:
        """Whether the files of both directions are written."""
        return self.kind == "script" and not self.down and self.in_folder and self.by is None

    @property
    def in_folder(self) -> bool:
        return self.output is not None and is_folder(self.output)


def _check_kinds(kinds: Sequence[str], *, down: bool) -> None:
    """Raises UsageError for options that don't go together."""
    if len(kinds) > 1:
        raise UsageError(
            say("--{first} and --{second} each write a file in place of the script", first=kinds[0], second=kinds[1]),
            hint=say("Give one of them; with -o DIR/ the script stands beside what belongs to it."),
        )
    if "resume" in kinds and down:
        raise UsageError(
            say("a rollback that stopped needs no other script"), hint=say("Run the same rollback script again.")
        )


def _by(text: str) -> By | None:
    match text:
        case "none":
            return None
        case "revision" | "segment":
            return text
        case _:
            raise UsageError(say("--split can't be {by}", by=text), hint=say("Use --split revision, segment or none."))


def _check_split(wanted: _Wanted) -> None:
    """Raises UsageError where there is one file, or no folder."""
    if wanted.by is not None and wanted.kind in ("resume", "preflight", "postcheck"):
        raise UsageError(
            say("--{kind} is one file, and can't be split", kind=wanted.kind), hint=say("Leave --split out.")
        )
    if wanted.by is not None and not wanted.in_folder:
        raise UsageError(
            say("--split writes several files, and needs a folder for them"),
            hint=say("Add -o DIR/ with a slash at its end."),
        )


def _made(
    workspace: Workspace, range_text: str, wanted: _Wanted, *, quiet: bool, verbose: bool
) -> tuple[Emission, Mapping[str, str]]:
    """Render the range, in both directions where a file needs the other one.

    The revisions as they are written, and the files.
    """
    from sqlgen import pipeline, script  # while the worker starts
    from sqlgen.cli.common import progress, show_notes, show_output
    from sqlgen.history import between
    from sqlgen.schema import Schema

    found = pipeline.resolve(workspace, range_text, down=wanted.down)
    other = between(workspace.graph, found.lower, found.upper, down=not wanted.down).steps if wanted.both else ()
    up, down = (other, found.steps) if wanted.down else (found.steps, other)
    emission = pipeline.emit(workspace, (*up, *down), progress())
    show_output(emission, quiet=quiet, verbose=verbose)
    target = pipeline.target(workspace, emission)
    forward, back = emission.steps[: len(up)], emission.steps[len(up) :]
    emission = _written(emission, forward, back, wanted)
    show_notes(emission, quiet=quiet, verbose=verbose)
    nothing = wanted.kind == "raw"  # asks for the schema
    dialect = emission.dialect
    before = Schema(dialect) if nothing else pipeline.schema_at(workspace, dialect, emission.versions, found.lower)
    try:
        return emission, _files(_range(forward, back, target, before), wanted)
    except script.Unfaithful:  # one revision never hides the rest
        forward, back = (script.without_unfaithful(steps, target) for steps in (forward, back))
        files = _files(_range(forward, back, target, before), wanted)
        return _written(emission, forward, back, wanted), files


def _written(emission: Emission, up: Sequence[Step], down: Sequence[Step], wanted: _Wanted) -> Emission:
    """What of an emission goes into the files."""
    return replace(emission, steps=(*up, *down) if wanted.whole else tuple(down if wanted.down else up))


def _range(up: Sequence[Step], down: Sequence[Step], target: Target, before: Schema) -> Range:
    """What files are made of. Of a direction that no file needs there are no steps."""
    from sqlgen.bundle.content import identify
    from sqlgen.script.runbook.page import Range

    content = identify(up, down, target) if up and down else ""
    return Range.of(up, down, target, before, content)


def _files(range: Range, wanted: _Wanted) -> Mapping[str, str]:
    """By name; one alone where it is not for a folder."""
    from sqlgen.script import folder, raw
    from sqlgen.script.checks import postcheck, preflight
    from sqlgen.script.split import split, split_raw

    target = range.target
    steps, start = (range.down, folder.end(range)) if wanted.down else (range.up, range.before)
    if wanted.by is not None:
        if wanted.kind == "raw":
            return split_raw(steps, target, wanted.by)
        return split(range, steps, wanted.by)
    match wanted.kind:
        case "raw":
            return {"raw.sql": raw.render(steps, target)}
        case "preflight":
            return {"preflight.sql": preflight.render(steps, target, start)}
        case "postcheck":
            return {"postcheck.sql": postcheck.render(steps, target, start)}
        case "resume":
            return {"resume.sql": folder.resume(range)}
        case _ if wanted.in_folder:
            return folder.files_of_rollback(range) if wanted.down else folder.files(range)
        case _ if wanted.down:
            return {"rollback.sql": folder.rollback(range)}
        case _:
            return {"apply.sql": folder.apply(range)}


def _write(wanted: _Wanted, files: Mapping[str, str]) -> tuple[str, ...]:
    """Where they belong; the names of those that went to a folder."""
    if wanted.output is None:
        data(*files.values())
    elif not wanted.in_folder:
        write_file(Path(wanted.output), *files.values())
    else:
        from sqlgen.script.folder import refuse_strangers

        there = Path(wanted.output)
        make_folder(there)
        refuse_strangers(there, files)
        write_files(there, files)
        return tuple(files)
    return ()
