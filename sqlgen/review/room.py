"""Scripts as a face of a review draws them in, which of them it has room for out: one decision for all faces."""

from __future__ import annotations

from collections.abc import Mapping

from sqlgen.messages import Message, say
from sqlgen.review.document.wording import size

ROOM = 1_000_000
"""Bytes of a file, scripts included. Hosts render Markdown up to 1 or 2 MB (GitHub's "Repository limits": generally
below 2 MB; GitHub Enterprise Server: 1 MB), and browsers grow slow with pages that are longer."""


def fitting(drawn: Mapping[str, str], used: int) -> frozenset[str]:
    """The names of those that stand in it whole: in their order, as long as there is room behind the `used` bytes.
    The others are named, never cut."""
    fits: set[str] = set()
    for name, text in drawn.items():
        needed = len(text.encode("utf-8", "surrogatepass"))
        if used + needed <= ROOM:
            used += needed
            fits.add(name)
    return frozenset(fits)


def extent(text: str) -> Message:
    """How long a script is, whole or named."""
    long = size(len(text.encode("utf-8", "surrogatepass")))
    return say("{lines} lines, {size}", lines=f"{text.count(chr(10)):,}", size=long)


def why_named() -> Message:
    return say("Too long to be repeated here: a bundle has it as a file. Each of its statements has a card above.")
