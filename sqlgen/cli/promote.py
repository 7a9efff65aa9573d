"""`sqlgen promote DIR --env ENV -o OUT`: the same content for the next environment."""

from __future__ import annotations

from dataclasses import replace
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
from sqlgen.cli.output import tell, wanted
from sqlgen.errors import say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.building.make import Draft
    from sqlgen.building.order import Order
    from sqlgen.settings import Request


@on_project(without=("dialect", "reads", "online_branches", "stub", "target", "name"))
def command(
    asked: Request,
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=in_english(say("The bundle that was applied before.")))],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help=in_english(say("The folder to make.")))],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust", metavar="TRUST", help=in_english(say("Whose ledger has the receipt; else that of the settings."))
        ),
    ] = None,
    without_receipt: Annotated[
        bool,
        typer.Option(
            "--without-receipt", help=in_english(say("The same content, without saying that it was applied."))
        ),
    ] = False,
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
    """Build a bundle's range again for another environment, with the receipt as evidence: the content id stays."""
    from sqlgen.cli.lint import checked_fail_on
    from sqlgen.review.formats import NAMES

    telling_formats = wanted(output_format or [], NAMES)
    checked_fail_on(fail_on)
    from sqlgen.building.promote import promote
    from sqlgen.bundle.pack import check_place
    from sqlgen.cli.building import Telling, allowed, finish, statistics
    from sqlgen.cli.common import progress

    check_place(output, force)
    given = statistics(stats)
    flags = allowed(incomplete=allow_incomplete, dirty=allow_dirty, heads=allow_heads, volatile=allow_volatile)

    def change(order: Order) -> Order:
        return replace(
            order,
            expires=expires,
            ticket=ticket or order.ticket,
            breakglass=breakglass,
            fail_on=fail_on or order.fail_on,
            allow=order.allow | flags,
            stats=given or order.stats,
        )

    def done(draft: Draft) -> int:
        if draft.expires is None and not quiet:
            tell(say("note: it never expires; --expires 14d gives it a last day"))
        return finish(draft, output, Telling(telling_formats, color, quiet, verbose), force=force)

    return promote(bundle, asked, change, done, trust=trust, receipted=not without_receipt, progress=progress())
