"""A range in, what preflight.sql asks for each of its statements, and postcheck.sql of each, out: in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlgen.facts.kinds import kind_of
from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AlterObject,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
    Kind,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetNotNull,
    constraints_of,
)
from sqlgen.messages import Message, listed, say
from sqlgen.review.document.source import Source
from sqlgen.review.document.told import Told
from sqlgen.review.document.trail import Trail
from sqlgen.schema import certainty
from sqlgen.schema.naming import object_key
from sqlgen.script.checks.answers import THERE, What
from sqlgen.script.checks.claims import Claim
from sqlgen.script.checks.postcheck_claims import expected
from sqlgen.script.checks.preflight_needs import Need, needed
from sqlgen.script.existence.asking import exists
from sqlgen.script.things import Thing, identified, needs, outcome

__all__ = ["Checked", "checked"]


@dataclass(frozen=True, slots=True)
class Checked:
    """Of one statement."""

    before: tuple[str, ...]
    """What preflight.sql asks."""
    after: tuple[str, ...]
    """What postcheck.sql asks."""


def checked(source: Source, up: Sequence[Told]) -> tuple[Checked, ...]:
    """For each statement of `up`, in its order."""
    return tuple(
        Checked(tuple(dict.fromkeys(map(str, before))), tuple(dict.fromkeys(map(str, after))))
        for before, after in zip(_before(source, up), _after(source, up), strict=True)
    )


# ---- before it


def _before(source: Source, up: Sequence[Told]) -> Iterator[list[Message]]:
    """What is there or not when the range begins counts for the steps up to the one that decides it."""
    steps, dialect = source.range.up, source.range.target.dialect
    asked: dict[tuple[Thing, bool], list[Need]] = {}
    for need in needed(steps, dialect):
        if exists(need.thing, dialect) is not None:
            asked.setdefault((identified(need.thing, dialect), need.there), []).append(need)
    numbers = {id(step): number for number, step in enumerate(steps)}
    for told in up:
        here = numbers[id(told.step)]
        certain = [fact for fact, sure in certainty(told.item.facts) if sure]
        yield [
            _must_be(thing, there)
            for thing, there in needs(certain)
            if any(need.first <= here <= need.last for need in asked.get((identified(thing, dialect), there), ()))
        ]


def _must_be(thing: Thing, there: bool) -> Message:
    kind, name = kind_of(thing.kind), thing.name
    if thing.table is None:
        name = name if thing.schema is None else f"{thing.schema}.{name}"
        found = say("{kind} {name}", kind=kind, name=name)
    else:
        table = Name(thing.table, thing.schema)
        found = say("{kind} {name} of {table}", kind=kind, name=name, table=table)
        if not name:
            found = say("primary key of {table}", table=table)
    return _is_to_be(found, there)


def _is_to_be(thing: Message, there: bool) -> Message:
    return say("{thing} must be there", thing=thing) if there else say("{thing} must not be there", thing=thing)


# ---- after it


def _after(source: Source, up: Sequence[Told]) -> list[list[Message]]:
    """What the catalogs are compared with is what the whole range makes, so under the names of its end."""
    target = source.range.target
    claims, rest, _ = expected(source.range.up, target, source.range.before)
    by_name: dict[object, dict[What, Claim]] = {}
    for claim in claims:
        by_name.setdefault(object_key(Name(claim.name or "", claim.schema), target.dialect), {})[claim.what] = claim
    things = {(identified(one.thing, target.dialect), one.there) for one in rest}
    trail = Trail(target.dialect)
    found: list[list[Message]] = []
    for told in reversed(up):
        here: list[Message] = []
        for fact in reversed([did.fact for did in told.did]):
            for name, whats in _asked(fact, told, trail):
                known = by_name.get(object_key(name, target.dialect), {})
                here += _compared(name, [known[what] for what in whats if what in known])
            here += [
                _must_be(thing, there)
                for thing, there in outcome(fact)
                if (identified(thing, target.dialect), there) in things
            ]
            trail.backward(fact)
        found.append(here)
    return found[::-1]


_KEYS: tuple[What, ...] = ("primary key", "unique constraints", "foreign keys", "checks")
_ALL: tuple[What, ...] = ("relation", "columns", *_KEYS, "indexes")


def _asked(fact: Fact, told: Told, trail: Trail) -> Iterator[tuple[Name, tuple[What, ...]]]:
    """Names at the end of the range, and what of them the fact has to do with."""
    match fact:
        case DropTable(table=table):
            yield table, ("relation",)
        case RenameTable(table=table, to=to):
            yield table, ("relation",)
            yield from _at_end(to, _ALL, trail)
        case CreateTable(table=table):
            yield from _at_end(table, _ALL, trail)
        case AddColumn(table=table) | AddConstraint(table=table):
            columns: tuple[What, ...] = ("columns",) if isinstance(fact, AddColumn) else ()
            keys = tuple(what for one in constraints_of(fact) for what in _of_kind(one.kind))
            yield from _at_end(table, (*columns, *keys), trail)
        case (
            DropColumn(table=table)
            | RenameColumn(table=table)
            | AlterColumnType(table=table)
            | RedefineColumn(table=table)
            | SetNotNull(table=table)
            | DropNotNull(table=table)
        ):
            yield from _at_end(table, ("columns",), trail)
        case DropConstraint(table=table, kind=kind):
            yield from _at_end(table, _KEYS if kind is None else _of_kind(kind), trail)
        case CreateIndex(table=table):
            yield from _at_end(table, ("indexes",), trail)
        case DropIndex():
            for lock in told.effect.locks[:1]:
                yield from _at_end(lock.table, ("indexes",), trail)
        case CreateEnum(type=name) | AddEnumValue(type=name):
            yield name, ("type", "labels")
        case CreateObject(name=name) | DropObject(name=name) | AlterObject(name=name):
            yield name, _OBJECTS
        case RenameObject(name=name, to=to):
            yield name, _OBJECTS
            yield Name(to, name.schema), _OBJECTS
        case _:
            pass


_OBJECTS: tuple[What, ...] = ("relation", "sequence", "type", "labels", "schema")


def _at_end(table: Name, whats: tuple[What, ...], trail: Trail) -> Iterator[tuple[Name, tuple[What, ...]]]:
    there = trail.table(table)
    if there is not None:
        yield there, whats


def _of_kind(kind: Kind) -> tuple[What, ...]:
    match kind:
        case Kind.PRIMARY_KEY:
            return ("primary key",)
        case Kind.UNIQUE:
            return ("unique constraints",)
        case Kind.FOREIGN_KEY:
            return ("foreign keys",)
        case Kind.CHECK:
            return ("checks",)
        case Kind.NOT_NULL:
            return ("columns",)
        case Kind.EXCLUDE:
            return ()


def _compared(name: Name, claims: Sequence[Claim]) -> Iterator[Message]:
    """What must be there in a sentence each, what is compared in one."""
    told = []
    for claim in claims:
        if claim.is_existence and claim.what in _OBJECTS:
            there = claim.expected == THERE
            subject = claim.subject()
            yield (
                say("{thing} must be there", thing=subject)
                if there
                else say("{thing} must not be there", thing=subject)
            )
        else:
            told.append(_what(claim.what))
    if told:
        yield say("compared with what the revisions make of {name}: {what}", name=name, what=listed(told))


def _what(what: What) -> Message | str:
    match what:
        case "columns":
            return say("columns, their types and NOT NULL")
        case "primary key":
            return say("primary key")
        case "unique constraints":
            return say("unique constraints")
        case "foreign keys":
            return say("foreign keys")
        case "checks":
            return say("names of check constraints")
        case "indexes":
            return say("indexes")
        case "labels":
            return say("values of the enum type")
        case _:
            return what
