"""The first page: verdict, what the range is, who signed, what nobody may overlook, and when it is deployed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from sqlgen.messages import Message, say
from sqlgen.review.document import labels
from sqlgen.review.document.model import About, Caution, CodeReason, Cut, Deploy, Document, Light, Reason, Row, Signed
from sqlgen.review.document.wording import caution as caution_words
from sqlgen.review.html.markup import Child, Html, code, el, jump
from sqlgen.review.html.parts import (
    among,
    badge,
    bullets,
    commands,
    definitions,
    place,
    revision,
    section,
    statements,
)
from sqlgen.review.html.short import answers
from sqlgen.review.html.words import when

_FEW = 12


def verdict(document: Document, signed: Signed | None) -> Html:
    """The traffic light, why, and what it is about."""
    found = document.verdict
    reasons: list[Child] = [
        [
            badge(each.light, _short(each.light)),
            el("span", _why(each, document.deploy), " ", statements(each.statements)),
        ]
        for each in found.reasons
    ]
    return el(
        "section",
        el("h2", say("Verdict"), class_="sr"),
        el(
            "div",
            _lamp(found.light),
            el("p", found.title, class_="title"),
            class_=f"verdict {found.light}",
        ),
        answers(document),
        bullets(reasons, "reasons"),
        el("p", document.summary, class_="m"),
        _facts(document, signed),
        id="verdict",
    )


def _why(reason: Reason, order: Deploy) -> Child:
    """What the next section says in full, in a few words."""
    return jump("deploy", when(order.when)[1]) if reason.text == order.title else reason.text


def _short(light: Light) -> Message:
    match light:
        case "red":
            return say("red")
        case "yellow":
            return say("yellow")
        case "green":
            return say("green")


def _lamp(light: Light) -> Html:
    """A shape for each colour: an octagon, a triangle, a circle."""
    shapes = {
        "red": (el("path", d="M14 2h20l12 12v20L34 46H14L2 34V14z"), el("path", d="M16 16l16 16M32 16L16 32")),
        "yellow": (el("path", d="M24 3l22 40H2z"), el("path", d="M24 17v13M24 36v1")),
        "green": (el("circle", cx=24, cy=24, r=22), el("path", d="M14 25l7 7 13-15")),
    }
    shape, mark = shapes[light]
    return el("svg", shape, el("g", mark, class_="mark"), viewBox="0 0 48 48", class_="lamp", aria_hidden="true")


def _facts(document: Document, signed: Signed | None) -> Html | None:
    about = document.about
    counts = say(
        "{revisions} revisions, {statements} statements, {transactions} transactions",
        revisions=len(document.revisions),
        statements=len(document.statements),
        transactions=len(document.transactions),
    )
    rows: list[tuple[Message | str, Child]] = [
        (say("range"), [code(about.lower), " → ", code(about.upper)]),
        (say("what it holds"), counts),
        (say("environment"), about.environment or badge("yellow", say("none"))),
        (say("database"), code(about.database) if about.database else badge("yellow", say("NOT BOUND TO A DATABASE"))),
        (say("engine"), labels.engine(document)),
        (say("client"), code(about.client)),
        *_named((say("project"), about.project), (say("service"), about.service), (say("commit"), about.commit)),
        *((row.name, row.text) for row in about.rows),
        (say("content id"), el("code", about.content_id, class_="id")),
    ]
    if signed is not None and signed.bundle_id is not None:
        rows.append((say("bundle id"), el("code", signed.bundle_id, class_="id")))
    return definitions(rows, "facts")


def _named(*rows: tuple[Message, str | None]) -> Iterator[tuple[Message, Child]]:
    for name, what in rows:
        if what is not None:
            yield name, code(what)


# ---- who signed


def signatures(signed: Signed | None) -> Html | None:
    """How it stands with signatures, beside the verdict."""
    if signed is None:
        return None
    return el("p", badge(signed.state, say("signatures")), " ", jump("sign-off", signed.title), class_="signed")


def rows(found: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    for row in found:
        yield row.name, row.text


# ---- what nobody may overlook


def cautions(found: tuple[Caution, ...]) -> Html | None:
    """A box of its own, before anything that one could stop reading at; the loudest first."""
    if not found:
        return None
    loud = {"red": 0, "yellow": 1, "green": 2}
    ordered = sorted(found, key=lambda each: loud[caution_words(each.kind)[0]])
    shade = caution_words(ordered[0].kind)[0]
    return el(
        "section",
        el("h2", say("Not to be overlooked")),
        el("ul", [el("li", _caution(each)) for each in ordered]),
        id="cautions",
        class_=f"cautions {shade}",
    )


def _caution(found: Caution) -> list[Child]:
    shade, word = caution_words(found.kind)
    where: list[Child] = []
    if found.revision is not None:
        where += [" ", revision(found.revision)]
    if found.place is not None:
        where += [" ", place(found.place)]
    todo = el("p", say("What to do: {what}", what=found.what_to_do), class_="todo") if found.what_to_do else None
    return [badge(shade, word), el("div", el("p", found.text, where), todo)]


# ---- when it is deployed


def deploy(document: Document) -> Html:
    """Before or after the new code, why, and where to cut."""
    found = document.deploy
    shade, word = when(found.when)
    return section(
        "deploy",
        say("Deploy order"),
        el("p", badge(shade, word), " ", el("strong", found.title), class_="lead"),
        el(
            "div",
            _side(say("Code of before the range"), found.old_code, say("Nothing is known that it would miss.")),
            _side(say("Code of behind the range"), found.new_code, say("Nothing is known that it would need.")),
            class_="two",
        ),
        _models(found),
        _cuts(found.cuts, document.about),
    )


def _side(title: Message, reasons: tuple[CodeReason, ...], none: Message) -> Html:
    if not reasons:
        return el("div", el("h3", title), el("p", none, class_="m"))
    sure, unsure = [each for each in reasons if each.certain], [each for each in reasons if not each.certain]
    doubt = el("p", badge("yellow", say("not certain"), "?")) if unsure else None
    return el("div", el("h3", title), _reasons(sure), doubt, _reasons(unsure))


def _reasons(reasons: list[CodeReason]) -> Child:
    """One below the other; many of them one behind the other, without links."""
    few = len(reasons) <= _FEW
    made = [_reason(each, linked=few) for each in reasons]
    return bullets(made) if few else el("p", among(made, say("; ")))


def _reason(reason: CodeReason, *, linked: bool) -> list[Child]:
    named = code(reason.name) if reason.name is not None and reason.name not in reason.text else None
    number = reason.statement
    at = code(reason.revision) if number is None else jump(f"s{number}", number) if linked else number
    return [reason.text, " ", named, " (", at, ")"]


def _models(found: Deploy) -> Child:
    if not found.models:
        return None
    return [el("h3", say("What the models say")), bullets(found.models)]


def _cuts(cuts: tuple[Cut, ...], about: About) -> Child:
    if not cuts:
        return None
    made = []
    for number, cut in enumerate(cuts, 1):
        shade, word = when(cut.when)
        environment = ["--env", about.environment] if about.environment else []
        command = shlex.join(["sqlgen", "bundle", cut.range, *environment, "-o", f"part-{number}"])
        made.append(el("li", badge(shade, word), " ", code(cut.range), el("p", cut.text), commands([command])))
    return [el("h3", say("Where to cut it")), el("ol", made, class_="cuts")]
