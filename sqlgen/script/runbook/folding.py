"""A step and the schema before it in, its facts out, each with what is known just before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlgen.effects import Effect, Server, effect
from sqlgen.facts.vocabulary import Fact, Name
from sqlgen.lint.memory import Memory
from sqlgen.lint.outlook import outlook
from sqlgen.messages import place
from sqlgen.schema import Schema, Table, certainty
from sqlgen.script.runbook.called import Called
from sqlgen.script.target import Target
from sqlgen.segments import Item, Step

__all__ = ["Folding", "Met", "where"]


@dataclass(frozen=True, slots=True)
class Met:
    """A fact that is about to happen. The schema is that before it until the next one is asked for."""

    item: Item
    number: int
    """Of the item in its step, from 0."""
    fact: Fact
    schema: Schema
    memory: Memory
    server: Server
    rebuilt_as: Name | None
    """Of a DropTable: the filled copy that takes the table's name right after it."""
    called: Called
    """What the tables were called where the steps begin. Like the schema: as it is before the fact."""
    certain: bool = True
    """Whether it happens whenever its statement runs; not so behind a test, in DO … IF … THEN."""

    @property
    def effect(self) -> Effect:
        """What it does."""
        return effect(self.fact, self.schema, self.server)

    @property
    def rebuild(self) -> tuple[Table, Table] | None:
        """At the DropTable of a rebuild: the table and its copy; None elsewhere, or where one of them is not known."""
        if self.rebuilt_as is None:
            return None
        old, new = (self.schema.table(name) for name in (getattr(self.fact, "table", None), self.rebuilt_as) if name)
        return None if old is None or new is None else (old, new)

    def created(self, table: Name) -> bool:
        """Whether the table was made by these steps, so that neither rows nor code of before rely on it."""
        return self.schema.created(table) or table.name.startswith("_alembic_tmp_")

    def born(self, table: Name, column: str) -> bool:
        """Whether the column was added by these steps, alone or with its table."""
        return ("column", column.lower()) in self.memory.born.get(table, ()) or self.created(table)


@dataclass(slots=True)
class Folding:
    """A schema that steps are folded onto, one after another."""

    schema: Schema
    server: Server
    version_table: Name
    called: Called
    memory: Memory = field(default_factory=Memory)

    @classmethod
    def at(cls, before: Schema, target: Target) -> Folding:
        """Begin at a schema, which is not changed."""
        version = target.server_version
        numbers = None if version is None else tuple(int(part) for part in version.split("."))
        own = Name(target.version_table, target.version_table_schema)
        schema = Schema(target.dialect, lambda: before)
        return cls(schema, Server(target.dialect, numbers), own, Called(target.dialect))

    def facts(self, step: Step) -> Iterator[Met]:
        """Go through a step. What it does to the version table is left out, as the script does that itself."""
        for met in self.all_facts(step):
            if getattr(met.fact, "table", None) != self.version_table:
                yield met

    def all_facts(self, step: Step) -> Iterator[Met]:
        """Go through a step, with what it does to the version table."""
        ahead = outlook(step)
        for number, item in enumerate(step.items):
            for index, (fact, certain) in enumerate(certainty(item.facts)):
                copy = ahead.rebuilds.get((number, index))
                table = getattr(fact, "table", None)
                yield Met(item, number, fact, self.schema, self.memory, self.server, copy, self.called, certain)
                created = isinstance(table, Name) and self.schema.created(table)
                if certain:
                    self.memory.apply(fact, rebuilt_as=copy, created=created, schema=self.schema)
                    self.called.follow(fact, copy, step.revision, where(step, item))
                self.schema.apply(fact, certain=certain)
        if step.gap is not None:
            self.schema.taint()


def where(step: Step, item: Item | None = None) -> str:
    """`file:line` of a statement, or the file of its revision; empty where neither is known."""
    if item is not None and item.place is not None:
        return place(item.place.file, item.place.line).rstrip(": ")
    if step.gap is not None and step.gap.file is not None:
        return place(step.gap.file, step.gap.line).rstrip(": ")
    return place(step.file).rstrip(": ")
