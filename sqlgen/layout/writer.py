"""Leaves in, lines out: spaces, line breaks and indents, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from sqlgen.layout.tree import Group, Leaf, Node, width
from sqlgen.messages import cells
from sqlgen.statements.model import TokenKind

__all__ = ["INDENT", "WIDEST", "Writer"]

INDENT = 4
WIDEST = 99
"""Cells in a line; one more is the semicolon's."""


class Writer:
    """Collects the text. A line break is kept back until the next leaf, so that a comment can stay on its line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._column = 0
        self._indent = 0
        self._break: int | None = None
        """The indent of the line that the next leaf begins; None when it goes on with this line."""
        self._comment: int | None = None
        """The indent of the comment that has just begun a line: comments below each other stay in line."""
        self._begun = False

    def __str__(self) -> str:
        return "".join(self._parts)

    def newline(self, indent: int) -> None:
        """The next leaf begins a line."""
        self._indent = indent
        self._break = indent

    def fits(self, nodes: Sequence[Node]) -> bool:
        """Whether nodes can go on with this line, or fill the line that is about to begin."""
        column = self._column if self._break is None else self._break - nodes[0].spaced if nodes else 0
        return column + width(nodes) <= WIDEST

    def flat(self, nodes: Sequence[Node]) -> None:
        """Write nodes without a line break, as far as comments allow it."""
        stack = [iter(nodes)]
        while stack:
            for node in stack[-1]:
                if isinstance(node, Group):
                    self.leaf(node.opening)
                    stack.append(iter((*node.inside, node.closing)))
                    break
                self.leaf(node)
            else:
                stack.pop()

    def leaf(self, leaf: Leaf) -> None:
        if leaf.ends_line and not leaf.own_line:
            self._put(" ", leaf.text)
            self._break = self._indent + INDENT if self._break is None else self._break
            return
        if leaf.own_line and self._break is None:
            self._break = self._indent + INDENT if self._comment is None else self._comment
        indent = self._break
        self._comment = indent if leaf.kind is TokenKind.COMMENT else None
        if indent is None:
            self._put(" " if leaf.spaced else "", leaf.text)
        else:
            self._put("\n" + " " * indent if self._begun else "", leaf.text)
        self._break = indent if leaf.own_line else None

    def _put(self, gap: str, text: str) -> None:
        written = gap + text if self._begun else text
        self._begun = True
        self._parts.append(written)
        newline = written.rfind("\n")
        if newline < 0:
            self._column += len(written) if written.isascii() else cells(written)
        else:
            self._column = cells(written[newline + 1 :])
