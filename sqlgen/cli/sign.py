"""`sqlgen sign DIR --role ROLE --key KEY`: put a signature on a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sqlgen.cli.output import data
from sqlgen.messages import say


def command(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=str(say("The bundle.")))],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help=str(say("author, review, dba, …")))],
    key: Annotated[
        Path,
        typer.Option("--key", metavar="KEY", help=str(say("A private key file, or a .pub whose key ssh-agent holds."))),
    ],
    principal: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="NAME", help=str(say("The signer's name in allowed_signers; else the key's comment."))
        ),
    ] = None,
) -> None:
    """Sign a bundle in a role, with ssh-keygen. The bundle is checked first; a changed one is never signed."""
    from sqlgen.bundle.sign import sign

    signed = sign(bundle, role=role, key=key, principal=principal)
    text = say(
        "signed as {role} for {environment} by {principal} with {key}\nbundle id {id}",
        role=signed.role,
        environment=signed.environment,
        principal=signed.principal,
        key=signed.key,
        id=signed.bundle_id,
    )
    data(f"{text}\n")
