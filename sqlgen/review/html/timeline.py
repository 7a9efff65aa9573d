"""Transactions as brackets, and beside them the locks that they pile up until they end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlgen.messages import Message, say
from sqlgen.review.document.model import Document, Held, Lock, Statement, Transaction
from sqlgen.review.document.wording import blocks, estimate
from sqlgen.review.html.glance import blocked, blocking
from sqlgen.review.html.markup import Child, Html, code, el, mix
from sqlgen.review.html.parts import badge, box, bullets, names, refs, revision, section, statements

_BARS = 6
"""More locks than that are a list: bars would not fit beside each other."""
_LONG = 12
"""Longer transactions show only the statements that take a lock, each in a row of its own."""


def timeline(document: Document) -> Html | None:
    """In the order in which they run. Single statements that nobody waits for share one entry."""
    if not document.transactions:
        return None
    by_number = {each.number: each for each in document.statements}
    made: list[Html] = []
    for alone, run in groupby(document.transactions, key=_alone):
        if alone:
            made += _singles(tuple(run), by_number)
        else:
            made += [_transaction(each, by_number) for each in run]
    told = say("A bracket is a transaction. A bar is a lock: it is held from the statement that takes it to the end.")
    return section("timeline", say("Timeline"), el("p", told, class_="m"), el("ol", made, class_="time"))


def _alone(each: Transaction) -> bool:
    """One statement that commits by itself: nothing piles up."""
    return each.first == each.last and each.ends in ("itself", "implicit") and each.gate is None


def _ends(each: Transaction) -> Message:
    match each.ends:
        case "commit":
            return say("COMMIT: all locks are released")
        case "itself":
            return say("outside of a transaction: it commits by itself")
        case "implicit":
            return say("the engine commits it")
        case "stop":
            return say("the script stops here")


def _title(each: Transaction) -> list[Child]:
    time = el("span", estimate(each.estimate), " ", each.estimate.because, class_="m") if each.estimate else None
    first, last = each.first, each.last
    return [
        el("h3", say("Transaction {number}", number=each.number)),
        el("p", statements(range(first, last + 1)), " ", [[revision(one), " "] for one in each.revisions], time),
    ]


def _gate(each: Transaction) -> Html | None:
    return el("p", badge("red", say("GATE")), " ", each.gate, class_="gate") if each.gate is not None else None


# ---- one transaction


def _transaction(each: Transaction, by_number: dict[int, Statement]) -> Html:
    if len(each.holds) > _BARS:
        end = el("p", _ends(each), class_="m")
        return el("li", _title(each), bullets(map(_held, each.holds), "held"), end, _gate(each))
    label = say("Transaction {number}", number=each.number)
    runs = list(_runs(each))
    body = [_row(at, run, runs, each.holds, by_number) for at, run in enumerate(runs)]
    end = el("tr", el("td", _ends(each), colspan=1 + max(1, len(each.holds)), class_="end"))
    drawn = el("table", el("caption", label, class_="sr"), _head(len(each.holds)), el("tbody", body, end), class_="tx")
    quiet = None if each.holds else el("p", say("It holds no lock that others wait for."), class_="m")
    return el("li", _title(each), box(label, drawn), quiet, _gate(each))


def _runs(each: Transaction) -> Iterator[range]:
    """A row a statement; in a long transaction those that take no further lock share one."""
    many = each.last - each.first + 1 > _LONG
    takes, start = {held.since for held in each.holds}, each.first
    for number in range(each.first, each.last + 1):
        if not many or number in takes:
            yield from (range(start, number),) if start < number else ()
            yield range(number, number + 1)
            start = number + 1
    if start <= each.last:
        yield range(start, each.last + 1)


def _head(bars: int) -> Html:
    locks = el("th", say("locks held"), colspan=bars, scope="colgroup") if bars else el("th", say("blocks"))
    return el("thead", el("tr", el("th", say("statement"), scope="col"), locks), class_="sr")


def _row(at: int, run: range, runs: list[range], holds: Sequence[Held], by_number: dict[int, Statement]) -> Html:
    each = by_number.get(run[0])
    if each is None or len(run) > 1:
        said: Child = el("span", say("no further lock"), class_="m")
    else:
        said = [each.operation, " ", names(each.tables)]
    what = el("th", refs(run), " ", said, scope="row")
    if not holds:
        worst = "nothing" if each is None or len(run) > 1 else blocking(each)
        return el("tr", what, el("td", None if worst == "nothing" else blocked(worst)))
    return el("tr", what, list(_bars(at, runs, holds)))


def _bars(at: int, runs: list[range], holds: Sequence[Held]) -> Iterator[Html]:
    """The cells that begin in this row: what is empty until a lock is taken, and the lock from there to the end."""
    for held in holds:
        since = next((number for number, run in enumerate(runs) if held.since in run), 0)
        if at == 0 and since:
            yield el("td", rowspan=since)
        if at == since:
            yield el("td", _bar(held), rowspan=len(runs) - since, class_=f"bar {held.blocks}")


def _bar(held: Held) -> list[Child]:
    return [code(held.table), " ", held.mode, " ", el("span", blocks(held.blocks), class_="m")]


def _held(held: Held) -> list[Child]:
    return [refs((held.since,)), ": ", code(held.table), " ", held.mode, " ", _quiet(held)]


def _quiet(held: Held | Lock) -> Html:
    return el("span", blocked(held.blocks), class_="m")


# ---- statements that commit by themselves


def _singles(run: tuple[Transaction, ...], by_number: dict[int, Statement]) -> Iterator[Html]:
    for ends, group in groupby(run, key=lambda each: each.ends):
        yield _single(tuple(group), by_number, implicit=ends == "implicit")


def _single(run: tuple[Transaction, ...], by_number: dict[int, Statement], *, implicit: bool) -> Html:
    """Only those with locks that others wait for, or a time, have a line of their own."""
    first, last = run[0], run[-1]
    lines = [_line(each, by_number) for each in run if each.estimate or _waits(each, by_number)]
    if len(run) == 1:
        title = say("Transaction {number}", number=first.number)
        how = _ends(first)
    else:
        title = say("Transactions {first} to {last}", first=first.number, last=last.number)
        how = (
            say("the engine commits each statement; locks do not pile up")
            if implicit
            else say("each statement commits by itself; locks do not pile up")
        )
    span = statements(range(first.first, last.last + 1))
    quiet = el("p", say("Nobody waits for them."), class_="m") if not lines else None
    return el("li", el("h3", title), el("p", span, " ", how), bullets(lines, "held"), quiet)


def _waits(each: Transaction, by_number: dict[int, Statement]) -> bool:
    """Whether others do, be it for changes of the schema."""
    one = by_number.get(each.first)
    return any(held.blocks != "nothing" for held in each.holds) or (one is not None and blocking(one) != "nothing")


def _line(each: Transaction, by_number: dict[int, Statement]) -> list[Child]:
    one = by_number.get(each.first)
    time = mix(" · ", estimate(each.estimate)) if each.estimate else None
    taken: list[Held | Lock] = list(each.holds) or [lock for lock in one.locks if not lock.new] if one else []
    locks: list[Child] = [[" · ", code(lock.table), " ", lock.mode, " ", _quiet(lock)] for lock in taken]
    return [refs((each.first,)), " ", one.operation if one else None, locks, time]
