"""A card for each statement, by revision: its SQL with its rollback beside it, what it does, and what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlgen.messages import Message, apart, say
from sqlgen.review.document.attached import of_rollback
from sqlgen.review.document.model import Document, Finding, Lock, Place, Revision, Statement
from sqlgen.review.document.wording import blocks, estimate, limit, yes_no
from sqlgen.review.html.findings import Shared, findings, helps, shared
from sqlgen.review.html.glance import blocked, blocking, heavy, lost
from sqlgen.review.html.markup import Child, Html, anchor, code, el, jump, link, mix
from sqlgen.review.html.parts import among, badge, definitions, names, place, refs, section, sql
from sqlgen.review.html.running import claims

_MANY = 300


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a card looks up."""

    document: Document
    rollback: dict[int, Statement]
    home: dict[int, int]
    """Of each rollback statement the first statement that it takes back: it stands there, and others link to it."""
    on: dict[tuple[str, int], list[Finding]]
    """Findings on statements: `s` or `r`, and the number."""
    claims: dict[str, int]
    help: Shared
    terse: bool
    """There are so many statements that cards leave locks, work and tables to the table at a glance."""


def cards(document: Document) -> Html | None:
    """By revision, in the order in which they are applied."""
    shown = _shown(document)
    numbers = {"s": {each.number for each in document.statements}, "r": set(shown.rollback)}
    others = [each for each in document.findings if each.statement not in numbers[_script(each, document)]]
    known = {each.id for each in document.revisions}
    loose = [each for each in others if each.revision not in known]
    by_revision: dict[str, list[Finding]] = defaultdict(list)
    for each in others:
        by_revision[each.revision].append(each)
    held, back = _by_revision(document.statements), _by_revision(document.rollback)
    made = [
        _revision(each, held.get(each.id, ()), back.get(each.id, ()), by_revision[each.id], shown)
        for each in document.revisions
    ]
    if not made and not loose:
        return None
    told = say("What a card does not mention is known not to be so; what is not known is said.")
    table = jump("glance", say("Locks and work of each statement stand in the table at a glance."))
    return section(
        "statements",
        say("Statements"),
        el("p", told, " ", table if shown.terse else None, class_="m"),
        helps(shown.help, document.findings),
        findings(loose, shown.help),
        made,
    )


def _shown(document: Document) -> _Shown:
    home: dict[int, int] = {}
    for each in document.statements:
        for number in each.undone_by:
            home.setdefault(number, each.number)
    on: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in document.findings:
        if finding.statement is not None:
            on[_script(finding, document), finding.statement].append(finding)
    terse = len(document.statements) > _MANY
    help = shared(document.findings, linked=not terse)
    back = {each.number: each for each in document.rollback}
    return _Shown(document, back, home, on, claims(document.statements), help, terse)


def _script(finding: Finding, document: Document) -> str:
    return "r" if of_rollback(document, finding) else "s"


# ---- a revision


def _by_revision(statements: Sequence[Statement]) -> Mapping[str, Sequence[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for each in statements:
        found[each.revision].append(each)
    return found


def _revision(
    each: Revision, held: Sequence[Statement], undoing: Sequence[Statement], found: list[Finding], shown: _Shown
) -> Html:
    limits = {(one.lock_timeout_ms, one.statement_timeout_ms) for one in held}
    shared = _limits(held[0]) if len(limits) == 1 else None
    back = [one for one in undoing if one.number not in shown.home]
    about = among([one for one in (place(each.place), shared) if one is not None], " · ")
    quiet = None if held else el("p", say("No statement of its own."), class_="m")
    return el(
        "section",
        el("h3", code(each.id), " ", each.message),
        el("p", about, class_="m"),
        el("p", each.note, class_="note") if each.note is not None else None,
        findings(found, shown.help),
        quiet,
        [_card(one, each.place, shown, limits=len(limits) > 1) for one in held],
        _back(back, shown),
        id=anchor("rev-", each.id),
        class_="rev",
    )


def _limits(each: Statement) -> Message:
    return say(
        "lock_timeout: {lock}; statement_timeout: {statement}",
        lock=limit(each.lock_timeout_ms),
        statement=limit(each.statement_timeout_ms),
    )


def _back(held: list[Statement], shown: _Shown) -> Child:
    """What rollback.sql does for a revision, and no statement of apply.sql stands beside it."""
    if not held:
        return None
    title = el("h4", say("Also on the way back"))
    return el("div", title, [_undoing(one, shown) for one in held], class_="card")


# ---- a statement


def _card(each: Statement, home: Place | None, shown: _Shown, *, limits: bool) -> Html:
    tables = mix(" ", names(each.tables)) if not shown.terse else None
    title = mix(each.number, " ", each.operation, tables, _marks(each), _written(each, home, shown))
    dialect = shown.document.about.dialect
    return el(
        "article",
        el("h4", title),
        sql(each.sql, dialect),
        _rollback(each, shown),
        findings(shown.on["s", each.number], shown.help, each.place),
        _about(each, shown, limits=limits),
        id=f"s{each.number}",
    )


def _rollback(each: Statement, shown: _Shown) -> Html | None:
    if shown.document.about.down_only:
        return None
    if not each.undone_by:
        none = say("No statement of rollback.sql takes it back.")
        return el("aside", el("p", none, class_="m"))
    here = [shown.rollback[one] for one in each.undone_by if shown.home[one] == each.number and one in shown.rollback]
    there = tuple(one for one in each.undone_by if shown.home[one] != each.number)
    also = el("p", say("also by rollback"), " ", refs(there, "r")) if there and not (shown.terse and here) else None
    return el("aside", [_undoing(one, shown) for one in here], also)


def _undoing(each: Statement, shown: _Shown) -> list[Child]:
    named = say("rollback {number}", number=each.number)
    said = [one for one in each.destroys or () if not (shown.terse and _said(one, each.revision, shown.document))]
    lossy = mix(" ", apart(said)) if said else None
    written = None if shown.terse else mix(" · ", _written(each, None, shown))
    what = None if shown.terse else mix(" ", each.operation)
    return [
        el("p", named if shown.terse else el("b", named), what, _marks(each), lossy, written, id=f"r{each.number}"),
        sql(each.sql, shown.document.about.dialect),
        definitions(_doubts(each)),
        findings(shown.on["r", each.number], shown.help, each.place),
    ]


def _said(destroyed: str, revision: str, document: Document) -> bool:
    """Whether the section on the way back says it, too."""
    losses = (each.what for each in document.way_back.losses if each.revision == revision)
    return any(destroyed in text for what in losses for text in what)


def _marks(each: Statement) -> list[Child]:
    """What must be seen at once."""
    worst = blocking(each)
    marks: list[Child] = [" ", blocked(worst)] if worst in ("writes", "all") else []
    if each.destroys is None:
        marks += [" ", badge("yellow", say("whether data is lost is not known"), "?")]
    elif each.destroys:
        marks += [" ", lost(each.destroys)]
    return marks


def _about(each: Statement, shown: _Shown, *, limits: bool) -> list[Child]:
    """Below its SQL. Of very many statements all that is known of one stands in one paragraph."""
    facts, rows = list(_facts(each, shown)), [row for row in _rows(each, limits=limits) if row[1] is not None]
    if not shown.terse:
        return [el("p", among(facts, " · "), class_="m"), definitions(rows)]
    return [el("p", among([*facts, *(mix(name, ": ", what) for name, what in rows)], " · "))]


def _rows(each: Statement, *, limits: bool) -> Iterator[tuple[Message, Child]]:
    """What is known of it; rows that say nothing are left out."""
    if each.estimate is not None:
        yield say("estimate"), [el("b", estimate(each.estimate)), " ", each.estimate.because]
    if limits:
        yield say("timeouts"), _limits(each)
    if each.destroys:
        yield say("data lost"), _one_or_more(each.destroys)
    if each.reversible is not True:
        yield say("reversible"), yes_no(each.reversible)
    if each.breaks_old_code is not False:
        yield say("breaks old code"), yes_no(each.breaks_old_code)
    yield from _doubts(each)
    yield say("notes"), _one_or_more(each.notes)
    yield say("checked before"), _one_or_more(each.checks_before)
    yield say("checked after"), _one_or_more(each.checks_after)


def _doubts(each: Statement) -> Iterator[tuple[Message, Child]]:
    """Of the way back too."""
    if each.may_fail is not False:
        yield say("may fail on rows that are there"), yes_no(each.may_fail)
    yield say("not known"), _one_or_more(each.unknown)


def _one_or_more(said: tuple[str, ...]) -> Child:
    return among(said, say("; ")) if said else None


def _written(each: Statement, home: Place | None, shown: _Shown) -> Html | None:
    """Where it stands, and what made it. Of very many statements the line is enough, in the file of the revision."""
    op = code(each.op) if each.op is not None and not shown.terse else None
    if each.place is None and op is None:
        return None
    at = place(each.place)
    where = each.place
    if shown.terse and where is not None and home is not None and where.file == home.file and where.line is not None:
        at = link(where.url, say("line {number}", number=where.line))
    return el("small", " ", at, " ", op) if op is not None else mix(", ", at)


def _facts(each: Statement, shown: _Shown) -> Iterator[Child]:
    """Locks and work, and who says so."""
    if not shown.terse:
        yield from map(_lock, each.locks)
        yield _work(each)
    if each.claim:
        number = shown.claims[each.claim]
        proof = mix(" ", badge("yellow", say("not tested"))) if not each.proven else None
        named = say("claim {number}", number=number)
        yield mix(named if shown.terse else jump(f"c{number}", named), proof)


def _work(each: Statement) -> Child:
    on = mix(" ", names(each.worked_on)) if each.worked_on not in ((), each.tables) else None
    how = mix(" ", code(f"ALGORITHM={each.algorithm.upper()}")) if each.algorithm is not None else None
    return [heavy(each), on, how]


def _lock(lock: Lock) -> list[Child]:
    brief = mix(" ", say("(for a moment at its start and end)")) if lock.brief else None
    waits = say("new in this script: nobody waits") if lock.new else blocks(lock.blocks)
    return [lock.mode, " ", code(lock.table), ": ", waits, brief]
