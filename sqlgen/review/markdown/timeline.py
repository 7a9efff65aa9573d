"""The transactions of a review in review.md: as brackets, with the locks that pile up until they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import cells, joined, say, visible
from sqlgen.review.document import labels, model, wording
from sqlgen.review.document.labels import DASH
from sqlgen.review.markdown.parts import block, heading

_WIDEST = 40
"""Cells of a column: what is longer pushes the rest of its line to the right."""


def timeline(document: model.Document) -> Iterator[str]:
    if not document.transactions:
        return
    yield from heading(say("Timeline"))
    yield f"{say('What commits together, and which locks are held until then; new and brief ones are left out.')}"
    rows = [_row(each) for each in document.statements]
    widths = [max((min(cells(row[at]), _WIDEST) for row in rows), default=0) for at in range(3)]
    told = [line for each in document.transactions for line in _transaction(each, rows, widths)]
    yield from block("\n".join(told))


def _row(each: model.Statement) -> tuple[str, str, str, str]:
    """Number, operation, tables, locks."""
    locks = [lock for lock in each.locks if not (lock.new or lock.brief)]
    told = joined([say("{mode} on {table}", mode=lock.mode, table=lock.table) for lock in locks])
    return str(each.number), visible(each.operation), ", ".join(map(visible, each.tables)) or DASH, str(told)


def _transaction(each: model.Transaction, rows: Sequence[tuple[str, ...]], widths: Sequence[int]) -> Iterator[str]:
    yield f"┌ {say('transaction {number}: {revisions}', number=each.number, revisions=', '.join(each.revisions))}"
    for row in rows[each.first - 1 : each.last]:
        *columns, locks = row
        padded = (text + " " * (width - cells(text)) for text, width in zip(columns, widths, strict=True))
        yield f"│ {'  '.join([*padded, locks])}".rstrip()
    for held in each.holds:
        told = say(
            "it holds {mode} on {table} from statement {number} on: {blocks}",
            mode=held.mode,
            table=held.table,
            number=held.since,
            blocks=wording.blocks(held.blocks),
        )
        yield f"│ → {told}"
    yield f"└ {labels.ends(each)}"
    if each.estimate is not None:
        yield f"  {wording.estimate(each.estimate)}{say(': ')}{visible(each.estimate.because)}"
    if each.gate is not None:
        yield f"■ {visible(each.gate)}"
