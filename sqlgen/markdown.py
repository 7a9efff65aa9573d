"""Text of any origin in, Markdown that shows it and nothing else out: GitHub-flavoured, for tables and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlgen.messages import Message, visible

__all__ = ["cell", "code", "fenced", "message", "prose"]

_ESCAPE = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]<>#|~"})


def cell(text: str | Message) -> str:
    """Text inside a table cell: one line, no markup, nothing invisible."""
    return visible(str(text).replace("\n", " ")).translate(_ESCAPE)


def code(text: str, *, in_table: bool = True) -> str:
    """Text as inline code: the fence is longer than any run of backticks inside (CommonMark 0.31, 6.1).

    In a table a pipe needs a backslash, in code too (GFM 0.29, 4.10); elsewhere it would be seen.
    """
    shown = visible(text)
    if in_table:
        shown = shown.replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""


def fenced(text: str, language: str = "") -> Iterator[str]:
    """Lines of a code block: its fence is longer than any run of backticks inside, and nothing invisible is kept."""
    lines = [visible(line) for line in text.split("\n")]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield from lines
    yield fence


# ---- sentences

_MARKS = re.compile("([，。、：；！？（）「」『』《》〈〉【】“”‘’…–—·→×]+)")
"""Marks that no Markdown and no host gives a meaning; Chinese has them where others have spaces."""
_WORD = re.compile(r"""[("']*[^\W_]+(?:['-][^\W_]+)*[.,;:!?)"']*|["']+""")
"""Letters and digits of any script, and marks between and behind them that mean nothing there."""
# What hosts make links of: a commit's hash (GitLab takes 6 digits), a ticket such as SHOP-12. And `1.` begins a list.
_LINKED = re.compile(r"""[("']*+(?:[0-9a-fA-F]{6,}|[^-]*-.*[0-9].*|[0-9]+[.)])[.,;:!?)"']*""")
_BEFORE, _BEHIND = "(\"'", ".,;:!?)\"'"


_WHOLE = re.compile(
    r"""(?<![^\s：，；（])(# sqlgen: allow [a-z-]+ because "…"|down_revision = '[\w.-]+')([.,;]?)(?![^\s，。；）])"""
)
"""What our own sentences tell people to write: code with blanks in it. Chinese marks stand beside it without one."""


def prose(text: str, *, in_table: bool = True) -> str:
    """A sentence with whatever names in it, on one line: plain words stay words, everything else becomes inline code.

    What is in code is no link, no HTML, no @mention and no #123: hosts look for those in the text that readers see,
    so that neither a backslash nor `&#64;` keeps them away, but never in code (html-pipeline, MentionFilter,
    IGNORE_PARENTS; GitLab's reference filters have the same list).
    """
    text, told, at = " ".join(text.split()), [], 0
    for whole in _WHOLE.finditer(text):
        before = text[at : whole.start()]
        told += [_words(before, in_table), " " * before.endswith(" "), code(whole[1], in_table=in_table), whole[2]]
        blank = text[whole.end() : whole.end() + 1] == " "
        told.append(" " * blank)
        at = whole.end() + blank
    return "".join([*told, _words(text[at:], in_table)])


def _words(text: str, in_table: bool) -> str:
    told: list[str] = []
    names = ""
    for space, piece in _pieces(text):
        if not _is_plain(piece):
            names += space + piece if names else piece
            told += [space] if names == piece else []
            continue
        told += [_names(names, in_table), space, piece]
        names = ""
    return "".join([*told, _names(names, in_table)])


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Words and marks, each with what stands before it: a space or nothing."""
    space = ""
    for word in visible(" ".join(text.split())).split(" "):
        for piece in filter(None, _MARKS.split(word)):
            yield space, piece
            space = ""
        space = " "


def _is_plain(piece: str) -> bool:
    return _MARKS.fullmatch(piece) is not None or (
        _WORD.fullmatch(piece) is not None and _LINKED.fullmatch(piece) is None
    )


def _names(text: str, in_table: bool) -> str:
    """What is not plain, without the marks of the sentence around it."""
    started = text.lstrip(_BEFORE)
    name = started.rstrip(_BEHIND)
    before, after = text[: len(text) - len(started)], started[len(name) :]
    closing = min(name.count("(") - name.count(")"), len(after) - len(after.lstrip(")")))
    if closing > 0:
        name, after = name + after[:closing], after[closing:]
    if not name or any(mark in name for mark in "\"'"):  # they belong to it
        return code(text, in_table=in_table)
    return f"{before}{code(name, in_table=in_table)}{after}"


def message(told: Message) -> str:
    """A sentence of ours for a table cell, each value in it as inline code. Two of them may not touch."""
    assert "}{" not in told.template
    return str(Message(told.template, tuple((name, code(str(value))) for name, value in told.values)))
