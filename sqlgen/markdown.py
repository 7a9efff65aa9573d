"""Text of any origin in, Markdown that shows it and nothing else out: GitHub-flavoured, for tables and lists."""

from __future__ import annotations

import re

from sqlgen.messages import visible

__all__ = ["cell", "code"]

_ESCAPE = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]<>#|~"})


def cell(text: str) -> str:
    """Text inside a table cell: one line, no markup, nothing invisible."""
    return visible(text.replace("\n", " ")).translate(_ESCAPE)


def code(text: str) -> str:
    """Text as inline code: the fence is longer than any run of backticks inside (CommonMark 0.31, 6.1)."""
    shown = visible(text).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown else ""
