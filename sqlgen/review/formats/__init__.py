"""The formats of findings: one module each, named as people name it, whose `render(report, style)` gives the text.

Those for people come first, then those for machines. A new one is a new module, and its name here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlgen.review.report import Report

NAMES = ("text", "concise", "markdown", "json", "sarif", "github", "gitlab", "junit", "csv")

Paint = Callable[[str, str], str]
"""(style, text) → text: "error", "warning", "info", "bold", "dim", "good"."""


def plain(_style: str, text: str) -> str:
    """No colours."""
    return text


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: what differs between a terminal, a file and a host."""

    paint: Paint = plain
    here: Path | None = None
    """The folder from which formats for people name files; None: the report's top."""
    limit: int | None = None
    """How many characters (code points) the host takes, where the format can be cut."""
    allowed: bool = False
    """Whether formats that can mark findings as suppressed (SARIF) have allowed ones too; GitHub would open them."""
    width: int | None = None
    """Cells of the terminal, to which code is cut, so that marks stay under it; None: there is no terminal."""


def render(name: str, report: Report, style: Style = Style()) -> str:
    """The report in a format of NAMES; it ends with a newline, and is the same for the same report and style."""
    text: str = import_module(f"sqlgen.review.formats.{name}").render(report, style)
    return text
