"""A desk and a place in the history in, two scratch databases that stand there out."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlgen import pipeline
from sqlgen.baseline import read as read_baseline
from sqlgen.baseline import statements as baseline_statements
from sqlgen.emit.interpreter import Interpreter
from sqlgen.errors import UsageError, say
from sqlgen.history import between
from sqlgen.rehearsal import alembic_online
from sqlgen.rehearsal.clients import Client
from sqlgen.rehearsal.climbing import Climber, stamped
from sqlgen.rehearsal.desk import Desk, Made
from sqlgen.rehearsal.files import alone
from sqlgen.rehearsal.report import Phase, Report
from sqlgen.replaying import options
from sqlgen.script.target import Target
from sqlgen.workspace import Workspace

SCRIPT, REFERENCE = "script", "reference"
"""The databases, as the desk knows them: where the script runs, and where Alembic does."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the rehearsal is held."""

    workspace: Workspace
    desk: Desk
    interpreter: Interpreter
    target: Target
    client: Client | None
    """None: the driver runs the statements."""

    def begin(self, report: Report, lower: tuple[str, ...]) -> tuple[Made, Made] | None:
        """Both databases, at the lower end of the range; None where they don't get there."""
        began = time.monotonic()
        one = self._made(SCRIPT)
        how = say("Alembic online to {heads}", heads=", ".join(lower)) if lower else say("empty database")
        if self._is_behind(lower):
            ran = self.online(one, lower)
            if ran.failure is not None:
                how = say("Alembic online failed ({why}), so by sqlgen's own script from base", why=ran.failure)
                report.notes.append(how)
                self.desk.drop(SCRIPT)
                one = self._made(SCRIPT)
                phase = self._by_own_script(SCRIPT, one, lower)
                if phase.outcome != "ok":
                    report.phases.append(replace(phase, how=say("{how}: {end}", how=how, end=phase.how or "-")))
                    return None
        other = self._second(report, lower)
        report.phases.append(Phase("start", "ok", time.monotonic() - began, how))
        return one, other

    def online(self, database: Made, to: Sequence[str]) -> alembic_online.Ran:
        """`alembic upgrade` to these revisions."""
        return alembic_online.upgrade(self.workspace, self.interpreter, self.desk.others(), database, to)

    def climber(self, name: str, made: Made) -> Climber:
        """Who runs scripts on this database."""
        limit = options(self.workspace)["timeout"]
        target = replace(self.target, database=Path(made.name).name)
        patience = None if limit == math.inf else limit
        return Climber(self.desk, name, made, target, self.client, self.desk.folder, patience, self.online)

    def _second(self, report: Report, lower: tuple[str, ...]) -> Made:
        """The second database, where the first one stands."""
        if self.target.dialect in ("postgresql", "sqlite"):
            return self.desk.make(REFERENCE, like=SCRIPT)
        other = self._made(REFERENCE)
        if self._is_behind(lower) and self.online(other, lower).failure is not None:
            self.desk.drop(REFERENCE)
            other = self._made(REFERENCE)
            phase = self._by_own_script(REFERENCE, other, lower)
            if phase.outcome != "ok":
                why = phase.how or "-"
                report.notes.append(
                    say("the database for Alembic did not get to the start of the range: {why}", why=why)
                )
        return other

    def _is_behind(self, lower: tuple[str, ...]) -> bool:
        """Whether revisions lead there from what is there before the first one."""
        return bool(lower) and lower != self._at_first()

    def _at_first(self) -> tuple[str, ...]:
        """The heads of the baseline."""
        return read_baseline(self.workspace, self.target.dialect).heads

    def _made(self, name: str) -> Made:
        """A database with what is there before the first revision."""
        before = baseline_statements(self.workspace, self.target.dialect)
        if before is None:
            raise UsageError(
                say("the baseline is a snapshot, from which no database can be made"),
                hint=say("For a rehearsal give a dump as the baseline: pg_dump -s, mysqldump --no-data."),
            )
        made = self.desk.make(name)
        if self.target.dialect == "postgresql":
            schemas = {self.target.schema, self.target.version_table_schema} - {None}
            self.desk.run(name, [f'CREATE SCHEMA IF NOT EXISTS "{schema}"' for schema in sorted(map(str, schemas))])
        self.desk.run(name, before)
        heads = self._at_first()
        if heads:
            self.desk.run(name, stamped(self.target, heads))
        return made

    def _by_own_script(self, name: str, made: Made, lower: tuple[str, ...]) -> Phase:
        steps = pipeline.emit(self.workspace, between(self.workspace.graph, self._at_first(), lower).steps).steps
        climber = self.climber(name, made)
        phase, _ = climber.run("start", steps, "apply", alone(steps, climber.target))
        return phase
