"""Tokens in, a tree of leaves and parenthesised groups out, with how wide each is when it stands on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlgen.layout.words import cased
from sqlgen.messages import cells
from sqlgen.statements.model import Token, TokenKind

_SPACE, _COMMENT = TokenKind.SPACE, TokenKind.COMMENT
_WORD, _SYMBOL = TokenKind.WORD, TokenKind.SYMBOL

__all__ = ["DEEPEST", "Group", "Leaf", "Node", "TooDeep", "grow", "width", "word"]

DEEPEST = 60
"""Levels of parentheses. What nests deeper was not written for readers."""
NEVER = 1_000_000
"""The width of what can't stand on one line."""


SPACED = frozenset({"CHECK", "KEY", "UNIQUE"})
"""Keywords with a space before their parenthesis. None is a function: MySQL, which is strict there, reserves them."""


class TooDeep(Exception):
    """Parentheses that nest deeper than DEEPEST, or do not match."""


@dataclass(slots=True)
class Leaf:
    """One token in its place."""

    text: str
    kind: TokenKind
    spaced: bool
    """Whether a space stands before it, where no line begins."""
    width: int
    """In terminal cells, of its first line."""
    own_line: bool = False
    """A comment that stands on lines of its own."""
    ends_line: bool = False
    """A comment that runs to the end of its line."""


@dataclass(slots=True)
class Group:
    """From an opening parenthesis to its closing one."""

    opening: Leaf
    inside: list[Node]
    closing: Leaf
    width: int

    @property
    def spaced(self) -> bool:
        return self.opening.spaced


Node = Leaf | Group


def word(node: Node) -> str:
    """The upper-case word, if it is one; the symbol; empty for anything else."""
    if isinstance(node, Group) or (node.kind is not _WORD and node.kind is not _SYMBOL):
        return ""
    return node.text.upper()


def width(nodes: Sequence[Node]) -> int:
    """Of nodes on one line, the space before the first one included; NEVER or more when they can't be on one line."""
    return sum([node.width + node.spaced for node in nodes])


def grow(tokens: Sequence[Token], dialect: str) -> list[Node]:
    """Build the tree. Raises TooDeep."""
    nodes: list[Node] = []
    open_groups: list[tuple[list[Node], Leaf]] = []
    for leaf in _leaves(tokens, dialect):
        if leaf.kind is not _SYMBOL or leaf.text not in "()":
            nodes.append(leaf)
        elif leaf.text == "(":
            if len(open_groups) == DEEPEST:
                raise TooDeep
            open_groups.append((nodes, leaf))
            nodes = []
        elif not open_groups:
            raise TooDeep
        else:
            outside, opening = open_groups.pop()
            outside.append(Group(opening, nodes, leaf, 2 + width(nodes) + leaf.spaced))
            nodes = outside
    if open_groups:
        raise TooDeep
    return nodes


def _leaves(tokens: Sequence[Token], dialect: str) -> list[Leaf]:
    texts = iter(cased([token for token in tokens if token.kind is not _SPACE and token.kind is not _COMMENT], dialect))
    leaves: list[Leaf] = []
    gap = before = ""
    for index, token in enumerate(tokens):
        kind = token.kind
        if kind is _SPACE:
            gap += token.text
            continue
        if kind is _COMMENT:
            leaves.append(_comment(token, gap, _starts_line(tokens, index + 1), first=not leaves))
            before = ""
        else:
            text = next(texts)
            if text == ")" and _ends_lines(leaves):
                leaves[-1].own_line, leaves[-1].width = True, NEVER
            spaced = bool(leaves) and (_spaced(before, text, gap) or (before == ")" and kind is _WORD))
            leaves.append(Leaf(text, kind, spaced, _first_line(text)))
            before = text
        gap = ""
    return leaves


def _ends_lines(leaves: Sequence[Leaf]) -> bool:
    """Whether the last leaf is a comment that will begin a line, since another comment ends the one before.

    In front of a closing parenthesis it will be alone on it.
    """
    if len(leaves) < 2 or leaves[-1].kind is not _COMMENT:
        return False
    return leaves[-2].ends_line or leaves[-2].own_line


def _first_line(text: str) -> int:
    return len(text) if text.isascii() and "\n" not in text else cells(text.partition("\n")[0])


def _comment(token: Token, gap: str, newline_follows: bool, *, first: bool) -> Leaf:
    ends_line = not token.text.startswith("/*")
    newline_before = first or "\n" in gap or "\r" in gap
    own_line = newline_before and (ends_line or newline_follows)
    length = NEVER if own_line or ends_line else _first_line(token.text)
    return Leaf(token.text, token.kind, ends_line or bool(gap), length, own_line, ends_line)


def _starts_line(tokens: Sequence[Token], index: int) -> bool:
    """Whether a line begins at, or in the white space at, tokens[index]."""
    if index == len(tokens):
        return True
    text = tokens[index].text
    return tokens[index].kind is TokenKind.SPACE and ("\n" in text or "\r" in text)


def _spaced(before: str, text: str, gap: str) -> bool:
    """Whether a space stands between two tokens. No other token than the symbol itself reads `(`, `)` or `,`.

    Only next to commas and inside parentheses is it for us to say. In MySQL count (x) is not count(x).
    """
    if text in (",", ")") or before == "(":
        return False
    return bool(gap) or before == "," or (text == "(" and before in SPACED)
