"""What stands beside tables: views, sequences, types, domains and schemas, moved forward by facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlgen.facts.vocabulary import AddEnumValue, Column, Name
from sqlgen.schema.naming import Key, object_key

__all__ = ["KINDS", "Object", "Objects"]

KINDS = ("view", "materialized view", "sequence", "type", "domain", "schema", "extension")
"""What is kept. Functions, triggers and the like are known by `Newness` alone."""
_VIEWS = ("view", "materialized view")


@dataclass(frozen=True, slots=True)
class Object:
    """Something that is no table."""

    kind: str
    name: Name
    labels: tuple[str, ...] | None = None
    """Of an enum, in its order."""
    domain: Column | None = None
    reads: tuple[Name, ...] | None = None
    """What a view reads from; None when that is not known."""
    owner: Name | None = None
    """The table whose column a sequence belongs to: it goes with it."""
    sure: bool = True
    """False when a CASCADE may have taken it away."""
    seen: int = 0
    """How many things that can't be read had happened when it was made."""


@dataclass(slots=True)
class Objects:
    """All of them, by kind and name."""

    dialect: str
    standing: dict[tuple[str, Key], Object] = field(default_factory=dict)
    views: dict[Name | None, dict[tuple[str, Key], None]] = field(default_factory=dict)
    """By what they read from, None where that is not known: many facts ask for the views that read from a table."""

    def __post_init__(self) -> None:
        self.views = {}
        for key, thing in self.standing.items():
            self._link(key, thing)

    def copy(self) -> Objects:
        return Objects(self.dialect, dict(self.standing))

    def key(self, kind: str, name: Name) -> tuple[str, Key]:
        """Views and tables, types and domains share their names in the database; here each has its own drawer."""
        kind = "schema" if kind == "database" else kind
        return ("type" if kind == "domain" else kind, object_key(name, self.dialect))

    def get(self, kind: str, name: Name) -> Object | None:
        return self.standing.get(self.key(kind, name))

    def make(self, thing: Object, replaces: bool = False) -> None:
        """Something is created. What is there already stays as it is, unless it is replaced."""
        if thing.kind not in KINDS:
            return
        key = self.key(thing.kind, thing.name)
        if replaces or key not in self.standing:
            self._put(key, thing)

    def _put(self, key: tuple[str, Key], thing: Object) -> None:
        reads = _read_from(thing)
        self._unlink(key, [name for name in _read_from(self.standing.get(key)) if name not in reads])
        self.standing[key] = thing
        self._link(key, thing)

    def _link(self, key: tuple[str, Key], thing: Object) -> None:
        for name in _read_from(thing):
            self.views.setdefault(name, {})[key] = None

    def _pop(self, key: tuple[str, Key]) -> Object | None:
        thing = self.standing.pop(key, None)
        self._unlink(key, _read_from(thing))
        return thing

    def _unlink(self, key: tuple[str, Key], names: Iterable[Name | None]) -> None:
        for name in names:
            readers = self.views.get(name, {})
            readers.pop(key, None)
            if not readers:
                self.views.pop(name, None)

    def drop(self, kind: str, name: Name) -> None:
        self._pop(self.key(kind, name))

    def readers(self, name: Name) -> list[Object]:
        """The views that read from a table or a view."""
        return [self.standing[key] for key in self.views.get(name, ())]

    def doubt_views(self, of: Name | None = None) -> None:
        """A CASCADE takes the views that use what it drops: those that read from `of`, or any, may be gone."""
        if of is None:
            doubted = [key for key in self.standing if key[0] in _VIEWS]
        else:
            doubted = [key for name in (of, None) for key in self.views.get(name, ())]
        for key in doubted:
            self.standing[key] = replace(self.standing[key], sure=False)

    def doubt(self, word: str) -> None:
        """Something may have happened to what is called so, in any schema."""
        for key, thing in self.standing.items():
            if key[1][1] == word:
                self.standing[key] = replace(thing, sure=False)

    def follow(self, name: Name, to: Name) -> None:
        """Views read from what they read from, whatever its name is."""
        for thing in self.readers(name):
            reads = tuple(to if one == name else one for one in thing.reads or ())
            self._put(self.key(thing.kind, thing.name), replace(thing, reads=reads))

    def move(self, kind: str, name: Name, to: Name) -> None:
        """A rename, or a new schema."""
        thing = self._pop(self.key(kind, name))
        if thing is not None:
            self._put(self.key(kind, to), replace(thing, name=to))
            self.follow(name, to)
        if kind == "schema":
            for inner in [one for one in self.standing.values() if one.name.schema == name.name]:
                self.move(inner.kind, inner.name, Name(inner.name.name, to.name))

    def give(self, sequence: Name, table: Name) -> None:
        """A sequence comes to belong to a table's column."""
        key = self.key("sequence", sequence)
        if key in self.standing:
            self.standing[key] = replace(self.standing[key], owner=table)

    def add_label(self, fact: AddEnumValue) -> None:
        key = self.key("type", fact.type)
        thing = self.standing.get(key)
        if thing is None or thing.labels is None or fact.value in thing.labels:
            return
        labels = list(thing.labels)
        place = len(labels)
        if fact.before in labels:
            place = labels.index(fact.before)
        elif fact.after in labels:
            place = labels.index(fact.after) + 1
        labels.insert(place, fact.value)
        self.standing[key] = replace(thing, labels=tuple(labels))

    def rename_label(self, name: Name, old: str, new: str) -> None:
        key = self.key("type", name)
        thing = self.standing.get(key)
        if thing is not None and thing.labels is not None:
            labels = tuple(new if label == old else label for label in thing.labels)
            self.standing[key] = replace(thing, labels=labels)


def _read_from(thing: Object | None) -> tuple[Name | None, ...]:
    """What a view reads from; None stands for what is not known."""
    if thing is None or thing.kind not in _VIEWS:
        return ()
    return (None,) if thing.reads is None else thing.reads
