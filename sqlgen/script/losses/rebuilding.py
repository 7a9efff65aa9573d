"""A table of SQLite that is rebuilt in, what of its definition goes with the old table out.

SQLite, ALTER TABLE, 7: DROP TABLE takes the table's triggers, and the new table has what its own CREATE TABLE says.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import CreateIndex, CreateObject, DropTable, Kind, Name
from sqlgen.messages import Message, say
from sqlgen.schema import Schema, Table
from sqlgen.script.runbook.folding import Met
from sqlgen.segments import Step

__all__ = ["lost"]


def lost(met: Met, step: Step) -> Iterator[Message]:
    """`met` is the DropTable of a rebuild in the step. What these very steps have made is gone with it, too."""
    table = met.fact.table if isinstance(met.fact, DropTable) else None
    if table is None or met.schema.dialect != "sqlite":
        return
    if (triggers := _triggers(met, table, step)) is not None:
        yield triggers
    if met.rebuild is not None and (lacks := list(_lacks(*met.rebuild, _made(step, met)))):
        yield say("of {table}, which is rebuilt, its copy lacks: {list}", table=table, list="; ".join(lacks))


def _triggers(met: Met, table: Name, step: Step) -> Message | None:
    """None where there is certainly none. A schema knows triggers by their names, and not what they stand on."""
    known = {key[1] for kind, key in met.schema.state().names.standing if kind == "trigger"}
    again = {
        fact.name.name.lower()
        for item in step.items[met.number :]
        for fact in item.facts
        if isinstance(fact, CreateObject) and fact.kind == "trigger"
    }
    if names := ", ".join(sorted(known - again)):
        return say("triggers of {table}, which is rebuilt (known in the database: {names})", table=table, names=names)
    if known or _knows_all(met.schema):
        return None
    return say("triggers of {table}, which is rebuilt, if it has any", table=table)


def _knows_all(schema: Schema) -> bool:
    return schema.state().from_empty and schema.unread() is None and not schema.may_hold_more()


def _made(step: Step, met: Met) -> set[str]:
    """The indexes that the step makes behind the rebuild."""
    behind = (fact for item in step.items[met.number :] for fact in item.facts)
    return {fact.name.lower() for fact in behind if isinstance(fact, CreateIndex) and fact.name is not None}


def _lacks(old: Table, new: Table, made: set[str]) -> Iterator[str]:
    """What neither the copy's CREATE TABLE says nor an index behind it, of columns that the copy has."""
    has = {column.name.lower(): column for column in new.columns}
    for column in old.columns:
        copy = has.get(column.name.lower())
        if copy is None:
            continue
        if column.collation is not None and copy.collation is None:
            yield f"{column.name} COLLATE {column.collation}"
        if column.generated is not None and copy.generated is None:
            yield f"{column.name} " + ("AUTOINCREMENT" if column.generated == "auto_increment" else "GENERATED")
    checks = {one.expression for one in new.constraints if one.kind is Kind.CHECK}
    for one in old.constraints:
        if one.kind is Kind.CHECK and one.expression not in checks:
            yield f"CHECK {one.name or one.expression}"
    gone = {column.name.lower() for column in old.columns} - set(has)
    for index in old.indexes:
        name = index.name
        if name is not None and name.lower() not in made and not gone.intersection(map(str.lower, index.columns)):
            yield f"INDEX {name}"
