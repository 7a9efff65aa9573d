"""A row for each statement of what is new, with the columns of the SQL review platforms of China: goInception's.

Archery, Yearning and others show what goInception answers; a result set is a row for each statement, in this order:
order_id, stage, error_level (0 passed, 1 warning, 2 error), stage_status, error_message (all of a statement, a line
each), sql, affected_rows, sequence, backup_dbname, execute_time, sqlsha1; see
https://hanchuanchuan.github.io/goInception/zh/result.html ("结果集说明") and `docs/demo.md` of its repository. Here:

* stage is CHECKED, stage_status "Audit Completed"; NONE where a revision could not be rendered: nothing was looked at.
* affected_rows is empty: no database was asked. sequence and backup_dbname belong to an execution, and sqlsha1 says
  that a statement will run through pt-osc or gh-ost: they are empty as well. execute_time is 0, as of each audit.
* Columns of ours stand behind them: project, revision, place, rules (a line each, as in error_message).
* What is about a revision, a file or a project, and no statement, has a row without SQL, before the statements.
* Findings of severity info leave error_level at 0; allowed ones as well, with the reason. Those of the baseline are
  left out, and so are statements of the way back, unless there is nothing else.

The rows are for reading, not for running. Spreadsheets take a cell for a formula that begins with =, +, -, @ or one of
their wide forms, as a statement does that begins with a comment: such a cell gets a `'` before it (CWE-1236; OWASP
ASVS 5.0, 1.2.10). What is invisible is shown as its code point. All cells are quoted, line ends are LF; the text is
UTF-8 without a mark: Excel asks for the encoding under Data, From Text/CSV.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from sqlgen.lint.finding import Severity
from sqlgen.messages import place, say, visible
from sqlgen.review.formats import Style
from sqlgen.review.report import Entry, Part, Report
from sqlgen.segments import Item, Step

COLUMNS = (
    "order_id",
    "stage",
    "error_level",
    "stage_status",
    "error_message",
    "sql",
    "affected_rows",
    "sequence",
    "backup_dbname",
    "execute_time",
    "sqlsha1",
    "project",
    "revision",
    "place",
    "rules",
)
_LEVELS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def render(report: Report, style: Style) -> str:
    """A head and the rows, numbered over all projects."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = (row for part in report.parts for row in _rows(report, part))
    for number, row in enumerate(rows, 1):
        writer.writerow([str(number), *map(_cell, row)])
    return out.getvalue()


def _rows(report: Report, part: Part) -> Iterator[tuple[str, ...]]:
    """What is about a step and none of its statements, then its statements; then what is about no step."""
    direction = "downgrade" if part.judged.down_only else "upgrade"
    told: dict[str, list[Entry]] = {}
    for entry in report.entries:
        if entry.part is part and _is_told(entry):
            told.setdefault(entry.revision or entry.path or "", []).append(entry)
    before = 0
    for step in part.steps:
        if step.direction != direction:
            continue
        mine = told.pop(step.revision or report.path(part, step.file or ""), [])
        first = before + 1 if step.revision else 1  # files are judged one by one
        by_number: dict[int, list[Entry]] = {first + at: [] for at in range(len(step.items))}
        for entry in mine:
            if entry.statement in by_number:
                by_number[entry.statement].append(entry)
            else:
                yield _row(part, [entry], None, step)
        for item, its in zip(step.items, by_number.values(), strict=True):
            yield _row(part, its, item, step, None if item.place is None else report.path(part, item.place.file))
        before += len(step.items)
    yield from (_row(part, [entry], None, None) for entries in told.values() for entry in entries)


def _is_told(entry: Entry) -> bool:
    if entry.allowed is not None and entry.allowed.baseline:
        return False
    return entry.direction != "downgrade" or entry.part.judged.down_only


def _row(
    part: Part, entries: Sequence[Entry], item: Item | None, step: Step | None, file: str | None = None
) -> tuple[str, ...]:
    level = max((_LEVELS[entry.severity] for entry in entries if entry.allowed is None), default=0)
    checked = all(entry.kind == "finding" for entry in entries)
    if item is not None and item.place is not None:
        where = place(file, item.place.line, item.place.column)
    else:
        where = place(entries[0].path, entries[0].line, entries[0].column) if entries else ""
    sql = item.sql if item is not None else "".join(entry.sql for entry in entries[:1])
    revision = step.revision if step is not None else (entries[0].revision or "") if entries else ""
    return (
        "CHECKED" if checked else "NONE",
        str(level),
        "Audit Completed" if checked else "",
        "\n".join(map(_message, entries)),
        sql,
        "",
        "",
        "",
        "0",
        "",
        part.name,
        revision,
        where.removesuffix(": "),
        "\n".join(entry.rule for entry in entries),
    )


def _message(entry: Entry) -> str:
    """On one line, since a line is a finding."""
    message = " ".join(entry.message.split("\n"))
    allowed = entry.allowed
    if allowed is None:
        return message
    until = say(" until {date}", date=allowed.until) if allowed.until else ""
    owner = say(", {owner}", owner=allowed.owner) if allowed.owner else ""
    because = say("{reason}{until}{owner}", reason=allowed.because, until=until, owner=owner)
    return str(say("allowed: {message} (because: {because})", message=message, because=because))


def _cell(text: str) -> str:
    shown = "\n".join(map(visible, text.split("\n")))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
