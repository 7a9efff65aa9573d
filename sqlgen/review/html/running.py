"""What becomes of data, how it is run and goes back, what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlgen.messages import say
from sqlgen.review.document.model import Document, Failure, Guide, Statement, Todo, WayBack
from sqlgen.review.html.markup import Child, Html, code, el, link, mix
from sqlgen.review.html.parts import NONE, badge, bullets, cells, commands, definitions, revision, section, table
from sqlgen.review.html.parts import statements as refs
from sqlgen.review.html.words import way_back


def data(document: Document) -> Html:
    """What is destroyed, and how far one comes back."""
    lost = [
        cells(revision(each.revision), code(each.where), each.what, refs(_one(each.statement)) or NONE)
        for each in document.losses
    ]
    heads = [say("revision"), say("where"), say("what is destroyed"), say("by")]
    destroyed: Child = el("p", say("The script destroys no data, as far as statements can be read."))
    if lost:
        advice = say("Dump it first: the execution guide has the commands.")
        drawn = table(say("Data that is destroyed"), heads, el("tbody", lost))
        destroyed = mix(el("p", badge("red", say("DATA LOST")), " ", advice), drawn)
    return section("data", say("Data and the way back"), destroyed, _way_back(document.way_back))


def _one(number: int | None) -> tuple[int, ...]:
    return () if number is None else (number,)


def _way_back(found: WayBack) -> list[Child]:
    rows = [cells(revision(each.revision), code(each.where), bullets(each.what)) for each in found.losses]
    heads = [say("revision"), say("where"), say("what going back loses")]
    lost = table(say("What going back loses"), heads, el("tbody", rows)) if rows else None
    title = el("p", badge(*way_back(found.possible)), " ", found.title)
    return [el("h3", say("The way back")), title, lost]


# ---- running it


def guide(found: Guide) -> Html:
    """Steps in their order, with their commands."""
    back = [el("h3", say("Going back")), _todos(found.back)] if found.back else None
    return section("guide", say("Execution guide"), _todos(found.steps), back)


def _todos(todos: Iterable[Todo]) -> Html:
    made = [
        el("li", el("p", each.text), commands(each.commands), [el("p", note, class_="m") for note in each.notes])
        for each in todos
    ]
    return el("ol", made, class_="todo")


def failures(found: Guide) -> Html | None:
    """The failure map."""
    if not found.failures:
        return None
    heads = [
        say("it stopped"),
        say("version table"),
        say("what stands"),
        say("old code"),
        say("new code"),
        say("go on"),
        say("go back"),
    ]
    rows = el("tbody", map(_failure, found.failures))
    notes = [el("p", note, class_="m") for note in found.failure_notes]
    return section("failures", say("If it stops"), table(say("Where it may stop"), heads, rows), notes)


def _failure(each: Failure) -> Html:
    return cells(
        each.stopped, code(each.version_table), each.stands, each.old_code, each.new_code, each.onward, each.back
    )


# ---- what it rests on


def evidence(document: Document) -> Html:
    """What was checked, and where each claim about the engine comes from."""
    rows = definitions((each.name, each.text) for each in document.evidence)
    return section("evidence", say("Evidence"), rows, _claims(document.statements))


def claims(statements: Iterable[Statement]) -> dict[str, int]:
    """The lines of the table of effects that the statements rest on, numbered: cards name the number."""
    return {claim: number for number, claim in enumerate(sorted({each.claim for each in statements if each.claim}), 1)}


def _claims(statements: Sequence[Statement]) -> Child:
    """Each once, however many statements rest on it."""
    found = {each.claim: each for each in reversed(statements)}
    rows = [_claim(number, found[claim]) for claim, number in claims(statements).items()]
    if not rows:
        return None
    heads = [say("claim"), say("how it is known"), say("source")]
    return [el("h3", say("Where claims come from")), table(say("Claims"), heads, el("tbody", rows))]


def _claim(number: int, each: Statement) -> Html:
    proof = say("tested on a real server") if each.proven else badge("yellow", say("the manual's word, not tested"))
    sources = bullets(link(source, source) for source in each.sources) or NONE
    row = [el("th", number, " ", code(each.claim), scope="row"), el("td", proof), el("td", sources)]
    return el("tr", row, id=f"c{number}")
