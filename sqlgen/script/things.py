"""A statement in, the things out that are there, or are gone, once it has run; and what it needs before it.

So a script can ask the database whether a statement that was begun has been done, a preflight whether it can run.
`existence` turns a thing into a question to the catalogs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Describe,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
    Grant,
    Kind,
    Maintain,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameObject,
    RenameTable,
    Select,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetOption,
    SetTableOption,
    Truncate,
    ValidateConstraint,
)
from sqlgen.segments import Item

ThingKind = Literal[
    "table", "view", "column", "index", "constraint", "sequence", "type", "enum value", "schema", "function", "trigger"
]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a catalog can be asked for by its name."""

    kind: ThingKind
    name: str
    schema: str | None = None
    """Of its table, where it belongs to one."""
    table: str | None = None
    """Of a column, constraint or trigger; of an index, where that is known. Of an enum value: the type."""
    constraint: Kind | None = None
    """What kind of constraint it is, where that is known."""


Outcome = tuple[tuple[Thing, bool], ...]
"""Things, each with whether it is there."""


@dataclass(frozen=True, slots=True)
class Probe:
    """How to find out whether a statement that was begun has been done."""

    outcome: Outcome = ()
    """All of it holds when it has been done; before it, none of it held. Empty where `again`."""
    again: bool = False
    """To run it once more does no harm, so there is nothing to find out."""


def probe(item: Item) -> Probe | None:
    """None where only a person can find out: of data that is changed outside of a transaction, of what can't be read.

    An ALTER TABLE does all or nothing on every engine whose DDL commits by itself (MySQL 8.0, 15.1.1 Atomic DDL;
    MariaDB 10.6, Atomic DDL; Oracle), so what is known of one of its actions decides for all.
    """
    if not item.facts:
        return None
    again = True
    for fact in item.facts:
        told = any(True for _ in outcome(fact))
        again = again and (_repeatable(fact) or (told and _forgiving(fact)))
        if not told and not _repeatable(fact):
            return None
    if again:
        return Probe(again=True)
    changed = tuple(one for one, was in zip(after(item), before(item), strict=True) if one[1] is not was[1])
    return Probe(changed) if changed else None


def before(item: Item) -> Outcome:
    """What held before a statement that has run: of what it drops and makes anew, the dropping counts."""
    first: dict[_Key, tuple[Thing, bool]] = {}
    for thing, there in _told(item):
        first.setdefault(_key(thing), (thing, not there))
    return tuple(first.values())


def after(item: Item) -> Outcome:
    """What holds after it, in the order of `before`: of what it drops and makes anew, the making counts."""
    return tuple({_key(thing): (thing, there) for thing, there in _told(item)}.values())


_Key = tuple[str, str, str | None, str | None]


def _told(item: Item) -> Iterator[tuple[Thing, bool]]:
    for fact in item.facts:
        yield from outcome(fact)


def _key(thing: Thing) -> _Key:
    """A table has one primary key, whatever it is called; a unique constraint is an index of its name."""
    name = "" if thing.constraint is Kind.PRIMARY_KEY else thing.name
    return "constraint" if thing.kind == "index" else thing.kind, name, thing.schema, thing.table


def outcome(fact: Fact) -> Iterator[tuple[Thing, bool]]:
    """What is there, or gone, after a fact, and was not before. Nothing where the fact changes no such thing."""
    match fact:
        case CreateTable(table=table) if not fact.temporary:
            yield _of("table", table), True
        case DropTable(table=table):
            yield _of("table", table), False
        case RenameTable(table=table, to=to):
            yield _of("table", table), False
            yield _of("table", to if to.schema else Name(to.name, table.schema)), True
        case AddColumn(table=table, column=column):
            yield _part("column", column.name, table), True
        case DropColumn(table=table, column=name):
            yield _part("column", name, table), False
        case RenameColumn(table=table, column=name, to=new):
            yield _part("column", name, table), False
            yield _part("column", new, table), True
        case RedefineColumn(table=table, column=name, to=column) if name != column.name:
            yield _part("column", name, table), False
            yield _part("column", column.name, table), True
        case CreateIndex(name=str(name), table=table):
            yield _part("index", name, table), True
        case DropIndex(index=index, table=on):
            yield Thing("index", index.name, on.schema if on else index.schema, on.name if on else None), False
        case AddConstraint(table=table, constraint=constraint):
            if constraint.name is not None or constraint.kind is Kind.PRIMARY_KEY:
                yield _part("constraint", constraint.name or "", table, constraint.kind), True
        case DropConstraint(table=table, constraint=dropped) if dropped is not None or fact.kind is Kind.PRIMARY_KEY:
            yield _part("constraint", dropped or "", table, fact.kind), False
        case CreateEnum(type=type_):
            yield _of("type", type_), True
        case AddEnumValue(type=type_, value=value):
            yield Thing("enum value", value, type_.schema, type_.name), True
        case CreateObject(kind=kind, name=name) if not fact.or_replace and (known := _KINDS.get(kind)) is not None:
            yield Thing(known, name.name, name.schema, fact.table.name if fact.table else None), True
        case DropObject(kind=kind, name=name) if (known := _KINDS.get(kind)) is not None:
            yield Thing(known, name.name, name.schema, fact.table.name if fact.table else None), False
        case RenameObject(kind=kind, name=name, to=to) if (known := _KINDS.get(kind)) is not None:
            table_name = fact.table.name if fact.table else None
            yield Thing(known, name.name, name.schema, table_name), False
            yield Thing(known, to, name.schema, table_name), True


_KINDS: dict[str, ThingKind] = {
    "view": "view",
    "materialized view": "view",
    "sequence": "sequence",
    "type": "type",
    "domain": "type",
    "schema": "schema",
    "function": "function",
    "procedure": "function",
    "trigger": "trigger",
    "index": "index",
    "constraint": "constraint",
}


def needs(facts: Iterable[Fact]) -> Iterator[tuple[Thing, bool]]:
    """What must hold before a statement: what it names is there, what it makes is not."""
    for fact in facts:
        if _forgiving(fact):
            continue
        for thing, there in outcome(fact):
            yield thing, not there
        table = getattr(fact, "table", None)
        if isinstance(table, Name) and not isinstance(fact, CreateTable | DropTable | RenameTable):
            yield _of("table", table), True
        match fact:
            case AlterColumnType(column=str(name)) | SetNotNull(column=name) | DropNotNull(column=name):
                yield _part("column", name, fact.table), True
            case SetDefault(column=name) | SetColumnOption(column=name):
                yield _part("column", name, fact.table), True
            case RedefineColumn(column=name, to=column) if name == column.name:
                yield _part("column", name, fact.table), True
            case ValidateConstraint(constraint=name):
                yield _part("constraint", name, fact.table), True
            case AddConstraint(constraint=constraint) if constraint.references is not None:
                yield _of("table", constraint.references), True


def _forgiving(fact: Fact) -> bool:
    """Whether it says itself that it may have been done."""
    return bool(getattr(fact, "if_exists", False) or getattr(fact, "if_not_exists", False))


def _repeatable(fact: Fact) -> bool:
    """Whether to do it again comes to the same."""
    match fact:
        case AlterColumnType() | SetNotNull() | DropNotNull() | SetDefault() | SetTableOption() | Describe():
            return True
        case RedefineColumn(column=name, to=column):
            return name == column.name
        case SetColumnOption() | ValidateConstraint() | Grant() | Truncate() | Maintain() | SetOption():
            return True
        case Select():
            return fact == Select()
        case CreateObject():
            return fact.or_replace
        case _:
            return False


def _of(kind: ThingKind, name: Name) -> Thing:
    return Thing(kind, name.name, name.schema)


def _part(kind: ThingKind, name: str, table: Name, constraint: Kind | None = None) -> Thing:
    return Thing(kind, name, table.schema, table.name, constraint)


def identified(thing: Thing, dialect: str) -> Thing:
    """What is equal for two names of one thing. An index needs no table where names are the schema's."""
    schema = None if dialect == "postgresql" and thing.schema == "public" else thing.schema
    fold = str if dialect in ("postgresql", "oracle") else str.lower
    table, kind = thing.table, thing.kind
    if dialect in ("mysql", "mariadb"):  # where a unique constraint is an index
        kind = "index" if thing.constraint is Kind.UNIQUE else kind
    if (kind == "trigger" and dialect != "postgresql") or (
        kind == "index" and dialect not in ("mysql", "mariadb", "mssql")
    ):
        table = None
    return Thing(kind, fold(thing.name), schema, None if table is None else fold(table))
