"""A template and its values in, a Message out: text kept apart from its values, so that it can be translated."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people. `str(message)` is the English text.

    Values come from users' files, so control, bidi and other invisible characters in them are shown as code points;
    the template is ours and may hold newlines.
    """

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.template.format_map({name: visible(value) for name, value in self.values})


def say(template: str, /, **values: object) -> Message:
    """Make a Message: `say("building {index} blocks writes", index=name)`. Values are turned into text at once.

    Raises KeyError when the template names a value that is not given: a mistake of ours, found by the first call.
    """
    _fill(template, tuple(values))
    return Message(template, tuple([(name, str(value)) for name, value in values.items()]))


@lru_cache(maxsize=1024)
def _fill(template: str, names: tuple[str, ...]) -> str:
    """The sentence without its values. Asked once for each place that makes a Message: a script says some 30,000."""
    return template.format_map(dict.fromkeys(names, ""))


def visible(text: str) -> str:
    r"""Text safe to print on a terminal: what moves the cursor, hides or reorders text becomes `\x1b`, `\u202e`."""
    if text.isprintable():  # none of the categories below is
        return text
    return "".join(_escape(char) if unicodedata.category(char) in _HIDDEN else char for char in text)


def cells(text: str) -> int:
    """Terminal cells that one line of text takes: two for 用 and emoji, none for an accent that joins a letter."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def heads(revisions: Iterable[str]) -> str:
    """Where a database stands, as `a, b`; `base` where no revision was applied."""
    return ", ".join(revisions) or "base"


def place(file: str | None, line: int | None = None, column: int | None = None) -> str:
    """`file:line:column: ` to stand before a sentence, as far as it is known; nothing without a file."""
    if file is None:
        return ""
    return ":".join([visible(file), *(str(number) for number in (line, column) if number is not None)]) + ": "


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
