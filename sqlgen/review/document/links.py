"""Foreign keys of two schemas in, which of them stay, come and go at a table out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlgen.facts.vocabulary import Constraint, Kind, Name
from sqlgen.review.document import model
from sqlgen.review.document.touching import Touched
from sqlgen.schema import Schema, Table
from sqlgen.schema.naming import Key, object_key, part_key

__all__ = ["Links"]


@dataclass(frozen=True, slots=True)
class _Link:
    table: Name
    columns: tuple[str, ...]
    to: Name
    to_columns: tuple[str, ...]


_Same = tuple[Key, tuple[str, ...], Key, tuple[str, ...]]
"""What makes two of them one: tables and columns, by the names that they have before the range."""


class Links:
    """The foreign keys before and after, by the tables at both of their ends."""

    def __init__(self, before: Schema, after: Schema, found: Sequence[Touched]) -> None:
        self.dialect = after.dialect
        self.called = {self._key(one.last): one for one in found if one.last is not None}
        """What the tables of after were before, where that is not the same."""
        self.before = self._at_ends(before)
        self.after = self._at_ends(after)

    def of(self, one: Touched) -> tuple[model.Link, ...]:
        """Those that are there behind the range, then those that went; each once."""
        now = [] if one.last is None else self.after.get(self._key(one.last), [])
        then = [] if one.first is None else self.before.get(self._key(one.first), [])
        known, kept = {self._same(link, {}) for link in then}, {self._same(link, self.called) for link in now}
        told = [_told(link, "stays" if self._same(link, self.called) in known else "new") for link in now]
        told += [_told(link, "gone") for link in then if self._same(link, {}) not in kept]
        return tuple(dict.fromkeys(told))

    def _at_ends(self, schema: Schema) -> Mapping[Key, list[_Link]]:
        tables = {self._key(table.name): table for table in schema.tables()}
        found: defaultdict[Key, list[_Link]] = defaultdict(list)
        for table in tables.values():
            for link in self._links(table, tables):
                for end in dict.fromkeys((self._key(link.table), self._key(link.to))):
                    found[end].append(link)
        return found

    def _links(self, table: Table, tables: Mapping[Key, Table]) -> Iterator[_Link]:
        for one in table.constraints:
            if one.kind is Kind.FOREIGN_KEY and one.references is not None:
                to = tables.get(self._key(one.references))
                yield _Link(table.name, one.columns, one.references, one.referred_columns or _key_of(to))

    def _same(self, link: _Link, called: Mapping[Key, Touched]) -> _Same:
        ends = []
        for name, columns in ((link.table, link.columns), (link.to, link.to_columns)):
            one = called.get(self._key(name))
            ends.append((self._first(name, one), tuple(self._column(column, one) for column in columns)))
        return (*ends[0], *ends[1])

    def _first(self, name: Name, one: Touched | None) -> Key:
        """A table that the range makes is none of those before."""
        if one is None:
            return self._key(name)
        return ("", "") if one.first is None else self._key(one.first)

    def _column(self, name: str, one: Touched | None) -> str:
        key = part_key(name, self.dialect)
        was = key if one is None else one.columns.get(key, key)
        return "" if was is None else part_key(was, self.dialect)

    def _key(self, name: Name) -> Key:
        return object_key(name, self.dialect)


def _key_of(table: Table | None) -> tuple[str, ...]:
    """The columns of its primary key, which REFERENCES means where it names none."""
    keys: Sequence[Constraint] = () if table is None else table.constraints
    return next((one.columns for one in keys if one.kind is Kind.PRIMARY_KEY), ())


def _told(link: _Link, state: Literal["stays", "new", "gone"]) -> model.Link:
    return model.Link(str(link.table), link.columns, str(link.to), link.to_columns, state)
