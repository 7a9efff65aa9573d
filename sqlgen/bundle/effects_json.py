"""A range and which scripts it has in, what each of their statements does on this engine and version out.

A negative is said only where it is known: of a statement that can't be judged as a whole, what nobody saw is null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlgen import script
from sqlgen.bundle.source_map import source
from sqlgen.effects import OLDEST, Lock
from sqlgen.facts.vocabulary import Column, Constraint, Fact
from sqlgen.messages import say
from sqlgen.review.document.told import Did, Known, Told, of_range
from sqlgen.script import remarks
from sqlgen.script.losses.statements import Loss
from sqlgen.script.runbook.page import Range
from sqlgen.script.target import Target
from sqlgen.segments import Step

__all__ = ["SCHEMA", "document"]

SCHEMA = "sqlgen.effects/1"


def document(range: Range, scripts: Collection[str], known: Known | None = None) -> dict[str, Any]:
    """`sqlgen.effects/1`: of apply.sql and, where they are among the scripts, of rollback.sql, and of a resume.sql that
    goes on behind a gate before which apply.sql ends. `known`: of_range(range), where somebody has it already."""
    target, (up, down) = range.target, known or of_range(range)
    found = {"apply.sql": list(_script("apply.sql", range.up, up, script.written(range.up, target)))}
    whole = script.written(range.up, target, resume=True)
    if "resume.sql" in scripts and len(whole) > len(script.written(range.up, target)):
        found["resume.sql"] = list(_script("resume.sql", range.up, up, whole))
    if "rollback.sql" in scripts:
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


def _script(name: str, steps: Sequence[Step], told: Sequence[Told], held: Sequence[Step]) -> Iterator[dict[str, Any]]:
    """Its statements, and between them what it lacks: gates, what is done for each row, what stands behind its end."""
    statements = enumerate(told, start=1)
    for place, step in enumerate(steps):
        about = {"revision": step.revision, "direction": step.direction}
        if step.gap is not None:
            yield {**about, "gap": str(step.gap.reason), "file": step.gap.file or step.file, "line": step.gap.line}
            continue
        if place >= len(held):
            stopped = say("{script} stops before {revision}", script=name, revision=steps[len(held)].revision)
            yield {**about, "left_out": str(stopped)}
            continue
        if step.row_driven:
            yield {**about, "row_driven": str(remarks.row_driven(step))}
        for number, each in islice(statements, len(step.items)):
            yield {**about, "statement": number, "source": source(step, each.item), **_document(each)}


# ---- what is known of a statement


def _document(told: Told) -> dict[str, Any]:
    whole, commits, destroyed = told.effect, told.commits, told.destroys
    return {
        "facts": [_did(one) for one in told.did],
        "work": whole.work.name.lower(),
        "unknown": [str(why) for why in told.unknown],
        "worked_on": [str(name) for name in whole.worked_on],
        "algorithm": None if whole.algorithm is None else whole.algorithm.name.lower(),
        "locks": [_lock(lock, told) for lock in whole.locks],
        "commits": None if commits is None else commits.value,
        "reversible": told.reversible,
        "destroys": None if destroyed is None else [_loss(loss) for loss in destroyed],
        "breaks_old_code": told.breaks,
        "may_fail": told.may_fail,
        "limits": {
            "lock_timeout_ms": told.lock_timeout_ms,
            "statement_timeout_ms": told.statement_timeout_ms,
        },
        "claim": whole.line,
        "sources": list(whole.sources),
        "proven": whole.proven,
    }


def _lock(lock: Lock, told: Told) -> dict[str, Any]:
    return {
        "table": str(lock.table),
        "mode": lock.mode,
        "blocks": lock.blocks.name.lower(),
        "brief": lock.brief,
        "new": lock.table in told.new,
    }


def _did(did: Did) -> dict[str, Any]:
    copy = {} if did.rebuilt_as is None else {"rebuilt_as": str(did.rebuilt_as)}
    return {**_fact(did.fact), **copy, **({"new": True} if did.new else {})}


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


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "kind": loss.kind,
        "table": None if loss.table is None else str(loss.table),
        "column": loss.column,
        "what": str(loss.what),
    }
