"""A range and a server in, a report out: scratch databases, up, down, up, and what Alembic makes of the same range."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlgen import pipeline
from sqlgen.emit.interpreter import Interpreter
from sqlgen.errors import Message, UsageError, say
from sqlgen.facts.vocabulary import Insert, Update
from sqlgen.history import Range
from sqlgen.messages import heads
from sqlgen.pipeline import Emission
from sqlgen.rehearsal import clients
from sqlgen.rehearsal.climbing import Climber
from sqlgen.rehearsal.comparing import State, compare
from sqlgen.rehearsal.desk import Desk, Made
from sqlgen.rehearsal.dumps import Dumper
from sqlgen.rehearsal.files import Files, files
from sqlgen.rehearsal.report import Outcome, Phase, Report
from sqlgen.rehearsal.scene import REFERENCE, SCRIPT, Scene
from sqlgen.script.target import Target
from sqlgen.segments import Step
from sqlgen.settings import CLIENTS
from sqlgen.workspace import Workspace

Tell = Callable[[Message], None]
_AGAIN = ("first", "second")


def rehearse(
    workspace: Workspace,
    desk: Desk,
    interpreter: Interpreter,
    range_: Range,
    emission: Emission,
    tell: Tell,
) -> Report:
    """Run the range on scratch databases of the desk. Raises UsageError where it can't be begun."""
    steps = emission.steps
    up, down = steps[: len(range_.steps)], steps[len(range_.steps) :]
    _check_reach(desk, emission)
    target = _target(workspace, emission)
    client = clients.find(target.dialect, desk.place)
    return _Rehearsal(Scene(workspace, desk, interpreter, target, client), emission, tell).run(up, down)


def open_desk(workspace: Workspace, interpreter: Interpreter, url: str | None) -> tuple[Desk, Workspace]:
    """The server, and the workspace with its dialect. Raises UsageError when it can't be used for this project."""
    wanted = workspace.dialect
    likely = wanted or workspace.project.likely_dialect
    if wanted in ("mssql", "oracle"):
        raise UsageError(
            say("no rehearsal can be held for {dialect}", dialect=wanted),
            hint=say("It is for PostgreSQL, MySQL, MariaDB and SQLite; run the scripts on a test server by hand."),
        )
    if url is None and likely not in (None, "sqlite"):
        raise UsageError(
            say("a rehearsal for {dialect} needs a server", dialect=likely),
            hint=say("Give its URL: --on postgresql://user@host:5432/ (or SQLGEN_ON); SQLite needs none."),
        )
    desk = Desk(workspace, interpreter, url)
    if wanted is not None and wanted != desk.dialect:
        dialect = desk.dialect
        with desk:
            pass
        raise UsageError(
            say("--on leads to {found}, and the SQL is for {wanted}", found=dialect, wanted=wanted),
            hint=say("Give a server of the same kind; or --dialect {found}, where that is meant.", found=dialect),
        )
    return desk, replace(workspace, dialect=desk.dialect)


def _check_reach(desk: Desk, emission: Emission) -> None:
    """Raises UsageError for a statement that would change more than a scratch database."""
    others = desk.others()
    items = [(step, item) for step in emission.steps for item in step.items]
    found = desk.reaches([item.sql for _, item in items], emission.dialect, others)
    for (step, item), beginning in zip(items, found, strict=True):
        if beginning is not None:
            raise UsageError(
                say(
                    "{revision} would change more than the scratch database: {sql}",
                    revision=step.revision,
                    sql=beginning,
                ),
                hint=say("Rehearse a range without it, on a server that holds nothing else."),
                file=item.place.file if item.place else step.file,
                line=item.place.line if item.place else None,
            )


def _target(workspace: Workspace, emission: Emission) -> Target:
    """As for a bundle, but for what only the real database has: name, identity, role, tenants."""
    found = pipeline.target(workspace, emission)
    return replace(found, client=CLIENTS[found.dialect], database=None, identity=None, role=None, tenants=())


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    scene: Scene
    emission: Emission
    tell: Tell

    def run(self, up: Sequence[Step], down: Sequence[Step]) -> Report:
        scene, about = self.scene, self.emission
        report = Report(
            scene.target.dialect,
            f"{scene.desk.dialect} {scene.desk.version}",
            str(clients.no_client(scene.target.dialect)) if scene.client is None else scene.client.version,
            f"{heads(up[0].before)} -> {heads(up[-1].after)}",
            incomplete=any(step.incomplete for step in up),
        )
        self.tell(say("making the scratch databases at {heads} …", heads=heads(up[0].before)))
        made = scene.begin(report, up[0].before)
        if made is None:
            return report
        climber = scene.climber(SCRIPT, made[0])
        before = pipeline.schema_at(scene.workspace, about.dialect, about.versions, up[0].before)
        written = files(up, down, climber.target, before)
        report.incomplete |= any(step.incomplete for step in written.up)
        self._all(report, climber, written, made[1])
        return report

    def _all(self, report: Report, climber: Climber, written: Files, other: Made) -> None:
        """Up, beside Alembic; down; up again."""
        dumper, one, up = Dumper(self.scene.desk, self.scene.target), climber.database, written.up
        own = _own_tables(up)
        start = self._state(dumper, SCRIPT, one)
        self._check(report, climber, "preflight", "preflight", written.texts["preflight.sql"])
        good = self._up(report, climber, written, "up")
        there = {table["name"] for table in start.tables}
        report.locks = [replace(lock, new=lock.table not in there) for lock in report.locks]
        if not good:
            self._reference(report, other, up)
            return
        after = self._state(dumper, SCRIPT, one)
        self._check(report, climber, "postcheck", "postcheck", written.texts["postcheck.sql"])
        if self._reference(report, other, up):
            theirs = self._state(dumper, REFERENCE, other)
            self._compare(
                report, say("Alembic's upgrade and the script's"), (theirs, after), ("alembic", "script"), own
            )
        if self._down(report, climber, written):
            self._check(report, climber, "check after down", "postcheck", written.back_check)
            back = self._state(dumper, SCRIPT, one)
            self._compare(report, say("before and after the way back"), (start, back), ("before", "after"), own)
            if self._up(report, climber, written, "up again"):
                again = self._state(dumper, SCRIPT, one)
                self._compare(report, say("first and second upgrade"), (after, again), _AGAIN, own)
        report.notes.append(say("schemas were read with {how}", how=dumper.how))

    # ---- the parts

    def _check(self, report: Report, climber: Climber, phase: str, file: str, text: str) -> None:
        if climber.client is not None:
            report.phases.append(climber.check(phase, file, text))

    def _up(self, report: Report, climber: Climber, written: Files, phase: str) -> bool:
        up, first = written.up, phase == "up"
        start, end = heads(up[0].before), heads(up[-1].after)
        again = say("up again: {start} -> {end} …", start=start, end=end)
        self.tell(say("up: {start} -> {end} …", start=start, end=end) if first else again)
        watching = first and self.scene.desk.watch(SCRIPT)
        done, _ = climber.run(phase, up, "apply", written.texts["apply.sql"])
        if watching:
            locks, whole = self.scene.desk.watched()
            report.locks += locks
            if not whole:
                report.notes.append(
                    say("the server ended the session that looked at locks: what came later is missing")
                )
        if first:
            report.watched, report.locks_seen = watching, _how_seen(self.scene.target.dialect, watching)
        report.phases.append(done)
        return done.outcome == "ok"

    def _reference(self, report: Report, other: Made, up: Sequence[Step]) -> bool:
        """Alembic's own upgrade of the range; whether there is anything to compare with."""
        self.tell(say("Alembic online: {start} -> {end} …", start=heads(up[0].before), end=heads(up[-1].after)))
        began = time.monotonic()
        ran = self.scene.online(other, up[-1].after)
        how = say("Alembic online, by the project's env.py") if ran.failure is None else ran.failure
        log = () if ran.failure is None else tuple(ran.printed.splitlines()[-5:])
        outcome: Outcome = "ok" if ran.failure is None else "failed"
        report.phases.append(Phase("reference", outcome, time.monotonic() - began, how, log, ran.steps))
        return ran.failure is None

    def _down(self, report: Report, climber: Climber, written: Files) -> bool:
        down, text = written.down, written.texts.get("rollback.sql")
        gap = next((step for step in down if step.gap is not None), None)
        if text is None:
            why = say("no revision has a way back, so there is no rollback.sql")
            if gap is not None and gap.gap is not None:
                why = say("no way back over {revision}: {why}", revision=gap.revision, why=gap.gap.reason)
            report.phases.append(Phase("down", "skipped", how=why))
            report.incomplete = True
            return False
        self.tell(say("down: {start} -> {end} …", start=heads(down[0].before), end=heads(down[-1].after)))
        done, gated = climber.run("down", down, "rollback", text)
        if gated and gap is not None and gap.gap is not None and done.outcome != "ok":
            report.incomplete = True
            why = say("no way back over {revision}: {why}", revision=gap.revision, why=gap.gap.reason)
            done = replace(done, outcome="skipped", how=why, log=())
        report.phases.append(done)
        return done.outcome == "ok"

    def _state(self, dumper: Dumper, name: str, made: Made) -> State:
        return State(dumper.dump(name, made), tuple(self.scene.desk.contents(name)))

    def _compare(
        self, report: Report, what: Message, states: tuple[State, State], names: tuple[str, str], own: frozenset[str]
    ) -> None:
        table, again = self.scene.target.version_table, names == _AGAIN
        found = compare(what, *states, names=names, version_table=table, own=own, counted_on=again)
        report.differences += found.differences
        report.notes += found.notes


def _own_tables(steps: Sequence[Step]) -> frozenset[str]:
    """Tables into which a revision writes values of Python's clock or of chance, which another rendering has not."""
    return frozenset(
        fact.table.name
        for step in steps
        for item in step.items
        if item.volatile
        for fact in item.facts
        if isinstance(fact, Insert | Update)
    )


def _how_seen(dialect: str, watching: bool) -> Message:
    if watching:
        return say("looked at every 2 ms: what was shorter may be missing")
    if dialect == "sqlite":
        return say("SQLite locks the whole file from the first write to the commit")
    return say(
        "this server shows none: it needs performance_schema with the instrument mdl, or MariaDB's METADATA_LOCK_INFO"
    )
