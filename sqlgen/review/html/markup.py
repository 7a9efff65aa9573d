"""Texts and values in, markup out. The only place that writes a `<`.

A string is text, always: it is escaped, and what is invisible in it is shown as code points. Markup is a value of a
type of its own, which only this module makes, so a name that holds `<script>` can't become one by an oversight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from sqlgen.messages import Message, visible


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that can stand wherever its first element can."""

    markup: str


Child = Html | Message | str | int | None | Iterable["Child"]
Value = Message | str | int | bool | None
"""None and False: the attribute is left out; True: it stands alone."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]+").fullmatch
"""Values of attributes that need no quotes."""
_VOID = frozenset({"br", "col", "input", "meta"})
_OPEN = frozenset({"p", "li", "dt", "dd", "thead", "tbody", "tr", "th", "td"})
"""Elements whose end tag may be left out before what follows them here (HTML, 13.1.2.4): it is an eighth of a page.
So a paragraph stands before a block, or last: never before text."""


def el(name: str, /, *children: Child, **attributes: Value) -> Html:
    """An element: `el("td", "3 < 4", class_="n")`. In names of attributes `_` is `-`, and one at the end is dropped.

    Raises ValueError for attributes that could run something or load something: handlers, styles, foreign addresses.
    """
    start = name + "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in _VOID:
        return Html(f"<{start}>")
    end = "" if name in _OPEN else f"</{name}>"
    return Html(f"<{start}>{inner(children)}{end}")


def mix(*children: Child) -> Html:
    """One behind the other, without an element around them."""
    return Html(inner(children))


def inner(child: Child) -> str:
    """The markup of what stands inside an element."""
    match child:
        case None:
            return ""
        case Html(markup=markup):
            return markup
        case str():
            return escape(shown(child), quote=False)
        case Message() | int():
            return escape(shown(str(child)), quote=False)
        case _:
            return "".join(map(inner, child))


def shown(text: str) -> str:
    """Text with what is invisible in it as code points: all but line ends and tabs, which are white space in HTML."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join("\t".join(map(visible, line.split("\t"))) for line in text.split("\n"))


def trusted(text: str) -> Html:
    """A style sheet or script of the package, which holds no end tag of its own."""
    if re.search(r"</|<!--", text):
        raise ValueError("this would end its element")
    return Html(text)


def code(text: str) -> Html:
    """A name, in which white space other than spaces shows too."""
    return el("code", visible(text))


def link(url: str | None, child: Child) -> Html:
    """A link to another site, or what it would say where the address is none that is safe to click."""
    if url is None or not _harmless(url):
        return Html(inner(child))
    return Html(f'<a href="{escape(url)}">{inner(child)}</a>')


def jump(anchor: str, child: Child) -> Html:
    """A link to a place in this document. Raises ValueError for a name that `anchor` has not made."""
    if not _PLAIN(anchor.replace(".", "")):
        raise ValueError(f"no anchor is called {anchor!r}")
    return Html(f"<a href=#{anchor}>{inner(child)}</a>")


def anchor(prefix: str, name: str) -> str:
    """An id that is fit for an address: `rev-` and the name, in which all but letters, digits, - and _ are numbers."""
    return prefix + re.sub(r"[^A-Za-z0-9_-]", lambda found: f".{ord(found[0]):x}.", name)


def _attribute(key: str, value: Value) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name == "style" or name.startswith("on") or name in ("href", "src"):
        raise ValueError(f"no {name} is written by hand")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = str(value)
    return f" {name}={text}" if _PLAIN(text) else f' {name}="{escape(shown(text))}"'


def _harmless(url: str) -> bool:
    """https or http, of a host, without anything that a reader can't see."""
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname)
