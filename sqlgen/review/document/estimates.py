"""What statements do and how large the tables are in, how long the work may take out: a range in milliseconds.

Only from statistics that a DBA has given, never for work that is not known, and never for work that does not grow with
the table. The rates are assumptions, wide ones: docs/table-stats.md says where they come from, and what was measured.
Waiting for a lock is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from sqlgen.effects import Effect, Work
from sqlgen.facts.vocabulary import Block, Delete, DropTable, Fact, Insert, Name, Update
from sqlgen.lint.outlook import outlook
from sqlgen.messages import Message, apart, joined, say
from sqlgen.review.document import model
from sqlgen.review.document.source import Source
from sqlgen.review.document.stats import Lookup, TableStats
from sqlgen.review.document.told import Told
from sqlgen.script.runbook.called import Called
from sqlgen.segments import Step

__all__ = ["CHANGE", "INDEX", "READ", "REWRITE", "Rates", "estimates", "together"]


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast, from a slow disk that others use to a fast one with all in memory."""

    slow_bytes: int
    """A second; so the others."""
    fast_bytes: int
    slow_rows: int
    fast_rows: int

    def low_ms(self, table: TableStats) -> int:
        """Whichever takes longer, bytes or rows."""
        return max(table.bytes * 1000 // self.fast_bytes, table.rows * 1000 // self.fast_rows)

    def high_ms(self, table: TableStats) -> int:
        return max(-(-table.bytes * 1000 // self.slow_bytes), -(-table.rows * 1000 // self.slow_rows))


_MB, _M = 10**6, 10**6
READ = Rates(20 * _MB, 10_000 * _MB, _M // 5, 50 * _M)
"""Every row is read: a check, NOT NULL, a foreign key, an UPDATE whose WHERE no index helps."""
INDEX = Rates(4 * _MB, 3000 * _MB, _M // 20, 5 * _M)
"""Every row is read and sorted, and the index is written."""
REWRITE = Rates(2 * _MB, 1000 * _MB, _M // 50, 5 * _M)
"""Every row is written anew, and so are the table's indexes and the log."""
CHANGE = Rates(_MB, 2000 * _MB, _M // 1000, 5 * _M)
"""UPDATE and DELETE of every row: each leaves its old version behind, and each index has its part."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a statement's work."""

    what: Message
    fast: Rates
    slow: Rates
    tables: tuple[Name, ...]
    """As they are called just before it."""


def estimates(
    source: Source, up: Sequence[Told], down: Sequence[Told]
) -> tuple[tuple[model.Estimate | None, ...], tuple[model.Estimate | None, ...]]:
    """For each statement of `up` and of `down`. Tables that the range itself has made have no size that is known."""
    if source.stats is None:
        return (None,) * len(up), (None,) * len(down)
    target = source.range.target
    dialect = target.dialect
    default = target.database if dialect in ("mysql", "mariadb") else target.schema
    sizes = _Sizes(Lookup(source.stats, dialect, default), Called(dialect))
    return tuple(sizes.estimate(told) for told in up), tuple(sizes.estimate(told) for told in down)


def together(statements: Sequence[model.Statement]) -> model.Estimate | None:
    """Of statements that run one after another; None where none of them has an estimate."""
    working = [one for one in statements if one.work not in ("none", "metadata")]
    known = [one.estimate for one in working if one.estimate is not None]
    if not known:
        return None
    low, high = sum(one.low_ms for one in known), sum(one.high_ms for one in known)
    because = say("the sum of {known} statements", known=len(known)) if len(known) > 1 else known[0].because
    if len(known) < len(working):
        because = say("{sum}; of {count} more it can't be said", sum=because, count=len(working) - len(known))
    return model.Estimate(low, high, str(because))


@dataclass(slots=True)
class _Sizes:
    """How large tables are while statements rename and rebuild them."""

    lookup: Lookup
    called: Called
    """By the names at the start of the range, which statistics know."""
    copies: dict[int, dict[Name, Name]] = field(default_factory=dict)
    """Of the steps, by id: a copy that takes a table's name, and the table."""

    def estimate(self, told: Told) -> model.Estimate | None:
        """Of the next statement."""
        pieces = _pieces(told, self._copies(told.step))
        found = None if pieces is None else self._estimate(pieces)
        for did in told.did:
            self.called.follow(did.fact, did.rebuilt_as, told.step.revision, "")
        return found

    def _copies(self, step: Step) -> dict[Name, Name]:
        if id(step) not in self.copies:
            rebuilds = outlook(step).rebuilds.items()
            dropped = {copy: step.items[number].facts[index] for (number, index), copy in rebuilds}
            self.copies[id(step)] = {copy: fact.table for copy, fact in dropped.items() if isinstance(fact, DropTable)}
        return self.copies[id(step)]

    def _estimate(self, pieces: Sequence[_Piece]) -> model.Estimate | None:
        """Pieces and tables are worked on one after another, or in one pass: it takes as long as the longest at least,
        as all together at most. None where the size of a table is not known."""
        low, high, reasons = [0], 0, []
        for piece in pieces:
            tables = [first for name in piece.tables if (first := self.called.first(name)) is not None]
            sizes = [size for name in tables if (size := self.lookup.table(name)) is not None]
            if len(sizes) < len(tables):
                return None
            low += map(piece.fast.low_ms, sizes)
            high += sum(map(piece.slow.high_ms, sizes))
            if sizes:
                reasons.append(_because(piece, sizes))
        return model.Estimate(max(low), high, str(apart(reasons))) if reasons else None


def _because(piece: _Piece, sizes: Sequence[TableStats]) -> Message:
    tables = [
        say("{table} ({rows} rows, {size} MB)", table=Name(one.name, one.schema), rows=f"{one.rows:,}",
            size=f"{one.bytes / _MB:,.1f}")
        for one in sizes
    ]  # fmt: skip
    return say(
        "{what}: {tables}, at {slow} to {fast} MB and {few} to {many} rows a second",
        what=piece.what,
        tables=joined(tables),
        slow=f"{piece.slow.slow_bytes // _MB:,}",
        fast=f"{piece.fast.fast_bytes // _MB:,}",
        few=f"{piece.slow.slow_rows:,}",
        many=f"{piece.fast.fast_rows:,}",
    )


# ---- what there is to do


def _pieces(told: Told, copies: Mapping[Name, Name]) -> list[_Piece] | None:
    """What of a statement's work grows with tables; None where there is something of which that can't be said."""
    found: list[_Piece] = []
    for did in told.did:
        if isinstance(did.fact, Block):
            return None  # how often its statements run, nobody knows
        piece = _piece(did.fact, did.effect, copies)
        if piece is None and did.effect.work in (Work.ROWS, Work.UNKNOWN):
            return None
        if piece is not None and not piece.tables:
            return None
        found += [] if piece is None else [piece]
    whole = told.effect
    if whole.work is Work.REWRITE and all(did.effect.work < Work.REWRITE for did in told.did):
        found.append(_Piece(_WRITTEN_ANEW, REWRITE, REWRITE, whole.worked_on))  # several actions, heavier together
    return found


_WRITTEN_ANEW = say("written anew")


def _piece(fact: Fact, effect: Effect, copies: Mapping[Name, Name]) -> _Piece | None:
    work, tables = effect.work, effect.worked_on
    match work:
        case Work.ROWS if isinstance(fact, Insert) and fact.rows is None and fact.table in copies:
            return _Piece(say("copied"), REWRITE, REWRITE, (copies[fact.table],))
        case Work.SCAN if isinstance(fact, Update | Delete):
            if fact.where or fact.limited:  # how many of the rows that it reads, nobody knows
                return _Piece(say("read, and changed as far as its WHERE goes"), READ, CHANGE, tables)
            return _Piece(say("each row changed"), CHANGE, CHANGE, tables)
        case Work.SCAN:
            return _Piece(say("read"), READ, READ, tables)
        case Work.INDEX:
            return _Piece(say("read and sorted for an index"), INDEX, INDEX, tables)
        case Work.REWRITE:
            return _Piece(_WRITTEN_ANEW, REWRITE, REWRITE, tables)
        case Work.NONE | Work.METADATA | Work.ROWS | Work.UNKNOWN:
            return None
        case _:
            assert_never(work)
