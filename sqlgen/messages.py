"""A template and its values in, a Message out: text kept apart from its values, so that it can be translated.

A message is text in the language that is being spoken when it is turned into text: `speaking`, `speak`. That is one for
the process, as with gettext: what is made for a bundle is made while the bundle's language is spoken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

ENGLISH, CHINESE = "en", "zh-CN"
LANGUAGES = (ENGLISH, CHINESE)
"""BCP 47 tags, as in settings, manifests and HTML."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people. `str(message)` is its text in the language that is spoken.

    Values come from users' files, so control, bidi and other invisible characters in them are shown as code points;
    the template is ours and may hold newlines. A value may be a message.
    """

    template: str
    """In English: what the catalogue of another language knows it by."""
    values: tuple[tuple[str, str | Message], ...] = ()

    def __str__(self) -> str:
        told = {name: visible(str(value)) for name, value in self.values}
        text = translated(self.template)
        if _spoken != ENGLISH:
            for name, value in self.values:
                if isinstance(value, Message):
                    text = _closed_up(text, name, translated(value.template))
        return text.format_map(told)


def say(template: str, /, **values: object) -> Message:
    """Make a Message: `say("building {index} blocks writes", index=name)`. Values are turned into text at once, but
    for messages, which stay what they are, and for exceptions, which may be made of one.

    Raises KeyError when the template names a value that is not given: a mistake of ours, found by the first call.
    """
    _fill(template, tuple(values))
    return Message(
        template,
        tuple([(name, value if isinstance(value, Message) else _said(value)) for name, value in values.items()]),
    )


def _said(value: object) -> str | Message:
    if isinstance(value, Exception) and value.args and isinstance(value.args[0], Message):
        told = value.args[0]
        where = place(getattr(value, "file", None), getattr(value, "line", None))
        return joined([where, told], "") if where else told
    return str(value)


def joined(parts: Iterable[str | Message], between: str = ", ") -> Message:
    """Parts one behind the other, each in its own right: a list that is a value of a message, or stands alone."""
    values = tuple((f"part{number}", part) for number, part in enumerate(parts))
    return Message(between.join(f"{{{name}}}" for name, _ in values), values)


def listed(parts: Iterable[str | Message]) -> Message:
    """Parts as prose lists them: with the comma of the language. Empty where there are none."""
    return _with(say(", "), parts)


def both(parts: Iterable[str | Message]) -> Message:
    """Parts as prose joins a few names: `a and b`. Empty where there are none."""
    return _with(say(" and "), parts)


def either(parts: Iterable[str | Message]) -> Message:
    """Parts as prose names what may be chosen: `a or b`. Empty where there are none."""
    return _with(say(" or "), parts)


def apart(parts: Iterable[str | Message]) -> Message:
    """Parts as prose sets them apart where they have commas: with the semicolon of the language."""
    return _with(say("; "), parts)


def _with(mark: Message, parts: Iterable[str | Message]) -> Message:
    told: list[str | Message] = []
    for part in parts:
        told += [mark, part] if told else [part]
    return joined(told, "")


def plain(value: str | Message) -> object:
    """A message as JSON has it, its template and its values, so that it can be translated where it is read again."""
    return value if isinstance(value, str) else [value.template, [[name, plain(each)] for name, each in value.values]]


def of_plain(value: Any) -> str | Message:
    """What `plain` was given. It may come from anybody: raises ValueError or TypeError for what `plain` does not make,
    and for a template that asks for more than its values as they are."""
    if isinstance(value, str):
        return value
    template, values = value
    names = {name for name, _ in values}
    for _literal, name, spec, conversion in Formatter().parse(template):
        if name is not None and (name not in names or not name.isidentifier() or spec or conversion):
            raise ValueError(f"no template of ours: {template[:80]}")
    return Message(template, tuple((name, of_plain(each)) for name, each in values))


_HAN = "\\u3000-\\u9fff\\uff00-\\uffef"


def _closed_up(text: str, name: str, value: str) -> str:
    """A Chinese template without the blank beside a value whose template is Chinese there, too: a blank stands between
    Chinese and Latin letters only. Names that are not ours keep it, so that they stand apart."""
    if re.match(f"[{_HAN}]", value):
        text = re.sub(rf"(?<=[{_HAN}]) (?=\{{{name}\}})", "", text)
    if re.search(f"[{_HAN}]$", value):
        text = re.sub(rf"(?<=\{{{name}\}}) (?=[{_HAN}])", "", text)
    return text


@lru_cache(maxsize=1024)
def _fill(template: str, names: tuple[str, ...]) -> str:
    """The sentence without its values. Asked once for each place that makes a Message: a script says some 30,000."""
    return template.format_map(dict.fromkeys(names, ""))


# ---- languages

_spoken = ENGLISH


def speak(language: str) -> None:
    """From now on messages are text in this language. Raises KeyError for one that is not in LANGUAGES."""
    global _spoken
    _catalogue(language)
    _spoken = language


def in_english(message: Message) -> str:
    """What programs tell it by, in whatever language people read it."""
    with speaking(ENGLISH):
        return str(message)


def spoken() -> str:
    """The language in which messages are text now."""
    return _spoken


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak it for a while."""
    before = _spoken
    speak(language)
    try:
        yield
    finally:
        speak(before)


def translated(text: str, domain: str = "sqlgen") -> str:
    """A text of ours in the language that is spoken; as it is, where the catalogue lacks it.

    Domains: `sqlgen` has the templates of messages, `pages` the paragraphs of the rules' pages.
    """
    if _spoken == ENGLISH or not text:
        return text
    return _catalogue(_spoken, domain)(text)


@cache
def _catalogue(language: str, domain: str = "sqlgen") -> Callable[[str], str]:
    if language == ENGLISH:
        return str
    from gettext import GNUTranslations

    folder = Path(__file__).parent / "locale" / {CHINESE: "zh_CN"}[language] / "LC_MESSAGES"
    with (folder / f"{domain}.mo").open("rb") as file:
        return GNUTranslations(file).gettext


# ---- text for a terminal


def visible(text: str) -> str:
    r"""Text safe to print on a terminal: what moves the cursor, hides or reorders text becomes `\x1b`, `\u202e`."""
    if text.isprintable():  # none of the categories below is
        return text if text.isascii() else _BLANK.sub(lambda found: _escape(found[0]), text)
    shown = "".join(_escape(char) if unicodedata.category(char) in _HIDDEN else char for char in text)
    return _BLANK.sub(lambda found: _escape(found[0]), shown)


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
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|(?<=[A-Za-z_])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)
"""Letters and signs that no font draws; variations of letters that have none. Both would make another name look the
same (Unicode 15, Default_Ignorable_Code_Point)."""


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
