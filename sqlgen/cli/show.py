"""`sqlgen show DIR`: what a bundle is, who signed it, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.output import data
from sqlgen.errors import Message, say

if TYPE_CHECKING:
    from sqlgen.bundle.manifest import Manifest
    from sqlgen.bundle.show import Shown


def command(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=str(say("The bundle.")))],
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="TRUST", help=str(say("A trust folder, to check the signatures against."))),
    ] = None,
) -> None:
    """Say what a bundle is, who signed it and what is missing. Raises the refusal when it was changed."""
    from sqlgen.bundle.show import show

    shown = show(bundle, now=datetime.now(UTC), trust=trust)
    if shown.manifest is not None:
        data("".join(f"{line}\n" for line in _lines(shown.manifest, shown)))
    for refusal in (shown.problem, shown.refusal):
        if refusal is not None:
            raise refusal


def _lines(manifest: Manifest, shown: Shown) -> Iterator[Message | str]:
    server = f"{manifest.dialect} {manifest.server_version or ''}".rstrip()
    yield say("bundle id    {id}", id=shown.bundle_id or say("none: the files are not those that were built"))
    yield say("content id   {id}", id=manifest.content_id)
    yield say("range        {lower} to {upper}", lower=_heads(manifest.lower), upper=_heads(manifest.upper))
    yield say("revisions    {count}", count=len(manifest.revisions))
    yield say(
        "environment  {environment}, database {database}",
        environment=manifest.environment or say("none"),
        database=manifest.database or say("NOT BOUND TO A DATABASE"),
    )
    yield say("engine       {server}, run by {client}", server=server, client=manifest.client)
    yield say("commit       {commit}", commit=manifest.commit or say("none"))
    yield say("created      {created}", created=manifest.created or say("unknown"))
    gone = say(" (expired)") if shown.expired else ""
    yield say("expires      {expires}{gone}", expires=manifest.expires or say("never"), gone=gone)
    for flag in manifest.overrides:
        yield say("override     {flag}", flag=flag)
    for hole in manifest.incomplete:
        yield say("incomplete   {revision}: {reason}", revision=hole.revision, reason=hole.reason)
    for driven in manifest.row_driven:
        yield say("row-driven   {revision}: what it does for each row is not in the script", revision=driven.revision)
    for recorded in manifest.recorded:
        yield say("recorded     {revision}: from a run on an empty database", revision=recorded.revision)
    for written in manifest.handwritten:
        yield say("by hand      {revision}: {file}", revision=written.revision, file=written.file)
    for allowance in manifest.allowances:
        until = say(" until {date}", date=allowance.until) if allowance.until else ""
        yield say(
            "allowed      {rule} in {revision}: {because}{until}",
            rule=allowance.rule,
            revision=allowance.revision,
            because=allowance.because,
            until=until,
        )
    for claim in shown.claims:
        fits = "" if claim.fits else say(" (not a signature of this bundle)")
        yield say(
            "signed       {role} {principal} {key}{fits}",
            role=claim.role,
            principal=claim.principal,
            key=claim.key or say("no key"),
            fits=fits,
        )
    for missing in shown.missing:
        yield say("missing      {role}: {have} of {need}", role=missing.role, have=missing.have, need=missing.need)
    if shown.verified:
        yield say("verified     the trust folder accepts it for this environment")
    elif shown.claims and shown.refusal is None:
        yield say("note         signatures are shown as they claim; only a trust folder can tell who signed (--trust)")


def _heads(heads: tuple[str, ...]) -> str:
    return ", ".join(heads) or "base"
