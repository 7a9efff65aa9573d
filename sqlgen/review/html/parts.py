"""What several sections are built of: headings, badges, tables, places, SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlgen.messages import Message, say
from sqlgen.review.document.model import Light, Place
from sqlgen.review.html.markup import Child, Html, anchor, code, el, inner, jump, link, mix
from sqlgen.review.inks import inks

NONE = "–"


def section(id: str, title: Message, *children: Child) -> Html:
    return el("section", el("h2", title), *children, id=id)


def badge(light: Light | None, word: Message | str, mark: str | None = None) -> Html:
    """A word on a colour, with a sign before it: that of the colour, which the style sheet has, or another one."""
    shade = {"red": "r", "yellow": "y", "green": "g", None: "n"}[light]
    return el("b", word, class_=shade) if mark is None else el("b", mark, " ", word, class_=f"{shade} p")


def definitions(rows: Iterable[tuple[Child, Child]], class_: str = "d") -> Html | None:
    """Names and what they say; a row without anything to say is left out."""
    boxed = class_ != "d"
    made: list[Child] = []
    for name, what in rows:
        if what is not None:
            row = mix(el("dt", name), el("dd", what))
            made.append(el("div", row) if boxed else row)
    return el("dl", made, class_=class_) if made else None


def bullets(items: Iterable[Child], class_: str | None = None) -> Html | None:
    made = [el("li", each) for each in items]
    return el("ul", made, class_=class_) if made else None


def table(caption: Message, heads: Sequence[Child], *bodies: Child, class_: str = "t", hidden: bool = True) -> Html:
    """A table in a box of its own, which scrolls where the table is wider than the page."""
    title = el("caption", caption, class_="sr" if hidden else None)
    head = el("thead", el("tr", [el("th", each, scope="col") for each in heads]))
    return box(caption, el("table", title, head, *bodies, class_=class_))


def box(label: Message, child: Html) -> Html:
    return el("div", child, class_="x", tabindex=0, role="region", aria_label=label)


def cells(*contents: Child) -> Html:
    """A row, the first cell of which is its head."""
    head, *rest = contents
    return el("tr", el("th", head, scope="row"), [el("td", each) for each in rest])


def among(parts: Iterable[Child], between: Child = ", ") -> list[Child]:
    """Parts with something between them."""
    made: list[Child] = []
    for each in parts:
        made += [between, each] if made else [each]
    return made


def refs(numbers: Sequence[int], prefix: str = "s") -> list[Child]:
    """Links to statements, runs of them as 3–9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return among(
        [jump(f"{prefix}{run[0]}", run[0]), "–" if len(run) > 2 else ", ", jump(f"{prefix}{run[-1]}", run[-1])]
        if len(run) > 1
        else jump(f"{prefix}{run[0]}", run[0])
        for run in runs
    )


def statements(numbers: Sequence[int], prefix: str = "s") -> Child:
    """Which of them, in words; nothing where there are none."""
    if not numbers:
        return None
    word = say("statement") if len(numbers) == 1 else say("statements")
    return el("span", word, " ", refs(numbers, prefix), class_="m")


def revision(id: str) -> Html:
    """A link to where a revision of the range stands."""
    return jump(anchor("rev-", id), code(id))


def place(where: Place | None) -> Child:
    """A file and line, which leads to the commit where the settings name its host."""
    if where is None:
        return None
    return link(where.url, code(where.file if where.line is None else f"{where.file}:{where.line}"))


def names(which: Iterable[str]) -> list[Child]:
    return among(map(code, which))


def sql(text: str, dialect: str) -> Html:
    """SQL with its words, literals and comments told apart, by weight and slant as much as by colour."""
    element = {"word": "b", "literal": "i", "comment": "em"}
    parts = [inner(part if ink is None else el(element[ink], part)) for ink, part in inks(text, dialect)]
    return Html(f"<pre>{''.join(parts)}</pre>")


def commands(lines: Sequence[str]) -> Html | None:
    """Lines of shell, which are copied together."""
    return el("pre", "\n".join(lines), class_="c") if lines else None
