"""`sqlgen verify TRUST ENV DIR`: may this bundle be applied?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.output import data
from sqlgen.messages import say


def command(
    trust: Annotated[
        Path, typer.Argument(metavar="TRUST", help=str(say("The trust folder: allowed_signers, policy, …")))
    ],
    environment: Annotated[str, typer.Argument(metavar="ENV", help=str(say("The environment it is meant for.")))],
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=str(say("The bundle.")))],
) -> None:
    """Say VERIFIED and who signed, or refuse with the reason. verify.sh does the same with stock tools."""
    from sqlgen.bundle.verify import verify

    verified = verify(trust, environment, bundle, now=datetime.now(UTC))
    lines = [
        say("VERIFIED {copy}", copy=verified.copy),
        say("bundle id {id}", id=verified.bundle_id),
        *(
            say("signed by {role} {principal} {key}", role=each.role, principal=each.principal, key=each.key)
            for each in verified.signatures
        ),
    ]
    data("".join(f"{line}\n" for line in lines))
