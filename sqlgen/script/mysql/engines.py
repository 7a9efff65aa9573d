"""Steps in, the question out whether a failure could take back what they change: it could not in tables whose engine
has no transactions, whose rows stay changed after a ROLLBACK.

Sources: MySQL 8.4 manual, 28.3.13 ENGINES (TRANSACTIONS), 15.3.2 Statements That Cannot Be Rolled Back; MariaDB,
Information Schema ENGINES Table. Measured on MariaDB 10.11: MyISAM and Aria say NO, InnoDB says YES.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlgen.facts.vocabulary import CreateTable, Delete, Fact, Insert, Name, RenameTable, SetTableOption, Update
from sqlgen.messages import say
from sqlgen.script.mysql.blocks import keep, literal
from sqlgen.script.mysql.parts import blocks
from sqlgen.script.mysql.path import Script
from sqlgen.script.mysql.server import NOTHING
from sqlgen.script.path import text
from sqlgen.script.plan import progress_table
from sqlgen.script.target import Target
from sqlgen.segments import Step

LOOSE = "t.table_type = 'BASE TABLE' AND COALESCE(e.transactions, 'NO') <> 'YES'"
"""SQL: a table of TABLES has no transactions. No engine at all: the server can't open it."""
TABLES = "information_schema.tables AS t LEFT JOIN information_schema.engines AS e ON e.engine = t.engine"


_At = tuple[int, int]
"""A state on the script's path: how many steps are done, and how many parts of the next one."""
_START: _At = (0, 0)


@dataclass(frozen=True, slots=True)
class Changed:
    """A table in which a transaction of the steps changes rows."""

    table: Name
    since: _At
    """From here on it is there, with its engine, where the steps make it or say which one it has."""
    until: _At
    """From here on nothing of it is still to be done."""


@dataclass(slots=True)
class _Walk:
    found: dict[Name, Changed] = field(default_factory=dict)
    settled: dict[Name, _At] = field(default_factory=dict)
    """Behind what the steps make it, or say which engine it has."""
    called: dict[Name, tuple[Name, ...]] = field(default_factory=dict)
    """What a table that was renamed has been called, its name now among it."""

    def apply(self, fact: Fact, done: _At, *, transaction: bool) -> None:
        match fact:
            case Insert(table=table) | Update(table=table) | Delete(table=table) if transaction:
                since = self.settled.get(table, _START)
                for name in self.called.get(table, (table,)):
                    known = self.found.get(name, Changed(name, since, done))
                    self.found[name] = Changed(name, min(known.since, since), done)
            case CreateTable(table=table) if fact.temporary or not fact.if_not_exists:
                self.settled[table] = done
            case SetTableOption(table=table, settings=settings) if "engine" in dict(settings):
                self.settled[table] = done
            case RenameTable(table=table, to=to):
                self.called[to] = (*self.called.pop(table, (table,)), to)
                self.settled.pop(to, None)
                if table in self.settled:
                    self.settled[to] = self.settled.pop(table)
            case _:
                pass


def changed(steps: Sequence[Step], target: Target) -> tuple[Changed, ...]:
    """In the order in which they are changed first; one that is renamed under each of its names."""
    walk = _Walk()
    for index, step in enumerate(steps):
        for block in () if step.gap is not None else blocks(step, target):
            for fact in (fact for item in block.items for fact in item.facts):
                walk.apply(fact, (index, block.last), transaction=block.transaction)
    return tuple(walk.found.values())


def question(script: Script) -> Iterator[str]:
    """@sqlgen_loose: which tables of those that are still to be changed have no transactions."""
    target = script.target
    steps = script.steps if script.gap is None else script.steps[: script.gap]
    asked: dict[str, dict[tuple[_At, _At], list[str]]] = {}
    ours = [target.version_table, *((progress_table(target),) if script.recorded else ())]
    behind = (len(steps), 0)
    found = [Changed(Name(name, target.version_table_schema), _START, behind) for name in ours]
    for one in (*found, *changed(steps, target)):
        names = asked.setdefault(schema_of(one.table.schema), {}).setdefault((one.since, one.until), [])
        names.append(literal(one.table.name))
    yield "-- What could not be rolled back: rows in tables without transactions."
    yield "SET @sqlgen_loose = '';"
    told = "CONCAT(t.table_name, ' (', COALESCE(t.engine, '?'), ')') ORDER BY t.table_name SEPARATOR ', '"
    for schema, times in asked.items():
        yield "SELECT CONCAT_WS(', ', NULLIF(@sqlgen_loose, ''),"
        yield f"  GROUP_CONCAT({told})) INTO @sqlgen_loose"
        yield f"FROM {TABLES}"
        yield f"WHERE t.table_schema = {schema} AND {LOOSE}"
        due = "\n  OR ".join(
            f"{_between(since, until)} AND t.table_name IN ({', '.join(names)})"
            for (since, until), names in times.items()
        )
        yield f"AND ({due});"


def _between(since: _At, until: _At) -> str:
    start = "" if since == _START else f"(@sqlgen_step, @sqlgen_done) >= {since} AND "
    return f"{start}(@sqlgen_step, @sqlgen_done) < {until}"


def reason() -> Iterator[str]:
    """WHEN … THEN …"""
    told = say("NOT APPLIED: the engine of tables in which the script changes rows has no transactions: ")
    hint = say(
        ". Rows that a failed run has changed there could not be taken back. First: ALTER TABLE ... ENGINE = InnoDB."
    )
    yield "WHEN @sqlgen_loose <> ''"
    yield f"  THEN CONCAT({literal(keep(told))}, @sqlgen_loose, {literal(text(hint) + NOTHING)})"


def schema_of(schema: str | None) -> str:
    """SQL for the database that a name without one, or with one, is in."""
    return "DATABASE()" if schema is None else literal(schema)
