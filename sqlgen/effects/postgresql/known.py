"""What the lines ask the schema: partitions, who refers to whom, which constraints and indexes are about a column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlgen.effects.model import Effect, Lock
from sqlgen.effects.postgresql.line import ACCESS_EXCLUSIVE, lock
from sqlgen.facts.vocabulary import Constraint, CreateIndex, Kind, Name
from sqlgen.schema import Schema, Table
from sqlgen.schema.naming import mentions, object_key

__all__ = [
    "about",
    "dropped_with",
    "everywhere",
    "indexes_about",
    "keys_about",
    "partitions",
    "readers_of",
    "references_of",
    "referrers_of",
    "with_partitions",
]


def partitions(schema: Schema, table: Name) -> tuple[Name, ...]:
    """The partitions of a partitioned table, and theirs, as far as they are known. Empty for any other table."""
    known = schema.table(table)
    if known is None or known.partition_by is None:
        return ()
    state = schema.state()
    found: dict[Name, None] = {}
    waiting = [table]
    while waiting:
        parent = object_key(waiting.pop(), "postgresql")
        for draft in state.tables.values():
            of = draft.partition_of
            if of is not None and object_key(of, "postgresql") == parent and draft.name not in found:
                found[draft.name] = None
                waiting.append(draft.name)
    return tuple(found)


def with_partitions(schema: Schema, table: Name) -> tuple[Name, ...]:
    """A table and its partitions: ALTER TABLE goes down to them, and takes the same lock on each."""
    return (table, *partitions(schema, table))


def references_of(table: Table | None) -> tuple[Name, ...]:
    """The other tables that a table's foreign keys refer to."""
    if table is None:
        return ()
    found = (one.references for one in table.constraints if one.kind is Kind.FOREIGN_KEY)
    return tuple(dict.fromkeys(name for name in found if name is not None and name != table.name))


def referrers_of(schema: Schema, table: Name, column: str | None = None) -> tuple[Name, ...]:
    """The other tables whose foreign keys refer to a table; to this column of it, where one is named."""
    state = schema.state()
    key = object_key(table, "postgresql")
    found = []
    for referrer in sorted(state.referrers.get(key, ()), key=str):
        draft = state.tables.get(referrer)
        for one in draft.constraints if draft is not None else ():
            refers = one.references is not None and object_key(one.references, "postgresql") == key
            about_it = column is None or not one.referred_columns or column in one.referred_columns
            if draft is not None and refers and about_it and draft.name != table:
                found.append(draft.name)
    return tuple(dict.fromkeys(found))


def readers_of(schema: Schema, name: Name) -> tuple[Name, ...]:
    """The views that read from a table or a view, and those that read from them."""
    objects = schema.state().objects
    found: dict[Name, None] = {}
    waiting = [name]
    while waiting:
        for view in objects.readers(waiting.pop()):
            if view.name not in found:
                found[view.name] = None
                waiting.append(view.name)
    return tuple(found)


def about(table: Table | None, column: str) -> Iterator[Constraint]:
    """The constraints that use a column."""
    for one in table.constraints if table is not None else ():
        in_text = one.expression is not None and mentions(one.expression, column, "postgresql")
        if column in one.columns or in_text:
            yield one


def keys_about(table: Table | None, column: str) -> tuple[Constraint, ...]:
    """The constraints with an index that has a column."""
    keys = (Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.EXCLUDE)
    return tuple(one for one in about(table, column) if one.kind in keys)


def indexes_about(table: Table | None, column: str) -> tuple[CreateIndex, ...]:
    """The indexes that have a column, in an expression or their WHERE too; not those of constraints."""
    return tuple(one for one in (table.indexes if table is not None else ()) if _uses(one, column))


def _uses(index: CreateIndex, column: str) -> bool:
    if column in index.columns or column in index.include:
        return True
    texts = (*(part for part in index.columns if "(" in part), index.where or "")
    return any(mentions(text, column, "postgresql") for text in texts)


def everywhere(effect: Effect, table: Name, schema: Schema, mode: str | None = None) -> Effect:
    """The same on each partition of a table. `mode`: the lock on them, where it is not the one on the table."""
    more = partitions(schema, table)
    if not more:
        return effect
    own = [one for one in effect.locks if one.table == table] if mode is None else [lock(table, mode)]
    locks = tuple(replace(one, table=each) for each in more for one in own)
    worked_on = (*effect.worked_on, *more) if table in effect.worked_on else effect.worked_on
    return replace(effect, locks=(*effect.locks, *locks), worked_on=worked_on)


def dropped_with(schema: Schema, table: Name, column: str, cascade: bool) -> tuple[Lock, ...]:
    """The locks on other tables whose triggers go with the foreign keys over a column.

    Source: src/backend/catalog/pg_constraint.c and src/backend/commands/trigger.c, RemoveTriggerById.
    """
    found: list[Name] = []
    for one in about(schema.table(table), column):
        if one.kind is Kind.FOREIGN_KEY and one.references is not None and one.references != table:
            found.append(one.references)
    if cascade:
        found += referrers_of(schema, table, column)
    return tuple(lock(name, ACCESS_EXCLUSIVE) for name in dict.fromkeys(found))
