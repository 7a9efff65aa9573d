"""`sqlgen sign DIR --role ROLE --key KEY`: sign a bundle, or `--reject` it; `--withdraw` takes that back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import KeyOption, SignerOption
from sqlgen.cli.output import data, tell
from sqlgen.errors import Message, UsageError, say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.bundle.reject import Said


def command(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=in_english(say("The bundle.")))],
    key: KeyOption,
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="ROLE", help=in_english(say("Approve it as author, review, dba, …"))),
    ] = None,
    principal: SignerOption = None,
    rejected: Annotated[bool, typer.Option("--reject", help=in_english(say("Say that nobody may apply it.")))] = False,
    withdrawn: Annotated[
        bool,
        typer.Option(
            "--withdraw", help=in_english(say("Take your own rejection back; with --role, your own approval."))
        ),
    ] = False,
    because: Annotated[
        str | None,
        typer.Option("--because", metavar="WORDS", help=in_english(say("Why; with --reject and --withdraw."))),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            metavar="TRUST",
            help=in_english(
                say(
                    "A trust folder: its policy says which roles there are, and what verification will say of this "
                    "signature is said at once; a rejection, or that it is taken back, is written into its ledger."
                )
            ),
        ),
    ] = None,
) -> None:
    """Sign a bundle in a role, or reject it, with ssh-keygen. The bundle is checked first; a changed one is never
    signed.
    """
    _one_of(role, rejected, withdrawn)
    if role is not None:
        if because is not None:
            raise UsageError(
                say("--because is of a rejection"),
                hint=say("Leave it out, or leave --role {role} out.", role=role),
            )
        if withdrawn:
            _take_back(bundle, role, key, principal)
        else:
            _sign(bundle, role, key, principal, trust)
        return
    from sqlgen.bundle.reject import reject, withdraw

    if rejected:
        said = reject(bundle, because=because or "", key=key, principal=principal, now=datetime.now(UTC), trust=trust)
        _tell_said(say("rejected"), said, say("note: only this copy says so; with --trust TRUST the ledger does, too"))
    else:
        said = withdraw(bundle, because=because, key=key, principal=principal, trust=trust)
        _tell_said(
            say("withdrawn: the rejection"),
            said,
            say("note: this copy alone was looked at; with --trust TRUST the ledger is told, too")
            if trust is None
            else say("note: the ledger holds no such rejection, so nothing was written there"),
        )


def _one_of(role: str | None, rejected: bool, withdrawn: bool) -> None:
    if not (role is not None or rejected or withdrawn) or (rejected and (role is not None or withdrawn)):
        raise UsageError(
            say("say one thing of a bundle: --role ROLE, --reject or --withdraw"),
            hint=say('Approve it with --role review, or refuse it with --reject --because "…".'),
        )


def _take_back(bundle: Path, role: str, key: Path, principal: str | None) -> None:
    from sqlgen.bundle.sign import take_back

    taken = take_back(bundle, role=role, key=key, principal=principal)
    text = say(
        "withdrawn: the approval as {role} for {environment} by {principal} with {key}\nbundle id {id}",
        role=taken.role,
        environment=taken.environment,
        principal=taken.principal,
        key=taken.key,
        id=taken.bundle_id,
    )
    data(f"{text}\n")


def _sign(bundle: Path, role: str, key: Path, principal: str | None, trust: Path | None) -> None:
    from sqlgen.bundle.sign import sign
    from sqlgen.bundle.verify import utc

    signed = sign(bundle, role=role, key=key, principal=principal, trust=trust)
    for doubt in signed.doubts:
        tell(say("warning: {what}", what=doubt))
    if signed.breakglass is not None:
        tell(say("note: this is an emergency, and counts by the breakglass policy: {why}", why=signed.breakglass))
        if trust is None:
            tell(say("note: that policy decides whether {role} is asked for: --trust TRUST", role=role))
    show = "sqlgen show DIR" if trust is None else "sqlgen show DIR --trust TRUST"
    for name in signed.rejected_by:
        tell(say("note: {name} rejected this bundle, so it can't be applied; {show} says why", name=name, show=show))
    if signed.expires is not None and signed.expires <= utc(datetime.now(UTC)):
        tell(say("note: this bundle expired at {when}; sqlgen renew DIR makes one that has not", when=signed.expires))
    text = say(
        "signed as {role} for {environment} by {principal} with {key}\nbundle id {id}",
        role=signed.role,
        environment=signed.environment,
        principal=signed.principal,
        key=signed.key,
        id=signed.bundle_id,
    )
    data(f"{text}\n")


def _tell_said(what: Message, said: Said, without: Message) -> None:
    text = say(
        "{what} for {environment} by {principal} with {key}\nbundle id {id}",
        what=what,
        environment=said.environment,
        principal=said.principal,
        key=said.key,
        id=said.bundle_id,
    )
    data(f"{text}\n")
    if said.entry is None:
        tell(without)
    else:
        line = say("entry {number} of the ledger of {environment}", number=said.entry, environment=said.environment)
        data(f"{line}\n")
