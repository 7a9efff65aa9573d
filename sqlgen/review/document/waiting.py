"""Statements and their transactions in, for what others wait long, or perhaps for ever, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlgen.messages import Message, say
from sqlgen.review.document import model

_HEAVY: tuple[model.Working, ...] = ("scan", "index", "rewrite")
"""It takes the longer, the larger the table is."""
_SHORT_MS = 1000
"""An estimate below this is no long wait."""


@dataclass(slots=True)
class _Waits:
    """For one table: which statements keep others waiting for it while they, or others, work."""

    blocks: model.Blocking = "writes"
    statements: dict[int, None] = field(default_factory=dict)
    on: dict[str, None] = field(default_factory=dict)
    """The tables of which every row is read or written meanwhile."""
    red: bool = False

    def take(self, lock: model.Lock | model.Held, work: model.Statement, *, red: bool) -> None:
        self.blocks = "all" if "all" in (self.blocks, lock.blocks) else "writes"
        self.statements[work.number] = None
        self.on.update(dict.fromkeys(work.worked_on))
        self.red = self.red or red


def waiting(
    dialect: str,
    forward: Sequence[model.Statement],
    transactions: Sequence[model.Transaction],
    findings: Sequence[model.Finding],
) -> Iterator[model.Reason]:
    """A reason for each table that others use. Red where every row of a table is read or written while they wait; not
    where somebody has allowed what was found of it, where statistics say that it is done in no time, and for SQLite,
    where one writes at a time anyway."""
    open_ = {found.statement for found in findings if found.allowed is None}
    allowed = {found.statement for found in findings if found.allowed is not None} - open_
    tables: dict[str, _Waits] = {}
    for each in transactions:
        for lock, work in _pairs(each, forward[each.first - 1 : each.last]):
            short = work.estimate is not None and work.estimate.high_ms < _SHORT_MS
            red = not (short or work.number in allowed or dialect == "sqlite")
            table = "" if dialect == "sqlite" else lock.table
            tables.setdefault(table, _Waits()).take(lock, work, red=red)
    for table, waits in tables.items():
        numbers = tuple(sorted(waits.statements))
        yield model.Reason("red" if waits.red else "yellow", str(_told(table, waits)), numbers)
    yield from _for_ever(forward)


def _pairs(
    transaction: model.Transaction, statements: Sequence[model.Statement]
) -> Iterator[tuple[model.Lock | model.Held, model.Statement]]:
    """Locks that keep others from a table, and the long work that is done while they are held. What the script itself
    has made is done in no time."""
    for work in statements:
        new = {lock.table for lock in work.locks if lock.new}
        if work.work not in _HEAVY or (work.worked_on and new.issuperset(work.worked_on)):
            continue
        own = [lock for lock in work.locks if not (lock.brief or lock.new) and lock.blocks in ("writes", "all")]
        yield from ((lock, work) for lock in own)
        tables = {lock.table for lock in own}
        for held in transaction.holds:
            if held.since < work.number and held.blocks in ("writes", "all") and held.table not in tables:
                yield held, work


def _told(table: str, waits: _Waits) -> Message:
    on = ", ".join(waits.on) or table
    if not table:
        return say("nobody else writes the database while every row is read or written of: {on}", on=on)
    if waits.blocks == "all":
        return say("nobody reads or writes {table} while every row is read or written of: {on}", table=table, on=on)
    return say("nobody writes {table} while every row is read or written of: {on}", table=table, on=on)


def _for_ever(forward: Sequence[model.Statement]) -> Iterator[model.Reason]:
    """Without a lock timeout, who waits for a lock keeps all others waiting behind it."""
    numbers: dict[int, None] = {}
    tables: dict[str, None] = {}
    for each in forward:
        for lock in each.locks:
            if lock.blocks == "all" and not lock.new and not each.lock_timeout_ms:
                numbers[each.number] = None
                tables[lock.table] = None
    if numbers:
        text = say(
            "there is no lock timeout: while a statement waits for its lock, so does everybody else: {tables}",
            tables=", ".join(tables),
        )
        yield model.Reason("yellow", str(text), tuple(numbers))
