"""A project in, every allowance that stands in it out. Nothing is rendered: which of them are used, only lint knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from sqlgen import policies
from sqlgen.errors import Message, say
from sqlgen.history import Revision
from sqlgen.lint import allowances
from sqlgen.lint.allowances import Allowance, Allowances, MalformedAllowance, OneRevision
from sqlgen.lint.book import nearest
from sqlgen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Row:
    """One allowance, or what begins like one."""

    rules: tuple[str, ...]
    """Empty where it is malformed."""
    because: str | None
    owner: str | None
    until: date | None
    days_left: int | None
    """0 on its last day, negative when it has expired; None where it has no last day."""
    revision: str | None
    """The one whose file it stands in, or that the settings name; None: any."""
    direction: str | None
    kind: Literal["comment", "settings"]
    file: str | None
    """Relative to the project's root, with `/`; of the settings their name."""
    line: int | None
    where: str
    """`file:line`, or the settings key."""
    problem: Message | None
    """Why it allows nothing, or not all that it names."""
    text: str
    """As written, without the comment's marks."""

    @property
    def expired(self) -> bool:
        return self.days_left is not None and self.days_left < 0


def listed(
    workspace: Workspace, within: Sequence[Revision] | None, rules: Iterable[str], dialect: str, *, today: date
) -> tuple[Row, ...]:
    """Those of some revisions and of the settings for them, in the order of the revisions, the settings last; None: of
    all, and of the Python files beside the revisions. `rules`: the names that there are."""
    known = frozenset(rules)
    revisions = workspace.graph.revisions if within is None else within
    rows: list[Row] = []
    for file, text, revision in _texts(workspace, revisions, helpers=within is None):
        if "sqlgen" in text:
            rows += _rows(allowances.written(text, file, dialect), revision, known, today)
    settings, ids = workspace.settings, {revision.id for revision in revisions}
    entries = allowances.collect(
        (),
        lambda _file: None,
        dialect=dialect,
        entries=settings.allow,
        entries_file=settings.file,
        revisions=workspace.graph.by_id.keys(),
    )
    rows += (row for row in _rows(entries, None, known, today) if row.revision is None or row.revision in ids)
    return tuple(rows)


def _texts(
    workspace: Workspace, revisions: Sequence[Revision], *, helpers: bool
) -> Iterator[tuple[str, str, str | None]]:
    """(file, text, revision): the revisions with the SQL files that stand for them, then what they may call."""
    overrides = policies.read(workspace).overrides
    for revision in revisions:
        yield revision.file, _read(revision.path), revision.id
        files = (overrides.get((revision.id, "upgrade")), overrides.get((revision.id, "downgrade")))
        for file in dict.fromkeys(each for each in files if each is not None):
            yield file.file.name, file.text, revision.id
    if helpers:
        project = workspace.project
        own = {revision.path for revision in workspace.graph.revisions}
        for path in sorted(project.script_location.rglob("*.py")):
            if path.resolve() not in own and path.is_relative_to(project.root):
                yield path.relative_to(project.root).as_posix(), _read(path), None


def _read(path: Path) -> str:
    """Without what is not UTF-8: a comment that can be read is told all the same."""
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _rows(found: Allowances, revision: str | None, known: frozenset[str], today: date) -> list[Row]:
    """In the order in which they stand."""
    rows = [*(_held(each, revision, known, today) for each in found.held), *map(_malformed, found.malformed)]
    rows = [row if row.revision is not None else replace(row, revision=revision) for row in rows]
    return sorted(rows, key=lambda row: row.line or 0)


def _held(each: Allowance, revision: str | None, known: frozenset[str], today: date) -> Row:
    unknown = next((rule for rule in each.rules if rule not in known), None)
    problem = None
    if unknown is not None:
        offer = nearest(unknown, known, say("sqlgen rules shows the names"))
        problem = say("there is no rule {name}: {offer}", name=unknown, offer=offer)
    return Row(
        rules=each.rules,
        because=each.because,
        owner=each.owner,
        until=each.until,
        days_left=None if each.until is None else (each.until - today).days,
        revision=each.scope.revision if isinstance(each.scope, OneRevision) else revision,
        direction=each.direction,
        kind="settings" if isinstance(each.scope, OneRevision) else "comment",
        file=each.file,
        line=each.line,
        where=each.where,
        problem=problem,
        text=each.text,
    )


def _malformed(each: MalformedAllowance) -> Row:
    return Row(
        rules=(),
        because=None,
        owner=None,
        until=None,
        days_left=None,
        revision=None,
        direction=each.direction,
        kind="comment" if each.line is not None else "settings",
        file=each.file,
        line=each.line,
        where=each.where,
        problem=each.why,
        text=each.text,
    )
