"""Steps in, the rights that their statements need on what is there before them out, and the SQL that asks for them.

Asked for all at once, before anything is changed, and only for the steps that are still to do. What the range itself
makes or renames belongs to whoever makes it, so nothing is asked about it; of a table that is not there its statement
says so itself.

Sources: PostgreSQL manual, 5.7 Privileges, the section Notes of each command, 9.26 has_*_privilege. Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from sqlgen.facts.vocabulary import (
    AddColumn,
    AddConstraint,
    AddEnumValue,
    AlterColumnType,
    AttachPartition,
    CreateEnum,
    CreateIndex,
    CreateObject,
    CreateTable,
    Delete,
    Describe,
    DetachPartition,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropNotNull,
    DropObject,
    DropTable,
    Fact,
    Insert,
    Name,
    RenameColumn,
    RenameObject,
    RenameTable,
    SetColumnOption,
    SetDefault,
    SetNotNull,
    SetOption,
    SetTableOption,
    Truncate,
    Update,
    ValidateConstraint,
    constraints_of,
)
from sqlgen.messages import say
from sqlgen.script.path import named, quoted, stamps
from sqlgen.script.plan import in_parts
from sqlgen.script.psql.blocks import table, when
from sqlgen.script.target import Target
from sqlgen.segments import Step

Right = Literal[
    "own", "own type", "own schema", "create in", "create in database", "lock", "INSERT", "UPDATE", "DELETE",
    "TRUNCATE", "TRIGGER", "REFERENCES"
]  # fmt: skip
Need = tuple[Right, str]
"""A right, and the quoted name of what it is on; of a schema '' for the one in which things are made."""


def rights(steps: Sequence[Step], target: Target) -> dict[Need, int]:
    """Each with the number of the last step that needs it. Nothing is known behind a change of the role."""
    found: dict[Need, int] = {}
    made: set[Name] = set()
    for number, step in enumerate(steps, start=1):
        for need in _of_stamps(step, target):
            found[need] = number
        for item in step.items:
            for fact in item.facts:
                if isinstance(fact, SetOption) and fact.name in ("role", "session authorization", "search_path"):
                    return found
                for need, on in _of(fact):
                    if on not in made:
                        found[need] = number
                made.update(_makes(fact))
    return found


def _of_stamps(step: Step, target: Target) -> Iterator[Need]:
    name = table(target)
    yield "lock", name
    if not step.before:
        yield "create in", named(target.version_table_schema) if target.version_table_schema else ""
    for one in stamps(step.before, step.after):
        yield ("INSERT" if one.old is None else "DELETE" if one.new is None else "UPDATE"), name
    if in_parts(step, target):  # the record is its comment
        yield "own", name


def _of(fact: Fact) -> Iterator[tuple[Need, Name | None]]:
    """Rights of one fact, each with the name that they are on."""
    match fact:
        case CreateTable(table=name) if not fact.temporary:
            yield _in(name), None
        case CreateEnum(type=name):
            yield _in(name), None
        case CreateObject(kind="schema"):
            if not fact.if_not_exists:
                yield ("create in database", ""), None
        case CreateObject(kind="trigger", table=Name() as on):
            yield _on("TRIGGER", on)
        case CreateObject(kind="view" | "materialized view" | "sequence" | "domain" | "type", name=name):
            if not (fact.or_replace or fact.if_not_exists):
                yield _in(name), None
        case Insert(table=name):
            yield _on("INSERT", name)
        case Update(table=name):
            yield _on("UPDATE", name)
        case Delete(table=name):
            yield _on("DELETE", name)
        case Truncate(table=name):
            yield _on("TRUNCATE", name)
        case AddEnumValue(type=name) | DropObject(kind="type" | "domain", name=name):
            yield ("own type", named(name.name, name.schema)), name
        case DropObject(kind="schema", name=name):
            yield ("own schema", named(name.name)), name
        case DropObject(kind="view" | "materialized view" | "sequence", name=name):
            yield _on("own", name)
        case RenameObject(kind="index" | "view" | "materialized view" | "sequence", name=name):
            yield _on("own", name)
        case DropIndex(index=name):
            yield _on("own", name)
        case AttachPartition(table=name, partition=other) | DetachPartition(table=name, partition=other):
            yield _on("own", name)
            yield _on("own", other)
        case _ if (altered := _altered(fact)) is not None:
            yield _on("own", altered)
    for constraint in constraints_of(fact):
        if constraint.references is not None and constraint.references != getattr(fact, "table", None):
            yield _on("REFERENCES", constraint.references)


def _altered(fact: Fact) -> Name | None:
    """The table that a form of ALTER TABLE, DROP TABLE, CREATE INDEX or COMMENT is about: they are its owner's."""
    match fact:
        case DropTable() | RenameTable() | AddColumn() | DropColumn() | RenameColumn() | AlterColumnType():
            return fact.table
        case SetNotNull() | DropNotNull() | SetDefault() | SetColumnOption() | SetTableOption() | CreateIndex():
            return fact.table
        case AddConstraint() | ValidateConstraint() | DropConstraint():
            return fact.table
        case Describe(kind="table"):
            return fact.name
        case Describe(kind="column"):
            return fact.table
    return None


def _on(right: Right, name: Name) -> tuple[Need, Name]:
    return (right, named(name.name, name.schema)), name


def _in(name: Name) -> Need:
    return "create in", named(name.schema) if name.schema else ""


def _makes(fact: Fact) -> Iterator[Name]:
    match fact:
        case CreateTable(table=name) | CreateEnum(type=name):
            yield name
        case CreateObject(name=name) | DropObject(name=name):
            yield name
        case RenameTable(table=name, to=to):
            yield from (name, to, Name(to.name, to.schema or name.schema))
        case RenameObject(name=name, to=new):
            yield from (name, Name(new, name.schema))
        case CreateIndex(name=str(index), table=on):
            yield from (Name(index), Name(index, on.schema))
        case DropTable(table=name):
            yield name


def ask(steps: Sequence[Step], target: Target) -> Iterator[str]:
    """plpgsql that refuses where path_at, the steps done, leaves a need that the role does not meet. A need on what is
    not there, or whose schema is not, is met: NULL."""
    needs = rights(steps, target)
    if not needs:
        return
    fact = say("the role has not all rights that the statements need, ")
    hint = say("Run it as the role that owns these, or have the rights granted. Nothing was changed.")
    rows = [f"    ({number}, {quoted(right)}, {quoted(name)})" for (right, name), number in needs.items()]
    yield "  SELECT string_agg(concat_ws(' ', need, CASE WHEN name <> '' THEN name WHEN need = 'create in'"
    yield "    THEN quote_ident(current_schema()) ELSE quote_ident(current_database()) END), ', ') INTO lacking"
    yield "  FROM (VALUES"
    yield from (row + ("" if row is rows[-1] else ",") for row in rows)
    first, *others = held(needs)
    yield f"  ) AS needs (step, need, name) WHERE step > path_at AND NOT coalesce({first}"
    yield from (f"    {line}" for line in others[:-1])
    yield f"    {others[-1]}, true);"
    yield from when("lacking IS NOT NULL", fact, "quote_ident(current_user)", "': '", "lacking", hint=hint)


def held(needs: Iterable[Need]) -> list[str]:
    """SQL, from columns `need` and `name`, that is true where the role has the right; NULL for what is not there."""
    asked = {right for right, _ in needs}
    return [
        "CASE need",
        "WHEN 'own' THEN (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(name))",
        *(f"WHEN {quoted(right)} THEN {sql}" for right, sql in _ASKED.items() if right in asked),
        "ELSE has_any_column_privilege(to_regclass(name), need) END",
    ]


_ASKED: dict[Right, str] = {
    "own type": "(SELECT pg_has_role(typowner, 'USAGE') FROM pg_type WHERE oid = to_regtype(name))",
    "own schema": "(SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE oid = to_regnamespace(name))",
    "create in database": "has_database_privilege(current_database(), 'CREATE')",
    "create in": "has_schema_privilege(\n"
    "      to_regnamespace(coalesce(nullif(name, ''), quote_ident(current_schema()))), 'CREATE')",
    "lock": "has_table_privilege(to_regclass(name), 'UPDATE, DELETE, TRUNCATE')",
    "DELETE": "has_table_privilege(to_regclass(name), need)",
    "TRUNCATE": "has_table_privilege(to_regclass(name), need)",
    "TRIGGER": "has_table_privilege(to_regclass(name), need)",
}
"""SQL that is true where the role has the right; of the others a right on any column is enough."""
