"""What a branch does to a history in, step by step what is to be said of it out, and in the end a Part.

    changes → branch facts ─────────────────────────────┐
        └► stretches → emit → lint → losses → drift ────┴► findings → Part

Old revisions are neither rendered nor judged; of the schema that they leave, what rules ask for is replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sqlgen.checking.beginning import Begun, models_may_differ
from sqlgen.checking.facts import baseline_grown, branch_facts
from sqlgen.checking.findings import Found, branch_findings
from sqlgen.checking.judged_by import judged_by
from sqlgen.checking.known import cover
from sqlgen.checking.notes import about_changes, nothing_new
from sqlgen.checking.stretches import Stretch, newest
from sqlgen.errors import Message, SqlgenError, UsageError, say
from sqlgen.history import git
from sqlgen.history.since import Base, Changes
from sqlgen.lint.branch import BranchFact
from sqlgen.review.report import Part, Since, Trouble
from sqlgen.review.summary import fails, judge
from sqlgen.workspace import Workspace

if TYPE_CHECKING:
    from sqlgen.checking.nearby import Old
    from sqlgen.lint.book import Book
    from sqlgen.pipeline import Emission, Progress
    from sqlgen.schema import Schema

Tell = Callable[[Message | str, bool], None]
"""(a line for stderr, whether it is a detail that -v asks for)"""


@dataclass(slots=True)
class Looking:
    """What is known so far; it grows step by step."""

    begun: Begun
    repository: git.Repository
    today: date
    progress: Progress | None
    tell: Tell
    facts: list[BranchFact] = field(default_factory=list)
    rendered: Found = field(default_factory=Found)
    notes: list[Message] = field(default_factory=list)
    dialect: str = ""
    rules: Book | None = None
    """Loaded where there is something to judge: a hundred files."""
    failed: bool = False
    """Whether the rehearsal came to something else than Alembic's upgrade, or to nothing."""

    # ---- the steps

    def run(self, *, rehearse: str | None) -> None:
        """All that can be found out. Raises SqlgenError; what is known by then is in the part all the same."""
        found, workspace, wanted = self.changes, self.workspace, self.begun.wanted
        self.dialect = workspace.dialect or workspace.project.likely_dialect or ""
        self.notes += about_changes(found)
        self.notes += judged_by(workspace, self.repository, found)
        self.facts += branch_facts(found)
        self.facts += baseline_grown(workspace.project, self.repository, found.base)
        if found.graph is not None and not self.facts and not wanted:
            self.notes.append(nothing_new(found, found.graph))
            if not models_may_differ(found):
                return
        rules = self.rules = self.book()
        if self.begun.failure is not None and wanted:
            raise self.begun.failure
        for stretch in wanted:
            self.stretch(stretch, rules, rehearse if stretch.new else None)
        if self.begun.models and found.graph is not None and not any(stretch.new for stretch in wanted):
            self.models_alone(newest(found.graph))

    def stretch(self, stretch: Stretch, rules: Book, rehearse: str | None) -> None:
        """Render and judge one of them."""
        from sqlgen import pipeline
        from sqlgen.checking.losses import rollback_loses
        from sqlgen.checking.nearby import read_old

        models, aside = self.begun.models and stretch.new, self.begun.aside
        old = None if models or aside is None else read_old(aside, stretch.up.lower)
        emission = pipeline.emit(self.workspace, stretch.moves, self.progress, models=True)
        self.dialect = emission.dialect
        self.told(emission)
        whole = self.before(emission, stretch)
        before = whole if old is None else self.near(emission, old, whole)
        findings = pipeline.find(self.workspace, emission, rules, today=self.today, before=before)
        self.rendered.add(findings, emission.steps, stretch.judged)
        self.notes += rollback_loses(self.workspace, emission, stretch.judged, before)
        if models:
            self.compare(emission, whole)
        if rehearse is not None:
            from sqlgen.checking.rehearsing import rehearsed

            told, good = rehearsed(self.workspace, stretch, emission, rehearse)
            self.notes += told
            self.failed = self.failed or not good

    def models_alone(self, stretch: Stretch | None) -> None:
        """No revision is new, but code is: the newest one is rendered, since env.py loads the models for that."""
        from sqlgen import pipeline

        if stretch is None:
            return
        try:
            if self.begun.failure is not None:
                raise self.begun.failure
            emission = pipeline.emit(self.workspace, stretch.moves, models=True)
        except SqlgenError as error:
            self.notes.append(say("the models were not compared with the history: {why}", why=error))
            return
        self.dialect = emission.dialect
        self.compare(emission, self.before(emission, stretch))

    def compare(self, emission: Emission, before: Callable[[], Schema]) -> None:
        """The models with what the history makes."""
        from sqlgen.checking.classes import Classes
        from sqlgen.checking.models import differences

        if emission.model is None:  # target_metadata maps no table: such a project has no models
            return
        classes = Classes(self.workspace.project.root, self.repository, self.changes.base.merge_base)
        new = {each.id for each in self.changes.new}
        changed = models_may_differ(self.changes)
        self.facts += differences(emission, before, classes, new=new, code_changed=changed)

    # ---- what they need

    @property
    def workspace(self) -> Workspace:
        return self.begun.workspace

    @property
    def changes(self) -> Changes:
        return self.begun.changes

    def book(self) -> Book:
        """The rules. Raises SettingsError."""
        from sqlgen.linting import load_book

        return load_book(self.workspace.settings, self.workspace.project.root, self.workspace.environment)

    def before(self, emission: Emission, stretch: Stretch) -> Callable[[], Schema]:
        """The schema where it begins: replayed once, when somebody asks."""
        from sqlgen import pipeline

        lower = stretch.up.lower

        def schema() -> Schema:
            count = len(self.workspace.graph.ancestors(lower))
            if count >= _LONG:
                self.tell(say("looking for the schema before what is new: {count} revisions …", count=count), False)
            return pipeline.schema_at(self.begun.aside or self.workspace, emission.dialect, emission.versions, lower)

        return cache(schema)

    def near(self, emission: Emission, old: Old, whole: Callable[[], Schema]) -> Callable[[], Schema]:
        """The same, as far as it is about what the revisions name, from a few old ones where these are enough."""
        from sqlgen.checking.nearby import schema_near

        there = self.begun.aside or self.workspace
        return cache(lambda: schema_near(there, emission.dialect, old, emission.steps) or whole())

    def told(self, emission: Emission) -> None:
        """What env.py and the revisions printed, and what a recording left behind: not part of a report."""
        lines = emission.output.splitlines()
        if lines:
            what = say("warning: env.py or a revision printed text, lines: {count}; it is not SQL", count=len(lines))
            self.tell(what, False)
        for number, line in enumerate(lines):
            self.tell(say("  | {line}", line=line), number >= _SHOWN)
        if emission.shadow_left is not None:
            self.tell(say("note: {left}", left=emission.shadow_left), False)

    # ---- the end

    def part(self, fail_on: str | None, trouble: Trouble | None) -> Part:
        """What was found, and what went wrong."""
        workspace, found = self.workspace, self.changes
        steps, findings = self.rendered.steps, self.rendered.findings
        if self.facts or steps:
            from sqlgen.checking.models import not_told_twice

            rules, facts = self.rules or self.book(), not_told_twice(self.facts, findings)
            findings = (*branch_findings(workspace, facts, steps, rules, self.dialect, self.today), *findings)
        try:
            findings = cover(findings, workspace.project, self.repository, found, self.rules)
        except UsageError as error:
            trouble = trouble or trouble_of(error, self.tell)
        limit = fail_on or workspace.settings.limit(workspace.environment)
        return Part(
            workspace.project.root,
            judge(findings, steps, self.dialect),
            steps=steps,
            since=_since(found, found.base),
            environment=workspace.request.env,
            notes=tuple(self.notes),
            trouble=trouble,
            fails=fails(findings, limit) or self.failed,
            server_version=workspace.server_version,
            packs=workspace.settings.rules,
        )


_SHOWN = 3
"""Printed lines that are shown without -v."""
_LONG = 500
"""Revisions of which one is told that they are replayed: it takes a second or more, unless the cache has them."""


def trouble_of(error: SqlgenError, tell: Tell) -> Trouble:
    """An error as a part of a report; the traceback of env.py is told."""
    for note in getattr(error, "__notes__", ()):
        tell(note.rstrip(), True)
    return Trouble(error.message, error.hint, error.file, error.line, int(error.exit_code))


def _since(found: Changes, base: Base) -> Since:
    return Since(
        base.ref,
        base.commit,
        base.merge_base,
        new=tuple(each.id for each in found.new),
        edited=tuple(each.now.id for each in found.edited),
        deleted=tuple(each.before.id for each in found.deleted),
        reparented=tuple(each.now.id for each in found.reparented),
    )
