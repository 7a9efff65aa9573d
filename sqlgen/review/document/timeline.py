"""Steps and what is known of their statements in, the transactions in which a script runs them out.

As the scripts of each client run them: `script.plan` says what commits together, and which engines commit DDL by
themselves, also inside a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, cast

from sqlgen.effects import Blocks, Commits, Lock
from sqlgen.facts.vocabulary import Begin, DropTable, Name, RenameTable
from sqlgen.messages import say
from sqlgen.review.document import model
from sqlgen.review.document.estimates import together
from sqlgen.review.document.source import Source
from sqlgen.review.document.told import Told
from sqlgen.script.path import gap_reason
from sqlgen.script.plan import in_parts, mode, parts
from sqlgen.script.psql.once import transactional
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step

__all__ = ["timeline"]

_Ends = Literal["commit", "itself", "implicit", "stop"]


def timeline(
    source: Source, up: Sequence[Told], forward: Sequence[model.Statement]
) -> tuple[tuple[model.Transaction, ...], tuple[model.Statement, ...]]:
    """The transactions, and the statements with their numbers. Each statement stands in exactly one."""
    made: list[model.Transaction] = []
    numbered: list[model.Statement] = []
    for group in _groups(source, iter(up)):
        ours = forward[len(numbered) : len(numbered) + len(group.told)]
        number = len(made) + 1
        made.append(_transaction(number, group, ours))
        numbered += [replace(one, transaction=number) for one in ours]
    return tuple(made), tuple(numbered)


@dataclass(slots=True)
class _Group:
    """What commits together; never empty."""

    told: list[Told]
    ends: _Ends
    gate: str | None = None


def _transaction(number: int, group: _Group, ours: Sequence[model.Statement]) -> model.Transaction:
    first = ours[0].number
    return model.Transaction(
        number=number,
        first=first,
        last=ours[-1].number,
        revisions=tuple(dict.fromkeys(one.revision for one in ours)),
        ends=group.ends if group.gate is None else "stop",
        holds=tuple(_held(group.told, first)),
        estimate=together(ours),
        gate=group.gate,
    )


# ---- what commits together


def _groups(source: Source, told: Iterator[Told]) -> Iterator[_Group]:
    """In their order. What stands behind a gate runs later, but as if nothing stood in between."""
    waiting: _Group | None = None
    for found in _by_steps(source.range.up, source.range.target, told):
        if isinstance(found, _Group):
            if waiting is not None:
                yield waiting
            waiting = found
        elif waiting is not None:
            gate = say("{revision} could not be rendered: {why}", revision=found.revision, why=gap_reason(found))
            waiting = replace(waiting, gate=waiting.gate or str(gate))
    if waiting is not None:
        yield waiting


def _by_steps(steps: Sequence[Step], target: Target, told: Iterator[Told]) -> Iterator[_Group | Step]:
    """Groups, and between them the steps at which the script stops."""
    whole = mode(target) == "range"
    shared: list[Told] = []
    for step in steps:
        if step.gap is None and whole and (target.dialect == "sqlite" or not in_parts(step, target)):
            shared += islice(told, len(step.items))
            continue
        if shared:
            yield _Group(shared, "commit")
            shared = []
        if step.gap is None:
            yield from _by_parts(step, target, told)
        else:
            yield step
    if shared:
        yield _Group(shared, "commit")


def _by_parts(step: Step, target: Target, told: Iterator[Told]) -> Iterator[_Group]:
    for items, transaction in _parts(step, target):
        yield from _cut(list(islice(told, len(items))), target, transaction)


def _parts(step: Step, target: Target) -> Iterator[tuple[Sequence[Item], bool]]:
    """What the script runs at once, and whether that is in a transaction. What of MySQL can't be rolled back, the
    script does not put into one."""
    if target.client == "mysql":
        from sqlgen.script.mysql.parts import blocks

        yield from ((block.items, block.transaction) for block in blocks(step, target))
    else:
        yield from ((part.items, part.transaction) for part in parts(step, target))


def _cut(told: Sequence[Told], target: Target, transaction: bool) -> Iterator[_Group]:
    """A part where the engine ends it: a statement that commits implicitly commits what stands before it, and what
    comes behind it stands in none until the next BEGIN, as does what stands in none from the beginning."""
    found: list[Told] = []
    for one in told:
        begins = any(isinstance(did.fact, Begin) for did in one.did)
        implicit = one.effect.commits is Commits.IMPLICITLY and not begins
        if (transaction or begins) and not implicit:
            found.append(one)
            transaction = True
            continue
        if found:
            yield _Group(found, "implicit")
        yield _Group([one], _alone(one, target))
        found, transaction = [], False
    if found:
        yield _Group(found, "commit")


def _alone(told: Told, target: Target) -> _Ends:
    """Of a statement that stands in no transaction of Alembic's. psql gives it one, where it can have one."""
    if told.effect.commits is Commits.IMPLICITLY:
        return "implicit"
    return "commit" if target.client == "psql" and transactional(told.item) else "itself"


# ---- what it holds


def _held(told: Sequence[Told], first: int) -> Iterator[model.Held]:
    """The locks that pile up until the end: none that is brief, that lets others read and write, or on a table that was
    made in the range. Tables have the names by which others know them until it commits: those of its beginning."""
    held: dict[Name, tuple[Lock, int]] = {}
    called: dict[Name, Name] = {}
    for number, one in enumerate(told, start=first):
        for lock in one.effect.locks:
            table = called.get(lock.table, lock.table)
            if lock.brief or lock.blocks < Blocks.WRITES or lock.table in one.new:
                continue
            if table not in held or held[table][0].blocks < lock.blocks:
                held[table] = lock, number
        for did in one.did:
            match did.fact:
                case RenameTable(table=old, to=new):
                    called[new] = called.pop(old, old)
                case DropTable(table=old) if did.rebuilt_as is not None:
                    called[did.rebuilt_as] = called.pop(old, old)
                case _:
                    pass
    for table, (lock, since) in held.items():
        yield model.Held(str(table), lock.mode, cast(model.Blocking, lock.blocks.name.lower()), since)
