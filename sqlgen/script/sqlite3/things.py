"""Steps in, what SQLite's catalog must hold before them and after them out.

What the steps make and need themselves is taken away by folding: a thing is asked for before the script only where the
first statement that speaks of it could not have been preceded by another that made it, dropped it, or may have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import CreateTable, DropObject, DropTable, Fact, Name, Opaque, RenameTable
from sqlgen.messages import Message, say
from sqlgen.script.existence.asking import exists
from sqlgen.script.path import quoted, text
from sqlgen.script.things import Outcome, Thing, needs, outcome
from sqlgen.segments import Step


@dataclass(frozen=True, slots=True)
class Checks:
    """What must hold."""

    before: Outcome
    """Where the steps begin."""
    after: Outcome
    """When all of them have run."""


def checks(steps: Iterable[Step]) -> Checks:
    """Fold the facts of all steps; what can't be read ends what is known."""
    fold = _Fold()
    for step in steps:
        for item in step.items:
            for fact in item.facts or (Opaque(say("nothing is known of it")),):
                fold.take(fact)
    return Checks(tuple(fold.before.values()), tuple(fold.now.values()))


_Key = tuple[str, str, str]


@dataclass(slots=True)
class _Fold:
    before: dict[_Key, tuple[Thing, bool]] = field(default_factory=dict)
    now: dict[_Key, tuple[Thing, bool]] = field(default_factory=dict)
    seen: set[_Key] = field(default_factory=set)
    """Of which something has been said: what holds of them is no longer what held at the start."""
    changed: set[str] = field(default_factory=set)
    """Tables and views that were made, dropped or renamed: their parts are no longer those of the start."""
    dropped: bool = False
    """A table was dropped or renamed: with it went indexes and triggers, whose names are free now."""
    unread: bool = False

    def take(self, fact: Fact) -> None:
        """One fact after another, in their order."""
        if isinstance(fact, Opaque):
            self.unread = True
            self.now.clear()
            return
        for thing, there in needs([fact]):
            self._need(thing, there)
        for name in _tables(fact):
            self.changed.add(name.name.lower())
            self._forget(name.name.lower())
            self.dropped = self.dropped or not isinstance(fact, CreateTable)
        for thing, there in outcome(fact):
            if asked_of(thing):
                self.now[_key(thing)] = (thing, there)
                self.seen.add(_key(thing))

    def _need(self, thing: Thing, there: bool) -> None:
        key = _key(thing)
        if self.unread or key in self.seen or not asked_of(thing):
            return
        self.seen.add(key)
        if thing.kind in ("index", "trigger") and not there:  # whatever its table: the name is the database's
            of_the_start = not self.dropped
        else:
            of_the_start = (thing.table or thing.name).lower() not in self.changed
        if of_the_start:
            self.before[key] = (thing, there)

    def _forget(self, table: str) -> None:
        """What belonged to a table that is another one now."""
        for key, (thing, _) in tuple(self.now.items()):
            if thing.table is not None and thing.table.lower() == table:
                del self.now[key]


def _tables(fact: Fact) -> tuple[Name, ...]:
    match fact:
        case CreateTable(table=table) | DropTable(table=table):
            return (table,)
        case RenameTable(table=table, to=to):
            return (table, to)
        case DropObject(kind="view", name=view):
            return (view,)
        case _:
            return ()


def asked_of(thing: Thing) -> bool:
    """Whether the catalog of the database can be asked: SQLite keeps tables of its own, and temporary ones elsewhere.
    sqlite.org/fileformat2.html, 2.6.2: names that begin with sqlite_ are SQLite's."""
    own = (thing.table or thing.name).lower().startswith("sqlite_")
    return not own and (thing.schema or "main").lower() == "main" and exists(thing, "sqlite") is not None


def _key(thing: Thing) -> _Key:
    """Names know no case. Tables and views share one set of names; an index or a trigger belongs to the database, not
    to its table."""
    match thing.kind:
        case "table" | "view":
            return ("table", thing.name.lower(), "")
        case "index" | "trigger":
            return (thing.kind, thing.name.lower(), "")
        case _:
            return (thing.kind, thing.name.lower(), (thing.table or "").lower())


def asked(found: Outcome) -> Iterator[str]:
    """Rows of a VALUES list, one for each thing: what to say where it does not hold, and whether it holds. A list of
    VALUES has no limit, a compound SELECT has 500 terms. sqlite.org, lang_select.html."""
    for number, (thing, there) in enumerate(found, start=1):
        holds = f"{'' if there else 'NOT '}{exists(thing, 'sqlite')}"
        yield f"  ({quoted(text(_wrong(thing, there)))}, {holds}){',' if number < len(found) else ''}"


def _wrong(thing: Thing, there: bool) -> Message:
    name = thing.name if thing.kind != "column" else f"{thing.table}.{thing.name}"
    if there:
        return say("{kind} {name} is not there", kind=thing.kind, name=name)
    return say("{kind} {name} is there already", kind=thing.kind, name=name)
