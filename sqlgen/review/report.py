"""What was looked at in one or many projects, and what was found: the input of every format.

A `Part` is one project; a `Report` all that a command was asked about. `entries` gives everything that must be shown at
a place, in one shape, so that a format knows nothing of gaps, errors and allowances but how it shows them.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from sqlgen.lint.finding import Allowed, Severity
from sqlgen.messages import ENGLISH, Message, say, speaking, visible
from sqlgen.review.summary import Judged
from sqlgen.segments import Step

_SETTINGS = ("alembic.ini", "sqlgen.toml", "pyproject.toml")
"""Files that stand for a project, the one that most have first."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a project could not be checked: an error, as people would see it."""

    message: Message
    hint: Message
    file: str | None
    """Relative to the part's folder, or as the error names it."""
    line: int | None
    exit_code: int


@dataclass(frozen=True, slots=True)
class Since:
    """What a branch was compared with."""

    base: str
    """The reference, as it was given or found: origin/main."""
    commit: str
    """The commit that it names, 40 or 64 hex digits."""
    merge_base: str
    new: tuple[str, ...]
    """Ids of the new revisions, oldest first."""
    edited: tuple[str, ...]
    deleted: tuple[str, ...]
    reparented: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One project, or some .sql files: what was looked at, and what was found."""

    folder: Path
    """What the names of its files are relative to; absolute."""
    judged: Judged
    name: str = ""
    """How a report on several projects calls it: its folder below the top, with `/`; empty for the only one."""
    steps: tuple[Step, ...] = ()
    """What was rendered: upgrades in the order in which they run, then downgrades."""
    since: Since | None = None
    """None: nothing was compared."""
    environment: str | None = None
    options: tuple[str, ...] = ()
    """What else was asked for, as words that somebody else can type."""
    notes: tuple[Message, ...] = ()
    """What people should know besides findings, a sentence each: nothing new, what the rollback loses, …"""
    trouble: Trouble | None = None
    """It could not be checked; then there is nothing else but what was found until then."""
    fails: bool = False
    """Whether a finding stands at or above the severity that fails, in this project and environment."""
    server_version: str | None = None
    """What runs, as the settings say it: "16", "10.11"; None: they don't."""
    packs: tuple[str, ...] = ("standard",)
    """Where its rules, and their pages, come from: as in `rules` of the settings."""
    sql_file: str | None = None
    """The file that `new_sql` was written to, relative to the report's top, with `/`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to show, at a place where there is one."""

    kind: Literal["finding", "incomplete", "failed"]
    """A finding of a rule; a revision that is not, or not wholly, rendered; a project that could not be checked."""
    rule: str
    """The rule's id; "incomplete" and "failed" for the other two."""
    severity: Severity
    message: str
    help: str
    path: str | None
    """Relative to the report's top, with `/`, `..` where the file lies outside; `<stdin>` as it is."""
    line: int | None
    end_line: int | None
    column: int | None
    """In characters, from 1."""
    revision: str | None
    direction: str | None
    """"upgrade" or "downgrade"; None where there is no revision."""
    dialect: str
    statement: int | None
    sql: str
    fingerprint: str
    """64 hex digits, unique in the report."""
    allowed: Allowed | None
    part: Part
    sql_line: int | None = None
    """Where its statement begins in `new_sql` of its part, from 1; None for a rollback's, and where there is none."""
    file: str | None = None
    """The same file, relative to the folder of its part."""


@dataclass(frozen=True)
class Report:
    """All parts, sorted by name."""

    parts: tuple[Part, ...]
    top: Path
    """What hosts know files by: the top of the repository, else the current folder; absolute."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Everything to be shown: part by part, findings in the order of the run, then what is incomplete."""
        seen: Counter[str] = Counter()
        return tuple(_unique(entry, seen) for part in self.parts for entry in self._of(part))

    @property
    def listed(self) -> Iterator[Entry]:
        """All but findings on the way back beside what is applied: a branch has them for every table that it makes."""
        for entry in self.entries:
            if entry.kind != "finding" or entry.direction != "downgrade" or entry.part.judged.down_only:
                yield entry

    @property
    def open(self) -> Iterator[Entry]:
        """What hosts show in lists of problems: what is listed, and not allowed."""
        return (entry for entry in self.listed if entry.allowed is None)

    @property
    def fails(self) -> bool:
        """Whether a finding fails one of the parts."""
        return any(part.fails for part in self.parts)

    @property
    def incomplete(self) -> bool:
        """Whether a revision that is applied could not be rendered, or not wholly."""
        return any(part.judged.incomplete_forward for part in self.parts)

    def _of(self, part: Part) -> Iterator[Entry]:
        lines = new_sql(part)[1]
        for finding in part.judged.findings:
            forward = finding.direction != "downgrade"
            yield Entry(
                kind="finding",
                rule=finding.rule,
                severity=finding.severity,
                message=str(finding.message),
                help=str(finding.help),
                path=None if finding.file is None else self.path(part, finding.file),
                file=finding.file,
                line=finding.line,
                end_line=finding.end_line,
                column=finding.column,
                revision=finding.revision or None,
                direction=finding.direction if finding.revision else None,
                dialect=finding.dialect,
                statement=finding.statement,
                sql=finding.sql,
                fingerprint=finding.fingerprint,
                allowed=finding.allowed,
                part=part,
                sql_line=lines.get(finding.statement) if forward and finding.statement is not None else None,
            )
        for hole in part.judged.holes:
            yield self._incomplete(part, hole.revision, hole.direction, hole.gap.file, hole.gap.line, hole.gap.reason)
        for step in part.judged.row_driven:
            from sqlgen.script import remarks  # with all that scripts are made of

            at = step.queries[0].place
            file, line = (step.file, None) if at is None else (at.file, at.line)
            yield self._incomplete(part, step.revision, step.direction, file, line, remarks.row_driven(step))
        if part.trouble is not None:
            yield self._failed(part, part.trouble)

    def _incomplete(
        self, part: Part, revision: str, direction: str, file: str | None, line: int | None, why: Message
    ) -> Entry:
        down = direction == "downgrade"
        what = say("the rollback of {revision} is incomplete: {why}", revision=revision, why=why)
        if not down:
            what = say("revision {revision} is incomplete: {why}", revision=revision, why=why)
        return Entry(
            kind="incomplete",
            rule="incomplete",
            severity=Severity.WARNING if down else Severity.ERROR,
            message=str(what),
            help=str(say("sqlgen doctor says for each revision what to do.")),
            path=None if file is None else self.path(part, file),
            file=file,
            line=line,
            end_line=line,
            column=None,
            revision=revision,
            direction=direction,
            dialect=part.judged.dialect,
            statement=None,
            sql="",
            fingerprint=_digest(part.name, "incomplete", revision, direction),
            allowed=None,
            part=part,
        )

    def _failed(self, part: Part, trouble: Trouble) -> Entry:
        return Entry(
            kind="failed",
            rule="failed",
            severity=Severity.ERROR,
            message=str(trouble.message),
            help=str(trouble.hint),
            path=None if trouble.file is None else self.path(part, trouble.file),
            file=trouble.file,
            line=trouble.line,
            end_line=trouble.line,
            column=None,
            revision=None,
            direction=None,
            dialect=part.judged.dialect,
            statement=None,
            sql="",
            fingerprint=_digest(part.name, "failed"),
            allowed=None,
            part=part,
        )

    def home(self, part: Part) -> str:
        """The file that stands for a project, where a host demands one: its settings, as seen from the top."""
        there = (name for name in _SETTINGS if (part.folder / name).is_file())
        return self.path(part, next(there, _SETTINGS[0]))

    def path(self, part: Part, file: str, *, of: Path | None = None) -> str:
        """A part's file as seen from the top, or from another folder; with `/`."""
        if file.startswith("<"):
            return file
        return os.path.relpath(part.folder / file, of or self.top).replace(os.sep, "/")


def of(judged: Judged, folder: Path = Path("/"), top: Path | None = None) -> Report:
    """A report on one thing alone. Without a top, files are named as they are."""
    return Report((Part(folder, judged),), folder if top is None else top)


@speaking(ENGLISH)
def new_sql(part: Part) -> tuple[str, dict[int, int]]:
    """The statements of a part's upgrades, behind the names of their revisions; and the line, from 1, in which each of
    them begins, by its number in the run. Of .sql files nothing: they are what they are."""
    lines: list[str] = []
    begins: dict[int, int] = {}
    number = 0
    for step in part.steps:
        if step.direction != "upgrade" or not step.revision:
            continue
        lines += ["", f"-- {visible(step.revision)}  {visible(step.message)}".rstrip()]
        if step.gap is not None:
            lines.append(f"-- {visible(str(say('MISSING, it could not be rendered: {why}', why=step.gap.reason)))}")
        for item in step.items:
            number += 1
            begins[number] = len(lines) + 1
            lines += f"{item.sql};".split("\n")
    return "\n".join(lines[1:]) + "\n" if lines else "", {each: line - 1 for each, line in begins.items()}


def _unique(entry: Entry, seen: Counter[str]) -> Entry:
    """A file that is named twice, or a project looked at for two environments, says the same twice: hosts keep one of
    two with the same fingerprint, so the second gets one of its own."""
    number = seen[entry.fingerprint]
    seen[entry.fingerprint] += 1
    return replace(entry, fingerprint=_digest(entry.fingerprint, str(number))) if number else entry


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()
