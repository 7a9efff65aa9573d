"""The facts of a revision in one direction in, what each does to which thing out, in words that both directions share.

A thing of the upgrade that stands behind it is known by its name there, which is where the downgrade begins; one that
stood before it by its name then, which is where the downgrade ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlgen.facts.vocabulary import (
    AddConstraint,
    AlterColumnType,
    AlterObject,
    AttachPartition,
    CreateIndex,
    CreateObject,
    Delete,
    Describe,
    DetachPartition,
    DropNotNull,
    DropObject,
    Fact,
    Grant,
    Insert,
    Kind,
    Name,
    RedefineColumn,
    RenameColumn,
    RenameTable,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
)
from sqlgen.review.document.trail import Trail
from sqlgen.schema.naming import object_key, part_key
from sqlgen.script.things import Thing, identified, outcome

__all__ = ["Act", "Word", "acts"]

Word = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """A fact, and what its things are called where its direction begins and ends."""

    fact: Fact
    dialect: str
    made: tuple[Word, ...]
    """As they are called where it ends."""
    gone: tuple[Word, ...]
    """As they are called where it begins."""
    early: _Place
    late: _Place

    def waits_for(self) -> Iterator[Word]:
        """Of the upgrade: what a downgrade must say to take it back."""
        yield from (("gone", word) for word in self.made)
        yield from (("made", word) for word in self.gone)
        yield from filter(_is_known, _opposites(self.fact, self.late))

    def goes_with(self, made: Collection[Word]) -> Iterator[Word]:
        """Of the upgrade: what takes it back along with the thing that it belongs to. `made`: all that the upgrade
        makes."""
        if self.late.table in made:
            yield ("gone", self.late.table)
        yield from (("gone", word) for word in self._parts() if word in made)

    def says(self, made: Collection[Word]) -> Iterator[Word]:
        """Of the downgrade. `made`: all that it makes."""
        yield from (("gone", word) for word in self.gone)
        yield from (("made", word) for word in self.made)
        yield from filter(_is_known, _changes(self.fact, self.early))
        if self.late.table in made:
            yield ("made", self.late.table)

    def _parts(self) -> tuple[Word, ...]:
        """Those parts of the table with each of which it goes."""
        match self.fact:
            case CreateIndex() | AddConstraint() if len(self.late.parts) > 1 and self.dialect != "postgresql":
                return ()  # MySQL takes the column out of the index; SQLite and SQL Server refuse
            case _:
                return self.late.parts


def _is_known(word: Word) -> bool:
    """Whether what it is about is there."""
    return word[1] is not None


@dataclass(frozen=True, slots=True)
class _Place:
    """What a fact is about, by its name elsewhere; None: it is not there."""

    table: Word | None
    parts: tuple[Word, ...]
    """Its columns, or its constraint; empty where one of them is not there."""

    @property
    def column(self) -> Word | None:
        return self.parts[0] if self.parts else None


def acts(statements: Sequence[Sequence[Fact]], dialect: str) -> list[list[Act]]:
    """For each statement those of its facts."""
    facts = [fact for each in statements for fact in each]
    trail = Trail(dialect)
    early: list[_Place] = []
    gone: list[tuple[Word, ...]] = []
    for fact in facts:
        early.append(_place(fact, trail, behind=False))
        gone.append(_things(fact, trail, there=False))
        trail.forward(fact)
    trail = Trail(dialect)
    found: list[Act] = []
    for fact, before, out in zip(reversed(facts), reversed(early), reversed(gone), strict=True):
        made = _things(fact, trail, there=True)
        found.append(Act(fact, dialect, made, out, before, _place(fact, trail, behind=True)))
        trail.backward(fact)
    ordered = reversed(found)
    return [[next(ordered) for _ in each] for each in statements]


def _place(fact: Fact, trail: Trail, *, behind: bool) -> _Place:
    """`behind`: as what it renames is called behind it."""
    table = getattr(fact, "table", None)
    names = _names(fact)
    match fact:
        case RenameTable(to=to) if behind:
            table = to
        case RenameColumn(to=to) if behind:
            names = (to,)
        case RedefineColumn(to=column) if behind:
            names = (column.name,)
        case _:
            pass
    if not isinstance(table, Name):
        return _Place(None, ())
    parts = [_word(Thing("column", name, table.schema, table.name), trail) for name in names]
    if isinstance(fact, ValidateConstraint):
        parts = [_word(Thing("constraint", fact.constraint, table.schema, table.name), trail)]
    known = tuple(part for part in parts if part is not None)
    there = _word(Thing("table", table.name, table.schema), trail)
    return _Place(there, known if len(known) == len(parts) else ())


def _names(fact: Fact) -> tuple[str, ...]:
    """The columns that a fact is about."""
    match fact:
        case CreateIndex(columns=columns) | Update(columns=columns):
            return columns
        case AddConstraint(constraint=constraint):
            return constraint.columns
        case _:
            name = getattr(fact, "column", None)
            return (name,) if isinstance(name, str) else ()


# ---- things that are made and dropped


def _things(fact: Fact, trail: Trail, *, there: bool) -> tuple[Word, ...]:
    """What it makes, or drops. What is renamed is the same thing, so it is neither."""
    if isinstance(fact, RenameTable | RenameColumn | RedefineColumn):
        return ()
    found = [thing for thing, is_there in outcome(fact) if is_there is there]
    words = [_word(thing, trail) for thing in found]
    match fact:
        case CreateObject() | DropObject() if not found and isinstance(fact, CreateObject) is there:
            words.append(_object(fact))
        case _:
            pass
    return tuple(word for word in words if word is not None)


def _word(thing: Thing, trail: Trail) -> Word | None:
    dialect = trail.dialect
    if thing.kind == "table":
        table = trail.table(Name(thing.name, thing.schema))
        return None if table is None else ("table", object_key(table, dialect))
    if thing.table is None or thing.kind == "enum value":
        return ("thing", identified(thing, dialect))
    on = Name(thing.table, thing.schema)
    if thing.kind == "column":
        column = trail.column(on, thing.name)
        return None if column is None else ("column", object_key(column[0], dialect), part_key(column[1], dialect))
    table = trail.table(on)
    if table is None:
        return None
    # MySQL knows no name of a primary key.
    nameless = thing.constraint is Kind.PRIMARY_KEY and dialect in ("mysql", "mariadb")
    name = "" if nameless else thing.name
    same = identified(Thing(thing.kind, name, table.schema, table.name, thing.constraint), dialect)
    return ("thing", replace(same, constraint=None))


def _object(fact: CreateObject | AlterObject | DropObject) -> Word:
    return ("object", fact.kind, fact.name, getattr(fact, "table", None))


# ---- changes of what stays


def _changes(fact: Fact, at: _Place) -> Iterator[Word]:
    """What it does to what stays."""
    match fact:
        case SetNotNull():
            yield ("null", at.column, False)
        case DropNotNull():
            yield ("null", at.column, True)
        case Insert():
            yield ("inserted", at.table)
        case Delete() | Truncate():
            yield ("deleted", at.table)
        case AttachPartition(partition=partition):
            yield ("attached", partition)
        case DetachPartition(partition=partition):
            yield ("detached", partition)
        case Grant() if (rights := _rights(fact)) is not None:
            yield rights
        case _:
            yield from _either_way(fact, at)


def _opposites(fact: Fact, at: _Place) -> Iterator[Word]:
    """What takes that back."""
    match fact:
        case SetNotNull():
            yield ("null", at.column, True)
        case DropNotNull():
            yield ("null", at.column, False)
        case Insert():
            yield ("deleted", at.table)
        case Delete() | Truncate():
            yield ("inserted", at.table)
        case AttachPartition(partition=partition):
            yield ("detached", partition)
        case DetachPartition(partition=partition):
            yield ("attached", partition)
        case Grant() if (rights := _rights(fact)) is not None:
            yield ("revoke" if rights[0] == "grant" else "grant", *rights[1:])
        case _:
            yield from _either_way(fact, at)


def _either_way(fact: Fact, at: _Place) -> Iterator[Word]:
    """Changes that are taken back by another one of their kind."""
    column = at.column
    match fact:
        case AlterColumnType():
            yield ("type", column)
        case SetDefault():
            yield ("default", column)
        case RedefineColumn():
            yield from (("type", column), ("default", column), ("null", column, True), ("null", column, False))
        case RenameColumn():
            yield ("name", column)
        case RenameTable():
            yield ("name", at.table)
        case SetColumnOption(identity=identity, option=option):
            yield ("identity", column) if identity is not None else ("option", column, *option.upper().split()[1:2])
        case SetTableOption(option=option, settings=settings):
            yield from (("option", at.table, key) for key, _ in settings)
            if not settings:
                yield ("option", at.table, *option.upper().split()[1:])
        case Update():
            yield from (("updated", name) for name in at.parts)
        case AlterObject() | CreateObject(or_replace=True):
            yield ("changed", _object(fact))
        case Describe(kind=kind, name=name, table=table):
            yield ("comment", kind, name, table)
        case _:
            pass


def _rights(fact: Grant) -> Word | None:
    verb = fact.action.split()[:1]
    if verb not in (["grant"], ["revoke"]):
        return None
    return (verb[0], frozenset(fact.privileges), fact.on, frozenset(fact.to))
