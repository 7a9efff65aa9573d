"""A range and which scripts it has in, what each of their statements does on this engine and version out.

A negative is said only where it is known: of a statement that can't be judged as a whole, what nobody saw is null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from sqlgen import script
from sqlgen.bundle.source_map import source
from sqlgen.effects import OLDEST, Commits, Effect, Lock, Work, combined
from sqlgen.facts.vocabulary import Column, Constraint, External, Fact, Name, Opaque
from sqlgen.lint.session import Session, preamble_options
from sqlgen.messages import Message, say
from sqlgen.script import remarks
from sqlgen.script.losses.statements import Loss
from sqlgen.script.runbook.folding import Folding, Met
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["SCHEMA", "document"]

SCHEMA = "sqlgen.effects/1"


def document(range: Range, scripts: Collection[str]) -> dict[str, Any]:
    """`sqlgen.effects/1`: of apply.sql and, where they are among the scripts, of rollback.sql, and of a resume.sql that
    goes on behind a gate before which apply.sql ends. The range is folded once."""
    target, losses = range.target, range.losses
    begin = Folding.at(range.before, target)
    up = _all_told(range.up, begin, target, losses.up)
    found = {"apply.sql": list(_script("apply.sql", range.up, up, script.written(range.up, target)))}
    whole = script.written(range.up, target, resume=True)
    if "resume.sql" in scripts and len(whole) > len(script.written(range.up, target)):
        found["resume.sql"] = list(_script("resume.sql", range.up, up, whole))
    if "rollback.sql" in scripts:
        down = _all_told(
            range.down,
            Folding.at(begin.schema, target),
            target,
            [loss for way in losses.back for loss in way.destroys],
        )
        found["rollback.sql"] = list(_script("rollback.sql", range.down, down, script.written(range.down, target)))
    return {"schema": SCHEMA, "server": _server(target), "scripts": found}


def _server(target: Target) -> dict[str, Any]:
    oldest = ".".join(map(str, OLDEST[target.dialect]))
    return {
        "dialect": target.dialect,
        "version": target.server_version,
        "judged_as": target.server_version or oldest,
    }


# ---- what a script holds, in its order


def _script(
    name: str, steps: Sequence[Step], told: Sequence[Sequence[_Told]], held: Sequence[Step]
) -> Iterator[dict[str, Any]]:
    """Its statements, and between them what it lacks: gates, what is done for each row, what stands behind its end."""
    number = 0
    for place, (step, statements) in enumerate(zip(steps, told, strict=True)):
        about = {"revision": step.revision, "direction": step.direction}
        if step.gap is not None:
            yield {**about, "gap": step.gap.reason, "file": step.gap.file or step.file, "line": step.gap.line}
            continue
        if place >= len(held):
            stopped = say("{script} stops before {revision}", script=name, revision=steps[len(held)].revision)
            yield {**about, "left_out": str(stopped)}
            continue
        if step.row_driven:
            yield {**about, "row_driven": str(remarks.row_driven(step))}
        for item, each in zip(step.items, statements, strict=True):
            number += 1
            yield {**about, "statement": number, "source": source(step, item), **each.document()}


# ---- what is known of a statement


@dataclass(slots=True)
class _Told:
    """Collected fact by fact."""

    lock_timeout_ms: int | None
    statement_timeout_ms: int | None
    lost: Sequence[Loss]
    """What it takes of what was there before the script."""
    met: list[dict[str, Any]] = field(default_factory=list)
    """Its facts in short."""
    unknown: list[str] = field(default_factory=list)
    """Why its work can't be said."""
    effects: list[Effect] = field(default_factory=list)
    new: set[Name] = field(default_factory=set)
    """The locked tables that the script itself has made."""

    def take(self, met: Met, done: Effect) -> None:
        """What one of its facts does, before it happens."""
        table = getattr(met.fact, "table", None)
        new = isinstance(table, Name) and met.created(table)
        copy = {} if met.rebuilt_as is None else {"rebuilt_as": str(met.rebuilt_as)}
        self.met.append({**_fact(met.fact), **copy, **({"new": True} if new else {})})
        # No code of before knows a table that the script has made.
        self.effects.append(replace(done, breaks=False) if new and done.breaks else done)
        self.new.update(lock.table for lock in done.locks if met.created(lock.table))
        if done.work is Work.UNKNOWN:
            self.unknown.append(str(_unknown(met.fact, done)))

    def document(self) -> dict[str, Any]:
        whole = combined(self.effects)
        assert whole is not None, "a statement has a fact at least"
        unknown = self.unknown

        def sure(said: bool, *, careless: bool) -> bool | None:
            return None if unknown and said is careless else said

        return {
            "facts": self.met,
            "work": whole.work.name.lower(),
            "unknown": unknown,
            "worked_on": [str(name) for name in whole.worked_on],
            "algorithm": None if whole.algorithm is None else whole.algorithm.name.lower(),
            "locks": [self._lock(lock) for lock in whole.locks],
            "commits": None if unknown and whole.commits is Commits.WITH else whole.commits.value,
            "reversible": sure(whole.reversible, careless=True),
            "destroys": [_loss(loss) for loss in self.lost] or (None if unknown else []),
            "breaks_old_code": sure(whole.breaks, careless=False),
            "may_fail": sure(whole.may_fail, careless=False),
            "limits": {
                "lock_timeout_ms": self.lock_timeout_ms,
                "statement_timeout_ms": self.statement_timeout_ms,
            },
            "claim": whole.line,
            "sources": list(whole.sources),
            "proven": whole.proven,
        }

    def _lock(self, lock: Lock) -> dict[str, Any]:
        return {
            "table": str(lock.table),
            "mode": lock.mode,
            "blocks": lock.blocks.name.lower(),
            "brief": lock.brief,
            "new": lock.table in self.new,
        }


def _all_told(steps: Sequence[Step], folding: Folding, target: Target, lost: Sequence[Loss]) -> list[list[_Told]]:
    """Of each step what is known of its statements; the folding is moved on behind all of them."""
    limits = preamble_options(target.dialect, target.lock_timeout_ms, target.statement_timeout_ms)
    session = Session(target.dialect, limits)
    by_statement: dict[tuple[str, int | None], list[Loss]] = {}
    for loss in lost:
        by_statement.setdefault((loss.revision, loss.item), []).append(loss)
    return [list(_told(step, folding, session, by_statement)) for step in steps]


def _told(
    step: Step, folding: Folding, session: Session, lost: Mapping[tuple[str, int | None], Sequence[Loss]]
) -> Iterator[_Told]:
    for number, facts in groupby(folding.all_facts(step), key=lambda met: met.number):
        session.enter(step.items[number])
        here = lost.get((step.revision, number), ())
        told = _Told(session.lock_timeout_ms, session.statement_timeout_ms, here)
        for met in facts:
            done = met.effect
            told.take(met, done)
            session.apply(met.item, met.fact, done, met.schema.created)
        yield told


# ---- in short


_FIELDS = (
    "kind", "table", "column", "constraint", "index", "name", "partition", "partitions", "type", "value", "to",
    "option", "change", "command", "mode", "action", "privileges", "on", "functions", "language", "what", "target",
    "why",
)  # fmt: skip
"""The fields of facts that name what a fact is about, or say in a word or two what it does to it."""


def _fact(fact: Fact) -> dict[str, Any]:
    """A fact by the name of its class, and those of its fields that name something."""
    named = {name: _name(getattr(fact, name, None)) for name in _FIELDS}
    return {"fact": type(fact).__name__, **{name: value for name, value in named.items() if value not in (None, [])}}


def _name(value: object) -> str | list[str] | None:
    match value:
        case None | bool():
            return None
        case Column(name=name) | Constraint(name=name):
            return name
        case tuple():
            return [str(one) for one in value]
        case _:
            return str(value)


def _unknown(fact: Fact, effect: Effect) -> str | Message:
    """Why the work can't be said."""
    match fact:
        case Opaque(why=why):
            return why
        case External(what=what):
            return say("{what} leaves the database", what=what)
        case _:
            line = effect.line.replace("-", " ")
            return say("{fact}: {line}", fact=type(fact).__name__, line=line)


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "kind": loss.kind,
        "table": None if loss.table is None else str(loss.table),
        "column": loss.column,
        "what": str(loss.what),
    }
