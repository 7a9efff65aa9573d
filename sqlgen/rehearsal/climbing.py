"""Steps and a scratch database in, the script run there by the real client out: over gates with Alembic's help."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from sqlgen.errors import Message, SqlgenError, say
from sqlgen.rehearsal import alembic_online
from sqlgen.rehearsal.clients import Client, Ran, no_client
from sqlgen.rehearsal.desk import Desk, Made
from sqlgen.rehearsal.files import alone
from sqlgen.rehearsal.report import Outcome, Phase, StepTime
from sqlgen.script import command
from sqlgen.script.checks import script as checks_script
from sqlgen.script.mysql.blocks import quoted_name
from sqlgen.script.path import named, stamps
from sqlgen.script.target import Target
from sqlgen.segments import Step, segments

_SHOWN = 4
"""Revisions that are named."""
_TAIL = 20
"""Lines of a log that are shown where it failed."""


@dataclass(frozen=True, slots=True)
class Climber:
    """Runs scripts on one database."""

    desk: Desk
    name: str
    """Of the database, for the desk."""
    database: Made
    target: Target
    client: Client | None
    folder: Path
    revision_limit: float | None
    """Seconds for each revision; None: none."""
    online: alembic_online.Upgrade

    def run(self, phase: str, steps: Sequence[Step], file: str, text: str) -> tuple[Phase, bool]:
        """Run FILE.sql, the script of these steps; what came of it, and whether a gate stood in the way."""
        began = time.monotonic()
        if self.client is None:
            return self._by_driver(phase, steps, began), any(step.gap is not None for step in steps)
        ran = self._script(text, len(steps), file)
        times, crossed = list(ran.steps), list[str]()
        while (gate := self._gate(steps)) is not None and ran.code is not None and gate.direction == "upgrade":
            rest = list(steps[steps.index(gate) :])
            gates = list(takewhile(lambda step: step.gap is not None, rest))
            over = self.online(self.database, [step.revision for step in gates])
            crossed += [step.revision for step in over.steps]
            times += over.steps
            if over.failure is not None or self.heads() != gates[-1].after:
                why = over.failure or say("Alembic left the database at {heads}", heads=", ".join(self.heads()))
                how = say("the gate before {revision}: Alembic online failed: {why}", revision=gate.revision, why=why)
                return self._phase(phase, "failed", began, how, ran, times), True
            rest = rest[len(gates) :]
            if not rest:
                break
            ran = self._on(text, rest, file)
            times += ran.steps
        gated = bool(crossed) or self._gate(steps) is not None
        return self._judged(phase, steps, began, ran, times, crossed), gated

    def check(self, phase: str, file: str, text: str) -> Phase:
        """Run a script that only reads, FILE.sql; its result line must say FILE OK, where it checks anything."""
        assert self.client is not None
        command = checks_script.command(self.target, file)
        ran = self.client.run(text, file, command, self.database, self.folder, self._limit(1))
        good = ran.code == 0 and (ran.result.startswith(f"{file.upper()} OK") or "sqlgen result:" not in text)
        how = say("{result}", result=ran.result or "nothing to check")
        return Phase(phase, "ok" if good else "failed", ran.seconds, how, () if good else _failing(ran.log))

    def heads(self) -> tuple[str, ...]:
        return self.desk.heads(self.name, self.target.version_table, self.target.version_table_schema)

    def _limit(self, steps: int) -> float | None:
        return None if self.revision_limit is None else 60 + self.revision_limit * steps

    def _script(self, text: str, steps: int, file: str) -> Ran:
        assert self.client is not None
        return self.client.run(text, file, command(self.target, file), self.database, self.folder, self._limit(steps))

    def _on(self, text: str, rest: Sequence[Step], file: str) -> Ran:
        """Behind a gate: the same script again, where it goes on there; else one of the steps that are left."""
        before = self.heads()
        ran = self._script(text, len(rest), file)
        if ran.code == 0 or ran.code is None or self.heads() != before:
            return ran
        return self._script(alone(rest, self.target), len(rest), f"{file}-rest")

    def _gate(self, steps: Sequence[Step]) -> Step | None:
        """The gate before which the database stands."""
        at = self.heads()
        return next((step for step in steps if step.gap is not None and step.before == at), None)

    def _judged(
        self, phase: str, steps: Sequence[Step], began: float, ran: Ran, times: list[StepTime], crossed: list[str]
    ) -> Phase:
        at, end = self.heads(), steps[-1].after
        if ran.code is None:
            return self._phase(phase, "failed", began, say("it took too long, and was ended"), ran, times)
        applied = at == end
        only_gates = bool(crossed) and steps[-1].revision == crossed[-1]
        honest = only_gates or ((ran.code == 0 and ran.result.startswith("APPLIED")) == applied)
        if not honest:
            how = say(
                "exit code {code}, result {result}; but the version table holds {heads}",
                code=ran.code,
                result=ran.result or "-",
                heads=", ".join(at) or "{}",
            )
            return self._phase(phase, "failed", began, how, ran, times)
        how = say("exit code {code}, {result}", code=ran.code, result=ran.result or "-")
        if crossed:
            shown = ", ".join(crossed[:_SHOWN]) + (", …" if len(crossed) > _SHOWN else "")
            how = say(
                "{how}; over {count} gate(s) by Alembic online: {revisions}",
                how=how,
                count=len(crossed),
                revisions=shown,
            )
        return self._phase(phase, "ok" if applied else "failed", began, how, ran, times)

    @staticmethod
    def _phase(phase: str, outcome: Outcome, began: float, how: Message, ran: Ran, times: list[StepTime]) -> Phase:
        log = () if outcome == "ok" else ran.log[-_TAIL:]
        return Phase(phase, outcome, time.monotonic() - began, how, log, tuple(times))

    # ---- without a client

    def _by_driver(self, phase: str, steps: Sequence[Step], began: float) -> Phase:
        times: list[StepTime] = []
        how = no_client(self.target.dialect)
        try:
            for step in steps:
                at = time.monotonic()
                if step.gap is None:
                    self._statements(step)
                elif step.direction == "downgrade" or self.online(self.database, [step.revision]).failure is not None:
                    how = say("it stops before {revision}, which can't be rendered", revision=step.revision)
                    return Phase(phase, "failed", time.monotonic() - began, how, (), tuple(times))
                times.append(StepTime(step.revision, time.monotonic() - at))
        except SqlgenError as error:
            return Phase(phase, "failed", time.monotonic() - began, how, (str(error),), tuple(times))
        return Phase(phase, "ok", time.monotonic() - began, how, (), tuple(times))

    def _statements(self, step: Step) -> None:
        """The step's statements in its transactions, then its stamp."""
        if not step.before:
            self.desk.run(self.name, [_version_table(self.target)])
        together = self.target.dialect in ("postgresql", "sqlite")
        for segment in segments(step):
            texts = [item.sql for item in segment.items]
            self.desk.run(self.name, texts, transaction=together and segment.transaction is not None)
        table = _quoted(self.target)
        moves = []
        for stamp in stamps(step.before, step.after):
            if stamp.old is None:
                moves.append(f"INSERT INTO {table} (version_num) VALUES ('{stamp.new}')")
            elif stamp.new is None:
                moves.append(f"DELETE FROM {table} WHERE version_num = '{stamp.old}'")
            else:
                moves.append(f"UPDATE {table} SET version_num = '{stamp.new}' WHERE version_num = '{stamp.old}'")
        self.desk.run(self.name, moves)


def _quoted(target: Target) -> str:
    quoted = quoted_name if target.dialect in ("mysql", "mariadb") else named
    return quoted(target.version_table, target.version_table_schema)


def stamped(target: Target, heads: Sequence[str]) -> list[str]:
    """What makes the version table, with these rows."""
    rows = [f"INSERT INTO {_quoted(target)} (version_num) VALUES ('{head}')" for head in heads]
    return [_version_table(target), *rows]


def _version_table(target: Target) -> str:
    columns = "version_num VARCHAR(32) NOT NULL PRIMARY KEY"
    return f"CREATE TABLE IF NOT EXISTS {_quoted(target)} ({columns})"


def _failing(log: Sequence[str]) -> tuple[str, ...]:
    """Of a check's lines those that say FAIL, with what was found; else the last ones."""
    found: list[str] = []
    inside = False
    for line in log:
        inside = line.startswith("FAIL") or (inside and line.startswith(" "))
        if inside:
            found.append(line)
    return tuple(found[: 2 * _TAIL] or log[-_TAIL:])
