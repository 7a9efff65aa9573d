"""A review and its scripts in, the files out that people and machines read it in: one model, three faces."""

from __future__ import annotations

from collections.abc import Mapping

from sqlgen.review import html, markdown
from sqlgen.review.document import file
from sqlgen.review.document.model import Document

HTML, MARKDOWN, JSON = "review.html", "review.md", "review.json"
SHOWN = ("apply.sql", "rollback.sql")
"""The scripts that stand in it, whole. The others hold the same statements, or ask what it says of each."""


def files(document: Document, scripts: Mapping[str, str], *, beside: bool = False) -> dict[str, str]:
    """All three, by name. scripts: file → text. Where those are files `beside` the review, as in a bundle, its Markdown
    names them only; the page stands alone."""
    shown = {name: scripts[name] for name in SHOWN if name in scripts}
    return {
        HTML: html.render(document, shown),
        MARKDOWN: markdown.render(document, shown, beside=beside),
        JSON: file.write(document),
    }
