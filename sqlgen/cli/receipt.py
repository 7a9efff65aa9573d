"""`sqlgen receipt DIR --trust TRUST --log apply.log --key KEY`: what was run and what came out, into the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.options import KeyOption, SignerOption
from sqlgen.cli.output import data, tell
from sqlgen.errors import ExitCode, say
from sqlgen.messages import in_english


def command(
    bundle: Annotated[
        Path, typer.Argument(metavar="DIR", help=in_english(say("The bundle that was run, or its copy.")))
    ],
    trust: Annotated[Path, typer.Option("--trust", metavar="TRUST", help=in_english(say("Your trust folder.")))],
    log: Annotated[
        Path,
        typer.Option(
            "--log", metavar="FILE", help=in_english(say("What the client printed: apply.log, rollback.log."))
        ),
    ],
    key: KeyOption,
    principal: SignerOption = None,
    exit_code: Annotated[
        int | None,
        typer.Option(
            "--exit-code",
            metavar="N",
            help=in_english(say("How the client ended: $? behind it; needed where it reached no server.")),
        ),
    ] = None,
    script: Annotated[
        str | None,
        typer.Option(
            "--script",
            metavar="FILE",
            help=in_english(say("apply.sql, resume.sql or rollback.sql; else the log tells.")),
        ),
    ] = None,
) -> int:
    """Record a run of apply.sql, resume.sql or rollback.sql in the ledger, signed; a failure is recorded, too.

    Of the log only its digest and the result line are kept. Where the bundle does not verify, the entry says so, and
    the exit code is 3.
    """
    from sqlgen.bundle.ledger.receipt import record

    made = record(
        trust,
        bundle,
        log,
        key,
        now=datetime.now(UTC),
        principal=principal,
        exit_code=exit_code,
        script=script,
    )
    receipt = made.receipt
    lines = [
        say(
            "entry {number} of {environment}: {kind}, {script} by {name}",
            number=receipt.number,
            environment=receipt.environment,
            kind=receipt.kind,
            script=receipt.script,
            name=receipt.name,
        ),
        say("result: {result}", result=receipt.result or say("the log has no result line")),
        say("bundle id {id}", id=receipt.bundle),
        say("file {file}", file=made.appended.file),
    ]
    data("".join(f"{line}\n" for line in lines))
    for note in made.notes:
        tell(note)
    if (receipt.result or "").startswith("ALREADY APPLIED"):
        tell(say("warning: the database was there before this run; the log does not show who brought it there"))
    if receipt.kind != "failed" and exit_code not in (None, 0) and not (receipt.result or "").startswith("ALREADY"):
        tell(say("warning: the client ended with {code} all the same; look at the end of the log", code=exit_code))
    if receipt.breakglass:
        tell(
            say(
                "note: this was an emergency, and a review must follow, by somebody who did not sign the bundle: "
                'sqlgen ledger review {trust} {environment} {id} --key KEY --because "…"',
                trust=trust,
                environment=receipt.environment,
                id=receipt.bundle[:12],
            )
        )
    tell(
        say(
            "note: commit and push {file} and its .sig: others see the entry when they have both",
            file=made.appended.file,
        )
    )
    if made.refusal is None:
        return ExitCode.CLEAN
    tell(say("warning: the bundle does not verify, and the entry says so: {why}", why=made.refusal))
    return ExitCode.REFUSED
