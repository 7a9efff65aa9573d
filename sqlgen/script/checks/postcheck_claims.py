"""The schema at the end in, what the catalogs must say of it out: as claims, like those of what revisions were told.

Of a table that the range has changed everything is compared that is known: columns with types and NOT NULL, keys,
constraints and indexes. Of one that is known only in part it is asked whether what the range made of it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlgen.facts.kinds import kind_of
from sqlgen.facts.vocabulary import (
    AddEnumValue,
    AlterObject,
    Constraint,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    DropIndex,
    DropObject,
    Fact,
    Insert,
    Kind,
    LockTable,
    Maintain,
    Name,
    Opaque,
    RenameObject,
    Select,
    Truncate,
    Update,
)
from sqlgen.messages import Message, say
from sqlgen.schema import Schema, Table, certainty
from sqlgen.schema.naming import object_key, part_key
from sqlgen.script.checks import index_words
from sqlgen.script.checks.answers import CONTENTS, NOT_THERE, THERE, What
from sqlgen.script.checks.claims import Claim
from sqlgen.script.target import Target
from sqlgen.script.things import Thing, identified, outcome
from sqlgen.segments import Step

_OF_ROWS = (Insert, Update, Delete, Truncate, Select, Maintain, LockTable)
_OBJECTS: dict[str, What] = {
    "view": "relation",
    "materialized view": "relation",
    "sequence": "sequence",
    "type": "type",
    "domain": "type",
    "schema": "schema",
}


@dataclass(frozen=True, slots=True)
class Unsure:
    """What is not compared, and why."""

    about: Message
    revision: str


@dataclass(frozen=True, slots=True)
class There:
    """Something of a table that is known only in part, and whether it must be there."""

    thing: Thing
    there: bool
    revision: str


@dataclass(slots=True)
class _Walk:
    """What the range names, under its last names, with the last revision that touched it."""

    dialect: str
    tables: dict[object, tuple[Name, str]] = field(default_factory=dict)
    objects: dict[object, tuple[str, Name, str]] = field(default_factory=dict)
    things: dict[object, There] = field(default_factory=dict)
    of_tables: dict[tuple[str | None, str | None], set[object]] = field(default_factory=dict)
    """The keys of those that belong, or belonged, to a table."""

    def apply(self, fact: Fact, revision: str, certain: bool) -> None:
        if isinstance(fact, _OF_ROWS):
            return
        if isinstance(fact, Opaque):
            self.things.clear()
        match fact:
            case CreateEnum(type=name) | AddEnumValue(type=name):
                self._object("type", name, revision)
            case (
                CreateObject(kind=kind, name=name)
                | DropObject(kind=kind, name=name)
                | AlterObject(kind=kind, name=name)
            ):
                self._object(kind, name, revision)
            case RenameObject(kind=kind, name=name, to=to):
                self._object(kind, name, revision)
                self._object(kind, Name(to, name.schema), revision)
            case CreateTable(temporary=True):
                return
        for named in (getattr(fact, attribute, None) for attribute in ("table", "to", "partition")):
            if isinstance(named, Name):
                self.tables[object_key(named, self.dialect)] = named, revision
        for thing, there in outcome(fact):
            if thing.kind == "table":
                self._forget(thing)
            key = identified(thing, self.dialect)
            known = self.things.pop(key, None)
            if certain:
                table = thing.table or (known.thing.table if known else None)
                self.things[key] = There(replace(thing, table=table), there, revision)
                self.of_tables.setdefault((thing.schema, table), set()).add(key)

    def _object(self, kind: str, name: Name, revision: str) -> None:
        if kind in _OBJECTS:
            self.objects[kind, object_key(name, self.dialect)] = kind, name, revision

    def _forget(self, table: Thing) -> None:
        """What belonged to a table is not known any more under its name."""
        place = (table.schema, table.name)
        for key in self.of_tables.pop(place, ()):
            one = self.things.get(key)
            if one is not None and (one.thing.schema, one.thing.table) == place:
                del self.things[key]


def expected(
    steps: Sequence[Step], target: Target, before: Schema
) -> tuple[tuple[Claim, ...], tuple[There, ...], tuple[Unsure, ...]]:
    """What must hold behind the last step, and what is not known."""
    schema = Schema(target.dialect, lambda: before)
    walk = _Walk(target.dialect)
    for step in steps:
        if step.gap is not None:
            schema.taint()
            walk.things.clear()
        for item in step.items:
            for fact, certain in certainty(item.facts):
                if isinstance(fact, DropIndex) and fact.table is None:
                    backed = schema.index(fact.index)
                    if backed is not None:
                        walk.tables[object_key(backed.table, target.dialect)] = backed.table, step.revision
                walk.apply(fact, step.revision, certain)
                schema.apply(fact, certain=certain)
    claims: list[Claim] = []
    rest, unsure = list[There](), list[Unsure]()
    for key, (name, revision) in walk.tables.items():
        if _is_version_table(name, target) or any(("view", key) == one for one in walk.objects):
            continue
        found = tuple(_table(schema, name, revision, target))
        claims += [one for one in found if isinstance(one, Claim)]
        doubts = [one for one in found if isinstance(one, Unsure)]
        unsure += doubts
        if doubts:
            rest += [one for one in walk.things.values() if _is_of(one.thing, key, target.dialect)]
    for kind, name, revision in walk.objects.values():
        for one in _object(schema, kind, name, revision):
            claims += [one] if isinstance(one, Claim) else []
            unsure += [one] if isinstance(one, Unsure) else []
    rest += [one for one in walk.things.values() if one.thing.kind in ("trigger", "function")]
    return tuple(claims), tuple(dict.fromkeys(rest)), tuple(unsure)


def _is_version_table(name: Name, target: Target) -> bool:
    return name.name.casefold() == target.version_table.casefold()


def _is_of(thing: Thing, key: object, dialect: str) -> bool:
    name = thing.table if thing.table is not None else thing.name
    return object_key(Name(name, thing.schema), dialect) == key


def _claim(what: What, name: Name, expected: str, revision: str, untyped: tuple[str, ...] = ()) -> Claim:
    return Claim(what, name.name, name.schema, expected, revision, None, None, untyped=untyped)


def _table(schema: Schema, name: Name, revision: str, target: Target) -> Iterator[Claim | Unsure]:
    """Everything that is known of a table, or that it is gone."""
    there = schema.has_table(name)
    if there is None:
        yield Unsure(say("whether table {table} is there", table=name), revision)
    elif not there:
        if not any(schema.has_object(kind, name) for kind in ("view", "materialized view", "sequence")):
            yield _claim("relation", name, NOT_THERE, revision)
    else:
        table = schema.table(name)
        if table is None or not table.complete:
            yield _claim("relation", name, THERE, revision)
            yield Unsure(say("table {table}, which is known only in part", table=name), revision)
        elif not table.temporary:
            yield from _contents(table, revision, target.dialect)


def _contents(table: Table, revision: str, dialect: str) -> Iterator[Claim]:
    table = _respelled(table, dialect)
    loose = _loose(table, dialect)
    told = {
        "get_columns": [
            {"name": one.name, "type": one.type or "", "nullable": one.nullable or one.name in loose}
            for one in table.columns
        ],
        "get_pk_constraint": _primary(table),
        "get_unique_constraints": _uniques(table, dialect),
        "get_foreign_keys": [_foreign(one) for one in _of(table, Kind.FOREIGN_KEY)],
        "get_check_constraints": [{"name": one.name} for one in _of(table, Kind.CHECK)],
    }
    for question, answer in told.items():
        what, spell = CONTENTS[question]
        if what != "checks" or dialect != "sqlite":  # it has no catalog of them
            spelled = spell(answer, dialect)
            claim = _claim(what, table.name, spelled["expected"], revision, spelled.get("untyped", ()))
            yield replace(claim, loose=loose) if what == "columns" else claim
    indexes = _claim("indexes", table.name, index_words.spelled(table, dialect), revision)
    yield replace(indexes, whole=True)


def _respelled(table: Table, dialect: str) -> Table:
    """With columns named in keys and indexes as the columns themselves are, where cases are one."""
    names = {part_key(one.name, dialect): one.name for one in table.columns}

    def spelled(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(part_key(one, dialect), one) for one in columns)

    return replace(
        table,
        constraints=tuple(replace(one, columns=spelled(one.columns)) for one in table.constraints),
        indexes=tuple(replace(one, columns=spelled(one.columns)) for one in table.indexes),
        brought=tuple(replace(one, columns=spelled(one.columns)) for one in table.brought),
    )


def _loose(table: Table, dialect: str) -> tuple[str, ...]:
    """SQLite shows NOT NULL as it was written; columns of the primary key have it unwritten in a WITHOUT ROWID or
    STRICT table, and an INTEGER PRIMARY KEY is never NULL without having it (withoutrowid.html, stricttables.html,
    lang_createtable.html, 3.5)."""
    keys = {name.lower() for one in _of(table, Kind.PRIMARY_KEY) for name in one.columns}
    if dialect != "sqlite":
        return ()
    return tuple(
        one.name
        for one in table.columns
        if one.name.lower() in keys and (one.nullable or (one.type or "").upper() == "INTEGER")
    )


def _of(table: Table, *kinds: Kind) -> list[Constraint]:
    return [one for one in table.constraints if one.kind in kinds]


def _primary(table: Table) -> dict[str, Any]:
    keys = _of(table, Kind.PRIMARY_KEY)
    return {"constrained_columns": list(keys[0].columns), "name": keys[0].name} if keys else {"constrained_columns": []}


def _uniques(table: Table, dialect: str) -> list[dict[str, Any]]:
    """MySQL tells of every unique index."""
    found: list[dict[str, Any]] = [
        {"name": one.name, "column_names": list(one.columns)} for one in _of(table, Kind.UNIQUE)
    ]
    if dialect in ("mysql", "mariadb"):
        found += [{"name": one.name, "column_names": _columns(one)} for one in table.indexes if one.unique]
    return found


def _columns(index: CreateIndex) -> list[str | None]:
    return [None if part else text for text, part in zip(index.columns, _expressions(index), strict=True)]


def _expressions(one: CreateIndex) -> list[bool]:
    return [part.expression for part in one.parts] if one.parts else [False] * len(one.columns)


def _foreign(one: Constraint) -> dict[str, Any]:
    references = one.references or Name("?")
    return {
        "name": one.name,
        "constrained_columns": list(one.columns),
        "referred_schema": references.schema,
        "referred_table": references.name,
        "referred_columns": list(one.referred_columns) or ["?"],
        "options": {"onupdate": one.on_update, "ondelete": one.on_delete},
    }


def _object(schema: Schema, kind: str, name: Name, revision: str) -> Iterator[Claim | Unsure]:
    there = schema.has_object(kind, name)
    what = _OBJECTS[kind]
    if there is None:
        yield Unsure(say("whether {kind} {name} is there", kind=kind_of(kind), name=name), revision)
        return
    if not there and what == "relation" and schema.has_table(name):
        return
    yield _claim(what, name, THERE if there else NOT_THERE, revision)
    known = schema.object(kind, name)
    if there and known is not None and known.labels is not None:
        yield _claim("labels", name, ", ".join(known.labels), revision)
