"""A review in, review.md out: GitHub-flavoured Markdown that is also read as plain text, on a terminal at night.

The same content and order as review.html. Whatever stands in names, SQL and messages is shown, and is no markup: all of
it goes through `sqlgen.markdown`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from sqlgen.messages import speaking
from sqlgen.review.document.model import Document
from sqlgen.review.markdown import first, history, running, statements, timeline

__all__ = ["render"]


def render(document: Document, scripts: Mapping[str, str], *, beside: bool = False) -> str:
    """Markdown with a final newline, in the language of the document; the same bytes for the same input.

    scripts: file name → text. They stand at its end as far as there is room; of the others, and where they are files
    `beside` it, as in a bundle, their names, lengths and digests do.
    """
    with speaking(document.language):
        lines = [*_lines(document)]
        used = sum(len(line.encode("utf-8", "surrogatepass")) + 1 for line in lines)
        lines += running.scripts(scripts, used, beside=beside)
    told = [line for before, line in pairwise(("", *lines)) if line or before]
    return "\n".join(told).rstrip("\n") + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield from first.verdict(document)
    yield from first.deploy(document)
    yield from statements.glance(document)
    yield from timeline.timeline(document)
    yield from history.revisions(document)
    yield from history.tables(document)
    yield from statements.cards(document)
    yield from statements.rollback(document)
    yield from running.cautions(document)
    yield from running.losses(document)
    yield from running.guide(document)
    yield from running.failures(document)
    yield from running.evidence(document)
    yield from running.sign_off(document)
