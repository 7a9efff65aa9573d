"""The whole page: its head with the policy that lets nothing in, then its sections in their order."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from sqlgen.messages import Message, say, speaking
from sqlgen.review.document.model import About, Document, Signed
from sqlgen.review.html import closing, opening, running
from sqlgen.review.html.cards import cards
from sqlgen.review.html.glance import glance
from sqlgen.review.html.graph import graph
from sqlgen.review.html.markup import Html, el, inner, jump, trusted
from sqlgen.review.html.schema import schema
from sqlgen.review.html.timeline import timeline


def render(document: Document, scripts: Mapping[str, str], signed: Signed | None = None) -> str:
    """review.html, in the document's language. `scripts`: file name → text, shown whole at the end."""
    with speaking(document.language):
        return _page(document, scripts, signed)


def _page(document: Document, scripts: Mapping[str, str], signed: Signed | None) -> str:
    style, script = _text("style.css") + _footer(document.about), _text("script.js")
    body = _body(document, signed)
    sections = inner(list(body.values()))
    used = len(sections.encode()) + len(style) + len(script) + 4000
    whole = closing.scripts(scripts, used)
    title = say("Review of {before} to {after}", before=document.about.lower, after=document.about.upper)
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        el("style", trusted(style)),
    )
    main = el("main", Html(sections), whole, id="main")
    page = el(
        "html",
        head,
        el(
            "body",
            jump("main", say("Skip to the content")),
            el("header", el("h1", title), el("p", _where(document.about), class_="m")),
            _contents([*body, *(["scripts"] if whole is not None else [])]),
            main,
            el("footer", el("p", say("content id"), " ", el("code", document.about.content_id, class_="id"))),
            el("script", trusted(script)),
            data_copy=say("Copy"),
            data_copied=say("Copied"),
        ),
        lang=document.language,
    )
    return f"<!doctype html>\n{page.markup}\n"


def _body(document: Document, signed: Signed | None) -> dict[str, Html]:
    """Sections by their id, in their order; those that have nothing to say are left out."""
    made = {
        "verdict": opening.verdict(document, signed),
        "signed": opening.signatures(signed),
        "cautions": opening.cautions(document.cautions),
        "deploy": opening.deploy(document),
        "glance": glance(document),
        "timeline": timeline(document),
        "graph": graph(document),
        "tables": schema(document),
        "statements": cards(document),
        "data": running.data(document),
        "guide": running.guide(document.guide),
        "failures": running.failures(document.guide),
        "evidence": running.evidence(document),
        "sign-off": closing.sign_off(document, signed),
    }
    return {name: each for name, each in made.items() if each is not None}


def _contents(shown: list[str]) -> Html:
    titles: dict[str, Message] = {
        "verdict": say("Verdict"),
        "cautions": say("Not to be overlooked"),
        "deploy": say("Deploy order"),
        "glance": say("At a glance"),
        "timeline": say("Timeline"),
        "graph": say("Revisions"),
        "tables": say("Table by table"),
        "statements": say("Statements"),
        "data": say("Data and the way back"),
        "guide": say("Execution guide"),
        "failures": say("If it stops"),
        "evidence": say("Evidence"),
        "sign-off": say("Sign-off"),
        "scripts": say("Full scripts"),
    }
    items = [el("li", jump(name, title)) for name, title in titles.items() if name in shown]
    return el("nav", el("ol", items), aria_label=say("Contents"), class_="noprint")


def _where(about: About) -> Message:
    engine = f"{about.dialect} {about.judged_as}"
    if about.environment is None:
        return say("{engine}, no environment", engine=engine)
    return say("{engine}, environment {name}", engine=engine, name=about.environment)


# ---- style, script, policy


@cache
def _text(name: str) -> str:
    """A file of the package, without its comments of whole lines and its indentation."""
    lines = (files("sqlgen.review.html") / name).read_text(encoding="utf-8").splitlines()
    bare = [line.strip() for line in lines]
    return "".join(f"{line}\n" for line in bare if line and not line.startswith(("//", "/*")))


def _footer(about: About) -> str:
    """The content id on each page of paper, and how many there are."""
    return (
        f'@page{{@bottom-left{{content:"{_css(about.content_id)}"}}'
        '@bottom-right{content:counter(page) " / " counter(pages)}}\n'
    )


def _css(text: str) -> str:
    """Inside a string of a style sheet: all but plain letters and digits as code points."""
    return re.sub(r"[^A-Za-z0-9:_-]", lambda found: f"\\{ord(found[0]):06x}", text.encode("utf-8", "replace").decode())


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
