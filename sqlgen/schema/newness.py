"""Which names stand for something new, which for something old, and which for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import Name
from sqlgen.schema.naming import Key, object_key

__all__ = ["Newness", "Thing"]

Thing = tuple[str, Key]
"""The kind, empty for tables, views, sequences, types and indexes, which share their names; and the name."""

_SHARED = (
    "table",
    "foreign table",
    "virtual table",
    "view",
    "materialized view",
    "sequence",
    "type",
    "domain",
    "index",
)


@dataclass(slots=True)
class Newness:
    """A range makes, drops and renames things; this remembers whose names are whose."""

    dialect: str
    standing: set[Thing] = field(default_factory=set)
    """Known to be there."""
    created: set[Thing] = field(default_factory=set)
    unsure: set[Thing] = field(default_factory=set)
    """Made with IF NOT EXISTS or OR REPLACE: new only if nothing was there before."""
    left: set[Thing] = field(default_factory=set)
    """Names that something old had, and lost."""
    gone: set[Thing] = field(default_factory=set)
    """Names that stand for nothing now."""

    def copy(self) -> Newness:
        """The same things standing, none of them new."""
        return Newness(self.dialect, set(self.standing))

    def kind(self, kind: str, table: Name | None) -> str:
        """PostgreSQL's triggers, rules and policies have names per table; elsewhere they have names of their own."""
        if table is None or self.dialect != "postgresql":
            return kind
        return " ".join((kind, "on", *filter(None, object_key(table, self.dialect))))

    def thing(self, kind: str, name: Name) -> Thing:
        return ("" if kind in _SHARED else kind, object_key(name, self.dialect))

    def make(self, kind: str, name: Name, may_be_there: bool = False) -> None:
        """Something is created, unless it is there and `may_be_there` says that this is no error."""
        thing = self.thing(kind, name)
        if may_be_there and thing in self.standing:
            return
        self.created.add(thing)
        self.standing.add(thing)
        if may_be_there and thing not in self.gone:
            self.unsure.add(thing)
        self.gone.discard(thing)

    def lose(self, kind: str, name: Name) -> bool:
        """A name comes to stand for nothing: whether what had it was new."""
        thing = self.thing(kind, name)
        new = thing in self.created
        if not new:
            self.left.add(thing)
        self.created.discard(thing)
        self.unsure.discard(thing)
        self.standing.discard(thing)
        self.gone.add(thing)
        return new

    def move(self, kind: str, name: Name, to: Name) -> None:
        """A rename. What takes over a name that something old had is not new any more: it has its rows."""
        new = self.lose(kind, name)
        thing = self.thing(kind, to)
        self.standing.add(thing)
        self.gone.discard(thing)
        if new and thing not in self.left:
            self.created.add(thing)
