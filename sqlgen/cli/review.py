"""`sqlgen review RANGE`: what a DBA reads before there is a bundle, on the terminal or as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sqlgen.cli.language import for_others
from sqlgen.cli.options import (
    ColorOption,
    DownOption,
    QuietOption,
    RangeArgument,
    StatsOption,
    VerboseOption,
    on_project,
)
from sqlgen.cli.output import deliver, is_folder, make_folder, tell, wanted, write_files
from sqlgen.errors import UsageError, say
from sqlgen.messages import in_english, spoken

if TYPE_CHECKING:
    from sqlgen.review.document.model import Document
    from sqlgen.review.document.source import Source
    from sqlgen.settings import Request

FORMATS = ("text", "html", "markdown", "json")


@on_project()
def command(
    asked: Request,
    range_text: RangeArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help=in_english(say("Write review.html, review.md and review.json there."))
        ),
    ] = None,
    down: DownOption = False,
    stats: StatsOption = None,
    output_format: Annotated[
        list[str] | None,
        typer.Option(
            "--output-format", metavar="FMT[=FILE]", help=in_english(say("text, html, markdown or json; repeatable."))
        ),
    ] = None,
    color: ColorOption = "auto",
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> int:
    """Say what a range does to its database, before there is a bundle: the review that a bundle would hold.

    It ends with 0, or with 4 where something of the range is missing; what is found does not fail it.
    """
    wants = () if output is not None and not output_format else wanted(output_format or [], FORMATS)
    if output is not None:
        _check_folder(output)
    from sqlgen.building.make import draft
    from sqlgen.building.order import Order
    from sqlgen.building.review import before_a_bundle
    from sqlgen.cli.building import statistics
    from sqlgen.cli.common import exit_code, progress, show_left, show_output
    from sqlgen.review import faces, html, markdown
    from sqlgen.review.document import file

    made = draft(Order(asked, range_text, stats=statistics(stats)), progress())
    show_output(made.emission, quiet=quiet, verbose=verbose)
    show_left(made.emission, quiet=quiet)
    reviewed = before_a_bundle(made, down=down)
    document, scripts = _documents(reviewed.source), reviewed.scripts
    deliver(
        wants,
        {
            "text": lambda: _screen(document(), color),
            "html": lambda: html.render(document(), scripts),
            "markdown": lambda: markdown.render(document(), scripts),
            "json": lambda: file.write(document()),
        },
    )
    if output is not None:
        make_folder(output)
        with for_others():
            files = faces.files(document(), scripts)
        write_files(output, files)
        if not quiet:
            tell(say("{folder}: {names}", folder=output, names=", ".join(files)))
    return exit_code(findings=False, incomplete=any(step.incomplete for step in reviewed.source.range.up))


def _check_folder(output: Path) -> None:
    """Raises UsageError for what is meant to be a file, before anything is rendered."""
    if not is_folder(output) and output.suffix in (".html", ".md", ".json"):
        raise UsageError(
            say("-o names a folder, and {path} looks like a file", path=output),
            hint=say("Write one file with --output-format html={path}, or all three with -o DIR.", path=output),
        )


def _screen(document: Document, color: str) -> str:
    from sqlgen.cli.review_screen import render

    return render(document, color)


def _documents(source: Source) -> Callable[[], Document]:
    """The review in the language that is spoken when it is asked for: each is made once."""
    from sqlgen.review.document.make import make

    made: dict[str, Document] = {}

    def document() -> Document:
        language = spoken()
        if language not in made:
            made[language] = make(replace(source, language=language))
        return made[language]

    return document
