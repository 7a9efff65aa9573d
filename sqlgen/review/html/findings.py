"""What the rules have found, beside what it is about: message, help, and who allowed it why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlgen.messages import say
from sqlgen.review.document.model import Finding, Place
from sqlgen.review.document.wording import severity as severity_word
from sqlgen.review.html.markup import Child, Html, code, el, jump, mix
from sqlgen.review.html.parts import badge, bullets, place
from sqlgen.review.html.words import shade

_OFTEN = 3


@dataclass(frozen=True, slots=True)
class Shared:
    """Help that more than a few findings give: it stands once, under its number."""

    numbers: dict[str, int]
    linked: bool


def shared(found: Iterable[Finding], *, linked: bool) -> Shared:
    """Numbered as it is met."""
    often = Counter(each.help for each in found if each.help)
    return Shared({text: number for number, text in enumerate((t for t in often if often[t] > _OFTEN), 1)}, linked)


def helps(help: Shared, findings: Iterable[Finding]) -> Html | None:
    """What many findings share."""
    if not help.numbers:
        return None
    rules = {each.help: each.rule for each in findings}
    made = [
        el(
            "li",
            jump(f"h{number}", say("help {number}", number=number)),
            " ",
            code(rules[text]),
            " ",
            text,
            id=f"h{number}",
        )
        for text, number in help.numbers.items()
    ]
    return el("div", el("h3", say("Help that many findings share")), el("ul", made))


def findings(found: Iterable[Finding], help: Shared, at: Place | None = None) -> Html | None:
    """`at`: where what they stand beside was written."""
    return bullets([_finding(each, help, at) for each in found], "f")


def _finding(finding: Finding, shared: Shared, at: Place | None) -> list[Child]:
    mark = badge(shade(finding.severity) if finding.allowed is None else None, severity_word(finding.severity))
    alone = finding.direction == "downgrade" and finding.statement is None
    back = mix(" ", badge(None, say("on the way back"))) if alone else None
    number, help = shared.numbers.get(finding.help), None
    if number is not None:
        named = say("help {number}", number=number)
        help = mix(" (", jump(f"h{number}", named) if shared.linked else named, ")")
    elif finding.help:
        help = el("p", say("Help: {text}", text=finding.help), class_="m")
    where = mix(" ", place(finding.place)) if finding.place != at else None
    return [mark, " ", code(finding.rule), back, " ", finding.message, where, help, _allowed(finding)]


def _allowed(finding: Finding) -> Html | None:
    found = finding.allowed
    if found is None:
        return None
    until = say("until {day}", day=found.until) if found.until is not None else say("without an end")
    owner = say("owner {name}", name=found.owner) if found.owner is not None else say("without an owner")
    said = say("{reason} ({until}, {owner})", reason=found.because, until=until, owner=owner)
    return el("p", badge(None, say("allowed")), " ", said, " ", code(found.where), class_="allowed")
