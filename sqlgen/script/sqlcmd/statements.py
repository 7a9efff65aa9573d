"""A batch of items in, its lines out: the gate, and the statements, bare or in a literal that EXEC runs."""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import Begin, Commit
from sqlgen.script.marks import Numbers, Quoting, marked
from sqlgen.script.positions import WHOLE, Turn
from sqlgen.script.sqlcmd.batches import Batch, sets, stands_alone
from sqlgen.script.sqlcmd.blocks import BEHIND, PART, SKIP, gate, get
from sqlgen.script.sqlcmd.text import comment, fits, joined, plain
from sqlgen.segments import Item

__all__ = ["batch_of"]


def batch_of(turn: Turn, batch: Batch, numbers: Numbers, *, skipping: bool) -> Iterator[str]:
    """The gate, and the statements: a mark, GO, the statement; or in a literal that EXEC runs."""
    yield gate(turn, skipping=skipping)
    condition = _condition(turn, batch) if skipping else None
    outlasts = len(batch.items) == 1 and (sets(batch.items[0]) or _counts(batch.items[0]))
    if (outlasts or not skipping) and all(plain(item.sql) for item in batch.items):
        opening = "GO\n" if condition is None else f"GO\nIF {condition}\n"
        for number, item in enumerate(batch.items):
            yield _plain_mark(marked(item, numbers.next(), _end(item), opening="" if number else opening))
    else:
        yield from _literal(batch, numbers, condition)
    yield "GO"


def _plain_mark(text: str) -> str:
    """A file's name may look like a variable to the client."""
    mark, newline, rest = text.partition("\n")
    return comment(mark) + newline + rest


def _counts(item: Item) -> bool:
    """Whether it changes @@TRANCOUNT, which EXEC reports as an error (266) when it does not leave it as it was."""
    return any(isinstance(fact, Begin | Commit) for fact in item.facts[:1])


def _end(item: Item) -> str:
    """The server keeps all of a module's batch, a semicolon behind its end too."""
    return "" if stands_alone(item) else ";"


def _condition(turn: Turn, batch: Batch) -> str:
    """SQL: it is this part's turn, and the statement has something to do."""
    told_apart = f"{get(PART)} = {turn.position}"
    if not turn.part.transaction:
        told_apart += f" AND {get(SKIP)} = 0"
    if turn.undo is None:
        return told_apart
    runs = sorted({behind for number in range(len(batch.items)) for behind in turn.runs(batch.first + number)})
    return f"{told_apart} AND {get(BEHIND)} IN ({', '.join(map(str, (WHOLE, *runs)))})"


def _literal(batch: Batch, numbers: Numbers, condition: str | None) -> Iterator[str]:
    """EXEC of one literal; of several that are joined, where a client would take something in it for its own."""
    simple = all(fits(item.sql) for item in batch.items)
    start = "" if condition is None else f"IF {condition}\n"
    if simple:
        opening, closing = f"{start}EXEC (N'", "');"
    else:
        opening = "DECLARE @sqlgen nvarchar(max) = CAST(N'' AS nvarchar(max)) + N'"
        closing = f"';\n{start}EXEC (@sqlgen);"
    quoting: Quoting = "doubled" if simple else "joined"
    last = len(batch.items) - 1
    for number, item in enumerate(batch.items):
        written = marked(
            item,
            numbers.next(),
            closing if number == last else ";",
            quoting=quoting,
            opening=f"GO\n{opening}" if number == 0 else "",
            written=None if simple else joined(item.sql),
        )
        yield _plain_mark(written)
