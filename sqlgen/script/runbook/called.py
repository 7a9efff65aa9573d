"""Renames in, what each table was called before them out: a backup is made where a script starts, under those names."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import CreateTable, DropTable, Fact, Name, RenameTable
from sqlgen.schema.naming import Key, object_key

__all__ = ["Called", "Renamed"]


@dataclass(frozen=True, slots=True)
class Renamed:
    """A name that a table had until some place."""

    old: Name
    revision: str
    where: str
    """`file:line`, or the file."""
    since: str | None
    """Where it got that name; None: it had it from the start."""


@dataclass(slots=True)
class _One:
    first: Name | None
    """None: it was made on the way."""
    trail: list[Renamed] = field(default_factory=list)


@dataclass(slots=True)
class Called:
    """What the tables of now were called at the start of some steps. What no step renamed has the name that it had."""

    dialect: str
    now: dict[Key, _One] = field(default_factory=dict)

    def follow(self, fact: Fact, copy: Name | None, revision: str, where: str) -> None:
        """Go on by one fact. `copy`: of a DropTable, what takes the table's name right after it, with its rows."""
        match fact:
            case CreateTable(table, if_not_exists=False):
                self.now[self._key(table)] = _One(None)
            case DropTable(table):
                gone = self.now.pop(self._key(table), None) or _One(table)
                if copy is not None:
                    self.now[self._key(copy)] = gone
            case RenameTable(table, to):
                one = self.now.pop(self._key(table), None) or _One(table)
                if not table.name.startswith("_alembic_tmp_"):
                    since = one.trail[-1].where if one.trail else None
                    one.trail.append(Renamed(table, revision, where, since))
                self.now[self._key(to)] = one
            case _:
                pass

    def first(self, table: Name) -> Name | None:
        """What a table was called at the start; None where it was made on the way."""
        known = self.now.get(self._key(table))
        return table if known is None else known.first

    def copy(self) -> Called:
        """As it is now, whatever is followed from here on."""
        return Called(self.dialect, dict(self.now))

    def last(self, first: Name) -> Name:
        """What is called now what was called so at the start."""
        found = (key for key, one in self.now.items() if one.first == first)
        key = next(found, None)
        return first if key is None else Name(key[1], key[0])

    def trail(self, table: Name) -> tuple[Renamed, ...]:
        """The other names that it had on the way, in order."""
        known = self.now.get(self._key(table))
        mine = self._key(table)
        return () if known is None else tuple(one for one in known.trail if self._key(one.old) != mine)

    def _key(self, name: Name) -> Key:
        return object_key(name, self.dialect)
