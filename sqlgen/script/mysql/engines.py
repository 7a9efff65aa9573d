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


@dataclass(frozen=True, slots=True)
class Changed:
    """A table, there before the steps, in which a transaction of theirs changes rows."""

    table: Name
    step: int
    """The last step that does so, from 0."""
    part: int
    """Its last part that does so, from 1."""


@dataclass(slots=True)
class _Walk:
    found: dict[Name, Changed] = field(default_factory=dict)
    settled: set[Name] = field(default_factory=set)
    """The steps make it, or say which engine it has."""
    called: dict[Name, tuple[Name, ...]] = field(default_factory=dict)
    """What a table that was renamed has been called, its name now among it."""

    def apply(self, fact: Fact, step: int, part: int, *, transaction: bool) -> None:
        match fact:
            case Insert(table=table) | Update(table=table) | Delete(table=table):
                if transaction and table not in self.settled:
                    for name in self.called.get(table, (table,)):
                        self.found[name] = Changed(name, step, part)
            case CreateTable(table=table) if fact.temporary or not fact.if_not_exists:
                self.settled.add(table)
            case SetTableOption(table=table, settings=settings) if "engine" in dict(settings):
                self.settled.add(table)
            case RenameTable(table=table, to=to):
                self.called[to] = (*self.called.pop(table, (table,)), to)
                (self.settled.add if table in self.settled else self.settled.discard)(to)
                self.settled.discard(table)
            case _:
                pass


def changed(steps: Sequence[Step], target: Target) -> tuple[Changed, ...]:
    """In the order in which they are changed first; one that is renamed under each of its names. Not those that the
    steps make: their CREATE TABLE says what they are."""
    walk = _Walk()
    for index, step in enumerate(steps):
        for block in () if step.gap is not None else blocks(step, target):
            for fact in (fact for item in block.items for fact in item.facts):
                walk.apply(fact, index, block.last, transaction=block.transaction)
    return tuple(walk.found.values())


def question(script: Script) -> Iterator[str]:
    """@sqlgen_loose: which tables of those that are still to be changed have no transactions."""
    target = script.target
    steps = script.steps if script.gap is None else script.steps[: script.gap]
    asked: dict[str, dict[tuple[int, int], list[str]]] = {}
    ours = Name(target.version_table, target.version_table_schema), len(steps), 0
    record = Name(progress_table(target), target.version_table_schema), len(steps), 0
    theirs = [(one.table, one.step, one.part) for one in changed(steps, target)]
    for table, step, part in (ours, *((record,) if script.recorded else ()), *theirs):
        asked.setdefault(schema_of(table.schema), {}).setdefault((step, part), []).append(literal(table.name))
    yield "-- What could not be rolled back: rows in tables without transactions."
    yield "SET @sqlgen_loose = '';"
    told = "CONCAT(t.table_name, ' (', COALESCE(t.engine, '?'), ')') ORDER BY t.table_name SEPARATOR ', '"
    for schema, until in asked.items():
        yield "SELECT CONCAT_WS(', ', NULLIF(@sqlgen_loose, ''),"
        yield f"  GROUP_CONCAT({told})) INTO @sqlgen_loose"
        yield f"FROM {TABLES}"
        yield f"WHERE t.table_schema = {schema} AND {LOOSE}"
        due = (
            f"(@sqlgen_step, @sqlgen_done) < {place} AND t.table_name IN ({', '.join(names)})"
            for place, names in until.items()
        )
        joined = "\n  OR ".join(due)
        yield f"AND ({joined});"


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
