"""The table that is read first: a row a statement; and the filter above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say
from sqlgen.review.document.attached import attached
from sqlgen.review.document.model import Blocking, Document, Finding, Light, Statement
from sqlgen.review.document.wording import blocks, estimate, worked
from sqlgen.review.document.wording import severity as severity_word
from sqlgen.review.html.markup import Child, Html, code, el, jump
from sqlgen.review.html.parts import NONE, among, badge, names, revision, section, table
from sqlgen.review.html.words import shade, waiting

_ORDER: tuple[Blocking, ...] = ("nothing", "schema", "writes", "all")


def glance(document: Document) -> Html:
    """At a glance."""
    timed = any(each.estimate is not None for each in document.statements)
    heads: list[Child] = [
        el("abbr", "#", title=say("statement")),
        say("revision"),
        say("tables"),
        say("operation"),
        say("lock"),
        say("blocks"),
        say("work"),
        *([say("estimate")] if timed else []),
        say("transaction"),
        say("reversible"),
        say("data loss"),
        say("findings"),
    ]
    body = el("tbody", list(_rows(document, timed)))
    if not document.statements:
        return section("glance", say("At a glance"), el("p", say("No statements: only the version table changes.")))
    return section(
        "glance",
        say("At a glance"),
        _filter(document),
        table(say("A row for each statement, in the order in which they run"), heads, body, class_="t glance"),
    )


def _rows(document: Document, timed: bool) -> Iterator[Html]:
    found, last = attached(document), None
    for each in document.statements:
        yield _row(each, found.get(each.number, ()), timed, first=each.revision != last)
        last = each.revision


def _row(each: Statement, findings: Sequence[Finding], timed: bool, *, first: bool) -> Html:
    """Of a run of the same revision the first one links to it."""
    worst = blocking(each)
    lossy = each.destroys is None or bool(each.destroys)
    cells: list[Child] = [
        el("td", revision(each.revision) if first else each.revision),
        el("td", names(each.tables) or NONE),
        el("td", each.operation),
        el("td", _modes(each)),
        el("td", NONE if worst == "nothing" else blocked(worst, waiting(worst))),
        el("td", heavy(each)),
        el("td", estimate(each.estimate) if each.estimate else NONE) if timed else None,
        el("td", each.transaction),
        el("td", reversible(each.reversible)),
        el("td", lost(each.destroys) if lossy else say("none")),
        el("td", [_sign(one) for one in findings] or NONE),
    ]
    return el("tr", el("th", jump(f"s{each.number}", each.number), scope="row"), cells)


def blocking(each: Statement) -> Blocking:
    """The worst for others: on tables that are there already."""
    return max((lock.blocks for lock in each.locks if not lock.new), key=_ORDER.index, default="nothing")


def blocked(worst: Blocking, word: Message | None = None) -> Child:
    """Loud where others can't work."""
    said = blocks(worst) if word is None else word
    shade: dict[Blocking, Light | None] = {"nothing": None, "schema": None, "writes": "yellow", "all": "red"}
    if shade[worst] is None:
        return said
    return badge(shade[worst], said)


def heavy(each: Statement) -> Child:
    """Work, as loud as it is long."""
    if each.work in ("index", "rewrite", "scan", "rows"):
        return el("b", worked(each))
    return badge("yellow", worked(each), "?") if each.work == "unknown" else worked(each)


def reversible(value: bool | None) -> Child:
    match value:
        case True:
            return say("yes")
        case False:
            return badge("yellow", say("no"))
        case None:
            return badge("yellow", say("not known"), "?")


def lost(destroys: tuple[str, ...] | None) -> Child:
    return badge("yellow", say("not known"), "?") if destroys is None else badge("red", say("DATA LOST"))


def _modes(each: Statement) -> Child:
    """Lock modes; of several tables each with its table."""
    old = [lock for lock in each.locks if not lock.new]
    if not old:
        return say("new table") if each.locks else NONE
    several = len({lock.table for lock in old}) > 1
    return among(
        [[lock.mode, " ", code(lock.table)] if several else lock.mode for lock in old],
        say("; "),
    )


def _sign(finding: Finding) -> Html:
    """A sign and a word of severity, and the rule."""
    if finding.allowed is not None:
        return el("p", badge(None, say("allowed")), " ", finding.rule)
    return el("p", badge(shade(finding.severity), severity_word(finding.severity)), " ", finding.rule)


# ---- the filter


def _filter(document: Document) -> Html:
    """Hidden until the script shows it: without that it would do nothing."""
    tables = sorted({table for each in document.statements for table in each.tables})
    return el(
        "div",
        el("label", say("Filter"), " ", el("input", type="search", id="find", aria_keyshortcuts="/")),
        _choice(
            "blocks",
            say("blocks"),
            [(NONE if each == "nothing" else str(waiting(each)), waiting(each)) for each in reversed(_ORDER)],
        ),
        _choice(
            "severity",
            say("findings"),
            [(str(severity_word(each)), severity_word(each)) for each in ("error", "warning", "info")],
        ),
        _choice("table", say("tables"), [(each, each) for each in tables]),
        el("output", id="shown", for_="find", data_text=say("{shown} of {all} statements", shown="{0}", all="{1}")),
        el("span", say("Press / to filter, Esc for all."), class_="m"),
        id="filter",
        class_="filter noprint",
        role="search",
        hidden=True,
    )


def _choice(id: str, title: Child, options: list[tuple[str, Child]]) -> Html:
    every = el("option", say("all"), value="")
    made = [el("option", text, value=None if text == value else value) for value, text in options]
    return el("label", title, " ", el("select", every, made, id=f"by-{id}"))
