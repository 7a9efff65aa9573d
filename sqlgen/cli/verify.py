"""`sqlgen verify TRUST ENV DIR`: may this bundle be applied, may it be rolled back, was it right to run it?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.output import data, tell
from sqlgen.errors import UsageError
from sqlgen.messages import in_english, say


def command(
    trust: Annotated[
        Path,
        typer.Argument(metavar="TRUST", help=in_english(say("The trust folder, which holds versions/ and ledger/."))),
    ],
    environment: Annotated[
        str, typer.Argument(metavar="ENV", help=in_english(say("The environment it is meant for.")))
    ],
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=in_english(say("The bundle.")))],
    rollback: Annotated[
        bool,
        typer.Option(
            "--rollback",
            help=in_english(say("May its rollback.sql be run? Though it expired, was applied, or its signers left.")),
        ),
    ] = False,
    audit_wanted: Annotated[
        bool,
        typer.Option("--audit", help=in_english(say("Was it right to run it, when the ledger says that it was run?"))),
    ] = False,
    receipt: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="RECEIPT", help=in_english(say("The ledger's entry, by its number or its file."))
        ),
    ] = None,
) -> None:
    """Say VERIFIED, who signed and what to run, or refuse with the reason. verify.sh and verify.py need no sqlgen."""
    from sqlgen.bundle.verify import audit, report, verify

    if audit_wanted != (receipt is not None) or (audit_wanted and rollback):
        raise UsageError(
            say("--audit and --as-of RECEIPT go together, and without --rollback"),
            hint=say("Write --audit --as-of 12: the number of the ledger's entry, or its file."),
        )
    if receipt is not None:
        audited = audit(trust, environment, bundle, receipt=receipt)
        notes, lines = audited.notes, report(audited)
    else:
        verified = verify(trust, environment, bundle, now=datetime.now(UTC), rollback=rollback)
        notes, lines = verified.notes, report(verified)
    for note in notes:
        tell(note)
    data("".join(f"{line}\n" for line in lines))
