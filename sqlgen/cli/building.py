"""What the commands that build bundles share: what is said on the way, and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlgen.cli.output import Wanted, complain, painter, show, tell
from sqlgen.errors import ExitCode, SqlgenError, say

if TYPE_CHECKING:
    from sqlgen.building.make import Draft
    from sqlgen.building.order import Order, Refusal
    from sqlgen.review.document.stats import Stats


def allowed(*, incomplete: bool, dirty: bool, heads: bool, volatile: bool) -> frozenset[str]:
    """The flags that were given."""
    flags = {
        "--allow-incomplete": incomplete,
        "--allow-dirty": dirty,
        "--allow-heads": heads,
        "--allow-volatile": volatile,
    }
    return frozenset(flag for flag, given in flags.items() if given)


def statistics(file: Path | None) -> Stats | None:
    """What `--stats` names. Raises UsageError for a file that can't be read, and for one that is none."""
    from sqlgen.review.document import stats

    return None if file is None else stats.read(file)


@dataclass(frozen=True, slots=True)
class Telling:
    """How much is said, and where findings go."""

    wants: Sequence[Wanted] = ()
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False


def build(order: Order, output: Path, telling: Telling, *, force: bool) -> int:
    """Build and write one bundle; say what stands against it; the exit code."""
    from sqlgen.building.make import drafted
    from sqlgen.cli.common import progress

    return finish(drafted(order, progress()), output, telling, force=force)


def finish(made: Draft, output: Path, telling: Telling, *, force: bool) -> int:
    """Write what was drafted, or say what stands against it; the exit code."""
    from sqlgen.building.make import files
    from sqlgen.bundle.pack import write
    from sqlgen.bundle.verify import utc
    from sqlgen.cli.common import show_left, show_notes, show_output
    from sqlgen.project import top
    from sqlgen.review import report

    show_output(made.emission, quiet=telling.quiet, verbose=telling.verbose)
    show_left(made.emission, quiet=telling.quiet)
    show_notes(made.emission, quiet=telling.quiet, verbose=telling.verbose)
    show(telling.wants, report.of(made.judged, made.workspace.project.root, top(Path.cwd())), telling.color)
    if made.open:
        return refused(made.open)
    id = write(files(made), output, force=force)
    if not telling.quiet:
        for each in made.refusals:
            tell(say("warning: {what}", what=each.override))
        if made.expires is not None and made.expires <= datetime.now(UTC):
            tell(say("warning: this bundle expired at {moment}: nobody can apply it", moment=utc(made.expires)))
        tell(say("bundle {output}\nbundle id {id}", output=output, id=id))
    return ExitCode.INCOMPLETE if made.incomplete else ExitCode.CLEAN


def refused(refusals: Sequence[Refusal]) -> int:
    """Say all that stands against a bundle, each with what to do; the exit code."""
    paint = painter("auto", sys.stderr)
    for each in refusals:
        complain(SqlgenError(say("no bundle was built: {why}", why=each.message), hint=each.hint), paint)
    codes = {each.exit_code for each in refusals}
    return next(code for code in (ExitCode.USAGE, ExitCode.INCOMPLETE, ExitCode.FINDINGS) if code in codes)
