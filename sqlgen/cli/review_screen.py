"""A review in, one screen of it out: the verdict, when it runs, what its statements do to others, and who has signed.

No lines are drawn, so that any terminal shows it; what comes from files is text, never markup or commands.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from sqlgen.cli import review_rows
from sqlgen.cli.output import in_color
from sqlgen.messages import Message, listed, say, speaking, visible
from sqlgen.review.document import labels, wording
from sqlgen.review.document.model import Document, Light, Signed

_NARROW, _WIDE, _PIPE = 60, 120, 100
"""Columns: fewer are too few for a table, more make lines that nobody reads; where there is no terminal."""
_REASONS = 5
_LABELS = 14
"""Cells of the widest label in English, so that the two tables of facts stand below each other."""
_STYLES: dict[Light, str] = {"red": "bold red", "yellow": "bold yellow", "green": "bold green"}


def render(document: Document, color: str, signed: Signed | None = None) -> str:
    """For stdout as it is: its width, and colours where `color` ("auto", "always", "never") and it want them."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPE
    return screen(document, signed, min(max(columns, _NARROW), _WIDE), in_color(color, sys.stdout))


def screen(document: Document, signed: Signed | None, width: int, color: bool) -> str:
    """Lines of at most `width` cells, in the language of the document."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
        _environ={},
    )
    with speaking(document.language):
        for part in _parts(document, signed, width):
            console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _parts(document: Document, signed: Signed | None, width: int) -> Iterator[RenderableType]:
    verdict = document.verdict
    yield _listed([_Line(verdict.light, verdict.title, _STYLES[verdict.light])], indent=0)
    reasons = [_Line(each.light, f"{each.text}{labels.behind(each.statements)}") for each in verdict.reasons]
    yield _listed(_first(reasons, _REASONS), indent=2, most=2 * width)
    yield ""
    yield _facts(_about(document), width)
    yield ""
    if document.statements:
        yield review_rows.table(document, width)
    if (left := review_rows.left_out(document)) > 0:
        yield Text(str(say("… and {count} more statements", count=left)), style="dim")
    if signed is not None:
        yield ""
        yield _listed([_Line(signed.state, signed.title, _STYLES[signed.state])], indent=0)
        yield _facts(_signed(signed), width)


# ---- lines with a sign


@dataclass(frozen=True, slots=True)
class _Line:
    light: Light | None
    text: str
    style: str = ""


def _first(lines: Sequence[_Line], most: int) -> Sequence[_Line]:
    """As many as there is room for."""
    if len(lines) <= most:
        return lines
    left = len(lines) - most + 1
    return [*lines[: most - 1], _Line(None, str(say("… and {count} more reasons", count=left)), "dim")]


def _listed(lines: Sequence[_Line], *, indent: int, most: int | None = None) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for line in lines:
        sign = "" if line.light is None else _SIGNS[line.light]
        style = "" if line.light is None else _STYLES[line.light]
        text = Text(visible(line.text), style=line.style)
        if most is not None:
            text.truncate(most, overflow="ellipsis")
        grid.add_row(Text(" " * indent + sign, style=style), text)
    return grid


_SIGNS: dict[Light, str] = {"red": "X", "yellow": "!", "green": "+"}
"""In ASCII; a word stands beside it."""


# ---- labels and what stands beside them


_Fact = tuple[Message | str, Message | str]


def _facts(facts: Iterator[_Fact], width: int) -> Table:
    """Of each two lines at most."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=_LABELS, max_width=width // 3)
    grid.add_column(overflow="fold")
    for label, told in facts:
        text = Text(visible(str(told)))
        text.truncate(2 * (width - _LABELS - 4), overflow="ellipsis")
        grid.add_row(Text(visible(str(label)), style="dim"), text)
    return grid


def _about(document: Document) -> Iterator[_Fact]:
    about, revisions, statements = document.about, len(document.revisions), len(document.statements)
    yield (
        say("range"),
        say(
            "{lower} to {upper}: {revisions}, {statements}",
            lower=about.lower,
            upper=about.upper,
            revisions=say("1 revision") if revisions == 1 else say("{count} revisions", count=revisions),
            statements=say("1 statement") if statements == 1 else say("{count} statements", count=statements),
        ),
    )
    if about.service is not None:
        yield say("service"), about.service
    database = about.database or say("NOT BOUND TO A DATABASE")
    environment = about.environment or say("none")
    yield say("environment"), say("{environment}, database {database}", environment=environment, database=database)
    yield say("engine"), say("{engine}, run by {client}", engine=labels.engine(document), client=about.client)
    yield say("content id"), about.content_id
    told = any(each.text == document.deploy.title for each in document.verdict.reasons[: _REASONS - 1])
    yield say("deploy order"), labels.deploy(document.deploy.when) if told else document.deploy.title
    for cut in document.deploy.cuts:
        yield "", say("{range}: {when}", range=cut.range, when=labels.deploy(cut.when))
    yield say("findings"), document.summary
    if document.cautions:
        yield say("beware"), _kinds(document)
    for row in about.rows:
        yield row.name, row.text
    yield say("way back"), document.way_back.title


def _kinds(document: Document) -> str:
    """GATE, ASSUMED 3."""
    counts: dict[str, int] = {}
    for each in document.cautions:
        word = str(wording.caution(each.kind)[1])
        counts[word] = counts.get(word, 0) + 1
    return str(listed(word if count == 1 else f"{word} {count}" for word, count in counts.items()))


def _signed(signed: Signed) -> Iterator[_Fact]:
    yield say("bundle id"), signed.bundle_id or say("none: the files are not those that were built")
    for each in signed.signatures:
        why = say(" ({why})", why=each.text) if each.text else ""
        told = say("{role} {name} {key}{why}", role=each.role, name=each.name, key=each.key or say("no key"), why=why)
        yield (say("signed") if each.counts else say("does not count")), told
    for row in signed.rows:
        yield row.name, row.text
