"""A range and a server in, a report out: scratch databases, up, down, up, and what Alembic makes of the same range."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlgen import pipeline
from sqlgen.baseline import read as read_baseline
from sqlgen.baseline import statements as baseline_statements
from sqlgen.emit.interpreter import Interpreter
from sqlgen.errors import Message, UsageError, say
from sqlgen.facts.vocabulary import Insert, Update
from sqlgen.history import Range, between
from sqlgen.pipeline import Emission
from sqlgen.rehearsal import alembic_online, clients
from sqlgen.rehearsal.climbing import Climber
from sqlgen.rehearsal.comparing import State, compare
from sqlgen.rehearsal.desk import Desk, Made
from sqlgen.rehearsal.dumps import Dumper
from sqlgen.rehearsal.files import Files, alone, files
from sqlgen.rehearsal.report import Phase, Report
from sqlgen.replaying import options
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
    return _Rehearsal(workspace, desk, interpreter, emission, range_, target, tell).run(up, down)


def open_desk(workspace: Workspace, interpreter: Interpreter, url: str | None) -> tuple[Desk, Workspace]:
    """The server, and the workspace with its dialect. Raises UsageError when it can't be used for this project."""
    wanted = workspace.dialect
    if url is None and (wanted or workspace.project.likely_dialect) not in (None, "sqlite"):
        raise UsageError(
            say("a rehearsal for {dialect} needs a server", dialect=wanted or workspace.project.likely_dialect),
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
    workspace: Workspace
    desk: Desk
    interpreter: Interpreter
    emission: Emission
    range: Range
    target: Target
    tell: Tell

    def run(self, up: Sequence[Step], down: Sequence[Step]) -> Report:
        client = clients.find(self.target.dialect, self.desk.place)
        report = Report(
            self.target.dialect,
            f"{self.desk.dialect} {self.desk.version}",
            str(clients.no_client(self.target.dialect)) if client is None else client.version,
            f"{_heads(up[0].before)} -> {_heads(up[-1].after)}",
        )
        report.incomplete = any(step.incomplete for step in up)
        made = self._start(report, client, up)
        if made is None:
            return report
        one, other = made
        climber = self._climber("script", one, client)
        about = self.emission
        before = pipeline.schema_at(self.workspace, about.dialect, about.versions, up[0].before)
        written = files(up, down, climber.target, before)
        report.incomplete |= any(step.incomplete for step in written.up)
        self._all(report, climber, written, other)
        return report

    def _all(self, report: Report, climber: Climber, written: Files, other: Made) -> None:
        """Up, beside Alembic; down; up again."""
        dumper, one, up = Dumper(self.desk, self.target), climber.database, written.up
        own = _own_tables(up)
        start = self._state(dumper, "script", one)
        self._check(report, climber, "preflight", "preflight", written.texts["preflight.sql"])
        good = self._up(report, climber, written, "up")
        there = {table["name"] for table in start.tables}
        report.locks = [replace(lock, new=lock.table not in there) for lock in report.locks]
        if not good:
            self._reference(report, other, up)
            return
        after = self._state(dumper, "script", one)
        self._check(report, climber, "postcheck", "postcheck", written.texts["postcheck.sql"])
        if self._reference(report, other, up):
            theirs = self._state(dumper, "reference", other)
            self._compare(
                report, say("Alembic's upgrade and the script's"), (theirs, after), ("alembic", "script"), own
            )
        if self._down(report, climber, written):
            self._check(report, climber, "check after down", "postcheck", written.back_check)
            back = self._state(dumper, "script", one)
            self._compare(report, say("before and after the way back"), (start, back), ("before", "after"), own)
            if self._up(report, climber, written, "up again"):
                again = self._state(dumper, "script", one)
                self._compare(report, say("first and second upgrade"), (after, again), _AGAIN, own)
        report.notes.append(say("schemas were read with {how}", how=dumper.how))

    # ---- the parts

    def _start(self, report: Report, client: clients.Client | None, up: Sequence[Step]) -> tuple[Made, Made] | None:
        """Both databases where the range begins; None where they don't get there."""
        began = time.monotonic()
        lower = up[0].before
        self.tell(say("making the scratch databases at {heads} …", heads=_heads(lower)))
        one = self._made("script")
        how = say("empty database") if not lower else say("Alembic online to {heads}", heads=_heads(lower))
        log: tuple[str, ...] = ()
        if lower and lower != self._base_heads():
            ran = self._online(one, lower)
            if ran.failure is not None:
                how = say(
                    "Alembic online failed ({why}), so by sqlgen's own script base:{to}",
                    why=ran.failure,
                    to=_heads(lower),
                )
                report.notes.append(how)
                self.desk.drop("script")
                one = self._made("script")
                phase = self._by_own_script(one, client, lower)
                if phase.outcome != "ok":
                    report.phases.append(replace(phase, how=how))
                    return None
        other = self._copy(client, lower)
        report.phases.append(Phase("start", "ok", time.monotonic() - began, how, log))
        return (one, other)

    def _copy(self, client: clients.Client | None, lower: tuple[str, ...]) -> Made:
        """The second database, where the first one stands."""
        if self.target.dialect in ("postgresql", "sqlite"):
            return self.desk.make("reference", like="script")
        other = self._made("reference")
        if lower and lower != self._base_heads() and self._online(other, lower).failure is not None:
            self.desk.drop("reference")
            other = self._made("reference")
            self._by_own_script(other, client, lower, "reference")
        return other

    def _made(self, name: str) -> Made:
        """A database with what is there before the first revision."""
        made = self.desk.make(name)
        before = baseline_statements(self.workspace, self.target.dialect)
        if before is None:
            raise UsageError(
                say("the baseline is a snapshot, from which no database can be made"),
                hint=say("For a rehearsal give a dump as the baseline: pg_dump -s, mysqldump --no-data."),
            )
        schemas = {self.target.schema, self.target.version_table_schema} - {None}
        if self.target.dialect == "postgresql":
            self.desk.run(name, [f'CREATE SCHEMA IF NOT EXISTS "{schema}"' for schema in sorted(map(str, schemas))])
        self.desk.run(name, before)
        return made

    def _base_heads(self) -> tuple[str, ...]:
        return read_baseline(self.workspace, self.target.dialect).heads

    def _by_own_script(
        self, made: Made, client: clients.Client | None, lower: tuple[str, ...], name: str = "script"
    ) -> Phase:
        moves = between(self.workspace.graph, (), lower).steps
        emission = pipeline.emit(self.workspace, moves)
        climber = self._climber(name, made, client)
        phase, _ = climber.run("start", emission.steps, "apply", alone(emission.steps, climber.target))
        return phase

    def _climber(self, name: str, made: Made, client: clients.Client | None) -> Climber:
        limit = options(self.workspace)["timeout"]
        database = Path(made.name).name
        return Climber(
            self.desk,
            name,
            made,
            replace(self.target, database=database),
            client,
            self.desk.folder,
            None if limit == math.inf else limit,
            self._online,
        )

    def _online(self, database: Made, to: Sequence[str]) -> alembic_online.Ran:
        return alembic_online.upgrade(self.workspace, self.interpreter, self.desk.others(), database, to)

    def _check(self, report: Report, climber: Climber, phase: str, file: str, text: str) -> None:
        if climber.client is not None:
            report.phases.append(climber.check(phase, file, text))

    def _up(self, report: Report, climber: Climber, written: Files, phase: str) -> bool:
        up, first = written.up, phase == "up"
        self.tell(say("{phase}: {start} -> {end} …", phase=phase, start=_heads(up[0].before), end=_heads(up[-1].after)))
        watching = first and self.desk.watch("script")
        done, _ = climber.run(phase, up, "apply", written.texts["apply.sql"])
        if watching:
            report.locks += self.desk.watched()
        if first:
            report.locks_seen = _how_seen(self.target.dialect, watching)
        report.phases.append(done)
        return done.outcome == "ok"

    def _reference(self, report: Report, other: Made, up: Sequence[Step]) -> bool:
        """Alembic's own upgrade of the range; whether there is anything to compare with."""
        self.tell(say("Alembic online: {start} -> {end} …", start=_heads(up[0].before), end=_heads(up[-1].after)))
        began = time.monotonic()
        ran = self._online(other, up[-1].after)
        how = say("Alembic online, by the project's env.py") if ran.failure is None else ran.failure
        log = () if ran.failure is None else tuple(ran.printed.splitlines()[-5:])
        outcome = "ok" if ran.failure is None else "failed"
        phase = Phase("reference", "ok", time.monotonic() - began, how, log, ran.steps)
        report.phases.append(phase if outcome == "ok" else replace(phase, outcome="failed"))
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
        self.tell(say("down: {start} -> {end} …", start=_heads(down[0].before), end=_heads(down[-1].after)))
        done, gated = climber.run("down", down, "rollback", text)
        if gated and gap is not None and gap.gap is not None and done.outcome != "ok":
            report.incomplete = True
            why = say("no way back over {revision}: {why}", revision=gap.revision, why=gap.gap.reason)
            done = replace(done, outcome="skipped", how=why, log=())
        report.phases.append(done)
        return done.outcome == "ok"

    def _state(self, dumper: Dumper, name: str, made: Made) -> State:
        return State(dumper.dump(name, made), tuple(self.desk.contents(name)))

    def _compare(
        self, report: Report, what: Message, states: tuple[State, State], names: tuple[str, str], own: frozenset[str]
    ) -> None:
        table, again = self.target.version_table, names == _AGAIN
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


def _heads(heads: Sequence[str]) -> str:
    return ", ".join(heads) or "base"
