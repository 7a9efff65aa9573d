"""`sqlgen renew DIR --expires WHEN -o OUT`: the same bundle with another last day; its approvals go with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.output import data, tell
from sqlgen.messages import in_english, say


def command(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=in_english(say("The bundle, expired or not.")))],
    expires: Annotated[
        str, typer.Option("--expires", metavar="WHEN", help=in_english(say("2026-12-31, or 14d from now.")))
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help=in_english(say("The folder to make.")))],
) -> None:
    """Renew a bundle: what was approved, with a new last day and an id of its own. Approvals of the old one lie in it,
    for policies that carry them; the others sign again.
    """
    from sqlgen.building.origin import expiry, source_date
    from sqlgen.bundle.renew import renew

    now = source_date() or datetime.now(UTC)
    day = expiry(expires, now if expires.endswith("d") else None)
    renewed = renew(bundle, output, expires=day, now=now)
    lines = [
        say("bundle id {id}", id=renewed.bundle_id),
        say("content id {content}, as before", content=renewed.content_id),
        say("expires {day}, before {old_day}", day=renewed.expires, old_day=renewed.of.expires or say("never")),
        say("renews {old}", old=renewed.of.bundle_id),
        *(
            say("may be carried: {role} {principal} {key}", role=each.role, principal=each.principal, key=each.key)
            for each in renewed.of.approvals
        ),
    ]
    data("".join(f"{line}\n" for line in lines))
    if not renewed.of.approvals:
        tell(say("note: nobody has signed the bundle that is renewed, so there is nothing to carry"))
        return
    tell(
        say(
            "note: they count in the roles that the policy of {environment} carries; for the others it is signed again",
            environment=renewed.environment,
        )
    )
