"""Statements of a review in, the most important of them as rows of a terminal's table out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from sqlgen.messages import Message, joined, say, visible
from sqlgen.review.document import wording
from sqlgen.review.document.attached import attached
from sqlgen.review.document.labels import DASH
from sqlgen.review.document.model import Blocking, Document, Finding, Light, Lock, Statement, Working

_MOST = 12
"""So many rows fit on a screen with all that stands around them."""
_ROOMY = 100
"""Columns of a terminal from which on cells have more room."""

Told = tuple[Message | str, str]
"""A text and its style."""


@dataclass(frozen=True, slots=True)
class _Column:
    title: Message | str
    most: int
    """Cells that it takes at most; the last one takes what is left."""
    tell: Callable[[Statement], Told]


def left_out(document: Document) -> int:
    """How many statements `table` does not show."""
    return max(0, len(document.statements) - _MOST)


def table(document: Document, width: int) -> Table:
    """A row each, in their order; of many, those that people have to know of. At most `width` cells wide."""
    found = attached(document)
    worst = sorted(document.statements, key=lambda each: _weight(each, found.get(each.number, ())), reverse=True)
    shown = sorted(worst[:_MOST], key=lambda each: each.number)
    between = 2 if width >= _ROOMY else 1
    made = Table(box=None, pad_edge=False, padding=(0, between, 0, 0), header_style="bold")
    rows: list[list[Text]] = [[] for _ in shown]
    left = width
    for column in _columns(document, found, roomy=width >= _ROOMY):
        texts = [Text(visible(str(told)), style=style) for told, style in map(column.tell, shown)]
        title = Text(visible(str(column.title)))
        wide = max(0, min(left, column.most, max(each.cell_len for each in (title, *texts))))
        for each in (title, *texts):
            each.truncate(wide, overflow="ellipsis")
        made.add_column(title, no_wrap=True, width=wide)
        for row, each in zip(rows, texts, strict=True):
            row.append(each)
        left -= wide + between
    for row in rows:
        made.add_row(*row)
    return made


def _columns(document: Document, found: Mapping[int, Sequence[Finding]], *, roomy: bool) -> Iterator[_Column]:
    yield _Column("#", 5, lambda each: (str(each.number), "dim"))
    yield _Column(say("operation"), 26 if roomy else 18, lambda each: (each.operation, ""))
    yield _Column(say("tables"), 24 if roomy else 16, lambda each: (", ".join(each.tables) or DASH, ""))
    yield _Column(say("who waits"), 16 if roomy else 10, _waits)
    yield _Column(say("work"), 10, _work)
    if roomy and any(each.estimate is not None for each in document.statements):
        yield _Column(say("estimate"), 18, _time)
    yield _Column(say("loss"), 8, _loss)
    yield _Column(say("findings"), 60, lambda each: _rules(found.get(each.number, ())))


# ---- cells


_BLOCKING: tuple[Blocking, ...] = ("nothing", "schema", "writes", "all")


def _waits(each: Statement) -> Told:
    """By the strongest lock on what others use that is held; where there is none, by the strongest of a moment."""
    locks = [lock for lock in each.locks if not lock.new and lock.blocks != "nothing"]
    if not locks:
        return DASH, ""
    lock = max(locks, key=lambda lock: (not lock.brief, _BLOCKING.index(lock.blocks)))
    return _who(lock), "" if lock.brief or lock.blocks == "schema" else "yellow"


def _who(lock: Lock) -> Message:
    match lock.blocks, lock.brief:
        case "all", False:
            return say("everybody")
        case "all", True:
            return say("all, briefly")
        case "writes", False:
            return say("writers")
        case "writes", True:
            return say("writers, briefly")
        case _:
            return say("DDL")


def _work(each: Statement) -> Told:
    match each.work:
        case "none":
            return DASH, ""
        case "metadata":
            return say("catalog"), ""
        case "rows":
            return say("rows"), ""
        case "scan":
            return say("scan"), "bold"
        case "index":
            return say("index"), "bold"
        case "rewrite":
            return say("rewrite"), "bold"
        case "unknown":
            return say("unknown"), "yellow"


def _time(each: Statement) -> Told:
    if each.estimate is None:
        return DASH, ""
    low, high = wording.duration(each.estimate.low_ms), wording.duration(each.estimate.high_ms)
    return say("{low} to {high}", low=low, high=high), ""


def _loss(each: Statement) -> Told:
    if each.destroys is None:
        return say("unknown"), "yellow"
    return (say("DATA"), "bold red") if each.destroys else (DASH, "")


def _rules(found: Sequence[Finding]) -> Told:
    """The rules of open findings, the worst first; of allowed ones, that there are some."""
    open_ = sorted((each for each in found if each.allowed is None), key=lambda each: _RANKS[each.severity])
    if not open_:
        return (say("allowed"), "dim") if found else (DASH, "")
    lights: dict[str, Light] = {"error": "red", "warning": "yellow"}
    return joined([each.rule for each in open_]), lights.get(open_[0].severity, "")


_RANKS = {"error": 0, "warning": 1, "info": 2}


# ---- which ones


_HEAVY: tuple[Working, ...] = ("scan", "index", "rewrite", "unknown")


def _weight(each: Statement, found: Sequence[Finding]) -> int:
    """How much it matters that somebody has seen it."""
    open_ = {one.severity for one in found if one.allowed is None}
    blocks = {lock.blocks for lock in each.locks if not lock.new and not lock.brief}
    return (
        16 * ("error" in open_)
        + 8 * bool(each.destroys)
        + 8 * (each.work in _HEAVY and bool(blocks & {"writes", "all"}))
        + 4 * (each.destroys is None or each.work == "unknown")
        + 4 * bool(each.breaks_old_code)
        + 2 * (each.work in _HEAVY)
        + 2 * ("warning" in open_)
        + ("all" in blocks)
        + bool(found)
    )
