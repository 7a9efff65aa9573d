"""The tables that the range touches and those beside them, with the foreign keys between: a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from sqlgen.messages import Message, cells, say, visible
from sqlgen.review.document.model import Document
from sqlgen.review.document.model import Link as ForeignKey
from sqlgen.review.html.layers import Layers, Line, lay_out
from sqlgen.review.html.markup import Html, el
from sqlgen.review.html.parts import box
from sqlgen.review.html.words import table_state

_HEIGHT, _SPACE, _CHARACTER, _MOST = 44, 56, 8.2, 60
"""Of a box, between layers, of a cell of text; and so many boxes are drawn at most: the lists below have all."""


def diagram(document: Document) -> Html | None:
    """None where no foreign key is known, or where there are more tables than one takes in."""
    links = {(each.table, each.to): each for view in document.tables for each in view.links if each.table != each.to}
    touched = {view.name: view for view in document.tables}
    names = list(dict.fromkeys(name for pair in links for name in pair))
    if not names or len(names) > _MOST:
        return None
    words = {name: str(say("not touched")) for name in names}
    for name, view in touched.items():
        _, mark, word = table_state(view.state)
        words[name] = f"{mark} {word}"
    widths = {name: max(cells(visible(name)), cells(words[name])) * _CHARACTER + 24 for name in names}
    drawn = lay_out(widths, list(links))
    width, height = round(drawn.width + 8), drawn.count * (_HEIGHT + _SPACE) - _SPACE + 8
    svg = el(
        "svg",
        el("title", say("Tables and foreign keys")),
        el("desc", _described(links)),
        el("g", [_line(each, _state(links, each), _points_down(links, each)) for each in drawn.lines], class_="edge"),
        [_box(name, words[name], drawn, name in touched) for name in names],
        role="img",
        width=width,
        height=height,
        viewBox=f"-4 -4 {width} {height}",
        class_="graph erd",
    )
    return box(say("Tables and foreign keys"), svg)


def _described(links: Mapping[tuple[str, str], ForeignKey]) -> Message:
    pairs = "; ".join(f"{of} → {to}" for of, to in links)
    return say("Each table stands below those that it refers to: {links}.", links=pairs)


def _state(links: Mapping[tuple[str, str], ForeignKey], line: Line) -> str:
    found = links.get((line.lower, line.upper)) or links[line.upper, line.lower]
    return found.state


def _points_down(links: Mapping[tuple[str, str], ForeignKey], line: Line) -> bool:
    """In a circle of tables one refers to what stands below it."""
    return (line.lower, line.upper) not in links


def _y(layer: int) -> int:
    return layer * (_HEIGHT + _SPACE)


def _line(line: Line, state: str, down: bool) -> list[Html]:
    """A curve from layer to layer, an arrow at what is referred to, a sign where it is new or gone."""
    points = line.points
    path = f"M{points[0][0]:.0f} {_y(points[0][1]) + _HEIGHT}"
    for (before, _), (x, layer) in pairwise(points):
        y, middle = _y(layer), _y(layer) - _SPACE // 2
        path += f"C{before:.0f} {middle} {x:.0f} {middle} {x:.0f} {y}"
        path += f"V{y + _HEIGHT}" if layer != points[-1][1] else ""
    x, y = (points[-1][0], _y(points[-1][1])) if down else (points[0][0], _y(points[0][1]) + _HEIGHT)
    head = f"M{x - 4:.0f} {y - 8}h8l-4 8z" if down else f"M{x - 4:.0f} {y + 8}h8l-4 -8z"
    made = [el("path", d=path, class_="dash" if state == "gone" else None), el("path", d=head, class_="head")]
    if state != "stays":
        mark = "+" if state == "new" else "−"
        made.append(el("text", mark, x=round(points[-1][0] + 4), y=_y(points[-1][1]) - 10))
    return made


def _box(name: str, word: str, drawn: Layers, touched: bool) -> Html:
    found = drawn.boxes[name]
    x, y, middle = round(found.left), _y(found.layer), round(found.left + found.width / 2)
    return el(
        "g",
        el("rect", x=x, y=y, width=round(found.width), height=_HEIGHT, rx=3),
        el("text", visible(name), x=middle, y=y + 18),
        el("text", word, x=middle, y=y + 35, class_="m"),
        class_="touched" if touched else None,
    )
