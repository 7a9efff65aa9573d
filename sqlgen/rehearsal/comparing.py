"""Two states of databases in, where they differ out."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlgen.emit.process import Record
from sqlgen.errors import Message, say
from sqlgen.rehearsal.dumps import Dump
from sqlgen.rehearsal.report import Difference

_MOST = 400
"""Lines of a difference that are shown."""
_UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)([ T].*)?")


@dataclass(frozen=True, slots=True)
class State:
    """A database at one moment."""

    schema: Dump
    tables: tuple[Record, ...]
    """Of each table: name, columns, count, digests, rows."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of it."""

    differences: tuple[Difference, ...]
    notes: tuple[Message, ...] = ()
    """What differs, and does no harm."""


def compare(
    what: Message,
    one: State,
    other: State,
    *,
    names: tuple[str, str],
    version_table: str,
    own: frozenset[str],
    counted_on: bool = False,
) -> Compared:
    """Schema and rows of both. names: of the two, for the diff. own: tables whose values are written by the revisions
    themselves anew in each rendering. counted_on: sequences may have gone on in the other one."""
    differences, notes = [], []
    if one.schema.lines(ordered=False) != other.schema.lines(ordered=False):
        lines = _diff(one.schema.lines(ordered=False), other.schema.lines(ordered=False), names)
        differences.append(Difference(say("{what}: the schema differs", what=what), lines))
    elif one.schema.lines(ordered=True) != other.schema.lines(ordered=True):
        lines = _diff(one.schema.lines(ordered=True), other.schema.lines(ordered=True), names, 0)
        shown = ", ".join(dict.fromkeys(line[1:].strip().rstrip(",") for line in lines[2:] if line[0] in "+-"))
        notes.append(
            say(
                "{what}: the same schema, with columns or constraints in another order: {shown}", what=what, shown=shown
            )
        )
    masked, fresh = _fresh(one.tables, other.tables, own, counted_on)
    if fresh:
        notes.append(
            say(
                "{what}: not compared, because each run gives them new values (times, random ids, numbers that go on): "
                "{columns}",
                what=what,
                columns=", ".join(fresh),
            )
        )
    rows = _rows(one.tables, masked, version_table), _rows(other.tables, masked, version_table)
    if rows[0] != rows[1]:
        differences.append(Difference(say("{what}: the rows differ", what=what), _diff(*rows, names, 1)))
    return Compared(tuple(differences), tuple(notes))


def _diff(one: Sequence[str], other: Sequence[str], names: tuple[str, str], context: int = 3) -> tuple[str, ...]:
    lines = list(difflib.unified_diff(one, other, *names, n=context, lineterm=""))
    if len(lines) > _MOST:
        return (*lines[:_MOST], f"… {len(lines) - _MOST} more line(s)")
    return tuple(lines)


def _rows(tables: Sequence[Record], masked: set[tuple[str, str]], version_table: str) -> list[str]:
    found = []
    for table in tables:
        name = table["name"]
        places = sorted(
            (column, place) for place, column in enumerate(table["columns"]) if (name, column) not in masked
        )
        if name.rpartition(".")[2] != version_table:
            found.append(f"{name}: {table['count']} row(s)")
        if table["rows"] is None:
            found += [f"{name}: {column}: digest {table['digests'][place]}" for column, place in places]
        else:
            found += sorted(f"{name}: " + ", ".join(f"{c}={row[at]}" for c, at in places) for row in table["rows"])
    return found


def _fresh(
    one: Sequence[Record], other: Sequence[Record], own: frozenset[str], counted_on: bool
) -> tuple[set[tuple[str, str]], list[str]]:
    """Columns that differ in nothing but times of today, random ids and numbers that go on; of few rows alone."""
    by_name = {table["name"]: table for table in other}
    masked = set()
    for table in one:
        twin = by_name.get(table["name"])
        if twin is None or table["count"] != twin["count"]:
            continue
        for place, column in enumerate(table["columns"]):
            if column not in twin["columns"]:
                continue
            at = twin["columns"].index(column)
            if table["digests"][place] == twin["digests"][at]:
                continue
            if table["name"].rpartition(".")[2] in own or _is_fresh(table, place, twin, at, counted_on):
                masked.add((table["name"], column))
    return masked, sorted(f"{name}.{column}" for name, column in masked)


def _is_fresh(table: Record, place: int, twin: Record, at: int, counted_on: bool) -> bool:
    if table["rows"] is None or twin["rows"] is None:
        return False
    mine, theirs = Counter(row[place] for row in table["rows"]), Counter(row[at] for row in twin["rows"])
    gone, come = mine - theirs, theirs - mine
    return all(_is_new(text) for text in (*gone, *come)) or (counted_on and _goes_on(mine, theirs, come))


def _goes_on(mine: Counter[str], theirs: Counter[str], come: Counter[str]) -> bool:
    """Whether they are numbers of their own for each row, the new ones behind all that there were."""
    if not all(text.isdigit() for text in (*mine, *theirs)) or max((*mine.values(), *theirs.values())) > 1:
        return False
    return min(map(int, come)) > max(map(int, mine))


def _is_new(text: str) -> bool:
    if _UUID.fullmatch(text):
        return True
    found = _DAY.fullmatch(text)
    return found is not None and any(f"{found[1]}-{found[2]}-{found[3]}" == str(day) for day in _days())


def _days() -> Iterator[date]:
    """Today, wherever the server's clock may stand."""
    now = datetime.now(UTC).date()
    yield from (now + timedelta(days=days) for days in (-1, 0, 1))
