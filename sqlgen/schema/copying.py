"""A table made LIKE another one: what it takes over."""

from __future__ import annotations

from dataclasses import replace

from sqlgen.facts.vocabulary import Column, Constraint, CreateIndex, CreateTable, Default, Kind, Volatility
from sqlgen.schema.draft import Draft
from sqlgen.schema.naming import plain_type, quoted

__all__ = ["copied"]


def copied(fact: CreateTable, source: Draft) -> CreateTable:
    """The fact with what LIKE takes from its source written out.

    MySQL copies all but foreign keys (manual, 13.1.20.3), PostgreSQL columns and NOT NULL, and what INCLUDING says
    (manual, CREATE TABLE, LIKE). Names of PostgreSQL's indexes are chosen anew.
    """
    including = fact.including or ()
    if source.dialect != "postgresql":
        return replace(
            fact,
            columns=tuple(source.columns.values()),
            constraints=tuple(one for one in source.constraints if one.kind is not Kind.FOREIGN_KEY),
            indexes=tuple(
                replace(one, table=fact.table) for one in (*source.indexes.values(), *source.brought.values())
            ),
            settings=tuple((name, value) for name, value in source.settings.items() if name != "auto_increment"),
            comment=source.comment,
            index_places=(),
        )
    columns = tuple(_column(one, source, including) for one in source.columns.values())
    return replace(
        fact,
        columns=(*columns, *fact.columns),
        constraints=(*_constraints(source, including), *fact.constraints),
        indexes=_indexes(fact, source) if "indexes" in including else (),
    )


def _column(column: Column, source: Draft, including: tuple[str, ...]) -> Column:
    sequence = source.sequences.get(column.name)
    default, generated = column.default, column.generated
    if generated == "serial" and sequence is not None:
        default = Default(f"nextval('{quoted(sequence)}'::regclass)", Volatility.VOLATILE)
    keeps = {"serial": False, "identity": "identity" in including, None: False}.get(generated, "generated" in including)
    return Column(
        column.name,
        plain_type(column.type),
        column.nullable,
        default if "defaults" in including else None,
        generated=generated if keeps else None,
        expression=column.expression if keeps else None,
        identity=column.identity if keeps else None,
        identity_options=column.identity_options if keeps else (),
        collation=column.collation,
        comment=column.comment if "comments" in including else None,
    )


def _constraints(source: Draft, including: tuple[str, ...]) -> tuple[Constraint, ...]:
    checks = [one for one in source.constraints if one.kind is Kind.CHECK and "constraints" in including]
    keys = [one for one in source.constraints if one.kind in (Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.EXCLUDE)]
    return (*checks, *(replace(one, name=None) for one in keys if "indexes" in including))


def _indexes(fact: CreateTable, source: Draft) -> tuple[CreateIndex, ...]:
    return tuple(replace(one, name=None, table=fact.table) for one in source.indexes.values())
