"""`sqlgen release FILE -o DIR`: the bundles of several projects and environments, and a page that lists them."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import (
    AllowDirtyOption,
    AllowHeadsOption,
    AllowIncompleteOption,
    AllowVolatileOption,
    FailOnOption,
    QuietOption,
)
from sqlgen.cli.output import complain, painter, tell
from sqlgen.errors import ExitCode, OutputError, SqlgenError, UsageError, say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.building.release import Built, Part


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=in_english(say("The release file: release.toml.")))],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help=in_english(say("The folder to make.")))],
    env: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="NAME", help=in_english(say("These environments only; repeatable."))),
    ] = None,
    fail_on: FailOnOption = None,
    allow_incomplete: AllowIncompleteOption = False,
    allow_dirty: AllowDirtyOption = False,
    allow_heads: AllowHeadsOption = False,
    allow_volatile: AllowVolatileOption = False,
    quiet: QuietOption = False,
) -> int:
    """Build all bundles of a release, or none: one folder with a bundle for each project and environment."""
    from sqlgen.building import release
    from sqlgen.cli.building import allowed
    from sqlgen.cli.lint import checked_fail_on

    checked_fail_on(fail_on)
    if os.path.lexists(output):
        raise OutputError(say("{path} is there already", path=output), hint=say("Give a new folder: -o DIR."))
    if not file.is_file():
        raise UsageError(
            say("there is no release file {path}", path=file), hint=say("Give release.toml, or write one.")
        )
    read = release.read(file)
    parts = [part for part in read.parts if not env or part.environment in env]
    if not parts:
        raise UsageError(
            say("the release has nothing for {environments}", environments=", ".join(env or ())),
            hint=say("It knows {known}.", known=", ".join(dict.fromkeys(part.environment for part in read.parts))),
        )
    flags = allowed(incomplete=allow_incomplete, dirty=allow_dirty, heads=allow_heads, volatile=allow_volatile)
    with _folder(output) as fresh:
        made = [_build(part, fail_on, flags) for part in parts]
        built = [each for each in made if not isinstance(each, int)]
        codes = [each for each in made if isinstance(each, int)]
        if codes:
            tell(say("no release was written: {count} of {all} bundles could not be built",
                     count=len(codes), all=len(parts)))  # fmt: skip
            return next(code for code in _GRAVEST_FIRST if code in codes)
        _write(fresh, built, release.index(read, built))
        fresh.rename(output)
    if not quiet:
        for each in built:
            for refusal in each.draft.refusals:
                tell(say("warning: {name}: {what}", name=each.part.name, what=refusal.override))
        for each in built:
            tell(say("bundle {path}\nbundle id {id}", path=output / each.part.name, id=each.bundle_id))
        tell(say("begin with {path}", path=output / "index.md"))
    return ExitCode.INCOMPLETE if any(each.draft.incomplete for each in built) else ExitCode.CLEAN


_GRAVEST_FIRST = (ExitCode.USAGE, ExitCode.REFUSED, ExitCode.INCOMPLETE, ExitCode.FINDINGS)


def _build(part: Part, fail_on: str | None, flags: frozenset[str]) -> Built | int:
    """One bundle, or the exit code with which it failed: it is said why, and the others are tried."""
    from sqlgen.building import make
    from sqlgen.building.release import Built, with_flags
    from sqlgen.bundle.pack import identify
    from sqlgen.cli.building import refused
    from sqlgen.cli.common import progress

    try:
        draft = make.draft(with_flags(part, fail_on=fail_on, allow=flags), progress())
        if not draft.open:
            files = make.files(draft)
            return Built(part, draft, files, identify(files))
    except SqlgenError as error:
        tell(say("{name}:", name=part.name))
        complain(error, painter("auto", sys.stderr))
        return error.exit_code
    tell(say("{name}:", name=part.name))
    code = refused(draft.open)
    if any(each.exit_code in (ExitCode.FINDINGS, ExitCode.INCOMPLETE) for each in draft.open):
        lint = ["sqlgen", "lint", str(part.order.range), "--project", str(part.order.request.project)]
        tell(say("to see more: {command}", command=shlex.join([*lint, "--env", part.environment])))
    return code


@contextmanager
def _folder(output: Path) -> Iterator[Path]:
    """A folder beside it, to be renamed; what can't be written there is told before anything is rendered."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}."))
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            say("{path} can't be written: {why}", path=output, why=error.strerror or error),
            hint=say("Make sure that you may write into {parent} and that it has space.", parent=output.parent),
        ) from error


def _write(fresh: Path, built: Sequence[Built], page: str) -> None:
    from sqlgen.bundle.pack import write

    for each in built:
        write(each.files, fresh / each.part.name, force=False)
    index = fresh / "index.md"
    index.write_bytes(page.encode())
    index.chmod(0o644)  # whatever the umask is
    fresh.chmod(0o755)
