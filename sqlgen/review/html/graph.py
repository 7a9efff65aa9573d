"""The revisions of the range as a drawing, and the same as a list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.messages import Message, cells, say, visible
from sqlgen.review.document.model import Document, Revision
from sqlgen.review.html.lanes import Edge, Lanes, lay_out
from sqlgen.review.html.markup import Child, Html, anchor, code, el, jump, mix
from sqlgen.review.html.parts import among, badge, box, names, place, section, statements

_ROW, _LANE, _LEFT, _CHARACTER = 26, 18, 14, 8
_SHOWN = 60
"""Of a message, in cells; the list below has all of it."""


def graph(document: Document) -> Html | None:
    if not document.revisions:
        return None
    drawing = box(say("Revision graph"), _drawing(document.revisions)) if _drawable(document.revisions) else None
    items = [el("li", _item(each)) for each in document.revisions]
    return section("graph", say("Revisions"), drawing, el("ol", items, class_="revs"))


def _drawable(revisions: Sequence[Revision]) -> bool:
    """Whether lines can be told apart, and be laid out in no time: a history has about one for each revision."""
    return sum(len(each.parents) + len(each.depends_on) for each in revisions) <= 2 * len(revisions) + 200


def _before(revisions: Sequence[Revision]) -> list[str]:
    """What the range stands on: revisions that are there already."""
    inside = {each.id for each in revisions}
    found = [id for each in revisions for id in (*each.parents, *each.depends_on) if id not in inside]
    return list(dict.fromkeys(found))


# ---- the drawing


def _drawing(revisions: Sequence[Revision]) -> Html:
    before = _before(revisions)
    order = [*before, *(each.id for each in revisions)]
    lanes = lay_out(
        order,
        {each.id: each.parents for each in revisions},
        {each.id: each.depends_on for each in revisions},
    )
    rows = {id: number for number, id in enumerate(order)}
    labels = {id: f"{visible(id)}  {say('is there already')}" for id in before}
    labels |= {each.id: f"{visible(each.id)}  {_short(each.message)}" for each in revisions}
    left = _LEFT + lanes.width * _LANE
    widest = max(map(cells, labels.values()))
    width, height = round(left + widest * _CHARACTER + 12), len(order) * _ROW + 8
    return el(
        "svg",
        el("title", say("Revision graph")),
        el("desc", _described(revisions, before)),
        el("g", [_line(edge, lanes, rows) for edge in lanes.edges], class_="edge"),
        [_node(lanes.lane[id], rows[id], new=id not in before) for id in order],
        [el("text", labels[id], x=left, y=_y(rows[id]) + 4) for id in order],
        role="img",
        width=width,
        height=height,
        viewBox=f"0 0 {width} {height}",
        class_="graph",
    )


def _short(message: str) -> str:
    text, room = "", _SHOWN
    for char in visible(message):
        room -= cells(char)
        if room < 0:
            return text.rstrip() + "…"
        text += char
    return text


def _described(revisions: Sequence[Revision], before: Sequence[str]) -> Message:
    return say(
        "{count} new revisions, drawn from top to bottom in the order in which they are applied; the list below says "
        "what each stands on. There before: {before}.",
        count=len(revisions),
        before=", ".join(before) or say("none"),
    )


def _x(lane: int) -> int:
    return _LEFT + lane * _LANE


def _y(row: int) -> int:
    return row * _ROW + _ROW // 2 + 4


def _node(lane: int, row: int, *, new: bool) -> Html:
    """Full: new. Hollow: there already."""
    return el("circle", cx=_x(lane), cy=_y(row), r=6 if new else 5, class_=None if new else "old")


def _line(edge: Edge, lanes: Lanes, rows: dict[str, int]) -> Html:
    """Out of its parent into its own lane, down, and into its child."""
    start, end = lanes.lane[edge.parent], lanes.lane[edge.child]
    top, bottom, half = _y(rows[edge.parent]), _y(rows[edge.child]), _ROW // 2
    path = f"M{_x(start)} {top}"
    if edge.lane != start:
        path += f"C{_x(start)} {top + half} {_x(edge.lane)} {top + half} {_x(edge.lane)} {top + _ROW}"
    if edge.lane != end:
        turn = max(bottom - _ROW, top + (_ROW if edge.lane != start else 0))
        path += f"V{turn}C{_x(edge.lane)} {turn + half} {_x(end)} {bottom - half} {_x(end)} {bottom}"
    else:
        path += f"V{bottom}"
    return el("path", d=path, class_="dash" if edge.dashed else None)


# ---- the list


def _item(each: Revision) -> list[Child]:
    kinds: list[Child] = [_origin(each), *(badge(None, label) for label in each.labels)]
    merges = badge(None, say("merge")) if len(each.parents) > 1 else None
    said = mix(jump(anchor("rev-", each.id), code(each.id)), " ", each.message, " ", among([*kinds, merges], " "))
    parents = _links(say("stands on"), each.parents) if each.parents else say("stands on nothing: it is the first")
    depends = _links(say("depends on"), each.depends_on) if each.depends_on else None
    about = [one for one in (parents, depends, place(each.place), statements(each.statements)) if one is not None]
    note = el("p", each.note, class_="note") if each.note is not None else None
    return [el("p", said), el("p", among(about, " · "), class_="m"), note]


def _links(word: Message, ids: Sequence[str]) -> list[Child]:
    return [word, " ", names(ids)]


def _origin(each: Revision) -> Html | None:
    match each.origin:
        case "rendered":
            return None
        case "recorded":
            return badge("yellow", say("RECORDED"))
        case "override":
            return badge("yellow", say("BY HAND"))
        case "gap":
            return badge("red", say("GATE"))
