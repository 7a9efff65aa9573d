"""Comments and settings in, Allowances out: which findings someone accepts, why, and until when.

    # sqlgen: allow drop-column, unguarded-drop because "emptied in 8c1d" until 2026-12-31

It stands on the lines of the `op.*` call or directly above it; in SQL it is a `--` or `/* */` comment on the lines of
the statement or directly above it. Code that is frozen has its allowances in the settings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlgen.lint import comments
from sqlgen.messages import Message, say
from sqlgen.segments import Step


class Entry(Protocol):
    """One `[[tool.sqlgen.allow]]`."""

    @property
    def rule(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def revision(self) -> str | None:
        """None: every revision."""

    @property
    def until(self) -> str | None:
        """An ISO date."""


@dataclass(frozen=True, slots=True)
class Lines:
    """An allowance that stands in a file: it covers the statements written on these lines."""

    file: str
    lines: frozenset[int]
    """Its own lines, and the line of code that it stands directly above."""
    direction: str | None
    """"upgrade" or "downgrade", after the function it stands in; None: in neither, or not in Python."""
    conditional: bool
    """Inside an `if`, a loop or a `try`, so that what it covers need not run."""
    astray: bool = False
    """Where no statement can come from."""


@dataclass(frozen=True, slots=True)
class OneStatement:
    """An allowance in the text of an `op.execute`: it covers the statement it is written in or above."""

    step: int
    item: int


@dataclass(frozen=True, slots=True)
class OneRevision:
    """An allowance in the settings."""

    revision: str | None
    """None: every revision."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Rules that may speak without failing a check, and the reason."""

    rules: tuple[str, ...]
    because: str
    until: date | None
    """The last day on which it holds."""
    where: str
    """`file:line`, or the settings key."""
    scope: Lines | OneStatement | OneRevision
    text: str
    """As written, without the comment's marks."""
    file: str | None
    line: int | None
    direction: str | None = None
    """"upgrade" or "downgrade", where only one of them can be meant."""

    def expired(self, today: date) -> bool:
        return self.until is not None and self.until < today


@dataclass(frozen=True, slots=True)
class MalformedAllowance:
    """A comment that begins like an allowance, and is none."""

    text: str
    why: Message
    where: str
    file: str | None
    line: int | None
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class ExpiredAllowance:
    """An allowance whose last day is over; it covers nothing any more."""

    allowance: Allowance
    today: date


@dataclass(frozen=True, slots=True)
class UnusedAllowance:
    """An allowance that names a rule which found nothing there."""

    allowance: Allowance
    rule: str


@dataclass(frozen=True, slots=True)
class Allowances:
    """All that was found, in the order of steps, files and lines."""

    held: tuple[Allowance, ...] = ()
    malformed: tuple[MalformedAllowance, ...] = ()


NONE = Allowances()


def collect(
    steps: Sequence[Step],
    read: Callable[[str], str | None],
    *,
    dialect: str,
    entries: Iterable[Entry] = (),
    entries_file: str | None = None,
    revisions: Collection[str] | None = None,
) -> Allowances:
    """Find every allowance that can matter for these steps. `revisions`: all that the project has.

    `read` gives the text of a file that steps and places name, None when it can't be read; files ending in .py are
    searched for `#` comments, others as SQL. `entries` are those of the settings, `entries_file` is the name of that
    file. Comments in the text of an `op.execute` are found in the statements.
    """
    found = _Found()
    for file in _files(steps):
        text = read(file)
        if text is None or "sqlgen" not in text:
            continue
        notes = comments.in_python(text) if file.endswith(".py") else comments.in_sql(text, dialect)
        for note in notes:
            scope = Lines(file, note.lines, note.direction, note.conditional, note.astray)
            found.add(note.text, scope, f"{file}:{note.line}", file, note.line, note.direction)
    for number, step in enumerate(steps):
        for index, item in enumerate(step.items):
            if item.place is None or item.place.file.endswith(".py"):  # others were searched above
                _in_statement(found, number, step, index, dialect)
    for number, entry in enumerate(entries, 1):
        until = None if entry.until is None else date.fromisoformat(entry.until)
        where = f"tool.sqlgen.allow[{number}]"
        text = f'allow {entry.rule} because "{entry.because}"'
        if entry.revision is not None and revisions is not None and entry.revision not in revisions:
            why = say("there is no revision {id}; its whole id is asked for", id=entry.revision)
            found.malformed.append(MalformedAllowance(text, why, where, entries_file, line=None))
            continue
        scope_of_entry = OneRevision(entry.revision)
        found.held.append(
            Allowance((entry.rule,), entry.because, until, where, scope_of_entry, text, entries_file, line=None)
        )
    return Allowances(tuple(found.held), tuple(found.malformed))


def _in_statement(found: _Found, number: int, step: Step, index: int, dialect: str) -> None:
    item = step.items[index]
    follows = index > 0 and step.items[index - 1].place == item.place
    file, line = (step.file, None) if item.place is None else (item.place.file, item.place.line)
    where = (file or "") if line is None else f"{file}:{line}"
    after = step.items[index + 1] if index + 1 < len(step.items) else None
    glued = after.statement.leading if after is not None and after.place == item.place else ""
    for stands, text in comments.in_statement(item.statement, dialect):
        if text in glued and "\n" not in glued:
            continue  # it is the next statement's as well, which says so
        if stands is comments.Stands.EITHER and follows and parse(text) is not None:
            why = say("it stands between two statements of one text, and could mean either: write it inside its own")
            found.malformed.append(MalformedAllowance(text, why, where, file, line, step.direction))
            continue
        at = index - 1 if stands is comments.Stands.PREVIOUS and follows else index
        found.add(text, OneStatement(number, at), where, file, line, step.direction)


def _files(steps: Sequence[Step]) -> Iterator[str]:
    seen: dict[str, None] = {}
    for step in steps:
        if step.file is not None:
            seen.setdefault(step.file)
        for item in step.items:
            if item.place is not None:
                seen.setdefault(item.place.file)
    yield from seen


@dataclass(slots=True)
class _Found:
    """What the search has found so far."""

    held: list[Allowance] = field(default_factory=list)
    malformed: list[MalformedAllowance] = field(default_factory=list)

    def add(
        self,
        text: str,
        scope: Lines | OneStatement,
        where: str,
        file: str | None,
        line: int | None,
        direction: str | None,
    ) -> None:
        parsed = parse(text)
        if parsed is None:
            return
        if isinstance(parsed, Message):
            self.malformed.append(MalformedAllowance(text, parsed, where, file, line, direction))
            return
        rules, because, until = parsed
        self.held.append(Allowance(rules, because, until, where, scope, text, file, line, direction))


# ---- the text of one comment

_MARK = re.compile(r"sqlgen(?:\s*:\s*|\s+(?=allow\b))")
_RULE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_QUOTES = {'"': '"', "'": "'", "“": "”", "「": "」"}  # the last two are what a Chinese keyboard gives


def parse(comment: str) -> tuple[tuple[str, ...], str, date | None] | Message | None:
    """The rules, the reason and the last day that a comment gives; a Message says why it is malformed.

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
    return _until(rules, reason.strip(), rest)


def _cut(text: str) -> tuple[str, str, str]:
    found = re.search(r"(?:^|\s)because\b", text)
    return (text, "", "") if found is None else (text[: found.start()], "because", text[found.end() :].strip())


def _quoted(text: str) -> tuple[str | None, str]:
    closing = _QUOTES.get(text[:1])
    end = -1 if closing is None else text.find(closing, 1)
    return (None, text) if end < 0 else (text[1:end], text[end + 1 :].strip())


def _until(rules: tuple[str, ...], reason: str, rest: str) -> tuple[tuple[str, ...], str, date | None] | Message:
    if not rest:
        return rules, reason, None
    word, _, day = rest.partition(" ")
    if word != "until":
        return say("after the reason stands {rest}, and only until YYYY-MM-DD may", rest=rest)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day.strip()):
        return say("{day} is not a day like 2026-12-31", day=day.strip() or "nothing")
    try:
        return rules, reason, date.fromisoformat(day.strip())
    except ValueError:
        return say("{day} is not a day of the calendar", day=day.strip())
