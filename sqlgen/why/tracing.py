"""A history's traces and the name of a table or column in, what made it what it is out; renames are followed back."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlgen.errors import UsageError, say
from sqlgen.messages import Message
from sqlgen.schema.naming import Key, part_key
from sqlgen.segments import Step
from sqlgen.why.traces import Trace, Verb


@dataclass(frozen=True, slots=True)
class Thing:
    """A table, or one of its columns, as it is called at one point of the history."""

    table: Key
    column: str | None

    def __str__(self) -> str:
        schema, name = self.table
        return ".".join(part for part in (schema, name, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Touch:
    """A statement that has to do with it."""

    step: int
    item: int
    verbs: tuple[Verb, ...]
    thing: Thing
    """As it is called behind the statement."""
    was: Thing | None = None
    """What it was called before, where the statement renames it."""
    why: Message | None = None
    """Why nobody can tell what the statement does."""


def find(traces: Sequence[Trace], text: str, dialect: str) -> Thing:
    """What people mean by `orders`, `orders.email`, `shop.orders`, `shop.orders.email`. A name of the past counts, too.

    Raises UsageError for what no revision names.
    """
    tables: dict[Key, set[str]] = {}
    unsure: set[Key] = set()
    for trace in traces:
        for key in (trace.table, trace.to):
            if key is not None:
                tables.setdefault(key, set()).update(trace.columns or ())
        if trace.table is not None and trace.verb == "created" and trace.columns is None:
            unsure.add(trace.table)
        if trace.table is not None and trace.to is not None:  # the columns come along
            tables[trace.to] |= tables[trace.table]
            unsure |= {trace.to} if trace.table in unsure else set()
    parts = text.split(".")
    for table, column in _readings(parts):
        key = _known(tables, table)
        if key is not None:
            return Thing(key, None if column is None else _column(tables[key], column, dialect, key in unsure))
    names = {name: key for key in sorted(tables, key=str) for name in (key[1], ".".join(filter(None, key)))}
    wanted = [text.lower(), *(".".join(filter(None, table)).lower() for table, _ in _readings(parts))]
    close = [near for each in wanted for near in difflib.get_close_matches(each, names, 1)]
    raise UsageError(
        say("no revision has to do with a table {name}", name=".".join(parts[: 1 if len(parts) < 3 else 2])),
        hint=say("Did you mean {close}?", close=".".join(filter(None, names[close[0]])))
        if close
        else say("Write TABLE, TABLE.COLUMN or SCHEMA.TABLE.COLUMN, as the database has them."),
    )


def _readings(parts: Sequence[str]) -> Iterator[tuple[Key, str | None]]:
    """Table and column, the likelier reading first."""
    match list(parts):
        case [table]:
            yield (None, table), None
        case [first, second]:
            yield (None, first), second
            yield (first, second), None
        case [schema, table, column]:
            yield (schema, table), column
        case _:
            return


def _known(tables: dict[Key, set[str]], wanted: Key) -> Key | None:
    """The table of that name, exactly or, where there is but one, in another case; a schema may be left out."""
    if wanted in tables:
        return wanted
    folded = [key for key in tables if _folded(key) == _folded(wanted)]
    if not folded and wanted[0] is None:
        folded = [key for key in tables if key[1].lower() == wanted[1].lower()]
    return folded[0] if len(folded) == 1 else None


def _folded(key: Key) -> Key:
    return (None if key[0] is None else key[0].lower(), key[1].lower())


def _column(columns: set[str], wanted: str, dialect: str, unsure: bool) -> str:
    """Raises UsageError where the table never had such a column, as far as its columns are known."""
    key = part_key(wanted, dialect)
    folded = [name for name in columns if name.lower() == wanted.lower()]
    if key in columns or not folded:
        if key not in columns and not unsure:
            close = difflib.get_close_matches(key, sorted(columns), 1)
            raise UsageError(
                say("no revision has to do with a column {name} of that table", name=wanted),
                hint=say("Did you mean {close}?", close=close[0])
                if close
                else say("Leave the column out, to see all that became of the table."),
            )
        return key
    return folded[0]


def touches(steps: Sequence[Step], traces: Sequence[Trace], thing: Thing) -> tuple[Touch, ...]:
    """The statements that have to do with it, in the order in which they run."""
    found: list[Touch] = []
    here = thing
    for trace in reversed(traces):
        touch = _touch(steps, trace, here)
        if touch is None:
            continue
        if found and (found[-1].step, found[-1].item) == (touch.step, touch.item):
            last = found[-1]
            verbs = tuple(dict.fromkeys((*touch.verbs, *last.verbs)))
            found[-1] = replace(last, verbs=verbs, was=touch.was or last.was, why=last.why or touch.why)
        else:
            found.append(touch)
        here = touch.was or here
    return tuple(reversed(found))


def _touch(steps: Sequence[Step], trace: Trace, here: Thing) -> Touch | None:
    if trace.verb == "perhaps":
        return _perhaps(steps, trace, here)
    if trace.to is not None and here.table == trace.to:
        assert trace.table is not None
        return Touch(trace.step, trace.item, (trace.verb,), here, Thing(trace.table, here.column))
    if trace.table != here.table:
        return None
    if here.column is None or trace.columns is None:
        return Touch(trace.step, trace.item, (trace.verb,), here)
    if trace.renames is not None and here.column == trace.renames[1]:
        return Touch(trace.step, trace.item, (trace.verb,), here, Thing(here.table, trace.renames[0]))
    return Touch(trace.step, trace.item, (trace.verb,), here) if here.column in trace.columns else None


def _perhaps(steps: Sequence[Step], trace: Trace, here: Thing) -> Touch | None:
    """A statement that can't be read has to do with it where it names it."""
    text = steps[trace.step].items[trace.item].sql
    if here.table[1].lower() not in text.lower():
        return None
    if here.column is not None and here.column.lower() not in text.lower():
        return None
    return Touch(trace.step, trace.item, ("perhaps",), here, why=trace.why)
