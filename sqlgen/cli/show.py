"""`sqlgen show DIR`: what a bundle is, who signed it, what is missing; with a trust folder, what its ledger says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.options import TEXT_OR_JSON, TextOrJsonOption
from sqlgen.cli.output import deliver, wanted
from sqlgen.errors import say


def command(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=str(say("The bundle.")))],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust", metavar="TRUST", help=str(say("A trust folder: its verdict, and what its ledger says."))
        ),
    ] = None,
    output_format: TextOrJsonOption = None,
) -> None:
    """Say what a bundle is, who signed it and what is missing. Exit code 3 when it was changed, or when the trust
    folder refuses it.
    """
    from sqlgen.bundle.show import show
    from sqlgen.cli.show_report import as_json, lines

    wants = wanted(output_format or [], TEXT_OR_JSON)
    shown = show(bundle, now=datetime.now(UTC), trust=trust)
    deliver(
        wants,
        {
            "text": lambda: "".join(f"{line}\n" for line in lines(shown)),
            "json": lambda: as_json(shown),
        },
    )
    for refusal in (shown.problem, shown.refusal):
        if refusal is not None:
            raise refusal
