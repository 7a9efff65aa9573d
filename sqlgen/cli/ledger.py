"""`sqlgen ledger check|status|review|restored|forget TRUST`: what a ledger says, and whether to believe it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import settle_for
from sqlgen.cli.options import TEXT_OR_JSON, ColorOption, KeyOption, SignerOption, TextOrJsonOption
from sqlgen.cli.output import complain, data, deliver, painter, tell, wanted
from sqlgen.errors import ExitCode, Message, UsageError, say
from sqlgen.messages import in_english

if TYPE_CHECKING:
    from sqlgen.bundle.ledger.forgetting import Remembered
    from sqlgen.bundle.manifest import Manifest

TrustArgument = Annotated[Path, typer.Argument(metavar="TRUST", help=in_english(say("The trust folder.")))]

app = typer.Typer(rich_markup_mode=None, help=in_english(say("Look at what was applied where, and check it.")))


@app.callback()
def _group() -> None:
    pass


@app.command("check")
def check(
    trust: TrustArgument,
    has: Annotated[
        list[str] | None,
        typer.Option(
            "--has",
            metavar="ENV:NUMBER:DIGEST",
            help=in_english(say("An entry that was there before, as this command printed it; repeatable.")),
        ),
    ] = None,
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
) -> int:
    """Check the whole chain of every environment, and each signature. Exit code 3 where one can't be believed.

    Keep the heads that it prints somewhere else, as in a ticket: with --has it finds out that entries were cut off.
    """
    from sqlgen.bundle.ledger import checking
    from sqlgen.cli import ledger_report

    wants = wanted(output_format or [], TEXT_OR_JSON)
    _folder(trust)
    found = checking.check(trust, has or ())
    deliver(
        wants,
        {
            "text": lambda: ledger_report.checked_text(found, painter(color, sys.stdout)),
            "json": lambda: ledger_report.checked_json(found),
        },
    )
    broken = {each.environment: each.problem for each in found if each.problem is not None}
    for environment, problem in broken.items():
        tell(say("the ledger of {environment}:", environment=environment))
        complain(problem, painter(color, sys.stderr))
    return ExitCode.REFUSED if broken else ExitCode.CLEAN


@app.command("status")
def status(
    trust: TrustArgument,
    bundles: Annotated[
        list[Path] | None, typer.Argument(metavar="[BUNDLE]...", help=in_english(say("Bundles to say the state of.")))
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option("--project", metavar="DIR", help=in_english(say("An Alembic project: what is pending where."))),
    ] = None,
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
) -> int:
    """Say where each service stands in each environment, since when and by whom, and what is still open.

    Exit code 1 where an emergency waits for its review, or a failure for a success.
    """
    from sqlgen.bundle.ledger.status import status as look
    from sqlgen.cli import ledger_report

    wants = wanted(output_format or [], TEXT_OR_JSON)
    _folder(trust)
    found = look(trust, [_bundle(each) for each in bundles or ()], now=datetime.now(UTC))
    settle_for(project)
    rows = ledger_report.rows(found, project)
    deliver(
        wants,
        {
            "text": lambda: ledger_report.status_text(found, rows, painter(color, sys.stdout)),
            "json": lambda: ledger_report.status_json(found, rows),
        },
    )
    return ExitCode.FINDINGS if found.due else ExitCode.CLEAN


@app.command("review")
def review(
    trust: TrustArgument,
    environment: Annotated[str, typer.Argument(metavar="ENV", help=in_english(say("Where it was applied.")))],
    bundle: Annotated[
        str,
        typer.Argument(metavar="BUNDLE-ID", help=in_english(say("The bundle's id, or its first 8 digits or more."))),
    ],
    key: KeyOption,
    because: Annotated[str, typer.Option("--because", metavar="WORDS", help=in_english(say("What was found.")))],
    principal: SignerOption = None,
) -> None:
    """Record that an emergency was looked at afterwards, by somebody who did not sign the bundle."""
    from sqlgen.bundle.ledger import OfBundle
    from sqlgen.bundle.ledger.reviewing import review as write

    _folder(trust)
    made = write(trust, environment, bundle, key, because=because, principal=principal)
    entry = made.entry
    assert isinstance(entry, OfBundle)
    text = say(
        "entry {number} of {environment}: reviewed by {name}\nbundle id {id}\nfile {file}",
        number=entry.number,
        environment=environment,
        name=entry.name,
        id=entry.bundle,
        file=made.file,
    )
    data(f"{text}\n")


@app.command("restored")
def restored(
    trust: TrustArgument,
    environment: Annotated[str, typer.Argument(metavar="ENV", help=in_english(say("Whose database was set back.")))],
    at: Annotated[
        str,
        typer.Option(
            "--at",
            metavar="REV[,REV]",
            help=in_english(say("The rows that its version table holds now, or base: none.")),
        ),
    ],
    because: Annotated[
        str, typer.Option("--because", metavar="WORDS", help=in_english(say("Why, and from which dump.")))
    ],
    key: KeyOption,
    service: Annotated[
        str | None,
        typer.Option(
            "--service", metavar="NAME", help=in_english(say("Whose database, where the ledger knows several."))
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database", metavar="NAME", help=in_english(say("Which of the service's databases, where several."))
        ),
    ] = None,
    principal: SignerOption = None,
) -> None:
    """Record that a database was set back, from a dump, a backup or a copy of another one.

    What was applied before does not count as applied any more, so it can be applied again; ranges with ledger: begin
    at the rows that are given. Signed by one who may sign receipts there.
    """
    from sqlgen.bundle.ledger import Restored
    from sqlgen.bundle.ledger.restoring import restored as write
    from sqlgen.bundle.ledger.restoring import unheard_of
    from sqlgen.bundle.trust.check import other_verifiers

    _folder(trust)
    made = write(trust, environment, at, key, because=because, service=service, database=database, principal=principal)
    entry = made.entry
    assert isinstance(entry, Restored)
    text = say(
        "entry {number} of {environment}: restored, by {name}\nservice {service}, database {database}\nat {rows}\n"
        "file {file}",
        number=entry.number,
        environment=environment,
        name=entry.name,
        service=entry.service or "-",
        database=entry.database or "-",
        rows=", ".join(entry.rows) or "base",
        file=made.file,
    )
    data(f"{text}\n")
    for row in unheard_of(trust, entry.rows):
        tell(say("note: no entry of the ledger names revision {row}: is it as the version table has it?", row=row))
    for warning in other_verifiers(trust):
        tell(say("warning: {warning}. Old ones call this ledger broken", warning=warning))
    tell(say("note: commit and push {file} and its .sig: others see the entry when they have both", file=made.file))


@app.command("forget")
def forget(
    trust: TrustArgument,
    environment: Annotated[str, typer.Argument(metavar="ENV", help=in_english(say("Whose ledger it is about.")))],
    yes: Annotated[bool, typer.Option("--yes", help=in_english(say("Do not ask.")))] = False,
) -> int:
    """Drop what this host remembers of a ledger which does not have it any more.

    It is for an entry that this host wrote or saw, and that never got into the common ledger: somebody else's got that
    number, and you took over theirs. If the ledger was rewritten, do not forget: that is what the memory is for.
    """
    from sqlgen.bundle.ledger.forgetting import forget as drop

    _folder(trust)

    def agree(found: Remembered) -> bool:
        tell(say("this host remembers entry {number}, {digest}", number=found.number, digest=found.digest))
        tell(_now(found))
        if yes:
            return True
        if sys.stdin.isatty() and sys.stderr.isatty():
            return typer.confirm(str(say("Forget it?")), err=True)
        raise UsageError(
            say("nobody is at a terminal to be asked"),
            hint=say("Look at both entries. If nobody rewrote the ledger, give --yes."),
        )

    if not drop(trust, environment, agree):
        tell(say("nothing was forgotten"))
        return ExitCode.FINDINGS
    data(f"{say('forgotten; the next bundle that verifies is what this host remembers', environment=environment)}\n")
    return ExitCode.CLEAN


def _now(found: Remembered) -> Message:
    if found.last is None:
        return say("there is no ledger of {environment} now", environment=found.environment)
    if found.now is None:
        return say("there are {count} entries now", count=found.last.number)
    return say(
        "now it is {digest}, {kind} by {name} at {at}, and there are {count} entries",
        digest=found.now.digest,
        kind=found.now.text("kind"),
        name=found.now.text("name"),
        at=found.now.text("at"),
        count=found.last.number,
    )


def _folder(trust: Path) -> None:
    if not trust.is_dir():
        raise UsageError(
            say("there is no trust folder {path}", path=trust),
            hint=say("Give the folder with versions/ and ledger/: sqlgen ledger status TRUST"),
        )


def _bundle(folder: Path) -> tuple[str, Manifest, str]:
    """A bundle whose files are as they were built. Raises UsageError, VerificationError."""
    from contextlib import ExitStack

    from sqlgen.bundle.reading import open_bundle

    with ExitStack() as undo:
        opened = open_bundle(folder, undo)
        return folder.name, opened.manifest, opened.bundle_id
