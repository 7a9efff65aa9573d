"""Who signs, and the scripts that are signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from sqlgen.messages import say
from sqlgen.review.document.model import Document, Signature, Signed
from sqlgen.review.html.markup import Child, Html, code, el, mix
from sqlgen.review.html.parts import badge, definitions, section, table
from sqlgen.review.room import extent, fitting, why_named


def sign_off(document: Document, signed: Signed | None) -> Html:
    """A row for each signature that is asked for, to be filled in on paper; those that are there, as they are."""
    heads = [say("role"), say("name"), say("decision"), say("date"), say("signature")]
    rows = el("tbody", list(_rows(document, signed)))
    state = _state(signed) if signed is not None else None
    drawn = table(say("Sign-off"), heads, rows, class_="t sign")
    return section("sign-off", say("Sign-off"), el("p", document.sign_off), state, drawn)


def _state(signed: Signed) -> list[Child]:
    rows = [(row.name, row.text) for row in signed.rows]
    return [el("p", badge(signed.state, say("signatures")), " ", signed.title), definitions(rows)]


def _rows(document: Document, signed: Signed | None) -> Iterator[Html]:
    there = list(signed.signatures) if signed is not None else []
    for each in there:
        yield _signature(each)
    counted = [each.role for each in there if each.counts]
    for role, needed in (document.roles or {"": 2}).items():
        for _ in range(max(0, needed - counted.count(role))):
            choice = mix("☐ ", say("approved"), "  ☐ ", say("rejected"))
            yield el("tr", el("th", role, scope="row"), el("td"), el("td", choice), el("td"), el("td"), class_="open")


def _signature(each: Signature) -> Html:
    decision = badge("green", say("counts")) if each.counts else badge("red", say("does not count"))
    key = code(each.key) if each.key is not None else None
    said = mix(decision, " ", each.text)
    return el("tr", el("th", each.role, scope="row"), el("td", each.name), el("td", said), el("td"), el("td", key))


# ---- the scripts


def scripts(texts: Mapping[str, str], used: int) -> Html | None:
    """Whole, in closed sections, as far as there is room behind the `used` bytes of the page."""
    if not texts:
        return None
    drawn = {name: _script(name, text) for name, text in texts.items()}
    whole = fitting({name: each.markup for name, each in drawn.items()}, used)
    made = [drawn[name] if name in whole else _named(name, text) for name, text in texts.items()]
    return section("scripts", say("Full scripts"), made)


def _about(name: str, text: str) -> list[Child]:
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return [code(name), " ", extent(text), " ", el("code", f"sha256:{digest}", class_="id")]


def _script(name: str, text: str) -> Html:
    return el("details", el("summary", _about(name, text)), el("pre", text, class_="w"))


def _named(name: str, text: str) -> Html:
    return el("p", _about(name, text), " ", why_named())
