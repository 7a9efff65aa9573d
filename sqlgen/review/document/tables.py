"""A range in, each table that it touches before and after out: columns, keys, indexes, and what refers to what.

The schema is folded once; tables are compared where the range begins and where it ends. The copies that SQLite's batch
mode makes on the way are no tables of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlgen.review.document import definitions, model
from sqlgen.review.document.links import Links
from sqlgen.review.document.source import Source
from sqlgen.review.document.stats import Lookup
from sqlgen.review.document.touching import Touched, touching
from sqlgen.schema import Schema, Table
from sqlgen.schema.naming import part_key

_State = Literal["changed", "new", "dropped", "rows", "unknown"]
_Kind = Literal["column", "key", "index", "other"]


def tables(source: Source) -> tuple[model.TableView, ...]:
    """In the order of the first statement that touches each. What comes and goes again is left out, and so is what is
    temporary."""
    found, after = touching(source)
    before = source.range.before
    dialect = source.range.target.dialect
    sizes = None if source.stats is None else Lookup(source.stats, dialect)
    both = _Both(dialect, before, after, Links(before, after, found), sizes)
    seen = (_view(both, one) for one in found)
    return tuple(one for one in seen if one is not None)


@dataclass(frozen=True, slots=True)
class _Both:
    """The schema before and after."""

    dialect: str
    before: Schema
    after: Schema
    links: Links
    sizes: Lookup | None

    def views(self, one: Touched) -> tuple[Table | None, Table | None]:
        old = None if one.first is None else self.before.table(one.first)
        new = None if one.last is None else self.after.table(one.last)
        return old, new


def _view(both: _Both, one: Touched) -> model.TableView | None:
    name = one.last or one.first
    old, new = both.views(one)
    if name is None or (one.first is None and one.last is None) or _is_no_table(both, one, old, new):
        return None
    if one.first is None and new is not None and new.temporary:
        return None
    measured = None if both.sizes is None or one.first is None else both.sizes.table(one.first)
    return model.TableView(
        name=str(name),
        was=str(one.first) if one.first is not None and one.first != name else None,
        state=_state(one, old),
        lines=tuple(_lines(one, old, new, both.dialect)),
        complete=all(each.complete for each in (old, new) if each is not None)
        and (old is not None or one.first is None)
        and (new is not None or one.last is None),
        statements=tuple(sorted(one.statements)),
        links=both.links.of(one),
        rows=None if measured is None else measured.rows,
        bytes=None if measured is None else measured.bytes,
    )


def _is_no_table(both: _Both, one: Touched, old: Table | None, new: Table | None) -> bool:
    """A view that rows go into, say."""
    if old is not None or new is not None or one.first is None:
        return False
    return any(both.before.has_object(kind, one.first) for kind in ("view", "materialized view", "sequence"))


def _state(one: Touched, old: Table | None) -> _State:
    if one.first is None:
        return "new"
    if old is None:
        return "unknown"
    if one.last is None:
        return "dropped"
    return "changed" if one.altered else "rows"


# ---- lines


@dataclass(frozen=True, slots=True)
class _Part:
    """A column, a key or an index of one side."""

    key: str
    """What makes two of them the same."""
    name: str
    text: str


def _lines(one: Touched, old: Table | None, new: Table | None, dialect: str) -> Iterator[model.Line]:
    before, after = _parts(old, dialect), _parts(new, dialect)
    kinds: tuple[_Kind, ...] = ("column", "key", "index", "other")
    for kind in kinds:
        called = one.columns if kind == "column" else one.parts
        yield from _merged(kind, before[kind], after[kind], called, dialect)


def _parts(table: Table | None, dialect: str) -> Mapping[_Kind, Sequence[_Part]]:
    if table is None:
        return {"column": (), "key": (), "index": (), "other": ()}
    columns = [(each.name, definitions.column(each, dialect)) for each in table.columns]
    keys = [(each.name or "", definitions.key(each, dialect)) for each in table.constraints]
    indexes = [(each.name or "", definitions.index(each, dialect)) for each in (*table.indexes, *table.brought)]
    return {
        "column": _keyed(columns, dialect),
        "key": _keyed(keys, dialect),
        "index": _keyed(indexes, dialect),
        "other": _keyed(_options(table), dialect),
    }


def _keyed(named: Iterable[tuple[str, str]], dialect: str) -> tuple[_Part, ...]:
    """What has no name is known by its text."""
    return tuple(_Part(part_key(name, dialect) if name else f" {text}", name, text) for name, text in named)


def _options(table: Table) -> Iterator[tuple[str, str]]:
    if table.comment:
        yield "COMMENT", definitions.literal(table.comment)
    if table.partition_by is not None:
        yield "PARTITION BY", table.partition_by
    if table.partition_of is not None:
        yield "PARTITION OF", str(table.partition_of)
    for name, value in table.settings:
        yield name.upper(), value


def _merged(
    kind: _Kind,
    before: Sequence[_Part],
    after: Sequence[_Part],
    called: Mapping[str, str | None],
    dialect: str,
) -> Iterator[model.Line]:
    """Those of now in their order; each that is gone behind the one that it stood behind."""
    there = {each.key: each for each in before}
    old = {each.key: there.get(_was(each.key, called, dialect)) for each in after}
    stays = {each.key for each in old.values() if each is not None}
    gone: defaultdict[str | None, list[_Part]] = defaultdict(list)
    last: str | None = None
    for each in before:
        if each.key in stays:
            last = each.key
        else:
            gone[last].append(each)
    yield from (model.Line(kind, each.name, each.text, None) for each in gone[None])
    for each in after:
        was = old[each.key]
        if was is None:
            yield model.Line(kind, each.name, None, each.text)
            continue
        if was.key == each.key:
            yield model.Line(kind, each.name, was.text, each.text)
        else:  # it has another name
            yield model.Line(kind, each.name, f"{was.name} {was.text}".strip(), f"{each.name} {each.text}".strip())
        yield from (model.Line(kind, one.name, one.text, None) for one in gone[was.key])


def _was(key: str, called: Mapping[str, str | None], dialect: str) -> str:
    """The key that it had before; one that nothing has, where it is new."""
    name = called.get(key, key)
    return "" if name is None else name if name.startswith(" ") else part_key(name, dialect)
