"""`sqlgen bundle RANGE --env ENV -o DIR`: everything a DBA needs, in one folder that can be signed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import (
    AllowDirtyOption,
    AllowHeadsOption,
    AllowIncompleteOption,
    AllowVolatileOption,
    BreakglassOption,
    ColorOption,
    ExpiresOption,
    FailOnOption,
    ForceOption,
    FormatOption,
    QuietOption,
    StatsOption,
    TicketOption,
    VerboseOption,
    on_project,
)
from sqlgen.cli.output import data, tell, wanted
from sqlgen.errors import ExitCode, UsageError, say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.building.order import HotfixOrder
    from sqlgen.settings import Request


@on_project()
def command(
    asked: Request,
    range_text: Annotated[
        str | None, typer.Argument(metavar="[RANGE]", help=in_english(say("v1:v2, prev:head, ledger:prod..head, …")))
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help=in_english(say("The folder to make.")))
    ] = None,
    sql: Annotated[
        Path | None,
        typer.Option("--sql", metavar="FILE", help=in_english(say("A hotfix: SQL by hand, in place of a range."))),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="REV", help=in_english(say("Where the database stands that the hotfix is for."))),
    ] = None,
    rollback: Annotated[
        Path | None, typer.Option("--rollback", metavar="FILE", help=in_english(say("The hotfix's way back, by hand.")))
    ] = None,
    revision: Annotated[
        str | None,
        typer.Option(
            "--revision", metavar="ID", help=in_english(say("The revision id that the hotfix stamps; else made."))
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", metavar="DIR", help=in_english(say("Build that bundle again and say whether it is the same."))
        ),
    ] = None,
    expires: ExpiresOption = None,
    ticket: TicketOption = None,
    breakglass: BreakglassOption = None,
    stats: StatsOption = None,
    force: ForceOption = False,
    fail_on: FailOnOption = None,
    allow_incomplete: AllowIncompleteOption = False,
    allow_dirty: AllowDirtyOption = False,
    allow_heads: AllowHeadsOption = False,
    allow_volatile: AllowVolatileOption = False,
    output_format: FormatOption = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Build a bundle: the scripts, the runbook, the review, evidence and the manifest that is signed.

    \b
    sqlgen bundle v1:v2 --env prod -o DIR                    a range of the history
    sqlgen bundle --sql FILE --at v1 --env prod -o DIR       a hotfix, by hand
    sqlgen bundle --check DIR                                is it what its commit gives?
    """
    from sqlgen.cli.lint import checked_fail_on
    from sqlgen.review.formats import NAMES

    wants = wanted(output_format or [], NAMES)
    checked_fail_on(fail_on)
    from sqlgen.building.order import Order
    from sqlgen.bundle.pack import check_place
    from sqlgen.cli.building import Telling, allowed, build, statistics

    allow = allowed(incomplete=allow_incomplete, dirty=allow_dirty, heads=allow_heads, volatile=allow_volatile)
    if check is not None:
        made_of = (range_text, sql, at, rollback, revision, output, expires, ticket, breakglass, fail_on, stats)
        _nothing_else(made_of, force=force, allow=allow)
        return _check(asked, check)
    if output is None:
        raise UsageError(say("it is not said where the bundle shall be"), hint=say("Give a new folder: -o DIR."))
    hotfix = _hotfix(range_text, sql, at, rollback, revision)
    check_place(output, force)
    order = Order(
        asked,
        range_text,
        hotfix,
        expires,
        ticket=ticket,
        breakglass=breakglass,
        fail_on=fail_on,
        allow=allow,
        stats=statistics(stats),
    )
    return build(order, output, Telling(wants, color, quiet, verbose), force=force)


def _hotfix(
    range_text: str | None, sql: Path | None, at: str | None, rollback: Path | None, revision: str | None
) -> HotfixOrder | None:
    """Raises UsageError unless there is either a range or a hotfix."""
    from sqlgen.building.order import HotfixOrder

    if sql is not None and at is not None and range_text is None:
        return HotfixOrder(sql, at, rollback, revision)
    if range_text is not None and (sql, at, rollback, revision) == (None, None, None, None):
        return None
    if sql is not None and range_text is None:
        raise UsageError(
            say("it is not said where the database stands that {file} is for", file=sql),
            hint=say("Give the revision that its version table shows: --at REV. sqlgen history lists them."),
        )
    raise UsageError(
        say("it is not said what the bundle is made of"),
        hint=say("Give a range, such as v1:v2; or for a hotfix --sql FILE and --at REV, and no range."),
    )


def _nothing_else(made_of: Sequence[object], *, force: bool, allow: frozenset[str]) -> None:
    """Raises UsageError for --check with what would make another bundle."""
    if any(each is not None for each in made_of) or force or allow:
        raise UsageError(
            say("--check builds what the bundle's manifest says, so nothing else can be asked of it"),
            hint=say("Give the bundle, and what no manifest holds: --project, --python, -x, --shadow, --baseline."),
        )


def _check(asked: Request, bundle: Path) -> int:
    from sqlgen.building.rebuild import rebuild
    from sqlgen.cli.common import progress

    made = rebuild(bundle, asked, progress())
    if made.difference is None:
        for line in (made.verdict(), say("bundle id {id}", id=made.bundle_id), *made.taken):
            data(f"{line}\n")
        return ExitCode.CLEAN
    for line in made.told():
        data(f"{line}\n")
    tell(say("the bundle is not what {source} gives", source=made.source))
    return ExitCode.REFUSED
