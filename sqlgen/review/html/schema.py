"""The tables that the range touches: what happens to each, and its columns, keys and indexes before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.messages import Message, say, visible
from sqlgen.review.document.labels import line_kind
from sqlgen.review.document.model import Blocking, Document, Line, Link, Statement, TableView
from sqlgen.review.document.wording import size
from sqlgen.review.html.diagram import diagram
from sqlgen.review.html.glance import blocked, blocking
from sqlgen.review.html.markup import Child, Html, code, el
from sqlgen.review.html.parts import among, badge, bullets, refs, section
from sqlgen.review.html.words import table_state


def schema(document: Document) -> Html | None:
    if not document.tables:
        return None
    by_number = {each.number: each for each in document.statements}
    views = [_view(number, each, by_number) for number, each in enumerate(document.tables, 1)]
    return section("tables", say("Table by table"), diagram(document), views)


def _view(number: int, view: TableView, by_number: dict[int, Statement]) -> Html:
    was = el("span", " ", say("(was {name})", name=view.was), class_="m") if view.was is not None else None
    done = [by_number[one] for one in view.statements if one in by_number]
    return el(
        "section",
        el("h3", code(view.name), was, " ", _state(view)),
        _measured(view),
        bullets(_done(done)),
        _lines(view),
        None if view.complete else el("p", say("Not all of this table is known."), class_="note"),
        _links(view.links),
        id=f"t-{number}",
    )


def _state(view: TableView) -> Html:
    shade, mark, word = table_state(view.state)
    return badge(shade, word, mark)


def _measured(view: TableView) -> Html | None:
    """From the DBA's own numbers."""
    said: list[Child] = []
    if view.rows is not None:
        said.append(say("{rows} rows", rows=f"{view.rows:,}"))
    if view.bytes is not None:
        said.append(size(view.bytes))
    return el("p", among(said, " · "), " ", say("(from the statistics given)"), class_="m") if said else None


def _done(held: Sequence[Statement]) -> Iterator[Child]:
    """What is done to it; the same thing once."""
    found: dict[tuple[str, Blocking], list[int]] = {}
    for each in held:
        found.setdefault((each.operation, blocking(each)), []).append(each.number)
    for (operation, worst), numbers in found.items():
        loud = el("span", blocked(worst), class_="m") if worst != "nothing" else None
        yield [refs(numbers), " ", operation, " ", loud]


# ---- before and after


def _lines(view: TableView) -> Html | None:
    if not view.lines:
        return None
    caption = el("caption", view.name, class_="sr")
    if all(line.before is None for line in view.lines) or all(line.after is None for line in view.lines):
        return el("table", caption, _head(say("definition")), el("tbody", map(_single, view.lines)), class_="s")
    head = _head(say("before"), say("after"), say("change"))
    return el("table", caption, head, el("tbody", map(_line, view.lines)), class_="s")


def _head(*more: Message) -> Html:
    heads = (say("what"), say("name"), *more)
    return el("thead", el("tr", [el("th", each) for each in heads]))


def _single(line: Line) -> Html:
    """Of a table that is new, or gone: the state beside its name says which."""
    return el("tr", el("td", line_kind(line)), el("th", visible(line.name)), el("td", _sql(line.after or line.before)))


def _line(line: Line) -> Html:
    shade, mark, word = _change(line)
    what = [el("td", line_kind(line)), el("th", visible(line.name))]
    if line.before == line.after:
        return el("tr", what, el("td", _sql(line.after), colspan=2), el("td"))
    cells = [el("td", _sql(line.before)), el("td", _sql(line.after))]
    return el("tr", what, cells, el("td", el("b", mark, " ", word)), class_=shade)


def _change(line: Line) -> tuple[str, str, Message]:
    if line.before is None:
        return "added", "+", say("added")
    if line.after is None:
        return "removed", "−", say("removed")
    return "changed", "~", say("changed")


def _sql(definition: str | None) -> Child:
    return visible(definition) if definition else None


# ---- foreign keys


def _links(links: Sequence[Link]) -> Html | None:
    if not links:
        return None
    return el("div", el("h4", say("Foreign keys")), bullets(map(_link, links)))


def _link(link: Link) -> list[Child]:
    states = {"stays": None, "new": badge("green", say("new"), "+"), "gone": badge("red", say("gone"), "−")}
    return [_end(link.table, link.columns), " → ", _end(link.to, link.to_columns), " ", states[link.state]]


def _end(name: str, columns: Sequence[str]) -> Html:
    return code(f"{name} ({', '.join(columns)})" if columns else name)
