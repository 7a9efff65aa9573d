"""`sqlgen show DIR`: what a bundle is, who signed it, what is missing; with a trust folder, what its ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.options import TEXT_OR_JSON, ColorOption, TextOrJsonOption
from sqlgen.cli.output import deliver, wanted, write_file
from sqlgen.errors import say
from sqlgen.messages import in_english, speaking

if TYPE_CHECKING:
    from sqlgen.bundle.show import Shown
    from sqlgen.cli.show_review import Looked


def command(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help=in_english(say("The bundle.")))],
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust", metavar="TRUST", help=in_english(say("A trust folder: its verdict, and what its ledger says."))
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help=in_english(say("Write its review there, with the bundle id and who has signed.")),
        ),
    ] = None,
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help=in_english(say("All that the manifest says, below the review.")))
    ] = False,
) -> None:
    """Say what a bundle is and does, who signed it and what is missing. Exit code 3 when it was changed, when its
    review is not that of its scripts, or when the trust folder refuses it.
    """
    from sqlgen.bundle.show import show
    from sqlgen.cli.show_report import as_json
    from sqlgen.cli.show_review import look, page

    wants = () if html is not None and not output_format else wanted(output_format or [], TEXT_OR_JSON)
    shown = show(bundle, now=datetime.now(UTC), trust=trust)
    looked = look(shown)
    if html is not None:
        write_file(html, page(shown, looked))
    deliver(
        wants,
        {
            "text": lambda: "".join(_text(shown, looked, color, verbose=verbose)),
            "json": lambda: as_json(shown, looked.document),
        },
    )
    for refusal in (shown.problem, shown.refusal, looked.problem):
        if refusal is not None:
            raise refusal


def _text(shown: Shown, looked: Looked, color: str, *, verbose: bool) -> Iterator[str]:
    """The review on one screen, with who signed; of a bundle without a review, or one that was changed, all that the
    manifest says."""
    from sqlgen.cli.show_report import lines, of_manifest, text
    from sqlgen.cli.show_review import screen

    if looked.problem is not None:
        yield text([(say("NO REVIEW"), looked.problem.message)])
    document = looked.document
    if document is None:
        yield text(lines(shown))
        return
    yield screen(document, shown, color)
    if verbose:
        with speaking(document.language):  # one screen, one language
            yield f"\n{text(of_manifest(shown))}"
