"""`sqlgen allowances [RANGE]`: what somebody has allowed, why, who answers for it, and until when."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sqlgen.cli.language import settle_for
from sqlgen.cli.options import TEXT_OR_JSON, ColorOption, DialectOption, NameOption, ProjectOption, TextOrJsonOption
from sqlgen.cli.output import deliver, painter, tell, wanted
from sqlgen.errors import ExitCode, Message, say
from sqlgen.messages import in_english, listed, place

if TYPE_CHECKING:
    from sqlgen.checking.allowances import Row

SCHEMA = "sqlgen.allowances/1"


def command(
    range_text: Annotated[
        str | None, typer.Argument(metavar="[RANGE]", help=in_english(say("All, when it is left out.")))
    ] = None,
    project: ProjectOption = None,
    name: NameOption = "alembic",
    dialect: DialectOption = None,
    expired: Annotated[
        bool, typer.Option("--expired", help=in_english(say("Only those whose last day is over.")))
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help=in_english(say("Exit with 1 when one has expired, or allows nothing.")))
    ] = False,
    output_format: TextOrJsonOption = None,
    color: ColorOption = "auto",
) -> int:
    """List the allowances in revision files, in SQL files that stand for revisions, and in the settings. Nothing is
    rendered: lint says which of them cover nothing."""
    from sqlgen import pipeline
    from sqlgen.checking.allowances import listed
    from sqlgen.cli.common import today
    from sqlgen.history import log
    from sqlgen.lint.pages import pages
    from sqlgen.settings import Request
    from sqlgen.workspace import open_workspace

    settle_for(project)
    wants = wanted(output_format or [], TEXT_OR_JSON)
    workspace = open_workspace(Request(project, name, dialect), runs=False)
    settings, root, day = workspace.settings, workspace.project.root, today()
    known = pages(settings.rules, settings.source.parent if settings.source else root)
    within = None
    if range_text is not None:
        within = [each.revision for each in log(workspace.graph, pipeline.resolve(workspace, range_text))]
    reads = workspace.dialect or workspace.project.likely_dialect or "postgresql"  # MySQL's # is all that differs
    found = listed(workspace, within, (page.id for page in known), reads, today=day)
    shown = [row for row in found if row.expired or not expired]
    paint = painter(color, sys.stdout)
    renderers = {
        "text": lambda: "".join(f"{line}\n" for line in _text(shown, root, paint)),
        "json": lambda: json.dumps(_document(shown, day), indent=2) + "\n",
    }
    deliver(wants, renderers)
    if any(want.format == "text" for want in wants):
        tell(_counts(found, asked=expired))
    wrong = any(row.expired or row.problem is not None for row in found)
    return ExitCode.FINDINGS if check and wrong else ExitCode.CLEAN


def _text(rows: Sequence[Row], root: Path, paint: Callable[[str, str], str]) -> Iterator[str]:
    """A table; and below it what allows nothing, with the reason."""
    from sqlgen.cli.table import table

    held = [row for row in rows if row.rules]
    if held:
        head = [say("where"), say("rules"), say("because"), say("owner"), say("until"), say("revision")]
        yield from table(head, [_cells(row, root) for row in held], paint)
    wrong = [row for row in rows if row.problem is not None]
    if held and wrong:
        yield ""
    for row in wrong:
        yield f"{_where(row, root)}: {paint('error', str(say('this allows nothing: {why}', why=row.problem)))}"


def _cells(row: Row, root: Path) -> list[object]:
    match row.days_left:
        case None:
            until: object = "–"
        case 0:
            until = say("{date} (last day)", date=row.until)
        case 1:
            until = say("{date} (1 day)", date=row.until)
        case left if left < 0:
            until = say("{date} EXPIRED", date=row.until)
        case left:
            until = say("{date} ({count} days)", date=row.until, count=left)
    rules = ", ".join(row.rules)
    return [_where(row, root), rules, row.because, row.owner or "–", until, row.revision or say("any")]


def _where(row: Row, root: Path) -> str:
    """The place as seen from here; of the settings their key."""
    if row.kind == "settings" or row.file is None:
        return row.where
    return place(os.path.relpath(root / row.file).replace(os.sep, "/"), row.line).removesuffix(": ")


def _counts(rows: Sequence[Row], *, asked: bool) -> Message:
    """asked: for those that have expired, so that it is said when there are none."""
    held = sum(1 for row in rows if row.rules)
    over = sum(1 for row in rows if row.expired)
    wrong = sum(1 for row in rows if row.problem is not None)
    counts = [say("1 allowance") if held == 1 else say("{count} allowances", count=held)]
    if over or asked:
        counts.append(say("{count} expired", count=over))
    if wrong:
        counts.append(say("1 that allows nothing") if wrong == 1 else say("{count} that allow nothing", count=wrong))
    return listed(counts)


def _document(rows: Sequence[Row], day: date) -> dict[str, Any]:
    return {"schema": SCHEMA, "today": day.isoformat(), "allowances": [_entry(row) for row in rows]}


def _entry(row: Row) -> dict[str, Any]:
    return {
        "rules": list(row.rules),
        "because": row.because,
        "owner": row.owner,
        "until": None if row.until is None else row.until.isoformat(),
        "days_left": row.days_left,
        "expired": row.expired,
        "revision": row.revision,
        "direction": row.direction,
        "kind": row.kind,
        "file": row.file,
        "line": row.line,
        "where": row.where,
        "problem": None if row.problem is None else str(row.problem),
        "text": row.text,
    }
