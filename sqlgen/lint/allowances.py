"""Comments and settings in, Allowances out: which findings someone accepts, why, who answers for it, and until when.

    # sqlgen: allow drop-column, unguarded-drop because "emptied in 8c1d" owner @dba until 2026-12-31

It stands on the lines of the `op.*` call or directly above it; in SQL it is a `--` or `/* */` comment on the lines of
the statement or directly above it. Code that is frozen has its allowances in the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlgen.lint import comments
from sqlgen.lint.finding import Allowed
from sqlgen.lint.wording import mentioned, parse
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

    @property
    def owner(self) -> str | None: ...


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
    owner: str | None = None
    """Who answers for it."""

    def expired(self, today: date) -> bool:
        return self.until is not None and self.until < today

    @property
    def allowed(self) -> Allowed:
        """What a finding that it covers says of it."""
        until = None if self.until is None else self.until.isoformat()
        return Allowed(self.because, until, self.where, self.owner)


@dataclass(frozen=True, slots=True)
class MalformedAllowance:
    """A comment that begins like an allowance, and is none."""

    text: str
    why: Message
    where: str
    file: str | None
    line: int | None
    direction: str | None = None

    def names(self, rules: Collection[str]) -> bool:
        """Whether one of these rules stands in its text."""
        return not mentioned(self.text).isdisjoint(rules)


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
class HeldAllowance:
    """An allowance that holds, so that a team can ask more of it: an owner, a last day."""

    allowance: Allowance
    today: date


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
        found.notes(comments.in_python(text) if file.endswith(".py") else comments.in_sql(text, dialect), file)
    for number, step in enumerate(steps):
        for index, item in enumerate(step.items):
            if item.place is None or item.place.file.endswith(".py"):  # others were searched above
                _in_statement(found, number, step, index, dialect)
    _in_settings(found, entries, entries_file, revisions)
    return found.all()


def written(text: str, file: str, dialect: str) -> Allowances:
    """What stands in a file, whatever runs of it: in comments, and in a Python file also in the SQL of its strings."""
    found = _Found()
    if file.endswith(".py"):
        found.notes(comments.in_python(text), file)
        found.notes(comments.in_strings(text, dialect), file)
    else:
        found.notes(comments.in_sql(text, dialect), file)
    return found.all()


REVISION_DELETED = "revision-deleted"
"""The rule about revisions that are not there."""


def _in_settings(found: _Found, entries: Iterable[Entry], file: str | None, revisions: Collection[str] | None) -> None:
    """Add the entries; one for a revision that there is not is malformed, unless that is what it allows."""
    for number, entry in enumerate(entries, 1):
        until = None if entry.until is None else date.fromisoformat(entry.until)
        where = f"tool.sqlgen.allow[{number}]"
        text = f'allow {entry.rule} because "{entry.because}"'
        here = entry.revision is None or revisions is None or entry.revision in revisions
        if not here and entry.rule != REVISION_DELETED:
            why = say("there is no revision {id}; its whole id is asked for", id=entry.revision)
            found.malformed.append(MalformedAllowance(text, why, where, file, line=None))
            continue
        scope = OneRevision(entry.revision)
        found.held.append(
            Allowance((entry.rule,), entry.because, until, where, scope, text, file, line=None, owner=entry.owner)
        )


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

    def all(self) -> Allowances:
        return Allowances(tuple(self.held), tuple(self.malformed))

    def notes(self, notes: Iterable[comments.Note], file: str) -> None:
        """Add what the comments of a file allow."""
        for note in notes:
            scope = Lines(file, note.lines, note.direction, note.conditional, note.astray)
            self.add(note.text, scope, f"{file}:{note.line}", file, note.line, note.direction)

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
        rules, because, until, owner = parsed.rules, parsed.because, parsed.until, parsed.owner
        self.held.append(Allowance(rules, because, until, where, scope, text, file, line, direction, owner))
