"""`sqlgen verify TRUST ENV DIR`: may this bundle be applied?"""

from __future__ import annotations

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

    data(verify(trust, environment, bundle).text())
