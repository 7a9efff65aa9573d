"""The text of one comment in, what it allows out; or why it allows nothing.

    sqlgen: allow drop-column, unguarded-drop because "emptied in 8c1d" owner @dba until 2026-12-31

`owner` and `until` may be left out, and stand in either order. An owner is one word (@dba, alice@example.com,
team-data, 张三), or stands in quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlgen.messages import Message, say


@dataclass(frozen=True, slots=True)
class Wording:
    """What an allowance says."""

    rules: tuple[str, ...]
    because: str
    until: date | None = None
    """The last day on which it holds."""
    owner: str | None = None
    """Who answers for it."""


_MARK = re.compile(r"sqlgen(?:\s*:\s*|\s+(?=allow\b))")
_RULE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_QUOTES = {'"': '"', "'": "'", "“": "”", "「": "」"}  # the last two are what a Chinese keyboard gives
_WORD = re.compile(r"@?\w[\w.@+/:-]*")


def parse(comment: str) -> Wording | Message | None:
    """What a comment allows; a Message says why it is malformed.

    `comment` comes without its marks. None: it is a comment like any other.
    """
    mark = _MARK.match(comment)
    if mark is None:
        return None
    rest = comment[mark.end() :].strip()
    word, _, rest = rest.partition(" ")
    if word != "allow":
        return say("after sqlgen: stands {word}, and only allow is known", word=word or "nothing")
    names, because, rest = _cut(rest.strip())
    if not because:
        return say("it gives no reason")
    rules = tuple(name.strip() for name in names.split(","))
    wrong = next((name for name in rules if not _RULE.fullmatch(name)), None)
    if wrong is not None:
        return say("{name} is not the name of a rule", name=wrong or "an empty name")
    reason, rest = _quoted(rest)
    if reason is None:
        return say("the reason after because stands in quotes, and these do not open or do not close")
    if not reason.strip():
        return say("the reason is empty")
    return _clauses(Wording(rules, reason.strip()), " ".join(rest.split()))


def mentioned(text: str) -> set[str]:
    """The words of a text that may be names of rules."""
    return set(_RULE.findall(text))


def _cut(text: str) -> tuple[str, str, str]:
    found = re.search(r"(?:^|\s)because\b", text)
    return (text, "", "") if found is None else (text[: found.start()], "because", text[found.end() :].strip())


def _quoted(text: str) -> tuple[str | None, str]:
    closing = _QUOTES.get(text[:1])
    end = -1 if closing is None else text.find(closing, 1)
    return (None, text) if end < 0 else (text[1:end], text[end + 1 :].strip())


def _clauses(said: Wording, rest: str) -> Wording | Message:
    """What stands after the reason: each of the two at most once."""
    while rest:
        word, _, behind = rest.partition(" ")
        if word == "owner" and said.owner is None:
            read = _owner(behind)
            if isinstance(read, Message):
                return read
            said, rest = replace(said, owner=read[0]), read[1]
        elif word == "until" and said.until is None:
            # All that is left is the day, unless an owner follows: "until next week" is told as it stands.
            text, owner, behind = behind.partition(" owner ")
            day = _day(text)
            if isinstance(day, Message):
                return day
            said, rest = replace(said, until=day), f"owner {behind}" if owner else ""
        elif word in ("owner", "until"):
            return say("it says {word} twice", word=word)
        else:
            return say("after the reason stands {rest}, and only owner NAME and until YYYY-MM-DD may", rest=rest)
    return said


def _owner(text: str) -> tuple[str, str] | Message:
    """Whom the text begins with, and what follows."""
    if text[:1] in _QUOTES:
        name, rest = _quoted(text)
        if name is None:
            return say("the quotes around the owner do not close")
        return (name.strip(), rest) if name.strip() else say("the owner is empty")
    word, _, rest = text.partition(" ")
    if not word or word == "until":
        return say("after owner stands no name")
    if not _WORD.fullmatch(word):
        return say("{word} is no owner: write one word, such as @dba, or put the name in quotes", word=word)
    return word, rest


def _day(text: str) -> date | Message:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return say("{day} is not a day like 2026-12-31", day=text or "nothing")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return say("{day} is not a day of the calendar", day=text)
