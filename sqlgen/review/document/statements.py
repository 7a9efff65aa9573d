"""What is known of each statement in, the statements of a review out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from sqlgen.effects import Commits, Lock
from sqlgen.facts.vocabulary import AttachIndex, Fact, Name
from sqlgen.messages import say
from sqlgen.review.document import model, places
from sqlgen.review.document.checked import checked
from sqlgen.review.document.estimates import estimates
from sqlgen.review.document.source import Source
from sqlgen.review.document.told import Told
from sqlgen.review.document.undone import undone
from sqlgen.review.document.words import operation
from sqlgen.script.marks import called


def statements(
    source: Source, up: Sequence[Told], down: Sequence[Told]
) -> tuple[tuple[model.Statement, ...], tuple[model.Statement, ...]]:
    """Those of apply.sql, and those of rollback.sql; which transactions they stand in, `timeline` says."""
    lasting, lasting_back = estimates(source, up, down)
    offered = () if source.range.losses.nowhere else down
    taken_back = undone(up, offered, source.range.target.dialect)
    beside = zip(_statements(source, up, lasting), taken_back, checked(source, up), strict=True)
    forward = tuple(
        replace(one, undone_by=by, checks_before=asked.before, checks_after=asked.after) for one, by, asked in beside
    )
    return forward, tuple(_statements(source, down, lasting_back))


def _statements(
    source: Source, told: Sequence[Told], lasting: Sequence[model.Estimate | None]
) -> Iterator[model.Statement]:
    for number, (one, estimate) in enumerate(zip(told, lasting, strict=True), start=1):
        yield _statement(source, number, one, estimate)


def _statement(source: Source, number: int, told: Told, estimate: model.Estimate | None) -> model.Statement:
    item, effect, destroyed = told.item, told.effect, told.destroys
    return model.Statement(
        number=number,
        revision=told.step.revision,
        sql=item.sql,
        place=places.of(source, item),
        op=None if item.op is None else called(item.op),
        operation=str(operation([one.fact for one in told.did])),
        tables=tuple(map(str, touched(told))),
        locks=tuple(_lock(lock, told) for lock in effect.locks),
        work=cast(model.Working, effect.work.name.lower()),
        worked_on=tuple(map(str, effect.worked_on)),
        algorithm=None if effect.algorithm is None else effect.algorithm.name.lower(),
        transaction=0,
        reversible=told.reversible,
        destroys=None if destroyed is None else tuple(str(loss.what) for loss in destroyed),
        breaks_old_code=told.breaks,
        may_fail=told.may_fail,
        unknown=tuple(map(str, told.unknown)),
        lock_timeout_ms=told.lock_timeout_ms,
        statement_timeout_ms=told.statement_timeout_ms,
        claim=effect.line,
        sources=effect.sources,
        proven=effect.proven,
        estimate=estimate,
        notes=tuple(_notes(told)),
        undone_by=(),
        checks_before=(),
        checks_after=(),
    )


def touched(told: Told) -> tuple[Name, ...]:
    """The tables that a statement names, then those that it locks beside them; where there is none, other things."""
    tables = [name for one in told.did for name in _tables(one.fact)]
    tables += [lock.table for lock in told.effect.locks]
    others = [name for one in told.did for name in _others(one.fact)]
    return tuple(dict.fromkeys(tables or others))


def _tables(fact: Fact) -> Iterator[Name]:
    for field in ("table", "to") if isinstance(fact, AttachIndex) else ("table", "to", "partition"):
        if isinstance(name := getattr(fact, field, None), Name):
            yield name


def _others(fact: Fact) -> Iterator[Name]:
    for field in ("type", "name", "index"):
        if isinstance(name := getattr(fact, field, None), Name):
            yield name


def _lock(lock: Lock, told: Told) -> model.Lock:
    return model.Lock(
        table=str(lock.table),
        mode=lock.mode,
        blocks=cast(model.Blocking, lock.blocks.name.lower()),
        brief=lock.brief,
        new=lock.table in told.new,
    )


def _notes(told: Told) -> Iterator[str]:
    item = told.item
    if item.layout_note is not None:
        yield f"{say('left as it was written: {why}', why=item.layout_note)}"
    if item.volatile:
        values = ", ".join(item.volatile)
        yield f"{say('values that another rendering would not have: {values}', values=values)}"
    if told.effect.commits is Commits.ALONE:
        yield f"{say('the engine refuses it inside of a transaction')}"
